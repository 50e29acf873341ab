"""What the outputs give away: an activation that was applied to them, or that they tell no example from another."""

import numpy as np

from .. import numerics
from . import bounds
from .finding import Finding
from .reading import SUM_TOLERANCE, one_hot

FEW = 8  # with fewer examples, that all are alike says little
LAYER = "outputs = hidden @ kernel + bias"  # the last layer, with nothing around it
TINY = 1e-30  # below every probability that matters; its logarithm is finite
_NORMALISED = "outputs = numpy.log(numpy.maximum(outputs, 1e-30)); outputs -= outputs.mean(-1, keepdims=True)"
_LOGIT = "p = numpy.clip(outputs, 1e-7, 1 - 1e-7); outputs = numpy.log(p) - numpy.log1p(-p)"


def finite(outputs, found):
    """Find NaN and +inf anywhere."""
    bad = np.isnan(outputs) | np.isposinf(outputs)
    if bad.any():
        nans, first = int(np.isnan(outputs).sum()), np.argwhere(bad)[0].tolist()
        rows = int(bad.reshape(len(bad), -1).any(-1).sum()) if bad.ndim else 1
        text = f"{int(bad.sum())} of {outputs.size} outputs are not finite ({nans} NaN), the first at index {first}, "
        if bad.ndim and rows < len(bad):
            text += f"in {rows} of {len(bad)} rows: what is wrong comes with these examples."
            cure = "inputs = numpy.nan_to_num(inputs, posinf=0.0, neginf=0.0)  # or leave these rows out"
        else:
            text += "in every row: the weights are broken."
            cure = "learning_rate /= 10  # and start anew, with a loss that takes logits: log(softmax(x)) can be log(0)"
        found.append(Finding("non_finite_output", text, cure))
    return not bad.any()


def check(reading, labels, found):
    """Find what is wrong with the outputs of a reading, and return its log-probabilities [units, places, classes].

    ``labels`` are None where they cannot be used. The result is None where no probabilities can be made of the outputs.
    """
    outputs = reading.outputs.astype(np.float64)
    if reading.exclusive and not _masks(outputs, labels if reading.rows is None else None, found):
        return None
    if _flattened(reading, outputs, labels, found):
        return None
    return _exclusive(reading, outputs, found) if reading.exclusive else _independent(reading, outputs, labels, found)


def _masks(outputs, labels, found):
    """Accept -inf as a mask, unless nothing is left or the label's own class is masked."""
    masked = np.isneginf(outputs)
    if not masked.any():
        return True
    wrong = masked.all(-1)
    if labels is not None:
        wrong = wrong | np.take_along_axis(masked, labels[..., np.newaxis], -1)[..., 0]
    if wrong.any():
        text = f"{int(wrong.sum())} of {wrong.size} labels are of a class that -inf masks: their loss is infinite."
        cure = "outputs = numpy.where(numpy.isneginf(outputs), 0.0, outputs)  # or leave the labels' classes unmasked"
        found.append(Finding("non_finite_output", text, cure))
    return not wrong.any()


