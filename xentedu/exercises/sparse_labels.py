"""The exercises of the chapter *Sparse labels*: hints, and what to try."""

import numpy as np

from ..numerics import log_softmax, logsumexp, softmax
from .logits import with_one_maximum

HINTS = {
    "columns_of_all": "each example gets the classes of the whole batch. Which row goes with which column?",
    "rows_by_label": "a class index is used as a row. The rows are the examples.",
    "likeliest": "this looks at the likeliest class, whatever the label. Which class does the label name?",
    "logit_alone": "this is the logit itself. What turns logits into log-probabilities?",
    "probability_alone": "this is the probability. Its logarithm is asked for.",
    "number_subtracted": "the class index itself is subtracted. In p - y, what is y for class 2?",
    "whole_rows": "whole rows lose one. A class index is a column here, not a row.",
    "columns_lose": "every example loses one at the classes of the whole batch. Which row goes with which column?",
    "label_only": "only the label's column is filled. What do the other classes get?",
    "one_hot_itself": "these are the labels, one-hot. The prediction is missing from p - y.",
    "not_rescaled": "the sum was begun with another maximum. What is e^(x - old) in terms of e^(x - new)?",
    "rescaled_backwards": "the factor is upside down. When the maximum rises, do the old terms count more, or less?",
    "last_block": "this is the last block alone. What was carried over from those before it?",
    "first_block": "this is the first block alone. Does the function return inside its loop?",
    "sums_of_logarithms": "the blocks' results are added. Which of their exponentials add up?",
    "largest_alone": "this is the maximum. It is the largest term, but the others count too.",
    "blocks_apart": "there is still one result for each block. What brings two of them together?",
}


def _rows(labels):
    return np.arange(len(labels))


def _minus_one(p, places):
    p = p.copy()
    p[places] -= 1
    return p


def _not_rescaled(blocks):
    m, s = np.full(blocks.shape[1], -np.inf, blocks.dtype), 0
    for x in blocks:
        m = np.maximum(m, x.max(-1))
        s = s + np.exp(x - m[:, np.newaxis]).sum(-1)
    return np.log(s) + m


def _rescaled_backwards(blocks):
    m, s = blocks[0].max(-1), 0
    for x in blocks:
        larger = np.maximum(m, x.max(-1))
        m, s = larger, s * np.exp(larger - m) + np.exp(x - larger[:, np.newaxis]).sum(-1)
    return np.log(s) + m


def _all_at_once(blocks):
    return logsumexp(np.concatenate(list(blocks), axis=1))[..., 0]


_LABELLED = (
    ([2, 0, 1], [[0.5, -1.0, 2.0], [1.0, 0.2, 0.3], [-0.5, 0.25, 1.5]]),
    # More classes than examples, and more examples than the largest label: a label used as a row raises no error here.
    (
        [1, 3, 0, 3],
        [[1.0, 3.0, 0.1, 0.7, -1.0], [-0.5, 0.25, 2.0, 0.4, 1.5], [0.3, -2.0, 0.6, 1.1, 0.2], [2.5, -0.7, 0.9, 0.8, 0]],
    ),
    ([1, 0], [[1000.0, 950.0, 900.0], [-1000.0, -900.0, -950.0]]),
)

ROWS = {
    "label_log_probability": {
        "question": "From logits [batch, classes], give the log-probability of each example's class, [batch].",
        "reference": lambda labels, logits: log_softmax(logits)[_rows(labels), labels],
        "cases": _LABELLED,
        "mistakes": {
            "columns_of_all": [lambda y, x: log_softmax(x)[:, y]],
            "rows_by_label": [
                lambda y, x: log_softmax(x)[y],
                lambda y, x: log_softmax(x)[y, _rows(y)],
            ],
            "likeliest": [lambda y, x: log_softmax(x).max(-1), lambda y, x: log_softmax(x).argmax(-1)],
            "logit_alone": [lambda y, x: x[_rows(y), y], lambda y, x: np.log(x[_rows(y), y])],
            "probability_alone": [lambda y, x: softmax(x)[_rows(y), y]],
            "wrong_axis": [lambda y, x: log_softmax(x, 0)[_rows(y), y]],
            "one_maximum": [
                lambda y, x: (x - x.max() - np.log(np.exp(x - x.max()).sum(-1, keepdims=True)))[_rows(y), y]
            ],
        },
        "changes": ("negated", "other_base", "mean", "sum"),
    },
    "sparse_gradient": {
        "question": "From class indices and logits, give the gradient of each loss with respect to its logits.",
        "reference": lambda labels, logits: _minus_one(softmax(logits), (_rows(labels), labels)),
        "cases": _LABELLED,
        "mistakes": {
            "number_subtracted": [lambda y, x: softmax(x) - y[:, np.newaxis]],
            "labels_forgotten": [lambda y, x: softmax(x)],
            "whole_rows": [lambda y, x: _minus_one(softmax(x), y), lambda y, x: softmax(x) - 1],
            "columns_lose": [lambda y, x: _minus_one(softmax(x), (slice(None), y))],
            "label_only": [
                lambda y, x: (softmax(x) - 1) * np.eye(x.shape[1])[y],
                lambda y, x: softmax(x)[_rows(y), y] - 1,
                lambda y, x: softmax(x)[_rows(y), y],
            ],
            "one_hot_itself": [lambda y, x: np.eye(x.shape[1])[y]],
            "no_activation": [lambda y, x: _minus_one(x, (_rows(y), y))],
            "activated_twice": [lambda y, x: _minus_one(softmax(softmax(x)), (_rows(y), y))],
            "wrong_axis": [lambda y, x: _minus_one(softmax(x, 0), (_rows(y), y))],
            "one_maximum": [lambda y, x: _minus_one(with_one_maximum(x), (_rows(y), y))],
        },
        "changes": ("negated", "divided", "added_up"),
    },
    "streaming_logsumexp": {
        "question": "From logits in blocks, [blocks, batch, block], give the log-sum-exp of each example, [batch].",
        "reference": _all_at_once,
        "cases": (
            ([[[0.5, -1.0], [1.0, 0.2]], [[2.0, 0.3], [-0.5, 0.25]], [[1.0, 1.5], [0.7, -2.0]]],),
            ([[[3.0, 1.0, 2.0]], [[-1.0, 0.5, 0.25]]],),
            ([[[999.0, 1000.0], [-1000.0, -1001.0]], [[1001.0, 3.0], [-1002.0, -999.0]]],),
            ([[[-1000.0], [1000.0]], [[1000.0], [-1000.0]], [[-2000.0], [999.5]]],),
        ),
        "mistakes": {
            "not_rescaled": [_not_rescaled],
            "rescaled_backwards": [_rescaled_backwards],
            "last_block": [lambda x: logsumexp(x[-1])[..., 0]],
            "first_block": [lambda x: logsumexp(x[0])[..., 0]],
            "sums_of_logarithms": [lambda x: logsumexp(x)[..., 0].sum(0)],
            "largest_alone": [lambda x: x.max((0, 2))],
            "not_added_back": [lambda x: _all_at_once(x) - x.max((0, 2))],
            "one_maximum": [lambda x: x.max() + np.log(np.exp(x - x.max()).sum((0, 2)))],
            "blocks_apart": [lambda x: logsumexp(x)[..., 0], lambda x: logsumexp(x)[..., 0].T],
        },
        "changes": ("exponential", "negated", "other_base", "mean", "sum"),
    },
}
