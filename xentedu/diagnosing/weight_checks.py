"""What the weights give away: that they cannot be weights, or that next to nothing is left of the batch."""

import math

import numpy as np

from .finding import Finding

MOSTLY = 0.9  # the share of zeros from which on it is said


def check(weights, reading, found):
    """Return which labels of a reading count, [units, places], and find what is wrong with the weights."""
    everything = np.ones(reading.labels.shape, bool)
    spread = _spread(weights, reading)
    if spread is None:
        classes = reading.outputs.shape[-1] if reading.exclusive else 0
        text = (
            f"weights {weights.shape} fit neither the {len(reading.labels)} examples nor the {reading.labels.size} "
            "labels"
        )
        if weights.shape == (classes,):
            cure, text = "weights = weights[labels]", f"{text}; there are {classes} classes, one weight for each."
            if reading.rows is not None:
                cure = "weights = labels @ weights"
        else:
            cure, text = "weights = numpy.ones(len(labels))  # one for each example", f"{text}."
        found.append(Finding("shape_mismatch", text, cure))
        return everything
    values = spread.astype(np.float64)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        some = values[wrong].flat[0]
        text = f"{int(wrong.sum())} of {values.size} weights are negative or not finite, such as {some:.4g}."
        cure = "weights = numpy.nan_to_num(weights, posinf=0.0).clip(0)"
        found.append(Finding("weights_not_weights", text, cure))
        return everything
    zeros = float((values == 0).mean())
    if zeros == 1 or (zeros >= MOSTLY and values.size >= 10):
        left = int((values > 0).sum())
        text = (
            f"{values.size - left} of {values.size} weights are zero, which leaves {left}. A mean over the whole "
            f"batch divides by {values.size} still, and a mask upside down looks like this."
        )
        cure = "weights = (weights == 0) * 1.0  # if the mask is upside down; if not, divide by weights.sum()"
        if zeros == 1:
            cure = "weights = numpy.ones_like(weights)"
        found.append(Finding("weights_mostly_zero", text, cure))
    return values > 0 if (values > 0).any() else everything


def _spread(weights, reading):
    """Return the weights in the shape of the reading's labels, or None where they do not fit."""
    units, places = reading.labels.shape
    if weights.ndim == 0 or weights.size == 1:
        return np.broadcast_to(weights.reshape(()), (units, places))
    if weights.size == units * places:
        return weights.reshape(units, places)
    if weights.shape[0] == units and math.prod(weights.shape[1:]) == 1:
        return np.broadcast_to(weights.reshape(units, 1), (units, places))
    if not reading.exclusive and weights.shape in ((places,), (1, places)):
        return np.broadcast_to(weights.reshape(1, places), (units, places))
    return None
