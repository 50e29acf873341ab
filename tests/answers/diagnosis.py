"""Answers to the exercises of the chapter *When training goes wrong*."""

import numpy as np

from . import NOTHING


def entropy(counts):
    total = counts.sum()
    return np.log(total) - np.sum([n * np.log(n) for n in counts if n], dtype=counts.dtype) / total


def in_place(counts):
    counts /= counts.sum()
    f = counts[counts > 0]
    return -(f * np.log(f)).sum()


def shares(n):
    return n[n > 0] / n.sum()


RIGHT = {
    "frequency_loss": [
        entropy,
        lambda n: -(shares(n) * np.log(shares(n))).sum(),
        lambda n: -np.where(n > 0, n / n.sum() * np.log(np.where(n > 0, n / n.sum(), 1)), 0).sum(),
    ],
    "twice_floor": [
        lambda c: np.log(np.e + c - 1) - 1,
        lambda c: -np.log(np.e / (np.e + c - 1)),
        lambda c: np.log1p((c - 1) / np.e),
    ],
}

WRONG = {
    "frequency_loss": [
        NOTHING,
        (lambda n: np.log(len(n)).astype(n.dtype), "the loss of knowing nothing"),
        (lambda n: -(n / n.sum() * np.log(n / n.sum())).sum(), "What is 0 times log 0"),
        (lambda n: -(n[n > 0] * np.log(n[n > 0])).sum(), "the logarithm is of the counts"),
        (lambda n: -np.log(shares(n)).mean(), "every class counts alike"),
        (lambda n: -np.log(shares(n).max()), "what the commonest class costs"),
        (lambda n: (shares(n) * np.log(shares(n))).sum(), "every sign"),
        (lambda n: -(shares(n) * np.log2(shares(n))).sum(), "off by one factor"),
        (in_place, "overwritten"),
    ],
    "twice_floor": [
        NOTHING,
        (np.zeros_like, "What does it make of 1"),
        (lambda c: np.log(np.e + c) - 1, "C zeros are counted"),
        (lambda c: np.log(np.e + c - 1), "the label's own 1"),
        (np.log, "the loss at equal probabilities"),
        (lambda c: 1 - np.log(np.e + c - 1), "every sign"),
        (lambda c: np.log2((np.e + c - 1) / np.e), "off by one factor"),
    ],
}
