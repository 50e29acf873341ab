"""What the outputs give away: an activation that was applied to them, or that they tell no example from another."""

import numpy as np

from . import activations
from .finding import Finding
from .reading import one_hot

FEW = 8  # with fewer examples, that all are alike says little
LAYER = "outputs = hidden @ kernel + bias"  # the last layer, with nothing around it


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
    if (reading.exclusive or reading.columns) and activations.wrong_axis(outputs, found):
        return None
    if reading.exclusive:
        beliefs, alike = activations.exclusive(reading, outputs, found), outputs.reshape(-1, outputs.shape[-1])
    else:
        beliefs = activations.independent(reading, outputs, labels, found)
        alike = outputs if reading.columns else outputs.reshape(-1, 1)
    if beliefs is not None:
        _alike(alike, found, single=not reading.exclusive)
    return beliefs


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
    if rectified and several and not activations.sum_to_one(outputs):
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
