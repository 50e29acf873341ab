"""Validators: one rule each, with an error that says what was expected and what was received.

A validator names the argument. The name of the function that the learner called is put in front of it
by :func:`named_errors`, so that ``losses.softmax_cross_entropy`` never complains in the name of a function inside it.
An error that no validator made is a bug, and keeps its text and its traceback.
"""

import functools
import math

import numpy as np

# How far from one the probabilities of an example may sum: rounding, and no more.
_SUM_TOLERANCE = {np.dtype(np.float16): 5e-3, np.dtype(np.float32): 1e-4, np.dtype(np.float64): 1e-6}
# What the sampled and the blockwise losses call the logits that they make.
PRODUCT = "inputs @ weights.T + biases"
# The largest number of each dtype.
_LARGEST = {dtype: float(np.finfo(dtype).max) for dtype in _SUM_TOLERANCE}
# What to compute in where a dtype is too small.
_WIDER = {np.dtype(np.float16): "float32", np.dtype(np.float32): "float64"}


def named_errors(function):
    """Put ``function``'s name in front of the errors that validators raise in it."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        try:
            return called(function, args, kwargs)
        except (ValueError, TypeError) as error:
            if not hasattr(error, "about_arguments"):
                raise
            raise about_arguments(type(error)(f"{function.__name__}: {error}")) from None

    return wrapper


def called(function, args, kwargs):
    """Return what ``function`` returns; an error of the call itself, such as a missing argument, is marked as one."""
    try:
        return function(*args, **kwargs)
    except TypeError as error:
        if error.__traceback__.tb_next is None:  # no frame below this one: the function was not entered
            about_arguments(error)
        raise


def problem(kind, name, expected, received, meant=""):
    """Return an exception of type ``kind``; every validator words its error here."""
    hint = f" Did you mean {meant}?" if meant else ""
    return about_arguments(kind(f"{name}: expected {expected}, received {received}.{hint}"))


def about_arguments(error):
    """Return an error with the mark of those that tell the caller about their arguments: all others are bugs."""
    error.about_arguments = True
    return error


def rectangular(name, value):
    """Return ``value`` as an array, and refuse rows of different lengths."""
    try:
        return np.asarray(value)
    except ValueError:
        raise problem(ValueError, name, "rows of equal length", "rows of different lengths") from None


def floating(name, value):
    """Return ``value`` as a floating-point array: lists become float64, float16 is widened to float32.

    Integer *arrays* are refused, as TensorFlow refuses them; a list such as ``[2, 1, 0]`` has no dtype of its own.
    """
    array = floating_as_given(name, value)
    if array.size == 0:
        raise problem(ValueError, name, "at least one element", f"an empty array of shape {array.shape}")
    return array.astype(np.float32) if array.dtype == np.float16 else array


def floating_as_given(name, value):
    """Return ``value`` as a floating-point array, of which nothing was read and, if it is an array, nothing copied."""
    array = rectangular(name, value)
    if array.dtype.kind in "iubf" and not hasattr(value, "dtype"):
        array = array.astype(np.float64)
    if array.dtype not in _SUM_TOLERANCE:
        raise problem(TypeError, name, "floating-point numbers (float16, float32 or float64)", array.dtype)
    return array


def extremes(array):
    """Return the smallest and the largest number of an array; both are NaN where it has one."""
    return np.minimum.reduce(array, axis=None), np.maximum.reduce(array, axis=None)


def are_finite(lowest, highest):
    """Return whether an array is finite whose smallest and largest numbers are these; NaN would be both."""
    return math.isfinite(lowest) and math.isfinite(highest)


def finite(name, array, first=0):
    """Refuse NaN and infinity. Where ``array`` is but a run of an argument's rows, ``first`` is the first of them."""
    if not are_finite(*extremes(array)):
        bad = np.argwhere(~np.isfinite(array))[0]
        where = f" at index {[int(bad[0]) + first, *bad[1:].tolist()]}" if array.ndim else ""
        raise problem(ValueError, name, "finite numbers", f"{array[tuple(bad)]}{where}")


def have_differences(lowest, highest):
    """Return whether all numbers of an array differ finitely whose smallest and largest are these; False for NaN.

    Halves are subtracted, so that nothing overflows here.
    """
    return float(highest) / 2 - float(lowest) / 2 <= _LARGEST[highest.dtype] / 2


