"""What `make frameworks` executes, and what xentedu computes for the same."""

import hashlib
from dataclasses import dataclass

import numpy as np

import xentedu as xe
from tools import tabs
from xentedu import choosing
from xentedu.snippets import FRAMEWORKS, Problem, examples, framework, hooks, names, snippet
from xentedu.snippets.names import LOSSES

COLLECTED = ("sampled", "expected", "sampled_values", "classes", "columns", "scale")
BACKENDS = ("tensorflow2", "jax", "pytorch")


def snippets():
    """Return all snippets: of what choose and equivalents answer, of the chapters' tabs, and each name's own call."""
    found = {}
    problems = [*tabs.problems(), *choosing.problems(), *(loss.problem for loss in LOSSES)]
    for name in FRAMEWORKS:
        for problem in problems:
            if (code := snippet(name, problem)) is not None:
                found[str(code)] = code
    for loss in LOSSES:
        for call in calls(loss):
            code = snippet(loss.framework, loss.problem, call)
            found[str(code)] = code
    return list(found.values())


def calls(loss):
    """Return a name's own call, and the same by each of its other names; None is the framework's snippet."""
    own = snippet(loss.framework, loss.problem, loss.call).call
    yield loss.call
    for other in loss.also:
        written = loss.name if loss.name in own else loss.name.replace("torch.nn.functional", "F")
        if other != written:
            yield own.replace(written, other)


@dataclass(frozen=True)
class Probe:
    """A small program that shows what the map says of an edge or an option, and the number that it must give."""

    name: str
    framework: str
    code: str
    wanted: float

    def job(self):
        """Return what is executed."""
        return {"imports": "", "inputs": "", "call": self.code, "into": [], "collected": [], "inputs_of": []}


# The map's words for what is clipped -> the loss of a probability of 0 for a label of 1.
CLIPPED = {
    names.KERAS_CLIP: -np.log(1e-7),
    names.EPSILON: -np.log(1e-7),
    names.KERAS_BOTH: -np.log(2e-7),
    "logarithms at −100: at most 100": 100.0,
    "to the dtype's epsilon: at most 36.04 in float64": -np.log(np.finfo(float).eps),
}


def probes():
    """Return the probes. What is clipped is asked at a probability of 0 for a label of 1."""
    found = []
    for loss in LOSSES:
        if loss.takes == "probabilities":
            module, one_hot = framework(loss.framework), loss.problem.labels != "index"
            values = {"probabilities": [[0.0, 1.0]], "labels": [[1.0, 0.0]] if one_hot else [0]}
            if loss.problem.family in ("binary_p", "log_loss"):
                values = {"probabilities": [[0.0]], "labels": [[1.0]]}
            code = snippet(loss.framework, loss.problem, loss.call)
            lines = [code.imports, *(module.array(name, value) for name, value in values.items()), code.call]
            lines.append(MEAN.get(loss.framework, ""))
            found.append(Probe(f"{loss.name}, p = 0", loss.framework, "\n".join(lines), CLIPPED[loss.clipping]))
    found += [Probe(name, where, code, float(wanted)) for name, where, code, wanted in OPTIONS]
    for name in hooks.HOOKS:
        code = hooks.program(name)
        found.append(Probe(f"xe.diagnose in a training loop, {_hash(code)}", name, code, 1.0))
    return found


