"""Records what TensorFlow 1.15.5 computes: writes tensorflow1.npz and signatures.json into xentedu/golden/.

    python3.7 -m pip install -r requirements-tensorflow1.txt
    python3.7 make_tensorflow1.py

Runs on Python 3.7, the last one TensorFlow 1.15 supports. Two runs write the same bytes.
xentedu/golden/README.md says how the cases are built and what the file holds.
"""

import collections
import inspect
import itertools
import json
import os
import zlib

import numpy as np
import tensorflow as tf
from archive import FLOATS, GOLDEN, Archive

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)

SEED = 20151109  # added to a hash of each array's name: a new case leaves the others unchanged

MAGNITUDES = (1, 30, 500)
SHAPES = ((6,), (4, 5), (2, 3, 4))
REDUCTIONS = (
    "none",
    "weighted_sum",
    "weighted_sum_over_batch_size",
    "weighted_mean",
    "weighted_sum_by_nonzero_weights",
)

# Both sides of every point where float32 or float64 changes regime: where 1 + exp(-x) rounds to 1
# (16.6, 36.7), where exp(-x) turns subnormal (87.3, 708.4) and zero (103.9, 745.1).
EXTREMES = (1e-30, 1e-8, 1e-4, 1.0, 16.5, 16.7, 36.6, 36.8, 87.0, 89.0, 103.0, 105.0)
EXTREMES += (708.0, 710.0, 745.0, 746.0, 1000.0)

FUNCTIONS = (
    "tf.nn.sigmoid",
    "tf.nn.softmax",
    "tf.nn.log_softmax",
    "tf.nn.sigmoid_cross_entropy_with_logits",
    "tf.nn.weighted_cross_entropy_with_logits",
    "tf.nn.softmax_cross_entropy_with_logits",
    "tf.nn.softmax_cross_entropy_with_logits_v2",
    "tf.nn.sparse_softmax_cross_entropy_with_logits",
    "tf.nn.sampled_softmax_loss",
    "tf.nn.nce_loss",
    "tf.nn.log_uniform_candidate_sampler",
    "tf.nn.uniform_candidate_sampler",
    "tf.nn.learned_unigram_candidate_sampler",
    "tf.nn.fixed_unigram_candidate_sampler",
    "tf.nn.all_candidate_sampler",
    "tf.nn.compute_accidental_hits",
    "tf.losses.sigmoid_cross_entropy",
    "tf.losses.softmax_cross_entropy",
    "tf.losses.sparse_softmax_cross_entropy",
    "tf.losses.log_loss",
    "tf.losses.compute_weighted_loss",
    "tf.contrib.losses.softmax_cross_entropy",
    "tf.contrib.losses.sigmoid_cross_entropy",
    "tf.contrib.losses.sparse_softmax_cross_entropy",
    "tf.contrib.losses.log_loss",
    "tf.contrib.losses.compute_weighted_loss",
    "tf.contrib.nn.rank_sampled_softmax_loss",
    "tf.contrib.nn.sampled_sparse_softmax_loss",
    "tf.contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits",
    "tf.contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits",
    "tf.contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits",
)

# These two call the class axis `dim`. (The first one lists `axis` as well, but raises "Cannot
# specify both 'dim' and 'axis'" whenever it is given, since its `dim` defaults to -1.)
# The cases say `axis` throughout, as every other function does.
CALLED_DIM = (
    "tf.nn.softmax_cross_entropy_with_logits",
    "tf.contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits",
)


def find(dotted):
    """The function that a dotted name such as `tf.nn.softmax` names."""
    found = tf
    for part in dotted.split(".")[1:]:
        found = getattr(found, part)
    return found


# TensorFlow's formula subtracts numbers near 500 here, and loses digits: it is off by 8e-6.
CANCELLED = ("tf.nn.weighted_cross_entropy_with_logits", "float32-4x5-m500-soft-scalar")


