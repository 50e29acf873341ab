"""Answers to the exercises of the chapter *Sampled softmax*."""

import numpy as np

import xentedu as xe

from . import NOTHING


def joined(true, sampled):
    return np.concatenate([true, sampled], axis=1)


def marked(labels, sampled, logits, mark=-np.inf):
    result = logits.copy()
    for row, ids in zip(result, labels):
        row[np.isin(sampled, ids)] = mark
    return result


def marked_in_place(labels, sampled, logits):
    for row, ids in zip(logits, labels):
        row[np.isin(sampled, ids)] = -np.inf
    return logits


def marked_by_place(labels, sampled, logits):
    result = logits.copy()
    rows = np.arange(len(labels))[:, np.newaxis]
    result[rows, labels.astype(int) % logits.shape[1]] = -np.inf
    return result


def marked_once(labels, sampled, logits):
    result = logits.copy()
    for row, ids in zip(result, labels):
        row[np.flatnonzero(np.isin(sampled, ids))[:1]] = -np.inf
    return result


def marked_as_in_tensorflow(labels, sampled, logits):
    examples, places, _ = xe.nn.compute_accidental_hits(labels.astype(int), sampled.astype(int), labels.shape[1])
    result = logits.copy()
    result[examples, places] = -np.inf
    return result


RIGHT = {
    "expected_count": [
        lambda p, t: -np.expm1(t * np.log1p(-p)),
        lambda probability, tries: -np.expm1(np.log1p(-probability) * tries).astype(probability.dtype),
    ],
    "sampled_logits": [
        lambda t, s, tq, sq: joined(t - np.log(tq), s - np.log(sq)),
        lambda t, s, tq, sq: np.log(joined(np.exp(t) / tq, np.exp(s) / sq)),
        lambda t, s, tq, sq: joined(t, s) - np.log(joined(tq, np.tile(sq, (len(t), 1)))),
    ],
    "remove_accidental_hits": [
        marked,
        marked_as_in_tensorflow,
        lambda labels, sampled, logits: marked(labels, sampled, logits, np.finfo(logits.dtype).min),
        lambda y, s, x: x + np.where((y[..., None] == s).any(1), np.array(-1e9, x.dtype), 0).astype(x.dtype),
    ],
}

WRONG = {
    "expected_count": [
        NOTHING,
        (lambda p, t: p * t, "can the count exceed one"),
        (lambda p, t: np.exp(t * np.log(1 - p)), "all tries miss"),
        (lambda p, t: p**t, "One hit is enough"),
        (lambda p, t: p, "What should more tries do"),
        (lambda p, t: np.clip(t * p, 0, 1), "cut off at one"),
        (lambda p, t: 1 - np.exp(-t * p), "rare classes alone"),
        (lambda p, t: 1 - (1 - p) ** t, "the later ones are lost"),
        (lambda p, t: (1 - p) ** t - 1, "every sign is the other way round"),
    ],
    "sampled_logits": [
        NOTHING,
        (lambda t, s, tq, sq: np.hstack([t, s]), "log Q is missing"),
        (lambda t, s, tq, sq: joined(t + np.log(tq), s + np.log(sq)), "log Q is added"),
        (lambda t, s, tq, sq: joined(t, s - np.log(sq)), "from the sampled logits alone"),
        (lambda t, s, tq, sq: joined(t - np.log(tq), s), "from the true logits alone"),
        (
            lambda t, s, tq, sq: joined(t - np.log(tq * t.shape[1]), s - np.log(sq)),
            "log(num_true) is subtracted too",
        ),
        (lambda t, s, tq, sq: joined(t - tq, s - sq), "the expected count itself"),
        (lambda t, s, tq, sq: joined(t / tq, s / sq), "the logits are divided"),
        (lambda t, s, tq, sq: joined(s - np.log(sq), t - np.log(tq)), "the true logits come first"),
        (lambda t, s, tq, sq: joined(np.exp(t) / tq, np.exp(s) / sq), "the exponentials of the right numbers"),
    ],
    "remove_accidental_hits": [
        NOTHING,
        (lambda y, s, x: x.copy(), "come back as they were. In which rows"),
        (lambda y, s, x: marked(y, s, x, 0), "a hit gets the logit 0"),
        (lambda y, s, x: np.where(np.isin(s, y), np.array(-np.inf, x.dtype), x), "taken out of all examples"),
        (lambda y, s, x: marked(y[:, :1], s, x), "only the first of the true classes"),
        (marked_once, "one hit of each example"),
        (lambda y, s, x: np.where((y[..., None] == s).any(1), x, np.array(-np.inf, x.dtype)), "all others taken out"),
        (marked_by_place, "class indices are taken for columns"),
        (marked_in_place, "overwritten"),
    ],
}
