"""scikit-learn's expressions. It has one such function, a metric of probabilities, which gives no gradient."""

IMPORTS = {
    "np.": "import numpy as np",
    "scipy.": "import scipy.special",
    "log_loss(": "from sklearn.metrics import log_loss",
}
_MULTI = "np.mean([log_loss(y, p, labels=[0, 1]) for y, p in zip(labels.T, probabilities.T)])"
_EVERY = "labels=range({}.shape[1])"
WHOLE = {
    ("binary", None): "log_loss(labels, scipy.special.expit(logits))",
    ("multi", None): _MULTI,
    ("softmax", None): "log_loss(labels.argmax(1), scipy.special.softmax(logits, axis=1), "
    + _EVERY.format("logits")
    + ")",
    ("sparse", None): "log_loss(labels, scipy.special.softmax(logits, axis=1), " + _EVERY.format("logits") + ")",
    ("binary_p", None): _MULTI,
    ("sparse_p", None): "log_loss(labels, probabilities, " + _EVERY.format("probabilities") + ")",
}
WHOLE = {(*key, "mean", False): f"loss = {code}" for key, code in WHOLE.items()}
EACH, POSITIVE, DRAW, MEANS = {}, {}, {}, {}
PREPARE = {("multi", None): ["probabilities = scipy.special.expit(logits)"]}
STOP = None  # it has no gradient to stop, and takes no probabilities as labels
MEAN = LAST = GATHER = EXPECTED = DOWN = "{}"
CLASSES = {}


def array(name, value):
    """Return the line that makes an input."""
    return f"{name} = np.array({value})"
