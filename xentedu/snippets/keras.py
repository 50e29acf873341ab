"""Keras 3's expressions: its losses, and its operations where it has no loss; the same on each of its backends."""

IMPORTS = {"keras.": "import keras"}
_POSITIVE = "pos_weight * {0} * keras.ops.softplus(-logits) + (1 - {0}) * keras.ops.softplus(logits)"
_OPS = "keras.ops.binary_crossentropy({}, logits, from_logits=True)"
_TAKEN = "keras.ops.take(labels, columns, axis=1)"
_FLOAT = 'keras.ops.cast(labels, "float32")'
_FIRST = "keras.losses.sparse_categorical_crossentropy(keras.ops.zeros_like({classes}), logits, from_logits=True)"
EACH = {
    "binary": _OPS.format(_FLOAT),
    "column": _OPS.format("labels[:, 1]"),
    "multi": _OPS.format("labels"),
    "columns": _OPS.format(_TAKEN),
    "signed": "keras.ops.softplus(-labels * logits)",
    "softmax": "keras.losses.categorical_crossentropy(labels, logits, from_logits=True)",
    "sparse": "keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)",
    "sampled": _FIRST,
    "ranked": _FIRST,
    "nce": "keras.ops.softplus(-true_logits) + keras.ops.sum(keras.ops.softplus(sampled_logits), 1)",
    "binary_p": "keras.ops.binary_crossentropy(labels, probabilities)",
    "log_loss": (
        "-labels * keras.ops.log(probabilities + 1e-7) - (1 - labels) * keras.ops.log(1 - probabilities + 1e-7)"
    ),
    "softmax_p": "keras.losses.categorical_crossentropy(labels, probabilities)",
    "sparse_p": "keras.losses.sparse_categorical_crossentropy(labels, probabilities)",
}
POSITIVE = {
    "binary": _POSITIVE.format("y"),
    "column": _POSITIVE.format("labels[:, 1]"),
    "multi": _POSITIVE.format("labels"),
    "columns": _POSITIVE.format("y"),
}

