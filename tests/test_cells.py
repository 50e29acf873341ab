"""What runs on the pages: which cells a cell needs, and how their outputs and errors are told."""

import json
import pathlib
import subprocess
import sys

import nbformat
import pytest

ROOT = pathlib.Path(__file__).parents[1]
FOLDER = ROOT / "book" / "cells"
sys.path.insert(0, str(FOLDER))

from names import Cells, facts  # noqa: E402 (found on the path that was just set)


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("y = x + 1", "x"),
        ("x = 1\ny = x", ""),
        ("x = x + 1", "x"),
        ("x += 1", "x"),
        ("if a:\n    x = 1\nprint(x)", "a x"),
        ("if a:\n    x = 1\nelse:\n    x = 2\nprint(x)", "a"),
        ("for i in rows:\n    s = i\nprint(s)", "rows s"),
        ("for i in range(3):\n    s = i\nprint(s)", ""),
        ("print([i for i in rows if i > low])", "rows low"),
        ("def f(a, b=c):\n    return a", "c"),
        ("class A(B):\n    x = y", "B y"),
        ("import numpy as np\nnp.exp(1)", ""),
        ("with open(p) as f:\n    f.read()", "p"),
        ("try:\n    a\nexcept E as e:\n    e\nprint(e)", "a E e"),
        ("[(y := i) for i in rows]\nprint(y)", "rows"),
        ("print(f'{x:{w}}')", "x w"),
        ("match v:\n    case [a, *b]:\n        print(a, b)", "v"),
        ("max = 3\nprint(max)", ""),
        ("x: int\nprint(x)", "x"),
        ("a[i] = b", "a i b"),
    ],
)
def test_reads(source, reads):
    assert facts(source).reads == set(reads.split())


def test_a_function_reads_when_it_is_called():
    found = facts("def f(a):\n    def g(b):\n        return a + b + c\n    local = 1\n    return g(local) + d")
    assert (found.reads, found.later, found.binds) == (set(), {"c", "d"}, {"f"})


@pytest.mark.parametrize(
    ("cells", "before"),
    [
        (["a = 1", "b = 2", "c = a", "print(c)"], [0, 2]),
        (["a = 1", "a = 2", "print(a)"], [1]),
        (["a = [1]", "a.append(2)", "print(a)"], [0, 1]),
        (["a = [1]", "a[0] = 2", "print(a)"], [0, 1]),
        (["a = [1]", "a.copy()", "print(a)"], [0]),
        (["a = [1]", "del a[0]", "print(a)"], [0, 1]),
        (["a = 1", "a += 1", "print(a)"], [0, 1]),
        (["import sys", "sys.path.append('x')", "sys"], [0, 1]),
        (["import numpy as np", "np.zeros(3)", "np"], [0]),
        (["import numpy as np", "np.set_printoptions(precision=2)", "np"], [0, 1]),
        (["r = default_rng(0)", "r.normal()", "f(r)", "r.normal()"], [0, 1, 2]),
        (["k = 1", "def f():\n    return k", "k = 2", "f()"], [0, 1, 2]),
        (["n = 0", "def f():\n    global n\n    n += 1", "f()", "print(n)"], [0, 1, 2]),
        (["w = [0]", "def step():\n    w[0] += 1", "step()", "w"], [0, 1, 2]),
        (["w = [0]", "def g(x):\n    x.append(1)", "g(w)", "w"], [0, 1, 2]),
        (["a = 1", "not python (", "print(a)"], [0]),
        (["print(a)", "a = 1"], []),
        (["print(a)", "a = 1", "a"], [1]),
    ],
)
def test_what_the_last_cell_needs(cells, before):
    last = len(cells) - 1
    assert Cells(cells).before(last) == before


@pytest.mark.parametrize("path", sorted((ROOT / "book").glob("*.ipynb")), ids=lambda path: path.stem)
def test_each_name_of_a_chapter_is_found_above(path):
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    cells = Cells(code)
    for number in range(len(code)):
        read = cells.facts[number].reads - cells.facts[number].binds  # what a branch binds may be read after it
        assert read - set(cells.requires(number)) == set(), code[number]


