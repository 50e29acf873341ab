"""The exercises of the chapter *The same loss everywhere*: hints, and what to try."""

import numpy as np

from ..keras import clipped
from ..numerics import sigmoid

HINTS = {
    "not_clipped": "this is the loss from logits, which has no ceiling. What does Keras do to a probability first?",
    "added_not_clipped": "1e-7 is added to the probability. Keras 3 moves it to the nearest number of an interval.",
    "logits_clipped": "the logits are clipped as if they were probabilities. The model ends in a sigmoid.",
    "other_limit": "the clip is at another place than 1e-7.",
    "left_at_zero": "a label of 0 was left a 0, and costs log 2 whatever the logit. What does the loss want there?",
    "margin_reversed": "a right answer costs more here than a wrong one. Which sign has the margin?",
    "hinge": "this is the hinge loss, zero beyond a margin of 1. The soft margin never quite gets there.",
}


def _clip(p, epsilon=clipped.EPSILON):
    return np.clip(p, p.dtype.type(epsilon), p.dtype.type(1 - epsilon))


def _binary(labels, p):
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


def _added(labels, p, epsilon=1e-7):
    return -labels * np.log(p + epsilon) - (1 - labels) * np.log(1 - p + epsilon)


ROWS = {
    "keras_binary_loss": {
        "question": "Give the loss of each logit as Keras does after a sigmoid, its probabilities clipped at 1e-7.",
        "reference": lambda labels, logits: clipped.binary(labels, sigmoid(logits))[0],
        "cases": (
            ([1.0, 0.0, 1.0], [0.5, -1.0, -3.0]),
            ([[0.25, 1.0], [0.0, 0.5]], [[1.5, 2.0], [3.0, -2.0]]),
            ([1.0, 0.0, 1.0, 0.0], [-40.0, 40.0, 40.0, -40.0]),
            ([1.0, 0.0], [-1000.0, 1000.0]),
        ),
        "mistakes": {
            "not_clipped": [lambda y, x: np.logaddexp(0, x) - y * x],
            "added_not_clipped": [lambda y, x: _added(y, sigmoid(x)), lambda y, x: _added(y, _clip(sigmoid(x)))],
            "logits_clipped": [lambda y, x: _binary(y, _clip(x))],
            "other_limit": [
                lambda y, x, e=e: _binary(y.astype(np.float64), _clip(sigmoid(x.astype(np.float64)), e))
                for e in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-6, 1e-5)
            ],
            "half_missing": [
                lambda y, x: -y * np.log(_clip(sigmoid(x))),
                lambda y, x: -(1 - y) * np.log(1 - _clip(sigmoid(x))),
            ],
            "hard_labels": [lambda y, x: _binary(np.round(y), _clip(sigmoid(x)))],
        },
        "changes": ("negated", "mean", "sum"),
    },
    "soft_margin": {
        "question": "Give the soft margin loss of each logit, for labels that are written as 0 and 1.",
        "reference": lambda labels, logits: np.logaddexp(0, (1 - 2 * labels) * logits),
        "cases": (
            ([1.0, 0.0, 1.0], [0.5, -1.0, -3.0]),
            ([[0.0, 1.0], [0.0, 1.0]], [[1.5, 2.0], [3.0, -2.0]]),
            ([1.0, 0.0, 1.0, 0.0], [-1000.0, 1000.0, 1000.0, -1000.0]),
        ),
        "mistakes": {
            "left_at_zero": [lambda y, x: np.logaddexp(0, -y * x)],
            "margin_reversed": [lambda y, x: np.logaddexp(0, (2 * y - 1) * x)],
            "hinge": [lambda y, x: np.maximum(0, 1 - (2 * y - 1) * x)],
            "half_missing": [lambda y, x: y * np.logaddexp(0, -x), lambda y, x: (1 - y) * np.logaddexp(0, x)],
        },
        "changes": ("negated", "mean", "sum"),
    },
}
