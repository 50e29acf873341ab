"""Validators: one rule each, with an error that says what was expected and what was received.

A validator names the argument. :mod:`xentedu.calling` puts the name of the function that the learner called before its
error, so that ``losses.softmax_cross_entropy`` never complains in the name of a function inside it, and a hint after
it. An error that does not come from a validator is a bug, and keeps its text and its traceback.
"""

import math

import numpy as np

# How far from one the probabilities of an example may sum: labels that were rounded to two or three digits.
SUM_TOLERANCE = 5e-3
# What the sampled and the blockwise losses call the logits that they make.
PRODUCT = "inputs @ weights.T + biases"
# The largest number of each floating-point dtype, and of bfloat16, which is not NumPy's own: JAX brings it.
_LARGEST = {np.dtype(name): float(np.finfo(name).max) for name in ("float16", "float32", "float64")}
_LARGEST_BFLOAT16 = 3.3895e38
# For each dtype, half the distance from its largest number to the number before, less a little. A sum of the largest
# and a number below this one rounds to the largest, and does not overflow.
_LOST_IN_LARGEST = {dtype: float(np.finfo(dtype).eps) * largest / 4 for dtype, largest in _LARGEST.items()}


# Errors, arrays and their dtypes.


def problem(kind, name, expected, received):
    """Return an exception of type ``kind``; every validator words its error here.

    It carries the argument's name, which tells it from a bug.
    """
    error = kind(f"{name}: expected {expected}, received {received}.")
    error.argument = name.partition("[")[0].partition(":")[0]
    return error


def array_of(name, value):
    """Return ``value`` as an array, without copying one, and refuse rows of different lengths and masked numbers."""
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        received = "a masked array, and what lies under its mask would count"
        raise problem(ValueError, name, "an array without masked numbers", received)
    try:
        return np.asarray(value)
    except ValueError:
        raise problem(ValueError, name, "rows of equal length", "rows of different lengths") from None


def rectangular(name, value):
    """Return ``value`` as an array in which NumPy computes: bfloat16 becomes float32."""
    array = array_of(name, value)
    return array.astype(np.float32) if _is_bfloat16(array.dtype) else array


def dtype_of(value):
    """Return the dtype in which an argument came; float64 for lists and numbers, which have none of their own."""
    if isinstance(value, np.ndarray):
        return value.dtype
    return np.asarray(value).dtype if hasattr(value, "dtype") else np.dtype(np.float64)


def is_floating(value):
    """Return whether an argument is floating-point, so that a gradient may flow into it."""
    return _is_floating(dtype_of(value))


def _is_floating(dtype):
    return dtype in _LARGEST or _is_bfloat16(dtype)


def _is_bfloat16(dtype):
    """Return whether a dtype is bfloat16, which is known by its name alone."""
    return dtype.kind == "V" and dtype.name == "bfloat16"


