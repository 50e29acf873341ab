"""What the chapters' cells share: see xentedu/lessons.py, whose examples are tests too."""

import html.parser

import numpy as np
import pytest

import xentedu as xe
from xentedu import golden, lessons
from xentedu.golden import comparing


class Cells(html.parser.HTMLParser):
    """The rows of a table as HTML, and the attributes in it."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.attributes = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, data):
        if data.strip() and self.rows:
            self.rows[-1].append(data)


def test_a_table_says_the_same_as_html_and_as_text():
    rows = [{"a < b": "x & y", "p": 0.5, "n": 3}, {"a < b": "z", "p": float("nan"), "n": 12}]
    made = lessons.table(rows, digits=2, caption="Two rows")
    assert repr(made) == "Two rows\na < b     p   n\nx & y  0.50   3\nz       NaN  12"
    page = Cells(made._repr_html_())
    assert page.rows == [["a < b", "p", "n"], ["x & y", "0.50", "3"], ["z", "NaN", "12"]]
    assert page.attributes == {"class", "scope"}  # the pages' policy forbids style


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (True, 4, "yes"),
        (np.bool_(False), 4, "no"),
        (None, 4, "—"),
        (np.float32(1 / 3), 4, "0.3333"),
        (2.0, 4, "2"),
        (-1e-9, 4, "0.0000"),
        (float("-inf"), 4, "-inf"),
        (1234567, 4, "1234567"),
        (1 / 3, {"column": 2}, "0.33"),
        (1 / 3, {"column": ".1e"}, "3.3e-01"),
        (1 / 3, {"another": 2}, "0.3333"),
        (np.array([0.5, -1e-9]), 3, "[0.500, 0.000]"),
    ],
)
def test_what_stands_in_a_cell(value, digits, text):
    assert lessons.table([{"column": value}], digits=digits).columns == [[text]]


@pytest.mark.parametrize("rows", [[], [{"": 1}], [{"a": 1}, {"b": 1}], [{"a": 1, "b": 2}, {"b": 2, "a": 1}]])
def test_a_table_needs_rows_with_the_same_named_columns(rows):
    with pytest.raises(ValueError, match="table: rows: expected"):
        lessons.table(rows)


def test_what_is_accepted_is_not_refused():
    with pytest.raises(AssertionError, match="the call was accepted"), lessons.refused():
        xe.nn.softmax([0.0, 0.0])


def test_a_source_is_highlighted_and_has_no_docstring():
    shown = lessons.source(xe.nn.softmax, xe.value_and_grad)
    assert shown.count("# xentedu/") == 2
    assert '"""' not in shown
    assert shown._repr_markdown_() == f"```python\n{shown}\n```"


def test_agreement_tells_value_and_gradients_apart():
    case = golden.cases("tf.nn.softmax_cross_entropy_with_logits_v2")[0]
    more = {"labels": case.args["labels"][::-1]}
    assert comparing.agreement(case) == {"value": True, "labels": True, "logits": True}
    assert comparing.agreement(case, **more) == {"value": False, "labels": True, "logits": False}
    assert not lessons.agrees(case, **more)
    v1 = xe.nn.softmax_cross_entropy_with_logits  # right, but with no gradient into labels
    assert comparing.agreement(case, v1) == {"value": True, "labels": False, "logits": True}


def test_what_tensorflow_gets_wrong_is_left_out_by_name():
    told = repr(lessons.against_tensorflow("tf.nn.weighted_cross_entropy_with_logits"))
    assert told.count("quirk-") == 3
    assert "115           115              115" in told
