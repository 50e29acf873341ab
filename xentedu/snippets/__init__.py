"""Cross-entropy in each framework, as code to copy: written once, shown everywhere, executed by ``make frameworks``.

A :class:`Problem` says what is to be computed, and a :class:`Snippet` is one framework's code for it. The module of a
framework holds its expressions; :func:`snippet` composes them. Nothing of this is loaded before it is asked for.
"""

import functools
import importlib
from dataclasses import dataclass

from . import examples

# In the order in which they are shown; each has a module of its name.
FRAMEWORKS = {
    "tensorflow1": "TensorFlow 1.15",
    "tensorflow2": "TensorFlow 2",
    "keras": "Keras 3",
    "pytorch": "PyTorch",
    "jax": "JAX and optax",
    "scikit_learn": "scikit-learn",
}
# What every snippet was executed with, by `make frameworks`; tests compare it with the record of that.
EXECUTED = "2026-11-25"
VERSIONS = {
    "tensorflow1": "TensorFlow 1.15.5",
    "tensorflow2": "TensorFlow 2.21.0",
    "keras": "Keras 3.15.1 on TensorFlow, JAX and PyTorch",
    "pytorch": "PyTorch 2.13.0",
    "jax": "JAX 0.10.2, optax 0.2.8",
    "scikit_learn": "scikit-learn 1.9.1",
}
WIDTH = 72  # of a line of code: what a page has room for


@dataclass(frozen=True)
class Problem:
    """What is to be computed: which losses, of which labels, weighted and reduced how."""

    family: str  # a key of examples.FAMILIES
    labels: str  # "index", "one_hot", "probabilities" or "multi_hot"
    weighting: str | None = None  # None, "example", "class" or "positive"
    trained: bool = False  # whether the labels get a gradient
    # "none": a loss for each example; "last": the mean over the last axis; "weighted": divided by the weights' sum
    reduction: str = "mean"
    columns: int = 3  # classes in the example


@dataclass(frozen=True)
class Snippet:
    """Code of one framework: imports, the example's inputs, and the call, which assigns ``loss``."""

    framework: str
    problem: Problem
    imports: str
    inputs: str
    call: str

    def __str__(self):
        return "\n\n".join(part for part in (self.imports, self.inputs, self.call) if part)


def framework(name):
    """Return the module that holds a framework's expressions."""
    return importlib.import_module(f".{name}", __name__)


@functools.cache
def snippet(name, problem, call=None):
    """Return a framework's code for a problem; with ``call``, that call on the problem's inputs."""
    module = framework(name)
    if call is None:
        call = _call(module, problem)
    if call is None:
        return None
    inputs = [module.array(key, value) for key, value in examples.inputs(problem).items()]
    inputs += module.DRAW.get(problem.family, [])
    inputs, call = _wrapped(inputs), _wrapped(call.splitlines())
    text = f"{inputs}\n{call}"
    imports = "\n".join(line for used, line in module.IMPORTS.items() if used in text)
    return Snippet(name, problem, imports, inputs, call)


def _call(module, problem):
    """Compose the call from the framework's expressions; None where the framework has no such thing."""
    classes = "labels" if problem.labels == "index" else "classes"
    lines = []
    if problem.labels == "probabilities" and module.STOP is None:
        return None
    if problem.labels == "probabilities" and not problem.trained and problem.family in examples.STOPPED:
        lines.append(f"labels = {module.STOP}  # given, not trained")
    if problem.family == "sampled" and classes == "classes":
        lines.append(f"classes = {module.CLASSES.get(problem.labels)}")
    sampled = "kept" if problem.family == "ranked" else "sampled"
    for key in (problem.family, (problem.family, problem.weighting)):
        lines += [line.format(classes=classes, sampled=sampled) for line in module.PREPARE.get(key, [])]
    whole = module.WHOLE.get((problem.family, problem.weighting, problem.reduction, problem.trained))
    if whole is not None:
        return "\n".join([*lines, whole])
    each = (module.POSITIVE if problem.weighting == "positive" else module.EACH).get(problem.family)
    if each is None:
        return None
    each, weights = each.format(classes=classes), _weights(module, problem, classes)
    reduced = {"none": "{}", "mean": module.MEAN, "last": module.LAST}[problem.reduction]
    reduced = module.MEANS.get(problem.family, reduced)
    if weights:
        return "\n".join([*lines, f"losses = {each}", f"loss = {reduced.format(f'{weights} * losses')}"])
    return "\n".join([*lines, f"loss = {reduced.format(each)}"])


