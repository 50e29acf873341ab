"""Cells that run on the page: they answer the keyboard, keep what the reader did, and nothing hangs."""

import functools
import http.server
import json
import re
import threading
import time

import pytest

from tests.browser.axe import violations, violations_in_light_and_dark
from tests.browser.cells import Cell, assert_shows, notebook, opened_for_cells, starters

pytestmark = pytest.mark.usefixtures("python")


@pytest.fixture(scope="module")
def page(opened_for_all):
    """Return a page on which Python runs: what is tried on it leaves it as it was."""
    page = opened_for_cells(opened_for_all, "logits", viewport={"width": 1300, "height": 800})
    assert Cell(page, 3).run() == "done"
    return page


def test_every_button_and_editor_has_its_name(page):
    count = page.locator("div.cell").count()
    for number in range(count):
        cell = Cell(page, number)
        assert cell.button("Run|Check").count() == 1
        assert cell.button("Edit").count() + (number in starters("logits")) == 1
    names = page.locator(".py-bar button").evaluate_all("all => all.map((each) => each.ariaLabel)")
    assert len(set(names)) == len(names)
    assert all(re.match("(Run|Edit|Check|Reset|Stop) ", name) for name in names)


def test_what_a_cell_needs_runs_first_and_only_if_it_was_changed(page):
    above, cell = Cell(page, 2), Cell(page, 3)
    stored = Cell(page, 4).text
    cell.press("Reset")
    assert (cell.state, above.state) == ("idle", "done")
    assert cell.run() == "done"
    assert "Ran first" not in cell.said
    above.write(notebook("logits")[2].source + "\nprint('changed')")
    assert above.state == "stale"
    cell.wait("stale", seconds=5)  # its output no longer belongs to the code above
    Cell(page, 4).wait("stale", seconds=5)  # neither does this one, which is the book's
    assert cell.run() == "done"
    assert "Ran first what it needs: cell 3 (np, xe)" in cell.said
    assert above.state == "done"
    assert above.text.endswith("changed\n")
    for each in (above, cell):
        each.press("Reset")
    assert (above.state, cell.state) == ("idle", "idle")
    Cell(page, 4).wait("idle", seconds=5)
    assert Cell(page, 4).text == stored


def test_what_is_covered_stays_so_until_its_own_cell_runs(opened, page):
    page = opened_for_cells(opened, "logits", beside=page)
    assert "covered" in notebook("logits")[0].metadata.tags
    covered, needs_it = Cell(page, 0), Cell(page, 1)
    assert needs_it.run() == covered.state == "done"
    assert covered.button("Show me").is_visible()
    assert covered.run() == "done"
    assert not covered.button("Show me").count()
    assert_shows(covered, notebook("logits")[0])


def test_an_exception_is_a_short_traceback(page):
    cell = Cell(page, 3)
    cell.write("def f(x):\n    return 1 / x\n\n\nprint('before')\nf(0)")
    page.keyboard.press("Control+Enter")
    assert cell.wait("failed") == "failed"
    assert cell.shown() == [
        ["stream", "before\n"],
        ["py-error", "line 6\n    f(0)\nline 2, in f\n    return 1 / x\nZeroDivisionError: division by zero"],
    ]
    cell.press("Reset")
    assert cell.state == "idle"


def test_diagnose_reads_a_sound_batch_where_integers_have_32_bits(page):
    cell = Cell(page, 3)
    cell.write(
        "rng = np.random.default_rng(0)\n"
        "labels = rng.integers(0, 10, 512)\n"
        "print(xe.diagnose(labels, 4 * np.eye(10)[labels] + rng.normal(size=(512, 10))))"
    )
    page.keyboard.press("Control+Enter")
    assert (cell.wait("done", "failed"), cell.text) == ("done", "[]\n")
    cell.press("Reset")


