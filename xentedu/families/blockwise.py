"""The blockwise family: the exact softmax loss over very many classes, in little memory."""

import numpy as np

from .. import checks
from ..blocks import over_rows, row_by_row, row_sums
from ..gradients import differentiable


@differentiable(dtype_of="inputs")
def blockwise_softmax_cross_entropy(weights, biases, labels, inputs, block=8192):
    r"""Softmax cross-entropy over all classes, a block of them at a time.

    It is :func:`~xentedu.nn.sparse_softmax_cross_entropy_with_logits` of ``inputs @ weights.T + biases``, value and
    gradients, for where that matrix of logits is too large to be held: a batch of 512 over a million classes is 2 GB in
    float32. TensorFlow has no such function; it has :func:`~xentedu.nn.sampled_softmax_loss`, an estimate.

    With :math:`h` the inputs of an example, :math:`w_j, b_j` the weights and bias of class :math:`j`,
    :math:`x_j = h \cdot w_j + b_j` its logits and :math:`c` its class, the loss is

    .. math:: L = \log\sum_j e^{x_j - m} - (x_c - m), \qquad m = \max_j x_j

    The maximum seems to need all logits before the sum can begin. But a sum that was begun with a maximum :math:`m`
    can be made one with a larger maximum :math:`m'`, for :math:`e^{x_j - m'} = e^{x_j - m}\,e^{m - m'}`. So a maximum
    and a sum for each example are all that must be kept from one block :math:`B` of classes to the next:

    .. math::

       m' = \max\bigl(m, \max_{j \in B} x_j\bigr), \qquad
       s' = s\,e^{m - m'} + \sum_{j \in B} e^{x_j - m'},

    from :math:`m = -\infty` and :math:`s = 0` on. After the last block :math:`L = \log s - (x_c - m)`. For the gradient
    the same blocks of logits are computed again, which costs a matrix product and saves their memory. Now that
    :math:`m` and :math:`s` are known, each block's probabilities :math:`p_j = e^{x_j - m} / s` are too, and with
    :math:`g_j = p_j - [j = c]`

    .. math::

       \frac{\partial L}{\partial w_j} = g_j\,h, \qquad
       \frac{\partial L}{\partial b_j} = g_j, \qquad
       \frac{\partial L}{\partial h} = \sum_B \sum_{j \in B} g_j\,w_j

    summed over the examples for weights and biases, whose rows :math:`j \in B` are finished with their block.

    Args:
        weights: floating-point array of shape ``[num_classes, dim]``.
        biases: floating-point array of shape ``[num_classes]``.
        labels: integer class indices of shape ``[batch]``.
        inputs: floating-point array of shape ``[batch, dim]``; its dtype is that of the computation.
        block: how many classes are scored at a time. Memory grows with it. It changes the result by rounding alone.

    Returns:
        One loss for each example, in nats, in the dtype of ``inputs``.

    Raises:
        TypeError: ``weights``, ``biases`` or ``inputs`` are not floating-point, ``labels`` or ``block`` are not
            integers.
        ValueError: shapes do not fit, an index is out of range, a number is not finite, ``block`` is below one, logits,
            losses or gradients are too large for the dtype.

    Examples:
        >>> weights, biases = np.eye(3, 2), np.zeros(3)
        >>> inputs = np.array([[1000.0, 0.0], [0.0, 0.0]])
        >>> blockwise_softmax_cross_entropy(weights, biases, [0, 2], inputs, block=2).round(6)
        array([0.      , 1.098612])

    References:
        Milakov and Gimelshein (2018), *Online normalizer calculation for softmax*; Wijmans et al. (2024), *Cut your
        losses in large-vocabulary language models*.
    """
    inputs, weights, biases, ids = _checked(weights, biases, labels, inputs)
    block = checks.whole_number("block", block)
    parts = [slice(start, start + block) for start in range(0, len(weights), block)]
    row_max = np.full(len(ids), -np.inf, inputs.dtype)  # [batch], m
    total = np.zeros_like(row_max)  # [batch], s
    true_logits = np.empty_like(row_max)  # [batch], x_c
    for part in parts:
        checks.finite("weights", weights[part], part.start)
        checks.finite("biases", biases[part], part.start)
        logits = _logits(inputs, weights[part], biases[part])  # [batch, block]
        examples, places = _true_places(ids, part)
        true_logits[examples] = logits[examples, places]
        over_rows(_absorb, logits, row_max, total)
        del logits  # before the next block's come: the memory of one block, not of two

    def pullback(upstream):
        grads = {"weights": np.empty(weights.shape, weights.dtype), "biases": np.empty(biases.shape, biases.dtype)}
        grads["inputs"] = np.zeros_like(inputs)
        scale = upstream / total
        for part in parts:
            g = _logits(inputs, weights[part], biases[part])
            over_rows(_exponentiate, g, row_max, scale)
            examples, places = _true_places(ids, part)
            g[examples, places] -= upstream[examples]
            with np.errstate(over="ignore", invalid="ignore"):
                into_weights = np.matmul(g.T, inputs, out=grads["weights"][part])  # whose dtype may be another one
                checks.representable("gradient into weights", into_weights)
                grads["biases"][part] = checks.cast("gradient into biases", g.sum(axis=0), biases.dtype)
                grads["inputs"] += g @ weights[part].astype(g.dtype, copy=False)
            del g  # for the same reason
        for name in ("biases", "inputs"):
            checks.representable(f"gradient into {name}", grads[name])
        return grads

    with np.errstate(over="ignore"):
        return checks.representable("value", np.log(total) - (true_logits - row_max)), pullback


