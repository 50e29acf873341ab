"""What the labels alone give away: values that no class has, and the ranges that data sets are delivered in.

Nothing here is a matter of chance: a label is in range, or it is not.
"""

import numpy as np

from .finding import Finding
from .reading import MARKS, SUM_TOLERANCE

RANGES = {  # the two values of a yes or no, as data sets have them: code, what they are, cure
    (-1, 1): ("signed_labels", "-1 and 1, as a support vector machine takes them", "labels = (labels + 1) / 2"),
    (0, 255): ("labels_of_255", "0 and 255, as an image file stores a mask", "labels = labels / 255"),
    (1, 2): ("labels_start_at_one", "1 and 2, where a yes or no is 1 and 0", "labels = labels - 1"),
}
_INTEGER = {"/ 2": "// 2", "/ 255": "// 255"}  # an index stays an integer


def check(reading):
    """Return the findings, the labels as they can be used (indices as integers), and where they can."""
    values = reading.labels
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return [_not_finite(values)], None, None
    return _indices(reading) if reading.exclusive and reading.rows is None else _rows(reading)


def _not_finite(values):
    bad = int((~np.isfinite(values)).sum())
    cure = (
        "keep = numpy.isfinite(labels).reshape(len(labels), -1).all(1); labels, outputs = labels[keep], outputs[keep]"
    )
    return Finding("labels_not_probabilities", f"{bad} of {values.size} labels are NaN or infinite.", cure)


def _indices(reading):
    values, classes, found = reading.labels, reading.outputs.shape[-1], []
    if values.dtype.kind == "f":
        if (values != np.trunc(values)).any():
            some = values[values != np.trunc(values)][0]
            text = (
                f"one label for each row of {classes} outputs, and {some:.4g} among them: neither the index of a "
                "class nor a row of probabilities."
            )
            cure = f"labels = numpy.rint(labels).clip(0, {classes - 1}).astype(int)  # if they were meant as indices"
            return [Finding("labels_not_probabilities", text, cure)], None, None
        text = f"whole numbers such as {values.flat[0]:.1f}, stored as {values.dtype}, where an index is an integer."
        found.append(Finding("float_indices", text, "labels = labels.astype(int)"))
    ids = values.astype(np.float64).clip(-(2**62), 2**62).astype(np.int64)
    inside = (ids >= 0) & (ids < classes)
    if inside.all():
        return found, ids, inside
    present = np.unique(ids)
    pair = RANGES.get(tuple(present.tolist()))
    if classes == 2 and pair:
        code, what, cure = pair
        for old, new in _INTEGER.items():
            cure = cure.replace(old, new)
        return [*found, Finding(code, f"the labels are {what}.", cure)], None, None
    marks = [mark for mark in MARKS if mark in present and not 0 <= mark < classes]
    found += [_mark(mark, int((ids == mark).sum()), ids.size, f"an index from 0 to {classes - 1}") for mark in marks]
    rest = present[~np.isin(present, marks)]
    if rest.size and rest[-1] == classes and rest[0] >= 1:
        text = (
            f"the labels go from {rest[0]} to {classes}, with no 0 among {ids.size}; {classes} outputs count from 0 "
            f"to {classes - 1}."
        )
        return [*found, Finding("labels_start_at_one", text, "labels = labels - 1")], None, None
    if rest.size and (rest[0] < 0 or rest[-1] >= classes):
        wrong = rest[(rest < 0) | (rest >= classes)]
        count = int(np.isin(ids, wrong).sum())
        text = f"{count} of {ids.size} labels are out of range, such as {wrong[-1]}; {classes} outputs take 0 to "
        text += f"{classes - 1}."
        if wrong[-1] >= classes:
            cure = f"outputs = hidden @ kernel + bias  # a kernel of {wrong[-1] + 1} columns"
        else:
            cure = "weights = (labels >= 0) * 1.0; labels = numpy.where(labels < 0, 0, labels)"
        return [*found, Finding("label_out_of_range", text, cure)], None, None
    return found, np.where(inside, ids, 0), inside


def _mark(mark, count, size, instead):
    text = (
        f"{count} of {size} labels are {mark}, the mark of an example that does not count, where {instead} is "
        "expected. That is right only for a loss that is told to leave them out (ignore_index, ignore_class)."
    )
    cure = f"weights = (labels != {mark}) * 1.0; labels = numpy.where(labels == {mark}, 0, labels)"
    return Finding("ignore_labels", text, cure)


def _rows(reading):
    """Check labels that stand beside an output each: a yes or no, or a probability."""
    values = reading.labels if reading.rows is None else reading.rows
    known = np.ones(reading.labels.shape, bool)
    if not values.size or (values.min() >= 0 and values.max() <= 1 + SUM_TOLERANCE):
        if values.size >= 8 and abs(255 * float(values.max()) - 1) <= 1e-3:  # what float16 makes of 1/255
            text = f"the largest of {values.size} labels is {values.max():.4g}, which is 1/255: scaled twice."
            return [Finding("labels_of_255", text, "labels = labels * 255")], None, None
        return _sums(reading), reading.labels, known
    whole = values.dtype.kind != "f" or (values == np.trunc(values)).all()
    present = tuple(np.unique(values).tolist()) if whole else ()
    for pair, (code, what, cure) in RANGES.items():
        if present and (present == pair or (present == pair[1:] and code == "labels_of_255")):
            return [Finding(code, f"the labels are {what}.", cure)], None, None
    if whole and set(present) <= {0, 1, *MARKS}:
        marks = [mark for mark in MARKS if mark in present]
        usable = ~np.isin(values, marks)
        found = [_mark(mark, int((values == mark).sum()), values.size, "0 or 1") for mark in marks]
        return found, np.where(usable, values, 0), usable
    low, high = values.min(), values.max()
    if whole and low >= 0 and not reading.columns:
        wide = int(high) + 1
        text = (
            f"labels up to {int(high)} against a single output, which knows 0 and 1; {wide} classes want {wide} "
            "outputs."
        )
        cure = f"outputs = hidden @ kernel + bias  # a kernel of {wide} columns"
        return [Finding("label_out_of_range", text, cure)], None, None
    text = f"the labels reach from {low:.4g} to {high:.4g}, where a probability lies between 0 and 1."
    if low >= 0 and reading.columns and (values.sum(-1) > 0).all():
        cure = "labels = labels / labels.sum(-1, keepdims=True)  # if the columns compete; labels / labels.max() if not"
    else:
        cure = "labels = (labels - labels.min()) / (labels.max() - labels.min())  # a squared error for amounts"
    return [Finding("labels_not_probabilities", text, cure)], None, None


def _sums(reading):
    """Find rows that were meant to sum to one: all have the same sum, another, and are not zeros and ones."""
    rows = reading.labels
    if not reading.columns or len(rows) < 8 or ((rows == 0) | (rows == 1)).all():
        return []
    sums = rows.sum(-1, dtype=np.float64)
    if np.ptp(sums) > 1e-5 * sums.mean() or np.ptp(rows) == 0:
        return []
    text = f"every row of labels sums to {sums.mean():.4g}; rows that share out one example sum to 1."
    return [Finding("labels_not_probabilities", text, "labels = labels / labels.sum(-1, keepdims=True)")]
