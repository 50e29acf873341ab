"""``tf.losses``: a loss for each example, times in-batch weights, reduced to one number.

The mathematics is in :mod:`xentedu.families`; here are TensorFlow 1.15's names and argument orders.
"""

import numpy as np

from . import checks
from .families import probability, sigmoid, softmax, sparse, weighting
from .families.weighting import Reduction, compute_weighted_loss
from .gradients import differentiable

__all__ = [
    "Reduction",
    "compute_weighted_loss",
    "log_loss",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]


@differentiable(dtype_of="logits")
def sigmoid_cross_entropy(
    multi_class_labels, logits, weights=1.0, label_smoothing=0, reduction=Reduction.SUM_BY_NONZERO_WEIGHTS
):
    r"""Weighted :func:`~xentedu.nn.sigmoid_cross_entropy_with_logits`.

    Labels :math:`z` are first moved towards a half, :math:`z' = (1 - s) z + s / 2`, then weighted as
    :func:`compute_weighted_loss` does it. There is a loss for every logit: weights of shape ``[batch, 1]`` weight
    examples, ``[1, classes]`` classes. No gradient is given into labels or weights.

    Args:
        multi_class_labels: numbers in [0, 1], the shape of ``logits``.
        logits: floating-point array of any shape.
        weights: a scalar, or as many axes as ``logits``, each of length one or that of ``logits``.
        label_smoothing: :math:`s`, a number in [0, 1].
        reduction: a :class:`Reduction`, or its string.

    Returns:
        One number, in the dtype of ``logits``; with ``Reduction.NONE`` an array of their shape.

    Raises:
        TypeError: ``logits`` are not floating-point, weights are not numbers.
        ValueError: shapes do not fit, a number is out of its range, the reduction is unknown.

    Examples:
        >>> float(sigmoid_cross_entropy([[1.0, 0.0]], [[0.0, 2.0]], weights=[[1.0, 0.0]]).round(6))
        0.693147

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/losses/losses_impl.py``.
    """
    losses, into_logits = sigmoid_terms(multi_class_labels, logits, label_smoothing)
    value, into_losses = weighting.weighted(losses, weights, reduction)
    return value, lambda upstream: into_logits(into_losses(upstream))


@differentiable(dtype_of="logits")
def softmax_cross_entropy(
    onehot_labels, logits, weights=1.0, label_smoothing=0, reduction=Reduction.SUM_BY_NONZERO_WEIGHTS
):
    r"""Weighted :func:`~xentedu.nn.softmax_cross_entropy_with_logits`.

    Labels :math:`y` over :math:`C` classes are first smoothed, :math:`y' = (1 - s) y + s / C`; then the loss of each
    example is weighted as :func:`compute_weighted_loss` does it. No gradient is given into labels or weights.

    Args:
        onehot_labels: probabilities that sum to one over the last axis; the shape of ``logits``.
        logits: floating-point array of rank 1 or more, the classes on its last axis.
        weights: a scalar, or as many axes as ``logits`` but the last, each of length one or theirs.
        label_smoothing: :math:`s`, a number in [0, 1].
        reduction: a :class:`Reduction`, or its string.

    Returns:
        One number, in the dtype of ``logits``; with ``Reduction.NONE`` one for each example.

    Raises:
        TypeError: ``logits`` are not floating-point, weights are not numbers.
        ValueError: shapes do not fit, labels are not a distribution, a number is out of its range, the reduction is
            unknown.

    Examples:
        >>> labels, logits = [[1.0, 0.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]
        >>> float(softmax_cross_entropy(labels, logits, weights=[3.0, 1.0]).round(6))
        1.386294

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/losses/losses_impl.py``.
    """
    losses, into_logits = softmax_terms(onehot_labels, logits, label_smoothing, weights, weighting.of_same_rank)
    value, into_losses = weighting.weighted(losses, weights, reduction)
    return value, lambda upstream: into_logits(into_losses(upstream))


