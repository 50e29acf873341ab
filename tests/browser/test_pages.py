"""The figures of the built book in a browser, over http: they answer the keyboard, the mouse and a finger.

test_pages_from_disk.py runs some of these tests on the pages as files.
"""

import json

import numpy as np
import pytest

from tests.browser.conftest import PAGES, ROOT, library_page, live_figures
from tests.test_package import FUNCTIONS
from xentedu import explore
from xentedu.explore.machinery import bundle

WITH_FIGURES = [page for page in PAGES if (ROOT / f"{page}.ipynb").exists()]
CLASSES = {getattr(explore, name).name: getattr(explore, name) for name in explore.__all__}


def twin_of(figure):
    """Return the figure as Python has it, in the state in which it stands on the page."""
    return CLASSES[figure.get_attribute("data-figure")](**json.loads(figure.get_attribute("data-state")))


def assert_shows_library_numbers(figure):
    twin = twin_of(figure)
    shown = figure.locator(".xe-number").evaluate_all(
        "all => all.filter((el) => el.checkVisibility()).map((el) => Number(el.dataset.value))"
    )
    # What the textbook code gives in float32 depends on the last bit of each log; the library's numbers do not.
    tolerance = 2e-5 if getattr(twin, "precision", "") == "float32" else 1e-12
    np.testing.assert_allclose(shown, twin.shown(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", WITH_FIGURES)
def test_every_control_answers_the_keyboard(opened, name):
    page = opened(name)
    for figure in live_figures(page):
        assert_shows_library_numbers(figure)
        for control in figure.locator("input").all():
            if not control.is_visible():
                continue
            kind = control.get_attribute("type")
            if kind == "radio" and not control.is_checked():
                continue  # within a group, the arrow keys go from the checked one to the others
            before = figure.locator(".xe-live").text_content()
            control.focus()
            assert control.evaluate("el => getComputedStyle(el).outlineStyle") != "none" or kind == "radio"
            up = "PageDown" if control.evaluate("el => el.value === el.max") else "PageUp"
            page.keyboard.press({"range": up, "checkbox": "Space", "radio": "ArrowRight", "number": "ArrowUp"}[kind])
            assert figure.locator(".xe-live").text_content() != before, control.get_attribute("id")
            assert_shows_library_numbers(figure)
        page.wait_for_timeout(500)
        assert figure.locator(".xe-spoken").text_content() == twin_of(figure).describe()
    assert page.problems == []


# What is taken in the hand: the page, the figure, where on which of its pictures, from where to where (in shares of its
# width and height), and the setting that follows.
HELD = [
    ("logits", "logit_shift", ".xe-plot", (0.54, 0.5), (0.62, 0.5), "shift"),
    ("sparse_labels", "sparse_labels", ".xe-plot >> nth=1", (0.8, 0.4), (0.6, 0.4), "classes"),
    ("weighting", "weighting", ".xe-upright input", (0.5, 0.7), (0.5, 0.3), "weights"),
    ("weighting", "pos_weight", ".xe-plot", (0.53, 0.4), (0.62, 0.4), "own"),
    ("diagnosis", "training", ".xe-plot", (0.9, 0.5), (0.5, 0.5), "steps"),
    ("label_gradients", "label_gradients", ".xe-plot >> nth=2", (0.15, 0.6), (0.5, 0.6), "step"),
    ("label_gradients", "label_gradients", ".xe-plot >> nth=1", (0.59, 0.5), (0.59, 0.75), "given"),
    ("same_loss", "keras_clip", ".xe-plot", (0.4, 0.5), (0.25, 0.5), "logit"),
    ("nce", "nce", ".xe-plot >> nth=0", (0.25, 0.6), (0.5, 0.6), "num_sampled"),
    ("sampled_softmax", "sampled_softmax", ".xe-plot >> nth=2", (0.58, 0.6), (0.75, 0.6), "num_sampled"),
    ("sigmoid_softmax", "two_families", ".xe-bar input", (0.75, 0.5), (0.9, 0.5), "logits"),
]


def test_every_figure_that_can_be_held_is_held():
    scripts = {name: (bundle.FIGURES / f"{name}.js").read_text(encoding="utf-8") for name in bundle.names()}
    missing = {name for name, script in scripts.items() if "held(" in script} - {figure for _, figure, *_ in HELD}
    assert not missing, "say in HELD, above, where each of these is taken and to where it is dragged"


def drag_by_mouse(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def drag_by_touch(page, start, end):
    """Touch the screen as a finger does: over the browser's own protocol, since Playwright can only tap."""
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", start)
    for part in (0.2, 0.4, 0.6, 0.8, 1):
        touch("touchMove", tuple(a + part * (b - a) for a, b in zip(start, end)))
    touch("touchEnd")


@pytest.mark.parametrize("drag", [drag_by_mouse, drag_by_touch], ids=["mouse", "touch"])
@pytest.mark.parametrize("held", HELD, ids=lambda held: f"{held[1]}-{held[5]}")
def test_figure_is_held_and_the_keys_go_on(opened, held, drag):
    name, figure_name, selector, start, end, setting = held
    touched = drag is drag_by_touch
    size = {"width": 390, "height": 844} if touched else {"width": 1300, "height": 900}
    page = opened(f"book/{name}", viewport=size, has_touch=touched)
    live_figures(page)
    figure = page.locator(f"[data-figure={figure_name}]")
    picture = figure.locator(selector).first
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    before = getattr(twin_of(figure), setting)
    drag(page, *((box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)))
    dragged = getattr(twin_of(figure), setting)
    assert dragged != before
    assert_shows_library_numbers(figure)
    page.keyboard.press("ArrowLeft")
    assert getattr(twin_of(figure), setting) != dragged
    assert_shows_library_numbers(figure)
    assert page.problems == []


def test_training_plays_and_pauses(opened):
    page = opened("book/label_gradients")
    (figure,) = live_figures(page)
    assert twin_of(figure).step == 0
    figure.get_by_role("button", name="Play").press("Enter")
    page.wait_for_timeout(1000)
    figure.get_by_role("button", name="Pause").press("Enter")
    step = twin_of(figure).step
    assert 5 < step < 100
    page.wait_for_timeout(300)
    assert twin_of(figure).step == step
    assert_shows_library_numbers(figure)
    assert page.problems == []


def test_a_figure_fills_the_screen_with_its_text(opened_in_a_window):
    page = opened_in_a_window("book/logits", viewport={"width": 1920, "height": 1080})
    figure = live_figures(page)[0]

    def text_height():
        return figure.locator(".xe-plot text").first.bounding_box()["height"]

    before = text_height()
    figure.get_by_role("button", name="Full screen").focus()
    page.keyboard.press("Enter")
    figure.get_by_role("button", name="Leave full screen").wait_for()
    assert text_height() > 1.4 * before
    box = figure.locator(".xe-live").bounding_box()
    assert box["width"] > 1000
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 1080
    page.keyboard.press("Enter")
    figure.get_by_role("button", name="Full screen").wait_for()
    assert abs(text_height() - before) < 1
    assert page.problems == []


def test_state_is_in_the_address(opened, address):
    page = opened("book/sigmoid_softmax")
    figure = live_figures(page)[0]
    figure.locator(".xe-bar input").first.focus()
    page.keyboard.press("End")
    page.wait_for_timeout(700)
    assert "#two_families?logits=" in page.url
    page.reload()
    assert twin_of(live_figures(page)[0]).logits[0] == 6
    page.goto(f"{address}/book/index.html")
    page.goto(f"{address}/book/sigmoid_softmax.html#two_families?logits=[99,1]")
    assert twin_of(live_figures(page)[0]).logits == explore.TwoFamilies().logits
    assert page.problems == []


def test_a_link_to_a_figure_puts_the_keyboard_on_it(opened, address):
    page = opened("book/index", viewport={"width": 1280, "height": 720})
    links = page.locator("a[href*='.html#']").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    figures = [link for link in links if link.partition("#")[2] in CLASSES]
    assert {link.partition("#")[2] for link in figures} == set(CLASSES)
    for link in figures:
        page.goto(f"{address}/book/{link}")
        page.locator(f"[data-figure={link.partition('#')[2]}] :focus").wait_for(state="attached")
        top = page.evaluate("document.activeElement.closest('.xe-figure').getBoundingClientRect().top")
        assert 0 <= top < 200
    assert page.problems == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_name_has_its_place_among_the_library_pages(book, name):
    page, anchor = library_page(name).split("#")
    assert f'id="{anchor}"' in (book / page).read_text(encoding="utf-8")
