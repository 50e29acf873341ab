"""Exercises that a cell checks: ``exercises.check("logsumexp", my_logsumexp)``.

A reply names the very mistake. To that end an exercise lists *wrong* implementations, each under the name of its
mistake: where the learner's numbers are those of a wrong implementation, the reply is its hint.
"""

import contextlib
import inspect
import io
import re
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import exercises_sampled
from .checks import named_errors, problem
from .gradients import value_and_grad
from .nn import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits_v2
from .numerics import log_softmax, logsumexp, sigmoid, softmax, softplus

__all__ = ["check"]

_HINTS = {
    # Of every exercise.
    "nothing_returned": "nothing is returned. Does the function print its result, or lack a return?",
    "no_numbers": "what is returned is not an array of numbers.",
    "argument_altered": "right, but the caller's array is overwritten. Which line writes into its argument?",
    "dtype": "right but for the dtype: {given} arguments should give {expected.dtype}, and gave {received.dtype}.",
    "swapped": "all is right once the arguments come in the other order. The order is: {names}.",
    "reshaped": "the numbers are right, in the wrong shape: expected {expected.shape}, received {received.shape}.",
    "overflow": "right until the numbers grow large. Which exponential overflows, or which logarithm meets a zero?",
    "saturated": "the result stops growing. A clip or an epsilon hides the infinity, and the result with it.",
    "imprecise": "the first digits agree, the later ones are lost. Where is precision thrown away?",
    "other_shape": "the shape is not the one asked for: expected {expected.shape}, received {received.shape}.",
    "different": "some results differ. Here is the first.",
    # Of several exercises.
    "negated": "every sign is the other way round. Which minus is missing, or one too many?",
    "other_base": "all numbers are off by one factor. Losses are in nats: to which base is the logarithm there?",
    "mean": "a mean was taken over the whole array. Which axes should be left in the result?",
    "sum": "a sum was taken over the whole array. Which axes should be left in the result?",
    "exponential": "these are the exponentials of the right numbers. Is a logarithm missing?",
    "divided": "the gradient is divided by a count. No mean was taken here, so what would divide it?",
    "added_up": "numbers that belong to different logits are added up. Each logit has a number of its own here.",
    "wrong_axis": "this works along the batch. The classes are on the last axis.",
    "one_maximum": "one maximum serves the whole array, so a row far below it vanishes. Each row needs its own.",
    "not_added_back": "the maximum was taken out and never came back. What must be added after the logarithm?",
    "labels_forgotten": "the labels make no difference. What should a wrong answer change?",
    "hard_labels": "this is right for labels of 0 and 1 alone. A label is a weight here, not a switch.",
    "half_missing": "half of it is missing. What does a label of 0 cost, and what does a label of 1?",
    "no_activation": "the logits are taken for probabilities. What turns a logit into a probability?",
    "activated_twice": "the activation is applied twice: its probabilities are taken for logits again.",
    "other_activation": "a softmax where a sigmoid belongs, or the reverse. Are the labels exclusive here?",
    # Of one exercise.
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
    "columns_swapped": "the two classes are in the wrong order. Which column should grow with x?",
    "twice_z": "the two logits differ by 2 x. Softmax sees nothing but their difference: what should it be?",
    "probabilities_as_logits": "a column holds probabilities. Softmax will take them for logits.",
    "not_neutral": "x is a logit, not a probability. Which logit of the other class gives one half at x = 0?",
    "same_column": "both columns are alike, so each class gets one half. What should tell them apart?",
    "transposed": "the classes are stacked along the wrong axis: expected {expected.shape}, received {received.shape}.",
    "squared_error": "the slope of the probability is still in it. In cross-entropy, what cancels that slope?",
    "by_labels": "this is the derivative by the labels. The one by the logits is asked for.",
    "by_probabilities": "this is the derivative by the probabilities. What leads on from there to the logits?",
    "argmax": "exactly one label is on in each photo, the likeliest. Several may be on here, or none.",
    "softmax_threshold": "a softmax makes the labels compete for one unit of probability. Are they exclusive?",
    "logit_threshold": "the logits are compared with 0.5. Which logit has a probability of 0.5?",
    "all_on": "a sigmoid of something positive is always above one half. How often is it to be applied?",
    "inverted": "this is on where the probability is below one half.",
    "class_ids": "these are class ids. One truth value for each label of each photo is asked for.",
    "probabilities": "these are probabilities. Which of them are high enough to be on?",
    **exercises_sampled.HINTS,
}


