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
DEFAULT = REDUCTIONS[2]
PULL_REACH = (4, 0.5, 0.5, 0.5)  # of the bars of each reduction; what is larger ends in an arrow
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
        "Eight examples with their losses, and a weight for each. Each reduction adds up the weighted losses and "
        "divides by another number d. So an example pulls at the model as hard as w ÷ d, the bars (those of SUM are "
        "drawn eight times smaller); an outline is what it was before."
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
        now = {"divisors": [1, LOSSES.size, np.count_nonzero(everywhere), everywhere.sum()]}
        now["divisors"] += [nonzero * LOSSES.size if self.shape == "scalar" else nonzero]
        for name in REDUCTIONS:
            now[name] = weighting.weighted(LOSSES, weights, weighting.Reduction[name])[0]
        now["contrib"] = weighted_from_the_left(LOSSES, weights)[0]
        return now

    def pulls(self):
        """Return how hard each example pulls, its weight over the divisor, a row for each reduction."""
        weights = np.broadcast_to(self.given(), LOSSES.shape)
        divisors = np.array(self.numbers()["divisors"][:-1], float)[:, np.newaxis]
        return np.divide(weights, divisors, out=np.zeros((len(divisors), len(weights))), where=divisors != 0)

    def results(self):
        """Return name, divisor and result, row by row."""
        now = self.numbers()
        return [(name, d, now[name]) for name, d in zip(ROWS, now["divisors"])]

    def shown(self):
        """Return for each reduction the divisor, the result, and the pull of each example."""
        rows = zip(self.results()[:-1], self.pulls())
        return [x for (_, divisor, result), pulls in rows for x in (divisor, result, *pulls)]

    def describe(self):
        """Return the state in words and numbers."""
        rows = [tell(TOLD_ROW, name=name, divisor=divisor, total=total) for name, divisor, total in self.results()]
        return tell(TOLD, shape=SHAPES[self.shape], weights=np.ravel(self.given()), rows=", ".join(rows))

    def draw(self, figure):
        """Draw the pull of each example under each reduction."""
        panels, places = figure.subplots(2, 2, sharex=True).flat, np.arange(1, 9)
        for panel, (name, divisor, total), pulls in zip(panels, self.results(), self.pulls()):
            panel.bar(places, pulls, color=light("gradient"))
            panel.set_title(f"{name}\n÷ {number(divisor, 1)}, loss {number(total)}", fontsize=8)
            panel.set(xticks=places, ylim=(0, max(0.5, 1.1 * pulls.max())))
        figure.supylabel("pull, w ÷ d", fontsize=8)
        figure.supxlabel("example", fontsize=8)