class Recorder(Archive):
    """Runs TensorFlow functions, and records arguments, values and gradients."""

    def record(self, function, case_id, args, differentiate=True):
        """Runs one case: the value, and the gradient of its sum into every tensor argument."""
        with tf.Graph().as_default():
            feed, tensors = {}, {}
            for name, arg in args.items():
                tensors[name] = feed_tensors(arg, feed)
            value = find(function)(**for_tensorflow(function, tensors))
            wanted = [n for n in args if contains_array(args[n])] if differentiate else []
            slopes = {n: gradient(value, tensors[n]) for n in wanted}
            none = [n for n in wanted if slopes[n] is None]
            slopes = {n: g for n, g in slopes.items() if g is not None}
            with plain_session() as session:
                value, slopes = session.run((value, slopes), feed)
        self.store(function, case_id, args, value, slopes, none)

    def store(self, function, case_id, args, value, slopes=None, none=()):
        if (function, case_id) == CANCELLED:
            case_id = "quirk-" + case_id
        case = {
            "function": function,
            "id": case_id,
            "args": {name: self.pack(arg) for name, arg in args.items()},
            "value": self.pack(tuple(value) if isinstance(value, (list, tuple)) else value),
            "grads": {name: self.pack(g) for name, g in (slopes or {}).items()},
            "no_grad": sorted(none),
        }
        self.cases.append(case)


def for_tensorflow(function, args):
    args = dict(args)
    if function in CALLED_DIM and "axis" in args:
        args["dim"] = args.pop("axis")
    if args.get("vocab_file"):
        args["vocab_file"] = os.path.join(GOLDEN, args["vocab_file"])
    return args


def contains_array(arg):
    arrays = arg if isinstance(arg, (list, tuple)) else [arg]
    return any(isinstance(a, np.ndarray) for a in arrays)


def feed_tensors(arg, feed):
    """Placeholders in place of arrays: nothing is then folded away as a constant."""
    if isinstance(arg, (list, tuple)):
        return type(arg)(feed_tensors(a, feed) for a in arg)
    if not isinstance(arg, np.ndarray):
        return arg
    tensor = tf.compat.v1.placeholder(arg.dtype, arg.shape)
    feed[tensor] = arg
    return tensor


def gradient(value, tensors):
    """tf.gradients, dense, or None where TensorFlow passes none to any of `tensors`."""
    several = isinstance(tensors, (list, tuple))
    slopes = tf.gradients(value, list(tensors) if several else [tensors])
    slopes = [None if g is None else tf.convert_to_tensor(g) for g in slopes]
    if all(g is None for g in slopes):
        return None
    return slopes if several else slopes[0]


def plain_session():
    """A session that runs each function's operations on the CPU as the function wrote them.

    One thread, since the order of a sum decides its last bit. No graph optimizer: it turns
    log_loss's `1 - predictions + epsilon` into `(1 + epsilon) - predictions`, which in float32
    is 1.2e-7 in place of 1e-7 where a prediction is 1. Eager execution has no such optimizer.
    """
    config = tf.compat.v1.ConfigProto(
        intra_op_parallelism_threads=1, inter_op_parallelism_threads=1, device_count={"GPU": 0}
    )
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return tf.compat.v1.Session(config=config)


# Arrays. Each has its own generator, seeded by its name.


def random_state(name):
    return np.random.RandomState((SEED + zlib.crc32(name.encode("ascii"))) % 2**32)


def uniform(name, shape, dtype, low=-1.0, high=1.0):
    return random_state(f"{name} {shape}").uniform(low, high, shape).astype(dtype)


def logits_of(shape, dtype, magnitude):
    return uniform(f"logits {magnitude}", shape, dtype, -magnitude, magnitude)


def class_labels(shape, num_classes, dtype="int64"):
    name = f"class labels {shape} {num_classes}"
    return np.asarray(random_state(name).randint(num_classes, size=shape)).astype(dtype)


def one_hot(shape, dtype, axis=-1):
    outer = tuple(np.delete(shape, axis))
    rows = np.eye(shape[axis])[class_labels(outer, shape[axis])]
    return np.ascontiguousarray(np.moveaxis(rows, -1, axis)).astype(dtype)


def soft_labels(shape, dtype, axis=-1):
    """Distributions along `axis`; the first is exactly a half, a half and zeros."""
    size = shape[axis]
    outer = tuple(np.delete(shape, axis))
    rows = random_state(f"soft {shape} {axis}").dirichlet(np.ones(size), outer)
    if outer:
        rows.reshape(-1, size)[0] = [0.5, 0.5] + [0.0] * (size - 2)
    return np.ascontiguousarray(np.moveaxis(rows, -1, axis)).astype(dtype)


def multi_hot(shape, dtype):
    return random_state(f"multi-hot {shape}").randint(2, size=shape).astype(dtype)


