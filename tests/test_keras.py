"""Keras 3's losses: against Keras itself, and the laws that tie them to ``xe.nn``."""

import inspect

import numpy as np
import pytest

import xentedu as xe
from tests.test_gradients import difference
from xentedu import golden
from xentedu.keras import losses

CASES = golden.cases(archive="keras3")
CLASSES = ("BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy")
CALL = ("y_true", "y_pred", "sample_weight")

rng = np.random.default_rng(17)
LOGITS = rng.normal(scale=2, size=(4, 5))
PROBABILITIES = rng.uniform(0.15, 0.85, size=(4, 5))
MULTI_HOT = rng.integers(2, size=(4, 5)).astype(float)
SIMPLEX = rng.dirichlet(np.ones(5), size=4)
IDS = np.array([4, 0, 2, 2])
LABELS = {"binary_crossentropy": MULTI_HOT, "categorical_crossentropy": SIMPLEX, "sparse_categorical_crossentropy": IDS}
functions = pytest.mark.parametrize("name", LABELS)
sources = pytest.mark.parametrize("from_logits", [False, True], ids=["probabilities", "logits"])


def loss_and_call(case):
    """Return a case's loss, made with its settings if it is a class, and the arguments of the call."""
    name = case.function.rpartition(".")[-1]
    loss, args = getattr(losses, name), dict(case.args)
    if name in CLASSES:
        loss = loss(**{key: args.pop(key) for key in list(args) if key not in CALL})
    return loss, args


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.function}-{case.id}")
def test_golden(case):
    loss, args = loss_and_call(case)
    value, grads = xe.value_and_grad(loss)(**args)
    np.testing.assert_array_equal(loss(**args), value)
    assert set(grads) == {"y_pred"}
    for ours, theirs in ((value, case.value), (grads["y_pred"], case.grads["y_pred"])):
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        np.testing.assert_allclose(ours, theirs, rtol=case.rtol, atol=case.atol)


def test_every_name_has_golden_cases():
    assert {case.function.rpartition(".")[-1] for case in CASES} == set(losses.__all__)
    about = golden.about("keras3")
    assert about["keras"] in (losses.__doc__ or "")


# Laws.


def test_from_logits_they_are_the_losses_of_nn():
    np.testing.assert_allclose(
        losses.binary_crossentropy(MULTI_HOT, LOGITS, from_logits=True),
        xe.nn.sigmoid_cross_entropy_with_logits(labels=MULTI_HOT, logits=LOGITS).mean(axis=-1),
        rtol=1e-15,
    )
    np.testing.assert_array_equal(
        losses.categorical_crossentropy(SIMPLEX, LOGITS, from_logits=True),
        xe.nn.softmax_cross_entropy_with_logits(labels=SIMPLEX, logits=LOGITS),
    )
    np.testing.assert_array_equal(
        losses.sparse_categorical_crossentropy(IDS, LOGITS, from_logits=True),
        xe.nn.sparse_softmax_cross_entropy_with_logits(labels=IDS, logits=LOGITS),
    )


@functions
def test_probabilities_give_what_their_logits_give(name):
    activation = xe.nn.sigmoid if name == "binary_crossentropy" else xe.nn.softmax
    loss = getattr(losses, name)
    probable = loss(LABELS[name], activation(LOGITS))
    np.testing.assert_allclose(probable, loss(LABELS[name], LOGITS, from_logits=True), rtol=1e-12)


def test_the_clip_costs_the_gradient_where_the_mistake_is_greatest():
    # Claim 26: sure of the wrong class. From logits the loss goes on growing, and its gradient stays.
    for logit in (10.0, 20.0, 1000.0):
        p = xe.nn.sigmoid([[logit]])
        value, grads = xe.value_and_grad(losses.binary_crossentropy)([[0.0]], p)
        exact, exact_grads = xe.value_and_grad(losses.binary_crossentropy)([[0.0]], [[logit]], from_logits=True)
        assert exact.round(3) == logit
        assert exact_grads["y_pred"].round(3) == 1
        if logit == 10:
            np.testing.assert_allclose(value, exact, rtol=1e-10)
            assert grads["y_pred"] > 20_000
        else:
            assert value.round(3) == 16.118  # -log(1e-7)
            assert grads["y_pred"] == 0


@functions
@sources
@pytest.mark.parametrize("axis", [0, -1])
def test_gradients_are_derivatives(name, from_logits, axis):
    y_pred, labels = LOGITS if from_logits else PROBABILITIES, LABELS[name]
    if axis == 0 and name != "binary_crossentropy":
        y_pred, labels = y_pred.T, labels.T
    call = {"from_logits": from_logits, "axis": axis}
    loss = getattr(losses, name)
    _, grads = xe.value_and_grad(loss)(labels, y_pred, **call)
    expected = difference(lambda x: loss(labels, x, **call).sum(), y_pred, h=2e-4)
    assert np.abs(grads["y_pred"] - expected).max() < 1e-9 * np.abs(expected).max()


