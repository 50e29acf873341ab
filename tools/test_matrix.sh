#!/bin/sh
# The library's tests on every Python from 3.10 to 3.13 that is here, each with the oldest and the newest NumPy that it can
# have within pyproject.toml's range. Names Pythons that are missing; ends with an error where a test failed.
# What is left out needs the packages of the book: its notebooks, pages, figures and their colours, its linter's style.
# A Python that is not on the PATH can be named: PYTHONS="/path/to/python3.10 /path/to/python3.13" make test-matrix
set -u
failed=0
for python in ${PYTHONS:-python3.10 python3.11 python3.12 python3.13}; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || { echo "$python: not here"; continue; }
    case $version in
        3.10 | 3.11) oldest=1.24.0 ;;
        3.12) oldest=1.26.0 ;;
        *) oldest=2.1.0 ;;
    esac
    for numpy in "numpy==$oldest" numpy; do
        venv=.venv-matrix/$version-$numpy
        "$python" -m venv "$venv" &&
            "$venv/bin/pip" install -q --disable-pip-version-check "$numpy" pytest pytest-xdist hypothesis . 2>/dev/null &&
            result=$("$venv/bin/python" -m pytest -q -p no:cacheprovider -o addopts="" -n auto --doctest-modules tests xentedu \
                --ignore=tests/browser --ignore=tests/test_chapters.py --ignore=tests/test_notebooks.py --ignore=tests/test_style.py --ignore=tests/test_colours.py --ignore=xentedu/explore 2>&1)
        code=$?
        echo "Python $version, NumPy $("$venv/bin/python" -c 'import numpy; print(numpy.__version__)'): $(echo "$result" | tail -1)"
        [ $code = 0 ] || { failed=1; echo "$result" | grep -E '^(FAILED|ERROR|E  )' | head -20; }
    done
done
exit $failed
