"""``xe.choose``: which cross-entropy loss, why, and its code in five frameworks.

The rules come in the order in which one thinks them through: what contradicts itself, which family of losses the labels
call for, then which member of it the weights, the gradients and the cost call for. The code comes from
:mod:`xentedu.snippets`.
"""

import itertools
import sys
from dataclasses import dataclass, field

from . import snippets

LABELS = ("index", "one_hot", "probabilities", "multi_hot")
WEIGHTINGS = (None, "example", "class", "positive")
FRAMEWORKS = ("tensorflow1", "tensorflow2", "keras", "pytorch", "jax")

_SIGMOID = "tf.nn.sigmoid_cross_entropy_with_logits"
_POSITIVE = "tf.nn.weighted_cross_entropy_with_logits"
_V2 = "tf.nn.softmax_cross_entropy_with_logits_v2"
_SPARSE = "tf.nn.sparse_softmax_cross_entropy_with_logits"
_SAMPLED = "tf.nn.sampled_softmax_loss"


@dataclass(frozen=True)
class Choice:
    """The answer of :func:`choose`; printed, all of it in words."""

    loss: str  # the TensorFlow 1.15 name
    activation: str  # what turns the logits into probabilities: "sigmoid" or "softmax"
    reason: str
    evaluation: str  # what to report on held-out data
    avoid: dict[str, str]  # tempting losses, and why not
    chapter: str  # the chapter that explains it, such as "sparse_labels"
    section: str  # the section's anchor on the chapter's page
    problem: snippets.Problem = field(repr=False)

    @property
    def calls(self):
        """Code for each framework, complete with example inputs: a dict from its name to the text."""
        return {name: str(snippets.snippet(name, self.problem)) for name in FRAMEWORKS}

    def __str__(self):
        lines = [self.loss, f"  {self.reason}", f"  Logits to probabilities: {self.activation}."]
        lines += [f"  To evaluate: {self.evaluation}"]
        lines += [f"  Not {name}: {why}" for name, why in self.avoid.items()]
        return "\n".join([*lines, f"  Chapter: {self.chapter}, #{self.section}"])


def choose(*, exclusive, num_classes, labels, weighting=None, label_gradient=False, affordable=True, training=True):
    r"""Return which cross-entropy loss to use, with its reason and its code in five frameworks.

    All of these losses are one function, :math:`-\sum_k y_k \log p_k`. They differ in what turns logits into
    probabilities (softmax where classes exclude each other, sigmoid where they do not), in how labels are written, and
    in what is left out when there are very many classes.

    Args:
        exclusive: whether exactly one class is right for each example.
        num_classes: how many classes there are. A single yes or no is ``num_classes=1`` with ``exclusive=False``, or
            the two classes *yes* and *no* with ``exclusive=True``.
        labels: how the label of one example is written. ``"index"``: the index of its class, or 0 and 1 for no and yes;
            ``"one_hot"``: a row with a single one; ``"probabilities"``: a row of probabilities; ``"multi_hot"``: a row
            of zeros and ones.
        weighting: what counts more than the rest: None, an ``"example"``, a ``"class"``, or what is ``"positive"``.
        label_gradient: whether the labels are themselves trained.
        affordable: whether every class can be scored at each step of the training.
        training: whether the loss is for training; False is for evaluation.

    Returns:
        A :class:`Choice` with ``loss``, ``activation``, ``reason``, ``calls``, ``chapter``, ``section``, ``evaluation``
        and ``avoid``.

    Raises:
        TypeError: an argument has the wrong type.
        ValueError: an argument is not one of its values, or the arguments contradict each other; the message says how.

    Examples:
        >>> answer = choose(exclusive=True, num_classes=3, labels="index")
        >>> answer.loss, answer.activation
        ('tf.nn.sparse_softmax_cross_entropy_with_logits', 'softmax')
        >>> print(answer.calls["pytorch"])
        import torch
        import torch.nn.functional as F
        <BLANKLINE>
        logits = torch.tensor([[2.0, -1.0, 0.5], [-0.5, 1.5, -2.0]])
        labels = torch.tensor([0, 2])
        <BLANKLINE>
        loss = F.cross_entropy(logits, labels)

    References:
        The question, https://stackoverflow.com/questions/47034888; TensorFlow 1.15.5,
        ``tensorflow/python/ops/nn_ops.py``.
    """
    _check(exclusive, num_classes, labels, weighting, label_gradient, affordable, training)
    _contradictions(exclusive, num_classes, labels, weighting, label_gradient, affordable, training)
    sampling = training and not affordable
    family = _family(exclusive, num_classes, labels, weighting, sampling)
    loss = _name(family, weighting, label_gradient)
    chapter, section = _place(family, weighting, label_gradient, affordable)
    columns = num_classes if num_classes < 3 and family in ("multi", "softmax") else 3
    return Choice(
        loss,
        "softmax" if family in ("softmax", "sparse", "sampled") else "sigmoid",
        _reason(family, num_classes, labels, weighting, label_gradient, affordable, training),
        _evaluation(family, weighting, training),
        _avoid(family, num_classes, labels, weighting, label_gradient),
        chapter,
        section,
        snippets.Problem(family, labels, weighting, trained=label_gradient, columns=columns),
    )


