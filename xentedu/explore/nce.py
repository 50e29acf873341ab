"""The figure of the chapter *Noise-contrastive estimation*."""

import numpy as np

from .. import nn
from ..gradients import value_and_grad
from .colours import light
from .machinery.figure import Figure, tell
from .machinery.settings import Choice, Number

WORDS = ("the", "of", "and", "to", "in", "Francisco", "Diego", "José", "Antonio", "Juan")
EVERYWHERE = np.array([360, 200, 170, 130, 100, 16, 10, 6, 5, 3]) / 1000  # made up: shares in a whole text
AFTER_SAN = np.array([2, 5, 12, 3, 8, 700, 120, 80, 50, 20]) / 1000  # made up: shares after the word "San"
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
METHODS = {"nce": "NCE", "negative_sampling": "negative sampling", "sampled_logistic": "sampled logistic"}
_DASHES = dict(zip(METHODS, ("-", "--", ":")))
NOISE = {0: "uniform noise", 0.75: "noise by frequency to the power 0.75", 1: "noise by frequency"}
EXCESS = (
    "Size: against the softmax’s gradient. Excess: how far the softmax loss stays above its minimum once a method has "
    "come to rest. NCE’s is 0.000, whatever the noise: it rests where the softmax does, though it may be slow to get "
    "there."
)
TOLD = "{k} noise samples, {noise}, log Z = {log_z:1}; pulls shown: {method}. {rows}."
TOLD_ROW = "{method}: {angle:1} degrees off, {size:2} times the softmax's size, excess at rest {excess:3}"

_softmax_loss = value_and_grad(nn.softmax_cross_entropy_with_logits_v2)
_sigmoid_loss = value_and_grad(nn.sigmoid_cross_entropy_with_logits)


def _sigmoid_gradient(labels, x):
    return _sigmoid_loss(labels=labels, logits=x)[1]["logits"]


def logits(log_z):
    """Return the logits of a half-trained model whose exponentials sum to ``exp(log_z)``."""
    return nn.log_softmax(np.log(EVERYWHERE * AFTER_SAN) / 2) + log_z


def expected_count(num_sampled, distortion):
    """Return how often each word is expected in a sample with repeats."""
    weights = EVERYWHERE**distortion
    return num_sampled * weights / weights.sum()


def mean_gradient(method, x, counts):
    """Return the mean gradient with respect to the logits ``x``: over all labels, and all samples with these counts.

    The loss is a sum over true and sampled classes, so its mean needs no drawing: a class counts as true as often as it
    is the label, and as noise as often as it is expected in the sample.
    """
    s = x if method == "negative_sampling" else x - np.log(counts)
    as_noise = counts * (1 - AFTER_SAN) if method == "sampled_logistic" else counts
    yes, no = np.ones_like(s), np.zeros_like(s)
    return AFTER_SAN * _sigmoid_gradient(yes, s) + as_noise * _sigmoid_gradient(no, s)


def at_rest(method, counts):
    """Return the logits at which :func:`mean_gradient` is zero."""
    taken_off = {"nce": 0.0, "negative_sampling": np.log(counts), "sampled_logistic": np.log1p(-AFTER_SAN)}
    return np.log(AFTER_SAN) - taken_off[method]


class NoiseContrastive(Figure):
    """The mean gradients of three losses with noise samples, and the gradient of the softmax.

    A half-trained model of the word that follows "San", one of ten, on made-up frequencies. The noise is drawn from
    the frequencies in the whole text, with repeats.

    Args:
        num_sampled: the number of noise samples: 1, 2, 5, 10, up to 10000.
        method: whose pull on each logit is shown: ``"nce"``, ``"negative_sampling"`` or ``"sampled_logistic"``.
        distortion: the power to which the noise takes frequencies: 0, 0.75 or 1.
        log_z: the logarithm of the sum of the exponentials of the logits, in [-3, 3].

    Examples:
        >>> [round(float(NoiseContrastive(num_sampled=k).numbers()["nce"]["angle"]), 1) for k in (1, 100, 10000)]
        [55.2, 4.2, 0.0]
    """

    name = "nce"
    caption = (
        "A half-trained model of the word after “San”. First, how far the mean gradient of each loss points away from "
        "the softmax's, at the numbers of noise samples that you have been to. Below, minus the gradient, the pull on "
        "each logit, all drawn at length 1."
    )
    num_sampled = Choice(10, SIZES)
    method = Choice("nce", METHODS)
    distortion = Choice(1, NOISE)
    log_z = Number(0.0, -3, 3, step=0.5)

    def gradients(self, num_sampled=None):
        """Return the gradient of the softmax, and the mean gradient of each method."""
        x, counts = logits(self.log_z), expected_count(num_sampled or self.num_sampled, self.distortion)
        exact = _softmax_loss(AFTER_SAN, x)[1]["logits"]
        return exact, {method: mean_gradient(method, x, counts) for method in METHODS}

    def numbers(self, num_sampled=None):
        """Return for each method its angle to the softmax's gradient, its relative size, and its excess at rest."""
        exact, gradients = self.gradients(num_sampled)
        counts, length = expected_count(num_sampled or self.num_sampled, self.distortion), np.linalg.norm(exact)
        now = {}
        for method, gradient in gradients.items():
            along = gradient @ exact / length
            across = np.linalg.norm(gradient - along * exact / length)
            losses = [nn.softmax_cross_entropy_with_logits_v2(AFTER_SAN, at_rest(m, counts)) for m in (method, "nce")]
            now[method] = {
                "angle": np.degrees(np.arctan2(across, along)),
                "size": np.linalg.norm(gradient) / length,
                "excess": losses[0] - losses[1],
            }
        return now

    def shown(self):
        """Return angle, relative size and excess, method by method."""
        return [value for row in self.numbers().values() for value in row.values()]

    def describe(self):
        """Return the state in words and numbers."""
        rows = "; ".join(tell(TOLD_ROW, method=METHODS[name], **row) for name, row in self.numbers().items())
        noise, method = NOISE[self.distortion], METHODS[self.method]
        return tell(TOLD, k=self.num_sampled, noise=noise, log_z=self.log_z, method=method, rows=rows)

    def draw(self, figure):
        """Draw the angles over the number of noise samples, and the pulls on the logits."""
        left, right = figure.subplots(1, 2)
        for method, dash in _DASHES.items():
            angles = [self.numbers(k)[method]["angle"] for k in SIZES]
            left.plot(SIZES, angles, dash, color=light("sigmoid"), label=METHODS[method])
        style = {"mfc": "none", "mec": light("label"), "mew": 2, "ms": 9, "clip_on": False}
        left.plot(self.num_sampled, self.numbers()[self.method]["angle"], "o", **style)
        left.set(xscale="log", xlabel="noise samples, n", ylabel="degrees off the softmax", ylim=(0, 120))
        exact, gradients = self.gradients()
        rows, mine = np.arange(len(WORDS)), gradients[self.method]
        right.barh(rows, -exact / np.linalg.norm(exact), color=light("softmax"), label="softmax")
        right.plot(-mine / np.linalg.norm(mine), rows, "o", color=light("sigmoid"), label=METHODS[self.method])
        right.set(yticks=rows, yticklabels=WORDS, xlim=(-1.05, 1.05), xlabel="pull on the logit")
        right.invert_yaxis()
        for panel in (left, right):
            panel.legend()