@sources
@pytest.mark.parametrize("axis", [None, (0, 2), [-1, 1], (1,), ()], ids=str)
def test_the_mean_of_binary_losses_may_be_over_several_axes(from_logits, axis):
    y_true, y_pred = rng.integers(2, size=(2, 3, 4)), rng.uniform(0.15, 0.85, size=(2, 3, 4))
    each = losses.binary_crossentropy(y_true[..., np.newaxis], y_pred[..., np.newaxis], from_logits)
    over = tuple(axis) if isinstance(axis, list) else axis
    call = {"from_logits": from_logits, "axis": axis}
    value, grads = xe.value_and_grad(losses.binary_crossentropy)(y_true, y_pred, **call)
    np.testing.assert_allclose(value, each.mean(over), rtol=1e-14)
    expected = difference(lambda x: losses.binary_crossentropy(y_true, x, **call).sum(), y_pred, h=2e-4)
    np.testing.assert_allclose(grads["y_pred"], expected, rtol=1e-8)
    reduced = losses.BinaryCrossentropy(axis=axis, from_logits=from_logits, reduction="sum")
    np.testing.assert_allclose(reduced(y_true, y_pred), value.sum(), rtol=1e-14)


@pytest.mark.parametrize("name", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
@sources
@pytest.mark.parametrize(("axis", "meant"), [(None, "axis=-1"), ((1,), "axis=axis[0]"), ((0, 1), None)], ids=str)
def test_the_classes_of_a_softmax_lie_on_one_axis(name, from_logits, axis, meant):
    y_pred = LOGITS if from_logits else PROBABILITIES
    with pytest.raises(TypeError, match="axis: expected an integer, received") as caught:
        getattr(losses, name)(LABELS[name], y_pred, from_logits, axis=axis)
    assert str(caught.value).partition("Did you mean ")[2] == (f"{meant}?" if meant else "")
    loss = dict(zip(LABELS, CLASSES))[name]
    for call in ({}, {"sample_weight": np.ones(4)}):
        with pytest.raises(TypeError, match=f"{loss}: axis: expected an integer, received"):
            getattr(losses, loss)(from_logits, axis=axis)(LABELS[name], y_pred, **call)


def test_the_mean_of_binary_losses_is_of_some_numbers_over_axes_that_differ():
    with pytest.raises(ValueError, match=r"y_pred: expected numbers along axis=0, received shape \(0, 3\)"):
        losses.binary_crossentropy(np.zeros((0, 3)), np.zeros((0, 3)), axis=0)
    with pytest.raises(ValueError, match=r"axis: expected axes that differ from one another, received \(1, -1\)"):
        losses.binary_crossentropy(MULTI_HOT, PROBABILITIES, axis=(1, -1))
    with pytest.raises(ValueError, match="axis: expected an axis from -2 to 1, received 2"):
        losses.binary_crossentropy(MULTI_HOT, PROBABILITIES, axis=(0, 2))
    with pytest.raises(TypeError, match="axis: expected an integer, received 'all'"):
        losses.binary_crossentropy(MULTI_HOT, PROBABILITIES, axis="all")


@pytest.mark.parametrize("name", CLASSES)
@sources
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "mean_with_sample_weight", None])
def test_gradients_of_classes_are_derivatives(name, from_logits, reduction):
    y_pred = LOGITS if from_logits else PROBABILITIES
    labels = dict(zip(CLASSES, LABELS.values()))[name]
    loss = getattr(losses, name)(from_logits=from_logits, reduction=reduction)
    call = {"sample_weight": [0.5, 0.0, 2.0, 3.0]}
    _, grads = xe.value_and_grad(loss)(labels, y_pred, **call)
    expected = difference(lambda x: loss(labels, x, **call).sum(), y_pred, h=2e-4)
    assert np.abs(grads["y_pred"] - expected).max() < 1e-9 * np.abs(expected).max()


@sources
def test_sparse_is_categorical_of_one_hot_labels(from_logits):
    y_pred = LOGITS if from_logits else PROBABILITIES
    one = xe.value_and_grad(losses.categorical_crossentropy)(np.eye(5)[IDS], y_pred, from_logits)
    other = xe.value_and_grad(losses.sparse_categorical_crossentropy)(IDS, y_pred, from_logits)
    np.testing.assert_allclose(other[0], one[0], rtol=1e-13)
    np.testing.assert_allclose(other[1]["y_pred"], one[1]["y_pred"], rtol=1e-12, atol=1e-16)