def test_the_editor_answers_the_keyboard(page):
    cell = Cell(page, 3)
    cell.press("Edit")
    assert cell.editor.evaluate("el => el === document.activeElement")
    assert cell.root.get_by_text("Ctrl+Enter runs, Escape leaves.").is_visible()
    assert cell.root.get_by_text("cell 4", exact=True).is_visible()  # what others are told by
    page.keyboard.press("Control+a")
    for key in ("i", "f", " ", "x", ":", "Enter", "y", "Enter", "Backspace", "z"):
        page.keyboard.press(key)
    assert cell.editor.input_value() == "if x:\n    y\nz"
    page.keyboard.press("Control+a")
    page.keyboard.press("Tab")
    assert cell.editor.input_value() == "    if x:\n        y\n    z"
    page.keyboard.press("Control+/")
    assert cell.editor.input_value() == "    # if x:\n        # y\n    # z"
    page.keyboard.press("Control+z")
    assert cell.editor.input_value() == "    if x:\n        y\n    z"
    assert cell.root.locator(".cell_input pre").text_content() == "    if x:\n        y\n    z\n"
    page.keyboard.press("Escape")
    assert cell.button("Run").evaluate("el => el === document.activeElement")
    page.keyboard.press("Tab")  # Edit
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert (cell.state, cell.editor.input_value()) == ("idle", notebook("logits")[3].source)  # it was Reset
    cell.editor.focus()
    page.keyboard.press("Tab")  # a walk through the page is not caught in an editor
    assert not cell.editor.evaluate("el => el === document.activeElement")


def test_nothing_hangs(page):
    loop, other = Cell(page, 3), Cell(page, 4)
    page.get_by_role("button", name="Show me anyway").first.click()  # until then the figure does not answer
    loop.write("while True:\n    pass")
    page.keyboard.press("Shift+Enter")
    loop.wait("running")
    figure = page.locator(".xe-figure input[type=range]").first
    before = figure.input_value()
    figure.focus()
    page.keyboard.press("ArrowRight")
    assert figure.input_value() != before  # the page answers
    other.press()
    assert (other.state, other.said) == ("loading", "Waits for cell 4.")
    start = time.monotonic()
    loop.press("Stop")
    loop.wait("stopped")
    assert time.monotonic() - start < 5  # a second on a quiet machine; beside other tests it may take longer
    assert "is gone" in loop.said
    assert other.run() == "done"  # with what it needs
    loop.write("while True:\n    print('a' * 99)")
    page.keyboard.press("Control+Enter")
    loop.wait("running")
    time.sleep(1)
    start = time.monotonic()
    loop.press("Stop")
    loop.wait("stopped")
    assert time.monotonic() - start < 5  # a second on a quiet machine; beside other tests it may take longer
    assert 100_000 < len(loop.text) < 101_000
    for size, told in ((2**28, "array is too big"), (2**25, "MemoryError: Unable to allocate 256. MiB")):
        loop.write(f"import numpy as np\nkept = [np.ones({size}) for _ in range(19)]")
        page.keyboard.press("Control+Enter")
        assert loop.wait("failed", "stopped") == "failed"
        assert told in loop.text
    loop.press("Reset")
    assert other.run() == "done"
    assert page.problems == []


