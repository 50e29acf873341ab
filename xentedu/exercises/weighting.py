"""The exercises of the chapter *Weighting*: hints, and what to try."""

import numpy as np

from ..numerics import log_softmax, sigmoid

HINTS = {
    "mask_forgotten": "the mask makes no difference. Which losses should be left out?",
    "padding_counted": "padding adds nothing to the sum, yet it is counted. What is the sum divided by?",
    "padding_summed": "the losses of padding are still in the sum. What does the mask multiply?",
    "rows_counted": "the sum is divided by how many rows there are. How many losses are left in them?",
    "epsilon_added": "the small number beside the count shifts every mean. What leaves a count of 1 or more as it is?",
    "not_divided": "this is the sum. What should it be divided by?",
    "mean_of_means": "a mean of each row's mean: a loss in a short row counts more than one in a long row. Should it?",
    "row_means": "one mean for each row is returned, where one number for the whole batch is asked for.",
    "nothing_left": "right, until all is masked. What is zero divided by zero, and what should the loss be there?",
    "mask_inverted": "the mean is over what is masked. What does a 1 in the mask say?",
    "still_shifted": "these are the model's own probabilities. What did pos_weight do to its logits?",
    "shifted_up": "log pos_weight is added once more. In training it was added already.",
    "weight_taken_off": "pos_weight itself comes off the logit. A logit is a logarithm: so is its shift.",
    "other_logarithm": "the shift is a logarithm to another base. Odds and logits use the natural one.",
    "threshold_taken_off": "1 + q belongs to the threshold. What were the odds multiplied by?",
    "probability_shifted": "log pos_weight comes off the probability. What was it added to?",
    "logit_divided": "the logit is divided. The odds were multiplied by pos_weight, and a logit is their logarithm.",
    "probability_divided": "the probability is divided. It was the odds p / (1 - p) that pos_weight multiplied.",
    "odds_returned": "these are logits or odds. Which function turns them into probabilities?",
    "other_outcome": "these are the probabilities of the other outcome.",
    "logits_weighted": "the logits are multiplied by the weights: the model is another one. What should be multiplied?",
    "logits_moved": "the weights act inside the softmax. They should multiply its loss.",
    "not_weighted": "the class weights make no difference. Which of them belongs to an example?",
    "one_weight": "all examples get the same weight. Which class weight belongs to an example?",
    "weights_by_place": "the weights go to examples by their place in the batch. What should they be looked up by?",
    "weights_of_predictions": "each example gets the weight of the class predicted. Of which class should it be?",
    "weights_normalised": "the losses are divided by the weights' sum. No mean is asked for here.",
    "weight_in_logarithm": "the weight stands inside the logarithm, where it only adds a constant to the loss.",
    "weights_of_all_classes": "every class's weight goes into every loss. What does a one-hot label pick out?",
}


def _loss(labels, logits):
    return -(labels * log_softmax(logits)).sum(axis=-1)


def _picked(labels, class_weights):
    return (labels * class_weights).sum(axis=-1)


def _masked_mean(losses, mask):
    kept = mask.sum()
    return (losses * mask).sum() / np.where(kept == 0, losses.dtype.type(1), kept)