def floating_dtype(name, dtype):
    """Return a dtype of floating-point numbers, given by itself or by its name."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = dtype
    if not isinstance(found, np.dtype) or not _is_floating(found):
        raise problem(TypeError, name, "a floating-point dtype", repr(dtype))
    return found


def floating(name, value, *, integers=False):
    """Return ``value`` as a floating-point array: lists become float64, float16 and bfloat16 are widened to float32.

    Integer *arrays* are refused, as TensorFlow refuses them, but where it casts them (``integers``) they become
    float64; a list such as ``[2, 1, 0]`` has no dtype of its own.
    """
    array = floating_as_given(name, value, integers=integers)
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    return array.astype(np.float32) if array.dtype.itemsize == 2 else array


def floating_as_given(name, value, *, integers=False):
    """Return ``value`` as a floating-point array, without reading the numbers of an array or copying it."""
    array = array_of(name, value)
    if array.dtype.kind in "iubf" and not hasattr(value, "dtype"):
        array = array.astype(np.float64)
    if integers and array.dtype.kind in "iub":
        return array
    if not _is_floating(array.dtype):
        raise problem(TypeError, name, "floating-point numbers (float16, float32 or float64)", array.dtype)
    return array


def cast(name, array, dtype):
    """Return ``array`` in ``dtype``, and refuse a number that is too large for it."""
    if dtype.itemsize >= array.itemsize:
        return array.astype(dtype, copy=False)
    with np.errstate(over="ignore"):
        result = array.astype(dtype)
    if not are_finite(*extremes(result)):
        representable(name, result[np.isfinite(array)])  # what is infinite already may be: the log of a masked class
    return result


def in_dtype_of(argument, name, result):
    """Return ``result`` in the dtype of a floating-point argument; lists and integers are answered in float64."""
    dtype = dtype_of(argument)
    return cast(name, np.asarray(result), dtype if _is_floating(dtype) else np.dtype(np.float64))[()]


# What a dtype can hold.


def extremes(array):
    """Return the smallest and the largest number of an array; both are NaN where it has one, zero where it is empty."""
    if not array.size:
        return array.dtype.type(0), array.dtype.type(0)
    return np.minimum.reduce(array, axis=None), np.maximum.reduce(array, axis=None)


def are_finite(lowest, highest):
    """Return whether an array with these extremes is finite; with NaN in it, both would be NaN."""
    return math.isfinite(lowest) and math.isfinite(highest)


def finite(name, array, first=0, *, masks=False):
    """Refuse NaN and infinity, but for -inf where it ``masks``.

    Where ``array`` is a slice of an argument's rows, ``first`` is the first of them.
    """
    lowest, highest = extremes(array)
    if are_finite(lowest, highest) or (masks and highest < np.inf):
        return
    wrong = ~np.isfinite(array)
    bad = np.argwhere(wrong & ~np.isneginf(array) if masks else wrong)[0]
    where = f" at index {[int(bad[0]) + first, *bad[1:].tolist()]}" if array.ndim else ""
    raise problem(ValueError, name, "finite numbers", f"{array[tuple(bad)]}{where}")


def not_nan(name, array):
    """Refuse NaN."""
    if np.isnan(extremes(array)[0]):
        finite(name, np.where(np.isinf(array), 0, array))


def representable(name, result):
    """Return a result, and refuse one that is too large for its dtype though all arguments were finite."""
    if not are_finite(*extremes(result)):
        expected = f"numbers no larger than {_holds(result.dtype)}"
        received = np.ravel(result)[~np.isfinite(np.ravel(result))][0]
        raise problem(ValueError, name, expected, received)
    return result


def _holds(dtype):
    """Return in words the largest number of a dtype."""
    return f"{dtype} can hold, {_LARGEST.get(dtype, _LARGEST_BFLOAT16):.3g}"


def non_negative(name, array):
    """Refuse negative and non-finite numbers."""
    finite(name, array)
    if extremes(array)[0] < 0:
        raise problem(ValueError, name, "non-negative numbers", array.min())


def positive(name, array):
    """Refuse numbers that are zero, negative or not finite."""
    finite(name, array)
    if array.size and array.min() <= 0:
        raise problem(ValueError, name, "positive numbers", array.min())


# Logits.


def logits_array(value, name="logits", min_rank=0, **integers):
    """Return logits: floating, finite, of at least ``min_rank`` dimensions."""
    logits = logits_unchecked(value, name, min_rank, **integers)
    finite(name, logits)
    return logits


def logits_unchecked(value, name="logits", min_rank=0, **integers):
    """Return logits as :func:`logits_array` does, but leave it to a loss that reads them to find out if one is NaN."""
    logits = floating(name, value, **integers)
    if logits.ndim < min_rank:
        raise problem(ValueError, name, f"an array of rank {min_rank} or more", f"shape {logits.shape}")
    return logits


def class_logits(value, axis, name="logits", min_rank=1, **masks):
    """Return logits that compete along ``axis`` in a softmax, and the axis as a number from 0."""
    logits = logits_unchecked(value, name, min_rank)
    axis = class_axis(axis, logits.ndim)
    some_classes(name, logits, axis)
    differences(name, logits, axis, **masks)
    return logits, axis


def some_classes(name, logits, axis=-1):
    """Refuse logits of no class."""
    if logits.shape[axis] == 0:
        raise problem(ValueError, name, "at least one class", f"shape {logits.shape}")


def class_axis(axis, rank):
    """Return ``axis`` as a number from 0 to ``rank`` - 1."""
    axis = whole_number("axis", axis, -np.inf)
    if not -rank <= axis < rank:
        raise problem(ValueError, "axis", f"an axis from {-rank} to {rank - 1}", axis)
    return axis % rank


def have_differences(lowest, highest):
    """Return whether an array whose extremes are these has only finite differences; False for NaN."""
    return float(highest) - float(lowest) <= _LARGEST[highest.dtype]  # Python's floats overflow without a warning


def differences(name, array, axis, *, masks=False):
    """Refuse numbers that are not finite, or that are too far apart along ``axis`` for their dtype.

    A softmax sees nothing of its logits but their differences, and so does its loss. With ``masks``, -inf takes a class
    out of the softmax; one class must be left.
    """
    if have_differences(*extremes(array)):
        return
    if masks:
        some_unmasked(name, array, axis)
    else:
        finite(name, array)
    highest = np.ravel(array.max(axis))
    lowest = np.ravel(np.where(np.isneginf(array), np.inf, array).min(axis))  # of what is not masked
    far = highest / 2 - lowest / 2 > _LARGEST[array.dtype] / 2
    if far.any():
        expected = f"numbers that differ by no more than {_holds(array.dtype)}"
        raise problem(ValueError, name, expected, f"{highest[far][0]:.3g} and {lowest[far][0]:.3g}")


def some_unmasked(name, array, axis):
    """Refuse NaN and +inf, and an example whose classes are all masked by -inf."""
    if are_finite(*extremes(array)):
        return
    finite(name, array, masks=True)
    if np.isneginf(array.max(axis)).any():
        raise problem(ValueError, name, "a class that is not masked", "-inf for every class of an example")


def unmasked_labels(name, logits, ids):
    """Refuse an example whose own class is masked by -inf: its loss would be infinite."""
    if np.isneginf(np.take_along_axis(logits, ids[..., np.newaxis], -1)).any():
        raise problem(ValueError, name, "a label whose class is not masked", "-inf for the class of a label")


def sound_rows(rows, row_max, true_logit):
    """Return True if rows of logits pass :func:`differences`, with masks, and :func:`unmasked_labels`; False if unsure.

    The loss has found the largest logit of each row already, and that of its label, and mostly these suffice. NaN and
    +inf show in the largest; a masked label, or a row that is masked as a whole, shows in the label's. And the smallest
    logit that is not a mask is at least -LARGEST, which is too far only from a logit that is not lost in LARGEST.
    """
    # Where the extreme of a few numbers is, NumPy finds sooner than the extreme. What is NaN compares as False.
    lost = row_max.item(row_max.argmax()) < _LOST_IN_LARGEST[rows.dtype]
    if lost and true_logit.item(true_logit.argmin()) > -math.inf:
        return True
    with np.errstate(invalid="ignore"):
        return bool((row_max / 2 - rows.min(axis=1) / 2 <= _LARGEST[rows.dtype] / 2).all())


# Probabilities and labels.


def probabilities(value, name, *, min_rank=0, **integers):
    """Return floating-point numbers in [0, 1], of at least ``min_rank`` dimensions."""
    array = logits_array(value, name, min_rank, **integers)
    lowest, highest = extremes(array)
    if lowest < 0 or highest > 1:
        wrong = array[(array < 0) | (array > 1)].flat[0]
        raise problem(ValueError, name, "probabilities, in [0, 1]", wrong)
    return array


def dense_labels(value, logits, *, name="labels", like="logits", rounding=0):
    """Return labels in [0, 1], of the shape of ``logits`` and in their dtype; ``rounding`` may take them above 1."""
    labels = dense_labels_unchecked(value, logits, name=name, like=like)
    if not in_unit_interval(labels, rounding):
        # Written so that NaN, for which every comparison is False, counts as wrong.
        wrong = labels[~((labels >= 0) & (labels <= 1 + rounding))].flat[0]
        raise problem(ValueError, name, "numbers in [0, 1]", wrong)
    return labels.astype(logits.dtype, copy=False)


def dense_labels_unchecked(value, logits, *, name="labels", like="logits"):
    """Return labels of the shape of ``logits``, in a dtype of their own, and leave it to a loss to find a wrong one."""
    labels = rectangular(name, value)
    if labels.dtype.kind not in "fiub":
        raise problem(TypeError, name, "numbers in [0, 1]", labels.dtype)
    if labels.shape != logits.shape:
        raise problem(ValueError, name, f"the shape of {like}, {logits.shape}", f"shape {labels.shape}")
    return labels


def in_unit_interval(labels, rounding=0):
    """Return whether all numbers lie in [0, 1], but for ``rounding`` above; NaN does not."""
    lowest, highest = extremes(labels)
    return lowest >= 0 and highest - rounding <= 1


def distributions(value, logits, axis, *, name="labels", like="logits", counted=None):
    """Return labels that sum to one along ``axis``, of the shape of ``logits`` and in their dtype."""
    labels = dense_labels(value, logits, name=name, like=like, rounding=SUM_TOLERANCE)
    sums_to_one(name, labels, axis, counted)
    return labels


def sums_to_one(name, labels, axis, counted=None):
    """Refuse labels that are not a probability distribution along ``axis``.

    ``counted`` returns which examples have a weight that is not zero: the others are not checked.
    """
    total = labels.sum(axis=axis, dtype=np.float64)
    off = np.abs(total - 1)
    if extremes(off)[1] > SUM_TOLERANCE:
        off = off if counted is None else np.where(counted(), off, 0)
        if extremes(off)[1] > SUM_TOLERANCE:
            worst = np.atleast_1d(total).flat[off.argmax()]
            raise problem(ValueError, name, "labels that sum to one over the classes", f"a sum of {worst:.6g}")


def class_indices(value, num_classes, shape, *, name="labels", floats=False):
    """Return integer class indices of ``shape``, each in [0, ``num_classes``); of whole ``floats`` too, if so."""
    ids = rectangular(name, value)
    if ids.dtype.kind == "f" and (floats or not ids.size) and (ids == np.trunc(ids)).all():
        with np.errstate(invalid="ignore"):  # a number that no integer holds becomes one that is out of range
            ids = ids.astype(np.int64)
    if ids.dtype.kind not in "iu":
        raise problem(TypeError, name, "integer class indices", ids.dtype)
    if ids.shape != shape:
        raise problem(ValueError, name, f"class indices of shape {shape}", f"shape {ids.shape}")
    if not _in_range(ids, num_classes):
        wrong = ids[(ids < 0) | (ids >= num_classes)].flat[0]
        raise problem(ValueError, name, f"class indices from 0 to {num_classes - 1}", wrong)
    return ids


def _in_range(ids, num_classes):
    """Return whether integers are from 0 to ``num_classes`` - 1.

    Where the extremes of a few numbers are, NumPy finds in a quarter of the time that it takes to find the extremes.
    """
    return not ids.size or (ids.item(ids.argmin()) >= 0 and ids.item(ids.argmax()) < num_classes)


def label_columns(value, num_true, num_classes, name="labels", *, flat=False, **floats):
    """Return class indices of shape [batch, ``num_true``]: one column for each true class of an example.

    ``flat`` takes them in one row too, as TensorFlow's sampled losses do where no accidental hit is removed.
    """
    ids = rectangular(name, value)
    if flat and ids.ndim == 1 and len(ids) % num_true == 0:
        ids = ids.reshape(-1, num_true)
    if ids.ndim != 2 or ids.shape[1] != num_true:
        expected = f"class indices of shape [batch, num_true] = [batch, {num_true}]"
        raise problem(ValueError, name, expected, f"shape {ids.shape}")
    return class_indices(ids, num_classes, ids.shape, name=name, **floats).astype(np.int64)


# Shapes, and in-batch weights.


def mean_axes(axis, rank):
    """Return the axes that a mean is taken over, as a tuple of numbers from 0: one, several, or all for None."""
    if axis is None:
        return tuple(range(rank))
    axes = tuple(class_axis(each, rank) for each in (axis if isinstance(axis, (tuple, list)) else [axis]))
    if len(set(axes)) < len(axes):
        raise problem(ValueError, "axis", "axes that differ from one another", axis)
    return axes


def broadcastable(name, array, shape, like):
    """Refuse an array that does not broadcast to ``shape`` without making it larger."""
    try:
        fits = np.broadcast_shapes(array.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise problem(ValueError, name, f"a shape that broadcasts to that of {like}, {shape}", f"shape {array.shape}")


def same_rank_or_scalar(name, array, shape, like):
    """Refuse an array that is not a scalar and does not have the axes of ``shape``, each of length one or that there.

    NumPy would align a shorter shape on the right; TensorFlow's in-batch weights must have as many axes as the losses.
    """
    if array.ndim and (array.ndim != len(shape) or any(a not in (1, b) for a, b in zip(array.shape, shape))):
        axes = "axis, of length 1" if len(shape) == 1 else "axes, each of length 1"
        expected = f"a scalar, or {len(shape)} {axes} or that of {like}, {shape}"
        raise problem(ValueError, name, expected, f"shape {array.shape}")


def leading_axes(name, array, shape, like):
    """Refuse an array whose axes are not each of length one or that of ``shape``, counted from the left."""
    if array.ndim > len(shape) or any(a not in (1, b) for a, b in zip(array.shape, shape)):
        raise problem(ValueError, name, f"the leading axes of {like}, {shape}", f"shape {array.shape}")


def weights_array(value, dtype, name="weights"):
    """Return in-batch weights in ``dtype``: numbers of any kind, finite and not negative."""
    array = rectangular(name, value)
    if array.dtype.kind not in "fiub":
        raise problem(TypeError, name, "numbers", array.dtype)
    non_negative(name, array)
    return cast(name, array, dtype)


# Single numbers and names.


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
    """Return an integer from ``low`` to ``high``, as an ``int``; whole floating-point numbers are taken too."""
    if type(value) is not int:
        whole = np.ndim(value) == 0 and np.asarray(value).dtype.kind in "iuf" and value == np.trunc(value)
        if not whole or not np.isfinite(value):
            raise problem(TypeError, name, "an integer", repr(value))
    if value < low or (high is not None and value > high):
        span = f"an integer of {low} or more" if high is None else f"an integer from {low} to {high}"
        raise problem(ValueError, name, span + (f" ({why})" if why else ""), value)
    return int(value)


def one_of(name, value, choices):
    """Refuse a value that is not among ``choices``."""
    if value not in choices:
        raise problem(ValueError, name, "one of " + ", ".join(map(repr, choices)), repr(value))
