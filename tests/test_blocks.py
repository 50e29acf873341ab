"""Row blocks and threads: every row once, and errors from any thread."""

import contextlib
import os
import subprocess
import sys
import threading
import weakref

import numpy as np
import pytest

from xentedu import blocks

rng = np.random.default_rng(53)
LOGITS = rng.normal(scale=3, size=(101, 7))


@pytest.mark.usefixtures("small_blocks")
def test_every_row_is_worked_on_once():
    times, numbers = np.zeros(101, int), np.zeros(101, int)

    def work(x, y, t, n):
        t += 1
        n[:] = y
        assert (x[:, 0] == LOGITS[n, 0]).all()  # blocks of the same rows

    blocks.over_rows(work, LOGITS, np.arange(101), times, numbers)
    assert (times == 1).all()
    assert (numbers == np.arange(101)).all()


@pytest.mark.usefixtures("small_blocks")
def test_an_error_in_any_block_is_raised_once_all_blocks_are_done():
    done = []

    def work(rows):
        done.extend(rows)
        if 50 in rows:
            raise ValueError("row 50")

    for _ in range(3):  # and the threads serve the next call as they served the first
        done.clear()
        with pytest.raises(ValueError, match="row 50"):
            blocks.over_rows(work, np.arange(101))
        assert sorted(done) == list(range(101))


@pytest.mark.usefixtures("small_blocks")
def test_blocks_within_blocks():
    sums = np.zeros(101)

    def work(x, into):
        def inner(columns):
            nonlocal into
            with lock:
                into += columns.sum(axis=0)

        lock = threading.Lock()
        blocks.over_rows(inner, x.T)

    blocks.over_rows(work, LOGITS, sums)
    np.testing.assert_allclose(sums, LOGITS.sum(axis=1))


