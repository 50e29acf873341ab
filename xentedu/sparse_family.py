"""The sparse family: the softmax loss of an exclusive label, given as the number of its class."""

import numpy as np

from . import checks
from .gradients import differentiable


def cross_entropy(ids, logits):
    """Return the loss of checked ids and logits, and its pullback. It is derived in the public loss below."""
    ids = ids[..., np.newaxis]
    shifted = logits - logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    total = exponentials.sum(axis=-1, keepdims=True)
    value = (np.log(total) - np.take_along_axis(shifted, ids, axis=-1))[..., 0]

    def pullback(upstream):
        grad = exponentials / total
        np.put_along_axis(grad, ids, np.take_along_axis(grad, ids, axis=-1) - 1, axis=-1)
        return {"logits": upstream[..., np.newaxis] * grad}

    return value, pullback


@differentiable
def sparse_softmax_cross_entropy_with_logits(*, labels, logits):
    r"""Cross-entropy of the softmax of the logits with the class id of each example.

    It is :func:`~xentedu.nn.softmax_cross_entropy_with_logits_v2` for a one-hot label: of the sum over classes a single
    term is left. With :math:`x` the logits, :math:`c` the class id and :math:`m = \max_j x_j`:

    .. math::

       L = -\log p_c = \log\sum_j e^{x_j - m} - (x_c - m), \qquad
       \frac{\partial L}{\partial x_i} = p_i - [i = c]

    Class ids are integers: there is nothing to differentiate them by.

    Args:
        labels: integer class ids, from 0 to ``classes - 1``; the shape of ``logits`` without its last axis. By keyword.
        logits: floating-point array of rank 1 or more, the classes on its last axis. By keyword.

    Returns:
        An array of the shape of ``labels``, in the dtype of ``logits``: one loss, in nats, for each example.

    Raises:
        TypeError: ``labels`` are not integers, ``logits`` are not floating-point; a positional call.
        ValueError: shapes do not fit, an id is out of range, a logit is not finite.

    Examples:
        >>> logits = [[0.0, 0.0, 0.0], [1000.0, 0.0, 0.0]]
        >>> sparse_softmax_cross_entropy_with_logits(labels=[2, 0], logits=logits).round(6)
        array([1.098612, 0.      ])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_ops.py`` and ``tensorflow/core/kernels/sparse_xent_op.h``.
    """
    logits = checks.logits_array(logits, min_rank=1)
    ids = checks.class_ids(labels, logits.shape[-1], logits.shape[:-1])
    return cross_entropy(ids, logits)
