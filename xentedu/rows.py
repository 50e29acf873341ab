"""The room for speed: a loss and its gradients, computed one block of rows at a time.

A family writes down the formulas for a block of examples. This module decides how the examples are cut into blocks, how
a block is laid out in memory, when it is checked, where the results are written, and whether the gradients are computed
at all. :mod:`xentedu.blocks` shares the blocks among the cores.
"""

import numpy as np

from .blocks import over_rows
from .gradients import gradient_wanted, times

# Fewer classes than this are laid out column by column: such rows are short, and NumPy is fast along long runs.
FEW_CLASSES = 64


def row_losses(formulas, logits, labels, *, check=None, into=("logits",), scratch=False):
    """Return the losses of all rows and their pullback.

    Args:
        formulas: a function ``formulas(x, y, value, *grads)`` of a block of logits and labels. It writes the losses
            into ``value`` and returns a function that writes the gradients into ``grads``. The first of these may be
            ``x`` itself.
        logits: floating-point array.
        labels: array of the same shape, for one loss per logit; or without the last axis, for one loss per example.
        check: a function ``check(x, y)`` that looks at a block while it is in the cache, and raises an error if a
            number in it is wrong. None if logits and labels have been checked already.
        into: the names of the arguments that get a gradient.
        scratch: whether nobody needs the logits after this loss. Their gradient is then written in their place.
    """
    for_examples = labels.ndim < logits.ndim
    if for_examples:
        x, y = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)  # [examples, classes], [examples]
        value = np.empty(y.shape, x.dtype)
    else:
        x, y = np.atleast_1d(logits, labels)
        value = np.empty_like(x)
    by_column = for_examples and x.shape[1] < FEW_CLASSES
    order = "F" if by_column else "K"
    grads = []
    if gradient_wanted():
        grads = [x] if scratch else [np.empty_like(x, order=order) for _ in into]

    def work(x, y, each, *places):
        if check:
            check(x, y)
        if not grads:
            places = [np.empty_like(x, order=order) for _ in into]
        if by_column:
            places[0][:] = x
            x = places[0]
        if not for_examples:
            y = y.astype(x.dtype, copy=False)
        write_gradients = formulas(x, y, each, *places)
        if grads:
            write_gradients()

    if value.size:
        over_rows(work, x, y, value, *(grads or [x]))

    def pullback(upstream):
        if not grads:
            raise RuntimeError(
                "pullback: the loss was evaluated for its value alone; ask value_and_grad for gradients."
            )
        upstream = upstream[..., np.newaxis] if for_examples else upstream
        return {name: times(upstream, grad.reshape(logits.shape)) for name, grad in zip(into, grads)}

    return value.reshape(labels.shape), pullback