DRIVE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import page

out, shown = sys.stdout, []
here = page.Page(lambda kind, *content: shown.append([kind, *map(str, content)]))
for number, sources in json.loads(sys.argv[2]):
    here.update(sources)
    order = []
    while True:
        next = here.next(number)
        order.append(next)
        seconds = here.execute(next)
        if next == number or seconds is None or len(order) > 50:
            break
    json.dump([order, shown], out)
    print(file=out)
    shown.clear()
sys.stdout = out
"""


def driven(*steps):
    """Press cells one after another, each with the sources as they then stand; return what ran and what was shown."""
    command = [sys.executable, "-c", f"exec({DRIVE!r}, dict(__name__='drive'))", str(FOLDER), json.dumps(steps)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


CHAIN = ["a = 1", "b = a + 1", "print(b)"]


def test_what_is_needed_runs_once_and_again_only_if_it_was_changed():
    edited = ["a = 5", *CHAIN[1:]]
    found = driven((2, CHAIN), (2, CHAIN), (2, edited), (2, edited))
    assert [order for order, _ in found] == [[0, 1, 2], [2], [0, 1, 2], [2]]
    assert [shown for _, shown in found] == [[["stdout", text]] for text in ("2\n", "2\n", "6\n", "6\n")]


def test_a_cell_finds_names_as_the_cells_above_left_them():
    cells = ["a = 1", "print(a)", "a = 2", "print(a)"]
    assert driven((3, cells), (1, cells), (3, cells)) == [
        [[2, 3], [["stdout", "2\n"]]],
        [[0, 1], [["stdout", "1\n"]]],
        [[3], [["stdout", "2\n"]]],
    ]


def test_numbers_drawn_do_not_depend_on_what_was_pressed_before():
    cells = ["import random\nr = random.Random(0)", "print(r.random())", "print(r.random())"]
    found = driven((2, cells), (2, cells), (1, cells))
    shown = [[text for _, text in shown] for _, shown in found]
    assert [order for order, _ in found] == [[0, 1, 2], [0, 1, 2], [0, 1]]
    assert shown[0] == shown[1]
    assert shown[0][:1] == shown[2]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("1 / 0", "line 1\n    1 / 0\nZeroDivisionError: division by zero"),
        (
            "def f():\n    return x\nf()",
            "line 3\n    f()\nline 2, in f\n    return x\nNameError: name 'x' is not defined",
        ),
        ("import json\njson.loads('{')", "line 2\n    json.loads('{')\njson.decoder.JSONDecodeError: Expecting"),
        ("a = (", "line 1\n    a = (\n        ^\nSyntaxError: '(' was never closed"),
        ("input('?')", "line 1\n    input('?')\nRuntimeError: input() cannot ask here"),
        ("def f(n):\n    return f(n + 1)\nf(0)", "… "),
    ],
)
def test_an_exception_is_told_by_the_lines_of_cells_alone(source, told):
    ((order, shown),) = driven((0, [source]))
    assert order == [0]
    assert shown[-1][0] == "error"
    assert told in shown[-1][1]
    assert len(shown[-1][1].splitlines()) < 25


def test_what_is_shown():
    def shown(source):
        return driven((0, [source]))[0][1]

    assert shown("1 + 1") == [["text", "2"]]
    assert shown("1 + 1;") == shown("x = 1") == shown("None") == []
    assert shown("from IPython.display import HTML\nHTML('<b>1</b>')")[0][:2] == ["html", "<b>1</b>"]
    assert shown("display(1)\nprint(2)\n3") == [["text", "1"], ["stdout", "2\n"], ["text", "3"]]
    assert shown("import warnings\nwarnings.warn('so')") == [["stderr", "UserWarning: so\n"]]


def test_what_is_printed_without_end_is_cut_off():
    ((_, shown),) = driven((0, ["for i in range(100_000):\n    print('a' * 50)"]))
    text = "".join(part for _, part in shown)
    assert 100_000 < len(text) < 100_200
    assert text.endswith("100,000 characters are shown; what is printed after them is not.\n")
