"""The sparse family: the softmax loss of an exclusive label, given as the index of its class."""

import functools

import numpy as np

from .. import checks
from ..blocks import row_by_row, row_maxima, row_sums
from ..gradients import differentiable
from ..rows import row_losses


def formulas(x, c, value, p, check=None):
    """Write the loss of logits ``x`` with class indices ``c`` into ``value``.

    Return a function that writes the gradient with respect to ``x`` into ``p``. ``p`` may be ``x`` itself.
    ``check(x, row_max, true_logit)``, if there is one, raises an error where logits are wrong, before they are used.
    """
    true_class = np.arange(len(x)), c
    row_max, true_logit = row_maxima(x), x[true_class]
    if check:
        check(x, row_max, true_logit)
    np.exp(row_by_row(np.subtract, x, row_max, out=p), out=p)
    total = row_sums(p)
    value[:] = np.log(total) - (true_logit - row_max)

    def gradient():
        row_by_row(np.multiply, p, 1 / total, out=p)
        p[true_class] = np.expm1(-value)  # p - 1, since the loss is -log p there

    return gradient


def cross_entropy(c, logits, name="logits", *, masks=True, scratch=False):
    """Return the loss of checked class indices and of logits, and its pullback, derived in the public loss below.

    Errors call the logits ``name``. With ``masks``, -inf takes a class out; ``scratch`` is for :func:`row_losses`.
    """

    def check(x, row_max, true_logit):
        if not (checks.sound_rows(x, row_max, true_logit) and (masks or x.min() > -np.inf)):
            checks.differences(name, logits, axis=-1, masks=masks)
            checks.unmasked_labels(name, logits, c)

    return row_losses(functools.partial(formulas, check=check), logits, c, scratch=scratch)


@differentiable(dtype_of="logits")
def sparse_softmax_cross_entropy_with_logits(*, labels, logits):
    r"""Cross-entropy of the softmax of the logits with the class index of each example.

    It is :func:`~xentedu.nn.softmax_cross_entropy_with_logits_v2` for a one-hot label: a single term is left of the sum
    over the classes. With :math:`x` the logits, :math:`c` the class index and :math:`m = \max_j x_j`:

    .. math::

       L = -\log p_c = \log\sum_j e^{x_j - m} - (x_c - m), \qquad
       \frac{\partial L}{\partial x_i} = p_i - [i = c]

    Class indices are integers, so there is no gradient with respect to them.

    Args:
        labels: integer class indices, from 0 to ``classes - 1``; the shape of ``logits`` without its last axis. By
            keyword.
        logits: floating-point array of rank 1 or more, the classes on its last axis. -inf masks a class. By keyword.

    Returns:
        An array of the shape of ``labels``, in the dtype of ``logits``, with one loss, in nats, for each example.

    Raises:
        TypeError: ``labels`` are not integers, ``logits`` are not floating-point; a positional call.
        ValueError: shapes do not fit, an index is out of range, a logit is NaN or +inf, the class of a label is masked,
            the logits of an example differ by more than their dtype can hold.

    Examples:
        >>> logits = [[0.0, 0.0, 0.0], [1000.0, 0.0, 0.0]]
        >>> sparse_softmax_cross_entropy_with_logits(labels=[2, 0], logits=logits).round(6)
        array([1.098612, 0.      ])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_ops.py`` and ``tensorflow/core/kernels/sparse_xent_op.h``.
    """
    logits = checks.logits_unchecked(logits, min_rank=1)
    checks.some_classes("logits", logits)
    ids = checks.class_indices(labels, logits.shape[-1], logits.shape[:-1])
    return cross_entropy(ids, logits)