def unit_interval(name, shape, dtype):
    """Numbers in [0, 1], with 0, 1 and 0.5 exactly among them."""
    numbers = uniform(name, shape, "float64", 0.02, 0.98)
    numbers.flat[:5] = [0.0, 1.0, 0.5, 0.0, 1.0]
    return numbers.astype(dtype)


def dimensions(shape):
    return "x".join(map(str, shape)) if shape else "scalar"


def with_(args, **more):
    args = collections.OrderedDict(args)
    args.update(more)
    return args


# The families.


def activations(record):
    for dtype, magnitude, shape in itertools.product(FLOATS, MAGNITUDES, SHAPES):
        case_id = f"{dtype}-{dimensions(shape)}-m{magnitude}"
        x = logits_of(shape, dtype, magnitude)
        record("tf.nn.sigmoid", case_id, {"x": x})
        for axis in (-1, 0, 1):
            if axis < len(shape):
                args = {"logits": x, "axis": axis}
                axis_id = f"{case_id}-axis{axis}"
                # The probabilities sum to one, so the gradient of their sum is only rounding.
                record("tf.nn.softmax", axis_id, args, differentiate=False)
                record("tf.nn.log_softmax", axis_id, args)
    for dtype in FLOATS:
        x = np.array([0.0] + list(EXTREMES) + [-e for e in EXTREMES], dtype)
        record("tf.nn.sigmoid", dtype + "-extremes", {"x": x})
        pairs = np.stack([x, np.zeros_like(x)], axis=1)
        record("tf.nn.softmax", dtype + "-extremes", {"logits": pairs}, differentiate=False)
        record("tf.nn.log_softmax", dtype + "-extremes", {"logits": pairs})


def sigmoid_losses(record):
    plain = "tf.nn.sigmoid_cross_entropy_with_logits"
    flipped = "tf.contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits"
    weighted = "tf.nn.weighted_cross_entropy_with_logits"
    for dtype, magnitude, shape in itertools.product(FLOATS, MAGNITUDES, SHAPES):
        logits = logits_of(shape, dtype, magnitude)
        kinds = {"hard": multi_hot(shape, dtype), "soft": unit_interval("labels", shape, dtype)}
        for kind, labels in sorted(kinds.items()):
            case_id = f"{dtype}-{dimensions(shape)}-m{magnitude}-{kind}"
            args = {"labels": labels, "logits": logits}
            record(plain, case_id, args)
            if kind == "soft":
                record(flipped, case_id, {"logits": logits, "targets": labels})
            pos_weights = {
                "float": 2.5,
                "scalar": np.array(0.3, dtype),
                "class": uniform("pos_weight", shape[-1:], dtype, 0.2, 5.0),
            }
            for name, pos_weight in sorted(pos_weights.items()):
                record(weighted, f"{case_id}-{name}", with_(args, pos_weight=pos_weight))
    for dtype in FLOATS:
        x = np.array(EXTREMES + tuple(-e for e in EXTREMES), dtype)
        for label in (0.0, 0.5, 1.0):
            args = {"labels": np.full_like(x, label), "logits": x}
            case_id = f"{dtype}-extremes-label{label:g}"
            record(plain, case_id, args)
            record(weighted, case_id, with_(args, pos_weight=np.array(3.0, dtype)))
        labels = np.array([0.0, 0.25, 0.5, 1.0], dtype)
        args = {"labels": labels, "logits": np.zeros_like(labels)}
        record(plain, dtype + "-zero-logits", args)
        # Here |x| and relu(-x) are differentiated as if flat at 0: the true gradient is
        # (1 - labels) - (1 + (pos_weight - 1) * labels) / 2, TensorFlow's lacks the second term.
        case_id = f"quirk-{dtype}-zero-logits"
        record(weighted, case_id, with_(args, pos_weight=np.array(3.0, dtype)))
        case_id = f"{dtype}-pos_weight-one"
        args = {
            "labels": unit_interval("labels", (4, 5), dtype),
            "logits": logits_of((4, 5), dtype, 1),
        }
        record(weighted, case_id, with_(args, pos_weight=1.0))


