"""How often xe.diagnose is right: ``python -m tools.rates`` counts false alarms on sound batches, and mistakes found.

Sound batches come from two sources: small networks while they are trained, from the first weights to several hundred
steps; and logits that are drawn, with labels drawn from their probabilities. Mistakes are sown into batches of models
that have learnt something. All of it is seeded, and the default seed is one that no threshold was set by.
"""

import argparse
import collections
import math
import time

import numpy as np

import xentedu as xe

SIZES = (1, 2, 3, 5, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
CLASSES = (2, 2, 2, 3, 4, 5, 8, 10, 10, 20, 50, 100, 300, 1000, 2000)
MOST = 2**19  # numbers in a batch of outputs
SNAPSHOTS = (0, 1, 3, 10, 30, 100, 300)  # steps of training


def softmax(x):
    """Return probabilities."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def sigmoid(x):
    """Return probabilities of independent labels."""
    return 1 / (1 + np.exp(-np.clip(x, -700, 700)))


def drawn_classes(rng, p):
    """Draw a class from each row of probabilities."""
    return (p.cumsum(-1) < rng.random((*p.shape[:-1], 1))).sum(-1).clip(0, p.shape[-1] - 1)


class Task:
    """Clusters in 16 dimensions, and labels for them: exclusive classes, or independent yes-or-no labels."""

    def __init__(self, rng, classes, exclusive=True, balanced=False, clean=False):
        self.rng, self.classes, self.exclusive = rng, classes, exclusive
        ratio = 1.0 if balanced else 10 ** rng.choice([0, 0, 1, 2, 3])
        self.prior = np.geomspace(1, 1 / ratio, classes)[rng.permutation(classes)]
        self.prior /= self.prior.sum()
        self.spread = rng.choice([2.0, 4.0] if clean else [0.3, 1.0, 2.0, 4.0])
        self.centres = rng.normal(size=(classes, 16)) * self.spread
        self.noise = 0.0 if clean else rng.choice([0, 0, 0.05, 0.1, 0.3])
        self.rate = 10 ** rng.uniform(-3 if not balanced else -0.6, -0.3)  # of the independent labels
        self.planes = rng.normal(size=(16, classes)) * self.spread
        self.middle, self.scale = 0.0, 1.0
        inputs, _ = self.batch(500)
        self.middle, self.scale = inputs.mean(0), inputs.std(0)

    def batch(self, size):
        """Return inputs, scaled as they should be, and labels."""
        rng = self.rng
        if self.exclusive:
            labels = rng.choice(self.classes, size, p=self.prior)
            inputs = (self.centres[labels] + rng.normal(size=(size, 16)) - self.middle) / self.scale
            flipped = rng.random(size) < self.noise
            return inputs, np.where(flipped, rng.integers(0, self.classes, size), labels)
        inputs = rng.normal(size=(size, 16))
        score = inputs @ self.planes / 4 + rng.normal(size=(size, self.classes)) * 0.3
        cut = np.sqrt(self.spread**2 + 0.09) * _quantile(1 - self.rate)
        labels = (score > cut) * 1.0
        flipped = rng.random(labels.shape) < self.noise * self.rate
        return inputs, np.where(flipped, 1 - labels, labels)


def _quantile(p):
    """Return the quantile of a standard normal distribution, by bisection."""
    low, high = -8.0, 8.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if 0.5 * math.erfc(-middle / math.sqrt(2)) < p else (low, middle)
    return low


class Network:
    """One hidden layer, trained with plain gradient descent or Adam."""

    def __init__(self, task, single=False, sigmoids=False):
        rng, self.task, self.single, self.sigmoids = task.rng, task, single, sigmoids
        hidden, outputs = int(rng.choice([16, 32, 64])), 1 if single else task.classes
        init = rng.choice(["glorot", "he", "torch", "small"])
        self.weights = []
        for fan_in, fan_out in ((16, hidden), (hidden, outputs)):
            std = {
                "glorot": math.sqrt(2 / (fan_in + fan_out)),
                "he": math.sqrt(2 / fan_in),
                "torch": math.sqrt(1 / (3 * fan_in)),
                "small": 0.05,
            }[init]
            bias = rng.uniform(-1, 1, fan_out) / math.sqrt(fan_in) if init == "torch" else np.zeros(fan_out)
            self.weights += [rng.normal(size=(fan_in, fan_out)) * std, bias]
        self.relu = rng.random() < 0.7
        self.adam = rng.random() < 0.5
        self.rate = 10 ** rng.uniform(-3, -1.5) if self.adam else 10 ** rng.uniform(-1.5, 0)
        self.moments = [(np.zeros_like(w), np.zeros_like(w)) for w in self.weights]
        self.positive = rng.choice([1.0, 1.0, 5.0]) if not task.exclusive else 1.0  # pos_weight
        self.steps = 0

    def hidden(self, inputs):
        """Return the hidden layer."""
        before = inputs @ self.weights[0] + self.weights[1]
        return np.maximum(before, 0) if self.relu else np.tanh(before)

    def logits(self, inputs):
        """Return the outputs."""
        return self.hidden(inputs) @ self.weights[2] + self.weights[3]

    def train(self, until):
        """Take steps until there were so many."""
        while self.steps < until:
            self.steps += 1
            inputs, labels = self.task.batch(64)
            hidden = self.hidden(inputs)
            logits = hidden @ self.weights[2] + self.weights[3]
            if self.single:
                slope = sigmoid(logits) - labels[:, np.newaxis]
            elif self.sigmoids:
                slope = sigmoid(logits) - np.eye(self.task.classes)[labels]
            elif self.task.exclusive:
                slope = softmax(logits)
                slope[np.arange(64), labels] -= 1
            else:
                slope = (1 - labels) * sigmoid(logits) - self.positive * labels * sigmoid(-logits)
            slope /= 64
            back = slope @ self.weights[2].T * ((hidden > 0) if self.relu else 1 - hidden**2)
            grads = [inputs.T @ back, back.sum(0), hidden.T @ slope, slope.sum(0)]
            for weight, grad, (first, second) in zip(self.weights, grads, self.moments):
                if self.adam:
                    first += 0.1 * (grad - first)
                    second += 0.001 * (grad**2 - second)
                    bias = math.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
                    weight -= self.rate * bias * first / (np.sqrt(second) + 1e-8)
                else:
                    weight -= self.rate * grad


def _size(rng, classes):
    return int(rng.choice([size for size in SIZES if size * classes <= MOST]))


def _stored(rng, outputs):
    return outputs.astype(rng.choice([np.float32, np.float32, np.float64, np.float16]))


def trained_batches(rng):
    """Yield sound batches of one network in training: what it is, labels, outputs."""
    kind = rng.choice(["classes", "classes", "yes or no", "several"])
    classes = {"yes or no": 2}.get(kind) or int(rng.choice([c for c in CLASSES if c <= 300]))
    task = Task(rng, classes, exclusive=kind != "several")
    network = Network(task, single=kind == "yes or no")
    for steps in SNAPSHOTS:
        network.train(steps)
        for _ in range(2):
            inputs, labels = task.batch(_size(rng, classes))
            yield _sound(rng, kind, labels, network.logits(inputs), f"network, {steps} steps")


def drawn_batch(rng):
    """Return a sound batch of drawn logits: what it is, labels, outputs."""
    kind = rng.choice(["classes", "classes", "soft", "yes or no", "several", "stacked", "pixels"])
    classes = 2 if kind == "yes or no" else int(rng.choice(CLASSES))
    size = _size(rng, classes)
    shape = (size, 1 if kind == "yes or no" else classes)
    logits = rng.normal(size=shape) * 10 ** rng.uniform(-1.5, 0.9)
    rare = np.log(10 ** rng.choice([0, 0, 1, 2, 3]))
    if kind in ("yes or no", "several"):
        logits -= rare
    else:
        logits += np.linspace(0, -rare, classes)[rng.permutation(classes)]
    cold = rng.choice([0.5, 0.8, 1, 1, 1, 1.5, 2])  # below 1, the model is less sure than it could be; above, more
    if kind in ("yes or no", "several"):
        labels = (rng.random(shape) < sigmoid(logits / cold)) * 1.0
        labels = labels[:, 0].astype(int) if kind == "yes or no" else labels
        return _sound(rng, kind, labels, logits, "drawn")
    p = softmax(logits / cold)
    if kind == "soft":
        return f"drawn, soft, {classes} classes, {size}", p.astype(np.float32), _stored(rng, logits)
    labels = drawn_classes(rng, p)
    if kind == "stacked" and size % 4 == 0:
        return (
            f"drawn, stacked, {classes} classes, {size}",
            labels.reshape(4, -1),
            _stored(rng, logits).reshape(4, size // 4, classes),
        )
    if kind == "pixels" and size >= 16:
        side = int(math.sqrt(size // 4))
        used = 4 * side * side
        images = _stored(rng, logits)[:used].reshape(4, side, side, classes)
        if rng.random() < 0.5:
            images = np.moveaxis(images, -1, 1)
        return f"drawn, pixels, {classes} classes, {size}", labels[:used].reshape(4, side, side), images
    return _sound(rng, "classes", labels, logits, "drawn")


def _sound(rng, kind, labels, logits, source):
    what = f"{source}, {kind}, {logits.shape[-1]} outputs, batch {len(labels)}"
    logits = _stored(rng, logits)
    if kind == "several":
        return what, labels.astype(rng.choice([np.float32, np.int64])), logits
    if kind == "yes or no":
        labels = labels.astype(rng.choice([np.float32, np.int64, bool]))
        return (what, labels, logits[:, 0]) if rng.random() < 0.5 else (what, labels[:, np.newaxis], logits)
    if rng.random() < 0.3 and labels.size * logits.shape[-1] <= MOST:
        rows = np.eye(logits.shape[-1], dtype=np.float32)[labels]
        smoothing = rng.choice([0, 0.1])
        return what, rows * (1 - smoothing) + smoothing / logits.shape[-1], logits
    return what, labels.astype(rng.choice([np.int64, np.int32])), logits


def sound_batches(count, seed=0):
    """Yield so many sound batches, half of them of networks in training."""
    rng, made = np.random.default_rng(seed), 0
    while made < count:
        for batch in trained_batches(rng):
            yield batch
            yield drawn_batch(rng)
            made += 2


# Mistakes. Each is sown into a batch of a model that has learnt something.


class Pairs:
    """64 inputs of a task, each with the label of another: a training set that can only be learnt by heart."""

    def __init__(self, task):
        self.rng, self.classes, self.exclusive = task.rng, task.classes, True
        inputs, labels = task.batch(64)
        self.pairs = inputs, task.rng.permutation(labels)

    def batch(self, _):
        """Return all of them, whatever the size."""
        return self.pairs


class Model:
    """A network after 300 steps, on data that can be learnt, and fresh batches of it."""

    def __init__(self, rng, classes, kind="classes"):
        self.rng, self.kind, self.classes = rng, kind, classes
        by_heart = kind == "by heart"
        while True:
            task = Task(rng, classes, exclusive=kind != "several", balanced=True, clean=True)
            learnt = Pairs(task) if by_heart else task
            self.network = Network(learnt, kind == "yes or no", kind == "one of several")
            self.network.train(1000 if by_heart else 300)
            inputs, labels = learnt.batch(1000)
            logits = self.network.logits(inputs)
            if task.exclusive and kind != "yes or no":
                right = logits.argmax(-1) == labels
            else:
                right = (logits > 0) == (labels.reshape(logits.shape) > 0.5)
            sure = softmax(logits).max(-1) if kind in ("classes", "by heart") else sigmoid(np.abs(logits))
            if right.mean() >= 0.9 and sure.mean() >= 0.85:  # less sure, it is hard to tell from a new one
                break
        self.task = task

    def batch(self, size):
        """Return labels and logits."""
        inputs, labels = self.task.batch(size)
        logits = self.network.logits(inputs).astype(np.float32)
        return labels, (logits[:, 0] if self.kind == "yes or no" else logits)


def _eye(labels, logits):
    return np.eye(logits.shape[-1], dtype=np.float32)[labels]


def _order(rng, classes):
    """Return an order of the classes in which none stands where it stood."""
    while True:
        order = rng.permutation(classes)
        if (order != np.arange(classes)).all():
            return order


def _unscaled(rng, y, x):
    return y, rng.normal(size=x.shape).astype(np.float32) * 10 ** rng.uniform(2, 3.5)


def _masked(rng, y, x, share):
    return y, x, (rng.random(len(y)) >= share) * 1.0


def _without(rng, y, x):
    """Return what is left without one class, encoded by itself; at least two classes are renamed by that."""
    missing = rng.integers(x.shape[-1] - 2)
    kept = y != missing
    return (y - (y > missing))[kept], x[kept]


def _some(rng, values, mark):
    marked = rng.random(values.shape) < 0.2
    marked.flat[rng.integers(values.size)] = True
    return np.where(marked, mark, values)


# Code -> mistakes: a name, the kind of model, and what becomes of labels y and logits x.
MISTAKES = {
    "probabilities_as_logits": [
        ("softmax", "classes", lambda r, y, x: (y, softmax(x))),
        ("softmax, one-hot labels", "classes", lambda r, y, x: (_eye(y, x), softmax(x))),
        ("sigmoid, yes or no", "yes or no", lambda r, y, x: (y, sigmoid(x))),
        ("sigmoid, several labels", "several", lambda r, y, x: (y, sigmoid(x))),
    ],
    "log_probabilities_as_logits": [
        ("log_softmax", "classes", lambda r, y, x: (y, np.log(softmax(x)))),
        ("log_sigmoid, yes or no", "yes or no", lambda r, y, x: (y, -np.logaddexp(0, -x))),
    ],
    "multi_hot_labels": [("softmax of several labels", "several", lambda r, y, x: (y, softmax(x)))],
    "one_hot_where_index_expected": [
        ("two columns, one output", "yes or no", lambda r, y, x: (np.eye(2)[y], x)),
        (
            "pixels, channels first",
            "classes",
            lambda r, y, x: (
                _eye(y, x).reshape(4, -1, 1, x.shape[-1]),
                np.moveaxis(x.reshape(4, -1, 1, x.shape[-1]), -1, 1),
            ),
        ),
    ],
    "one_hot_with_sigmoids": [("a sigmoid for each class", "one of several", lambda r, y, x: (_eye(y, x), sigmoid(x)))],
    "label_out_of_range": [
        ("an output too few", "classes", lambda r, y, x: (np.append(y[1:], x.shape[-1]), x)),
        ("many classes, one output", "classes", lambda r, y, x: (y + 1, x[:, 0])),
    ],
    "labels_start_at_one": [
        ("classes, the last of which occurs", "classes", lambda r, y, x: (np.append(y[1:], x.shape[-1] - 1) + 1, x)),
        ("yes or no", "yes or no", lambda r, y, x: (y + 1, x)),
    ],
    "labels_not_probabilities": [
        ("percentages", "several", lambda r, y, x: (y * r.uniform(20, 100, y.shape), x)),
        ("amounts", "yes or no", lambda r, y, x: (r.normal(size=y.shape) * 50 + 100, x)),
        ("rows that sum to 1.1", "classes", lambda r, y, x: (_eye(y, x) + 0.1 / x.shape[-1], x)),
        ("a NaN", "yes or no", lambda r, y, x: (np.append(y[1:], np.nan), x)),
    ],
    "signed_labels": [
        ("yes or no", "yes or no", lambda r, y, x: (2 * y - 1, x)),
        ("several", "several", lambda r, y, x: (2 * y - 1, x)),
    ],
    "labels_of_255": [
        ("yes or no", "yes or no", lambda r, y, x: ((y * 255).astype(np.uint8), x)),
        ("divided by 255 twice", "yes or no", lambda r, y, x: ((y / 255).astype(np.float32), x)),
    ],
    "negative_loss": [
        ("signed", "yes or no", lambda r, y, x: (2 * y - 1, x)),
        ("255", "yes or no", lambda r, y, x: (y * 255, x)),
    ],
    "ignore_labels": [
        ("-100", "classes", lambda r, y, x: (_some(r, y, -100), x)),
        ("255", "classes", lambda r, y, x: (_some(r, y, 255), x)),
        ("-1, several labels", "several", lambda r, y, x: (_some(r, y, -1), x)),
    ],
    "float_indices": [("float32", "classes", lambda r, y, x: (y.astype(np.float32), x))],
    "column_against_row": [
        ("outputs", "yes or no", lambda r, y, x: (y, x[:, np.newaxis])),
        ("labels", "yes or no", lambda r, y, x: (y[:, np.newaxis], x)),
    ],
    "shape_mismatch": [
        ("transposed", "classes", lambda r, y, x: (y, x.T)),
        ("a row missing", "classes", lambda r, y, x: (y[1:], x)),
        ("weights of classes", "classes", lambda r, y, x: (y, x, r.uniform(0.5, 2, x.shape[-1]))),
    ],
    "non_finite_output": [
        ("one NaN", "classes", lambda r, y, x: (y, np.where(np.arange(x.size).reshape(x.shape) == 5, np.nan, x)))
    ],
    "saturated_outputs": [("inputs not scaled", "classes", _unscaled), ("yes or no", "yes or no", _unscaled)],
    "rectified_outputs": [("ReLU on the logits", "classes", lambda r, y, x: (y, np.maximum(x, 0)))],
    "rounded_outputs": [
        ("argmax", "classes", lambda r, y, x: (y, x.argmax(-1))),
        ("threshold", "yes or no", lambda r, y, x: (y, (x > 0) * 1.0)),
    ],
    "softmax_on_wrong_axis": [
        ("softmax", "classes", lambda r, y, x: (y, softmax(x.T).T)),
        ("log_softmax", "classes", lambda r, y, x: (y, np.log(softmax(x.T).T))),
    ],
    "softmax_of_one_output": [("[batch, 1]", "yes or no", lambda r, y, x: (y[:, np.newaxis], np.ones((len(y), 1))))],
    "uniform_predictions": [("zeros", "classes", lambda r, y, x: (y, np.full_like(x, r.normal())))],
    "constant_predictions": [("biases alone", "classes", lambda r, y, x: (y, np.broadcast_to(x.mean(0), x.shape)))],
    "one_class_predicted": [
        ("certain of one class", "classes", lambda r, y, x: (y, x * 0.05 + 8 * (np.arange(x.shape[-1]) == 1))),
    ],
    "labels_disagree_with_predictions": [
        ("classes in another order", "classes", lambda r, y, x: (_order(r, x.shape[-1])[y], x)),
        ("one class further", "classes", lambda r, y, x: ((y + 1) % x.shape[-1], x)),
        ("a class missing from one set", "classes", _without),
        ("rows out of step", "classes", lambda r, y, x: (np.roll(y, 1), x)),
        ("rows shuffled", "classes", lambda r, y, x: (r.permutation(y), x)),
        ("yes and no exchanged", "yes or no", lambda r, y, x: (1 - y, x)),
        ("columns in another order", "several", lambda r, y, x: (y, x[:, _order(r, x.shape[-1])])),
    ],
    "weights_mostly_zero": [
        ("a mask upside down", "classes", lambda r, y, x: _masked(r, y, x, 0.99)),
        ("all zero", "classes", lambda r, y, x: (y, x, np.zeros(len(y)))),
    ],
    "weights_not_weights": [
        ("a negative one", "classes", lambda r, y, x: (y, x, np.append(np.ones(len(y) - 1), -1.0)))
    ],
}
# Of these, a batch often shows too little: they are counted by themselves.
SELDOM = {
    "labels_disagree_with_predictions": [
        ("wrong pairs learnt by heart", "by heart", lambda r, y, x: (y, x)),
        ("rows shuffled, yes or no", "yes or no", lambda r, y, x: (r.permutation(y), x)),
    ],
}
KINDS = ("classes", "one of several", "yes or no", "several")
BLOCK, FEW = 1000, 20  # sound batches, and batches of each mistake, that share a seed
NUMBERS_OF_CLASSES = (3, 5, 10, 20)


def found(count, size, seed=0, sown=MISTAKES):
    """Return how often each mistake is found in ``count`` batches: (code, name) -> number."""
    kinds = {kind for mistakes in sown.values() for _, kind, _ in mistakes}
    rng, counted = np.random.default_rng(seed), collections.Counter()
    for n in range(count):
        classes = NUMBERS_OF_CLASSES[n % len(NUMBERS_OF_CLASSES)]
        models = {
            kind: Model(rng, 2 if kind == "yes or no" else classes, kind)
            for kind in (*KINDS, "by heart")
            if kind in kinds
        }
        for code, mistakes in sown.items():
            for name, kind, sow in mistakes:
                labels, outputs, *weights = sow(rng, *models[kind].batch(size))
                findings = xe.diagnose(labels, outputs, weights=weights[0] if weights else None)
                counted[code, name] += any(finding.code == code for finding in findings)
    return counted


def interval(k, n, level=0.95):
    """Return Clopper and Pearson's confidence interval for a probability.

    >>> [round(end, 4) for end in interval(0, 100)]
    [0.0, 0.0362]
    """
    tail = (1 - level) / 2
    return 1 - _upper(n - k, n, tail), _upper(k, n, tail)


def _upper(k, n, tail):
    """Return the probability under which ``k`` or fewer out of ``n`` happen with probability ``tail``."""
    if k == n:
        return 1.0
    i = np.arange(k + 1)
    ways = np.array([math.lgamma(n + 1) - math.lgamma(j + 1) - math.lgamma(n - j + 1) for j in i.tolist()])
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        below = np.exp(ways + i * math.log(middle) + (n - i) * math.log1p(-middle)).sum()
        low, high = (low, middle) if below <= tail else (middle, high)
    return high


def false_alarms(count, seed=0):
    """Return how many batches were tried, and what was said of those that should have got no finding."""
    tried, alarms = collections.Counter(), []
    for what, labels, outputs in sound_batches(count, seed):
        tried[what.partition(",")[0]] += 1
        if findings := xe.diagnose(labels, outputs):
            alarms.append((what, findings))
    return tried, alarms


def main():
    """Print the rates."""
    parser = argparse.ArgumentParser(prog="python -m tools.rates", description=__doc__.partition("\n")[0])
    parser.add_argument("--sound", type=int, default=30_000, help="sound batches")
    parser.add_argument("--mistakes", type=int, default=200, help="batches of each mistake and size")
    parser.add_argument("--seed", type=int, default=1618)  # not looked at while the thresholds were set
    given = parser.parse_args()
    begun = time.perf_counter()
    tried, alarms = collections.Counter(), []
    for block in range(-(-given.sound // BLOCK)):
        more, others = false_alarms(BLOCK, (given.seed, block))
        tried += more
        alarms += others
    count, wrong = sum(tried.values()), len(alarms)
    low, high = interval(wrong, count)
    print(f"Sound batches: {count} ({', '.join(f'{n} {source}' for source, n in tried.items())})")
    print(
        f"False alarms: {wrong}, {1000 * wrong / count:.2f} in 1000 (95% interval {1000 * low:.2f} to "
        f"{1000 * high:.2f})"
    )
    for what, findings in alarms:
        print(f"  {what}: " + "; ".join(f"{finding.code}: {finding.evidence}" for finding in findings))
    print(f"({time.perf_counter() - begun:.0f} s)\n")
    for sown, which in ((MISTAKES, "Mistakes"), (SELDOM, "Mistakes that a batch often does not show")):
        print_found(sown, which, given)
    print(f"({time.perf_counter() - begun:.0f} s)")


def print_found(sown, which, given):
    """Print how often each mistake is found."""
    sizes = (64, 512)
    blocks = range(-(-given.mistakes // FEW))
    counts = {
        size: sum((found(FEW, size, (given.seed, b), sown) for b in blocks), collections.Counter()) for size in sizes
    }
    each = FEW * len(blocks)
    print(f"{which}, found in {each} batches each, with 95% intervals:")
    print(f"{'code':34} {'mistake':34} " + " ".join(f"{f'batch {size}':>22}" for size in sizes))
    for code, mistakes in sown.items():
        for name, _, _ in mistakes:
            shown = []
            for size in sizes:
                k = counts[size][code, name]
                low, high = interval(k, each)
                shown.append(f"{k / each:7.1%} ({low:.1%}-{high:.1%})")
            print(f"{code:34} {name:34} " + " ".join(f"{text:>22}" for text in shown), flush=True)
    print()


if __name__ == "__main__":
    main()