def test_any_positive_numbers_pass_for_probabilities():
    # A layer that forgot its softmax is not noticed: Keras divides by the sum.
    for loss, labels in ((losses.categorical_crossentropy, SIMPLEX), (losses.sparse_categorical_crossentropy, IDS)):
        np.testing.assert_allclose(loss(labels, PROBABILITIES), loss(labels, PROBABILITIES / 2), rtol=1e-14)


@sources
def test_ignored_examples_cost_nothing_and_are_not_counted(from_logits):
    y_pred = (LOGITS if from_logits else PROBABILITIES).copy()
    some = np.array([4, -1, 2, -1])
    if not from_logits:
        y_pred[1] = 0  # what is ignored may be anything
    kept = some != -1
    each, grads = xe.value_and_grad(losses.sparse_categorical_crossentropy)(some, y_pred, from_logits, ignore_class=-1)
    np.testing.assert_array_equal(each == 0, ~kept)
    assert not grads["y_pred"][~kept].any()
    for reduction in ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight"):
        ignoring = losses.SparseCategoricalCrossentropy(from_logits, ignore_class=-1, reduction=reduction)
        without = losses.SparseCategoricalCrossentropy(from_logits, reduction=reduction)
        np.testing.assert_allclose(ignoring(some, y_pred), without(some[kept], y_pred[kept]), rtol=1e-14)


def test_everything_ignored_is_zero():
    loss = losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    value, grads = xe.value_and_grad(loss)(np.full(4, -1), LOGITS)
    assert value == 0
    assert not grads["y_pred"].any()


def test_the_default_mean_does_not_look_at_the_weights():
    # Claim 15, in Keras: padding masked by zero weights is averaged over, unless asked otherwise.
    weights = np.array([1.0, 1.0, 0.0, 0.0])
    default = losses.SparseCategoricalCrossentropy(from_logits=True)
    weighted = losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
    proper = default(IDS[:2], LOGITS[:2])
    np.testing.assert_allclose(default(IDS, LOGITS, weights), proper / 2, rtol=1e-15)
    np.testing.assert_allclose(weighted(IDS, LOGITS, weights), proper, rtol=1e-15)
    assert weighted(IDS, LOGITS, np.zeros(4)) == 0


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean_with_sample_weight", "none"])
def test_a_single_loss_is_weighted_and_not_reduced(reduction):
    loss = losses.CategoricalCrossentropy(reduction=reduction)
    value, grads = xe.value_and_grad(loss)([0.0, 1.0], [0.3, 0.7], 2.0)
    np.testing.assert_allclose(value, 0.71334994, rtol=1e-7)  # Keras 3.15.1
    np.testing.assert_allclose(grads["y_pred"], [2.0, -2 * 0.3 / 0.7], rtol=1e-12)


def test_a_last_axis_of_one_too_many_is_dropped_from_either():
    loss = losses.BinaryCrossentropy(from_logits=True)
    expected, grads = xe.value_and_grad(loss)(MULTI_HOT, LOGITS)
    assert loss(MULTI_HOT[..., np.newaxis], LOGITS) == expected
    value, same = xe.value_and_grad(loss)(MULTI_HOT, LOGITS[..., np.newaxis])
    assert value == expected
    np.testing.assert_array_equal(same["y_pred"][..., 0], grads["y_pred"])


def test_ignored_labels_of_a_single_class():
    loss = losses.sparse_categorical_crossentropy
    np.testing.assert_array_equal(loss([0, -1], [[3.0], [2.0]], from_logits=True, ignore_class=-1), [0, 0])


@pytest.mark.parametrize("name", ["binary_crossentropy", "categorical_crossentropy"])
def test_smoothing_is_that_of_tf_losses(name):
    tf_name = {"binary_crossentropy": "sigmoid_cross_entropy", "categorical_crossentropy": "softmax_cross_entropy"}[
        name
    ]
    smoothed = getattr(losses, name)(LABELS[name], LOGITS, from_logits=True, label_smoothing=0.2).mean()
    np.testing.assert_allclose(
        smoothed, getattr(xe.losses, tf_name)(LABELS[name], LOGITS, label_smoothing=0.2), rtol=1e-14
    )


