"""Bad input: every mistake gets an error of the right type that names the function, the argument and the mistake.

One table for all public functions: a good call of each, and rows that spoil some of its arguments.
"""

import inspect

import numpy as np
import pytest

import xentedu as xe
from xentedu import checks

NAN, INF = float("nan"), float("inf")
ROW = [0.5, -1.0, 2.0]
UNDER_A_MASK = np.ma.array([[0.0, 1.0], [1.0, 0.0]], mask=[[True, False], [False, False]])
LOGITS = np.array([ROW, [1.0, 0.0, -2.0]])
ONE_HOT = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
MULTI_HOT = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
CLASSES_OF_EACH = np.array([[0, 2, 1], [0, 1, 0]])
PROBABILITIES = np.array([[0.2, 0.3, 0.5], [0.9, 0.0, 0.1]])
IDS = np.array([2, 0])
# Tables of eleven classes, and a sample of six of them.
WEIGHTS, BIASES, INPUTS = np.linspace(-1, 1, 33).reshape(11, 3), np.linspace(-1, 1, 11), LOGITS
COLUMN = IDS[:, np.newaxis]
DRAWN = np.array([7, 3, 0, 5, 1, 9])
TRUE_COUNT, DRAWN_COUNT = np.array([[0.5], [1.5]]), np.linspace(0.5, 1.5, 6)
SAMPLE = DRAWN, TRUE_COUNT, DRAWN_COUNT

TABLES = {"weights": WEIGHTS, "biases": BIASES, "inputs": INPUTS}
SAMPLING = {**TABLES, "labels": COLUMN, "num_sampled": 6, "num_classes": 11, "sampled_values": SAMPLE}
TWO_PASSES = {"num_resampled": 4, "num_true": 1, "resampling_temperature": 1.0}
DRAWING = {"true_classes": COLUMN, "num_true": 1, "num_sampled": 5, "unique": False, "range_max": 12, "seed": 3}

# A good call of every public function; a bad one replaces some of its arguments.
GOOD = {
    "nn.sigmoid": {"x": LOGITS},
    "nn.softmax": {"logits": LOGITS},
    "nn.log_softmax": {"logits": LOGITS},
    "nn.sigmoid_cross_entropy_with_logits": {"labels": MULTI_HOT, "logits": LOGITS},
    "nn.weighted_cross_entropy_with_logits": {"labels": MULTI_HOT, "logits": LOGITS, "pos_weight": 2.0},
    "nn.softmax_cross_entropy_with_logits": {"labels": ONE_HOT, "logits": LOGITS},
    "nn.softmax_cross_entropy_with_logits_v2": {"labels": ONE_HOT, "logits": LOGITS},
    "nn.sparse_softmax_cross_entropy_with_logits": {"labels": IDS, "logits": LOGITS},
    "nn.blockwise_softmax_cross_entropy": {**TABLES, "labels": IDS, "block": 4},
    "nn.sampled_softmax_loss": SAMPLING,
    "nn.nce_loss": SAMPLING,
    "nn.uniform_candidate_sampler": DRAWING,
    "nn.log_uniform_candidate_sampler": DRAWING,
    "nn.learned_unigram_candidate_sampler": DRAWING,
    "nn.fixed_unigram_candidate_sampler": {**DRAWING, "unigrams": list(range(1, 13))},
    "nn.all_candidate_sampler": {k: v for k, v in DRAWING.items() if k != "range_max"},
    "nn.compute_accidental_hits": {"true_classes": COLUMN, "sampled_candidates": DRAWN, "num_true": 1},
    "losses.sigmoid_cross_entropy": {"multi_class_labels": MULTI_HOT, "logits": LOGITS},
    "losses.softmax_cross_entropy": {"onehot_labels": ONE_HOT, "logits": LOGITS},
    "losses.sparse_softmax_cross_entropy": {"labels": IDS, "logits": LOGITS},
    "losses.log_loss": {"labels": MULTI_HOT, "predictions": PROBABILITIES},
    "losses.compute_weighted_loss": {"losses": PROBABILITIES},
    "contrib.losses.sigmoid_cross_entropy": {"multi_class_labels": MULTI_HOT, "logits": LOGITS},
    "contrib.losses.softmax_cross_entropy": {"onehot_labels": ONE_HOT, "logits": LOGITS},
    "contrib.losses.sparse_softmax_cross_entropy": {"labels": IDS, "logits": LOGITS},
    "contrib.losses.log_loss": {"labels": MULTI_HOT, "predictions": PROBABILITIES},
    "contrib.losses.compute_weighted_loss": {"losses": PROBABILITIES},
    "contrib.nn.rank_sampled_softmax_loss": {
        **SAMPLING,
        **TWO_PASSES,
        "remove_accidental_hits": True,
        "partition_strategy": "mod",
    },
    "contrib.nn.sampled_sparse_softmax_loss": SAMPLING,
    "contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits": {"logits": LOGITS, "labels": ONE_HOT},
    "contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits": {"logits": LOGITS, "labels": IDS},
    "contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits": {"logits": LOGITS, "targets": MULTI_HOT},
    "keras.losses.binary_crossentropy": {"y_true": MULTI_HOT, "y_pred": PROBABILITIES},
    "keras.losses.categorical_crossentropy": {"y_true": ONE_HOT, "y_pred": PROBABILITIES},
    "keras.losses.sparse_categorical_crossentropy": {"y_true": IDS, "y_pred": PROBABILITIES},
    "keras.losses.BinaryCrossentropy": {"y_true": MULTI_HOT, "y_pred": PROBABILITIES},
    "keras.losses.CategoricalCrossentropy": {"y_true": ONE_HOT, "y_pred": PROBABILITIES},
    "keras.losses.SparseCategoricalCrossentropy": {"y_true": IDS, "y_pred": PROBABILITIES},
    "value_and_grad": {"loss": xe.nn.sigmoid_cross_entropy_with_logits},
}
CALLED = ("y_true", "y_pred", "sample_weight")  # what an instance of Keras's classes is called with


def find(dotted):
    found = xe
    for part in dotted.split("."):
        found = getattr(found, part)
    return found


def having(*names, of=GOOD):
    """The functions whose good call has one of these arguments: a dict from function to that argument's name."""
    return {function: name for function in of for name in names if name in GOOD[function]}


