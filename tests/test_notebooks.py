"""The committed notebooks: executed, with text outputs, without pictures, and as `make notebooks` gives them."""

import ast
import itertools
import pathlib
import re

import nbformat
import pytest

from tools import notebooks, tabs

PATHS = sorted(notebooks.BOOK.glob("*.ipynb"))  # JupyterLab leaves copies in folders below
MAKE = "run `make notebooks`, and commit the notebook as it writes it"


def problems(notebook):
    """Return what is wrong with a committed notebook."""
    found = [f"widget state in {key}" for key in notebook.metadata if key == "widgets"]
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        first = cell.source.splitlines()[0] if cell.source else "(empty)"
        if cell.execution_count is None:
            found.append(f"never executed: {first}")
        if any(isinstance(last, ast.Expr) for last in ast.parse(cell.source).body[-1:]) and not cell.outputs:
            found.append(f"shows something, but has no output: {first}")
        if re.search(r"sys\.path|\.parents|__file__|\.\./", cell.source):
            found.append(f"looks for files around it, which a downloaded notebook has not: {first}")
        if "import matplotlib.pyplot" in cell.source and 'plt.style.use("xentedu.explore.book")' not in cell.source:
            found.append(f"plots in another style than the book's: {first}")
        for output in cell.outputs:
            kinds = set(output.get("data", {}))
            if kinds - set(notebooks.KEPT):
                found.append(f"stores {sorted(kinds - set(notebooks.KEPT))}: {first}")
            if kinds and "text/plain" not in kinds:
                found.append(f"an output without text: {first}")
    return found


def test_the_gate_sees_each_problem():
    cells = [
        nbformat.v4.new_code_cell("1 + 1"),
        nbformat.v4.new_code_cell("print(2)", execution_count=1),
        nbformat.v4.new_code_cell("here = pathlib.Path.cwd().parents", execution_count=1),
        nbformat.v4.new_code_cell("import matplotlib.pyplot as plt", execution_count=2),
        nbformat.v4.new_code_cell(
            "plot()", execution_count=3, outputs=[nbformat.v4.new_output("display_data", {"image/png": "AAAA"})]
        ),
    ]
    found = problems(nbformat.v4.new_notebook(cells=cells, metadata={"widgets": {}}))
    for text in (
        "widget state",
        "never executed: 1 + 1",
        "has no output: print(2)",
        "looks for files around it, which a downloaded notebook has not: here",
        "another style",
        "image/png",
        "without text",
    ):
        assert any(text in problem for problem in found)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_notebook_is_committed_as_made(path):
    """In form; that the outputs are those of an execution is nbval's to say, which executes each notebook."""
    notebook = nbformat.read(path, as_version=4)
    assert problems(notebook) == [], MAKE
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1)), MAKE
    assert path.read_text(encoding="utf-8") == notebooks.committed_form(notebook), MAKE


def test_a_cell_that_folds_on_the_page_folds_in_jupyterlab():
    tags = ["hide-cell", "hide-input", "hide-output", "remove-cell", "covered"]
    cells = [nbformat.v4.new_code_cell("1", metadata={"tags": [tag], "jupyter": {"of_old": 1}}) for tag in tags]
    made = nbformat.reads(notebooks.committed_form(nbformat.v4.new_notebook(cells=cells)), as_version=4)
    source, outputs = {"source_hidden": True}, {"outputs_hidden": True}
    found = [dict(cell.metadata.get("jupyter", {})) for cell in made.cells]
    assert found == [{**source, **outputs}, source, outputs, source, outputs]


def test_a_chapters_tabs_are_those_of_the_map():
    """What differs from the map is written anew by ``committed_form``, which the test above compares."""
    shown = 0
    for path in PATHS:
        cells = nbformat.read(path, as_version=4).cells
        source = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        places = len(tabs.PLACE.findall(source))
        assert source.count("{tab-set}") == places, path.stem
        changed = source.replace("= torch.tensor(", "= torch.Tensor(")
        assert (changed != source) == bool(places)
        assert tabs.written(changed) == source, path.stem
        shown += places
    assert shown >= 7