def softmax_losses(record):
    names = (
        "tf.nn.softmax_cross_entropy_with_logits",
        "tf.nn.softmax_cross_entropy_with_logits_v2",
        "tf.contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits",
    )
    for name, dtype, magnitude, shape in itertools.product(names, FLOATS, MAGNITUDES, SHAPES):
        logits = logits_of(shape, dtype, magnitude)
        for axis, kind in itertools.product((-1, 0, 1, 2), ("onehot", "soft")):
            if axis >= len(shape):
                continue
            make = one_hot if kind == "onehot" else soft_labels
            args = {"labels": make(shape, dtype, axis), "logits": logits}
            case_id = f"{dtype}-{dimensions(shape)}-m{magnitude}-{kind}"
            if axis != -1:
                case_id += f"-axis{axis}"
                args["axis"] = axis
            record(name, case_id, args)
    for name, dtype in itertools.product(names, FLOATS):
        logits = np.array([[x, 0.0, -x] for x in EXTREMES], dtype)
        for column in (0, 2):
            labels = np.zeros_like(logits)
            labels[:, column] = 1.0
            args = {"labels": labels, "logits": logits}
            record(name, f"{dtype}-extremes-class{column}", args)
        labels = np.full_like(logits, 0.25)
        labels[:, 1] = 0.5
        record(name, f"{dtype}-extremes-soft", {"labels": labels, "logits": logits})


def sparse_losses(record):
    names = (
        "tf.nn.sparse_softmax_cross_entropy_with_logits",
        "tf.contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits",
    )
    for name, dtype, magnitude, shape in itertools.product(names, FLOATS, MAGNITUDES, SHAPES):
        logits = logits_of(shape, dtype, magnitude)
        for integer in ("int32", "int64"):
            labels = class_labels(shape[:-1], shape[-1], integer)
            case_id = f"{dtype}-{dimensions(shape)}-m{magnitude}-{integer}"
            record(name, case_id, {"labels": labels, "logits": logits})
    for name, dtype, column in itertools.product(names, FLOATS, (0, 2)):
        logits = np.array([[x, 0.0, -x] for x in EXTREMES], dtype)
        labels = np.full(len(EXTREMES), column, "int64")
        case_id = f"{dtype}-extremes-class{column}"
        record(name, case_id, {"labels": labels, "logits": logits})


def in_batch_weights(shape, dtype):
    """(name, weights) for losses of `shape`: every shape that tf.losses broadcasts, and zeros."""
    yield "float", 2.5
    yield "float-zero", 0.0
    yield "scalar", np.array(2.5, dtype)
    yield "scalar-zero", np.array(0.0, dtype)
    for kept in itertools.product((False, True), repeat=len(shape)):
        if not shape:
            continue
        sizes = tuple(d if keep else 1 for d, keep in zip(shape, kept))
        full = uniform("weights", sizes, dtype, 0.2, 3.0)
        yield dimensions(sizes), full
        if any(kept[:1]):
            yield dimensions(sizes) + "-some-zero", drop_some(full)
    if shape:
        yield "all-zero", np.zeros(shape, dtype)


def prefix_weights(shape, dtype):
    """(name, weights) for losses of `shape`: tf.contrib.losses aligns weights on the left."""
    yield "float", 2.5
    yield "float-zero", 0.0
    yield "scalar", np.array(2.5, dtype)
    yield "scalar-zero", np.array(0.0, dtype)
    for rank in range(1, len(shape) + 1):
        sizes = shape[:rank]
        full = uniform("weights", sizes, dtype, 0.2, 3.0)
        yield dimensions(sizes), full
        yield dimensions(sizes) + "-some-zero", drop_some(full)
        yield dimensions(sizes) + "-all-zero", np.zeros_like(full)
        column = full[..., np.newaxis]
        yield dimensions(column.shape), column
    # Broadcast over the batch, but counted once: the sum is divided by too small a number.
    yield "quirk-1", uniform("weights", (1,), dtype, 0.2, 3.0)
    if len(shape) > 1:
        yield "quirk-1x1", uniform("weights", (1, 1), dtype, 0.2, 3.0)
        sizes = (1, *shape[1:])
        yield "quirk-" + dimensions(sizes), uniform("weights", sizes, dtype, 0.2, 3.0)


def drop_some(weights):
    weights = weights.copy()
    weights.flat[::3] = 0.0
    return weights


def loss_families(dtype, shape, magnitude):
    """(function, args, shape of its losses), without weights, for logits of `shape`."""
    logits = logits_of(shape, dtype, magnitude)
    yield (
        "sigmoid_cross_entropy",
        {"multi_class_labels": unit_interval("labels", shape, dtype), "logits": logits},
        shape,
    )
    yield (
        "softmax_cross_entropy",
        {"onehot_labels": soft_labels(shape, dtype), "logits": logits},
        shape[:-1],
    )
    yield (
        "sparse_softmax_cross_entropy",
        {"labels": class_labels(shape[:-1], shape[-1]), "logits": logits},
        shape[:-1],
    )


