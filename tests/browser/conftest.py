"""Chromium for the tests, the built book, and a server for it."""

import contextlib
import functools
import http.server
import os
import pathlib
import subprocess
import sys
import threading
import time

import pytest
import yaml
from playwright.sync_api import Error, sync_playwright

from tools.chromium import executable, launched
from tools.environment import Lock

ROOT = pathlib.Path(__file__).parents[2]
# What the script of that name does, which has another name on Windows.
JUPYTER_BOOK = [sys.executable, "-I", "-c", "from jupyter_book.cli.main import main; main()"]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))


def _files(entry):
    """Return the pages of an entry of the table of contents, in order."""
    below = [page for key in ("parts", "chapters") for part in entry.get(key, []) for page in _files(part)]
    return [entry[key] for key in ("root", "file") if key in entry] + below


PAGES = _files(TOC)


def library_page(name):
    """Return the link to what the library's pages say of a name such as ``xe.nn.softmax``."""
    room = name.split(".")[1]
    page = f"api_{room}" if room in ("nn", "losses", "contrib", "keras") else "api_tools"
    return f"book/{page}.html#{name.replace('xe.', 'xentedu.', 1)}"


ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update"]
ARGUMENTS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # no network but this machine's


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


def _running(playwright, window):
    try:
        chromium = launched(playwright, ARGUMENTS, window)
    except Error:
        if executable(window):
            raise
        message = "no Chromium and no Chrome: install one (Debian: apt install chromium) or name it in CHROMIUM"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def browser(playwright):
    yield from _running(playwright, window=False)


@pytest.fixture(scope="session")
def browser_with_window(playwright):
    """What fills the screen needs a window: without one, a page keeps its size."""
    yield from _running(playwright, window=True)


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """Give the folder of the built book: built now, which is quick where nothing changed, and by one worker only.

    In a folder of its own: a `make book` beside the tests does not touch it, and other tests wait.
    """
    output = ROOT / "_build" / "tests"
    stack = contextlib.ExitStack()
    shared = (
        tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else tmp_path_factory.mktemp("b")
    )
    log = shared / "book.log"
    try:
        (shared / "book.building").touch(exist_ok=False)
    except FileExistsError:
        while not log.exists():
            time.sleep(0.2)
    else:
        output.mkdir(parents=True, exist_ok=True)
        stack.enter_context(Lock(output / "lock"))
        command = [*JUPYTER_BOOK, "build", ROOT, "--path-output", output]
        build = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        text = "" if build.returncode == 0 else build.stdout[-3000:] + build.stderr[-6000:]
        (shared / "book.part").write_text(text, encoding="utf-8")
        (shared / "book.part").rename(log)  # whole, or not there
    assert log.read_text(encoding="utf-8") == ""
    with stack:
        yield output / "_build" / "html"


@pytest.fixture(scope="session")
def python(book):
    """Without Python in the book there is nothing to test."""
    assert (book / "python" / "worker.js").exists(), "Pyodide's files are missing: python book/extensions/pyodide.py"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def server(book):
    """Return the address of a server of the built book."""
    handler = functools.partial(_Quiet, directory=str(book))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(scope="module")
def address(server):
    return server


def _open_pages(browser, address):
    """Give a function that opens a page with the network off, and gathers what goes wrong on it.

    ``beside`` is a page that it shares a process with, in which Python, once compiled, is not compiled again.
    """
    contexts = []

    def open_page(name, beside=None, **options):
        if beside:
            with beside.expect_popup() as tab:
                beside.evaluate("localStorage.clear(), open('')")
            page = tab.value
        else:
            contexts.append(browser.new_context(**options))
            page = contexts[-1].new_page()
        page.problems = []

        def request(request):
            if not request.url.startswith((address, "data:", "blob:")):
                page.problems.append(f"outside request: {request.url}")

        def console(message):
            if message.type in ("error", "warning"):
                page.problems.append(f"console: {message.text} {message.location}")

        page.on("request", request)
        page.on("console", console)
        page.on("pageerror", lambda error: page.problems.append(f"error: {error}"))
        page.goto(f"{address}/{name}" if "?" in name else f"{address}/{name}.html")
        return page

    yield open_page
    for context in contexts:
        context.close()


opened = pytest.fixture(_open_pages)


@pytest.fixture
def opened_in_a_window(browser_with_window, address):
    yield from _open_pages(browser_with_window, address)


opened_for_all = pytest.fixture(_open_pages, scope="module")  # a page that several tests look at


def live_figures(page):
    """Wait until all figures of a page are live, show what a question covers, and return them."""
    figures = page.locator(".xe-figure").all()
    if figures:
        page.locator(".xe-is-live").nth(len(figures) - 1).wait_for(state="attached")
    while (covers := page.get_by_role("button", name="Show me")).count():
        covers.first.press("Enter")  # by keyboard: what gets the focus next shows it
    return figures