# A function may return a loss for each example, or a mean: one number for all.
MEAN = {
    "tensorflow1": "loss = tf.reduce_mean(loss)",
    "tensorflow2": "loss = tf.reduce_mean(loss)",
    "keras": "loss = keras.ops.mean(loss)",
}
_ROWS = [[0.0, float(np.log(3.0))], [0.0, 0.0]]  # probabilities 1/4 and 3/4, and a half each
_TORCH = f"import torch\nimport torch.nn.functional as F\nx = torch.tensor({_ROWS})\n"
_LOG2, _LOG4 = np.log(2), np.log(4)
_TF1 = f"import tensorflow as tf\nx = tf.constant({_ROWS})\n"
# The two examples of the chapter The same loss everywhere: logits, and rows of labels.
_X, _Y = [[2.0, -1.0, 0.5], [-0.5, 1.5, -2.0]], [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
_TWO = f"import tensorflow as tf\nx, y = tf.constant({_X}), tf.constant({_Y})\n"
_CLIPPED = np.clip(_X, 1e-7, 1 - 1e-7)
_CLIPPED_FIRST = float(-np.log(_CLIPPED / _CLIPPED.sum(1, keepdims=True))[[0, 1], [0, 2]].mean())
_SWAPPED = -(np.array(_X) * xe.nn.log_softmax(_Y)).sum(1).mean()  # logits where the labels belong, and the reverse
# What the map says of options: its words, where, a program, and the number by arithmetic.
OPTIONS = (
    (
        "torch.nn.CrossEntropyLoss(weight=) divides by the sum of the labels' weights",
        "pytorch",
        _TORCH + "loss = F.cross_entropy(x, torch.tensor([0, 1]), weight=torch.tensor([3.0, 1.0]))",
        (3 * _LOG4 + _LOG2) / 4,
    ),
    (
        "torch.nn.CrossEntropyLoss(ignore_index=-100) leaves the label out, of the mean too",
        "pytorch",
        _TORCH + "loss = F.cross_entropy(x, torch.tensor([0, -100]))",
        _LOG4,
    ),
    (
        "torch.nn.SoftMarginLoss with a label of 0 costs log 2, whatever the logit",
        "pytorch",
        "import torch\nloss = torch.nn.SoftMarginLoss()(torch.tensor([7.0, -3.0]), torch.zeros(2))",
        _LOG2,
    ),
    (
        "torch.nn.NLLLoss of probabilities is negative",
        "pytorch",
        _TORCH + "loss = F.nll_loss(F.softmax(x, 1), torch.tensor([0, 1]))",
        -(0.25 + 0.5) / 2,
    ),
    (
        "torch.nn.CrossEntropyLoss after a softmax takes it twice",
        "pytorch",
        _TORCH + "loss = F.cross_entropy(F.softmax(x, 1)[:1], torch.tensor([0]))",
        np.log(1 + np.exp(0.5)),
    ),
    (
        "tf.losses.sparse_softmax_cross_entropy divides by the number of weights that are not zero",
        "tensorflow1",
        _TF1 + "loss = tf.losses.sparse_softmax_cross_entropy([0, 1], x, weights=[3.0, 0.0])",
        3 * _LOG4,
    ),
    (
        "tf.contrib.seq2seq.sequence_loss divides by the sum of the weights",
        "tensorflow1",
        _TF1 + "loss = tf.contrib.seq2seq.sequence_loss(x[None], tf.constant([[0, 1]]), tf.constant([[3.0, 0.0]]))",
        _LOG4,
    ),
    (
        "tf.contrib.losses.log_loss with labels first is the loss of other labels",
        "tensorflow1",
        "import tensorflow as tf\nloss = tf.contrib.losses.log_loss(tf.constant([0.7, 0.4]), tf.constant([0.9, 0.2]))",
        xe.losses.log_loss([0.9, 0.2], [0.7, 0.4]),
    ),
    (
        "tf.contrib.losses.sigmoid_cross_entropy with labels first gives a number",
        "tensorflow1",
        _TWO + "loss = tf.contrib.losses.sigmoid_cross_entropy(y, x)",
        (np.logaddexp(0, _Y) - np.multiply(_X, _Y)).mean(),
    ),
    (
        "tf.contrib.losses.softmax_cross_entropy with labels first gives a number",
        "tensorflow1",
        _TWO + "loss = tf.contrib.losses.softmax_cross_entropy(y, x)",
        _SWAPPED,
    ),
    (
        "tf.contrib.losses.softmax_cross_entropy with labels first passes no gradient to the logits",
        "tensorflow1",
        _TWO
        + "found = tf.gradients(tf.contrib.losses.softmax_cross_entropy(y, x), x)[0]\n"
        + "loss = tf.constant(float(found is None))",
        1.0,
    ),
    (
        "tf.contrib.losses.sigmoid_cross_entropy with labels first pulls positives up for ever, and nothing down",
        "tensorflow1",
        _TWO
        + "found = tf.gradients(tf.contrib.losses.sigmoid_cross_entropy(y, x), x)[0]\n"
        + "loss = tf.reduce_max(tf.abs(found + y / 6))",
        0.0,
    ),
    (
        "tf.nn.softmax_cross_entropy_with_logits_v2 takes labels and logits by position, and no _sentinel",
        "tensorflow1",
        _TWO
        + "loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(y, x))\n"
        + "try:\n"
        + "    tf.nn.softmax_cross_entropy_with_logits_v2(_sentinel=None, labels=y, logits=x)\n"
        + "    loss = -loss\n"
        + "except TypeError:\n"
        + "    pass",
        xe.nn.softmax_cross_entropy_with_logits_v2(_Y, _X).mean(),
    ),
    (
        "keras.losses.SparseCategoricalCrossentropy on logits divides by their sum and clips; TensorFlow clips first",
        "keras",
        f"import keras\nx = keras.ops.array({_X})\n"
        "loss = keras.losses.SparseCategoricalCrossentropy()(keras.ops.array([0, 2]), x)\n"
        f"if keras.backend.backend() == 'tensorflow':\n    loss = loss - {_CLIPPED_FIRST}",
        0.0,
    ),
    (
        "keras.losses.CategoricalCrossentropy on logits divides them by their sum, and clips",
        "keras",
        f"import keras\nx, y = keras.ops.array({_X}), keras.ops.array({_Y})\n"
        "loss = keras.losses.CategoricalCrossentropy()(y, x)",
        0.0,
    ),
    (
        "tf.keras.losses.SparseCategoricalCrossentropy on logits clips them, and divides by their sum",
        "tensorflow1",
        _TWO + "loss = tf.keras.losses.SparseCategoricalCrossentropy()(tf.constant([0, 2]), x)",
        _CLIPPED_FIRST,
    ),
    (
        "tf2.keras.losses.SparseCategoricalCrossentropy on logits clips them, and divides by their sum",
        "tensorflow2",
        _TWO + "loss = tf.keras.losses.SparseCategoricalCrossentropy()(tf.constant([0, 2]), x)",
        _CLIPPED_FIRST,
    ),
    (
        "tf.keras.losses.CategoricalCrossentropy on logits divides them by their sum, and clips",
        "tensorflow1",
        _TWO + "loss = tf.keras.losses.CategoricalCrossentropy()(y, x)",
        0.0,
    ),
    (
        "tf.keras.backend.binary_crossentropy on logits clips them, and adds 1e-7",
        "tensorflow1",
        _TWO + "loss = tf.reduce_max(tf.keras.backend.binary_crossentropy(tf.ones([1]), -tf.ones([1])))",
        -np.log(2e-7),
    ),
    (
        "keras.losses.BinaryCrossentropy of float32: a certain yes for a label of 0 costs less than -log 1e-7",
        "keras",
        "import keras\nloss = keras.losses.BinaryCrossentropy()(keras.ops.array([[0.0]]), keras.ops.array([[1.0]]))",
        -np.log(np.float32(1) - np.float32(1 - 1e-7)),
    ),
    (
        "torch.nn.BCELoss refuses what lies outside of [0, 1]",
        "pytorch",
        "import torch\nloss = torch.zeros(())\ntry:\n    torch.nn.BCELoss()(torch.tensor([2.0]), torch.tensor([1.0]))\n"
        "except RuntimeError:\n    loss = torch.ones(())",
        1.0,
    ),
    (
        "optax.softmax_cross_entropy with labels first gives a number",
        "jax",
        f"import jax.numpy as jnp\nimport optax\nx, y = jnp.array({_X}), jnp.array({_Y})\n"
        "loss = optax.softmax_cross_entropy(y, x).mean()",
        _SWAPPED,
    ),
    (
        "sklearn.metrics.log_loss refuses what lies outside of [0, 1]",
        "scikit_learn",
        f"from sklearn.metrics import log_loss\nloss = 0.0\ntry:\n    log_loss([0, 2], {_X}, labels=[0, 1, 2])\n"
        "except ValueError:\n    loss = 1.0",
        1.0,
    ),
    (
        "keras.losses.SparseCategoricalCrossentropy(ignore_class=) leaves the label out, of the mean too",
        "keras",
        "import keras\nimport numpy as np\n"
        f"x = keras.ops.array({_ROWS})\n"
        "loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)\n"
        "loss = loss_fn(np.array([0, -1]), x)",
        xe.keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)([0, -1], _ROWS),
    ),
    (
        "keras.losses.BinaryCrossentropy on logits clips them: a logit of 5 for a label of 1 costs nothing",
        "keras",
        "import keras\nloss = keras.losses.BinaryCrossentropy()(keras.ops.array([[1.0]]), keras.ops.array([[5.0]]))",
        0.0,
    ),
    (
        "keras.losses.BinaryCrossentropy(sample_weight=) divides by the number of examples",
        "keras",
        "import keras\nloss_fn = keras.losses.BinaryCrossentropy(from_logits=True)\n"
        "loss = loss_fn(keras.ops.array([[1.0], [0.0]]), keras.ops.array([[0.0], [0.0]]), "
        "sample_weight=keras.ops.array([3.0, 0.0]))",
        1.5 * _LOG2,
    ),
    (
        "sklearn.metrics.log_loss(sample_weight=) divides by the sum of the weights",
        "scikit_learn",
        "from sklearn.metrics import log_loss\n"
        "loss = log_loss([0, 1], [[0.25, 0.75], [0.5, 0.5]], sample_weight=[3.0, 0.0])",
        _LOG4,
    ),
)