def space():
    """Yield all arguments of :func:`choose`, as dicts; 3 stands for every larger number of classes."""
    flags = (False, True)
    names = ("exclusive", "num_classes", "labels", "weighting", "label_gradient", "affordable", "training")
    for values in itertools.product(flags, (1, 2, 3), LABELS, WEIGHTINGS, flags, flags, flags):
        yield dict(zip(names, values))


def problems():
    """Return what the answers of :func:`choose` compute, each once."""
    found = {}
    for arguments in space():
        try:
            found[choose(**arguments).problem] = None
        except ValueError:
            continue
    return list(found)


def _check(exclusive, num_classes, labels, weighting, label_gradient, affordable, training):
    given = {"exclusive": exclusive, "label_gradient": label_gradient, "affordable": affordable, "training": training}
    for name, value in given.items():
        if not isinstance(value, bool):
            raise TypeError(f"choose: {name}: expected True or False, received {value!r}.")
    if isinstance(num_classes, bool) or not hasattr(num_classes, "__index__"):
        raise TypeError(f"choose: num_classes: expected an integer, received {num_classes!r}.")
    if num_classes < 1:
        raise ValueError(f"choose: num_classes: expected at least 1, received {num_classes}.")
    for name, value, allowed in (("labels", labels, LABELS), ("weighting", weighting, WEIGHTINGS)):
        if value not in allowed:
            expected = ", ".join(map(repr, allowed))
            raise ValueError(f"choose: {name}: expected one of {expected}, received {value!r}.")


def _contradictions(exclusive, num_classes, labels, weighting, label_gradient, affordable, training):
    """Raise where the answers cannot all be true, and say why and what to write instead."""

    def contradiction(names, why, instead):
        raise ValueError(f"choose: {names} contradict each other: {why} {instead}")

    if exclusive and num_classes == 1:
        contradiction(
            "exclusive=True and num_classes=1",
            "the only class would always be right, its softmax is 1 and its loss 0.",
            "A yes or no is num_classes=2, or exclusive=False.",
        )
    if exclusive and labels == "multi_hot":
        contradiction(
            "exclusive=True and labels='multi_hot'",
            "several ones in a row say that several classes are right at once.",
            "Write exclusive=False; or labels='one_hot', if each row has a single one.",
        )
    if not exclusive and labels == "index" and num_classes > 1:
        contradiction(
            "exclusive=False and labels='index'",
            "an index can name one class, and several may be right at once.",
            "Write labels='multi_hot', a row with a one for each class that is right; or exclusive=True.",
        )
    if label_gradient and labels == "index":
        contradiction(
            "label_gradient=True and labels='index'",
            "an index is an integer, and nothing can be differentiated with respect to it.",
            "Write labels='probabilities', which can be trained.",
        )
    if weighting == "positive" and exclusive and num_classes > 2:
        contradiction(
            "weighting='positive' and exclusive=True",
            f"among {num_classes} classes of which one is right, none is the positive one.",
            "Write weighting='class', with a weight for each.",
        )
    if weighting == "class" and num_classes == 1:
        contradiction(
            "weighting='class' and num_classes=1",
            "one weight for the only class multiplies everything alike.",
            "Write weighting='positive', if yes counts more than no.",
        )
    if not affordable and num_classes < 3:
        contradiction(
            f"affordable=False and num_classes={num_classes}",
            "a sample takes the label's class and at least one other, which is all there are.",
            "Write affordable=True.",
        )
    if label_gradient and training and not affordable:
        contradiction(
            "label_gradient=True and affordable=False",
            "a sampled loss takes the index of the right class, and passes no gradient to a row of labels.",
            "Write affordable=True; or label_gradient=False.",
        )


