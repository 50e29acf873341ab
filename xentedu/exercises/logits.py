"""The exercises of the chapter *Logits: what these functions really take*: hints, and what to try."""

import numpy as np

from ..nn import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits_v2
from ..numerics import log_softmax, logsumexp, sigmoid, softmax, softplus

HINTS = {
    "precedence": "p / 1 - p divides before it subtracts. Where do the parentheses belong?",
    "no_comparison": "this is the logarithm of p alone. Odds compare p with the probability of the other outcome.",
    "inverse": "this takes p for a logit and gives a probability. Here a sigmoid is to be undone.",
    "quotient_of_logarithms": "this divides logarithms. What does a logarithm make of a division?",
    "maximum_alone": "this is the maximum. It is the largest term, but the others count too.",
    "mean_of_exponentials": "this is the logarithm of a mean of exponentials. Their sum is asked for.",
    "opposite_label": "this is right for the opposite label. Whose probability is sigmoid(logit)?",
    "label_term_sign": "the term with the label has the wrong sign. What should a large logit cost if its label is 1?",
    "one_side": "right on one side of zero. What is missing from max(x, 0) - x y + log(1 + exp(-|x|))?",
    "not_summed": "there is still one number for each class. What adds them up to the loss of an example?",
    "no_logarithm": "this adds up probabilities. The loss is made of their logarithms.",
    "largest_class": "this looks at the likeliest class, whatever the label. Which class does the label name?",
}


def with_one_maximum(x):
    """Return the softmax as written with one maximum for the whole array, which is a mistake."""
    e = np.exp(x - x.max())
    return e / e.sum(-1, keepdims=True)


def _binary(z, x):
    return sigmoid_cross_entropy_with_logits(labels=z, logits=x)


BINARY = (
    ([1.0, 0.0, 0.25], [0.5, -1.0, 2.0]),
    ([[0.0, 1.0, 0.4], [0.25, 0.0, 1.0]], [[1.5, -0.25, 3.0], [0.75, 0.1, -2.0]]),
    ([1.0, 0.0, 0.0, 1.0], [-40.0, 40.0, -40.0, 40.0]),
    ([0.0, 1.0, 0.5], [1000.0, -1000.0, 1000.0]),
)
EXCLUSIVE = (
    ([[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]], [[0.5, -1.0, 2.0], [1.0, 0.2, 0.3]]),
    ([[1.0, 0.0], [0.0, 1.0], [0.25, 0.75]], [[1.0, 3.0], [-0.5, 0.25], [0.1, 2.0]]),
    ([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], [[1000.0, 950.0, 900.0], [-900.0, -1000.0, -950.0]]),
    ([[0.0, 1.0, 0.0]], [[0.0, -1000.0, 1000.0]]),
)