def key(code):
    """Return what a snippet is known by in the record: its framework and the hash of its text."""
    return f"{code.framework}-{_hash(str(code))}"


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def runs(code):
    """Return the jobs of a snippet: on the inputs that it shows, and on random ones."""
    module, made = framework(code.framework), []
    for values in (examples.inputs(code.problem), examples.random_inputs(code.problem)):
        inputs = [module.array(name, value) for name, value in values.items()]
        inputs += module.DRAW.get(code.problem.family, [])
        into = [name for name in ("logits", "probabilities", "kernel", "bias", "inputs") if name in values]
        if code.problem.trained or stopped(code.problem):
            into.append("labels")
        job = {"imports": code.imports, "inputs": "\n".join(inputs), "call": code.call, "into": into}
        made.append({**job, "collected": COLLECTED, "inputs_of": []})
    made[0]["inputs"] = code.inputs
    return made


def stopped(problem):
    """Return whether no gradient may reach the labels, though they are numbers."""
    return problem.labels == "probabilities" and not problem.trained and problem.family in examples.STOPPED


def reference(problem, values, drawn):
    """Return xentedu's value and gradients of a problem, given its inputs and what the framework drew."""
    values = {name: np.asarray(value, np.float64) for name, value in values.items()}
    if problem.labels == "index" and problem.family != "signed":
        values["labels"] = values["labels"].astype(int)
    labels, family = values["labels"], problem.family
    if "classes" in drawn:
        classes = np.asarray(drawn["classes"])
    else:
        classes = labels.argmax(1) if labels.ndim == 2 and family == "sampled" else labels
    if family == "ranked":
        return _ranked(values, drawn)
    if family in ("sampled", "nce"):
        losses, grads = _sampled(family, values, classes, drawn)
    elif family == "columns":
        return _columns(problem, values, drawn)
    else:
        losses, grads = _each(problem, values)
    weights = _weights(problem, values, classes)
    weights = weights if np.ndim(weights) <= 1 or np.ndim(losses) > 1 else weights[:, 0]
    weighted = losses * weights
    divisors = {"none": 1, "mean": losses.size, "last": losses.shape[-1], "weighted": np.sum(weights)}
    factor = 1 / divisors[problem.reduction]
    if problem.reduction in ("mean", "weighted"):
        weighted = factor * weighted.sum()
    elif problem.reduction == "last":
        weighted = weighted.mean(-1)
    if family in ("sampled", "nce"):  # one gradient for each example: [batch, ...]
        grads = {
            name: np.einsum("b,b...->b...", np.broadcast_to(weights, losses.shape), g) for name, g in grads.items()
        }
        grads = {name: g if name == "inputs" else g.sum(0) for name, g in grads.items()}
        return weighted, {name: g * factor for name, g in grads.items()}
    down = np.broadcast_to(weights, losses.shape)
    scaled = {name: g * (down if g.ndim == down.ndim else down[..., np.newaxis]) * factor for name, g in grads.items()}
    if problem.trained and problem.weighting == "class" and family == "softmax":  # the weights are made of the labels
        scaled["labels"] = scaled["labels"] + factor * losses[:, np.newaxis] * values["class_weights"]
    return weighted, scaled