def within(group, part, but=None):
    """The functions of a group whose name has this part, and not that other one."""
    return {function: name for function, name in group.items() if part in function and not (but and but in function)}


def ending(*ends, of=GOOD):
    return [function for function in of if function.endswith(ends)]


# Which functions share an argument, and so the mistakes that are made with it.
OUTPUTS = having("x", "logits", "predictions", "y_pred", "inputs", "losses")
LOGITS_OF = having("logits")
LABELS_OF = having("multi_class_labels", "onehot_labels", "labels", "targets", "y_true")
SPARSE = [f for f, name in LABELS_OF.items() if GOOD[f][name] is IDS and "biases" not in GOOD[f]]
IDS_OF = having("labels", "y_true", of=SPARSE)
KERAS = having("y_pred")
# Where -inf masks a class, and where integers are cast.
MASKED = ["nn.sigmoid", "nn.softmax", "nn.log_softmax", *[f for f in LOGITS_OF if f in SPARSE]]
NOT_CAST = {f: name for f, name in OUTPUTS.items() if not f.endswith(("log_loss", "compute_weighted_loss"))}
NOT_CAST = {f: name for f, name in NOT_CAST.items() if f not in KERAS}
RANK_ONE = [f for f in (*LOGITS_OF, *KERAS) if "contrib.losses" not in f and "sigmoid" not in f and "weighted" not in f]
WITH_AXIS = ["nn.softmax", "nn.log_softmax", *ending("softmax_cross_entropy_with_logits", "_with_logits_v2")]
WITH_AXIS = [function for function in WITH_AXIS if "sparse" not in function] + list(KERAS)
WITH_DIM = ["nn.softmax", "nn.log_softmax", "nn.softmax_cross_entropy_with_logits"]
WITH_DIM += ["nn.softmax_cross_entropy_with_logits_v2"]
DENSE = {f: name for f, name in LABELS_OF.items() if f not in SPARSE and "biases" not in GOOD[f]}
SOFTMAX = {f: name for f, name in DENSE.items() if "softmax" in f or "ategorical" in f}
SIGMOID = {f: name for f, name in DENSE.items() if f not in SOFTMAX and "log_loss" not in f}
LOG_LOSS = ending("log_loss")
WEIGHED = {f: "weights" for f in GOOD if f.startswith(("losses.", "contrib.losses."))}
WEIGHED |= dict.fromkeys(ending("Crossentropy"), "sample_weight")
REDUCED = [f for f in GOOD if f.startswith("losses.")]
ELEMENTWISE = ["losses.sigmoid_cross_entropy", "losses.log_loss", "losses.compute_weighted_loss"]
SMOOTHED = [f for f in (*SOFTMAX, *SIGMOID) if "losses." in f]
SAMPLED = list(having("sampled_values"))
OF_TABLES = list(having("biases"))
SAMPLERS = ending("_candidate_sampler")
RANGED = list(having("range_max"))
RANK, FIXED, HITS = (
    "contrib.nn.rank_sampled_softmax_loss",
    "nn.fixed_unigram_candidate_sampler",
    "nn.compute_accidental_hits",
)
# Whether an array is left out, TensorFlow's functions find out themselves: those that take a name, or a scope.
TENSORFLOWS = [f for f in LABELS_OF | LOGITS_OF if {"name", "scope"} & set(inspect.signature(find(f)).parameters)]
NOTHING = {f: name for f, name in LOGITS_OF.items() if f in TENSORFLOWS}
BLOCKWISE, WEIGHTED = "nn.blockwise_softmax_cross_entropy", "nn.weighted_cross_entropy_with_logits"
BY_KEYWORD = [f"nn.{kind}_cross_entropy_with_logits" for kind in ("sigmoid", "softmax", "sparse_softmax")]


def each(functions, kind, *fragments, value=..., **bad):
    """Rows for several functions. Where they are a dict, its values name the argument that becomes ``value``, or {}."""
    if not isinstance(functions, dict):
        return [(function, kind, fragments, bad) for function in functions]
    return [
        (function, kind, [text.replace("{}", name) for text in fragments], {name: value, **bad})
        for function, name in functions.items()
    ]


