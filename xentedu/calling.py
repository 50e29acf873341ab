"""How a public function is called: with TensorFlow 1.15.5's whole signature.

This is the one place that knows what only steers a graph (``name``, ``scope``, ``loss_collection``, ``_sentinel``) and
the second names of arguments (``dim`` for ``axis``, ``targets`` for ``labels``). The functions themselves take
only the arguments that mean something here.
"""

import functools
import inspect
import re

from .checks import problem

# TensorFlow's own signatures: tests/test_golden.py compares them with TensorFlow. What comes after a star is
# not TensorFlow's: a `seed`, where it draws and takes none. Names that contrib.losses shares with losses begin with it.
_WHOLE = """
sigmoid(x, name=None)
softmax(logits, axis=None, name=None, dim=None)
log_softmax(logits, axis=None, name=None, dim=None)
sigmoid_cross_entropy_with_logits(_sentinel=None, labels=None, logits=None, name=None)
weighted_cross_entropy_with_logits(labels=None, logits=None, pos_weight=None, name=None, targets=None)
softmax_cross_entropy_with_logits(_sentinel=None, labels=None, logits=None, dim=-1, name=None, axis=None)
softmax_cross_entropy_with_logits_v2(labels, logits, axis=None, name=None, dim=None)
sparse_softmax_cross_entropy_with_logits(_sentinel=None, labels=None, logits=None, name=None)
sampled_softmax_loss(weights, biases, labels, inputs, num_sampled, num_classes, num_true=1, sampled_values=None,
    remove_accidental_hits=True, partition_strategy='mod', name='sampled_softmax_loss', seed=None)
nce_loss(weights, biases, labels, inputs, num_sampled, num_classes, num_true=1, sampled_values=None,
    remove_accidental_hits=False, partition_strategy='mod', name='nce_loss', *, seed=None)
log_uniform_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None, name=None)
uniform_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None, name=None)
learned_unigram_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None, name=None)
fixed_unigram_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, vocab_file='', distortion=1.0,
    num_reserved_ids=0, num_shards=1, shard=0, unigrams=(), seed=None, name=None)
all_candidate_sampler(true_classes, num_true, num_sampled, unique, seed=None, name=None)
compute_accidental_hits(true_classes, sampled_candidates, num_true, seed=None, name=None)
sigmoid_cross_entropy(multi_class_labels, logits, weights=1.0, label_smoothing=0, scope=None,
    loss_collection='losses', reduction='weighted_sum_by_nonzero_weights')
softmax_cross_entropy(onehot_labels, logits, weights=1.0, label_smoothing=0, scope=None,
    loss_collection='losses', reduction='weighted_sum_by_nonzero_weights')
sparse_softmax_cross_entropy(labels, logits, weights=1.0, scope=None,
    loss_collection='losses', reduction='weighted_sum_by_nonzero_weights')
log_loss(labels, predictions, weights=1.0, epsilon=1e-07, scope=None,
    loss_collection='losses', reduction='weighted_sum_by_nonzero_weights')
compute_weighted_loss(losses, weights=1.0, scope=None,
    loss_collection='losses', reduction='weighted_sum_by_nonzero_weights')
contrib.losses.softmax_cross_entropy(logits, onehot_labels, weights=1.0, label_smoothing=0, scope=None)
contrib.losses.sigmoid_cross_entropy(logits, multi_class_labels, weights=1.0, label_smoothing=0, scope=None)
contrib.losses.sparse_softmax_cross_entropy(logits, labels, weights=1.0, scope=None)
contrib.losses.log_loss(predictions, labels=None, weights=1.0, epsilon=1e-07, scope=None)
contrib.losses.compute_weighted_loss(losses, weights=1.0, scope=None)
rank_sampled_softmax_loss(weights, biases, labels, inputs, num_sampled, num_resampled, num_classes, num_true,
    sampled_values, resampling_temperature, remove_accidental_hits, partition_strategy, name=None, *, seed=None)
sampled_sparse_softmax_loss(weights, biases, labels, inputs, num_sampled, num_classes, sampled_values=None,
    remove_accidental_hits=True, partition_strategy='mod', name='sampled_sparse_softmax_loss', *, seed=None)
deprecated_flipped_softmax_cross_entropy_with_logits(logits, labels, dim=-1, name=None)
deprecated_flipped_sparse_softmax_cross_entropy_with_logits(logits, labels, name=None)
deprecated_flipped_sigmoid_cross_entropy_with_logits(logits, targets, name=None)
"""
_WHOLE = dict(re.findall(r"^([\w.]+)\((.*?)\)$", _WHOLE, re.DOTALL | re.MULTILINE))
# The second names of arguments.
_RENAMED = {"dim": "axis", "targets": "labels"}


