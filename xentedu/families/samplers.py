"""Candidate samplers: a few classes drawn from many, and how often each could be expected among them.

What they draw from, and what an expected count is: :mod:`xentedu.families.distributions`. The counts are float32, as in
TensorFlow.
"""

import numpy as np

from .. import checks
from ..calling import public
from .distributions import draw, expected_count, log_uniform, uniform, unigram


def _sample(distribution, true_classes, num_sampled, unique, rng):
    """Draw classes; return them with the expected counts of the true and of the sampled classes."""
    sampled, tries = draw(distribution, num_sampled, unique, rng)
    counts = [
        expected_count(distribution.probability(ids), num_sampled, tries).astype(np.float32)
        for ids in (true_classes, sampled)
    ]
    return sampled.astype(np.int64), *counts


def _checked(true_classes, num_true, num_sampled, unique, range_max, seed):
    """Check what all samplers share; return the true classes, num_sampled, range_max, a generator of random numbers."""
    range_max = checks.whole_number("range_max", range_max)
    num_true = checks.whole_number("num_true", num_true)
    most = {"high": range_max, "why": "unique=True, and there are no more classes"} if unique else {}
    num_sampled = checks.whole_number("num_sampled", num_sampled, **most)
    if seed is not None and not isinstance(seed, np.random.Generator):
        seed = checks.whole_number("seed", seed, -np.inf) % 2**64  # NumPy has no negative seeds, TensorFlow has
    ids = checks.label_columns(true_classes, num_true, range_max, "true_classes")
    return ids, num_sampled, range_max, np.random.default_rng(seed)


@public
def uniform_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None):
    """Draw classes that are all equally probable.

    Args:
        true_classes: integer class indices of shape ``[batch, num_true]``. They do not influence the sample.
        num_true: the number of true classes of an example.
        num_sampled: the number of classes to draw.
        unique: whether each class is drawn at most once.
        range_max: the number of classes.
        seed: None, a non-negative integer or a ``numpy.random.Generator``. The draws are NumPy's, not TensorFlow's.

    Returns:
        The triple that the sampled losses take as ``sampled_values``, which is ``sampled_candidates``, int64 of shape
        ``[num_sampled]``; ``true_expected_count``, float32 of the shape of ``true_classes``;
        ``sampled_expected_count``, float32 of shape ``[num_sampled]``.

    Raises:
        TypeError: class indices or numbers are not integers.
        ValueError: a shape is wrong, an index is out of range, more unique classes are wanted than there are.

    Examples:
        >>> sampled, true_count, _ = uniform_candidate_sampler([[0], [7]], 1, 4, False, range_max=8, seed=1)
        >>> sampled, true_count.ravel()
        (array([4, 7, 1, 7]), array([0.5, 0.5], dtype=float32))

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/candidate_sampling_ops.py``.
    """
    ids, num_sampled, range_max, rng = _checked(true_classes, num_true, num_sampled, unique, range_max, seed)
    return _sample(uniform(range_max), ids, num_sampled, unique, rng)


@public
def log_uniform_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None):
    r"""Draw from the log-uniform distribution, for classes in order of decreasing frequency. The losses' default.

    .. math:: P(c) = \frac{\log(c + 2) - \log(c + 1)}{\log(\mathrm{range\_max} + 1)}

    Args:
        true_classes: integer class indices of shape ``[batch, num_true]``.
        num_true: the number of true classes of an example.
        num_sampled: the number of classes to draw.
        unique: whether each class is drawn at most once.
        range_max: the number of classes.
        seed: None, a non-negative integer or a ``numpy.random.Generator``.

    Returns:
        ``(sampled_candidates, true_expected_count, sampled_expected_count)``, as :func:`uniform_candidate_sampler`.

    Raises:
        TypeError: class indices or numbers are not integers.
        ValueError: a shape is wrong, an index is out of range, more unique classes are wanted than there are.

    Examples:
        >>> _, true_count, _ = log_uniform_candidate_sampler([[0, 9]], 2, 5, False, range_max=10, seed=1)
        >>> true_count.round(4)
        array([[1.4453, 0.1987]], dtype=float32)

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/candidate_sampling_ops.py``.
    """
    ids, num_sampled, range_max, rng = _checked(true_classes, num_true, num_sampled, unique, range_max, seed)
    return _sample(log_uniform(range_max), ids, num_sampled, unique, rng)