@differentiable(dtype_of="logits")
def sparse_softmax_cross_entropy(labels, logits, weights=1.0, reduction=Reduction.SUM_BY_NONZERO_WEIGHTS):
    """Weighted :func:`~xentedu.nn.sparse_softmax_cross_entropy_with_logits`.

    A weight of zero masks padding: by default the mean is then over what is left. If the labels have a last axis of
    length one too many, it is dropped; and so is that of the weights.

    Args:
        labels: integer class indices; the shape of ``logits`` without its last axis, or with a last axis of length one.
        logits: floating-point array of rank 1 or more, the classes on its last axis (or on the one before it, where the
            last one has a length of one that the labels lack). -inf masks a class.
        weights: a scalar, or as many axes as ``labels``, each of length one or theirs.
        reduction: a :class:`Reduction`, or its string.

    Returns:
        One number, in the dtype of ``logits``; with ``Reduction.NONE`` one for each example.

    Raises:
        TypeError: ``labels`` are not integers, ``logits`` are not floating-point, weights are not numbers.
        ValueError: shapes do not fit, an index is out of range, a weight is negative, the reduction is unknown.

    Examples:
        >>> float(sparse_softmax_cross_entropy([0, 1, 0], [[0.0, 0.0]] * 3, weights=[1, 1, 0]).round(6))
        0.693147

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/losses/losses_impl.py``.
    """
    given = logits = checks.logits_unchecked(logits, min_rank=1)
    ids = checks.rectangular("labels", labels)
    if ids.ndim == logits.ndim and ids.shape[-1] == 1:
        ids = ids[..., 0]
    elif ids.ndim == logits.ndim - 2 and logits.shape[-1] == 1:
        logits = logits[..., 0]
    checks.some_classes("logits", logits)
    ids = checks.class_indices(ids, logits.shape[-1], logits.shape[:-1])
    weights = checks.rectangular("weights", weights)
    if weights.ndim == ids.ndim + 1 and weights.shape[-1] == 1:
        weights = weights[..., 0]
    losses, into_logits = sparse.cross_entropy(ids, logits)
    value, into_losses = weighting.weighted(losses, weights, reduction)
    return value, lambda upstream: {"logits": into_logits(into_losses(upstream))["logits"].reshape(given.shape)}


@differentiable(dtype_of="predictions")
def log_loss(labels, predictions, weights=1.0, epsilon=1e-7, reduction=Reduction.SUM_BY_NONZERO_WEIGHTS):
    r"""Weighted binary cross-entropy of probabilities, with :math:`\epsilon` added inside each logarithm.

    .. math:: L = -z \log(p + \epsilon) - (1 - z) \log(1 - p + \epsilon)

    It takes what a sigmoid gives, not logits; for those, :func:`sigmoid_cross_entropy` is exact. TensorFlow computes it
    in float32. No gradient is given into labels or weights.

    Args:
        labels: numbers in [0, 1], the shape of ``predictions``.
        predictions: array of any shape; probabilities, in [0, 1].
        weights: a scalar, or as many axes as ``predictions``, each of length one or theirs.
        epsilon: a positive number, no smaller than the smallest normal one of the dtype.
        reduction: a :class:`Reduction`, or its string.

    Returns:
        One number, in the dtype of ``predictions``; with ``Reduction.NONE`` an array of their shape.

    Raises:
        TypeError: ``predictions`` or weights are not numbers.
        ValueError: shapes do not fit, a number is out of its range, the reduction is unknown.

    Examples:
        >>> float(log_loss([1.0, 0.0], [0.5, 0.0]).round(6))
        0.346573

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/losses/losses_impl.py``.
    """
    losses, into_predictions = log_terms(labels, predictions, epsilon)
    value, into_losses = weighting.weighted(losses, weights, reduction)
    return value, lambda upstream: into_predictions(into_losses(upstream))


def sigmoid_terms(multi_class_labels, logits, label_smoothing):
    """Check the arguments; return the loss of each logit and its pullback into the logits."""
    logits = checks.logits_array(logits)
    labels = checks.dense_labels(multi_class_labels, logits, name="multi_class_labels")
    labels = weighting.smoothed(labels, label_smoothing, num_classes=2)
    return sigmoid.cross_entropy(labels, logits)


def softmax_terms(onehot_labels, logits, label_smoothing, weights, aligned, count_axis=-1, min_rank=1):
    """Check the arguments; return the loss of each example and its pullback into the logits.

    ``aligned`` checks the weights: where one is zero, labels need not sum to one.
    """
    logits, _ = checks.class_logits(logits, -1, min_rank=min_rank)

    def counted():
        return weighting.counted(aligned(weights, logits[..., 0]), logits[..., 0])

    labels = checks.distributions(onehot_labels, logits, -1, name="onehot_labels", counted=counted)
    labels = weighting.smoothed(labels, label_smoothing, num_classes=logits.shape[count_axis])
    return softmax.cross_entropy(labels, logits, axis=-1)


def log_terms(labels, predictions, epsilon):
    """Check the arguments; return the loss of each prediction and its pullback into the predictions."""
    predictions = checks.probabilities(predictions, "predictions", integers=True)
    labels = checks.dense_labels(labels, predictions, like="predictions")
    numbers = np.finfo(predictions.dtype)
    epsilon = checks.number("epsilon", epsilon, float(numbers.tiny), float(numbers.max))  # and so is its reciprocal
    return probability.log_loss(labels, predictions, epsilon)