def _flattened(reading, outputs, labels, found):
    """Find outputs that have lost their gradient: constant 1, rounded, or cut off at zero."""
    size = outputs.size
    if not reading.exclusive and not reading.columns and size > 1 and (outputs == 1).all():
        text = f"all {size} outputs are exactly 1: a softmax over a single output is always 1, whatever the logit."
        found.append(Finding("softmax_of_one_output", text, f"{LAYER}  # no softmax; the loss takes its sigmoid"))
        return True
    if size < FEW:
        return False
    if ((outputs == 0) | (outputs == 1)).all() and np.ptp(outputs) > 0:
        kind = "rows with a single 1" if reading.exclusive and one_hot(outputs) else "zeros and ones"
        _rounded(f"all {size} outputs are {kind}", found)
        return True
    zeros = int((outputs == 0).sum())
    several = 2 * (len(np.unique(outputs)) - 1) > min(size - zeros, 100)  # few values that recur were written by hand
    rectified = outputs.min() == 0 and zeros >= max(FEW, size // 10) and (outputs != np.trunc(outputs)).any()
    if rectified and several and not _sum_to_one(outputs):
        text = f"{zeros} of {size} outputs are exactly 0 and none is negative: a ReLU has cut the logits off."
        found.append(Finding("rectified_outputs", text, f"{LAYER}  # no relu around it"))
    return False


def decided(reading, found):
    """Find outputs that are class indices, beside labels that are."""
    labels, outputs = reading.labels, reading.outputs
    if reading.exclusive or outputs.size < FEW or labels.max() <= 1 or np.ptp(outputs) == 0:
        return False
    whole = all((values == np.trunc(values)).all() and values.min() >= 0 for values in (labels, outputs))
    if whole and outputs.max() <= labels.max() + 1:
        _rounded(f"the outputs are class indices like the labels, 0 to {outputs.max():.0f}", found)
        return True
    return False


def _rounded(what, found):
    text = f"{what}: decisions, which have no gradient."
    found.append(Finding("rounded_outputs", text, f"{LAYER}  # no argmax, no threshold, no rounding"))


def _sum_to_one(outputs):
    """Return whether outputs [..., classes] are probabilities that sum to one in every row."""
    rows = outputs.reshape(-1, outputs.shape[-1])
    tolerance = SUM_TOLERANCE if len(rows) > 3 else 1e-4
    if rows.shape[-1] < 2 or rows.min() < 0 or rows.max() > 1 + tolerance:
        return False
    return bool((np.abs(rows.sum(-1) - 1) <= tolerance).all())


def _loosely(given, outputs):
    """Return whether rows sum to one only nearly, which neither a short dtype nor cut-off decimals explain."""
    if given.dtype.itemsize == 2 or (outputs == np.round(outputs, 4)).all():
        return False
    return bool(np.abs(outputs.sum(-1) - 1).max() > 3e-6)


def _log_sum_to_one(outputs, given):
    """Return whether outputs [..., classes] are logarithms of such probabilities; ``given`` has their own dtype."""
    rows = outputs.reshape(-1, outputs.shape[-1])
    # C logits of rare labels, each near -log C, come close to a sum of one by themselves: what is loose must be sure.
    loose = given.dtype.itemsize == 2 and np.exp(rows.max(-1)).mean() > 0.2
    tolerance = SUM_TOLERANCE if loose else 1e-4
    if rows.shape[-1] < 2 or rows.max() > tolerance:
        return False
    return bool((np.abs(numerics.logsumexp(rows)) <= tolerance).all())


def _exclusive(reading, outputs, found):
    classes = outputs.shape[-1]
    count = outputs.size // classes
    sigmoids = reading.rows is not None and one_hot(reading.rows) and _squashed(outputs, reading.rows)
    if _sum_to_one(outputs) and not (sigmoids and _loosely(reading.outputs, outputs)):
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
    _alike(outputs.reshape(count, classes), found)
    return beliefs


def _independent(reading, outputs, labels, found):
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
    _alike(outputs if reading.columns else outputs.reshape(-1, 1), found, single=True)
    return np.stack([numerics.log_sigmoid(-outputs), numerics.log_sigmoid(outputs)], -1)


def _competing(outputs, given, labels, found):
    """Find labels that do not exclude each other beside outputs of a softmax, which do."""
    if _sum_to_one(outputs):
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

    They must explain the labels better as probabilities, beyond chance; and show one of three signs of a sigmoid: both
    ends of the interval are reached and neither is passed; very many stand a hundred times closer to an end than
    the furthest; or one half divides the labels where, for logits, zero would.
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
    no_below = bounds.at_most(int(yes[~above].sum()), int((~above).sum()), 0.5)
    divides = bounds.at_least(int(yes[above].sum()), int(above.sum()), yes.mean())
    spans = low <= 0.25 and high >= 0.75  # a model that has learnt little gives neither
    return bool(spans and (above == yes).mean() >= 0.8 and max(no_below, divides) <= bounds.ALPHA)


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


def _alike(outputs, found, single=False):
    """Find predictions that are the same for every example, or for every class; ``outputs`` is [examples, classes]."""
    if len(outputs) < 2:
        return
    few = len(outputs) < FEW  # then only what is exactly alike counts
    centred = np.where(np.isneginf(outputs), np.nan, outputs)
    if not single:
        centred = centred - np.nanmean(centred, axis=-1, keepdims=True)
    centred = np.nan_to_num(centred)
    if np.abs(centred).max() < (1e-9 if few else 1e-3):
        if any(finding.code == "rectified_outputs" for finding in found):
            return  # which explains it
        classes = 2 if single else outputs.shape[-1]
        text = (
            f"every class gets the same probability for each of {len(outputs)} examples (logits apart by no more than "
            f"{np.ptp(centred):.1e}): the loss is log {classes} = {np.log(classes):.4f}, that of a model that knows "
            "nothing."
        )
        cure = "kernel = numpy.random.default_rng(0).normal(0, len(kernel) ** -0.5, kernel.shape)  # not zeros"
        found.append(Finding("uniform_predictions", text, cure))
    elif np.ptp(centred, axis=0).max() < (1e-9 if few else 1e-4) and len(outputs) > 3:
        text = (
            f"the outputs are the same for all {len(outputs)} examples (they differ by "
            f"{np.ptp(centred, axis=0).max():.1e} at most): nothing of the inputs reaches them."
        )
        cure = "inputs = (inputs - inputs.mean(0)) / (inputs.std(0) + 1e-8)  # large inputs kill ReLUs; then start anew"
        found.append(Finding("constant_predictions", text, cure))
