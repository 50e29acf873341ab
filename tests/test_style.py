"""The code as ruff wants it, and the workflows as zizmor does: the same as `make lint`. And how wide lines are."""

import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff(command):
    ruff = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ruff.returncode == 0, ruff.stdout + ruff.stderr


# All JavaScript, of the figures and of the book's pages, and the figures' style. Not what was built or installed.
WRITTEN = [*ROOT.glob("[!._]*/**/*.js"), *ROOT.glob("xentedu/**/*.css")]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_lines_are_as_wide_as_in_python(path):
    wide = [line for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 120]
    assert wide == [], f"{len(wide)} lines of more than 120 columns"


def zizmor(folder):
    program = pathlib.Path(sys.executable).with_name("zizmor")
    options = ["--offline", "--persona=pedantic", "--no-progress", folder]
    return subprocess.run([program, *options], capture_output=True, text=True, check=False)


def test_workflows():
    checked = zizmor(ROOT / ".github")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (r"@[0-9a-f]{40} # (v\d+)\S*", r"@\1", "unpinned-uses"),
        (r"permissions: \{\}", "permissions: write-all", "excessive-permissions"),
    ],
)
def test_a_workflow_that_trusts_too_much_is_found(tmp_path, old, new, named):
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    careless, count = re.subn(old, new, text)
    assert count
    (tmp_path / ".github" / "workflows" / "ci.yml").write_text(careless, encoding="utf-8")
    checked = zizmor(tmp_path)
    assert checked.returncode != 0
    assert named in checked.stdout
