"""``tf.contrib.losses``: the deprecated forerunners of ``tf.losses``. Logits, or predictions, come first.

They differ from :mod:`xentedu.losses` in two more ways. Weights are aligned on the left: ``[batch]`` weights the rows
of ``[batch, classes]``. And there is a single reduction: the sum divided by the number of weights that are not zero. A
docstring here says what differs from the twin in :mod:`xentedu.losses`, which has the mathematics.
"""

import math

import numpy as np

from .. import checks, losses
from ..families import sparse, weighting
from ..gradients import differentiable

__all__ = [
    "compute_weighted_loss",
    "log_loss",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]


@differentiable(dtype_of="logits")
def softmax_cross_entropy(logits, onehot_labels, weights=1.0, label_smoothing=0):
    """:func:`xentedu.losses.softmax_cross_entropy`, with logits first.

    For smoothing, TensorFlow takes the number of classes from axis 1 of the labels, wherever the classes are. At rank 2
    that is right. At rank 3 it is not, and smoothed labels no longer sum to one; the loss here is TensorFlow's all the
    same.

    Args:
        logits: as there, but of rank 2 or more.
        onehot_labels: as there.
        weights: a scalar, or the leading axes of ``logits`` but the last.
        label_smoothing: as there.

    Returns:
        One number.

    Raises:
        TypeError: as there.
        ValueError: as there.

    Examples:
        >>> float(softmax_cross_entropy([[0.0, 0.0]], [[1.0, 0.0]]).round(6))
        0.693147

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/losses/python/losses/loss_ops.py``.
    """
    each, into_logits = losses.softmax_terms(
        onehot_labels, logits, label_smoothing, weights, from_the_left, count_axis=1, min_rank=2
    )
    value, into_losses = weighted_from_the_left(each, weights)
    return value, lambda upstream: into_logits(into_losses(upstream))


@differentiable(dtype_of="logits")
def sigmoid_cross_entropy(logits, multi_class_labels, weights=1.0, label_smoothing=0):
    """:func:`xentedu.losses.sigmoid_cross_entropy`, with logits first.

    Args:
        logits: as there, but of rank 1 or more.
        multi_class_labels: as there.
        weights: a scalar, or the leading axes of ``logits``.
        label_smoothing: as there.

    Returns:
        One number.

    Raises:
        TypeError: as there.
        ValueError: as there.

    Examples:
        >>> float(sigmoid_cross_entropy([[0.0, 2.0]], [[1.0, 0.0]], weights=[[1.0, 0.0]]).round(6))
        0.693147

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/losses/python/losses/loss_ops.py``.
    """
    each, into_logits = losses.sigmoid_terms(multi_class_labels, logits, label_smoothing)
    value, into_losses = weighted_from_the_left(each, weights)
    return value, lambda upstream: into_logits(into_losses(upstream))


@differentiable(dtype_of="logits")
def sparse_softmax_cross_entropy(logits, labels, weights=1.0):
    """:func:`xentedu.losses.sparse_softmax_cross_entropy`, with logits first, and for matrices alone.

    Args:
        logits: floating-point array of shape ``[batch, classes]``. -inf masks a class.
        labels: integer class indices, of shape ``[batch]`` or ``[batch, 1]``.
        weights: a scalar, or of shape ``[batch]`` or ``[batch, 1]``.

    Returns:
        One number.

    Raises:
        TypeError: as there.
        ValueError: as there.

    Examples:
        >>> float(sparse_softmax_cross_entropy([[0.0, 0.0]], [1]).round(6))
        0.693147

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/losses/python/losses/loss_ops.py``.
    """
    logits = checks.logits_unchecked(logits)
    if logits.ndim != 2:
        raise checks.problem(ValueError, "logits", "shape [batch, classes]", f"shape {logits.shape}")
    ids = checks.rectangular("labels", labels)
    if ids.ndim == 2 and ids.shape[1] == 1:
        ids = ids[:, 0]
    checks.some_classes("logits", logits)
    ids = checks.class_indices(ids, logits.shape[1], logits.shape[:1])
    each, into_logits = sparse.cross_entropy(ids, logits)
    value, into_losses = weighted_from_the_left(each, weights)
    return value, lambda upstream: into_logits(into_losses(upstream))


@differentiable(dtype_of="predictions")
def log_loss(predictions, labels, weights=1.0, epsilon=1e-7):
    """:func:`xentedu.losses.log_loss`, with predictions first.

    Both arguments are numbers in [0, 1], so swapping them raises no error. It gives another number.

    Args:
        predictions: as there, but of rank 1 or more.
        labels: as there.
        weights: a scalar, or the leading axes of ``predictions``.
        epsilon: as there.

    Returns:
        One number.

    Raises:
        TypeError: as there.
        ValueError: as there.

    Examples:
        >>> float(log_loss([0.5, 0.0], [1.0, 0.0]).round(6))
        0.346573

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/losses/python/losses/loss_ops.py``.
    """
    each, into_predictions = losses.log_terms(labels, predictions, epsilon)
    value, into_losses = weighted_from_the_left(each, weights)
    return value, lambda upstream: into_predictions(into_losses(upstream))


@differentiable(dtype_of="losses")
def compute_weighted_loss(losses, weights=1.0):
    """:func:`xentedu.losses.compute_weighted_loss` with the mean by weights that are not zero, and no other reduction.

    Args:
        losses: array of rank 1 or more.
        weights: a scalar, or the leading axes of ``losses``.

    Returns:
        One number.

    Raises:
        TypeError: as there.
        ValueError: as there.

    Examples:
        >>> float(compute_weighted_loss([3.0, 5.0, 100.0], weights=[4.0, 1.0, 0.0]))
        8.5

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/losses/python/losses/loss_ops.py``.
    """
    losses = checks.logits_array(losses, "losses", integers=True)
    value, spread = weighted_from_the_left(losses, weights)
    return value, lambda upstream: {"losses": spread(upstream)}


def from_the_left(weights, losses):
    """Return checked weights, whose axes are the *leading* axes of ``losses``. A last axis of length one is dropped."""
    weights = checks.weights_array(weights, losses.dtype)
    if weights.ndim > 1 and weights.shape[-1] == 1:
        weights = weights[..., 0]
    checks.leading_axes("weights", weights, losses.shape, "the losses")
    return weights


def weighted_from_the_left(losses, weights):
    """Return the weighted sum over the number of nonzero weights, and the function that spreads a gradient over losses.

    Weights of shape ``[batch]`` weight the rows of ``[batch, classes]``. The divisor is the number of nonzero weights
    times the number of losses behind each. Weights that are broadcast from an axis of length one count once: too few,
    but that is how TensorFlow counts them.
    """
    weights = from_the_left(weights, losses)
    behind = losses.shape[weights.ndim :]  # the axes of losses that weights lack
    divisor = np.count_nonzero(weights) * math.prod(behind)
    aligned = weights.reshape(weights.shape + (1,) * len(behind))  # rank of losses
    return weighting.divided(losses, aligned, divisor)
