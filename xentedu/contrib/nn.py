"""``tf.contrib.nn``: two more sampled losses, and those whose arguments are flipped.

The flipped losses take logits first and labels second, as TensorFlow did before version 1.0, and may be called by
position. A docstring says what differs from the twin that it names.
"""

import numpy as np

from .. import checks, nn
from ..families import sigmoid
from ..families.sampled import checked_arguments, checked_sample, softmax_loss
from ..families.samplers import learned_unigram_candidate_sampler
from ..gradients import differentiable
from ..numerics import logsumexp

__all__ = [
    "deprecated_flipped_sigmoid_cross_entropy_with_logits",
    "deprecated_flipped_softmax_cross_entropy_with_logits",
    "deprecated_flipped_sparse_softmax_cross_entropy_with_logits",
    "rank_sampled_softmax_loss",
    "sampled_sparse_softmax_loss",
]


@differentiable(dtype_of="logits")
def deprecated_flipped_softmax_cross_entropy_with_logits(logits, labels, axis=-1):
    """:func:`xentedu.nn.softmax_cross_entropy_with_logits`, with logits first. TensorFlow calls the axis ``dim`` here.

    Args:
        logits: as there.
        labels: as there.
        axis: as there.

    Returns:
        One loss for each example.

    Raises:
        TypeError: as there.
        ValueError: as there.

    Examples:
        >>> deprecated_flipped_softmax_cross_entropy_with_logits([[0.0, 0.0]], [[1.0, 0.0]]).round(6)
        array([0.693147])

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/nn/python/ops/cross_entropy.py``.
    """
    return nn.softmax_cross_entropy_with_logits.implementation(labels=labels, logits=logits, axis=axis)


@differentiable(dtype_of="logits")
def deprecated_flipped_sparse_softmax_cross_entropy_with_logits(logits, labels):
    """:func:`xentedu.nn.sparse_softmax_cross_entropy_with_logits`, with logits first.

    Args:
        logits: as there.
        labels: as there.

    Returns:
        One loss for each example.

    Raises:
        TypeError: as there.
        ValueError: as there.

    Examples:
        >>> deprecated_flipped_sparse_softmax_cross_entropy_with_logits([[0.0, 0.0]], [1]).round(6)
        array([0.693147])

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/nn/python/ops/cross_entropy.py``.
    """
    return nn.sparse_softmax_cross_entropy_with_logits.implementation(labels=labels, logits=logits)


@differentiable(dtype_of="logits")
def deprecated_flipped_sigmoid_cross_entropy_with_logits(logits, targets):
    """:func:`xentedu.nn.sigmoid_cross_entropy_with_logits`, with logits first, and ``targets`` for ``labels``.

    Where the logits happen to lie in [0, 1], swapping the two raises no error. It gives the loss of other labels.

    Args:
        logits: as there.
        targets: what is called ``labels`` there.

    Returns:
        One loss for each logit.

    Raises:
        TypeError: as there.
        ValueError: as there.

    Examples:
        >>> deprecated_flipped_sigmoid_cross_entropy_with_logits([0.0, 1000.0], [1.0, 0.0]).round(6)
        array([6.93147e-01, 1.00000e+03])

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/nn/python/ops/cross_entropy.py``.
    """
    value, pullback = sigmoid.checked_cross_entropy(targets, logits, "targets")
    names = {"labels": "targets"}
    return value, lambda upstream: {names.get(name, name): grad for name, grad in pullback(upstream).items()}


@differentiable(dtype_of="inputs")
def sampled_sparse_softmax_loss(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_classes,
    sampled_values=None,
    remove_accidental_hits=True,
    partition_strategy="mod",
    seed=None,
):
    """:func:`~xentedu.nn.sampled_softmax_loss` for one true class, by the sparse softmax.

    The sparse label is 0, the place of the true logit. Values and gradients are the same.

    Args:
        weights: as there.
        biases: as there. -inf takes a class out.
        labels: class indices of shape ``[batch, 1]``.
        inputs: as there.
        num_sampled: as there.
        num_classes: as there.
        sampled_values: as there.
        remove_accidental_hits: as there.
        partition_strategy: as there.
        seed: as there.

    Returns:
        One loss for each example.

    Raises:
        TypeError: as there.
        ValueError: as there.

    Examples:
        >>> from xentedu.nn import all_candidate_sampler
        >>> labels = np.array([[1]])
        >>> everything = all_candidate_sampler(labels, 1, 4, True)
        >>> args = np.zeros((4, 2)), np.zeros(4), labels, np.ones((1, 2)), 4, 4
        >>> sampled_sparse_softmax_loss(*args, everything).round(6)
        array([1.386294])

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/nn/python/ops/sampling_ops.py``.
    """
    sample = checked_sample(labels, num_sampled, num_classes, 1, sampled_values, remove_accidental_hits, seed)
    return softmax_loss(
        weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy, masks=True
    )


