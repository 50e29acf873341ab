"""What labels and outputs say of each other: classes in another order, rows out of step, certainty without a reason."""

import numpy as np

from . import bounds
from .finding import Finding

FEW = 8  # independent examples, below which nothing is said of certainty
SHUFFLE = "order = rng.permutation(len(inputs)); inputs, labels = inputs[order], labels[order]  # one order for both"
SCALE = "inputs = (inputs - inputs.mean(0)) / (inputs.std(0) + 1e-8)"


def check(reading, labels, beliefs, usable, found):
    """Find labels that disagree with what the model is sure of.

    Args:
        reading: how labels and outputs belong together.
        labels: class indices, or a yes or no for each place, [units, places].
        beliefs: log-probabilities, [units, places, classes].
        usable: which of the labels count, [units, places].
        found: the findings so far; more are added.
    """
    hard = labels.astype(np.int64) if reading.exclusive else (labels >= 0.5).astype(np.int64)
    if not reading.exclusive and labels.dtype.kind == "f" and ((labels > 0) & (labels < 1)).mean() > 0.5:
        return  # probabilities that are not decisions
    batch = _Batch(hard, beliefs, usable)
    if not batch.count:
        return
    if batch.loss <= batch.chance:  # better than knowing nothing: no more is asked
        finding = (_permuted(batch, reading) if reading.exclusive else None) or _saturated(batch)
        if finding:
            found.append(finding)
        return
    finding = _permuted(batch, reading) if reading.exclusive else _inverted(batch)
    finding = finding or (_columns(batch) if reading.columns else None)
    finding = finding or _out_of_step(batch) or _certain(batch)
    if finding:
        found.append(finding)


class _Batch:
    """Labels, log-probabilities and which of them count, with what every check needs."""

    def __init__(self, labels, beliefs, usable):
        self.labels, self.beliefs = labels, np.maximum(beliefs, -1e6)  # of masked classes
        self.usable = usable.astype(np.float64)
        self.count = int(usable.sum())
        self.classes = beliefs.shape[-1]
        self.chance = np.log(self.classes)
        self.losses = -self.of(labels)
        self.loss = self.mean(self.losses)
        self.predicted = beliefs.argmax(-1)

    def of(self, labels):
        """Return the log-probability that the model gives each of these labels."""
        return np.take_along_axis(self.beliefs, labels[..., np.newaxis], -1)[..., 0]

    def width(self):
        """Return how far apart the log-probabilities of a row lie, but for masked classes: the median over rows."""
        beliefs = np.where(self.beliefs > -1e6, self.beliefs, np.nan)
        return float(np.median((np.nanmax(beliefs, -1) - np.nanmin(beliefs, -1))[self.usable > 0]))

    def mean(self, values, where=None):
        weights = self.usable if where is None else self.usable * where
        return float((values * weights).sum() / max(weights.sum(), 1))

    def total(self, values, where=None):
        """Add up over the units, of each of which the mean over its places counts: places are not independent."""
        weights = self.usable if where is None else self.usable * where
        return float(((values * weights).sum(-1) / np.maximum(self.usable.sum(-1), 1)).sum())

    def better(self, others, where=None):
        """Return whether other labels are likelier, and surer, than chance or a new model explains.

        The first condition bounds how often this happens to a model whose probabilities are right; the second is of
        models that have learnt nothing yet, and so are not sure of anything.
        """
        gained = self.of(others) + self.losses
        sure = (0.2 if self.classes == 2 else 0.3 if self.classes < 10 else 0.5) * self.chance
        return (
            self.total(gained, where) >= bounds.SURPRISE
            and self.mean(-self.of(others), where) <= sure
            and self.mean(self.losses, where) >= 1.2 * self.chance
        )


def _saturated(batch):
    """Find logits so far apart that float32 knows of no probability between 0 and 1."""
    if batch.width() <= 100 or len(batch.labels) < 2:
        return None
    text = (
        f"half of the rows have log-probabilities that lie more than {batch.width():.0f} apart: in float32 all of "
        "these are 0 or 1, and their gradient is 0 where they are right."
    )
    return Finding("saturated_outputs", text, SCALE)


def _told(batch, loss):
    return f"the loss is {batch.loss:.3f}, where knowing nothing costs log {batch.classes} = {batch.chance:.3f}, {loss}"


