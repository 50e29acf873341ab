"""The figure of the chapter *Gradients into labels*."""

import functools

import numpy as np
import traitlets

from .. import nn
from ..gradients import value_and_grad
from ..numerics import log_softmax, softmax
from .colours import light
from .figure import Figure, number

FEATURES = np.arange(-2.75, 3, 0.5)  # twelve pictures, one number each; the cats are those above zero
CATS = FEATURES > 0
STEPS, RATE = 200, 0.5  # of the model; the labels' rate is a control
START_LABELS, START_MODEL = 1.0, (1.0, -2.0)  # 73% for the right class; a boundary at 2, where it should be at 0
VERSIONS = {
    "v1": nn.softmax_cross_entropy_with_logits,
    "v2": nn.softmax_cross_entropy_with_logits_v2,
}


def _two(x):
    """Return logits of cat and dog, of which the second is zero."""
    return np.stack([x, np.zeros_like(x)], axis=-1)


@functools.lru_cache(maxsize=32)
def _run(version, rate):
    """Return the label-logits, the weight and the bias before each step, and after the last."""
    loss_and_grads = value_and_grad(VERSIONS[version])
    z, (w, b) = np.where(CATS, START_LABELS, -START_LABELS), START_MODEL
    run = [(z, w, b)]
    for _ in range(STEPS):
        y = softmax(_two(z))
        _, grads = loss_and_grads(labels=y, logits=_two(w * FEATURES + b))
        by_x = grads["logits"][:, 0] / len(z)
        w, b = w - RATE * (by_x * FEATURES).sum(), b - RATE * by_x.sum()
        if "labels" in grads:  # on, through the softmax that made the labels
            by_y = grads["labels"]
            by_z = y * (by_y - (y * by_y).sum(axis=1, keepdims=True))
            z = z - rate * by_z[:, 0] / len(z)
        run.append((z, w, b))
    return run


class LabelGradients(Figure):
    """Labels that are trained together with the model, under v1 and v2 of the softmax loss.

    Twelve pictures of cats and dogs, a model of one feature, and a label for each picture that is itself a softmax of
    a trainable logit. The model starts with its boundary far off.

    Args:
        step: how many steps of gradient descent were made, at most 200.
        rate: the learning rate of the labels. That of the model is 0.5.
        stop_gradient: whether v2's labels pass through ``tf.stop_gradient``.

    Examples:
        >>> now = LabelGradients(step=200).numbers()
        >>> now["v1"]["right"], now["v2"]["right"], bool(now["v2"]["loss"] < now["v1"]["loss"])
        (12, 9, True)
    """

    name = "label_gradients"
    caption = (
        "Twelve pictures, cats on the right of zero, dogs on the left. The curve is the model's probability of cat, a "
        "ring the label of a picture, filled where it is on the wrong side of ½. The line between them is the gradient "
        "by the logit, p − y. Both runs start alike."
    )
    step = traitlets.Int(100, min=0, max=STEPS).tag(sync=True)
    rate = traitlets.Enum((1, 2, 5, 10, 20, 50, 100), 50).tag(sync=True)
    stop_gradient = traitlets.Bool(False).tag(sync=True)

    def runs(self):
        """Return label-logits, weight and bias of either version at this step."""
        versions = {"v1": "v1", "v2": "v1" if self.stop_gradient else "v2"}
        return {name: _run(version, self.rate)[self.step] for name, version in versions.items()}

    def numbers(self):
        """Return for either version the mean loss and label entropy, and how many answers and labels are right."""
        now = {}
        for version, (z, w, b) in self.runs().items():
            x, y = w * FEATURES + b, softmax(_two(z))
            now[version] = {
                "loss": VERSIONS[version](labels=y, logits=_two(x)).mean(),
                "entropy": -(y * log_softmax(_two(z))).sum(axis=1).mean(),
                "right": int(((x > 0) == CATS).sum()),
                "labels": int(((z > 0) == CATS).sum()),
            }
        return now

    def shown(self):
        """Return loss, entropy of the labels, right answers and right labels, each for v1 and v2."""
        return [value for pair in zip(*(now.values() for now in self.numbers().values())) for value in pair]

    def describe(self):
        """Return the state in words and numbers."""

        def told(version, now):
            return (
                f"{version}: loss {number(now['loss'])}, entropy of the labels {number(now['entropy'])}, "
                f"model right {now['right']} of 12, labels right {now['labels']} of 12."
            )

        stopped = ", stop_gradient on the labels of v2" if self.stop_gradient else ""
        rows = " ".join(told(version, now) for version, now in self.numbers().items())
        return f"Step {self.step}, learning rate of the labels {self.rate}{stopped}. {rows}"

    def draw(self, figure):
        """Draw the model's curve and the labels, a panel for each version."""
        panels = figure.subplots(1, 2, sharey=True)
        across = np.linspace(-3, 3, 121)
        for panel, (version, (z, w, b)) in zip(panels, self.runs().items()):
            now, y = self.numbers()[version], softmax(_two(z))[:, 0]
            p = softmax(_two(w * FEATURES + b))[:, 0]
            panel.axhline(0.5, color=light("logit"), lw=0.8, ls=":")
            panel.axvline(0, color=light("logit"), lw=0.8, ls=":")
            panel.plot(across, softmax(_two(w * across + b))[:, 0], color=light("softmax"), lw=2)
            panel.vlines(FEATURES, y, p, color=light("gradient"), lw=1.5)
            wrong = (z > 0) != CATS
            for rings, fill in ((~wrong, "none"), (wrong, light("label"))):
                panel.plot(FEATURES[rings], y[rings], "o", mfc=fill, mec=light("label"), mew=2, ms=7)
            title = f"{version}: loss {number(now['loss'])}, model right {now['right']} of 12"
            panel.set_title(title, size=10)
            panel.set_xlabel("feature")
            panel.spines[["top", "right"]].set_visible(False)
        panels[0].set(ylabel="probability of cat", ylim=(-0.05, 1.05))
