"""Hints about what is not a label: outputs, weights, tables, settings, and the dtype of a result."""

import numpy as np

from ..losses import Reduction
from .call import DENSE, INDEPENDENT, SPARSE

_REDUCTIONS = {"mean": "weighted_sum_over_batch_size", None: "none"}  # beside the names of Reduction's members


def about_outputs(call):
    """Outputs of another kind, shape, dtype or range."""
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
        yield call.other(INDEPENDENT), "Logits need no sigmoid first."
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


def about_dtypes(call):
    """Numbers that stand in objects or text, in another byte order or in long doubles; and masked numbers."""
    name, value = call.argument, call.arguments.get(call.argument)
    if isinstance(value, np.ma.MaskedArray):
        if name == call.x and (call.sparse or call.softmax):
            yield f"{name}={name}.filled(-numpy.inf)", "A logit of -inf takes its class out."
        if name == call.w:
            yield f"{name}={name}.filled(0)", "What is not to count has a weight of zero."
        elif call.w:
            yield f"{name}={name}.data, {call.w}=~{name}.mask", "What is not to count has a weight of zero."
    array = call.asarray(name)
    if array is None or array.dtype.kind not in "OUSf" or array.dtype in (np.float16, np.float32, np.float64):
        return
    kind = "int" if call.sparse and name == call.y else "float"
    try:
        same = (array.astype(kind) == array.astype(float)).all()
    except (TypeError, ValueError):  # None, or other text than digits
        return
    if same:
        yield f"{name}={call.code(name)}.astype({kind})", ""


def about_weights(call):
    """In-batch weights."""
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


def about_tables(call):
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


def about_settings(call):
    """Numbers, names, and arguments that a function does not have."""
    given, argument = call.arguments, call.argument
    value = given.get(argument)
    if isinstance(value, (float, np.floating)) and value == int(value if np.isfinite(value) else 0):
        yield f"{argument}=int({argument})", ""
    if argument == "axis":
        if value is None:
            yield "axis=-1", "The classes lie on one axis."
        elif isinstance(value, (tuple, list)) and len(value) == 1:
            yield "axis=axis[0]", "The classes lie on one axis."
    if argument == "reduction":
        name = value.strip().lower() if isinstance(value, str) else value
        known = {word.lower(): each.value for member, each in Reduction.__members__.items() for word in (member, each)}
        known |= _REDUCTIONS
        if name in known:
            yield f"reduction={known[name]!r}", ""
    if argument == "scope":
        yield "scope=None, reduction=scope", ""
    if argument == "label_smoothing" and call.sparse and call.y:
        labels = f"numpy.eye({call.classes})[{call.y}]"
        yield call.other(DENSE, labels, label_smoothing="label_smoothing"), "Smoothed labels are not class indices."
    if argument == "weights" and not call.sampled and call.module in ("nn", "contrib.nn"):
        kind = SPARSE if call.sparse else DENSE if call.softmax else INDEPENDENT
        yield call.other(kind, module="losses", weights="weights"), "tf.losses takes in-batch weights."


def wider(call):
    """A dtype that holds the result."""
    arrays = {name: call.array(name) for name in (call.x, call.y) if name}
    narrow = [name for name, array in arrays.items() if array is not None and array.dtype in (np.float16, np.float32)]
    for dtype in (np.float32, np.float64):
        for names in (narrow[:1], narrow[1:], narrow):
            if any(arrays[name].dtype.itemsize < np.dtype(dtype).itemsize for name in names):
                yield ", ".join(f"{name}={call.code(name)}.astype(numpy.{dtype.__name__})" for name in names), ""
