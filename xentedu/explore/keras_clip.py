"""The second figure of the chapter *The same loss everywhere*: what Keras's clip takes away."""

import math

import numpy as np

from .. import nn
from ..keras.clipped import EPSILON
from .colours import light
from .machinery.figure import Figure, tell
from .machinery.settings import Choice, Number

CLIP = EPSILON
WALL = math.log((1 - CLIP) / CLIP)  # the logit at which the clip takes hold
LABELS = {"1": "positive", "0": "negative"}
REACH = 30  # of the losses, in nats
PLACES = {"inside": "The same pull.", "right": "Right, and at the clip.", "wrong": "Wrong, and nothing pulls any more."}
TOLD = (
    "A {label} example with the logit {logit:1}. From logits: loss {loss:3}, gradient {slope:3}. After a sigmoid, "
    "clipped: loss {clipped_loss:3}, gradient {clipped_slope:3}. {place}"
)


class KerasClip(Figure):
    """Loss and gradient of one example against its logit: from logits, and as Keras has them after a sigmoid.

    Args:
        logit: a number in [-30, 30].
        label: 1 or 0.

    Examples:
        >>> [round(number, 3) for number in KerasClip(logit=-20).shown()]
        [20.0, -1.0, 16.118, 0.0]
    """

    name = "keras_clip"
    caption = (
        "Drag the logit. Solid: the loss from logits, and its gradient. Dashed: what Keras computes after a sigmoid, "
        "with the probability clipped to [1e-7, 1 − 1e-7]. Computed in float64."
    )
    logit = Number(-5.0, -30, 30, step=0.5)
    label = Choice(1, (1, 0))

    def at(self, logits):
        """Return loss and gradient from logits, and then both with the clip, at each of the logits."""
        x, y = np.asarray(logits, float), self.label
        loss, slope = nn.sigmoid_cross_entropy_with_logits(labels=np.full_like(x, y), logits=x), nn.sigmoid(x) - y
        inside = np.abs(x) < WALL
        ends = np.where((x > 0) == bool(y), -math.log(1 - CLIP), -math.log(CLIP))
        return loss, slope, np.where(inside, loss, ends), np.where(inside, slope, 0.0)

    def place(self):
        """Return which side of the clip the logit is on: a key of ``PLACES``."""
        if abs(self.logit) < WALL:
            return "inside"
        return "right" if (self.logit > 0) == bool(self.label) else "wrong"

    def shown(self):
        """Return loss and gradient from logits, and then both with the clip."""
        return [float(number) for number in self.at(self.logit)]

    def describe(self):
        """Return the state in words and numbers."""
        names = ("loss", "slope", "clipped_loss", "clipped_slope")
        told = {"label": LABELS[str(self.label)], "logit": self.logit, "place": PLACES[self.place()]}
        return tell(TOLD, **told, **dict(zip(names, self.shown())))

    def draw(self, figure):
        """Draw the losses, and their gradients, with the logit as a line."""
        x = np.linspace(-REACH, REACH, 601)
        loss, slope, clipped_loss, clipped_slope = self.at(x)
        panels = figure.subplots(1, 2)
        for panel, title, colour, solid, dashed in (
            (panels[0], "loss", "sigmoid", loss, clipped_loss),
            (panels[1], "its gradient", "gradient", slope, clipped_slope),
        ):
            panel.plot(x, solid, color=light(colour), label="from logits")
            panel.plot(x, dashed, "--", color=light(colour), lw=2.5, label="after a sigmoid, clipped")
            panel.axvline(self.logit, color=light("logit"), lw=1)
            panel.set(title=title, xlabel=f"logit of a {LABELS[str(self.label)]} example")
            panel.legend(fontsize=7)
