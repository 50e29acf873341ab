"""The second figure of the chapter *Weighting*: pos_weight."""

import math

import numpy as np

from .. import nn
from .colours import light
from .machinery.figure import Figure, tell
from .machinery.settings import Choice, Flag, Number

POS_WEIGHTS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
GRID = (-5, 0.02, 600)  # the feature: from where on, in steps of what, how many of them
FEATURE = GRID[0] + GRID[1] * (np.arange(GRID[2]) + 0.5)
REACH = (-4, 6)  # of the picture
DISTANCE = 2  # of the mean feature of positives from that of negatives, in standard deviations
REPAIRED = {True: "taken off", False: "not taken off"}
THRESHOLDS = {"half": "1/2", "cost": "1/(1 + pos_weight)", "own": "{own:2}"}
TOLD = (
    "pos_weight {q:1}, {percent:0}% positives, log pos_weight {repaired}, threshold {threshold}. "
    "Yes from feature {boundary:3} on, where {there:3} are positive: recall {recall:3}, precision {precision:3}. "
    "Mean predicted probability {predicted:3}, true share {share:3}. Loss {loss:3}. "
    "Expected cost {cost:3}, at best {lowest:3}."
)


class PosWeight(Figure):
    r"""What ``pos_weight`` does to a logistic model with one feature, at its optimum.

    Negatives have a feature that is normal around 0, positives around 2, both with standard deviation 1. The true
    log-odds are then :math:`2 z - 2 + \log(\pi / (1 - \pi))` where positives have the share :math:`\pi`: a logistic
    model can have them exactly, and at the optimum of the weighted loss its logits are these plus log pos_weight.

    Args:
        pos_weight: one of 0.1, 0.2, 0.5, up to 100.
        share: of positives among all: 0.01, 0.02, 0.05, 0.1, 0.2 or 0.5.
        repaired: whether log pos_weight is taken off the logits.
        threshold: ``"half"``, ``"cost"`` for 1 / (1 + pos_weight), or ``"own"``: from which probability on the model
            says yes.
        own: that probability, where threshold is ``"own"``.

    Examples:
        >>> now = PosWeight(repaired=True).numbers()
        >>> round(float(now["predicted"]), 3), round(float(now["recall"]), 3)
        (0.05, 0.318)
    """

    name = "pos_weight"
    caption = (
        "Examples with one feature, negatives around 0, positives around 2. On top, the probability that the model "
        "gives at the optimum of its loss, and the share that is positive. Then how many examples there are; from the "
        "upright line on, the model says yes. Then what its mistakes cost, if a miss costs q and a false alarm 1."
    )
    pos_weight = Choice(20, POS_WEIGHTS)
    share = Choice(0.05, SHARES)
    repaired = Flag(False)
    threshold = Choice("half", THRESHOLDS)
    own = Number(0.25, 0.01, 0.99, step=0.01)

    def logits(self):
        """Return the true log-odds, and the model's logits at each value of the feature."""
        true = DISTANCE * FEATURE - DISTANCE**2 / 2 + np.log(self.share / (1 - self.share))
        return true, true + (0 if self.repaired else np.log(self.pos_weight))

    def masses(self):
        """Return about how many negatives and positives have each value of the feature, of one in all."""
        density = (1 - self.share) * np.exp(-(FEATURE**2) / 2)
        density += self.share * np.exp(-((FEATURE - DISTANCE) ** 2) / 2)
        frequency = nn.sigmoid(self.logits()[0])
        density /= density.sum()
        return density * (1 - frequency), density * frequency

    def limit(self):
        """Return the logit from which on the model says yes."""
        own = np.log(self.own / (1 - self.own))
        return {"half": 0.0, "cost": -np.log(self.pos_weight), "own": own}[self.threshold]

    def above(self, feature):
        """Return how many negatives and positives, of one in all, have a larger feature: two normal tails."""
        return (1 - self.share) * _tail(feature), self.share * _tail(feature - DISTANCE)

    def cost(self, feature):
        """Return the expected cost if the model says yes from that value of the feature on."""
        alarms, found = self.above(feature)
        return self.pos_weight * (self.share - found) + alarms

    def numbers(self):
        """Return what the figure shows."""
        true, logits = self.logits()
        examples = sum(self.masses())
        limit = self.limit()
        boundary = FEATURE[0] + (limit - logits[0]) / DISTANCE
        alarms, found = self.above(boundary)
        loss = nn.sigmoid_cross_entropy_with_logits(labels=nn.sigmoid(true), logits=logits)
        return {
            "boundary": boundary,
            "there": nn.sigmoid(limit + true[0] - logits[0]),  # model and truth differ by a constant
            "recall": found / self.share,
            "precision": found / (found + alarms),
            "predicted": (examples * nn.sigmoid(logits)).sum(),  # no closed form: over a fine grid, to six digits
            "share": self.share,
            "loss": (examples * loss).sum(),
            "cost": self.cost(boundary),
            "lowest": self.cost(self.cheapest()),
        }

    def cheapest(self):
        """Return the boundary that costs least: there, the true odds times pos_weight are even."""
        true, _ = self.logits()
        return FEATURE[0] - (np.log(self.pos_weight) + true[0]) / DISTANCE

    def shown(self):
        """Return the numbers in the order in which the figure shows them."""
        now = self.numbers()
        names = ("there", "predicted", "share", "recall", "precision", "cost", "lowest", "boundary")
        return [now[name] for name in names]

    def describe(self):
        """Return the state in words and numbers."""
        state = {"q": self.pos_weight, "percent": 100 * self.share}
        state |= {"repaired": REPAIRED[self.repaired], "threshold": tell(THRESHOLDS[self.threshold], own=self.own)}
        return tell(TOLD, **state, **self.numbers())

    def draw(self, figure):
        """Draw predicted probability and true share, the examples, and the expected cost of each boundary."""
        top, middle, bottom = figure.subplots(3, 1, sharex=True, height_ratios=[3, 1, 2])
        now, (true, logits) = self.numbers(), self.logits()
        top.plot(FEATURE, nn.sigmoid(true), color=light("label"), ls="--", label="share of positives")
        top.plot(FEATURE, nn.sigmoid(logits), color=light("sigmoid"), label="predicted probability")
        top.set(ylabel="probability", xlim=REACH)
        top.legend(loc="upper left")
        for height, colour, label in zip(self.masses(), ("logit", "label"), ("negatives", "positives")):
            middle.fill_between(FEATURE, height, alpha=0.3, color=light(colour), label=label)
        middle.set(yticks=[], ylabel="examples")
        middle.legend(loc="upper left")
        bottom.plot(FEATURE, [self.cost(z) for z in FEATURE], color=light("gradient"))
        bottom.plot(self.cheapest(), now["lowest"], "v", color=light("gradient"))
        bottom.plot(now["boundary"], now["cost"], "o", mfc="none", mec="black")
        bottom.set(xlabel="feature", ylabel="expected cost", ylim=(0, None))
        for panel in (top, middle, bottom):
            panel.axvline(now["boundary"], color="black", lw=1)


def _tail(z):
    """Return the share of a standard normal distribution above z."""
    return math.erfc(z / math.sqrt(2)) / 2
