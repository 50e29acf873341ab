"""The sigmoid family: labels that are not exclusive, and a binary problem for each logit."""

import numpy as np

from .. import checks
from ..gradients import differentiable
from ..numerics import sigmoid, softplus
from ..rows import row_losses


def formulas(x, z, value, into_x):
    """Write the loss of logits ``x`` with labels ``z`` into ``value``.

    Return a function that writes the gradient with respect to ``x`` into ``into_x``.
    """
    e = np.exp(-np.abs(x))
    np.clip(x, 0, np.inf, out=value)  # max(x, 0), in a third of the time of np.maximum
    value -= x * z
    value += np.log1p(e)

    def gradient():
        np.maximum(e, x >= 0, out=into_x)  # 1 on the right of zero, e on the left: for e is at most 1
        np.divide(into_x, 1 + e, out=into_x)  # sigmoid(x)
        np.subtract(into_x, z, out=into_x)

    return gradient


def formulas_into_labels(x, z, value, into_x, into_z):
    """Do what :func:`formulas` does; the function returned also writes the gradient with respect to ``z``."""
    gradient = formulas(x, z, value, into_x)

    def gradients():
        gradient()
        np.negative(x, out=into_z)

    return gradients


def cross_entropy(labels, logits, labels_need_grad=False, check=None):
    """Return the loss of labels and logits, and its pullback. It is derived in the public loss below.

    ``check`` is for :func:`row_losses`; without it, labels and logits must have been checked already.
    """
    if labels_need_grad:
        return row_losses(formulas_into_labels, logits, labels, check=check, into=("logits", "labels"))
    return row_losses(formulas, logits, labels, check=check)


def checked_cross_entropy(labels, logits, name="labels"):
    """Check the arguments, where labels are called ``name``; return the loss and its pullback."""
    logits = checks.logits_unchecked(logits)
    labels_need_grad = checks.is_floating(labels)
    labels = checks.dense_labels_unchecked(labels, logits, name=name)

    def check(x, z):
        if not (checks.are_finite(*checks.extremes(x)) and checks.in_unit_interval(z)):
            checks.finite("logits", logits)
            checks.dense_labels(labels, logits, name=name)

    return cross_entropy(labels, logits, labels_need_grad, check)


@differentiable(dtype_of="logits")
def sigmoid_cross_entropy_with_logits(*, labels, logits):
    r"""Binary cross-entropy of every logit with its own label.

    With :math:`x` the logits, :math:`z` the labels and :math:`\sigma(x) = 1/(1+e^{-x})`:

    .. math::

       L &= -z \log\sigma(x) - (1 - z) \log(1 - \sigma(x)) \\
         &= z\,\mathrm{softplus}(-x) + (1 - z)\,\mathrm{softplus}(x) \\
         &= \mathrm{softplus}(x) - x z \\
         &= \max(x, 0) - x z + \log(1 + e^{-|x|})

    since :math:`1 - \sigma(x) = \sigma(-x)`, :math:`-\log\sigma(x) = \mathrm{softplus}(-x)` and
    :math:`\mathrm{softplus}(-x) = \mathrm{softplus}(x) - x`. The derivative of softplus is :math:`\sigma`, so

    .. math:: \frac{\partial L}{\partial x} = \sigma(x) - z, \qquad \frac{\partial L}{\partial z} = -x

    Args:
        labels: numbers in [0, 1], independent of one another; the shape of ``logits``.
        logits: floating-point array of any shape; log-odds, in nats.

    Returns:
        An array of the shape and dtype of ``logits``, with one loss, in nats, for each of them. Nothing is summed.

    Raises:
        TypeError: ``logits`` are not floating-point; a positional call.
        ValueError: shapes differ, a label lies outside [0, 1], a logit is not finite, or nothing was given.

    Examples:
        >>> sigmoid_cross_entropy_with_logits(labels=[1.0, 0.0], logits=[0.0, 1000.0]).round(6)
        array([6.93147e-01, 1.00000e+03])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_impl.py``.
    """
    return checked_cross_entropy(labels, logits)


@differentiable(dtype_of="logits")
def weighted_cross_entropy_with_logits(labels, logits, pos_weight):
    r"""Binary cross-entropy whose positive part is multiplied by ``pos_weight``.

    With :math:`x` the logits, :math:`z` the labels and :math:`q` the weight of positives:

    .. math::

       L &= -q\,z \log\sigma(x) - (1 - z) \log(1 - \sigma(x)) \\
         &= q\,z\,\mathrm{softplus}(-x) + (1 - z)\,\mathrm{softplus}(x)

    A weight above one makes missed positives more costly (recall rises); one below makes false alarms more costly
    (precision rises).

    .. math::

       \frac{\partial L}{\partial x} = (1 - z)\,\sigma(x) - q\,z\,\sigma(-x), \qquad
       \frac{\partial L}{\partial z} = (q - 1)\,\mathrm{softplus}(-x) - x

    At :math:`x = 0` exactly, TensorFlow differentiates :math:`|x|` and :math:`\max(-x, 0)` as zero and so misses
    :math:`-\tfrac12(1 + (q - 1)z)`; this library gives the derivative.

    Args:
        labels: numbers in [0, 1], the shape of ``logits``.
        logits: floating-point array of any shape; log-odds, in nats.
        pos_weight: non-negative number, or an array that broadcasts to ``logits`` (one weight for each class, say).

    Returns:
        An array of the shape and dtype of ``logits``, with one loss, in nats, for each of them.

    Raises:
        TypeError: ``logits`` are not floating-point, ``pos_weight`` is not a number.
        ValueError: shapes do not fit, a label lies outside [0, 1], a weight is negative, a number is not finite, or the
            loss is too large for the dtype.

    Examples:
        >>> weighted_cross_entropy_with_logits([1.0, 0.0], [0.0, 0.0], pos_weight=3.0).round(6)
        array([2.079442, 0.693147])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_impl.py``.
    """
    logits = checks.logits_array(logits)
    labels_need_grad = checks.is_floating(labels)
    labels = checks.dense_labels(labels, logits)
    pos_weight = checks.weights_array(pos_weight, logits.dtype, "pos_weight")
    checks.broadcastable("pos_weight", pos_weight, logits.shape, "logits")
    missed = softplus(-logits)
    with np.errstate(over="ignore"):
        value = checks.representable("value", pos_weight * labels * missed + (1 - labels) * softplus(logits))

    def pullback(upstream):
        grad = (1 - labels) * sigmoid(logits) - pos_weight * labels * sigmoid(-logits)
        grads = {"logits": upstream * grad}
        if labels_need_grad:
            with np.errstate(over="ignore"):
                grad = checks.representable("gradient into labels", (pos_weight - 1) * missed - logits)
            grads["labels"] = upstream * grad
        return grads

    return value, pullback
