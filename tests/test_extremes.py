"""Numbers at the end of what a dtype holds: a result is right, or it is refused; never NaN or infinity in silence."""

import itertools

import numpy as np
import pytest

import xentedu as xe

pytestmark = pytest.mark.filterwarnings("error")
LARGEST = {np.float16: 6e4, np.float32: 3e38, np.float64: 1.7e308}
DTYPES = list(LARGEST)
ROW = [1.0, -1.0, 0.0]
EYE = np.eye(3)[[0, 2]]
WEIGHTS = np.array([[1.0, -1.0], [0.0, 1.0], [1.0, 1.0], [-1.0, -1.0], [0.0, 0.0]])
INPUTS = np.array([[1.0, -1.0], [1.0, 1.0], [0.0, 1.0]])
SAMPLED = {"labels": [[0], [2], [4]], "num_sampled": 4, "num_classes": 5}
RANK = {"num_resampled": 2, "num_true": 1, "remove_accidental_hits": True, "partition_strategy": "mod"}
REDUCTIONS = [str(reduction) for reduction in xe.losses.Reduction]


def calls(dtype):
    """Yield calls of every loss with very large and very small arguments, alone and together."""
    large, flipped = LARGEST[dtype], xe.contrib.nn
    info = np.finfo(dtype)
    factors = (1.0, 1e-5, large, 1e300)
    for rows in ([ROW, ROW[::-1]], [[1] * 3, [-1] * 3], [[0, 0, -1], [0, -1, 0]], [[0.3, -0.3, 0], [0, 0, 0.3]]):
        x = (np.array(rows) * large).astype(dtype)
        soft = np.full((2, 3), 1 / 3)
        for dense in (EYE, EYE[::-1], soft):
            for loss in (xe.nn.softmax_cross_entropy_with_logits, xe.nn.softmax_cross_entropy_with_logits_v2):
                yield loss, {"labels": dense, "logits": x}
            yield flipped.deprecated_flipped_softmax_cross_entropy_with_logits, {"labels": dense, "logits": x}
            yield xe.keras.losses.categorical_crossentropy, {"y_true": dense, "y_pred": x, "from_logits": True}
            yield xe.contrib.losses.softmax_cross_entropy, {"logits": x, "onehot_labels": dense, "weights": large}
            for weights, reduction in itertools.product([*factors, [1.0, 0.0], [large, large]], REDUCTIONS):
                more = {"weights": weights, "reduction": reduction}
                yield xe.losses.softmax_cross_entropy, {"onehot_labels": dense, "logits": x, **more}
        for ids in ([0, 2], [1, 0]):
            yield xe.nn.sparse_softmax_cross_entropy_with_logits, {"labels": ids, "logits": x}
            yield flipped.deprecated_flipped_sparse_softmax_cross_entropy_with_logits, {"labels": ids, "logits": x}
            yield xe.losses.sparse_softmax_cross_entropy, {"labels": ids, "logits": x, "weights": large}
            yield xe.keras.losses.sparse_categorical_crossentropy, {"y_true": ids, "y_pred": x, "from_logits": True}
        for dense in (np.eye(2, 3), soft):
            yield xe.nn.sigmoid_cross_entropy_with_logits, {"labels": dense, "logits": x}
            yield flipped.deprecated_flipped_sigmoid_cross_entropy_with_logits, {"targets": dense, "logits": x}
            yield xe.keras.losses.binary_crossentropy, {"y_true": dense, "y_pred": x, "from_logits": True}
            for q in (*factors, 0.0):
                yield xe.nn.weighted_cross_entropy_with_logits, {"labels": dense, "logits": x, "pos_weight": q}
            for weights, reduction in itertools.product(factors, REDUCTIONS):
                more = {"weights": weights, "reduction": reduction}
                yield xe.losses.sigmoid_cross_entropy, {"multi_class_labels": dense, "logits": x, **more}
                yield xe.losses.compute_weighted_loss, {"losses": x, **more}
            yield xe.keras.losses.BinaryCrossentropy(True), {"y_true": dense, "y_pred": x, "sample_weight": [large, 1]}
    p = np.array([[0, 1, info.tiny], [info.smallest_subnormal, 0, 0]], dtype)
    for labels in (np.zeros((2, 3)), np.ones((2, 3)), np.full((2, 3), 0.5)):
        for epsilon in (1e-7, float(info.tiny), 1e-50, 5e-324, 1e40, 1e300):
            yield xe.losses.log_loss, {"labels": labels, "predictions": p, "epsilon": epsilon}
        yield xe.keras.losses.binary_crossentropy, {"y_true": labels, "y_pred": p}
    for loss, labels in (
        (xe.keras.losses.categorical_crossentropy, EYE),
        (xe.keras.losses.sparse_categorical_crossentropy, [0, 1]),
    ):
        yield loss, {"y_true": labels, "y_pred": p}
    sizes = (1, large**0.5, large / 4, large)
    for into_weights, into_inputs, temperature in itertools.product(sizes, sizes, (1.0, 1e-300, 1e300)):
        tables = {
            "weights": (WEIGHTS * into_weights).astype(dtype),
            "biases": np.zeros(5, dtype),
            "inputs": (INPUTS * into_inputs).astype(dtype),
        }
        yield xe.nn.blockwise_softmax_cross_entropy, {**tables, "labels": [0, 2, 4], "block": 2}
        for count in (1.0, 1e-300, 1e300):
            sample = {**tables, **SAMPLED, "sampled_values": ([0, 1, 2, 3], np.full((3, 1), count), np.full(4, count))}
            for loss in (xe.nn.sampled_softmax_loss, xe.nn.nce_loss, xe.contrib.nn.sampled_sparse_softmax_loss):
                yield loss, sample
            yield xe.contrib.nn.rank_sampled_softmax_loss, {**sample, **RANK, "resampling_temperature": temperature}


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_result_is_finite_or_refused(dtype):
    computed, refused = set(), set()
    for loss, arguments in calls(dtype):
        name = getattr(loss, "__name__", type(loss).__name__)
        try:
            value, grads = xe.value_and_grad(loss)(**arguments)
        except ValueError as error:
            refused.add(str(error).partition(":")[0])
            continue
        computed.add(name)
        for key, array in {"value": value, **grads}.items():
            assert np.isfinite(array).all(), (name, key, arguments)
    # Each loss was computed with some of these numbers; most losses must refuse others.
    assert refused <= computed
    modules = (xe.nn, xe.losses, xe.contrib.losses, xe.contrib.nn, xe.keras.losses)
    public = [(name, getattr(module, name)) for module in modules for name in module.__all__]
    losses = {name for name, loss in public if hasattr(loss, "with_gradients")}
    missing = losses - computed
    assert not missing, "add a call of each of these losses to calls(), above"
    assert len(refused) >= 12


