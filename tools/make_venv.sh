#!/bin/sh
# Make the virtual environment $1, with what follows (pip's arguments), unless it is there: tools/environment.py, run by
# the newest Python that the pins know (pyproject.toml lists them), or by the one that PYTHON names.
set -u
cd "$(dirname "$0")/.."
known=$(sed -n 's/.*"Programming Language :: Python :: \(3\.[0-9]*\)".*/\1/p' pyproject.toml)
range="$(echo $known | sed 's/ .* / to /')"

version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }
is_known() { echo "$known" | grep -qx "$1"; }
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
refuse() {
    echo "xentedu: $*" >&2
    exit 1
}

if [ -n "${PYTHON:-}" ]; then
    found=$(version "$PYTHON") || refuse "no Python: PYTHON=$PYTHON does not run. Give the path of a Python $range."
    is_known "$found" || refuse "PYTHON=$PYTHON is Python $found, and the book's packages are for Python $range. Name one of those."
    has_venv "$PYTHON" || refuse "$PYTHON cannot make virtual environments. On Debian and Ubuntu: apt install python$found-venv"
    exec "$PYTHON" tools/environment.py --named "$@"
fi

others="" # Pythons that are here, and why they will not do
for python in $(for number in $known; do echo "python$number"; done | sort -t. -k2nr) python3 python; do
    found=$(version "$python") || continue
    if ! is_known "$found"; then
        others="$others; $python is Python $found"
    elif has_venv "$python"; then
        exec "$python" tools/environment.py "$@"
    else
        lacking="${lacking:-$found}"
    fi
done
[ -z "${lacking:-}" ] || refuse "Python $lacking cannot make virtual environments. On Debian and Ubuntu: apt install python$lacking-venv"
refuse "no Python $range was found${others}. Install one, or name it: make PYTHON=/path/to/python"
