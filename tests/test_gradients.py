"""Closed-form gradients against differences of the fourth order, and how ``value_and_grad`` behaves."""

import inspect

import numpy as np
import pytest

import xentedu as xe
from xentedu import gradients

rng = np.random.default_rng(7)
LOGITS = rng.normal(scale=3, size=(3, 4))
SOFT = rng.uniform(0.1, 0.9, size=(3, 4))
SIMPLEX = SOFT / SOFT.sum(axis=-1, keepdims=True)
IDS = np.array([3, 0, 2])

# name: (loss, arguments, those to differentiate).
CALLS = {
    "sigmoid": (
        xe.nn.sigmoid_cross_entropy_with_logits,
        {"labels": SOFT, "logits": LOGITS},
        {"labels", "logits"},
    ),
    "weighted, one weight": (
        xe.nn.weighted_cross_entropy_with_logits,
        {"labels": SOFT, "logits": LOGITS, "pos_weight": 3.0},
        {"labels", "logits"},
    ),
    "weighted, a weight for each class": (
        xe.nn.weighted_cross_entropy_with_logits,
        {"labels": SOFT, "logits": LOGITS, "pos_weight": np.array([0.0, 0.5, 2.0, 7.0])},
        {"labels", "logits"},
    ),
    "weighted, at zero": (
        xe.nn.weighted_cross_entropy_with_logits,
        {"labels": SOFT, "logits": np.zeros((3, 4)), "pos_weight": 3.0},
        {"labels", "logits"},
    ),
    "softmax v1": (
        xe.nn.softmax_cross_entropy_with_logits,
        {"labels": SIMPLEX, "logits": LOGITS},
        {"logits"},
    ),
    "softmax v2": (
        xe.nn.softmax_cross_entropy_with_logits_v2,
        {"labels": SIMPLEX, "logits": LOGITS},
        {"labels", "logits"},
    ),
    "softmax v2, first axis": (
        xe.nn.softmax_cross_entropy_with_logits_v2,
        {"labels": SIMPLEX.T, "logits": LOGITS.T, "axis": 0},
        {"labels", "logits"},
    ),
    "softmax v2, a tie": (
        xe.nn.softmax_cross_entropy_with_logits_v2,
        {"labels": SIMPLEX, "logits": np.round(LOGITS)},
        {"labels", "logits"},
    ),
    "softmax v2, one example": (
        xe.nn.softmax_cross_entropy_with_logits_v2,
        {"labels": SIMPLEX[0], "logits": LOGITS[0]},
        {"labels", "logits"},
    ),
    "sparse": (
        xe.nn.sparse_softmax_cross_entropy_with_logits,
        {"labels": IDS, "logits": LOGITS},
        {"logits"},
    ),
    "sparse, one example": (
        xe.nn.sparse_softmax_cross_entropy_with_logits,
        {"labels": 2, "logits": LOGITS[0]},
        {"logits"},
    ),
}
calls = pytest.mark.parametrize(("loss", "arguments", "keys"), CALLS.values(), ids=CALLS)


def difference(function, x, h=2e-3):
    """The gradient of ``function`` at ``x`` with an error of the order of h**4."""
    grad = np.empty_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        near = function(x + step) - function(x - step)
        far = function(x + 2 * step) - function(x - 2 * step)
        grad[index] = (8 * near - far) / (12 * h)
    return grad


@pytest.fixture
def free_labels(monkeypatch):
    """Lets a single label move: a partial derivative with respect to one label leaves the simplex."""
    monkeypatch.setattr("xentedu.checks.sums_to_one", lambda *arguments: None)


@pytest.mark.usefixtures("free_labels")
@calls
def test_gradients_are_derivatives_of_the_sum(loss, arguments, keys):
    grads = xe.value_and_grad(loss)(**arguments)[1]
    assert set(grads) == keys
    for name in keys:
        expected = difference(lambda x, name=name: loss(**{**arguments, name: x}).sum(), arguments[name])
        scale = np.abs(expected).max()
        assert np.abs(grads[name] - expected).max() < 1e-9 * scale, name
        assert np.abs(grads[name]).min() > 1e-5 * scale  # so that each of them is really compared


@pytest.mark.usefixtures("free_labels")
@calls
def test_pullback_takes_any_upstream_gradient(loss, arguments, keys):
    value, pullback = loss.implementation(**arguments)
    upstream = np.random.default_rng(1).normal(size=np.shape(value))
    grads = pullback(upstream)
    assert set(grads) == keys
    for name in keys:
        expected = difference(lambda x, name=name: (upstream * loss(**{**arguments, name: x})).sum(), arguments[name])
        assert np.abs(grads[name] - expected).max() < 1e-9 * np.abs(expected).max(), name


@calls
def test_value_is_that_of_the_loss(loss, arguments, keys):
    value, grads = xe.value_and_grad(loss)(**arguments)
    np.testing.assert_array_equal(value, loss(**arguments))
    assert {name: grad.shape for name, grad in grads.items()} == {name: arguments[name].shape for name in keys}


