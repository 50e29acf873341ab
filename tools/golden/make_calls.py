"""Records what TensorFlow 1.15.5 answers to the calls that people make: writes calls.npz into xentedu/golden/.

    python3.7 make_calls.py

make_tensorflow1.py asks for the numbers of good calls; this script tries the forms of calls: each kind of argument that
code, tutorials and mistakes contain, on every function that has the argument. The answer of each call is recorded,
whether it is a number, NaN or an error. tests/test_calls.py makes the same calls to xentedu.
"""

import collections
import inspect
import os
import sys

import numpy as np
import tensorflow as tf
from archive import GOLDEN, Archive
from make_tensorflow1 import FUNCTIONS, feed_tensors, find, gradient, plain_session

NAN, INF = float("nan"), float("inf")

# One small problem, so that the calls differ in their form alone. Two examples of three classes.
LOGITS = np.array([[0.5, -1.0, 2.0], [1.0, 0.25, -2.0]], "float32")
PROBABILITIES = np.array([[0.2, 0.3, 0.5], [0.75, 0.125, 0.125]], "float32")
ONE_HOT = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]], "float32")
SOFT = np.array([[0.25, 0.25, 0.5], [0.0, 1.0, 0.0]], "float32")
MULTI_HOT = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 1.0]], "float32")
IDS = np.array([2, 0])
# Eleven classes, of which six are sampled.
WEIGHTS = np.linspace(-1, 1, 33).reshape(11, 3).astype("float32")
BIASES = np.linspace(-1, 1, 11).astype("float32")
DRAWN = np.array([7, 3, 0, 5, 1, 9])
TRUE_COUNT = np.array([[0.5], [1.5]], "float32")
DRAWN_COUNT = np.linspace(0.5, 1.5, 6).astype("float32")
SAMPLING = {
    "weights": WEIGHTS,
    "biases": BIASES,
    "labels": IDS[:, np.newaxis],
    "inputs": LOGITS,
    "num_sampled": 6,
    "num_classes": 11,
    "sampled_values": (DRAWN, TRUE_COUNT, DRAWN_COUNT),
}
RANK = {
    "num_resampled": 4,
    "num_true": 1,
    "resampling_temperature": 1.0,
    "remove_accidental_hits": True,
    "partition_strategy": "mod",
}
DRAWING = {"true_classes": IDS[:, np.newaxis], "num_true": 1, "num_sampled": 5, "unique": False, "range_max": 12}
DRAWING["seed"] = 3

GOOD = {
    "tf.nn.sigmoid": {"x": LOGITS},
    "tf.nn.softmax": {"logits": LOGITS},
    "tf.nn.log_softmax": {"logits": LOGITS},
    "tf.nn.sigmoid_cross_entropy_with_logits": {"labels": MULTI_HOT, "logits": LOGITS},
    "tf.nn.weighted_cross_entropy_with_logits": {"labels": MULTI_HOT, "logits": LOGITS, "pos_weight": 2.0},
    "tf.nn.softmax_cross_entropy_with_logits": {"labels": ONE_HOT, "logits": LOGITS},
    "tf.nn.softmax_cross_entropy_with_logits_v2": {"labels": ONE_HOT, "logits": LOGITS},
    "tf.nn.sparse_softmax_cross_entropy_with_logits": {"labels": IDS, "logits": LOGITS},
    "tf.nn.sampled_softmax_loss": SAMPLING,
    "tf.nn.nce_loss": SAMPLING,
    "tf.nn.log_uniform_candidate_sampler": DRAWING,
    "tf.nn.uniform_candidate_sampler": DRAWING,
    "tf.nn.learned_unigram_candidate_sampler": DRAWING,
    "tf.nn.fixed_unigram_candidate_sampler": dict(DRAWING, unigrams=[float(n) for n in range(1, 13)]),
    "tf.nn.all_candidate_sampler": {k: v for k, v in DRAWING.items() if k != "range_max"},
    "tf.nn.compute_accidental_hits": {
        "true_classes": IDS[:, np.newaxis],
        "sampled_candidates": DRAWN,
        "num_true": 1,
    },
    "tf.losses.sigmoid_cross_entropy": {"multi_class_labels": MULTI_HOT, "logits": LOGITS},
    "tf.losses.softmax_cross_entropy": {"onehot_labels": ONE_HOT, "logits": LOGITS},
    "tf.losses.sparse_softmax_cross_entropy": {"labels": IDS, "logits": LOGITS},
    "tf.losses.log_loss": {"labels": MULTI_HOT, "predictions": PROBABILITIES},
    "tf.losses.compute_weighted_loss": {"losses": PROBABILITIES},
    "tf.contrib.losses.softmax_cross_entropy": {"logits": LOGITS, "onehot_labels": ONE_HOT},
    "tf.contrib.losses.sigmoid_cross_entropy": {"logits": LOGITS, "multi_class_labels": MULTI_HOT},
    "tf.contrib.losses.sparse_softmax_cross_entropy": {"logits": LOGITS, "labels": IDS},
    "tf.contrib.losses.log_loss": {"predictions": PROBABILITIES, "labels": MULTI_HOT},
    "tf.contrib.losses.compute_weighted_loss": {"losses": PROBABILITIES},
    "tf.contrib.nn.rank_sampled_softmax_loss": dict(SAMPLING, **RANK),
    "tf.contrib.nn.sampled_sparse_softmax_loss": SAMPLING,
    "tf.contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits": {"logits": LOGITS, "labels": ONE_HOT},
    "tf.contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits": {"logits": LOGITS, "labels": IDS},
    "tf.contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits": {"logits": LOGITS, "targets": MULTI_HOT},
}
assert set(GOOD) == set(FUNCTIONS)

LABELS = ("multi_class_labels", "onehot_labels", "labels", "targets")
OUTPUTS = ("x", "logits", "predictions", "losses", "inputs")


def having(*names):
    return [function for function in GOOD if any(name in GOOD[function] for name in names)]


def called(part, of=GOOD):
    return [function for function in of if part in function.rpartition(".")[2]]


SAMPLED = having("sampled_values")
SPARSE = [f for f in called("sparse_softmax") if f not in SAMPLED]
SOFTMAX = [f for f in called("softmax_cross_entropy") if f not in SPARSE]
SIGMOID = called("sigmoid_cross") + called("weighted_cross")
LOG = called("log_loss")
DENSE = SOFTMAX + SIGMOID + LOG
REDUCED = [f for f in GOOD if ".losses." in f]
IN_BATCH = [f for f in GOOD if f.startswith("tf.losses.")]
SAMPLERS = called("_candidate_sampler")
ACTIVATIONS = ["tf.nn.sigmoid", "tf.nn.softmax", "tf.nn.log_softmax"]
WITH_AXIS = ["tf.nn.softmax", "tf.nn.log_softmax", "tf.nn.softmax_cross_entropy_with_logits_v2"]
V1 = "tf.nn.softmax_cross_entropy_with_logits"
FLIPPED = "tf.contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits"
WEIGHTED = "tf.nn.weighted_cross_entropy_with_logits"
BY_KEYWORD = ["tf.nn.sigmoid_cross_entropy_with_logits", V1, "tf.nn.sparse_softmax_cross_entropy_with_logits"]


