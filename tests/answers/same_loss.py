"""Answers to the exercises of the chapter *The same loss everywhere*."""

import numpy as np

from . import NOTHING, piecewise_sigmoid, sig, stable


def clipped_at(p, epsilon=1e-7):
    return np.clip(p, p.dtype.type(epsilon), p.dtype.type(1 - epsilon))


def two_logarithms(labels, p):
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


def with_minimum(labels, logits):
    p = np.minimum(np.maximum(piecewise_sigmoid(logits), logits.dtype.type(1e-7)), logits.dtype.type(1 - 1e-7))
    return -(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def finer(labels, logits):
    p = np.clip(sig(logits.astype(np.float64)), 1e-12, 1 - 1e-12)
    return two_logarithms(labels, p).astype(logits.dtype)


def by_sign(labels, logits):
    return np.where(labels == 1, np.logaddexp(0, -logits), np.logaddexp(0, logits))


def naive_margin(labels, logits):
    return np.log(1 + np.exp(-(2 * labels - 1) * logits))


RIGHT = {
    "keras_binary_loss": [
        lambda y, x: two_logarithms(y, clipped_at(sig(x))),
        lambda labels, logits: two_logarithms(labels, np.clip(sig(logits), 1e-7, 1 - 1e-7)),
        with_minimum,
    ],
    "soft_margin": [
        lambda y, x: np.logaddexp(0, -(2 * y - 1) * x),
        stable,
        by_sign,
        lambda labels, logits: np.maximum((1 - 2 * labels) * logits, 0) + np.log1p(np.exp(-np.abs(logits))),
    ],
}

WRONG = {
    "keras_binary_loss": [
        NOTHING,
        (stable, "which has no ceiling"),
        (lambda y, x: -y * np.log(sig(x) + 1e-7) - (1 - y) * np.log(1 - sig(x) + 1e-7), "1e-7 is added"),
        (lambda y, x: two_logarithms(y, clipped_at(x)), "clipped as if they were probabilities"),
        (finer, "at another place than 1e-7"),
        (lambda y, x: two_logarithms(y, sig(x)), "until the numbers grow large"),
        (lambda y, x: -y * np.log(clipped_at(sig(x))), "half of it is missing"),
        (lambda y, x: two_logarithms(np.round(y), clipped_at(sig(x))), "A label is a weight"),
        (lambda y, x: -two_logarithms(y, clipped_at(sig(x))), "every sign is the other way"),
        (lambda y, x: two_logarithms(y, clipped_at(sig(x))).mean(), "a mean was taken"),
        (lambda y, x: two_logarithms(y, clipped_at(sig(x))).sum(), "a sum was taken"),
    ],
    "soft_margin": [
        NOTHING,
        (lambda y, x: np.log(1 + np.exp(-y * x)), "costs log 2 whatever the logit"),
        (lambda y, x: np.logaddexp(0, (2 * y - 1) * x), "costs more here than a wrong one"),
        (lambda y, x: np.maximum(0, 1 - (2 * y - 1) * x), "this is the hinge loss"),
        (lambda y, x: y * np.logaddexp(0, -x), "half of it is missing"),
        (naive_margin, "until the numbers grow large"),
        (lambda y, x: by_sign(y, x).mean(), "a mean was taken"),
        (lambda y, x: by_sign(y, x).sum(), "a sum was taken"),
        (lambda y, x: -by_sign(y, x), "every sign is the other way"),
    ],
}
