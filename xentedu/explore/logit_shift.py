"""The figure of the chapter *Logits: what these functions really take*."""

import numpy as np

from .. import nn
from .colours import light
from .machinery.figure import Figure, tell
from .machinery.settings import Choice, Number

LOGITS = (2.0, 1.0, -1.0)  # cat, dog, donkey
REACH = {"float32": 130, "float64": 900}  # how far the picture goes
LABELS = {1: "cat", 0: "not a cat"}
TOLD = (
    "c = {shift:0} in {precision}, label {label}. "
    "Softmax loss: textbook code {naiveSoftmax:3}, from logits {softmax:3}. "
    "Sigmoid loss: textbook code {naiveSigmoid:3}, from logits {sigmoid:3}."
)


class LogitShift(Figure):
    """A constant added to every logit: what it does to the softmax and sigmoid loss, and where textbook code breaks.

    Args:
        shift: the constant, in [-900, 900] (shown up to ±130 in float32).
        precision: ``"float32"`` or ``"float64"``, in which the textbook code computes.
        label: 1 for an example that is a cat, 0 for one that is not (a dog).

    Examples:
        >>> losses = LogitShift(shift=100).numbers()
        >>> float(losses["naiveSoftmax"]), round(float(losses["softmax"]), 3)
        (nan, 0.349)
    """

    name = "logit_shift"
    caption = (
        "Two losses of the logits 2, 1, −1 plus a constant c. Lines: computed from logits. Dots: computed by the "
        "textbook formula. The strips on top mark where the textbook formula gives NaN or infinity."
    )
    shift = Number(0.0, -900, 900)
    precision = Choice("float32", REACH)
    label = Number(1, 0, 1, whole=True)

    def numbers(self, shift=None):
        """Return the four losses at ``shift`` (the figure's own where none is given)."""
        shift = self.shift if shift is None else shift
        logits = np.array(LOGITS) + shift
        x = logits.astype(self.precision)
        c = 0 if self.label else 1
        with np.errstate(all="ignore"):  # the textbook code overflows: that is what the figure shows
            e = np.exp(x)
            naive_softmax = -np.log(e[c] / e.sum())
            s = 1 / (1 + np.exp(-x[0]))
            z = x.dtype.type(self.label)
            naive_sigmoid = -z * np.log(s) - (1 - z) * np.log(1 - s)
        return {
            "softmax": nn.sparse_softmax_cross_entropy_with_logits(labels=c, logits=logits),
            "sigmoid": nn.sigmoid_cross_entropy_with_logits(labels=float(self.label), logits=logits[0]),
            "naiveSoftmax": naive_softmax,
            "naiveSigmoid": naive_sigmoid,
        }

    def shown(self):
        """Return the four losses, row by row."""
        now = self.numbers()
        return [now[name] for name in ("naiveSoftmax", "softmax", "naiveSigmoid", "sigmoid")]

    def describe(self):
        """Return the state in words and numbers."""
        state = {**self.state(), "label": LABELS[self.label]}
        return tell(TOLD, **state, **self.numbers())

    def draw(self, figure):
        """Draw both losses over the constant, with the textbook code's dots and where it breaks."""
        reach = REACH[self.precision]
        shifts = np.linspace(-reach, reach, 261)
        all_losses = [self.numbers(c) for c in shifts]
        axes = figure.subplots()
        for row, family in enumerate(("softmax", "sigmoid")):
            naive = np.array([losses[f"naive{family.title()}"] for losses in all_losses], float)
            exact = [losses[family] for losses in all_losses]
            axes.plot(shifts, exact, color=light(family), label=f"{family}, from logits")
            axes.plot(shifts[::8], naive[::8], "o", ms=4, color=light(family), label=f"{family}, textbook code")
            broken = shifts[~np.isfinite(naive)]
            axes.plot(broken, np.full(len(broken), reach * (1.12 - 0.05 * row)), "s", ms=3, color=light(family))
        axes.axvline(self.shift, color="black", lw=1)
        axes.set(xlabel="c, added to every logit", ylabel="loss, in nats")
        figure.legend(loc="outside right upper")