def hint(function, arguments, error, run):
    """Return a sentence to add to an error: none, until the package puts :func:`xentedu.hints.hint` in this place.

    It cannot be imported here, since it tries the library's own functions, which are called through this module.
    """
    return ""


def public(function):
    """Make a public function: it is called with TensorFlow's whole signature, and explains its errors."""
    take = taker(function)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return take(wrapper, lambda arguments: function(**arguments), args, kwargs)

    wrapper.__signature__ = take.signature
    return wrapper


def taker(function):
    """Return a function that makes a call: ``take(public, run, args, kwargs)`` binds ``run``'s arguments and runs it.

    ``run`` gets a dict of ``function``'s own arguments. An error begins with the function's name, and
    ends with a hint at the call that was meant.
    """
    bind, signature = binder(function)

    def take(public, run, args, kwargs):
        arguments = None
        try:
            arguments = bind(args, kwargs)
            return run(arguments)
        except (ValueError, TypeError) as error:
            if arguments is None:
                arguments = {**dict(zip(signature.parameters, args)), **kwargs}
            elif not hasattr(error, "argument"):
                raise  # it comes from no validator: it is a bug, which keeps its text and its traceback
            meant = hint(public, arguments, error, lambda changed: run(bind((), changed)))
            kind = TypeError if isinstance(error, TypeError) else ValueError
            named = kind(f"{function.__name__}: {error}{meant}")
            named.argument = getattr(error, "argument", "")
            raise named from None

    take.signature = signature
    return take


def binder(function):
    """Return a function that turns any call into a dict of ``function``'s own arguments, and the whole signature.

    >>> from xentedu.nn import softmax
    >>> bind, signature = binder(softmax.__wrapped__)
    >>> print(signature, bind(([0.0],), {"dim": 0, "name": "p"}))
    (logits, axis=None, name=None, dim=None) {'logits': [0.0], 'axis': 0}
    """
    module, name = function.__module__.partition(".")[2], function.__name__
    own = inspect.signature(function).parameters
    text = _WHOLE.get(f"{module}.{name}", _WHOLE.get(name) if "keras" not in module else None)
    if text is None:  # not a function of TensorFlow's
        signature = inspect.signature(function)
        return lambda args, kwargs: signature.bind(*args, **kwargs).arguments, signature
    signature = inspect.signature(eval(f"(lambda {text}: None)"))
    places = tuple(signature.parameters)
    renamed = [(old, new) for old, new in _RENAMED.items() if old in places and old not in own]
    required = [key for key in ("labels", "logits", "pos_weight") if key in own]
    has_axis, only_dim = "axis" in own, "dim" in places and "axis" not in places
    guarded, reduces = "_sentinel" in places, "reduction" in own
    kept = [key for key in places if key in own] + [old for old, _ in renamed]
    kept += ["_sentinel"] * guarded + ["scope"] * reduces  # to be looked at; what else steers a graph is left out
    whole = eval(f"(lambda {text}: {{{', '.join(f'{key!r}: {key}' for key in kept)}}})")  # Python binds the arguments
    whole.__name__ = whole.__qualname__ = name

    def bind(args, kwargs):
        if only_dim and "axis" in kwargs:
            kwargs = {"dim" if key == "axis" else key: value for key, value in kwargs.items()}
        arguments = whole(*args, **kwargs)
        if guarded and arguments.pop("_sentinel") is not None:
            raise TypeError(
                f"expected keyword arguments, received {len(args)} positional. TensorFlow's first parameter here is "
                f"_sentinel, which catches labels and logits given in the wrong order: call {name}(labels=…, logits=…)."
            )
        for old, new in renamed:
            given = arguments.pop(old)
            if arguments.get(new) is None:
                arguments[new] = given
            elif given is not None and (old in kwargs or places.index(old) < len(args)):
                raise problem(ValueError, old, f"one of {old} and {new}, which are two names for one", "both")
        if has_axis and arguments["axis"] is None:
            arguments["axis"] = -1
        if reduces and "weighted_" in str(scope := arguments.pop("scope")):
            raise problem(ValueError, "scope", "a name (the reduction is given by keyword)", repr(scope))
        for key in required:
            if arguments[key] is None:
                raise problem(TypeError, key, "an array", "nothing")
        return arguments

    return bind, signature