def test_each_solution_is_one_folded_cell_below_its_exercise():
    """An exercise is checked twice: in the reader's own cell, and in the solution, right below it."""
    for path in PATHS:
        cells = nbformat.read(path, as_version=4).cells
        checked = [
            match and match[1]
            for match in (
                re.search(r'exercises\.check\(\s*"(\w+)"', cell.source if cell.cell_type == "code" else "")
                for cell in cells
            )
        ]
        assert any(checked), path.stem
        for name in set(checked) - {None}:
            number = checked.index(name)
            starter, solution = cells[number : number + 2]
            assert not starter.metadata.get("jupyter", {}).get("source_hidden", False), name
            assert [at for at, other in enumerate(checked) if other == name] == [number, number + 1], name
            assert solution.source.startswith(notebooks.SOLUTION + "# "), name
            assert "hide-cell" in solution.metadata.tags
            assert solution.metadata.get("mystnb") == notebooks.PROMPTS, MAKE
            assert not any("{dropdown} Solution" in cell.source for cell in cells)


def test_each_chapter_tells_how_long_it_takes():
    """The sentence is there; that its numbers are those of `times` is a part of the committed form."""
    for path in PATHS:
        cells = nbformat.read(path, as_version=4).cells
        if any("exercises.check(" in cell.source for cell in cells):
            told = [notebooks.TIMES.search(cell.source) for cell in cells if cell.cell_type == "markdown"]
            sentence = "**Reading time:** 0 minutes; the one exercise, 0 minutes more."
            assert sum(match is not None for match in told) == 1, f"{path.stem}: write {sentence!r} into a cell"


def test_times_count_what_is_seen():
    def code(lines, words, *tags):
        output = nbformat.v4.new_output("stream", text="word " * words)
        return nbformat.v4.new_code_cell("x\n\n" * lines, outputs=[output], metadata={"tags": list(tags)})

    text = nbformat.v4.new_markdown_cell("word " * 900 + "[word](address)\n```python\na b c\n```\n### Exercise: a")
    seen = [text, code(10, 96), code(999, 0, "hide-input")]  # 1000 words, 10 lines
    five, ten = (f"**Reading time:** {n} minutes; the one exercise, 10 minutes more." for n in (10, 15))
    assert notebooks.times([*seen[:1], *seen[2:]]) == five.replace("10 minutes; ", "5 minutes; ")
    assert notebooks.times(seen) == five
    assert notebooks.times([*seen, code(999, 999, "hide-cell")]) == five
    assert notebooks.times([*seen, code(50, 0)]) == ten


def test_every_chapter_is_in_the_contents():
    contents = (pathlib.Path(__file__).parents[1] / "_toc.yml").read_text(encoding="utf-8")
    assert PATHS
    for path in PATHS:
        assert f"book/{path.stem}" in contents, "name it in _toc.yml"


OPTION = re.compile(r"^:::\{dropdown\} .+\n\*\*(Right|No|Not quite)\.\*\* .+\n:::$", re.MULTILINE)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_question_of_a_chapter_replies_to_each_answer(path):
    text = "\n\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    assert "\n## Check yourself\n" in text
    section = text.split("\n## Check yourself\n")[1].split("\n## ")[0]
    first, *questions = re.split(rf"^\({path.stem.replace('_', '-')}-check-(?=\d+\)=$)", section, flags=re.MULTILINE)
    assert first.strip() == ""
    assert len(questions) >= 5, "questions of Check yourself"
    for number, question in enumerate(questions, 1):
        assert re.match(rf"{number}\)=\n\*\*{number}\.\*\* .+\n\n:::", question)
        replies = OPTION.findall(question)
        assert len(replies) == question.count("{dropdown}")
        assert 2 <= len(replies) <= 4
        assert replies.count("Right") == 1


PREDICTION = re.compile(r"^::::\{admonition\} Predict first\n(.*?)\n::::$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_prediction_replies_to_each_answer_and_covers_what_follows(path):
    cells = [
        cell for cell in nbformat.read(path, as_version=4).cells if "remove-cell" not in cell.metadata.get("tags", ())
    ]
    for cell in cells:
        for question in PREDICTION.findall(cell.source):
            replies = OPTION.findall(question)
            assert len(replies) == question.count("{dropdown}")
            assert 2 <= len(replies) <= 4
            assert replies.count("Right") == 1
    for before, cell in itertools.pairwise(cells):
        if "covered" in cell.metadata.get("tags", ()):
            asked = PREDICTION.findall(before.source) and before.source.rstrip().endswith("::::")
            assert asked or "covered" in before.metadata.get("tags", ()), cell.source
