"""``keras.losses``: Keras 3's functions and classes. A flag says whether ``y_pred`` is probabilities or logits.

A function gives a loss for each example, a class reduces them to a number. By default ``y_pred`` are probabilities: the
logarithm is guarded by a clip at 1e-7, so no example can cost more than 16.1 nats, and where the clip takes hold the
gradient is zero. Where a model gives logits, ``from_logits=True`` makes these losses those of :mod:`xentedu.nn`.

Keras computes on several backends. Numbers and gradients are those of its JAX backend, version 3.15.1. Its NumPy
backend clips after ``from_logits=True`` in the binary loss too; its TensorFlow backend clips before it divides by the
sum in the sparse one. The mean of the binary loss, which Keras takes in float32, is taken in the dtype of ``y_pred``.
It may be taken over several axes. The classes of a softmax lie on one: given several, or None, each backend answers
something else, or not at all.
"""

import math

import numpy as np

from .. import checks
from ..families import sigmoid, softmax, sparse, weighting
from ..gradients import differentiable
from . import clipped
from .reducing import weighted_by_sample

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
]

_REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


@differentiable(dtype_of="y_pred")
def binary_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    r"""Mean over ``axis`` of the binary cross-entropies of an example.

    From logits it is :func:`~xentedu.nn.sigmoid_cross_entropy_with_logits`, averaged. From probabilities :math:`p`,
    with :math:`c = \min(\max(p, \epsilon), 1 - \epsilon)` and :math:`\epsilon = 10^{-7}`,

    .. math:: L = -\frac{1}{n} \sum_k \bigl( z_k \log c_k + (1 - z_k) \log(1 - c_k) \bigr)

    and the gradient into :math:`p_k` is zero wherever :math:`c_k \ne p_k`.

    Args:
        y_true: numbers in [0, 1], the shape of ``y_pred``.
        y_pred: floating-point array of rank 1 or more: probabilities, or logits.
        from_logits: which of them.
        label_smoothing: a number in [0, 1]; moves ``y_true`` towards a half.
        axis: what the mean is taken over: an axis, a tuple of axes, or None for all.

    Returns:
        An array of the shape of ``y_pred`` without ``axis``, in the dtype of ``y_pred``.

    Raises:
        TypeError: ``y_pred`` are not floating-point, an axis is not an integer.
        ValueError: shapes differ, a number is out of its range, the mean would be of no numbers.

    Examples:
        >>> binary_crossentropy([[1.0, 0.0]], [[0.5, 0.0]]).round(6)
        array([0.346574])

    References:
        Keras 3.15.1, ``keras/src/losses/losses.py``.
    """
    y_pred = checks.logits_array(y_pred, "y_pred", 1) if from_logits else _probabilities(y_pred)
    axes = checks.mean_axes(axis, y_pred.ndim)
    count = math.prod(y_pred.shape[each] for each in axes)
    if not count:
        raise checks.problem(ValueError, "y_pred", f"numbers along axis={axis}", f"shape {y_pred.shape}")
    labels = checks.dense_labels(y_true, y_pred, name="y_true", like="y_pred")
    labels = weighting.smoothed(labels, label_smoothing, num_classes=2)
    if from_logits:
        losses, pullback = _named(sigmoid.cross_entropy(labels, y_pred))
    else:
        losses, pullback = clipped.binary(labels, y_pred)
    with np.errstate(over="ignore"):
        value = checks.representable("value", losses.mean(axis=axes))
    return value, lambda upstream: pullback(np.expand_dims(upstream, axes) / count)