def label_of(function):
    return next(name for name in LABELS if name in GOOD[function])


def output_of(function):
    return next(name for name in OUTPUTS if name in GOOD[function])


def both(function, labels, outputs):
    """Labels and outputs under the function's own names for them."""
    return {label_of(function): labels, output_of(function): outputs}


def calls():
    """Yield (kind, what, function, positional arguments, keyword arguments)."""
    for kind, what, function, change in changes():
        arguments = dict(GOOD[function], **change)
        yield kind, what, function, [], {k: v for k, v in arguments.items() if v is not ...}
    for kind, what, function, args, kwargs in positional():
        yield kind, what, function, args, kwargs


def changes():
    """Yield what a call changes in the good call of a function."""
    yield from signatures()
    yield from outputs()
    yield from labels_of_classes()
    yield from dense_labels()
    yield from weights()
    yield from settings()
    yield from tables()
    yield from samplers()


def signatures():
    for function in GOOD:
        yield "good call", "as it is", function, {}
        if function in REDUCED:
            yield "graph arguments", "scope", function, {"scope": "loss"}
        else:
            yield "graph arguments", "name", function, {"name": "loss"}
    for function in IN_BATCH:
        yield "graph arguments", "loss_collection", function, {"loss_collection": "losses"}
        yield "graph arguments", "no loss_collection", function, {"loss_collection": None}
        yield "graph arguments", "scope, loss_collection", function, {"scope": "a", "loss_collection": "b"}
    for function in BY_KEYWORD:
        yield "graph arguments", "_sentinel None", function, {"_sentinel": None}
        yield "arguments by position", "_sentinel", function, {"_sentinel": LOGITS}
    for function in WITH_AXIS:
        yield "axis", "None", function, {"axis": None}
        yield "axis", "dim", function, {"dim": -1}
        yield "axis", "dim 1", function, {"dim": 1}
        yield "two names for one argument", "dim and axis", function, {"dim": 1, "axis": 1}
    for function in (V1, FLIPPED):
        yield "axis", "dim", function, {"dim": -1}
        yield "axis", "dim 1", function, {"dim": 1}
        yield "axis", "dim numpy", function, {"dim": np.int64(1)}
        yield "axis", "dim 0", function, {"dim": 0, **both(function, ONE_HOT.T, LOGITS.T)}
        yield "axis out of range", "dim 2", function, {"dim": 2}
    yield "axis", "axis None", V1, {"axis": None}
    yield "two names for one argument", "axis", V1, {"axis": -1}
    yield "axis", "axis, dim None", V1, {"axis": -1, "dim": None}
    yield "axis", "axis 0, dim None", V1, {"axis": 0, "dim": None, **both(V1, ONE_HOT.T, LOGITS.T)}
    for function in WITH_AXIS:
        yield "axis", "numpy", function, {"axis": np.int64(1)}
        yield (
            "axis",
            "0",
            function,
            {"axis": 0, **({} if function in ACTIVATIONS else both(function, ONE_HOT.T, LOGITS.T))},
        )
        for axis in (2, -3):
            yield "axis out of range", str(axis), function, {"axis": axis}
        yield "axis", "1.0", function, {"axis": 1.0}
        yield "booleans for numbers", "axis", function, {"axis": True}
        for axis in ("1", [1], 0.5):
            yield "axis that is not an integer", repr(axis), function, {"axis": axis}
    yield "two names for one argument", "targets and labels", WEIGHTED, {"targets": MULTI_HOT}
    yield "targets for labels", "by keyword", WEIGHTED, {"targets": MULTI_HOT, "labels": ...}
    for function in [*BY_KEYWORD, WEIGHTED]:
        yield "missing arguments", "labels", function, {"labels": ...}
        yield "missing arguments", "labels None", function, {"labels": None}
        yield "missing arguments", "logits", function, {"logits": ...}
        yield "missing arguments", "logits None", function, {"logits": None}
    yield "missing arguments", "pos_weight", WEIGHTED, {"pos_weight": ...}
    yield "missing arguments", "pos_weight None", WEIGHTED, {"pos_weight": None}
    yield "seed", "ignored", "tf.nn.compute_accidental_hits", {"seed": 7}
    yield "seed", "of the default sampler, not drawn", "tf.nn.sampled_softmax_loss", {"seed": 7}


