"""What a page costs its reader, against a default Jupyter Book page of the same chapter.

    python -m benchmarks.pages [CHAPTER]   # after `make book`; logits where none is named

Builds the chapter once more with Jupyter Book's defaults, then loads both pages in Chromium in turn, with an empty
cache: the time to the first contentful paint, the time that scripts ran, and the bytes, as medians and as a ratio. What
the default page asks of other hosts (MathJax, the widgets' html-manager) is refused at once, which is to its advantage.
"""

import collections
import functools
import http.server
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading

import yaml
from playwright.sync_api import sync_playwright

from tools.chromium import launched

ROOT = pathlib.Path(__file__).parents[1]
RUNS = 15
# A laptop on a fast line, and a phone as Lighthouse has it: a fourth of the speed, 1.6 Mbit/s, 150 ms there and back.
DEVICES = {
    "laptop": {},
    "phone": {"cpu": 4, "offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 9e4},
}


PAINT = """() => new Promise((resolve) => new PerformanceObserver((list) => list.getEntries()
    .filter((entry) => entry.name === "first-contentful-paint").forEach((entry) => resolve(entry.startTime)))
    .observe({type: "paint", buffered: true}))"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def serve(folder):
    """Serve a folder; return its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def build_default(chapter, folder):
    """Build the chapter as Jupyter Book does when told no more than the chapter needs."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    kept = {key: config[key] for key in ("title", "parse", "bibtex_bibfiles")}
    kept["execute"] = {"execute_notebooks": "force"}
    kept["sphinx"] = {"extra_extensions": ["sphinx_design"], "config": {"suppress_warnings": ["mystnb.mime_priority"]}}
    (folder / "book").mkdir()
    for name in (f"{chapter}.ipynb", "references.bib"):
        shutil.copy(ROOT / "book" / name, folder / "book")
    (folder / "_config.yml").write_text(yaml.safe_dump(kept), encoding="utf-8")
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: book/{chapter}\n", encoding="utf-8")
    command = [pathlib.Path(sys.executable).with_name("jupyter-book"), "build", folder]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "_build" / "html"


def load(browser, address, device):
    """Load a page once; return what it cost."""
    context = browser.new_context(viewport={"width": 1300, "height": 800})
    page, sizes = context.new_page(), []
    host = address.split("/book/")[0]
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith(host) else route.abort())
    page.on("response", lambda response: sizes.append(response))
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable")
    if device:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": device["cpu"]})
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", {k: v for k, v in device.items() if k != "cpu"})
    page.goto(address, wait_until="networkidle")
    paint = page.evaluate(PAINT)
    metrics = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    cost = {
        "first contentful paint, ms": paint,
        "script, ms": 1000 * metrics["ScriptDuration"],
        "bytes": sum(len(response.body()) for response in sizes),
    }
    context.close()
    return cost


def main(chapter="logits"):
    """Print medians for both pages, and their ratio."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        default = build_default(chapter, pathlib.Path(scratch))
        pages = {"default": serve(default), "here": serve(ROOT / "_build" / "html")}
        browser = launched(playwright, ["--no-sandbox", "--disable-gpu"])
        for name, device in DEVICES.items():
            costs = {which: collections.defaultdict(list) for which in pages}
            for _ in range(RUNS):
                for which, address in pages.items():
                    for what, value in load(browser, f"{address}/book/{chapter}.html", device).items():
                        costs[which][what].append(value)
            for what in costs["here"]:
                before, after = (statistics.median(costs[which][what]) for which in ("default", "here"))
                print(f"{name:7} {what:27} default {before:10.0f}   here {after:8.0f}   ratio {after / before:.2f}")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
