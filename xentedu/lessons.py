"""What the chapters' cells share: tables, the library's own source, golden cases, refusals.

A chapter begins with ``from xentedu import lessons``. What these functions return shows itself: as HTML or Markdown
on a page and in JupyterLab, and as plain text in a terminal. NumPy is all that they need.
"""

import ast
import contextlib
import html
import inspect
import pathlib
import textwrap

import numpy as np

from . import golden
from .golden import comparing

__all__ = [
    "Table",
    "against_tensorflow",
    "agrees",
    "descriptions",
    "digits",
    "refused",
    "rounded",
    "say",
    "source",
    "table",
    "tumours",
]

DATA = pathlib.Path(__file__).with_name("data")
WIDTH = 80  # characters: the column of a page


class Table:
    """A table that shows itself: see :func:`table`."""

    def __init__(self, rows, digits, caption):
        """Format the rows."""
        self.head = list(rows[0])
        self.caption = caption
        self.columns = [_texts(name, [row[name] for row in rows], digits) for name in self.head]
        self.is_number = [all(row[name] is None or _number(row[name]) for row in rows) for name in self.head]

    def __repr__(self):
        """As text, in columns."""
        columns = [[name, *texts] for name, texts in zip(self.head, self.columns)]
        widths = [max(map(len, column)) for column in columns]
        adjusted = [
            [text.rjust(width) if number else text.ljust(width) for text in column]
            for column, width, number in zip(columns, widths, self.is_number)
        ]
        lines = ["  ".join(cells).rstrip() for cells in zip(*adjusted)]
        return "\n".join([*textwrap.wrap(self.caption, WIDTH), *lines])

    def _repr_html_(self):
        kinds = [' class="number"' if number else "" for number in self.is_number]
        head = "".join(f'<th scope="col"{kind}>{html.escape(name)}</th>' for kind, name in zip(kinds, self.head))
        lines = []
        for first, *others in zip(*self.columns):
            cells = [f'<th scope="row"{kinds[0]}>{html.escape(first)}</th>']
            cells += [f"<td{kind}>{html.escape(text)}</td>" for kind, text in zip(kinds[1:], others)]
            lines.append(f"<tr>{''.join(cells)}</tr>")
        caption = f"<caption>{html.escape(self.caption)}</caption>\n" if self.caption else ""
        body = "\n".join(lines)
        return f"<table>\n{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def table(rows, digits=4, caption=""):
    """Make a table of rows, each a dict from the column's name to the value in it.

    Numbers stand on the right, rounded to ``digits`` decimals. A column of nothing but whole numbers has none. True and
    False are "yes" and "no", and None, where there is nothing to say, a dash.

    Args:
        rows: an iterable of dicts with the same keys. The first column names the row.
        digits: the number of decimals; or a dict from a column's name to its decimals or its format, such as ".1e".
        caption: a text above the table.

    Returns:
        A table that shows itself: the last expression of a cell, or an argument of ``display`` or ``print``.

    Raises:
        ValueError: there are no rows, a column has no name, or a row's columns are not those of the first.

    Examples:
        >>> table({"classes": c, "log": np.log(c), "even": c % 2 == 0} for c in (2, 10, 101))
        classes     log  even
              2  0.6931  yes
             10  2.3026  yes
            101  4.6151  no
    """
    rows = list(rows)
    if not rows:
        raise ValueError("table: rows: expected at least one row, received none")
    for row in rows:
        if list(row) != list(rows[0]):
            raise ValueError(f"table: rows: expected the columns {list(rows[0])} in each, received {list(row)}")
    if not all(name.strip() for name in rows[0]):
        raise ValueError(f"table: rows: expected a name for each column, received {list(rows[0])}")
    return Table(rows, digits, caption)


def _number(value):
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, (bool, np.bool_))


def _texts(name, values, digits):
    """Return the text of each value of a column."""
    form = digits.get(name, 4) if isinstance(digits, dict) else digits
    if isinstance(form, int):
        numbers = [number for value in values for number in np.ravel(value) if _number(number)]
        whole = all(number == np.floor(number) for number in numbers)
        form = ".0f" if whole else f".{form}f"

    def text(value):
        if isinstance(value, str):
            return value
        if value is None:
            return "—"
        if isinstance(value, (bool, np.bool_)):
            return "yes" if value else "no"
        if _number(value):
            value = float(value)
            return "NaN" if np.isnan(value) else format(0.0 if float(format(value, form)) == 0 else value, form)
        return f"[{', '.join(text(part) for part in np.asarray(value).tolist())}]"

    return [text(value) for value in values]


def rounded(values, digits=4):
    """Round an array to a list, which prints alike under every version of NumPy.

    Args:
        values: numbers of any shape.
        digits: the number of decimals.

    Returns:
        A float or a nested list of floats.

    Examples:
        >>> rounded(np.array([2 / 3, -1e-9]))
        [0.6667, 0.0]
    """
    return (np.round(values, digits) + 0.0).tolist()


def say(*texts):
    """Print paragraphs, broken into lines.

    Args:
        *texts: what to print, of any type: a text, an error.

    Examples:
        >>> say("Fits a line.")
        Fits a line.
    """
    print("\n\n".join(textwrap.fill(str(text), WIDTH) for text in texts))


