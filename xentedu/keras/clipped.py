"""Keras's losses of probabilities, which are clipped away from zero and one before their logarithm is taken.

Labels and probabilities have been checked. Each function returns the losses and their pullback.
"""

import numpy as np

from .. import checks

# The distance that probabilities keep from zero and from one: Keras's backend.epsilon(). Keras 3.15.1, config.py.
EPSILON = 1e-7


def binary(labels, predictions):
    r"""Return the binary cross-entropy of probabilities that were clipped to :math:`[\epsilon, 1 - \epsilon]`.

    .. math:: L = -z \log c - (1 - z) \log(1 - c), \qquad c = \min(\max(p, \epsilon), 1 - \epsilon)

    .. math::

       \frac{\partial L}{\partial p} = \Bigl( \frac{1 - z}{1 - c} - \frac{z}{c} \Bigr)\,[\epsilon < p < 1 - \epsilon]

    Where the clip takes hold, :math:`c` no longer moves with :math:`p`: the gradient is zero exactly where the
    prediction is most certain, and most wrong.
    """
    clipped, inside = _clip(predictions)
    value = -labels * np.log(clipped) - (1 - labels) * np.log(1 - clipped)

    def pullback(upstream):
        return {"y_pred": upstream * inside * ((1 - labels) / (1 - clipped) - labels / clipped)}

    return value, pullback


def categorical(labels, predictions, axis):
    r"""Return the cross-entropy of probabilities that were divided by their sum along ``axis``, and then clipped.

    With :math:`S = \sum_j p_j`, :math:`q_k = p_k / S` and :math:`c_k` the clipped :math:`q_k`,

    .. math::

       L = -\sum_k y_k \log c_k, \qquad
       g_k = \frac{\partial L}{\partial q_k} = -\frac{y_k}{c_k}\,[\epsilon < q_k < 1 - \epsilon], \qquad
       \frac{\partial L}{\partial p_i} = \frac{1}{S} \Bigl( g_i - \sum_k g_k q_k \Bigr)

    since :math:`\partial q_k / \partial p_i = ([k = i] - q_k) / S`. Dividing by the sum makes any positive numbers look
    like probabilities, so a layer that lacks its softmax goes unnoticed.
    """
    total = predictions.sum(axis=axis, keepdims=True)
    checks.positive("y_pred, summed over the classes", total)
    normalized = predictions / total
    clipped, inside = _clip(normalized)
    value = -(labels * np.log(clipped)).sum(axis=axis)

    def pullback(upstream):
        into_normalized = -labels / clipped * inside
        through_total = (into_normalized * normalized).sum(axis=axis, keepdims=True)
        with np.errstate(over="ignore"):
            grad = np.expand_dims(upstream, axis) * (into_normalized - through_total) / total
        return {"y_pred": checks.representable("gradient into y_pred", grad)}

    return value, pullback


def _clip(probabilities):
    """Return the clipped probabilities, and where they are what they were."""
    low, high = (probabilities.dtype.type(bound) for bound in (EPSILON, 1 - EPSILON))
    return np.clip(probabilities, low, high), (probabilities > low) & (probabilities < high)