def positional():
    """Calls by position, up to TensorFlow's last argument."""
    for function in ("tf.nn.sigmoid", "tf.nn.softmax", "tf.nn.log_softmax"):
        tail = ["name"] if function == "tf.nn.sigmoid" else [-1, "name"]
        yield "arguments by position", "all", function, [LOGITS, *tail], {}
    yield "arguments by position", "with dim", "tf.nn.softmax", [LOGITS, None, "name", 1], {}
    yield "arguments by position", "with dim", "tf.nn.log_softmax", [LOGITS, None, None, 0], {}
    for function in BY_KEYWORD:
        labels = GOOD[function]["labels"]
        yield "arguments by position", "labels, logits", function, [labels, LOGITS], {}
        yield "arguments by position", "after _sentinel", function, [None, labels, LOGITS], {}
        yield "arguments by position", "after _sentinel, named", function, [None, labels, LOGITS], {"name": "loss"}
    yield "arguments by position", "all", BY_KEYWORD[0], [None, MULTI_HOT, LOGITS, "loss"], {}
    yield "arguments by position", "all", V1, [None, ONE_HOT, LOGITS, -1, "loss"], {}
    yield "arguments by position", "dim 0", V1, [None, ONE_HOT.T, LOGITS.T, 0, "loss"], {}
    yield "arguments by position", "all", BY_KEYWORD[2], [None, IDS, LOGITS, "loss"], {}
    yield "arguments by position", "name", WEIGHTED, [MULTI_HOT, LOGITS, 2.0, "loss"], {}
    yield "arguments by position", "targets", WEIGHTED, [None, LOGITS, 2.0, None, MULTI_HOT], {}
    v2 = WITH_AXIS[2]
    yield "arguments by position", "two", v2, [ONE_HOT, LOGITS], {}
    yield "arguments by position", "axis", v2, [ONE_HOT.T, LOGITS.T, 0], {}
    yield "arguments by position", "name", v2, [ONE_HOT, LOGITS, -1, "loss"], {}
    yield "arguments by position", "dim", v2, [ONE_HOT.T, LOGITS.T, None, "loss", 0], {}
    reduction = "weighted_sum"
    for function, args in {
        "tf.losses.sigmoid_cross_entropy": [MULTI_HOT, LOGITS, 0.5, 0.1, "scope", "losses", reduction],
        "tf.losses.softmax_cross_entropy": [ONE_HOT, LOGITS, 0.5, 0.1, "scope", "losses", reduction],
        "tf.losses.sparse_softmax_cross_entropy": [IDS, LOGITS, 0.5, "scope", "losses", reduction],
        "tf.losses.log_loss": [MULTI_HOT, PROBABILITIES, 0.5, 1e-3, "scope", "losses", reduction],
        "tf.losses.compute_weighted_loss": [PROBABILITIES, 0.5, "scope", "losses", reduction],
        "tf.contrib.losses.softmax_cross_entropy": [LOGITS, ONE_HOT, 0.5, 0.1, "scope"],
        "tf.contrib.losses.sigmoid_cross_entropy": [LOGITS, MULTI_HOT, 0.5, 0.1, "scope"],
        "tf.contrib.losses.sparse_softmax_cross_entropy": [LOGITS, IDS, 0.5, "scope"],
        "tf.contrib.losses.log_loss": [PROBABILITIES, MULTI_HOT, 0.5, 1e-3, "scope"],
        "tf.contrib.losses.compute_weighted_loss": [PROBABILITIES, 0.5, "scope"],
        FLIPPED: [LOGITS, ONE_HOT, -1, "name"],
        "tf.contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits": [LOGITS, IDS, "name"],
        "tf.contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits": [LOGITS, MULTI_HOT, "name"],
    }.items():
        yield "arguments by position", "all", function, args, {}
        yield "arguments by position", "two", function, args[:2], {}
    tables = [WEIGHTS, BIASES, IDS[:, np.newaxis], LOGITS]
    values = SAMPLING["sampled_values"]
    ends = {
        "tf.nn.sampled_softmax_loss": [6, 11, 1, values, True, "mod", "name", 7],
        "tf.nn.nce_loss": [6, 11, 1, values, True, "mod", "name"],
        "tf.contrib.nn.sampled_sparse_softmax_loss": [6, 11, values, True, "mod", "name"],
        "tf.contrib.nn.rank_sampled_softmax_loss": [6, 4, 11, 1, values, 1.0, True, "mod", "name"],
    }
    for function, end in ends.items():
        yield "arguments by position", "all", function, tables + end, {}
        old = [WEIGHTS, BIASES, LOGITS, IDS[:, np.newaxis], *end]
        yield "labels and outputs swapped", "inputs first, as before TensorFlow 1.0", function, old, {}
    for name in ("log_uniform", "uniform", "learned_unigram"):
        args = [IDS[:, np.newaxis], 1, 5, False, 12, 3, "name"]
        yield "arguments by position", "all", f"tf.nn.{name}_candidate_sampler", args, {}
    args = [IDS[:, np.newaxis], 1, 3, False, 3, "", 1.0, 0, 1, 0, [3.0, 2.0, 1.0], 3, "name"]
    yield "arguments by position", "all", "tf.nn.fixed_unigram_candidate_sampler", args, {}
    args = [IDS[:, np.newaxis], 1, 5, False, 3, "name"]
    yield "arguments by position", "all", "tf.nn.all_candidate_sampler", args, {}
    args = [IDS[:, np.newaxis], DRAWN, 1, 7, "name"]
    yield "arguments by position", "all", "tf.nn.compute_accidental_hits", args, {}


def outputs():
    """What the model gave: dtypes, extremes, ranks and empty batches."""
    for function in having(*OUTPUTS):
        x = output_of(function)
        good = GOOD[function][x]
        yield "Python lists", x, function, {x: good.tolist()}
        yield "float64", "all", function, as_float64(GOOD[function])
        yield "float16", "all", function, as_dtype(GOOD[function], "float16")
        yield "integer outputs", x, function, {x: good.astype(int)}
        yield "boolean outputs", x, function, {x: good > 0.3}
        for value, where in ((-INF, (0, 0)), (-INF, (1, 0)), (INF, (0, 1)), (NAN, (0, 0))):
            changed = good.copy()
            changed[where] = value
            kind = {-INF: "-inf as a mask", INF: "+inf outputs"}.get(value, "NaN outputs")
            yield kind, f"at {where[0]}, {where[1]}", function, {x: changed}
        if function in ACTIVATIONS or "losses" in GOOD[function]:
            continue
        if function in DENSE:
            yield (
                "-inf as a mask",
                "where the label is zero",
                function,
                {x: np.array([[-INF, 1.0, 2.0], [0.0, 1.0, -INF]], "float32")},
            )
        masked = good.copy()
        masked[1] = -INF
        yield "every class masked", "one example", function, {x: masked}
    for function in ACTIVATIONS:
        none = "no classes" if "softmax" in function else "empty batches"
        masked = LOGITS.copy()
        masked[1] = -INF
        yield "every class masked", "one example", function, {output_of(function): masked}
        for shape in ((), (3,), (2, 1), (0,), (0, 3), (2, 0), (2, 2, 3)):
            kind = none if shape[-1:] == (0,) else "empty batches" if 0 in shape else "ranks"
            yield kind, str(shape), function, {output_of(function): spread(shape)}
        yield "numbers", "Python number", function, {output_of(function): 0.5}
    for function in DENSE:
        name = "softmax" if function in SOFTMAX else "probabilities" if function in LOG else "sigmoid"
        for shape in (
            (0,),
            (0, 3),
            (2, 0),
            (0, 0, 3),
            (2, 0, 3),
            (),
            (1,),
            (3,),
            (1, 3),
            (2, 1),
            (2, 2, 3),
            (2, 1, 1, 3),
        ):
            none = "no classes" if name == "softmax" else "empty batches"
            kind = none if shape[-1:] == (0,) else "empty batches" if 0 in shape else "ranks"
            yield kind, str(shape), function, both(function, *pair(name, shape))
        yield none, "lists", function, both(function, [], [])
    for function in SPARSE:
        for shape in ((0, 3), (2, 0), (0, 2, 3), (3,), (1, 3), (2, 1), (2, 2, 3), (2, 1, 1, 3)):
            kind = "no classes" if shape[-1] == 0 else "empty batches" if 0 in shape else "ranks"
            yield kind, str(shape), function, both(function, np.zeros(shape[:-1], "int64"), spread(shape))
        yield "column labels", "empty", function, both(function, np.zeros((0, 1), "int64"), np.zeros((0, 3), "float32"))
    for function in having("losses"):
        for shape in ((), (1,), (3,), (0,), (0, 3), (2, 2, 3)):
            kind = "empty batches" if 0 in shape else "ranks"
            yield kind, str(shape), function, {"losses": spread(shape) + 1}
        yield "integer outputs", "whole mean", function, {"losses": np.array([2, 4, 6])}
        yield "integer outputs", "list", function, {"losses": [1, 2, 6]}
        yield "negative losses", "one", function, {"losses": np.array([-1.0, 0.5, 2.0], "float32")}
    for function in IN_BATCH:
        if "losses" in GOOD[function]:
            empty = {"losses": np.zeros((0, 3), "float32")}
        elif function in SPARSE:
            empty = both(function, np.zeros((0,), "int64"), np.zeros((0, 3), "float32"))
        else:
            empty = both(function, np.zeros((0, 3), "float32"), np.zeros((0, 3), "float32"))
        for reduction in (
            "none",
            "weighted_sum",
            "weighted_sum_over_batch_size",
            "weighted_mean",
            "weighted_sum_by_nonzero_weights",
        ):
            yield "empty batches", reduction, function, dict(empty, reduction=reduction)
        shape = (0,) if "softmax" in function else (0, 3)
        yield "empty batches", "weights", function, dict(empty, weights=np.zeros(shape, "float32"))
    for function in SAMPLED:
        empty = {"inputs": np.zeros((0, 3), "float32"), "labels": np.zeros((0, 1), "int64")}
        values = (DRAWN, np.zeros((0, 1), "float32"), DRAWN_COUNT)
        yield "empty batches", "inputs", function, dict(empty, sampled_values=values)
    for function in [*SAMPLERS, "tf.nn.compute_accidental_hits"]:
        yield "empty batches", "true_classes", function, {"true_classes": np.zeros((0, 1), "int64")}
    for function in LOG:
        yield "outputs outside [0, 1]", "logits", function, {"predictions": LOGITS}
        yield (
            "outputs outside [0, 1]",
            "rounding",
            function,
            {"predictions": np.array([[1.0000001, 0.5, -1e-8]] * 2, "float32")},
        )
        yield (
            "probabilities of zero and one",
            "wrong",
            function,
            {"predictions": np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.0]], "float32")},
        )


