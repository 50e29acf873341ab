#!/bin/sh
# Mutation testing: cosmic-ray changes the library's code in one place at a time, and a test should fail each time.
# Mutants that live are shown, with the share of them, module by module. It takes hours; MODULES="xentedu/numerics.py" less.
set -eu
root=$(pwd)
venv=$root/.venv-mutants
[ -x "$venv/bin/cosmic-ray" ] || {
    python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check cosmic-ray==8.7.0 numpy pytest hypothesis
}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git archive HEAD | tar x -C "$copy" # the mutants are written into this copy
cd "$copy"
export OPENBLAS_NUM_THREADS=1 PATH="$venv/bin:$PATH"
pytest="python -m pytest -x -q -p no:cacheprovider -o addopts= --doctest-modules"
others="--ignore=tests/browser --ignore=tests/test_notebooks.py --ignore=tests/test_exercises.py --ignore=tests/test_style.py --ignore=tests/test_colours.py"
# The losses, the samplers and their checks: not the live figures, nor the exercises.
for module in ${MODULES:-xentedu/*.py xentedu/hints/*.py xentedu/families/*.py xentedu/contrib/*.py xentedu/keras/*.py}; do
    cat >mutants.toml <<EOF
[cosmic-ray]
module-path = "$module"
timeout = 300.0
excluded-modules = []
test-command = "$pytest $module tests $others"
[cosmic-ray.distributor]
name = "local"
# Of each kind of mutant the nearest: + for -, > for >=, a number one larger; not all eleven operators for each other.
[cosmic-ray.filters.operators-filter]
exclude-operators = [
    "core/ReplaceBinaryOperator_(?!Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|Mod_Mul|Pow_Mul|BitOr_BitAnd|BitAnd_BitOr).*",
    "core/ReplaceComparisonOperator_(?!Eq_NotEq|NotEq_Eq|Lt_LtE|Lt_Gt|LtE_Lt|LtE_Gt|Gt_GtE|Gt_Lt|GtE_Gt|GtE_Lt|Is_IsNot|IsNot_Is|In_NotIn|NotIn_In).*",
    "core/ReplaceUnaryOperator_(?!USub_UAdd|Delete_Not|Delete_Invert|Delete_USub).*",
]
EOF
    rm -f mutants.sqlite
    cosmic-ray init mutants.toml mutants.sqlite
    cr-filter-operators mutants.sqlite mutants.toml
    cosmic-ray baseline mutants.toml || exit 1 # where tests fail without a mutant, each mutant would seem to be noticed
    cosmic-ray exec mutants.toml mutants.sqlite
    cr-report --show-diff --surviving-only mutants.sqlite
    echo "$module: $(cr-rate mutants.sqlite)% of the mutants live"
done
