"""The laws that the sigmoid, softmax and sparse losses obey."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import xentedu as xe

EPS = np.finfo(np.float64).eps

sigmoid_loss = xe.nn.sigmoid_cross_entropy_with_logits
weighted_loss = xe.nn.weighted_cross_entropy_with_logits
softmax_v1 = xe.nn.softmax_cross_entropy_with_logits
softmax_v2 = xe.nn.softmax_cross_entropy_with_logits_v2
sparse_loss = xe.nn.sparse_softmax_cross_entropy_with_logits

shapes = hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=5)


def logits(magnitude):
    """Multiples of 1/1024, so that sums and shifts of them are exact."""
    steps = st.integers(-1024 * magnitude, 1024 * magnitude)
    return shapes.flatmap(lambda shape: hnp.arrays(np.int64, shape, elements=steps)).map(lambda n: n / 1024)


def distributions(like, seed):
    weights = np.random.default_rng(seed).exponential(size=like.shape)
    return weights / weights.sum(axis=-1, keepdims=True)


def class_ids(like, seed):
    return np.random.default_rng(seed).integers(like.shape[-1], size=like.shape[:-1])


def unit_interval(like, seed):
    return np.random.default_rng(seed).uniform(size=like.shape)


seeds = st.integers(0, 2**16)

# Softmax.


@given(logits(1000), seeds, st.integers(-(2**20), 2**20))
def test_softmax_losses_do_not_see_a_shift(x, seed, shift):
    for loss, labels in ((softmax_v2, distributions(x, seed)), (sparse_loss, class_ids(x, seed))):
        value, grads = xe.value_and_grad(loss)(labels=labels, logits=x)
        moved, moved_grads = xe.value_and_grad(loss)(labels=labels, logits=x + shift)
        np.testing.assert_array_equal(moved, value)
        np.testing.assert_array_equal(moved_grads["logits"], grads["logits"])


@given(logits(1000), seeds)
def test_sigmoid_loss_does_see_a_shift(x, seed):
    ones = np.ones_like(x)
    assert (sigmoid_loss(labels=ones, logits=x + 1) < sigmoid_loss(labels=ones, logits=x))[x < 30].all()


@given(logits(500), seeds)
def test_softmax_gradient_sums_to_zero_over_the_classes(x, seed):
    for loss, labels in ((softmax_v2, distributions(x, seed)), (sparse_loss, class_ids(x, seed))):
        grad = xe.value_and_grad(loss)(labels=labels, logits=x)[1]["logits"]
        assert np.abs(grad.sum(axis=-1)).max() <= 4 * EPS


@given(logits(1000), seeds)
def test_one_hot_equals_sparse(x, seed):
    ids = class_ids(x, seed)
    one_hot = np.eye(x.shape[-1])[ids]
    value, grads = xe.value_and_grad(sparse_loss)(labels=ids, logits=x)
    for loss in (softmax_v1, softmax_v2):
        dense, dense_grads = xe.value_and_grad(loss)(labels=one_hot, logits=x)
        np.testing.assert_allclose(dense, value, rtol=4 * EPS, atol=0)
        # p - 1 cancels where p is nearly one, so this error is counted in units of one.
        assert np.abs(dense_grads["logits"] - grads["logits"]).max() <= 4 * EPS


@given(logits(1000), seeds)
def test_versions_differ_in_the_gradient_of_labels_alone(x, seed):
    labels = distributions(x, seed)
    first, first_grads = xe.value_and_grad(softmax_v1)(labels=labels, logits=x)
    second, second_grads = xe.value_and_grad(softmax_v2)(labels=labels, logits=x)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first_grads["logits"], second_grads["logits"])
    assert set(first_grads) == {"logits"}
    assert set(second_grads) == {"labels", "logits"}
    np.testing.assert_array_equal(second_grads["labels"], -xe.nn.log_softmax(x))


@given(logits(30), seeds)
def test_softmax_loss_is_least_at_the_labels(x, seed):
    labels = distributions(x, seed)
    entropy = -(labels * np.log(labels)).sum(axis=-1)
    value, grads = xe.value_and_grad(softmax_v2)(labels=labels, logits=np.log(labels))
    assert np.abs(value - entropy).max() <= 16 * EPS
    assert np.abs(grads["logits"]).max() <= 8 * EPS
    assert (softmax_v2(labels, x) >= entropy - 16 * EPS).all()


@pytest.mark.parametrize("axis", [-3, -2, -1, 0, 1, 2])
@pytest.mark.parametrize("loss", [softmax_v1, softmax_v2])
def test_softmax_axis(loss, axis):
    rng = np.random.default_rng(0)
    x = rng.normal(scale=5, size=(2, 3, 4))
    labels = distributions(np.moveaxis(x, axis, -1), 1)
    value, grads = xe.value_and_grad(loss)(labels=labels, logits=np.moveaxis(x, axis, -1))
    moved, moved_grads = xe.value_and_grad(loss)(labels=np.moveaxis(labels, -1, axis), logits=x, axis=axis)
    np.testing.assert_allclose(moved, value, rtol=8 * EPS)
    for name in grads:
        np.testing.assert_allclose(np.moveaxis(moved_grads[name], axis, -1), grads[name], rtol=1e-13, atol=1e-17)


@pytest.mark.parametrize("row", [[2.0, 2.0, 0.0], [-1.0, -1.0, -1.0], [1000.0, 1000.0, -1000.0]], ids=str)
def test_a_tie_at_the_maximum_is_shared(row):
    tied = np.array(row) == max(row)
    weights = np.exp(np.array(row) - max(row))
    p = weights / weights.sum()
    for k in range(3):
        value, grads = xe.value_and_grad(sparse_loss)(labels=np.int64(k), logits=row)
        dense, dense_grads = xe.value_and_grad(softmax_v2)(np.eye(3)[k], row)
        expected = np.log(weights.sum()) + max(row) - row[k]
        assert value == pytest.approx(expected, rel=4 * EPS)
        assert dense == pytest.approx(expected, rel=4 * EPS)
        for grad in (grads["logits"], dense_grads["logits"]):
            np.testing.assert_allclose(grad, p - np.eye(3)[k], rtol=8 * EPS)
            others = grad[tied & (np.arange(3) != k)]
            np.testing.assert_allclose(others, p.max(), rtol=4 * EPS)


def test_half_and_half_is_least_with_equal_logits_not_with_both_large():
    # Claim 10: half A and half B. Raising both logits together changes nothing; setting them apart costs.
    labels = [0.5, 0.5]
    apart = [float(softmax_v2(labels, [d, 0.0])) for d in (-2.0, -1.0, 0.0, 1.0, 2.0)]
    assert min(apart) == apart[2] == pytest.approx(np.log(2), rel=EPS)
    assert apart == apart[::-1]
    assert softmax_v2(labels, [9.0, 9.0]) == softmax_v2(labels, [0.0, 0.0])


# Sigmoid.


@given(logits(10), seeds)
def test_sigmoid_is_softmax_with_two_classes(x, seed):
    z = unit_interval(x, seed)
    value, grads = xe.value_and_grad(sigmoid_loss)(labels=z, logits=x)
    two, two_grads = xe.value_and_grad(softmax_v2)(np.stack([z, 1 - z], -1), np.stack([x, np.zeros_like(x)], -1))
    np.testing.assert_allclose(two, value, rtol=1e-11)
    np.testing.assert_allclose(two_grads["logits"][..., 0], grads["logits"], rtol=0, atol=4 * EPS)
    np.testing.assert_allclose(two_grads["logits"][..., 1], -grads["logits"], rtol=0, atol=4 * EPS)
    # The label of the second class is 1 - z: the chain rule subtracts its gradient.
    chained = two_grads["labels"][..., 0] - two_grads["labels"][..., 1]
    np.testing.assert_allclose(chained, grads["labels"], rtol=0, atol=16 * EPS)


@given(st.integers(-750, 750))
def test_sigmoid_is_softmax_with_two_classes_where_it_costs(x):
    # Up to any logit, where the label is on the wrong side and the loss is large.
    z = float(x < 0)
    one = sigmoid_loss(labels=z, logits=float(x))
    two = softmax_v2([z, 1 - z], [float(x), 0.0])
    assert two == pytest.approx(float(one), rel=2 * EPS)
    p = xe.nn.softmax([float(x), 0.0])
    assert xe.nn.sigmoid(float(x)) == pytest.approx(p[0], rel=4 * EPS)


@given(logits(1000), seeds)
def test_sigmoid_loss_is_symmetric_in_the_two_outcomes(x, seed):
    z = np.round(unit_interval(x, seed) * 1024) / 1024
    swapped, grads = xe.value_and_grad(sigmoid_loss)(labels=1 - z, logits=-x)
    value, expected = xe.value_and_grad(sigmoid_loss)(labels=z, logits=x)
    np.testing.assert_allclose(swapped, value, rtol=1e-12)
    np.testing.assert_allclose(grads["logits"], -expected["logits"], rtol=1e-12, atol=EPS)


@given(logits(500), seeds)
def test_sigmoid_losses_do_not_touch_each_other(x, seed):
    z = unit_interval(x, seed)
    value, grads = xe.value_and_grad(sigmoid_loss)(labels=z, logits=x)
    for index in np.ndindex(*x.shape):
        one, own = xe.value_and_grad(sigmoid_loss)(labels=z[index], logits=x[index])
        assert one == value[index]
        assert own["logits"] == grads["logits"][index]
        assert own["labels"] == grads["labels"][index]


@pytest.mark.parametrize("label", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("x", [-1000.0, -37.0, -1e-9, -0.0, 0.0, 1e-9, 37.0, 1000.0])
def test_sigmoid_loss_on_both_sides_of_zero(label, x):
    expected = label * np.logaddexp(0, -x) + (1 - label) * np.logaddexp(0, x)
    value, grads = xe.value_and_grad(sigmoid_loss)(labels=label, logits=x)
    assert value == pytest.approx(expected, rel=2 * EPS, abs=0)
    sigma = 1 / (1 + np.exp(min(-x, 700.0)))
    if label == 0:
        assert grads["logits"] == pytest.approx(sigma, rel=4 * EPS, abs=1e-300)
    else:  # the subtraction may cancel: its error counts in units of one
        assert abs(grads["logits"] - (sigma - label)) <= EPS
    assert grads["labels"] == -x


# Weights of positives.


@given(logits(500), seeds)
def test_a_pos_weight_of_one_changes_nothing(x, seed):
    z = unit_interval(x, seed)
    value, grads = xe.value_and_grad(sigmoid_loss)(labels=z, logits=x)
    weighted, weighted_grads = xe.value_and_grad(weighted_loss)(z, x, 1.0)
    np.testing.assert_allclose(weighted, value, rtol=1e-12)
    for name in grads:
        np.testing.assert_allclose(weighted_grads[name], grads[name], rtol=1e-12, atol=2 * EPS)


@given(logits(500), st.integers(0, 40))
def test_pos_weight_multiplies_positives_and_leaves_negatives(x, quarters):
    q = quarters / 4
    for label, factor in ((0.0, 1.0), (1.0, q)):
        labels = np.full_like(x, label)
        value, grads = xe.value_and_grad(sigmoid_loss)(labels=labels, logits=x)
        weighted, weighted_grads = xe.value_and_grad(weighted_loss)(labels, x, q)
        np.testing.assert_allclose(weighted, factor * value, rtol=1e-13, atol=0)
        np.testing.assert_allclose(weighted_grads["logits"], factor * grads["logits"], rtol=1e-13, atol=factor * EPS)


def test_pos_weight_broadcasts_over_classes():
    x = np.array([[0.5, -1.0, 2.0], [3.0, 0.0, -2.0]])
    weights = np.array([0.5, 2.0, 5.0])
    labels = np.ones_like(x)
    together = weighted_loss(labels, x, weights)
    for k, q in enumerate(weights):
        np.testing.assert_array_equal(together[:, k], weighted_loss(labels[:, k], x[:, k], float(q)))


def test_pos_weight_moves_the_optimum_to_weighted_odds():
    # With p the share of positives, the best probability is q p / (q p + 1 - p), not p.
    p, q = 0.2, 3.0
    best = np.log(q * p / (1 - p))
    labels = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    grad = xe.value_and_grad(weighted_loss)(labels, np.full(5, best), q)[1]["logits"]
    assert abs(grad.sum()) <= 8 * EPS
    away = xe.value_and_grad(weighted_loss)(labels, np.full(5, np.log(p / (1 - p))), q)[1]["logits"]
    assert away.sum() < -0.3


# Numbers.

x = np.array([[0.5, -2.0, 0.0], [3.0, 1.0, -1.5]])
one_hot = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
CALLS = {
    "sigmoid": (sigmoid_loss, {"labels": one_hot, "logits": x}, {"labels", "logits"}),
    "weighted": (weighted_loss, {"labels": one_hot, "logits": x, "pos_weight": 2.5}, {"labels", "logits"}),
    "softmax v1": (softmax_v1, {"labels": one_hot, "logits": x}, {"logits"}),
    "softmax v2": (softmax_v2, {"labels": one_hot, "logits": x}, {"labels", "logits"}),
    "sparse": (sparse_loss, {"labels": np.array([0, 2]), "logits": x}, {"logits"}),
}
calls = pytest.mark.parametrize(("loss", "arguments", "keys"), CALLS.values(), ids=CALLS)


def cast(arguments, dtype):
    return {k: v.astype(dtype) if getattr(v, "dtype", None) == np.float64 else v for k, v in arguments.items()}


@calls
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_goes_in_and_comes_out(loss, arguments, keys, dtype):
    value, grads = xe.value_and_grad(loss)(**cast(arguments, dtype))
    assert loss(**cast(arguments, dtype)).dtype == value.dtype == dtype
    assert {name: grad.dtype for name, grad in grads.items()} == dict.fromkeys(keys, np.dtype(dtype))


@calls
def test_float16_is_computed_in_float32(loss, arguments, keys):
    half = cast({**arguments, "logits": 100 * x}, np.float16)
    single = cast(
        half | {k: v.astype(np.float64) for k, v in half.items() if hasattr(v, "dtype") and v.dtype.kind == "f"},
        np.float32,
    )
    value, grads = xe.value_and_grad(loss)(**half)
    expected, expected_grads = xe.value_and_grad(loss)(**single)
    np.testing.assert_array_equal(value, expected.astype(np.float16))
    for name in keys:
        np.testing.assert_array_equal(grads[name], expected_grads[name].astype(np.float16))


@calls
@pytest.mark.parametrize("element", [float, np.float32])
def test_lists_are_float64(loss, arguments, keys, element):
    # A list has no dtype of its own, whatever the numbers in it.
    lists = dict(arguments)
    for name in ("logits", "labels"):
        if arguments[name].dtype == np.float64:
            lists[name] = [[element(n) for n in row] for row in arguments[name]]
    value, grads = xe.value_and_grad(loss)(**lists)
    expected, expected_grads = xe.value_and_grad(loss)(**arguments)
    assert value.dtype == np.float64
    np.testing.assert_array_equal(value, expected)
    for name in keys:
        assert grads[name].dtype == np.float64
        np.testing.assert_array_equal(grads[name], expected_grads[name])


@pytest.mark.parametrize("activation", [xe.nn.sigmoid, xe.nn.softmax, xe.nn.log_softmax])
def test_dtype_of_activations(activation):
    for dtype in (np.float16, np.float32, np.float64):
        assert activation(x.astype(dtype)).dtype == dtype
    half = x.astype(np.float16)
    np.testing.assert_array_equal(activation(half), activation(half.astype(np.float32)).astype(np.float16))
    for element in (float, int, np.float32):
        result = activation([element(n) for n in (1, -2, 3)])
        assert result.dtype == np.float64
        np.testing.assert_array_equal(result, activation(np.array([1.0, -2.0, 3.0])))


@calls
def test_integer_and_boolean_labels_have_no_gradient(loss, arguments, keys):
    if loss is not sparse_loss:
        expected, expected_grads = xe.value_and_grad(loss)(**arguments)
        for dtype in (np.int32, np.uint8, bool):
            value, grads = xe.value_and_grad(loss)(**{**arguments, "labels": one_hot.astype(dtype)})
            np.testing.assert_array_equal(value, expected)
            assert set(grads) == {"logits"}
            np.testing.assert_array_equal(grads["logits"], expected_grads["logits"])
    else:
        for dtype in (np.uint8, np.int16, np.uint64):
            np.testing.assert_array_equal(loss(labels=np.array([0, 2], dtype), logits=x), loss(**arguments))
        np.testing.assert_array_equal(loss(labels=[0, 2], logits=x), loss(**arguments))


@calls
def test_arguments_are_left_alone(loss, arguments, keys):
    copies = {name: np.array(argument) for name, argument in arguments.items()}
    for copy in copies.values():
        copy.setflags(write=False)
    xe.value_and_grad(loss)(**copies)
    for name, argument in arguments.items():
        np.testing.assert_array_equal(copies[name], argument)


@calls
@pytest.mark.parametrize(("dtype", "largest"), [(np.float32, 1e37), (np.float64, 1e300)])
def test_finite_and_without_a_warning_up_to_huge_logits(loss, arguments, keys, dtype, largest):
    huge = np.array([[largest, -largest, 0.0], [-largest, largest, largest]])
    value, grads = xe.value_and_grad(loss)(**cast({**arguments, "logits": huge}, dtype))
    assert np.isfinite(value).all()
    assert set(grads) == keys
    for grad in grads.values():
        assert np.isfinite(grad).all()
    if loss in (softmax_v1, softmax_v2, sparse_loss):
        np.testing.assert_allclose(value, np.array([0, np.log(2)], dtype), rtol=1e-7)
        assert not np.signbit(value).any()


@calls
def test_a_scalar_comes_out_as_a_scalar(loss, arguments, keys):
    if loss in (sigmoid_loss, weighted_loss):
        single = {**arguments, "labels": 1.0, "logits": 0.5}
    elif loss is sparse_loss:
        single = {"labels": 1, "logits": [0.5, 0.1]}
    else:
        single = {"labels": [1.0, 0.0], "logits": [0.5, 0.1]}
    value, grads = xe.value_and_grad(loss)(**single)
    assert np.shape(value) == ()
    assert isinstance(value, np.float64)
    assert {name: np.shape(grad) for name, grad in grads.items()} == {name: np.shape(single[name]) for name in keys}
