r"""The sampled family: losses over many classes that score only the true ones and a small random sample.

All of them work on one set of *sampled logits*. With :math:`h` the inputs of an example, :math:`w_c, b_c` the weights
and bias of class :math:`c`, and :math:`Q_c` its expected count in a sample (see :mod:`xentedu.families.samplers`),

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
where the full softmax has its minimum too, whatever the size of the sample. With :math:`\log Q` off the sampled logits
alone this holds only in the limit of all classes.

The gradient of a loss with respect to the logits, :math:`G_{ic}` for example :math:`i`, passes on to what made them:

.. math::

   \frac{\partial L}{\partial h_i} = \sum_c G_{ic}\,w_c, \qquad
   \frac{\partial L}{\partial w_c} = \sum_i G_{ic}\,h_i, \qquad
   \frac{\partial L}{\partial b_c} = \sum_i G_{ic}

Only the classes that were scored get a gradient, and one that was scored several times gets the sum.
"""

import numpy as np

from .. import checks
from ..gradients import differentiable
from ..numerics import logsumexp
from ..rows import row_losses
from . import sigmoid, softmax, sparse
from .samplers import compute_accidental_hits, learned_unigram_candidate_sampler, log_uniform_candidate_sampler
from .tables import Table


def _sampled_logits(
    weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy, masks=False
):
    """Return the logits of true and sampled classes, ``[batch, num_true + num_sampled]``, and their pullback.

    With ``masks`` a bias may be -inf.
    """
    labels, sampled, true_count, sampled_count = sample
    batch, num_true = labels.shape
    h, weight_table, bias_table = _arguments(weights, biases, inputs, num_classes, partition_strategy)
    checks.same_length("inputs", h, "labels", labels)
    ids = np.concatenate([labels.ravel(), sampled])  # [batch * num_true + num_sampled]
    w = weight_table.look_up(ids, h.dtype)  # [batch * num_true + num_sampled, dim]
    b = bias_table.look_up(ids, h.dtype, masks)  # [batch * num_true + num_sampled]
    true_w, sampled_w = (
        w[: labels.size].reshape(batch, num_true, h.shape[1]),
        w[labels.size :],
    )  # [batch, num_true, dim], ...
    true_b, sampled_b = b[: labels.size].reshape(batch, num_true), b[labels.size :]

    logits = np.empty((batch, num_true + len(sampled)), h.dtype)
    true_logits, sampled_logits = logits[:, :num_true], logits[:, num_true:]  # [batch, num_true], [batch, num_sampled]
    with np.errstate(over="ignore", invalid="ignore"):  # too large a logit gets an error of our own
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


def _targets(logits, num_true):
    """Return the labels of sampled logits: one unit, shared by the true classes. The shape of ``logits``."""
    targets = np.zeros_like(logits)
    targets[:, :num_true] = 1 / num_true
    return targets


def _softmax(logits, num_true, masks=False):
    """Return the softmax loss of sampled logits, of which the first ``num_true`` are true, and its pullback."""
    if checks.differences(checks.PRODUCT, logits, axis=1, masks=masks):
        checks.unmasked_labels(checks.PRODUCT, logits, np.zeros(len(logits), np.int64))
    if num_true == 1:
        return row_losses(sparse.formulas, logits, np.zeros(len(logits), np.int64), scratch=True)
    return softmax.cross_entropy(_targets(logits, num_true), logits, axis=1)


def _sample(
    labels,
    num_sampled,
    num_classes,
    num_true,
    sampled_values,
    remove_accidental_hits,
    seed,
    sampler=log_uniform_candidate_sampler,
):
    """Return checked labels, sampled classes and the expected counts of both. Draw the sample if none is given."""
    num_classes = checks.whole_number("num_classes", num_classes)
    num_true = checks.whole_number("num_true", num_true)
    flat = sampled_values is not None and not remove_accidental_hits
    labels = checks.label_columns(labels, num_true, num_classes, flat=flat, floats=True)
    most = {} if sampled_values is not None else {"high": num_classes, "why": "there are no more classes to draw"}
    num_sampled = checks.whole_number("num_sampled", num_sampled, **most)
    if sampled_values is None:
        sampled_values = sampler(labels, num_true, num_sampled, True, num_classes, seed)
    return labels, *checks.sampled_values(sampled_values, labels.shape, num_sampled, num_classes)


