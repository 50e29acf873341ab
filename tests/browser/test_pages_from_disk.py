"""What could differ for a reader who opens the pages with no server: some tests of test_pages.py, on the files."""

import pytest

from tests.browser.test_pages import (  # noqa: F401 - what is wanted are the tests
    test_a_link_to_a_figure_puts_the_keyboard_on_it,
    test_page_loads_clean,
    test_state_is_in_the_address,
)


@pytest.fixture(scope="module")
def address(book):
    return book.as_uri()
