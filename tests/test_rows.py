"""Losses by blocks of rows: no number or error depends on the blocks, and they take little memory."""

import itertools
import tracemalloc

import numpy as np
import pytest

import xentedu as xe
from xentedu import gradients, rows
from xentedu.families import sparse

rng = np.random.default_rng(53)
LOGITS = rng.normal(scale=3, size=(101, 7))
IDS = rng.integers(7, size=101)
SPARSE, SIGMOID = xe.nn.sparse_softmax_cross_entropy_with_logits, xe.nn.sigmoid_cross_entropy_with_logits
NAN = float("nan")


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
@pytest.mark.parametrize("bad", [NAN, np.inf])
@pytest.mark.parametrize("place", [(0, 0), (57, 3), (100, 6)])
@pytest.mark.filterwarnings("error")
def test_the_place_of_a_bad_logit_is_that_in_the_whole_array(bad, place):
    logits = LOGITS.copy()
    logits[place] = bad
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the text is compared below)
        SPARSE(labels=IDS, logits=logits)
    expected = f"logits: expected finite numbers, received {bad} at index {list(place)}."
    assert str(caught.value) == f"sparse_softmax_cross_entropy_with_logits: {expected}"


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("example", [0, 57, 100])
@pytest.mark.filterwarnings("error")
def test_a_masked_class_is_as_if_it_were_not_there(example):
    masked, kept = (IDS[example] + 1) % 7, np.delete(np.arange(7), (IDS[example] + 1) % 7)
    logits = LOGITS.copy()
    logits[example, masked] = -np.inf
    value, grads = xe.value_and_grad(SPARSE)(labels=IDS, logits=logits)
    label = int(np.flatnonzero(kept == IDS[example])[0])
    alone, alone_grads = xe.value_and_grad(SPARSE)(labels=[label], logits=LOGITS[[example]][:, kept])
    np.testing.assert_allclose(value[example], alone[0], rtol=1e-14)
    np.testing.assert_allclose(grads["logits"][example, kept], alone_grads["logits"][0], rtol=1e-12, atol=1e-16)
    assert grads["logits"][example, masked] == 0
    others = np.delete(np.arange(len(IDS)), example)
    np.testing.assert_array_equal(value[others], SPARSE(labels=IDS, logits=LOGITS)[others])
    logits[example, IDS[example]] = -np.inf
    with pytest.raises(ValueError, match="expected a label whose class is not masked"):
        SPARSE(labels=IDS, logits=logits)
    logits[example] = -np.inf
    with pytest.raises(ValueError, match="expected a class that is not masked"):
        SPARSE(labels=IDS, logits=logits)


