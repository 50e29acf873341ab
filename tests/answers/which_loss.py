"""Answers to the exercises of the chapter *Which loss do I need?*."""

import numpy as np

from . import NOTHING, log_soft, soft


def by_loop(animals):
    labels = np.zeros((len(animals), 3))
    for row, pair in zip(labels, animals):
        for animal in pair:
            if animal >= 0:
                row[animal] = 1
    return labels


def with_a_fourth_class(animals):
    return np.eye(4)[animals].max(axis=1)[:, :3]


def without_the_second(animals):
    return np.eye(4)[animals[:, 0]][:, :3]


def shared(animals):
    labels = by_loop(animals)
    return labels / np.maximum(labels.sum(axis=1, keepdims=True), 1)


RIGHT = {
    "multi_hot": [
        by_loop,
        with_a_fourth_class,
        lambda a: (a[:, :, None] == np.arange(3)).any(axis=1).astype(float),
        lambda a: np.column_stack([(a == k).any(axis=1) for k in range(3)]) * 1.0,
    ],
    "one_logit": [
        lambda x: x[:, 1] - x[:, 0],
        lambda x: np.diff(x, axis=1)[:, 0],
        lambda x: x @ np.array([-1, 1], dtype=x.dtype),
        lambda x: log_soft(x)[:, 1] - log_soft(x)[:, 0],
    ],
}

WRONG = {
    "multi_hot": [
        NOTHING,
        (lambda a: np.eye(3)[a].sum(axis=1), "taken for the last class"),
        (lambda a: np.eye(3)[a].max(axis=1), "taken for the last class"),
        (lambda a: np.eye(4)[a].sum(axis=1)[:, :3], "a label is larger than 1"),
        (without_the_second, "only the first half"),
        (shared, "the labels of a row sum to one"),
        (lambda a: np.eye(4)[a].max(axis=1), "the shape is not the one asked for: expected (3, 3), received (3, 4)"),
        (lambda a: np.eye(4)[a][:, :, :3], "the shape is not the one asked for"),
        (lambda a: by_loop(a).astype(int), "right but for the dtype"),
        (lambda a: by_loop(a)[:, ::-1], "some results differ"),
    ],
    "one_logit": [
        NOTHING,
        (lambda x: x[:, 0] - x[:, 1], "this is the logit of no"),
        (lambda x: x[:, 1], "the logit of yes alone"),
        (lambda x: soft(x)[:, 1], "this is a probability"),
        (lambda x: log_soft(x)[:, 1], "the logarithm of its odds"),
        (lambda x: np.log(soft(x)[:, 1] / soft(x)[:, 0]), "until the numbers grow large"),
        (lambda x: (x[:, 1] - x[:, 0])[:, None], "in the wrong shape: expected (3,), received (3, 1)"),
        (lambda x: x.max(axis=1), "some results differ"),
        (lambda x: np.exp(x[:, 1] - x[:, 0]), "the exponentials of the right numbers"),
    ],
}
