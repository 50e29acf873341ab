"""Laws of in-batch weights, reductions and label smoothing, in ``losses`` and ``contrib.losses``."""

import itertools

import numpy as np
import pytest

import xentedu as xe
from tests.test_gradients import difference
from xentedu.losses import Reduction

rng = np.random.default_rng(11)
LOGITS = rng.normal(scale=3, size=(4, 5))
MULTI_HOT = rng.integers(2, size=(4, 5)).astype(float)
SIMPLEX = rng.dirichlet(np.ones(5), size=4)
IDS = np.array([4, 0, 2, 2])
PREDICTIONS = rng.uniform(0.15, 0.85, size=(4, 5))
LOSSES = rng.uniform(0.5, 4, size=(4, 5))
ROWS = np.array([0.5, 0.0, 2.0, 3.0])  # a weight for each example, one of them zero

# name: (twin in losses, its labels, its logits, the names of both).
FAMILIES = {
    "sigmoid_cross_entropy": (MULTI_HOT, LOGITS, "multi_class_labels", "logits"),
    "softmax_cross_entropy": (SIMPLEX, LOGITS, "onehot_labels", "logits"),
    "sparse_softmax_cross_entropy": (IDS, LOGITS, "labels", "logits"),
    "log_loss": (MULTI_HOT, PREDICTIONS, "labels", "predictions"),
}
ELEMENTWISE = ("sigmoid_cross_entropy", "log_loss")
families = pytest.mark.parametrize("name", FAMILIES)
reductions = pytest.mark.parametrize("reduction", list(Reduction), ids=lambda r: r.name)


def call(name, **more):
    """The loss ``tf.losses.name`` on the data above."""
    labels, outputs, labels_name, outputs_name = FAMILIES[name]
    return getattr(xe.losses, name)(**{labels_name: labels, outputs_name: outputs, **more})


def by_hand(losses, weights, reduction):
    """A twin that loops: the sum of weighted losses, over what the reduction says."""
    total = divided_by_mean = present = 0.0
    for loss, weight in zip(losses.flat, np.broadcast_to(weights, losses.shape).flat):
        total += weight * loss
        divided_by_mean += weight
        present += weight != 0
    divisor = {"SUM": 1, "SUM_OVER_BATCH_SIZE": losses.size, "MEAN": divided_by_mean, "SUM_BY_NONZERO_WEIGHTS": present}
    return total / divisor[reduction.name]


def test_reductions_are_tensorflows_strings():
    assert {str(member) for member in Reduction} == {
        "none",
        "weighted_sum",
        "weighted_sum_over_batch_size",
        "weighted_mean",
        "weighted_sum_by_nonzero_weights",
    }
    assert Reduction.SUM == "weighted_sum"
    assert f"{Reduction.MEAN}" == "weighted_mean"
    assert Reduction.SUM_OVER_NONZERO_WEIGHTS is Reduction.SUM_BY_NONZERO_WEIGHTS
    assert Reduction.NONE in Reduction.all()
    Reduction.validate("weighted_mean")
    with pytest.raises(ValueError, match="reduction: expected one of 'none', 'weighted_sum'"):
        Reduction.validate("mean")


@pytest.mark.parametrize("reduction", [r for r in Reduction if r is not Reduction.NONE], ids=lambda r: r.name)
@pytest.mark.parametrize("shape", [(), *itertools.product((1, 4), (1, 5))], ids=str)
def test_each_reduction_divides_by_what_it_says(reduction, shape):
    weights = rng.uniform(0.5, 2, size=shape)
    if weights.ndim and weights.shape[0] == 4:
        weights[1] = 0
    expected = by_hand(LOSSES, weights, reduction)
    np.testing.assert_allclose(
        xe.losses.compute_weighted_loss(LOSSES, weights, reduction=reduction), expected, rtol=1e-14
    )
    np.testing.assert_allclose(
        xe.losses.compute_weighted_loss(LOSSES, weights, reduction=reduction.value), expected, rtol=1e-14
    )


@reductions
def test_weights_of_zero_give_zero_and_not_nan(reduction):
    value, grads = xe.value_and_grad(xe.losses.compute_weighted_loss)(LOSSES, np.zeros((4, 5)), reduction=reduction)
    assert not np.any(value)
    assert grads["losses"].shape == LOSSES.shape
    assert not grads["losses"].any()
    assert not np.any(xe.losses.compute_weighted_loss(LOSSES, 0, reduction=reduction))


def test_doubled_weights_double_the_default_but_leave_the_mean():
    loss = xe.losses.compute_weighted_loss
    weights = ROWS[:, np.newaxis]
    np.testing.assert_allclose(loss(LOSSES, 2 * weights), 2 * loss(LOSSES, weights), rtol=1e-14)
    np.testing.assert_allclose(
        loss(LOSSES, 2 * weights, reduction="weighted_mean"), loss(LOSSES, weights, reduction="weighted_mean")
    )


