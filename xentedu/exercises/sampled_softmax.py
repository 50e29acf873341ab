"""The exercises of the chapter *Sampled softmax*: hints, and what to try."""

import numpy as np

HINTS = {
    "with_repeats": "this counts every draw. In a unique sample a class is there or not: can the count exceed one?",
    "never_drawn": "this is how likely all tries miss a class. Its complement is asked for.",
    "always_drawn": "this is how likely every single try hits the class. One hit is enough.",
    "one_draw": "the number of tries makes no difference. What should more tries do?",
    "cut_off": "the count is cut off at one. It should come near one without reaching it.",
    "rare_only": "right for rare classes alone. How likely is one try to miss the class, and all of them?",
    "not_corrected": "log Q is missing: the logits come back as they were.",
    "corrected_upward": "log Q is added. Should a class that is drawn often count for more in the sum, or for less?",
    "sampled_corrected": "log Q is subtracted from the sampled logits alone. True classes have expected counts too.",
    "true_corrected": "log Q is subtracted from the true logits alone. Which logits fill the sum of the softmax?",
    "num_true_corrected": "log(num_true) is subtracted too. Each true class has its own expected count: that is all.",
    "count_itself": "the expected count itself is subtracted. A logit is a logarithm: so is what corrects it.",
    "logits_divided": "the logits are divided. It is their exponentials that are to be divided by Q.",
    "sampled_first": "right, but the columns stand in another order: the true logits come first.",
    "hits_kept": "the logits come back as they were. In which rows is a sampled class also a true one?",
    "hits_at_zero": "a hit gets the logit 0, and exp(0) = 1 is still in the sum. Which logit has an exponential of 0?",
    "out_of_all_rows": "a class that one example has as its label is taken out of all examples.",
    "first_label_only": "only the first of the true classes is looked for. An example may have several.",
    "one_hit_only": "one hit of each example is taken out. With two true classes an example can have two.",
    "inverted_hits": "the hits are kept and all others taken out.",
    "ids_as_places": "class indices are taken for columns. In which column does `sampled` hold that class?",
}


def _joined(true, sampled):
    return np.concatenate([true, sampled], axis=1)


def _hits(labels, sampled):
    return (labels[:, :, np.newaxis] == sampled).any(axis=1)  # [batch, num_sampled]


def _without(hit, logits, low=-np.inf):
    return np.where(hit, logits.dtype.type(low), logits)


def _first_of_each(hit):
    return hit & (np.cumsum(hit, axis=1) == 1)


def _at_columns(labels, logits):
    columns = labels.astype(int) % logits.shape[1]
    return (columns[:, :, np.newaxis] == np.arange(logits.shape[1])).any(axis=1)


ROWS = {
    "expected_count": {
        "question": "From each class's probability and the number of tries, give its count in a unique sample.",
        "reference": lambda probability, tries: -np.expm1(tries * np.log1p(-probability)),
        "cases": (([0.5, 0.25, 0.01], 4.0), ([[0.9, 0.05], [0.001, 0.3]], 10.0), ([1e-9, 1e-6], 1000.0)),
        "span": "probabilities from 1e-9 to 0.9, up to 1000 tries",
        "mistakes": {
            "with_repeats": [lambda p, t: t * p],
            "never_drawn": [lambda p, t: (1 - p) ** t],
            "always_drawn": [lambda p, t: p**t],
            "one_draw": [lambda p, t: p, lambda p, t: 1 - p],
            "cut_off": [lambda p, t: np.minimum(t * p, 1)],
            "rare_only": [lambda p, t: -np.expm1(-t * p)],
        },
        "changes": ("negated",),
    },
    "sampled_logits": {
        "question": "Take log Q off true and sampled logits, and join them: [batch, num_true + num_sampled].",
        "reference": lambda true_logits, sampled_logits, true_count, sampled_count: _joined(
            true_logits - np.log(true_count), sampled_logits - np.log(sampled_count)
        ),
        "cases": (
            ([[2.0]], [[0.5, -1.0]], [[0.25]], [0.8, 0.1]),
            ([[1.0, 3.0], [0.5, 2.0]], [[0.0, 1.0], [-1.0, 0.25]], [[0.5, 0.01], [0.125, 0.3]], [0.9, 0.04]),
        ),
        "span": "one and two true classes",
        "mistakes": {
            "not_corrected": [lambda t, s, tq, sq: _joined(t, s)],
            "corrected_upward": [lambda t, s, tq, sq: _joined(t + np.log(tq), s + np.log(sq))],
            "sampled_corrected": [lambda t, s, tq, sq: _joined(t, s - np.log(sq))],
            "true_corrected": [lambda t, s, tq, sq: _joined(t - np.log(tq), s)],
            "num_true_corrected": [
                lambda t, s, tq, sq: _joined(t - np.log(tq) - np.log(t.shape[1]), s - np.log(sq)),
            ],
            "count_itself": [lambda t, s, tq, sq: _joined(t - tq, s - sq)],
            "logits_divided": [
                lambda t, s, tq, sq: _joined(t / tq, s / sq),
                lambda t, s, tq, sq: _joined(t / np.log(tq), s / np.log(sq)),
            ],
            "sampled_first": [lambda t, s, tq, sq: _joined(s - np.log(sq), t - np.log(tq))],
        },
        "changes": ("exponential", "negated"),
    },
    "remove_accidental_hits": {
        "question": "Where a sampled class is one of the example's labels, give it a logit that the softmax ignores.",
        "reference": lambda labels, sampled, logits: _without(_hits(labels, sampled), logits),
        "cases": (
            ([[3.0], [1.0]], [5.0, 3.0, 0.0], [[0.5, 2.0, -1.0], [1.0, 0.25, 3.0]]),
            (
                [[2.0, 0.0], [1.0, 4.0]],
                [4.0, 0.0, 2.0, 7.0],
                [[0.5, 1.5, -1.0, 0.3], [2.0, -0.5, 1.0, 0.75]],
            ),
        ),
        "judged": np.exp,
        "span": "one and two true classes, two hits in one example",
        "mistakes": {
            "hits_kept": [lambda y, s, x: x],
            "hits_at_zero": [lambda y, s, x: _without(_hits(y, s), x, 0)],
            "out_of_all_rows": [lambda y, s, x: _without(np.isin(s, y), x)],
            "first_label_only": [lambda y, s, x: _without(_hits(y[:, :1], s), x)],
            "one_hit_only": [
                lambda y, s, x: _without(_first_of_each(_hits(y, s)), x),
                lambda y, s, x: _without(_first_of_each(_hits(y, s)[:, ::-1])[:, ::-1], x),
            ],
            "inverted_hits": [lambda y, s, x: _without(~_hits(y, s), x)],
            "ids_as_places": [lambda y, s, x: _without(_at_columns(y, x), x)],
        },
    },
}