@contextlib.contextmanager
def refused():
    """Print the error of what the ``with`` block calls, which the library is expected to refuse.

    Raises:
        AssertionError: nothing was refused.

    Examples:
        >>> import xentedu as xe
        >>> with refused():
        ...     xe.nn.sigmoid_cross_entropy_with_logits(labels=[2.0], logits=[0.0])
        sigmoid_cross_entropy_with_logits: labels: expected numbers in [0, 1], received
        2.0.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        say(error)
    else:
        raise AssertionError("refused: expected an error of the library, but the call was accepted")


class _Source(str):
    """Python code that shows itself highlighted."""

    def __repr__(self):
        return str(self)

    def _repr_markdown_(self):
        return f"```python\n{self}\n```"


def source(*functions):
    """Show the source of functions without their docstrings, under the name of the file that it is in.

    Args:
        *functions: functions or classes of this library.

    Returns:
        The code, which shows itself; it is a ``str``.

    Examples:
        >>> from xentedu import numerics
        >>> source(numerics.softplus)
        # xentedu/numerics.py
        def softplus(x):
            return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    """
    parts, file = [], None
    for function in functions:
        if function.__module__ != file:
            file = function.__module__
            parts.append(f"# {file.replace('.', '/')}.py\n{_code(function)}")
        else:
            parts.append(_code(function))
    return _Source("\n\n".join(parts))


def _code(function):
    text = textwrap.dedent(inspect.getsource(getattr(function, "implementation", function)))
    lines, body = text.splitlines(), ast.parse(text).body[0].body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        del lines[body[0].lineno - 1 : body[0].end_lineno]
    return "\n".join(lines)


def agrees(case, function=None, **changed):
    """Return whether value and gradients are TensorFlow's, within the golden case's tolerance.

    Args:
        case: one of ``golden.cases(...)``.
        function: a loss of this library, or any function of the case's arguments that returns a value; None for
            the library's function of the case's name.
        **changed: arguments to replace before the call.

    Returns:
        A bool.

    Examples:
        >>> (case, *_) = golden.cases("tf.nn.sigmoid")
        >>> agrees(case), agrees(case, x=case.args["x"] + 1)
        (True, False)
    """
    return all(comparing.agreement(case, function, **changed).values())


def against_tensorflow(*functions):
    """Make a table of how many golden cases agree with TensorFlow's values and gradients.

    Args:
        *functions: names such as "tf.nn.nce_loss"; or a pair of a name and a function of one's own to compare with
            its cases.

    Returns:
        A table. Its caption tells what made the cases, the tolerances, and which cases are left out, since TensorFlow's
        answer to them is wrong.

    Examples:
        >>> against_tensorflow("tf.nn.softmax", ("tf.nn.softmax", lambda logits, axis=-1: logits))
        TensorFlow 1.15.5; relative tolerance: 1e-12 in float64, 2e-06 in float32
        function            cases  values agree  gradients agree
        tf.nn.softmax          50            50                —
        <lambda>, the same     50             0                —
    """
    rows, compared, left_out = [], [], []
    for function in functions:
        name, own = function if isinstance(function, tuple) else (function, None)
        cases = golden.cases(name)
        left_out += [case.id for case in cases if comparing.tensorflow_errs(case)]
        cases = [case for case in cases if not comparing.tensorflow_errs(case)]
        compared += cases
        found = [comparing.agreement(case, own) for case in cases]
        gradients = [all(agreement.values()) for agreement in found if len(agreement) > 1]
        rows.append(
            {
                "function": f"{own.__name__}, the same" if own else name,
                "cases": len(cases),
                "values agree": sum(agreement["value"] for agreement in found),
                "gradients agree": sum(gradients) if gradients else None,
            }
        )
    caption = f"TensorFlow {golden.about()['tensorflow']}; relative tolerance: {golden.tolerances(compared)}"
    if left_out:
        caption += f"; left out, since TensorFlow errs there: {', '.join(left_out)}"
    return table(rows, caption=caption)


def descriptions():
    """Return a real text: the descriptions of the data sets that scikit-learn 1.7.2 ships, one after the other.

    A copy of all data is part of this package, so that numbers do not change with scikit-learn's version, nor does a
    page have to load it. ``data/LICENSE`` says where they come from.

    Examples:
        >>> descriptions().splitlines()[2]
        'Breast cancer Wisconsin (diagnostic) dataset'
    """
    return (DATA / "datasets.txt").read_text(encoding="utf-8")


def digits():
    """Return pictures of handwritten digits, and which digit each of them is: scikit-learn's ``load_digits``.

    Returns:
        float64 [1797, 64], the pixels of 8 × 8 pictures, from 0 to 16; and int [1797], from 0 to 9.

    Examples:
        >>> pixels, labels = digits()
        >>> pixels[0].reshape(8, 8)[2].astype(int), np.bincount(labels)
        (array([ 0,  3, 15,  2,  0, 11,  8,  0]), array([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]))
    """
    data = np.loadtxt(DATA / "digits.csv.gz", delimiter=",")
    return data[:, :-1], data[:, -1].astype(int)


def tumours():
    """Return tumours' mean radius of a nucleus, and which were malignant: of scikit-learn's ``load_breast_cancer``.

    Returns:
        float64 [569], in the pictures' unit of length; and float64 [569], 1 for malignant and 0 for benign.

    Examples:
        >>> radius, malignant = tumours()
        >>> print(f"{radius[malignant == 1].mean():.2f} {radius[malignant == 0].mean():.2f} {malignant.sum():.0f}")
        17.46 12.15 212
    """
    return tuple(np.loadtxt(DATA / "tumours.csv", delimiter=",").T)