def spread(shape):
    """Numbers from -1 to 1, none of them zero."""
    return np.linspace(-1, 0.99, int(np.prod(shape))).reshape(shape).astype("float32")


def pair(name, shape):
    """Labels and outputs of a shape."""
    size = int(np.prod(shape))
    outputs = spread(shape)
    if name == "softmax":
        labels = np.zeros(shape, "float32")
        if shape and shape[-1]:
            labels[..., 0] = 1
        return labels, outputs
    labels = (np.arange(size) % 2).reshape(shape).astype("float32")
    return labels, outputs if name == "sigmoid" else (outputs + 1) / 2


def as_dtype(arguments, dtype):
    def cast(value):
        if isinstance(value, (list, tuple)):
            return type(value)(cast(v) for v in value)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return value.astype(dtype)
        return value

    return {name: cast(value) for name, value in arguments.items()}


def as_float64(arguments):
    return as_dtype(arguments, "float64")


def labels_of_classes():
    """Class indices, of every dtype and shape, right and wrong."""
    for function in SPARSE + SAMPLED:
        y, good = label_of(function), GOOD[function][label_of(function)]
        for dtype in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "uint64"):
            yield "class indices of any integer dtype", dtype, function, {y: good.astype(dtype)}
        yield "Python lists", y, function, {y: good.tolist()}
        yield "whole floats as class indices", "float32", function, {y: good.astype("float32")}
        yield "whole floats as class indices", "float64", function, {y: good.astype("float64")}
        yield "whole floats as class indices", "list", function, {y: good.astype("float64").tolist()}
        yield "fractions as class indices", "0.5", function, {y: good + 0.5}
        yield "booleans as class indices", "array", function, {y: good > 0}
        for wrong in (-1, -100, 3 if function in SPARSE else 11, 255):
            ids = good.copy()
            ids.flat[0] = wrong
            yield "class indices out of range", str(wrong), function, {y: ids}
            if function in REDUCED:
                yield (
                    "class indices out of range",
                    f"{wrong}, with weight 0",
                    function,
                    {y: ids, "weights": np.array([0.0, 1.0], "float32")},
                )
        yield "class indices out of range", "from one", function, {y: good + 1 if function in SPARSE else good + 9}
        yield "wrong shapes", "too many labels", function, {y: np.concatenate([good, good])}
        yield "wrong shapes", "a single label", function, {y: 1}
    for function in SPARSE:
        y = label_of(function)
        yield "column labels", "[batch, 1]", function, {y: IDS[:, np.newaxis]}
        yield "one-hot labels for class indices", "int", function, {y: ONE_HOT.astype(int)}
        yield "one-hot labels for class indices", "float", function, {y: ONE_HOT}
        yield "a last axis of one", "logits", function, {"logits": LOGITS[..., np.newaxis]}
        yield (
            "a last axis of one",
            "logits and labels",
            function,
            {"logits": LOGITS[..., np.newaxis], y: IDS[:, np.newaxis]},
        )
        yield (
            "a last axis of one",
            "logits and labels, rank 3",
            function,
            {"logits": LOGITS[:, np.newaxis, :, np.newaxis], y: IDS[:, np.newaxis]},
        )
        yield "labels and outputs swapped", "by keyword", function, both(function, LOGITS, IDS)
        yield "missing arguments", "None", function, {y: None}
        if function in REDUCED:
            for weights in ([3.0, 0.5], [[3.0], [0.5]], [[3.0, 0.5]], [3.0]):
                what = str(np.shape(weights))
                weights = np.array(weights, "float32")
                yield (
                    "in-batch weights",
                    f"{what}, column labels",
                    function,
                    {y: IDS[:, np.newaxis], "weights": weights},
                )
                yield (
                    "a last axis of one",
                    f"logits, weights {what}",
                    function,
                    {"logits": LOGITS[..., np.newaxis], "weights": weights},
                )
    for function in SAMPLED:
        flat = {"labels": IDS}
        yield "[batch] labels", "given sample", function, flat
        yield (
            "expected counts that enlarge",
            "labels [batch], true counts [batch]",
            function,
            dict(flat, sampled_values=(DRAWN, TRUE_COUNT[:, 0], DRAWN_COUNT)),
        )
        yield "[batch] labels", "drawn", function, dict(flat, sampled_values=None)
        yield "[batch] labels", "hits kept", function, dict(flat, remove_accidental_hits=False)
        yield "wrong shapes", "row of labels", function, {"labels": IDS[np.newaxis]}
        yield "wrong shapes", "labels [batch, 1, 1]", function, {"labels": IDS[:, np.newaxis, np.newaxis]}
        yield "one-hot labels for class indices", "int", function, {"labels": np.eye(11, dtype="int64")[IDS]}
        yield "one-hot labels for class indices", "float", function, {"labels": np.eye(11, dtype="float32")[IDS]}
        yield "wrong shapes", "two true classes for one", function, {"labels": np.array([[2, 1], [0, 3]])}
        yield "labels and outputs swapped", "by keyword", function, {"labels": LOGITS, "inputs": IDS[:, np.newaxis]}
        if function == "tf.contrib.nn.sampled_sparse_softmax_loss":
            continue
        counts = np.array([[0.5, 0.25], [1.5, 0.75]], "float32")
        two = {"num_true": 2, "labels": np.array([[2, 1], [0, 3]]), "sampled_values": (DRAWN, counts, DRAWN_COUNT)}
        yield "several true classes", "[batch, 2]", function, two
        yield "several true classes", "flat", function, dict(two, labels=np.array([2, 1, 0, 3]))
        yield (
            "several true classes",
            "flat, hits kept",
            function,
            dict(two, labels=np.array([2, 1, 0, 3]), remove_accidental_hits=False),
        )
        yield "several true classes", "num_true missing", function, dict(two, num_true=1)
        yield "wrong shapes", "num_true too large", function, dict(two, labels=IDS[:, np.newaxis])
        yield "wrong shapes", "three of two", function, dict(two, labels=np.array([[2, 1, 1], [0, 3, 3]]))


