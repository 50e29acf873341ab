"""``value_and_grad``: a loss and its closed-form gradients, in one call.

Every loss is written once, as a function that returns its value together with a *pullback*: a function from
the gradient of some scalar with respect to that value to the gradients of the scalar with respect to the arguments.
:func:`differentiable` makes the public loss out of it.
"""

import functools
import inspect

import numpy as np

from .checks import renamed

# The argument whose dtype a loss returns, whichever of these it has.
_LEADING = ("logits", "predictions", "y_pred", "inputs", "losses")


def differentiable(implementation):
    """Make a loss that returns its value alone, and that :func:`value_and_grad` can differentiate.

    ``implementation`` takes the loss's own arguments and returns ``(value, pullback)``.
    """
    parameters = inspect.signature(implementation).parameters
    names = tuple(parameters)
    leading = next(name for name in _LEADING if name in names)
    keyword_only = all(p.kind is p.KEYWORD_ONLY for p in parameters.values())

    def evaluate(args, kwargs):
        if args and keyword_only:
            raise TypeError(
                f"{implementation.__name__}: expected keyword arguments, received {len(args)} positional. TensorFlow's "
                f"first parameter here is _sentinel, which catches labels and logits given in the wrong order: "
                f"call {implementation.__name__}({', '.join(f'{n}=…' for n in names)})."
            )
        try:
            value, pullback = implementation(*args, **kwargs)
        except (ValueError, TypeError) as error:
            raise renamed(error, implementation) from None
        received = {**dict(zip(names, args)), **kwargs}
        return _as_received(value, received[leading]), pullback, received

    @functools.wraps(implementation)
    def loss(*args, **kwargs):
        return evaluate(args, kwargs)[0]

    @functools.wraps(implementation)
    def with_gradients(*args, **kwargs):
        value, pullback, received = evaluate(args, kwargs)
        grads = pullback(np.ones_like(value, dtype=np.result_type(value, np.float32)))
        return value, {name: _as_received(grad, received[name]) for name, grad in grads.items()}

    loss.implementation = implementation
    loss.with_gradients = with_gradients
    return loss


def value_and_grad(loss):
    r"""Return a function that computes ``loss`` and its gradients.

    The function takes the arguments of ``loss`` and returns ``(value, grads)``. ``value`` is what ``loss`` returns.
    ``grads`` is a dict from argument name to :math:`\partial \sum_i \mathrm{value}_i / \partial\,\mathrm{argument}`, in
    the argument's own shape and dtype: what ``tf.gradients(value, argument)`` gives. Arguments that the loss passes no
    gradient to (the labels of the v1 softmax loss, integer labels) are absent.

    Args:
        loss: a loss of this library, such as ``xe.nn.sigmoid_cross_entropy_with_logits``.

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
    try:
        return loss.with_gradients
    except AttributeError:
        raise TypeError(
            "value_and_grad: loss: expected a loss of xentedu, such as xe.nn.sigmoid_cross_entropy_with_logits, "
            f"received {getattr(loss, '__name__', repr(loss))}."
        ) from None


def _as_received(result, argument):
    """Return ``result`` in the dtype in which ``argument`` came (lists count as float64)."""
    dtype = getattr(argument, "dtype", np.float64)
    return np.asarray(result).astype(dtype, copy=False)[()]
