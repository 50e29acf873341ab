"""The figure of the chapter *Logits: what these functions really take*."""

import numpy as np

from .. import nn
from .colours import light
from .machinery.figure import Figure, number, tell
from .machinery.settings import Choice, Number

LOGITS = (2.0, 1.0, -1.0)  # cat, dog, donkey
REACH = {"float32": 130, "float64": 900}  # how far the picture goes
FORMATS = {"float32": (1, 8, 23), "float64": (1, 11, 52)}  # bits: sign, exponent, fraction
DIGITS = {"float32": 8, "float64": 16}  # after the point: enough to tell the neighbours of 1 apart
LABELS = {1: "cat", 0: "not a cat"}
# What the textbook's sigmoid loss has come to, and what to look at.
REGIMES = {
    "fine": "Both ways agree.",
    "worn": "1 − p has few bits left: the textbook’s loss is off by more than 1%.",
    "one": "p is exactly 1, so 1 − p is 0, and the textbook takes the logarithm of 0.",
    "zero": "exp(−x) has overflowed: p is exactly 0, and the textbook takes the logarithm of 0.",
}
TOLD = (
    "c = {shift:0} in {precision}, label {label}. "
    "Softmax loss: textbook code {naiveSoftmax:3}, from logits {softmax:3}. "
    "Sigmoid loss: textbook code {naiveSigmoid:3}, from logits {sigmoid:3}. "
    "The textbook’s p is {told_p}, its 1 − p {miss:e}, and from the logit {rest:e}. {regime}"
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
        "textbook formula, which gives NaN or infinity where the picture is hatched. Below, the bits of the "
        "probability that the textbook’s sigmoid goes through, filled where they are 1."
    )
    shift = Number(0.0, -900, 900)
    precision = Choice("float32", REACH)
    label = Number(1, 0, 1, whole=True)

    def numbers(self, shift=None):
        """Return the four losses at ``shift`` (the figure's own where none is given), and the cat's probability.

        ``p`` and ``miss``, which is 1 − p, are those of the textbook code; ``rest`` is 1 − p from the logit.
        """
        shift = self.shift if shift is None else shift
        dtype = np.dtype(self.precision).type
        logits = np.array(LOGITS) + shift
        c = 0 if self.label else 1

        def exp(x):  # rounded correctly: a dtype's own exp may be one off in the last bit, by the machine
            return dtype(np.exp(np.float64(x)))

        with np.errstate(all="ignore"):  # the textbook code overflows: that is what the figure shows
            x = logits.astype(dtype)
            e = np.array([exp(each) for each in x])
            naive_softmax = -np.log(e[c] / e.sum())
            p = 1 / (1 + exp(-x[0]))
            z = dtype(self.label)
            naive_sigmoid = -z * np.log(p) - (1 - z) * np.log(1 - p)
        return {
            "softmax": nn.sparse_softmax_cross_entropy_with_logits(labels=c, logits=logits),
            "sigmoid": nn.sigmoid_cross_entropy_with_logits(labels=float(self.label), logits=logits[0]),
            "naiveSoftmax": naive_softmax,
            "naiveSigmoid": naive_sigmoid,
            "p": p,
            "miss": 1 - p,
            "rest": dtype(nn.sigmoid(-logits[0])),
        }

    def walls(self):
        """Return between which logits of the cat the textbook code of either family gives a number."""
        reach = REACH[self.precision]

        def last(name, sign):  # by bisection: the textbook works at c = 0, and does not at the picture's end
            good, bad = 0.0, sign * float(reach)
            while abs(bad - good) > 1e-3:
                middle = (good + bad) / 2
                works = np.isfinite(self.numbers(middle)[name])
                good, bad = (middle, bad) if works else (good, middle)
            return LOGITS[0] + good

        return {
            family: (last(f"naive{family.title()}", -1), last(f"naive{family.title()}", 1))
            for family in ("softmax", "sigmoid")
        }

    def shown(self):
        """Return the three probabilities, then the four losses, row by row."""
        now = self.numbers()
        return [now[name] for name in ("p", "miss", "rest", "naiveSoftmax", "softmax", "naiveSigmoid", "sigmoid")]

    def regime(self):
        """Return what has become of the textbook's sigmoid loss: a key of ``REGIMES``."""
        now = self.numbers()
        if not np.isfinite(now["naiveSigmoid"]):
            return "one" if now["p"] > 0 else "zero"
        return "worn" if abs(now["miss"] - now["rest"]) > 0.01 * now["rest"] else "fine"

    def describe(self):
        """Return the state in words and numbers."""
        now = self.numbers()
        told_p = "1" if now["p"] == 1 else f"{now['p']:.{DIGITS[self.precision]}f}"
        state = {**self.state(), "label": LABELS[self.label], "told_p": told_p, "regime": REGIMES[self.regime()]}
        return tell(TOLD, **state, **now)

    def draw(self, figure):
        """Draw both losses over the constant, with the textbook code's dots and where it breaks."""
        reach = REACH[self.precision]
        shifts = np.linspace(-reach, reach, 261)
        all_losses = [self.numbers(c) for c in shifts]
        axes, at = figure.subplots(), LOGITS[0] + shifts
        hatches = {"softmax": "\\\\\\", "sigmoid": "///"}
        for row, (family, (low, high)) in enumerate(self.walls().items()):
            naive = np.array([losses[f"naive{family.title()}"] for losses in all_losses], float)
            exact = [losses[family] for losses in all_losses]
            axes.plot(at, exact, color=light(family), label=f"{family}, from logits")
            axes.plot(at[::8], naive[::8], "o", ms=4, color=light(family), label=f"{family}, textbook code")
            style = {"facecolor": "none", "edgecolor": light(family), "hatch": hatches[family], "alpha": 0.5, "lw": 0}
            for edge, wall in ((at[0], low), (at[-1], high)):
                axes.axvspan(edge, wall, **style)
                text = f"{family}: wall at\n{number(wall, 2)}"
                side = "left" if wall > 0 else "right"
                axes.text(wall, reach * (0.95 - 0.2 * row), text, ha=side, va="top", fontsize=7, color=light(family))
        axes.axvline(LOGITS[0] + self.shift, color="black", lw=1)
        axes.set(xlabel="the cat's logit, 2 + c", ylabel="loss, in nats", xlim=(at[0], at[-1]))
        figure.legend(loc="outside right upper")