def differences(name, array, axis):
    """Refuse numbers that are not finite, or that are too far apart along ``axis`` for their dtype.

    A softmax sees nothing of its logits but their differences, and so does its loss.
    """
    if have_differences(*extremes(array)):
        return
    finite(name, array)
    lowest, highest = array.min(axis), array.max(axis)
    for low, high in zip(np.ravel(lowest), np.ravel(highest)):
        if not have_differences(low, high):
            expected = f"numbers that differ by no more than {_holds(array.dtype)}"
            raise problem(ValueError, name, expected, f"{high:.3g} and {low:.3g}", _WIDER.get(array.dtype, ""))


def sure_to_differ(array):
    """Return whether the differences of an array's numbers are finite wherever a softmax loss of it is: in one pass.

    The loss is not finite if a number is NaN or infinity. What it may not show is a number very far below the others.
    """
    return np.minimum.reduce(array, axis=None) > -_LARGEST[array.dtype] / 2


def representable(name, result):
    """Return a result, and refuse one that is too large for its dtype though all arguments were finite."""
    if result.size and not are_finite(*extremes(result)):
        expected = f"numbers no larger than {_holds(result.dtype)}"
        received = np.ravel(result)[~np.isfinite(np.ravel(result))][0]
        raise problem(ValueError, name, expected, received, _WIDER.get(result.dtype, ""))
    return result


def _holds(dtype):
    """Return in words the largest number of a dtype."""
    return f"{dtype} can hold, {_LARGEST[dtype]:.3g}"


def cast(name, array, dtype):
    """Return ``array`` in ``dtype``, and refuse a number that is too large for it."""
    if dtype.itemsize >= array.itemsize:
        return array.astype(dtype, copy=False)
    with np.errstate(over="ignore"):
        return representable(name, array.astype(dtype))


def in_dtype_of(argument, name, result):
    """Return ``result`` in the dtype in which ``argument`` came: lists are float64, float16 was widened."""
    return cast(name, np.asarray(result), getattr(argument, "dtype", np.dtype(np.float64)))[()]


def logits_array(value, name="logits", min_rank=0):
    """Return logits: floating, finite, of at least ``min_rank`` dimensions."""
    logits = logits_unchecked(value, name, min_rank)
    finite(name, logits)
    return logits


def logits_unchecked(value, name="logits", min_rank=0):
    """Return logits as :func:`logits_array` does, but leave it to a loss that reads them to find out if one is NaN."""
    logits = floating(name, value)
    if logits.ndim < min_rank:
        raise problem(ValueError, name, f"an array of rank {min_rank} or more", f"shape {logits.shape}")
    return logits


def dense_labels(value, logits, *, name="labels", like="logits", meant="", rounding=0):
    """Return labels in [0, 1], of the shape of ``logits`` and in their dtype; ``rounding`` may take them above 1."""
    labels = dense_labels_unchecked(value, logits, name=name, like=like, meant=meant)
    if not in_unit_interval(labels, rounding):
        # Written so that NaN, of which every comparison is False, is among the wrong ones.
        wrong = labels[~((labels >= 0) & (labels <= 1 + rounding))].flat[0]
        raise problem(ValueError, name, "numbers in [0, 1]", wrong, meant if labels.dtype.kind in "iu" else "")
    return labels.astype(logits.dtype, copy=False)


def dense_labels_unchecked(value, logits, *, name="labels", like="logits", meant=""):
    """Return labels of the shape of ``logits``, in a dtype of their own, and leave it to a loss to find a wrong one."""
    labels = rectangular(name, value)
    if labels.dtype.kind not in "fiub":
        raise problem(TypeError, name, "numbers in [0, 1]", labels.dtype)
    if labels.shape != logits.shape:
        hint = ""
        if logits.shape == (*labels.shape, 1):
            hint = f"numpy.expand_dims({name}, -1)"
        elif labels.shape in [logits.shape[:k] + logits.shape[k + 1 :] for k in range(logits.ndim)]:
            hint = meant  # one label for each example: class ids
        raise problem(ValueError, name, f"the shape of {like}, {logits.shape}", f"shape {labels.shape}", hint)
    return labels


def in_unit_interval(labels, rounding=0):
    """Return whether all numbers lie in [0, 1], but for ``rounding`` above; NaN does not."""
    lowest, highest = extremes(labels)
    return lowest >= 0 and highest - rounding <= 1


def _sum_tolerance(received_dtype):
    return _SUM_TOLERANCE.get(np.dtype(received_dtype), 1e-6)


