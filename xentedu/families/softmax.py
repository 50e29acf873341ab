"""The softmax family: each label shares one unit of probability among the classes."""

import numpy as np

from .. import checks
from ..gradients import differentiable
from ..numerics import log_softmax


def cross_entropy(labels, logits, axis, labels_need_grad=False):
    """Return the loss of checked labels and logits, and its pullback. It is derived in v2, below.

    ``labels_need_grad`` says whether the pullback gives a gradient into the labels too.
    """
    log_p = log_softmax(logits, axis)
    value = 0 - (labels * log_p).sum(axis=axis)  # a plain minus would print -0.

    def pullback(upstream):
        upstream = np.expand_dims(upstream, axis)
        grads = {"logits": upstream * (np.exp(log_p) - labels)}
        if labels_need_grad:
            grads["labels"] = upstream * -log_p
        return grads

    return value, pullback


def _checked(labels, logits, axis):
    """Return checked labels, logits and axis."""
    logits, axis = checks.class_logits(logits, axis)
    return checks.distributions(labels, logits, axis), logits, axis


@differentiable(dtype_of="logits")
def softmax_cross_entropy_with_logits_v2(labels, logits, axis=-1):
    r"""Cross-entropy of the softmax of the logits with labels that are a distribution over the classes.

    With :math:`x` the logits, :math:`y` the labels and :math:`p = \mathrm{softmax}(x)`:

    .. math::

       L &= -\sum_k y_k \log p_k \\
         &= -\sum_k y_k \Bigl( x_k - \log\sum_j e^{x_j} \Bigr) \\
         &= -\sum_k y_k \Bigl( (x_k - m) - \log\sum_j e^{x_j - m} \Bigr), \qquad m = \max_j x_j

    The probabilities are never formed, so none can round to zero before its logarithm is taken. Since
    :math:`\partial \log p_k / \partial x_i = [k = i] - p_i` and the labels sum to one,

    .. math::

       \frac{\partial L}{\partial x_i} = \sum_k y_k\,(p_i - [k = i]) = p_i - y_i, \qquad
       \frac{\partial L}{\partial y_i} = -\log p_i

    Args:
        labels: probabilities that sum to one along ``axis`` (a one-hot row is one); the shape of ``logits``.
        logits: floating-point array of rank 1 or more, unscaled log-probabilities, in nats.
        axis: the axis of the classes.

    Returns:
        An array of the shape of ``logits`` without ``axis``, in the dtype of ``logits``, with one loss, in nats, for
        each example.

    Raises:
        TypeError: ``logits`` are not floating-point, ``axis`` is not an integer.
        ValueError: shapes differ, labels are not a distribution, a logit is not finite, the logits of an example differ
            by more than their dtype can hold, ``axis`` is out of range.

    Examples:
        >>> softmax_cross_entropy_with_logits_v2([[0.5, 0.5, 0.0]], [[1000.0, 1000.0, -1000.0]]).round(6)
        array([0.693147])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_ops.py`` and ``tensorflow/core/kernels/xent_op.h``.
    """
    return cross_entropy(*_checked(labels, logits, axis), checks.is_floating(labels))


@differentiable(dtype_of="logits")
def softmax_cross_entropy_with_logits(*, labels, logits, axis=-1):
    """The first version of the softmax loss: it treats its labels as constants.

    Value, arguments and gradient into the logits are those of :func:`softmax_cross_entropy_with_logits_v2`. The one
    difference is that no gradient flows into the labels, as if each call were
    ``softmax_cross_entropy_with_logits_v2(labels=tf.stop_gradient(labels), logits=logits)``.

    Args:
        labels: probabilities that sum to one along ``axis``; the shape of ``logits``. By keyword.
        logits: floating-point array of rank 1 or more. By keyword.
        axis: the axis of the classes. By keyword.

    Returns:
        One loss, in nats, for each example, in the dtype of ``logits``.

    Raises:
        TypeError: a positional call, and what v2 raises.
        ValueError: as v2.

    Examples:
        >>> from xentedu import value_and_grad
        >>> value, grads = value_and_grad(softmax_cross_entropy_with_logits)(labels=[0.0, 1.0], logits=[0.0, 0.0])
        >>> print(value.round(6), sorted(grads))
        0.693147 ['logits']

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_ops.py``.
    """
    return cross_entropy(*_checked(labels, logits, axis))
