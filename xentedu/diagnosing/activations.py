"""An activation that the outputs have been through already: a softmax, a sigmoid, or the logarithm of one."""

import numpy as np

from .. import numerics
from . import bounds
from .finding import Finding
from .reading import SUM_TOLERANCE, one_hot

FEW = 8  # numbers, below which nothing is said of sigmoids; examples, of a softmax over them
TINY = 1e-30  # below every probability that matters; its logarithm is finite
_NORMALISED = "outputs = numpy.log(numpy.maximum(outputs, 1e-30)); outputs -= outputs.mean(-1, keepdims=True)"
_LOGIT = "p = numpy.clip(outputs, 1e-7, 1 - 1e-7); outputs = numpy.log(p) - numpy.log1p(-p)"


def sum_to_one(outputs):
    """Return whether outputs [..., classes] are probabilities that sum to one in every row."""
    rows = outputs.reshape(-1, outputs.shape[-1])
    tolerance = SUM_TOLERANCE if len(rows) > 3 else _rounding(outputs)  # a row or two may do it by chance
    if rows.shape[-1] < 2 or rows.min() < 0 or rows.max() > 1 + tolerance:
        return False
    return bool((np.abs(rows.sum(-1) - 1) <= tolerance).all())


def _loosely(given, outputs):
    """Return whether rows sum to one only nearly, which neither a short dtype nor cut-off decimals explain."""
    if _short(given) or (outputs == np.round(outputs, 4)).all():
        return False
    return bool(np.abs(outputs.sum(-1) - 1).max() > _rounding(outputs))


def _rounding(outputs):
    """Return by how much a softmax in float32 may miss a sum of one: half an eps for each term, and for the sums."""
    return (outputs.shape[-1] + 6) * np.finfo(np.float32).eps / 2


def _short(values):
    """Return whether values have, or once had, no more digits than float16 or bfloat16 keep."""
    bits = values.astype(np.float32).view(np.uint32)
    return values.dtype.itemsize == 2 or bool((bits & 0x1FFF == 0).all())


def _log_sum_to_one(outputs, given):
    """Return whether outputs [..., classes] are logarithms of such probabilities; ``given`` has their own dtype."""
    rows = outputs.reshape(-1, outputs.shape[-1])
    # C logits of rare labels, each near -log C, come close to a sum of one by themselves: what is loose must be sure.
    loose = _short(given) and np.exp(rows.max(-1)).mean() > 0.2
    tolerance = _rounding(outputs) if len(rows) <= 3 else SUM_TOLERANCE if loose else 1e-4
    if rows.shape[-1] < 2 or rows.max() > tolerance:
        return False
    return bool((np.abs(numerics.logsumexp(rows)) <= tolerance).all())


def wrong_axis(outputs, found):
    """Find a softmax over the examples of outputs [..., classes], or over places [units, places, classes]."""
    for axis, over in enumerate(("examples", "places of an example")[: outputs.ndim - 1]):
        across = np.moveaxis(outputs, axis, -1)
        if across.shape[-1] < FEW or sum_to_one(outputs) or across.size == across.shape[-1]:
            continue
        logarithms = "" if sum_to_one(across) else "logarithms of "
        if logarithms and not _log_sum_to_one(across, outputs):
            continue
        text = (
            f"the outputs are {logarithms}probabilities that sum to 1 over the {across.shape[-1]} {over}, for each of "
            f"{outputs.shape[-1]} classes, and not over the classes: what an example gets depends on its neighbours."
        )
        cure = "outputs = hidden @ kernel + bias  # no softmax, or one over the classes: axis=-1"
        found.append(Finding("softmax_on_wrong_axis", text, cure))
        return True
    return False


