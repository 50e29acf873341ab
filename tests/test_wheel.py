"""What is built and installed from it, away from the checkout: the library, its commands, and each chapter alone."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile

import nbformat
import numpy as np
import pytest

from tools import notebooks

ROOT = notebooks.BOOK.parent
CHAPTERS = sorted(path.name for path in notebooks.BOOK.glob("*.ipynb"))


def run(*command, folder, status=(0,)):
    """Run a command in a folder, without what this environment says of itself; return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "COV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode in status, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The source archive, and the wheel that is built from the archive alone."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, folder=ROOT)
    (archive,) = folder.glob("*.tar.gz")
    shutil.unpack_archive(archive, folder)
    source = folder / archive.name.removesuffix(".tar.gz")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=source)
    (wheel,) = folder.glob("*.whl")
    return archive, wheel


def environment(folder, wheel=None):
    """Make an environment with the wheel in it, or nothing; return its Python and its folder of packages."""
    run(sys.executable, "-m", "venv", "--without-pip", folder, folder=folder.parent)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if wheel:
        pip = sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index"
        run(*pip, wheel, folder=folder)
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=folder)
    return python, pathlib.Path(packages.strip())


@pytest.fixture(scope="module")
def with_numpy(built, tmp_path_factory):
    """An environment of the wheel and NumPy, and nothing else."""
    python, packages = environment(tmp_path_factory.mktemp("numpy") / "env", built[1])
    for part in pathlib.Path(np.__file__).parents[1].glob("numpy*"):
        (packages / part.name).symlink_to(part) if os.name != "nt" else shutil.copytree(part, packages / part.name)
    return python


@pytest.fixture(scope="module")
def with_lessons(built, tmp_path_factory):
    """An environment of the wheel and all that is installed here: what "xentedu[lessons]" brings, but not the checkout.

    Packages are found through a .pth file, and Python does not read the .pth files of what it finds there: the
    checkout's among them.
    """
    python, packages = environment(tmp_path_factory.mktemp("lessons") / "env", built[1])
    here = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    (packages / "here.pth").write_text("\n".join(sorted(here)) + "\n", encoding="utf-8")
    return python


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_all_of_the_package_and_the_chapters_are_in_it(built, kind):
    if kind == "sdist":
        with tarfile.open(built[0]) as file:
            found = {name.partition("/")[2].replace("book/", "xentedu/chapters/") for name in file.getnames()}
    else:
        found = set(zipfile.ZipFile(built[1]).namelist())
    package = [path for path in (ROOT / "xentedu").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    wanted = {path.relative_to(ROOT).as_posix() for path in package} | {f"xentedu/chapters/{name}" for name in CHAPTERS}
    assert len(wanted) > 80
    assert wanted <= found


def test_the_installed_library_tests_itself_with_numpy_alone(with_numpy, tmp_path):
    told = run(with_numpy, "-m", "xentedu", "selftest", folder=tmp_path)
    assert f"NumPy {np.__version__}" in told
    for agree, cases in re.findall(r"(\d+) of (\d+) cases agree", told):
        assert agree == cases
    assert "TensorFlow 1.15.5" in told
    where = run(with_numpy, "-c", "import xentedu; print(xentedu.__file__)", folder=tmp_path)
    assert pathlib.Path(where).is_relative_to(with_numpy.parents[1])


def first_code(chapter):
    notebook = nbformat.read(notebooks.BOOK / chapter, as_version=4)
    return next(cell.source for cell in notebook.cells if cell.cell_type == "code")


def test_a_chapter_says_what_to_install(with_numpy, tmp_path):
    (code,) = {first_code(chapter) for chapter in CHAPTERS}
    (tmp_path / "first.py").write_text(code, encoding="utf-8")
    without, _ = environment(tmp_path / "env")
    told = "import runpy\ntry: runpy.run_path('first.py')\nexcept ImportError as error: print(error)"
    for python, missing in ((without, "xentedu"), (with_numpy, "anywidget")):
        assert run(python, "-c", told, folder=tmp_path) == (
            f'{missing} is not installed. Run this, then the cell again: %pip install "xentedu[lessons]"\n'
        )


@pytest.mark.parametrize(("use", "missing"), [("widget", "anywidget"), ("still", "matplotlib")])
def test_a_figure_says_what_to_install(with_numpy, tmp_path, use, missing):
    code = (
        f"from xentedu.explore import LogitShift\ntry: LogitShift().{use}()\nexcept ImportError as error: print(error)"
    )
    told = run(with_numpy, "-c", code, folder=tmp_path)
    assert told.endswith(f'needs {missing}, which is not installed: pip install "xentedu[figures]"\n')


@pytest.fixture(scope="module")
def compared(with_lessons, tmp_path_factory):
    """What nbval says of the chapters, each in a folder of its own with nothing else in it."""
    folder = tmp_path_factory.mktemp("alone")
    for chapter in CHAPTERS:
        (folder / chapter).mkdir()
        shutil.copy(notebooks.BOOK / chapter, folder / chapter)
    code = "import xentedu\n\nprint(xentedu.__file__)"
    where = run(with_lessons, "-c", code, folder=folder)
    assert pathlib.Path(where).is_relative_to(with_lessons.parents[1])
    printed = nbformat.v4.new_output("stream", name="stdout", text=where)
    same = nbformat.v4.new_code_cell(code, execution_count=1, outputs=[printed])  # nor does a kernel see the checkout
    nbformat.write(nbformat.v4.new_notebook(cells=[same]), folder / "where.ipynb")
    pytest_there = with_lessons, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider"
    return run(*pytest_there, "--nbval", "--nbval-current-env", ".", folder=folder, status=(0, 1))


def test_the_kernels_see_the_wheel(compared):
    assert re.findall("^PASSED where.ipynb::.*", compared, re.MULTILINE) == ["PASSED where.ipynb::Cell 0"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_alone(compared, chapter):
    """As in somebody else's CI: nbval executes a downloaded notebook in an empty folder, and compares its outputs."""
    cells = nbformat.read(notebooks.BOOK / chapter, as_version=4).cells
    failures = re.search(r"^=+ FAILURES =+$(.*?)^=+ ", compared, re.MULTILINE | re.DOTALL)
    told = re.split(r"^_+ (?=\S+\.ipynb::)", failures[1], flags=re.MULTILINE) if failures else []
    failed = "".join(part for part in told if part.startswith(f"{chapter}/"))
    if failed:
        pytest.fail(failed, pytrace=False)
    passed = re.findall(rf"^PASSED {chapter}/{chapter}::Cell \d+$", compared, re.MULTILINE)
    assert len(passed) == sum(cell.cell_type == "code" for cell in cells)