@differentiable(dtype_of="y_pred")
def categorical_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    r"""Cross-entropy of a distribution over classes with probabilities, or with the softmax of logits.

    From logits it is :func:`~xentedu.nn.softmax_cross_entropy_with_logits`. Probabilities are divided by their sum and
    clipped, :math:`c_k = \min(\max(p_k / \sum_j p_j, \epsilon), 1 - \epsilon)`, and :math:`L = -\sum_k y_k \log c_k`.

    Args:
        y_true: probabilities that sum to one along ``axis``; the shape of ``y_pred``.
        y_pred: floating-point array of rank 1 or more: probabilities, which are made to sum to one, or logits.
        from_logits: which of them.
        label_smoothing: a number in [0, 1]; moves ``y_true`` towards the uniform distribution.
        axis: the axis of the classes. With smoothing it must be as long as the last one, whose length Keras divides by.

    Returns:
        An array of the shape of ``y_pred`` without ``axis``, in the dtype of ``y_pred``.

    Raises:
        TypeError: ``y_pred`` are not floating-point, ``axis`` is not an integer.
        ValueError: shapes differ, labels are not a distribution, a number is out of its range, all probabilities of an
            example are zero.

    Examples:
        >>> categorical_crossentropy([[0.0, 1.0, 0.0]], [[0.05, 0.95, 0.0]]).round(6)
        array([0.051293])

    References:
        Keras 3.15.1, ``keras/src/losses/losses.py``.
    """
    y_pred, axis = _class_predictions(y_pred, from_logits, axis)
    labels = checks.distributions(y_true, y_pred, axis, name="y_true", like="y_pred")
    if label_smoothing and y_pred.shape[axis] != y_pred.shape[-1]:
        expected = "the classes on the last axis, by whose length Keras smooths"
        raise checks.problem(ValueError, "label_smoothing", expected, f"axis={axis} of shape {y_pred.shape}")
    labels = weighting.smoothed(labels, label_smoothing, num_classes=y_pred.shape[-1])
    if from_logits:
        # The gradient p - y is that of labels which sum to one, and these may be off by rounding.
        total = labels.sum(axis, keepdims=True)
        losses, pullback = _named(softmax.cross_entropy(labels / total, y_pred, axis))
        total = total.squeeze(axis)
        return losses * total, lambda upstream: pullback(upstream * total)
    return clipped.categorical(labels, y_pred, axis)