def dense_labels():
    for function in DENSE:
        y, good = label_of(function), GOOD[function][label_of(function)]
        for dtype in ("int8", "uint8", "int32", "int64", "bool", "float64"):
            yield "labels of another dtype", dtype, function, {y: good.astype(dtype)}
        yield "Python lists", y, function, {y: good.tolist()}
        yield "Python lists", f"{y}, whole", function, {y: good.astype(int).tolist()}
        yield "soft labels", "halves", function, {y: SOFT}
        thirds = np.full((2, 3), 0.333, "float32")
        yield "rounded soft labels", "0.333", function, {y: thirds}
        yield "rounded soft labels", "0.998", function, {y: np.array([[0.998, 0.0, 0.0], [0.0, 1.0, 0.0]], "float32")}
        yield (
            "rounded soft labels",
            "1.004",
            function,
            {y: np.array([[0.334, 0.335, 0.335], [0.0, 1.0, 0.0]], "float32")},
        )
        yield "rounded soft labels", "float64", function, {y: np.array([[0.333, 0.333, 0.333], [0.143, 0.286, 0.571]])}
        for total, row in ((0.98, [0.98, 0, 0]), (0.6, [0.2, 0.2, 0.2]), (2, [1, 1, 0]), (0, [0, 0, 0])):
            labels = np.array([row, [0, 1, 0]], "float32")
            kind = "rows of zeros" if total == 0 else "labels that do not sum to one"
            yield kind, f"{total}", function, {y: labels}
            if function in REDUCED:
                ndim = 2 if function not in SOFTMAX else 1
                weights = np.array([0.0, 1.0], "float32")
                weights = weights if ndim == 1 or "contrib" in function else weights[:, np.newaxis]
                yield kind, f"{total}, weight 0", function, {y: labels, "weights": weights}
                if "contrib" not in function:
                    yield (
                        kind,
                        f"{total}, weight 0, not reduced",
                        function,
                        {y: labels, "weights": weights, "reduction": "none"},
                    )
        yield "rows of zeros", "all", function, {y: np.zeros((2, 3), "float32")}
        if function in REDUCED:
            yield "rows of zeros", "all, weights 0", function, {y: np.zeros((2, 3), "float32"), "weights": 0.0}
        for what, labels in {
            "-1 and 1": [[-1, -1, 1], [1, -1, -1]],
            "0 and 255": [[0, 0, 255], [255, 0, 0]],
            "percent": [[10, 20, 70], [100, 0, 0]],
            "1.5": [[1.5, 0, 0], [0, 1, 0]],
            "-0.5": [[1.5, -0.5, 0], [0, 1, 0]],
            "ids": [[0, 2, 1], [2, 1, 0]],
        }.items():
            yield "labels outside [0, 1]", what, function, {y: np.array(labels, "float32")}
        for value in (NAN, INF):
            labels = good.copy()
            labels[0, 0] = value
            yield "labels that are not finite", str(value), function, {y: labels}
        yield "class indices for dense labels", "[batch]", function, {y: IDS}
        yield "class indices for dense labels", "[batch], float", function, {y: IDS.astype("float32")}
        yield "class indices for dense labels", "[batch, 1]", function, {y: IDS[:, np.newaxis].astype("float32")}
        yield "labels and outputs that broadcast", "[1, classes]", function, {y: good[:1]}
        yield "labels and outputs that broadcast", "[classes]", function, {y: good[0]}
        yield "labels and outputs that broadcast", "[batch, 1]", function, {y: np.ones((2, 1), "float32")}
        yield "labels and outputs that broadcast", "scalar", function, {y: np.float32(1)}
        yield (
            "labels and outputs that broadcast",
            "outputs [1, classes]",
            function,
            {output_of(function): GOOD[function][output_of(function)][:1]},
        )
        yield "wrong shapes", "transposed", function, {y: good.T}
        yield "wrong shapes", "two classes for three", function, {y: good[:, :2]}
        yield (
            "wrong shapes",
            "[batch] and [batch, 1]",
            function,
            both(function, np.array([1.0, 0.0], "float32"), GOOD[function][output_of(function)][:, :1]),
        )
        yield (
            "wrong shapes",
            "[batch, 1] and [batch]",
            function,
            both(function, np.array([[1.0], [0.0]], "float32"), GOOD[function][output_of(function)][:, 0]),
        )
        yield (
            "labels and outputs swapped",
            "by keyword",
            function,
            both(function, GOOD[function][output_of(function)], good),
        )
        yield "missing arguments", "labels None, too", function, {y: None}
    for function in SOFTMAX:
        one = both(function, np.array([[1.0], [0.0]], "float32"), LOGITS[:, :1])
        yield "a single class", "labels 1 and 0", function, one
        yield "a single class", "labels 1", function, both(function, np.ones((2, 1), "float32"), LOGITS[:, :1])
    for function in LOG + called("sigmoid_cross"):
        yield (
            "a single class",
            "[batch, 1]",
            function,
            both(function, np.array([[1.0], [0.0]], "float32"), GOOD[function][output_of(function)][:, :1]),
        )


