r"""Distributions over many classes, draws from them, and how often each class could be expected in a sample.

Every sampler (:mod:`xentedu.families.samplers`) draws from a distribution :math:`p` over the classes by inverting its
distribution function: a uniform number :math:`u` becomes the class at which the cumulated probabilities pass :math:`u`.
What the sampled losses then need of a class is its *expected count* :math:`Q`, the mean number of times that it comes
up in a sample. With :math:`n` draws,

.. math:: Q = n\,p

and that is the answer where classes may repeat. Where they may not (``unique``), a sampler draws until it has
``num_sampled`` different classes, and needs :math:`t` tries. A class can then come up at most once, and does so unless
all tries miss it:

.. math:: Q = 1 - (1 - p)^t = -\mathrm{expm1}(t \log(1 - p))

The number of tries is itself random, and TensorFlow takes the one that it has just seen; where no draw was repeated
(:math:`t = n`) it uses the first formula, and the count of a frequent class can exceed one though it is unique. So does
this module.
"""

from typing import NamedTuple

import numpy as np

from .. import checks

# The tries after which TensorFlow gives up too: tensorflow/core/kernels/range_sampler.cc, version 1.15.5.
_MOST_TRIES = np.iinfo(np.int32).max


class Distribution(NamedTuple):
    """A distribution over the classes, from which to draw."""

    probability: object  # class indices -> the probability of each
    quantile: object  # uniform numbers in [0, 1) -> the class index of each


def uniform(range_max):
    """Return the distribution that gives each of ``range_max`` classes the same probability."""
    return Distribution(
        probability=lambda ids: np.full(np.shape(ids), 1 / range_max),
        quantile=lambda u: (u * range_max).astype(np.int64),
    )


def log_uniform(range_max):
    r"""Return the log-uniform (Zipfian) distribution, :math:`P(c) = \log\frac{c + 2}{c + 1} / \log(R + 1)`.

    The logarithm of :math:`c + 1` is uniform: the cumulated probability of the classes up to :math:`c` is
    :math:`\log(c + 2) / \log(R + 1)`, and its inverse :math:`c = \lfloor (R + 1)^u - 1 \rfloor`. It fits classes in
    order of decreasing frequency, as in a vocabulary: class 0 is drawn most often.
    """
    log_range = np.log1p(range_max)
    return Distribution(
        probability=lambda ids: np.log1p(1 / (np.asarray(ids) + 1.0)) / log_range,
        quantile=lambda u: np.minimum(np.expm1(u * log_range).astype(np.int64), range_max - 1),
    )


def unigram(counts):
    """Return the distribution in which each class has a probability in proportion to its count."""
    probabilities = counts / counts.sum()
    cumulated = np.cumsum(probabilities)
    cumulated /= cumulated[-1]
    return Distribution(
        probability=lambda ids: probabilities[ids],
        quantile=lambda u: np.searchsorted(cumulated, u, side="right"),
    )


def expected_count(probability, num_sampled, tries):
    """Return the expected count of a class of this probability, after ``tries`` draws: see the head of this module."""
    if tries == num_sampled:
        return probability * num_sampled
    with np.errstate(divide="ignore"):  # a class of probability one: log 0, and an expected count of one
        return -np.expm1(tries * np.log1p(-probability))


def draw(distribution, num_sampled, unique, rng):
    """Return ``num_sampled`` class indices in the order of drawing, and the number of tries that they took."""
    if not unique:
        return distribution.quantile(rng.random(num_sampled)), num_sampled
    block = max(2 * num_sampled, 1024)
    picked, tries = np.empty(0, np.int64), 0
    while tries <= _MOST_TRIES:
        drawn = np.concatenate([picked, distribution.quantile(rng.random(block))])
        firsts = np.sort(np.unique(drawn, return_index=True)[1])  # where each class came up first
        if len(firsts) >= num_sampled:
            firsts = firsts[:num_sampled]
            return drawn[firsts], tries + int(firsts[-1]) + 1 - len(picked)
        picked, tries = drawn[firsts], tries + block
    raise checks.problem(
        ValueError, "num_sampled", f"classes that can be found in {_MOST_TRIES} tries", f"{len(picked)} after {tries}"
    )
