"""The figure of the chapter *Sampled softmax*."""

import functools

import numpy as np

from .. import nn
from ..families import distributions
from ..gradients import value_and_grad
from .colours import light
from .machinery.figure import Figure, number, tell
from .machinery.settings import Choice, Flag

CLASSES, DRAWS = 100, 300
SIZES = (1, 2, 4, 8, 16, 32, 64)
SAMPLERS = {"uniform": "uniform", "log_uniform": "log-uniform", "unigram": "unigram"}
CORRECTIONS = {
    "none": "log Q not subtracted",
    "sampled": "log Q subtracted from sampled logits",
    "both": "log Q subtracted from all logits",
}
HITS = {True: "removed", False: "kept"}
MODELS = {"half": "half-trained", "rest": "at rest"}
TOLD = (
    "{n} of {classes} classes, {sampler} sampler, {correction}, accidental hits {hits}, model {model}. "
    "Loss {loss:3} ± {loss_within:3}, exact {exact:3}. "
    "Error of one draw's gradient {error_one:2} ± {error_one_within:2}, "
    "of the mean of {draws} draws {error_mean:2} ± {error_mean_within:2}."
)
LOSS_REACH, ALONG_REACH, ACROSS_REACH = (0, 4), (-0.9, 1.6), (-0.82, 0.82)  # dots beyond stand on its edge

# The words of a text by decreasing frequency, after Zipf, and what comes after "San": mostly five words that are rare
# in the text. Both are made up.
FREQUENCIES = 1 / np.arange(1, CLASSES + 1)
FREQUENCIES /= FREQUENCIES.sum()
SAN = {12: 0.65, 20: 0.12, 33: 0.08, 46: 0.03, 71: 0.02}  # Francisco, Diego, José, Antonio, Juan
AFTER_SAN = (1 - sum(SAN.values())) * FREQUENCIES
AFTER_SAN[list(SAN)] += list(SAN.values())
# Half-trained: half-way from the frequencies to what comes after "San". At rest: the softmax's optimum.
LOGITS = {"half": np.log(FREQUENCIES * AFTER_SAN) / 2, "rest": np.log(AFTER_SAN)}


def mulberry32(seed, count):
    """Return ``count`` uniform numbers from Tommy Ettinger's public-domain generator, the same as in JavaScript."""
    a = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
    t = (a ^ a >> 15) * (a | 1)
    t ^= t + (t ^ t >> 7) * (t | 61)
    return (t ^ t >> 14) / 2.0**32


def probabilities(sampler):
    """Return the probability of each class in a draw."""
    known = {
        "uniform": distributions.uniform,
        "log_uniform": distributions.log_uniform,
        "unigram": lambda _: distributions.unigram(FREQUENCIES),
    }
    return known[sampler](CLASSES).probability(np.arange(CLASSES))


def sample(seed, num_sampled, probability):
    """Return different classes in the order of drawing, and the expected count of every class."""
    u = mulberry32(seed, 4096)  # far more than the tries that 64 of 100 classes need
    drawn = np.minimum(np.searchsorted(np.cumsum(probability), u, side="right"), CLASSES - 1)
    firsts = np.sort(np.unique(drawn, return_index=True)[1])[:num_sampled]
    return drawn[firsts], distributions.expected_count(probability, num_sampled, int(firsts[-1]) + 1)


@functools.lru_cache(maxsize=len(SIZES) * len(SAMPLERS))
def _samples(num_sampled, sampler):
    """Return the sample of each draw: the same ones for every correction and model."""
    probability = probabilities(sampler)
    return [sample(seed, num_sampled, probability) for seed in range(DRAWS)]


@functools.lru_cache(maxsize=64)
def _draws(num_sampled, correction, remove_accidental_hits, sampler, model):
    """Return the mean loss over the labels and its gradient with respect to the biases, for each draw."""
    loss_and_grads = value_and_grad(nn.sampled_softmax_loss)
    # Weights of 0 leave the biases as logits. Every class is a label once; its input, which multiplies the gradient
    # with respect to the weights, is how often it comes after "San".
    weights, inputs, labels = np.zeros((CLASSES, 1)), AFTER_SAN[:, np.newaxis], np.arange(CLASSES)[:, np.newaxis]
    losses, gradients = [], []
    for ids, count in _samples(num_sampled, sampler):
        ones = np.ones(CLASSES)
        sampled_count = (ones if correction == "none" else count)[ids]
        true_count = (count if correction == "both" else ones)[labels]
        value, grads = loss_and_grads(
            weights,
            LOGITS[model],
            labels,
            inputs,
            num_sampled,
            CLASSES,
            sampled_values=(ids, true_count, sampled_count),
            remove_accidental_hits=remove_accidental_hits,
        )
        losses.append(AFTER_SAN @ value)
        gradients.append(grads["weights"][:, 0])
    return np.array(losses), np.array(gradients)


_exact_loss = value_and_grad(nn.softmax_cross_entropy_with_logits_v2)
HALF_TRAINED = _exact_loss(AFTER_SAN, LOGITS["half"])[1]["logits"]  # its exact gradient: direction and unit of all
_UNIT = np.linalg.norm(HALF_TRAINED)


def _off(gradients):
    """Return how far gradients are along the half-trained model's exact one and across it, in units of its size."""
    along = gradients @ HALF_TRAINED / _UNIT**2
    return along, np.linalg.norm(gradients - along[..., np.newaxis] * HALF_TRAINED, axis=-1) / _UNIT


def _interval(values):
    """Return the mean, and half the width of its 95% confidence interval."""
    return values.mean(), 1.96 * values.std(ddof=1) / np.sqrt(values.size)