def _family(exclusive, num_classes, labels, weighting, sampling):
    """Return the family of losses, a key of ``snippets.examples.FAMILIES``."""
    if not exclusive:
        if labels == "index":
            return "binary"
        return "columns" if sampling else "multi"
    if sampling:
        return "sampled"
    if labels == "index":
        return "binary" if num_classes == 2 else "sparse"
    return "column" if weighting == "positive" else "softmax"


def _name(family, weighting, label_gradient):
    """Return the TensorFlow 1.15 name."""
    if family == "sampled":
        return _SAMPLED
    if weighting == "positive":
        return _POSITIVE
    full = {"softmax": _V2, "sparse": _SPARSE}.get(family, _SIGMOID)
    if weighting is None or label_gradient or family == "columns":
        return full
    short = {"softmax": "softmax_cross_entropy", "sparse": "sparse_softmax_cross_entropy"}
    return f"tf.losses.{short.get(family, 'sigmoid_cross_entropy')}"


def _place(family, weighting, label_gradient, affordable):
    """Return the chapter and the section that explain it."""
    if family == "sampled":
        return "sampled_softmax", "claim-16"
    if label_gradient:
        return "label_gradients", "claim-12"
    if weighting:
        return "weighting", {"example": "claim-7", "class": "claim-11", "positive": "claim-8"}[weighting]
    if family == "sparse":
        return "sparse_labels", "claim-13" if affordable else "claim-14"
    return "sigmoid_softmax", {"binary": "claim-1", "softmax": "claim-10"}.get(family, "claim-5")


_FAMILIES = {
    "binary": "A yes or no needs one logit for each example; its sigmoid is the probability of yes.",
    "column": "Two classes that exclude each other are one yes or no: one logit, for the second of the two columns.",
    "multi": "Each class is a yes or no of its own, so each logit has its own sigmoid.",
    "columns": (
        "Each class is a yes or no of its own. Scored are the classes that are on somewhere in the batch and a random "
        "sample of the rest, which counts for all of the rest: on average this is the loss over every class."
    ),
    "softmax": "One class is right, so the probabilities of all classes sum to one: a softmax. The label is a row.",
    "sparse": "One class is right, so the probabilities of all classes sum to one: a softmax. The label is an index.",
    "sampled": (
        "One class is right, out of too many to score: the softmax is taken over the label and a random sample of the "
        "other classes, with each logit corrected by how often its class is drawn."
    ),
}


