"""The figure of the chapter *Sparse labels*."""

import tracemalloc

import numpy as np

from .. import nn
from ..gradients import value_and_grad
from .colours import light
from .machinery.figure import Figure, tell
from .machinery.settings import Choice

BATCHES = tuple(2**k for k in range(13))
CLASSES = (*(step * 10**k for k in range(1, 7) for step in (1, 2, 5)), 10**7)
DIMS = tuple(2**k for k in range(13))
BYTES = {"float16": 2, "float32": 4, "float64": 8}
BLOCK = 8192  # the default of xe.nn.blockwise_softmax_cross_entropy
WAYS = ("one-hot labels", "class indices", "block by block")
PARTS = ("labels", "logits", "gradient")
LAYER = "the layer itself"
UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
TOLD = "{batch} examples, {classes} classes, {precision}.{ways}{measured} The layer, with {dim} inputs: {layer}."
TOLD_WAY = " {way}: labels {labels}, logits {logits}, gradient {gradient}, in all {total}."
TOLD_MEASURED = " Measured: {measured}."
RAN = {"batch": 64, "dim": 128, "precision": "float32"}  # what `measure` ran
# What it gave: CPython 3.11, NumPy 2.2, 25 November 2026. The chapter measures again.
MEASURED = {
    100: (157_000, 84_800, 65_200),
    1_000: (1_280_000, 551_000, 299_000),
    10_000: (12_800_000, 5_160_000, 2_170_000),
    100_000: (128_000_000, 51_200_000, 2_170_000),
    1_000_000: (1_280_000_000, 512_000_000, 2_180_000),
}


def size(x):
    """Return bytes as people write them, in three digits.

    >>> size(512), size(2_097_920), size(768_000_000)
    ('512 B', '2.10 MB', '768 MB')
    """
    unit = 0
    while x >= 999.5:
        x, unit = x / 1000, unit + 1
    digits = 0 if unit == 0 or x >= 99.95 else 1 if x >= 9.995 else 2
    return f"{x:.{digits}f} {UNITS[unit]}"


def held(batch, classes, precision):
    """Return the bytes of labels, logits and gradient, a row for each of ``WAYS``."""
    unit = BYTES[precision]
    ids, dense = 8 * batch, batch * classes * unit
    block = batch * (min(classes, BLOCK) + 3) * unit  # its logits; maximum, sum and label's logit of each example
    return np.array([[dense, dense, dense], [ids, dense, dense], [ids, block, 0]])


def layer(batch, classes, dim, precision):
    """Return the bytes of the dense layer that makes the logits, its inputs, and the gradients of all of these."""
    return 2 * (classes * (dim + 1) + batch * dim) * BYTES[precision]


def measure(classes, batch=RAN["batch"], dim=RAN["dim"]):
    """Return the bytes that the library really holds at the worst moment of a float32 loss and gradient.

    One number for each of ``WAYS``: labels and logits that are passed, and all that is allocated on the way. The
    dense layer, with its input and gradients, is not counted: every way has it.
    """
    rng = np.random.default_rng(0)
    labels = rng.integers(0, classes, batch)
    one_hot = np.zeros((batch, classes), np.float32)
    one_hot[np.arange(batch), labels] = 1
    logits = rng.standard_normal((batch, classes), np.float32)
    layer = rng.standard_normal((classes, dim), np.float32), np.zeros(classes, np.float32)
    inputs = rng.standard_normal((batch, dim), np.float32)

    def peak(loss, passed, *args, **kwargs):
        tracemalloc.start()
        _, grads = value_and_grad(loss)(*args, **kwargs)
        allocated = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        of_layer = sum(grad.nbytes for name, grad in grads.items() if name in ("weights", "biases", "inputs"))
        return sum(array.nbytes for array in passed) + allocated - of_layer

    return (
        peak(nn.softmax_cross_entropy_with_logits, (one_hot, logits), labels=one_hot, logits=logits),
        peak(nn.sparse_softmax_cross_entropy_with_logits, (labels, logits), labels=labels, logits=logits),
        peak(nn.blockwise_softmax_cross_entropy, (labels,), *layer, labels, inputs),
    )


