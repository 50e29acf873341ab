"""The figures' JavaScript: written as ES modules that import each other, put together in two ways.

JupyterLab wants one self-contained module for each widget (:func:`widget`). A built page wants classic scripts, which
also load from ``file://``, and the code that figures share only once (:func:`page_scripts`).
"""

import pathlib
import re

FOLDER = pathlib.Path(__file__).parent / "javascript"
_SHARED = ("numerics", "toolkit")
_IMPORT = re.compile(r"^import (\{[^}]*\}) from \"\./\w+\.js\";$", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|function) (\w+))", re.MULTILINE)


def _module(name, target):
    """Return the module's code as a function that runs once and puts its exports into the object ``target``."""
    source = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    exports = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub(r"const \1 = xentedu;", source))
    return f"(() => {{\n{body}\nObject.assign({target}, {{ {exports} }});\n}})();\n"


def widget(name):
    """Return the ES module that anywidget runs for the figure ``name``."""
    modules = "".join(_module(module, "xentedu") for module in (*_SHARED, name))
    return f"const xentedu = {{}};\n{modules}export default {{ render: xentedu.render }};\n"


def page_scripts():
    """Return the scripts of a built page: file name -> code."""
    shared = "".join(_module(module, "xentedu") for module in (*_SHARED, "host"))
    scripts = {"xentedu.js": f"const xentedu = (window.xentedu = {{ figures: {{}} }});\n{shared}"}
    for path in sorted(FOLDER.glob("*.js")):
        if path.stem not in (*_SHARED, "host"):
            scripts[f"xentedu-{path.stem}.js"] = _module(path.stem, f'(xentedu.figures["{path.stem}"] = {{}})')
    return scripts
