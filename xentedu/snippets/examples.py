"""The numbers on which a snippet is shown, and random ones of the same kind on which it is executed too."""

import random

# What each family computes. The first word of a pair names the logits' shape.
FAMILIES = {
    "binary": "sigmoid cross-entropy of one logit for each example",
    "column": "sigmoid cross-entropy of one logit for each example, with rows of two labels",
    "multi": "sigmoid cross-entropy of each class by itself",
    "signed": "sigmoid cross-entropy of labels −1 and 1",
    "softmax": "softmax cross-entropy of rows of labels",
    "sparse": "softmax cross-entropy of class indices",
    "sampled": "softmax cross-entropy over the label and a sample of the other classes",
    "ranked": "softmax cross-entropy over the label and those of a sample that score highest",
    "nce": "sigmoid cross-entropy of the label against a sample of classes",
    "columns": "sigmoid cross-entropy of the classes that are on and a sample of the rest",
    "binary_p": "binary cross-entropy of probabilities",
    "log_loss": "binary cross-entropy of probabilities, with 1e-7 added inside the logarithms",
    "softmax_p": "cross-entropy of rows of labels against rows of probabilities",
    "sparse_p": "cross-entropy of class indices against rows of probabilities",
}
STOPPED = ("multi", "softmax", "column")  # where labels could be trained
LAYER = (
    "sampled",
    "ranked",
    "nce",
    "columns",
)  # families that take the last layer's kernel and bias in place of logits

_KERNEL = [[0.5, -1.0], [1.5, 0.5], [-0.5, 2.0], [0.0, 1.0], [1.0, -1.5]]
_BIAS = [0.25, 0.0, -0.25, 0.75, 0.25]
_FREQUENCY = [0.4, 0.3, 0.15, 0.1, 0.05]
_LOGITS = [[2.0, -1.0, 0.5], [-0.5, 1.5, -2.0]]
_PROBABILITIES = [[0.7, 0.2, 0.1], [0.25, 0.5, 0.25]]


def inputs(problem):
    """Return the example's inputs, by the names that the snippets use."""
    family, columns = problem.family, problem.columns
    if family in LAYER:
        found = {"kernel": _KERNEL, "bias": _BIAS, "inputs": [[1.0, -0.5], [0.5, 2.0]]}
        found["labels"] = _labels(problem, 5)
        if family != "columns":
            found["frequency"] = _FREQUENCY
        columns = 5
    else:
        logits = [row[:columns] for row in (_PROBABILITIES if family.endswith("_p") else _LOGITS)]
        if family in ("softmax_p", "sparse_p") and columns == 2:
            logits = [[0.7, 0.3], [0.25, 0.75]]
        if family in ("binary", "column"):
            logits = [2.0, -1.0]
        name = "probabilities" if family.endswith("_p") or family == "log_loss" else "logits"
        if family == "log_loss":
            logits = _PROBABILITIES
        found = {"logits" if name == "logits" else "probabilities": logits, "labels": _labels(problem, columns)}
    if problem.weighting == "example":
        found["weights"] = [1.0, 3.0]
    if problem.weighting == "class":
        count = 2 if family == "binary" else columns
        found["class_weights"] = [1.0, 5.0, 2.0, 0.5, 3.0][:count]
    if problem.weighting == "positive":
        found["pos_weight"] = 5.0
    return found


def _labels(problem, columns):
    family = problem.family
    if family == "binary":
        return [1, 0]
    if family == "signed":
        return [[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]]
    if problem.labels == "index":
        return [0, min(3, columns - 1)]
    if family == "column":
        return [[0.25, 0.75], [0.5, 0.5]] if problem.labels == "probabilities" else [[0.0, 1.0], [1.0, 0.0]]
    if family in ("softmax", "softmax_p", "sampled"):
        rows = [[0.7, 0.3], [0.5, 0.5]] if columns == 2 else [[0.7, 0.2, 0.1], [0.5, 0.5, 0.0]]
        if problem.labels == "one_hot":
            rows = [[1.0, 0.0], [0.0, 1.0]] if columns == 2 else [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    else:
        rows = [[0.9, 0.0, 0.6], [0.2, 1.0, 0.0]] if problem.labels == "probabilities" else [[1.0, 0, 1], [0, 1.0, 0]]
    return [[float(x) for x in (row + [0.0] * 2)[:columns]] for row in rows]


def random_inputs(problem, seed=0, batch=6):
    """Return random inputs of the same kind: other numbers, and more examples."""
    draw = random.Random(repr((problem, seed)))

    def normal(*shape):
        return [normal(*shape[1:]) for _ in range(shape[0])] if shape else round(draw.gauss(0, 2), 3)

    def distribution(count):
        parts = [draw.randint(1, 9) for _ in range(count)]
        return [part / sum(parts) for part in parts]

    example = inputs(problem)
    found, columns = {}, 5 if problem.family in LAYER else problem.columns
    for name, value in example.items():
        if name == "probabilities":
            if problem.family in ("binary_p", "log_loss"):
                value = [[draw.randint(20, 80) / 100 for _ in range(columns)] for _ in range(batch)]
            else:
                value = [distribution(columns) for _ in range(batch)]
        elif name in ("logits", "inputs"):
            value = normal(batch, len(value[0])) if isinstance(value[0], list) else normal(batch)
        elif name in ("kernel", "bias"):
            value = normal(len(value), len(value[0])) if isinstance(value[0], list) else normal(len(value))
        elif name == "labels":
            value = _random_labels(problem, draw, distribution, batch, columns)
        elif name in ("weights", "class_weights"):
            value = [draw.randint(0, 9) / 2 for _ in range(batch if name == "weights" else len(value))]
        elif name == "pos_weight":
            value = 0.25
        found[name] = value
    return found


def _random_labels(problem, draw, distribution, batch, columns):
    family = problem.family
    if family == "binary":
        return [draw.randint(0, 1) for _ in range(batch)]
    if family == "signed":
        return [[draw.choice((-1.0, 1.0)) for _ in range(columns)] for _ in range(batch)]
    if problem.labels == "index":
        return [draw.randrange(columns) for _ in range(batch)]
    count = 2 if family == "column" else columns
    if family in ("column", "softmax", "softmax_p", "sampled"):
        if problem.labels == "probabilities":
            return [distribution(count) for _ in range(batch)]
        chosen = [draw.randrange(count) for _ in range(batch)]
        return [[float(k == label) for k in range(count)] for label in chosen]
    if family == "columns":  # some class is off everywhere
        off = draw.randrange(columns)
        return [[float(k != off and draw.random() < 0.3) for k in range(columns)] for _ in range(batch)]
    soft = problem.labels == "probabilities"
    return [
        [draw.randint(0, 10) / 10 if soft else float(draw.randint(0, 1)) for _ in range(columns)] for _ in range(batch)
    ]
