"""The first figure of the chapter *Weighting*: reductions."""

import numpy as np

from ..contrib.losses import weighted_from_the_left
from ..families import weighting
from .colours import light
from .machinery.figure import Figure, number, tell
from .machinery.settings import Choice, Number, Numbers

P = (0.8, 0.7, 0.05, 0.75, 0.5, 0.1, 0.1, 0.1)  # what the model gives each example's label
LOSSES = -np.log(P)
REDUCTIONS = ("SUM", "SUM_OVER_BATCH_SIZE", "SUM_BY_NONZERO_WEIGHTS", "MEAN")
ROWS = (*REDUCTIONS, "contrib")
SHAPES = {"each": [8], "one": [1], "scalar": []}
PRESETS = {"mixed": (1, 1, 3, 1, 1, 0, 0, 0), "ones": (1,) * 8, "twos": (2,) * 8, "zeros": (0,) * 8}
TOLD = "Weights of shape {shape}: {weights:1}. Sum divided by: {rows}."
TOLD_ROW = "{name} {total:3} (by {divisor:1})"


class Weighting(Figure):
    """Eight losses, their weights, and what each reduction makes of them.

    Args:
        weights: eight numbers in [0, 4].
        shape: of the weights that are handed over: ``"each"`` [8], ``"one"`` [1] or ``"scalar"`` [] (then the first
            weight is the only one).

    Examples:
        >>> round(float(Weighting().numbers()["MEAN"]), 3)
        1.507
    """

    name = "weighting"
    caption = (
        "Eight losses (outlines) times their weights (bars), and what each reduction divides the sum by. The model "
        "gave the eight labels the probabilities 0.8, 0.7, 0.05, 0.75, 0.5, 0.1, 0.1, 0.1."
    )
    weights = Numbers(PRESETS["mixed"], Number(0, 0, 4, step=0.5), 8, 8)
    shape = Choice("each", SHAPES)

    def given(self):
        """Return the weights in the shape in which they are handed over."""
        shape = SHAPES[self.shape]
        return np.reshape(self.weights[: int(np.prod(shape))], shape)

    def numbers(self):
        """Return the result of each reduction and of contrib's mean, and by what each divides."""
        weights = self.given()
        everywhere = np.broadcast_to(weights, LOSSES.shape)
        nonzero = np.count_nonzero(weights)
        now = {"weighted": LOSSES * everywhere}
        now["divisors"] = [1, LOSSES.size, np.count_nonzero(everywhere), everywhere.sum()]
        now["divisors"] += [nonzero * LOSSES.size if self.shape == "scalar" else nonzero]
        for name in REDUCTIONS:
            now[name] = weighting.weighted(LOSSES, weights, weighting.Reduction[name])[0]
        now["contrib"] = weighted_from_the_left(LOSSES, weights)[0]
        return now

    def results(self):
        """Return name, divisor and result, row by row."""
        now = self.numbers()
        return [(name, d, now[name]) for name, d in zip(ROWS, now["divisors"])]

    def shown(self):
        """Return each weighted loss, then the divisor and the result of each row."""
        return [*self.numbers()["weighted"], *(x for _, divisor, result in self.results() for x in (divisor, result))]

    def describe(self):
        """Return the state in words and numbers."""
        rows = [tell(TOLD_ROW, name=name, divisor=divisor, total=total) for name, divisor, total in self.results()]
        return tell(TOLD, shape=SHAPES[self.shape], weights=np.ravel(self.given()), rows=", ".join(rows))

    def draw(self, figure):
        """Draw losses and weighted losses, and the results."""
        left, right = figure.subplots(1, 2, width_ratios=[3, 2])
        now, places = self.numbers(), np.arange(1, 9)
        left.bar(places, now["weighted"], color=light("softmax"), label="weight × loss")
        left.bar(places, LOSSES, fill=False, ec=light("logit"), lw=1.5, label="loss")
        left.set(xlabel="example", ylabel="in nats", xticks=places)
        left.legend()
        rows = self.results()
        right.barh([name.replace("_BY_", "_BY_\n") for name, *_ in rows], [r for *_, r in rows], color=light("softmax"))
        for place, (_, divisor, total) in enumerate(rows):
            right.text(total, place, f" {number(total)} (÷ {number(divisor, 1)})", va="center", fontsize=7)
        right.set(xlim=(0, 1.6 * max(1, *(total for *_, total in rows))), xlabel="loss")
        right.tick_params(axis="y", labelsize=7)
        right.invert_yaxis()
