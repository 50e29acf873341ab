"""The figure of the chapter *Gradients into labels*."""

import functools

import numpy as np

from .. import nn
from ..gradients import value_and_grad
from ..numerics import softmax
from .colours import light
from .machinery.figure import Figure, number, tell
from .machinery.settings import Choice, Flag, Number, Numbers

FEATURES = np.arange(-2.75, 3, 0.5)  # twelve pictures, one number each; the cats are those above zero
CATS = FEATURES > 0
STEPS, RATE = 200, 0.5  # of the model; the labels' rate is a control
MODEL = 1.0, -2.0  # weight and bias at the start: a boundary at 2, where it should be at 0
SURE = 0.98, 0.9  # how sure the careful person is, and the other one
RATES = (1, 2, 5, 10, 20, 50, 100)  # of the labels
GIVEN = np.where(CATS, 1.0, -1.0)  # the logit of each label at the start: 73% for the right animal
VERSIONS = ("v1", "v2")
LOSSES = dict(zip(VERSIONS, (nn.softmax_cross_entropy_with_logits, nn.softmax_cross_entropy_with_logits_v2)))


def _two(x):
    """Return logits of cat and dog; those of dog are zero."""
    return np.stack([x, np.zeros_like(x)], axis=-1)


def _sure(cats, p):
    """Return the labels of a person who gives ``p`` to the animal that they name."""
    return np.where(np.stack([cats, ~cats], axis=-1), p, 1 - p)


OTHERS = {"guessing": np.array([1, 0, 0, 1] * 3, bool), "constant": np.zeros(12, bool)}  # whom the others call cats
PEOPLE = {kind: np.stack([_sure(CATS, SURE[0]), _sure(cats, SURE[1])]) for kind, cats in OTHERS.items()}
LABELS = {
    "free": "One label for each picture",
    "guessing": "Labels of a careful and a guessing person",
    "constant": "Labels of a careful person and one who always says dog",
}
TOLD = "{labels}, learning rate {rate}{stopped}, step {step}. {v1} {v2}"
TOLD_STOPPED = ", stop_gradient on the labels of v2"
TOLD_VERSION = (
    "{version}: loss {loss:3}, entropy of the labels {entropy:3}, model right {right:0} of {n}, "
    "labels right {labels:0} of {n}{weight}."
)
TOLD_WEIGHT = ", weight of the careful person {weight:3}"


def _labels(kind, u):
    """Return the labels that the label-logits ``u`` stand for, and the shares that are a softmax of ``u``."""
    shares = softmax(_two(u))
    return (shares, shares) if kind == "free" else (np.einsum("a,aec->ec", shares, PEOPLE[kind]), shares)


@functools.lru_cache(maxsize=64)
def _run(version, kind, rate, given):
    """Return the label-logits, the weight and the bias before each step, and after the last."""
    loss_and_grads = value_and_grad(LOSSES[version])
    u, (w, b) = np.array(given) if kind == "free" else np.array(0.0), MODEL
    run = [(u, w, b)]
    for _ in range(STEPS):
        y, shares = _labels(kind, u)
        _, grads = loss_and_grads(labels=y, logits=_two(w * FEATURES + b))
        by_x = grads["logits"][:, 0] / len(y)
        w, b = w - RATE * (by_x * FEATURES).sum(), b - RATE * by_x.sum()
        if "labels" in grads:  # on, to the shares and through their softmax
            by_share = grads["labels"] / len(y)
            if kind != "free":
                by_share = np.einsum("ec,aec->a", by_share, PEOPLE[kind])
            by_u = shares * (by_share - (shares * by_share).sum(axis=-1, keepdims=True))
            u = u - rate * by_u[..., 0]
        run.append((u, w, b))
    return run


