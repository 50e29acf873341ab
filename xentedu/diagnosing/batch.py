"""A batch as the statistical checks see it: labels, log-probabilities, and which of them count."""

import numpy as np

from . import bounds


class Batch:
    """Labels, log-probabilities and which of them count, with what every check needs."""

    def __init__(self, labels, beliefs, usable):
        self.labels, self.beliefs = labels, np.maximum(beliefs, -1e6)  # of masked classes
        self.usable = usable.astype(np.float64)
        self.count = int(usable.sum())
        self.classes = beliefs.shape[-1]
        self.chance = np.log(self.classes)
        self.losses = -self.of(labels)
        self.loss = self.mean(self.losses)
        self.predicted = beliefs.argmax(-1)

    def of(self, labels):
        """Return the log-probability that the model gives each of these labels."""
        return np.take_along_axis(self.beliefs, labels[..., np.newaxis], -1)[..., 0]

    def width(self):
        """Return how far apart the log-probabilities of a row lie, but for masked classes: the median over rows."""
        beliefs = np.where(self.beliefs > -1e6, self.beliefs, np.nan)
        return float(np.median((np.nanmax(beliefs, -1) - np.nanmin(beliefs, -1))[self.usable > 0]))

    def mean(self, values, where=None):
        """Average over the labels that count."""
        weights = self.usable if where is None else self.usable * where
        return float((values * weights).sum() / max(weights.sum(), 1))

    def total(self, values, where=None):
        """Add up over the units, of each of which the mean over its places counts: places are not independent."""
        weights = self.usable if where is None else self.usable * where
        return float(((values * weights).sum(-1) / np.maximum(self.usable.sum(-1), 1)).sum())

    def told(self, more=""):
        """Say what the loss is, and what it would be of a model that knows nothing."""
        nothing = f"knowing nothing costs log {self.classes} = {self.chance:.3f}"
        return f"the loss is {self.loss:.3f}, where {nothing}{more}"

    def better(self, others, where=None):
        """Return whether other labels are likelier, and surer, than chance or a new model explains.

        The first condition bounds how often this happens to a model whose probabilities are right; the second is of
        models that have learnt nothing yet, and so are not sure of anything.
        """
        gained = self.of(others) + self.losses
        sure = (0.2 if self.classes == 2 else 0.3 if self.classes < 10 else 0.5) * self.chance
        return (
            self.total(gained, where) >= bounds.SURPRISE
            and self.mean(-self.of(others), where) <= sure
            and self.mean(self.losses, where) >= 1.2 * self.chance
        )
