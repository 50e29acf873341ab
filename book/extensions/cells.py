"""Code cells that run on the page: puts Python's files, xentedu's wheel and the pages' scripts into the built book.

``book/cells`` has the scripts. On the page, ``cells.js`` gives each cell its buttons and loads ``run.js`` when one is
pressed; ``run.js`` starts ``worker.js``, which brings Pyodide and runs ``page.py`` in it.
"""

import base64
import hashlib
import importlib.metadata
import json
import os
import pathlib
import re
import shutil
import zipfile

import pyodide
from sphinx.util import logging

FOLDER = pathlib.Path(__file__).parents[1] / "cells"
PACKAGE = pathlib.Path(__file__).parents[2] / "xentedu"
LOGGER = logging.getLogger(__name__)
# Three files are one script, with the names that cells.js shares.
OPENING = '(() => {\n"use strict";\nconst { cells, done, element, folder, kept, open, FROM_DISK } = window.xenteduBook;'


def setup(app):
    """Connect to Sphinx."""
    app.connect("builder-inited", write_scripts)
    app.connect("build-finished", write_python)
    app.connect("html-page-context", add_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def write_scripts(app):
    """Write the pages' scripts where Sphinx finds them: they know what can be done, and whether Python is there."""
    missing = pyodide.bring()
    if missing:
        name, why = next(iter(missing.items()))
        said = f"Cells cannot run on the pages: {len(missing)} files of Pyodide are missing, {name} for one ({why})."
        # A build of a reader's own goes on without them; in CI a warning is an error.
        (LOGGER.warning if os.environ.get("CI") else LOGGER.info)(said)
    app.xentedu_python = not missing
    target = pathlib.Path(app.doctreedir).parent / "cells_static"
    target.mkdir(parents=True, exist_ok=True)
    about = {"python": not missing, "chapters": dict(chapters(app))}
    run = "\n".join([OPENING, *(_read(name) for name in ("editor.js", "outputs.js", "run.js")), "})();"])
    written = {"cells.js": _read("cells.js").replace("__BOOK__", _short(about)), "run.js": run}
    for name, text in (written | {name: _read(name) for name in ("progress.js", "cells.css")}).items():
        # Every page loads cells.js: without its comments and indentation.
        (target / name).write_text(re.sub(r"(?m)^\s*(//.*\n)?", "", text), encoding="utf-8")
    app.config.html_static_path.append(str(target))
    app.add_js_file("cells.js", loading_method="defer")


def add_scripts(app, pagename, templatename, context, doctree):
    """Give the page of the reader's progress its script."""
    if pagename.endswith("/progress"):
        app.add_js_file("progress.js", loading_method="defer")


def chapters(app):
    """Give for each chapter its title, exercises and number of questions, as they stand in the notebooks."""
    for document in app.config.external_site_map if hasattr(app.config, "external_site_map") else ():
        path = pathlib.Path(app.srcdir) / f"{document}.ipynb"
        if path.exists():
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            text = {
                kind: [_source(cell) for cell in cells if cell["cell_type"] == kind] for kind in ("markdown", "code")
            }
            starters = [
                _source(c)
                for c in cells
                if c["cell_type"] == "code" and "hide-cell" not in c["metadata"].get("tags", ())
            ]
            exercises = [name for source in starters for name in re.findall(r'exercises\.check\(\s*"(\w+)"', source)]
            questions = re.findall(r"^\(([\w-]+-check-\d+)\)=$", "\n".join(text["markdown"]), re.MULTILINE)
            title = re.search("^# (.*)$", "\n".join(text["markdown"]), re.MULTILINE)[1]
            yield path.stem, {"title": title, "exercises": exercises, "questions": questions}


def _read(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def _short(value):
    return json.dumps(value, separators=(",", ":"))


def _source(cell):
    return "".join(cell["source"])


def write_python(app, exception):
    """Write what the worker loads into the folder ``python`` of the built book."""
    if exception or app.builder.format != "html" or not app.xentedu_python:
        return
    target = pathlib.Path(app.outdir) / "python"
    target.mkdir(exist_ok=True)
    wheel = write_wheel(target)
    sizes = {name: entry["size"] for name, entry in pyodide.files().items()} | {wheel.name: wheel.stat().st_size}
    for name in pyodide.files():
        _link(pyodide.cache() / name, target / name)
    given = {
        "SIZES": sizes,
        "LOCK": pyodide.table()["lock"],
        "PACKAGES": packages(),
        "WHEEL": wheel.name,
        "SOURCES": {name: _read(name) for name in ("page.py", "names.py", "page_backend.py")},
    }
    script = "\n".join([*(f"const {name} = {_short(value)};" for name, value in given.items()), _read("worker.js")])
    (target / "worker.js").write_text(script, encoding="utf-8")


def packages():
    """Return for each module that a cell can import: its package, and the files of all that this needs."""
    listed = pyodide.table()["lock"]["packages"]

    def files(name):
        return [*(file for each in listed[name]["depends"] for file in files(each)), listed[name]["file_name"]]

    return {
        module: {"name": name, "files": list(dict.fromkeys(files(name)))}
        for name, entry in listed.items()
        for module in entry["imports"]
    }


def write_wheel(target):
    """Write xentedu as a wheel, and remove earlier ones; return its path."""
    version = importlib.metadata.version("xentedu")
    paths = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    members = {str(path.relative_to(PACKAGE.parent)): path.read_bytes() for path in paths}
    info = f"xentedu-{version}.dist-info"
    metadata = importlib.metadata.distribution("xentedu").read_text("METADATA")
    members[f"{info}/METADATA"] = metadata.encode()
    members[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: book\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    hashes = {
        name: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=") for name, data in members.items()
    }
    record = [f"{name},sha256={hashes[name].decode()},{len(data)}" for name, data in members.items()]
    members[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,", ""]).encode()
    # A name that changes with its content, so that no browser takes an old one out of its cache.
    mark = hashlib.sha256(members[f"{info}/RECORD"]).hexdigest()[:8]
    wheel = target / f"xentedu-{version}+{mark}-py3-none-any.whl"
    for old in target.glob("xentedu-*.whl"):
        old.unlink()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return wheel


def _link(source, target):
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)  # the same file under another name: 25 MB less to copy
    except OSError:
        shutil.copyfile(source, target)
