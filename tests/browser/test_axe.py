"""What a screen reader's user would stumble over, by axe-core: in a file of its own, as it takes longest."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PAGES, live_figures

# All of axe-core's rules but those of level AAA and those that ask for a person to look.
RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"],
}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_axe_finds_nothing(opened, name):
    page = opened(name, reduced_motion="reduce")  # else a colour may be measured on its way to another
    live_figures(page)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    findings = []
    # Contrast is what takes time, and what every page has, text, code and sidebars, has the same few colours on each:
    # so that is looked at on one, and what a page has of its own on all.
    common = [[".highlight"], ["code"], ["dt.sig"], ["dl.py"], ["section > p"], ["section > ul"], [".bd-sidebar"]]
    known = [] if name == "book/logits" else common
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        runs = [(CONTRAST, {"include": [["html"]], "exclude": known})]
        if scheme == "light":
            runs.append((RULES, None))
        for rules, where in runs:
            options = {"runOnly": rules, "resultTypes": ["violations"]}
            if rules is RULES:
                options["rules"] = {"color-contrast": {"enabled": False}}
            found = Axe().run(page, context=where, options=options).response["violations"]
            findings += [(scheme, finding["id"], node["html"][:200]) for finding in found for node in finding["nodes"]]
    assert findings == []