def _permuted(batch, reading):
    """Find classes in another order: learnt on one half of the units, and tried on the other."""
    shifts = {
        "one class up": (batch.labels + 1) % batch.classes,
        "one class down": (batch.labels - 1) % batch.classes,
        "reversed": batch.classes - 1 - batch.labels,
    }
    if batch.classes > 2 and len(np.unique(batch.labels[batch.usable > 0])) > 2:
        for name, others in shifts.items():
            if batch.better(others) and _wins(batch, others, np.ones(len(others), bool)) and not _stay(batch, others):
                step = {"one class up": 1, "one class down": -1}.get(name)
                if reading.rows is not None:
                    cure = f"labels = numpy.roll(labels, {step}, -1)" if step else "labels = labels[..., ::-1]"
                else:
                    cure = f"labels = (labels {step:+d}) % {batch.classes}" if step else ""
                    cure = cure.replace("+1", "+ 1").replace("-1", "- 1") or f"labels = {batch.classes - 1} - labels"
                text = f"the predictions fit the labels {name}: {_told(batch, 'and')} with the labels so moved "
                text += f"{batch.mean(-batch.of(others)):.3f}."
                return Finding("labels_disagree_with_predictions", text, cure)
    units = len(batch.labels)
    if units < 8:
        return None
    half = np.arange(units) % 2 == 0
    order = _order(batch, half)
    if order is None:
        return None
    others, rest = order[batch.labels], ~half
    moved = (others != batch.labels) & rest[:, np.newaxis]
    if not batch.better(others, moved) or not _wins(batch, others, rest):
        return None
    seen = np.isin(batch.labels, batch.labels[half][batch.usable[half] > 0]) & rest[:, np.newaxis]
    if batch.mean(-batch.of(others), seen) > 0.5 * batch.chance:
        return None  # the other classes must be right as they are, or the model has not learnt anything yet
    pairs = ", ".join(f"{a} as {b}" for a, b in enumerate(order[:1000]) if a != b)
    text = (
        f"the model takes {pairs if len(pairs) < 60 else pairs[:57] + '…'}: read so, the loss of the "
        f"{int(moved.sum())} labels concerned, on the half of the batch that had no say in it, is "
        f"{batch.mean(-batch.of(others), moved):.3f}, and as they are {batch.mean(batch.losses, moved):.3f}."
    )
    whole = _order(batch, np.ones(units, bool))
    occurring = np.unique(batch.labels[batch.usable > 0])
    table, remark = _encoded_apart(order if whole is None else whole, occurring)
    cure = f"labels = numpy.array({table})[labels]"
    if reading.rows is not None:
        cure = f"labels = numpy.eye({batch.classes})[numpy.array({table})[labels.argmax(-1)]]"
    if table is None:
        cure = "labels = encoder.transform(names)"
    return Finding("labels_disagree_with_predictions", text, cure + remark)


def _encoded_apart(order, occurring):
    """Return a table of new labels and a remark, where a class that one of two sets lacks has moved those after it.

    Where the labels lack it, the table leaves it out. Where the model does, two labels share an index, and there is
    no table.
    """
    new = order[occurring]
    steps = new - occurring
    cause = "  # the sets were encoded apart: encode both with the training set's classes"
    if len(np.unique(order)) == len(order):
        return order.tolist(), ""
    if (np.diff(steps) >= 0).all() and steps[0] >= 0:
        last = np.searchsorted(occurring, np.arange(occurring[-1] + 1), side="right") - 1
        return (np.arange(len(last)) + np.where(last < 0, 0, steps[last])).tolist(), cause
    moved = np.flatnonzero(steps)
    if (steps[moved[1:]] == -1).all() and moved[-1] - moved[0] == len(moved) - 1 and moved[-1] == len(new) - 1:
        return None, cause + ", and train again"
    return order.tolist(), ""


def _order(batch, half):
    """Return which class the model takes each class for, by one half of the units; None where it is not a new order."""
    order = np.arange(batch.classes)
    labels, beliefs = batch.labels[half], batch.beliefs[half]
    counted = batch.usable[half] > 0
    for label in np.unique(labels[counted]):
        order[label] = beliefs[(labels == label) & counted].mean(0).argmax()
    moved = np.flatnonzero(order != np.arange(batch.classes))
    if len(moved) < 2 or len(np.unique(order[moved])) < max(2, 0.8 * len(moved)):
        return None  # everything taken for one class is not another order
    return order


