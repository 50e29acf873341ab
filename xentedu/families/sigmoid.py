"""The sigmoid family: labels that are not exclusive, one binary problem for each logit."""

import numpy as np

from .. import checks
from ..blocks import extremes, over_rows
from ..gradients import differentiable, gradient_wanted, times
from ..numerics import sigmoid, softplus

_MEANT = "sparse_softmax_cross_entropy_with_logits, which takes class ids"


def formulas(x, z, value, gradient=None):
    """Write the loss of logits ``x`` with labels ``z`` into ``value``, its derivative by ``x`` into ``gradient``."""
    e = np.exp(-np.abs(x))
    np.clip(x, 0, np.inf, out=value)  # max(x, 0), in a third of the time of np.maximum
    value -= x * z
    value += np.log1p(e)
    if gradient is not None:
        np.maximum(e, x >= 0, out=gradient)  # 1 on the right of zero, e on the left: for e is at most 1
        gradient /= 1 + e  # sigmoid(x)
        gradient -= z


def cross_entropy(labels, logits, trained=False, refuse=None):
    """Return the loss of labels and logits, and its pullback; into the labels too, if they are ``trained``.

    It is derived in the public loss below. ``refuse`` is called if a number is not finite or a label outside [0, 1],
    which is found out while they are at hand; None says that it is known already.
    """
    x, z = np.atleast_1d(logits, labels)
    value = np.empty_like(x)
    grads = {}
    if gradient_wanted():
        grads = {name: np.empty_like(x) for name in ("logits", "labels")[: 1 + trained]}

    def work(rows):
        if refuse and not checks.are_probabilities(*extremes(z[rows])):
            refuse()
        into = {name: grad[rows] for name, grad in grads.items()}
        with np.errstate(invalid="ignore"):
            formulas(x[rows], z[rows].astype(x.dtype, copy=False), value[rows], into.get("logits"))
        if refuse and not np.isfinite(np.maximum.reduce(value[rows], axis=None)):
            refuse()  # just a logit that is not finite makes such a loss, and to look at one array is quicker
        if "labels" in into:
            np.negative(x[rows], out=into["labels"])

    over_rows(work, x, z, value, *grads.values())

    def pullback(upstream):
        return {name: times(upstream, grad.reshape(logits.shape)) for name, grad in grads.items()}

    return value.reshape(logits.shape), pullback


def checked_cross_entropy(labels, logits, name="labels"):
    """Check the arguments, of which the labels are called ``name``; return the loss and its pullback."""
    logits = checks.logits_unread(logits)
    trained = np.dtype(getattr(labels, "dtype", np.float64)).kind == "f"
    labels = checks.dense_labels_unread(labels, logits, name=name, meant=_MEANT)

    def refuse():
        checks.finite("logits", logits)
        checks.dense_labels(labels, logits, name=name, meant=_MEANT)

    return cross_entropy(labels, logits, trained, refuse)


@differentiable
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
        labels: numbers in [0, 1], any of them, each on its own; the shape of ``logits``.
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


@differentiable
def weighted_cross_entropy_with_logits(labels, logits, pos_weight):
    r"""Binary cross-entropy whose positive part is multiplied by ``pos_weight``.

    With :math:`x` the logits, :math:`z` the labels and :math:`q` the weight of positives:

    .. math::

       L &= -q\,z \log\sigma(x) - (1 - z) \log(1 - \sigma(x)) \\
         &= q\,z\,\mathrm{softplus}(-x) + (1 - z)\,\mathrm{softplus}(x)

    A weight above one makes missed positives dearer (recall rises), one below makes false alarms dearer (precision
    rises).

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
        TypeError: ``logits`` or ``pos_weight`` are not floating-point.
        ValueError: shapes do not fit, a label lies outside [0, 1], a weight is negative, a number is not finite, or the
            loss is too large for the dtype.

    Examples:
        >>> weighted_cross_entropy_with_logits([1.0, 0.0], [0.0, 0.0], pos_weight=3.0).round(6)
        array([2.079442, 0.693147])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_impl.py``.
    """
    logits = checks.logits_array(logits)
    trained = np.dtype(getattr(labels, "dtype", np.float64)).kind == "f"
    labels = checks.dense_labels(labels, logits, meant=_MEANT)
    pos_weight = checks.floating("pos_weight", pos_weight)
    checks.broadcastable("pos_weight", pos_weight, logits.shape, "logits")
    checks.non_negative("pos_weight", pos_weight)
    pos_weight = checks.cast("pos_weight", pos_weight, logits.dtype)
    missed = softplus(-logits)
    with np.errstate(over="ignore"):
        value = checks.representable("value", pos_weight * labels * missed + (1 - labels) * softplus(logits))

    def pullback(upstream):
        grad = (1 - labels) * sigmoid(logits) - pos_weight * labels * sigmoid(-logits)
        grads = {"logits": upstream * grad}
        if trained:
            with np.errstate(over="ignore"):
                grad = checks.representable("gradient into labels", (pos_weight - 1) * missed - logits)
            grads["labels"] = upstream * grad
        return grads

    return value, pullback
