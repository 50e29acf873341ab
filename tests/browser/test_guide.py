"""The guide of the landing page: it answers as ``xe.choose`` does, in few presses, and remembers the framework."""

import pytest

import xentedu as xe
from tests.browser.axe import violations_in_light_and_dark
from xentedu import choosing

HOME = "book/index"


@pytest.fixture(scope="module")
def window(opened_for_all):
    return opened_for_all(HOME, permissions=["clipboard-read", "clipboard-write"])


@pytest.fixture
def page(window, address):
    """Return the landing page as somebody finds it who was never there."""
    window.problems.clear()
    window.evaluate("localStorage.clear()")
    window.goto(f"{address}/{HOME}.html")
    return window


# What is on the page for each address, without waiting for the browser to navigate.
READ = """async (queries) => {
    const found = [];
    for (const query of queries) {
        history.replaceState(null, "", "#choose?" + query);
        dispatchEvent(new PopStateEvent("popstate"));
        const place = document.querySelector(".xe-guide-live");
        const text = (part) => place.querySelector(part)?.textContent;
        for (let i = 0; i < 200 && text(".xe-guide-code pre") === "…"; i++)
            await new Promise((go) => setTimeout(go, 10));
        found.push({
            loss: text(".xe-guide-loss"), reason: text(".xe-guide-reason"),
            activation: text(".xe-guide-answer li strong"), evaluation: text(".xe-guide-evaluation"),
            code: text(".xe-guide-code pre"),
            avoid: [...place.querySelectorAll(".xe-guide-avoid li")].map((li) => li.textContent),
            link: place.querySelector(".xe-guide-more a")?.getAttribute("href"),
        });
    }
    return found;
}"""


def query(arguments, **more):
    written = {True: "yes", False: "no", None: "none"}
    values = {**arguments, **more}
    return "&".join(
        f"{name}={written[value] if value is None or isinstance(value, bool) else value}"
        for name, value in values.items()
    )


@pytest.mark.parametrize("framework", choosing.FRAMEWORKS)
def test_every_point_of_the_input_space_is_answered_as_choose_answers_it(page, framework):
    space = list(choosing.space())
    if framework != "pytorch":  # the words are the same for all: what differs is the code, which is here once each
        answers = {id(arguments): answer_or_error(arguments) for arguments in space}
        once = {
            answer.problem: arguments
            for arguments in space
            if not isinstance(answer := answers[id(arguments)], Exception)
        }
        space = list(once.values())
    shown = page.evaluate(READ, [query(arguments, framework=framework) for arguments in space])
    answered = 0
    for arguments, found in zip(space, shown, strict=True):
        answer = answer_or_error(arguments)
        if isinstance(answer, ValueError):
            assert (found["reason"], found["loss"]) == (str(answer).removeprefix("choose: "), None)
            continue
        answered += 1
        assert found == {
            "loss": answer.loss,
            "reason": answer.reason,
            "activation": answer.activation,
            "evaluation": answer.evaluation,
            "code": answer.calls[framework],
            "avoid": [f"{name}: {why}" for name, why in answer.avoid.items()],
            "link": f"{answer.chapter}.html#{answer.section}",
        }
    assert answered > 100
    assert page.problems == []


def test_every_section_that_the_guide_links_to_is_there(book):
    for chapter, section in {
        (answer.chapter, answer.section)
        for answer in map(answer_or_error, choosing.space())
        if not isinstance(answer, ValueError)
    }:
        assert f'id="{section}"' in (book / "book" / f"{chapter}.html").read_text(encoding="utf-8")


def answer_or_error(arguments):
    try:
        return xe.choose(**arguments)
    except ValueError as error:
        return error


# The four questions of the source and ten as people ask them: the presses, and where they end.
PRESSES = {
    "cat or not": (["Yes or no", "0 or 1"], "tf.nn.sigmoid_cross_entropy_with_logits"),
    "cat, dog or donkey": (["One of several", "Its index"], "tf.nn.sparse_softmax_cross_entropy_with_logits"),
    "cat, dog or donkey, one-hot": (
        ["One of several", "A row with a single one"],
        "tf.nn.softmax_cross_entropy_with_logits_v2",
    ),
    "cat and dog": (["Several at once", "A row of zeros and ones"], "tf.nn.sigmoid_cross_entropy_with_logits"),
    "Keras: softmax or not": (
        ["Keras 3", "One of several", "Its index"],
        "tf.nn.sparse_softmax_cross_entropy_with_logits",
    ),
    "BCEWithLogitsLoss or CrossEntropyLoss": (
        ["Several at once", "A row of zeros and ones"],
        "tf.nn.sigmoid_cross_entropy_with_logits",
    ),
    "labels are ints": (["One of several", "Its index"], "tf.nn.sparse_softmax_cross_entropy_with_logits"),
    "5,000 tags": (["Several at once", "A row of zeros and ones"], "tf.nn.sigmoid_cross_entropy_with_logits"),
    "fraud": (
        ["Yes or no", "0 or 1", "a missed yes costs more than a false alarm"],
        "tf.nn.weighted_cross_entropy_with_logits",
    ),
    "void pixels": (
        ["One of several", "Its index", "by example; some do not count at all"],
        "tf.losses.sparse_softmax_cross_entropy",
    ),
    "250,000 words": (["One of several", "Its index", "no, they are too many"], "tf.nn.sampled_softmax_loss"),
    "distillation": (["One of several", "Probabilities"], "tf.nn.softmax_cross_entropy_with_logits_v2"),
    "two classes": (["One of several", "Its index", "two"], "tf.nn.sigmoid_cross_entropy_with_logits"),
    "tf.losses or tf.nn": (
        ["TensorFlow 1.15", "One of several", "Its index"],
        "tf.nn.sparse_softmax_cross_entropy_with_logits",
    ),
}


