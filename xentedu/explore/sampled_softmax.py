"""The figure of the chapter *Sampled softmax*."""

import functools

import numpy as np

from .. import nn
from ..families import samplers
from ..gradients import value_and_grad
from .colours import light
from .machinery.figure import Figure, number, tell
from .machinery.settings import Choice, Flag

CLASSES, BATCH, DRAWS = 100, 20, 300
SIZES = (1, 2, 4, 8, 16, 32, 64)
SAMPLERS = {"uniform": "uniform", "log_uniform": "log-uniform", "unigram": "unigram"}
CORRECTIONS = {"none": "log Q not taken off", "sampled": "log Q off sampled logits", "both": "log Q off all logits"}
HITS = {True: "removed", False: "kept"}
TOLD = (
    "{n} of {classes} classes, {sampler} sampler, {correction}, accidental hits {hits}. "
    "Loss {loss:3} ± {loss_within:3}, exact {exact:3}. "
    "Gradient of one draw: {angle_one:1} ± {angle_one_within:1} degrees off, "
    "error {error_one:2} ± {error_one_within:2}. "
    "Mean gradient of {draws} draws: {angle_mean:1} ± {angle_mean_within:1} degrees off, "
    "error {error_mean:2} ± {error_mean_within:2}."
)
LOSS_REACH, ALONG_REACH, ACROSS_REACH = (0, 6), (-1, 3), (-1.3, 1.3)  # dots beyond stand on its edge

COUNTS = np.floor(1000 / np.arange(1, CLASSES + 1))  # how often each class comes up in the data, after Zipf
LOGITS = 0.5 * np.log(COUNTS)  # half-trained: the frequencies are learned half-way
# Labels at equal steps of the cumulated counts: a batch that follows the frequencies.
LABELS = np.searchsorted(np.cumsum(COUNTS), (np.arange(BATCH) + 0.5) / BATCH * COUNTS.sum())


def mulberry32(seed, count):
    """Return ``count`` uniform numbers from Tommy Ettinger's public-domain generator, the same as in JavaScript."""
    a = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
    t = (a ^ a >> 15) * (a | 1)
    t ^= t + (t ^ t >> 7) * (t | 61)
    return (t ^ t >> 14) / 2.0**32


def probabilities(sampler):
    """Return the probability of each class in a draw."""
    distributions = {
        "uniform": samplers.uniform,
        "log_uniform": samplers.log_uniform,
        "unigram": lambda _: samplers.unigram(COUNTS),
    }
    return distributions[sampler](CLASSES).probability(np.arange(CLASSES))


def sample(seed, num_sampled, probability):
    """Return different classes in the order of drawing, and the expected count of every class."""
    u = mulberry32(seed, 4096)  # far more than the tries that 64 of 100 classes need
    drawn = np.minimum(np.searchsorted(np.cumsum(probability), u, side="right"), CLASSES - 1)
    firsts = np.sort(np.unique(drawn, return_index=True)[1])[:num_sampled]
    return drawn[firsts], samplers.expected_count(probability, num_sampled, int(firsts[-1]) + 1)


@functools.lru_cache(maxsize=64)
def _draws(num_sampled, correction, remove_accidental_hits, sampler):
    """Return the mean loss of the batch and its gradient with respect to the biases, for each draw."""
    loss_and_grads = value_and_grad(nn.sampled_softmax_loss)
    weights, inputs, labels = np.zeros((CLASSES, 1)), np.zeros((BATCH, 1)), LABELS[:, np.newaxis]
    probability, losses, gradients = probabilities(sampler), [], []
    for seed in range(DRAWS):
        ids, count = sample(seed, num_sampled, probability)
        ones = np.ones(CLASSES)
        sampled_count = (ones if correction == "none" else count)[ids]
        true_count = (count if correction == "both" else ones)[labels]
        value, grads = loss_and_grads(
            weights,
            LOGITS,
            labels,
            inputs,
            num_sampled,
            CLASSES,
            sampled_values=(ids, true_count, sampled_count),
            remove_accidental_hits=remove_accidental_hits,
        )
        losses.append(value.mean())
        gradients.append(grads["biases"] / BATCH)
    return np.array(losses), np.array(gradients)


def _off(gradients, exact):
    """Return how far gradients are along the exact one and across it, in units of its size."""
    size = np.linalg.norm(exact)
    along = gradients @ exact / size**2
    across = np.linalg.norm(gradients - along[..., np.newaxis] * exact, axis=-1) / size
    return along, across


def _angle(along, across):
    return np.degrees(np.arctan2(across, along))


def _error(along, across):
    return np.hypot(along - 1, across)


def _interval(values):
    """Return the mean, and half the width of its 95% confidence interval."""
    return values.mean(), 1.96 * values.std(ddof=1) / np.sqrt(values.size)


