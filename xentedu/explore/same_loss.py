"""The figure of the chapter *The same loss everywhere*: what every name gives for the same logits and labels."""

import numpy as np

from .. import nn
from ..equivalents import names
from ..keras import clipped
from ..numerics import log_softmax
from ..snippets import FRAMEWORKS
from ..snippets.names import EPSILON, KERAS_BOTH, KERAS_CLIP, LOSSES
from .colours import light
from .machinery.figure import Figure, tell
from .machinery.settings import Choice, Number, Numbers
from .two_families import NAMES

CLASSES = NAMES[:3]
OUTPUTS = {"wanted": "what each of them wants", "logits": "logits", "probabilities": "probabilities"}
FAMILIES = {
    "multi": "sigmoid",
    "signed": "sigmoid",
    "binary_p": "sigmoid",
    "log_loss": "sigmoid",
    "softmax": "softmax",
    "sparse": "softmax",
    "softmax_p": "softmax",
    "sparse_p": "softmax",
    "either": "softmax",
}
GIVES = {"none": "each by itself", "last": "the mean over the classes", "mean": "the mean"}
# What the map says of clipping: the rule, and how it is told.
RULES = {
    KERAS_CLIP: ("clipped", ", clipped at 1e-7"),
    KERAS_BOTH: ("both", ", clipped at 1e-7, and 1e-7 more"),
    EPSILON: ("added", ", with 1e-7 added"),
    "logarithms at −100: at most 100": ("bounded", ", logarithms from −100 on"),
    "to the dtype's epsilon: at most 36.04 in float64": ("finest", ", clipped at the dtype's epsilon"),
}
FIRST = ("first", ", clipped at 1e-7, then divided by their sum")  # TensorFlow's own Keras, of class indices
CLIP, FINEST, LOWEST = clipped.EPSILON, float(np.finfo(float).eps), -100  # of Keras, scikit-learn and PyTorch
LABELS = {
    "signed": ", labels −1 and 1",
    "sparse": ", an index",
    "sparse_p": ", an index",
    "softmax": ", a row",
    "softmax_p": ", a row",
    "either": ", an index or a row",
}
TOLD = (
    "{loss} gives {value}. Logits {logits:1}; labels {labels:0}; the model hands over {output}. Of this kind: {groups}."
)
TOLD_GROUP = "{count} from {title}: {value}"
REACH = (0, 6)  # of a bar, in nats; a longer one ends there
REFUSED, TOLD_NUMBERS = "refused", "{numbers:4}"
FACTS = ("framework", "arguments", "takes", "labels", "gives", "clipping", "note")


def _groups():
    """Return the names that give the same number, what the map says of each name, and the texts that it says it in.

    Many names are told in the same words. Each text is there once, and a name has the places of its own among them.
    """
    whole = {framework: iter(found) for framework, found in names().items()}
    groups, facts, texts = {}, {}, {}
    for loss in LOSSES:
        name, problem = next(whole[loss.framework]), loss.problem
        if problem.family not in FAMILIES or problem.weighting or loss.takes == "the last layer":
            continue
        family = "either" if "rows of probabilities too" in loss.labels else problem.family
        rule = RULES.get(loss.clipping, ("", ""))
        rule = FIRST if family == "sparse_p" and loss.framework.startswith("tensorflow") else rule
        groups.setdefault((family, problem.reduction, loss.takes, *rule), []).append(name)
        told = (FRAMEWORKS[loss.framework], *(getattr(loss, fact) for fact in FACTS[1:]))
        facts[name] = [texts.setdefault(text, len(texts)) for text in told]
    order = sorted(groups, key=lambda key: (key[2] != "logits", [*GIVES].index(key[1])))
    found = []
    for family, reduction, takes, rule, told in order:
        title = f"{takes}{LABELS.get(family, '')}: {GIVES[reduction]}{told}"
        found.append(
            {
                "kind": FAMILIES[family],
                "family": family,
                "reduction": reduction,
                "takes": takes,
                "rule": rule,
                "title": title,
                "names": groups[family, reduction, takes, rule, told],
            }
        )
    return found, facts, [*texts]


GROUPS, MAP, TEXTS = _groups()
COUNT = len(MAP)


