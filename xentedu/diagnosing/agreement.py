"""What labels and outputs say of each other: labels in another order, certainty without a reason."""

import numpy as np

from . import certainty, orders
from .batch import Batch


def check(reading, labels, beliefs, usable, found):
    """Find labels that disagree with what the model is sure of.

    Args:
        reading: how labels and outputs belong together.
        labels: class indices, or a yes or no for each place, [units, places].
        beliefs: log-probabilities, [units, places, classes].
        usable: which of the labels count, [units, places].
        found: the findings so far; more are added.
    """
    hard = labels.astype(np.intp) if reading.exclusive else (labels >= 0.5).astype(np.intp)  # as bincount wants them
    if not reading.exclusive and labels.dtype.kind == "f" and ((labels > 0) & (labels < 1)).mean() > 0.5:
        return  # probabilities that are not decisions
    batch = Batch(hard, beliefs, usable)
    if not batch.count:
        return
    worse = batch.loss > batch.chance  # than knowing nothing; where it is better, little more is asked
    if reading.exclusive:
        finding = orders.shifted(batch, reading) or orders.renamed(batch, reading) or orders.permuted(batch, reading)
    elif worse:
        finding = orders.inverted(batch) or (orders.columns(batch) if reading.columns else None)
    else:
        finding = None
    if worse:
        finding = finding or orders.out_of_step(batch)
    if finding := finding or (certainty.certain(batch) if worse else certainty.saturated(batch)):
        found.append(finding)
