"""Exercises that a cell checks: ``exercises.check("logsumexp", my_logsumexp)``.

A reply names the very mistake. To that end an exercise lists *wrong* implementations, each under the name of its
mistake: where the learner's numbers are those of a wrong implementation, the reply is its hint. Each chapter's
exercises stand in a module of their own: ``HINTS``, a text for each name of a mistake, and ``ROWS``, the fields of an
:class:`Exercise` for each name.
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

from ..calling import public
from ..checks import problem
from . import (
    diagnosis,
    label_gradients,
    logits,
    nce,
    same_loss,
    sampled_softmax,
    sigmoid_softmax,
    sparse_labels,
    weighting,
    which_loss,
)

__all__ = ["check"]
_CHAPTERS = (
    which_loss,
    logits,
    sigmoid_softmax,
    sparse_labels,
    weighting,
    label_gradients,
    sampled_softmax,
    nce,
    same_loss,
    diagnosis,
)

_HINTS = {
    # Of every exercise, and of exercises in several chapters; the others stand with their exercises.
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
    **{name: hint for chapter in _CHAPTERS for name, hint in chapter.HINTS.items()},
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


@public
def check(name, function):
    """Try ``function`` on the cases of an exercise, and print whether it is right or what went wrong.

    Args:
        name: the name of an exercise.
        function: the learner's function.

    Returns:
        None, after the reply is printed.

    Raises:
        ValueError: no exercise has that name.

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
    given, names = trial.dtypes[trial.shown].__name__, ", ".join(trial.names)
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
        self.dtypes = [dtype for dtype in (np.float64, np.float32) for _ in exercise.cases]
        # Arrays of integers stay what they are: class indices.
        self.cases = [
            tuple(np.array(a, None if np.asarray(a).dtype.kind == "i" else dtype) for a in case)
            for dtype, case in zip(self.dtypes, (*exercise.cases, *exercise.cases))
        ]
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
            plain = type(result) in (int, float)  # Python's own numbers have no dtype that could be wrong
            try:
                self.received.append(np.asarray(result, self.dtypes[i] if plain else None))
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
            # A twin may round differently from the learner's function.
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
        single = self.dtypes[i] is np.float32
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


EXERCISES = {name: Exercise(**row) for chapter in _CHAPTERS for name, row in chapter.ROWS.items()}