def _wins(batch, others, rest):
    """Return whether predictions hit the other labels rather than the labels themselves, where they hit only one."""
    counted = (batch.usable > 0) & rest[:, np.newaxis] & (others != batch.labels)
    won = int(((batch.predicted == others) & counted).sum())
    lost = int(((batch.predicted == batch.labels) & counted).sum())
    return bounds.at_least(won, won + lost, 0.5) <= 10 * bounds.ALPHA


def _stay(batch, others):
    """Return whether some classes are right as they are, though the others fit where they were moved."""
    gained = batch.of(others) + batch.losses
    sums = [batch.total(-gained, batch.labels == label) for label in np.unique(batch.labels[batch.usable > 0])]
    return max(sums) >= bounds.SURPRISE


def _inverted(batch):
    """Find yes and no exchanged."""
    others = 1 - batch.labels
    counted = batch.usable > 0
    both = min(
        min(int((values[counted] == 0).sum()), int((values[counted] == 1).sum()))
        for values in (batch.labels, batch.predicted)
    )
    if both < 2 or not batch.better(others):
        return None
    text = f"the predictions fit the opposite of the labels: {_told(batch, 'and')} with yes and no exchanged "
    text += f"{batch.mean(-batch.of(others)):.3f}."
    return Finding("labels_disagree_with_predictions", text, "labels = 1 - labels")


def _columns(batch):
    """Find columns of independent labels in another order than those of the outputs."""
    units, columns = batch.labels.shape
    if units < 16:
        return None
    half = np.arange(units) % 2 == 0
    order = _matched(batch.labels[half] * 1.0, batch.beliefs[half, :, 1] - batch.beliefs[half, :, 0])
    if (order == np.arange(columns)).all():
        return None
    rest = ~half
    beliefs, labels, usable = batch.beliefs[rest][:, order], batch.labels[rest], batch.usable[rest]
    moved = _Batch(labels, beliefs, usable > 0)
    here = _Batch(labels, batch.beliefs[rest], usable > 0)
    share = np.clip(labels.mean(0), 1e-3, 1 - 1e-3)
    known = float(-(share * np.log(share) + (1 - share) * np.log(1 - share)).mean())  # the loss of the shares alone
    if here.total(here.losses - moved.losses) < bounds.SURPRISE or moved.loss > 0.75 * known or here.loss < known:
        return None
    text = (
        f"the columns of the outputs fit the labels in the order {order.tolist()}: the loss is then {moved.loss:.3f}, "
        f"and {here.loss:.3f} as they are, on the half of the batch that had no say in it."
    )
    return Finding("labels_disagree_with_predictions", text, f"outputs = outputs[:, {order.tolist()}]")


def _matched(labels, logits):
    """Return for each column of labels the column of logits that goes with it: the best correlated pair first."""
    labels, logits = labels - labels.mean(0), logits - logits.mean(0)
    fit = (labels / (labels.std(0) + 1e-9)).T @ (logits / (logits.std(0) + 1e-9))
    order = np.zeros(len(fit), int)
    for _ in order:
        label, output = np.unravel_index(fit.argmax(), fit.shape)
        order[label] = output
        fit[label], fit[:, output] = -np.inf, -np.inf
    return order


def _out_of_step(batch):
    """Find labels that belong to the row before or after."""
    for step, which in ((1, "before"), (-1, "after")):
        others = np.roll(batch.labels, -step, axis=0)
        if len(others) > 3 and batch.better(others, others != batch.labels):
            text = f"each label fits the row {which} its own: {_told(batch, 'and')} with the labels moved by one row "
            text += f"{batch.mean(-batch.of(others)):.3f}."
            return Finding("labels_disagree_with_predictions", text, f"labels = numpy.roll(labels, {-step}, axis=0)")
    return None


def _certain(batch):
    """Find a model that is sure and wrong."""
    counted = batch.usable > 0
    sure = np.exp(batch.beliefs.max(-1))
    claimed, right = batch.mean(sure), batch.mean(batch.predicted == batch.labels)
    excess = batch.total(batch.losses - batch.chance)
    units = int((batch.usable.sum(-1) > 0).sum())
    if units < FEW:
        return _saturated(batch)
    too_few_right = bounds.at_most(right * units, units, claimed) <= bounds.ALPHA
    predicted = np.unique(batch.predicted[counted])
    several = len(np.unique(batch.labels[counted])) > 1
    told = (
        f"it is right in {right:.0%} of {batch.count} cases and claims {claimed:.0%}; {_told(batch, '')}".rstrip(", ")
        + "."
    )
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
