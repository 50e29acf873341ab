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
# Contrast is what takes time. A page has some thousand texts in less than a hundred looks: three of each are marked.
MARK = """() => {
    const grounds = new Map([[null, ""]]), seen = {};
    const ground = (el) => {
        if (!grounds.has(el)) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(el);
            const own = [backgroundColor, backgroundImage, opacity].join();
            grounds.set(el, ground(el.parentElement) + (own === "rgba(0, 0, 0, 0),none,1" ? "" : own));
        }
        return grounds.get(el);
    };
    for (const el of document.body.querySelectorAll("*")) {
        el.removeAttribute("data-look");
        const text = [...el.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!(text || el.matches("input")) || !el.checkVisibility()) continue;
        const { color, fontSize, fontWeight } = getComputedStyle(el);
        const look = [color, fontSize, fontWeight, ground(el)].join();
        seen[look] = (seen[look] ?? 0) + 1;
        if (seen[look] <= 3) el.setAttribute("data-look", "");
    }
    return Object.keys(seen).length;
}"""


def violations(page, where=None, **options):
    """Return what axe finds, as pairs of a rule and an element."""
    found = Axe().run(page, context=where, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(finding["id"], node["html"][:200]) for finding in found for node in finding["nodes"]]


@pytest.mark.parametrize("name", [*PAGES, "_modules/xentedu/families/sparse", "search"])
def test_axe_finds_nothing(opened, name):
    page = opened(name, reduced_motion="reduce")  # else a colour may be measured on its way to another
    live_figures(page)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.name = ''; fold.open = true; })")
    assert violations(page, runOnly=RULES, rules={"color-contrast": {"enabled": False}}) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(MARK) > 10
        assert violations(page, {"include": [["[data-look]"]]}, runOnly=CONTRAST) == [], scheme
