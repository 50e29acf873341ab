"""The calls that people make, what TensorFlow 1.15.5 answered to each, and what this library does.

tools/golden/make_calls.py made the calls. They differ in form: every dtype, shape, mistake and spelling that code and
tutorials contain, on every function that has the argument.
"""

import collections
import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

import xentedu as xe

from . import unpacked
from .comparing import library_function

__all__ = ["REASONS", "Call", "calls", "counts", "outcome"]

# Why this library refuses a call to which TensorFlow gives numbers: kind of call -> reason. No other is refused.
REASONS = {
    "labels outside [0, 1]": "A label is a probability. Outside [0, 1] the loss can be negative, without bound.",
    "labels and outputs swapped": "The logits, read as labels, lie outside [0, 1].",
    "label_smoothing outside [0, 1]": "It makes labels outside [0, 1].",
    "labels that do not sum to one": "The gradient p - y is that of the loss only where the labels sum to one. "
    "Rounding is allowed: 0.005 either way.",
    "rows of zeros": "A row without a label costs nothing, but is counted. Its weight should be 0.",
    "a single class": "The softmax of a single logit is one: no label but 1 can be predicted.",
    "no classes": "Where there are no classes, none can be right; TensorFlow answers zero.",
    "negative weights": "A negative weight rewards what is wrong.",
    "epsilon that is not positive": "Nothing then guards the logarithm of a probability of zero.",
    "resampling_temperature that is not positive": "A negative temperature picks the easiest classes, and zero none.",
    "expected counts that are not positive": "The correction is the count's logarithm.",
    "expected counts that enlarge": "Counts of shape [batch] give each example the true logits of all the others.",
    "class indices out of range": "There is no such class: samplers give it no probability, a larger table padding.",
    "fractions as class indices": "TensorFlow cuts the fraction off.",
    "booleans as class indices": "A mask is not a list of classes: True is read as class 1.",
    "booleans for numbers": "True is read as 1, which nobody means.",
    "smaller tables": "Some of the classes have no row, and fail when they are drawn.",
    "num_sampled and sampled_values": "Two numbers for one thing that disagree; TensorFlow looks at one of them.",
    "num_resampled out of range": "Nothing is left to tell the true classes from.",
    "unknown partition_strategy": "TensorFlow reads the name only where the table comes in shards.",
    "wrong shapes": "TensorFlow repeats one example for all, or reads the labels of all examples in a row.",
}


@dataclass(frozen=True, eq=False)
class Call:
    """A call of one of TensorFlow's functions, and its answer."""

    function: str  # its dotted name, such as "tf.nn.nce_loss"
    kind: str  # what is special in the arguments: "-inf as a mask"
    id: str  # the kind, and what tells the call from others of its kind; unique within the function
    args: tuple[Any, ...]  # by position
    kwargs: dict[str, Any]  # by keyword
    value: Any  # an array, a tuple of arrays, or None where TensorFlow raised an error
    grads: dict[str, Any]
    error: str | None  # the class of TensorFlow's error

    @property
    def finite(self) -> bool:
        """Whether TensorFlow gave numbers, all of them finite."""
        return self.value is not None and all(np.isfinite(part).all() for part in _parts(self.value))

    @property
    def drawn(self) -> bool:
        """Whether TensorFlow's random numbers are in the value."""
        sampler = self.function.endswith("_candidate_sampler") and self.function != "tf.nn.all_candidate_sampler"
        return sampler or self.kwargs.get("sampled_values", ()) is None

    def __str__(self) -> str:
        return f"{self.function}-{self.id}"


@functools.cache
def calls() -> tuple[Call, ...]:
    """Return all calls.

    Examples:
        >>> len(calls()) > 2000
        True
    """
    _, entries = unpacked("calls")
    return tuple(
        Call(
            entry["function"],
            entry["kind"],
            entry["id"],
            tuple(entry["args"]),
            entry["kwargs"],
            entry["value"],
            entry["grads"],
            entry["error"],
        )
        for entry in entries
    )


def _parts(value):
    return value if isinstance(value, tuple) else [value]


def outcome(call):
    """Make a call to this library, and compare the answers.

    Returns:
        A pair. The first is "equal" (both gave the same numbers), "different", "refused" (an error here alone), "both
        refuse" (an error here, and there an error or a number that is not finite) or "accepted" (numbers here alone).
        The second is the text of the error, or what differs.
    """
    function = library_function(call.function)
    try:
        with np.errstate(all="raise", under="ignore"):
            if hasattr(function, "with_gradients"):
                value, grads = xe.value_and_grad(function)(*call.args, **call.kwargs)
                same = np.array_equal(function(*call.args, **call.kwargs), value)
                if not same and not call.drawn:
                    return "different", "with gradients and without"
            else:
                value, grads = function(*call.args, **call.kwargs), {}
    except (ValueError, TypeError) as error:
        return ("refused" if call.finite else "both refuse"), str(error)
    if call.value is None:
        return "accepted", ""
    ours, theirs = _parts(value), _parts(call.value)
    if [np.shape(part) for part in ours] != [np.shape(part) for part in theirs]:
        return "different", f"shapes {[np.shape(p) for p in ours]}, TensorFlow's {[np.shape(p) for p in theirs]}"
    if call.drawn:
        return "equal", ""
    for one, other in zip(ours, theirs):
        if other.dtype.kind in "iub":  # TensorFlow casts the mean of integers back to integers
            one = np.asarray(one).astype(other.dtype)
        if not _near(one, other, call):
            return ("different" if call.finite else "accepted"), f"{one}, TensorFlow's {other}"
    for name in sorted(set(grads) & set(call.grads)):
        if not _near(grads[name], call.grads[name], call) and np.isfinite(call.grads[name]).all():
            return "different", f"gradient into {name}: {grads[name]}, TensorFlow's {call.grads[name]}"
    return "equal", ""


def _near(ours, theirs, call):
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(_near(one, other, call) for one, other in zip(ours, theirs))
    half = any(getattr(part, "dtype", None) == np.float16 for part in (ours, theirs))
    tolerance = {"rtol": 4e-3, "atol": 4e-3} if half else {"rtol": 2e-6, "atol": 1e-6}
    return np.shape(ours) == np.shape(theirs) and np.allclose(ours, theirs, **tolerance)


def counts():
    """Return how often each outcome came up, for each function: a dict from a function's name to a ``Counter``."""
    found = collections.defaultdict(collections.Counter)
    for call in calls():
        found[call.function][outcome(call)[0]] += 1
    return dict(found)
