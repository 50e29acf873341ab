r"""The sampled family: losses over many classes that score only the true classes and a small random sample.

All of them work on one set of *sampled logits*. With :math:`h` the inputs of an example, :math:`w_c, b_c` the weights
and bias of class :math:`c`, and :math:`Q_c` its expected count in a sample (see :mod:`xentedu.families.distributions`),

.. math:: s_c = h \cdot w_c + b_c - \log Q_c

for its true classes and for the sampled ones, which all examples share. Why subtract :math:`\log Q_c`? The full softmax
sums :math:`e^{x_c}`, with :math:`x_c = h \cdot w_c + b_c`, over all classes. Class :math:`c` is in the sample
:math:`Q_c` times on average, so

.. math::

   \mathbb{E} \sum_{c \in \mathrm{sample}} \frac{e^{x_c}}{Q_c} = \sum_c e^{x_c}, \qquad
   \frac{e^{x_c}}{Q_c} = e^{x_c - \log Q_c}

and the sum over the sample estimates the sum over all. Without it, classes that are drawn often would count too much,
and training would push them down.

Why from the true logits too, which nobody sampled? Let :math:`p` be the probabilities of the classes, each of which is
in the sample or not, with :math:`Q_c` the probability that it is. A set :math:`A` of classes is scored with the true
class :math:`c \in A` among them if the others were sampled and the rest was not:

.. math::

   p_c \prod_{j \in A,\,j \ne c} Q_j \prod_{j \notin A} (1 - Q_j)
   \;\propto\; \frac{p_c}{Q_c} = e^{\log p_c - \log Q_c} \qquad (c \in A)

So of the classes that were scored, :math:`c` is the true one with the probability that a softmax of
:math:`\log p - \log Q` gives: the loss is least, and its mean gradient zero, at :math:`x = \log p` up to a constant,
where the full softmax has its minimum too, whatever the size of the sample. With :math:`\log Q` subtracted from the
sampled logits alone, this holds only in the limit of all classes.

That argument is for classes that enter the sample independently, with accidental hits removed. For draws with repeats
it holds with the hits kept. For the default, unique draws, it holds nearly where a few of many classes are drawn, and
does not where most of a handful are.

The gradient of a loss with respect to the logits, :math:`G_{ic}` for example :math:`i`, passes on to what made them:

.. math::

   \frac{\partial L}{\partial h_i} = \sum_c G_{ic}\,w_c, \qquad
   \frac{\partial L}{\partial w_c} = \sum_i G_{ic}\,h_i, \qquad
   \frac{\partial L}{\partial b_c} = \sum_i G_{ic}

Only the classes that were scored get a gradient, and a class that was scored several times gets the sum.
"""

import numpy as np

from .. import checks
from ..gradients import differentiable
from . import sigmoid, softmax, sparse
from .samplers import compute_accidental_hits
from .samples import checked_arguments, checked_sample, same_length


def logits_of_sample(
    weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy, masks=False
):
    """Return the logits of true and sampled classes, ``[batch, num_true + num_sampled]``, and their pullback.

    With ``masks`` a bias may be -inf.
    """
    labels, sampled, true_count, sampled_count = sample
    batch, num_true = labels.shape
    h, weight_table, bias_table = checked_arguments(weights, biases, inputs, num_classes, partition_strategy)
    same_length("inputs", h, "labels", labels)
    ids = np.concatenate([labels.ravel(), sampled])  # [batch * num_true + num_sampled]
    w = weight_table.look_up(ids, h.dtype)  # [batch * num_true + num_sampled, dim]
    b = bias_table.look_up(ids, h.dtype, masks)  # [batch * num_true + num_sampled]
    true_w = w[: labels.size].reshape(batch, num_true, h.shape[1])  # [batch, num_true, dim]
    sampled_w = w[labels.size :]  # [num_sampled, dim]
    true_b, sampled_b = b[: labels.size].reshape(batch, num_true), b[labels.size :]

    logits = np.empty((batch, num_true + len(sampled)), h.dtype)
    true_logits, sampled_logits = logits[:, :num_true], logits[:, num_true:]  # [batch, num_true], [batch, num_sampled]
    with np.errstate(over="ignore", invalid="ignore"):  # a logit that is too large gets an error below
        np.einsum("id,itd->it", h, true_w, out=true_logits)
        np.matmul(h, sampled_w.T, out=sampled_logits)
        true_logits += true_b - np.log(true_count, dtype=np.promote_types(true_count.dtype, h.dtype))
        sampled_logits += sampled_b - np.log(sampled_count, dtype=np.promote_types(sampled_count.dtype, h.dtype))
        if remove_accidental_hits:
            examples, places, lowest = compute_accidental_hits(labels, sampled, num_true)
            sampled_logits[examples, places] += lowest

    def pullback(upstream):
        true_g, sampled_g = upstream[:, :num_true], upstream[:, num_true:]  # [batch, num_true], [batch, num_sampled]
        into_true_w = true_g[..., np.newaxis] * h[:, np.newaxis]  # [batch, num_true, dim]
        with np.errstate(over="ignore", invalid="ignore"):
            into_w = np.concatenate([into_true_w.reshape(labels.size, h.shape[1]), sampled_g.T @ h])  # the shape of w
            into_b = np.concatenate([true_g.ravel(), sampled_g.sum(axis=0)])  # the shape of b
            into_h = np.einsum("it,itd->id", true_g, true_w) + sampled_g @ sampled_w  # [batch, dim]
        grads = {"inputs": checks.representable("gradient into inputs", into_h)}
        for table, into in ((weight_table, into_w), (bias_table, into_b)):
            if table.trained:
                grads[table.name] = table.gradient(ids, into)
        return grads

    return logits, pullback


