"""``tf.nn``: a loss for each example, and the candidate samplers, as TensorFlow 1.15 names them.

Here and in :mod:`xentedu.losses` and :mod:`xentedu.contrib`, a function has TensorFlow's whole signature. What only
steers a graph (``name``, ``scope``, ``loss_collection``, ``_sentinel``) is taken and ignored, ``dim`` is ``axis``, and
``targets`` are ``labels``; the docstrings leave them out.
"""

from . import calling, checks, numerics
from .families.blockwise import blockwise_softmax_cross_entropy
from .families.sampled import nce_loss, sampled_softmax_loss
from .families.samplers import (
    all_candidate_sampler,
    compute_accidental_hits,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)
from .families.sigmoid import sigmoid_cross_entropy_with_logits, weighted_cross_entropy_with_logits
from .families.softmax import softmax_cross_entropy_with_logits, softmax_cross_entropy_with_logits_v2
from .families.sparse import sparse_softmax_cross_entropy_with_logits

__all__ = [
    "all_candidate_sampler",
    "blockwise_softmax_cross_entropy",
    "compute_accidental_hits",
    "fixed_unigram_candidate_sampler",
    "learned_unigram_candidate_sampler",
    "log_softmax",
    "log_uniform_candidate_sampler",
    "nce_loss",
    "sampled_softmax_loss",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
    "uniform_candidate_sampler",
    "weighted_cross_entropy_with_logits",
]


@calling.public
def sigmoid(x):
    r"""Return :math:`\sigma(x) = 1/(1+e^{-x})`, the probability whose log-odds are ``x``.

    Args:
        x: floating-point array of any shape. At -inf it is 0, at inf 1.

    Returns:
        Probabilities, in the shape and dtype of ``x``.

    Raises:
        TypeError: ``x`` is not floating-point.
        ValueError: ``x`` has a NaN.

    Examples:
        >>> sigmoid([-1000.0, 0.0, 1000.0])
        array([0. , 0.5, 1. ])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/math_ops.py``.
    """
    array = checks.logits_unchecked(x, "x")
    checks.not_nan("x", array)
    return checks.in_dtype_of(x, "value", numerics.sigmoid(array))


@calling.public
def softmax(logits, axis=-1):
    r"""Return :math:`e^{x_k} / \sum_j e^{x_j}` along ``axis``: positive numbers that sum to one.

    Args:
        logits: floating-point array of rank 1 or more. -inf masks a class: its probability is zero.
        axis: the axis of the classes.

    Returns:
        Probabilities, in the shape and dtype of ``logits``.

    Raises:
        TypeError: ``logits`` are not floating-point, ``axis`` is not an integer.
        ValueError: a logit is NaN or +inf, every class is masked, ``axis`` is out of range.

    Examples:
        >>> softmax([1000.0, 1000.0, -1000.0])
        array([0.5, 0.5, 0. ])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_ops.py``.
    """
    array = checks.logits_unchecked(logits, min_rank=1)
    axis = checks.class_axis(axis, array.ndim)
    checks.some_classes("logits", array, axis)
    checks.some_unmasked("logits", array, axis)
    return checks.in_dtype_of(logits, "value", numerics.softmax(array, axis))


@calling.public
def log_softmax(logits, axis=-1):
    r"""Return :math:`x_k - \log\sum_j e^{x_j}` along ``axis``: the log of the softmax, finite wherever ``logits`` are.

    Args:
        logits: floating-point array of rank 1 or more. -inf masks a class: it stays -inf.
        axis: the axis of the classes.

    Returns:
        Log-probabilities, in nats, in the shape and dtype of ``logits``.

    Raises:
        TypeError: ``logits`` are not floating-point, ``axis`` is not an integer.
        ValueError: a logit is NaN or +inf, every class is masked, the logits are too far apart for their dtype,
            ``axis`` is out of range.

    Examples:
        >>> log_softmax([0.0, -1000.0])
        array([    0., -1000.])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_ops.py``.
    """
    return checks.in_dtype_of(logits, "value", numerics.log_softmax(*checks.class_logits(logits, axis, masks=True)))
