"""What Keras's classes do with the losses of a batch: sample weights, a mask and a reduction."""

import numpy as np

from .. import checks
from ..families import weighting


def weighted_by_sample(losses, sample_weight, mask, reduction):
    """Return the reduced losses, and the function that spreads a gradient over them.

    ``"sum_over_batch_size"`` and ``"mean"`` divide by the number of losses, whatever the weights are;
    ``"mean_with_sample_weight"`` divides by the sum of the weights as given, before they are broadcast. A mask (of what
    ``ignore_class`` leaves) is multiplied into the weights; for the first two reductions it is scaled so that they
    divide by the number of losses that are left. A single loss is returned as it is, whatever the reduction.

    Args:
        losses: array of any shape.
        sample_weight: numbers that broadcast to it, or None; ``[batch, 1]`` is taken for ``[batch]``.
        mask: booleans of the shape of ``losses``, or None.
        reduction: one of Keras's five strings, or None.
    """
    shape = losses.shape
    weights = None
    if sample_weight is not None:
        weights = checks.weights_array(sample_weight, losses.dtype, "sample_weight")
        if weights.ndim == losses.ndim + 1 and weights.shape[-1] == 1:
            if losses.ndim == 1:
                losses = losses[:, np.newaxis]  # Keras adds the axis to the losses here, and keeps it
            else:
                weights = weights[..., 0]
        checks.broadcastable("sample_weight", weights, losses.shape, "the losses")
    if mask is not None:
        present = mask.reshape(losses.shape).astype(losses.dtype)
        if reduction in ("sum_over_batch_size", "mean"):
            present = present * (mask.size / max(np.count_nonzero(mask), 1))
        weights = present if weights is None else weights * present
    factors = losses.dtype.type(1) if weights is None else weights
    if reduction in (None, "none") or shape in ((), (0,)):
        value, spread = weighting.multiplied(losses, factors)
    elif reduction == "mean_with_sample_weight" and weights is not None:
        value, spread = weighting.divided(losses, factors, weighting.total(factors))
    else:
        value, spread = weighting.divided(losses, factors, 1 if reduction == "sum" else losses.size)
    return value, lambda upstream: spread(upstream).reshape(shape)
