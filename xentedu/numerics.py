"""The few numerically stable primitives that every loss is built from.

Each takes floating-point arrays that have been checked, and keeps their dtype. The public versions, which check their
arguments, are in :mod:`xentedu.nn`.
"""

import numpy as np


def softplus(x):
    r"""Return :math:`\log(1 + e^x)`.

    For large :math:`x`, :math:`e^x` overflows, so the larger of the two terms is taken out of the logarithm:

    .. math:: \log(1 + e^x) = \max(x, 0) + \log(1 + e^{-|x|})

    The exponent is now never positive, and ``log1p`` keeps the digits that ``log(1 + tiny)`` loses.

    >>> softplus(np.array([-1000.0, 0.0, 1000.0])).round(6)
    array([0.00000e+00, 6.93147e-01, 1.00000e+03])
    """
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def log_sigmoid(x):
    r"""Return :math:`\log\sigma(x) = -\mathrm{softplus}(-x)`, finite wherever :math:`x` is.

    >>> log_sigmoid(np.array([-1000.0, 0.0])).round(6)
    array([-1.00000e+03, -6.93147e-01])
    """
    return -softplus(-x)


def sigmoid(x):
    r"""Return :math:`\sigma(x) = 1 / (1 + e^{-x})`.

    With :math:`e = e^{-|x|} \le 1` it is :math:`1/(1+e)` on the right of zero and :math:`e/(1+e)` on the left.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def logsumexp(x, axis=-1):
    r"""Return :math:`\log\sum_k e^{x_k}` along ``axis``, which is kept with length one.

    .. math:: \log\sum_k e^{x_k} = m + \log\sum_k e^{x_k - m}, \qquad m = \max_k x_k

    No term of the last sum exceeds :math:`e^0 = 1`, and one of them is 1: the sum can neither overflow nor vanish.

    >>> logsumexp(np.array([1000.0, 1000.0])).round(6)
    array([1000.693147])
    """
    m = x.max(axis=axis, keepdims=True)
    return m + np.log(np.exp(x - m).sum(axis=axis, keepdims=True))


def log_softmax(x, axis=-1):
    r"""Return :math:`x_k - \log\sum_j e^{x_j}`.

    The maximum is subtracted from :math:`x` first, not from the logarithm's result afterwards: two numbers
    near 1000 that differ by 0.1 share their leading digits, and those must cancel before the logarithm is added.

    >>> log_softmax(np.array([1000.0, 1000.0])).round(6)
    array([-0.693147, -0.693147])
    """
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def softmax(x, axis=-1):
    r"""Return :math:`e^{x_k - m} / \sum_j e^{x_j - m}` with :math:`m = \max_j x_j`.

    >>> softmax(np.array([1000.0, 1000.0, -1000.0]))
    array([0.5, 0.5, 0. ])
    """
    with np.errstate(over="ignore"):  # a difference that overflows is -inf, and its exponential zero, as it should be
        e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
