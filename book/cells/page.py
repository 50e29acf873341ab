"""Runs a page's cells in the page's Python: what a cell needs first, then the cell, with its outputs as in the book.

The cells share one ``__main__``, as in a notebook. What each cell bound is kept beside it, so that a cell finds the
names as the cells above it left them, whatever was run below it in the meantime.
"""

import ast
import builtins
import io
import itertools
import linecache
import logging
import pprint
import re
import sys
import time
import traceback
import types
import warnings

from names import Cells, facts

LIMIT = 100_000  # characters that one run of a cell may print
FRAMES = 8  # lines of a traceback, at most


class Page:
    """The cells of a page, and what became of them. ``emit(kind, ...)`` shows an output."""

    def __init__(self, emit):
        self.emit = emit
        self.cells = Cells([])
        self.counter = itertools.count(1)
        self.run = {}  # cell -> (number of its run, its source, what it was given)
        self.bound = {}  # cell -> what it bound, by name
        self.changed = {}  # (number of a run, name) -> numbers of the runs that changed the object since
        self.stream = {kind: _Stream(kind, emit) for kind in ("stdout", "stderr")}
        _prepare(self)

    def update(self, sources):
        """Take over the cells' sources as they now stand."""
        sources = list(sources)
        if sources != self.cells.sources:
            self.cells = Cells(sources)

    def next(self, cell):
        """Return the cell that has to run next, so that ``cell`` can; ``cell`` itself when it can."""
        first = self._missing(cell, {})
        return cell if first is None else first

    def _missing(self, cell, known):
        for name, (definer, changers) in self.cells.requires(cell).items():
            for each in (definer, *changers):
                if not self._is_fresh(each, known):
                    first = self._missing(each, known)
                    return each if first is None else first
            changes = self.changed.get((self.run[definer][0], name), [])
            if changes != [self.run[each][0] for each in changers]:
                first = self._missing(definer, known)
                return definer if first is None else first
        return None

    def _is_fresh(self, cell, known):
        """Tell whether a cell has run as it stands, on what the cells above it now give."""
        if cell not in known:
            _, source, given = self.run.get(cell, (0, None, None))
            known[cell] = (
                source == self.cells.sources[cell]
                and all(self._is_fresh(each, known) for each in self._used(cell))
                and given == self._given(cell)
            )
        return known[cell]

    def _used(self, cell):
        return {each for definer, changers in self.cells.requires(cell).values() for each in (definer, *changers)}

    def _given(self, cell):
        return {each: self.run[each][0] for each in self._used(cell)}

    def fingerprints(self):
        """Return for each cell a text that changes with what its output depends on."""
        return [self.cells.fingerprint(cell) for cell in range(len(self.cells.sources))]

    def names(self, cell, of):
        """Return the names for which ``cell`` needs the cell ``of``, directly."""
        return [name for name, (definer, changers) in self.cells.requires(cell).items() if of in (definer, *changers)]

    def modules(self, cell):
        """Return the names of the packages that a cell imports."""
        return sorted(facts(self.cells.sources[cell]).modules)

    def execute(self, cell):
        """Run one cell; return its seconds where it ended well, and None where it raised, which is shown."""
        number, source = next(self.counter), self.cells.sources[cell]
        main = sys.modules["__main__"].__dict__
        before = self._names_for(cell)
        main.clear()
        main.update(before)
        for stream in self.stream.values():
            stream.reset()
        file = f"<cell {cell + 1}, run {number}>"
        linecache.cache[file] = (
            len(source),
            None,
            source.splitlines(keepends=True),
            file,
        )
        given = self._given(cell) if all(each in self.run for each in self._used(cell)) else None
        start = time.perf_counter()
        try:
            value = _run(source, file, main)
            if value is not None:
                self.show(value)
            seconds = time.perf_counter() - start
            self.show_plots()
            self.run[cell] = (number, source, given)
        except BaseException as error:
            seconds = None
            self.show_plots()
            self.run.pop(cell, None)
            self.flush()
            self.emit("error", _told(error, cell))
        binds = self.cells.facts[cell].binds
        self.bound[cell] = {
            name: value
            for name, value in main.items()
            if name in binds or name not in before or before[name] is not value
        }
        for definer, name in self.cells.changes(cell):
            if definer in self.run:
                self.changed.setdefault((self.run[definer][0], name), []).append(number)
        self.flush()
        return seconds

    def _names_for(self, cell):
        found = {"__name__": "__main__", "__builtins__": builtins, "__doc__": None}
        for each in range(cell):
            found |= self.bound.get(each, {})
        for name, (definer, changers) in self.cells.requires(cell).items():
            for each in (definer, *changers):
                if name in self.bound.get(each, {}):
                    found[name] = self.bound[each][name]
        return found

    def flush(self):
        """Show what was printed and is still held back."""
        for stream in self.stream.values():
            stream.flush()

    def show(self, value):
        """Show a value as a notebook does: a figure, a picture, a table, or its text."""
        self.flush()
        if _is_live_figure(value):
            self.emit("figure", value.name, value.state(), value.describe(), value.caption)
        elif "matplotlib.figure" in sys.modules and isinstance(value, sys.modules["matplotlib.figure"].Figure):
            self.show_picture(value)
        elif html := _representation(value, "_repr_html_"):
            self.emit("html", html, repr(value))
        elif code := re.fullmatch(
            r"```python\n(.*?)\n?```\s*",
            _representation(value, "_repr_markdown_") or "",
            re.DOTALL,
        ):
            self.emit("code", code[1])
        else:
            self.emit("text", _representation(value, "_repr_markdown_") or _text(value))

    def show_plots(self):
        """Show the plots that are still open, and close them."""
        if "page_backend" in sys.modules:
            sys.modules["page_backend"].show()

    def show_picture(self, figure):
        """Show a figure of matplotlib, sharp on a fine screen."""
        self.flush()
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=2 * figure.get_dpi(), bbox_inches="tight")
        self.emit("png", file.getvalue(), repr(figure))


