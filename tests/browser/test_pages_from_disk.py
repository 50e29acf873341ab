"""What could differ for a reader who opens the pages with no server: they load, and a link leads to what it names.

And a lecture, as it is held from a disk: network off, full screen, by keyboard alone.
"""

import pytest

from tests.browser.conftest import PAGES, live_figures
from tests.browser.test_pages import (  # noqa: F401 - what is wanted are the tests
    WITH_FIGURES,
    assert_shows_library_numbers,
    test_a_link_to_a_figure_puts_the_keyboard_on_it,
    test_state_is_in_the_address,
)

# The smallest text that is to be seen on the screen, in its pixels: a picture's own units are scaled to them.
SMALLEST = """screen => {
    const walk = document.createTreeWalker(screen, NodeFilter.SHOW_TEXT), sizes = [];
    while (walk.nextNode()) {
        const parent = walk.currentNode.parentElement, svg = parent.closest("svg");
        if (!walk.currentNode.textContent.trim() || parent.closest(".xe-spoken, .xe-hidden")) continue;
        if (!parent.checkVisibility({visibilityProperty: true})) continue;
        const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
        sizes.push(scale * parseFloat(getComputedStyle(parent).fontSize));
    }
    return Math.min(...sizes);
}"""


@pytest.fixture(scope="module")
def address(book):
    return book.as_uri()


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_a_lecture(opened_in_a_window, name):
    page = opened_in_a_window(name, viewport={"width": 1920, "height": 1080}, offline=True)
    page.locator(".question-place .xe-is-live").first.wait_for()
    for place in page.locator(".question-place", has=page.locator(".xe-figure")).all():
        figure = place.locator(".xe-figure")
        place.get_by_role("button", name="Full screen", exact=True).first.press("Enter")
        place.get_by_role("button", name="Leave full screen").first.wait_for()
        place.locator("summary").nth(1).press("Enter")
        assert place.locator("details[open] .sd-card-body").is_visible()
        place.get_by_role("button", name="Show me", exact=True).press("Enter")
        assert page.evaluate("document.activeElement.type !== 'radio' || document.activeElement.checked")
        before = figure.get_attribute("data-state")
        control = figure.locator("input:is([type=range], [type=checkbox], :checked)").first
        control.press("Space" if control.get_attribute("type") == "checkbox" else "ArrowRight")
        assert figure.get_attribute("data-state") != before
        assert place.evaluate("el => el.scrollHeight <= innerHeight && el.scrollWidth <= innerWidth")
        assert place.evaluate(SMALLEST) >= 18
        figure.get_by_role("button", name="Leave full screen").press("Enter")
        place.get_by_role("button", name="Full screen", exact=True).first.wait_for()
        assert_shows_library_numbers(figure)
    assert page.problems == []


@pytest.fixture(scope="module")
def window(opened_for_all):
    return opened_for_all("book/index", color_scheme="dark")


@pytest.mark.parametrize("name", [*PAGES, "search", "search.html?q=logits"])
def test_page_loads_clean(window, address, name):
    window.problems.clear()
    window.emulate_media(color_scheme="dark")
    window.goto(f"{address}/{name}" if "?" in name else f"{address}/{name}.html")
    assert bool(live_figures(window)) == (name in WITH_FIGURES)
    for scheme in ("dark", "light"):
        window.emulate_media(color_scheme=scheme)
        window.wait_for_timeout(150)  # whatever a script or a style still asks for, it asks now
    assert window.problems == []
