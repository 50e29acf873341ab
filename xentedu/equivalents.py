"""``xe.equivalents``: one cross-entropy loss under its names in six frameworks, as code, with what differs.

The map itself is :mod:`xentedu.snippets.names`: every loss with its arguments, its labels, what its mean divides by and
what it clips. Here one is found by its name and set beside the others.
"""

from dataclasses import dataclass

from . import snippets

# What is compared between two names, and what it is called.
_FIELDS = {
    "arguments": "arguments",
    "takes": "takes",
    "labels": "labels",
    "gives": "gives",
    "weights": "weights",
    "smoothing": "label smoothing",
    "ignored": "ignored labels",
    "clipping": "clipping",
}
# Families of losses of the same kind, which are worth comparing.
_KINDS = {
    "sigmoid": ("multi", "signed", "binary_p", "log_loss"),
    "softmax": ("softmax", "sparse", "softmax_p", "sparse_p"),
    "sampled": ("sampled", "ranked", "nce"),
}
_MISSING = {
    "scikit_learn": "scikit-learn has only sklearn.metrics.log_loss, a metric of hard labels that gives no gradient.",
}


@dataclass(frozen=True)
class Equivalents:
    """The answer of :func:`equivalents`; printed, all of it in words."""

    name: str  # the whole name of what was asked for
    framework: str  # a key of ``calls``
    computes: str  # what it is
    calls: dict[str, str]  # framework -> code that gives the same number and gradient
    missing: dict[str, str]  # framework -> why it has none
    twins: tuple[str, ...]  # the names that are the same function, but for the order of arguments and the like
    differs: dict[str, tuple[str, ...]]  # another name of its kind -> what is different there
    note: str  # the misunderstanding that costs most

    def __str__(self):
        lines = [f"{self.name} ({snippets.FRAMEWORKS[self.framework]})", f"  {self.computes}"]
        lines += [f"  {self.note}"] if self.note else []
        for framework, code in self.calls.items():
            lines += ["", f"{snippets.FRAMEWORKS[framework]} (executed with {snippets.VERSIONS[framework]})", ""]
            lines += [f"    {line}".rstrip() for line in code.splitlines()]
        lines += ["", *(f"{snippets.FRAMEWORKS[name]}: {why}" for name, why in self.missing.items())]
        lines += ["", "The same function, with its defaults: " + (", ".join(self.twins) or "none"), "", "What differs:"]
        lines += [f"  {name}\n" + "\n".join(f"    {what}" for what in parts) for name, parts in self.differs.items()]
        return "\n".join(lines)


def equivalents(name):
    r"""Return the same loss in TensorFlow 1, TensorFlow 2, Keras, PyTorch, JAX with optax and scikit-learn.

    Cross-entropy is :math:`-\sum_k y_k \log p_k` everywhere. Frameworks differ in what they take for :math:`p`
    (logits, probabilities, log-probabilities), in how they want the labels, in the order of the two, and in what they
    return for a batch: each loss by itself, or a mean, and what that divides by.

    Args:
        name: a dotted name as one writes it, such as ``"tf.nn.nce_loss"``, ``"torch.nn.BCEWithLogitsLoss"`` or
            ``"optax.softmax_cross_entropy"``; its last part is enough where only one has it. ``tf.`` is TensorFlow 1.15
            where it has the name; ``tf2.`` asks for TensorFlow 2.

    Returns:
        An :class:`Equivalents` with ``name``, ``framework``, ``computes``, ``calls``, ``missing``, ``twins``,
        ``differs`` and ``note``. Every code in ``calls`` was executed, and gave this library's value and gradient.

    Raises:
        TypeError: ``name`` is not a string.
        ValueError: no cross-entropy loss has this name; the message says which names are nearest.

    Examples:
        >>> found = equivalents("torch.nn.BCEWithLogitsLoss")
        >>> print(found.calls["jax"])
        import jax.numpy as jnp
        import optax
        <BLANKLINE>
        logits = jnp.array([[2.0, -1.0, 0.5], [-0.5, 1.5, -2.0]])
        labels = jnp.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
        <BLANKLINE>
        loss = jnp.mean(optax.sigmoid_binary_cross_entropy(logits, labels))
        >>> found.differs["tf.nn.sigmoid_cross_entropy_with_logits"][0]
        'arguments: (labels=, logits=) (here: (input, target))'

    References:
        The signatures and answers of the frameworks themselves: TensorFlow 1.15.5 and 2.21.0, Keras 3.15.1, PyTorch
        2.13.0, JAX 0.10.2 with optax 0.2.8, scikit-learn 1.9.1.
    """
    loss = _find(name)
    others = [other for other in _losses() if other is not loss and _kind(other) == _kind(loss)]
    calls, missing = {}, {}
    for framework in snippets.FRAMEWORKS:
        own = loss.call if framework == loss.framework else None
        code = snippets.snippet(framework, loss.problem, own)
        if code is None:
            missing[framework] = _MISSING[framework]
        else:
            calls[framework] = str(code)
    differing = {_whole(other): _differences(loss, other) for other in others}
    return Equivalents(
        _whole(loss),
        loss.framework,
        f"{snippets.examples.FAMILIES[loss.problem.family].capitalize()}: {loss.gives}.",
        calls,
        missing,
        tuple(_whole(other) for other in others if _same(loss, other)),
        {name: parts for name, parts in differing.items() if parts},
        loss.note,
    )


