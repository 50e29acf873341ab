"""Questions that wait for an answer (book/static/questions.js), by keyboard, on a page as the book writes it."""

import pytest

from tests.browser.conftest import ROOT

OPTION = """<details class="sd-dropdown"><summary><span class="sd-summary-text">{0}</span></summary>
<div class="sd-card-body"><p><strong>{1}.</strong> Since {0}.</p></div></details>"""
CELL = '<div class="cell {0}"><div class="cell_input">code</div><div class="cell_output">{1}</div></div>'
FOLDED = '<details class="above-input"><summary>Show code</summary><div class="cell_input">code</div></details>'
FIGURE = '<figure class="xe-figure" id="a_figure"><div class="xe-live"><input aria-label="held"></div></figure>'


def question(*options):
    return "".join(OPTION.format(text, reply) for text, reply in options)


PAGE = f"""<article>
<div class="admonition"><p>First?</p>{question(("one", "No"), ("two", "Right"), ("three", "Not quite"))}</div>
<div class="cell tag_covered">{FOLDED}<div class="cell_output">{FIGURE}</div></div>
{CELL.format("tag_covered", "<pre>numbers</pre>")}<p>So two.</p><p>And <span id="told">two</span> it stays.</p>
<div class="admonition"><p>This chapter</p></div><p>What comes later.</p>
<details class="sd-dropdown"><summary><span class="sd-summary-text">Solution</span></summary>
<div class="sd-card-body"><p>As it is.</p></div></details>
<p>Second?</p>{question(("four", "Right"), ("five", "No"))}
<p>Third?</p>{question(("six", "No"), ("seven", "Right"))}
{CELL.format("", "<pre>not covered</pre>")}
</article>"""


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def loaded(page, anchor=""):
    page.route("http://book.test/*", lambda route: route.fulfill(body=PAGE, content_type="text/html; charset=utf-8"))
    page.goto(f"http://book.test/page.html{anchor}")
    page.add_style_tag(path=ROOT / "book" / "static" / "book.css")
    page.add_script_tag(path=ROOT / "book" / "static" / "questions.js")
    return page


def opened(page):
    return page.locator("details[open] .sd-summary-text").all_inner_texts()


def says(page, text):
    """Wait for the reply: a browser reports that an option was opened a moment after it was."""
    page.get_by_role("status").filter(has_text=text).wait_for(state="attached", timeout=5000)


def press(page, text):
    page.locator("summary", has_text=text).focus()
    page.keyboard.press("Enter")


def test_an_option_is_answered_before_anything_is_shown(page):
    loaded(page)
    covers = page.locator(".cover")
    assert covers.count() == 2
    assert not page.get_by_text("numbers").is_visible()
    assert page.get_by_text("not covered").is_visible()
    assert page.locator(".xe-figure").evaluate("figure => figure.inert")
    press(page, "one")
    assert opened(page) == ["one"]
    says(page, "No. Since one.")
    assert covers.first.inner_text().startswith("You chose: one.")
    assert not page.get_by_text("numbers").is_visible()
    press(page, "two")  # the choice can be changed
    assert opened(page) == ["two"]
    says(page, "Right. Since two.")
    covers.first.get_by_role("button", name="Show me").focus()
    page.keyboard.press("Enter")
    assert covers.count() == 0
    assert page.get_by_text("numbers").is_visible()
    assert page.get_by_label("held").evaluate("el => el === document.activeElement")
    press(page, "three")  # even now
    assert opened(page) == ["three"]


def test_the_prose_that_tells_the_answer_waits_too(page):
    loaded(page)
    told = page.get_by_text("So two."), page.get_by_text("it stays.")
    assert [each.is_visible() for each in told] == [False, False]
    assert page.get_by_text("This chapter").is_visible()
    assert page.get_by_text("What comes later.").is_visible()
    assert told[0].evaluate("element => element.hidden") == "until-found"  # Ctrl+F finds it
    told[0].dispatch_event("beforematch")
    assert [each.is_visible() for each in told] == [True, True]
    assert page.locator(".cover").count() == 0
    loaded(page, "?linked#told")
    assert [each.is_visible() for each in told] == [True, True]


def test_a_figure_follows_its_question_and_its_code_comes_after(page):
    loaded(page)
    cover, code = page.locator(".cover").first, page.get_by_text("Show code")
    assert cover.bounding_box()["y"] < code.bounding_box()["y"]
    press(page, "two")
    for _ in range(3):  # the third option, then what stands on the figure: "Show me" and "Full screen"
        page.keyboard.press("Tab")
    assert page.get_by_role("button", name="Full screen").evaluate("el => el === document.activeElement")


def test_who_will_not_bet_is_shown_all_the_same(page):
    loaded(page)
    page.get_by_role("button", name="Show me anyway").first.click()
    assert page.locator(".cover").count() == 0
    assert not page.locator(".xe-figure").evaluate("figure => figure.inert")
    assert opened(page) == []


def test_questions_do_not_close_each_other(page):
    loaded(page)
    groups = page.get_by_role("group", name="Your answer")
    assert [group.locator("details").count() for group in groups.all()] == [3, 2, 2]
    for text in ("one", "Solution", "four", "six", "seven"):
        press(page, text)
    assert opened(page) == ["one", "Solution", "four", "seven"]


def test_a_link_to_what_is_covered_shows_it(page):
    loaded(page, "#a_figure?shift=3")
    assert page.locator(".cover").count() == 0


def test_a_cell_that_is_run_anew_is_not_covered(page):
    loaded(page)
    page.locator(".cell").nth(1).dispatch_event("uncover")
    assert page.get_by_text("numbers").is_visible()


def test_on_paper_nothing_is_covered(page):
    loaded(page)
    page.emulate_media(media="print")
    assert page.get_by_text("numbers").is_visible()
    assert page.get_by_text("So two.").is_visible()
    assert not page.locator(".cover").first.is_visible()


def test_question_and_figure_fill_the_screen_together(page):
    loaded(page)
    press(page, "two")
    page.get_by_role("button", name="Full screen").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.fullscreenElement")
    assert page.evaluate("document.fullscreenElement.className") == "question-place"
    assert page.get_by_text("First?").is_visible()
    page.get_by_role("button", name="Show me").first.click()
    assert page.get_by_label("held").is_visible()
