"""What to write instead: for the mistakes that people make, the call that they meant.

A hint is code: arguments to replace in the call that failed (``labels=labels.astype(int)``), or another call. It is
tried before it is shown, so that following it literally gives a call that works. Where swapped arguments are both
valid, nothing can be noticed: there is no error.
"""

import contextvars
import functools
import types

import numpy as np

from . import contrib, keras, losses, nn

xe = types.SimpleNamespace(contrib=contrib, keras=keras, losses=losses, nn=nn)  # as in a reader's code

_LABELS = ("multi_class_labels", "onehot_labels", "labels", "targets", "y_true", "true_classes")
_OUTPUTS = ("logits", "predictions", "y_pred", "inputs", "losses")
# For each module, its losses of class indices, of distributions and of independent labels, with their names for labels.
_LOSSES = {
    "nn": (
        ("sparse_softmax_cross_entropy_with_logits", "labels"),
        ("softmax_cross_entropy_with_logits_v2", "labels"),
        ("sigmoid_cross_entropy_with_logits", "labels"),
    ),
    "losses": (
        ("sparse_softmax_cross_entropy", "labels"),
        ("softmax_cross_entropy", "onehot_labels"),
        ("sigmoid_cross_entropy", "multi_class_labels"),
    ),
    "keras.losses": (
        ("sparse_categorical_crossentropy", "y_true"),
        ("categorical_crossentropy", "y_true"),
        ("binary_crossentropy", "y_true"),
    ),
}
_LOSSES["contrib.losses"], _LOSSES["contrib.nn"] = _LOSSES["losses"], _LOSSES["nn"]
_SPARSE, _DENSE, _INDEPENDENT = range(3)
_REDUCTIONS = {"mean": "weighted_sum_over_batch_size", None: "none"}  # beside the names of Reduction's members
# Whether a hint is being tried: what fails then looks for no hint of its own.
_trying = contextvars.ContextVar("trying", default=False)


def hint(function, arguments, error, run):
    """Return a sentence or two to add to an error, or "".

    Args:
        function: the public function.
        arguments: a dict of what it was called with.
        error: what it raised.
        run: makes the call with a dict of other arguments.
    """
    if _trying.get():
        return ""
    token = _trying.set(True)
    try:
        with np.errstate(all="ignore"):
            for code, why in _candidates(_Call(function, arguments, error)):
                if code and _works(code, arguments, run):
                    end = "" if str(error).endswith((".", "…")) else "."
                    return f"{end}{' ' + why if why else ''} Did you mean {code}?"
        return ""
    except Exception:  # what goes wrong here must not hide the error that a hint was looked for
        return ""
    finally:
        _trying.reset(token)


def _works(code, arguments, run):
    """Return whether following a hint gives a call that works."""
    names = {"numpy": np, "xe": xe, **arguments}
    try:
        if code.startswith("xe."):
            eval(code, names)
        else:
            run({**arguments, **eval(f"dict({code})", names)})
    except Exception:
        return False
    return True