def weights():
    for function in REDUCED:
        losses = (2,) if "softmax" in function else (2, 3)
        full = np.linspace(0.5, 2.0, int(np.prod(losses))).reshape(losses).astype("float32")
        for what, value in {
            "Python int": 2,
            "Python float": 0.5,
            "True": True,
            "False": False,
            "numpy scalar": np.float32(0.5),
            "numpy int": np.int64(3),
            "float64 for float32": full.astype("float64"),
            "int": np.ceil(full).astype(int),
            "int32": np.ceil(full).astype("int32"),
            "bool": full > 1,
            "list": full.tolist(),
            "list of int": np.ceil(full).astype(int).tolist(),
            "full": full,
            "[1]": np.array([0.5], "float32"),
            "[1, 1]": np.array([[0.5]], "float32"),
            "[batch]": np.array([0.5, 2.0], "float32"),
            "[batch, 1]": np.array([[0.5], [2.0]], "float32"),
            "[1, classes]": np.array([[0.5, 2.0, 1.0]], "float32"),
            "[classes]": np.array([0.5, 2.0, 1.0], "float32"),
            "[batch, classes]": np.linspace(0.5, 2.0, 6).reshape(2, 3).astype("float32"),
            "[batch, 1, 1]": np.array([[[0.5]], [[2.0]]], "float32"),
            "zeros": np.zeros_like(full),
            "zero": 0.0,
            "some zeros": full * (full > 1),
        }.items():
            yield "in-batch weights", what, function, {"weights": value}
        yield "weights None", "None", function, {"weights": None}
        for value in (-1.0, NAN, INF):
            kind = "negative weights" if value == -1 else "weights that are not finite"
            yield kind, str(value), function, {"weights": value}
            array = full.copy()
            array.flat[0] = value
            yield kind, f"an array with {value}", function, {"weights": array}
        yield "negative weights", "-0.0", function, {"weights": -0.0}
        yield "wrong shapes", "weights [5]", function, {"weights": np.ones(5, "float32")}
        yield "wrong shapes", "empty weights", function, {"weights": np.zeros(0, "float32")}
    for what, value in {
        "Python int": 2,
        "Python bool": True,
        "numpy float": np.float64(2.5),
        "numpy int": np.int64(2),
        "0-d": np.array(2.5, "float32"),
        "int array": np.array([1, 2, 3]),
        "int32 array": np.array([1, 2, 3], "int32"),
        "bool array": np.array([True, False, True]),
        "list": [1.0, 2.0, 0.5],
        "list of int": [1, 2, 3],
        "[classes]": np.array([1.0, 2.0, 0.5], "float32"),
        "[1, classes]": np.array([[1.0, 2.0, 0.5]], "float32"),
        "[batch, 1]": np.array([[1.0], [0.5]], "float32"),
        "[batch, classes]": np.linspace(0.5, 2.0, 6).reshape(2, 3).astype("float32"),
        "[1]": np.array([2.0], "float32"),
        "float64 for float32": np.array([1.0, 2.0, 0.5]),
        "0": 0,
        "0.0": 0.0,
        "zeros": np.zeros(3, "float32"),
    }.items():
        yield "weights of positives", what, WEIGHTED, {"pos_weight": value}
    yield "wrong shapes", "pos_weight [2]", WEIGHTED, {"pos_weight": np.ones(2, "float32")}
    yield "wrong shapes", "pos_weight that enlarges", WEIGHTED, {"pos_weight": np.ones((4, 2, 3), "float32")}
    yield "wrong shapes", "empty pos_weight", WEIGHTED, {"pos_weight": np.zeros(0, "float32")}
    for value in (-1.0, NAN, INF):
        kind = "negative weights" if value == -1 else "weights that are not finite"
        yield kind, f"pos_weight {value}", WEIGHTED, {"pos_weight": value}


def settings():
    for function in REDUCED:
        if "softmax" in function or "sigmoid" in function:
            if "sparse" in function:
                yield "unknown arguments", "label_smoothing", function, {"label_smoothing": 0.1}
                continue
            yield "booleans for numbers", "label_smoothing", function, {"label_smoothing": True}
            for value in (0, 1, 0.1, 0.0, 1.0, np.float32(0.25)):
                yield "label_smoothing", repr(value), function, {"label_smoothing": value}
            for value in (1.5, -0.1, NAN):
                yield "label_smoothing outside [0, 1]", repr(value), function, {"label_smoothing": value}
            labels = GOOD[function][label_of(function)]
            for dtype in ("int64", "bool"):
                yield (
                    "label_smoothing",
                    dtype,
                    function,
                    {"label_smoothing": 0.1, label_of(function): labels.astype(dtype)},
                )
            yield "label_smoothing", "None", function, {"label_smoothing": None}
    for function in IN_BATCH:
        for value in (
            "none",
            "weighted_sum",
            "weighted_sum_over_batch_size",
            "weighted_mean",
            "weighted_sum_by_nonzero_weights",
        ):
            yield "reductions", value, function, {"reduction": value}
        for value in ("mean", "sum", "none ", "NONE", None, "sum_over_batch_size", "auto"):
            yield "unknown reductions", repr(value), function, {"reduction": value}
        yield "reductions", "none, weights zero", function, {"reduction": "none", "weights": 0.0}
        yield "reductions", "mean, weights zero", function, {"reduction": "weighted_mean", "weights": 0.0}
    for function in LOG:
        yield "booleans for numbers", "epsilon", function, {"epsilon": True}
        for value in (1e-3, 1e-15, 1, np.float32(0.25), 0.5):
            yield "epsilon", repr(value), function, {"epsilon": value}
        for value in (0, 0.0, -0.1, NAN, INF, 1e-50):
            yield "epsilon that is not positive", repr(value), function, {"epsilon": value}
    for function in SIGMOID + LOG + SPARSE:
        if function not in REDUCED:
            yield "unknown arguments", "axis", function, {"axis": -1}
    for function in REDUCED:
        yield "unknown arguments", "name", function, {"name": "loss"}
    for function in (V1, WITH_AXIS[2], BY_KEYWORD[0], BY_KEYWORD[2]):
        yield "unknown arguments", "weights", function, {"weights": 1.0}