FLOATS = "expected floating-point numbers (float16, float32 or float64)"
BAD = [
    # What the model gave: of every function, under its own name for it.
    *each(NOT_CAST, TypeError, f"{{}}: {FLOATS}, received int64", value=LOGITS.astype(int)),
    *each(NOT_CAST, TypeError, f"{{}}: {FLOATS}, received bool", value=LOGITS > 0),
    *each(OUTPUTS, TypeError, f"{{}}: {FLOATS}, received complex128", value=LOGITS + 0j),
    *each(NOTHING, TypeError, "{}: expected an array, received nothing", value=None),
    *each(
        {f: name for f, name in OUTPUTS.items() if f not in NOTHING},
        TypeError,
        f"{{}}: {FLOATS}, received object",
        value=None,
    ),
    *each(OUTPUTS, TypeError, f"{{}}: {FLOATS}, received <U", value=[["a", "b", "c"]] * 2),
    *each(OUTPUTS, ValueError, "{}: expected rows of equal length", value=[[1.0, 2.0], [1.0]]),
    *each(OUTPUTS, ValueError, "{}: expected an array without masked numbers", value=UNDER_A_MASK),
    *each(OUTPUTS, ValueError, "{}: expected finite numbers, received nan at index [1, 2]", value=[ROW, [0, 0, NAN]]),
    *each(
        {f: name for f, name in OUTPUTS.items() if f != "nn.sigmoid"},
        ValueError,
        "{}: expected finite numbers, received inf at index [0, 1]",
        value=np.array([[0.0, INF, 0.0], ROW], np.float32),
    ),
    *each(
        {f: name for f, name in OUTPUTS.items() if f not in MASKED},
        ValueError,
        "{}: expected finite numbers, received -inf at index [0, 0]",
        value=np.array([[-INF, 0.0, 0.0], ROW], np.float16),
    ),
    *each(
        MASKED[1:],
        ValueError,
        "logits: expected a class that is not masked, received -inf for every class of an example",
        logits=[ROW, [-INF] * 3],
    ),
    *each(
        MASKED[3:],
        ValueError,
        "logits: expected a label whose class is not masked, received -inf for the class of a label",
        logits=[ROW, [-INF, 0.0, 1.0]],
    ),
    *each(
        [*MASKED[1:], *(f for f in SOFTMAX if f in LOGITS_OF)],
        ValueError,
        "logits: expected at least one class, received shape (2, 0)",
        logits=np.empty((2, 0)),
    ),
    *each(
        {f: OUTPUTS[f] for f in RANK_ONE},
        ValueError,
        "{}: expected an array of rank 1 or more, received shape ()",
        value=0.5,
    ),
    *each(KERAS, ValueError, "{}: expected an array of rank 1 or more, received", value=0.5, from_logits=True),
    *each(
        ["contrib.losses.softmax_cross_entropy"],
        ValueError,
        "logits: expected an array of rank 2 or more, received shape (3,)",
        logits=ROW,
    ),
    *each(
        ["contrib.losses.sparse_softmax_cross_entropy"],
        ValueError,
        "logits: expected shape [batch, classes], received shape (2, 1, 3)",
        logits=LOGITS[:, np.newaxis],
    ),
    # Logits of a softmax that are too far apart.
    *each(
        {f: LOGITS_OF[f] for f in (*SOFTMAX, *SPARSE) if f in LOGITS_OF},
        ValueError,
        "{}: expected numbers that differ by no more than float64 can hold, 1.8e+308, received 1e+308 and -1e+308",
        value=[ROW, [1e308, 0.0, -1e308]],
    ),
    # Probabilities.
    *each(
        LOG_LOSS,
        ValueError,
        "predictions: expected probabilities, in [0, 1], received -1.0",
        predictions=LOGITS,
    ),
    *each(
        KERAS,
        ValueError,
        "{}: expected probabilities, in [0, 1], received -1.0",
        value=LOGITS,
    ),
    *each(
        KERAS,
        ValueError,
        "{}: expected probabilities, in [0, 1], received 1.5",
        value=PROBABILITIES * [1, 5, 1],
    ),
    *each(
        within(KERAS, "ategorical"),
        ValueError,
        "{}, summed over the classes: expected positive numbers, received 0.0",
        value=PROBABILITIES * [[1], [0]],
    ),
    *each(
        {**KERAS, **dict.fromkeys(LOG_LOSS, "predictions")},
        ValueError,
        "{}: expected probabilities, in [0, 1], received -0.5",
        value=[[0.0, 1.0, -0.5], [0.5, 0.0, 0.5]],
    ),
    *each(
        {**KERAS, **dict.fromkeys(LOG_LOSS, "predictions")},
        ValueError,
        "{}: expected probabilities, in [0, 1], received 1.25",
        value=[[0.0, 1.0, 1.25], [0.5, 0.0, 0.5]],
    ),
    # Axis.
    *each(WITH_AXIS, ValueError, "axis: expected an axis from -2 to 1, received 2", axis=2),
    *each(WITH_AXIS, ValueError, "axis: expected an axis from -2 to 1, received -3", axis=-3),
    *each(WITH_AXIS, TypeError, "axis: expected an integer, received 0.5", axis=0.5),
    *each([f for f in KERAS if "ategorical" in f], TypeError, "axis: expected an integer, received None", axis=None),
    *each([f for f in KERAS if "inary" in f], ValueError, "axis: expected axes that differ", axis=(-1, -1)),
    *each(WITH_DIM, ValueError, "dim: expected one of dim and axis, which are two names for one", dim=0, axis=1),
    *each(WITH_AXIS, TypeError, "axis: expected an integer, received True", axis=True),
    # Dense labels.
    *each(DENSE, ValueError, "{}: expected the shape of", "(2, 3), received shape (3, 2)", value=np.full((3, 2), 0.5)),
    *each(DENSE, ValueError, "{}: expected the shape of", "(2, 3), received shape ()", value=1.0),
    *each(DENSE, ValueError, "{}: expected the shape of", "(2, 3), received shape (2, 1)", value=[[1.0], [0.0]]),
    *each(DENSE, ValueError, "{}: expected the shape of", "(2, 3), received shape (0,)", value=[]),
    *each(DENSE, ValueError, "{}: expected the shape of", "(2, 3), received shape (5,)", value=np.ones(5)),
    *each(
        DENSE, ValueError, "{}: expected numbers in [0, 1], received -0.5", value=[[0.5, 1.0, -0.5], [1.0, 0.0, 0.0]]
    ),
    *each(DENSE, ValueError, "{}: expected numbers in [0, 1], received 1.5", value=[[1.0, 0.0, 0.0], [1.5, 0.0, 0.0]]),
    *each(DENSE, ValueError, "{}: expected numbers in [0, 1], received -2.0", value=[[1, -2.0, 0], [0, 3, 0]]),
    *each(DENSE, ValueError, "{}: expected numbers in [0, 1], received nan", value=[[NAN, 0.0, 0.0], [1.0, 0.0, 0.0]]),
    *each(DENSE, ValueError, "{}: expected numbers in [0, 1], received inf", value=[[INF, 0.0, 0.0], [1.0, 0.0, 0.0]]),
    *each(DENSE, TypeError, "{}: expected numbers in [0, 1], received <U3", value=[["cat", "dog", "cow"]] * 2),
    *each(
        {f: name for f, name in DENSE.items() if name != "labels"},
        TypeError,
        "{}: expected numbers in [0, 1], received object",
        value=None,
    ),
    *each(DENSE, TypeError, "{}: expected numbers in [0, 1], received complex128", value=ONE_HOT + 0j),
    *each(DENSE, ValueError, "{}: expected rows of equal length", value=[[1.0, 0.0, 0.0], [1.0]]),
    *each(DENSE, ValueError, "{}: expected an array without masked numbers", value=UNDER_A_MASK),
    # Class indices where one-hot labels or probabilities belong: the error names the sparse loss of the same module.
    *each(
        within(SOFTMAX, "nn."),
        ValueError,
        "{}: expected the shape of logits, (2, 3), received shape (2,)",
        value=IDS,
    ),
    *each(
        within(SOFTMAX, "nn."),
        ValueError,
        "{}: expected numbers in [0, 1], received 2",
        value=CLASSES_OF_EACH,
    ),
    *each(
        within(SIGMOID, "nn."),
        ValueError,
        "{}: expected the shape of logits, (2, 3), received shape (2,)",
        value=IDS,
    ),
    *each(
        within(SIGMOID, "nn."),
        ValueError,
        "{}: expected numbers in [0, 1], received 2",
        value=CLASSES_OF_EACH,
    ),
    *each(
        within({**SOFTMAX, **SIGMOID}, "losses.", but="keras"),
        ValueError,
        "{}: expected the shape of logits",
        value=IDS,
    ),
    *each(
        within({**SOFTMAX, **SIGMOID}, "keras"),
        ValueError,
        "{}: expected the shape of y_pred",
        value=IDS,
    ),
    *each(
        list(within(SIGMOID, "nn.", but="flipped")),
        ValueError,
        "labels: expected the shape of logits, (2, 1), received shape (2,)",
        labels=[1.0, 0.0],
        logits=[[0.5], [-0.5]],
    ),
    # Labels of a softmax that are not a distribution.
    *each(
        within(SOFTMAX, "nn."),
        ValueError,
        "{}: expected labels that sum to one over the classes, received a sum of 3",
        value=MULTI_HOT,
    ),
    *each(
        within(SOFTMAX, "losses.", but="keras"),
        ValueError,
        "{}: expected labels that sum to one over the classes, received a sum of 3",
        value=MULTI_HOT,
    ),
    *each(
        within(SOFTMAX, "keras"),
        ValueError,
        "{}: expected labels that sum to one over the classes, received a sum of 3",
        value=MULTI_HOT,
    ),
    *each(
        SOFTMAX,
        ValueError,
        "{}: expected labels that sum to one over the classes, received a sum of 0.",
        value=np.zeros((2, 3)),
    ),
    *each(
        SOFTMAX, ValueError, "sum to one over the classes, received a sum of 0.6", value=[[0.2, 0.2, 0.2], [0, 1, 0]]
    ),
    *each(
        SOFTMAX,
        ValueError,
        "sum to one over the classes, received a sum of 0.99.",
        value=[[0.0, 0.0, 0.99], [0.0, 1.0, 0.0]],
    ),
    *each(
        SOFTMAX,
        ValueError,
        "sum to one over the classes, received a sum of 0.994.",
        value=np.array([[0.0, 0.0, 0.994], [0.0, 1.0, 0.0]], np.float32),
    ),
    *each(
        SOFTMAX,
        ValueError,
        "sum to one over the classes, received a sum of 0.990234.",
        value=np.array([[0.0, 0.0, 0.99], [0.0, 1.0, 0.0]], np.float16),
    ),
    *each(
        {f: n for f, n in SOFTMAX.items() if f in WITH_AXIS},
        ValueError,
        "sum to one over the classes, received a sum of 0.",
        value=ONE_HOT,
        axis=0,
    ),
    *each(
        SOFTMAX,
        ValueError,
        "sum to one over the classes, received a sum of 2",
        value=[[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]],
    ),
    # One class, where a softmax is always certain.
    *each(
        within(SOFTMAX, "softmax"),
        ValueError,
        "sum to one over the classes, received a sum of 0.",
        value=[[1.0], [0.0]],
        logits=[[0.5], [-0.5]],
    ),
    *each(
        within(IDS_OF, "", but="keras"),
        ValueError,
        "labels: expected class indices from 0 to 0, received 1",
        value=[1, 0],
        logits=[[0.5], [-0.5]],
    ),
    *each(
        within(IDS_OF, "keras"),
        ValueError,
        "y_true: expected class indices from 0 to 0, received 1",
        value=[1, 0],
        y_pred=[[0.5], [0.5]],
    ),
    # Class indices.
    *each(IDS_OF, ValueError, "{}: expected class indices from 0 to 2, received 7", value=[0, 7]),
    *each(IDS_OF, ValueError, "{}: expected class indices from 0 to 2, received -1", value=[-1, 0]),
    *each(IDS_OF, ValueError, "{}: expected class indices from 0 to 2, received 3", value=[0, 3]),
    *each(
        IDS_OF,
        ValueError,
        "{}: expected class indices from 0 to 2, received 3",
        value=[1, 3],
    ),
    *each(IDS_OF, TypeError, "{}: expected integer class indices, received float64", value=IDS + 0.5),
    *each(
        within(IDS_OF, "", but="keras"),
        TypeError,
        "{}: expected integer class indices, received float32",
        value=IDS.astype(np.float32),
    ),
    *each(IDS_OF, TypeError, "{}: expected integer class indices, received bool", value=[True, False]),
    *each(IDS_OF, TypeError, "{}: expected integer class indices, received <U3", value=["cat", "dog"]),
    *each(within(IDS_OF, "keras"), TypeError, "{}: expected integer class indices, received object", value=None),
    *each(
        [f for f in having("labels") if f in TENSORFLOWS],
        TypeError,
        "labels: expected an array, received nothing",
        labels=None,
    ),
    *each(
        IDS_OF,
        ValueError,
        "{}: expected class indices of shape (2,), received shape (2, 3)",
        value=ONE_HOT.astype(int),
    ),
    *each(
        within(IDS_OF, "nn."),
        ValueError,
        "{}: expected class indices of shape (2,), received shape (2, 1)",
        value=COLUMN,
    ),
    *each(IDS_OF, ValueError, "{}: expected class indices of shape (2,), received shape (3,)", value=[0, 1, 2]),
    *each(
        within(IDS_OF, "entropy", but="SparseC"),
        ValueError,
        "{}: expected class indices of shape (2,), received shape ()",
        value=1,
    ),
    *each(IDS_OF, ValueError, "{}: expected rows of equal length", value=[[1], [1, 2]]),
    *each(IDS_OF, ValueError, "{}: expected an array without masked numbers", value=UNDER_A_MASK.astype(int)),
    *each(
        {
            f: name
            for f, name in IDS_OF.items()
            if f in LOGITS_OF and f != "contrib.losses.sparse_softmax_cross_entropy"
        },
        ValueError,
        "labels: expected class indices of shape (2, 1), received shape (2, 1, 3)",
        value=ONE_HOT[:, np.newaxis].astype(int),
        logits=LOGITS[:, np.newaxis],
    ),
    # Weights of positives.
    *each([WEIGHTED], ValueError, "pos_weight: expected non-negative numbers, received -1.0", pos_weight=-1.0),
    *each(
        [WEIGHTED], ValueError, "pos_weight: expected non-negative numbers, received -0.5", pos_weight=[1.0, 2.0, -0.5]
    ),
    *each([WEIGHTED], ValueError, "pos_weight: expected finite numbers, received inf", pos_weight=INF),
    *each(
        [WEIGHTED],
        ValueError,
        "pos_weight: expected finite numbers, received nan at index [1]",
        pos_weight=[1.0, NAN, 1.0],
    ),
    *each([WEIGHTED], TypeError, "pos_weight: expected an array, received nothing", pos_weight=None),
    *each([WEIGHTED], TypeError, "pos_weight: expected numbers, received complex128", pos_weight=1j),
    *each(
        [WEIGHTED],
        ValueError,
        "targets: expected one of targets and labels, which are two names for one",
        targets=MULTI_HOT,
    ),
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
    # In-batch weights.
    *each(WEIGHED, ValueError, "{}: expected non-negative numbers, received -1.0", value=-1.0),
    *each(WEIGHED, ValueError, "{}: expected non-negative numbers, received -2", value=np.array([-2, 1])),
    *each(WEIGHED, ValueError, "{}: expected finite numbers, received nan", value=NAN),
    *each(WEIGHED, ValueError, "{}: expected finite numbers, received inf at index [1]", value=[1.0, INF]),
    *each(WEIGHED, ValueError, "{}: expected", "received shape (0,)", value=[]),
    *each(WEIGHED, ValueError, "{}: expected rows of equal length", value=[[1.0], [1.0, 2.0]]),
    *each(WEIGHED, ValueError, "{}: expected an array without masked numbers", value=UNDER_A_MASK),
    *each(WEIGHED, TypeError, "{}: expected numbers, received <U1", value="a"),
    *each(within(WEIGHED, "losses.", but="keras"), TypeError, "{}: expected numbers, received object", value=None),
    *each(WEIGHED, ValueError, "{}: expected ", "received shape (5,)", value=np.ones(5)),
    *each(WEIGHED, ValueError, "{}: expected ", "received shape (2, 3, 1, 2)", value=np.ones((2, 3, 1, 2))),
    *each(
        ELEMENTWISE,
        ValueError,
        "weights: expected a scalar, or 2 axes",
        weights=[1.0, 2.0],
    ),
    *each(
        [f for f in WEIGHED if "contrib" in f],
        ValueError,
        "weights: expected the leading axes of the losses",
        weights=np.ones(3),
    ),
    # Reductions.
    *each(
        REDUCED, ValueError, "reduction: expected one of 'none', 'weighted_sum'", "received 'mean'", reduction="mean"
    ),
    *each(REDUCED, ValueError, "reduction: expected one of 'none', 'weighted_sum'", "received None", reduction=None),
    *each(
        ending("Crossentropy"),
        ValueError,
        "reduction: expected one of 'sum_over_batch_size', 'sum'",
        "received 'weighted_mean'",
        reduction="weighted_mean",
    ),
    *each(ending("Crossentropy"), TypeError, "dtype: expected a floating-point dtype, received 'int8'", dtype="int8"),
    *each(ending("Crossentropy"), TypeError, "dtype: expected a floating-point dtype, received 'f33'", dtype="f33"),
    # Label smoothing, epsilon.
    *each(SMOOTHED, ValueError, "label_smoothing: expected a number in [0, 1], received 1.5", label_smoothing=1.5),
    *each(SMOOTHED, ValueError, "label_smoothing: expected a number in [0, 1], received -0.1", label_smoothing=-0.1),
    *each(SMOOTHED, ValueError, "label_smoothing: expected a number in [0, 1], received nan", label_smoothing=NAN),
    *each(SMOOTHED, TypeError, "label_smoothing: expected a number, received '1'", label_smoothing="1"),
    *each(SMOOTHED, TypeError, "label_smoothing: expected a number, received [0.1]", label_smoothing=[0.1]),
    *each(
        ending("ategorical_crossentropy", "CategoricalCrossentropy", of=SOFTMAX),
        ValueError,
        "label_smoothing: expected the classes on the last axis",
        "axis=0 of shape (3, 2)",
        y_true=ONE_HOT.T,
        y_pred=PROBABILITIES.T,
        axis=0,
        label_smoothing=0.1,
    ),
    *each(LOG_LOSS, ValueError, "epsilon: expected a number in [2.2250738585072014e-308, ", "received 0", epsilon=0),
    *each(
        LOG_LOSS, ValueError, "epsilon: expected a number in [2.2250738585072014e-308, ", "received -0.1", epsilon=-0.1
    ),
    *each(LOG_LOSS, ValueError, "epsilon: expected a number in", "received inf", epsilon=INF),
    *each(LOG_LOSS, TypeError, "epsilon: expected a number, received None", epsilon=None),
    # Tables of weights and biases, whole and in shards.
    *each(
        SAMPLED,
        ValueError,
        "weights: expected shape [11 or more, 3] (num_classes = 11, inputs of dim 3), received shape (10, 3)",
        weights=WEIGHTS[1:],
    ),
    *each(
        SAMPLED,
        ValueError,
        "weights: expected shape [11 or more, 3] (num_classes = 11, inputs of dim 3), received shape (11, 2)",
        weights=WEIGHTS[:, 1:],
    ),
    *each(
        SAMPLED,
        ValueError,
        "weights: expected shape [11 or more, 3] (num_classes = 11, inputs of dim 3), received shape (11,)",
        weights=BIASES,
    ),
    *each(
        SAMPLED,
        ValueError,
        "weights: expected shape [11 or more, 3] (num_classes = 11, inputs of dim 3), received shape (0,)",
        weights=[],
    ),
    *each([BLOCKWISE], TypeError, f"weights: {FLOATS}, received int64", weights=WEIGHTS.astype(int)),
    *each(SAMPLED, TypeError, f"weights: {FLOATS}, received complex128", weights=WEIGHTS + 0j),
    *each(OF_TABLES, ValueError, "weights: expected rows of equal length", weights=[[1.0, 2.0], [1.0]]),
    *each(
        SAMPLED, TypeError, "weights[1]: expected floating-point numbers", weights=[WEIGHTS[::2], WEIGHTS[1::2] + 0j]
    ),
    *each(
        SAMPLED,
        ValueError,
        "weights[0]: expected shape [4 or more, 3] (shard 0 of 3; num_classes = 11, inputs of dim 3), received",
        weights=[WEIGHTS[2::3], WEIGHTS[1::3], WEIGHTS[::3]],
    ),
    *each(
        SAMPLED,
        ValueError,
        "weights: expected finite numbers, received inf for class 0",
        weights=np.where(WEIGHTS == -1, INF, WEIGHTS),
    ),
    *each(
        SAMPLED,
        ValueError,
        "weights: expected finite numbers, received -inf for class 0",
        weights=np.where(WEIGHTS == -1, -INF, WEIGHTS),
    ),
    *each(OF_TABLES, TypeError, f"biases: {FLOATS}, received object", biases=None),
    *each(
        SAMPLED,
        ValueError,
        "biases: expected shape [11 or more] (num_classes = 11), received shape (11, 1)",
        biases=BIASES[:, np.newaxis],
    ),
    *each(
        [BLOCKWISE], ValueError, "biases: expected shape (11,), received shape (11, 1)", biases=BIASES[:, np.newaxis]
    ),
    *each(OF_TABLES, ValueError, "biases: expected finite numbers, received nan", biases=np.full(11, NAN)),
    *each(["nn.nce_loss"], ValueError, "biases: expected finite numbers, received nan for class 2", biases=[NAN] * 11),
    *each(
        SAMPLED,
        ValueError,
        "partition_strategy: expected one of 'mod', 'div', received 'row'",
        partition_strategy="row",
    ),
    *each(OF_TABLES, ValueError, "inputs: expected shape [batch, dim], received shape (3,)", inputs=ROW),
    *each(
        SAMPLED,
        ValueError,
        "inputs: expected as many examples as labels, 2, received 1, in an array of shape (1, 3)",
        inputs=[ROW],
    ),
    *each(
        [f for f in OF_TABLES if f != RANK],
        ValueError,
        "inputs @ weights.T + biases: expected finite numbers, received",
        weights=WEIGHTS * 1e308,
        inputs=INPUTS * 1e10,
    ),
    # Class indices of the losses over tables.
    *each(
        SAMPLED,
        ValueError,
        "labels: expected class indices of shape [batch, num_true] = [batch, 1], received shape (2,)",
        labels=IDS,
        remove_accidental_hits=True,
    ),
    *each(
        SAMPLED,
        ValueError,
        "labels: expected class indices of shape [batch, num_true] = [batch, 1], received shape (2, 2)",
        labels=[[1, 2], [3, 4]],
    ),
    *each(SAMPLED, ValueError, "labels: expected class indices from 0 to 10, received 11", labels=[[11], [0]]),
    *each(SAMPLED, TypeError, "labels: expected integer class indices, received float64", labels=[[1.5], [0.0]]),
    *each(SAMPLED, ValueError, "labels: expected rows of equal length", labels=[[1], [1, 2]]),
    # Numbers of classes.
    *each(SAMPLED, ValueError, "num_classes: expected an integer of 1 or more, received 0", num_classes=0),
    *each(SAMPLED, TypeError, "num_classes: expected an integer, received 11.5", num_classes=11.5),
    *each(SAMPLED, ValueError, "num_sampled: expected an integer", num_sampled=0),
    *each(
        SAMPLED,
        ValueError,
        "num_sampled: expected an integer from 1 to 11",
        "received 12",
        num_sampled=12,
        sampled_values=None,
    ),
    *each(SAMPLED, TypeError, "num_sampled: expected an integer, received 6.5", num_sampled=6.5),
    *each(
        ["nn.sampled_softmax_loss", "nn.nce_loss", RANK],
        ValueError,
        "num_true: expected an integer of 1 or more, received 0",
        num_true=0,
    ),
    *each(
        ["nn.sampled_softmax_loss", "nn.nce_loss", RANK],
        ValueError,
        "labels: expected class indices of shape [batch, num_true] = [batch, 2]",
        num_true=2,
    ),
    *each([RANK], ValueError, "num_sampled: expected an integer from 1 to 11, received 12", num_sampled=12),
    *each(
        [RANK],
        ValueError,
        "num_resampled: expected an integer from 1 to 5 (it must be less than num_sampled), received 6",
        num_resampled=6,
    ),
    *each([RANK], ValueError, "num_resampled: expected an integer from 1 to 5", "received 0", num_resampled=0),
    *each(
        [RANK],
        ValueError,
        "resampling_temperature: expected a finite number above 0, received 0",
        resampling_temperature=0,
    ),
    *each(
        [RANK],
        ValueError,
        "resampling_temperature: expected a finite number above 0, received inf",
        resampling_temperature=INF,
    ),
    *each([RANK], TypeError, "resampling_temperature: expected a number, received None", resampling_temperature=None),
    *each(SAMPLED, TypeError, "seed: expected an integer, received 0.5", seed=0.5, sampled_values=None),
    # What a sampler returned.
    *each(
        SAMPLED,
        ValueError,
        "sampled_candidates: expected class indices of shape (7,), received shape (6,)",
        num_sampled=7,
    ),
    *each(
        SAMPLED,
        ValueError,
        "sampled_candidates: expected class indices from 0 to 10, received 17",
        sampled_values=(DRAWN + 10, *SAMPLE[1:]),
    ),
    *each(
        SAMPLED,
        TypeError,
        "sampled_candidates: expected integer class indices",
        sampled_values=(DRAWN + 0.5, *SAMPLE[1:]),
    ),
    *each(
        SAMPLED,
        ValueError,
        "true_expected_count: expected a shape that broadcasts to that of the true classes of the batch, (2, 1)",
        sampled_values=(DRAWN, TRUE_COUNT[:, 0], DRAWN_COUNT),
    ),
    *each(
        SAMPLED,
        ValueError,
        "true_expected_count: expected positive numbers, received 0.0",
        sampled_values=(DRAWN, TRUE_COUNT * 0, DRAWN_COUNT),
    ),
    *each(
        SAMPLED,
        ValueError,
        "true_expected_count: expected positive numbers, received -0.5",
        sampled_values=(DRAWN, -TRUE_COUNT[::-1] + 1, DRAWN_COUNT),
    ),
    *each(
        SAMPLED,
        ValueError,
        "sampled_expected_count: expected finite numbers, received nan",
        sampled_values=(DRAWN, TRUE_COUNT, DRAWN_COUNT * NAN),
    ),
    *each(
        SAMPLED,
        ValueError,
        "sampled_expected_count: expected a shape that broadcasts to that of the sampled classes of the batch, (2, 6)",
        sampled_values=(DRAWN, TRUE_COUNT, DRAWN_COUNT[1:]),
    ),
    *each(
        SAMPLED,
        TypeError,
        "sampled_values: expected what a candidate sampler returns",
        "received ndarray",
        sampled_values=DRAWN,
    ),
    *each(
        SAMPLED,
        TypeError,
        "sampled_values: expected what a candidate sampler returns",
        "received 1 values",
        sampled_values=(DRAWN,),
    ),
    # The blockwise loss.
    *each(
        [BLOCKWISE],
        ValueError,
        "weights: expected shape [num_classes, dim] = [num_classes, 3], received shape (3, 11)",
        weights=WEIGHTS.T,
    ),
    *each(
        [BLOCKWISE],
        ValueError,
        "weights: expected shape [num_classes, dim] = [num_classes, 3], received shape (11,)",
        weights=np.ones(11),
    ),
    *each(
        [BLOCKWISE],
        ValueError,
        "weights: expected shape [num_classes, dim] = [num_classes, 3], received shape (3,)",
        weights=np.ones(3),
    ),
    *each(
        [BLOCKWISE],
        ValueError,
        "weights: expected shape [num_classes, dim] = [num_classes, 3], received shape (0, 3)",
        weights=np.ones((0, 3)),
    ),
    *each(
        [BLOCKWISE],
        ValueError,
        "weights: expected finite numbers, received inf at index [9, 1]",
        weights=np.where(np.arange(33).reshape(11, 3) == 28, INF, WEIGHTS),
    ),
    *each(
        [BLOCKWISE],
        ValueError,
        "biases: expected finite numbers, received -inf at index [9]",
        biases=np.where(np.arange(11) == 9, -INF, BIASES),
    ),
    *each([BLOCKWISE], ValueError, "labels: expected class indices from 0 to 10, received 11", labels=[11, 0]),
    *each(
        [BLOCKWISE],
        ValueError,
        "labels: expected class indices of shape (2,), received shape (2, 1)",
        labels=COLUMN,
    ),
    *each([BLOCKWISE], TypeError, "labels: expected integer class indices, received float64", labels=np.ones(2)),
    *each([BLOCKWISE], ValueError, "block: expected an integer of 1 or more, received 0", block=0),
    *each([BLOCKWISE], TypeError, "block: expected an integer, received 2.5", block=2.5),
    # Candidate samplers.
    *each(
        RANGED, ValueError, "true_classes: expected class indices from 0 to 11, received 12", true_classes=[[12], [0]]
    ),
    *each(SAMPLERS, ValueError, "true_classes: expected class indices from 0 to", "received -1", true_classes=[[-1]]),
    *each(
        [*SAMPLERS, HITS],
        ValueError,
        "true_classes: expected class indices of shape [batch, num_true] = [batch, 1], received shape (2,)",
        true_classes=[1, 2],
    ),
    *each(
        [*SAMPLERS, HITS],
        ValueError,
        "true_classes: expected class indices of shape [batch, num_true] = [batch, 2]",
        num_true=2,
    ),
    *each(
        [*SAMPLERS, HITS],
        ValueError,
        "true_classes: expected class indices of shape [batch, num_true] = [batch, 1], received shape ()",
        true_classes=3,
    ),
    *each(
        [*SAMPLERS, HITS],
        TypeError,
        "true_classes: expected integer class indices, received float64",
        true_classes=[[1.0]],
    ),
    *each([*SAMPLERS, HITS], ValueError, "num_true: expected an integer of 1 or more, received 0", num_true=0),
    *each(SAMPLERS, ValueError, "expected an integer of 1 or more, received 0", num_sampled=0),
    *each(
        RANGED,
        ValueError,
        "num_sampled: expected an integer from 1 to 12 (unique=True, and there are no more classes), received 13",
        num_sampled=13,
        unique=True,
    ),
    *each(RANGED, TypeError, "num_sampled: expected an integer, received 2.5", num_sampled=2.5),
    *each(RANGED, TypeError, "num_sampled: expected an integer, received True", num_sampled=True),
    *each(RANGED, ValueError, "range_max: expected an integer of 1 or more, received 0", range_max=0),
    *each(SAMPLERS, TypeError, "seed: expected an integer, received 'a'", seed="a"),
    *each(
        [HITS],
        ValueError,
        "sampled_candidates: expected class indices of shape (4,), received shape (2, 2)",
        sampled_candidates=[[1, 2], [3, 4]],
    ),
    *each(
        [HITS],
        ValueError,
        "sampled_candidates: expected class indices from 0 to",
        "received -1",
        sampled_candidates=[1, -1],
    ),
    *each(
        [HITS],
        TypeError,
        "sampled_candidates: expected integer class indices, received float64",
        sampled_candidates=[1.0, 2.0],
    ),
    *each([HITS], ValueError, "sampled_candidates: expected rows of equal length", sampled_candidates=[[1], [1, 2]]),
    *each([FIXED], ValueError, "unigrams: expected just one of unigrams and vocab_file, received neither", unigrams=()),
    *each(
        [FIXED], ValueError, "unigrams: expected just one of unigrams and vocab_file, received both", vocab_file="a.csv"
    ),
    *each([FIXED], ValueError, "unigrams: expected non-negative numbers, received -1.0", unigrams=[-1.0] * 12),
    *each([FIXED], ValueError, "unigrams: expected finite numbers, received nan at index [0]", unigrams=[NAN] * 12),
    *each([FIXED], TypeError, "unigrams: expected numbers, received <U1", unigrams=["a"] * 12),
    *each([FIXED], TypeError, "unigrams: expected numbers, received object", unigrams=None),
    *each(
        [FIXED],
        ValueError,
        "range_max: expected the number of reserved ids and unigrams, 3, received 12",
        unigrams=[1, 2, 3],
    ),
    *each(
        [FIXED],
        ValueError,
        "num_sampled: expected at most the number of classes with a count above zero, 1, received 5",
        unigrams=[1] + [0] * 11,
        unique=True,
    ),
    *each(
        [FIXED],
        ValueError,
        "num_sampled: expected at most the number of classes with a count above zero, 0, received 5",
        unigrams=[0] * 12,
    ),
    *each([FIXED], ValueError, "distortion: expected a finite number of 0 or more, received -1", distortion=-1),
    *each([FIXED], ValueError, "num_reserved_ids: expected an integer of 0 or more, received -1", num_reserved_ids=-1),
    *each([FIXED], ValueError, "num_shards: expected an integer of 1 or more, received 0", num_shards=0),
    *each([FIXED], ValueError, "shard: expected an integer from 0 to 1, received 2", num_shards=2, shard=2),
    # Losses to differentiate.
    *each(
        ["value_and_grad"],
        TypeError,
        "loss: expected a loss of xentedu, such as xe.nn.sigmoid_cross_entropy_with_logits, received exp",
        loss=np.exp,
    ),
    *each(["value_and_grad"], TypeError, "loss: expected a loss of xentedu", "received softmax", loss=xe.nn.softmax),
    *each(["value_and_grad"], TypeError, "loss: expected a loss of xentedu", "received None", loss=None),
    *each(["value_and_grad"], TypeError, "loss: expected a loss of xentedu", "received 'loss'", loss="loss"),
    # Arguments that are not there, and arguments that nobody knows.
    *each([WEIGHTED], TypeError, "pos_weight: expected an array, received nothing", pos_weight=...),
    *each(BY_KEYWORD, TypeError, "labels: expected an array, received nothing", labels=...),
    *each(SAMPLED, TypeError, "missing 1 required positional argument: 'inputs'", inputs=...),
    *each(
        ["nn.sigmoid_cross_entropy_with_logits", *SPARSE[:1]], TypeError, "unexpected keyword argument 'axis'", axis=0
    ),
]


