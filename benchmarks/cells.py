"""What running a cell on the page costs: `python -m benchmarks.cells`, after `make book`.

From the first press of Run to the reply, cold and with a warm browser cache, beside a bare page that loads the same
Pyodide and NumPy in a worker and prints one line: bytes sent by the server and seconds, medians of the runs, in turn.
Then a second run of the same cell, and what each page weighs before anybody presses anything.
"""

import collections
import functools
import http.server
import json
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time

from playwright.sync_api import sync_playwright

from tools.chromium import launched

ROOT = pathlib.Path(__file__).parents[1]
BOOK = ROOT / "_build" / "html"
RUNS = 5
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CELL = 3  # of the chapter Logits: prints six lines, and needs the cell above with NumPy and xentedu

WORKER = """
importScripts("pyodide.js");
(async () => {
  const pyodide = await loadPyodide();
  await pyodide.loadPackage("numpy");
  postMessage(pyodide.runPython("import numpy as np; str(np.log(np.arange(1, 4)))"));
})();
"""
PAGE = """<!doctype html><title>bare</title><button>Run</button><pre></pre><script>
document.querySelector("button").onclick = () => {
  new Worker("bare.js").onmessage = ({ data }) => { document.querySelector("pre").textContent = data; };
};
</script>"""


SENT = collections.Counter()


class Counting(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and counts the bytes."""

    def log_message(self, *args):
        """Keep quiet."""

    def copyfile(self, source, outputfile):
        """Send a file."""
        SENT["bytes"] += os.fstat(source.fileno()).st_size
        super().copyfile(source, outputfile)


def serve(folder):
    """Serve a folder; return its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Counting, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def write_bare(folder):
    """Write the bare page, with the files of the book's Pyodide."""
    sys.path.insert(0, str(ROOT / "book" / "extensions"))
    import pyodide

    for name in pyodide.files():
        os.symlink(BOOK / "python" / name, folder / name)
    (folder / "pyodide-lock.json").write_text(json.dumps(pyodide.table()["lock"]), encoding="utf-8")
    (folder / "bare.js").write_text(WORKER, encoding="utf-8")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")


def until(page, expression):
    """Wait for an expression to be true, asking often."""
    end = time.perf_counter() + 180
    while not page.evaluate(expression):
        if time.perf_counter() > end:
            raise TimeoutError(expression)
        time.sleep(0.005)


def pressed(page, button, reply):
    """Press a button and wait for the reply; return seconds, and the bytes that the server sent."""
    SENT.clear()
    start = time.perf_counter()
    page.evaluate(f"({button}).click()")
    until(page, reply)
    return time.perf_counter() - start, SENT["bytes"]


CELLS = "document.querySelectorAll('div.cell')"
CASES = {
    "bare page": ("index.html", "document.querySelector('button')", "document.querySelector('pre').textContent !== ''"),
    "the book": (
        "book/logits.html",
        f"{CELLS}[{CELL}].querySelector('.py-run')",
        f"{CELLS}[{CELL}].dataset.state === 'done'",
    ),
}


def main():
    """Print the table."""
    seen = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as bare, sync_playwright() as playwright:
        write_bare(pathlib.Path(bare))
        hosts = {"bare page": serve(bare), "the book": serve(BOOK)}
        browser = launched(playwright, ARGUMENTS)
        for _ in range(RUNS):
            for case, (path, button, reply) in CASES.items():
                context = browser.new_context()
                page = context.new_page()
                for cache in ("cold", "warm"):
                    page.goto(f"{hosts[case]}/{path}", wait_until="networkidle")
                    seconds, size = pressed(page, button, reply)
                    seen[case, cache, "s"].append(seconds)
                    seen[case, cache, "MB"].append(size / 1e6)
                if case == "the book":
                    own = page.evaluate(
                        f"Number(/in ([\\d.]+) s/.exec({CELLS}[{CELL}].querySelector('.py-said').textContent)[1])"
                    )
                    page.evaluate(f"{CELLS}[{CELL}].querySelector('.py-said').textContent = ''")
                    script = f"""() => new Promise((resolve) => {{
                        const cell = {CELLS}[{CELL}], start = performance.now();
                        new MutationObserver(() => cell.dataset.state === "done" && resolve(performance.now() - start))
                            .observe(cell, {{attributes: true, attributeFilter: ["data-state"]}});
                        cell.querySelector(".py-run").click();
                    }})"""
                    for _ in range(5):
                        seen["again"].append(page.evaluate(script) - 1000 * own)
                context.close()
        for what in ("MB", "s"):
            for cache in ("cold", "warm"):
                bare_page, book = (statistics.median(seen[case, cache, what]) for case in CASES)
                ratio = f"   ratio {book / bare_page:.2f}" if bare_page else ""
                print(f"first run, {cache} cache, {what:2}: bare page {bare_page:6.2f}   the book {book:6.2f}{ratio}")
        print(f"second run: {statistics.median(seen['again']):.0f} ms beyond the cell's own time")
        for path in sorted((BOOK / "book").glob("*.html")):
            context = browser.new_context()
            page = context.new_page()
            SENT.clear()
            page.goto(f"{hosts['the book']}/book/{path.name}", wait_until="networkidle")
            print(f"{path.stem}: {SENT['bytes'] / 1000:.1f} kB before anything is pressed")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