def targets(logits, num_true):
    """Return the labels of sampled logits: one unit, shared by the true classes. The shape of ``logits``."""
    shares = np.zeros_like(logits)
    shares[:, :num_true] = 1 / num_true
    return shares


def softmax_loss(weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy, masks=False):
    """Return the softmax loss over the true and the sampled classes, and its pullback into the arguments."""
    logits, into_arguments = logits_of_sample(
        weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy, masks
    )
    num_true, first = sample[0].shape[1], np.zeros(len(logits), np.int64)
    if num_true == 1:
        value, into_logits = sparse.cross_entropy(first, logits, checks.PRODUCT, masks=masks, scratch=True)
    else:
        checks.differences(checks.PRODUCT, logits, axis=1)
        value, into_logits = softmax.cross_entropy(targets(logits, num_true), logits, axis=1)
    return value, lambda upstream: into_arguments(into_logits(upstream)["logits"])


@differentiable(dtype_of="inputs")
def sampled_softmax_loss(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_classes,
    num_true=1,
    sampled_values=None,
    remove_accidental_hits=True,
    partition_strategy="mod",
    seed=None,
):
    r"""Softmax cross-entropy over the true classes and a sample of the others.

    With :math:`T` the true classes of an example (:math:`t` of them), :math:`S` the sample, :math:`x_c = h \cdot w_c +
    b_c` the logits and :math:`Q_c` the expected counts, which correct true and sampled logits alike,

    .. math::

       s_c &= x_c - \log Q_c, \qquad
       p_c = \frac{e^{s_c}}{\sum_{j \in T} e^{s_j} + \sum_{j \in S} e^{s_j}} \\
       L &= -\frac{1}{t} \sum_{c \in T} \log p_c, \qquad
       \frac{\partial L}{\partial s_c} = p_c - \frac{[c \in T]}{t}

    For training only: the loss is mostly below that of the full softmax, because the sum runs over fewer classes.
    Evaluate with :func:`~xentedu.nn.softmax_cross_entropy_with_logits`.

    Args:
        weights: array of shape ``[num_classes, dim]``, or a list of its shards. More rows than classes are padding.
        biases: array of shape ``[num_classes]``, or a list of its shards.
        labels: class indices of shape ``[batch, num_true]``. Where a sample is given and no accidental hit is removed,
            ``[batch]`` will do. Labels swapped with ``inputs`` are refused only where they are not class indices.
        inputs: floating-point array of shape ``[batch, dim]``; its dtype is that of the computation.
        num_sampled: how many classes are sampled, for the whole batch.
        num_classes: the number of classes.
        num_true: the number of true classes of an example.
        sampled_values: what a ``*_candidate_sampler`` returned: sampled classes, expected counts of the true ones, of
            the sampled ones. By default ``log_uniform_candidate_sampler`` draws them, unique: for
            classes in order of decreasing frequency.
        remove_accidental_hits: whether a sampled class is taken out of the examples whose true class it is.
        partition_strategy: ``"mod"`` or ``"div"``: which class is in which shard. Without effect on whole arrays.
        seed: of the default sampler.

    Returns:
        One loss for each example, in nats, in the dtype of ``inputs``.

    Raises:
        TypeError: ``inputs`` are not floating-point, ``weights`` or ``biases`` not numbers, indices not whole.
        ValueError: shapes do not fit, an index or a number is out of range, an expected count is not positive, a number
            that is looked at is not finite, the strategy is unknown, logits or gradients are too large for the dtype.

    Examples:
        >>> from xentedu.nn import all_candidate_sampler
        >>> labels = np.array([[1]])
        >>> everything = all_candidate_sampler(labels, 1, 4, True)
        >>> args = np.zeros((4, 2)), np.zeros(4), labels, np.ones((1, 2)), 4, 4
        >>> sampled_softmax_loss(*args, sampled_values=everything).round(6)
        array([1.386294])

        Two of the four classes, drawn log-uniformly:

        >>> args = np.zeros((4, 2)), np.zeros(4), labels, np.ones((1, 2)), 2, 4
        >>> sampled_softmax_loss(*args, seed=0).round(6)
        array([0.460561])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_impl.py``; Jean et al. (2015), *On using very large target
        vocabulary for neural machine translation*.
    """
    sample = checked_sample(labels, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits, seed)
    return softmax_loss(weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy)


