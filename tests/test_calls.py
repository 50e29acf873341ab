"""The calls that people make: TensorFlow's right answers are given here, or refused with a reason."""

import collections

import pytest

from tools import refusals
from xentedu import golden
from xentedu.golden.calls import REASONS, calls, outcome

CALLS = {str(call): call for call in calls()}


@pytest.fixture(scope="module")
def outcomes():
    return {name: (call, *outcome(call)) for name, call in CALLS.items()}


@pytest.mark.parametrize("name", CALLS)
def test_a_right_answer_is_given_or_refused_for_a_reason(outcomes, name):
    call, found, detail = outcomes[name]
    assert found != "different", detail
    if found == "refused":
        assert call.kind in REASONS, detail
    if found in ("refused", "both refuse"):
        assert detail.startswith(f"{call.function.rpartition('.')[2]}: "), detail


def test_each_reason_is_needed(outcomes):
    assert {call.kind for call, found, _ in outcomes.values() if found == "refused"} == set(REASONS)


def test_every_function_was_asked_often():
    counts = collections.Counter(call.function for call in CALLS.values())
    assert set(counts) == {name for name in golden.signatures() if "Reduction" not in name}
    assert min(counts.values()) >= 18


def test_what_is_not_finite_there_is_refused_here(outcomes):
    # Where TensorFlow gives NaN or infinity, an error; but for the log of a masked class, which is -inf.
    wrong = [name for name, (call, found, _) in outcomes.items() if found == "accepted" and call.value is not None]
    assert wrong == ["tf.nn.sampled_softmax_loss-float16: all"]  # TensorFlow's lowest float16 is infinite


def test_the_page_of_refusals_is_up_to_date(outcomes):
    text = refusals.pages([(call, found) for call, found, _ in outcomes.values()])
    assert refusals.PAGE.read_text(encoding="utf-8") == text, "run: python tools/refusals.py"
