"""The built book as a site, over http: light, findable, links whole, good without JavaScript, on paper."""

import functools
import itertools
import json
import re
import subprocess
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag

import pytest
import yaml

from tests.browser.axe import violations, violations_in_light_and_dark
from tests.browser.conftest import JUPYTER_BOOK, PAGES, ROOT, live_figures

SOURCES = ["_modules/index", "_modules/xentedu/families/sparse"]  # one of each kind: the list, and a listing
EVERY = [*PAGES, *SOURCES, "search"]
LAPTOP = {"width": 1300, "height": 800}
LIMIT = 1_000_000  # bytes, uncompressed: a page with everything that it loads


class _Page(HTMLParser):
    """The ids of a page, what it links to and loads, and its metadata."""

    def __init__(self, text):
        super().__init__()
        self.tag = ""
        self.ids, self.links, self.meta, self.title, self.headings, self.alts = set(), [], {}, "", [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tag = tag
        self.ids.update(filter(None, (attributes.get("id"), attributes.get("name"))))
        self.links += [attributes[name] for name in ("href", "src") if attributes.get(name)]
        if tag == "meta":
            name = attributes.get("name") or attributes.get("property") or attributes.get("http-equiv")
            self.meta[name] = attributes.get("content")
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.alts.append(attributes.get("alt", ""))

    def handle_data(self, data):
        if self.tag == "title":
            self.title += data.strip()


@functools.lru_cache
def _read(path):
    return _Page(path.read_text(encoding="utf-8"))


def test_nothing_else_is_built(book):
    built = {str(path.relative_to(book).with_suffix("")) for path in book.rglob("*.html")}
    listings = {name for name in built if name.startswith("_modules/")}
    assert listings >= set(SOURCES)
    assert built - listings == {*PAGES, "search", "index"}


@pytest.mark.parametrize("name", [*EVERY, "index"])
def test_links_and_anchors_resolve(book, name):
    page = book / f"{name}.html"
    broken = []
    for link in _read(page).links:
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        target, anchor = urldefrag(link.split("#choose?")[0] + "#choose" if "#choose?" in link else link)
        path = (page.parent / unquote(target.split("?")[0])).resolve() if target else page
        if not path.exists() or (anchor and path.suffix == ".html" and unquote(anchor) not in _read(path).ids):
            broken.append(link)
    assert broken == []


def test_each_page_says_what_it_is(book):
    pages = {name: _read(book / f"{name}.html") for name in PAGES}
    for name, page in pages.items():
        assert page.title.endswith(" — xentedu"), name
        assert 50 <= len(page.meta["description"]) <= 320, name
        assert page.meta["og:description"] == page.meta["description"], name
        assert page.title.startswith(page.meta["og:title"]), name
    for attribute in ("title", "description"):
        values = [page.title if attribute == "title" else page.meta[attribute] for page in pages.values()]
        assert len(set(values)) == len(values), attribute


@pytest.mark.parametrize("name", EVERY)
def test_headings_are_in_order(book, name):
    headings = _read(book / f"{name}.html").headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(headings))


def test_style_of_the_figures_is_whole(book):
    """A figure may put the name of a class together, so that no script has it as a word."""
    written = (ROOT / "xentedu" / "explore" / "machinery" / "figures.css").read_text(encoding="utf-8")
    classes = set(re.findall(r"\.(xe-[\w-]+)", written))
    kept = (book / "_static" / "style.css").read_text(encoding="utf-8")
    assert {name for name in classes if not re.search(rf"\.{name}\b", kept)} == set()


def test_each_picture_has_its_own_text(book):
    for name in PAGES:
        alts = _read(book / f"{name}.html").alts
        assert all(len(alt) > 40 for alt in alts), name
        assert len(set(alts)) == len(alts), name