# What can be computed, is.


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_mask_of_the_lowest_number_takes_a_class_out(dtype):
    # How programs mask logits: what is added to the lowest number rounds to it again.
    lowest = np.finfo(dtype).min
    x = np.array([[lowest, 1.0, 2.0]], dtype)
    for loss, labels in (
        (xe.nn.softmax_cross_entropy_with_logits, [[0.0, 1.0, 0.0]]),
        (xe.nn.sparse_softmax_cross_entropy_with_logits, [1]),
    ):
        value, grads = xe.value_and_grad(loss)(labels=labels, logits=x)
        np.testing.assert_allclose(value, np.log1p(np.e), rtol=np.finfo(dtype).eps)
        assert grads["logits"][0, 0] == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_examples_may_be_as_far_apart_as_they_like(dtype):
    x = np.array([[1.0, 1.0], [-1.0, -1.0]], dtype) * dtype(LARGEST[dtype])
    for value in (
        xe.nn.softmax_cross_entropy_with_logits(labels=np.eye(2), logits=x),
        xe.nn.sparse_softmax_cross_entropy_with_logits(labels=[0, 1], logits=x),
        -xe.nn.log_softmax(x)[0],
    ):
        np.testing.assert_allclose(value, np.log(2), rtol=np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("row", [[1.0, 0.0], [0.0, -1.0], [0.5, -0.5]])
def test_logits_may_differ_by_the_largest_number(dtype, row):
    x = np.array(row, dtype) * np.finfo(dtype).max
    for loss, labels in (
        (xe.nn.sparse_softmax_cross_entropy_with_logits, 1),
        (xe.nn.softmax_cross_entropy_with_logits, [0.0, 1.0]),
    ):
        assert loss(labels=labels, logits=x) == np.finfo(dtype).max


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_softmax_of_any_finite_logits(dtype):
    x = np.array([1, -1, 1], dtype) * dtype(LARGEST[dtype])
    np.testing.assert_array_equal(xe.nn.softmax(x), [0.5, 0.0, 0.5])


def test_a_mean_whose_sum_is_too_large():
    losses = np.full(4, 3e38, np.float32)
    for reduction in ("weighted_mean", "weighted_sum_over_batch_size", "weighted_sum_by_nonzero_weights"):
        value, grads = xe.value_and_grad(xe.losses.compute_weighted_loss)(losses, reduction=reduction)
        np.testing.assert_allclose(value, 3e38, rtol=1e-6)
        np.testing.assert_array_equal(grads["losses"], np.full(4, 0.25))


def test_expected_counts_below_what_the_inputs_can_hold():
    arguments = {**SAMPLED, "weights": WEIGHTS, "biases": np.zeros(5), "inputs": INPUTS}
    arguments["sampled_values"] = ([0, 1, 2, 3], np.full((3, 1), 1e-60), np.full(4, 1e-60))
    exact = xe.nn.sampled_softmax_loss(**arguments)
    single = xe.nn.sampled_softmax_loss(**arguments | {"inputs": INPUTS.astype(np.float32)})
    np.testing.assert_allclose(single, exact, rtol=1e-5)


# What cannot be computed is refused, and the error says what would do.

BIG = np.float32(3e38)
TABLES = {"weights": BIG * WEIGHTS.astype(np.float32), "biases": np.zeros(5), "inputs": INPUTS.astype(np.float32)}
SAMPLE = {**SAMPLED, "sampled_values": ([0, 1, 2, 3], np.ones((3, 1)), np.ones(4))}
REFUSED = [
    (
        xe.nn.sparse_softmax_cross_entropy_with_logits,
        {"labels": 0, "logits": np.array([3e38, -2e38], np.float32)},
        "logits: expected numbers that differ by no more than float32 can hold, 3.4e+38, received 3e+38 and -2e+38. "
        "Did you mean logits=logits.astype(numpy.float64)?",
    ),
    (
        xe.nn.softmax_cross_entropy_with_logits,
        {"labels": [[1.0], [0.0]], "logits": [[1e308], [-1e308]], "axis": 0},
        "logits: expected numbers that differ by no more than float64 can hold, 1.8e+308, received 1e+308 and -1e+308.",
    ),
    (
        xe.nn.softmax_cross_entropy_with_logits_v2,
        {"labels": [1.0, 0.0], "logits": np.array([-6e4, 6e4], np.float16)},
        "value: expected numbers no larger than float16 can hold, 6.55e+04, received inf. "
        "Did you mean logits=logits.astype(numpy.float32)?",
    ),
    (
        xe.nn.sigmoid_cross_entropy_with_logits,
        {"labels": np.zeros(1, np.float16), "logits": np.array([1e5], np.float32)},
        "gradient into labels: expected numbers no larger than float16 can hold, 6.55e+04, received -inf. "
        "Did you mean labels=labels.astype(numpy.float32)?",
    ),
    (
        xe.nn.weighted_cross_entropy_with_logits,
        {"labels": [1.0], "logits": np.zeros(1, np.float32), "pos_weight": 1e300},
        "pos_weight: expected numbers no larger than float32 can hold, 3.4e+38, received inf. "
        "Did you mean logits=logits.astype(numpy.float64)?",
    ),
    (
        xe.losses.sigmoid_cross_entropy,
        {"multi_class_labels": np.zeros(9), "logits": np.full(9, 1e4, np.float16), "reduction": "weighted_sum"},
        "value: expected numbers no larger than float16 can hold",
    ),
    (
        xe.losses.compute_weighted_loss,
        {"losses": np.array([1.0, 1e300, 1.0]), "weights": 1e300, "reduction": "none"},
        "weights * losses: expected numbers no larger than float64 can hold, 1.8e+308, received inf.",
    ),
    (
        xe.losses.compute_weighted_loss,
        {"losses": np.ones(2), "weights": [1e308, 1e308], "reduction": "weighted_mean"},
        "the sum of the weights: expected numbers no larger than float64 can hold",
    ),
    (
        xe.losses.log_loss,
        {"labels": [1.0], "predictions": np.zeros(1, np.float32), "epsilon": 1e-50},
        "epsilon: expected a number in [1.1754943508222875e-38, ",
    ),
    (
        xe.keras.losses.categorical_crossentropy,
        {"y_true": [1.0, 0.0], "y_pred": [1e-315, 1e-315]},
        "gradient into y_pred: expected numbers no larger than float64 can hold",
    ),
    (xe.nn.sampled_softmax_loss, {**TABLES, **SAMPLE}, "inputs @ weights.T + biases: expected finite numbers"),
    (
        xe.nn.sampled_softmax_loss,
        {**TABLES, **SAMPLE, "inputs": np.array([[1, 0], [0, 0], [0, 0]], np.float32)},
        "inputs @ weights.T + biases: expected numbers that differ by no more than float32 can hold, 3.4e+38, "
        "received 3e+38 and -3e+38.",
    ),
    (
        xe.nn.sampled_softmax_loss,
        {
            **TABLES,
            **SAMPLE,
            "inputs": np.array([[1, 0], [0, 0], [0, 0]], np.float32),
            "labels": [[0, 1], [2, 3], [4, 1]],
            "num_true": 2,
            "remove_accidental_hits": False,
            "sampled_values": ([0, 1, 2, 3], np.ones((3, 2)), np.ones(4)),
        },
        "inputs @ weights.T + biases: expected numbers that differ by no more than float32 can hold, 3.4e+38, "
        "received 3e+38 and -3",
    ),
    (xe.nn.blockwise_softmax_cross_entropy, {**TABLES, "labels": [0, 2, 4]}, "inputs @ weights.T + biases: expected"),
    (
        xe.contrib.nn.rank_sampled_softmax_loss,
        {**TABLES, **SAMPLE, **RANK, "weights": WEIGHTS, "resampling_temperature": 1e-300},
        "(inputs @ weights.T + biases) / resampling_temperature: expected numbers no larger than float32 can hold",
    ),
]


@pytest.mark.parametrize(("loss", "arguments", "text"), REFUSED, ids=[text[:50] for *_, text in REFUSED])
def test_what_is_refused(loss, arguments, text):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the text is compared below)
        xe.value_and_grad(loss)(**arguments)
    assert str(caught.value).startswith(f"{loss.__name__}: {text}")


def test_unigrams_whose_powers_are_too_large():
    with pytest.raises(ValueError, match=r"unigrams \*\* distortion, summed: expected numbers no larger than float64"):
        xe.nn.fixed_unigram_candidate_sampler([[0]], 1, 1, False, 2, unigrams=[1e200, 1.0], distortion=2.0)