def tables():
    rows = np.concatenate([WEIGHTS, np.ones((5, 3), "float32")])
    for function in SAMPLED:
        values = SAMPLING["sampled_values"]
        padded = np.concatenate([BIASES, np.ones(5, "float32")])
        yield "larger tables", "both", function, {"weights": rows, "biases": padded}
        yield "larger tables", "weights", function, {"weights": rows}
        yield "larger tables", "biases", function, {"biases": padded}
        for strategy in ("mod", "div"):
            shards = [rows[i::3] for i in range(3)] if strategy == "mod" else np.array_split(rows, 3)
            yield (
                "larger tables",
                f"shards, {strategy}",
                function,
                {"weights": shards, "biases": padded, "partition_strategy": strategy},
            )
        unknown = (np.array([7, 3, 0, 5, 1, 13]), *values[1:])
        yield (
            "class indices out of range",
            "sampled, in a larger table",
            function,
            {"weights": rows, "biases": padded, "sampled_values": unknown},
        )
        yield (
            "class indices out of range",
            "labels, in a larger table",
            function,
            {"weights": rows, "biases": padded, "labels": np.array([[12], [0]])},
        )
        yield "smaller tables", "weights", function, {"weights": WEIGHTS[:10]}
        yield "smaller tables", "biases", function, {"biases": BIASES[:10]}
        yield "wrong shapes", "weights transposed", function, {"weights": WEIGHTS.T}
        yield "wrong shapes", "another dim", function, {"weights": WEIGHTS[:, :2]}
        yield "wrong shapes", "biases [classes, 1]", function, {"biases": BIASES[:, np.newaxis]}
        yield "wrong shapes", "inputs [dim]", function, {"inputs": LOGITS[0]}
        yield "wrong shapes", "inputs [batch, 1, dim]", function, {"inputs": LOGITS[:, np.newaxis]}
        yield "wrong shapes", "one input for two labels", function, {"inputs": LOGITS[:1]}
        yield "Python lists", "biases", function, {"biases": BIASES.tolist()}
        yield "Python lists", "weights", function, {"weights": WEIGHTS.tolist()}
        yield "float64", "weights alone", function, {"weights": WEIGHTS.astype("float64")}
        yield "float64", "inputs alone", function, {"inputs": LOGITS.astype("float64")}
        yield "float64", "counts alone", function, {"sampled_values": as_float64({"v": values})["v"]}
        yield "integer outputs", "weights", function, {"weights": WEIGHTS.astype(int)}
        masked = BIASES.copy()
        masked[5] = -INF
        yield "-inf as a mask", "in the biases", function, {"biases": masked}
        masked = BIASES.copy()
        masked[2] = -INF
        yield "-inf as a mask", "in the biases, of a true class", function, {"biases": masked}
        masked = BIASES.copy()
        masked[8] = NAN
        yield "NaN outputs", "in the biases, not looked up", function, {"biases": masked}
        # Samples.
        for what, true, sampled in (
            ("true [1, num_true]", TRUE_COUNT[:1], DRAWN_COUNT),
            ("true [num_true]", TRUE_COUNT[0], DRAWN_COUNT),
            ("true scalar", np.float32(0.5), DRAWN_COUNT),
            ("true Python number", 0.5, DRAWN_COUNT),
            ("sampled scalar", TRUE_COUNT, np.float32(0.5)),
            ("sampled [1]", TRUE_COUNT, DRAWN_COUNT[:1]),
            ("sampled [1, num_sampled]", TRUE_COUNT, DRAWN_COUNT[np.newaxis]),
            ("sampled [batch, num_sampled]", TRUE_COUNT, np.stack([DRAWN_COUNT, DRAWN_COUNT + 1])),
            ("sampled [batch, 1]", TRUE_COUNT, TRUE_COUNT),
            ("both Python numbers", 0.5, 0.5),
            ("lists", TRUE_COUNT.tolist(), DRAWN_COUNT.tolist()),
        ):
            yield "expected counts that broadcast", what, function, {"sampled_values": (DRAWN, true, sampled)}
        yield (
            "expected counts that enlarge",
            "true counts [batch]",
            function,
            {"sampled_values": (DRAWN, TRUE_COUNT[:, 0], DRAWN_COUNT)},
        )
        yield "wrong shapes", "sampled counts [5]", function, {"sampled_values": (DRAWN, TRUE_COUNT, DRAWN_COUNT[1:])}
        yield (
            "wrong shapes",
            "sampled [1, num_sampled]",
            function,
            {"sampled_values": (DRAWN[np.newaxis], TRUE_COUNT, DRAWN_COUNT)},
        )
        for what, true, sampled in (
            ("0, true", TRUE_COUNT * 0, DRAWN_COUNT),
            ("0, sampled", TRUE_COUNT, DRAWN_COUNT * [[0], [1]][0]),
            ("-1, true", -TRUE_COUNT, DRAWN_COUNT),
            ("NaN, sampled", TRUE_COUNT, DRAWN_COUNT * np.float32(NAN)),
            ("inf, sampled", TRUE_COUNT, DRAWN_COUNT * np.float32(INF)),
        ):
            counts = (DRAWN, true.astype("float32"), sampled.astype("float32"))
            yield "expected counts that are not positive", what, function, {"sampled_values": counts}
        yield "sampled_values", "a list", function, {"sampled_values": list(values)}
        yield "sampled_values", "int32", function, {"sampled_values": (DRAWN.astype("int32"), *values[1:])}
        yield "sampled_values", "whole floats", function, {"sampled_values": (DRAWN.astype("float32"), *values[1:])}
        yield "sampled_values", "ids as a list", function, {"sampled_values": (DRAWN.tolist(), *values[1:])}
        yield "wrong sampled_values", "ids alone", function, {"sampled_values": DRAWN}
        yield "wrong sampled_values", "two", function, {"sampled_values": values[:2]}
        yield "class indices out of range", "sampled", function, {"sampled_values": (DRAWN + 10, *values[1:])}
        yield "num_sampled and sampled_values", "5 of 6", function, {"num_sampled": 5}
        yield "num_sampled and sampled_values", "7 of 6", function, {"num_sampled": 7}
        yield "num_sampled out of range", "12 of 11", function, {"num_sampled": 12, "sampled_values": None}
        yield "num_sampled out of range", "0", function, {"num_sampled": 0, "sampled_values": None}
        yield "numbers", "num_sampled float", function, {"num_sampled": 6.0}
        yield "numbers", "num_sampled numpy", function, {"num_sampled": np.int64(6)}
        yield "numbers", "num_classes float", function, {"num_classes": 11.0}
        yield "numbers", "num_classes numpy", function, {"num_classes": np.int32(11)}
        yield "numbers", "num_sampled float, drawn", function, {"num_sampled": 6.0, "sampled_values": None}
        yield "unknown partition_strategy", "row", function, {"partition_strategy": "row"}
        yield "partition_strategy", "div", function, {"partition_strategy": "div"}
        for value in (False, 0, 1):
            yield "remove_accidental_hits", repr(value), function, {"remove_accidental_hits": value}
        yield "weights None", "biases", function, {"biases": None}
    for function in called("rank_sampled"):
        yield "num_resampled out of range", "6 of 6", function, {"num_resampled": 6}
        yield "num_resampled out of range", "7 of 6", function, {"num_resampled": 7}
        yield "num_resampled out of range", "0 of 6", function, {"num_resampled": 0}
        for value in (1, 0.5, np.float32(2.0), np.array(2.0, "float32")):
            yield "resampling_temperature", repr(value), function, {"resampling_temperature": value}
        for value in (0, -1.0, NAN, INF):
            yield (
                "resampling_temperature that is not positive",
                repr(value),
                function,
                {"resampling_temperature": value},
            )


