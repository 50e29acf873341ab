"""Execute the book's notebooks and write them back in the form in which they are committed.

    python tools/notebooks.py           # all of them; or name some
    python tools/notebooks.py --check   # write nothing; fail where a committed file is not what this gives

Text outputs stay, since nbval compares them. Pictures, widget views and their random ids go: they are heavy or differ
in every run. What the chapters' tabs hold is written from the map of losses (tools/tabs.py).
"""

import argparse
import math
import pathlib
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import nbformat
from nbclient import NotebookClient

BOOK = pathlib.Path(__file__).parents[1] / "book"
sys.path.append(str(BOOK / "extensions"))
sys.path.append(str(BOOK.parent))
import surroundings  # noqa: E402 (found on the path that was just set)

from tools import tabs  # noqa: E402 (found on the path that was just set)

KEPT = ("text/plain", "text/markdown", "text/html", "text/latex")
# What folds on the page folds in JupyterLab too, which knows no such tags.
FOLDED = {
    "hide-cell": {"source_hidden": True, "outputs_hidden": True},
    "hide-input": {"source_hidden": True},
    "hide-output": {"outputs_hidden": True},
    "covered": {"outputs_hidden": True},  # until the reader runs the cell, or opens it
    "remove-cell": {"source_hidden": True},  # what it says when something is missing must be seen
}
# What a solution is called on the page. Its first line says so wherever the notebook is read.
SOLUTION, PROMPTS = "# Solution\n", {"code_prompt_show": "Solution", "code_prompt_hide": "Solution"}
TIMES = re.compile(r"\*\*Reading time:\*\* \d+ minutes; the \w+ exercises?, \d+ minutes more\.")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def executed(path):
    """Execute the notebook at ``path`` and return the text of its committed form."""
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, resources=place, coalesce_streams=True).execute()
    return committed_form(notebook)


def committed_form(notebook):
    """Return the text in which an executed notebook is committed."""
    title = notebook.metadata.get("mystnb")
    notebook.metadata = nbformat.from_dict({**METADATA, **({"mystnb": title} if title else {})})
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        kept = {key: cell.metadata[key] for key in ("tags", "mystnb") if key in cell.metadata}
        for tag in kept.get("tags", ()):
            kept.setdefault("jupyter", {}).update(FOLDED.get(tag, {}))
        if cell.cell_type == "code" and cell.source.startswith(SOLUTION):
            kept.setdefault("mystnb", {}).update(PROMPTS)
        cell.metadata = nbformat.from_dict(kept)
        cell.source = tabs.written(cell.source) if cell.cell_type == "markdown" else cell.source
        if cell.cell_type == "code":
            cell.outputs = [_text_only(output) for output in cell.outputs]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = TIMES.sub(times(notebook.cells), cell.source)
    return nbformat.writes(notebook, version=4, indent=1) + "\n"


def times(cells):
    """Return the sentence that tells how long a chapter takes: 200 words or 10 lines of code a minute, in steps of 5.

    What is folded does not count, nor the code in the tabs of frameworks, of which one is read. For an exercise it is 8
    minutes.
    """
    words = lines = exercises = 0
    for cell in cells:
        tags = cell.metadata.get("tags", ())
        if cell.cell_type == "markdown":
            words += len(re.sub(r"```.*?```|\]\([^)]*\)", " ", cell.source, flags=re.DOTALL).split())
            exercises += len(re.findall("^### Exercise", cell.source, re.MULTILINE))
        elif not {"hide-cell", "remove-cell"} & set(tags):
            lines += 0 if "hide-input" in tags else len(re.findall(r"^.*\S", cell.source, re.MULTILINE))
            texts = [output.get("text", output.get("data", {}).get("text/plain", "")) for output in cell.outputs]
            words += sum(len(text.split()) for text in texts)
    reading = 5 * math.ceil((words / 200 + lines / 10) / 5)
    number = ("no", "one", "two", "three", "four", "five", "six")[exercises]
    noun = "exercise" if exercises == 1 else "exercises"
    more = 5 * math.ceil(8 * exercises / 5)
    return f"**Reading time:** {reading} minutes; the {number} {noun}, {more} minutes more."


def _text_only(output):
    if "data" in output:
        output.data = nbformat.from_dict({kind: output.data[kind] for kind in KEPT if kind in output.data})
        output.metadata = nbformat.from_dict({})
    return output


def main(arguments=None):
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file would change")
    parser.add_argument("paths", nargs="*", type=pathlib.Path, help="notebooks (all of the book's where none is given)")
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.paths] or sorted(BOOK.glob("*.ipynb"))
    surroundings.leave()
    with ThreadPoolExecutor(2) as pool:
        forms = list(pool.map(executed, paths))
    changed = [path for path, form in zip(paths, forms) if path.read_text(encoding="utf-8") != form]
    if options.check:
        for path in changed:
            print(f"{path.name} is not what `make notebooks` gives: run it and commit the result")
        return bool(changed)
    for path, form in zip(paths, forms):
        path.write_text(form, encoding="utf-8")
    print(f"{len(paths)} notebooks executed, {len(changed)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