@families
@pytest.mark.parametrize("reduction", ["weighted_sum", "weighted_mean", "weighted_sum_by_nonzero_weights"])
def test_a_weight_of_zero_is_as_if_the_example_were_not_there(name, reduction):
    labels, outputs, labels_name, outputs_name = FAMILIES[name]
    weights = ROWS[:, np.newaxis] if name in ELEMENTWISE else ROWS
    kept = ROWS != 0
    masked = call(name, weights=weights, reduction=reduction)
    left = {labels_name: labels[kept], outputs_name: outputs[kept], "weights": weights[kept]}
    np.testing.assert_allclose(masked, getattr(xe.losses, name)(**left, reduction=reduction), rtol=1e-14)


def test_over_the_batch_size_padding_pulls_the_loss_down():
    # The mistake of averaging over padding: here the mean of three examples is divided by four.
    masked = call("sparse_softmax_cross_entropy", weights=ROWS != 0, reduction="weighted_sum_over_batch_size")
    proper = call("sparse_softmax_cross_entropy", weights=ROWS != 0)
    np.testing.assert_allclose(masked, proper * 3 / 4, rtol=1e-14)


@families
@reductions
def test_gradients_are_derivatives(name, reduction):
    _, outputs, _, key = FAMILIES[name]
    loss = getattr(xe.losses, name)
    more = {"weights": ROWS[:, np.newaxis] if name in ELEMENTWISE else ROWS, "reduction": reduction}
    if name in ("sigmoid_cross_entropy", "softmax_cross_entropy"):
        more["label_smoothing"] = 0.2
    arguments = {**dict(zip(FAMILIES[name][2:], FAMILIES[name][:2])), **more}
    value, grads = xe.value_and_grad(loss)(**arguments)
    np.testing.assert_array_equal(value, loss(**arguments))
    assert list(grads) == [key]
    expected = difference(lambda x: loss(**{**arguments, key: x}).sum(), outputs, h=2e-4)
    assert np.abs(grads[key] - expected).max() < 1e-9 * np.abs(expected).max()


@families
def test_contrib_gradients_are_derivatives(name):
    labels, outputs, _, key = FAMILIES[name]
    loss = getattr(xe.contrib.losses, name)
    _, grads = xe.value_and_grad(loss)(outputs, labels, ROWS)
    expected = difference(lambda x: loss(x, labels, ROWS), outputs, h=2e-4)
    assert list(grads) == [key]
    assert np.abs(grads[key] - expected).max() < 1e-9 * np.abs(expected).max()


@families
def test_contrib_is_its_twin_with_flipped_arguments(name):
    labels, outputs, *_ = FAMILIES[name]
    contrib, twin = getattr(xe.contrib.losses, name), getattr(xe.losses, name)
    np.testing.assert_allclose(contrib(outputs, labels, 2.5), twin(labels, outputs, 2.5), rtol=1e-15)
    # [batch] weights examples in contrib; the twin wants an axis for each axis of the losses.
    weights = ROWS[:, np.newaxis] if name in ELEMENTWISE else ROWS
    np.testing.assert_allclose(contrib(outputs, labels, ROWS), twin(labels, outputs, weights), rtol=1e-14)


def test_contrib_counts_broadcast_weights_once():
    # TensorFlow's, and so ours: one weight for all rows is four times too much.
    labels, outputs = MULTI_HOT, LOGITS
    loss = xe.contrib.losses.sigmoid_cross_entropy
    np.testing.assert_allclose(loss(outputs, labels, [2.0]), 4 * loss(outputs, labels, 2.0), rtol=1e-14)


@pytest.mark.parametrize("name", ["sigmoid_cross_entropy", "softmax_cross_entropy"])
@pytest.mark.parametrize("smoothing", [0, 0.1, 1])
def test_smoothing_mixes_the_loss_with_that_of_uniform_labels(name, smoothing):
    labels = FAMILIES[name][0]
    uniform = np.full_like(labels, 0.5 if name == "sigmoid_cross_entropy" else 1 / 5)
    key = FAMILIES[name][2]
    mixed = (1 - smoothing) * call(name) + smoothing * call(name, **{key: uniform})
    np.testing.assert_allclose(call(name, label_smoothing=smoothing), mixed, rtol=1e-14)


def test_class_weights_are_weights_gathered_by_label():
    # Claim 11: the softmax has no class weights; gathered by label, they are in-batch weights.
    per_class = np.array([1.0, 0.5, 3.0, 1.0, 2.0])
    each = xe.nn.sparse_softmax_cross_entropy_with_logits(labels=IDS, logits=LOGITS)
    gathered = per_class[IDS]
    loss = xe.losses.sparse_softmax_cross_entropy
    np.testing.assert_allclose(loss(IDS, LOGITS, gathered), (each * gathered).sum() / 4, rtol=1e-14)
    np.testing.assert_allclose(
        loss(IDS, LOGITS, gathered, reduction=Reduction.MEAN), (each * gathered).sum() / gathered.sum(), rtol=1e-14
    )


