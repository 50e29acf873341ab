"""The candidate samplers: draws against their distributions, expected counts against TensorFlow's, accidental hits."""

import numpy as np
import pytest

import xentedu as xe
from xentedu import golden
from xentedu.families import distributions, samplers

UNIGRAMS = [30.0, 20.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
DRAWING = {
    "uniform_candidate_sampler": {"range_max": 12},
    "log_uniform_candidate_sampler": {"range_max": 12},
    "learned_unigram_candidate_sampler": {"range_max": 12},
    "fixed_unigram_candidate_sampler": {"range_max": 12, "unigrams": UNIGRAMS},
}
drawing = pytest.mark.parametrize("name", DRAWING)


def call(name, true_classes=((0,), (11,)), num_true=1, num_sampled=5, unique=False, **more):
    arguments = {**DRAWING[name], "seed": 3, **more}
    return getattr(xe.nn, name)(np.asarray(true_classes), num_true, num_sampled, unique, **arguments)


def learned():
    sampler = samplers.LearnedUnigramSampler(range_max=12, seed=3)
    sampler(np.repeat(np.arange(12), 5 * np.arange(12))[:, np.newaxis], 1, 4, False)
    return sampler


def probability_by_formula(name):
    c = np.arange(12)
    return {
        "uniform_candidate_sampler": np.full(12, 1 / 12),
        "log_uniform_candidate_sampler": (np.log(c + 2) - np.log(c + 1)) / np.log(13),
        "learned_unigram_candidate_sampler": (1 + 5 * c) / (12 + 5 * c.sum()),
        "fixed_unigram_candidate_sampler": np.power(UNIGRAMS, 0.75) / np.power(UNIGRAMS, 0.75).sum(),
    }[name]


# Draws.


@drawing
def test_draws_follow_the_distribution(name):
    """Pearson's chi-squared of 250,000 draws, a million over the four samplers."""
    n = 250_000
    if name == "learned_unigram_candidate_sampler":
        drawn = learned()([[0]], 1, n, False)[0]
    elif name == "fixed_unigram_candidate_sampler":
        drawn = call(name, num_sampled=n, distortion=0.75)[0]
    else:
        drawn = call(name, num_sampled=n)[0]
    expected = n * probability_by_formula(name)
    chi_squared = ((np.bincount(drawn, minlength=12) - expected) ** 2 / expected).sum()
    # Of 11 degrees of freedom. Its quantiles at 0.001 and 0.999: tables of the distribution.
    assert 1.59 < chi_squared < 31.26


def test_log_uniform_over_many_classes():
    # Cumulated probabilities telescope to log(c + 2) / log(R + 1): the draws must, at every decade.
    r, n = 1_000_000, 100_000
    drawn, *_ = xe.nn.log_uniform_candidate_sampler([[0]], 1, n, False, r, seed=4)
    assert drawn.min() >= 0
    assert drawn.max() < r
    for classes in range(1, 100):  # where a number rounds to one, it must not become a class beyond the last
        assert distributions.log_uniform(classes).quantile(np.array([0.0, 1.0])).tolist() == [0, classes - 1]
    for c in (0, 9, 99, 999, 9_999, 99_999):
        p = np.log(c + 2) / np.log(r + 1)
        assert abs((drawn <= c).mean() - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_a_negative_seed_counts_back_from_two_to_the_64():
    first, *_ = call("uniform_candidate_sampler", seed=-3)
    np.testing.assert_array_equal(first, call("uniform_candidate_sampler", seed=2**64 - 3)[0])


def test_the_largest_random_number_is_the_last_class():
    # Ten times 0.1 adds up to the number below one, which is the largest that a generator gives.
    assert np.cumsum(np.full(10, 0.1))[-1] == np.nextafter(1, 0)
    assert distributions.unigram(np.ones(10)).quantile(np.nextafter(1, 0)) == 9


@drawing
def test_unique_draws_are_the_first_of_each_class(name):
    stream = call(name, num_sampled=1000)[0]
    firsts = stream[np.sort(np.unique(stream, return_index=True)[1])]
    for num_sampled in (1, 5, 12):
        np.testing.assert_array_equal(call(name, num_sampled=num_sampled, unique=True)[0], firsts[:num_sampled])


def test_unique_draws_go_on_over_blocks():
    # The last of 2000 classes has a probability of 1/15000: many blocks of draws pass before all are found.
    sampled, count, _ = xe.nn.log_uniform_candidate_sampler([[0], [1999]], 1, 2000, True, 2000, seed=5)
    assert sorted(sampled) == list(range(2000))
    distribution = distributions.log_uniform(2000)
    _, tries = distributions.draw(distribution, 2000, True, np.random.default_rng(5))
    stream = distribution.quantile(np.random.default_rng(5).random(tries))
    assert len(np.unique(stream)) == 2000
    assert len(np.unique(stream[:-1])) == 1999
    np.testing.assert_allclose(count[:, 0], 1 - (1 - distribution.probability(np.array([0, 1999]))) ** tries, rtol=1e-6)


def test_drawing_gives_up_in_the_end(monkeypatch):
    monkeypatch.setattr(distributions, "_MOST_TRIES", 2048)
    expected = r"num_sampled: expected classes that can be found in 2048 tries, received 1 after 3072\."
    with pytest.raises(ValueError, match=expected):
        call("fixed_unigram_candidate_sampler", [[0]], num_sampled=2, unique=True, range_max=2, unigrams=[1, 1e-300])


@drawing
def test_the_seed_decides(name):
    first, again, other = (call(name, num_sampled=50, seed=seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    generator = np.random.default_rng(1)
    np.testing.assert_array_equal(call(name, num_sampled=50, seed=generator)[0], first)
    assert (call(name, num_sampled=50, seed=generator)[0] != first).any()
    call(name, seed=None)


# Expected counts.


@drawing
def test_expected_counts_are_mean_counts(name):
    runs = [call(name, np.arange(12)[:, np.newaxis], seed=seed) for seed in range(2000)]
    seen = np.mean([np.bincount(sampled, minlength=12) for sampled, *_ in runs], axis=0)
    expected = runs[0][1].ravel()
    assert np.isclose(expected.sum(), 5)  # five are drawn
    assert (np.abs(seen - expected) < 5 * np.sqrt(expected / 2000)).all()


@pytest.mark.parametrize("name", ["uniform_candidate_sampler", "log_uniform_candidate_sampler"])
def test_unique_expected_counts_are_near_the_mean_counts(name):
    # Near, not equal: the formula takes the number of tries as if it had been fixed before.
    more = {"num_sampled": 8, "unique": True}
    runs = [call(name, np.arange(12)[:, np.newaxis], seed=seed, **more) for seed in range(2000)]
    seen = np.mean([np.bincount(sampled, minlength=12) for sampled, *_ in runs], axis=0)
    expected = np.mean([count.ravel() for _, count, _ in runs], axis=0)
    assert (np.abs(seen - expected) < 0.07).all()


def test_a_unique_count_exceeds_one_where_no_draw_was_repeated():
    # Class 0 has a probability of 30/105. As TensorFlow has it, five draws without a repetition expect it 1.43 times,
    # though it is unique; after one repetition, 0.87 times.
    counts = {
        tuple(call("fixed_unigram_candidate_sampler", [[0]], unique=True, seed=seed)[1].ravel().round(4))
        for seed in range(40)
    }
    assert (np.float32(1.4286),) in counts
    assert max(count for (count,) in counts - {(np.float32(1.4286),)}) < 1
    np.testing.assert_allclose(distributions.expected_count(30 / 105, 5, tries=6), 1 - (1 - 30 / 105) ** 6)


@drawing
@pytest.mark.parametrize("unique", [False, True])
def test_true_and_sampled_counts_are_one_function_of_the_class(name, unique):
    sampled, true_count, sampled_count = call(name, np.arange(12).reshape(4, 3), num_true=3, unique=unique)
    assert (sampled.dtype, true_count.dtype, sampled_count.dtype) == (np.int64, np.float32, np.float32)
    assert (sampled.shape, true_count.shape, sampled_count.shape) == ((5,), (4, 3), (5,))
    np.testing.assert_array_equal(true_count.ravel()[sampled], sampled_count)


def golden_counts(case, probabilities, value):
    """Compare with a case's counts: its draws are TensorFlow's, so the number of tries is the one that fits."""
    sampled, true_count, sampled_count = value
    p = probabilities[np.concatenate([sampled, np.ravel(case.args["true_classes"])])]
    expected = np.concatenate([sampled_count, true_count.ravel()])
    n = case.args["num_sampled"]
    candidates = range(n, 4000 * n) if case.args["unique"] else [n]
    errors = (np.abs(distributions.expected_count(p, n, tries) - expected).max() for tries in candidates)
    assert any(error < 2e-6 for error in errors)


@pytest.mark.parametrize("name", DRAWING)
def test_golden_counts(name):
    for case in golden.cases(f"tf.nn.{name}"):
        if case.id.startswith("three-calls"):
            continue
        args = dict(case.args)
        value = getattr(xe.nn, name)(**args)
        for ours, theirs in zip(value, case.value):
            assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        every = np.arange(args["range_max"])[:, np.newaxis]
        plain = getattr(xe.nn, name)(**{**args, "true_classes": every, "num_true": 1, "unique": False})
        golden_counts(case, plain[1].ravel().astype(float) / args["num_sampled"], case.value)
        if not args["unique"]:
            np.testing.assert_allclose(value[1], case.value[1], rtol=2e-6)


@pytest.mark.parametrize("unique", [False, True])
def test_learned_unigram_remembers_as_tensorflow_does(unique):
    (case,) = (
        case
        for case in golden.cases("tf.nn.learned_unigram_candidate_sampler")
        if case.id == f"three-calls-{'unique' if unique else 'repeats'}"
    )
    sampler = samplers.LearnedUnigramSampler(case.args["range_max"])
    settings = [case.args[key] for key in ("num_true", "num_sampled", "unique")]
    for true_classes, value in zip(case.args["true_classes"], case.value):
        probabilities = sampler.counts / sampler.counts.sum()
        case.args["true_classes"] = true_classes
        golden_counts(case, probabilities, value)
        before = sampler.counts.copy()
        sampler(true_classes, *settings)
        np.testing.assert_array_equal(sampler.counts - before, np.bincount(true_classes.ravel(), minlength=6))


# Fixed unigrams.


def test_distortion_flattens():
    every = np.arange(12)[:, np.newaxis]
    sharp, flat = (call("fixed_unigram_candidate_sampler", every, distortion=d)[1].ravel() for d in (1.0, 0.0))
    np.testing.assert_allclose(sharp, 5 * np.array(UNIGRAMS) / sum(UNIGRAMS), rtol=1e-6)
    np.testing.assert_allclose(flat, 5 / 12, rtol=1e-6)


def test_reserved_ids_are_never_drawn():
    sampled, count, _ = call(
        "fixed_unigram_candidate_sampler", [[0], [1], [2]], num_sampled=500, num_reserved_ids=2, unigrams=UNIGRAMS[:10]
    )
    assert sampled.min() == 2
    np.testing.assert_allclose(count.ravel(), [0, 0, 500 * 30 / 102], rtol=1e-6)


def test_one_class_that_can_be_drawn_is_enough_to_repeat():
    sampled, _, count = call("fixed_unigram_candidate_sampler", [[0]], range_max=2, unigrams=[0, 7])
    assert sampled.tolist() == [1] * 5
    assert count.tolist() == [5] * 5


# TensorFlow 1.15.5: shards number their own classes, and the unigrams from their own reserved ids.
SHARDS = {
    (0, 2): [0, 10 / 3, 20 / 3],
    (1, 2): [0, 5 / 6, 10 / 3, 35 / 6],
    (2, 2): [10 / 3, 20 / 3],
    (0, 4): [0, 0, 20 / 7, 50 / 7],
    (1, 4): [0, 5 / 6, 10 / 3, 35 / 6],
    (2, 4): [0, 20 / 7, 50 / 7],
}


@pytest.mark.parametrize(("shard", "reserved"), SHARDS)
def test_shards_number_their_own_classes(shard, reserved):
    expected = SHARDS[shard, reserved]
    count = call(
        "fixed_unigram_candidate_sampler",
        np.arange(len(expected))[:, np.newaxis],
        num_sampled=10,
        range_max=len(expected),
        num_reserved_ids=reserved,
        num_shards=3,
        shard=shard,
        unigrams=[10, 20, 30, 40, 50, 60, 70],
    )[1]
    np.testing.assert_allclose(count.ravel(), expected, rtol=1e-6)


def test_vocabulary_files(tmp_path):
    path = tmp_path / "vocabulary.csv"
    path.write_text("the,DT,60\n\ncat,NN,25\na,b\n")
    with pytest.raises(ValueError, match="vocab_file: expected a number in the last field of line 4, received 'b'"):
        call("fixed_unigram_candidate_sampler", [[0]], range_max=3, unigrams=(), vocab_file=str(path))
    path.write_bytes(b"caf\xe9,NN,60\n")
    with pytest.raises(
        ValueError,
        match=r"^fixed_unigram_candidate_sampler: vocab_file: expected text in UTF-8, received .utf-8. codec",
    ):
        call("fixed_unigram_candidate_sampler", [[0]], range_max=1, unigrams=(), vocab_file=str(path))
    path.write_text("the,DT,nan\n")
    with pytest.raises(ValueError, match="vocab_file: expected finite numbers, received nan"):
        call("fixed_unigram_candidate_sampler", [[0]], range_max=1, unigrams=(), vocab_file=str(path))
    path.write_text("the,DT,60\n\ncat,NN,20\n")
    count = call("fixed_unigram_candidate_sampler", [[0], [1]], range_max=2, unigrams=(), vocab_file=str(path))[1]
    np.testing.assert_allclose(count.ravel(), [3.75, 1.25])


# All candidates, and accidental hits.


def test_all_candidates():
    sampled, true_count, sampled_count = xe.nn.all_candidate_sampler([[2, 0]], 2, 3, False)
    np.testing.assert_array_equal(sampled, [0, 1, 2])
    np.testing.assert_array_equal(true_count, [[1, 1]])
    np.testing.assert_array_equal(sampled_count, [1, 1, 1])


def test_accidental_hits_against_a_search():
    rng = np.random.default_rng(6)
    for num_true in (1, 2, 4):
        labels = rng.integers(20, size=(7, num_true))
        sampled = rng.permutation(20)[:9]
        expected = [
            (i, int(np.flatnonzero(sampled == c)[0])) for i, row in enumerate(labels) for c in row if c in sampled
        ]
        indices, ids, weights = xe.nn.compute_accidental_hits(labels, sampled, num_true)
        assert list(zip(indices.tolist(), ids.tolist())) == expected
        assert (weights == np.finfo(np.float32).min).all()
        assert (indices.dtype, ids.dtype, weights.dtype) == (np.int32, np.int64, np.float32)
        assert weights.shape == ids.shape == indices.shape
