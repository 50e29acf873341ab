"""JupyterLab, with a kernel: an exercise from start to end, and figures that Python moves and that move Python."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from xentedu.chapters import copies

FIGURE = [
    "from xentedu.explore import TwoFamilies\nfigure = TwoFamilies()\nfigure",
    "figure.logits = [3.0, -2.0, 0.5]",
    "print('python sees', figure.logits)",
]


@contextlib.contextmanager
def running(folder, scratch):
    """Run what `make lab` runs, on ``folder``, with none of this machine's settings; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "xentedu", "lab", str(folder), "--", "--no-browser", f"--port={port}"]
    command += ["--IdentityProvider.token="]
    places = {f"JUPYTER{name}_DIR": str(scratch / name) for name in ("_CONFIG", "LAB_SETTINGS", "LAB_WORKSPACES")}
    with (scratch / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **places})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=1).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(60_000)
    yield page
    page.close()


def kernel_is_there(page):
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # keys pressed before that are lost


def scroll_to(locator):
    """Scroll until an element can be clicked: JupyterLab draws cells as they come near, and draws them again."""
    from playwright.sync_api import Error

    for _ in range(100):
        with contextlib.suppress(Error):
            locator.evaluate("element => element.scrollIntoView({block: 'center'})", timeout=1000)
            locator.click(trial=True, timeout=1000)
            return
    raise AssertionError(f"never came into view: {locator}")


def test_figure_and_kernel_move_each_other(page, tmp_path):
    (tmp_path / "lessons").mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in FIGURE])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "lessons" / "figure.ipynb")
    with running(tmp_path / "lessons", tmp_path) as address:
        page.goto(f"{address}/lab/tree/figure.ipynb")
        kernel_is_there(page)
        page.locator(".jp-CodeCell").first.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        logit = page.get_by_label("logit of cat")
        logit.wait_for()
        assert logit.input_value() == "2"
        page.keyboard.press("Shift+Enter")  # Python sets the trait: the picture moves
        page.wait_for_function("document.querySelector('.xe-bar input').value === '3'")
        logit.focus()
        page.keyboard.press("ArrowRight")  # the reader moves the slider: Python sees it
        page.locator(".jp-CodeCell").nth(2).locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        page.get_by_text("python sees [3.1, -2.0, 0.5]").wait_for()


def test_an_exercise_from_the_first_page_to_correct(page, tmp_path):
    book = {path.name: path.read_bytes() for path in copies.CHAPTERS.glob("*.ipynb")}
    lessons = tmp_path / "lessons"
    with running(lessons, tmp_path) as address:
        page.goto(address)
        page.get_by_role("heading", name="Which cross-entropy loss do I use").wait_for()
        page.locator(".jp-Notebook").get_by_role("link", name="Logits").click()
        notebook = page.locator(".jp-NotebookPanel:visible", has=page.get_by_role("heading", name="Logits: what"))
        kernel_is_there(page)
        scroll_to(notebook.get_by_role("heading", name="Exercise: log-odds"))

        # The reader's own code is open; the solution is folded, but for its title.
        starter = notebook.locator(".jp-CodeCell", has_text="np.log(p / 1 - p)")
        starter.wait_for()
        below = starter.locator("xpath=following-sibling::*[contains(@class, 'jp-CodeCell')][1]")
        scroll_to(below.locator(".jp-InputPlaceholder"))
        assert below.locator(".jp-PlaceholderText").first.inner_text() == "# Solution"
        solution = notebook.locator(".jp-CodeCell .cm-line", has_text="np.log1p(-p)")
        assert [line for line in solution.all() if line.is_visible()] == []

        # Run it as it stands: the hint.
        starter.locator(".cm-content").click()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Above Selected Cell").click()
        starter.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        hint = starter.locator(".jp-OutputArea").get_by_text("Where do the parentheses belong?")
        hint.wait_for()

        # The solution opens: why, and the code.
        for _ in range(10):  # JupyterLab may draw the cell again while its neighbours grow, which folds it
            scroll_to(below.locator(".jp-InputPlaceholder"))
            below.locator(".jp-InputPlaceholder").click()
            page.wait_for_timeout(1000)
            if solution.count():
                break
        solution.first.wait_for()
        assert below.locator(".cm-line", has_text="Odds are p against 1 - p").count() == 1

        # Write it: correct.
        starter.locator(".cm-content").get_by_text("p / 1 - p").first.wait_for()
        starter.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(
            "from xentedu import exercises\n\ndef log_odds(p):\n    return np.log(p / (1 - p))\n\n"
            'exercises.check("log_odds", log_odds)'
        )
        page.keyboard.press("Control+Enter")
        starter = notebook.locator(".jp-CodeCell", has_text="np.log(p / (1 - p))")
        starter.locator(".jp-OutputArea").get_by_text("Correct: ").wait_for()
        page.keyboard.press("Control+s")
        mine = lessons / copies.file_names()["logits"]
        for _ in range(100):
            with contextlib.suppress(ValueError):  # JupyterLab is just writing it
                if "np.log(p / (1 - p))" in "".join(copies._sources(json.loads(mine.read_text(encoding="utf-8")))[:14]):
                    break
            page.wait_for_timeout(100)

    # Next time it is there, and the book is as it was.
    copies.write(lessons)
    assert "Correct: " in mine.read_text(encoding="utf-8").split('"np.log(p / (1 - p))')[0]
    assert {path.name: path.read_bytes() for path in copies.CHAPTERS.glob("*.ipynb")} == book
