"""Answers to the exercises of the chapter *Noise-contrastive estimation*."""

import numpy as np

from . import NOTHING, lse, sig, soft


def costs(true, noise):
    return np.hstack([np.logaddexp(0, -true), np.logaddexp(0, noise)])


def corrected(t, s, tq, sq):
    return costs(t - np.log(tq), s - np.log(sq))


def by_loop(true_logits, sampled_logits, true_count, sampled_count):
    losses = []
    for t, s, tq in zip(true_logits, sampled_logits, true_count):
        loss = np.logaddexp(0, np.log(tq[0]) - t[0])
        for x, q in zip(s, sampled_count):
            loss += np.logaddexp(0, x - np.log(q))
        losses.append(loss)
    return np.array(losses, dtype=true_logits.dtype)


def naive(t, s, tq, sq):
    odds_true, odds_noise = np.exp(t) / tq, np.exp(s) / sq
    return -np.log(odds_true / (odds_true + 1))[:, 0] - np.log(1 / (odds_noise + 1)).sum(axis=1)


def clipped(t, s, tq, sq):
    p, n = (np.clip(sig(x), 1e-7, 1 - 1e-7) for x in (t - np.log(tq), s - np.log(sq)))
    return -np.log(p)[:, 0] - np.log(1 - n).sum(axis=1)


RIGHT = {
    "back_to_probabilities": [
        lambda logits, noise: soft(logits + np.log(noise)),
        lambda x, q: q * soft(x) / (q * soft(x)).sum(axis=1, keepdims=True),
    ],
    "noise_contrastive_loss": [lambda t, s, tq, sq: corrected(t, s, tq, sq).sum(axis=1), by_loop],
    "starting_biases": [
        lambda counts: np.log(counts / counts.sum()),
        lambda counts: np.full_like(counts, -np.log(len(counts))),
        lambda counts: np.log(counts) - lse(np.log(counts)),
    ],
}

WRONG = {
    "back_to_probabilities": [
        NOTHING,
        (lambda x, q: soft(x), "the noise makes no difference"),
        (lambda x, q: soft(x - np.log(q)), "divided out once more"),
        (lambda x, q: soft(x + q), "the noise itself is added"),
        (lambda x, q: np.exp(x) * q, "a factor in each row"),
        (lambda x, q: soft(x) * q, "a factor in each row"),
        (lambda x, q: sig(x + np.log(q)), "a sigmoid of its own"),
        (lambda x, q: np.log(soft(x + np.log(q))), "logarithms of the right numbers"),
        (lambda x, q: soft(x + np.log(q), axis=0), "along the batch"),
        (lambda x, q: np.exp(x) * q / (np.exp(x) * q).sum(axis=1, keepdims=True), "Which exponential overflows"),
    ],
    "noise_contrastive_loss": [
        NOTHING,
        (lambda *a: corrected(*a)[:, 0] + corrected(*a)[:, 1:].mean(axis=1), "mean is taken over the noise"),
        (lambda *a: corrected(*a).mean(axis=1), "true and sampled classes. TensorFlow adds"),
        (lambda t, s, tq, sq: costs(t, s).sum(axis=1), "That is negative sampling"),
        (lambda t, s, tq, sq: costs(t, s - np.log(sq)).sum(axis=1), "from the noise alone. A true class could"),
        (lambda t, s, tq, sq: costs(t - np.log(tq), s).sum(axis=1), "from the true logits alone. What tells"),
        (lambda t, s, tq, sq: costs(t + np.log(tq), s + np.log(sq)).sum(axis=1), "less likely to be true"),
        (lambda t, s, tq, sq: corrected(-t, -s, 1 / tq, 1 / sq).sum(axis=1), "Which label is 1"),
        (lambda *a: corrected(*a)[:, 0], "from growing"),
        (lambda *a: corrected(*a)[:, 1:].sum(axis=1), "from falling"),
        (
            lambda t, s, tq, sq: lse(np.hstack([t - np.log(tq), s - np.log(sq)])) - (t - np.log(tq))[:, 0],
            "this is the sampled softmax",
        ),
        (corrected, "losses of single classes"),
        (naive, "Which exponential overflows"),
        (clipped, "stops growing"),
        (lambda *a: -corrected(*a).sum(axis=1), "every sign is the other way round"),
        (lambda *a: corrected(*a).sum(), "over the whole array"),
    ],
    "starting_biases": [
        NOTHING,
        (lambda counts: np.zeros_like(counts), "sum to the number of classes, as with"),
        (lambda counts: np.log(counts), "sum to their total"),
        (lambda counts: counts / counts.sum(), "these are probabilities"),
        (lambda counts: np.full_like(counts, np.log(len(counts))), "the number of classes, squared"),
        (lambda counts: -np.log(counts / counts.sum()), "every sign is the other way round"),
        (lambda counts: np.log(counts / counts.max()), "some results differ"),
    ],
}
