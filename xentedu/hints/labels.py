"""Hints about labels: class indices, rows that should be distributions, labels that came in the place of logits."""

import numpy as np

from .call import DENSE, INDEPENDENT, SPARSE


def swapped(call):
    """Labels and outputs in each other's place."""
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


def about_labels(call):
    """Labels of another kind, shape, dtype or range."""
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
            yield call.other(DENSE), "Labels that are probabilities need the dense loss."
        elif hot:
            yield call.other(INDEPENDENT), "Labels with several classes on need a sigmoid for each class."
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
        yield call.other(INDEPENDENT, labels), "There is a single logit, and a softmax of it is always one."
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
            made = call.other(SPARSE)
            yield made.replace("Crossentropy(", f"Crossentropy(ignore_class={value}, ").replace(", )", ")"), why
        return
    kept, valid = f"{code} != {value}", f"numpy.where({code} == {value}, 0, {y})"
    if call.w:
        given = call.arguments[call.w]
        kept = kept if np.ndim(given) == 0 and given == 1 else f"{call.w} * ({kept})"
        yield f"{y}={valid}, {call.w}={kept}", why
    elif call.module and not call.sampled:
        yield call.other(SPARSE, valid, "losses", weights=kept), why


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
            yield call.other(SPARSE, ids), "One class index for each example is what the sparse loss takes."
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
        yield call.other(INDEPENDENT), "There is a single logit, and a softmax of it is always one."
    if np.isin(labels, (0, 1)).all():
        if (sums > 1).any():
            yield call.other(INDEPENDENT), "Labels that are not exclusive need a sigmoid for each class."
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
            yield call.other(DENSE, module="losses", weights=weights), why
    if (sums > 0).all():
        yield f"{y}={y} / numpy.sum({y}, {axis}, keepdims=True)", "If they are meant as shares, divide by their sum."
