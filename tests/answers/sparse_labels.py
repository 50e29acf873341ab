"""Answers to the exercises of the chapter *Sparse labels*."""

import numpy as np

from . import NOTHING, log_soft, lse, soft


def minus_one(labels, logits):
    p = soft(logits)
    p[range(len(labels)), labels] -= 1
    return p


def minus_one_in_place(labels, logits):
    logits -= lse(logits)[:, None]
    np.exp(logits, out=logits)
    logits[np.arange(len(labels)), labels] -= 1
    return logits


def at(p, places):
    p[places] -= 1
    return p


def one_hot(labels, logits):
    return np.eye(logits.shape[1], dtype=logits.dtype)[labels]


def streaming(blocks):
    m = np.full(blocks.shape[1], -np.inf, blocks.dtype)
    s = np.zeros_like(m)
    for x in blocks:
        larger = np.maximum(m, x.max(axis=1))
        s = s * np.exp(m - larger) + np.exp(x - larger[:, None]).sum(axis=1)
        m = larger
    return m + np.log(s)


def by_logaddexp(blocks):
    result = lse(blocks[0])
    for x in blocks[1:]:
        result = np.logaddexp(result, lse(x))
    return result


def not_rescaled(blocks):
    m = np.full(blocks.shape[1], -np.inf, blocks.dtype)
    s = np.zeros_like(m)
    for x in blocks:
        m = np.maximum(m, x.max(axis=1))
        s += np.exp(x - m[:, None]).sum(axis=1)
    return m + np.log(s)


def rescaled_backwards(blocks):
    m = blocks[0].max(axis=1)
    s = np.zeros_like(m)
    for x in blocks:
        old, m = m, np.maximum(m, x.max(axis=1))
        s = s / np.exp(old - m) + np.exp(x - m[:, None]).sum(axis=1)
    return m + np.log(s)


def without_maximum(blocks):
    s = 0
    for x in blocks:
        s = s + np.exp(x).sum(axis=1)
    return np.log(s)


RIGHT = {
    "label_log_probability": [
        lambda labels, logits: log_soft(logits)[np.arange(len(labels)), labels],
        lambda y, x: np.take_along_axis(log_soft(x), y[:, np.newaxis], axis=1)[:, 0],
        lambda y, x: (one_hot(y, x) * log_soft(x)).sum(axis=1),
        lambda y, x: np.diagonal(log_soft(x)[:, y]),
    ],
    "sparse_gradient": [minus_one, lambda y, x: soft(x) - one_hot(y, x)],
    "streaming_logsumexp": [
        streaming,
        by_logaddexp,
        lambda blocks: lse(np.stack([lse(x) for x in blocks], axis=-1)),
    ],
}

WRONG = {
    "label_log_probability": [
        NOTHING,
        (lambda y, x: log_soft(x)[:, y], "the classes of the whole batch"),
        (lambda y, x: log_soft(x)[y], "used as a row"),
        (lambda y, x: np.array([log_soft(x)[c, i] for i, c in enumerate(y)]), "used as a row"),
        (lambda y, x: log_soft(x).max(axis=1), "whatever the label"),
        (lambda y, x: x[np.arange(len(y)), y], "the logit itself"),
        (lambda y, x: soft(x)[np.arange(len(y)), y], "this is the probability"),
        (lambda y, x: -log_soft(x)[np.arange(len(y)), y], "every sign is the other way"),
        (lambda y, x: np.log(soft(x, axis=0)[np.arange(len(y)), y]), "works along the batch"),
        (lambda y, x: np.log(np.exp(x) / np.exp(x).sum(1)[:, None])[range(len(y)), y], "until the numbers grow large"),
        (lambda y, x: log_soft(x)[range(len(y)), y].mean(), "over the whole array"),
        (lambda y, x: x[range(len(y)), y] - x.max() - np.log(np.exp(x - x.max()).sum(1)), "one maximum"),
    ],
    "sparse_gradient": [
        NOTHING,
        (lambda y, x: soft(x) - y[:, None], "the class index itself is subtracted"),
        (lambda y, x: soft(x), "labels make no difference"),
        (lambda y, x: at(soft(x), y), "whole rows lose one"),
        (lambda y, x: at(soft(x), (slice(None), y)), "the classes of the whole batch"),
        (lambda y, x: soft(x)[range(len(y)), y] - 1, "What do the other classes get"),
        (one_hot, "these are the labels, one-hot"),
        (lambda y, x: x - one_hot(y, x), "taken for probabilities"),
        (lambda y, x: minus_one(y, soft(x)), "activation is applied twice"),
        (lambda y, x: soft(x, axis=0) - one_hot(y, x), "works along the batch"),
        (lambda y, x: one_hot(y, x) - soft(x), "every sign is the other way"),
        (lambda y, x: minus_one(y, x) / len(y), "divided by a count"),
        (lambda y, x: np.exp(x) / np.exp(x).sum(1)[:, None] - one_hot(y, x), "until the numbers grow large"),
        (lambda y, x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(1)[:, None] - one_hot(y, x), "one maximum"),
        (minus_one_in_place, "overwritten"),
        (lambda y, x: soft(x) - np.eye(x.shape[1])[y], "float32 arguments should give float32, and gave float64"),
    ],
    "streaming_logsumexp": [
        NOTHING,
        (not_rescaled, "begun with another maximum"),
        (rescaled_backwards, "the factor is upside down"),
        (without_maximum, "until the numbers grow large"),
        (lambda blocks: lse(blocks[-1]), "the last block alone"),
        (lambda blocks: lse(blocks[0]), "the first block alone"),
        (lambda blocks: sum(lse(x) for x in blocks), "the blocks' results are added"),
        (lambda blocks: blocks.max(axis=(0, 2)), "this is the maximum"),
        (lambda blocks: np.log(sum(np.exp(x - blocks.max((0, 2))[:, None]).sum(1) for x in blocks)), "never came back"),
        (lambda blocks: blocks.max() + np.log(np.exp(blocks - blocks.max()).sum((0, 2))), "one maximum"),
        (lse, "one result for each block"),
        (lambda blocks: np.exp(by_logaddexp(blocks)), "the exponentials of the right numbers"),
    ],
}