@dataclass(frozen=True)
class Exercise:
    """What to write, the function that has it right, the arguments to try, and the mistakes to look for, in order."""

    question: str
    reference: Callable
    cases: tuple
    mistakes: dict  # the name of a mistake: wrong implementations
    changes: tuple = ()  # names out of _CHANGES
    judged: Callable = np.asarray  # the part of a result that has to agree
    span: str = "logits up to 1000"  # what the cases reach, for the reply to a right answer


# Mistakes that change the right result as a whole.
_CHANGES = {
    "negated": [np.negative],
    "other_base": [lambda r: r / np.log(2), lambda r: r / np.log(10)],
    "mean": [np.mean],
    "sum": [np.sum],
    "exponential": [np.exp],
    "divided": [lambda r: r / r.size, lambda r: r / len(r), lambda r: r / r.shape[-1]],
    "added_up": [np.sum, np.mean, lambda r: r.sum(0), lambda r: r.mean(0), lambda r: r.sum(-1), lambda r: r.mean(-1)],
}


@named_errors
def check(name, function):
    """Try ``function`` on the cases of an exercise, and print whether it is right or what went wrong.

    Args:
        name: the name of an exercise.
        function: the learner's function.

    Returns:
        Nothing: the reply is printed.

    Raises:
        ValueError: there is no exercise of that name.

    Examples:
        >>> check("log_odds", lambda p: np.log(p / (1 - p)))
        Correct: 6 cases, probabilities from 1e-10 to 0.999, float32 and float64.
        >>> check("log_odds", lambda p: np.log(p))
        Not yet: this is the logarithm of p alone. Odds compare p with the probability
          of the other outcome.
        With p = [0.5, 0.25, 0.9], expected [0, -1.09861, 2.19722], received [-0.693147,
          -1.38629, -0.105361].
    """
    if name not in EXERCISES:
        listed = "".join(f"\n  {key}: {exercise.question}" for key, exercise in EXERCISES.items())
        raise problem(ValueError, "name", f"one of these exercises,{listed}\n", repr(name))
    for line in _reply(_Trial(EXERCISES[name]), function).splitlines():
        print(textwrap.fill(line, 80, subsequent_indent="  "))


def _reply(trial, function):
    if not callable(function):
        return "Not yet: hand over the function itself, without calling it."
    try:
        mistake = trial.mistake_of(function)
    except Exception as error:
        text = re.sub(r" at 0x[0-9a-f]+", "", str(error))  # an address is another one each time
        return f"Not yet: with {trial.arguments()}, the function raises {type(error).__name__}: {text}"
    if mistake is None:
        return f"Correct: {len(trial.cases)} cases, {trial.exercise.span}, float32 and float64."
    expected, received = trial.expected[trial.shown], trial.received[trial.shown]
    given, names = trial.cases[trial.shown][0].dtype, ", ".join(trial.names)
    reply = "Not yet: " + _HINTS[mistake].format(expected=expected, received=received, given=given, names=names)
    if mistake in ("nothing_returned", "no_numbers", "argument_altered", "dtype"):
        return reply
    expecting = "expected" if trial.exercise.judged is np.asarray else "one right answer is"
    return f"{reply}\nWith {trial.arguments()}, {expecting} {_shown(expected)}, received {_shown(received)}."


def _shown(array):
    if np.ndim(array):
        return f"[{', '.join(map(_shown, array))}]"
    return str(array) if array.dtype == bool else f"{array:.6g}"


def _quietly(function, *arguments):
    with np.errstate(all="ignore"), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return function(*arguments)