def call(function, arguments):
    arguments = {name: argument for name, argument in arguments.items() if argument is not ...}
    if inspect.isclass(function):
        settings = {name: arguments.pop(name) for name in list(arguments) if name not in CALLED}
        return function(**settings)(**arguments)
    return function(**arguments)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("function", "kind", "fragments", "bad"), BAD, ids=[f"{r[0]}-{r[2][0][:60]}" for r in BAD])
def test_bad_input(function, kind, fragments, bad):
    with pytest.raises((ValueError, TypeError)) as caught:
        call(find(function), GOOD[function] | bad)
    text = str(caught.value)
    assert type(caught.value) is kind, text
    assert text.startswith(f"{function.rpartition('.')[2]}: "), text
    for fragment in fragments:
        assert fragment in text
    assert " at 0x" not in text
    loss = find(function)
    if hasattr(loss, "with_gradients"):
        with pytest.raises(kind) as again:
            call(xe.value_and_grad(loss), GOOD[function] | bad)
        assert str(again.value) == text


@pytest.mark.parametrize("function", GOOD)
def test_good_input(function):
    # Each bad call differs from this one in what the table says, so the error comes from there.
    call(find(function), GOOD[function])


def test_every_public_function_is_in_the_table():
    modules = {"nn": xe.nn, "losses": xe.losses, "contrib.losses": xe.contrib.losses, "contrib.nn": xe.contrib.nn}
    modules["keras.losses"] = xe.keras.losses
    public = {f"{name}.{function}" for name, module in modules.items() for function in module.__all__}
    public = public - {"losses.Reduction"} | {"value_and_grad"}
    missing = public - set(GOOD)
    assert not missing, "add a good call of each of these to GOOD, at the head of this file"
    assert set(GOOD) == public == {function for function, *_ in BAD}


