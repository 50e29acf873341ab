#!/bin/sh
# Make the virtual environment $1, with what follows (pip's arguments). Ends in one line that says what to do when it cannot.
set -u
venv=$1
shift

for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.10; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then found=$python; break; fi
done
if [ -z "${found:-}" ]; then
    echo "xentedu: no Python 3.10 or newer was found. Install one, or name it: make PYTHON=/path/to/python3" >&2
    exit 1
fi
if ! "$found" -m venv --clear "$venv"; then
    echo "xentedu: $found could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2
    exit 1
fi
echo "Installing into $venv: $* …"
if ! "$venv/bin/pip" install --quiet --disable-pip-version-check "$@"; then
    echo "xentedu: the packages were not installed. Without a network nothing can be fetched: connect, then run make again." >&2
    exit 1
fi
