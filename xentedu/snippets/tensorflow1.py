"""TensorFlow 1.15's expressions: ``tf.nn`` for a loss of each example, ``tf.losses`` where examples are weighted."""

from . import tensorflow2
from .tensorflow2 import (  # noqa: F401 (the same in both versions)
    CLASSES,
    DOWN,
    EXPECTED,
    GATHER,
    IMPORTS,
    LAST,
    MEAN,
    MEANS,
    POSITIVE,
    STOP,
    array,
)

_V2 = "tf.nn.softmax_cross_entropy_with_logits_v2"
_BATCH = "reduction=tf.losses.Reduction.SUM_OVER_BATCH_SIZE"
EACH = tensorflow2.EACH | {"softmax": f"{_V2}(labels=labels, logits=logits)"}
DRAW = {
    "columns": [
        *tensorflow2.DRAW["columns"][:4],
        "ratio = tf.cast(tf.size(rest) / tf.size(drawn), tf.float32)",
        "scale = 1 + (ratio - 1) * tf.cast(~tf.gather(used, columns), tf.float32)",
    ],
}
PREPARE = {
    key: [line.replace("tf.random.fixed", "tf.nn.fixed") for line in lines]
    for key, lines in tensorflow2.PREPARE.items()
}
WHOLE = {
    ("binary", "example"): "tf.losses.sigmoid_cross_entropy(labels, logits, weights=weights, {})",
    (
        "binary",
        "class",
    ): "tf.losses.sigmoid_cross_entropy(labels, logits, weights=tf.gather(class_weights, labels), {})",
    ("multi", "example"): "tf.losses.sigmoid_cross_entropy(labels, logits, weights=weights[:, tf.newaxis], {})",
    ("multi", "class"): "tf.losses.sigmoid_cross_entropy(labels, logits, weights=class_weights[tf.newaxis, :], {})",
    ("softmax", "example"): "tf.losses.softmax_cross_entropy(labels, logits, weights=weights, {})",
    ("softmax", "class"): (
        "tf.losses.softmax_cross_entropy(labels, logits, weights=tf.linalg.matvec(labels, class_weights), {})"
    ),
    ("sparse", "example"): "tf.losses.sparse_softmax_cross_entropy(labels, logits, weights=weights, {})",
    ("sparse", "class"): (
        "tf.losses.sparse_softmax_cross_entropy(labels, logits, weights=tf.gather(class_weights, labels), {})"
    ),
}
# tf.losses stops the gradient at the labels: not for labels that are trained.
WHOLE = {(*key, "mean", False): "loss = " + code.format(_BATCH) for key, code in WHOLE.items()}
WHOLE["log_loss", None, "mean", False] = "loss = tf.losses.log_loss(labels, probabilities)"
WHOLE["sparse", "class", "weighted", False] = (
    "loss = tf.losses.sparse_softmax_cross_entropy(labels, logits, weights=tf.gather(class_weights, labels), "
    "reduction=tf.losses.Reduction.MEAN)"
)