def test_axe_finds_nothing_with_an_editor_a_reply_and_an_error(page):
    Cell(page, 3).write("1 / 0")
    page.keyboard.press("Control+Enter")
    Cell(page, 3).wait("failed")
    Cell(page, 5).run()
    Cell(page, 3).editor.focus()
    for width in (1300, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(1000)  # the theme's script lets Tab into what now scrolls
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width == 1300:
            assert violations(page, rules={"color-contrast": {"enabled": False}}) == []
    small = """all => all.map((el) => el.getBoundingClientRect())
        .filter(({width, height}) => width && (width < 24 || height < 24)).length"""
    assert page.locator(".py-bar button").evaluate_all(small) == 0
    off = {"focus-order-semantics": {"enabled": False}}
    assert violations_in_light_and_dark(page, settles=300, rules=off) == []
    page.set_viewport_size({"width": 1300, "height": 800})
    for number in (3, 5):
        Cell(page, number).press("Reset")


def test_an_exercise_done_stays_done_with_its_code(opened, page):
    """From the landing page to the reply it takes two presses."""
    page = opened("book/index", beside=page)
    page.get_by_role("link", name="The first one").press("Enter")
    page.wait_for_url("**/logits.html#exercise-log-odds")
    assert 0 <= page.locator("#exercise-log-odds").bounding_box()["y"] < 200
    cell = Cell(page, 5)
    assert cell.editor.input_value() == notebook("logits")[5].source  # it stands in an editor at once
    cell.run()
    assert cell.text.startswith("Not yet: ")
    head = page.locator(".py-head")
    assert "0 of 4 exercises" in head.text_content()
    right = cell.editor.input_value().replace("p / 1 - p", "p / (1 - p)")
    cell.write(right)
    page.keyboard.press("Control+Enter")
    cell.wait("done")
    assert cell.text.startswith("Correct: ")
    assert cell.root.locator(".py-mark").text_content() == "Done."
    assert "1 of 4 exercises" in head.text_content()
    page.locator("#logits-check-1 ~ * summary").nth(1).focus()  # the right answer of the first question
    page.keyboard.press("Enter")
    page.get_by_text("1 of 4 exercises, 1 of").first.wait_for()
    page.reload()
    cell = Cell(page, 5)
    assert cell.root.locator(".py-mark").text_content() == "Done."
    cell.wait("stale")
    assert cell.editor.input_value() == right
    page.get_by_role("link", name="All of your progress").focus()
    page.keyboard.press("Enter")
    page.get_by_text("log odds: done on").wait_for()
    for where in (".bd-sidebar-primary", ".bd-article ol"):
        page.goto(page.url.replace("progress", "index"))
        assert "1 of 4 exercises" in page.locator(where).first.text_content()
    assert page.problems == []


def test_progress_is_saved_taken_back_and_cleared(opened, tmp_path):
    page = opened("book/progress")
    page.evaluate("localStorage.setItem('xentedu:done:exercise:log_odds', '2026-11-25')")
    page.evaluate("localStorage.setItem('xentedu:code:exercise:log_odds', 'window.ran = 1; print(1)</pre><script>')")
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear all").click()
    page.get_by_text("All is cleared.").wait_for()
    assert not page.get_by_text("done on").count()
    page.get_by_label("Take back a saved file").set_input_files(file)
    page.get_by_text("2 entries of progress.json were taken back.").wait_for()
    page.get_by_text("log odds: done on 2026-11-25").wait_for()
    assert page.locator("pre").text_content() == "window.ran = 1; print(1)</pre><script>"
    bad = tmp_path / "bad.json"
    for content, said in (
        ("no JSON", "was not saved by this page"),
        ('{"xentedu": 1, "kept": {"mode": "dark", "done:exercise:x": "<b>", "code:exercise:x": 3}}', "0 entries"),
    ):
        bad.write_text(content)
        page.get_by_label("Take back a saved file").set_input_files(bad)
        page.get_by_text(said).wait_for()
    assert page.problems == []


def test_two_tabs_know_of_each_other(opened):
    one = opened("book/logits")
    two = one.context.new_page()
    two.goto(one.url)
    one.evaluate("xenteduBook.done('exercise', 'logsumexp')")
    two.evaluate("xenteduBook.done('exercise', 'log_odds')")
    for page in (one, two):
        page.get_by_text("Done so far: 2 of 4 exercises").wait_for()


@pytest.mark.parametrize("how", ["forbidden", "full"])
def test_a_browser_that_keeps_nothing(browser, server, how):
    context = browser.new_context()
    script = {
        "forbidden": """Object.defineProperty(window, 'localStorage', {
            configurable: true, get() { throw new DOMException('no', 'SecurityError'); }})""",
        "full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
    }
    context.add_init_script(script[how])
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{server}/book/logits.html")
    page.evaluate("xenteduBook.done('exercise', 'log_odds')")
    page.get_by_text("Done so far: 1 of 4 exercises").wait_for()
    assert Cell(page, 5).root.locator(".py-mark").text_content() == "Done, but this browser keeps nothing."
    assert problems == []
    context.close()


class Faulty(http.server.SimpleHTTPRequestHandler):
    """Serves the book badly: ``slow`` and ``cut`` name files; sends the pages' policy as a header, as docs say."""

    slow = cut = frozenset()

    def log_message(self, *args):
        pass

    def end_headers(self):
        worker = self.path.startswith("/python/")
        page = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'"
        policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'" if worker else page
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def copyfile(self, source, target):
        name = self.path.rsplit("/", 1)[-1]
        if not any(name.startswith(part) for part in (*self.slow, *self.cut)):
            super().copyfile(source, target)
            return
        data = source.read()
        target.write(data[: len(data) // 2])
        target.flush()
        if any(name.startswith(part) for part in self.slow):
            for start in range(len(data) // 2, len(data), 100_000):
                time.sleep(0.2)
                target.write(data[start : start + 100_000])
        self.close_connection = True


@pytest.fixture
def faulty(book):
    Faulty.slow = Faulty.cut = frozenset()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Faulty, directory=str(book))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def plotting(name):
    """Return the number of the first cell of a chapter that imports matplotlib and nothing heavier."""
    return next(n for n, cell in enumerate(notebook(name)) if "import matplotlib" in cell.source)


def test_downloads_that_break_off_or_are_stopped_can_be_tried_again(browser, faulty):
    page = browser.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{faulty}/book/logits.html")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    cell = Cell(page, 3)
    for name in ("numpy", "pyodide.asm.wasm"):
        Faulty.cut = {name}
        assert cell.run() == "failed"
        assert "Try again" in cell.said
    Faulty.cut = frozenset()
    assert cell.run() == "done"
    plot = Cell(page, 3)
    plot.write("import matplotlib\nprint(matplotlib.__name__)")
    Faulty.cut = {"matplotlib"}
    assert plot.run() == "failed"
    assert plot.said == "matplotlib could not be loaded: the connection broke off. Try again."
    Faulty.cut, Faulty.slow = frozenset(), {"matplotlib"}
    plot.press()
    bar = plot.root.get_by_role("progressbar", name="Loading matplotlib")
    bar.wait_for()
    page.get_by_text(re.compile(r"\d\.\d of 8\.\d MB")).wait_for()
    assert plot.state == "loading"
    plot.press("Stop")
    assert plot.wait("stopped") == "stopped"
    assert plot.said == "Loading matplotlib was stopped. Nothing was lost."
    Faulty.slow = frozenset()
    assert plot.run() == "done"
    assert plot.text == "matplotlib\n"
    assert problems == []
    page.close()


def test_from_disk_a_button_says_what_to_do(browser, book):
    page = browser.new_page()
    page.goto((book / "book" / "logits.html").as_uri())
    cell = Cell(page, 3)
    cell.press()
    assert "make serve" in cell.said
    assert cell.state == "idle"
    cell.write("1")  # the editor works all the same
    assert cell.state == "stale"
    page.close()


def test_in_print_nothing_of_it_shows(page):
    Cell(page, 3).write("1")
    page.emulate_media(media="print")
    for name in (".py-bar", ".py-editor", ".py-head"):
        assert not page.locator(f"{name}:visible").count()
    assert page.locator("div.cell").nth(3).locator("pre").first.is_visible()
    page.emulate_media(media="screen")
    Cell(page, 3).press("Reset")


def test_pictures_stand_on_a_canvas_with_a_text(page):
    cell = Cell(page, plotting("logits"))
    alt = cell.root.locator("img").get_attribute("alt")
    assert cell.run() == "done"
    picture = cell.root.get_by_role("img", name=alt).and_(page.locator("[style]"))  # which it has when it is drawn
    picture.wait_for()
    assert picture.evaluate("el => el.width") > 1000
    drawn = "el => new Set(el.getContext('2d').getImageData(0, 0, el.width, el.height).data).size"
    assert picture.evaluate(drawn) > 20
    cell.press("Reset")
    assert cell.root.locator("img").count() == 1


def test_what_is_written_about_the_book_is_so(book):
    """The names of exercises and questions that cells.js counts are those of the pages."""
    text = (book / "_static" / "cells.js").read_text(encoding="utf-8")
    about = json.loads(re.search(r"const BOOK = (\{.*\});", text)[1])
    for name, chapter in about["chapters"].items():
        page = (book / "book" / f"{name}.html").read_text(encoding="utf-8")
        assert chapter["exercises"] == list(starters(name).values())
        assert chapter["questions"] == re.findall(r'id="([\w-]+-check-\d+)"', page)
        assert len(chapter["questions"]) >= 5
