"""The exercises of the chapter *When training goes wrong*: hints, and what to try."""

import numpy as np

HINTS = {
    "number_of_classes": "this is the loss of knowing nothing. Here the frequencies are known, and they differ.",
    "absent_class": "right while every class occurs. What is 0 times log 0, and what should an absent class add?",
    "counts_as_frequencies": "the logarithm is of the counts. By what is a count divided to be a frequency?",
    "unweighted_mean": "every class counts alike here. How often is each of these losses paid?",
    "commonest_class": "this is what the commonest class costs. The others occur too.",
    "no_softmax": "of probabilities of 1 and 0 a second softmax is taken. What does it make of 1?",
    "one_class_too_many": "C zeros are counted beside the 1. How many other classes are there?",
    "label_forgotten": "this is the logarithm of the sum. What does the label's own 1 take off it?",
    "knows_nothing": "this is log C, the loss at equal probabilities. The lowest loss is at the surest ones.",
}


def _frequency_loss(counts):
    f = counts[counts > 0] / counts.sum()
    return -(f * np.log(f)).sum()


def _zero_log_zero(counts):
    f = counts / counts.sum()
    return -(f * np.log(f)).sum()


ROWS = {
    "frequency_loss": {
        "question": "From how often each class occurs, give the loss of a model that knows these frequencies alone.",
        "reference": _frequency_loss,
        "cases": (([1.0, 3.0],), ([178.0, 182.0, 177.0, 183.0],), ([9.0, 0.0, 1.0],), ([1.0, 999.0],)),
        "span": "a class that never occurs included",
        "mistakes": {
            "number_of_classes": [
                lambda n: np.log(n.dtype.type(len(n))),
                lambda n: np.log(n.dtype.type((n > 0).sum())),
            ],
            "absent_class": [_zero_log_zero],
            "counts_as_frequencies": [
                lambda n: -(n[n > 0] * np.log(n[n > 0])).sum(),
                lambda n: -(n[n > 0] / n.sum() * np.log(n[n > 0])).sum(),
            ],
            "unweighted_mean": [
                lambda n: -np.log(n[n > 0] / n.sum()).mean(),
                lambda n: -np.log(n[n > 0] / n.sum()).sum(),
            ],
            "commonest_class": [lambda n: -np.log(n.max() / n.sum())],
        },
        "changes": ("negated", "other_base", "exponential"),
    },
    "twice_floor": {
        "question": "For numbers of classes, give the lowest softmax loss of softmax probabilities.",
        "reference": lambda c: np.log(np.e + c - 1) - 1,
        "cases": (([2.0, 3.0, 10.0],), ([[100.0, 1000.0], [5.0, 50000.0]],), ([4.0],)),
        "span": "2 to 50,000 classes",
        "mistakes": {
            "no_softmax": [lambda c: 0 * c],
            "one_class_too_many": [lambda c: np.log(np.e + c) - 1],
            "label_forgotten": [lambda c: np.log(np.e + c - 1)],
            "knows_nothing": [np.log, lambda c: np.log(c) - 1],
        },
        "changes": ("negated", "other_base", "exponential"),
    },
}