def names():
    """Return all names that :func:`equivalents` knows, by framework, without the aliases."""
    found = {framework: [] for framework in snippets.FRAMEWORKS}
    for loss in _losses():
        found[loss.framework].append(_whole(loss))
    return found


def _losses():
    from .snippets.names import LOSSES  # it takes milliseconds, which `import xentedu` is spared

    return LOSSES


def _whole(loss):
    """Return a name that finds this loss and no other."""
    if loss.framework == "tensorflow2" and any(
        other.name == loss.name for other in _losses() if other.framework == "tensorflow1"
    ):
        return loss.name.replace("tf.", "tf2.", 1)
    return loss.name


def _kind(loss):
    if loss.problem.weighting:
        return loss.problem.weighting
    return next(kind for kind, families in _KINDS.items() if loss.problem.family in families)


def _same(loss, other):
    """Return whether both are one function, whatever the order of its arguments and its further options."""
    return all(getattr(loss, field) == getattr(other, field) for field in ("problem", "takes", "clipping"))


def _differences(loss, other):
    """Return what is different with ``other``, in words."""
    parts = []
    for field, called in _FIELDS.items():
        here, there = getattr(loss, field), getattr(other, field)
        if here != there:
            parts.append(f"{called}: {there} (here: {here})")
    if loss.problem.trained != other.problem.trained:
        parts.append(f"gradient into the labels: {'yes' if other.problem.trained else 'no'}")
    return tuple(parts)


def _find(name):
    """Return the loss of this name."""
    if not isinstance(name, str):
        raise TypeError(f"equivalents: name: expected a string such as 'torch.nn.CrossEntropyLoss', received {name!r}.")
    wanted = name.strip().removesuffix("()")
    for prefix, full in (("xentedu.", "tf."), ("xe.", "tf."), ("tensorflow.", "tf."), ("tf1.", "tf.")):
        if wanted.startswith(prefix):
            wanted = full + wanted.removeprefix(prefix)
    known = {}
    for loss in _losses():
        for one in (_whole(loss), loss.name, *loss.also):
            known.setdefault(one, loss)
            if loss.framework == "tensorflow2":
                known.setdefault(one.replace("tf.", "tf2.", 1), loss)
    if wanted in known:
        return known[wanted]
    ends = {id(loss): loss for one, loss in known.items() if one.endswith(f".{wanted}")}
    if len(ends) == 1:
        return next(iter(ends.values()))
    if ends:
        which = ", ".join(_whole(loss) for loss in ends.values())
        raise ValueError(f"equivalents: name: {name!r} is the end of several names: {which}. Write one of them.")
    _raise_unknown(name, wanted, known)


def _bare(text):
    return text.lower().replace("_", "")


def _raise_unknown(name, wanted, known):
    import difflib

    from .snippets.names import OTHERS

    for other, (nearest, what) in OTHERS.items():
        if wanted == other or other.endswith(f".{wanted}"):
            raise ValueError(
                f"equivalents: name: {other} is not a cross-entropy: it is {what}. The nearest that is one: {nearest}."
            )

    def likeness(one):
        pairs = ((wanted, one), (wanted.rpartition(".")[2], one.rpartition(".")[2]))
        return sum(difflib.SequenceMatcher(None, *(_bare(part) for part in pair)).ratio() for pair in pairs)

    best = sorted(known, key=likeness, reverse=True)
    beside = [one for one in best if one.rpartition(".")[0] == wanted.rpartition(".")[0]]
    near = list(dict.fromkeys(beside[:1] + best))[:3]
    nearest = ", ".join(near)
    raise ValueError(
        f"equivalents: name: expected the name of a cross-entropy loss, received {name!r}. Nearest: {nearest}."
    )


def main(arguments):
    """The same cross-entropy loss under its names in six frameworks."""
    import argparse  # only the commands need it

    parser = argparse.ArgumentParser(prog="python -m xentedu equivalents", description=main.__doc__)
    parser.add_argument("name", nargs="?", help="such as torch.nn.BCEWithLogitsLoss; without it, all names are listed")
    parser.add_argument("--framework", choices=snippets.FRAMEWORKS, help="the code for this framework alone")
    given = parser.parse_args(arguments)
    if given.name is None:
        for framework, listed in names().items():
            print(snippets.FRAMEWORKS[framework], *(f"  {name}" for name in listed), sep="\n")
        return 0
    try:
        found = equivalents(given.name)
    except ValueError as error:
        parser.error(str(error).removeprefix("equivalents: "))
    if given.framework is None:
        print(found)
    elif given.framework in found.calls:
        print(found.calls[given.framework])
    else:
        parser.error(found.missing[given.framework])
    return 0
