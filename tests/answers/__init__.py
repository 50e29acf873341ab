"""Right and wrong answers to the exercises, a module for each chapter, and what they share."""

import numpy as np


def sig(x):
    return 1 / (1 + np.exp(-x))


def soft(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def lse(x):
    m = np.max(x, axis=-1)
    return m + np.log(np.sum(np.exp(x - m[..., None]), axis=-1))


def log_soft(x):
    return x - lse(x)[..., None]


def stable(labels, logits):
    return np.logaddexp(0, logits) - labels * logits


def softmax_loss(labels, logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - (labels * shifted).sum(axis=1)


def overwriting(x):
    m = x.max(axis=-1, keepdims=True)
    x -= m
    return np.log(np.exp(x).sum(axis=-1)) + m[..., 0]


def by_loop(labels, logits):
    result = []
    for y, x in zip(labels, logits):
        m = max(x)
        log_sum = m + np.log(sum(np.exp(v - m) for v in x))
        result.append(sum(t * (log_sum - v) for t, v in zip(y, x)))
    return np.array(result, dtype=logits.dtype)


def piecewise_sigmoid(x):
    return np.where(x > 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


def mean_in_place(labels, logits):
    logits -= logits.max(axis=-1, keepdims=True)
    p = np.exp(logits)
    p /= p.sum(axis=-1, keepdims=True)
    return p - labels


def in_place_sigmoid(labels, logits):
    p = sig(logits)
    labels *= -1
    return labels + p


def two_thresholds(x):
    on = np.zeros(x.shape, dtype=bool)
    on[sig(x) >= 0.5] = True
    return on


def stacked(z, other):
    return np.stack([z, np.broadcast_to(other, z.shape)], axis=-1)


def clipped(labels, logits):
    p = np.clip(piecewise_sigmoid(logits), 1e-7, 1 - 1e-7)
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


def with_epsilon(labels, logits):
    s = sig(logits)
    return -labels * np.log(s + 1e-12) - (1 - labels) * np.log(1 - s + 1e-12)


def naive(z, x):
    s = sig(x)
    return -z * np.log(s) - (1 - z) * np.log(1 - s)


def naive_softmax_loss(y, x):
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return -(y * np.log(p)).sum(axis=1)


def printing(*arguments):
    print(arguments)


def unpacked(x):
    batch, classes = x.shape
    return lse(x.reshape(batch, classes))


# exercise: (what a learner wrote, words of the hint).
NOTHING = (printing, "nothing is returned")