_BINARY = "loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)\n"
_CATEGORICAL = "loss_fn = keras.losses.CategoricalCrossentropy(from_logits=True)\n"
_SPARSE = "loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)\n"
# A loss object, as model.compile(loss=loss_fn) takes it; its mean divides by the number of losses.
WHOLE = {
    ("binary", None): f"{_BINARY}loss = loss_fn(labels[:, None], logits[:, None])",
    ("binary", "example"): f"{_BINARY}loss = loss_fn(labels[:, None], logits[:, None], sample_weight=weights)",
    ("binary", "class"): (
        f"{_BINARY}weights = keras.ops.take(class_weights, labels)\n"
        "loss = loss_fn(labels[:, None], logits[:, None], sample_weight=weights)"
    ),
    ("multi", None): f"{_BINARY}loss = loss_fn(labels, logits)",
    ("multi", "example"): f"{_BINARY}loss = loss_fn(labels, logits, sample_weight=weights)",
    ("softmax", None): f"{_CATEGORICAL}loss = loss_fn(labels, logits)",
    ("softmax", "example"): f"{_CATEGORICAL}loss = loss_fn(labels, logits, sample_weight=weights)",
    ("softmax", "class"): (
        f"{_CATEGORICAL}weights = keras.ops.matmul(labels, class_weights)\n"
        "loss = loss_fn(labels, logits, sample_weight=weights)"
    ),
    ("sparse", None): f"{_SPARSE}loss = loss_fn(labels, logits)",
    ("sparse", "example"): f"{_SPARSE}loss = loss_fn(labels, logits, sample_weight=weights)",
    ("sparse", "class"): (
        f"{_SPARSE}weights = keras.ops.take(class_weights, labels)\n"
        "loss = loss_fn(labels, logits, sample_weight=weights)"
    ),
    ("binary_p", None): "loss_fn = keras.losses.BinaryCrossentropy()\nloss = loss_fn(labels, probabilities)",
    ("softmax_p", None): "loss_fn = keras.losses.CategoricalCrossentropy()\nloss = loss_fn(labels, probabilities)",
    ("sparse_p", None): "loss_fn = keras.losses.SparseCategoricalCrossentropy()\nloss = loss_fn(labels, probabilities)",
}
WHOLE = {(*key, "mean", trained): code for key, code in WHOLE.items() for trained in (False, True)}
WHOLE["sparse", "class", "weighted", False] = (
    'loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")\n'
    "weights = keras.ops.take(class_weights, labels)\n"
    "loss = loss_fn(labels, logits, sample_weight=weights)"
)
MEAN, LAST = "keras.ops.mean({})", "keras.ops.mean({}, axis=-1)"
MEANS = {"columns": "keras.ops.sum({}) / (labels.shape[0] * labels.shape[1])"}
STOP = "keras.ops.stop_gradient(labels)"
GATHER, EXPECTED = "keras.ops.take(class_weights, {})", "keras.ops.matmul(labels, class_weights)"
DOWN = "weights[:, None]"
CLASSES = {
    "one_hot": "keras.ops.argmax(labels, axis=1)",
    "probabilities": "keras.random.categorical(keras.ops.log(labels), 1, seed=0)[:, 0]  # a class drawn from each row",
}
_DRAW = [
    "noise = -keras.ops.log(-keras.ops.log(keras.random.uniform([5])))",
    "sampled = keras.ops.top_k(keras.ops.log(frequency) + noise, k=2)[1]",
    "expected = 1 - (1 - frequency) ** 2  # about how often each class is drawn",
]
_DRAW_MORE = [line.replace("k=2", "k=3").replace("** 2", "** 3") for line in _DRAW]
DRAW = {
    "sampled": _DRAW,
    "nce": _DRAW,
    "ranked": _DRAW_MORE,
    "columns": [
        "used = keras.ops.any(labels > 0, axis=0)  # on somewhere in the batch",
        "rest = keras.ops.nonzero(~used)[0]",
        "drawn = keras.random.shuffle(rest)[:1]  # some thousand",
        "columns = keras.ops.concatenate([keras.ops.nonzero(used)[0], drawn])",
        "scale = keras.ops.where(keras.ops.take(used, columns), 1.0, len(rest) / len(drawn))",
    ],
}
_PREPARE = [
    "log_expected = keras.ops.log(expected)",
    "true_kernel = keras.ops.take(kernel, {classes}, axis=0)",
    "true_logits = keras.ops.sum(inputs * true_kernel, 1)",
    "true_logits = true_logits + keras.ops.take(bias - log_expected, {classes})",
    "sampled_kernel = keras.ops.take(kernel, {sampled}, axis=0)",
    "sampled_logits = keras.ops.matmul(inputs, keras.ops.transpose(sampled_kernel))",
    "sampled_logits = sampled_logits + keras.ops.take(bias - log_expected, {sampled})",
]
_SAMPLED = [
    *_PREPARE,
    'hits = keras.ops.cast({classes}[:, None], "int32") == keras.ops.cast({sampled}, "int32")',
    "sampled_logits = keras.ops.where(hits, -1e9, sampled_logits)  # the label was drawn",
    "logits = keras.ops.concatenate([true_logits[:, None], sampled_logits], 1)",
]
_SCORES = [
    "scores = keras.ops.matmul(inputs, keras.ops.transpose(keras.ops.take(kernel, sampled, axis=0)))",
    "scores = keras.ops.logsumexp(scores + keras.ops.take(bias, sampled), axis=0)",
    "kept = keras.ops.take(sampled, keras.ops.top_k(scores, k=2)[1])",
]
PREPARE = {
    "ranked": _SCORES + _SAMPLED,
    "nce": _PREPARE,
    "sampled": _SAMPLED,
    "columns": [
        "taken = keras.ops.take(kernel, columns, axis=0)",
        "logits = keras.ops.matmul(inputs, keras.ops.transpose(taken))",
        "logits = logits + keras.ops.take(bias, columns)",
    ],
    ("binary", "positive"): [f"y = {_FLOAT}"],
    ("columns", "positive"): [f"y = {_TAKEN}"],
}


def array(name, value):
    """Return the line that makes an input."""
    return f"{name} = {value}" if isinstance(value, float) else f"{name} = keras.ops.array({value})"
