"""Making the environment: which Python is taken, who may install, and the one line that says what went wrong."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import zipfile

import pytest

from tools import environment

ROOT = environment.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
KNOWN = [name.split()[-1] for name in PROJECT["classifiers"] if re.fullmatch(r"Programming .* :: 3\.\d+", name)]
UNIX = pytest.mark.skipif(os.name == "nt", reason="make_venv.sh needs a Unix shell")
# CI calls these tests by make, so there it is.
MAKE = pytest.mark.skipif(not shutil.which("make"), reason="no make: apt install make; tools/README.md does without")


def test_known_pythons_are_in_a_row_from_the_oldest_that_is_required():
    assert PROJECT["requires-python"] == f">={KNOWN[0]}"
    minors = [int(version.removeprefix("3.")) for version in KNOWN]
    assert minors == list(range(minors[0], minors[-1] + 1))


def make_venv(folder, pythons, **variables):
    """Run make_venv.sh with these Pythons alone on the PATH: names, versions, whether they can make environments."""
    binaries = folder / "bin"
    binaries.mkdir()
    for tool in ("sh", "dirname", "sed", "sort", "grep"):
        (binaries / tool).symlink_to(shutil.which(tool))
    for name, (version, has_venv) in pythons.items():
        (binaries / name).write_text(
            f'#!/bin/sh\ncase "$2" in\n*version_info*) echo {version} ;;\n*ensurepip*) exit {0 if has_venv else 1} ;;\n'
            f'*) echo "{name} runs $*" ;;\nesac\n'
        )
        (binaries / name).chmod(0o755)
    command = ["sh", ROOT / "tools" / "make_venv.sh", ".venv", "-r", "requirements.txt"]
    variables = {key: value.format(bin=binaries) for key, value in variables.items()}
    done = subprocess.run(
        command, env={"PATH": str(binaries), **variables}, capture_output=True, text=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).rstrip().rpartition("\n")[2]


@UNIX
@pytest.mark.parametrize(
    ("pythons", "taken"),
    [
        ({"python3": ("3.12", True), "python3.13": ("3.13", True)}, "python3.13"),
        ({"python3.11": ("3.11", True), "python3.14": ("3.14", True), "python3.15": ("3.15", True)}, "python3.15"),
        ({"python3": ("3.16", True), "python3.11": ("3.11", True)}, "python3.11"),
        ({"python3": ("3.10", True), "python": ("3.12", True)}, "python"),
        ({"python3.14": ("3.14", False), "python3": ("3.11", True)}, "python3"),
    ],
)
def test_the_newest_python_that_the_pins_know_is_taken(tmp_path, pythons, taken):
    assert make_venv(tmp_path, pythons) == (0, f"{taken} runs tools/environment.py .venv -r requirements.txt")


@UNIX
def test_the_named_python_is_taken_before_any_other(tmp_path):
    pythons = {"python3.13": ("3.13", True), "mine": ("3.12", True)}
    expected = (0, "mine runs tools/environment.py --named .venv -r requirements.txt")
    assert make_venv(tmp_path, pythons, PYTHON="{bin}/mine") == expected


@UNIX
@pytest.mark.parametrize(
    ("pythons", "named", "said"),
    [
        ({}, None, rf"no Python {KNOWN[0]} to {KNOWN[-1]} was found\. Install one, or name it: make PYTHON="),
        ({"python3": ("3.10", True)}, None, r"no Python 3\.\d+ to 3\.\d+ was found; python3 is Python 3\.10\. Install"),
        ({"python3": ("3.13", False)}, None, r"Python 3\.13 cannot make .* apt install python3\.13-venv"),
        (
            {"python3": ("3.13", True), "old": ("3.10", True)},
            "{bin}/old",
            r"old is Python 3\.10, and .* for Python 3\.11",
        ),
        ({"python3": ("3.13", True), "new": ("3.16", True)}, "{bin}/new", r"new is Python 3\.16, and "),
        ({"python3": ("3.13", True)}, "/not/here", r"no Python: PYTHON=/not/here does not run"),
        ({"python3": ("3.12", True), "bare": ("3.13", False)}, "{bin}/bare", r"bare cannot make virtual environments"),
    ],
)
def test_without_a_python_that_will_do_the_last_line_says_so(tmp_path, pythons, named, said):
    status, line = make_venv(tmp_path, pythons, **({"PYTHON": named} if named else {}))
    assert status == 1
    assert re.match(f"xentedu: .*{said}", line)


def pip(*arguments):
    environment.run([sys.executable, "-m", "pip", "install", "--dry-run", "--disable-pip-version-check", *arguments])


def test_without_a_network_the_last_line_says_so():
    with pytest.raises(SystemExit, match="xentedu: no network: "):
        pip("--no-deps", "--retries=1", "--index-url=http://127.0.0.1:9/simple", "xentedu-not-published")


def test_without_a_wheel_for_this_python_the_last_line_names_package_and_python(tmp_path):
    with zipfile.ZipFile(tmp_path / "nowheel-1.0-cp27-cp27m-win32.whl", "w") as wheel:
        wheel.writestr("nowheel-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: nowheel\nVersion: 1.0\n")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    with pytest.raises(SystemExit, match=rf"xentedu: no wheel of nowheel==1\.0 for Python {re.escape(version)} on "):
        pip("--no-index", f"--find-links={tmp_path}", "nowheel==1.0")


@UNIX
def test_on_a_full_disk_the_last_line_says_so(tmp_path, monkeypatch):
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".ready.part").symlink_to("/dev/full")
    monkeypatch.setattr(environment, "run", lambda command: None)
    with pytest.raises(SystemExit, match="xentedu: no space: "):
        environment.main([str(tmp_path / ".venv")])


@UNIX
def test_without_permission_the_last_line_says_so(tmp_path):
    folder = tmp_path if os.geteuid() else pathlib.Path("/sys")  # where root may not write either
    tmp_path.chmod(0o500)
    with pytest.raises(SystemExit, match=r"xentedu: no permission to write here: .*\.venv\.lock"):
        environment.main([str(folder / ".venv")])
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("complaint", "meaning"),
    [
        # What pip 23 to 26 and venv print, and Windows' own words.
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "no space"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x/y'", "no permission"),
        ("Error: [Errno 30] Read-only file system: '/x/.venv'", "no permission"),
        ("PermissionError: [WinError 5] Access is denied: 'C:\\\\x'", "no permission"),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<x>: Failed to "
            "establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/numpy/\n"
            "ERROR: Could not find a version that satisfies the requirement numpy==2.4.6 (from versions: none)\n"
            "ERROR: No matching distribution found for numpy==2.4.6",
            "no network",
        ),
        ("ERROR: Package 'fonttools' requires a different Python: 3.10.13 not in '>=3.11'", "no wheel of a package"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES",
            "the packages were not installed, for the reason that stands",
        ),
    ],
)
def test_each_complaint_has_its_meaning(complaint, meaning):
    assert environment.diagnosis(complaint).startswith(meaning)


def test_a_complaint_that_nobody_foresaw_stands_above_the_last_line(tmp_path, monkeypatch, capsys):
    def make(folder, packages):
        raise OSError(40, "Too many levels of symbolic links")

    monkeypatch.setattr(environment, "make", make)
    with pytest.raises(SystemExit, match="for the reason that stands above"):
        environment.main([str(tmp_path / ".venv")])
    assert "Too many levels of symbolic links" in capsys.readouterr().err


@UNIX
def test_a_second_installation_waits_and_a_killed_one_leaves_nothing_that_looks_whole(tmp_path):
    """Three at once, the first of them killed, in a folder that is not there yet; then the folder is renamed."""
    folder = tmp_path / "checkout" / ".venv"
    (tmp_path / "packages.txt").write_text("# none\n")
    packages = ["-r", str(tmp_path / "packages.txt")]
    command = [sys.executable, "-u", ROOT / "tools" / "environment.py", folder, *packages]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, **pipes, start_new_session=True) as killed:
        assert "Installing into .venv" in killed.stdout.readline()
        os.killpg(killed.pid, signal.SIGKILL)
    assert not environment.is_ready(folder, packages)
    with subprocess.Popen(command, **pipes) as first, subprocess.Popen(command, **pipes) as second:
        said = [first.communicate()[0], second.communicate()[0]]
    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted(text.count("Installing") for text in said) == [0, 1]
    # One waits for the other; both do, where a child of the killed one takes a moment longer to die.
    assert sum("Another process is at work here" in text for text in said) >= 1
    assert environment.is_ready(folder, packages)
    subprocess.run([environment.python_of(folder), "-m", "pip", "--version"], check=True, capture_output=True)

    (tmp_path / "packages.txt").write_text("# none yet\n")
    assert not environment.is_ready(folder, packages)
    (tmp_path / "packages.txt").write_text("# none\n")
    moved = folder.parent.rename(tmp_path / "renamed") / ".venv"
    assert not environment.is_ready(moved, packages)


def test_one_who_waits_too_long_says_that_it_is_busy(tmp_path):
    with environment.Lock(tmp_path / "lock"), pytest.raises(SystemExit, match="xentedu: busy: "):  # noqa: SIM117 (the second waits within the first)
        with environment.Lock(tmp_path / "lock", patience=0):
            pass


def test_a_checkout_made_on_windows_has_the_same_bytes(tmp_path):
    """With CRLF, no shell script would run under WSL."""
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout: a copy without its history")
    clone = ["git", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", "clone", "-q", "--no-hardlinks", ROOT]
    subprocess.run([*clone, tmp_path / "clone"], check=True, capture_output=True)
    for name in ("tools/make_venv.sh", ".ci/run", "Makefile", "book/logits.ipynb"):
        assert b"\r\n" not in (tmp_path / "clone" / name).read_bytes(), name


@UNIX
@MAKE
def test_make_clean_removes_what_was_made_and_leaves_what_a_reader_wrote(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    kept = {"Makefile", "book/logits.ipynb", "lessons/02-logits.ipynb", "lessons/.ipynb_checkpoints/02-logits.ipynb"}
    made = {".venv/.ready", ".venv.lock", ".venv-lab/.ready", "_build/html/index.html"}
    made |= {"book/.ipynb_checkpoints/logits-checkpoint.ipynb", "xentedu/__pycache__/nn.pyc"}
    for name in kept | made:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == kept


MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = list(dict.fromkeys(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)))


@UNIX
@MAKE
def test_make_alone_lists_every_target():
    listed = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert re.findall(r"^  make ([a-z-]+) +\w", listed, re.MULTILINE) == TARGETS


def test_what_the_workflows_make_can_be_made():
    called = set()
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        for line in re.findall(r"run: make PYTHON=python (.*)", text):
            called |= set(line.replace('"$TARGET"', "").split())
        called |= {name for row in re.findall(r"target: \[(.*)\]", text) for name in row.split(", ")}
    assert {"lint", "test", "book", "resolve", "newest", "linkcheck"} <= called <= set(TARGETS)


def test_plain_commands_are_those_of_the_makefile():
    recipes = MAKEFILE.replace("$(BIN)/python -I $(BIN)/jupyter-book", "jupyter-book").replace(
        "python -m pytest", "pytest"
    )
    recipes = re.sub(r"\$\((?:LAB|LINT)\)/bin/|\$\(BIN\)/", "", recipes)
    rows = re.findall(
        r"^\| `make (.*?)` \| (.*) \|$", (ROOT / "tools" / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(rows) > 5
    for target, commands in rows:
        recipe = re.search(rf"^{target}:.*\n\t(.*)", recipes, re.MULTILINE)[1]
        for command in re.findall(r"`\.venv.Scripts.(.*?)`", commands):
            assert command in recipe, f"make {target}"