def _arguments(weights, biases, inputs, num_classes, partition_strategy):
    """Return checked inputs, ``[batch, dim]``, and the tables of weights and biases."""
    h = checks.logits_array(inputs, "inputs")
    if h.ndim != 2:
        raise checks.problem(ValueError, "inputs", "shape [batch, dim]", f"shape {h.shape}")
    weight_table = Table("weights", weights, int(num_classes), h.shape[1:], partition_strategy)
    return h, weight_table, Table("biases", biases, int(num_classes), (), partition_strategy)


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

    With :math:`T` the true classes of an example (:math:`t` of them), :math:`S` the sample and :math:`s` the sampled
    logits,

    .. math::

       p_c = \frac{e^{s_c}}{\sum_{j \in T} e^{s_j} + \sum_{j \in S} e^{s_j}}, \qquad
       L = -\frac{1}{t} \sum_{c \in T} \log p_c, \qquad
       \frac{\partial L}{\partial s_c} = p_c - \frac{[c \in T]}{t}

    For training only: the loss is mostly below that of the full softmax, because the sum runs over fewer classes.
    Evaluate with :func:`~xentedu.nn.softmax_cross_entropy_with_logits`.

    Args:
        weights: array of shape ``[num_classes, dim]``, or a list of its shards. More rows than classes are padding.
        biases: array of shape ``[num_classes]``, or a list of its shards.
        labels: class ids of shape ``[batch, num_true]``. Where a sample is given and no accidental hit is removed,
            ``[batch]`` will do. Labels swapped with ``inputs`` are refused only where they are not class ids.
        inputs: floating-point array of shape ``[batch, dim]``; its dtype is that of the computation.
        num_sampled: how many classes are sampled, for the whole batch.
        num_classes: the number of classes.
        num_true: the number of true classes of an example.
        sampled_values: what a ``*_candidate_sampler`` returned: sampled classes, expected counts of the true ones, of
            the sampled ones. By default ``log_uniform_candidate_sampler`` draws them, unique: for ids sorted by falling
            frequency.
        remove_accidental_hits: whether a sampled class is taken out of the examples of which it is a true class.
        partition_strategy: ``"mod"`` or ``"div"``: which class is in which shard. Without effect on whole arrays.
        seed: of the default sampler.

    Returns:
        One loss for each example, in nats, in the dtype of ``inputs``.

    Raises:
        TypeError: ``inputs`` are not floating-point, ``weights`` or ``biases`` not numbers, ids or numbers not whole.
        ValueError: shapes do not fit, an id or a number is out of range, an expected count is not positive, a number
            that is looked at is not finite, the strategy is unknown, logits or gradients are too large for the dtype.

    Examples:
        >>> from xentedu.nn import all_candidate_sampler
        >>> labels = np.array([[1]])
        >>> everything = all_candidate_sampler(labels, 1, 4, True)
        >>> args = np.zeros((4, 2)), np.zeros(4), labels, np.ones((1, 2)), 4, 4
        >>> sampled_softmax_loss(*args, sampled_values=everything).round(6)
        array([1.386294])

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/nn_impl.py``; Jean et al. (2015), *On using very large target
        vocabulary for neural machine translation*.
    """
    sample = _sample(labels, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits, seed)
    logits, into_arguments = _sampled_logits(
        weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy
    )
    value, pullback = _softmax(logits, sample[0].shape[1])
    return value, lambda upstream: into_arguments(pullback(upstream)["logits"])


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
        labels: integer class ids of shape ``[batch, num_true]``.
        inputs: floating-point array of shape ``[batch, dim]``.
        num_sampled: how many classes are sampled, for the whole batch.
        num_classes: the number of classes.
        num_true: the number of true classes of an example.
        sampled_values: as in :func:`~xentedu.nn.sampled_softmax_loss`.
        remove_accidental_hits: whether a sampled class is taken out of the examples of which it is a true class.
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
    sample = _sample(labels, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits, seed)
    logits, into_arguments = _sampled_logits(
        weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy
    )
    checks.finite(checks.PRODUCT, logits)
    losses, pullback = sigmoid.cross_entropy(_targets(logits, sample[0].shape[1]), logits)
    with np.errstate(over="ignore"):
        value = checks.representable("value", losses.sum(axis=1))
    return value, lambda upstream: into_arguments(pullback(upstream[:, np.newaxis])["logits"])


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

    The true logit stands at place 0. Values and gradients are the same.

    Args:
        weights: array of shape ``[num_classes, dim]``, or a list of its shards. More rows than classes are padding.
        biases: array of shape ``[num_classes]``, or a list of its shards.
        labels: integer class ids of shape ``[batch, 1]``.
        inputs: floating-point array of shape ``[batch, dim]``.
        num_sampled: how many classes are sampled, for the whole batch.
        num_classes: the number of classes.
        sampled_values: as in :func:`~xentedu.nn.sampled_softmax_loss`.
        remove_accidental_hits: whether a sampled class is taken out of the examples of which it is the true class.
        partition_strategy: ``"mod"`` or ``"div"``, as in :func:`~xentedu.nn.sampled_softmax_loss`.
        seed: of the default sampler.

    Returns:
        One loss for each example, in nats, in the dtype of ``inputs``.

    Raises:
        TypeError: as :func:`~xentedu.nn.sampled_softmax_loss`.
        ValueError: as :func:`~xentedu.nn.sampled_softmax_loss`.

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
    sample = _sample(labels, num_sampled, num_classes, 1, sampled_values, remove_accidental_hits, seed)
    logits, into_arguments = _sampled_logits(
        weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy, masks=True
    )
    value, pullback = _softmax(logits, 1, masks=True)
    return value, lambda upstream: into_arguments(pullback(upstream)["logits"])


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

    and the ``num_resampled`` classes of the highest scores are kept, with their expected counts as they were. A low
    temperature asks for the one example that a class confuses most, a high one for all of them together. No gradient
    passes through the choice.

    Args:
        weights: array of shape ``[num_classes, dim]``, or a list of its shards. More rows than classes are padding.
        biases: array of shape ``[num_classes]``, or a list of its shards.
        labels: integer class ids of shape ``[batch, num_true]``.
        inputs: floating-point array of shape ``[batch, dim]``.
        num_sampled: how many classes are sampled in the first pass.
        num_resampled: how many of them are kept in the second; less than ``num_sampled``.
        num_classes: the number of classes.
        num_true: the number of true classes of an example.
        sampled_values: as in :func:`~xentedu.nn.sampled_softmax_loss`; where it is None,
            ``learned_unigram_candidate_sampler`` draws.
        resampling_temperature: :math:`\tau`, a positive number.
        remove_accidental_hits: whether a sampled class is taken out of the examples of which it is a true class.
        partition_strategy: ``"mod"`` or ``"div"``, as in :func:`~xentedu.nn.sampled_softmax_loss`.
        seed: of the default sampler. TensorFlow's function has none.

    Returns:
        One loss for each example, in nats, in the dtype of ``inputs``.

    Raises:
        TypeError: as :func:`~xentedu.nn.sampled_softmax_loss`.
        ValueError: as :func:`~xentedu.nn.sampled_softmax_loss`; ``num_sampled`` is not above ``num_resampled``, or
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
    sampler = learned_unigram_candidate_sampler
    labels, sampled, true_count, sampled_count = _sample(
        labels, num_sampled, num_classes, num_true, sampled_values, remove_accidental_hits, seed, sampler
    )
    h, weight_table, bias_table = _arguments(weights, biases, inputs, num_classes, partition_strategy)
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
    logits, into_arguments = _sampled_logits(
        weights, biases, inputs, num_classes, sample, remove_accidental_hits, partition_strategy
    )
    value, pullback = _softmax(logits, sample[0].shape[1])
    return value, lambda upstream: into_arguments(pullback(upstream)["logits"])
