"""The figure of the chapter *When training goes wrong*: which mistake has which curve."""

import numpy as np

from ..numerics import log_softmax, sigmoid, softmax, softplus
from .colours import light
from .machinery.figure import Figure, number, tell
from .machinery.settings import Choice, Number

STEPS = 60
RATE = 0.5
# Twelve points of three classes, and where the weights start: rows for the two features and the bias.
POINTS = ((2, 0.4), (1.6, -0.5), (2.4, 0.2), (1.2, 0.6), (-0.9, 1.7), (-1.3, 1.2), (-0.4, 2.1), (-1, 1.4))
POINTS += ((-0.8, -1.6), (-1.4, -1.1), (-0.6, -2.2), (-0.2, -1.5))
LABELS = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2)
STRANGERS = (1, 2, 0, 2, 0, 2, 1, 0, 2, 0, 1, 1)  # the same labels, dealt out anew
START = ((0.1, -0.2, 0.1), (-0.1, 0.1, 0.2), (0, 0.1, -0.1))
FAR = 40  # by how much inputs are too large that nobody scaled
SLOW = 0.001
MISTAKES = {
    "none": "nothing is wrong",
    "twice": "a softmax before a loss that takes logits",
    "slow": "a learning rate a thousand times too small",
    "unscaled": "inputs that nobody scaled",
    "strangers": "labels that belong to other examples",
    "signed": "labels of −1 and 1 in a sigmoid loss",
}
RUNS = {"A": "twice", "B": "signed", "C": "slow", "D": "none", "E": "unscaled", "F": "strangers"}
GUESSES = ("open", *MISTAKES)
LOOKS = {
    "none": "A sound run starts at log 3 and falls towards 0, while the accuracy rises.",
    "twice": (
        "With the activation taken twice, every class is right, and the loss still stops at log(e + 2) − 1 = 0.551: "
        "the second softmax sees numbers between 0 and 1."
    ),
    "slow": "With a learning rate that is far too small, the loss stays where a model that knows nothing is: log 3.",
    "unscaled": "With inputs that are too large, the loss starts far above log 3, and leaps.",
    "strangers": "With labels of other examples, the loss falls a little, and the accuracy stays near chance, 1 in 3.",
    "signed": "With labels of −1 and 1, the loss falls below 0 and has no floor. No cross-entropy is negative.",
}
# The axis of the loss in each run: its ticks, of which the first and the last are its ends.
TICKS = dict.fromkeys(RUNS, (0, 0.4, 0.8, 1.2)) | {"B": (-9, -6, -3, 0, 3), "E": (0, 8, 16, 24)}
TOLD = (
    "Run {run} after {steps:0} steps: loss {loss:3}, at the start {first:3}; a model that knows nothing {known:3}. "
    "Accuracy {accuracy:2}. {reply}"
)
OPEN, RIGHT, WRONG = "What is wrong?", "Right.", "Not in this run."


class Training(Figure):
    """A small model in training, with one mistake or none: watch the curve, and say which.

    Args:
        run: ``"A"`` to ``"F"``.
        steps: of gradient descent, from 0 to 60.
        guess: ``"open"``, or what you think is wrong: a key of ``MISTAKES``.

    Examples:
        >>> round(float(Training(run="D").numbers()["loss"]), 3)
        0.022
    """

    name = "training"
    caption = (
        "The loss of a small model while it is trained, on twelve points of three classes. Each run has another "
        "mistake in it, or none. The dotted line is the loss of a model that knows nothing."
    )
    run = Choice("A", RUNS)
    steps = Number(STEPS, 0, STEPS, whole=True)
    guess = Choice("open", GUESSES)

    def curve(self):
        """Return loss and accuracy after each step, and what a model that knows nothing has."""
        mistake = RUNS[self.run]
        points = np.array([(*point, 1) for point in POINTS], float)
        if mistake == "unscaled":
            points = points * [FAR, FAR, 1]
        rows = np.eye(3)[list(STRANGERS if mistake == "strangers" else LABELS)]
        weights, rate = np.array(START, float), SLOW * RATE if mistake == "slow" else RATE
        losses, accuracies = [], []
        for _ in range(STEPS + 1):
            logits = points @ weights
            loss, slope = _loss(mistake, rows, logits)
            losses.append(loss)
            accuracies.append((logits.argmax(-1) == rows.argmax(-1)).mean())
            weights = weights - rate * points.T @ slope
        return losses, accuracies

    def numbers(self):
        """Return what the figure shows."""
        losses, accuracies = self.curve()
        known = np.log(2 if RUNS[self.run] == "signed" else 3)
        now = {"first": losses[0], "loss": losses[self.steps], "known": known}
        return {**now, "accuracy": accuracies[self.steps]}

    def reply(self):
        """Return what is said to the guess."""
        if self.guess == "open":
            return OPEN
        return f"{RIGHT if RUNS[self.run] == self.guess else WRONG} {LOOKS[self.guess]}"

    def shown(self):
        """Return the loss at the start, the accuracy, the loss of a model that knows nothing, and the loss now."""
        now = self.numbers()
        return [now["first"], now["accuracy"], now["known"], now["loss"]]

    def describe(self):
        """Return the state in words and numbers."""
        return tell(TOLD, run=self.run, steps=self.steps, reply=self.reply(), **self.numbers())

    def draw(self, figure):
        """Draw the curve."""
        panel, now = figure.subplots(), self.numbers()
        losses = self.curve()[0][: self.steps + 1]
        panel.plot(losses, color=light("softmax"), lw=2)
        panel.axhline(now["known"], color=light("logit"), ls=":")
        panel.text(STEPS, now["known"], f"knows nothing, {number(now['known'])}", ha="right", va="bottom", fontsize=8)
        ticks = TICKS[self.run]
        panel.set(
            xlim=(0, STEPS),
            ylim=(ticks[0], ticks[-1]),
            yticks=ticks,
            xlabel="step",
            ylabel="loss",
            title=f"Run {self.run}",
        )


def _loss(mistake, rows, logits):
    """Return the mean loss and its gradient with respect to the logits."""
    count = len(rows)
    if mistake == "signed":
        signs = 2 * rows - 1
        return (softplus(logits) - signs * logits).mean(), (sigmoid(logits) - signs) / rows.size
    if mistake == "twice":
        p = softmax(logits)
        slope = softmax(p) - rows
        slope = p * (slope - (p * slope).sum(-1, keepdims=True))
        return -(rows * log_softmax(p)).sum(-1).mean(), slope / count
    return abs((rows * log_softmax(logits)).sum(-1).mean()), (softmax(logits) - rows) / count
