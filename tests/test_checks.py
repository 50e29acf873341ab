"""Bad input: every mistake gets an error of the right type that names the function, the argument and the mistake."""

import inspect

import numpy as np
import pytest

import xentedu as xe

NAN, INF = float("nan"), float("inf")
ROW = [0.5, -1.0, 2.0]
LOGITS = np.array([ROW, [1.0, 0.0, -2.0]])
ONE_HOT = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
MULTI_HOT = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
IDS = np.array([2, 0])

SIGMOID = "sigmoid_cross_entropy_with_logits"
WEIGHTED = "weighted_cross_entropy_with_logits"
SOFTMAX = "softmax_cross_entropy_with_logits"
SOFTMAX_V2 = "softmax_cross_entropy_with_logits_v2"
SPARSE = "sparse_softmax_cross_entropy_with_logits"

# A good call of every public function; a bad one replaces some of its arguments.
GOOD = {
    "sigmoid": {"x": LOGITS},
    "softmax": {"logits": LOGITS},
    "log_softmax": {"logits": LOGITS},
    SIGMOID: {"labels": MULTI_HOT, "logits": LOGITS},
    WEIGHTED: {"labels": MULTI_HOT, "logits": LOGITS, "pos_weight": 2.0},
    SOFTMAX: {"labels": ONE_HOT, "logits": LOGITS},
    SOFTMAX_V2: {"labels": ONE_HOT, "logits": LOGITS},
    SPARSE: {"labels": IDS, "logits": LOGITS},
}
DENSE = (SIGMOID, WEIGHTED, SOFTMAX, SOFTMAX_V2)
EXCLUSIVE = (SOFTMAX, SOFTMAX_V2)
HAVE_AXIS = ("softmax", "log_softmax", *EXCLUSIVE)
TAKES_LOGITS = ("softmax", "log_softmax", *DENSE, SPARSE)

OF_TABLES = ("blockwise_softmax_cross_entropy", "nce_loss", "sampled_softmax_loss")  # tested in files of their own

FLOATS = "expected floating-point numbers (float16, float32 or float64)"


def each(functions, kind, *fragments, **bad):
    return [(function, kind, fragments, bad) for function in functions]


