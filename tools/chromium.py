"""Chromium, or Chrome, for the browser tests and the benchmarks."""

import os
import shutil

# Chromium takes the last list of features that are off. This one is Playwright's, as far as it says anything to these
# pages, and the suggestions under the address bar: two pages of the browser's own, which each new window starts, take
# more time than most tests do.
OFF = "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints,PaintHolding"
OFF += ",ThirdPartyStoragePartitioning,DestroyProfileOnBrowserClose,NetworkTimeServiceQuerying,PreconnectToSearch"
OFF += ",WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,AimEnabled"


def executable(window=True):
    """Return the browser that the variable CHROMIUM names, or the first one on the PATH, or None.

    Where no window is needed, Debian's chromium-headless-shell comes first: it opens a page with two thirds of the
    work.
    """
    names = () if window else ("chromium-headless-shell",)
    names += ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def launched(playwright, arguments, window=True):
    """Return a running browser. On macOS and Windows Chrome is on no PATH: Playwright knows where it is there."""
    path = executable(window)
    found = {"executable_path": path} if path else {"channel": "chrome"}
    return playwright.chromium.launch(**found, args=[*arguments, f"--disable-features={OFF}"])
