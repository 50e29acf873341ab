"""Answers to the exercises of the chapter *Weighting*."""

import numpy as np

from . import NOTHING, log_soft, sig, soft, softmax_loss


def masked_mean(losses, mask):
    kept = losses[mask > 0]
    return kept.mean() if kept.size else losses.dtype.type(0)


def looked_up(labels, class_weights):
    return class_weights[labels.argmax(axis=-1)]


def mask_in_place(losses, mask):
    losses *= mask
    return losses.sum() / max(mask.sum(), mask.dtype.type(1))


RIGHT = {
    "masked_mean": [
        masked_mean,
        lambda losses, mask: (losses * mask).sum() / np.maximum(mask.sum(), mask.dtype.type(1)),
        lambda losses, mask: (losses * mask).sum() / mask.sum() if mask.any() else 0.0,
    ],
    "calibrated": [
        lambda x, q: sig(x - np.log(q)),
        lambda x, q: sig(x) / (sig(x) + q * sig(-x)),
    ],
    "class_weighted_loss": [
        lambda y, x, w: looked_up(y, w) * softmax_loss(y, x),
        lambda y, x, w: -(w * y * log_soft(x)).sum(axis=-1),
        lambda y, x, w: y @ w * softmax_loss(y, x),
    ],
}

WRONG = {
    "masked_mean": [
        NOTHING,
        (lambda x, m: np.mean(x), "the mask makes no difference"),
        (lambda x, m: np.mean(x * m), "yet it is counted"),
        (lambda x, m: np.sum(x) / np.sum(m), "still in the sum"),
        (lambda x, m: np.sum(x * m) / len(x), "how many rows"),
        (lambda x, m: np.sum(x * m) / (np.sum(m) + 1e-8), "the small number beside the count"),
        (lambda x, m: np.sum(x * m), "this is the sum"),
        (lambda x, m: np.mean([row[on > 0].mean() for row, on in zip(x, m)]), "a mean of each row's mean"),
        (lambda x, m: (x * m).sum(axis=1) / m.sum(axis=1), "one mean for each row"),
        (lambda x, m: np.mean(x[m == 0]), "over what is masked"),
        (lambda x, m: np.mean(x[m == 1]), "What is zero divided by zero"),
        (mask_in_place, "overwritten"),
    ],
    "calibrated": [
        NOTHING,
        (lambda x, q: sig(x), "the model's own probabilities"),
        (lambda x, q: sig(x + np.log(q)), "once more"),
        (lambda x, q: sig(x - q), "pos_weight itself comes off"),
        (lambda x, q: sig(x - np.log10(q)), "to another base"),
        (lambda x, q: sig(x - np.log(1 + q)), "1 + q belongs to the threshold"),
        (lambda x, q: sig(x) - np.log(q), "comes off the probability"),
        (lambda x, q: sig(x / q), "the logit is divided"),
        (lambda x, q: sig(x) / q, "the probability is divided"),
        (lambda x, q: x - np.log(q), "these are logits or odds"),
        (lambda x, q: 1 - sig(x - np.log(q)), "the other outcome"),
    ],
    "class_weighted_loss": [
        NOTHING,
        (lambda y, x, w: softmax_loss(y, x * w), "the logits are multiplied"),
        (lambda y, x, w: -np.log((y * soft(x + np.log(w))).sum(axis=-1)), "act inside the softmax"),
        (lambda y, x, w: softmax_loss(y, x), "make no difference. Which of them belongs"),
        (lambda y, x, w: softmax_loss(y, x) * np.mean(w), "the same weight"),
        (lambda y, x, w: softmax_loss(y, x) * w[: len(y)], "by their place in the batch"),
        (lambda y, x, w: softmax_loss(y, x) * w[x.argmax(axis=-1)], "the class predicted"),
        (lambda y, x, w: looked_up(y, w) * softmax_loss(y, x) / looked_up(y, w).sum(), "No mean is asked for"),
        (lambda y, x, w: softmax_loss(y, x) - np.log(y @ w), "inside the logarithm"),
        (lambda y, x, w: -(w * log_soft(x)).sum(axis=-1), "every class's weight goes"),
        (lambda y, x, w: (y @ w * softmax_loss(y, x)).sum(), "a sum was taken"),
    ],
}