@pytest.mark.parametrize("function", GOOD)
def test_every_argument_is_spoilt(function):
    expected = set(inspect.signature(find(function)).parameters)
    spoilt = {name for other, _, _, bad in BAD if other == function for name in bad}
    # No value of these is wrong.
    anything = {"from_logits", "ignore_class", "remove_accidental_hits", "sparse", "unique"}
    anything |= {"name", "scope", "loss_collection", "_sentinel", "targets", "dim"}
    if function == HITS:
        anything.add("seed")
    missing = expected - anything - spoilt
    assert not missing, "add rows to BAD in which one of these arguments is wrong"


GRID = np.random.default_rng(53).normal(size=(101, 7))


@pytest.mark.parametrize("array", [GRID, GRID.T, GRID[::-2, 1:3], IDS, GRID > 0, np.array(2.0)], ids=np.shape)
def test_extremes(array):
    assert checks.extremes(array) == (array.min(), array.max())


@pytest.mark.parametrize("place", [(0, 0), (57, 3), (100, 6)])
def test_extremes_are_nan_where_there_is_one(place):
    array = GRID.copy()
    array[place] = NAN
    assert np.isnan(checks.extremes(array)).all()


def test_extremes_of_an_empty_array_are_zero_in_its_dtype():
    assert [type(extreme) for extreme in checks.extremes(np.empty((0, 3), np.float32))] == [np.float32] * 2
    assert checks.extremes(np.empty((0, 3))) == (0, 0)


