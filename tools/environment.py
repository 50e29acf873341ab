"""Make a virtual environment with the given packages, unless it is there already.

    python tools/environment.py .venv -r requirements.txt

It is there where its .ready says that these files, in this folder, were installed to the end. One process at a time
makes it; others wait. What goes wrong ends in one line that says what it was and what to do.
"""

import argparse
import hashlib
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import time

ROOT = pathlib.Path(__file__).parents[1]
PATIENCE = 900  # seconds for which another process may be installing


def main(arguments=None):
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--named", action="store_true", help="this Python was asked for: no other one's environment will do"
    )
    parser.add_argument("folder", type=pathlib.Path)
    options, packages = parser.parse_known_args(arguments)
    folder = options.folder.absolute()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with Lock(folder.with_name(folder.name + ".lock")):
            if not is_ready(folder, packages, options.named):
                make(folder, packages)
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(f"xentedu: {diagnosis(str(error))}")


def make(folder, packages):
    """Make the environment anew, and say so in .ready when all of it is there."""
    print(f"Installing into {folder.name}, with Python {sys.version.split()[0]}: {' '.join(packages)} …", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(folder)])
    pip = [str(python_of(folder)), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    # Wheels alone: where there is none for this Python, a build from source would fail minutes later, and say less.
    run([*pip, "--only-binary=:all:", *packages])
    ready = folder / ".ready"
    part = folder / ".ready.part"
    part.write_text(json.dumps({**wanted(folder, packages), "python": identity(sys.executable)}), encoding="utf-8")
    part.replace(ready)  # whole, or not there


def is_ready(folder, packages, named=False):
    """Return whether these packages are in the environment, for the Python that was named, if one was."""
    try:
        ready = json.loads((folder / ".ready").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    python = ready.pop("python", None)
    if ready != wanted(folder, packages) or (named and python != identity(sys.executable)):
        return False
    return identity(python_of(folder)) == python  # it may be gone, or another: pyenv, brew and apt replace it


def wanted(folder, packages):
    """Return what a change of makes the environment another one: its place, its packages."""
    digest = hashlib.sha256()
    for path in [*requirement_files(packages), ROOT / "pyproject.toml"]:
        digest.update(path.read_bytes())
    return {"folder": str(folder), "packages": packages, "files": digest.hexdigest()}


def requirement_files(packages):
    """Yield the files that ``-r`` names, and those that they name."""
    for option, name in itertools.pairwise(packages):
        if option == "-r":
            path = ROOT / name
            yield path
            lines = path.read_text(encoding="utf-8").splitlines()
            yield from requirement_files([word for line in lines if line.startswith("-r ") for word in line.split()])


def identity(python):
    """Return which Python an environment's, or any other, is: its version and the installation that it belongs to."""
    code = "import sys; print(sys.version, sys.base_prefix)"
    try:
        return subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def python_of(folder):
    """Return the environment's interpreter."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(command):
    """Run a command, showing what it complains of; exit with a diagnosis where it fails."""
    complaints = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace", cwd=ROOT) as process:
        for line in process.stderr:
            complaints.append(line)
            sys.stderr.write(line)
    if process.returncode:
        sys.exit(f"xentedu: {diagnosis(''.join(complaints))}")


# What pip, venv and the system say, and what that means. The first that is found counts: a full disk may look like
# anything else later on, and without a network pip says that it found no version.
CAUSES = [
    (
        r"No space left on device|Errno 28\b|Disk quota exceeded|not enough space on the disk",
        "no space: the disk is full. Free 2 GB, then run make again.",
    ),
    (
        r"Permission denied|Errno 13\b|Read-only file system|Errno 30\b|Access is denied",
        "no permission to write here: {detail}. Use a checkout of your own, on a disk that can be written to.",
    ),
    (
        r"NewConnectionError|ConnectTimeout|Read timed out|ReadTimeout|ProxyError|Failed to resolve|name resolution|"
        r"getaddrinfo failed|Network is unreachable|No route to host|Connection (?:refused|reset|aborted)|SSLError",
        "no network: the package index was not reached. Connect (or set HTTPS_PROXY), then run make again.",
    ),
    (
        r"No matching distribution found for (?P<package>\S+)|requires a different Python",
        "no wheel of {package} for Python {version} on {platform}. Name another Python: make PYTHON=/path/to/python",
    ),
]


def diagnosis(text):
    """Return, in one line, what the complaints mean and what to do."""
    for pattern, meaning in CAUSES:
        if found := re.search(pattern, text):
            line = text[text.rfind("\n", 0, found.start()) + 1 :].split("\n")[0]
            return meaning.format(
                package=found.groupdict().get("package") or "a package",
                detail=line.strip(),
                version=f"{sys.version_info.major}.{sys.version_info.minor}",
                platform=sysconfig.get_platform(),
            )
    if shutil.disk_usage(ROOT).free < 50_000_000:  # venv keeps to itself what its own pip complained of
        return CAUSES[0][1]
    return "the packages were not installed, for the reason that stands above."


class Lock:
    """Holds a file, so that one process at a time is inside; the system lets go of it when the process ends."""

    def __init__(self, path, patience=PATIENCE):
        self.path, self.patience = path, patience

    def __enter__(self):
        self.file = open(self.path, "ab")
        end = time.monotonic() + self.patience
        told = False
        while not self.taken():
            if time.monotonic() > end:
                sys.exit(
                    f"xentedu: busy: another process has held {self.path} for {self.patience} s. End it and try again."
                )
            if not told:
                print(f"Another process is at work here: waiting for it ({self.path.name}) …", flush=True)
                told = True
            time.sleep(0.2)

    def taken(self):
        """Try to take the lock; return whether it was free."""
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(self.file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def __exit__(self, *exception):
        self.file.close()


if __name__ == "__main__":
    main()
