"""Answers to the exercises of the chapter *Gradients into labels*."""

import numpy as np

from . import NOTHING, log_soft, sig, soft


def by_jacobian(z, x):
    y = soft(z)
    result = np.zeros_like(x)
    for n, (row, by_y) in enumerate(zip(y, -log_soft(x))):
        result[n] = (np.diag(row) - np.outer(row, row)) @ by_y
    return result


def pushed(z, x):
    y = soft(z)
    loss = -(y * log_soft(x)).sum(axis=1)
    return y * (-log_soft(x) - loss[:, np.newaxis])


def boltzmann(losses, temperature):
    e = np.exp((losses.min() - losses) / temperature)
    return e / e.sum()


def in_place(losses, temperature):
    losses /= temperature
    return soft(-losses)


RIGHT = {
    "label_gradient": [
        lambda labels, logits: -log_soft(logits),
        lambda y, x: np.log(np.exp(x - x.max(1)[:, None]).sum(1))[:, None] + x.max(1)[:, None] - x,
    ],
    "label_logit_gradient": [pushed, by_jacobian],
    "mixing_weights": [
        boltzmann,
        lambda losses, t: soft(-losses / t),
        lambda losses, t: 1 / np.exp((losses[:, np.newaxis] - losses) / t).sum(axis=1),
    ],
}

WRONG = {
    "label_gradient": [
        NOTHING,
        (lambda y, x: soft(x) - y, "What stands beside each label"),
        (lambda y, x: -y * log_soft(x), "these are the terms of the loss"),
        (lambda y, x: -x, "the logits are taken for probabilities"),
        (lambda y, x: -log_soft(soft(x)), "activation is applied twice"),
        (lambda y, x: -np.log(sig(x)), "a softmax where a sigmoid belongs, or the reverse"),
        (lambda y, x: -y / soft(x), "with respect to the probabilities"),
        (lambda y, x: -log_soft(x.T).T, "works along the batch"),
        (lambda y, x: log_soft(x), "every sign is the other way"),
        (lambda y, x: -log_soft(x) / len(x), "divided by a count"),
        (lambda y, x: -log_soft(x).sum(axis=1), "added up"),
        (lambda y, x: -np.log(np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)), "until the numbers grow large"),
        (lambda y, x: -np.log(soft(x)), "until the numbers grow large"),  # no overflow: a logarithm of zero
        (lambda logits, labels: -log_soft(logits), "the other order"),
    ],
    "label_logit_gradient": [
        NOTHING,
        (lambda z, x: -log_soft(x), "What does the softmax that made them do to it"),
        (lambda z, x: -soft(z) * log_soft(x), "the mean is not taken off"),
        (lambda z, x: -log_soft(x) + (soft(z) * log_soft(x)).sum(1, keepdims=True), "What is each number weighted by"),
        (lambda z, x: -soft(z) * (1 - soft(z)) * log_soft(x), "makes it move the others too"),
        (lambda z, x: z * (-log_soft(x) + (z * log_soft(x)).sum(1, keepdims=True)), "taken for probabilities"),
        (lambda z, x: soft(x) - soft(z), "the model's logits"),
        (lambda z, x: -soft(z) * (log_soft(x) - log_soft(x).mean(1, keepdims=True)), "not the one that weights"),
        (lambda z, x: soft(z) * (-log_soft(x) + (soft(z) * log_soft(x)).sum()), "Each row has its own"),
        (lambda z, x: -pushed(z, x), "every sign is the other way"),
        (lambda z, x: pushed(z, x) / len(x), "divided by a count"),
        (lambda z, x: pushed(z, x).sum(axis=0), "added up"),
        (lambda logits, label_logits: pushed(label_logits, logits), "the other order"),
    ],
    "mixing_weights": [
        NOTHING,
        (lambda losses, t: np.eye(len(losses), dtype=losses.dtype)[losses.argmin()], "temperature makes no difference"),
        (lambda losses, t: soft(-losses), "How does a larger penalty change the weights"),
        (lambda losses, t: np.ones_like(losses) / len(losses), "minimise the penalty alone"),
        (lambda losses, t: soft(losses / t), "the largest loss gets the largest weight"),
        (lambda losses, t: losses / losses.sum(), "the largest loss gets the largest weight"),
        (lambda losses, t: soft(-losses * t), "works the other way"),
        (lambda losses, t: np.exp(-losses / t), "weights sum to one"),
        (lambda losses, t: np.exp(-losses / t - 1), "weights sum to one"),
        (lambda losses, t: (1 / losses) / (1 / losses).sum(), "this divides by the losses"),
        (lambda losses, t: np.exp(-losses / t) / np.exp(-losses / t).sum(), "until the numbers grow large"),
        (in_place, "overwritten"),
    ],
}
