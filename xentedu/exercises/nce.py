"""The exercises of the chapter *Noise-contrastive estimation*: hints, and what to try."""

import numpy as np

from ..numerics import log_softmax, logsumexp, sigmoid, softmax, softplus

HINTS = {
    "noise_ignored": "the noise makes no difference. These are log-probabilities less log q: what brings them back?",
    "noise_divided": "the noise is divided out once more. Training has already divided by it.",
    "noise_itself": "the noise itself is added to the logits. A logit is a logarithm: so is what belongs to it.",
    "not_normalised": "right but for a factor in each row: probabilities sum to one.",
    "a_sigmoid_each": "each class has a sigmoid of its own. Which function makes all of them sum to one?",
    "logarithms": "these are the logarithms of the right numbers. Is an exponential missing?",
    "noise_averaged": "a mean is taken over the noise. Q counts all the draws together: should the loss, too?",
    "all_averaged": "a mean is taken over true and sampled classes. TensorFlow adds them up.",
    "log_q_missing": "log Q is not subtracted. That is negative sampling: what would it learn?",
    "log_q_of_noise": "log Q is subtracted from the noise alone. A true class could have been noise too: how often?",
    "log_q_of_truth": "log Q is subtracted from the true logits alone. What tells noise from a true class?",
    "log_q_added": "log Q is added. A class that the noise draws often is less likely to be true, or more?",
    "labels_swapped": "true classes cost what noise should cost, and noise what they should. Which label is 1?",
    "no_noise": "only the true class costs anything. What keeps all logits from growing?",
    "no_truth": "only the noise costs anything. What keeps all logits from falling?",
    "softmax_taken": "this is the sampled softmax. Here each class is asked about by itself: true, or noise?",
    "not_added_up": "the losses of single classes come back. Each example has one loss, their sum.",
    "z_is_classes": "the exponentials sum to the number of classes, as with all biases zero. They should sum to one.",
    "z_is_total": "the exponentials are the counts and sum to their total. They should sum to one.",
    "probabilities_as_biases": "these are probabilities. A bias is a logit: its exponential should be the probability.",
    "z_is_square": "the right size with the wrong sign: the exponentials now sum to the number of classes, squared.",
}


def _joined(true, sampled):
    return np.concatenate([true, sampled], axis=1)


def _scored(true, sampled, true_label=1, sampled_label=0):
    return _joined(softplus(true) - true_label * true, softplus(sampled) - sampled_label * sampled)


def _nce(true_logits, sampled_logits, true_count, sampled_count):
    return _scored(true_logits - np.log(true_count), sampled_logits - np.log(sampled_count))


ROWS = {
    "back_to_probabilities": {
        "question": "From logits that negative sampling has learned and the noise distribution, give probabilities.",
        "reference": lambda logits, noise: softmax(logits + np.log(noise)),
        "cases": (
            ([[2.0, 0.5, -1.0]], [0.6, 0.3, 0.1]),
            ([[0.0, 1.0, 3.0, -2.0], [-1.0, 2.0, 0.25, 0.5]], [0.7, 0.2, 0.05, 0.05]),
            ([[1000.0, 999.0], [-1000.0, -1001.0]], [0.25, 0.75]),
        ),
        "mistakes": {
            "noise_ignored": [lambda x, q: softmax(x)],
            "noise_divided": [lambda x, q: softmax(x - np.log(q))],
            "noise_itself": [lambda x, q: softmax(x + q), lambda x, q: softmax(x * q)],
            "not_normalised": [lambda x, q: np.exp(x) * q, lambda x, q: softmax(x) * q],
            "a_sigmoid_each": [lambda x, q: sigmoid(x + np.log(q)), lambda x, q: sigmoid(x)],
            "logarithms": [lambda x, q: log_softmax(x + np.log(q))],
            "wrong_axis": [lambda x, q: softmax((x + np.log(q)).T).T],
        },
    },
    "noise_contrastive_loss": {
        "question": "From logits and expected counts, give the NCE loss of each example with one true class.",
        "reference": lambda true_logits, sampled_logits, true_count, sampled_count: _nce(
            true_logits, sampled_logits, true_count, sampled_count
        ).sum(axis=1),
        "cases": (
            ([[2.0]], [[0.5, -1.0, 0.25]], [[0.25]], [0.8, 0.1, 2.5]),
            ([[1.0], [-0.5]], [[0.0, 3.0], [-2.0, 1.5]], [[0.5], [0.02]], [0.9, 0.04]),
            ([[1000.0], [-1000.0]], [[-1000.0, 3.0], [1000.0, 2.0]], [[0.5], [0.02]], [0.9, 0.04]),
        ),
        "mistakes": {
            "noise_averaged": [lambda t, s, tq, sq: _nce(t, s, tq, sq)[:, 0] + _nce(t, s, tq, sq)[:, 1:].mean(1)],
            "all_averaged": [lambda t, s, tq, sq: _nce(t, s, tq, sq).mean(1)],
            "log_q_missing": [lambda t, s, tq, sq: _scored(t, s).sum(1)],
            "log_q_of_noise": [lambda t, s, tq, sq: _scored(t, s - np.log(sq)).sum(1)],
            "log_q_of_truth": [lambda t, s, tq, sq: _scored(t - np.log(tq), s).sum(1)],
            "log_q_added": [lambda t, s, tq, sq: _scored(t + np.log(tq), s + np.log(sq)).sum(1)],
            "labels_swapped": [lambda t, s, tq, sq: _scored(t - np.log(tq), s - np.log(sq), 0, 1).sum(1)],
            "no_noise": [lambda t, s, tq, sq: _nce(t, s, tq, sq)[:, 0]],
            "no_truth": [lambda t, s, tq, sq: _nce(t, s, tq, sq)[:, 1:].sum(1)],
            "softmax_taken": [lambda t, s, tq, sq: -log_softmax(_joined(t - np.log(tq), s - np.log(sq)))[:, 0]],
            "not_added_up": [lambda t, s, tq, sq: _nce(t, s, tq, sq)],
        },
        "changes": ("negated", "sum", "mean"),
    },
    "starting_biases": {
        "question": "From the counts of the classes, give biases whose exponentials sum to one.",
        "reference": lambda counts: np.log(counts / counts.sum()),
        "cases": (([5.0, 3.0, 2.0],), ([1000.0, 10.0, 1.0, 1.0],), ([2.0, 7.0],)),
        "judged": logsumexp,
        "span": "two to four classes",
        "mistakes": {
            "z_is_classes": [lambda n: np.zeros_like(n)],
            "z_is_total": [lambda n: np.log(n)],
            "probabilities_as_biases": [lambda n: n / n.sum(), lambda n: np.full_like(n, 1 / n.size)],
            "z_is_square": [lambda n: np.full_like(n, np.log(n.size))],
        },
        "changes": ("negated",),
    },
}
