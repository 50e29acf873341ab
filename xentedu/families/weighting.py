"""In-batch weights, reductions and label smoothing: the steps from the loss of each example to a single number."""

import enum

import numpy as np

from .. import checks
from ..gradients import differentiable


class Reduction(enum.StrEnum):
    r"""How weighted losses become one number. Each member equals TensorFlow's string, which may be passed instead.

    With :math:`\ell_i` the losses and :math:`w_i` the weights, after the weights were broadcast to the :math:`n`
    losses, all but ``NONE`` are :math:`\sum_i w_i \ell_i` divided by something, or zero if that is zero.

    Attributes:
        NONE: the weighted losses themselves.
        SUM: by one.
        SUM_OVER_BATCH_SIZE: by :math:`n`.
        MEAN: by :math:`\sum_i w_i`, a weighted mean.
        SUM_BY_NONZERO_WEIGHTS: by the number of :math:`w_i` that are not zero. The default of ``tf.losses``.
        SUM_OVER_NONZERO_WEIGHTS: another name for the same.

    Examples:
        >>> Reduction.MEAN == "weighted_mean", Reduction("weighted_mean") is Reduction.MEAN
        (True, True)

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/losses/losses_impl.py``.
    """

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"

    __str__ = str.__str__

    @classmethod
    def all(cls):
        """Return every reduction."""
        return tuple(cls)

    @classmethod
    def validate(cls, key):
        """Raise a ``ValueError`` if ``key`` is not a reduction."""
        checks.one_of("reduction", key, [member.value for member in cls])


@differentiable(dtype_of="losses")
def compute_weighted_loss(losses, weights=1.0, reduction=Reduction.SUM_BY_NONZERO_WEIGHTS):
    r"""Multiply losses by weights, and reduce them to one number.

    With :math:`\ell_i` the losses and :math:`w_i` the weights broadcast to them,

    .. math:: L = \frac{1}{d} \sum_i w_i \ell_i, \qquad \frac{\partial L}{\partial \ell_i} = \frac{w_i}{d}

    where the reduction chooses the divisor :math:`d`: see :class:`~xentedu.losses.Reduction`. Where :math:`d = 0` (all
    weights are zero), loss and gradient are zero: a batch of padding must not stop the training with NaN.

    The default divides by the *number* of weights that are not zero: doubling all weights doubles the loss, but setting
    one of them to zero takes its example out of the mean altogether.

    Args:
        losses: array of any shape. Integers and booleans are computed in float64, and their mean is not cut off
            (TensorFlow casts it back).
        weights: non-negative numbers, either a scalar or an array with as many axes as ``losses``, each of length one
            or that of ``losses``. Weights of shape ``[batch]`` for losses of shape ``[batch, classes]`` are refused:
            write ``weights[:, numpy.newaxis]``. TensorFlow gives a gradient into them; this library does not.
        reduction: a :class:`~xentedu.losses.Reduction`, or its string.

    Returns:
        One number; with ``Reduction.NONE`` the weighted losses. In the dtype of ``losses`` (TensorFlow computes them in
        float32, and casts back).

    Raises:
        TypeError: ``losses`` or ``weights`` are not numbers.
        ValueError: shapes do not fit, a weight is negative or not finite, the reduction is unknown.

    Examples:
        >>> losses, weights = [3.0, 5.0, 100.0], [4.0, 1.0, 0.0]
        >>> for reduction in ("weighted_sum", "weighted_sum_over_batch_size", "weighted_mean"):
        ...     print(reduction, compute_weighted_loss(losses, weights, reduction=reduction).round(3))
        weighted_sum 17.0
        weighted_sum_over_batch_size 5.667
        weighted_mean 3.4
        >>> float(compute_weighted_loss(losses, weights))
        8.5

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/losses/losses_impl.py``.
    """
    losses = checks.logits_array(losses, "losses", integers=True)
    value, spread = weighted(losses, weights, reduction)
    return value, lambda upstream: {"losses": spread(upstream)}


def of_same_rank(weights, losses):
    """Return checked weights: a scalar, or as many axes as ``losses``. For ``tf.losses``."""
    weights = checks.weights_array(weights, losses.dtype)
    checks.same_rank_or_scalar("weights", weights, losses.shape, "the losses")
    return weights


def counted(weights, losses):
    """Return which losses have a weight that is not zero: booleans of their shape."""
    columns = weights.reshape(weights.shape + (1,) * (losses.ndim - weights.ndim))
    return np.broadcast_to(columns != 0, losses.shape)


def weighted(losses, weights, reduction):
    """Return the reduced losses, and the function that spreads a gradient over them. For ``tf.losses``."""
    Reduction.validate(reduction)
    weights = of_same_rank(weights, losses)
    if reduction == Reduction.NONE:
        return multiplied(losses, weights)
    repeated = losses.size // max(weights.size, 1)  # how often each weight is used
    divisor = {
        Reduction.SUM: 1,
        Reduction.SUM_OVER_BATCH_SIZE: losses.size,
        Reduction.MEAN: total(weights, repeated),
        Reduction.SUM_BY_NONZERO_WEIGHTS: np.count_nonzero(weights) * repeated,
    }[Reduction(reduction)]
    return divided(losses, weights, divisor)


def multiplied(losses, weights, reduce=np.asarray):
    """Return weighted losses, all of them or reduced, and the function that spreads a gradient over them."""
    with np.errstate(over="ignore", invalid="ignore"):
        value = checks.representable("weights * losses", reduce(losses * weights))
    return value, lambda upstream: upstream * np.broadcast_to(weights, losses.shape)


def divided(losses, weights, divisor):
    """Return the sum of weighted losses over ``divisor``, or zero over zero, and the spreading of its gradient.

    The weights are divided, not the sum: that could overflow where the mean does not.
    """
    with np.errstate(over="ignore"):  # a sum that is too large gets an error below
        divisor = losses.dtype.type(divisor)
    divisor = checks.representable("the sum of the weights", divisor)
    return multiplied(losses, weights / divisor if divisor else np.zeros_like(weights), np.sum)


def total(weights, repeated=1):
    """Return the sum of weights that are each used ``repeated`` times: infinity if it is too large."""
    with np.errstate(over="ignore"):
        return weights.sum() * repeated


def smoothed(labels, label_smoothing, num_classes):
    r"""Return :math:`(1 - s)\,y + s / C`: labels that give a share :math:`s` of themselves to all :math:`C` classes.

    One sigmoid has two classes, on and off: there :math:`C = 2`, and labels move towards a half.

    >>> smoothed(np.array([0.0, 1.0]), 0.1, 2).round(3)
    array([0.05, 0.95])
    """
    smoothing = checks.number("label_smoothing", label_smoothing, 0, 1)
    if smoothing == 0:
        return labels
    return labels * (1 - smoothing) + smoothing / num_classes