def _reason(family, num_classes, labels, weighting, label_gradient, affordable, training):
    parts = [_FAMILIES[family]]
    if family == "binary" and num_classes == 2:
        parts.append("Two logits under a softmax give the same model, with twice the outputs.")
    if family == "softmax" and num_classes == 2:
        parts.append("With two classes it is a sigmoid of the difference of the logits.")
    if family == "multi" and labels == "one_hot":
        parts.append("If every row has exactly one 1, the classes exclude each other: then say exclusive=True.")
    if family == "sampled" and labels == "one_hot":
        parts.append("The sampled loss takes the index of the one.")
    if family == "sampled" and labels == "probabilities":
        parts.append("It takes indices: at each step a class is drawn from each row, which is right on average.")
    if label_gradient:
        parts.append("The labels are trained, and this loss passes a gradient to them.")
        if weighting in ("example", "class"):
            parts.append("tf.losses would stop it, so the weights multiply by hand.")
    elif labels == "probabilities" and family in ("softmax", "multi", "column"):
        parts.append("If another network makes the labels, no gradient may reach it: hence the stop.")
    parts.append(_WEIGHTED.get((weighting, family in ("multi", "columns")), _WEIGHTED.get(weighting, "")))
    if not affordable and not training:
        parts.append("A sample serves only training: to evaluate, every class is scored, in blocks if memory is short.")
    return " ".join(filter(None, parts))


_WEIGHTED = {
    "example": "Each example's loss is multiplied by its weight; a weight of 0 leaves it out.",
    ("class", False): "Each example's loss is multiplied by the weight of its class, looked up by its label.",
    ("class", True): "Each class has a weight, which multiplies its column of losses.",
    "positive": (
        "pos_weight multiplies what a missed yes costs. The probabilities then come out too high: if only the decision "
        "is meant to change, train without it and move the threshold."
    ),
}


def _evaluation(family, weighting, training):
    if family == "sampled":
        text = f"{_SPARSE} over all classes, in blocks if memory is short; a sampled loss is not an estimate of it."
    elif family == "columns":
        text = f"{_SIGMOID} over all classes, or a ranking of them."
    else:
        text = "the same loss on held-out data"
        text += ", without weights as well: they change what the number means." if weighting else "."
    return text


def _avoid(family, num_classes, labels, weighting, label_gradient):
    avoid = {}
    if family in ("binary", "column"):
        avoid["a softmax over a single logit"] = "it is always 1, the loss is always 0, and nothing is learnt."
    if family in ("multi", "columns"):
        avoid[_V2] = "its probabilities sum to one: with two classes on, the loss cannot come below log 2."
    if family == "columns":
        avoid["tf.nn.nce_loss"] = "with num_true classes on, it asks for a probability of 1/num_true of each, not 1."
        avoid[_SAMPLED] = "it is a softmax, for one right class."
    if family in ("softmax", "sparse", "sampled"):
        avoid[_SIGMOID] = "it treats classes as independent: the probabilities need not sum to one."
    if family == "sparse":
        avoid[_V2] = "one-hot rows give the same number and take more memory."
    if family == "softmax" and labels == "probabilities":
        avoid[_SPARSE] = "an index cannot say 50% and 50%."
    if family == "softmax" and not label_gradient:
        avoid["tf.nn.softmax_cross_entropy_with_logits"] = "it is deprecated, and in TensorFlow 2 the name means v2."
    if label_gradient and family == "softmax":
        avoid["tf.nn.softmax_cross_entropy_with_logits"] = "in TensorFlow 1 it gives the labels no gradient."
    if weighting == "class" and family in ("softmax", "sparse"):
        avoid["PyTorch's weight="] = "it divides by the sum of the labels' weights, so the number is another one."
    avoid["tf.contrib.losses"] = "deprecated, with the arguments the other way round."
    return avoid


