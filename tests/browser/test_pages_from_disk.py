"""All the tests of test_pages.py again, on the pages as files: what a reader sees who opens them with no server."""

import pytest

from tests.browser.test_pages import *  # noqa: F403 - the tests themselves are what is wanted


@pytest.fixture
def address(book):
    return book.as_uri()