def test_columns_of_labels_and_weights_are_squeezed():
    loss = xe.losses.sparse_softmax_cross_entropy
    expected = loss(IDS, LOGITS, ROWS)
    assert loss(IDS[:, np.newaxis], LOGITS, ROWS) == expected
    assert loss(IDS[:, np.newaxis], LOGITS, ROWS[:, np.newaxis]) == expected
    assert xe.contrib.losses.sparse_softmax_cross_entropy(LOGITS, IDS[:, np.newaxis], ROWS[:, np.newaxis]) == expected
    steps = np.stack([LOGITS, LOGITS[::-1]], axis=1)  # [batch, time, classes]
    ids, weights = np.stack([IDS, IDS], axis=1), np.stack([ROWS, 2 * ROWS], axis=1)
    expected = loss(ids, steps, weights)
    assert loss(ids[..., np.newaxis], steps, weights) == expected
    assert loss(ids[..., np.newaxis], steps, weights[..., np.newaxis]) == expected
    # A last axis of one that the logits have and the labels lack goes too, and is there again in the gradient.
    value, grads = xe.value_and_grad(loss)(ids, steps[..., np.newaxis], weights)
    assert value == expected
    np.testing.assert_array_equal(grads["logits"][..., 0], xe.value_and_grad(loss)(ids, steps, weights)[1]["logits"])
    with pytest.raises(ValueError, match="labels: expected class indices of shape"):
        loss(ids[0], steps, weights)


def test_a_row_without_a_label_may_have_the_weight_zero():
    labels, logits = np.array([[1.0, 0, 0], [0, 0, 0], [0, 0, 1]]), rng.normal(size=(3, 3))
    kept, weights = [0, 2], np.array([2.0, 0.0, 0.5])
    loss, old = xe.losses.softmax_cross_entropy, xe.contrib.losses.softmax_cross_entropy
    expected = loss(labels[kept], logits[kept], weights[kept], reduction="weighted_sum")
    assert loss(labels, logits, weights, reduction="weighted_sum") == pytest.approx(expected, rel=1e-15)
    assert old(logits, labels, weights) == pytest.approx(expected / 2, rel=1e-15)
    steps = np.stack([logits, logits]), np.stack([labels, labels])  # [batch, time, classes]
    assert loss(*steps[::-1], np.stack([weights, weights]), reduction="weighted_sum") == pytest.approx(2 * expected)
    with pytest.raises(ValueError, match=r"sum to one over the classes, received a sum of 0\."):
        loss(labels, logits, weights + 1)
    with pytest.raises(ValueError, match=r"sum to one over the classes, received a sum of 0\."):
        old(*steps, [1.0, 0.0])  # a weight for each example, whose steps all have it


def test_losses_may_be_integers():
    for loss in (xe.losses.compute_weighted_loss, xe.contrib.losses.compute_weighted_loss):
        value, grads = xe.value_and_grad(loss)(np.array([1, 2, 4]), [1.0, 1.0, 0.0])
        assert value == 1.5
        assert value.dtype == np.float64
        np.testing.assert_array_equal(grads["losses"], [0.5, 0.5, 0.0])


def test_predictions_may_be_integers():
    predictions = np.array([0, 1, 1])
    for loss, args in (
        (xe.losses.log_loss, ([0, 1, 0.5], predictions)),
        (xe.contrib.losses.log_loss, (predictions, [0, 1, 0.5])),
    ):
        expected = (-2 * np.log(1 + 1e-7) - 0.5 * np.log(1e-7) - 0.5 * np.log(1 + 1e-7)) / 3
        assert loss(*args) == pytest.approx(expected, rel=1e-12)


def test_log_loss_is_the_sigmoid_loss_but_for_its_epsilon():
    logits = np.array([-3.0, 0.0, 2.0])
    labels = np.array([0.0, 1.0, 0.5])
    exact = xe.losses.sigmoid_cross_entropy(labels, logits)
    guarded = xe.losses.log_loss(labels, xe.nn.sigmoid(logits))
    np.testing.assert_allclose(guarded, exact, rtol=1e-6)
    assert guarded < exact
    assert xe.losses.log_loss(1.0, 0.5).round(6) == 0.693147  # of a single number too
    # A certain mistake costs no more than -log(epsilon), where the sigmoid loss has no bound.
    assert xe.losses.log_loss([1.0], [0.0]).round(3) == 16.118
    assert xe.losses.sigmoid_cross_entropy([1.0], [-1000.0]) == 1000


@families
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_is_that_of_the_outputs(name, dtype):
    _, outputs, _, key = FAMILIES[name]
    labels = SIMPLEX if name == "softmax_cross_entropy" else FAMILIES[name][0]
    arguments = {FAMILIES[name][2]: labels, key: outputs.astype(dtype)}
    value, grads = xe.value_and_grad(getattr(xe.losses, name))(**arguments)
    assert value.dtype == grads[key].dtype == dtype
    np.testing.assert_allclose(value, call(name), rtol=4 * np.finfo(dtype).eps + 1e-15)