class _Stream(io.TextIOBase):
    """Standard output or error: each line shown as it comes, some dozens in a second, the others together."""

    def __init__(self, kind, emit):
        self.kind, self._emit = kind, emit
        self.reset()

    def reset(self):
        self.parts, self.printed, self.since, self.times = [], 0, 0.0, 0

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.printed <= LIMIT:
            room = LIMIT - self.printed
            self.printed += len(text)
            self.parts.append(text[:room])
            if self.printed > LIMIT:
                self.parts.append(f"\n… {LIMIT:,} characters are shown; what is printed after them is not.\n")
            if text.endswith("\n") or self.printed > LIMIT:
                now = time.monotonic()
                if now - self.since > 1:
                    self.since, self.times = now, 0
                if self.times < 40 or self.printed > LIMIT:
                    self.flush()
        return len(text)

    def flush(self):
        if self.parts:
            self._emit(self.kind, "".join(self.parts))
            self.parts = []
            self.times += 1


def _prepare(page):
    """Make Python's own ways of showing something those of the page."""
    sys.stdout, sys.stderr = page.stream["stdout"], page.stream["stderr"]
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it makes its list of fonts anew each time
    warnings.formatwarning = lambda text, category, file, line, source=None: f"{category.__name__}: {text}\n"

    def display(*values):
        for value in values:
            page.show(value)

    def no_input(prompt=""):
        raise RuntimeError("input() cannot ask here: write the value into the code instead")

    builtins.display, builtins.input = display, no_input
    # What notebooks take from IPython, which is not here, and matplotlib asks it for.
    ipython, module = (
        types.ModuleType("IPython"),
        types.ModuleType("IPython.display"),
    )
    ipython.get_ipython = lambda: None
    module.display, module.HTML, module.Markdown, ipython.display = (
        display,
        _Shown,
        _Text,
        module,
    )
    sys.modules.update({"IPython": ipython, "IPython.display": module})


class _Shown:
    """HTML, as IPython's class of that name."""

    def __init__(self, data):
        self.data = data

    def _repr_html_(self):
        return self.data


class _Text(_Shown):
    """Markdown, shown as it is written."""

    _repr_html_ = None

    def _repr_markdown_(self):
        return self.data


def _is_live_figure(value):
    return type(value).__module__.startswith("xentedu.explore.") and hasattr(
        value, "describe"
    )  # importing it takes time


def _representation(value, method):
    found = getattr(value, method, None)
    return found() if callable(found) and not isinstance(value, type) else None


def _text(value):
    plain = type(value) in (dict, list, tuple, set)
    return pprint.pformat(value, width=79, sort_dicts=False) if plain else repr(value)


def _run(source, file, main):
    """Run the source; return the value of the expression that it ends in, unless a semicolon follows it."""
    tree = ast.parse(source, file)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, file, "exec"), main)
    if last is None:
        return None
    value = eval(compile(ast.Expression(last.value), file, "eval"), main)
    return None if source.rstrip().endswith(";") else value


_FILE = re.compile(r"<cell (\d+), run \d+>")


def _told(error, cell):
    """Return an exception as a short traceback: the lines of cells alone, not those of libraries."""
    if isinstance(error, SyntaxError) and _FILE.fullmatch(error.filename or ""):
        lines = traceback.format_exception_only(error)
        return "".join([f"line {error.lineno}\n", *lines[1:]]).rstrip()
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        match = _FILE.fullmatch(frame.filename)
        if match:
            where = "" if int(match[1]) == cell + 1 else f"cell {match[1]}, "
            within = "" if frame.name == "<module>" else f", in {frame.name}"
            lines.append(f"{where}line {frame.lineno}{within}\n    {frame.line}\n")
    if len(lines) > FRAMES:
        half = FRAMES // 2
        lines[half:-half] = [f"… {len(lines) - 2 * half} more lines …\n"]
    return "".join([*lines, *traceback.format_exception_only(error)]).rstrip()
