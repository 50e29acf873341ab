"""The exercises of the chapter *Gradients into labels*: hints, and what to try."""

import numpy as np

from ..gradients import value_and_grad
from ..nn import softmax_cross_entropy_with_logits_v2
from ..numerics import log_softmax, sigmoid, softmax
from .logits import EXCLUSIVE

HINTS = {
    "gradient_by_logits": "this is p - y, the gradient with respect to the logits. "
    "What stands beside each label in the loss?",
    "terms_of_the_loss": "these are the terms of the loss. How fast does each grow with its label?",
    "softmax_left_out": "this is the gradient with respect to the labels. "
    "What does the softmax that made them do to it?",
    "mean_left_out": "the mean is not taken off. Labels sum to one: where one grows, what must the others do?",
    "label_left_out": "the mean is off, but a label of nearly 0 should hardly move. What is each number weighted by?",
    "diagonal_only": "each label-logit moves its own label here, but a softmax makes it move the others too.",
    "model_gradient": "this is the gradient with respect to the model's logits. The labels' own logits are asked for.",
    "other_mean": "a mean is taken off, but not the one that weights each class by its label.",
    "one_loss_for_all": "the losses of all examples are added up and taken off everywhere. Each row has its own.",
    "winner_takes_all": "the temperature makes no difference. Without the penalty, this would be right.",
    "temperature_left_out": "the temperature makes no difference. How does a larger penalty change the weights?",
    "penalty_alone": "the losses make no difference: these weights minimise the penalty alone.",
    "worst_wins": "the largest loss gets the largest weight. Which annotator should the model trust?",
    "temperature_multiplied": "the temperature works the other way: a higher one should make the weights more equal.",
    "weights_not_normalised": "the proportions are right, but weights sum to one.",
    "inverse_losses": "this divides by the losses. At the minimum, how does log(m) depend on them?",
}


def _by_label_logits(z, x):
    y = softmax(z)
    by_y = value_and_grad(softmax_cross_entropy_with_logits_v2)(y, x)[1]["labels"]
    return y * (by_y - (y * by_y).sum(axis=-1, keepdims=True))


def _centred(values, weights):
    return values - (weights * values).sum(axis=-1, keepdims=True)


def _share(values):
    return values / values.sum(axis=-1, keepdims=True)


ROWS = {
    "label_gradient": {
        "question": "Give the gradient of each example's softmax loss with respect to its labels.",
        "reference": lambda labels, logits: value_and_grad(softmax_cross_entropy_with_logits_v2)(labels, logits)[1][
            "labels"
        ],
        "cases": EXCLUSIVE,
        "mistakes": {
            "gradient_by_logits": [lambda y, x: softmax(x) - y],
            "terms_of_the_loss": [lambda y, x: -y * log_softmax(x)],
            "no_activation": [lambda y, x: -x, lambda y, x: -np.log(x)],
            "activated_twice": [lambda y, x: -log_softmax(softmax(x))],
            "other_activation": [lambda y, x: -np.log(sigmoid(x))],
            "by_probabilities": [lambda y, x: -y / softmax(x)],
            "overflow": [lambda y, x: -np.log(softmax(x))],
            "wrong_axis": [lambda y, x: -log_softmax(x, 0)],
        },
        "changes": ("negated", "divided", "added_up"),
    },
    "label_logit_gradient": {
        "question": "Labels are softmax(label_logits): give the gradient of each loss with respect to label_logits.",
        "reference": lambda label_logits, logits: _by_label_logits(label_logits, logits),
        "cases": (
            ([[0.0, 1.0, -1.0], [0.5, 0.25, 2.0]], [[0.5, -1.0, 2.0], [1.0, 0.2, 0.3]]),
            ([[1.0, 0.0], [0.0, 3.0]], [[1.0, 3.0], [-0.5, 0.25]]),
            ([[2.0, 1.0, 0.0]], [[1000.0, 950.0, 900.0]]),
        ),
        "mistakes": {
            "softmax_left_out": [lambda z, x: -log_softmax(x)],
            "mean_left_out": [lambda z, x: -softmax(z) * log_softmax(x)],
            "label_left_out": [lambda z, x: _centred(-log_softmax(x), softmax(z))],
            "diagonal_only": [lambda z, x: -softmax(z) * (1 - softmax(z)) * log_softmax(x)],
            "no_activation": [lambda z, x: z * _centred(-log_softmax(x), z)],
            "model_gradient": [lambda z, x: softmax(x) - softmax(z)],
            "other_mean": [
                lambda z, x: softmax(z) * _centred(-log_softmax(x), softmax(x)),
                lambda z, x: softmax(z) * _centred(-log_softmax(x), np.full_like(x, 1 / x.shape[-1])),
            ],
            "one_loss_for_all": [lambda z, x: softmax(z) * ((softmax(z) * log_softmax(x)).sum() - log_softmax(x))],
        },
        "changes": ("negated", "divided", "added_up"),
    },
    "mixing_weights": {
        "question": "Give weights a that sum to one and minimise sum(a * losses) + temperature * sum(a * log(a)).",
        "reference": lambda losses, temperature: softmax(-losses / temperature),
        "cases": (
            ([0.5, 1.0, 2.0], 0.5),
            ([0.25, 0.75], 2.0),
            ([3.0, 1.5, 1.75, 2.5], 1.25),
            ([1000.0, 1001.0, 1003.0], 0.5),
        ),
        "span": "losses up to 1000",
        "mistakes": {
            "winner_takes_all": [lambda losses, t: (losses == losses.min()) * 1.0],
            "temperature_left_out": [lambda losses, t: softmax(-losses)],
            "penalty_alone": [lambda losses, t: np.full_like(losses, 1 / losses.size)],
            "worst_wins": [lambda losses, t: softmax(losses / t), lambda losses, t: _share(losses)],
            "temperature_multiplied": [lambda losses, t: softmax(-losses * t)],
            "weights_not_normalised": [
                lambda losses, t: np.exp(-losses / t),
                lambda losses, t: np.exp((losses.min() - losses) / t),
                lambda losses, t: np.exp(-losses / t - 1),
            ],
            "inverse_losses": [lambda losses, t: _share(1 / losses), lambda losses, t: _share(t / losses**2)],
        },
    },
}