def log_loss_args(dtype, shape):
    return {
        "labels": unit_interval("labels", shape, dtype),
        "predictions": unit_interval("predictions", shape, dtype)[..., ::-1].copy(),
    }


def reduced_losses(record):
    """tf.losses: every shape of weights with every reduction, at magnitude 1."""
    for dtype in FLOATS:
        todo = list(loss_families(dtype, (4, 5), 1))
        todo += list(loss_families(dtype, (2, 3, 4), 1))[1:]
        todo.append(("log_loss", log_loss_args(dtype, (4, 5)), (4, 5)))
        for shape in ((), (6,), (4, 5), (2, 3, 4)):
            losses = uniform("losses", shape, dtype, 0.0, 4.0)
            todo.append(("compute_weighted_loss", {"losses": losses}, shape))
        for (name, args, shape), reduction in itertools.product(todo, REDUCTIONS):
            name = "tf.losses." + name
            args = with_(args, reduction=reduction)
            case_id = f"{dtype}-{dimensions(shape)}-{reduction}"
            record(name, case_id, args)
            for kind, weights in in_batch_weights(shape, dtype):
                weights_id = f"{case_id}-weights-{kind}"
                record(name, weights_id, with_(args, weights=weights))
    for reduction in REDUCTIONS:
        args = {
            "losses": uniform("losses", (6,), "float32", 0.0, 4.0),
            "weights": np.array([1, 0, 2, 3, 0, 1], "int32"),
            "reduction": reduction,
        }
        record("tf.losses.compute_weighted_loss", f"float32-6-{reduction}-weights-int32", args)


def smoothed_losses(record):
    """tf.losses and tf.contrib.losses: magnitudes, ranks, label smoothing, integer labels."""
    for dtype, magnitude, shape in itertools.product(FLOATS, MAGNITUDES, SHAPES):
        size_id = f"{dtype}-{dimensions(shape)}-m{magnitude}"
        for name, args, losses in loss_families(dtype, shape, magnitude):
            if name.startswith("sparse"):
                record("tf.losses." + name, size_id, args)
                if len(shape) == 2:
                    record("tf.contrib.losses." + name, size_id, args)
                continue
            for smoothing in (0, 0.1, 1.0):
                smooth = with_(args, label_smoothing=smoothing)
                case_id = f"{size_id}-smoothing{smoothing:g}"
                record("tf.losses." + name, case_id, smooth)
                if losses and (name.startswith("sigmoid") or len(shape) == 2):
                    record("tf.contrib.losses." + name, case_id, smooth)
                if losses:
                    reduced = with_(
                        smooth,
                        reduction="none",
                        weights=uniform("weights", losses, dtype, 0.2, 3.0),
                    )
                    record("tf.losses." + name, case_id + "-weighted-none", reduced)
    for dtype, integer in itertools.product(FLOATS, ("int32", "int64")):
        case_id = f"{dtype}-4x5-labels-{integer}"
        logits = logits_of((4, 5), dtype, 30)
        for package, smoothing in itertools.product(("losses", "contrib.losses"), (0, 0.1)):
            smooth_id = f"{case_id}-smoothing{smoothing:g}"
            args = {"logits": logits, "label_smoothing": smoothing}
            labels = one_hot((4, 5), integer)
            name = f"tf.{package}.softmax_cross_entropy"
            record(name, smooth_id, with_(args, onehot_labels=labels))
            labels = multi_hot((4, 5), integer)
            name = f"tf.{package}.sigmoid_cross_entropy"
            record(name, smooth_id, with_(args, multi_class_labels=labels))


def column_labels(record):
    """Labels and weights with a last dimension of one, which the sparse losses squeeze."""
    for dtype, integer in itertools.product(FLOATS, ("int32", "int64")):
        flat = {"labels": class_labels((4,), 5, integer), "logits": logits_of((4, 5), dtype, 1)}
        column = with_(flat, labels=flat["labels"][:, np.newaxis])
        weights = uniform("weights", (4,), dtype, 0.2, 3.0)
        for package in ("losses", "contrib.losses"):
            name = f"tf.{package}.sparse_softmax_cross_entropy"
            case_id = f"{dtype}-{integer}"
            record(name, case_id, flat)
            record(name, case_id + "-column", column)
            record(name, case_id + "-column-weights-4", with_(column, weights=weights))
            columns = with_(column, weights=weights[:, np.newaxis])
            record(name, case_id + "-column-weights-4x1", columns)
            columns = with_(flat, weights=weights[:, np.newaxis])
            record(name, case_id + "-weights-4x1", columns)