class SampledSoftmax(Figure):
    """The sampled softmax loss over many draws, and its gradient, against the exact ones.

    A model of the word that comes after "San", one of 100: likely there are a few words that are rare in the text. The
    model is a bias for each word, so its gradient is one number for each word.

    Args:
        num_sampled: how many different classes are drawn: 1, 2, 4, up to 64.
        correction: what log Q is subtracted from: ``"none"``, ``"sampled"`` logits, or ``"both"``, also the true ones.
        remove_accidental_hits: whether a sampled class is taken out of the examples of which it is the true one.
        sampler: ``"uniform"``, ``"log_uniform"`` or ``"unigram"``, by the frequencies in the text.
        model: ``"half"``, half-trained, or ``"rest"``, at the softmax's optimum, where the exact gradient is zero.

    Examples:
        >>> now = SampledSoftmax().numbers()
        >>> round(float(now["loss"]), 2), round(float(now["exact"]), 2)
        (1.13, 2.19)
    """

    name = "sampled_softmax"
    caption = (
        "Three hundred draws of a sample. First the loss that each gives, their mean, and the exact loss as a line. "
        "Then the gradient that each gives: how far along the half-trained model's exact gradient, and how far across "
        "it, to the side on which the mean of all draws is off; the unit is that gradient's length. The cross is the "
        "exact gradient, the ring the mean. Below, the mean loss at the numbers of classes that you have been to."
    )
    num_sampled = Choice(16, SIZES)
    correction = Choice("both", CORRECTIONS)
    remove_accidental_hits = Flag(True)
    sampler = Choice("log_uniform", SAMPLERS)

    model = Choice("half", MODELS)

    def exact(self):
        """Return the exact loss, and how far the exact gradient is along the half-trained model's."""
        loss = nn.softmax_cross_entropy_with_logits_v2(AFTER_SAN, LOGITS[self.model])
        return loss, {"half": 1.0, "rest": 0.0}[self.model]

    def draws(self):
        """Return the loss of each draw, and how far along and across its gradient, their mean and its fellows are."""
        losses, gradients = _draws(**self.state())
        others = (gradients.sum(axis=0) - gradients) / (DRAWS - 1)  # for each draw, the mean of all the others
        return losses, _off(gradients), _off(gradients.mean(axis=0)), _off(others)

    def sides(self):
        """Return how far each draw is along, and across, to the side on which the mean is off."""
        _, gradients = _draws(**self.state())
        mean = gradients.mean(axis=0)
        aside = mean - _off(mean)[0] * HALF_TRAINED
        length = np.linalg.norm(aside) * _UNIT
        return _off(gradients)[0], gradients @ aside / length if length else np.zeros(DRAWS)

    def numbers(self):
        """Return what the figure shows; each name with ``_within`` is half the width of a 95% interval."""
        losses, one, mean, others = self.draws()
        exact, goal = self.exact()

        def error(along, across):
            return np.hypot(along - goal, across)

        now = {"exact": exact}
        now["loss"], now["loss_within"] = _interval(losses)
        now["error_one"], now["error_one_within"] = _interval(error(*one))
        # What leaving out each draw does to the mean of the rest tells how sure the mean is (the jackknife).
        now["error_mean"] = error(*mean)
        now["error_mean_within"] = 1.96 * np.sqrt((DRAWS - 1) * error(*others).var())
        return now

    def shown(self):
        """Return the loss and the exact one; then each error with half its interval."""
        names = ("loss", "loss_within", "exact", "error_one", "error_one_within", "error_mean", "error_mean_within")
        now = self.numbers()
        return [now[name] for name in names]

    def describe(self):
        """Return the state in words and numbers."""
        state = {"n": self.num_sampled, "classes": CLASSES, "draws": DRAWS, "sampler": SAMPLERS[self.sampler]}
        state |= {"correction": CORRECTIONS[self.correction], "hits": HITS[self.remove_accidental_hits]}
        state["model"] = MODELS[self.model]
        return tell(TOLD, **state, **self.numbers())

    def draw(self, figure):
        """Draw the losses and the gradients of all draws."""
        now = self.numbers()
        losses, _, mean, _ = self.draws()
        left, right = figure.subplots(1, 2)
        left.hist(np.clip(losses, *LOSS_REACH), np.linspace(*LOSS_REACH, 41), color=light("softmax"))
        left.axvline(now["exact"], color="black", label=f"exact {number(now['exact'])}")
        mean_loss = f"mean {number(now['loss'])} ± {number(now['loss_within'])}"
        left.axvline(now["loss"], color=light("label"), ls="--", label=mean_loss)
        left.set(xlabel="loss, in nats", ylabel="draws", xlim=LOSS_REACH)
        along, across = (np.clip(v, *reach) for v, reach in zip(self.sides(), (ALONG_REACH, ACROSS_REACH)))
        right.plot(along, across, ".", ms=3, color=light("gradient"))
        right.plot(self.exact()[1], 0, "+k", ms=12, mew=2, clip_on=False, label="exact gradient")
        style = {"mfc": "none", "mec": light("label"), "mew": 2, "ms": 9, "clip_on": False}
        right.plot([self.exact()[1], mean[0]], [0, mean[1]], color=light("label"), lw=3)
        right.plot(*mean, "o", label=f"mean, error {number(now['error_mean'], 2)}", **style)
        right.set(xlabel="along the half-trained model's gradient", ylabel="across it")
        right.set(xlim=ALONG_REACH, ylim=ACROSS_REACH)
        for panel in (left, right):
            panel.legend()