def test_signatures():
    common = {"y_true": inspect.Parameter.empty, "y_pred": inspect.Parameter.empty, "from_logits": False}
    expected = {
        "binary_crossentropy": {**common, "label_smoothing": 0.0, "axis": -1},
        "categorical_crossentropy": {**common, "label_smoothing": 0.0, "axis": -1},
        "sparse_categorical_crossentropy": {**common, "ignore_class": None, "axis": -1},
        "BinaryCrossentropy": {
            "from_logits": False,
            "label_smoothing": 0.0,
            "axis": -1,
            "reduction": "sum_over_batch_size",
        },
        "SparseCategoricalCrossentropy": {
            "from_logits": False,
            "ignore_class": None,
            "reduction": "sum_over_batch_size",
            "axis": -1,
        },
    }
    expected["CategoricalCrossentropy"] = dict(expected["BinaryCrossentropy"])
    for kind in ("binary", "categorical", "sparse_categorical"):
        name = kind.title().replace("_", "") + "Crossentropy"
        expected[name] |= {"name": f"{kind}_crossentropy", "dtype": None}
    for name, parameters in expected.items():
        received = inspect.signature(getattr(losses, name)).parameters
        assert {key: p.default for key, p in received.items()} == parameters
        assert list(received) == list(parameters)


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", np.float32])
def test_a_loss_with_a_dtype_computes_in_it(name, dtype):
    labels = dict(zip(CLASSES, LABELS.values()))[name]
    loss = getattr(losses, name)(dtype=dtype, name="mine")
    assert loss.name == "mine"
    value, grads = xe.value_and_grad(loss)(labels, PROBABILITIES)
    expected, expected_grads = xe.value_and_grad(getattr(losses, name)())(labels, PROBABILITIES.astype(dtype))
    assert value.dtype == expected.dtype == np.dtype(dtype)
    assert value == expected == loss(labels, PROBABILITIES)
    assert grads["y_pred"].dtype == np.float64
    np.testing.assert_array_equal(grads["y_pred"], expected_grads["y_pred"])


def test_what_keras_casts():
    # The numbers are those of Keras 3.15.1 on JAX.
    y_pred = np.array([[0.2, 0.3, 0.5], [0.75, 0.125, 0.125]], np.float32)
    sparse = losses.sparse_categorical_crossentropy
    np.testing.assert_allclose(sparse(np.array([2.0, 0.0]), y_pred), [0.693147, 0.287682], rtol=2e-6)
    np.testing.assert_allclose(sparse(np.array([-1.0, 0.0]), y_pred, ignore_class=-1), [0, 0.287682], rtol=2e-6)


def test_a_row_of_zeros_with_weight_zero_costs_nothing():
    labels, logits = np.array([[0, 0, 0], [1, 0, 0]]), np.array([[0.5, -1.0, 2.0], [1.0, 0.25, -2.0]])
    loss = losses.CategoricalCrossentropy(from_logits=True)
    value, grads = xe.value_and_grad(loss)(labels, logits, sample_weight=[0.0, 1.0])
    np.testing.assert_allclose(value, 0.210063, rtol=2e-6)  # Keras 3.15.1
    assert not grads["y_pred"][0].any()


def test_labels_that_were_rounded_have_the_gradient_of_their_own_sum():
    # TensorFlow gives p - y there; Keras differentiates what it computes.
    labels = np.full((4, 5), 0.1995)
    _, grads = xe.value_and_grad(losses.categorical_crossentropy)(labels, LOGITS, from_logits=True)
    np.testing.assert_allclose(grads["y_pred"], 0.9975 * xe.nn.softmax(LOGITS) - labels, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", CLASSES)
def test_no_reduction_touches_an_empty_batch(name):
    labels = np.empty(0, int) if "Sparse" in name else np.empty((0, 3))
    value, grads = xe.value_and_grad(getattr(losses, name)())(labels, np.empty((0, 3)))
    assert (value.shape, grads["y_pred"].shape) == ((0,), (0, 3))


def test_where_a_single_label_is_not_ignored_the_mean_is_its_loss():
    loss = xe.keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    logits = np.array([[0.5, -1.0, 2.0], [1.0, 0.0, -2.0], [0.0, 1.0, 0.5]])
    alone = xe.keras.losses.sparse_categorical_crossentropy([2], logits[:1], from_logits=True)
    np.testing.assert_allclose(loss([2, -1, -1], logits), alone[0], rtol=1e-15)


def test_a_row_without_a_label_may_have_the_weight_zero_and_no_other():
    loss, p = xe.keras.losses.CategoricalCrossentropy(), [[0.2, 0.8], [0.5, 0.5]]
    assert loss([[0, 1], [0, 0]], p, sample_weight=[1, 0]) == pytest.approx(-np.log(0.8) / 2, rel=1e-12)
    with pytest.raises(ValueError, match="sum to one over the classes, received a sum of 0"):
        loss([[0, 1], [0, 0]], p, sample_weight=[1, 1])
    with pytest.raises(TypeError, match=r"y_true: expected numbers in \[0, 1\], received <U"):
        loss([["a", "b"], ["c", "d"]], p, sample_weight=[1, 0])


def test_predictions_may_be_integers():
    value = xe.keras.losses.binary_crossentropy([[1.0, 0.0]], np.array([[1, 0]]))
    assert value == pytest.approx(-np.log1p(-1e-7), rel=1e-6)
