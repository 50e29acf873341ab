"""What the live figures and the import cost: `python -m benchmarks.figures`, after `make book`.

Prints the weight of the figures' code on each page, the script time of a key press (the median of 50, in Chromium),
and the time that `import xentedu` adds to `import numpy` (medians of 15 runs each, in turn).
"""

import pathlib
import statistics
import subprocess
import sys
import time

from playwright.sync_api import sync_playwright

from tools.chromium import launched

ROOT = pathlib.Path(__file__).parents[1]
BOOK = ROOT / "_build" / "html"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# The time from an input's event until the figure has drawn its answer, all of it script.
KEY = """input => Array.from({length: 50}, (_, i) => {
    const step = (i % 2 ? 1 : -1) * Number(input.step);
    if (["range", "number"].includes(input.type)) input.value = Number(input.value) + step;
    else input.checked = !input.checked;
    const start = performance.now();
    input.dispatchEvent(new Event("input", {bubbles: true}));
    input.dispatchEvent(new Event("change", {bubbles: true}));
    return performance.now() - start;
}).sort((a, b) => a - b)"""


def pages():
    """Print weight and script time of every page with a live figure."""
    with sync_playwright() as playwright:
        browser = launched(playwright, ARGUMENTS)
        for path in sorted((BOOK / "book").glob("*.html")):
            page = browser.new_page()
            loaded = []
            page.on("request", lambda request, loaded=loaded: loaded.append(request.url))
            page.goto(path.as_uri())
            page.wait_for_timeout(1000)
            code = {pathlib.Path(url.split("?")[0]) for url in loaded if "xentedu" in url.rsplit("/", 1)[-1]}
            size = sum((BOOK / "_static" / file.name).stat().st_size for file in code)
            print(f"{path.stem}: {size / 1000:.1f} kB of figure code (scripts and style)")
            for number, control in enumerate(page.locator(".xe-live input").all()):
                if control.is_visible():
                    times = control.evaluate(KEY)
                    kind = control.get_attribute("type")
                    print(f"  control {number} ({kind}): median {times[25]:.2f} ms, largest {times[-1]:.2f} ms")
            page.close()
        browser.close()


def imports():
    """Print what importing xentedu adds to importing NumPy."""
    times = {"numpy": [], "xentedu": []}
    for _ in range(15):
        for module, seen in times.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {module}"], check=True, cwd=ROOT)
            seen.append(time.perf_counter() - start)
    medians = {module: 1000 * statistics.median(seen) for module, seen in times.items()}
    added = medians["xentedu"] - medians["numpy"]
    print(f"import numpy {medians['numpy']:.0f} ms, import xentedu {medians['xentedu']:.0f} ms: {added:+.0f} ms")


if __name__ == "__main__":
    pages()
    imports()
