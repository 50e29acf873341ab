#!/bin/sh
# The tests with the newest version of every package that the requirements pin: what a reader meets who pins nothing.
# The linters keep their versions, since new ones have new opinions; jupyter-book 2 is another program.
set -eu
cd "$(dirname "$0")/.."
newest=$(mktemp)
trap 'rm -f "$newest"' EXIT
sed -E -e '/^(-r|#|$)/d' -e 's/ *[#;].*//' -e '/^(ruff|zizmor)==/!s/==.*//' -e 's/^jupyter-book$/jupyter-book<2/' \
    requirements-lab.txt requirements.txt | sort -u > "$newest"
rm -rf .venv-newest
sh tools/make_venv.sh .venv-newest -r "$newest"
.venv-newest/bin/pip list --disable-pip-version-check
.venv-newest/bin/pytest
