"""``value_and_grad``: a loss and its closed-form gradients, in one call.

Every loss is written once, as a function that returns its value together with a *pullback*: a function from
the gradient of some scalar with respect to that value to the gradients of the scalar with respect to the arguments.
:func:`differentiable` makes the public loss out of it.
"""

import contextvars
import functools
from dataclasses import dataclass

import numpy as np

from . import checks
from .calling import taker

# Whether the loss that is being evaluated will be asked for its gradients. This is a context variable, since as a
# parameter every loss that is built on another one would have to pass it on, and one module alone reads it: rows.py.
_wanted = contextvars.ContextVar("wanted", default=True)
# The ones that every backward pass begins with. Gradients recognise them, and are not multiplied by them.
_ONE = {np.dtype(kind): np.ones((), kind) for kind in (np.float32, np.float64)}
for _one in _ONE.values():
    _one.flags.writeable = False


def gradient_wanted():
    """Return whether the loss that is being evaluated will be asked for its gradients, and may prepare them."""
    return _wanted.get()


def times(upstream, gradient):
    """Return the product of both: ``gradient`` itself, if ``upstream`` came from :func:`value_and_grad`."""
    return gradient if upstream.base is _ONE[upstream.dtype] else upstream * gradient


@functools.lru_cache(maxsize=64)
def _ones(shape, dtype):
    """Return an array of ones, which holds a single number in memory."""
    return np.ndarray(shape, dtype, _ONE[dtype], strides=(0,) * len(shape))


def differentiable(dtype_of):
    """Make a loss that returns its value alone, and that :func:`value_and_grad` can differentiate.

    This is a decorator, for an implementation that takes the loss's own arguments and returns ``(value, pullback)``.

    Args:
        dtype_of: the argument in whose dtype the value is returned.
    """

    def decorate(implementation):
        take = taker(implementation)

        def value_alone(arguments):
            before = _wanted.set(False)
            try:
                value, _ = implementation(**arguments)
            finally:
                _wanted.reset(before)
            return checks.in_dtype_of(arguments[dtype_of], "value", value)

        def value_and_gradients(sparse, arguments):
            value, pullback = implementation(**arguments)
            grads = pullback(_ones(value.shape, value.dtype))
            grads = {name: _as_received(arguments[name], name, grad, sparse) for name, grad in grads.items()}
            return checks.in_dtype_of(arguments[dtype_of], "value", value), grads

        @functools.wraps(implementation)
        def loss(*args, **kwargs):
            return take(loss, value_alone, args, kwargs)

        def with_gradients(sparse):
            run = functools.partial(value_and_gradients, sparse)
            return lambda *args, **kwargs: take(loss, run, args, kwargs)

        loss.__signature__ = take.signature
        loss.implementation = implementation
        loss.with_gradients = with_gradients
        return loss

    return decorate


@dataclass(frozen=True, eq=False)
class SparseRows:
    """A gradient that is zero except in a few rows: that of a look-up. TensorFlow calls it ``IndexedSlices``."""

    ids: np.ndarray  # [n], ascending, each id once
    rows: np.ndarray  # [n, ...]
    length: int  # of the whole gradient's first axis

    @classmethod
    def adding_up(cls, ids, rows, length):
        """Return the gradient to which ``rows[i]`` contributes at ``ids[i]``; contributions to one place add up."""
        order = np.argsort(ids, kind="stable")
        unique, starts, counts = np.unique(ids[order], return_index=True, return_counts=True)
        added = rows[order[starts]]
        several = np.flatnonzero(counts > 1)  # few as a rule, and the only ones that must be added
        if len(several):
            members = np.repeat(counts > 1, counts)
            starts = np.cumsum(counts[several]) - counts[several]
            added[several] = np.add.reduceat(rows[order[members]], starts)
        return cls(unique, added, length)

    def dense(self):
        """Return the whole gradient, zeros included."""
        whole = np.zeros((self.length, *self.rows.shape[1:]), self.rows.dtype)
        whole[self.ids] = self.rows
        return whole


def value_and_grad(loss, sparse=False):
    r"""Return a function that computes ``loss`` and its gradients.

    The function takes the arguments of ``loss`` and returns ``(value, grads)``. ``value`` is what ``loss`` returns.
    ``grads`` is a dict from argument name to :math:`\partial \sum_i \mathrm{value}_i / \partial\,\mathrm{argument}`, in
    the argument's own shape and dtype: what ``tf.gradients(value, argument)`` gives. Arguments that the loss passes no
    gradient to (the labels of the v1 softmax loss, integer labels) are absent.

    Args:
        loss: a loss of this library, such as ``xe.nn.sigmoid_cross_entropy_with_logits``.
        sparse: give the gradients into the ``weights`` and ``biases`` of the sampled losses as pairs ``(ids, rows)``,
            one pair for each shard where the argument is a list of shards. The ids ascend and none comes twice, so
            ``weights[ids] -= rate * rows`` is a whole step, whose cost does not grow with the number of classes.

    Returns:
        A function with the signature of ``loss``.

    Raises:
        TypeError: ``loss`` is not one of this library's losses.

    Examples:
        >>> import xentedu as xe
        >>> f = xe.value_and_grad(xe.nn.sparse_softmax_cross_entropy_with_logits)
        >>> value, grads = f(labels=[0], logits=[[0.0, 0.0]])
        >>> value.round(6), grads["logits"]
        (array([0.693147]), array([[-0.5,  0.5]]))

    References:
        TensorFlow 1.15.5, ``tensorflow/python/ops/gradients_impl.py``.
    """
    if not hasattr(loss, "with_gradients"):
        raise TypeError(
            "value_and_grad: loss: expected a loss of xentedu, such as xe.nn.sigmoid_cross_entropy_with_logits, "
            f"received {getattr(loss, '__name__', repr(loss))}."
        )

    return functools.wraps(loss)(loss.with_gradients(sparse))


def _as_received(argument, name, grad, sparse):
    """Return a gradient in the form and dtype in which its argument came."""
    if isinstance(grad, list):
        return [_as_received(part, name, shard, sparse) for part, shard in zip(argument, grad)]
    where = f"gradient into {name}"
    if isinstance(grad, SparseRows):
        rows = checks.in_dtype_of(argument, where, checks.representable(where, grad.rows))
        return (grad.ids, rows) if sparse else SparseRows(grad.ids, rows, grad.length).dense()
    return checks.in_dtype_of(argument, where, grad)