@differentiable(dtype_of="y_pred")
def sparse_categorical_crossentropy(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    """:func:`categorical_crossentropy` of class indices, some of which may be ignored.

    The loss of an example whose label is ``ignore_class`` is zero, and so is its gradient.

    Args:
        y_true: integer class indices; the shape of ``y_pred`` without ``axis``, or with a length of one there.
        y_pred: floating-point array of rank 1 or more: probabilities, which are made to sum to one, or logits.
        from_logits: which of them.
        ignore_class: an index, such as -1 or 255, that marks what has no label; or None. It need not be a class.
        axis: the axis of the classes.

    Returns:
        An array of the shape of ``y_pred`` without ``axis``, in the dtype of ``y_pred``.

    Raises:
        TypeError: ``y_true`` are not integers, ``y_pred`` are not floating-point, ``axis`` is not an integer.
        ValueError: shapes do not fit, an index is out of range, a number is out of its range, all probabilities of an
            example are zero.

    Examples:
        >>> sparse_categorical_crossentropy([1, -1], [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]], ignore_class=-1).round(6)
        array([0.051293, 0.      ])

    References:
        Keras 3.15.1, ``keras/src/losses/losses.py``.
    """
    y_pred, axis = _class_predictions(y_pred, from_logits, axis)
    predictions = np.moveaxis(y_pred, axis, -1)  # the classes last
    ids = _squeezed(y_true, y_pred, axis)
    mask = _mask(y_true, y_pred, ignore_class, axis)
    if mask is not None and ids.shape == predictions.shape[:-1] and ids.dtype.kind in "iuf":
        # What is ignored may be anything, so some class and some numbers take its place, and their loss is dropped.
        ids, predictions = np.where(mask, ids, 0), np.where(mask[..., np.newaxis], predictions, 1)
    ids = checks.class_indices(ids, predictions.shape[-1], predictions.shape[:-1], name="y_true", floats=True)
    if from_logits:
        losses, pullback = _named(sparse.cross_entropy(ids, predictions))
    else:
        one_hot = (ids[..., np.newaxis] == np.arange(predictions.shape[-1])).astype(y_pred.dtype)
        losses, pullback = clipped.categorical(one_hot, predictions, axis=-1)
    kept = np.ones_like(losses) if mask is None else mask.astype(losses.dtype)
    return losses * kept, lambda upstream: {"y_pred": np.moveaxis(pullback(upstream * kept)["y_pred"], -1, axis)}


class _Loss:
    """A function's losses, times sample weights, reduced to one number."""

    def __init__(self, function, reduction, name, dtype, **settings):
        checks.one_of(f"{type(self).__name__}: reduction", reduction, _REDUCTIONS)
        self.reduction, self.settings, self.name = reduction, settings, name
        self.dtype = None if dtype is None else checks.floating_dtype(f"{type(self).__name__}: dtype", dtype)

        def reduced(y_true, y_pred, sample_weight=None):
            labels, predictions = _same_rank(y_true, y_pred)
            if function is categorical_crossentropy and sample_weight is not None:
                labels = _without_uncounted(labels, sample_weight, settings["axis"])
            losses, into_y_pred = function.implementation(labels, predictions, **settings)
            mask = _mask(labels, predictions, settings.get("ignore_class"), settings["axis"])
            value, into_losses = weighted_by_sample(losses, sample_weight, mask, reduction)

            def pullback(upstream):
                return {"y_pred": into_y_pred(into_losses(upstream))["y_pred"].reshape(np.shape(y_pred))}

            return value, pullback

        reduced.__name__, reduced.owner = type(self).__name__, self
        self._reduced = differentiable(dtype_of="y_pred")(reduced)
        self.with_gradients = self._with_gradients  # of an instance, not of the class

    def __call__(self, y_true, y_pred, sample_weight=None):
        """Return the reduced loss, in the dtype of ``y_pred``; with reduction "none" or None the weighted losses."""
        return self._reduced(y_true, self._converted(y_pred), sample_weight)

    def _with_gradients(self, sparse):
        """Return a function that gives the reduced loss and its gradient. For :func:`~xentedu.value_and_grad`."""
        reduced = self._reduced.with_gradients(sparse)

        def with_gradients(y_true, y_pred, sample_weight=None):
            value, grads = reduced(y_true, self._converted(y_pred), sample_weight)
            return value, {"y_pred": checks.in_dtype_of(y_pred, "gradient into y_pred", grads["y_pred"])}

        return with_gradients

    def _converted(self, y_pred):
        """Return ``y_pred`` in the loss's own dtype, if it has one."""
        return y_pred if self.dtype is None else checks.array_of("y_pred", y_pred).astype(self.dtype)


class BinaryCrossentropy(_Loss):
    """:func:`binary_crossentropy`, reduced to one number. Called with ``(y_true, y_pred, sample_weight=None)``.

    ``value_and_grad`` takes an instance. The reductions divide the sum of weighted losses:

    - ``"sum_over_batch_size"`` and ``"mean"``: by the number of losses, whatever the weights
    - ``"sum"``: by one
    - ``"mean_with_sample_weight"``: by the sum of the weights, as they were given
    - ``"none"`` or None: nothing is summed.

    Args:
        from_logits: whether ``y_pred`` are logits.
        label_smoothing: a number in [0, 1]; moves ``y_true`` towards a half.
        axis: what the mean of an example is taken over: an axis, a tuple of axes, or None for all.
        reduction: one of the above.
        name: of the loss.
        dtype: in which it is computed and returned; None means that of ``y_pred``.

    Returns:
        A loss. It gives one number, in the dtype of ``y_pred``.

    Raises:
        ValueError: the reduction is unknown. A call raises what :func:`binary_crossentropy` does, and a ``ValueError``
            for a negative weight or one whose shape does not fit.

    Examples:
        >>> loss = BinaryCrossentropy(from_logits=True)
        >>> float(loss([[1.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]], sample_weight=[1.0, 3.0]).round(6))
        1.386294

    References:
        Keras 3.15.1, ``keras/src/losses/losses.py`` and ``keras/src/losses/loss.py``.
    """

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction="sum_over_batch_size",
        name="binary_crossentropy",
        dtype=None,
    ):
        settings = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(binary_crossentropy, reduction, name, dtype, **settings)


class CategoricalCrossentropy(_Loss):
    """:func:`categorical_crossentropy`, reduced to one number as :class:`BinaryCrossentropy` does it.

    Args:
        from_logits: whether ``y_pred`` are logits.
        label_smoothing: a number in [0, 1]; moves ``y_true`` towards the uniform distribution.
        axis: the axis of the classes.
        reduction: as in :class:`BinaryCrossentropy`.
        name: of the loss.
        dtype: as in :class:`BinaryCrossentropy`.

    Returns:
        A loss. It gives one number, in the dtype of ``y_pred``.

    Raises:
        ValueError: the reduction is unknown. A call raises what :func:`categorical_crossentropy` does.

    Examples:
        >>> loss = CategoricalCrossentropy(reduction="sum")
        >>> float(loss([[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]).round(6))
        2.353878

    References:
        Keras 3.15.1, ``keras/src/losses/losses.py`` and ``keras/src/losses/loss.py``.
    """

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction="sum_over_batch_size",
        name="categorical_crossentropy",
        dtype=None,
    ):
        settings = {"from_logits": from_logits, "label_smoothing": label_smoothing, "axis": axis}
        super().__init__(categorical_crossentropy, reduction, name, dtype, **settings)


