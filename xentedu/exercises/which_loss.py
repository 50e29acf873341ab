"""The exercises of the chapter *Which loss do I need?*: hints, and what to try."""

import numpy as np

from ..numerics import log_softmax, softmax

HINTS = {
    "counted_twice": "a label is larger than 1: the same animal in both halves is one animal that is there.",
    "wrapped_around": "-1 is taken for the last class, as NumPy's indexing does. It says that there is no animal.",
    "first_half": "only the first half of each photo is looked at.",
    "shares": "the labels of a row sum to one, as for a softmax. Each sigmoid has a label of its own: 0 or 1.",
    "reversed": "every sign is the other way round: this is the logit of no.",
    "yes_alone": "this is the logit of yes alone. A softmax sees the difference of two.",
    "probability_of_yes": "this is a probability. A sigmoid would be applied to it once more.",
    "log_probability": "this is the logarithm of a probability. A logit is the logarithm of its odds.",
}


def _among(animals, classes=3):
    return animals[:, :, np.newaxis] == np.arange(classes)


def _looked_up(animals):
    return np.eye(3)[animals]


ROWS = {
    "multi_hot": {
        "question": "From the animals in two halves of a photo, -1 for none, make a multi-hot row for three classes.",
        "reference": lambda animals: _among(animals).any(axis=1) * 1.0,
        "cases": (
            ([[0, 1], [2, -1], [-1, -1]],),
            ([[1, 1], [2, 0]],),
            ([[-1, 2], [0, 0], [1, -1], [2, 2]],),
        ),
        "mistakes": {
            "counted_twice": [lambda a: _among(a).sum(axis=1) * 1.0],
            "wrapped_around": [
                lambda a: _looked_up(a).sum(axis=1),
                lambda a: _looked_up(a).max(axis=1),
                lambda a: np.minimum(_looked_up(a).sum(axis=1), 1),
            ],
            "first_half": [lambda a: _among(a)[:, 0] * 1.0, lambda a: _looked_up(a)[:, 0]],
            "shares": [
                lambda a: _among(a).any(axis=1) / np.maximum(_among(a).any(axis=1).sum(axis=1, keepdims=True), 1),
                lambda a: _among(a).mean(axis=1),
            ],
        },
        "span": "none, one or two animals in a photo",
    },
    "one_logit": {
        "question": "From the logits of no and yes under a softmax, make the one logit of a sigmoid for yes.",
        "reference": lambda logits: logits[:, 1] - logits[:, 0],
        "cases": (
            ([[0.5, 2.0], [1.0, -1.5], [3.0, 3.5]],),
            ([[-2.0, 0.25], [0.75, 0.75]],),
            ([[1000.0, -1000.0], [-1000.0, 1000.0], [1000.0, 999.0]],),
        ),
        "mistakes": {
            "reversed": [lambda x: x[:, 0] - x[:, 1]],
            "yes_alone": [lambda x: x[:, 1]],
            "probability_of_yes": [lambda x: softmax(x)[:, 1]],
            "log_probability": [lambda x: log_softmax(x)[:, 1]],
        },
        "changes": ("exponential",),
    },
}