class SameLoss(Figure):
    """Two examples of three classes, and the number that each framework's function gives for them.

    Args:
        loss: the name of a function, as ``xe.equivalents`` knows it; its kind, sigmoid or softmax, is shown.
        output: what the model hands over: ``"wanted"``, what each function expects; or ``"logits"`` or
            ``"probabilities"`` to all of them, right or wrong.
        logits: six numbers in [-50, 50], three for each example.
        labels: for each of them 1 (ticked) or 0. Where a softmax is taken, the ticks of an example share one unit.

    Examples:
        >>> figure = SameLoss(loss="torch.nn.CrossEntropyLoss")
        >>> figure.value(figure.group()).round(4)
        array([1.9472])
    """

    name = "same_loss"
    caption = (
        "Pick a function, type logits, tick labels. All functions of its kind stand below with the number that each "
        "gives, those with the same number together: the bar is the mean of what it gives, the ring what is right. "
        "Numbers are computed in float64."
    )
    loss = Choice("torch.nn.CrossEntropyLoss", MAP)
    output = Choice("wanted", OUTPUTS)
    logits = Numbers([2.0, -1.0, 0.5, -0.5, 1.5, -2.0], Number(0.0, -50, 50, step=0.5), 6, 6)
    labels = Numbers([1, 0, 0, 0, 0, 1], Number(0, 0, 1, whole=True), 6, 6)

    def group(self):
        """Return the group that the function is in."""
        return next(group for group in GROUPS if self.loss in group["names"])

    def groups(self):
        """Return all groups of its kind."""
        return [group for group in GROUPS if group["kind"] == self.group()["kind"]]

    def value(self, group):
        """Return what a group's functions give, as an array; or None where they refuse."""
        x, y = (np.array(numbers, float).reshape(2, 3) for numbers in (self.logits, self.labels))
        family, takes = group["family"], group["takes"]
        p = nn.sigmoid(x) if group["kind"] == "sigmoid" else nn.softmax(x)
        wanted = {"logits": x, "probabilities": p, "log-probabilities": log_softmax(x)}[takes]
        given = {"wanted": wanted, "logits": x, "probabilities": p}[self.output]
        if group["kind"] == "softmax":
            on = y.sum(axis=1, keepdims=True)
            if (on < 1).any() or (family.startswith("sparse") and (on > 1).any()):
                return None  # nothing to share; or several, which an index cannot say
            y = y / on
        with np.errstate(divide="ignore", invalid="ignore"):
            losses = _losses(group, y, given)
        if losses is None:
            return None
        return np.ravel({"none": losses, "last": losses.mean(-1), "mean": losses.mean()}[group["reduction"]])

    def shown(self):
        """Return what the picked function gives, and then each group of its kind."""
        values = [self.value(group) for group in (self.group(), *self.groups())]
        return [number for value in values if value is not None for number in value]

    def describe(self):
        """Return the state in words and numbers."""
        groups = "; ".join(
            tell(TOLD_GROUP, count=len(group["names"]), title=group["title"], value=self._told(group))
            for group in self.groups()
        )
        now = self.state() | {"output": OUTPUTS[self.output], "value": self._told(self.group()), "groups": groups}
        return tell(TOLD, **now)

    def _told(self, group):
        value = self.value(group)
        return REFUSED if value is None else tell(TOLD_NUMBERS, numbers=value)

    def draw(self, figure):
        """Draw for each group of the kind the mean of its numbers, and what is right."""
        panel, groups, told = figure.subplots(), self.groups(), []
        for row, group in enumerate(groups):
            value, right = self.value(group), SameLoss(**(self.state() | {"output": "wanted"})).value(group)
            if value is not None:
                panel.barh(row, value.mean(), color=light(group["kind"]), alpha=1 if group is self.group() else 0.5)
            if right is not None:
                panel.plot(right.mean(), row, "o", mfc="none", mec=light("label"), mew=2)
            told.append(f"{group['title']}\n{self._told(group)}")
        panel.set_yticks(range(len(groups)), told, fontsize=6)
        panel.invert_yaxis()
        panel.set(title=self.loss.rpartition(".")[2], xlabel="loss (mean)")


def _losses(group, labels, given):
    """Return the losses before any mean; None where the function refuses what it is given."""
    rule, takes = group["rule"], group["takes"]
    if rule in ("bounded", "finest") and ((given < 0) | (given > 1)).any():
        return None  # PyTorch and scikit-learn look whether these can be probabilities
    if takes == "logits" and group["kind"] == "sigmoid":
        return nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=given)
    if takes == "logits":
        return nn.softmax_cross_entropy_with_logits_v2(labels, given)
    if takes == "log-probabilities":
        return -(labels * given).sum(axis=1)
    if group["kind"] == "softmax":
        given = _clip(given, CLIP) if rule == "first" else given
        given = given if rule == "finest" else given / given.sum(axis=1, keepdims=True)
        given = given if rule == "first" else _clip(given, CLIP if rule == "clipped" else FINEST)
        return -(labels * np.log(given)).sum(axis=1)
    given = _clip(given, CLIP) if rule in ("clipped", "both") else given
    more = CLIP if rule in ("both", "added") else 0
    yes, no = np.log(given + more), np.log(1 - given + more)
    if rule == "bounded":
        yes, no = np.maximum(yes, LOWEST), np.maximum(no, LOWEST)
    return -labels * yes - (1 - labels) * no


def _clip(p, epsilon):
    return np.clip(p, epsilon, 1 - epsilon)
