r"""How improbable what was seen would be in a sound batch: bounds that hold, whatever the data.

Each statistical check alarms where its bound is at most :data:`ALPHA`. Three inequalities serve all of them:

- **Chernoff.** Of :math:`n` independent events of probability :math:`p` each, at least :math:`k` happen with
  probability at most :math:`e^{-n\,\mathrm{KL}(k/n\,\|\,p)}` where :math:`k/n > p`; at most :math:`k` likewise below.
- **Chernoff without replacement** (Hoeffding 1963): the same bound holds where labels are dealt out at random.
- **Markov, for likelihoods.** Let the model's probabilities :math:`p_i` be true. For any other reading of the batch
  that gives each label a probability :math:`q_i`, the expectation of :math:`\prod_i q_i/p_i` is at most 1, so that
  :math:`\sum_i \log q_i - \log p_i` exceeds :math:`\log(1/\alpha)` with probability at most :math:`\alpha`. With
  :math:`q_i = 1/C` this says by how much a sum of losses may exceed :math:`n \log C`.
"""

import math

# Some ten statistical checks look at a batch: together they stay below 1 in 1000.
ALPHA = 1e-4
SURPRISE = math.log(1 / ALPHA)  # in nats: what a likelihood ratio must exceed


def divergence(share, p):
    """Return the Kullback-Leibler divergence between two yes-or-no distributions, in nats.

    >>> round(divergence(0.5, 0.25), 4)
    0.1438
    """

    def term(a, b):
        return 0.0 if a == 0 else math.inf if b == 0 else a * math.log(a / b)

    return term(share, p) + term(1 - share, 1 - p)


def at_least(k, n, p):
    """Bound the probability of ``k`` or more out of ``n``, each of probability ``p`` or less.

    >>> at_least(20, 20, 0.5) <= 0.5**20 * 1.001
    True
    >>> at_least(5, 20, 0.5)
    1.0
    """
    return math.exp(-n * divergence(k / n, p)) if n and k / n > p else 1.0


def at_most(k, n, p):
    """Bound the probability of ``k`` or fewer out of ``n``, each of probability ``p`` or more."""
    return at_least(n - k, n, 1 - p)