# What `python -m xentedu choose` asks, in its order: argument, question, and the answers with what they mean.
QUESTIONS = (
    (
        "exclusive",
        "What do the labels of one example say?",
        {
            "yes or no: is there a cat?": {"exclusive": False, "num_classes": 1, "labels": "index"},
            "one of several: a cat, a dog or a donkey?": {"exclusive": True, "num_classes": 3},
            "several at once: a cat and a dog": {"exclusive": False, "num_classes": 3},
        },
    ),
    (
        "labels",
        "How is the label of one example written?",
        {
            "the index of its class: 2": {"labels": "index"},
            "a row with a single one: 0 0 1": {"labels": "one_hot"},
            "a row of zeros and ones: 1 0 1": {"labels": "multi_hot"},
            "a row of probabilities: 0.5 0.5 0": {"labels": "probabilities"},
        },
    ),
    (
        "special",
        "Does any of these apply?",
        {
            "no": {},
            "some examples count more than others, or not at all": {"weighting": "example"},
            "some classes count more than others": {"weighting": "class"},
            "missing a yes costs more than a false alarm": {"weighting": "positive"},
            "the labels are themselves trained": {"label_gradient": True},
            "there are so many classes that scoring all at each step costs too much": {"affordable": False},
            "it is for evaluation, not for training": {"training": False},
        },
    ),
)


def main(arguments):
    """Which loss to use: answers by flags, or asked in the terminal."""
    import argparse  # only the commands need it

    parser = argparse.ArgumentParser(
        prog="python -m xentedu choose", description="Which cross-entropy loss to use. Without a flag, it asks."
    )
    yes_or_no = {"choices": ("yes", "no")}
    parser.add_argument("--exclusive", **yes_or_no, help="is exactly one class right for each example?")
    parser.add_argument("--num-classes", type=int, help="how many classes there are")
    parser.add_argument("--labels", choices=LABELS, help="how the label of one example is written")
    parser.add_argument("--weighting", choices=WEIGHTINGS[1:], help="what counts more than the rest")
    parser.add_argument("--label-gradient", **yes_or_no, default="no", help="are the labels themselves trained?")
    parser.add_argument("--affordable", **yes_or_no, default="yes", help="can every class be scored at each step?")
    parser.add_argument("--training", **yes_or_no, default="yes", help="no: it is for evaluation")
    parser.add_argument("--framework", choices=FRAMEWORKS, help="the code for this framework alone")
    given = vars(parser.parse_args(arguments))
    framework = given.pop("framework")
    needed = ("exclusive", "num_classes", "labels")
    if all(given[name] is None for name in needed):
        if given["weighting"] or "no" in (given["affordable"], given["training"]) or given["label_gradient"] == "yes":
            parser.error("with flags, --exclusive, --num-classes and --labels are needed too")
        given = _asked()
        if given is None:
            return 1
    elif missing := [name for name in needed if given[name] is None]:
        parser.error("also needed: " + ", ".join(f"--{name.replace('_', '-')}" for name in missing))
    else:
        given = {name: value == "yes" if value in ("yes", "no") else value for name, value in given.items()}
    try:
        answer = choose(**given)
    except ValueError as error:
        parser.error(str(error).removeprefix("choose: "))
    print(answer)
    for name in (framework,) if framework else FRAMEWORKS:
        print(f"\n{snippets.FRAMEWORKS[name]}:\n")
        print(*(f"    {line}".rstrip() for line in answer.calls[name].splitlines()), sep="\n")
    return 0


def _asked():
    """Ask the questions one after the other; return the answers, or None where the input ends."""
    found = {}
    for argument, question, answers in QUESTIONS:
        if argument in found:
            continue
        possible = {text: means for text, means in answers.items() if _answerable({**found, **means})}
        print(question)
        for number, text in enumerate(possible, 1):
            print(f"  {number}  {text}")
        while True:
            print("> ", end="", flush=True)
            line = sys.stdin.readline()
            if not line:
                print("\nNo answer.", file=sys.stderr)
                return None
            if line.strip().isdecimal() and 1 <= int(line) <= len(possible):
                found.update(list(possible.values())[int(line) - 1])
                break
            print(f"A number from 1 to {len(possible)}, please.")
    return found


def _answerable(given):
    """Return whether what is known so far contradicts nothing."""
    options = [given] if "labels" in given else [{**given, "labels": labels} for labels in LABELS]
    for option in options:
        try:
            choose(**option)
        except ValueError:
            continue
        return True
    return False