def samplers():
    hits = ["tf.nn.compute_accidental_hits"]
    for function in SAMPLERS + hits:
        good = GOOD[function]["true_classes"]
        yield "booleans as class indices", "true_classes", function, {"true_classes": good > 0}
        for dtype in ("int32", "uint8", "float32"):
            yield "true_classes of another dtype", dtype, function, {"true_classes": good.astype(dtype)}
        yield "Python lists", "true_classes", function, {"true_classes": good.tolist()}
        yield "wrong shapes", "true_classes [batch]", function, {"true_classes": good[:, 0]}
        yield "wrong shapes", "num_true 2", function, {"num_true": 2}
        yield (
            "several true classes",
            "num_true 2",
            function,
            {"num_true": 2, "true_classes": np.array([[2, 1], [0, 0]])},
        )
        yield "numbers", "num_true float", function, {"num_true": 1.0}
        if function in SAMPLERS:
            yield "numbers", "num_sampled float", function, {"num_sampled": 5.0}
            yield "numbers", "num_sampled numpy", function, {"num_sampled": np.int64(5)}
            yield "numbers", "unique 1", function, {"unique": 1}
            yield "seed", "None", function, {"seed": None}
            yield "seed", "negative", function, {"seed": -1}
            if "range_max" in GOOD[function]:
                yield "num_sampled out of range", "13 of 12, unique", function, {"num_sampled": 13, "unique": True}
                yield "num_sampled out of range", "0", function, {"num_sampled": 0}
                yield "num_sampled", "13 of 12, repeated", function, {"num_sampled": 13, "unique": False}
                if "unigram" in function:
                    continue  # TensorFlow reads and writes beyond its memory there, and the process ends
                yield "class indices out of range", "12 of 12", function, {"true_classes": np.array([[12], [0]])}
                yield "class indices out of range", "-1", function, {"true_classes": np.array([[-1], [0]])}
    yield "sampled_candidates", "int32", hits[0], {"sampled_candidates": DRAWN.astype("int32")}
    yield "sampled_candidates", "list", hits[0], {"sampled_candidates": DRAWN.tolist()}
    yield "wrong shapes", "sampled_candidates of rank 2", hits[0], {"sampled_candidates": DRAWN[np.newaxis]}
    yield "empty batches", "sampled_candidates", hits[0], {"sampled_candidates": np.zeros(0, "int64")}


class Caller(Archive):
    """Makes calls, and packs their arguments with what came back: numbers, NaN and errors."""

    def call(self, kind, what, function, args, kwargs):
        """Try the arrays as they are, then as tensors; keep the first that gives numbers, or else the first answer."""
        answers = []
        for everything in (False, True):
            try:
                answers.append(self.answer(function, args, kwargs, everything))
            except Exception as error:
                answers.append({"error": root(error)})
            if is_finite(answers[-1].get("value")):
                break
        finite = [answer for answer in answers if is_finite(answer.get("value"))]
        answer = (finite + answers)[0]
        if "value" not in answer and "value" in answers[-1]:
            answer = answers[-1]
        self.cases.append(
            {
                "function": function,
                "id": f"{kind}: {what}",
                "kind": kind,
                "args": [self.pack(arg) for arg in args],
                "kwargs": {name: self.pack(arg) for name, arg in kwargs.items()},
                "value": self.pack(answer.get("value")),
                "grads": {name: self.pack(g) for name, g in answer.get("grads", {}).items()},
                "error": answer.get("error"),
            }
        )
        return answer

    @staticmethod
    def answer(function, args, kwargs, everything):
        """Value and gradients; what can be differentiated, or `everything`, is fed through placeholders."""
        names = list(inspect.signature(find(function)).parameters)
        given = dict(zip(names, args), **kwargs)
        with tf.Graph().as_default():
            feed = {}
            tensors = {
                name: feed_tensors(arg, feed) if everything or is_floating(arg) else arg for name, arg in given.items()
            }
            value = find(function)(*[tensors[name] for name in names[: len(args)]], **{n: tensors[n] for n in kwargs})
            wanted = [n for n in given if n in GRADIENTS and is_floating(given[n])]
            slopes = {n: gradient(value, tensors[n]) for n in wanted}
            slopes = {n: g for n, g in slopes.items() if g is not None}
            with plain_session() as session:
                value, slopes = session.run((value, slopes), feed)
        return {"value": tuple(value) if isinstance(value, (list, tuple)) else value, "grads": slopes}

    def pack(self, item):
        if isinstance(item, np.generic):
            return ["scalar", *self.stored(item)[:2]]
        return self.stored(item) if isinstance(item, np.ndarray) else super().pack(item)


# What a loss may be differentiated by.
GRADIENTS = {"logits", "predictions", "inputs", "losses", "labels", "targets", "weights", "biases"}


def is_floating(arg):
    """Whether an argument is an array of floating-point numbers, or a list of such arrays."""
    arrays = arg if isinstance(arg, list) and arg else [arg]
    return all(isinstance(a, np.ndarray) and a.dtype.kind == "f" for a in arrays)


def is_finite(value):
    if value is None:
        return False
    return all(np.isfinite(part).all() for part in (value if isinstance(value, tuple) else [value]))


def root(error):
    """The name of an error's class: TensorFlow's own are called by their code."""
    return type(error).__name__


def main():
    assert tf.__version__ == "1.15.5", tf.__version__
    caller = Caller()
    counts = collections.Counter()
    for call in calls():
        print(*call[:3], file=sys.stderr, flush=True)  # TensorFlow ends the process where it finds a bug of its own
        answer = caller.call(*call)
        counts["error" if "error" in answer else "numbers" if is_finite(answer["value"]) else "NaN or infinity"] += 1
    path = os.path.join(GOLDEN, "calls.npz")
    caller.write(path, tensorflow=tf.__version__)
    print(len(caller.cases), "calls:", dict(counts), os.path.getsize(path), "bytes")


if __name__ == "__main__":
    main()
