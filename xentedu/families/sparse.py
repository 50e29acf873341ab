"""The sparse family: the softmax loss of an exclusive label, given as the number of its class."""

import numpy as np

from .. import checks
from ..blocks import over_rows, row_by_row, row_sums
from ..gradients import differentiable, gradient_wanted, times

# Fewer classes than this are laid out column by column: NumPy is quick along long runs, and their rows are short.
_FEW_CLASSES = 64


def formulas(x, ids, highest, value, gradient=None):
    """Write the loss of logits ``x`` with class ``ids`` into ``value``, and its derivative by ``x`` into ``gradient``.

    ``highest`` are the largest logits of the examples. ``gradient`` may be ``x`` itself.
    """
    true_class = np.arange(len(x)), ids
    true_logit = x[true_class] - highest
    p = row_by_row(np.subtract, x, highest, out=gradient)
    np.exp(p, out=p)
    total = row_sums(p)
    np.subtract(np.log(total), true_logit, out=value)
    if gradient is not None:
        row_by_row(np.multiply, p, 1 / total, out=p)
        p[true_class] = np.expm1(-value)  # p - 1, since the loss is -log p there


def cross_entropy(ids, logits, name="logits", overwrite=False):
    """Return the loss of checked ids and logits, and its pullback. It is derived in the public loss below.

    Whether the logits, called ``name``, and their differences are finite is checked here, while they are at hand. The
    gradient takes their place in memory if they are for this loss alone, and ``overwrite`` says so.
    """
    x, c = logits.reshape(-1, logits.shape[-1]), ids.reshape(-1)  # [examples, classes], [examples]
    few = x.shape[1] < _FEW_CLASSES
    value = np.empty(len(x), x.dtype)
    grad = None
    if gradient_wanted():
        grad = x if overwrite else np.empty(x.shape, x.dtype, "F" if few else "C")

    def work(rows):
        block, into = x[rows], None if grad is None else grad[rows]
        if few:
            columns = np.empty(block.shape, x.dtype, "F") if into is None else into
            columns[:] = block
            block = columns
        highest = np.maximum.reduce(block, axis=1)
        if not checks.have_differences(np.minimum.reduce(block, axis=None), np.maximum.reduce(highest)):
            checks.differences(name, logits, -1)
        formulas(block, c[rows], highest, value[rows], into)

    over_rows(work, x, x if grad is None else grad)

    def pullback(upstream):
        return {"logits": times(upstream[..., np.newaxis], grad.reshape(logits.shape))}

    return value.reshape(ids.shape), pullback


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
        An array of the shape of ``labels``, in the dtype of ``logits``, with one loss, in nats, for each example.

    Raises:
        TypeError: ``labels`` are not integers, ``logits`` are not floating-point; a positional call.
        ValueError: shapes do not fit, an id is out of range, a logit is not finite, the logits of an example differ by
            more than their dtype can hold.

    Examples:
        >>> logits = [[0.0, 0.0, 0.0], [1000.0, 0.0, 0.0]]
        >>> sparse_softmax_cross_entropy_with_logits(labels=[2, 0], logits=logits).round(6)
        array([1.098612, 0.      ])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_ops.py`` and ``tensorflow/core/kernels/sparse_xent_op.h``.
    """
    logits = checks.logits_unread(logits, min_rank=1)
    ids = checks.class_ids(labels, logits.shape[-1], logits.shape[:-1])
    return cross_entropy(ids, logits)
