#!/bin/sh
# The tests on every Python of pyproject.toml's list that is here: with the pinned packages all but the pages in a
# browser, notebooks included; and the library alone with the oldest and the newest NumPy that this Python can have within
# pyproject.toml's range. Names Pythons that are missing; ends with an error where a test failed.
# A Python that is not on the PATH can be named: PYTHONS="/path/to/python3.11 /path/to/python3.13" make test-matrix
set -u
failed=0
known=$(sed -n 's/.*"Programming Language :: Python :: \(3\.[0-9]*\)".*/python\1/p' pyproject.toml)

run() { # the environment, then what pytest is told
    environment=$1
    shift
    result=$("$environment/bin/python" -m pytest -q -p no:cacheprovider --ignore=tests/browser "$@" 2>&1)
    code=$?
    echo "Python $version, NumPy $("$environment/bin/python" -c 'import numpy; print(numpy.__version__)'), $what: $(echo "$result" | tail -1)"
    [ $code = 0 ] || { failed=1; echo "$result" | grep -E '^(FAILED|ERROR|E  )' | head -20; }
}

need_the_book() { # tests of what only the book's packages make: its notebooks and their copies, pages, figures, style
    for name in cells chapters colours figures notebooks pyodide_files reports style truth wheel; do echo "--ignore=tests/test_$name.py"; done
}

for python in ${PYTHONS:-$known}; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || { echo "$python: not here"; continue; }
    what="all pins"
    if PYTHON=$python sh tools/make_venv.sh ".venv-matrix/$version" -r requirements.txt; then
        run ".venv-matrix/$version"
    else
        failed=1
    fi
    case $version in
        3.11) oldest=1.24.0 ;;
        3.12) oldest=1.26.0 ;;
        3.13) oldest=2.1.0 ;;
        3.14) oldest=2.3.2 ;;
        *) oldest=2.5.0 ;;
    esac
    what="library alone"
    for numpy in "numpy==$oldest" numpy; do
        environment=.venv-matrix/$version-$numpy
        if PYTHON=$python sh tools/make_venv.sh "$environment" "$numpy" pytest pytest-xdist hypothesis ml_dtypes -e .; then
            run "$environment" -o addopts="" -n auto --doctest-modules tests xentedu --ignore=xentedu/explore $(need_the_book)
        else
            failed=1
        fi
    done
done
exit $failed
