"""The figure of the chapter *Sigmoid against softmax*."""

import numpy as np

from .. import nn
from .colours import light
from .machinery.figure import Figure, number, tell
from .machinery.settings import Number, Numbers

NAMES = ("cat", "dog", "donkey", "bird", "fish")
LOSS_REACH = (0, 4)  # of the bars of the losses, in nats
TOLD = (
    "Logits {logits:1}. Labels on: {on}. Softmax: {p_softmax:3}, sum {sum_softmax:3}, {softmax}. "
    "Sigmoid: {p_sigmoid:3}, sum {sum_sigmoid:3}, loss {loss_sigmoid:3}, never below {floor_sigmoid:0}."
)
TOLD_LOSS = "loss {loss_softmax:3}, never below {floor_softmax:3}"
TOLD_NO_LOSS, TOLD_NONE = "loss refused: its labels must sum to one", "none"


class TwoFamilies(Figure):
    """The same logits under the sigmoid and the softmax family: probabilities, sums, losses, gradients.

    Args:
        logits: three to five numbers in [-6, 6].
        labels: for each of them 1 (switched on) or 0.

    Examples:
        >>> figure = TwoFamilies(logits=[2.0, 1.0, -1.0], labels=[1, 0, 0])
        >>> figure.numbers()["loss_softmax"].round(3)
        np.float64(0.349)
    """

    name = "two_families"
    caption = (
        "The same logits under both families. Long bars: the losses, in nats. Below, a bar is a probability, the ring "
        "its label; the arrow is minus the gradient: where a step of training pulls the logit. The sigmoid loss is the "
        "sum over the classes."
    )
    logits = Numbers([2.0, 1.0, -1.0], Number(0.0, -6, 6, step=0.1), 3, 5)
    labels = Numbers([1, 0, 0], Number(0, 0, 1, whole=True), 3, 5, like="logits")

    def numbers(self):
        """Return what the figure shows, computed by the library: probabilities, losses with their floors, gradients.

        With no label on there is no softmax loss, as the library refuses labels that do not sum to one.
        """
        logits, labels = np.array(self.logits), np.array(self.labels, float)
        now = {
            "floor_sigmoid": 0.0,
            "p_softmax": nn.softmax(logits),
            "p_sigmoid": nn.sigmoid(logits),
            "loss_sigmoid": nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits).sum(),
            "grad_sigmoid": nn.sigmoid(logits) - labels,
        }
        if on := labels.sum():
            shares = labels / on  # softmax labels share one unit
            now["floor_softmax"] = np.log(on)  # the entropy of the shares: no logits bring the loss below it
            now["loss_softmax"] = nn.softmax_cross_entropy_with_logits_v2(shares, logits)
            now["grad_softmax"] = nn.softmax(logits) - shares
        return now

    def shown(self):
        """Return loss and floor of either family, the sums of the probabilities, and these, class by class."""
        now, families = self.numbers(), ("softmax", "sigmoid")
        names = [f"{name}_{family}" for family in families for name in ("loss", "floor")]
        losses = [now[name] for name in names if name in now]
        sums = [now[f"p_{family}"].sum() for family in families]
        return [*losses, *sums, *(now[f"p_{family}"][k] for k in range(len(self.logits)) for family in families)]

    def describe(self):
        """Return the state in words and numbers."""
        now = self.numbers()
        now |= {f"sum_{family}": now[f"p_{family}"].sum() for family in ("softmax", "sigmoid")}
        on = ", ".join(name for name, y in zip(NAMES, self.labels) if y) or TOLD_NONE
        softmax = tell(TOLD_LOSS, **now) if any(self.labels) else TOLD_NO_LOSS
        return tell(TOLD, logits=self.logits, on=on, softmax=softmax, **now)

    def draw(self, figure):
        """Draw three panels: the logits, and the probabilities of either family."""
        now, labels = self.numbers(), np.array(self.labels, float)
        rows = np.arange(len(labels))
        axes = figure.subplots(1, 3, sharey=True)
        axes[0].barh(rows - 0.15, self.logits, height=0.4, color=light("logit"))
        axes[0].set(title="logits", yticks=rows, yticklabels=NAMES[: len(rows)], xlim=(-6, 6))
        axes[0].invert_yaxis()
        for panel, family in zip(axes[1:], ("softmax", "sigmoid")):
            p, gradient = now[f"p_{family}"], now.get(f"grad_{family}")
            told = TOLD_NO_LOSS
            if gradient is not None:
                told = f"loss {number(now[f'loss_{family}'])}, floor {number(now[f'floor_{family}'])}"
            panel.barh(rows - 0.15, p, height=0.4, color=light(family))
            panel.set(title=f"{family}, sum {number(p.sum())}\n{told}", xlim=(-0.05, 1.05))
            for k in rows if gradient is not None else ():
                arrow = {"arrowstyle": "-|>", "color": light("gradient"), "lw": 2, "shrinkA": 0, "shrinkB": 0}
                panel.annotate("", (p[k] - gradient[k], k + 0.25), (p[k], k + 0.25), arrowprops=arrow)
                panel.plot(p[k] - gradient[k], k + 0.25, "o", mfc="none", mec=light("label"), mew=2, ms=9)