@pytest.fixture(scope="module")
def addressed(tmp_path_factory):
    """Return the folder of the book, built with both addresses set, the site's and the repository's; nothing is run."""
    scratch = tmp_path_factory.mktemp("addressed")
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    for line, address in (
        ('baseurl: ""', "https://book.example/"),
        ('url: &repository ""', "https://github.com/owner/name"),
    ):
        assert text.count(line) == 1
        text = text.replace(line, line.replace('""', address))
    config = yaml.safe_load(text)
    config["execute"]["execute_notebooks"] = "off"
    for key, value in config["sphinx"]["local_extensions"].items():
        config["sphinx"]["local_extensions"][key] = str(ROOT / value)
    (scratch / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    command = [*JUPYTER_BOOK, "build", "-W", "--keep-going", ROOT]
    command += ["--config", scratch / "_config.yml", "--path-output", scratch]
    build = subprocess.run(command, capture_output=True, text=True, check=False)
    assert build.returncode == 0, build.stdout[-3000:] + build.stderr[-3000:]
    return scratch / "_build" / "html"


def test_the_sites_address_is_one_line_of_the_configuration(book, addressed):
    text = (addressed / "book" / "nce.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://book.example/book/nce.html" />' in text
    assert _read(addressed / "book" / "nce.html").meta["og:url"] == "https://book.example/book/nce.html"
    assert "canonical" not in (book / "book" / "nce.html").read_text(encoding="utf-8")


FILES = {name: next(ROOT.glob(f"{name}.*")).relative_to(ROOT).as_posix() for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_the_repositorys_address_is_one_line_of_the_configuration(book, addressed, name):
    """With it a page leads to its source, and a chapter to where it runs; without it nothing leads astray."""
    links = _read(addressed / f"{name}.html").links
    source = f"https://github.com/owner/name/blob/main/{FILES[name]}"
    assert source in links
    runs = [link for link in links if "colab" in link or "mybinder" in link]
    if FILES[name].endswith(".ipynb"):
        number = PAGES.index(name)
        assert runs == [
            f"https://colab.research.google.com/github/owner/name/blob/main/{FILES[name]}",
            f"https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/lessons/{number:02}-{name[5:]}.ipynb",
        ]
    else:
        assert runs == []
    text = (book / f"{name}.html").read_text(encoding="utf-8")
    for trace in ("colab.research", "mybinder.org/v2", "owner/name", 'id="launch"'):
        assert trace not in text


@pytest.mark.parametrize("name", [name for name in PAGES if FILES[name].endswith(".ipynb")])
def test_a_chapter_is_downloaded_as_one_that_stands_alone(book, addressed, name):
    for folder in (book, addressed):
        links = _read(folder / f"{name}.html").links
        (link,) = [link for link in links if link.endswith(".ipynb") and not link.startswith("http")]
        text = (folder / "book" / link).resolve().read_text(encoding="utf-8")
        assert json.loads(text)["nbformat"] == 4
        assert "footcite" not in text
        # The one link of the chapters that leads out of them.
        assert ("https://book.example/book/index.html" in text) == (folder is addressed and name == "book/same_loss")


def test_the_menu_of_places_opens_by_keyboard_and_without_a_script(browser, addressed):
    for width, javascript in ((1300, True), (390, True), (390, False)):
        context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=javascript)
        page = context.new_page()
        problems = []
        page.on("console", lambda message, problems=problems: problems.append((message.type, message.text)))
        page.goto((addressed / "book" / "nce.html").as_uri())
        link = page.get_by_role("link", name="Run in Colab")
        button = page.get_by_role("button", name="Where this page runs")
        assert not link.is_visible()
        button.focus()
        page.keyboard.press("Enter")
        link.wait_for()
        box = page.locator("#launch").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        page.keyboard.press("Escape")
        link.wait_for(state="hidden")
        assert [problem for problem in problems if problem[0] in ("error", "warning")] == []
        if javascript:
            button.press("Enter")
            assert violations(page, {"include": [[".article-header-buttons"]]}) == []
        context.close()


@pytest.fixture(scope="module", params=EVERY)
def open_page(opened_for_all, request):
    # Without motion, else a colour may be seen on its way to another.
    page = opened_for_all(request.param, reduced_motion="reduce", viewport=LAPTOP)
    figures = live_figures(page)
    assert bool(figures) == (FILES.get(request.param, "").endswith(".ipynb"))
    page.wait_for_load_state("networkidle")
    yield page
    page.context.close()


@pytest.fixture
def page(open_page):
    """Return each page of the book, live, on a laptop's screen."""
    open_page.emulate_media(media="screen")
    open_page.set_viewport_size(LAPTOP)
    return open_page


def test_axe_finds_nothing_and_nothing_went_wrong(page):
    """The first look at each page, which leaves all that folds open for the others.

    First, as the theme's script takes its time to let Tab into what scrolls at another width.
    """
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.name = ''; fold.open = true; })")
    assert violations_in_light_and_dark(page) == []
    assert page.problems == []


def test_page_is_light(page):
    weights = page.evaluate(
        """() => ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
            .map((entry) => [entry.decodedBodySize, entry.name]).sort((a, b) => b[0] - a[0])"""
    )
    assert len(weights) > 5
    assert sum(size for size, _ in weights) <= LIMIT, weights


def test_page_at_every_width_and_zoom(page):
    """320 px is a narrow phone, and a laptop's window at 400%; 640 px a laptop's window at 200%."""
    for width in (320, 390, 640, 768, 1300):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(50)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for figure in page.locator(".xe-live").all():
            assert figure.evaluate("el => el.scrollWidth <= el.clientWidth + 1"), width