def exclusive(reading, outputs, found):
    """Find what outputs [units, places, classes] have been through, and return their log-probabilities."""
    classes = outputs.shape[-1]
    count = outputs.size // classes
    sigmoids = reading.rows is not None and one_hot(reading.rows) and _squashed(outputs, reading.rows)
    if sum_to_one(outputs) and not (sigmoids and _loosely(reading.outputs, outputs)):
        floor = np.log(np.e + classes - 1) - 1
        text = (
            f"all {count} rows lie in [0, 1] and sum to 1: probabilities. Taken as logits, they go through a second "
            f"softmax, and the loss cannot fall below log(e + {classes - 1}) - 1 = {floor:.4f}."
        )
        cure = f"{_NORMALISED}  # or leave the softmax out of the model"
        found.append(Finding("probabilities_as_logits", text, cure))
        beliefs = np.log(np.maximum(outputs, TINY))
    elif _log_sum_to_one(outputs, reading.outputs):
        text = (
            f"the exponentials of all {count} rows sum to 1: log-probabilities. A softmax loss of them is the same "
            "number, at twice the cost; a sigmoid, a sampled loss or a temperature is wrong."
        )
        cure = "outputs = outputs - outputs.mean(-1, keepdims=True)  # or leave the log_softmax out of the model"
        found.append(Finding("log_probabilities_as_logits", text, cure))
        beliefs = outputs
    else:
        if sigmoids:
            text = (
                f"every label is a row with a single 1, and the {classes} outputs of a row are sigmoids: they lie in "
                f"[0, 1] and sum to {outputs.sum(-1).min():.3g} to {outputs.sum(-1).max():.3g}. Classes of which one "
                f"is right share a softmax; as {classes} yes-or-no questions, an accuracy of {1 - 1 / classes:.2f} "
                "means nothing."
            )
            cure = f"{_LOGIT}; loss = xe.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=outputs)"
            found.append(Finding("one_hot_with_sigmoids", text, cure))
        beliefs = numerics.log_softmax(outputs)
    return beliefs


def independent(reading, outputs, labels, found):
    """Find what outputs [units, places] have been through, and return log-probabilities of no and yes, or None."""
    if reading.columns and labels is not None and _competing(outputs, reading.outputs, labels, found):
        return None
    if labels is not None and _squashed(outputs, labels):
        text = (
            f"all {outputs.size} outputs lie between {outputs.min():.3g} and {outputs.max():.3g}, and fit the labels "
            "as probabilities, not as logits: taken as logits, none would say no. A second sigmoid keeps the loss "
            f"above log(1 + 1/e) = {np.log1p(np.exp(-1)):.4f} for a yes and log 2 = 0.6931 for a no."
        )
        cure = f"{_LOGIT}  # or leave the sigmoid out of the model"
        found.append(Finding("probabilities_as_logits", text, cure))
        outputs = np.log(np.maximum(outputs, TINY)) - np.log(np.maximum(1 - outputs, TINY))
    elif labels is not None and outputs.max() <= 0 and _log_squashed(outputs, labels):
        text = (
            f"no output is above 0 (the largest is {outputs.max():.3g}), and their exponentials fit the labels as "
            "probabilities: these are log-sigmoids, which as logits never say yes."
        )
        cure = (
            "outputs = outputs - numpy.log(numpy.maximum(-numpy.expm1(outputs), 1e-7))  # or leave the log_sigmoid out"
        )
        found.append(Finding("log_probabilities_as_logits", text, cure))
        outputs = outputs - np.log(np.maximum(-np.expm1(outputs), 1e-7))
    return np.stack([numerics.log_sigmoid(-outputs), numerics.log_sigmoid(outputs)], -1)


