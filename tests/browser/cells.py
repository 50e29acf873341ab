"""A cell that runs on a page, driven as a reader would, and what its notebook says that it gives."""

import html
import re
import time

import nbformat

from tests.browser.conftest import ROOT

ENDED = ("done", "failed", "stopped", "stale")


class Cell:
    """A cell of a page, driven by its buttons' names and its ``data-state``, as any reader could."""

    def __init__(self, page, number):
        self.page, self.root = page, page.locator("div.cell").nth(number)
        self.editor = self.root.get_by_role("textbox")

    def button(self, word):
        return self.root.get_by_role("button", name=re.compile(f"^({word})"))

    def press(self, word="Run|Check"):
        """Press a button by keyboard."""
        self.button(word).focus()
        self.page.keyboard.press("Enter")

    @property
    def state(self):
        return self.root.get_attribute("data-state")

    @property
    def said(self):
        return self.root.locator(".py-said").text_content()

    def wait(self, *states, seconds=120):
        end = time.monotonic() + seconds
        while self.state not in (states or ENDED):
            assert time.monotonic() < end, (self.state, self.said)
            time.sleep(0.05)  # asking costs time that Python on the page wants, too
        return self.state

    def run(self):
        self.press()
        self.wait("loading", "running", "done", "failed")
        return self.wait("done", "failed", "stopped")

    def write(self, text):
        """Replace the code, by keyboard: in the editor, or after Edit."""
        if not self.editor.count():
            self.press("Edit")
        self.editor.focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    @property
    def text(self):
        return "".join(text for _, text in self.shown())

    def shown(self):
        """Return the cell's outputs, as pairs of a kind and a text."""
        return self.root.locator(":scope > .cell_output, :scope > details > .cell_output").evaluate_all(SHOWN)


SHOWN = """(places) => places.flatMap((place) => [...place.children]).map((output) => {
    const kind = output.matches(".xe-figure") ? "figure" : ["stream", "stderr", "text_html", "image_png", "text_plain",
        "py-error"].find((name) => output.classList.contains(name)) ?? "code";
    const text = output.querySelector(kind === "figure" ? ".xe-spoken" : "pre") ?? output;
    return [kind, kind === "image_png" ? "" : text.textContent];
})"""


def opened_for_cells(open_page, name, **options):
    page = open_page(f"book/{name}", **options)
    page.evaluate("document.querySelectorAll('details.hide').forEach((fold) => { fold.open = true; })")
    return page


def notebook(name):
    """Return the code cells of a chapter that are on its page."""
    cells = nbformat.read(ROOT / "book" / f"{name}.ipynb", as_version=4).cells
    return [c for c in cells if c.cell_type == "code" and "remove-cell" not in c.metadata.get("tags", ())]


def expected(cell):
    """Return the committed outputs in the form of ``Cell.shown``."""
    found = []
    for output in cell.outputs:
        data = output.get("data", {})
        if output.output_type == "stream":
            found.append(["stream", output.text])
        elif "text/html" in data:
            found.append(["text_html", html.unescape(re.sub("<[^>]*>", "", data["text/html"]))])
        elif "text/markdown" in data:
            found.append(["code", re.sub(r"\A```\w*\n|\n?```\Z", "", data["text/markdown"])])
        elif data["text/plain"].startswith("<Figure size"):
            found.append(["image_png", ""])
        else:
            found.append(
                ["figure" if "from xentedu.explore import" in cell.source else "text_plain", data["text/plain"]]
            )
    return found


def assert_shows(cell, committed):
    shown = [[kind, text.strip()] for kind, text in cell.shown()]
    assert shown == [[kind, text.strip()] for kind, text in expected(committed)], committed.source


def run_from_top_to_bottom(page, name, but=()):
    committed = notebook(name)
    assert page.locator("div.cell").count() == len(committed)
    for number, cell in enumerate(committed):
        assert Cell(page, number).run() == "done", (cell.source, Cell(page, number).text)
        if number not in but:
            assert_shows(Cell(page, number), cell)
    assert page.problems == []


def run_alone(open_page, name, number, beside):
    """Run a cell on a fresh page: ``beside`` is one on which Python runs, so that its code is compiled."""
    page = opened_for_cells(open_page, name, beside=beside)
    cell = Cell(page, number)
    assert cell.run() == "done", cell.text
    assert_shows(cell, notebook(name)[number])
    assert page.problems == []
    page.close()


def starters(name):
    """Return the numbers of the cells of a chapter in which an exercise starts, with the exercise's name."""
    found = {}
    for number, cell in enumerate(notebook(name)):
        match = re.search(r'exercises\.check\(\s*"(\w+)"', cell.source)
        if match and "hide-cell" not in cell.metadata.get("tags", ()):
            found[number] = match[1]
    return found