def _weights(module, problem, classes):
    """Return the expression of the weights, in a shape that multiplies the losses; None where there are none."""
    rows = problem.family in ("multi", "columns")
    factors = []
    if problem.weighting == "example":
        factors.append(module.DOWN if rows else "weights")
    elif problem.weighting == "class" and rows:
        factors.append(module.GATHER.format("columns") if problem.family == "columns" else "class_weights")
    elif problem.weighting == "class":
        soft = problem.labels == "probabilities" or problem.family == "softmax"
        factors.append(module.EXPECTED if soft else module.GATHER.format(classes))
    if problem.family == "columns":
        factors.append("scale")
    return " * ".join(factors)


def _wrapped(lines):
    """Join lines of code, with those that are too long broken inside their outermost brackets."""
    return "\n".join(part for line in lines for part in _broken(line))


def _broken(line):
    code, _, comment = line.partition("  # ")
    indent = code[: len(code) - len(code.lstrip())]
    if len(line) <= WIDTH:
        return [line]
    if comment:
        return [f"{indent}# {comment}", *_broken(code)]
    ends = _top_level(code)
    head, equals, value = code.partition(" = ")
    start = code.rfind("(", 0, len(code) - 1)
    while start > 0 and ends[start] != len(code) - 1:  # the bracket that the last character closes
        start = code.rfind("(", 0, start)
    before = code[:start]
    if start > 0 and code.endswith(")") and " " not in before.partition(" = ")[2] and not before.endswith(" "):
        return [before + "(", *_filled(code[start + 1 : -1], indent + "    "), indent + ")"]
    if equals:
        marks = next((m for m in ((" + ", " - "), (" == ",), (" * ", " / ")) if _splits(value, m)), (", ",))
        return [f"{head} = (", *_filled(value, indent + "    ", marks), f"{indent})"]
    return [indent + part.strip() for part in _splits(code.strip(), (" + ", " - "))] or [code]


def _top_level(text):
    """Return for each opening bracket the place of the one that closes it."""
    ends, opened = {}, []
    for place, character in enumerate(text):
        if character in "([":
            opened.append(place)
        elif character in ")]":
            ends[opened.pop()] = place
    return ends


def _splits(text, marks):
    """Return the parts of a text between marks that stand outside of all brackets."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        mark = next((mark for mark in marks if depth == 0 and text.startswith(mark, place)), None)
        if mark:
            cut = place + 2 if mark == ", " else place + 1  # a comma ends a line, an operator begins one
            parts.append(text[start:cut])
            start = cut
    return [*parts, text[start:]] if parts else []


def _filled(text, indent, marks=(", ",)):
    """Return lines no longer than they may be, broken at marks outside of all brackets."""
    if len(indent + text) <= WIDTH:
        return [indent + text]
    parts = _splits(text, marks)
    if not parts and marks == (", ",):
        parts = _splits(text, (" + ", " - "))
    parts = parts or [text]
    if len(parts) == 1 and marks != (", ",):
        return _broken(indent + text)
    lines = [""]
    for part in parts:
        if lines[-1] and len(indent + lines[-1] + part.rstrip()) > WIDTH:
            lines.append("")
        lines[-1] += part if lines[-1] else part.lstrip()
    return [piece for line in lines for piece in _broken(indent + line.rstrip())]