def _competing(outputs, given, labels, found):
    """Find labels that do not exclude each other beside outputs of a softmax, which do."""
    if sum_to_one(outputs):
        cure = _NORMALISED
    elif _log_sum_to_one(outputs, given):
        cure = "outputs = outputs - outputs.mean(-1, keepdims=True)"
    else:
        return False
    if ((labels == 0) | (labels == 1)).all():
        ones = labels.sum(-1)
        text = (
            f"every row of outputs is a softmax, which shares out one probability, and {int((ones != 1).sum())} of "
            f"{len(labels)} rows of labels do not have a single 1 ({int(ones.min())} to {int(ones.max())} of them): "
            "several may be right at once."
        )
        cure += "; loss = xe.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=outputs)"
        found.append(Finding("multi_hot_labels", text, cure))
        return True
    sums = labels.sum(-1)
    text = f"every row of outputs sums to 1, and the rows of labels sum to {sums.min():.4g} to {sums.max():.4g}."
    cure = "labels = labels / labels.sum(-1, keepdims=True)"
    if not any(each.code == "labels_not_probabilities" for each in found):
        found.append(Finding("labels_not_probabilities", text, cure))
    return True


def _squashed(outputs, labels):
    """Return whether outputs are probabilities of independent labels rather than logits that happen to lie in [0, 1].

    They must explain the labels better as probabilities, beyond chance; and show one of four signs of a sigmoid: both
    ends of the interval are reached and neither is passed; very many stand a hundred times closer to an end than
    the furthest; a yes has four times what a no has, and all of them no more than twice the share of yes; or one half
    divides the labels where, for logits, zero would, and their mean is about the share of yes.
    """
    if outputs.size < FEW or outputs.min() < 0 or outputs.max() > 1 or np.ptp(outputs) == 0:
        return False
    if _gain(labels, outputs, np.log(np.maximum(outputs, TINY))) < bounds.SURPRISE:
        return False
    low, high, size = outputs.min(), outputs.max(), outputs.size
    if low <= 0.05 and high >= 0.95:
        return True
    if bounds.at_least(int((outputs < high / 100).sum()), size, 0.03) <= bounds.ALPHA:
        return True
    if bounds.at_least(int((1 - outputs < (1 - low) / 100).sum()), size, 0.03) <= bounds.ALPHA:
        return True
    above, yes = outputs >= 0.5, labels >= 0.5
    share, off = labels.mean(), abs(outputs.mean() - labels.mean())
    apart = yes.any() and outputs[yes].mean() >= 4 * outputs[~yes].mean()
    if apart and low <= share / 2 and high >= 0.5 and off <= share:
        return True
    if low > 0.25 or high < 0.75 or off > max(0.03, min(share, 1 - share) / 4) or (above == yes).mean() < 0.8:
        return False  # a model that has learnt little looks like this
    no_below = bounds.at_most(int(yes[~above].sum()), int((~above).sum()), 0.5)
    divides = bounds.at_least(int(yes[above].sum()), int(above.sum()), yes.mean())
    return max(no_below, divides) <= bounds.ALPHA


def _log_squashed(outputs, labels):
    """Return whether outputs, none above 0, are logarithms of probabilities rather than logits that all say no.

    They must explain the labels better so, beyond chance; and above log(1/2), where a logit says no, yes must prevail.
    """
    if outputs.size < FEW or _gain(labels, outputs, outputs) < bounds.SURPRISE:
        return False
    if outputs.max() < np.log(0.95) or outputs.min() > np.log(0.1):
        return False  # as above: of a model that has learnt little it cannot be told
    above = outputs > np.log(0.5)
    if (above == (labels >= 0.5)).mean() < 0.9:
        return False
    return bounds.at_least(int((labels[above] >= 0.5).sum()), int(above.sum()), 0.5) <= bounds.ALPHA


def _gain(labels, outputs, log_p):
    """Return how much likelier labels are if ``log_p`` is the log-probability of a yes than if outputs are logits."""
    log_p = np.clip(log_p, np.log(1e-7), np.log1p(-1e-7))
    gain = labels * log_p + (1 - labels) * np.log(-np.expm1(log_p))
    gain -= labels * numerics.log_sigmoid(outputs) + (1 - labels) * numerics.log_sigmoid(-outputs)
    return gain.reshape(len(outputs), -1).mean(-1).sum()
