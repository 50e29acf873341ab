"""A golden case and this library's function of the same name, side by side."""

import functools
from typing import Any

import numpy as np

import xentedu as xe

__all__ = ["agreement", "drawn", "gradients", "library_function", "tensorflow_errs"]

# The arguments that Keras's classes are called with; the others are their settings.
_CALL = ("y_true", "y_pred", "sample_weight")
# What may have a gradient: all of it in ``xe.nn``, the first four where the losses are reduced.
_DIFFERENTIATED = ("logits", "predictions", "losses", "y_pred", "inputs", "labels", "targets", "weights", "biases")


def library_function(name):
    """Return this library's function (or class) of a name of TensorFlow's or Keras's.

    Args:
        name: a dotted name, such as "tf.nn.nce_loss" or "keras.losses.BinaryCrossentropy".

    Returns:
        The function, or None where this library has none of that name.

    Examples:
        >>> library_function("tf.nn.nce_loss").__name__
        'nce_loss'
    """
    path = name.removeprefix("tf.").split(".")
    return functools.reduce(lambda found, part: getattr(found, part, None), path, xe)


def drawn(case):
    """Return whether TensorFlow's random generator made the case's value, so that only its shape can be compared."""
    return case.function.endswith("_candidate_sampler") and case.function != "tf.nn.all_candidate_sampler"


def tensorflow_errs(case):
    """Return whether TensorFlow's answer is wrong there, and this library's differs: README.md, Quirks."""
    return case.quirk and case.function == "tf.nn.weighted_cross_entropy_with_logits"


def gradients(case):
    """Return the names of the arguments that this library gives a gradient for in the case.

    These are TensorFlow's, but for the labels and weights of its reduced losses (``losses``, ``contrib.losses``).

    Args:
        case: a golden case.

    Returns:
        A set of argument names.

    Examples:
        >>> from xentedu import golden
        >>> sorted(gradients(golden.cases("tf.nn.softmax_cross_entropy_with_logits_v2")[0]))
        ['labels', 'logits']
        >>> sorted(gradients(golden.cases("tf.losses.sigmoid_cross_entropy")[0]))
        ['logits']
    """
    reduced = case.function.startswith(("tf.losses.", "tf.contrib.losses."))
    return set(case.grads) & set(_DIFFERENTIATED[:4] if reduced else _DIFFERENTIATED)


def agreement(case, function=None, **changed):
    """Return which results agree with TensorFlow's within the case's tolerance.

    Args:
        case: a golden case.
        function: what to call with the case's arguments: a loss of this library, or any function that returns a
            value. None means this library's function of the case's name.
        **changed: arguments to replace before the call.

    Returns:
        A dict from "value", and the name of each argument that has a gradient, to a bool. A function that is not one
        of this library's losses has only a value.

    Examples:
        >>> from xentedu import golden
        >>> case = golden.cases("tf.nn.sigmoid_cross_entropy_with_logits")[0]
        >>> agreement(case)
        {'value': True, 'labels': True, 'logits': True}
        >>> agreement(case, lambda labels, logits: labels - logits)
        {'value': False}
    """
    function, args = function or library_function(case.function), {**case.args, **changed}
    if isinstance(function, type):
        function = function(**{name: args.pop(name) for name in list(args) if name not in _CALL})
    if not hasattr(function, "with_gradients"):
        return {"value": near(function(**args), case.value, case)}
    value, grads = xe.value_and_grad(function)(**args)
    names = sorted(gradients(case) | set(grads))
    found = {name: near(grads.get(name), case.grads.get(name), case) for name in names}
    return {"value": near(value, case.value, case), **found}


def near(ours: Any, theirs: Any, case) -> bool:
    """Return whether two arrays, or lists of arrays, agree in shape and within the case's tolerance."""
    if ours is None or theirs is None:
        return False
    if isinstance(theirs, (list, tuple)):
        return len(ours) == len(theirs) and all(near(one, other, case) for one, other in zip(ours, theirs))
    close = np.shape(ours) == np.shape(theirs) and np.allclose(ours, theirs, rtol=case.rtol, atol=case.atol)
    return bool(close)
