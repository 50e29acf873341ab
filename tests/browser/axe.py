"""What a screen reader's user would stumble over, by axe-core."""

from axe_playwright_python.sync_playwright import Axe

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
    """Return what axe finds, as pairs of a rule and an element; of contrast only where something is marked, if it is.

    ``where`` and ``options`` are axe's own.
    """
    page.evaluate(Axe().axe_script)
    found = page.evaluate(
        """([where, options]) => {
            if (document.querySelector("[data-look]"))
                axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
            return axe.run(where ?? document, options);
        }""",
        [where, {"resultTypes": ["violations"], "runOnly": RULES, **options}],
    )
    return [(finding["id"], node["html"][:200]) for finding in found["violations"] for node in finding["nodes"]]


def violations_in_light_and_dark(page, settles=0, **options):
    """Return what axe finds in light colours, and of which texts the contrast is too low in dark ones.

    ``settles`` are the milliseconds that colours take to change.
    """
    found = []
    for scheme, only in (("light", RULES), ("dark", CONTRAST)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(settles)
        assert page.evaluate(MARK) >= 10
        found += [(scheme, *finding) for finding in violations(page, **options, runOnly=only)]
    return found
