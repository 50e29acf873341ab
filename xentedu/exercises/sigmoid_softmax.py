"""The exercises of the chapter *Sigmoid against softmax*: hints, and what to try."""

import numpy as np

from ..gradients import value_and_grad
from ..nn import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits_v2
from ..numerics import log_softmax, sigmoid, softmax
from .logits import BINARY, EXCLUSIVE, with_one_maximum

HINTS = {
    "columns_swapped": "the two classes are in the wrong order. Which column should grow with x?",
    "twice_z": "the two logits differ by 2 x. Softmax sees nothing but their difference: what should it be?",
    "probabilities_as_logits": "a column holds probabilities. Softmax will take them for logits.",
    "not_neutral": "x is a logit, not a probability. Which logit of the other class gives one half at x = 0?",
    "same_column": "both columns are alike, so each class gets one half. What should tell them apart?",
    "transposed": "the classes are stacked along the wrong axis: expected {expected.shape}, received {received.shape}.",
    "squared_error": "the slope of the probability is still in it. In cross-entropy, what cancels that slope?",
    "by_labels": "this is the derivative with respect to the labels. The logits are asked for.",
    "by_probabilities": "this is the derivative with respect to the probabilities. What leads on to the logits?",
    "argmax": "exactly one label is on in each photo, the likeliest. Several may be on here, or none.",
    "softmax_threshold": "a softmax makes the labels compete for one unit of probability. Are they exclusive?",
    "logit_threshold": "the logits are compared with 0.5. Which logit has a probability of 0.5?",
    "all_on": "a sigmoid of something positive is always above one half. How many times should it be applied?",
    "inverted": "this is on where the probability is below one half.",
    "class_indices": "these are class indices. One truth value for each label of each photo is asked for.",
    "probabilities": "these are probabilities. Which of them are high enough to be on?",
}


def _gradient(loss):
    return lambda labels, logits: value_and_grad(loss)(labels=labels, logits=logits)[1]["logits"]


ROWS = {
    "sigmoid_as_softmax": {
        "question": "From logits x of a sigmoid, make two logits each, whose softmax has sigmoid(x) first.",
        "reference": lambda x: np.stack([x, np.zeros_like(x)], -1),
        "cases": (([0.5, -1.0, 3.0],), ([-0.25, 0.75, 1.5, -2.0],), ([1000.0, -1000.0, 0.0],)),
        "mistakes": {
            "columns_swapped": [lambda z: np.stack([0 * z, z], -1)],
            "twice_z": [lambda z: np.stack([z, -z], -1)],
            "probabilities_as_logits": [
                lambda z: np.stack([sigmoid(z), sigmoid(-z)], -1),
                lambda z: np.stack([sigmoid(z), 0 * z], -1),
                lambda z: np.stack([z, sigmoid(-z)], -1),
            ],
            "not_neutral": [lambda z: np.stack([z, 1 - z], -1), lambda z: np.stack([z, 0 * z + 1], -1)],
            "same_column": [lambda z: np.stack([z, z], -1)],
            "transposed": [lambda z: np.stack([z, 0 * z])],
        },
        "judged": lambda result: result[..., 0] - result[..., 1] if result.shape[-1:] == (2,) else result,
    },
    "softmax_gradient": {
        "question": "Give the gradient of each example's softmax loss with respect to its logits.",
        "reference": _gradient(softmax_cross_entropy_with_logits_v2),
        "cases": EXCLUSIVE,
        "mistakes": {
            "labels_forgotten": [lambda y, x: softmax(x)],
            "wrong_axis": [lambda y, x: softmax(x, 0) - y],
            "activated_twice": [lambda y, x: softmax(softmax(x)) - y],
            "no_activation": [lambda y, x: x - y],
            "other_activation": [lambda y, x: sigmoid(x) - y],
            "one_maximum": [lambda y, x: with_one_maximum(x) - y],
            "squared_error": [lambda y, x: (softmax(x) - y) * softmax(x) * (1 - softmax(x))],
            "by_probabilities": [lambda y, x: -y / softmax(x)],
            "by_labels": [lambda y, x: -log_softmax(x), lambda y, x: log_softmax(x)],
        },
        "changes": ("negated", "divided", "added_up"),
    },
    "sigmoid_gradient": {
        "question": "Give the gradient of each sigmoid loss with respect to its logit.",
        "reference": _gradient(sigmoid_cross_entropy_with_logits),
        "cases": BINARY,
        "mistakes": {
            "labels_forgotten": [lambda z, x: sigmoid(x)],
            "half_missing": [lambda z, x: (1 - z) * sigmoid(x), lambda z, x: -z * sigmoid(-x)],
            "hard_labels": [lambda z, x, on=on: sigmoid(x) - on(z, 0.5) for on in (np.greater, np.greater_equal)],
            "activated_twice": [lambda z, x: sigmoid(sigmoid(x)) - z],
            "no_activation": [lambda z, x: x - z],
            "other_activation": [lambda z, x: softmax(x) - z],
            "squared_error": [lambda z, x: (sigmoid(x) - z) * sigmoid(x) * sigmoid(-x)],
            "by_probabilities": [lambda z, x: (sigmoid(x) - z) / (sigmoid(x) * (1 - sigmoid(x)))],
            "by_labels": [lambda z, x: -x, lambda z, x: x],
        },
        "changes": ("negated", "divided", "added_up"),
    },
    "tag_photos": {
        "question": "From logits [batch, labels], tell which labels are on: those of probability one half or more.",
        "reference": lambda logits: logits >= 0,
        "cases": (
            ([[2.0, 0.25, -1.0], [-0.5, -0.6, -0.7]],),
            ([[0.3, 0.4], [-1.0, 3.0], [0.1, -0.1]],),
            ([[1e3, -1e3]],),
        ),
        "mistakes": {
            "argmax": [lambda x: x == x.max(-1, keepdims=True), lambda x: x == x.max(0)],
            "softmax_threshold": [lambda x: softmax(x) > 0.5, lambda x: softmax(x, 0) > 0.5],
            "logit_threshold": [lambda x: x > 0.5],
            "all_on": [lambda x: sigmoid(sigmoid(x)) > 0.5, lambda x: sigmoid(sigmoid(x)) >= 0.5],
            "inverted": [lambda x: x < 0],
            "class_indices": [lambda x: x.argmax(-1), lambda x: np.argwhere(x > 0)],
            "probabilities": [sigmoid, softmax],
        },
    },
}