@pytest.mark.parametrize("question", PRESSES)
def test_at_most_three_presses_by_keyboard(page, question):
    presses, loss = PRESSES[question]
    assert len(presses) <= 3
    guide = page.locator(".xe-guide-live")
    for name in presses:
        button = guide.locator("button.xe-guide-option", has=page.get_by_text(name, exact=True))
        if button.count():
            button.focus()
            page.keyboard.press("Enter")
        else:
            guide.get_by_label(name, exact=True).focus()
            page.keyboard.press("Space")
            assert guide.get_by_label(name, exact=True).is_checked()
            assert guide.get_by_label(name, exact=True).evaluate("el => el === document.activeElement")
    assert guide.locator(".xe-guide-loss").text_content() == loss
    address = page.url
    page.reload()
    assert page.url == address
    assert guide.locator(".xe-guide-loss").text_content() == loss
    assert page.problems == []


def test_back_and_forth(page):
    title = page.locator(".xe-guide-title")
    page.get_by_role("button", name="One of several").click()
    assert title.text_content() == "How is the label of one example written?"
    assert title.evaluate("el => el === document.activeElement")
    page.get_by_role("button", name="Its index").click()
    assert title.text_content() == "Sparse softmax cross-entropy"
    page.go_back()
    assert title.text_content() == "How is the label of one example written?"
    page.go_back()
    assert title.text_content() == "What do the labels of one example say?"
    page.go_forward()
    page.go_forward()
    assert title.text_content() == "Sparse softmax cross-entropy"
    page.get_by_role("button", name="Its index").click()  # the answers stand above, to be changed
    assert title.text_content() == "How is the label of one example written?"
    page.get_by_role("button", name="One of several").click()
    assert title.text_content() == "What do the labels of one example say?"


@pytest.mark.parametrize(
    "typed", ["exclusive=maybe&num_classes=3&labels=index", "exclusive=yes&num_classes=x&labels=index", "%ZZ"]
)
def test_a_mistyped_address_asks_the_first_question(page, typed):
    page.evaluate("(hash) => { location.hash = hash; }", f"#choose?{typed}")
    assert page.locator(".xe-guide-title").text_content() == "What do the labels of one example say?"
    assert page.problems == []


def test_the_framework_is_chosen_once_for_every_page(page):
    page.get_by_label("JAX and optax").check()
    page.goto(page.url.replace("index", "sparse_labels").partition("#")[0])
    chosen = page.locator(".sd-tab-set input:checked + label")
    assert chosen.count()
    assert {text.strip() for text in chosen.all_text_contents()} == {"JAX and optax"}
    page.locator(".sd-tab-set").first.get_by_text("Keras 3", exact=True).click()
    page.goto(page.url.replace("sparse_labels", "index").partition("#")[0])
    assert page.get_by_label("Keras 3").is_checked()


def test_code_can_be_copied(page):
    page.evaluate(READ, ["exclusive=yes&num_classes=3&labels=index&framework=pytorch"])
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_text("Copied.").wait_for()
    code = xe.choose(exclusive=True, num_classes=3, labels="index").calls["pytorch"]
    assert page.evaluate("navigator.clipboard.readText()") == code


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("exclusive=yes&num_classes=3&labels=index&framework=pytorch", "As a module: torch.nn.CrossEntropyLoss."),
        ("exclusive=no&num_classes=3&labels=multi_hot&framework=pytorch", "As a module: torch.nn.BCEWithLogitsLoss."),
        ("exclusive=yes&num_classes=3&labels=index&framework=keras", "model.compile takes it: loss=loss_fn."),
        ("exclusive=yes&num_classes=3&labels=index&framework=jax", ""),
    ],
)
def test_a_newcomer_finds_the_name_that_they_know(page, state, text):
    page.evaluate(READ, [state])
    assert page.locator(".xe-guide-beside").text_content() == text
    assert page.problems == []


@pytest.mark.parametrize("state", ["", "exclusive=yes&num_classes=3", "exclusive=yes&num_classes=3&labels=index"])
def test_axe_finds_nothing_in_it(opened, state):
    page = opened(HOME, reduced_motion="reduce")
    page.evaluate(READ, [state])
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert violations_in_light_and_dark(page) == []


def test_fits_a_phone_and_its_controls_can_be_touched(opened):
    page = opened(HOME, viewport={"width": 320, "height": 700})
    for state in ("", "exclusive=yes&num_classes=3", "exclusive=yes&num_classes=3&labels=index&weighting=class"):
        page.evaluate(READ, [state])
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        small = page.locator(".xe-guide-live :is(button, label, summary)").evaluate_all(
            "all => all.filter((el) => el.getBoundingClientRect().height < 24).map((el) => el.textContent)"
        )
        assert small == []


def test_without_javascript_and_on_paper_there_is_a_tree_with_its_text(opened):
    page = opened(HOME, java_script_enabled=False)
    tree = page.locator(".xe-guide-still img")
    assert tree.evaluate("img => img.naturalWidth") > 500
    for text in ("Yes or no", "One of several", "Several at once"):
        assert page.locator(".xe-guide-still li", has_text=text).is_visible()
    live = opened(HOME)
    assert not live.locator(".xe-guide-still").is_visible()
    live.emulate_media(media="print")
    assert live.locator(".xe-guide-still").is_visible()
    assert not live.locator(".xe-guide-live").is_visible()