class LearnedUnigramSampler:
    """A sampler that learns how frequent the classes are: each has a count of one, and each true class adds one.

    A call draws first, and learns afterwards. TensorFlow keeps such counts in the graph; here they are yours to keep.

    Examples:
        >>> sampler = LearnedUnigramSampler(range_max=3, seed=1)
        >>> for _ in range(2):
        ...     sampled, true_count, _ = sampler([[2], [2], [2]], 1, 2, False)
        ...     print(true_count.ravel().round(4), sampler.counts)
        [0.6667 0.6667 0.6667] [1. 1. 4.]
        [1.3333 1.3333 1.3333] [1. 1. 7.]
    """

    def __init__(self, range_max, seed=None):
        range_max = checks.whole_number("range_max", range_max)
        self.counts = np.ones(range_max)
        self.rng = np.random.default_rng(seed)

    def __call__(self, true_classes, num_true, num_sampled, unique):
        """Draw as :func:`learned_unigram_candidate_sampler`, then count ``true_classes``."""
        ids, num_sampled, _, rng = _checked(true_classes, num_true, num_sampled, unique, len(self.counts), self.rng)
        values = _sample(unigram(self.counts), ids, num_sampled, unique, rng)
        np.add.at(self.counts, ids, 1)
        return values


@public
def learned_unigram_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None):
    """Draw from a distribution learned from the true classes of earlier calls: with none before it, the uniform one.

    TensorFlow remembers between the runs of a graph; a function has no such memory. To go on learning, keep a
    :class:`xentedu.families.samplers.LearnedUnigramSampler` and call that.

    Args:
        true_classes: integer class indices of shape ``[batch, num_true]``.
        num_true: the number of true classes of an example.
        num_sampled: the number of classes to draw.
        unique: whether each class is drawn at most once.
        range_max: the number of classes.
        seed: None, a non-negative integer or a ``numpy.random.Generator``.

    Returns:
        ``(sampled_candidates, true_expected_count, sampled_expected_count)``, as :func:`uniform_candidate_sampler`.

    Raises:
        TypeError: class indices or numbers are not integers.
        ValueError: a shape is wrong, an index is out of range, more unique classes are wanted than there are.

    Examples:
        >>> _, true_count, _ = learned_unigram_candidate_sampler([[0], [3]], 1, 2, False, range_max=4, seed=1)
        >>> true_count.ravel()
        array([0.5, 0.5], dtype=float32)

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/candidate_sampling_ops.py``.
    """
    *_, rng = _checked(true_classes, num_true, num_sampled, unique, range_max, seed)
    return LearnedUnigramSampler(range_max, rng)(true_classes, num_true, num_sampled, unique)


@public
def fixed_unigram_candidate_sampler(
    true_classes,
    num_true,
    num_sampled,
    unique,
    range_max,
    vocab_file="",
    distortion=1.0,
    num_reserved_ids=0,
    num_shards=1,
    shard=0,
    unigrams=(),
    seed=None,
):
    r"""Draw classes in proportion to given counts, raised to a power.

    .. math:: P(c) = \frac{u_c^d}{\sum_j u_j^d}

    where the distortion :math:`d` flattens the distribution: 1 leaves the counts as they are, 0 makes it uniform, 0.75
    is what word2vec chose. Exactly one of ``vocab_file`` and ``unigrams`` is given.

    A reserved index is never drawn, and its expected count is zero: a sampled loss refuses it as a true class.

    Args:
        true_classes: integer class indices of shape ``[batch, num_true]``.
        num_true: the number of true classes of an example.
        num_sampled: the number of classes to draw.
        unique: whether each class is drawn at most once.
        range_max: the number of classes: reserved ids and unigrams, or those of the shard.
        vocab_file: path of a CSV file with a line for each class, whose last field is its count.
        distortion: :math:`d`.
        num_reserved_ids: how many indices, from 0, are reserved, before those of the unigrams.
        num_shards: into how many shards the classes are dealt out, in turn; this sampler draws from one.
        shard: which of them. It numbers its own classes from 0.
        unigrams: counts or probabilities, one for each class.
        seed: None, a non-negative integer or a ``numpy.random.Generator``.

    Returns:
        ``(sampled_candidates, true_expected_count, sampled_expected_count)``, as :func:`uniform_candidate_sampler`.

    Raises:
        TypeError: class indices or numbers are not integers.
        ValueError: a shape is wrong, an index is out of range, ``range_max`` is not the number of classes (TensorFlow
            ends the whole process here), neither or both of ``vocab_file`` and ``unigrams`` are given, more unique
            classes are wanted than can be drawn.

    Examples:
        >>> _, true_count, _ = fixed_unigram_candidate_sampler(
        ...     [[0], [2]], 1, 2, False, range_max=3, unigrams=[6, 3, 1], seed=1
        ... )
        >>> true_count.ravel().round(4)
        array([1.2, 0.2], dtype=float32)

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/candidate_sampling_ops.py``; Mikolov et al. (2013), *Distributed
        representations of words and phrases and their compositionality*.
    """
    ids, num_sampled, range_max, rng = _checked(true_classes, num_true, num_sampled, unique, range_max, seed)
    if bool(vocab_file) == bool(np.size(unigrams)):
        received = "both" if vocab_file else "neither"
        raise checks.problem(ValueError, "unigrams", "just one of unigrams and vocab_file", received)
    given = _counts_in_file(vocab_file) if vocab_file else checks.weights_array(unigrams, np.dtype(float), "unigrams")
    distortion = checks.number("distortion", distortion, 0)
    num_reserved_ids = checks.whole_number("num_reserved_ids", num_reserved_ids, 0)
    num_shards = checks.whole_number("num_shards", num_shards)
    shard = checks.whole_number("shard", shard, 0, num_shards - 1)

    reserved = np.zeros(len(range(shard, num_reserved_ids, num_shards)))
    # TensorFlow numbers the unigrams from the reserved ids of this shard, not from all of them.
    own = given[(shard - len(reserved)) % num_shards :: num_shards]
    with np.errstate(over="ignore"):
        counts = np.concatenate([reserved, own**distortion])
        checks.representable("unigrams ** distortion, summed", counts.sum())
    if len(counts) != range_max:
        raise checks.problem(
            ValueError, "range_max", f"the number of reserved ids and unigrams, {len(counts)}", range_max
        )
    drawable = np.count_nonzero(counts)
    if drawable < (num_sampled if unique else 1):
        raise checks.problem(
            ValueError, "num_sampled", f"at most the number of classes with a count above zero, {drawable}", num_sampled
        )
    return _sample(unigram(counts), ids, num_sampled, unique, rng)