def sums_to_one(
    name,
    labels,
    axis,
    received_dtype,
    independent="sigmoid_cross_entropy_with_logits",
):
    """Refuse labels that are no probability distribution along ``axis``."""
    total = labels.sum(axis=axis, dtype=np.float64)
    off = np.abs(total - 1)
    if off.max() > _sum_tolerance(received_dtype):
        worst = np.atleast_1d(total).flat[off.argmax()]
        meant = ""
        if labels.shape[axis] == 1:
            meant = f"{independent}, for a single logit: a softmax of it is always one"
        elif worst > 1:
            meant = f"{independent}, for labels that are not exclusive"
        expected = "labels that sum to one over the classes"
        raise problem(ValueError, name, expected, f"a sum of {worst:.6g}", meant)


def class_ids(
    value,
    num_classes,
    shape,
    *,
    name="labels",
    dense="softmax_cross_entropy_with_logits_v2",
    independent="sigmoid_cross_entropy_with_logits",
):
    """Return integer class ids of ``shape``, each in [0, ``num_classes``)."""
    ids = rectangular(name, value)
    if ids.dtype.kind not in "iu":
        meant = f"{dense}, which takes one-hot labels and probabilities" if dense and ids.dtype.kind == "f" else ""
        raise problem(TypeError, name, "integer class ids", ids.dtype, meant)
    if ids.shape != shape:
        meant = ""
        if dense and ids.ndim == len(shape) + 1 and ids.shape[-1] == num_classes:
            meant = f"{dense}, which takes one-hot labels"
        elif ids.shape == (*shape, 1):
            meant = f"numpy.squeeze({name}, -1)"
        raise problem(ValueError, name, f"class ids of shape {shape}", f"shape {ids.shape}", meant)
    lowest, highest = extremes(ids)
    if lowest < 0 or highest >= num_classes:
        wrong = ids[(ids < 0) | (ids >= num_classes)].flat[0]
        meant = ""
        if num_classes == 1 and dense:
            meant = f"{independent}, for a single logit: a softmax of it is always one"
        elif wrong == num_classes and lowest >= 1:
            meant = f"{name} - 1: ids start at zero"
        raise problem(ValueError, name, f"class ids from 0 to {num_classes - 1}", wrong, meant)
    return ids


def distributions(value, logits, axis, *, name="labels", like="logits", meant="", **independent):
    """Return labels that sum to one along ``axis``, of the shape of ``logits`` and in their dtype."""
    dtype = getattr(value, "dtype", np.float64)
    labels = dense_labels(value, logits, name=name, like=like, meant=meant, rounding=_sum_tolerance(dtype))
    sums_to_one(name, labels, axis, dtype, **independent)
    return labels


def probabilities(value, name, *, min_rank=0, meant=""):
    """Return floating-point numbers in [0, 1], of at least ``min_rank`` dimensions."""
    array = logits_array(value, name, min_rank)
    if array.min() < 0 or array.max() > 1:
        wrong = array[(array < 0) | (array > 1)].flat[0]
        raise problem(ValueError, name, "probabilities, in [0, 1]", wrong, meant)
    return array


def class_logits(value, axis, name="logits", min_rank=1):
    """Return logits that compete along ``axis`` in a softmax, and the axis as a number from 0."""
    logits = logits_unchecked(value, name, min_rank)
    axis = class_axis(axis, logits.ndim)
    differences(name, logits, axis)
    return logits, axis


def class_axis(axis, rank):
    """Return ``axis`` as a number from 0 to ``rank`` - 1."""
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)):
        raise problem(TypeError, "axis", "an integer", repr(axis))
    if not -rank <= axis < rank:
        raise problem(ValueError, "axis", f"an axis from {-rank} to {rank - 1}", axis)
    return int(axis) % rank