ROWS = {
    "masked_mean": {
        "question": "From losses and a mask of ones and zeros, give the mean over the ones; zero if there are none.",
        "reference": _masked_mean,
        "cases": (
            ([[1.0, 2.0, 3.0], [4.0, 9.0, 9.5]], [[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]]),
            ([[0.5, 7.0], [2.5, 1.5], [8.0, 9.0]], [[1.0, 0.0], [1.0, 1.0], [1.0, 0.0]]),
            ([[1.0, 2.0], [3.0, 5.0]], [[0.0, 0.0], [0.0, 0.0]]),
        ),
        "span": "a batch of nothing but padding included",
        "mistakes": {
            "mask_forgotten": [lambda x, m: x.mean(), lambda x, m: x.sum()],
            "padding_counted": [lambda x, m: (x * m).mean()],
            "padding_summed": [lambda x, m: x.sum() / m.sum()],
            "rows_counted": [lambda x, m: (x * m).sum() / len(x)],
            "epsilon_added": [lambda x, m: (x * m).sum() / (m.sum() + 1e-6)],
            "not_divided": [lambda x, m: (x * m).sum()],
            "mean_of_means": [lambda x, m: ((x * m).sum(1) / m.sum(1)).mean()],
            "row_means": [lambda x, m: (x * m).sum(1) / m.sum(1)],
            "mask_inverted": [lambda x, m: (x * (1 - m)).sum() / (1 - m).sum()],
            "nothing_left": [lambda x, m: (x * m).sum() / m.sum()],
        },
    },
    "calibrated": {
        "question": "From the logits of a model trained with pos_weight, give probabilities that hold in the data.",
        "reference": lambda logits, pos_weight: sigmoid(logits - np.log(pos_weight)),
        "cases": (
            ([0.0, 1.5, -2.0], 3.0),
            ([[0.7, -0.25], [4.0, -3.0]], 0.25),
            ([1000.0, -1000.0, 2.0], 19.0),
        ),
        "span": "pos_weight from 0.25 to 19",
        "mistakes": {
            "still_shifted": [lambda x, q: sigmoid(x)],
            "shifted_up": [lambda x, q: sigmoid(x + np.log(q))],
            "weight_taken_off": [lambda x, q: sigmoid(x - q)],
            "other_logarithm": [lambda x, q: sigmoid(x - np.log10(q)), lambda x, q: sigmoid(x - np.log2(q))],
            "threshold_taken_off": [lambda x, q: sigmoid(x - np.log1p(q))],
            "probability_shifted": [lambda x, q: sigmoid(x) - np.log(q)],
            "logit_divided": [lambda x, q: sigmoid(x / q), lambda x, q: sigmoid(x / np.log(q))],
            "probability_divided": [lambda x, q: sigmoid(x) / q, lambda x, q: sigmoid(x) / (1 + q)],
            "odds_returned": [lambda x, q: x - np.log(q), lambda x, q: np.exp(x) / q],
            "other_outcome": [lambda x, q: sigmoid(np.log(q) - x)],
        },
    },
    "class_weighted_loss": {
        "question": "Give each example's softmax loss, multiplied by the weight of its label's class.",
        "reference": lambda labels, logits, class_weights: _picked(labels, class_weights) * _loss(labels, logits),
        "cases": (
            ([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], [[0.5, -1.0, 2.0], [0.25, 1.0, 0.0]], [0.5, 4.0, 2.0]),
            ([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], np.arange(9.0).reshape(3, 3) % 4, [3.0, 0.25, 1.5]),
            ([[1.0, 0.0]], [[-1000.0, 1000.0]], [0.1, 10.0]),
        ),
        "mistakes": {
            "logits_weighted": [
                lambda y, x, w: _loss(y, x * w),
                lambda y, x, w: _loss(y, x * _picked(y, w)[:, np.newaxis]),
            ],
            "logits_moved": [
                lambda y, x, w: _loss(y, x + np.log(w)),
                lambda y, x, w: _loss(y, x - np.log(w)),
                lambda y, x, w: _loss(y, x + w),
            ],
            "not_weighted": [lambda y, x, w: _loss(y, x)],
            "one_weight": [lambda y, x, w: _loss(y, x) * w.mean(), lambda y, x, w: _loss(y, x) * w.sum()],
            "weights_by_place": [lambda y, x, w: _loss(y, x) * w[: len(x)]],
            "weights_of_predictions": [lambda y, x, w: _loss(y, x) * w[x.argmax(-1)]],
            "weights_normalised": [
                lambda y, x, w: _picked(y, w) * _loss(y, x) / _picked(y, w).sum(),
                lambda y, x, w: _picked(y, w) * _loss(y, x) / w.sum(),
                lambda y, x, w: _picked(y, w) * _loss(y, x) / len(x),
            ],
            "weight_in_logarithm": [lambda y, x, w: _loss(y, x) - np.log(_picked(y, w))],
            "weights_of_all_classes": [lambda y, x, w: -(w * log_softmax(x)).sum(-1)],
        },
        "changes": ("sum", "mean", "negated"),
    },
}