class _Call:
    """A call that failed: its function, its arguments, and what each of them is called there."""

    def __init__(self, function, arguments, error):
        self.arguments = arguments
        unknown = str(error).partition("unexpected keyword argument '")[2].rstrip("'")
        self.argument = getattr(error, "argument", unknown)  # what the error complains of
        self.text = str(error)
        self.function = function = getattr(function, "owner", function)  # of Keras's classes, the instance
        self.name = getattr(function, "__name__", type(function).__name__)
        self.y = next((name for name in _LABELS if name in arguments), None)
        self.x = next((name for name in _OUTPUTS if name in arguments), None)
        self.sampled = "biases" in arguments
        self.w = next((name for name in ("weights", "sample_weight") if name in arguments and not self.sampled), None)
        self.sparse = "parse" in self.name or self.sampled or self.y == "true_classes"
        self.softmax = not self.sparse and ("softmax" in self.name or "ategorical" in self.name)
        self.labels, self.outputs = self.array(self.y), self.array(self.x)
        if "num_classes" in arguments or "range_max" in arguments:
            self.classes = arguments.get("num_classes", arguments.get("range_max"))
        else:
            self.classes = self.outputs.shape[-1] if self.outputs is not None and self.outputs.ndim else None

    @functools.cached_property
    def module(self):
        """The module in which the function is public: "nn", "losses", …; or None."""
        modules = {"nn": xe.nn, "losses": xe.losses, "contrib.nn": xe.contrib.nn}
        modules |= {"contrib.losses": xe.contrib.losses, "keras.losses": xe.keras.losses}
        owner = self.function if hasattr(self.function, "__name__") else type(self.function)
        return next((name for name, module in modules.items() if vars(module).get(self.name) is owner), None)

    def array(self, name):
        """Return an argument as an array, or None where it is not numbers."""
        try:
            array = np.asarray(self.arguments[name])
        except (KeyError, ValueError):
            return None
        array = array.astype(np.float32) if array.dtype.name == "bfloat16" else array
        return array if array.dtype.kind in "iufb" else None

    def code(self, name):
        """Return code for an argument as an array."""
        return name if hasattr(self.arguments[name], "dtype") else f"numpy.array({name})"

    def other(self, kind, labels=None, module=None, **more):
        """Return a call of another loss, with the arguments of this one that it takes too."""
        module = module or self.module
        if module not in _LOSSES:
            return ""
        name, y = _LOSSES[module][kind]
        x = {"keras.losses": "y_pred"}.get(module, "logits")
        if not hasattr(self.function, "__name__"):  # an instance of a class of Keras's
            name = ("SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy")[kind]
            settings = {k: v for k, v in self.function.settings.items() if k in ("from_logits", "axis") and v != -1}
            made = ", ".join(f"{k}={v!r}" for k, v in settings.items() if v)
            return f"xe.{module}.{name}({made})({y}={labels or self.y}, {x}={self.x})"
        module = {"contrib.nn": "nn"}.get(module, module)
        given = {y: labels or self.y, x: self.x, **more}
        taken = getattr(getattr(xe, module.partition(".")[0]), module.partition(".")[2] or name, None)
        taken = taken if callable(taken) else getattr(taken, name)
        for argument, value in self.arguments.items():
            if argument in ("weights", "label_smoothing", "from_logits", "reduction", "axis") and argument not in given:
                default = self.function.__signature__.parameters.get(argument)
                usual = default is not None and (
                    value is default.default or (np.isscalar(value) and value == default.default)
                )
                if (
                    argument in taken.__signature__.parameters
                    and not usual
                    and not (argument == "axis" and value == -1)
                ):
                    given[argument] = argument
        return f"xe.{module}.{name}({', '.join(f'{key}={value}' for key, value in given.items())})"


def _candidates(call):
    """Yield hints and the sentences that explain them, the likeliest first."""
    if call.argument == "_sentinel" and call.module:
        given = ", ".join(f"{name}={name}" for name in (call.y, call.x) if name)
        yield f"xe.{call.module}.{call.name}({given})", "This function has no such guard."
    about = {call.y: _about_labels, call.x: _about_outputs, call.w: _about_weights}
    if call.y and call.x and call.labels is not None and call.outputs is not None:
        yield from _swapped(call)
    for name, candidates in about.items():
        if name and call.argument in (name, ""):
            yield from candidates(call)
    yield from _about_tables(call)
    yield from _about_settings(call)
    if call.argument != call.y and call.y and call.labels is not None and not call.sampled:
        yield from _about_labels(call)
    yield from _wider(call)


def _wider(call):
    """A dtype that holds the result."""
    arrays = {name: call.array(name) for name in (call.x, call.y) if name}
    narrow = [name for name, array in arrays.items() if array is not None and array.dtype in (np.float16, np.float32)]
    for dtype in (np.float32, np.float64):
        for names in (narrow[:1], narrow[1:], narrow):
            if any(arrays[name].dtype.itemsize < np.dtype(dtype).itemsize for name in names):
                yield ", ".join(f"{name}={call.code(name)}.astype(numpy.{dtype.__name__})" for name in names), ""


