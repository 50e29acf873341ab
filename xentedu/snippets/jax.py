"""JAX's expressions, with optax's losses."""

IMPORTS = {"jax.": "import jax", "jnp.": "import jax.numpy as jnp", "optax.": "import optax"}
_SIGMOID = "optax.sigmoid_binary_cross_entropy(logits, {})"
_POSITIVE = "pos_weight * {0} * jax.nn.softplus(-logits) + (1 - {0}) * jax.nn.softplus(logits)"
_PLACES = {"binary": "labels", "column": "labels[:, 1]", "multi": "labels", "columns": "y"}
EACH = {family: _SIGMOID.format(labels) for family, labels in _PLACES.items()} | {
    "signed": "jax.nn.softplus(-labels * logits)",
    "softmax": "optax.softmax_cross_entropy(logits, labels)",
    "sparse": "optax.softmax_cross_entropy_with_integer_labels(logits, labels)",
    "sampled": "optax.softmax_cross_entropy_with_integer_labels(logits, jnp.zeros_like({classes}))",
    "ranked": "optax.softmax_cross_entropy_with_integer_labels(logits, jnp.zeros_like({classes}))",
    "nce": "jax.nn.softplus(-true_logits) + jax.nn.softplus(sampled_logits).sum(1)",
    "binary_p": "-labels * jnp.log(probabilities) - (1 - labels) * jnp.log(1 - probabilities)",
    "log_loss": "-labels * jnp.log(probabilities + 1e-7) - (1 - labels) * jnp.log(1 - probabilities + 1e-7)",
    "softmax_p": "-(labels * jnp.log(p)).sum(1)",
    "sparse_p": "-jnp.log(jnp.take_along_axis(p, labels[:, None], 1))[:, 0]",
}
POSITIVE = {family: _POSITIVE.format(labels) for family, labels in _PLACES.items()}
WHOLE = {
    ("sparse", "class", "weighted", False): (
        f"losses = {EACH['sparse']}\nloss = jnp.average(losses, weights=class_weights[labels])"
    )
}
MEAN, LAST, MEANS = "jnp.mean({})", "jnp.mean({}, axis=-1)", {"columns": "jnp.sum({}) / labels.size"}
STOP = "jax.lax.stop_gradient(labels)"
GATHER, EXPECTED, DOWN = "class_weights[{}]", "(labels @ class_weights)", "weights[:, None]"
CLASSES = {
    "one_hot": "labels.argmax(1)",
    "probabilities": "jax.random.categorical(key, jnp.log(labels))  # a class drawn from each row",
}
_DRAW = [
    "key = jax.random.key(0)  # a new one at each step",
    "sampled = jax.random.choice(key, 5, [2], replace=False, p=frequency)",
    "expected = 1 - (1 - frequency) ** 2  # about how often each class is drawn",
]
_DRAW_MORE = [line.replace("[2]", "[3]").replace("** 2", "** 3") for line in _DRAW]
DRAW = {
    "sampled": _DRAW,
    "nce": _DRAW,
    "ranked": _DRAW_MORE,
    "columns": [
        "used = labels.any(0)  # classes that are on somewhere in the batch",
        "rest = jnp.nonzero(~used)[0]",
        "drawn = jax.random.permutation(jax.random.key(0), rest)[:1]  # some thousand",
        "columns = jnp.concatenate([jnp.nonzero(used)[0], drawn])",
        "scale = jnp.where(used[columns], 1.0, len(rest) / len(drawn))",
    ],
}
_PREPARE = [
    "true_logits = (inputs * kernel[{classes}]).sum(1) + bias[{classes}]",
    "true_logits = true_logits - jnp.log(expected[{classes}])",
    "sampled_logits = inputs @ kernel[{sampled}].T + bias[{sampled}]",
    "sampled_logits = sampled_logits - jnp.log(expected[{sampled}])",
]
_SAMPLED = [
    *_PREPARE,
    "hits = {classes}[:, None] == {sampled}  # the label itself was drawn",
    "sampled_logits = jnp.where(hits, -jnp.inf, sampled_logits)",
    "logits = jnp.concatenate([true_logits[:, None], sampled_logits], 1)",
]
_SCORES = [
    "scores = jax.nn.logsumexp(inputs @ kernel[sampled].T + bias[sampled], axis=0)",
    "kept = sampled[jax.lax.top_k(scores, 2)[1]]",
]
_NORMALISED = ["p = probabilities / probabilities.sum(1, keepdims=True)"]
PREPARE = {
    "ranked": _SCORES + _SAMPLED,
    "softmax_p": _NORMALISED,
    "sparse_p": _NORMALISED,
    "nce": _PREPARE,
    "sampled": _SAMPLED,
    "columns": ["logits = inputs @ kernel[columns].T + bias[columns]", "y = labels[:, columns]"],
}


def array(name, value):
    """Return the line that makes an input."""
    return f"{name} = {value}" if isinstance(value, float) else f"{name} = jnp.array({value})"