@differentiable(dtype_of="inputs")
def rank_sampled_softmax_loss(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_resampled,
    num_classes,
    num_true,
    sampled_values,
    resampling_temperature,
    remove_accidental_hits,
    partition_strategy,
    seed=None,
):
    r""":func:`~xentedu.nn.sampled_softmax_loss` on the hardest of the sampled classes, chosen in a second pass.

    A large sample is scored by how much the batch as a whole confuses it with the truth: with :math:`h_i` the inputs
    and :math:`\tau` the temperature, class :math:`c` of the sample scores

    .. math:: r_c = \log \sum_i e^{h_i \cdot w_c / \tau} + b_c / \tau

    and the ``num_resampled`` classes with the highest scores are kept, with their expected counts unchanged. A low
    temperature looks for the one example that a class confuses most, a high one at all of them together. No gradient
    passes through the choice.

    Args:
        weights: as there.
        biases: as there.
        labels: as there.
        inputs: as there.
        num_sampled: how many classes are sampled in the first pass.
        num_resampled: how many of them are kept in the second; fewer than ``num_sampled``.
        num_classes: as there.
        num_true: as there.
        sampled_values: as there, but if it is None, ``learned_unigram_candidate_sampler`` draws.
        resampling_temperature: :math:`\tau`, a positive number.
        remove_accidental_hits: as there.
        partition_strategy: as there.
        seed: of the sampler. TensorFlow's function has none.

    Returns:
        One loss for each example.

    Raises:
        TypeError: as there.
        ValueError: as there; or ``num_sampled`` is not above ``num_resampled``, or
            above ``num_classes``; the temperature is not positive.

    Examples:
        >>> weights, biases = np.eye(4), np.zeros(4)
        >>> values = np.array([1, 2, 3]), np.ones((1, 1)), np.ones(3)
        >>> inputs = np.array([[1.0, 0.0, 3.0, 2.0]])  # the hardest of 1, 2 and 3 is 2
        >>> args = weights, biases, [[0]], inputs, 3, 1, 4, 1, values
        >>> rank_sampled_softmax_loss(*args, 1.0, True, "div").round(6)
        array([2.126928])

    References:
        TensorFlow 1.15.5, ``tensorflow/contrib/nn/python/ops/sampling_ops.py``; Bai, Goldman and Zhang (2017), *TAPAS:
        two-pass approximate adaptive sampling for softmax*.
    """
    num_classes = checks.whole_number("num_classes", num_classes)
    num_sampled = checks.whole_number("num_sampled", num_sampled, 1, num_classes)
    why = "it must be less than num_sampled"
    num_resampled = checks.whole_number("num_resampled", num_resampled, 1, num_sampled - 1, why=why)
    temperature = checks.number("resampling_temperature", resampling_temperature, 0, low_included=False)
    labels, sampled, true_count, sampled_count = checked_sample(
        labels,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        seed,
        sampler=learned_unigram_candidate_sampler,
    )
    h, weight_table, bias_table = checked_arguments(weights, biases, inputs, num_classes, partition_strategy)
    w = weight_table.look_up(sampled, h.dtype)  # [num_sampled, dim]
    b = bias_table.look_up(sampled, h.dtype, masks=True)  # [num_sampled]
    with np.errstate(all="ignore"):
        scores = b / temperature  # [num_sampled]
        if len(h):
            scores += logsumexp(w @ (h.T / temperature), axis=1)[:, 0]
    checks.representable(f"({checks.PRODUCT}) / resampling_temperature", scores[b > -np.inf])
    kept = np.argsort(-scores, kind="stable")[:num_resampled]
    sample = (
        labels,
        sampled[kept],
        true_count,
        np.broadcast_to(sampled_count, (*sampled_count.shape[:-1], num_sampled))[..., kept],
    )
    return softmax_loss(weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy)