def _each(problem, values):
    """Return the losses and their gradients before weights and mean."""
    labels, family = values["labels"], problem.family
    x = values.get("logits", values.get("probabilities"))
    whole = labels
    if family == "column":
        labels = labels[:, 1]
    if family == "signed":
        labels = (labels + 1) / 2
    if family in ("binary", "column", "multi", "signed"):
        labels = labels.astype(float)
        if problem.weighting == "positive":
            loss, more = xe.nn.weighted_cross_entropy_with_logits, {"pos_weight": float(values["pos_weight"])}
        else:
            loss, more = xe.nn.sigmoid_cross_entropy_with_logits, {}
        value, grads = xe.value_and_grad(loss)(labels=labels, logits=x, **more)
        if family == "column":
            into = np.zeros_like(whole)
            into[:, 1] = grads["labels"]
            grads["labels"] = into
        return value, grads
    if family == "softmax":
        return xe.value_and_grad(xe.nn.softmax_cross_entropy_with_logits_v2)(labels=labels, logits=x)
    if family == "sparse":
        return xe.value_and_grad(xe.nn.sparse_softmax_cross_entropy_with_logits)(labels=labels, logits=x)
    if family == "log_loss":
        value, grads = xe.value_and_grad(xe.losses.log_loss)(labels, x, reduction="none")
        return value, {"probabilities": grads["predictions"]}
    if family == "binary_p":
        value, grads = xe.value_and_grad(xe.keras.losses.binary_crossentropy)(labels[..., None], x[..., None])
        return value, {"probabilities": grads["y_pred"][..., 0]}
    loss = xe.keras.losses.categorical_crossentropy
    loss = xe.keras.losses.sparse_categorical_crossentropy if family == "sparse_p" else loss
    value, grads = xe.value_and_grad(loss)(labels, x)
    return value, {"probabilities": grads["y_pred"]}