class LabelGradients(Figure):
    """Labels that are trained together with the model, under v1 and v2 of the softmax loss.

    Twelve pictures of cats and dogs, and a model of one feature that starts with its boundary far off. What is trained
    of the labels is the logit of each, or how much each of two people who gave them is trusted.

    Args:
        step: how many steps of gradient descent were made, at most 200.
        labels: ``"free"``, or mixed from a careful person's and those of one who is ``"guessing"`` or ``"constant"``.
        rate: the learning rate of the labels. That of the model is 0.5.
        stop_gradient: whether v2's labels pass through ``tf.stop_gradient``.
        given: the logit of each picture's label at the start, where they are ``"free"``.

    Examples:
        >>> now = LabelGradients(step=200).numbers()
        >>> now["v1"]["right"], now["v2"]["right"], bool(now["v2"]["loss"] < now["v1"]["loss"])
        (12, 9, True)
    """

    name = "label_gradients"
    caption = (
        "Twelve pictures, cats on the right of zero, dogs on the left. The curve is the model's probability of cat, a "
        "ring the label of a picture, filled where it is on the wrong side of ½. The line between them is the gradient "
        "with respect to the logit, p − y. Both runs start alike; a ring that is dragged starts elsewhere. Below, the "
        "losses of both runs so far."
    )
    step = Number(0, 0, STEPS, whole=True)
    labels = Choice("free", LABELS)
    rate = Choice(50, RATES)
    stop_gradient = Flag(False)
    given = Numbers(GIVEN, Number(0, -4, 4, step=0.1), len(GIVEN), len(GIVEN))

    def runs(self):
        """Return label-logits, weight and bias of either version at this step."""
        versions = {"v1": "v1", "v2": "v1" if self.stop_gradient else "v2"}
        settings = self.labels, self.rate, tuple(self.given)
        return {name: _run(version, *settings)[self.step] for name, version in versions.items()}

    def numbers(self):
        """Return for either version the mean loss and label entropy, and how many answers and labels are right.

        Where people's labels are mixed, also the weight of the careful person.
        """
        now = {}
        for version, (u, w, b) in self.runs().items():
            x, (y, shares) = w * FEATURES + b, _labels(self.labels, u)
            now[version] = {
                "loss": LOSSES[version](labels=y, logits=_two(x)).mean(),
                "entropy": -(y * np.log(y)).sum(axis=1).mean(),
                "right": int(((x > 0) == CATS).sum()),
                "labels": int(((y[:, 0] > 0.5) == CATS).sum()),
            }
            if self.labels != "free":
                now[version]["weight"] = shares[0]
        return now

    def shown(self):
        """Return each of the numbers for v1, then for v2."""
        names = ("loss", "right", "labels", "entropy", "weight")
        return [now[name] for now in self.numbers().values() for name in names if name in now]

    def describe(self):
        """Return the state in words and numbers."""
        told = {}
        for version, now in self.numbers().items():
            weight = tell(TOLD_WEIGHT, **now) if "weight" in now else ""
            told[version] = tell(TOLD_VERSION, version=version, n=len(CATS), **{**now, "weight": weight})
        stopped = TOLD_STOPPED if self.stop_gradient else ""
        return tell(TOLD, step=self.step, labels=LABELS[self.labels], rate=self.rate, stopped=stopped, **told)

    def draw(self, figure):
        """Draw the model's curve and the labels, a panel for each version."""
        panels = figure.subplots(1, 2, sharey=True)
        across = np.linspace(-3, 3, 121)
        for panel, (version, (u, w, b)) in zip(panels, self.runs().items()):
            now, y = self.numbers()[version], _labels(self.labels, u)[0][:, 0]
            p = softmax(_two(w * FEATURES + b))[:, 0]
            panel.axhline(0.5, color=light("logit"), lw=0.8, ls=":")
            panel.axvline(0, color=light("logit"), lw=0.8, ls=":")
            panel.plot(across, softmax(_two(w * across + b))[:, 0], color=light("softmax"))
            panel.vlines(FEATURES, y, p, color=light("gradient"), lw=1.5)
            wrong = (y > 0.5) != CATS
            for rings, fill in ((~wrong, "none"), (wrong, light("label"))):
                panel.plot(FEATURES[rings], y[rings], "o", mfc=fill, mec=light("label"), mew=2, ms=7)
            title = f"{version}: loss {number(now['loss'])}, model right {now['right']} of 12"
            panel.set_title(title)
            panel.set_xlabel("feature")
        panels[0].set(ylabel="probability of cat", ylim=(-0.05, 1.05))