@differentiable(dtype_of="inputs")
def nce_loss(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_classes,
    num_true=1,
    sampled_values=None,
    remove_accidental_hits=False,
    partition_strategy="mod",
    seed=None,
):
    r"""Noise-contrastive estimation: tell the true classes from sampled noise, each by a sigmoid of its own.

    Say that a class was a true one with odds :math:`e^{x_c}`, against :math:`Q_c` draws of it as noise. Then the
    log-odds that it is true are :math:`x_c - \log Q_c`, the sampled logit :math:`s_c`; and the loss is binary
    cross-entropy, summed:

    .. math::

       L = \sum_{c \in T} \Bigl( \mathrm{softplus}(s_c) - \frac{s_c}{t} \Bigr) + \sum_{c \in S} \mathrm{softplus}(s_c),
       \qquad \frac{\partial L}{\partial s_c} = \sigma(s_c) - \frac{[c \in T]}{t}

    The logits learn to be log-probabilities by themselves, with no sum over classes. With several true classes the
    labels are :math:`1/t`, as in the softmax: a true class is then at its best at :math:`\sigma(s_c) = 1/t`. With
    accidental hits removed it is called sampled logistic, and learns log-odds instead.

    Args:
        weights: array of shape ``[num_classes, dim]``, or a list of its shards. More rows than classes are padding.
        biases: array of shape ``[num_classes]``, or a list of its shards.
        labels: integer class indices of shape ``[batch, num_true]``.
        inputs: floating-point array of shape ``[batch, dim]``.
        num_sampled: how many classes are sampled, for the whole batch.
        num_classes: the number of classes.
        num_true: the number of true classes of an example.
        sampled_values: as in :func:`~xentedu.nn.sampled_softmax_loss`.
        remove_accidental_hits: whether a sampled class is taken out of the examples whose true class it is.
        partition_strategy: ``"mod"`` or ``"div"``, as in :func:`~xentedu.nn.sampled_softmax_loss`.
        seed: of the default sampler. TensorFlow's ``nce_loss`` has none.

    Returns:
        One loss for each example, in nats, in the dtype of ``inputs``, a sum over its true and all sampled classes.

    Raises:
        TypeError: as :func:`~xentedu.nn.sampled_softmax_loss`.
        ValueError: as :func:`~xentedu.nn.sampled_softmax_loss`.

    Examples:
        >>> from xentedu.nn import all_candidate_sampler
        >>> labels = np.array([[1]])
        >>> everything = all_candidate_sampler(labels, 1, 4, True)
        >>> args = np.zeros((4, 2)), np.zeros(4), labels, np.ones((1, 2)), 4, 4
        >>> nce_loss(*args, sampled_values=everything).round(6)
        array([3.465736])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_impl.py``; Gutmann and Hyvärinen (2010), *Noise-contrastive
        estimation: a new estimation principle for unnormalized statistical models*.
    """
    sample = checked_sample(labels, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits, seed)
    logits, into_arguments = logits_of_sample(
        weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy
    )
    checks.finite(checks.PRODUCT, logits)
    losses, into_logits = sigmoid.cross_entropy(targets(logits, sample[0].shape[1]), logits)
    with np.errstate(over="ignore"):
        value = checks.representable("value", losses.sum(axis=1))
    return value, lambda upstream: into_arguments(into_logits(upstream[:, np.newaxis])["logits"])