class SparseLabels(Figure):
    """What the softmax loss of exclusive labels and its gradient hold in memory, in three ways.

    With one-hot labels, with class indices, and with class indices block by block, so that the logits are never
    there all at once. The dense layer that makes the logits is counted by itself: every way has it.

    Args:
        batch: the number of examples, a power of two up to 4096.
        classes: the number of classes: 10, 20, 50, 100, up to ten million.
        dim: how many inputs the dense layer has, a power of two up to 4096.
        precision: ``"float16"``, ``"float32"`` or ``"float64"``. Class indices have 8 bytes.

    Examples:
        >>> [size(total) for total in SparseLabels().numbers()["in all"]]
        ['768 MB', '512 MB', '2.10 MB']
    """

    name = "sparse_labels"
    caption = (
        "Memory of a softmax loss and its gradient, in three ways. Bars: what it goes to. Rings: what this library "
        "held in a real run, 64 examples with 128 inputs in float32. Block by block, the gradient takes the place of "
        "the logits. The grey bar is the dense layer with its gradients, which every way has too. Below: over the "
        "number of classes."
    )
    batch = Choice(64, BATCHES)
    classes = Choice(10**6, CLASSES)
    dim = Choice(128, DIMS)
    precision = Choice("float32", BYTES)

    def ran(self):
        """Return whether a batch of this kind was really run and measured."""
        return {name: getattr(self, name) for name in RAN} == RAN

    def measured(self):
        """Return what was measured in this state, or nothing."""
        return MEASURED.get(self.classes, ()) if self.ran() else ()

    def numbers(self):
        """Return bytes by what they hold, a number for each of the three ways."""
        parts = held(self.batch, self.classes, self.precision)
        return dict(zip(PARTS, parts.T)) | {"in all": parts.sum(axis=1)}

    def shown(self):
        """Return the total of each way, with what was measured beside it, and the layer's bytes."""
        totals, measured = self.numbers()["in all"], self.measured()
        rows = zip(totals, measured) if measured else ((total,) for total in totals)
        return [*(x for row in rows for x in row), layer(**self.state())]

    def describe(self):
        """Return the state in words and numbers."""
        parts = zip(WAYS, *(map(size, row) for row in self.numbers().values()))
        names = ("way", *PARTS, "total")
        ways = "".join(tell(TOLD_WAY, **dict(zip(names, (way.capitalize(), *row)))) for way, *row in parts)
        measured = tell(TOLD_MEASURED, measured=", ".join(map(size, self.measured()))) if self.measured() else ""
        state = {**self.state(), "batch": f"{self.batch:,}", "classes": f"{self.classes:,}"}
        return tell(TOLD, **state, layer=size(layer(**self.state())), ways=ways, measured=measured)

    def draw(self, figure):
        """Draw the three totals over the classes, with what was measured, and the parts at the chosen classes."""
        left, right = figure.subplots(1, 2)
        at = np.sort([*CLASSES, BLOCK])
        totals = np.array([held(self.batch, classes, self.precision).sum(axis=1) for classes in at])
        for way, total, (width, dashes) in zip(WAYS, totals.T, ((3, "-"), (1, "-"), (1, "--"))):
            left.plot(at, total, dashes, lw=width, color="black", label=way)
        if self.ran():
            measured = np.array(list(MEASURED.values()))
            left.plot(list(MEASURED), measured, "o", mfc="none", mec="black", ms=5)
        left.axvline(self.classes, color="black", lw=1)
        left.set(xscale="log", yscale="log", xlabel="classes", ylabel="memory, in bytes")
        left.legend()
        parts = held(self.batch, self.classes, self.precision)
        for part, values, start, colour in zip(
            PARTS, parts.T, np.cumsum(parts, axis=1).T - parts.T, ("label", "logit", "gradient")
        ):
            right.barh(WAYS, values, left=start, color=light(colour), label=part)
        right.invert_yaxis()
        right.set(xlabel="memory, in bytes")
        right.legend(loc="lower right")
