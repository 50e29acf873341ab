"""The two figures of the chapter *Weighting*."""

import numpy as np
import traitlets

from .. import nn
from ..families import weighting
from .colours import light
from .figure import Figure, number

P = (0.8, 0.7, 0.05, 0.75, 0.5, 0.1, 0.1, 0.1)  # what the model gives each example's label
LOSSES = -np.log(P)
REDUCTIONS = ("SUM", "SUM_OVER_BATCH_SIZE", "SUM_BY_NONZERO_WEIGHTS", "MEAN")
SHAPES = {"each": (8,), "one": (1,), "scalar": ()}

POS_WEIGHTS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
FEATURE = -5 + 0.02 * (np.arange(600) + 0.5)
DISTANCE = 2  # of the mean feature of positives from that of negatives, in standard deviations


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
    weights = traitlets.List(
        traitlets.Float(min=0, max=4), [1.0, 1.0, 3.0, 1.0, 1.0, 0.0, 0.0, 0.0], minlen=8, maxlen=8
    ).tag(sync=True)
    shape = traitlets.Enum(tuple(SHAPES), "each").tag(sync=True)

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
        now["contrib"] = weighting.weighted_from_the_left(LOSSES, weights)[0]
        return now

    def results(self):
        """Return name, divisor and result, row by row."""
        now = self.numbers()
        return [(name, d, now[name]) for name, d in zip((*REDUCTIONS, "contrib"), now["divisors"])]

    def shown(self):
        """Return each weighted loss, then the divisor and the result of each row."""
        return [*self.numbers()["weighted"], *(x for _, divisor, result in self.results() for x in (divisor, result))]

    def describe(self):
        """Return the state in words and numbers."""
        weights = ", ".join(number(w, 1) for w in np.ravel(self.given()))
        rows = ", ".join(f"{name} {number(total)} (by {number(divisor, 1)})" for name, divisor, total in self.results())
        size = {"each": "[8]", "one": "[1]", "scalar": "[]"}[self.shape]
        return f"Weights of shape {size}: {weights}. Sum divided by: {rows}."

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


class PosWeight(Figure):
    r"""What ``pos_weight`` does to a logistic model with one feature, at its optimum.

    Negatives have a feature that is normal around 0, positives around 2, both with standard deviation 1. The true
    log-odds are then :math:`2 z - 2 + \log(\pi / (1 - \pi))` where positives have the share :math:`\pi`: a logistic
    model can have them exactly, and at the optimum of the weighted loss its logits are these plus log pos_weight.

    Args:
        pos_weight: one of 0.1, 0.2, 0.5, up to 100.
        share: of positives among all: 0.01, 0.02, 0.05, 0.1, 0.2 or 0.5.
        repaired: whether log pos_weight is taken off the logits.
        threshold: ``"half"``, or ``"cost"`` for 1 / (1 + pos_weight): from which probability on the model says yes.

    Examples:
        >>> now = PosWeight(repaired=True).numbers()
        >>> round(float(now["predicted"]), 3), round(float(now["recall"]), 3)
        (0.05, 0.316)
    """

    name = "pos_weight"
    caption = (
        "Examples with one feature: negatives around 0, positives around 2 (areas: how many there are). The dashed "
        "line is the share of positives among the examples with that feature, the other the probability that the "
        "model, at the optimum of its loss, gives them. From the upright line on the model says yes."
    )
    pos_weight = traitlets.Enum(POS_WEIGHTS, 20).tag(sync=True)
    share = traitlets.Enum(SHARES, 0.05).tag(sync=True)
    repaired = traitlets.Bool(False).tag(sync=True)
    threshold = traitlets.Enum(("half", "cost"), "half").tag(sync=True)

    def logits(self):
        """Return the true log-odds, and the model's logits at each value of the feature."""
        true = DISTANCE * FEATURE - DISTANCE**2 / 2 + np.log(self.share / (1 - self.share))
        return true, true + (0 if self.repaired else np.log(self.pos_weight))

    def masses(self):
        """Return how many negatives and positives have each value of the feature, of one in all."""
        density = (1 - self.share) * np.exp(-(FEATURE**2) / 2)
        density += self.share * np.exp(-((FEATURE - DISTANCE) ** 2) / 2)
        frequency = nn.sigmoid(self.logits()[0])
        density /= density.sum()
        return density * (1 - frequency), density * frequency

    def numbers(self):
        """Return what the figure shows."""
        true, logits = self.logits()
        negatives, positives = self.masses()
        limit = 0 if self.threshold == "half" else -np.log(self.pos_weight)  # as a logit
        yes = logits >= limit
        loss = nn.sigmoid_cross_entropy_with_logits(labels=nn.sigmoid(true), logits=logits)
        return {
            "boundary": FEATURE[0] + (limit - logits[0]) / DISTANCE,
            "there": nn.sigmoid(limit + true[0] - logits[0]),  # model and truth differ by a constant
            "recall": positives[yes].sum() / positives.sum(),
            "precision": positives[yes].sum() / (negatives + positives)[yes].sum(),
            "predicted": ((negatives + positives) * nn.sigmoid(logits)).sum(),
            "share": positives.sum(),
            "loss": ((negatives + positives) * loss).sum(),
        }

    def shown(self):
        """Return the numbers, in their order."""
        return list(self.numbers().values())

    def describe(self):
        """Return the state in words and numbers."""
        now = {name: number(value) for name, value in self.numbers().items()}
        return (
            f"pos_weight {number(self.pos_weight, 1)}, {number(100 * self.share, 0)}% positives, "
            f"log pos_weight {'taken off' if self.repaired else 'not taken off'}, "
            f"threshold {'1/2' if self.threshold == 'half' else '1/(1 + pos_weight)'}. "
            f"Yes from feature {now['boundary']} on, where {now['there']} are positive: "
            f"recall {now['recall']}, precision {now['precision']}. "
            f"Mean predicted probability {now['predicted']}, true share {now['share']}. Loss {now['loss']}."
        )

    def draw(self, figure):
        """Draw the examples, true share and predicted probability, and the boundary."""
        axes, now = figure.subplots(), self.numbers()
        true, logits = self.logits()
        heights = self.masses()
        for height, colour, label in zip(heights, ("logit", "label"), ("negatives", "positives")):
            axes.fill_between(FEATURE, height / heights[0].max(), alpha=0.3, color=light(colour), label=label)
        axes.plot(FEATURE, nn.sigmoid(true), color=light("label"), ls="--", label="share of positives")
        axes.plot(FEATURE, nn.sigmoid(logits), color=light("sigmoid"), label="predicted probability")
        axes.axvline(now["boundary"], color="black", lw=1)
        axes.set(xlabel="feature", ylabel="probability", xlim=(-4, 6))
        figure.legend(loc="outside right upper")