BAD = [
    # Logits: of every function, under its own name for them.
    *each(["sigmoid"], TypeError, f"x: {FLOATS}, received int64", x=np.array([1, 2])),
    *each(["sigmoid"], TypeError, f"x: {FLOATS}, received <U1", x=["a"]),
    *each(["sigmoid"], TypeError, f"x: {FLOATS}, received object", x=None),
    *each(["sigmoid"], ValueError, "x: expected finite numbers, received nan at index [1]", x=[0.0, NAN]),
    *each(["sigmoid"], ValueError, "x: expected at least one element, received an empty array of shape (0,)", x=[]),
    *each(["sigmoid"], ValueError, "x: expected rows of equal length", x=[[1.0], [1.0, 2.0]]),
    *each(TAKES_LOGITS, TypeError, f"logits: {FLOATS}, received int64", logits=LOGITS.astype(int)),
    *each(TAKES_LOGITS, TypeError, f"logits: {FLOATS}, received bool", logits=LOGITS > 0),
    *each(TAKES_LOGITS, TypeError, f"logits: {FLOATS}, received complex128", logits=LOGITS + 0j),
    *each(TAKES_LOGITS, TypeError, f"logits: {FLOATS}, received object", logits=None),
    *each(TAKES_LOGITS, TypeError, f"logits: {FLOATS}, received <U", logits=[["a", "b", "c"]] * 2),
    *each(TAKES_LOGITS, ValueError, "logits: expected rows of equal length", logits=[[1.0, 2.0], [1.0]]),
    *each(
        TAKES_LOGITS,
        ValueError,
        "logits: expected finite numbers, received nan at index [1, 2]",
        logits=[ROW, [0.0, 0.0, NAN]],
    ),
    *each(
        TAKES_LOGITS,
        ValueError,
        "logits: expected finite numbers, received inf at index [0, 1]",
        logits=np.array([[0.0, INF, 0.0], ROW], np.float32),
    ),
    *each(
        TAKES_LOGITS,
        ValueError,
        "logits: expected finite numbers, received -inf at index [0, 0]",
        logits=np.array([[-INF, INF, 0.0], ROW], np.float16),
    ),
    *each(
        TAKES_LOGITS,
        ValueError,
        "logits: expected at least one element, received an empty array of shape (0, 3)",
        logits=np.empty((0, 3)),
    ),
    *each(
        TAKES_LOGITS,
        ValueError,
        "logits: expected at least one element, received an empty array of shape (2, 0)",
        logits=np.empty((2, 0)),
    ),
    *each(
        (*HAVE_AXIS, SPARSE),
        ValueError,
        "logits: expected an array of rank 1 or more, received shape ()",
        logits=3.0,
        labels=1.0,
    ),
    # Axis.
    *each(HAVE_AXIS, ValueError, "axis: expected an axis from -2 to 1, received 2", axis=2),
    *each(HAVE_AXIS, ValueError, "axis: expected an axis from -2 to 1, received -3", axis=-3),
    *each(HAVE_AXIS, TypeError, "axis: expected an integer, received 1.0", axis=1.0),
    *each(HAVE_AXIS, TypeError, "axis: expected an integer, received None", axis=None),
    *each(HAVE_AXIS, TypeError, "axis: expected an integer, received True", axis=True),
    # Dense labels.
    *each(
        DENSE,
        ValueError,
        "labels: expected the shape of logits, (2, 3), received shape (3, 2)",
        labels=np.full((3, 2), 0.5),
    ),
    *each(DENSE, ValueError, "labels: expected the shape of logits, (2, 3), received shape ()", labels=1.0),
    *each(
        DENSE, ValueError, "labels: expected the shape of logits, (2, 3), received shape (2, 1)", labels=[[1.0], [0.0]]
    ),
    *each(DENSE, ValueError, "labels: expected the shape of logits, (2, 3), received shape (0,)", labels=[]),
    *each(
        DENSE,
        ValueError,
        "labels: expected numbers in [0, 1], received -0.5",
        labels=np.array([[0.5, 1.0, -0.5], [1.0, 0.0, 0.0]]),
    ),
    *each(
        DENSE,
        ValueError,
        "labels: expected numbers in [0, 1], received 1.5",
        labels=np.array([[1.0, 0.0, 0.0], [1.5, 0.0, 0.0]]),
    ),
    *each(
        DENSE,
        ValueError,
        "labels: expected numbers in [0, 1], received nan",
        labels=[[NAN, 0.0, 0.0], [1.0, 0.0, 0.0]],
    ),
    *each(
        DENSE,
        ValueError,
        "labels: expected numbers in [0, 1], received inf",
        labels=[[INF, 0.0, 0.0], [1.0, 0.0, 0.0]],
    ),
    *each(DENSE, TypeError, "labels: expected numbers in [0, 1], received <U3", labels=[["cat", "dog", "cow"]] * 2),
    *each(DENSE, TypeError, "labels: expected numbers in [0, 1], received object", labels=None),
    *each(DENSE, TypeError, "labels: expected numbers in [0, 1], received complex128", labels=ONE_HOT + 0j),
    *each(DENSE, ValueError, "labels: expected rows of equal length", labels=[[1.0, 0.0, 0.0], [1.0]]),
    # Class ids where one-hot labels or probabilities belong.
    *each(
        [SIGMOID, WEIGHTED],
        ValueError,
        "labels: expected the shape of logits, (2, 3), received shape (2,)",
        "Did you mean sparse_softmax_cross_entropy_with_logits, which takes class ids?",
        labels=IDS,
    ),
    *each(
        EXCLUSIVE,
        ValueError,
        "labels: expected the shape of logits, (2, 3), received shape (2,)",
        "Did you mean sparse_softmax_cross_entropy_with_logits, or one-hot encode?",
        labels=IDS,
    ),
    *each(
        [SIGMOID, WEIGHTED],
        ValueError,
        "received 2",
        "Did you mean sparse_softmax_cross_entropy_with_logits, which takes class ids?",
        labels=np.array([[0, 2, 1], [0, 1, 0]]),
    ),
    *each(
        EXCLUSIVE,
        ValueError,
        "labels: expected numbers in [0, 1], received 2",
        "Did you mean sparse_softmax_cross_entropy_with_logits, or one-hot encode?",
        labels=np.array([[0, 2, 1], [0, 1, 0]]),
    ),
    *each(
        [SIGMOID, WEIGHTED],
        ValueError,
        "labels: expected the shape of logits, (2, 1), received shape (2,)",
        "Did you mean numpy.expand_dims(labels, -1)?",
        labels=[1.0, 0.0],
        logits=[[0.5], [-0.5]],
    ),
    *each(DENSE, ValueError, "labels: expected the shape of logits, (2, 3), received shape (5,)", labels=np.ones(5)),
    # Labels of a softmax that are no distribution.
    *each(
        EXCLUSIVE,
        ValueError,
        "labels: expected labels that sum to one over the classes, received a sum of 3",
        "Did you mean sigmoid_cross_entropy_with_logits, for labels that are not exclusive?",
        labels=MULTI_HOT,
    ),
    *each(EXCLUSIVE, ValueError, "sum to one over the classes, received a sum of 0", labels=np.zeros((2, 3))),
    *each(
        EXCLUSIVE,
        ValueError,
        "sum to one over the classes, received a sum of 0.6",
        labels=[[0.2, 0.2, 0.2], [0.0, 1.0, 0.0]],
    ),
    *each(
        EXCLUSIVE,
        ValueError,
        "sum to one over the classes, received a sum of 0.99999",
        labels=[[0.0, 0.0, 0.99999], [0.0, 1.0, 0.0]],
    ),
    *each(
        EXCLUSIVE,
        ValueError,
        "sum to one over the classes, received a sum of 0.999",
        labels=np.array([[0.0, 0.0, 0.999], [0.0, 1.0, 0.0]], np.float32),
    ),
    *each(
        EXCLUSIVE,
        ValueError,
        "sum to one over the classes, received a sum of 0.990234",
        labels=np.array([[0.0, 0.0, 0.99], [0.0, 1.0, 0.0]], np.float16),
    ),
    *each(
        EXCLUSIVE,
        ValueError,
        "sum to one over the classes, received a sum of 0.",
        labels=ONE_HOT,
        axis=0,
        logits=LOGITS,
    ),
    # Class ids.
    *each([SPARSE], ValueError, "labels: expected class ids from 0 to 2, received 7", labels=[0, 7]),
    *each([SPARSE], ValueError, "labels: expected class ids from 0 to 2, received -1", labels=[-1, 0]),
    *each([SPARSE], ValueError, "labels: expected class ids from 0 to 2, received 3", labels=[0, 3]),
    *each(
        [SPARSE],
        ValueError,
        "labels: expected class ids from 0 to 2, received 3",
        "Did you mean labels - 1: ids start at zero?",
        labels=[1, 3],
    ),
    *each(
        [SPARSE],
        TypeError,
        "labels: expected integer class ids, received float64",
        "Did you mean softmax_cross_entropy_with_logits_v2, which takes one-hot labels and probabilities?",
        labels=ONE_HOT,
    ),
    *each(
        [SPARSE],
        TypeError,
        "labels: expected integer class ids, received float32",
        "Did you mean softmax_cross_entropy_with_logits_v2, which takes one-hot labels and probabilities?",
        labels=IDS.astype(np.float32),
    ),
    *each([SPARSE], TypeError, "labels: expected integer class ids, received bool", labels=[True, False]),
    *each([SPARSE], TypeError, "labels: expected integer class ids, received <U3", labels=["cat", "dog"]),
    *each([SPARSE], TypeError, "labels: expected integer class ids, received object", labels=None),
    *each(
        [SPARSE],
        ValueError,
        "labels: expected class ids of shape (2,), received shape (2, 3)",
        "Did you mean softmax_cross_entropy_with_logits_v2, which takes one-hot labels?",
        labels=ONE_HOT.astype(int),
    ),
    *each(
        [SPARSE],
        ValueError,
        "labels: expected class ids of shape (2,), received shape (2, 1)",
        "Did you mean numpy.squeeze(labels, -1)?",
        labels=IDS[:, np.newaxis],
    ),
    *each([SPARSE], ValueError, "labels: expected class ids of shape (2,), received shape (3,)", labels=[0, 1, 2]),
    *each([SPARSE], ValueError, "labels: expected class ids of shape (2,), received shape ()", labels=1),
    *each([SPARSE], ValueError, "labels: expected rows of equal length", labels=[[1], [1, 2]]),
    # Weights of positives.
    *each([WEIGHTED], ValueError, "pos_weight: expected non-negative numbers, received -1.0", pos_weight=-1.0),
    *each(
        [WEIGHTED],
        ValueError,
        "pos_weight: expected non-negative numbers, received -0.5",
        pos_weight=np.array([1.0, 2.0, -0.5]),
    ),
    *each([WEIGHTED], ValueError, "pos_weight: expected finite numbers, received inf", pos_weight=INF),
    *each([WEIGHTED], ValueError, "pos_weight: expected finite numbers, received nan", pos_weight=[1.0, NAN, 1.0]),
    *each([WEIGHTED], TypeError, f"pos_weight: {FLOATS}, received object", pos_weight=None),
    *each([WEIGHTED], TypeError, f"pos_weight: {FLOATS}, received int64", pos_weight=np.array([1, 2, 3])),
    *each([WEIGHTED], ValueError, "pos_weight: expected at least one element, received an empty", pos_weight=[]),
    *each(
        [WEIGHTED],
        ValueError,
        "pos_weight: expected a shape that broadcasts to that of logits, (2, 3), received shape (2,)",
        pos_weight=[1.0, 2.0],
    ),
    *each(
        [WEIGHTED],
        ValueError,
        "pos_weight: expected a shape that broadcasts to that of logits, (2, 3), received shape (4, 2, 3)",
        pos_weight=np.ones((4, 2, 3)),
    ),
    # Arguments that are not there, and arguments that nobody knows.
    *each([WEIGHTED], TypeError, "missing 1 required positional argument: 'pos_weight'", pos_weight=...),
    *each([SIGMOID, SOFTMAX, SPARSE], TypeError, "missing 1 required keyword-only argument: 'labels'", labels=...),
    *each([SIGMOID, SPARSE], TypeError, "unexpected keyword argument 'axis'", axis=0),
]