class _Trial:
    """A function on all cases of an exercise, first in float64 and then in float32."""

    def __init__(self, exercise):
        self.exercise = exercise
        self.names = list(inspect.signature(exercise.reference).parameters)[: len(exercise.cases[0])]
        self.cases = [tuple(np.array(a, d) for a in case) for d in (np.float64, np.float32) for case in exercise.cases]
        self.expected = [np.asarray(exercise.reference(*case)) for case in self.cases]
        self.received = []
        self.shown = 0  # the case that the reply shows

    def arguments(self):
        return " and ".join(f"{n} = {_shown(a)}" for n, a in zip(self.names, self.cases[self.shown]))

    def mistake_of(self, function):
        """Return the name of the mistake in ``function``, or None."""
        altered = False
        for i, case in enumerate(self.cases):
            self.shown = i
            copies = [a.copy() for a in case]
            result = _quietly(function, *copies)
            try:
                self.received.append(np.asarray(result))
            except ValueError:  # rows of different lengths
                self.received.append(np.asarray(None))
            if self.received[-1].dtype.kind not in "fiub":
                return "nothing_returned" if result is None else "no_numbers"
            altered |= any((a != b).any() for a, b in zip(case, copies))
        wrong = [i for i in range(len(self.cases)) if not self.right(i)]
        if wrong:
            self.shown = wrong[0]
            return next(self.mistakes(function, wrong))
        for i in range(len(self.cases)):
            if self.expected[i].dtype != self.received[i].dtype:
                self.shown = i
                return "dtype"
        return "argument_altered" if altered else None

    def mistakes(self, function, wrong):
        """Yield the names of the mistakes that explain the ``wrong`` cases, the most telling first."""
        # Cases that overflowed hide another mistake: they are looked at only if there is no other.
        finite = [i for i in range(len(self.cases)) if np.isfinite(self.received[i]).all()]
        told = finite if set(finite) & set(wrong) else range(len(self.cases))

        def received(results):
            # A twin need not round as the learner's function does.
            return all(self.agree(i, result, self.received[i], rtol=1e-3, atol=1e-4) for i, result in results)

        for name, twins in self.exercise.mistakes.items():
            if any(received((i, _quietly(twin, *self.cases[i])) for i in told) for twin in twins):
                yield name
        for name in self.exercise.changes:
            if any(received((i, _quietly(change, self.expected[i])) for i in told) for change in _CHANGES[name]):
                yield name
        with contextlib.suppress(Exception):
            swapped = [[a.copy() for a in case[::-1]] for case in self.cases]
            if all(self.right(i, _quietly(function, *case)) for i, case in enumerate(swapped)):
                yield "swapped"
        if all(self.agree(i, self.received[i].ravel(), self.expected[i].ravel()) for i in told):
            yield "reshaped"
        same_shape = all(self.received[i].shape == self.expected[i].shape for i in wrong)
        if same_shape and all(self.extreme(i) and i not in finite for i in wrong):
            yield "overflow"
        if same_shape and all(self.right(i, rtol=1e-3, atol=1e-4) for i in wrong):
            yield "imprecise"
        if same_shape and all(self.short(i) if self.extreme(i) else self.right(i, rtol=1e-3) for i in wrong):
            yield "saturated"
        yield "different" if same_shape else "other_shape"

    def right(self, i, result=None, **tolerance):
        return self.agree(i, self.received[i] if result is None else result, self.expected[i], **tolerance)

    def agree(self, i, one, other, **tolerance):
        """Tell whether two results of case ``i`` are the same."""
        if np.shape(one) != np.shape(other):
            return False
        one, other = (np.asarray(self.exercise.judged(np.asarray(r)), np.float64) for r in (one, other))
        single = self.cases[i][0].dtype == np.float32
        usual = {"rtol": 1e-5, "atol": 1e-6} if single else {"rtol": 1e-9, "atol": 1e-12}
        return np.allclose(one, other, equal_nan=True, **(usual | tolerance))

    def extreme(self, i):
        """Tell whether case ``i`` holds large logits, or probabilities close to zero."""
        arguments = np.abs(np.concatenate([a.ravel() for a in self.cases[i]]))
        return arguments.max() >= 30 or arguments[arguments > 0].min() < 1e-6

    def short(self, i):
        """Tell whether what is wrong in case ``i`` is large and came out too small."""
        one, other = np.abs(self.received[i]), np.abs(self.expected[i])
        return ((one < other) & (other > 10) | np.isclose(one, other, rtol=1e-3, atol=1e-3)).all()


def _with_one_maximum(x):
    e = np.exp(x - x.max())
    return e / e.sum(-1, keepdims=True)


def _binary(z, x):
    return sigmoid_cross_entropy_with_logits(labels=z, logits=x)


def _gradient(loss):
    return lambda labels, logits: value_and_grad(loss)(labels=labels, logits=logits)[1]["logits"]


