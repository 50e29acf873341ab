"""Certainty without a reason: logits too far apart, and models that are sure and wrong."""

import numpy as np

from . import bounds
from .finding import Finding

FEW = 8  # independent examples, below which nothing is said of certainty
SHUFFLE = "order = rng.permutation(len(inputs)); inputs, labels = inputs[order], labels[order]  # one order for both"
SCALE = "inputs = (inputs - inputs.mean(0)) / (inputs.std(0) + 1e-8)"


def saturated(batch):
    """Find logits so far apart that float32 knows of no probability between 0 and 1."""
    if batch.width() <= 100 or len(batch.labels) < 2:
        return None
    text = (
        f"half of the rows have log-probabilities that lie more than {batch.width():.0f} apart: in float32 all of "
        "these are 0 or 1, and their gradient is 0 where they are right."
    )
    return Finding("saturated_outputs", text, SCALE)


def certain(batch):
    """Find a model that is sure and wrong."""
    counted = batch.usable > 0
    sure = np.exp(batch.beliefs.max(-1))
    claimed, right = batch.mean(sure), batch.mean(batch.predicted == batch.labels)
    excess = batch.total(batch.losses - batch.chance)
    units = int((batch.usable.sum(-1) > 0).sum())
    if units < FEW:
        return saturated(batch)
    too_few_right = bounds.at_most(right * units, units, claimed) <= bounds.ALPHA
    predicted = np.unique(batch.predicted[counted])
    several = len(np.unique(batch.labels[counted])) > 1
    told = f"it is right in {right:.0%} of {batch.count} cases and claims {claimed:.0%}; {batch.told()}."
    if excess >= bounds.SURPRISE and batch.loss > batch.chance + 3 and batch.width() > 40:
        text = f"half of the rows have log-probabilities that lie more than {batch.width():.0f} apart, and {told}"
        return Finding("saturated_outputs", text, SCALE)
    if not too_few_right:
        return None
    if len(predicted) == 1:
        if not several or claimed < 0.95 or right > claimed - 0.5:
            return None
        text = f"class {predicted[0]} is predicted for every example, with certainty: {told}"
        return Finding("one_class_predicted", text, SHUFFLE)
    if batch.classes == 2 and batch.loss <= batch.chance + 3:
        return None  # a new network that takes each of two clusters for the other is as sure, and as wrong
    if claimed < (0.6 if _guessed(batch, right, units) else 0.8) or right > claimed - 0.4:
        return None
    return Finding("labels_disagree_with_predictions", f"the model is sure, and not of these labels: {told}", SHUFFLE)


def _guessed(batch, right, units):
    """Return whether a model of several classes is right no more often than predictions drawn without looking are.

    A new network can be as sure, and as wrong. But then it predicts few of the classes, or its loss is not far above
    that of knowing nothing.
    """
    if batch.classes == 2:
        return False  # half of all guesses are right
    counted = batch.usable > 0
    labels, predicted = (
        np.bincount(classes[counted], minlength=batch.classes) / batch.count
        for classes in (batch.labels, batch.predicted)
    )
    spread = (predicted**2).sum() <= 2 * (labels**2).sum()  # the reciprocals count classes, by how often they occur
    by_chance = bounds.at_least(right * units, units, float(labels @ predicted)) > bounds.ALPHA
    return bool(spread and by_chance and batch.loss > batch.chance + 3)