def log_losses(record):
    """Probabilities and the epsilon that guards their logarithms, in both packages."""
    for dtype, shape in itertools.product(FLOATS, SHAPES):
        soft = log_loss_args(dtype, shape)
        hard = with_(soft, labels=multi_hot(shape, dtype))
        whole = with_(soft, labels=multi_hot(shape, "int64"))
        kinds = (("soft", soft), ("hard", hard), ("int64", whole))
        for package, (kind, args) in itertools.product(("losses", "contrib.losses"), kinds):
            name = f"tf.{package}.log_loss"
            case_id = f"{dtype}-{dimensions(shape)}-{kind}"
            record(name, case_id, args)
            for epsilon in (1e-3, 1e-15):
                # 1e-15 vanishes beside 1 in float32; beside 0 it does not.
                record(name, f"{case_id}-epsilon{epsilon:g}", with_(args, epsilon=epsilon))


def contrib_losses(record):
    """tf.contrib.losses: weights of every shape; the only reduction is by nonzero weights."""
    for dtype in FLOATS:
        todo = list(loss_families(dtype, (4, 5), 1))
        todo += list(loss_families(dtype, (2, 3, 4), 1))[:2]
        todo.append(("log_loss", log_loss_args(dtype, (4, 5)), (4, 5)))
        for name, args, shape in todo:
            name = "tf.contrib.losses." + name
            for kind, weights in prefix_weights(shape, dtype):
                quirk, kind = ("quirk-", kind[6:]) if kind.startswith("quirk-") else ("", kind)
                case_id = f"{quirk}{dtype}-{dimensions(shape)}-weights-{kind}"
                record(name, case_id, with_(args, weights=weights))
        # The number of classes is read from dimension 1, which at rank 3 is not the class axis:
        # smoothed labels then sum to 1 - 0.1 + 4 * 0.1 / 3.
        shape = (2, 3, 4)
        args = {"logits": logits_of(shape, dtype, 1), "onehot_labels": soft_labels(shape, dtype)}
        name = "tf.contrib.losses.softmax_cross_entropy"
        record(name, f"{dtype}-2x3x4-smoothing0", args)
        record(name, f"quirk-{dtype}-2x3x4-smoothing0.1", with_(args, label_smoothing=0.1))


NUM_CLASSES = 11  # not divisible by 3: the shards differ in length

# Each has labels among its samples. Those with three true classes name one class twice in a row.
SAMPLES = {
    1: ([[3], [0], [10], [3]], [3, 7, 0, 5, 9]),
    3: ([[3, 0, 8], [0, 1, 2], [10, 10, 4], [6, 7, 5]], [3, 7, 0, 5, 10, 9]),
}


def sampled_problem(dtype, magnitude, num_true, sampled=None, counts=None, labels_dtype="int64"):
    labels, drawn = SAMPLES[num_true]
    sampled = np.array(drawn if sampled is None else sampled, "int64")
    labels = np.array(labels, labels_dtype)
    # Every class has its own expected count. Were they equal, log Q would cancel in the softmax,
    # and a loss that forgot it would pass. They are float32 as samplers give them; TensorFlow
    # wants them in the dtype of inputs, so they are cast.
    if counts is None:
        counts = uniform("expected counts", (NUM_CLASSES,), "float32", 0.05, 2.0)
    counts = counts.astype(dtype)
    return {
        "weights": uniform("class weights", (NUM_CLASSES, 3), dtype),
        "biases": uniform("biases", (NUM_CLASSES,), dtype, -magnitude, magnitude),
        "labels": labels,
        "inputs": uniform("inputs", (4, 3), dtype, -magnitude, magnitude),
        "num_sampled": len(sampled),
        "num_classes": NUM_CLASSES,
        "num_true": num_true,
        "sampled_values": (sampled, counts[labels], counts[sampled]),
    }


