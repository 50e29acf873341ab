"""Copies of the chapters, the reader's own.

A copy that the reader edited is never written again: an exercise that was done is there next time. A chapter that has
changed since is written beside it.

A copy differs from the chapter of the book in what only the book's pages have: its links lead to the other copies, and
its references are written out. Its metadata says which edition of the chapter it is.
"""

import hashlib
import json
import os
import pathlib
import re

from . import references

# In the book's order, which _toc.yml gives; an installed package has no _toc.yml.
NAMES = (
    "which_loss",
    "logits",
    "sigmoid_softmax",
    "sparse_labels",
    "weighting",
    "label_gradients",
    "sampled_softmax",
    "nce",
    "same_loss",
    "diagnosis",
)
FIRST_PAGE = "00-start.ipynb"
HERE = pathlib.Path(__file__).parent
CHAPTERS = HERE if (HERE / "logits.ipynb").exists() else HERE.parents[1] / "book"  # installed, or a checkout
LINK = re.compile(
    r"(?<!!)\[((?:[^][]|\[[^][]*\])*)\]\((?!https?:|#|mailto:)([^)\s#]+?)(?:\.(?:ipynb|md))?(#[^)\s]*)?\)"
)
TARGET = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)


def _chapter(name):
    return json.loads((CHAPTERS / f"{name}.ipynb").read_text(encoding="utf-8"))


def _sources(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def title(name):
    """Return the title of a chapter."""
    return _sources(_chapter(name))[0].splitlines()[0].lstrip("# ")


def file_names():
    """Return what the copies are called, a dict: numbered, so that a folder lists them in the book's order."""
    return {name: f"{number:02}-{name}.ipynb" for number, name in enumerate(NAMES, 1)}


def copy(name, called=None, address=""):
    """Return a chapter as a notebook that stands by itself, outside the book.

    Args:
        name: the chapter's name, as in ``NAMES``.
        called: what each chapter's file is called where this one goes, a dict; by default ``name.ipynb``.
        address: the address of the published book; without it, a link to any page but a chapter becomes plain text.

    Returns:
        The notebook, a dict as its JSON has it.
    """
    called = called or {other: f"{other}.ipynb" for other in NAMES}
    notebook = _chapter(name)
    own_targets = TARGET.findall("\n".join(_sources(notebook)))

    def link(match):
        text, to, anchor = match.groups()
        if to in own_targets:
            return f"[{text}](#{to})"
        if to in called:
            return f"[{text or title(to)}]({called[to]}{anchor or ''})"
        return f"[{text}]({address.rstrip('/')}/book/{to}.html{anchor or ''})" if address else text

    cited = references.Cited(CHAPTERS / "references.bib")
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = LINK.sub(link, "".join(cell["source"]))
            cell["source"] = cited.written_out(text).splitlines(keepends=True)
    return notebook


def first_page(newer):
    """Return the notebook that lists the chapters."""
    lines = [
        "# Which cross-entropy loss do I use, and why?",
        "",
        "These are the chapters of the book xentedu, in copies of your own: change what you like. "
        "The folder is kept, so an exercise that you did is there next time.",
        "",
    ]
    for number, (name, file_name) in enumerate(file_names().items(), 1):
        lines.append(f"{number}. [{title(name)}]({file_name})")
        if name in newer:
            lines[-1] += f" (yours; [the new edition]({newer[name]}) is beside it)"
    lines += [
        "",
        "**To do an exercise**, run the chapter down to it: click on its code, then *Run > Run All Above Selected "
        "Cell*. Run its code with Shift+Enter. The reply below it is the hint; change the code until it says "
        "*Correct*. Solutions and the code of plots are folded: click on the three dots to open them.",
        "",
        "**To begin a chapter again**, delete its file: it comes back, as new, the next time.",
    ]
    cell = {"cell_type": "markdown", "id": "cell-00", "metadata": {}, "source": "\n".join(lines).splitlines(True)}
    metadata = _chapter(NAMES[0])["metadata"]
    return {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _digest(what):
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def _place(notebook, path):
    """Write a notebook to ``path``, or beside it where the reader's work stands. Return where this edition now is."""
    edition = {"edition": _digest(notebook), "sources": _digest(_sources(notebook))}
    notebook = {**notebook, "metadata": {**notebook["metadata"], "xentedu": edition}}
    number, place = 1, path
    while place.exists():
        try:
            there = json.loads(place.read_text(encoding="utf-8"))
            mark = there["metadata"]["xentedu"]
            if mark["edition"] == edition["edition"]:
                return place
            if mark["sources"] == _digest(_sources(there)):
                break  # an older edition, in which nothing was written
        except (ValueError, KeyError, TypeError):
            pass  # no copy of ours, or no longer: the reader's
        number += 1
        place = path.with_stem(f"{path.stem}-{number}")
    part = place.with_suffix(".part")
    part.write_text(json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(part, place)  # whole, or not there
    return place


def write(folder):
    """Write the copies that are missing or out of date, and the first page.

    Args:
        folder: where they go, a path; made if it does not exist.

    Returns:
        The chapters that have changed since the reader edited them, a dict of file names: the reader's, the new one's.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    called = file_names()
    places = {name: _place(copy(name, called), folder / called[name]) for name in NAMES}
    newer = {name: place.name for name, place in places.items() if place.name != called[name]}
    _place(first_page(newer), folder / FIRST_PAGE)
    return {called[name]: new for name, new in newer.items()}
