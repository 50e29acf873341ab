"""Every chapter on the page: run from top to bottom, each cell alone, and every answer to every exercise, by keyboard.

`make page-cells` runs this, about as long as a lecture; `make test` runs one chapter (test_page_is_notebook.py).
"""

import ast
import importlib
import inspect

import pytest

from tests import answers
from tests.browser.cells import Cell, notebook, opened_for_cells, run_alone, run_from_top_to_bottom, starters
from tests.browser.conftest import PAGES, ROOT

pytestmark = pytest.mark.usefixtures("python")
CHAPTERS = [page.removeprefix("book/") for page in PAGES if (ROOT / f"{page}.ipynb").exists()]
ALONE = [
    pytest.param(name, number, id=f"{name}-{number + 1}") for name in CHAPTERS for number in range(len(notebook(name)))
]


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_run_from_top_to_bottom_gives_the_notebook(opened, name):
    run_from_top_to_bottom(opened_for_cells(opened, name), name)


@pytest.fixture(scope="module")
def beside(opened_for_all):
    page = opened_for_cells(opened_for_all, "logits")
    assert Cell(page, 0).run() == "done"
    return page


@pytest.mark.parametrize(("name", "number"), ALONE)
def test_each_cell_pressed_alone_gives_the_notebook(opened, beside, name, number):
    run_alone(opened, name, number, beside)


def helpers(module):
    """Return the source of what a module's answers use: its imports and functions, without the tables of answers."""
    tree = ast.parse(inspect.getsource(module))
    kept = [node for node in tree.body if isinstance(node, ast.Import | ast.FunctionDef) or _is_plain(node)]
    return "\n".join(map(ast.unparse, kept))


def _is_plain(node):
    return isinstance(node, ast.Assign) and node.targets[0].id not in ("RIGHT", "WRONG", "NOTHING")


def answered(module, table):
    """Return (exercise, the source of an answer, words of the reply) from a table of a module of answers."""
    tree = ast.parse(inspect.getsource(module))
    (value,) = (node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == table)
    for key, rows in zip(value.keys, value.values):
        for row, (_, words) in zip(rows.elts, getattr(module, table)[key.value]) if table == "WRONG" else ():
            source = "printing" if isinstance(row, ast.Name) else ast.unparse(row.elts[0])
            yield key.value, source, words
        for row in rows.elts if table == "RIGHT" else ():
            yield key.value, ast.unparse(row), "Correct: "


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_answer_gets_its_reply(opened, name):
    page = opened_for_cells(opened, name)
    module = importlib.import_module(f"tests.answers.{name}")
    setup = "from xentedu import exercises\n" + helpers(answers) + "\n" + helpers(module)
    committed = notebook(name)
    for number, exercise in starters(name).items():
        cell = Cell(page, number)
        assert cell.run() == "done"
        assert cell.text == committed[number].outputs[0].text
        for table in ("WRONG", "RIGHT"):
            for asked, source, words in answered(module, table):
                if asked == exercise:
                    cell.write(f'{setup}\nexercises.check("{exercise}", {source})')
                    page.keyboard.press("Control+Enter")
                    cell.wait("running", "loading", "done")
                    cell.wait("done", "failed")
                    said = cell.text.replace("\n  ", " ")
                    assert words.replace("int64", "int32") in said.replace("int64", "int32"), source  # Pyodide's int
        assert cell.root.locator(".py-mark").text_content() == "Done."
    for number, cell in enumerate(committed):
        if "hide-cell" in cell.metadata.get("tags", ()) and "exercises.check" in cell.source:
            assert Cell(page, number).run() == "done"
            assert "Correct: " in Cell(page, number).text
    assert page.problems == []
