"""Labels in another order: of the classes, of yes and no, of the columns, of the rows."""

import numpy as np

from . import bounds
from .batch import Batch
from .finding import Finding


def shifted(batch, reading):
    """Find classes that are all one index further, or in the reverse order."""
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
                text = f"the predictions fit the labels {name}: {batch.told(', and')} with the labels so moved "
                text += f"{batch.mean(-batch.of(others)):.3f}."
                return Finding("labels_disagree_with_predictions", text, cure)
    return None


APART = "  # the sets were encoded apart: encode both with the training set's classes"


def renamed(batch, reading):
    """Find sets that were encoded apart, one of which lacks a class: those after it are one less."""
    return _renamed(batch, reading, 1) or _renamed(batch, reading, -1)


def _renamed(batch, reading, step):
    """Find labels that are one less (``step`` 1) or one more (-1) than the model's classes, from some class on."""
    others = np.maximum(batch.labels + step, 0)
    if others.max() >= batch.classes:
        return None
    gained = batch.of(others) + batch.losses
    weights = batch.usable / np.maximum(batch.usable.sum(-1, keepdims=True), 1)
    of_class = np.bincount(batch.labels.ravel(), (gained * weights).ravel(), batch.classes)
    first = int(of_class[::-1].cumsum()[::-1].argmax())
    if batch.mean(-batch.of(others), batch.labels == first) > batch.chance / 2:
        first += 1  # this is the class that the model has never seen
    first = max(first, 1) if step == -1 else first  # no class is before 0
    moved, left = batch.labels >= first, batch.labels < (first if step == 1 else first - 1)
    others = np.where(moved, others, batch.labels)
    if len(np.unique(batch.labels[moved & (batch.usable > 0)])) < 2 or not batch.better(others, moved):
        return None
    if batch.total(gained, moved) < bounds.SURPRISE + 2 * batch.chance:
        return None  # any of the classes might have been the missing one
    if not _sure(batch, others, moved, True):
        return None
    unseen = batch.labels == first - 1
    if step == -1 and batch.mean(batch.predicted == batch.labels, unseen) > 0.5:
        return None  # this class was learnt, and the rarer ones not yet
    if batch.mean(batch.losses, left) > batch.chance / 2:
        return None
    if not _wins(batch, others, np.ones(len(others), bool)) or _stay(batch, others):
        return None
    text = (
        f"from class {first} on, the predictions fit the labels one class {'up' if step == 1 else 'down'}: the loss of "
        f"the {int(moved.sum())} labels concerned is then {batch.mean(-batch.of(others), moved):.3f}, and as they are "
        f"{batch.mean(batch.losses, moved):.3f}."
    )
    if step == -1:
        cure = f"labels = encoder.transform(names){APART}, and train again"
    elif reading.rows is None:
        cure = f"labels = labels + (labels >= {first}){APART}"
    else:
        cure = f"labels = numpy.insert(labels, {first}, 0, axis=-1)[..., :-1]{APART}"
    return Finding("labels_disagree_with_predictions", text, cure)


def permuted(batch, reading):
    """Find classes in another order: learnt on one half of the units, and tried on the other."""
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
    if not _sure(batch, others, moved, rest[:, np.newaxis]):
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
    table, remark = _explained(order if whole is None else whole, np.unique(batch.labels[batch.usable > 0]))
    cure = f"labels = numpy.array({table})[labels]"
    if reading.rows is not None:
        cure = f"labels = numpy.eye({batch.classes})[numpy.array({table})[labels.argmax(-1)]]"
    return Finding("labels_disagree_with_predictions", text, cure + remark)


def _explained(order, occurring):
    """Return a table of new labels, and a remark where a known accident explains it.

    One is that either side sorts numbers as text. Another, that the labels lack several classes, and were encoded
    without them.
    """
    new = order[occurring]
    steps = new - occurring
    as_text = np.array(sorted(range(len(order)), key=str))  # names of files and folders
    for text in (as_text, as_text.argsort()):
        if (new == text[occurring]).all():
            return text.tolist(), "  # one side has the classes sorted as text, 10 before 2"
    if len(np.unique(order)) < len(order) and (np.diff(steps) >= 0).all() and steps[0] >= 0:
        last = np.searchsorted(occurring, np.arange(occurring[-1] + 1), side="right") - 1
        return (np.arange(len(last)) + np.where(last < 0, 0, steps[last])).tolist(), APART
    return order.tolist(), ""


def _order(batch, half):
    """Return which class the model takes each class for, by one half of the units; None where it is not a new order."""
    order = np.arange(batch.classes)
    labels, beliefs = batch.labels[half], batch.beliefs[half]
    counted = batch.usable[half] > 0
    for label in np.unique(labels[counted]):
        order[label] = beliefs[(labels == label) & counted].mean(0).argmax()
    moved = np.flatnonzero(order != np.arange(batch.classes))
    taken_for = np.bincount(order[np.unique(labels[counted])], minlength=batch.classes)
    if len(moved) < 2 or (taken_for[order[moved]] == 1).mean() < 0.7:
        return None  # rare classes taken for frequent ones, or everything for one class, are not another order
    return order


def _sure(batch, others, moved, where):
    """Return whether the model is sure of the other labels, if few were moved: rare classes may not be learnt yet."""
    return batch.mean(moved, where) >= 0.5 or batch.mean(-batch.of(others), moved) <= 0.3 * batch.chance


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


def inverted(batch):
    """Find yes and no exchanged."""
    others = 1 - batch.labels
    counted = batch.usable > 0
    both = min(
        min(int((values[counted] == 0).sum()), int((values[counted] == 1).sum()))
        for values in (batch.labels, batch.predicted)
    )
    if both < 2 or not batch.better(others):
        return None
    text = f"the predictions fit the opposite of the labels: {batch.told(', and')} with yes and no exchanged "
    text += f"{batch.mean(-batch.of(others)):.3f}."
    return Finding("labels_disagree_with_predictions", text, "labels = 1 - labels")


def columns(batch):
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
    moved = Batch(labels, beliefs, usable > 0)
    here = Batch(labels, batch.beliefs[rest], usable > 0)
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


def out_of_step(batch):
    """Find labels that belong to the row before or after."""
    for step, which in ((1, "before"), (-1, "after")):
        others = np.roll(batch.labels, -step, axis=0)
        fits = batch.mean(-batch.of(others)) <= 0.5 * batch.chance  # everywhere: of two classes, half do not change
        if len(others) > 3 and fits and batch.better(others, others != batch.labels):
            text = f"each label fits the row {which} its own: {batch.told(', and')} with the labels moved by one row "
            text += f"{batch.mean(-batch.of(others)):.3f}."
            return Finding("labels_disagree_with_predictions", text, f"labels = numpy.roll(labels, {-step}, axis=0)")
    return None
