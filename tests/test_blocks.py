"""Row blocks and threads: every row once, errors from any thread, and losses that do not depend on the blocks."""

import threading
import tracemalloc

import numpy as np
import pytest

import xentedu as xe
from xentedu import blocks

rng = np.random.default_rng(53)
LOGITS = rng.normal(scale=3, size=(101, 7))
IDS = rng.integers(7, size=101)
SPARSE, SIGMOID = xe.nn.sparse_softmax_cross_entropy_with_logits, xe.nn.sigmoid_cross_entropy_with_logits
NAN = float("nan")


@pytest.fixture(params=[1, 56, 57, 300, 10**6], ids="{} bytes".format)
def small_blocks(request, monkeypatch):
    """Blocks of one row, of a few, of all; three threads from the first byte on."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", request.param)
    monkeypatch.setattr(blocks, "THREADED_BYTES", 0)
    monkeypatch.setattr(blocks, "cores", lambda: 3)


@pytest.mark.usefixtures("small_blocks")
def test_every_row_is_worked_on_once():
    times = np.zeros(101, int)

    def work(rows):
        times[rows] += 1

    blocks.over_rows(work, LOGITS)
    assert (times == 1).all()


@pytest.mark.usefixtures("small_blocks")
def test_an_error_in_any_block_is_raised_and_leaves_no_thread_behind():
    def work(rows):
        if rows.start <= 100 < rows.stop:
            raise ValueError("the last row")

    before = threading.active_count()
    with pytest.raises(ValueError, match="the last row"):
        blocks.over_rows(work, LOGITS)
    assert threading.active_count() == before


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("array", [LOGITS, LOGITS.T, LOGITS[::-2, 1:3], IDS, LOGITS > 0, np.array(2.0)], ids=np.shape)
def test_extremes(array):
    assert blocks.extremes(array) == (array.min(), array.max())


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("place", [(0, 0), (57, 3), (100, 6)])
def test_extremes_are_nan_where_there_is_one(place):
    array = LOGITS.copy()
    array[place] = NAN
    assert np.isnan(blocks.extremes(array)).all()


# One class, few of them (column by column), many (row by row).
@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("shape", [(101, 1), (101, 7), (20, 63), (20, 64), (3, 5, 100), (90,)], ids=str)
def test_sparse_softmax_loss_does_not_depend_on_the_blocks(shape):
    logits = rng.normal(scale=3, size=shape)
    ids = np.asarray(rng.integers(shape[-1], size=shape[:-1]))
    value, grads = xe.value_and_grad(SPARSE)(labels=ids, logits=logits)
    p = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    one_hot = ids[..., np.newaxis] == np.arange(shape[-1])
    np.testing.assert_allclose(value, -np.log(p[one_hot].reshape(ids.shape)), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(grads["logits"], p - one_hot, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(SPARSE(labels=ids, logits=logits), value)
    # Neither the memory layout nor gaps between the logits matter.
    gaps = np.repeat(logits, 2, axis=-1)[..., ::2]
    for other in (np.asfortranarray(logits), gaps):
        again, grads_again = xe.value_and_grad(SPARSE)(labels=ids, logits=other)
        np.testing.assert_allclose(again, value, rtol=1e-14)
        np.testing.assert_allclose(grads_again["logits"], grads["logits"], rtol=1e-13, atol=1e-16)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("shape", [(101, 7), (3, 5, 4), (90,), ()], ids=str)
def test_sigmoid_loss_does_not_depend_on_the_blocks(shape):
    logits, labels = np.asarray(rng.normal(scale=3, size=shape)), np.asarray(rng.random(shape))
    value, grads = xe.value_and_grad(SIGMOID)(labels=labels, logits=logits)
    np.testing.assert_allclose(value, np.logaddexp(0, logits) - logits * labels, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(grads["logits"], 1 / (1 + np.exp(-logits)) - labels, rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(grads["labels"], -logits)
    np.testing.assert_array_equal(SIGMOID(labels=labels, logits=logits), value)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("bad", [NAN, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (57, 3), (100, 6)])
@pytest.mark.filterwarnings("error")
def test_the_place_of_a_bad_logit_is_that_in_the_whole_array(bad, place):
    logits = LOGITS.copy()
    logits[place] = bad
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the text is compared below)
        SPARSE(labels=IDS, logits=logits)
    expected = f"logits: expected finite numbers, received {bad} at index {list(place)}."
    assert str(caught.value) == f"sparse_softmax_cross_entropy_with_logits: {expected}"


@pytest.mark.parametrize(
    ("loss", "labels"), [(SPARSE, np.zeros(2000, int)), (SIGMOID, np.zeros((2000, 1000), np.float32))]
)
def test_memory_of_value_and_of_gradient(loss, labels):
    logits = np.zeros((2000, 1000), np.float32)

    def peak(function):
        tracemalloc.start()
        function(labels=labels, logits=logits)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    results = logits.nbytes if loss is SIGMOID else 0
    scratch = 4 * blocks.cores() * blocks.BLOCK_BYTES
    assert peak(loss) < results + scratch
    grads = 2 if loss is SIGMOID else 1
    assert peak(xe.value_and_grad(loss)) < results + grads * logits.nbytes + scratch
