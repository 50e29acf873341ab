"""Each exercise accepts right solutions of any style, and tells learners what is wrong with the others."""

import math

import numpy as np
import pytest

from xentedu import exercises


def reply(capsys, name, function):
    assert exercises.check(name, function) is None
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 88  # the width of a page's cell
    return out.replace("\n  ", " ")


def sig(x):
    return 1 / (1 + np.exp(-x))


def soft(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def lse(x):
    m = np.max(x, axis=-1)
    return m + np.log(np.sum(np.exp(x - m[..., None]), axis=-1))


def log_soft(x):
    return x - lse(x)[..., None]


def stable(labels, logits):
    return np.logaddexp(0, logits) - labels * logits


def softmax_loss(labels, logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - (labels * shifted).sum(axis=1)


def overwriting(x):
    m = x.max(axis=-1, keepdims=True)
    x -= m
    return np.log(np.exp(x).sum(axis=-1)) + m[..., 0]


def by_loop(labels, logits):
    result = []
    for y, x in zip(labels, logits):
        m = max(x)
        log_sum = m + np.log(sum(np.exp(v - m) for v in x))
        result.append(sum(t * (log_sum - v) for t, v in zip(y, x)))
    return np.array(result, dtype=logits.dtype)


def piecewise_sigmoid(x):
    return np.where(x > 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


def mean_in_place(labels, logits):
    logits -= logits.max(axis=-1, keepdims=True)
    p = np.exp(logits)
    p /= p.sum(axis=-1, keepdims=True)
    return p - labels


def in_place_sigmoid(labels, logits):
    p = sig(logits)
    labels *= -1
    return labels + p


def two_thresholds(x):
    on = np.zeros(x.shape, dtype=bool)
    on[sig(x) >= 0.5] = True
    return on


def stacked(z, other):
    return np.stack([z, np.broadcast_to(other, z.shape)], axis=-1)


def joined(true, sampled):
    return np.concatenate([true, sampled], axis=1)


def marked(labels, sampled, logits, mark=-np.inf):
    result = logits.copy()
    for row, ids in zip(result, labels):
        row[np.isin(sampled, ids)] = mark
    return result


def marked_in_place(labels, sampled, logits):
    for row, ids in zip(logits, labels):
        row[np.isin(sampled, ids)] = -np.inf
    return logits


def marked_by_place(labels, sampled, logits):
    result = logits.copy()
    rows = np.arange(len(labels))[:, np.newaxis]
    result[rows, labels.astype(int) % logits.shape[1]] = -np.inf
    return result


def marked_once(labels, sampled, logits):
    result = logits.copy()
    for row, ids in zip(result, labels):
        row[np.flatnonzero(np.isin(sampled, ids))[:1]] = -np.inf
    return result


RIGHT = {
    "log_odds": [lambda p: np.log(p / (1 - p)), lambda p: np.log(p) - np.log(1 - p), lambda p: -np.log(1 / p - 1)],
    "logsumexp": [lse, lambda x: np.logaddexp.reduce(x, axis=-1)],
    "sigmoid_cross_entropy": [
        stable,
        lambda z, x: z * np.logaddexp(0, -x) + (1 - z) * np.logaddexp(0, x),
        lambda labels, logits: np.maximum(logits, 0) - logits * labels + np.log(1 + np.exp(-abs(logits))),
    ],
    "softmax_cross_entropy": [
        softmax_loss,
        lambda labels, logits: -(labels * log_soft(logits)).sum(-1),
        lambda y, x: lse(x) - np.einsum("bc,bc->b", y, x),
        by_loop,
    ],
    "sigmoid_as_softmax": [
        lambda z: stacked(z, 0.0).astype(z.dtype),
        lambda z: np.stack([z / 2, -z / 2], axis=1),
        lambda z: np.stack([z + 3, np.full_like(z, 3)]).T,
        lambda z: np.stack([-np.logaddexp(0, -z), -np.logaddexp(0, z)], axis=1),
    ],
    "softmax_gradient": [lambda labels, logits: soft(logits) - labels, lambda y, x: np.exp(log_soft(x)) - y],
    "sigmoid_gradient": [
        lambda labels, logits: sig(logits) - labels,
        lambda z, x: (1 - z) * sig(x) - z * sig(-x),
        lambda z, x: 0.5 * (1 + np.tanh(x / 2)) - z,
    ],
    "tag_photos": [lambda x: x > 0, lambda x: sig(x) > 0.5, two_thresholds, lambda x: sig(x) > 1 - sig(x)],
    "expected_count": [
        lambda p, t: -np.expm1(t * np.log1p(-p)),
        lambda probability, tries: -np.expm1(np.log1p(-probability) * tries).astype(probability.dtype),
    ],
    "sampled_logits": [
        lambda t, s, tq, sq: joined(t - np.log(tq), s - np.log(sq)),
        lambda t, s, tq, sq: np.log(joined(np.exp(t) / tq, np.exp(s) / sq)),
        lambda t, s, tq, sq: joined(t, s) - np.log(joined(tq, np.tile(sq, (len(t), 1)))),
    ],
    "remove_accidental_hits": [
        marked,
        lambda labels, sampled, logits: marked(labels, sampled, logits, np.finfo(logits.dtype).min),
        lambda y, s, x: x + np.where((y[..., None] == s).any(1), np.array(-1e9, x.dtype), 0).astype(x.dtype),
    ],
}


def clipped(labels, logits):
    p = np.clip(piecewise_sigmoid(logits), 1e-7, 1 - 1e-7)
    return -labels * np.log(p) - (1 - labels) * np.log(1 - p)


def with_epsilon(labels, logits):
    s = sig(logits)
    return -labels * np.log(s + 1e-12) - (1 - labels) * np.log(1 - s + 1e-12)


def naive(z, x):
    s = sig(x)
    return -z * np.log(s) - (1 - z) * np.log(1 - s)


def naive_softmax_loss(y, x):
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return -(y * np.log(p)).sum(axis=1)


def printing(*arguments):
    print(arguments)


def unpacked(x):
    batch, classes = x.shape
    return lse(x.reshape(batch, classes))


# exercise: (what a learner wrote, words of the hint).
NOTHING = (printing, "nothing is returned")
WRONG = {
    "log_odds": [
        NOTHING,
        (lambda p: np.log(p / 1 - p), "divides before it subtracts"),
        (lambda p: np.log((1 - p) / p), "every sign is the other way"),
        (lambda p: p / (1 - p), "exponentials of the right numbers"),
        (lambda p: np.log(p), "logarithm of p alone"),
        (lambda p: -np.log(1 - p), "logarithm of p alone"),
        (sig, "takes p for a logit"),
        (lambda p: np.log(p) / np.log(1 - p), "divides logarithms"),
        (lambda p: np.log2(p / (1 - p)), "off by one factor"),
        (lambda p: np.log10(p / (1 - p)), "off by one factor"),
        (lambda p: np.log(p / (1 - p)).astype(np.float64), "float32 arguments should give float32, and gave float64"),
        (lambda p: [math.log(v / (1 - v)) for v in p.ravel()], "in the wrong shape: expected (2, 2), received (4,)"),
        (lambda p: math.log(p / (1 - p)), "with p = [0.5, 0.25, 0.9], the function raises TypeError"),
        (lambda p: np.log(p / (1 - p) + 1e-3), "some results differ"),
        (lambda p: np.log(p.astype(np.float32) / np.float32(1 - p)), "first digits agree"),
        (lambda p: np.log(np.clip(p, 1e-6, 1) / (1 - p)), "stops growing"),
        (lambda p: "0.5", "not an array of numbers"),
        (lambda: 0, "raises TypeError"),
        (0.5, "hand over the function itself"),
    ],
    "logsumexp": [
        NOTHING,
        (lambda x: np.log(np.sum(np.exp(x), axis=-1)), "until the numbers grow large"),
        (lambda x: np.log(np.sum(np.exp(x - x.max(axis=-1, keepdims=True)), axis=-1)), "never came back"),
        (lambda x: x.max() + np.log(np.sum(np.exp(x - x.max()), axis=-1)), "one maximum serves the whole array"),
        (lambda x: np.log(np.sum(np.exp(x), axis=0)), "works along the batch"),
        (lambda x: np.log(np.sum(np.exp(x))), "added up"),
        (lambda x: np.max(x, axis=-1), "this is the maximum"),
        (lambda x: np.sum(np.exp(x), axis=-1), "exponentials of the right numbers"),
        (lambda x: np.log(np.mean(np.exp(x), axis=-1)), "a mean of exponentials"),
        (lambda x: -lse(x), "every sign is the other way"),
        (lambda x: np.log2(np.sum(np.exp(x), axis=-1)), "off by one factor"),
        (lambda x: lse(x)[..., None], "in the wrong shape: expected (2,), received (2, 1)"),
        (lambda x: lse(np.clip(x, -500, 500)), "stops growing"),
        (lambda x: lse(x).mean(), "a mean was taken"),
        (lambda x: lse(x).sum(), "a sum was taken"),
        (lambda x: lse(x.astype(np.float64)), "float32 arguments should give float32, and gave float64"),
        (overwriting, "overwritten"),
        (unpacked, "with x = [1, 3], the function raises ValueError: not enough values to unpack"),
    ],
    "sigmoid_cross_entropy": [
        NOTHING,
        (naive, "until the numbers grow large"),
        (lambda z, x: naive(z, x) / np.log(2), "off by one factor"),
        (lambda z, x: stable(z, x).mean(), "a mean was taken"),
        (lambda z, x: np.sum(naive(z, x)), "a sum was taken"),
        (lambda z, x: stable(z, x).sum(axis=-1), "added up"),
        (lambda z, x: stable(z, x).mean(axis=-1), "added up"),
        (lambda z, x: z * np.log(sig(x)) + (1 - z) * np.log(1 - sig(x)), "every sign is the other way"),
        (lambda z, x: -z * np.log(sig(x)), "half of it is missing"),
        (lambda z, x: -(1 - z) * np.log(1 - sig(x)), "half of it is missing"),
        (lambda z, x: -(1 - z) * np.log(sig(x)) - z * np.log(1 - sig(x)), "the opposite label"),
        (lambda z, x: np.where(z == 1, -np.log(sig(x)), -np.log(1 - sig(x))), "A label is a weight"),
        (lambda z, x: np.where(z >= 0.5, np.logaddexp(0, -x), np.logaddexp(0, x)), "A label is a weight"),
        (lambda z, x: stable(z, piecewise_sigmoid(x)), "activation is applied twice"),
        (lambda z, x: naive(z, sig(x)), "activation is applied twice"),
        (lambda z, x: -z * np.log(x) - (1 - z) * np.log(1 - x), "taken for probabilities"),
        (lambda z, x: -z * log_soft(x), "a softmax where a sigmoid belongs"),
        (lambda z, x: np.log(1 + np.exp(x)), "labels make no difference"),
        (lambda z, x: np.maximum(x, 0) + x * z + np.log1p(np.exp(-abs(x))), "the term with the label"),
        (lambda z, x: np.maximum(x, 0) - x * z + np.log1p(np.exp(-x)), "right on one side of zero"),
        (lambda z, x: np.log1p(np.exp(-abs(x))) - x * z, "right on one side of zero"),
        (lambda z, x: x - x * z + np.log1p(np.exp(-abs(x))), "right on one side of zero"),
        (lambda z, x: np.log(1 + np.exp(x)) - x * z, "until the numbers grow large"),
        (clipped, "stops growing"),
        (with_epsilon, "stops growing"),
        (lambda logits, labels: stable(labels, logits), "the other order. The order is: labels, logits"),
        (lambda z, x: stable(z, x)[..., None], "in the wrong shape: expected (3,), received (3, 1)"),
        (lambda z, x: stable(z, x).astype("float64"), "float32 arguments should give float32, and gave float64"),
        (lambda z, x: stable(z, x).tolist(), "float32 arguments should give float32, and gave float64"),
        (lambda z, x: stable(z, x.astype(np.float16)).astype(x.dtype), "first digits agree"),
        (lambda z, x: math.log(x), "raises TypeError"),
        (lambda z, x: stable(z, x) + 1, "some results differ"),
    ],
    "softmax_cross_entropy": [
        NOTHING,
        (naive_softmax_loss, "until the numbers grow large"),
        (lambda y, x: np.mean(softmax_loss(y, x)), "a mean was taken"),
        (lambda y, x: np.mean(naive_softmax_loss(y, x)), "a mean was taken"),
        (lambda y, x: -np.sum(y * log_soft(x)), "a sum was taken"),
        (lambda y, x: -y * log_soft(x), "one number for each class"),
        (lambda y, x: -(y * log_soft(x)).sum(axis=0), "works along the batch"),
        (lambda y, x: -(y * np.log(soft(x, 0))).sum(axis=1), "works along the batch"),
        (lambda y, x: -log_soft(x).sum(axis=1), "labels make no difference"),
        (lambda y, x: lse(x), "labels make no difference"),
        (lambda y, x: -np.log(soft(x).max(axis=1)), "the likeliest class"),
        (lambda y, x: -log_soft(x)[range(len(x)), y.argmax(axis=1)], "A label is a weight"),
        (lambda y, x: softmax_loss(y, soft(x)), "activation is applied twice"),
        (lambda y, x: -(y * np.log(x)).sum(axis=1), "taken for probabilities"),
        (lambda y, x: 1 - (y * soft(x)).sum(axis=1), "adds up probabilities"),
        (lambda y, x: -(y * soft(x)).sum(axis=1), "adds up probabilities"),
        (lambda y, x: lse(x) - x.max(axis=1) - (y * x).sum(axis=1), "never came back"),
        (lambda y, x: -(y * np.log(np.exp(x - x.max()) / np.exp(x - x.max()).sum(1)[:, None])).sum(1), "one maximum"),
        (lambda y, x: stable(y, x).sum(axis=1), "a softmax where a sigmoid belongs, or the reverse"),
        (lambda y, x: (y * log_soft(x)).sum(axis=1), "every sign is the other way"),
        (lambda y, x: softmax_loss(y, x) / np.log(2), "off by one factor"),
        (lambda y, x: -(y * np.log(np.clip(soft(x), 1e-7, 1))).sum(axis=1), "stops growing"),
        (lambda y, x: -(y * np.log(soft(x) + 1e-9)).sum(axis=1), "stops growing"),
        (lambda y, x: softmax_loss(y, x)[:, None], "in the wrong shape: expected (2,), received (2, 1)"),
        (lambda logits, labels: softmax_loss(labels, logits), "the other order"),
        (lambda y, x: softmax_loss(y, x.astype(np.float64)), "float32 arguments should give float32"),
        (lambda y, x: y @ x, "raises ValueError"),
    ],
    "sigmoid_as_softmax": [
        NOTHING,
        (lambda z: np.stack([np.zeros_like(z), z], axis=1), "in the wrong order"),
        (lambda z: np.stack([z, -z], axis=1), "differ by 2 x"),
        (lambda z: np.stack([sig(z), 1 - sig(z)], axis=1), "Softmax will take them for logits"),
        (lambda z: np.stack([sig(z), np.zeros_like(z)], axis=1), "Softmax will take them for logits"),
        (lambda z: np.stack([z, 1 - z], axis=1), "Which logit of the other class gives one half"),
        (lambda z: np.stack([z, np.ones_like(z)], axis=1), "Which logit of the other class gives one half"),
        (lambda z: np.stack([z, z], axis=1), "both columns are alike"),
        (lambda z: np.stack([z, np.zeros_like(z)]), "along the wrong axis: expected (3, 2), received (2, 3)"),
        (lambda z: z, "the shape is not the one asked for: expected (3, 2), received (3,)"),
        (lambda z: np.log(np.stack([sig(z), 1 - sig(z)], axis=1)), "until the numbers grow large"),
        (lambda z: np.stack([2 * z, 0.5 * z], axis=1), "some results differ"),
        (lambda z: np.stack([z, np.zeros(len(z))], axis=1), "float32 arguments should give float32, and gave float64"),
    ],
    "softmax_gradient": [
        NOTHING,
        (lambda y, x: soft(x), "labels make no difference"),
        (lambda y, x: y - soft(x), "every sign is the other way"),
        (lambda y, x: (soft(x) - y) / len(x), "divided by a count"),
        (lambda y, x: (soft(x) - y) / x.size, "divided by a count"),
        (lambda y, x: soft(x, axis=0) - y, "works along the batch"),
        (lambda y, x: soft(soft(x)) - y, "activation is applied twice"),
        (lambda y, x: x - y, "taken for probabilities"),
        (lambda y, x: sig(x) - y, "a softmax where a sigmoid belongs, or the reverse"),
        (lambda y, x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True) - y, "until the numbers grow large"),
        (lambda y, x: (soft(x) - y) * soft(x) * (1 - soft(x)), "the slope of the probability"),
        (lambda y, x: -y / soft(x), "by the probabilities"),
        (lambda y, x: -log_soft(x), "by the labels"),
        (lambda y, x: (soft(x) - y).sum(axis=0), "added up"),
        (lambda y, x: (soft(x) - y).sum(axis=1), "added up"),
        (lambda y, x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(axis=1, keepdims=True) - y, "one maximum"),
        (mean_in_place, "overwritten"),
        (lambda logits, labels: soft(logits) - labels, "the other order"),
    ],
    "sigmoid_gradient": [
        NOTHING,
        (lambda z, x: sig(x), "labels make no difference"),
        (lambda z, x: z - sig(x), "every sign is the other way"),
        (lambda z, x: (sig(x) - z) / len(x), "divided by a count"),
        (lambda z, x: (sig(x) - z) / x.shape[-1], "divided by a count"),
        (lambda z, x: np.mean(sig(x) - z), "added up"),
        (lambda z, x: np.sum(sig(x) - z, axis=-1), "added up"),
        (lambda z, x: (1 - z) * sig(x), "half of it is missing"),
        (lambda z, x: sig(x) - np.round(z), "A label is a weight"),
        (lambda z, x: sig(sig(x)) - z, "activation is applied twice"),
        (lambda z, x: x - z, "taken for probabilities"),
        (lambda z, x: soft(x) - z, "a softmax where a sigmoid belongs"),
        (lambda z, x: (sig(x) - z) * sig(x) * (1 - sig(x)), "the slope of the probability"),
        (lambda z, x: (sig(x) - z) / sig(x) / (1 - sig(x)), "by the probabilities"),
        (lambda z, x: -x, "by the labels"),
        (lambda z, x: np.exp(x) / (1 + np.exp(x)) - z, "until the numbers grow large"),
        (in_place_sigmoid, "overwritten"),
        (lambda logits, labels: sig(logits) - labels, "the other order"),
        (lambda z, x: (sig(x) - z).ravel(), "in the wrong shape: expected (2, 3), received (6,)"),
    ],
    "tag_photos": [
        NOTHING,
        (lambda x: np.eye(x.shape[1])[x.argmax(axis=1)].astype(bool), "exactly one label is on"),
        (lambda x: np.eye(x.shape[1])[x.argmax(axis=1)], "exactly one label is on"),
        (lambda x: soft(x) > 0.5, "makes the labels compete"),
        (lambda x: x > 0.5, "compared with 0.5"),
        (lambda x: sig(sig(x)) > 0.5, "always above one half"),
        (lambda x: sig(x) < 0.5, "below one half"),
        (lambda x: x.argmax(axis=1), "class ids"),
        (lambda x: np.argwhere(x > 0), "class ids"),
        (sig, "these are probabilities"),
        (soft, "these are probabilities"),
        (lambda x: (x > 0).astype(int), "float64 arguments should give bool, and gave int64"),
        (lambda x: 1.0 * (x > 0), "float64 arguments should give bool, and gave float64"),
        (lambda x: [np.flatnonzero(row > 0) for row in x], "not an array of numbers"),
        (lambda x: x > 2.5, "some results differ"),
        (lambda x: (x > 0).any(), "the shape is not the one asked for: expected (2, 3), received ()"),
    ],
    "expected_count": [
        NOTHING,
        (lambda p, t: p * t, "can the count exceed one"),
        (lambda p, t: np.exp(t * np.log(1 - p)), "missed by all tries"),
        (lambda p, t: p**t, "One hit is enough"),
        (lambda p, t: p, "What should more tries do"),
        (lambda p, t: np.clip(t * p, 0, 1), "cut off at one"),
        (lambda p, t: 1 - np.exp(-t * p), "rare classes alone"),
        (lambda p, t: 1 - (1 - p) ** t, "the later ones are lost"),
        (lambda p, t: (1 - p) ** t - 1, "every sign is the other way round"),
    ],
    "sampled_logits": [
        NOTHING,
        (lambda t, s, tq, sq: np.hstack([t, s]), "log Q is missing"),
        (lambda t, s, tq, sq: joined(t + np.log(tq), s + np.log(sq)), "log Q is added"),
        (lambda t, s, tq, sq: joined(t, s - np.log(sq)), "off the sampled logits alone"),
        (lambda t, s, tq, sq: joined(t - np.log(tq), s), "off the true logits alone"),
        (lambda t, s, tq, sq: joined(t - tq, s - sq), "the expected count itself"),
        (lambda t, s, tq, sq: joined(t / tq, s / sq), "the logits are divided"),
        (lambda t, s, tq, sq: joined(s - np.log(sq), t - np.log(tq)), "the true logits come first"),
        (lambda t, s, tq, sq: joined(np.exp(t) / tq, np.exp(s) / sq), "the exponentials of the right numbers"),
    ],
    "remove_accidental_hits": [
        NOTHING,
        (lambda y, s, x: x.copy(), "come back as they were. In which rows"),
        (lambda y, s, x: marked(y, s, x, 0), "a hit gets the logit 0"),
        (lambda y, s, x: np.where(np.isin(s, y), np.array(-np.inf, x.dtype), x), "taken out of all examples"),
        (lambda y, s, x: marked(y[:, :1], s, x), "only the first of the true classes"),
        (marked_once, "taken out once"),
        (lambda y, s, x: np.where((y[..., None] == s).any(1), x, np.array(-np.inf, x.dtype)), "all others taken out"),
        (marked_by_place, "class ids are taken for columns"),
        (marked_in_place, "overwritten"),
    ],
}


def numbered(table):
    return [pytest.param(name, row, id=f"{name}-{n}") for name, rows in table.items() for n, row in enumerate(rows)]


@pytest.mark.parametrize(("name", "solution"), numbered(RIGHT))
def test_a_right_solution_passes(capsys, name, solution):
    out = reply(capsys, name, solution)
    cases = 2 * len(exercises.EXERCISES[name].cases)
    assert out == f"Correct: {cases} cases, {exercises.EXERCISES[name].span}, float32 and float64.\n"


@pytest.mark.parametrize(("name", "row"), numbered(WRONG))
def test_a_wrong_solution_gets_its_hint(capsys, name, row):
    solution, words = row
    out = reply(capsys, name, solution)
    assert out.startswith("Not yet: ")
    assert words in out
    assert "0x" not in out
    assert reply(capsys, name, solution) == out


def test_every_exercise_has_solutions_and_wrong_ones():
    assert set(RIGHT) == set(WRONG) == set(exercises.EXERCISES)
    assert min(map(len, RIGHT.values())) >= 2
    assert min(map(len, WRONG.values())) >= 6


def test_every_hint_is_reached(capsys):
    reached = "".join(reply(capsys, name, solution) for name, rows in WRONG.items() for solution, _ in rows)
    for mistake, hint in exercises._HINTS.items():
        assert hint.partition("{")[0] in reached, mistake


def test_every_mistake_of_the_table_has_a_hint():
    for exercise in exercises.EXERCISES.values():
        assert set(exercise.mistakes) | set(exercise.changes) <= set(exercises._HINTS)
        assert set(exercise.changes) <= set(exercises._CHANGES)


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_no_listed_mistake_is_right_and_each_is_found_by_its_name(name):
    exercise = exercises.EXERCISES[name]
    for mistake, twins in exercise.mistakes.items():
        for twin in twins:
            assert exercises._Trial(exercise).mistake_of(twin) == mistake


def test_the_reply_shows_the_first_case_that_differs(capsys):
    out = reply(capsys, "sigmoid_cross_entropy", naive)
    assert out.splitlines()[1] == (
        "With labels = [1, 0, 0, 1] and logits = [-40, 40, -40, 40], "
        "expected [40, 40, 4.24835e-18, 4.24835e-18], received [40, inf, 0, nan]."
    )


def test_an_open_question_shows_one_answer_of_many(capsys):
    out = reply(capsys, "sigmoid_as_softmax", lambda z: np.stack([z, z], axis=1))
    assert "one right answer is [[0.5, 0], [-1, 0], [3, 0]], received [[0.5, 0.5], [-1, -1], [3, 3]]." in out


def test_what_the_function_prints_is_kept_out_of_the_reply(capsys):
    def talkative(p):
        print("p is", p)
        return np.log(p / (1 - p))

    assert reply(capsys, "log_odds", talkative).startswith("Correct")


def test_no_address_is_printed(capsys):
    def raising(p):
        raise RuntimeError(f"cannot use {object()}")

    assert "raises RuntimeError: cannot use <object object>" in reply(capsys, "log_odds", raising)


def test_an_unknown_name_lists_the_exercises():
    with pytest.raises(ValueError, match=r"^check: name: expected one of these exercises") as caught:
        exercises.check("logits", sig)
    for name, exercise in exercises.EXERCISES.items():
        assert f"  {name}: {exercise.question}\n" in str(caught.value)
    assert "received 'logits'." in str(caught.value)
