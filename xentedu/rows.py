"""The room for speed: a loss and its gradients, computed a block of rows at a time.

A family writes down the formulas of a block of examples. This module settles how the examples are cut into blocks,
how a block lies in memory, when it is checked, which memory the results are written into, and whether the gradients are
computed at all. :mod:`xentedu.blocks` shares the blocks among the cores.
"""

import math

import numpy as np

from .blocks import over_rows
from .gradients import gradient_wanted, times

# Fewer classes than this are laid out column by column: NumPy is fast along long runs, and such rows are short.
FEW_CLASSES = 64


def row_losses(formulas, logits, labels, *, refuse=None, sound=None, into=("logits",), scratch=False):
    """Return the losses of all rows, and their pullback.

    Args:
        formulas: a function ``formulas(x, y, value, *grads)`` of a block of logits and labels. It writes the losses
            into ``value``, and returns a function that writes the gradients into ``grads``, of which the first may be
            ``x`` itself.
        logits: floating-point array.
        labels: array of the same shape, for a loss of each logit; or without the last axis, for one of each example.
        refuse: a function without arguments that raises the error about what is wrong with logits or labels. It is
            called if a loss is not finite, or a block not ``sound``; so it may take its time. None if nothing can be.
        sound: a function ``sound(x, y)`` that looks at a block while that is in the cache, and returns whether it has
            seen nothing wrong.
        into: the names of the arguments that get a gradient.
        scratch: whether the logits are of no use after this loss. The gradient, the only one, then takes their place.
    """
    for_examples = labels.ndim < logits.ndim
    if for_examples:
        x, y = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)  # [examples, classes], [examples]
    else:
        x, y = np.atleast_1d(logits, labels)
    by_column = for_examples and x.shape[1] < FEW_CLASSES
    order = "F" if by_column else "K"
    value = np.empty_like(x, shape=y.shape)
    grads = []
    if gradient_wanted():
        grads = [x] if scratch else [np.empty_like(x, order=order) for _ in into]

    def work(x, y, each, *places):
        if sound and not sound(x, y):
            refuse()
        if not grads:
            places = [np.empty_like(x, order=order) for _ in into]
        if by_column:
            places[0][:] = x
            x = places[0]
        if not for_examples:
            y = y.astype(x.dtype, copy=False)
        with np.errstate(over="ignore", invalid="ignore"):  # what is wrong gets an error of our own
            write_gradients = formulas(x, y, each, *places)
        if refuse and not math.isfinite(np.maximum.reduce(each, axis=None)):
            refuse()
        if grads:
            write_gradients()

    over_rows(work, x, y, value, *(grads or [x]))

    def pullback(upstream):
        if not grads:
            raise RuntimeError(
                "pullback: the loss was evaluated for its value alone; ask value_and_grad for gradients."
            )
        upstream = upstream[..., np.newaxis] if for_examples else upstream
        return {name: times(upstream, grad.reshape(logits.shape)) for name, grad in zip(into, grads)}

    return value.reshape(labels.shape), pullback
