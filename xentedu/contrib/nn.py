"""``tf.contrib.nn``: the losses whose arguments are flipped, and two more sampled ones.

The flipped losses take logits first and labels second, as TensorFlow did before version 1.0. They may be called by
position.
"""

from .. import nn
from ..families import sigmoid
from ..families.sampled import rank_sampled_softmax_loss, sampled_sparse_softmax_loss
from ..gradients import differentiable

__all__ = [
    "deprecated_flipped_sigmoid_cross_entropy_with_logits",
    "deprecated_flipped_softmax_cross_entropy_with_logits",
    "deprecated_flipped_sparse_softmax_cross_entropy_with_logits",
    "rank_sampled_softmax_loss",
    "sampled_sparse_softmax_loss",
]


@differentiable(dtype_of="logits")
def deprecated_flipped_softmax_cross_entropy_with_logits(logits, labels, axis=-1):
    """:func:`xentedu.nn.softmax_cross_entropy_with_logits`, with logits first. TensorFlow calls the axis ``dim`` here.

    Args:
        logits: floating-point array of rank 1 or more.
        labels: probabilities that sum to one along ``axis``; the shape of ``logits``.
        axis: the axis of the classes.

    Returns:
        One loss, in nats, for each example, in the dtype of ``logits``.

    Raises:
        TypeError: ``logits`` are not floating-point, ``axis`` is no integer.
        ValueError: shapes differ, labels are no distribution (are they swapped with the logits?).

    Examples:
        >>> deprecated_flipped_softmax_cross_entropy_with_logits([[0.0, 0.0]], [[1.0, 0.0]]).round(6)
        array([0.693147])

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/nn/python/ops/cross_entropy.py``.
    """
    return nn.softmax_cross_entropy_with_logits.implementation(labels=labels, logits=logits, axis=axis)


@differentiable(dtype_of="logits")
def deprecated_flipped_sparse_softmax_cross_entropy_with_logits(logits, labels):
    """:func:`xentedu.nn.sparse_softmax_cross_entropy_with_logits`, with logits first.

    Args:
        logits: floating-point array of rank 1 or more, the classes on its last axis.
        labels: integer class ids; the shape of ``logits`` without its last axis.

    Returns:
        One loss, in nats, for each example, in the dtype of ``logits``.

    Raises:
        TypeError: ``labels`` are not integers, ``logits`` are not floating-point (are they swapped?).
        ValueError: shapes do not fit, an id is out of range.

    Examples:
        >>> deprecated_flipped_sparse_softmax_cross_entropy_with_logits([[0.0, 0.0]], [1]).round(6)
        array([0.693147])

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/nn/python/ops/cross_entropy.py``.
    """
    return nn.sparse_softmax_cross_entropy_with_logits.implementation(labels=labels, logits=logits)


@differentiable(dtype_of="logits")
def deprecated_flipped_sigmoid_cross_entropy_with_logits(logits, targets):
    """:func:`xentedu.nn.sigmoid_cross_entropy_with_logits`, with logits first, and ``targets`` for ``labels``.

    Where the logits happen to lie in [0, 1], a swap raises no error: it is the loss of other labels.

    Args:
        logits: floating-point array of any shape.
        targets: numbers in [0, 1], the shape of ``logits``.

    Returns:
        One loss, in nats, for each logit, in their dtype.

    Raises:
        TypeError: ``logits`` are not floating-point.
        ValueError: shapes differ, a target lies outside [0, 1], a logit is not finite.

    Examples:
        >>> deprecated_flipped_sigmoid_cross_entropy_with_logits([0.0, 1000.0], [1.0, 0.0]).round(6)
        array([6.93147e-01, 1.00000e+03])

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/nn/python/ops/cross_entropy.py``.
    """
    value, pullback = sigmoid.checked_cross_entropy(targets, logits, "targets")
    names = {"labels": "targets"}
    return value, lambda upstream: {names.get(name, name): grad for name, grad in pullback(upstream).items()}
