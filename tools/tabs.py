"""The tabs of the chapters, one for each framework: written from :mod:`xentedu.snippets`, between two comments.

    <!-- tabs: sparse index reduction=none -->
    <!-- until here -->

A chapter's cell says between them which problems it shows, as the arguments of ``snippets.Problem``; several are
separated by semicolons. The text itself stands in the notebook, since JupyterLab shows no directive of the book's own.
"""

import datetime
import pathlib
import re
import textwrap

from xentedu import choosing, snippets

BOOK = pathlib.Path(__file__).parents[1] / "book"
PLACE = re.compile(r"<!-- tabs: (.*?) -->\n.*?<!-- until here -->", re.DOTALL)


def written(text):
    """Return a cell's text with its tabs as the map has them now."""
    return PLACE.sub(lambda found: _place(found[1]), text)


def problems():
    """Return what the tabs of all chapters show."""
    texts = "".join(path.read_text(encoding="utf-8") for path in sorted(BOOK.glob("*.ipynb")))
    return [problem for named in re.findall(r"<!-- tabs: (.*?) -->", texts) for problem in _named(named)]


def _named(text):
    """Return the problems that a comment names."""
    found = []
    for part in text.split(";"):
        family, labels, *options = part.split()
        options = dict(option.split("=") for option in options)
        found.append(snippets.Problem(family, labels, **{**options, "trained": options.get("trained") == "yes"}))
    return found


def _place(named):
    shown = _named(named)
    tabs = "\n".join(_tab(framework, shown) for framework in choosing.FRAMEWORKS)
    day = datetime.date.fromisoformat(snippets.EXECUTED)
    told = "Each ran as it stands, on these numbers and on others, and gave this library's value and gradient"
    tabs = f"::::{{tab-set}}\n:sync-group: framework\n\n{tabs}\n::::\n\n{told} ({day.day} {day:%B %Y})."
    return f"<!-- tabs: {named} -->\n\n{tabs}\n\n<!-- until here -->"


def _tab(framework, shown):
    """Return one framework's tab: imports once, then what each problem adds to the lines above it."""
    codes = [snippets.snippet(framework, problem) for problem in shown]
    used = {line for code in codes for line in code.imports.splitlines()}
    lines = [f"# {snippets.VERSIONS[framework]}"]
    lines += [line for line in snippets.framework(framework).IMPORTS.values() if line in used]
    given = set()
    for code in codes:
        inputs = [part for part in code.inputs.splitlines() if part not in given]
        given.update(inputs)
        lines += ["", *inputs, *([""] if inputs else [])]
        lines += _title(code.problem) if len(codes) > 1 else []
        lines += code.call.splitlines()
    code = "\n".join(lines)
    return f":::{{tab-item}} {snippets.FRAMEWORKS[framework]}\n:sync: {framework}\n\n```python\n{code}\n```\n:::"


def _title(problem):
    """Return what a call computes, as the lines of a comment above it."""
    parts = [snippets.examples.FAMILIES[problem.family]]
    parts += {"positive": ["with pos_weight"], "class": ["with class weights"]}.get(problem.weighting, [])
    parts += {"mean": ["divided by the number of losses"], "weighted": ["divided by the sum of the weights"]}.get(
        problem.reduction, []
    )
    return [f"# {line}" for line in textwrap.wrap(", ".join(parts), snippets.WIDTH - 2)]
