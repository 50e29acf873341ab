"""The page is the notebook: Python in the browser gives what the notebook holds, cell by cell.

One chapter is run here; `make page-cells` runs all of them (page_cells.py).
"""

import pytest

from tests.browser.cells import notebook, opened_for_cells, run_alone, run_from_top_to_bottom

CHAPTER = "same_loss"  # the quickest
pytestmark = pytest.mark.usefixtures("python")


@pytest.fixture(scope="module")
def page(opened_for_all):
    return opened_for_cells(opened_for_all, CHAPTER)


def test_a_chapter_run_from_top_to_bottom_gives_the_notebook(page):
    run_from_top_to_bottom(page, CHAPTER)


@pytest.mark.parametrize("number", range(len(notebook(CHAPTER))))
def test_each_cell_pressed_alone_gives_the_notebook(opened, page, number):
    run_alone(opened, CHAPTER, number, beside=page)