class SampledSoftmax(Figure):
    """The sampled softmax loss over many draws, and its gradient, against the exact ones.

    A half-trained model of 100 classes, which come up as often as words do, on a batch of 20 examples. The model is a
    bias for each class, so its gradient is one number for each class.

    Args:
        num_sampled: how many different classes are drawn: 1, 2, 4, up to 64.
        correction: which logits log Q is taken off: of ``"none"``, the ``"sampled"``, or ``"both"``, true and sampled.
        remove_accidental_hits: whether a sampled class is taken out of the examples of which it is the true one.
        sampler: ``"uniform"``, ``"log_uniform"`` or ``"unigram"``, by the counts in the data.

    Examples:
        >>> now = SampledSoftmax().numbers()
        >>> round(float(now["loss"]), 2), round(float(now["exact"]), 2)
        (2.92, 3.92)
    """

    name = "sampled_softmax"
    caption = (
        "Three hundred draws of the same batch. First the loss that each draw gives, their mean, and the exact loss as "
        "a line. Then the gradient that each draw gives: how far along the exact gradient, and how far across it, to "
        "the side on which the mean of all draws is off. The cross is the exact gradient, the ring the mean. Below, "
        "the mean loss at the numbers of classes that you have been to."
    )
    num_sampled = Choice(16, SIZES)
    correction = Choice("both", CORRECTIONS)
    remove_accidental_hits = Flag(True)
    sampler = Choice("log_uniform", SAMPLERS)

    def draws(self):
        """Return the loss of each draw, and how far its gradient is along and across the exact one."""
        losses, gradients = _draws(self.num_sampled, self.correction, self.remove_accidental_hits, self.sampler)
        exact = nn.softmax(LOGITS) - np.bincount(LABELS, minlength=CLASSES) / BATCH
        others = (gradients.sum(axis=0) - gradients) / (DRAWS - 1)  # for each draw, the mean of all the others
        return losses, _off(gradients, exact), _off(gradients.mean(axis=0), exact), _off(others, exact)

    def sides(self):
        """Return how far each draw is along the exact gradient, and across it, to the side on which the mean is off."""
        _, gradients = _draws(self.num_sampled, self.correction, self.remove_accidental_hits, self.sampler)
        exact = nn.softmax(LOGITS) - np.bincount(LABELS, minlength=CLASSES) / BATCH
        along, mean = gradients @ exact / (exact @ exact), gradients.mean(axis=0)
        aside = mean - (mean @ exact) / (exact @ exact) * exact
        length = np.linalg.norm(aside) * np.linalg.norm(exact)
        return along, gradients @ aside / length if length else np.zeros(DRAWS)

    def numbers(self):
        """Return what the figure shows; each name with ``_within`` is half the width of a 95% interval."""
        losses, one, mean, others = self.draws()
        logits = np.tile(LOGITS, (BATCH, 1))
        now = {"exact": nn.sparse_softmax_cross_entropy_with_logits(labels=LABELS, logits=logits).mean()}
        now["loss"], now["loss_within"] = _interval(losses)
        for name, measure in (("angle", _angle), ("error", _error)):
            now[f"{name}_one"], now[f"{name}_one_within"] = _interval(measure(*one))
            # What leaving out each draw does to the mean of the rest tells how sure the mean is (the jackknife).
            spread = np.sqrt((DRAWS - 1) * measure(*others).var())
            now[f"{name}_mean"], now[f"{name}_mean_within"] = measure(*mean), 1.96 * spread
        return now

    def shown(self):
        """Return the loss and the exact one; then each angle and error with half its interval."""
        now = self.numbers()
        names = ("angle_one", "error_one", "angle_mean", "error_mean")
        rows = [now[f"{name}{within}"] for name in names for within in ("", "_within")]
        return [now["loss"], now["loss_within"], now["exact"], *rows]

    def describe(self):
        """Return the state in words and numbers."""
        state = {"n": self.num_sampled, "classes": CLASSES, "draws": DRAWS, "sampler": SAMPLERS[self.sampler]}
        state |= {"correction": CORRECTIONS[self.correction], "hits": HITS[self.remove_accidental_hits]}
        return tell(TOLD, **state, **self.numbers())

    def draw(self, figure):
        """Draw the losses and the gradients of all draws."""
        now = self.numbers()
        losses, _, mean, _ = self.draws()
        left, right = figure.subplots(1, 2)
        left.hist(np.clip(losses, *LOSS_REACH), np.linspace(*LOSS_REACH, 61), color=light("softmax"))
        left.axvline(now["exact"], color="black", label=f"exact {number(now['exact'])}")
        mean_loss = f"mean {number(now['loss'])} ± {number(now['loss_within'])}"
        left.axvline(now["loss"], color=light("label"), ls="--", label=mean_loss)
        left.set(xlabel="loss, in nats", ylabel="draws", xlim=LOSS_REACH)
        along, across = (np.clip(v, *reach) for v, reach in zip(self.sides(), (ALONG_REACH, ACROSS_REACH)))
        right.plot(along, across, ".", ms=3, color=light("gradient"))
        right.plot(1, 0, "+k", ms=12, mew=2, clip_on=False, label="exact gradient")
        style = {"mfc": "none", "mec": light("label"), "mew": 2, "ms": 9, "clip_on": False}
        right.plot(*mean, "o", label=f"mean, {number(now['angle_mean'], 1)}° off", **style)
        right.set(xlabel="along the exact gradient", ylabel="across it", xlim=ALONG_REACH, ylim=ACROSS_REACH)
        for panel in (left, right):
            panel.legend()
