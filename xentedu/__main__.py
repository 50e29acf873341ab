"""The commands: ``python -m xentedu COMMAND``; without one, their list.

A command is a module with a ``main(arguments)`` that returns an exit status. The first line of its docstring is what
the list says of it, and ``main`` makes its own parser, under the name ``python -m xentedu COMMAND``.
"""

import importlib
import sys

# Command -> the module that carries it out.
COMMANDS = {
    "choose": "xentedu.choosing",
    "diagnose": "xentedu.diagnosing.command",
    "equivalents": "xentedu.equivalents",
    "lab": "xentedu.chapters.lab",
    "selftest": "xentedu.selftest",
}


def main(arguments):
    """Carry out the command that the first argument names; return its exit status."""
    name, *others = arguments or ["--help"]
    if name in COMMANDS:
        return _module(name).main(others)
    lines = [f"  {command:12} {_module(command).main.__doc__.splitlines()[0]}" for command in COMMANDS]
    listed = "\n".join(["usage: python -m xentedu COMMAND …", "", *lines])
    if name in ("-h", "--help"):
        print(listed)
        return 0
    print(f"python -m xentedu: expected a command, received {name!r}.\n\n{listed}", file=sys.stderr)
    return 2


def _module(command):
    return importlib.import_module(COMMANDS[command])


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):  # Windows gives files and pipes an encoding that knows no minus sign
        stream.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