def test_every_control_has_a_name(page):
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll(".xe-figure input")]
            .filter((el) => ![...el.labels].some((label) => label.textContent.trim()) && !el.ariaLabel)
            .map((el) => el.outerHTML)"""
    )
    assert unnamed == []


def test_controls_of_the_page_are_large_enough_to_touch(page):
    page.set_viewport_size({"width": 390, "height": 800})
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, .sd-tab-label, .article-header-buttons a")]
            .filter((el) => el.checkVisibility({opacityProperty: true}))
            .map((el) => [el.closest("label") ?? el, el])
            .map(([place, el]) => [place.getBoundingClientRect(), el.outerHTML.slice(0, 100)])
            .filter(([box]) => box.width < 24 || box.height < 24).map(([box, html]) => [box.width, box.height, html])"""
    )
    assert small == []


@pytest.mark.parametrize("width", [390, 1300])
def test_controls_of_the_page_answer_the_keyboard(opened, width):
    page = opened("book/logits", viewport={"width": width, "height": 800}, color_scheme="light")

    def press(name, key="Enter"):
        page.get_by_role("button", name=name).locator("visible=true").first.focus()
        page.keyboard.press(key)

    press("Contents of the book")
    if width < 992:
        page.get_by_role("dialog", name="Contents of the book").get_by_role("link", name="The library").wait_for()
        page.keyboard.press("Escape")
        press("Contents of this page")
        page.get_by_role("dialog", name="Contents of this page").get_by_role("link").first.wait_for()
        page.keyboard.press("Escape")
    else:
        page.locator(".bd-sidebar-primary.pst-sidebar-hidden").wait_for(state="attached")
        press("Contents of the book")
        assert page.get_by_role("link", name="The library").first.is_visible()
    for mode, theme in (("dark", "dark"), ("light", "light"), ("as the system", "light")):
        press("Colours")
        page.get_by_role("button", name=f"Colours: {mode}").wait_for()
        assert page.locator("html").get_attribute("data-theme") == theme
    press("Search")
    page.get_by_role("dialog", name="Search").get_by_role("searchbox").fill("pos_weight")
    page.keyboard.press("Enter")
    page.get_by_text("Search finished").wait_for()
    assert page.problems == []


STOP = """() => {
    const el = document.activeElement;
    const shown = el.matches(".sd-tab-set > input") ? el.nextElementSibling : el;  // a tab is its label
    const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
    const labels = [...(el.labels ?? [])].map((label) => label.textContent).join();
    const name = el.getAttribute("aria-label") || el.textContent.trim() || labels;
    return {
        html: el.outerHTML.slice(0, 120), last: el === document.body, name,
        ring: style.outlineStyle !== "none" || style.boxShadow !== "none",
        seen: Number(style.opacity) === 1 && box.top > -1 && box.bottom < innerHeight + 1,
    };
}"""


def test_keyboard_walk_sees_every_stop(opened):
    """One page from top to end by the Tab key: each stop has a name, a visible ring, and is in view."""
    page = opened("book/logits", viewport={"width": 1300, "height": 900}, reduced_motion="reduce")
    live_figures(page)
    stops = []
    while len(stops) < 300:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop.pop("last"):
            break
        stops.append(stop)
    assert len(stops) > 50
    assert [stop for stop in stops if not (stop["name"] and stop["ring"] and stop["seen"])] == []


@pytest.mark.parametrize("name", EVERY)
def test_without_javascript_all_is_there(opened, name):
    page = opened(name, java_script_enabled=False)
    assert not page.locator(".pst-js-only:visible").count()
    for figure in page.locator(".xe-figure").all():
        still = figure.locator("img.xe-still")
        assert still.is_visible()
        assert still.evaluate("img => img.naturalWidth") > 500
        assert figure.locator(".xe-caption").is_visible()
    for fold in page.locator("details").all()[:3]:
        fold.locator("summary").first.click()
        assert fold.get_attribute("open") is not None
    assert page.problems == []


def test_page_on_paper(page):
    page.set_viewport_size({"width": 680, "height": 1000})  # what A4 leaves between the margins of book.css
    page.emulate_media(media="print")

    def visible(parts):
        return set(page.locator(parts).evaluate_all("all => all.map((el) => el.checkVisibility())"))

    navigation = ".bd-sidebar-primary, .bd-header-article, .bd-sidebar-secondary, .prev-next-area, .copybtn"
    assert visible(f"{navigation}, .xe-live") == {False}
    assert visible("h1, .sd-tab-content, img.xe-still, details:not(.xe-more) > :not(summary)") == {True}
    cut = page.evaluate(
        """() => [...document.querySelectorAll("article :is(pre, table, img, math, section)")]
            .filter((el) => el.checkVisibility())
            .filter((el) => el.scrollWidth > el.clientWidth + 1 || el.getBoundingClientRect().right > innerWidth + 1)
            .map((el) => [el.tagName, el.textContent.slice(0, 80)])"""
    )
    assert cut == []


def test_a_chapter_is_printed(opened):
    printed = opened("book/nce").pdf(format="A4")
    assert 10 < len(re.findall(rb"/Type /Page\b", printed)) < 40
