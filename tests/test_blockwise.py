"""The blockwise loss: equal to the dense one whatever the block, exact gradients, errors, and memory."""

import inspect
import tracemalloc

import numpy as np
import pytest

import xentedu as xe
from tests.test_gradients import difference

LOSS = xe.nn.blockwise_softmax_cross_entropy
BATCH, CLASSES, DIM = 6, 11, 3
rng = np.random.default_rng(41)
GOOD = {
    "weights": rng.normal(size=(CLASSES, DIM)),
    "biases": rng.normal(size=CLASSES),
    "labels": np.array([0, 10, 4, 4, 3, 7]),
    "inputs": rng.normal(size=(BATCH, DIM)),
}


def dense(weights, biases, labels, inputs):
    """The same loss by its logits, all of them, and the chain rule."""
    logits = inputs @ weights.T + biases
    value, grads = xe.value_and_grad(xe.nn.sparse_softmax_cross_entropy_with_logits)(labels=labels, logits=logits)
    g = grads["logits"]
    return value, {"weights": g.T @ inputs, "biases": g.sum(axis=0), "inputs": g @ weights}


def test_signature():
    assert str(inspect.signature(LOSS)) == "(weights, biases, labels, inputs, block=8192)"


# One class at a time; blocks that divide the classes, that do not, one that is all of them, and one larger than all.
@pytest.mark.parametrize("block", [1, 2, 3, 10, 11, 12, 8192])
@pytest.mark.parametrize("scale", [1, 30, 500])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 2e-6)], ids=["64", "32"])
def test_equal_to_the_dense_loss(block, scale, dtype, tolerance):
    arguments = {name: array if name == "labels" else array.astype(dtype) for name, array in GOOD.items()}
    # Powers of two and few digits: products and their sums are exact, so no order of adding changes a logit.
    arguments["inputs"] = np.round(arguments["inputs"] * 8) / 8
    arguments["weights"] = (np.round(arguments["weights"] * 8) / 8 * scale).astype(dtype)
    arguments["biases"] = np.round(arguments["biases"] * 8).astype(dtype) / 8
    value, grads = xe.value_and_grad(LOSS)(**arguments, block=block)
    expected, expected_grads = dense(**arguments)
    np.testing.assert_allclose(value, expected, rtol=tolerance, atol=tolerance)
    assert value.dtype == dtype
    assert set(grads) == set(expected_grads)
    for name, grad in grads.items():
        assert (grad.dtype, grad.shape) == (dtype, arguments[name].shape)
        np.testing.assert_allclose(grad, expected_grads[name], rtol=tolerance, atol=tolerance * scale, err_msg=name)


@pytest.mark.parametrize("block", [1, 4, 4096])
def test_gradients_are_derivatives(block):
    value, pullback = LOSS.implementation(**GOOD, block=block)
    upstream = np.random.default_rng(2).normal(size=value.shape)
    grads = pullback(upstream)
    for name in ("weights", "biases", "inputs"):
        expected = difference(lambda x, name=name: (upstream * LOSS(**{**GOOD, name: x})).sum(), GOOD[name])
        np.testing.assert_allclose(grads[name], expected, rtol=1e-8, atol=1e-9, err_msg=name)


def test_the_largest_logit_may_come_in_any_block():
    weights = np.eye(5)
    for place in range(5):
        inputs = np.where(np.arange(5) == place, 1000.0, -1000.0)[np.newaxis]
        assert LOSS(weights, np.zeros(5), [place], inputs, block=1).tolist() == [0.0]
        assert LOSS(weights, np.zeros(5), [(place + 1) % 5], inputs, block=2).tolist() == [2000.0]


def test_inputs_of_one_number():
    narrow = GOOD | {"weights": GOOD["weights"][:, :1], "inputs": GOOD["inputs"][:, :1]}
    np.testing.assert_allclose(LOSS(**narrow, block=4), dense(**narrow)[0], rtol=1e-13)


def test_float16_and_mixed_types_keep_their_own():
    mixed = GOOD | {"weights": GOOD["weights"].astype(np.float16), "inputs": GOOD["inputs"].astype(np.float32)}
    value, grads = xe.value_and_grad(LOSS)(**mixed, block=4)
    expected, expected_grads = dense(**mixed | {"weights": mixed["weights"].astype(np.float64)})
    assert value.dtype == np.float32
    assert {name: grad.dtype for name, grad in grads.items()} == {
        "weights": np.float16,
        "biases": np.float64,
        "inputs": np.float32,
    }
    np.testing.assert_allclose(value, expected, rtol=1e-5)
    np.testing.assert_allclose(grads["weights"], expected_grads["weights"], rtol=2e-3, atol=1e-3)


@pytest.mark.parametrize("block", [1, 8192])
def test_a_gradient_into_inputs_that_is_too_large_is_refused(block):
    # The true class has all but no probability, and the gradient is the difference of two weights.
    weights = np.array([[-1.7e308], [1.7e308]])
    arguments = {"weights": weights, "biases": np.zeros(2), "labels": [0], "inputs": [[1e-306]], "block": block}
    assert LOSS(**arguments).round(6).tolist() == [340.0]
    with pytest.raises(ValueError, match="gradient into inputs: expected numbers no larger than float64 can hold"):
        xe.value_and_grad(LOSS)(**arguments)


def test_memory_does_not_grow_with_the_number_of_classes():
    batch, dim, block = 128, 8, 512
    beyond = []
    for classes in (20_000, 80_000):
        weights = rng.normal(size=(classes, dim)).astype(np.float32)
        arguments = weights, np.zeros(classes, np.float32), np.arange(batch), np.ones((batch, dim), np.float32), block
        tracemalloc.start()
        _, grads = xe.value_and_grad(LOSS)(*arguments)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        beyond.append(peak - sum(grad.nbytes for grad in grads.values()))
    assert beyond[1] < 1.5 * batch * block * 4  # the logits of one block, not of two
    assert beyond[1] < 1.2 * beyond[0] + 50_000
