"""The words that people type, and numbers, find what answers them on the book's own search."""

import functools
import re
import sys

import pytest
from bs4 import BeautifulSoup

from tests.browser.conftest import ROOT, library_page
from tests.test_package import FUNCTIONS

sys.path.append(str(ROOT / "book" / "extensions"))
from words import WORDS

SECTIONS = [
    (word, page, title) for page, sections in WORDS.items() for title, words in sections.items() for word in words
]


@pytest.fixture(scope="module")
def found(opened_for_all):
    """Return a function that searches and gives the links found, best first, and their texts."""
    page = opened_for_all("search.html?q=logits")  # where the search field leads: it searches at once

    def search(query):
        page.get_by_text(re.compile("Search finished|did not match")).wait_for()
        page.evaluate("() => document.querySelector('#search-results').replaceChildren()")
        page.evaluate("(query) => Search.performSearch(query)", query)
        page.get_by_text(re.compile("Search finished|did not match")).wait_for()
        assert page.problems == []
        return page.locator("ul.search a").evaluate_all("all => all.map((a) => [a.getAttribute('href'), a.innerText])")

    return search


@pytest.fixture(scope="module")
def text_at(book):
    """Return a function that gives the text of a section of the book."""

    @functools.cache
    def page(name):
        return BeautifulSoup((book / name).read_bytes(), "html.parser")

    def text(link):
        name, _, section = link.partition("#")
        return page(name).find("section", id=section).get_text()

    return text


def words_of(text):
    return set(re.findall(r"\d+\.\d+|\w+", text.lower()))


@pytest.mark.parametrize(("word", "page", "title"), SECTIONS, ids=[word for word, *_ in SECTIONS])
def test_a_word_finds_the_section_that_says_it(found, text_at, word, page, title):
    places = found(word)
    firsts = [link for link, text in places[:3] if text.endswith(f"> {title}")]
    assert firsts, places[:6]
    assert re.match(rf"{page}\.html#.", firsts[0])
    said = words_of(text_at(firsts[0]))
    assert [each for each in words_of(word) if not {each, f"{each}s", f"{each}ed"} & said] == []
    assert len({link for link, _ in places}) == len(places)


@pytest.mark.parametrize(
    ("number", "page"), [("0.693", "book/logits"), ("1.0986", "book/sampled_softmax"), ("793470", "book/sparse_labels")]
)
def test_a_number_finds_the_pages_that_it_stands_on(found, number, page):
    links = [link.partition("#")[0] for link, _ in found(number)]
    assert f"{page}.html" in links


def test_a_number_that_stands_nowhere_finds_nothing(found):
    assert found("987654321") == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_search_finds_a_function_by_its_tensorflow_name(found, name):
    anchor = library_page(name)
    for typed in (name.replace("xe.", "tf.", 1), name.rsplit(".", 1)[1]):
        assert anchor in [link for link, _ in found(typed)[:6]], typed


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("binary crossentropy", library_page("xe.keras.losses.binary_crossentropy")),
        ("from_logits", "book/logits.html"),
        ("class weights", "book/weighting.html"),
        ("nan loss", "book/logits.html"),
        ("log-odds", "book/logits.html"),
    ],
)
def test_search_finds_what_people_type(found, typed, link):
    links = [link for link, _ in found(typed)[:6]]
    assert link in links or link in [each.partition("#")[0] for each in links]
