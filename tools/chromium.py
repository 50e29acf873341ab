"""Chromium, or Chrome, for the browser tests and the benchmarks."""

import os
import shutil


def executable():
    """Return the browser that the variable CHROMIUM names, or the first one on the PATH, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def launched(playwright, arguments):
    """Return a running browser. On macOS and Windows Chrome is on no PATH: Playwright knows where it is there."""
    found = {"executable_path": executable()} if executable() else {"channel": "chrome"}
    return playwright.chromium.launch(**found, args=arguments)
