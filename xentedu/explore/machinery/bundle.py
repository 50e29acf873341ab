"""The figures' JavaScript: written as ES modules that import each other, put together in two ways.

JupyterLab wants one self-contained module for each widget (:func:`widget`). A built page wants classic scripts, which
also load from ``file://``, and the code that figures share only once (:func:`page_scripts`).

A figure's module imports its constants from the Python file beside it: ``import { schema, SIZES } from "./nce.py";``
They are put in here as plain values, so that each is written in one place. ``schema`` is that of the figure's settings;
every figure needs it for its controls, and ``host.js`` to check a linked state.
"""

import importlib
import json
import pathlib
import re

from .. import colours

MACHINERY = pathlib.Path(__file__).parent
FIGURES = MACHINERY.parent
SHARED = ("numerics", "toolkit")
_IMPORT = re.compile(r"^import (\{[^}]*\}) from \"\./(?:machinery/)?(\w+)\.(js|py)\";$", re.MULTILINE)
_COMMENT = re.compile(r"^ *//.*\n|^ +", re.MULTILINE)  # lines of comment, and indentation: a fifth of the code
_EXPORT = re.compile(r"^export (?=(?:const|function|async function) (\w+))", re.MULTILINE)


def names():
    """Return the names of all figures: of their files, and in their addresses."""
    return sorted(path.stem for path in FIGURES.glob("*.js"))


def figure_class(name):
    """Return the class of the figure ``name``."""
    module = importlib.import_module(f"xentedu.explore.{name}")
    (found,) = (value for value in vars(module).values() if getattr(value, "name", None) == name)
    return found


def _plain(value):
    """Return a constant in types that JSON has."""
    return value.tolist() if hasattr(value, "tolist") else list(value)


def _constants(names, module):
    """Return the values of the names that a figure imports from the Python file beside it, as JavaScript."""
    values = vars(importlib.import_module(f"xentedu.explore.{module}"))
    found = {name: figure_class(module).schema() if name == "schema" else values[name] for name in names}
    return json.dumps(found, ensure_ascii=False, default=_plain, separators=(",", ":"))


def _module(path, target):
    """Return the module's code as a function that runs once and puts its exports into the object ``target``."""

    def resolved(match):
        names, module, kind = match.groups()
        source = _constants(re.findall(r"\w+", names), module) if kind == "py" else "xentedu"
        return f"const {names} = {source};"

    source = path.read_text(encoding="utf-8")
    exports = ", ".join([*_EXPORT.findall(source), *(["schema"] if path.parent == FIGURES else [])])
    body = _EXPORT.sub("", _IMPORT.sub(resolved, _COMMENT.sub("", source)))
    return f"(() => {{\n{body}\nObject.assign({target}, {{ {exports} }});\n}})();\n"


def _shared(*modules):
    return "".join(_module(MACHINERY / f"{name}.js", "xentedu") for name in modules)


def widget(name):
    """Return the ES module that anywidget runs for the figure ``name``."""
    figure = _module(FIGURES / f"{name}.js", "xentedu")
    return f"const xentedu = {{}};\n{_shared(*SHARED)}{figure}export default {{ render: xentedu.render }};\n"


def page_scripts():
    """Return the scripts of a built page: file name -> code."""
    start = "const xentedu = (window.xentedu = { figures: {} });\n"
    scripts = {"xentedu.js": start + _shared(*SHARED, "host")}
    for name in names():
        scripts[f"xentedu-{name}.js"] = _module(FIGURES / f"{name}.js", f'(xentedu.figures["{name}"] = {{}})')
    return scripts


def style():
    """Return the style sheet of all figures, with the book's colours."""
    return colours.css() + (MACHINERY / "figures.css").read_text(encoding="utf-8")