ROWS = {
    "log_odds": {
        "question": "Turn probabilities into log-odds.",
        "reference": lambda p: np.log(p) - np.log1p(-p),
        "cases": (([0.5, 0.25, 0.9],), ([[0.2, 0.6], [0.99, 0.001]],), ([1e-10, 0.999],)),
        "span": "probabilities from 1e-10 to 0.999",
        "mistakes": {
            "precedence": [lambda p: np.log(p / 1 - p), lambda p: p / 1 - p],
            "no_comparison": [np.log, lambda p: -np.log(p), lambda p: np.log(1 - p), lambda p: -np.log(1 - p)],
            "inverse": [sigmoid, lambda p: sigmoid(-p)],
            "quotient_of_logarithms": [lambda p: np.log(p) / np.log(1 - p), lambda p: np.log(p) / (1 - p)],
        },
        "changes": ("negated", "exponential", "other_base"),
    },
    "logsumexp": {
        "question": "Repair log(sum(exp(x))), over the last axis.",
        "reference": lambda x: logsumexp(x)[..., 0],
        "cases": (
            ([[0.5, -1.0, 2.0], [1.0, 0.2, 0.3]],),
            ([1.0, 3.0],),
            ([[1e3, 999.0, 1.0], [-1e3, -1001.0, -999.5]],),
        ),
        "mistakes": {
            "not_added_back": [lambda x: logsumexp(x)[..., 0] - x.max(-1)],
            "one_maximum": [lambda x: x.max() + np.log(np.exp(x - x.max()).sum(-1))],
            "wrong_axis": [lambda x: logsumexp(x, 0)[0]],
            "added_up": [lambda x: logsumexp(x, None).squeeze()],
            "maximum_alone": [lambda x: x.max(-1)],
            "mean_of_exponentials": [lambda x: logsumexp(x)[..., 0] - np.log(x.shape[-1])],
        },
        "changes": ("exponential", "negated", "other_base", "mean", "sum"),
    },
    "sigmoid_cross_entropy": {
        "question": "Repair -y log(s) - (1 - y) log(1 - s), where s is the sigmoid of the logits and y the labels.",
        "reference": lambda labels, logits: _binary(labels, logits),
        "cases": BINARY,
        "mistakes": {
            "half_missing": [lambda z, x: z * softplus(-x), lambda z, x: (1 - z) * softplus(x)],
            "opposite_label": [lambda z, x: _binary(1 - z, x)],
            "hard_labels": [lambda z, x, on=on: _binary(on(z, 0.5) + 0, x) for on in (np.greater, np.greater_equal)],
            "activated_twice": [lambda z, x: _binary(z, sigmoid(x))],
            "no_activation": [lambda z, x: -z * np.log(x) - (1 - z) * np.log(1 - x)],
            "other_activation": [lambda z, x: -z * log_softmax(x), lambda z, x: -(z * log_softmax(x)).sum(-1)],
            "labels_forgotten": [lambda z, x: softplus(x), lambda z, x: softplus(-x)],
            "label_term_sign": [lambda z, x: softplus(x) + x * z],
            "one_side": [
                lambda z, x: np.maximum(x, 0) - x * z + np.log1p(np.exp(-x)),
                lambda z, x: np.log1p(np.exp(-np.abs(x))) - x * z,
                lambda z, x: x - x * z + np.log1p(np.exp(-np.abs(x))),
                lambda z, x: np.maximum(x, 0) - x * z,
            ],
        },
        "changes": ("negated", "other_base", "mean", "sum", "added_up"),
    },
    "softmax_cross_entropy": {
        "question": "Repair -sum(y log(p)), where p is the softmax of the logits and y the labels, for each example.",
        "reference": softmax_cross_entropy_with_logits_v2,
        "cases": EXCLUSIVE,
        "mistakes": {
            "not_summed": [lambda y, x: -y * log_softmax(x)],
            "wrong_axis": [
                lambda y, x, i=i, j=j: -(y * log_softmax(x, i)).sum(j) for i, j in ((0, -1), (0, 0), (-1, 0))
            ],
            "labels_forgotten": [lambda y, x: -log_softmax(x).sum(-1), lambda y, x: logsumexp(x)[..., 0]],
            "largest_class": [lambda y, x: -log_softmax(x).max(-1)],
            "hard_labels": [lambda y, x: -log_softmax(x)[np.arange(len(y)), y.argmax(-1)]],
            "activated_twice": [lambda y, x: -(y * log_softmax(softmax(x))).sum(-1)],
            "no_activation": [lambda y, x: -(y * np.log(x)).sum(-1), lambda y, x: -(y * x).sum(-1)],
            "no_logarithm": [
                lambda y, x, a=a, b=b: a + b * (y * softmax(x)).sum(-1) for a, b in ((0, -1), (1, -1), (0, 1))
            ],
            "not_added_back": [lambda y, x: logsumexp(x)[..., 0] - x.max(-1) - (y * x).sum(-1)],
            "one_maximum": [
                lambda y, x: -(y * np.log(with_one_maximum(x))).sum(-1),
                lambda y, x: -(y * (x - x.max() - np.log(np.exp(x - x.max()).sum(-1, keepdims=True)))).sum(-1),
            ],
            "other_activation": [lambda y, x: _binary(y, x), lambda y, x: _binary(y, x).sum(-1)],
        },
        "changes": ("negated", "other_base", "mean", "sum"),
    },
}
