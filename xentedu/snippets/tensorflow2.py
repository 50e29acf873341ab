"""TensorFlow 2's expressions; for those of its Keras, see :mod:`xentedu.snippets.keras`."""

IMPORTS = {"tf.": "import tensorflow as tf"}
_SIGMOID = "tf.nn.sigmoid_cross_entropy_with_logits(labels={}, logits=logits)"
_POSITIVE = "tf.nn.weighted_cross_entropy_with_logits(labels={}, logits=logits, pos_weight=pos_weight)"
_PLACES = {
    "binary": "tf.cast(labels, tf.float32)",
    "column": "labels[:, 1]",
    "multi": "labels",
    "columns": "tf.gather(labels, columns, axis=1)",
}
_LAYER = "kernel, bias, truth, inputs, num_sampled=2, num_classes=5, sampled_values=sampled_values"
EACH = {family: _SIGMOID.format(labels) for family, labels in _PLACES.items()} | {
    "signed": "tf.nn.softplus(-labels * logits)",
    "softmax": "tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)",
    "sparse": "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)",
    "sampled": f"tf.nn.sampled_softmax_loss({_LAYER})",
    "ranked": f"tf.nn.sampled_softmax_loss({_LAYER})".replace("=sampled_values", "=best_values"),
    "nce": f"tf.nn.nce_loss({_LAYER})",
    "binary_p": "-labels * tf.math.log(probabilities) - (1 - labels) * tf.math.log(1 - probabilities)",
    "log_loss": ("-labels * tf.math.log(probabilities + 1e-7) - (1 - labels) * tf.math.log(1 - probabilities + 1e-7)"),
    "softmax_p": "-tf.reduce_sum(labels * tf.math.log(p), axis=1)",
    "sparse_p": "-tf.math.log(tf.gather(p, labels, batch_dims=1))",
}
POSITIVE = {family: _POSITIVE.format(labels) for family, labels in _PLACES.items()}
WHOLE = {
    ("sparse", "class", "weighted", False): (
        f"losses = {EACH['sparse']}\nweights = tf.gather(class_weights, labels)\n"
        "loss = tf.reduce_sum(weights * losses) / tf.reduce_sum(weights)"
    )
}
MEAN, LAST = "tf.reduce_mean({})", "tf.reduce_mean({}, axis=-1)"
MEANS = {"columns": "tf.reduce_sum({}) / tf.size(labels, out_type=tf.float32)"}
STOP = "tf.stop_gradient(labels)"
GATHER, EXPECTED = "tf.gather(class_weights, {})", "tf.linalg.matvec(labels, class_weights)"
DOWN = "weights[:, tf.newaxis]"
CLASSES = {
    "one_hot": "tf.argmax(labels, axis=1)",
    "probabilities": "tf.random.categorical(tf.math.log(labels), 1)[:, 0]  # a class drawn from each row",
}
DRAW = {
    "columns": [
        "used = tf.reduce_any(labels > 0, axis=0)  # on somewhere in the batch",
        "rest = tf.where(~used)[:, 0]",
        "drawn = tf.random.shuffle(rest)[:1]  # some thousand",
        "columns = tf.concat([tf.where(used)[:, 0], drawn], 0)",
        "scale = tf.where(tf.gather(used, columns), 1.0, len(rest) / len(drawn))",
    ],
}
_PREPARE = [
    "truth = tf.cast({classes}[:, tf.newaxis], tf.int64)",
    "sampled_values = tf.random.fixed_unigram_candidate_sampler("
    "truth, num_true=1, num_sampled=2, unique=True, range_max=5, "
    "unigrams=frequency)",
]
_NORMALISED = ["p = probabilities / tf.reduce_sum(probabilities, axis=1, keepdims=True)"]
PREPARE = {
    "softmax_p": _NORMALISED,
    "sparse_p": _NORMALISED,
    "nce": _PREPARE,
    "sampled": _PREPARE,
    "ranked": [
        _PREPARE[0],
        _PREPARE[1].replace("num_sampled=2", "num_sampled=3"),
        "sampled, true_expected, sampled_expected = sampled_values",
        "scores = inputs @ tf.transpose(tf.gather(kernel, sampled)) + tf.gather(bias, sampled)",
        "best = tf.math.top_k(tf.reduce_logsumexp(scores, axis=0), k=2).indices",
        "best_values = (tf.gather(sampled, best), true_expected, tf.gather(sampled_expected, best))",
    ],
    "columns": ["logits = inputs @ tf.transpose(tf.gather(kernel, columns)) + tf.gather(bias, columns)"],
}


def array(name, value):
    """Return the line that makes an input."""
    if name in ("frequency", "pos_weight"):
        return f"{name} = {value}"
    return f"{name} = tf.constant({value})"
