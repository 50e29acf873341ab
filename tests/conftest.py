"""What all tests share: laws that are checked on the same examples each time, and one thread for each worker's BLAS."""

import os

# pytest-xdist fills the cores with workers: BLAS threads beside them would wait for one another. Before NumPy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

settings.register_profile("laws", derandomize=True, max_examples=50, deadline=None)
settings.load_profile("laws")


# What takes longest comes first, so that no worker is left alone with it; the first test of all builds the book.
FIRST = ("browser/test_site.py", "test_wheel.py", "test_truth.py")
LONG = ("browser/test_cells.py", "browser/test_page_is_notebook.py", "browser/test_lab.py")


def pytest_collection_modifyitems(items):
    """Order the files for few workers: one builds the book for its first test, while the others need no book yet."""

    def turn(item):
        path = item.path.as_posix()
        return 0 if path.endswith(FIRST) else 3 - path.endswith(LONG) if "/browser/" in path else 1

    items.sort(key=turn)


@pytest.fixture(params=[1, 56, 57, 300, 10**6], ids="{} bytes".format)
def small_blocks(request, monkeypatch):
    """Blocks of one row, of a few, of all; three threads from the first byte on."""
    monkeypatch.setattr("xentedu.blocks.BLOCK_BYTES", request.param)
    monkeypatch.setattr("xentedu.blocks.THREADED_BYTES", 0)
    monkeypatch.setattr("xentedu.blocks.cores", lambda: 3)