def call(function, arguments):
    function = getattr(xe.nn, function)
    accepted = inspect.signature(function).parameters
    # Rows that are shared by several functions may carry an argument that one of them lacks.
    arguments = {k: v for k, v in arguments.items() if k in accepted or k == "axis"}
    return function(**{k: v for k, v in arguments.items() if v is not ...})


@pytest.mark.parametrize(("function", "kind", "fragments", "bad"), BAD, ids=[f"{r[0]}-{r[2][0][:60]}" for r in BAD])
def test_bad_input(function, kind, fragments, bad):
    with pytest.raises((ValueError, TypeError)) as caught:
        call(function, GOOD[function] | bad)
    text = str(caught.value)
    assert type(caught.value) is kind, text
    assert text.startswith(f"{function}: "), text
    for fragment in fragments:
        assert fragment in text
    assert ("Did you mean" in text) == any("Did you mean" in fragment for fragment in fragments)


@pytest.mark.parametrize("function", GOOD)
def test_good_input(function):
    # Each bad call differs from this one in what the table says, so the error comes from there.
    assert np.isfinite(call(function, GOOD[function])).all()


def test_every_public_function_is_in_the_table():
    # The samplers and the sampled losses have tables of their own, in test_samplers.py and test_sampled.py.
    sampled = {name for name in xe.nn.__all__ if name.endswith(("_candidate_sampler", "_hits")) or name in OF_TABLES}
    public = {name for name in xe.nn.__all__ if callable(getattr(xe.nn, name))} - sampled
    assert public == set(GOOD) == {function for function, *_ in BAD}


