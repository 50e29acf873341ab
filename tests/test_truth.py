"""The build tells the truth: a small book with the book's own configuration, built again and again."""

import html
import os
import re
import shutil
import subprocess

import nbformat
import pytest

from tests.browser.conftest import JUPYTER_BOOK
from tools import environment

ROOT = environment.ROOT
PLOT = """import matplotlib.pyplot as plt
_ = plt.plot([0, 1])"""
PIECES = ("0.", "25\n", "\n", "  two\n", "three ", "\n\n", "four")
PRINT = f"""import time
for text in {PIECES}:
    print(text, end="", flush=True)
    time.sleep(0.05)"""
FIGURE = """from xentedu.explore import LogitShift
LogitShift()"""
LIBRARY = """import pathlib
print(pathlib.Path("../xentedu/library.txt").read_text())"""
# Another machine's settings, each of which changed a page, or stopped the build, before.
FOREIGN = {"MPLBACKEND": "Agg", "PYTHONWARNINGS": "always", "SOURCE_DATE_EPOCH": "0", "FORCE_COLOR": "1"}


class SmallBook:
    """A checkout with three pages, one of them a notebook."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(ROOT / "book", folder / "book", ignore=shutil.ignore_patterns("*.ipynb", "*.md"))
        self.write("tools/environment.py", (ROOT / "tools" / "environment.py").read_text(encoding="utf-8"))
        config = (ROOT / "_config.yml").read_text(encoding="utf-8")
        # Without Python on its pages (25 MB), the guide and the style sheet's diet: what they make is another matter.
        self.write("_config.yml", re.sub(r"(?m)^ +- (cells|guide|weight) .*\n", "", config))
        self.write(
            "_toc.yml", "format: jb-book\nroot: book/index\nchapters:\n- file: book/lesson\n- file: book/notes\n"
        )
        self.write("book/references.bib", "")
        self.write("xentedu/library.txt", "one")
        self.write("book/index.md", "# Small\n\nA book. See [](notes-head).\n")
        self.write("book/notes.md", "# Notes\n\n(notes-head)=\n## Head\n\nA note.\n")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def lesson(self, *cells):
        cells = [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(cells)]
        head = nbformat.v4.new_markdown_cell("# Lesson\n\nA lesson.", id="head")
        spec = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        self.write("book/lesson.ipynb", nbformat.writes(nbformat.v4.new_notebook(cells=[head, *cells], metadata=spec)))

    def start(self, **variables):
        """Begin to build, as `make book` does."""
        command = [*JUPYTER_BOOK, "build", "."]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "encoding": "utf-8"}
        return subprocess.Popen(command, cwd=self.folder, env={**os.environ, **variables}, **pipes)

    def build(self, **variables):
        """Build; return the exit status and what was said."""
        with self.start(**variables) as process:
            said = process.communicate()[0]
        return process.returncode, said

    def site(self):
        """Return the site's files with their bytes."""
        site = self.folder / "_build" / "html"
        return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """Return what each of a row of builds gave: its status, what it said, its site."""
    book = SmallBook(tmp_path_factory.mktemp("small"))
    done = {}

    def build(name, **variables):
        done[name] = (*book.build(**variables), book.site())

    book.lesson("x = 1", "x + undefined")
    book.write("book/notes.md", "# Notes\n\nA note, and [a link](nowhere.md).\n")
    build("wrong")
    build("wrong still")
    book.lesson(PRINT, PLOT, FIGURE, LIBRARY)
    book.write("book/notes.md", "# Notes\n\n(notes-head)=\n## Head\n\nA note.\n")
    home = tmp_path_factory.mktemp("home")
    for name in (".config/matplotlib/matplotlibrc", "matplotlibrc"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("lines.linewidth: 20\n")
    startup = home / ".ipython" / "profile_default" / "startup" / "mine.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("print('mine')\n")
    book.write("book/.ipynb_checkpoints/lesson-checkpoint.ipynb", "{")  # a chapter was opened in JupyterLab
    build("mended", **FOREIGN, HOME=str(home), XDG_CONFIG_HOME=str(home / ".config"), MATPLOTLIBRC=str(home))
    shutil.rmtree(book.folder / "_build")
    shutil.rmtree(book.folder / "book" / ".ipynb_checkpoints")
    with book.start() as first, book.start() as second:
        done["first"] = (first.communicate()[0], first.returncode)
        done["second"] = (second.communicate()[0], second.returncode)
    done["two at once"] = book.site()
    book.write("xentedu/library.txt", "two")
    book.write("book/notes.md", "# Notes\n\n## Head\n\nA note.\n")
    build("library changed, label gone")
    return done


def text(page):
    """Return what a page shows."""
    return html.unescape(re.sub("<[^>]*>", "", page.decode()))


@pytest.mark.parametrize("build", ["wrong", "wrong still"])
def test_it_fails_until_what_is_wrong_is_mended_and_says_what_that_is(builds, build):
    status, said, _ = builds[build]
    assert status == 1
    last = said.partition("The book was not built as it should be:")[2]
    assert re.search(r"book/lesson\.ipynb, this cell:\n-+\nx \+ undefined\n", last)
    assert "NameError: name 'undefined' is not defined" in last
    assert re.search(r"book/notes\.md, line 3: .*'nowhere\.md'", last)
    assert re.search(r"book/index\.md, line 3: .*'notes-head'", last)


def test_when_mended_nothing_stays_of_the_failure(builds):
    status, said, site = builds["mended"]
    assert status == 0, said
    assert not [name for name in site if "reports" in name]
    assert "NameError" not in text(site["book/lesson.html"])


def test_what_a_cell_prints_in_pieces_is_one_text(builds):
    assert f"\n{''.join(PIECES)}\n" in text(builds["mended"][2]["book/lesson.html"])


def test_a_users_settings_and_another_build_beside_it_change_no_byte(builds):
    mended, beside = builds["mended"][2], builds["two at once"]
    assert (builds["first"][1], builds["second"][1]) == (0, 0), builds["first"]
    assert sum("is at work here: waiting for it" in builds[name][0] for name in ("first", "second")) == 1
    assert [name for name in sorted({*mended, *beside}) if mended.get(name) != beside.get(name)] == []
    assert len([name for name in mended if name.startswith("_images/")]) == 2
    assert b'data-figure="logit_shift"' in mended["book/lesson.html"]


def test_a_page_that_did_not_change_follows_what_it_is_made_with(builds):
    status, said, site = builds["library changed, label gone"]
    assert "\ntwo\n" in text(site["book/lesson.html"])
    assert status == 1
    assert re.search(r"book/index\.md, line 3: .*'notes-head'", said)


def test_where_nothing_can_be_written_the_last_line_says_so(tmp_path):
    """A file is in the way, which stops root too; a disk that is full or only for reading ends alike."""
    book = SmallBook(tmp_path)
    book.lesson("x = 1")
    book.write("_build", "")
    status, said = book.build()
    assert status == 1
    last = said.partition("The book was not built as it should be:\n")[2]
    assert re.fullmatch(r"FileExistsError: .*'\S*_build'\n", last)