def _swapped(call):
    labels, outputs = call.labels, call.outputs
    if call.sampled:
        likely = labels.dtype.kind == "f" and outputs.dtype.kind in "iu"
    elif call.sparse:
        likely = labels.ndim == outputs.ndim + 1
    else:
        # Outputs that could be labels, and labels that could not.
        sums = outputs.sum(-1) if outputs.ndim else outputs
        likely = np.isin(outputs, (0, 1)).all() or np.allclose(sums, 1, atol=5e-3)
        likely = likely and bool(((labels < 0) | (labels > 1)).any()) and not np.equal(labels, np.trunc(labels)).all()
    if likely:
        order = ", then ".join(name for name in call.arguments if name in (call.x, call.y))
        yield f"{call.y}={call.x}, {call.x}={call.y}", f"The two seem swapped: the order here is {order}."


def _about_labels(call):
    if call.labels is None:
        return
    yield from (_class_indices if call.sparse else _dense_labels)(call, call.y, call.code(call.y), call.labels)


def _class_indices(call, y, code, ids):
    """Class indices."""
    column = "[:, numpy.newaxis]" if call.sampled or y == "true_classes" else ""
    whole = ids.size and np.equal(ids, np.trunc(ids)).all()
    if ids.ndim > 1 and ids.shape[-1] == call.classes != 1:  # a number for each class
        hot, summed = np.isin(ids, (0, 1)).all(), np.allclose(ids.sum(-1), 1, atol=5e-3)
        if hot and summed:
            yield f"{y}=numpy.argmax({y}, -1){column}", "Labels are class indices here, not one-hot rows."
        elif summed:
            yield call.other(_DENSE), "Labels that are probabilities need the dense loss."
        elif hot:
            yield call.other(_INDEPENDENT), "Labels with several classes on need a sigmoid for each class."
    if ids.dtype.kind in "fb" and whole:
        yield f"{y}={code}.astype(int)", "Class indices are integers."
    if ids.shape[-1:] == (1,):
        yield f"{y}=numpy.squeeze({y}, -1)", ""
    if ids.ndim == 1:
        yield f"{y}={code}[:, numpy.newaxis]", ""
    if ids.ndim == 2 and "num_true" in call.arguments:
        yield f"num_true={ids.shape[1]}", ""
    if call.classes is None or not whole:
        return
    wrong = np.unique(ids[(ids < 0) | (ids >= call.classes)])
    if call.classes == 1 and call.outputs is not None and not call.sampled:
        labels = f"numpy.expand_dims({y}, -1)" if ids.ndim < call.outputs.ndim else y
        yield call.other(_INDEPENDENT, labels), "There is a single logit, and a softmax of it is always one."
    if len(wrong) == 1 and ids.min() >= 1 and wrong[0] == call.classes:
        yield f"{y}={code} - 1", "Class indices start at zero."
    if len(wrong) == 1 and (wrong[0] < 0 or wrong[0] in (255, 65535)):  # what masks of segments hold, and -1 or -100
        yield from _ignored(call, y, code, wrong[0])


def _ignored(call, y, code, value):
    """An index that marks what has no label."""
    why = f"If {value} marks examples without a label, ignore them."
    if call.module == "keras.losses":
        if hasattr(call.function, "__name__"):
            yield f"ignore_class={value}", why
        else:
            made = call.other(_SPARSE)
            yield made.replace("Crossentropy(", f"Crossentropy(ignore_class={value}, ").replace(", )", ")"), why
        return
    kept, valid = f"{code} != {value}", f"numpy.where({code} == {value}, 0, {y})"
    if call.w:
        given = call.arguments[call.w]
        kept = kept if np.ndim(given) == 0 and given == 1 else f"{call.w} * ({kept})"
        yield f"{y}={valid}, {call.w}={kept}", why
    elif call.module and not call.sampled:
        yield call.other(_SPARSE, valid, "losses", weights=kept), why