def thread_ids(bytes_of_rows):
    """Return which threads work on rows of so many bytes in all, each on its first block until the other has one."""
    array, met, found = np.zeros((64, bytes_of_rows // 64), np.int8), threading.Barrier(2), []

    def work(rows):
        if (thread := threading.get_ident()) not in found:
            found.append(thread)
            with contextlib.suppress(threading.BrokenBarrierError):
                met.wait(timeout=5)

    blocks.over_rows(work, array)
    return found


def row_maxima(array):
    """Return the largest number of each row, found in blocks."""
    found = np.zeros(len(array))
    blocks.over_rows(lambda x, into: x.max(axis=1, out=into), array, found)
    return found


def test_large_arrays_are_shared_among_threads_and_small_ones_are_not(monkeypatch):
    monkeypatch.setattr(blocks, "cores", lambda: 2)
    assert len(thread_ids(1 << 21)) == 2
    taken = []
    small = np.zeros((64, (1 << 15) - 1), np.int8)
    blocks.over_rows(lambda rows: taken.append((threading.get_ident(), rows)), small)
    assert taken == [(threading.get_ident(), small)]


def test_on_one_core_there_are_no_helpers(monkeypatch):
    monkeypatch.setattr(blocks, "cores", lambda: 1)
    monkeypatch.setattr(blocks, "_helpers", lambda count: pytest.fail(f"{count} helpers"))
    assert (row_maxima(np.arange(2e6).reshape(2000, 1000)) == np.arange(1, 2001) * 1000 - 1).all()


def test_all_arrays_of_a_block_together_are_at_most_4_mib_and_each_core_has_as_many(monkeypatch):
    monkeypatch.setattr(blocks, "cores", lambda: 3)
    taken, row = [], np.zeros(1024, np.float32)
    tall = np.broadcast_to(row, (16_384, 1024)), np.broadcast_to(row[:512], (16_384, 512))  # 64 MiB and 32 MiB
    blocks.over_rows(lambda x, y: taken.append(len(x)), *tall)
    assert len(taken) == 24
    most = max(taken)
    assert (most - 1) * 6 * 1024 < 1 << 22  # to the row


def test_cores_of_this_process_or_where_the_system_does_not_say_of_the_machine(monkeypatch):
    if hasattr(os, "sched_getaffinity"):
        assert blocks.cores() == len(os.sched_getaffinity(0))
        monkeypatch.delattr(os, "sched_getaffinity")
    for count, expected in ((5, 5), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        assert blocks.cores() == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12 on: threads do not survive it, as here
def test_a_forked_process_gets_threads_of_its_own(monkeypatch):
    monkeypatch.setattr(blocks, "cores", lambda: 2)
    assert len(thread_ids(1 << 21)) == 2
    child = os.fork()
    if not child:
        os._exit(len(thread_ids(1 << 21)) + 5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_program_that_used_threads_ends():
    code = "import numpy, xentedu.blocks as b; b.cores = lambda: 2; b.over_rows(abs, numpy.ones((2000, 1000)))"
    subprocess.run([sys.executable, "-c", code], timeout=30, check=True)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no cores to choose from here")
def test_threads_keep_off_the_callers_core_and_the_caller_stays_free():
    before = os.sched_getaffinity(0)
    _, thread_ids = blocks._helpers(1)
    blocks._keep_off_this_core(thread_ids)
    assert os.sched_getaffinity(0) == before
    allowed = os.sched_getaffinity(thread_ids[0])
    assert allowed <= before
    assert len(allowed) == max(1, len(before) - 1)


def test_where_cores_may_not_be_chosen_the_result_is_the_same(monkeypatch):
    def forbid(*_):
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", forbid, raising=False)
    assert (row_maxima(np.arange(2e6).reshape(2000, 1000)) == np.arange(1, 2001) * 1000 - 1).all()


@pytest.mark.parametrize("classes", [1, 7, 511, 512, 1000, 9000])
@pytest.mark.parametrize("operation", [np.subtract, np.multiply])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_row_by_row(classes, operation, dtype):
    array, numbers = rng.normal(size=(5, classes)).astype(dtype), rng.normal(size=5).astype(dtype)
    expected, size = operation(array, numbers[:, np.newaxis]), np.getbufsize()
    np.testing.assert_array_equal(blocks.row_by_row(operation, array, numbers), expected)
    assert blocks.row_by_row(operation, array, numbers, out=array) is array
    np.testing.assert_array_equal(array, expected)
    with pytest.raises(ValueError, match="broadcast"):
        blocks.row_by_row(operation, array, numbers[:4])
    assert np.getbufsize() == size


@pytest.mark.parametrize(("classes", "size"), [(511, np.getbufsize()), (512, 16)])
def test_long_rows_are_worked_on_with_a_small_buffer(classes, size):
    def operation(array, numbers, out):
        assert np.getbufsize() == size

    blocks.row_by_row(operation, np.zeros((2, classes)), np.zeros(2))


@pytest.mark.parametrize(("classes", "by_einsum"), [(511, False), (512, True), (1 << 16, True), ((1 << 16) + 1, False)])
def test_long_rows_are_summed_by_einsum_and_very_long_ones_not(classes, by_einsum):
    array = rng.random((50, classes), np.float32)
    one, other = np.einsum("ij->i", array), np.add.reduce(array, axis=1)
    assert (one != other).any()
    np.testing.assert_array_equal(blocks.row_sums(array), one if by_einsum else other)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("classes", [1, 511, 512, 3000])
def test_row_maxima_are_those_of_numpy(classes, dtype, order):
    array = np.array(rng.standard_normal((5, classes)).astype(dtype), order=order)
    array[1] = -np.inf
    array[2, -1] = np.inf
    array[3, 0] = np.nan
    for rows in (array, array[::2], array[:0]):
        np.testing.assert_array_equal(blocks.row_maxima(rows), rows.max(axis=1))


@pytest.mark.parametrize("classes", [1, 511, 512, 1 << 16, (1 << 16) + 1, 1_000_000])
def test_row_sums_are_as_exact_as_losses_are(classes):
    array = np.exp(3 * rng.standard_normal((3, classes), np.float32))
    np.testing.assert_allclose(blocks.row_sums(array), array.sum(axis=1, dtype=np.float64), rtol=8e-7)


def test_a_helper_that_is_late_keeps_no_array_alive():
    tasks, threads = blocks._helpers(blocks.cores() - 1)
    gate = threading.Event()
    for _ in threads:
        tasks.put(gate.wait)
    array = np.ones((1000, 1000))
    held = weakref.ref(array)
    blocks.over_rows(lambda rows, array=array: array.sum(), array)
    del array
    assert held() is None
    gate.set()