V2 = xe.nn.softmax_cross_entropy_with_logits_v2


@pytest.mark.parametrize(
    ("dtype", "off"), [(np.float16, 2e-3), (np.float32, 5e-5), (np.float64, 5e-7)], ids=["16", "32", "64"]
)
@pytest.mark.parametrize("function", [xe.nn.softmax_cross_entropy_with_logits, V2])
def test_rounding_of_a_distribution_is_allowed(function, dtype, off):
    labels = np.array([[0.5, 0.5 - off, 0.0], [0.0, 1.0 + off, 0.0]], dtype)
    assert (labels.sum(axis=1) != 1).all()
    call(function, {"labels": labels, "logits": LOGITS.astype(dtype)})


def test_finite_logits_whose_sum_overflows_are_accepted():
    large = np.full((2, 3), 1e308)
    assert call(V2, {"labels": ONE_HOT, "logits": large}).round(6).tolist() == [1.098612] * 2
    with pytest.raises(ValueError, match=r"received nan at index \[1, 2\]"):
        call(V2, {"labels": ONE_HOT, "logits": np.where([[1, 1, 1], [1, 1, 0]], large, NAN)})


def test_names_that_cannot_be_mistaken_for_a_hint():
    # A shape that is wrong in some other way is not a class index, and no hint is better than a wrong one.
    with pytest.raises(ValueError, match="received shape") as caught:
        call(V2, {"labels": np.full((3, 2), 0.5), "logits": LOGITS})
    assert "Did you mean" not in str(caught.value)
    with pytest.raises(ValueError, match=r"received -0\.5") as caught:
        call(V2, {"labels": np.full((2, 3), -0.5), "logits": LOGITS})
    assert "Did you mean" not in str(caught.value)