def _dense_labels(call, y, code, labels):
    """Labels of the shape of the outputs."""
    outputs = call.outputs
    if outputs is None:
        return
    if labels.shape != outputs.shape:
        if outputs.shape == (*labels.shape, 1) and np.isin(labels, (0, 1)).all():
            yield f"{y}=numpy.expand_dims({y}, -1)", ""
        if labels.shape == (*outputs.shape, 1):
            yield f"{y}=numpy.squeeze({y}, -1)", ""
        ids = code if labels.dtype.kind in "iu" else f"{code}.astype(int)"
        if labels.shape == outputs.shape[:-1] or labels.shape == (*outputs.shape[:-1], 1):
            ids = ids if labels.ndim < outputs.ndim else f"numpy.squeeze({ids}, -1)"
            ids = y if ids == f"numpy.array({y})" else ids
            yield call.other(_SPARSE, ids), "One class index for each example is what the sparse loss takes."
            yield f"{y}=numpy.eye({call.classes})[{ids}]", "These labels are class indices."
        return
    if not labels.size or not np.isfinite(labels).all():
        return
    low, high = labels.min(), labels.max()
    negative = " With labels outside [0, 1] a loss can be negative."
    if low == -1 and high <= 1 and np.isin(labels, (-1, 0, 1)).all():
        yield f"{y}=({code} + 1) / 2", f"Labels are 0 and 1 here, not -1 and 1.{negative}"
    if low >= 0 and high == 255:
        yield f"{y}={code} / 255", f"Labels go up to 1, not to 255.{negative}"
    if low >= 0 and 2 < high <= 100:
        yield f"{y}={code} / 100", f"Labels go up to 1, not to 100.{negative}"
    if call.softmax and labels.ndim and low >= 0:
        yield from _distributions(call, y, labels)


def _distributions(call, y, labels):
    """Labels that should sum to one."""
    axis = call.arguments.get("axis", getattr(call.function, "settings", {}).get("axis", -1))
    sums = labels.sum(axis)
    if labels.shape[axis] == 1:
        yield call.other(_INDEPENDENT), "There is a single logit, and a softmax of it is always one."
    if np.isin(labels, (0, 1)).all():
        if (sums > 1).any():
            yield call.other(_INDEPENDENT), "Labels that are not exclusive need a sigmoid for each class."
        weights = f"numpy.any({y}, -1)"
        why = "A row without a label needs weight 0."
        if call.w:
            given = call.arguments[call.w]
            plain = given is None or (np.ndim(given) == 0 and given == 1)
            yield f"{call.w}={weights if plain else f'{call.w} * {weights}'}", why
        elif call.module == "keras.losses":
            flag = f"from_logits={call.arguments.get('from_logits', False)}"
            yield f"xe.keras.losses.CategoricalCrossentropy({flag})({y}, {call.x}, sample_weight={weights})", why
        elif call.module:
            yield call.other(_DENSE, module="losses", weights=weights), why
    if (sums > 0).all():
        yield f"{y}={y} / numpy.sum({y}, {axis}, keepdims=True)", "If they are meant as shares, divide by their sum."


def _about_outputs(call):
    outputs, x = call.outputs, call.x
    if outputs is None:
        return
    code = call.code(x)
    if outputs.dtype.kind in "iub":
        yield f"{x}={code}.astype(float)", ""
    if not np.isfinite(outputs).all():
        why = "0 times -inf is NaN: mask with a large negative number."
        if np.isneginf(outputs[~np.isfinite(outputs)]).all():
            yield f"{x}=numpy.maximum({x}, -1e4)", why
        return
    if x == "predictions":
        if outputs.min() > -1e-5 and outputs.max() < 1 + 1e-5:
            yield f"{x}=numpy.clip({x}, 0, 1)", "Rounding left [0, 1]."
        yield call.other(_INDEPENDENT), "Logits need no sigmoid first."
    if x == "y_pred" and outputs.size and (outputs.min() < 0 or outputs.max() > 1):
        why = "If these are logits, say so."
        if hasattr(call.function, "__name__"):
            yield "from_logits=True", why
        else:
            settings = {**call.function.settings, "from_logits": True}
            kept = ("from_logits", "label_smoothing", "ignore_class", "axis")
            made = ", ".join(f"{k}={v!r}" for k, v in settings.items() if k in kept and v not in (None, 0.0, -1))
            weight = ", sample_weight=sample_weight" if call.arguments.get("sample_weight") is not None else ""
            yield f"xe.keras.losses.{call.name}({made})({call.y}, {x}{weight})", why
    if outputs.ndim == 1:
        yield f"{x}={code}[numpy.newaxis]", ""
    if outputs.ndim == 3 and outputs.shape[1] == 1:
        yield f"{x}=numpy.squeeze({x}, 1)", ""