_BINARY = (
    ([1.0, 0.0, 0.25], [0.5, -1.0, 2.0]),
    ([[0.0, 1.0, 0.4], [0.25, 0.0, 1.0]], [[1.5, -0.25, 3.0], [0.75, 0.1, -2.0]]),
    ([1.0, 0.0, 0.0, 1.0], [-40.0, 40.0, -40.0, 40.0]),
    ([0.0, 1.0, 0.5], [1000.0, -1000.0, 1000.0]),
)
_EXCLUSIVE = (
    ([[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]], [[0.5, -1.0, 2.0], [1.0, 0.2, 0.3]]),
    ([[1.0, 0.0], [0.0, 1.0], [0.25, 0.75]], [[1.0, 3.0], [-0.5, 0.25], [0.1, 2.0]]),
    ([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], [[1000.0, 950.0, 900.0], [-900.0, -1000.0, -950.0]]),
    ([[0.0, 1.0, 0.0]], [[0.0, -1000.0, 1000.0]]),
)

EXERCISES = {
    "log_odds": Exercise(
        question="Turn probabilities into log-odds.",
        reference=lambda p: np.log(p) - np.log1p(-p),
        cases=(([0.5, 0.25, 0.9],), ([[0.2, 0.6], [0.99, 0.001]],), ([1e-10, 0.999],)),
        span="probabilities from 1e-10 to 0.999",
        mistakes={
            "precedence": [lambda p: np.log(p / 1 - p), lambda p: p / 1 - p],
            "no_comparison": [np.log, lambda p: -np.log(p), lambda p: np.log(1 - p), lambda p: -np.log(1 - p)],
            "inverse": [sigmoid, lambda p: sigmoid(-p)],
            "quotient_of_logarithms": [lambda p: np.log(p) / np.log(1 - p), lambda p: np.log(p) / (1 - p)],
        },
        changes=("negated", "exponential", "other_base"),
    ),
    "logsumexp": Exercise(
        question="Repair log(sum(exp(x))), over the last axis.",
        reference=lambda x: logsumexp(x)[..., 0],
        cases=(([[0.5, -1.0, 2.0], [1.0, 0.2, 0.3]],), ([1.0, 3.0],), ([[1e3, 999.0, 1.0], [-1e3, -1001.0, -999.5]],)),
        mistakes={
            "not_added_back": [lambda x: logsumexp(x)[..., 0] - x.max(-1)],
            "one_maximum": [lambda x: x.max() + np.log(np.exp(x - x.max()).sum(-1))],
            "wrong_axis": [lambda x: logsumexp(x, 0)[0]],
            "added_up": [lambda x: logsumexp(x, None).squeeze()],
            "maximum_alone": [lambda x: x.max(-1)],
            "mean_of_exponentials": [lambda x: logsumexp(x)[..., 0] - np.log(x.shape[-1])],
        },
        changes=("exponential", "negated", "other_base", "mean", "sum"),
    ),
    "sigmoid_cross_entropy": Exercise(
        question="Repair -y log(s) - (1 - y) log(1 - s), where s is the sigmoid of the logits and y the labels.",
        reference=lambda labels, logits: _binary(labels, logits),
        cases=_BINARY,
        mistakes={
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
        changes=("negated", "other_base", "mean", "sum", "added_up"),
    ),
    "softmax_cross_entropy": Exercise(
        question="Repair -sum(y log(p)), where p is the softmax of the logits and y the labels, for each example.",
        reference=softmax_cross_entropy_with_logits_v2,
        cases=_EXCLUSIVE,
        mistakes={
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
                lambda y, x: -(y * np.log(_with_one_maximum(x))).sum(-1),
                lambda y, x: -(y * (x - x.max() - np.log(np.exp(x - x.max()).sum(-1, keepdims=True)))).sum(-1),
            ],
            "other_activation": [lambda y, x: _binary(y, x), lambda y, x: _binary(y, x).sum(-1)],
        },
        changes=("negated", "other_base", "mean", "sum"),
    ),
    "sigmoid_as_softmax": Exercise(
        question="From logits x of a sigmoid, make two logits each, whose softmax has sigmoid(x) in its first column.",
        reference=lambda x: np.stack([x, np.zeros_like(x)], -1),
        cases=(([0.5, -1.0, 3.0],), ([-0.25, 0.75, 1.5, -2.0],), ([1000.0, -1000.0, 0.0],)),
        mistakes={
            "columns_swapped": [lambda z: np.stack([0 * z, z], -1)],
            "twice_z": [lambda z: np.stack([z, -z], -1)],
            "probabilities_as_logits": [
                lambda z: np.stack([sigmoid(z), sigmoid(-z)], -1),
                lambda z: np.stack([sigmoid(z), 0 * z], -1),
                lambda z: np.stack([z, sigmoid(-z)], -1),
            ],
            "not_neutral": [lambda z: np.stack([z, 1 - z], -1), lambda z: np.stack([z, 0 * z + 1], -1)],
            "same_column": [lambda z: np.stack([z, z], -1)],
            "transposed": [lambda z: np.stack([z, 0 * z])],
        },
        judged=lambda result: result[..., 0] - result[..., 1] if result.shape[-1:] == (2,) else result,
    ),
    "softmax_gradient": Exercise(
        question="Give the gradient of each example's softmax loss by its logits.",
        reference=_gradient(softmax_cross_entropy_with_logits_v2),
        cases=_EXCLUSIVE,
        mistakes={
            "labels_forgotten": [lambda y, x: softmax(x)],
            "wrong_axis": [lambda y, x: softmax(x, 0) - y],
            "activated_twice": [lambda y, x: softmax(softmax(x)) - y],
            "no_activation": [lambda y, x: x - y],
            "other_activation": [lambda y, x: sigmoid(x) - y],
            "one_maximum": [lambda y, x: _with_one_maximum(x) - y],
            "squared_error": [lambda y, x: (softmax(x) - y) * softmax(x) * (1 - softmax(x))],
            "by_probabilities": [lambda y, x: -y / softmax(x)],
            "by_labels": [lambda y, x: -log_softmax(x), lambda y, x: log_softmax(x)],
        },
        changes=("negated", "divided", "added_up"),
    ),
    "sigmoid_gradient": Exercise(
        question="Give the gradient of each sigmoid loss by its logit.",
        reference=_gradient(sigmoid_cross_entropy_with_logits),
        cases=_BINARY,
        mistakes={
            "labels_forgotten": [lambda z, x: sigmoid(x)],
            "half_missing": [lambda z, x: (1 - z) * sigmoid(x), lambda z, x: -z * sigmoid(-x)],
            "hard_labels": [lambda z, x, on=on: sigmoid(x) - on(z, 0.5) for on in (np.greater, np.greater_equal)],
            "activated_twice": [lambda z, x: sigmoid(sigmoid(x)) - z],
            "no_activation": [lambda z, x: x - z],
            "other_activation": [lambda z, x: softmax(x) - z],
            "squared_error": [lambda z, x: (sigmoid(x) - z) * sigmoid(x) * sigmoid(-x)],
            "by_probabilities": [lambda z, x: (sigmoid(x) - z) / (sigmoid(x) * (1 - sigmoid(x)))],
            "by_labels": [lambda z, x: -x, lambda z, x: x],
        },
        changes=("negated", "divided", "added_up"),
    ),
    "tag_photos": Exercise(
        question="From logits [batch, labels], tell which labels are on: those of probability one half or more.",
        reference=lambda logits: logits >= 0,
        cases=(([[2.0, 0.25, -1.0], [-0.5, -0.6, -0.7]],), ([[0.3, 0.4], [-1.0, 3.0], [0.1, -0.1]],), ([[1e3, -1e3]],)),
        mistakes={
            "argmax": [lambda x: x == x.max(-1, keepdims=True), lambda x: x == x.max(0)],
            "softmax_threshold": [lambda x: softmax(x) > 0.5, lambda x: softmax(x, 0) > 0.5],
            "logit_threshold": [lambda x: x > 0.5],
            "all_on": [lambda x: sigmoid(sigmoid(x)) > 0.5, lambda x: sigmoid(sigmoid(x)) >= 0.5],
            "inverted": [lambda x: x < 0],
            "class_ids": [lambda x: x.argmax(-1), lambda x: np.argwhere(x > 0)],
            "probabilities": [sigmoid, softmax],
        },
    ),
    **{name: Exercise(**row) for name, row in exercises_sampled.ROWS.items()},
}