def peak_memory(call):
    """Return the most bytes that a call holds at one time."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize(
    ("loss", "labels"), [(SPARSE, np.zeros(8000, int)), (SIGMOID, np.zeros((8000, 1000), np.float32))]
)
def test_memory_of_value_and_of_gradient(loss, labels):
    logits = np.zeros((8000, 1000), np.float32)

    def peak(function):
        return peak_memory(lambda: function(labels=labels, logits=logits))

    results = logits.nbytes if loss is SIGMOID else 0
    scratch = logits.nbytes / 2
    assert peak(loss) < results + scratch
    grads = 2 if loss is SIGMOID else 1
    assert peak(xe.value_and_grad(loss)) < results + grads * logits.nbytes + scratch


def test_the_gradient_of_sampled_logits_takes_their_memory():
    batch, classes, samples = 512, 10_000, 8192
    inputs, labels = rng.standard_normal((batch, 8), np.float32), rng.integers(classes, size=(batch, 1))
    weights, biases = rng.standard_normal((classes, 8), np.float32), np.zeros(classes, np.float32)
    loss = xe.value_and_grad(xe.nn.sampled_softmax_loss, sparse=True)
    logits = batch * (samples + 1) * 4  # bytes, 16.8 MB
    assert peak_memory(lambda: loss(weights, biases, labels, inputs, samples, classes, seed=1)) < 2 * logits


@pytest.mark.parametrize("classes", [7, 64])  # column by column, row by row
def test_scratch_logits_become_their_gradient(classes):
    logits, c = rng.normal(size=(5, classes)), np.arange(5)
    expected, expected_grads = xe.value_and_grad(SPARSE)(labels=c, logits=logits)
    value, pullback = rows.row_losses(sparse.formulas, logits, c, scratch=True)
    np.testing.assert_allclose(value, expected, rtol=1e-14)
    np.testing.assert_allclose(logits, expected_grads["logits"], rtol=1e-13)
    upstream = rng.normal(size=5)
    np.testing.assert_array_equal(pullback(upstream)["logits"], upstream[:, np.newaxis] * logits)


@pytest.mark.parametrize(("classes", "by_column"), [(63, True), (64, False)])
@pytest.mark.parametrize("loss", [SPARSE, xe.value_and_grad(SPARSE)], ids=["value", "gradient"])
def test_few_classes_lie_column_by_column(classes, by_column, loss, monkeypatch):
    formulas, layouts = sparse.formulas, []

    def seen(x, c, value, p, check):
        layouts.extend([x.flags.f_contiguous, p.flags.f_contiguous])
        return formulas(x, c, value, p, check)

    monkeypatch.setattr(sparse, "formulas", seen)
    loss(labels=IDS[:20], logits=rng.normal(size=(20, classes)))
    assert layouts == [by_column, by_column]


def test_labels_in_the_dtype_of_the_logits_are_not_copied():
    labels = np.zeros((5, 4))

    def formulas(x, z, value, into_x):
        assert z is labels or np.shares_memory(z, labels)
        value[:] = 0
        return lambda: None

    rows.row_losses(formulas, np.zeros((5, 4)), labels)


def test_a_pullback_that_cannot_run_says_why():
    pullbacks = []

    @gradients.differentiable(dtype_of="logits")
    def loss(labels, logits):
        value, pullback = rows.row_losses(sparse.formulas, logits, labels)
        pullbacks.append(pullback)
        return value, pullback

    loss(IDS, LOGITS)
    with pytest.raises(RuntimeError, match="evaluated for its value alone; ask value_and_grad"):
        pullbacks[0](np.ones(101))


@pytest.mark.usefixtures("small_blocks")
def test_every_block_is_looked_at_before_it_is_computed():
    seen = []

    def check(x, c):
        assert x.shape == (len(c), 7)
        seen.append(len(c))
        if 50 in x:
            raise ValueError("fifty")

    rows.row_losses(sparse.formulas, LOGITS, IDS, check=check)
    assert len(seen) > 1
    assert sum(seen) == 101
    wrong = LOGITS.copy()
    wrong[70, 3] = 50
    with pytest.raises(ValueError, match="fifty"):
        rows.row_losses(sparse.formulas, wrong, IDS, check=check)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("loss", [SPARSE, SIGMOID])
@pytest.mark.parametrize("bad", [NAN, np.inf, -np.inf])
def test_a_logit_that_is_not_finite_is_refused_before_it_can_warn(loss, bad):
    logits = LOGITS.copy()
    logits[70, IDS[70]] = bad
    labels = IDS if loss is SPARSE else np.full(LOGITS.shape, 0.5)
    with pytest.raises(ValueError, match=r"logits: expected (finite numbers|a label whose class is not masked)"):
        loss(labels=labels, logits=logits)


LOWEST, HALF_A_STEP = "the lowest number", "half the distance from the largest number to the one before"


def number(dtype, what):
    """Return a number of a dtype, given by its name."""
    largest = np.finfo(dtype).max
    names = {LOWEST: -largest, "the largest number": largest, HALF_A_STEP: (largest - np.nextafter(largest, 0)) / 2}
    names["a little less"] = np.nextafter(names[HALF_A_STEP], 0)
    return names.get(what, what)


def verdict(row, label):
    """Return what is wrong with a row of logits, found out number by number."""
    if any(np.isnan(row)) or np.inf in row:
        return "finite numbers"
    unmasked = [logit for logit in row if logit > -np.inf]
    if not unmasked:
        return "a class that is not masked"
    with np.errstate(over="ignore"):
        if np.isinf(max(unmasked) - min(unmasked)):
            return "numbers that differ by no more than"
    return "a label whose class is not masked" if row[label] == -np.inf else None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("classes", [4, 600])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_the_largest_logit_does_not_tell_is_found_too(dtype, classes):
    kinds = [NAN, np.inf, -np.inf, LOWEST, -1.0, 2.0, "a little less", HALF_A_STEP, "the largest number"]
    computed = np.result_type(dtype, np.float32)  # float16 in float32, where its numbers cannot be too far apart
    verdicts = set()
    for own, other, rest in itertools.product(kinds, repeat=3):
        row = np.full(classes, number(dtype, rest), dtype)
        row[[1, -1]] = number(dtype, own), number(dtype, other)
        wrong = verdict(row.astype(computed), label=1)
        verdicts.add(wrong)
        logits = np.zeros((3, classes), dtype)
        logits[1] = row
        if wrong:
            with pytest.raises(ValueError, match=f"logits: expected {wrong}"):
                SPARSE(labels=[0, 1, 0], logits=logits)
        elif np.ptp(row[row > -np.inf].astype(computed)) <= np.finfo(dtype).max:  # else float16 may not hold the loss
            value, grads = xe.value_and_grad(SPARSE)(labels=[0, 1, 0], logits=logits)
            x, eps = row.astype(np.longdouble), np.finfo(dtype).eps
            exact = np.log(np.exp(x - x.max()).sum()) + (x.max() - x[1])
            np.testing.assert_allclose(value[1], exact, rtol=2 * eps, atol=classes * np.finfo(computed).eps)
            np.testing.assert_allclose(grads["logits"][1].sum(dtype=float), 0, atol=10 * eps)
    assert len(verdicts) == (4 if dtype == np.float16 else 5)