def _about_weights(call):
    w, y = call.w, call.y
    if call.arguments[w] is None:
        yield f"{w}=1.0", "Without weights, leave the argument out."
        return
    weights, outputs = call.array(w), call.outputs
    if weights is None or outputs is None:
        return
    code, shape = call.code(w), outputs.shape
    if weights.shape == (call.classes,):  # one for each class
        if call.sparse:
            yield f"{w}={code}[{y}]", "Weights are for examples here: look up the weight of each example's class."
        elif call.softmax:
            yield f"{w}=numpy.matmul({y}, {w})", "Weights are for examples here: look up the weight of each class."
        else:
            yield f"{w}=numpy.reshape({w}, {(1,) * (len(shape) - 1) + weights.shape})", ""
            yield f"{w}=numpy.broadcast_to({w}, {shape})", ""
    if weights.ndim and weights.shape == shape[: weights.ndim]:
        yield f"{w}=numpy.reshape({w}, {weights.shape + (1,) * (len(shape) - weights.ndim)})", ""
    if weights.shape[-1:] == (1,):
        yield f"{w}=numpy.squeeze({w}, -1)", ""


def _about_tables(call):
    """The sampled losses' weights, biases and numbers."""
    given, argument = call.arguments, call.argument
    if argument == "biases" and "num_classes" in given:
        if given["biases"] is None:
            yield "biases=numpy.zeros(num_classes)", "Without biases, give zeros."
        elif np.ndim(given["biases"]) == 2:
            yield "biases=numpy.squeeze(biases, -1)", ""
    if argument == "weights" and call.sampled:
        yield "weights=numpy.transpose(weights)", ""
        if "num_classes" in given:
            yield "num_classes=len(weights)", ""
    if argument == "num_sampled" and call.classes:
        yield f"num_sampled={call.classes}", ""
    if argument == "sampled_values":
        yield "num_sampled=len(sampled_values[0])", ""
    if argument == "pos_weight" and call.outputs is not None:
        yield "pos_weight=numpy.expand_dims(pos_weight, -1)", ""
    if argument == "range_max" and "unigrams" in given:
        yield f"range_max={len(given['unigrams']) + given['num_reserved_ids']}", ""


def _about_settings(call):
    """Numbers, names, and arguments that a function does not have."""
    given, argument = call.arguments, call.argument
    value = given.get(argument)
    if isinstance(value, (float, np.floating)) and value == int(value if np.isfinite(value) else 0):
        yield f"{argument}=int({argument})", ""
    if argument == "reduction":
        name = value.strip().lower() if isinstance(value, str) else value
        known = {member.lower(): each.value for member, each in losses.Reduction.__members__.items()} | _REDUCTIONS
        if name in known:
            yield f"reduction={known[name]!r}", ""
    if argument == "scope":
        yield "scope=None, reduction=scope", ""
    if argument == "label_smoothing" and call.sparse and call.y:
        labels = f"numpy.eye({call.classes})[{call.y}]"
        yield call.other(_DENSE, labels, label_smoothing="label_smoothing"), "Smoothed labels are not class indices."
    if argument == "weights" and not call.sampled and call.module in ("nn", "contrib.nn"):
        kind = _SPARSE if call.sparse else _DENSE if call.softmax else _INDEPENDENT
        yield call.other(kind, module="losses", weights="weights"), "tf.losses takes in-batch weights."