@pytest.mark.parametrize(
    ("dtype", "off"), [(np.float16, 2e-3), (np.float32, 5e-5), (np.float64, 5e-7)], ids=["16", "32", "64"]
)
@pytest.mark.parametrize("function", EXCLUSIVE)
def test_rounding_of_a_distribution_is_allowed(function, dtype, off):
    labels = np.array([[0.5, 0.5 - off, 0.0], [0.0, 1.0 + off, 0.0]], dtype)
    assert (labels.sum(axis=1) != 1).all()
    call(function, {"labels": labels, "logits": LOGITS.astype(dtype)})


def test_finite_logits_whose_sum_overflows_are_accepted():
    large = np.full((2, 3), 1e308)
    assert call(SOFTMAX_V2, {"labels": ONE_HOT, "logits": large}).round(6).tolist() == [1.098612] * 2
    with pytest.raises(ValueError, match=r"received nan at index \[1, 2\]"):
        call(SOFTMAX_V2, {"labels": ONE_HOT, "logits": np.where([[1, 1, 1], [1, 1, 0]], large, NAN)})


def test_names_that_cannot_be_mistaken_for_a_hint():
    # A shape that is wrong in some other way is no class id, and no hint is better than a wrong one.
    with pytest.raises(ValueError, match="received shape") as caught:
        call(SOFTMAX_V2, {"labels": np.full((3, 2), 0.5), "logits": LOGITS})
    assert "Did you mean" not in str(caught.value)
    with pytest.raises(ValueError, match=r"received -0\.5") as caught:
        call(SOFTMAX_V2, {"labels": np.full((2, 3), -0.5), "logits": LOGITS})
    assert "Did you mean" not in str(caught.value)
