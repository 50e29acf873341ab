"""How labels and outputs belong together: which axis holds the classes, and which label is whose."""

import math
from dataclasses import dataclass

import numpy as np

from .. import checks
from .finding import Finding

# Rows that sum to one within this count as distributions, as everywhere in this library.
SUM_TOLERANCE = checks.SUM_TOLERANCE
MARKS = (-1, -100, 255)  # ids that frameworks and data sets use for "no label here"


@dataclass
class Reading:
    """A batch whose labels and outputs fit each other.

    ``labels`` is [units, places] with class indices where ``exclusive``, and else with a yes or no (or its probability)
    for each output. ``outputs`` is [units, places, classes] where ``exclusive``, and else [units, places]. Places
    within a unit, such as the pixels of an image or the tags of a document, are not counted as independent evidence.
    """

    exclusive: bool
    labels: np.ndarray
    outputs: np.ndarray
    rows: np.ndarray | None = None  # labels as they came, [units, places, classes], where exclusive and dense
    columns: bool = False  # whether the places are columns, one for each class


def numeric(name, value):
    """Return an argument as an array of numbers; batches of unequal length in a list are joined."""
    try:
        array = checks.rectangular(name, value)
    except ValueError:
        array = _joined(name, value)
    if array.dtype.kind not in "fiub":
        hint = " Write numpy.asarray([…], dtype=float), with rows of equal length." if array.dtype.kind == "O" else ""
        error = checks.problem(TypeError, name, "an array of real numbers", f"an array of {array.dtype}")
        raise TypeError(f"diagnose: {error}{hint}")
    return array


def _joined(name, batches):
    try:
        if all(hasattr(batch, "shape") for batch in batches):
            return np.concatenate([checks.rectangular(name, batch) for batch in batches])
        raise ValueError
    except ValueError:
        error = checks.problem(ValueError, name, "rows of equal length", "rows of different lengths")
        raise ValueError(f"diagnose: {error}") from None


def read(labels, outputs):
    """Return a :class:`Reading`, or None where the shapes fit in no way, and the findings on the way to it."""
    if outputs.ndim == 0 or (labels.ndim == 0 and outputs.ndim == 1):
        labels, outputs = labels[np.newaxis], outputs[np.newaxis]  # one example
    shapes = f"labels {labels.shape}, outputs {outputs.shape}"
    if outputs.shape == (*labels.shape, 1):
        found = _column(labels, outputs, "outputs = outputs.reshape(labels.shape)")
        return _singles(labels, outputs.reshape(labels.shape)), found
    if labels.shape == (*outputs.shape, 1):
        found = _column(labels, outputs, "labels = labels.reshape(outputs.shape)")
        return _singles(labels.reshape(outputs.shape), outputs), found
    if labels.shape == outputs.shape:
        return _same_shape(labels, outputs), []
    if outputs.shape[-1] > 1 and outputs.shape[:-1] in (labels.shape, _squeezed(labels)):
        return _indices(labels.reshape(outputs.shape[:-1]), outputs), []
    if outputs.ndim > 2 and outputs.shape[1] > 1 and labels.shape == outputs.shape[:1] + outputs.shape[2:]:
        return _indices(labels, np.moveaxis(outputs, 1, -1)), []
    cure = _one_hot_cure(labels, outputs)
    if cure:
        width = labels.shape[-1]
        text = f"{shapes}: each label is a row of {width} with a single 1, where these outputs want the index alone."
        found = [Finding("one_hot_where_index_expected", text, cure)]
        return read(labels.argmax(-1), outputs)[0], found
    return None, [_mismatch(labels, outputs, shapes)]


def _squeezed(labels):
    """Return the shape of labels without a last axis of length one."""
    return labels.shape[:-1] if labels.ndim > 1 and labels.shape[-1] == 1 else labels.shape


def _column(labels, outputs, cure):
    pair = np.broadcast_shapes(labels.shape, outputs.shape) if _broadcast(labels, outputs) else None
    text = f"labels {labels.shape} against outputs {outputs.shape}"
    if pair and math.prod(pair) > max(labels.size, outputs.size):
        text += f": subtracted or multiplied, they make {pair}, every label against every output"
    return [Finding("column_against_row", text + ".", cure)]