def shards(array, strategy, count=3):
    """`array` cut as TensorFlow's embedding lookup expects it."""
    if strategy == "mod":
        return [array[i::count].copy() for i in range(count)]
    return np.array_split(array, count)  # the first ones take what does not divide


def sharded(args, strategy, biases=False):
    args = with_(args, weights=shards(args["weights"], strategy), partition_strategy=strategy)
    if biases:
        args["biases"] = shards(args["biases"], strategy)
    return args


def sampled_losses(record):
    rank = "tf.contrib.nn.rank_sampled_softmax_loss"
    sparse = "tf.contrib.nn.sampled_sparse_softmax_loss"
    names = ("tf.nn.sampled_softmax_loss", "tf.nn.nce_loss", sparse, rank)

    def run(name, case_id, args, hits):
        args = with_(args, remove_accidental_hits=hits)
        if name == sparse:
            args.pop("num_true")  # it is always one
        if name == rank:
            args["num_resampled"] = args["num_sampled"] - 2
            args.setdefault("resampling_temperature", 1.0)
            args.setdefault("partition_strategy", "mod")
        record(name, case_id, args)

    for name, dtype, num_true, hits in itertools.product(names, FLOATS, (1, 3), (False, True)):
        if name == sparse and num_true > 1:
            continue
        tail = "true{}-{}".format(num_true, "hits-removed" if hits else "hits-kept")
        for magnitude in MAGNITUDES:
            args = sampled_problem(dtype, magnitude, num_true)
            run(name, f"{dtype}-m{magnitude}-{tail}", args, hits)
        args = sampled_problem(dtype, 1, num_true)
        case_id = f"{dtype}-{tail}"
        for strategy in ("mod", "div"):
            run(name, f"{case_id}-3-shards-{strategy}", sharded(args, strategy), hits)
        whole = with_(args, partition_strategy="div")
        run(name, case_id + "-whole-div", whole, hits)
        if hits:
            for strategy in ("mod", "div"):
                both = sharded(args, strategy, biases=True)
                run(name, f"{case_id}-biases-3-shards-{strategy}", both, hits)
        with_repeats = [3, 7, 3, 0, 5]  # as drawn with unique=False
        args = sampled_problem(dtype, 1, num_true, with_repeats)
        # Of several samples of one class, only the last is taken out as an accidental hit.
        quirk = "quirk-" if hits else ""
        run(name, f"{quirk}{case_id}-repeated-samples", args, hits)
        args = sampled_problem(dtype, 1, num_true, labels_dtype="int32")
        run(name, case_id + "-labels-int32", args, hits)
        # Every class sampled, each expected once, hits removed: with one true class this is the
        # full softmax, or the sum of the sigmoid losses.
        every = sampled_problem(dtype, 1, num_true, range(NUM_CLASSES), np.ones(NUM_CLASSES))
        run(name, case_id + "-every-class", every, hits)
        if name == rank:
            for temperature in (0.1, 3.0, 10.0):  # 10 keeps another class than 3
                args = sampled_problem(dtype, 1, num_true)
                args["resampling_temperature"] = temperature
                run(name, f"{case_id}-temperature{temperature:g}", args, hits)
            args["resampling_temperature"] = np.array(0.5, dtype)
            run(name, case_id + "-temperature-tensor", args, hits)