class SparseCategoricalCrossentropy(_Loss):
    """:func:`sparse_categorical_crossentropy`, reduced to one number as :class:`BinaryCrossentropy` does it.

    Means are over the examples that are not ignored; only ``"mean_with_sample_weight"`` divides by weights, and counts
    an ignored example with zero.

    Args:
        from_logits: whether ``y_pred`` are logits.
        ignore_class: an index that marks what has no label, or None.
        reduction: as in :class:`BinaryCrossentropy`.
        axis: the axis of the classes.
        name: of the loss.
        dtype: as in :class:`BinaryCrossentropy`.

    Returns:
        A loss. It gives one number, in the dtype of ``y_pred``.

    Raises:
        ValueError: the reduction is unknown. A call raises what :func:`sparse_categorical_crossentropy` does.

    Examples:
        >>> loss = SparseCategoricalCrossentropy(ignore_class=-1)
        >>> float(loss([1, -1], [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]).round(6))
        0.051293

    References:
        Keras 3.15.1, ``keras/src/losses/losses.py`` and ``keras/src/losses/loss.py``.
    """

    def __init__(
        self,
        from_logits=False,
        ignore_class=None,
        reduction="sum_over_batch_size",
        axis=-1,
        name="sparse_categorical_crossentropy",
        dtype=None,
    ):
        settings = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(sparse_categorical_crossentropy, reduction, name, dtype, **settings)


def _without_uncounted(labels, sample_weight, axis):
    """Return labels in which a row of zeros whose weight is zero is uniform: any distribution does, there."""
    labels, weights = checks.rectangular("y_true", labels), checks.rectangular("sample_weight", sample_weight)
    if labels.dtype.kind not in "fiub" or not labels.ndim or not labels.size:
        return labels
    axis = checks.class_axis(axis, labels.ndim)
    if weights.shape != labels.shape[:axis] + labels.shape[axis + 1 :]:
        return labels
    uncounted = np.expand_dims((weights == 0) & ~labels.any(axis), axis)
    return np.where(uncounted, 1 / labels.shape[axis], labels)


def _probabilities(y_pred):
    """Return checked probabilities."""
    return checks.probabilities(y_pred, "y_pred", min_rank=1, integers=True)


def _class_predictions(y_pred, from_logits, axis):
    """Return checked logits or probabilities of classes that exclude each other, and the axis of the classes."""
    if from_logits:
        return checks.class_logits(y_pred, axis, "y_pred")
    y_pred = _probabilities(y_pred)
    return y_pred, checks.class_axis(axis, y_pred.ndim)


def _named(terms):
    """Return a family's loss and pullback, with its logits called ``y_pred``."""
    value, pullback = terms
    return value, lambda upstream: {"y_pred": pullback(upstream)["logits"]}


def _squeezed(y_true, y_pred, axis):
    """Return class indices without the axis of the classes, if that has a length of one."""
    ids = checks.rectangular("y_true", y_true)
    return ids.squeeze(axis) if ids.ndim == y_pred.ndim and ids.shape[axis] == 1 else ids


def _mask(y_true, y_pred, ignore_class, axis):
    """Return where the label is not ``ignore_class``, in the shape of the losses; None if nothing is ignored."""
    return None if ignore_class is None else _squeezed(y_true, np.asarray(y_pred), axis) != ignore_class


def _same_rank(y_true, y_pred):
    """Return both with the same rank, where one of them has a last axis of length one that the other lacks."""
    labels, predictions = checks.rectangular("y_true", y_true), checks.rectangular("y_pred", y_pred)
    short, long = sorted((labels, predictions), key=np.ndim)
    if long.ndim == short.ndim + 1 and long.shape[-1] == 1:
        if short.ndim == 1:
            short = short[:, np.newaxis]
        else:
            long = long[..., 0]
        labels, predictions = (short, long) if labels.ndim < predictions.ndim else (long, short)
        return labels, predictions
    return y_true, y_pred