def _checked(weights, biases, labels, inputs):
    """Return checked inputs, weights, biases and class indices. Weights and biases are not read, and not copied."""
    inputs = checks.logits_array(inputs, "inputs")
    if inputs.ndim != 2:
        raise checks.problem(ValueError, "inputs", "shape [batch, dim]", f"shape {inputs.shape}")
    weights = checks.floating_as_given("weights", weights)
    if weights.ndim != 2 or not len(weights) or weights.shape[1] != inputs.shape[1]:
        expected = f"shape [num_classes, dim] = [num_classes, {inputs.shape[1]}]"
        raise checks.problem(ValueError, "weights", expected, f"shape {weights.shape}")
    biases = checks.floating_as_given("biases", biases)
    if biases.shape != weights.shape[:1]:
        raise checks.problem(ValueError, "biases", f"shape {weights.shape[:1]}", f"shape {biases.shape}")
    return inputs, weights, biases, checks.class_indices(labels, len(weights), inputs.shape[:1])


def _logits(inputs, weights, biases):
    """Return the logits of a block of classes, ``[batch, block]``."""
    with np.errstate(over="ignore", invalid="ignore"):  # too large a logit gets an error of our own
        logits = inputs @ weights.T.astype(inputs.dtype, copy=False)
        logits += biases.astype(inputs.dtype, copy=False)
    return logits


def _true_places(ids, part):
    """Return the examples whose class is in the block, and its place there."""
    examples = np.flatnonzero((ids >= part.start) & (ids < part.stop))
    return examples, ids[examples].astype(np.int64) - part.start


def _absorb(x, m, s):
    """Bring maximum ``m`` and sum ``s``, ``[batch]`` both, up to date with a block of logits. All change in place."""
    larger = np.maximum(m, x.max(axis=1))
    checks.finite(checks.PRODUCT, larger)
    with np.errstate(over="ignore"):  # a difference that overflows is -inf, and its exponential zero
        row_by_row(np.subtract, x, larger, out=x)
    s *= np.exp(m - larger)
    s += row_sums(np.exp(x, out=x))
    m[:] = larger


def _exponentiate(x, m, scale):
    """Make of each logit, in place, ``scale`` times the exponential of how far it lies below the maximum ``m``."""
    with np.errstate(over="ignore"):
        row_by_row(np.subtract, x, m, out=x)
    np.exp(x, out=x)
    row_by_row(np.multiply, x, scale, out=x)