@public
def all_candidate_sampler(true_classes, num_true, num_sampled, unique, seed=None):
    """Return all classes, in order, each expected once. It turns a sampled loss into the full one, to test it.

    Args:
        true_classes: integer class indices of shape ``[batch, num_true]``.
        num_true: the number of true classes of an example.
        num_sampled: the number of classes.
        unique: without effect.
        seed: without effect.

    Returns:
        ``(sampled_candidates, true_expected_count, sampled_expected_count)``, as :func:`uniform_candidate_sampler`.

    Raises:
        TypeError: class indices or numbers are not integers.
        ValueError: a shape is wrong, an index is out of range.

    Examples:
        >>> all_candidate_sampler([[2]], 1, 3, True)
        (array([0, 1, 2]), array([[1.]], dtype=float32), array([1., 1., 1.], dtype=float32))

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/candidate_sampling_ops.py``.
    """
    ids, num_sampled, *_ = _checked(true_classes, num_true, num_sampled, unique, num_sampled, seed)
    return np.arange(num_sampled), np.ones(ids.shape, np.float32), np.ones(num_sampled, np.float32)


@public
def compute_accidental_hits(true_classes, sampled_candidates, num_true):
    """Find the sampled classes that happen to be a true class of an example.

    As noise for that example such a class contradicts its label. Adding the weights found here to the sampled logits
    takes it out: its exponential becomes zero.

    Args:
        true_classes: integer class indices of shape ``[batch, num_true]``.
        sampled_candidates: integer class indices of shape ``[num_sampled]``. Where one comes up twice, only its last
            place is found: this is meant for samples without repetition.
        num_true: the number of true classes of an example.

    Returns:
        The triple ``(indices, ids, weights)``, an entry for each hit in the order of ``true_classes``: its example
        (int32), its place in ``sampled_candidates`` (int64), and the lowest finite float32.

    Raises:
        TypeError: class indices are not integers.
        ValueError: a shape is wrong, an index is negative.

    Examples:
        >>> indices, ids, weights = compute_accidental_hits([[3], [5], [0]], [0, 3, 7], num_true=1)
        >>> indices, ids, weights
        (array([0, 2], dtype=int32), array([1, 0]), array([-3.4028235e+38, -3.4028235e+38], dtype=float32))

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/candidate_sampling_ops.py``.
    """
    num_true = checks.whole_number("num_true", num_true)
    most = np.iinfo(np.int64).max
    labels = checks.label_columns(true_classes, num_true, most, "true_classes")
    sampled = checks.rectangular("sampled_candidates", sampled_candidates)
    checks.class_indices(sampled, most, (sampled.size,), name="sampled_candidates")
    order = np.argsort(sampled, kind="stable")
    place = np.searchsorted(sampled[order], labels, side="right") - 1  # [batch, num_true]: the last that is not larger
    hit = sampled[order[place]] == labels if len(sampled) else np.zeros(labels.shape, bool)
    ids = order[place[hit]]
    return np.nonzero(hit)[0].astype(np.int32), ids, np.full(len(ids), np.finfo(np.float32).min)


def _counts_in_file(path):
    """Return the last field of each line of a CSV file, but for empty lines."""
    counts = []
    with open(path, encoding="utf-8") as lines:
        try:
            numbered = list(enumerate(lines, start=1))
        except UnicodeDecodeError as error:
            raise checks.problem(ValueError, "vocab_file", "text in UTF-8", str(error)) from None
    for number, line in numbered:
        if not line.strip():
            continue
        field = line.strip().rpartition(",")[-1]
        try:
            counts.append(float(field))
        except ValueError:
            expected = f"a number in the last field of line {number}"
            raise checks.problem(ValueError, "vocab_file", expected, repr(field)) from None
    return checks.weights_array(counts, np.dtype(float), "vocab_file")
