"""A build that tells the truth: it succeeds where a first build would, and otherwise says which page is wrong, and how.

Sphinx reads a page again when the page changed, and forgets the warnings of the pages that it does not read. Here a
page is also read again when it was wrong, and all are when anything changed that they are made with; and all are
written, so that a link is looked at again when the page that it leads to changed. Any warning fails the build.
"""

import atexit
import functools
import hashlib
import importlib.metadata
import logging
import pathlib
import re
import shutil
import sys

import surroundings
from docutils import nodes
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.execute import direct
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.util.logging import get_node_location, is_suppressed_warning

ROOT = pathlib.Path(__file__).parents[2]
sys.path.append(str(ROOT))
from tools.environment import Lock  # noqa: E402 (found on the path that was just set)


def setup(app):
    """Connect to Sphinx."""
    surroundings.leave()
    # myst-nb's own joining of what a cell printed strips each part and puts a line break after it, wherever the kernel
    # happened to send one: in the middle of a number, too.
    direct.single_nb_execution = functools.partial(single_nb_execution, coalesce_streams=True)
    app.keep_going = True  # show all warnings, then fail: `jupyter-book build` without options does, too
    problems = Problems(app)
    try:
        lock, unfinished = begin(app)
    except OSError as error:  # no permission, no space: last in Sphinx's own words is that it looks like a bug
        problems.report(error)
        raise
    logging.getLogger("sphinx").addHandler(problems)
    app.connect("env-get-outdated", outdated)

    def finish(app, exception):
        problems.report(exception)
        logging.getLogger("sphinx").removeHandler(problems)
        if not exception:
            for page in problems.pages():
                (pathlib.Path(app.doctreedir) / f"{page}.doctree").unlink(missing_ok=True)  # so it is read again
            unfinished.unlink(missing_ok=True)
        lock.__exit__()

    app.connect("build-finished", finish, priority=1000)  # after all that others do then, and may warn of
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}


def begin(app):
    """Empty the folder of the site; return a lock on it, and the file that says that the build has not ended."""
    build = pathlib.Path(app.outdir).parent
    build.mkdir(parents=True, exist_ok=True)
    lock = Lock(build / "lock")
    lock.__enter__()
    unfinished = pathlib.Path(app.doctreedir) / "unfinished"
    if unfinished.exists():  # killed, or worse: what it knew of its pages' warnings is lost
        shutil.rmtree(app.doctreedir)
    unfinished.parent.mkdir(exist_ok=True)
    unfinished.touch()
    if pathlib.Path(app.outdir).exists():  # nothing stays of a page or a failure that is gone
        shutil.rmtree(app.outdir)  # or else says which file it is that Windows holds, since it is open
    pathlib.Path(app.outdir).mkdir()
    return lock, unfinished


def outdated(app, env, added, changed, removed):
    """Return the pages to read again although they did not change: all, if what they are made with did."""
    before, env.made_with = getattr(env, "made_with", None), made_with()
    return [] if env.made_with == before else env.found_docs


def made_with():
    """Return a digest of what a page is made with besides its own text: the library, the extensions, the packages."""
    digest = hashlib.sha256(sys.version.encode())
    for name in sorted(f"{found.name} {found.version}" for found in importlib.metadata.distributions()):
        digest.update(name.encode())
    for folder in ("xentedu", "book"):
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT)
            # Pages are Sphinx's to look at; styles, scripts and templates count when a page is written, which each is.
            other = inside.parts[1] in ("static", "templates") or (
                folder == "book" and path.suffix in (".md", ".ipynb")
            )
            if path.is_file() and not other and not any(part.startswith((".", "__pycache__")) for part in inside.parts):
                digest.update(f"{inside} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    digest.update((ROOT / "_config.yml").read_bytes())
    return digest.hexdigest()


class Problems(logging.Handler):
    """Gathers the warnings of a build: the page of each, where it has one, and what it says."""

    def __init__(self, app):
        super().__init__(logging.WARNING)
        self.app, self.found = app, []

    def emit(self, record):
        """Keep a warning that the configuration does not suppress."""
        kind, subkind = getattr(record, "type", ""), getattr(record, "subtype", "")
        if not is_suppressed_warning(kind, subkind, self.app.config.suppress_warnings):
            self.found.append((*self.place(getattr(record, "location", None)), subkind, record.getMessage()))

    def place(self, location):
        """Return the page that a warning is about, or None, and the place for people to look at."""
        if isinstance(location, nodes.Node):
            location = get_node_location(location)
        if isinstance(location, tuple):
            location = ":".join(map(str, filter(None, location)))
        path, line = re.fullmatch(r"(.*?)(?::(\d*))?", location or "").groups()
        for page in self.app.env.found_docs:
            if path in (page, str(self.app.env.doc2path(page))):
                number = int(line or 0)
                cell = number // 10_000  # how myst-nb counts lines in a notebook
                where = f", cell {cell}" if cell else f", line {number}" if number else ""
                return page, f"{self.app.env.doc2path(page, False)}{where}: "
        return None, f"{location}: " if location else ""

    def pages(self):
        """Return the names of the pages with problems; all of the book's, where a problem does not name its page."""
        pages = {page for page, *_ in self.found}
        return self.app.env.found_docs if None in pages else pages

    def report(self, exception):
        """Show what is wrong on which page, as the last lines of the process."""
        lines = []
        for page, place, kind, message in self.found:
            lines += self.failed_cell(page) if kind == "exec" and page else [place + message.splitlines()[0]]
        if exception:
            env = getattr(self.app, "env", None)  # not there while extensions are loaded
            reading = env and env.temp_data.get("docname")
            lines.append(f"{self.place(reading)[1] if reading else ''}{type(exception).__name__}: {exception}")
        if lines:
            lines = ["", "The book was not built as it should be:", *dict.fromkeys(lines)]
            atexit.register(print, *lines, sep="\n", file=sys.stderr)

    def failed_cell(self, page):
        """Return, as one text, the cell of a page that raised, and its exception."""
        text = (NbMetadataCollector.get_exec_data(self.app.env, page) or {}).get("traceback") or ""
        text = re.sub(r"\x1b\[[\d;]*m", "", text)
        text = text.partition("executing the following cell:\n")[2] or text
        return [f"{self.app.env.doc2path(page, False)}, this cell:\n{text.strip()}"]