@calls
def test_each_gradient_has_the_dtype_of_its_argument(loss, arguments, keys):
    mixed = {**arguments, "logits": arguments["logits"].astype(np.float32)}
    if "labels" in keys:
        mixed["labels"] = arguments["labels"].astype(np.float16)
        if loss is xe.nn.softmax_cross_entropy_with_logits_v2:
            mixed["labels"] = arguments["labels"]
    value, grads = xe.value_and_grad(loss)(**mixed)
    assert value.dtype == np.float32
    assert {name: grad.dtype for name, grad in grads.items()} == {name: mixed[name].dtype for name in keys}


def test_arguments_may_be_given_by_position():
    value, grads = xe.value_and_grad(xe.nn.softmax_cross_entropy_with_logits_v2)(SIMPLEX.T, LOGITS.T, 0)
    expected, expected_grads = xe.value_and_grad(xe.nn.softmax_cross_entropy_with_logits_v2)(SIMPLEX, LOGITS)
    np.testing.assert_allclose(value, expected, rtol=1e-14)
    for name, grad in expected_grads.items():
        np.testing.assert_allclose(grads[name].T, grad, rtol=1e-13)
    loss = xe.nn.weighted_cross_entropy_with_logits
    value, grads = xe.value_and_grad(loss)(SOFT, LOGITS, 2.0)
    np.testing.assert_array_equal(value, loss(labels=SOFT, logits=LOGITS, pos_weight=2.0))
    assert list(grads) == ["logits", "labels"]


@pytest.mark.parametrize(
    "loss",
    [
        xe.nn.sigmoid_cross_entropy_with_logits,
        xe.nn.softmax_cross_entropy_with_logits,
        xe.nn.sparse_softmax_cross_entropy_with_logits,
    ],
)
def test_a_positional_call_is_refused_with_the_reason(loss):
    for call in (loss, xe.value_and_grad(loss)):
        with pytest.raises(TypeError, match=r"_sentinel.*call \w+\(labels=…, logits=…") as caught:
            call(LOGITS, LOGITS)
        assert str(caught.value).startswith(f"{loss.__name__}: expected keyword arguments, received 2 positional")


def test_errors_name_the_loss_in_both_forms():
    loss = xe.nn.sigmoid_cross_entropy_with_logits
    for call in (loss, xe.value_and_grad(loss)):
        with pytest.raises(
            ValueError, match=r"^sigmoid_cross_entropy_with_logits: labels: expected the shape of logits"
        ):
            call(labels=[1.0], logits=[1.0, 2.0])


def test_a_bug_inside_a_loss_keeps_its_text_and_its_traceback(monkeypatch):
    def broken(x, axis=-1):
        return np.zeros(3) + np.zeros(4)

    monkeypatch.setattr("xentedu.families.softmax.log_softmax", broken)
    loss = xe.nn.softmax_cross_entropy_with_logits_v2
    for call in (loss, xe.value_and_grad(loss)):
        with pytest.raises(ValueError, match=r"^operands could not be broadcast") as caught:
            call(labels=SIMPLEX, logits=LOGITS)
        assert caught.traceback[-1].name == "broken"


def test_a_type_error_inside_a_loss_is_not_taken_for_one_of_its_call(monkeypatch):
    monkeypatch.setattr("xentedu.families.softmax.log_softmax", lambda x, axis=-1: len(3))
    with pytest.raises(TypeError, match=r"^object of type 'int' has no len"):
        xe.nn.softmax_cross_entropy_with_logits_v2(labels=SIMPLEX, logits=LOGITS)


@calls
def test_the_differentiated_function_has_the_signature_of_the_loss(loss, arguments, keys):
    assert inspect.signature(xe.value_and_grad(loss)) == inspect.signature(loss)
    assert set(arguments) <= set(inspect.signature(loss).parameters)


def test_the_first_version_is_the_second_with_labels_held_constant():
    # Claim 12: a step down the labels' gradient changes v2's loss, and v1 offers none.
    loss = xe.nn.softmax_cross_entropy_with_logits_v2
    value, grads = xe.value_and_grad(loss)(SIMPLEX, LOGITS)
    moved = np.zeros_like(SIMPLEX)
    moved[np.arange(3), grads["labels"].argmin(axis=-1)] = 1
    assert (loss(moved, LOGITS) < value).all()
    assert "labels" not in xe.value_and_grad(xe.nn.softmax_cross_entropy_with_logits)(labels=SIMPLEX, logits=LOGITS)[1]


def test_the_ones_of_a_backward_pass_cannot_be_written_into():
    seen = []

    @gradients.differentiable(dtype_of="logits")
    def loss(logits):
        return logits, lambda upstream: seen.append(upstream) or {"logits": upstream}

    for _ in range(2):
        xe.value_and_grad(loss)(np.zeros((2, 3)))
    assert seen[0] is seen[1]  # of one shape they are made once
    with pytest.raises(ValueError, match="read-only"):
        seen[0] *= 2


def test_a_gradient_of_rows_is_not_altered_and_equals_only_itself():
    rows = gradients.SparseRows.adding_up(np.array([1, 0, 1]), np.ones((3, 2)), 4)
    np.testing.assert_array_equal(rows.dense(), [[1, 1], [2, 2], [0, 0], [0, 0]])
    with pytest.raises(AttributeError):
        rows.length = 5
    assert rows == rows
    assert rows != gradients.SparseRows(rows.ids, rows.rows, 4)
