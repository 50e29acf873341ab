"""The command ``python -m xentedu lab``."""

import argparse
import importlib.util
import pathlib
import sys

from . import copies


def main(arguments=None):
    """Open the chapters in JupyterLab, in copies of your own."""
    parser = argparse.ArgumentParser(
        prog="python -m xentedu lab",
        description=f"{main.__doc__} What you change stays: a copy that you edited is never written again.",
        epilog="What follows -- goes to JupyterLab: python -m xentedu lab lessons -- --no-browser",
    )
    parser.add_argument("folder", nargs="?", default="lessons", type=pathlib.Path, help="where they go (%(default)s)")
    parser.add_argument("--copies-only", action="store_true", help="write the copies, and open nothing")
    parser.add_argument("more", nargs="*", metavar="-- arguments", help="arguments of JupyterLab's own")
    options = parser.parse_args(arguments)
    needed = ("pybtex",) if options.copies_only else ("jupyterlab", "pybtex")
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        print(f'Not installed: {", ".join(missing)}. Run: pip install "xentedu[lessons]"', file=sys.stderr)
        return 1
    for yours, newer in copies.write(options.folder).items():
        print(f"{yours} has your changes and stays. The chapter has changed since: its new edition is {newer}.")
    print(f"The chapters are in {options.folder.resolve()}, beginning with {copies.FIRST_PAGE}.", flush=True)
    return 0 if options.copies_only else _jupyterlab(options.folder, options.more)


def _jupyterlab(folder, more):
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(
        [
            f"--ServerApp.root_dir={folder.resolve()}",
            # A workspace of its own: the tabs of the reader's other work stay out of it.
            f"--LabApp.default_url=/lab/workspaces/xentedu/tree/{copies.FIRST_PAGE}",
            "--allow-root",  # in a container one often is root; it changes nothing for anybody else
            *more,
        ]
    )
    return 0