def _sampled(family, values, classes, drawn):
    """Return the losses, and the gradient of each example's by itself: [batch, ...]."""
    loss = xe.nn.sampled_softmax_loss if family == "sampled" else xe.nn.nce_loss
    if "sampled_values" in drawn:
        sampled, true_expected, sampled_expected = map(np.asarray, drawn["sampled_values"])
    else:
        sampled, expected = np.asarray(drawn["sampled"]), np.asarray(drawn["expected"])
        true_expected, sampled_expected = expected[classes][:, np.newaxis], expected[sampled]
    losses, grads = [], []
    for row, label in enumerate(classes):
        value, found = xe.value_and_grad(loss)(
            weights=values["kernel"],
            biases=values["bias"],
            labels=[[int(label)]],
            inputs=values["inputs"][row : row + 1],
            num_sampled=len(sampled),
            num_classes=len(values["bias"]),
            sampled_values=(sampled, true_expected[row : row + 1].astype(float), sampled_expected.astype(float)),
        )
        losses.append(value[0])
        grads.append({"kernel": found["weights"], "bias": found["biases"], "inputs": found["inputs"][0]})
    return np.array(losses), {name: np.array([g[name] for g in grads]) for name in grads[0]}


def _ranked(values, drawn):
    """Return the losses of the samples that score highest, and the gradients of their sum."""
    if "sampled_values" in drawn:
        sampled, true_expected, sampled_expected = map(np.asarray, drawn["sampled_values"])
    else:
        sampled, expected = np.asarray(drawn["sampled"]), np.asarray(drawn["expected"])
        true_expected, sampled_expected = expected[values["labels"]][:, np.newaxis], expected[sampled]
    value, found = xe.value_and_grad(xe.contrib.nn.rank_sampled_softmax_loss)(
        values["kernel"],
        values["bias"],
        values["labels"][:, np.newaxis],
        values["inputs"],
        len(sampled),
        2,
        len(values["bias"]),
        1,
        (sampled, true_expected.astype(float), sampled_expected.astype(float)),
        1.0,
        True,
        "mod",
    )
    return value, {"kernel": found["weights"], "bias": found["biases"], "inputs": found["inputs"]}


def _columns(problem, values, drawn):
    """Return the loss of the columns that were drawn, and its gradients into the last layer."""
    columns, scale = np.asarray(drawn["columns"]), np.asarray(drawn["scale"], float)
    kernel, inputs, labels = values["kernel"][columns], values["inputs"], values["labels"]
    logits = inputs @ kernel.T + values["bias"][columns]
    part = {**values, "labels": labels[:, columns], "logits": logits}
    each, grads = _each(Problem("multi", problem.labels, problem.weighting), part)
    weights = _weights(problem, values, None)
    weights = weights[..., columns] if problem.weighting == "class" else weights
    factor = weights * scale / labels.size
    upstream = factor * grads["logits"]
    into = {name: np.zeros_like(values[name]) for name in ("kernel", "bias")}
    np.add.at(into["kernel"], columns, upstream.T @ inputs)
    np.add.at(into["bias"], columns, upstream.sum(0))
    return (factor * each).sum(), {**into, "inputs": upstream @ kernel}


def _weights(problem, values, classes):
    """Return the weights, in a shape that multiplies the losses."""
    if problem.weighting == "example":
        return values["weights"][:, np.newaxis] if problem.family in ("multi", "columns") else values["weights"]
    if problem.weighting == "class":
        if problem.family in ("multi", "columns"):
            return values["class_weights"]
        if problem.labels == "probabilities" or problem.family == "softmax":
            return values["labels"] @ values["class_weights"]
        return values["class_weights"][classes]
    return np.float64(1)