def broadcastable(name, array, shape, like):
    """Refuse an array that does not broadcast to ``shape`` without making it larger."""
    try:
        fits = np.broadcast_shapes(array.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise problem(ValueError, name, f"a shape that broadcasts to that of {like}, {shape}", f"shape {array.shape}")


def same_rank_or_scalar(name, array, shape, like):
    """Refuse an array that is no scalar and whose axes are not each of length one or that of ``shape``.

    NumPy would align a shorter shape on the right; TensorFlow's in-batch weights must have as many axes as the losses.
    """
    if array.ndim and (array.ndim != len(shape) or any(a not in (1, b) for a, b in zip(array.shape, shape))):
        expected = f"a scalar, or {len(shape)} axes, each of length 1 or that of {like}, {shape}"
        columns = array.shape + (1,) * (len(shape) - array.ndim)
        fits = array.ndim < len(shape) and all(a in (1, b) for a, b in zip(columns, shape))
        meant = f"{name} reshaped to {columns}" if fits else ""
        raise problem(ValueError, name, expected, f"shape {array.shape}", meant)


def leading_axes(name, array, shape, like):
    """Refuse an array whose axes are not each of length one or that of ``shape``, counted from the left."""
    if array.ndim > len(shape) or any(a not in (1, b) for a, b in zip(array.shape, shape)):
        raise problem(ValueError, name, f"the leading axes of {like}, {shape}", f"shape {array.shape}")


def weights_array(value, dtype, name="weights"):
    """Return in-batch weights in ``dtype``: numbers of any kind, finite and not negative."""
    array = rectangular(name, value)
    if array.dtype.kind not in "fiub":
        raise problem(TypeError, name, "numbers", array.dtype)
    if array.size == 0:
        raise problem(ValueError, name, "at least one element", f"an empty array of shape {array.shape}")
    non_negative(name, array)
    return cast(name, array, dtype)


def non_negative(name, array):
    """Refuse negative and non-finite numbers."""
    finite(name, array)
    if array.min() < 0:
        raise problem(ValueError, name, "non-negative numbers", array.min())


def positive(name, array):
    """Refuse numbers that are zero, negative or not finite."""
    finite(name, array)
    if array.min() <= 0:
        raise problem(ValueError, name, "positive numbers", array.min())


def number(name, value, low, high=np.inf, *, low_included=True):
    """Return a real, finite number from ``low`` to ``high`` as a ``float``."""
    if np.ndim(value) or np.asarray(value).dtype.kind not in "fiu":
        raise problem(TypeError, name, "a number", repr(value))
    inside = (low <= value if low_included else low < value) and value <= high
    if not inside or value == np.inf:
        above = f"of {low} or more" if low_included else f"above {low}"
        expected = f"a finite number {above}" if high == np.inf else f"a number in [{low}, {high}]"
        raise problem(ValueError, name, expected, value)
    return float(value)


def whole_number(name, value, low=1, high=None, *, why=""):
    """Return an integer from ``low`` to ``high``, as an ``int``."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise problem(TypeError, name, "an integer", repr(value))
    if value < low or (high is not None and value > high):
        span = f"an integer of {low} or more" if high is None else f"an integer from {low} to {high}"
        raise problem(ValueError, name, span + (f" ({why})" if why else ""), value)
    return int(value)


def one_of(name, value, choices):
    """Refuse a value that is not among ``choices``."""
    if value not in choices:
        raise problem(ValueError, name, "one of " + ", ".join(map(repr, choices)), repr(value))


def label_columns(value, num_true, num_classes, name="labels"):
    """Return class ids of shape [batch, ``num_true``]: one column for each true class of an example."""
    ids = rectangular(name, value)
    shape = (len(ids) if ids.ndim else 1, num_true)
    if ids.ndim != 2 or ids.shape != shape:
        expected = f"class ids of shape [batch, num_true] = [batch, {num_true}]"
        meant = f"{name}[:, numpy.newaxis]" if ids.ndim == 1 and num_true == 1 else ""
        raise problem(ValueError, name, expected, f"shape {ids.shape}", meant)
    if ids.size == 0:
        raise problem(ValueError, name, "at least one element", f"an empty array of shape {ids.shape}")
    return class_ids(ids, num_classes, shape, name=name, dense="").astype(np.int64)


def same_length(name, array, other_name, other):
    """Refuse arrays that count different numbers of examples."""
    if len(array) != len(other):
        expected = f"as many examples as {other_name}, {len(other)}"
        raise problem(ValueError, name, expected, f"{len(array)}, in an array of shape {array.shape}")


def sampled_values(values, labels_shape, num_sampled, num_classes):
    """Return sampled class ids, and the expected counts of the true and of the sampled classes: all positive."""
    if not isinstance(values, (tuple, list)) or len(values) != 3:
        expected = "what a candidate sampler returns: (sampled_candidates, true_expected_count, sampled_expected_count)"
        received = f"{len(values)} values" if isinstance(values, (tuple, list)) else type(values).__name__
        raise problem(TypeError, "sampled_values", expected, received)
    ids = class_ids(values[0], num_classes, (num_sampled,), name="sampled_values: sampled_candidates", dense="")
    counts = []
    for part, value, shape in zip(("true", "sampled"), values[1:], (labels_shape, (num_sampled,))):
        name = f"sampled_values: {part}_expected_count"
        count = floating(name, value)
        if count.shape != shape:
            raise problem(ValueError, name, f"shape {shape}", f"shape {count.shape}")
        positive(name, count)
        counts.append(count)
    return ids.astype(np.int64), *counts