def candidate_samplers(record):
    small = {1: np.array([[0], [3], [11]]), 3: np.array([[0, 1, 2], [3, 3, 7], [11, 10, 4]])}
    plain = ("log_uniform", "uniform", "learned_unigram")
    for num_true, unique, seed in itertools.product((1, 3), (False, True), (1, 20)):
        args = {
            "true_classes": small[num_true],
            "num_true": num_true,
            "num_sampled": 5,
            "unique": unique,
            "range_max": 12,
            "seed": seed,
        }
        tail = "true{}-{}-seed{}".format(num_true, "unique" if unique else "repeats", seed)
        for name in plain:
            name = f"tf.nn.{name}_candidate_sampler"
            record(name, "5-of-12-" + tail, args, differentiate=False)
            every = with_(args, num_sampled=12)
            record(name, "12-of-12-" + tail, every, differentiate=False)
            large = with_(args, num_sampled=40, range_max=5000)
            record(name, "40-of-5000-" + tail, large, differentiate=False)
        name = "tf.nn.fixed_unigram_candidate_sampler"
        halves = small[num_true] // 2
        counts = [30.0, 20.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
        fixed = with_(args, unigrams=counts)
        variants = {
            "unigrams": fixed,
            "distortion0.75": with_(fixed, distortion=0.75),
            "distortion0": with_(fixed, distortion=0.0),
            "reserved2": with_(
                fixed,
                num_reserved_ids=2,
                unigrams=counts[:10],
                true_classes=halves + 2,
            ),
            "vocab-file": with_(args, vocab_file="unigrams.csv", range_max=8, true_classes=halves),
            # A shard numbers its own classes from 0, and range_max must count those alone.
            "shard1-of-2": with_(fixed, num_shards=2, shard=1, range_max=6, true_classes=halves),
        }
        for kind, variant in sorted(variants.items()):
            record(name, f"{kind}-{tail}", variant, differentiate=False)
    for num_true, unique in itertools.product((1, 3), (False, True)):
        args = {
            "true_classes": small[num_true],
            "num_true": num_true,
            "num_sampled": 12,
            "unique": unique,
        }
        case_id = "true{}-{}".format(num_true, "unique" if unique else "repeats")
        record("tf.nn.all_candidate_sampler", case_id, args, differentiate=False)


def learned_unigram_memory(recorder):
    """The learned unigram sampler remembers the true classes that it has seen.

    Three calls of one sampler: `true_classes` is a list of three arrays, and the value is a tuple
    of three times (candidates, true expected count, sampled expected count).
    """
    name = "tf.nn.learned_unigram_candidate_sampler"
    batches = [np.array([[4], [4], [1]]), np.array([[4], [2], [4]]), np.array([[0], [4], [5]])]
    for unique in (False, True):
        settings = {"num_true": 1, "num_sampled": 4, "unique": unique, "range_max": 6, "seed": 7}
        with tf.Graph().as_default(), plain_session() as session:
            true_classes = tf.compat.v1.placeholder("int64", [3, 1])
            outcome = find(name)(true_classes, **settings)
            values = [tuple(session.run(outcome, {true_classes: b})) for b in batches]
        case_id = "three-calls-" + ("unique" if unique else "repeats")
        args = with_(settings, true_classes=batches)
        recorder.store(name, case_id, args, tuple(values))


def accidental_hits(record):
    problems = {
        "true1": SAMPLES[1],
        "true3-repeated-label": SAMPLES[3],
        "true1-none": ([[1], [2]], [3, 4, 5]),
        "quirk-true1-repeated-samples": ([[3], [0]], [3, 7, 3, 0]),
        "true2-all": ([[1, 2], [2, 1]], [2, 1]),
    }
    for case_id, (labels, sampled) in sorted(problems.items()):
        args = {
            "true_classes": np.array(labels),
            "sampled_candidates": np.array(sampled),
            "num_true": len(labels[0]),
        }
        record("tf.nn.compute_accidental_hits", case_id, args, differentiate=False)


def signatures():
    """Each function's arguments with the repr of their defaults, null where there is none."""
    found = collections.OrderedDict()
    for name in FUNCTIONS:
        found[name] = [
            [p.name, None if p.default is p.empty else repr(p.default)]
            for p in inspect.signature(find(name)).parameters.values()
        ]
    members = vars(tf.losses.Reduction)
    found["tf.losses.Reduction"] = collections.OrderedDict(
        (key, members[key]) for key in sorted(members) if key.isupper()
    )
    return found


def main():
    assert tf.__version__ == "1.15.5", tf.__version__
    recorder = Recorder()
    families = (
        activations,
        sigmoid_losses,
        softmax_losses,
        sparse_losses,
        reduced_losses,
        smoothed_losses,
        column_labels,
        log_losses,
        contrib_losses,
        sampled_losses,
        candidate_samplers,
        accidental_hits,
    )
    for family in families:
        family(recorder.record)
    learned_unigram_memory(recorder)

    path = os.path.join(GOLDEN, "tensorflow1.npz")
    recorder.write(path, tensorflow=tf.__version__)
    with open(os.path.join(GOLDEN, "signatures.json"), "w", encoding="utf-8") as out:
        lines = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in signatures().items()]
        out.write("{\n" + ",\n".join(lines) + "\n}\n")

    counts = collections.Counter(case["function"] for case in recorder.cases)
    for name in FUNCTIONS:
        print(f"{counts.pop(name):5d}  {name}")
    assert not counts, counts
    print(f"{len(recorder.cases):5d}  cases, {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