def _broadcast(labels, outputs):
    try:
        np.broadcast_shapes(labels.shape, outputs.shape)
    except ValueError:
        return False
    return True


def _singles(labels, outputs):
    """Read one output for each yes or no."""
    units = len(outputs)
    return Reading(False, labels.reshape(units, -1), outputs.reshape(units, -1))


def _indices(labels, outputs):
    """Read class indices, with the classes on the last axis of the outputs."""
    units, classes = len(outputs), outputs.shape[-1]
    return Reading(True, labels.reshape(units, -1), outputs.reshape(units, -1, classes))


def _same_shape(labels, outputs):
    if labels.ndim == 1 or labels.shape[-1] == 1 or not labels.size:
        return _singles(labels, outputs)
    for axis in range(labels.ndim - 1, 0, -1):
        if axis not in (1, labels.ndim - 1) or labels.shape[axis] < 2:
            continue
        rows, scores = np.moveaxis(labels, axis, -1), np.moveaxis(outputs, axis, -1)
        if distributions(rows):
            found = _indices(rows.argmax(-1), scores)
            found.rows = rows.reshape(found.outputs.shape)
            return found
    found = _singles(labels, outputs)
    found.columns = labels.ndim == 2
    return found


def distributions(rows):
    """Return whether all rows are probabilities that sum to one."""
    with np.errstate(invalid="ignore"):
        inside = (rows >= 0).all() and (rows <= 1 + SUM_TOLERANCE).all()
        return bool(inside and (np.abs(rows.sum(-1, dtype=np.float64) - 1) <= SUM_TOLERANCE).all())


def one_hot(rows):
    """Return whether every row has a single one and zeros."""
    return bool(rows.shape[-1] > 1 and ((rows == 0) | (rows == 1)).all() and (rows.sum(-1) == 1).all())


def _one_hot_cure(labels, outputs):
    """Return the cure where labels are one-hot rows and the outputs have no place for rows; None where they are not."""
    if labels.ndim < 2 or not labels.size or not one_hot(labels):
        return None
    classes, shape = labels.shape[-1], labels.shape[:-1]
    single = shape in (outputs.shape, outputs.shape[:-1]) and outputs.shape[len(shape) :] in ((), (1,))
    if classes == 2 and single:
        # A column stays a column, so that labels and outputs have one shape.
        return "labels = labels.argmax(-1)" + (".reshape(outputs.shape)" if outputs.ndim > len(shape) else "")
    channels_first = outputs.ndim > 2 and outputs.shape == (*shape[:1], classes, *shape[1:])
    return "labels = labels.argmax(-1)" if channels_first else None


def _mismatch(labels, outputs, shapes):
    """Return what is wrong with shapes that do not fit, and the line that makes them fit if there is one."""
    classes, count = outputs.shape[-1], math.prod(outputs.shape[:-1])
    if outputs.ndim == 2 and labels.shape in (outputs.shape[1:], outputs.shape[::-1]):
        cure, why = "outputs = outputs.T", "the outputs lie on their side: a row for each class"
    elif outputs.ndim > 2 and labels.shape == (outputs.shape[0], 1, *outputs.shape[2:]):
        cure, why = "labels = labels[:, 0]", "the labels have an axis of length 1 for the classes"
    elif labels.size == outputs.size and labels.ndim != outputs.ndim:
        cure, why = "labels = labels.reshape(outputs.shape)", "as many numbers, in another shape"
    elif classes > 1 and labels.size == count:
        cure, why = f"labels = labels.reshape({outputs.shape[:-1]})", "as many labels as rows, in another shape"
    elif labels.ndim == outputs.ndim and labels.shape[:-1] == outputs.shape[:-1]:
        wide = labels.shape[-1]
        cure = f"outputs = hidden @ kernel + bias  # a kernel of {wide} columns"
        why = f"the labels have {wide} classes, the outputs {classes}"
    else:
        cure = "n = min(len(labels), len(outputs)); labels, outputs = labels[:n], outputs[:n]  # know first why"
        why = "labels and outputs count different examples"
    return Finding("shape_mismatch", f"{shapes}: {why}.", cure)
