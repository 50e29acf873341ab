"""Laws of the sampled losses: the log Q correction, limits, gradients, shards, and memory."""

import functools
import inspect
import itertools
import tracemalloc

import numpy as np
import pytest

import xentedu as xe
from tests.test_gradients import difference

CLASSES, DIM, BATCH = 11, 3, 4
rng = np.random.default_rng(13)
WEIGHTS = rng.normal(size=(CLASSES, DIM))
BIASES = rng.normal(size=CLASSES)
INPUTS = rng.normal(size=(BATCH, DIM))
COUNTS = rng.uniform(0.05, 2, size=CLASSES)  # every class has its own, or log Q would cancel in the softmax
# Some labels are among the samples; one class stands twice in a row of labels, and 3 is sampled twice.
LABELS = {1: np.array([[3], [0], [10], [3]]), 3: np.array([[3, 0, 8], [0, 1, 2], [10, 10, 4], [6, 7, 5]])}
LABELS[2] = LABELS[3][:, :2]
SAMPLED = np.array([7, 3, 0, 5, 3, 9])

SOFTMAX, NCE = xe.nn.sampled_softmax_loss, xe.nn.nce_loss
SPARSE, RANK = xe.contrib.nn.sampled_sparse_softmax_loss, xe.contrib.nn.rank_sampled_softmax_loss
LOSSES = {"softmax": SOFTMAX, "nce": NCE, "sparse": SPARSE, "rank": RANK}
TRUE = {"softmax": (1, 3), "nce": (1, 3), "sparse": (1,), "rank": (1, 3)}
ALL = [(name, num_true) for name in LOSSES for num_true in TRUE[name]]
each_loss = pytest.mark.parametrize(("name", "num_true"), ALL)
hits = pytest.mark.parametrize("remove_accidental_hits", [False, True], ids=["hits kept", "hits removed"])


def arguments(name, num_true=1, sampled=SAMPLED, counts=COUNTS, **more):
    """The arguments of a loss on the data above."""
    labels = LABELS[num_true]
    args = {
        "weights": WEIGHTS,
        "biases": BIASES,
        "labels": labels,
        "inputs": INPUTS,
        "num_sampled": len(sampled),
        "num_classes": CLASSES,
        "num_true": num_true,
        "sampled_values": (sampled, counts[labels], counts[sampled]),
    }
    if name == "sparse":
        del args["num_true"]
    if name == "rank":
        args |= {"num_resampled": 4, "resampling_temperature": 1.0}
        args |= {"remove_accidental_hits": True, "partition_strategy": "mod"}
    return args | more


# The log Q correction.


def by_hand(kind, num_true, remove_accidental_hits, counts=COUNTS, sampled=SAMPLED):
    """A twin in loops, from the definitions: each logit is a dot product plus a bias, less the log of a count."""

    def logit(x, c):
        return sum(x[d] * WEIGHTS[c, d] for d in range(DIM)) + BIASES[c] - np.log(counts[c])

    losses = []
    for x, labels in zip(INPUTS, LABELS[num_true]):
        # Where a class was sampled twice, only its last place is an accidental hit: TensorFlow presupposes unique ones.
        last = {c: place for place, c in enumerate(sampled)}
        noise = [
            logit(x, c)
            for place, c in enumerate(sampled)
            if not (remove_accidental_hits and c in labels and last[c] == place)
        ]
        true = [logit(x, c) for c in labels]
        if kind == "nce":
            on = sum(np.logaddexp(0, s) - s / num_true for s in true)
            losses.append(on + sum(np.logaddexp(0, s) for s in noise))
        else:
            normalizer = np.log(sum(np.exp(true + noise)))
            losses.append(sum(normalizer - s for s in true) / num_true)
    return losses


@pytest.mark.parametrize("name", ["softmax", "nce"])
@pytest.mark.parametrize("num_true", [1, 2, 3])
@hits
def test_logits_are_corrected_by_the_log_of_their_counts(name, num_true, remove_accidental_hits):
    args = arguments(name, num_true, remove_accidental_hits=remove_accidental_hits)
    value = LOSSES[name](**args)
    np.testing.assert_allclose(value, by_hand(name, num_true, remove_accidental_hits), rtol=1e-13)
    # Were the correction deleted from true or sampled logits, the loss would be another by far.
    for true_count, sampled_count in ((1, COUNTS[SAMPLED]), (COUNTS[LABELS[num_true]], 1), (1, 1)):
        ones = np.ones(LABELS[num_true].shape) * true_count, np.ones(len(SAMPLED)) * sampled_count
        assert np.abs(LOSSES[name](**args | {"sampled_values": (SAMPLED, *ones)}) - value).min() > 1e-3


def test_equal_counts_cancel_in_the_softmax_and_not_in_nce():
    # Why the tests need counts that differ: with equal ones a softmax without the correction would pass.
    for name, cancels in (("softmax", True), ("nce", False)):
        one, half = (LOSSES[name](**arguments(name, 3, counts=np.full(CLASSES, q))) for q in (1.0, 0.5))
        assert np.allclose(one, half, rtol=1e-13) == cancels


def test_the_corrected_sum_estimates_the_whole_sum():
    logits = INPUTS[0] @ WEIGHTS.T + BIASES
    sampled, _, count = xe.nn.log_uniform_candidate_sampler([[0]], 1, 200_000, False, CLASSES, seed=1)
    whole = np.exp(logits).sum()
    assert np.isclose(np.exp(logits[sampled] - np.log(count)).sum(), whole, rtol=0.01)
    assert not np.isclose(np.exp(logits[sampled]).sum() * CLASSES / len(sampled), whole, rtol=0.05)


def test_corrected_true_and_sampled_the_loss_is_least_at_the_true_probabilities():
    # All samples of four classes, each in it with a probability of its own: the mean gradient at the logits log p.
    p, q = np.array([0.5, 0.3, 0.15, 0.05]), np.array([0.9, 0.2, 0.6, 0.4])
    steps = {(on_true, on_sampled): np.zeros(4) for on_true in (0, 1) for on_sampled in (0, 1)}
    for included in itertools.product([False, True], repeat=4):
        sampled = np.flatnonzero(included)
        if not len(sampled):
            continue  # only the true class is scored: the gradient is zero
        probability = np.prod(np.where(included, q, 1 - q))
        for (on_true, on_sampled), step in steps.items():
            values = sampled, (q**on_true)[:, np.newaxis], (q**on_sampled)[sampled]
            args = np.zeros((4, 1)), np.log(p), np.arange(4)[:, np.newaxis], np.zeros((4, 1)), len(sampled), 4
            pullback = SOFTMAX.implementation(*args, sampled_values=values)[1]
            step += probability * pullback(p)["biases"].dense()
    assert np.abs(steps.pop((1, 1))).max() < 1e-15
    assert min(np.abs(step).max() for step in steps.values()) > 0.02


# Limits.


def everything(num_true=1):
    return {
        "num_sampled": CLASSES,
        "sampled_values": xe.nn.all_candidate_sampler(LABELS[num_true], num_true, CLASSES, True),
    }


@pytest.mark.parametrize("name", ["softmax", "sparse"])
def test_sampling_every_class_gives_the_full_softmax(name):
    args = arguments(name, **everything(), remove_accidental_hits=True)
    value, grads = xe.value_and_grad(LOSSES[name])(**args)
    logits = INPUTS @ WEIGHTS.T + BIASES
    full, full_grads = xe.value_and_grad(xe.nn.sparse_softmax_cross_entropy_with_logits)(
        labels=LABELS[1][:, 0], logits=logits
    )
    np.testing.assert_allclose(value, full, rtol=1e-13)
    np.testing.assert_allclose(grads["inputs"], full_grads["logits"] @ WEIGHTS, rtol=1e-12)
    np.testing.assert_allclose(grads["weights"], full_grads["logits"].T @ INPUTS, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(grads["biases"], full_grads["logits"].sum(axis=0), rtol=1e-11)


def test_sampling_every_class_gives_the_full_sigmoid_loss():
    one_hot = np.eye(CLASSES)[LABELS[1][:, 0]]
    full = xe.nn.sigmoid_cross_entropy_with_logits(labels=one_hot, logits=INPUTS @ WEIGHTS.T + BIASES).sum(axis=1)
    np.testing.assert_allclose(NCE(**arguments("nce", **everything(), remove_accidental_hits=True)), full, rtol=1e-13)


def test_several_true_classes_share_the_label():
    # Every class sampled and hits removed: the softmax loss of labels that are 1/3 for each true class.
    labels = np.zeros((BATCH, CLASSES))
    for row, classes in zip(labels, LABELS[3]):
        row[classes] = 1 / 3
    args = arguments("softmax", 3, **everything(3), remove_accidental_hits=True)
    full = xe.nn.softmax_cross_entropy_with_logits_v2(labels[[0, 1, 3]], (INPUTS @ WEIGHTS.T + BIASES)[[0, 1, 3]])
    np.testing.assert_allclose(SOFTMAX(**args)[[0, 1, 3]], full, rtol=1e-13)  # example 2 names a class twice


def test_the_sampled_loss_mostly_lies_below_the_full_one():
    # Claim 18: with expected counts of one for each class of the sample, terms of the sum are only left out.
    full = SOFTMAX(**arguments("softmax", **everything()))
    some = SOFTMAX(**arguments("softmax", sampled=np.arange(6), counts=np.ones(CLASSES)))
    assert (some < full).all()


def test_the_sparse_loss_is_the_dense_one():
    dense, dense_grads = xe.value_and_grad(SOFTMAX)(**arguments("softmax"))
    sparse, sparse_grads = xe.value_and_grad(SPARSE)(**arguments("sparse"))
    np.testing.assert_allclose(sparse, dense, rtol=1e-14)
    for name, grad in dense_grads.items():
        np.testing.assert_allclose(sparse_grads[name], grad, rtol=1e-12, atol=1e-15)


def test_an_accidental_hit_gets_no_gradient_as_noise():
    # One example, whose only true class is the only sampled one: nothing is left to tell it from.
    args = arguments("softmax") | {"labels": [[3]], "inputs": INPUTS[:1], "num_sampled": 1}
    args["sampled_values"] = (np.array([3]), np.ones((1, 1)), np.ones(1))
    value, grads = xe.value_and_grad(SOFTMAX)(**args, remove_accidental_hits=True)
    assert value == 0
    assert not any(grad.any() for grad in grads.values())
    assert SOFTMAX(**args, remove_accidental_hits=False).round(6) == [0.693147]  # the class against itself


# The second pass.


@pytest.mark.parametrize("temperature", [0.05, 1.0, 20.0])
@pytest.mark.parametrize("num_true", [1, 3])
def test_the_hardest_classes_are_kept(num_true, temperature):
    sampled = np.array([7, 1, 0, 5, 3, 9, 8])
    args = arguments("rank", num_true, sampled, resampling_temperature=temperature, num_resampled=3)
    scores = [np.log(sum(np.exp((x @ WEIGHTS[c] + BIASES[c]) / temperature) for x in INPUTS)) for c in sampled]
    kept = sampled[np.argsort(scores)[-3:]]
    np.testing.assert_allclose(RANK(**args), SOFTMAX(**arguments("softmax", num_true, kept)), rtol=1e-12)


def test_temperature_turns_from_the_one_hardest_example_to_all_of_them():
    weights, inputs = np.array([[4.0], [0.0], [-3.0]]), np.array([[1.0], [-0.5], [-0.5]])
    values = np.array([1, 2]), np.ones((3, 1)), np.ones(2)
    call = functools.partial(RANK, weights, np.array([0.0, 0.9, 0.0]), [[0]] * 3, inputs, 2, 1, 3, 1, values)
    only = functools.partial(SOFTMAX, weights, np.array([0.0, 0.9, 0.0]), [[0]] * 3, inputs, 1, 3)
    ones = np.ones((3, 1)), np.ones(1)
    np.testing.assert_allclose(call(0.1, True, "mod"), only(sampled_values=(np.array([2]), *ones)))
    np.testing.assert_allclose(call(9.0, True, "mod"), only(sampled_values=(np.array([1]), *ones)))


# Samples that are drawn.


def test_a_sample_that_is_drawn_is_that_of_the_default_sampler():
    args = arguments("softmax") | {"sampled_values": None, "num_sampled": 6}
    values = xe.nn.log_uniform_candidate_sampler(LABELS[1], 1, 6, True, CLASSES, seed=5)
    for loss in (SOFTMAX, NCE, SPARSE):
        given = {k: v for k, v in args.items() if k in inspect.signature(loss).parameters}
        np.testing.assert_array_equal(loss(**given, seed=5), loss(**given | {"sampled_values": values}))
        assert (loss(**given, seed=5) != loss(**given, seed=6)).any()
    args = arguments("rank") | {"sampled_values": None}
    values = xe.nn.learned_unigram_candidate_sampler(LABELS[1], 1, 6, True, CLASSES, seed=5)
    np.testing.assert_array_equal(RANK(**args, seed=5), RANK(**args | {"sampled_values": values}))


# Gradients.


@each_loss
@hits
@pytest.mark.parametrize("argument", ["weights", "biases", "inputs"])
def test_gradients_are_derivatives(name, num_true, remove_accidental_hits, argument):
    args = arguments(name, num_true, remove_accidental_hits=remove_accidental_hits)
    grads = xe.value_and_grad(LOSSES[name])(**args)[1]
    assert set(grads) == {"weights", "biases", "inputs"}
    expected = difference(lambda x: LOSSES[name](**args | {argument: x}).sum(), args[argument])
    assert np.abs(grads[argument] - expected).max() < 1e-9 * np.abs(expected).max()
    assert np.abs(expected).max() > 1e-2


@each_loss
def test_any_upstream_gradient_passes(name, num_true):
    args = arguments(name, num_true)
    value, pullback = LOSSES[name].implementation(**args)
    upstream = np.random.default_rng(1).normal(size=value.shape)
    expected = difference(lambda x: (upstream * LOSSES[name](**args | {"inputs": x})).sum(), INPUTS)
    assert np.abs(pullback(upstream)["inputs"] - expected).max() < 1e-9 * np.abs(expected).max()


@each_loss
def test_rows_scattered_are_the_dense_gradient(name, num_true):
    args = arguments(name, num_true)
    value, dense = xe.value_and_grad(LOSSES[name])(**args)
    same, sparse = xe.value_and_grad(LOSSES[name], sparse=True)(**args)
    np.testing.assert_array_equal(value, same)
    np.testing.assert_array_equal(dense["inputs"], sparse["inputs"])
    scored = np.union1d(LABELS[num_true], SAMPLED)
    for key in ("weights", "biases"):
        ids, rows = sparse[key]
        assert (np.diff(ids) > 0).all()  # ascending, none twice
        assert set(ids) <= set(scored)
        scattered = np.zeros_like(args[key])
        scattered[ids] = rows
        np.testing.assert_array_equal(scattered, dense[key])


def test_a_class_that_is_scored_again_gets_the_sum():
    # Class 3 is the label of two examples, and sampled twice: its gradient is the sum of the four.
    args = arguments("nce")
    grads = xe.value_and_grad(NCE)(**args)[1]
    slope = xe.nn.sigmoid(INPUTS @ WEIGHTS[3] + BIASES[3] - np.log(COUNTS[3]))
    true = np.array([1, 0, 0, 1])
    np.testing.assert_allclose(grads["biases"][3], (2 * slope + true * (slope - 1)).sum(), rtol=1e-13)
    np.testing.assert_allclose(grads["weights"][3], (2 * slope + true * (slope - 1)) @ INPUTS, rtol=1e-13)


def test_sparse_leaves_other_losses_dense():
    grads = xe.value_and_grad(xe.nn.sparse_softmax_cross_entropy_with_logits, sparse=True)(
        labels=[1], logits=[[0.0, 1.0]]
    )
    assert grads[1]["logits"].shape == (1, 2)


# Shards.


def shards(table, strategy, count=3):
    return [table[i::count] for i in range(count)] if strategy == "mod" else np.array_split(table, count)


@each_loss
@pytest.mark.parametrize("strategy", ["mod", "div"])
@pytest.mark.parametrize("sharded", [("weights",), ("biases",), ("weights", "biases")], ids=" and ".join)
def test_shards_are_the_table(name, num_true, strategy, sharded):
    args = arguments(name, num_true, partition_strategy=strategy)
    value, grads = xe.value_and_grad(LOSSES[name])(**args)
    cut = args | {key: shards(args[key], strategy) for key in sharded}
    cut_value, cut_grads = xe.value_and_grad(LOSSES[name])(**cut)
    np.testing.assert_allclose(cut_value, value, rtol=1e-14)
    sparse = xe.value_and_grad(LOSSES[name], sparse=True)(**cut)[1]
    for key in sharded:
        assert isinstance(cut_grads[key], list)
        for grad, expected, (ids, rows) in zip(cut_grads[key], shards(grads[key], strategy), sparse[key]):
            np.testing.assert_allclose(grad, expected, rtol=1e-13)
            scattered = np.zeros_like(grad)
            scattered[ids] = rows
            np.testing.assert_array_equal(scattered, grad)


def test_mod_shards_read_as_a_concatenation_are_other_rows():
    # Claim 18's trap: trained with "mod" (the default), evaluated with the concatenation.
    cut = shards(WEIGHTS, "mod")
    trained = SOFTMAX(**arguments("softmax", weights=cut, partition_strategy="mod"))
    evaluated = SOFTMAX(**arguments("softmax", weights=np.concatenate(cut)))
    assert np.abs(trained - evaluated).min() > 1e-2
    cut = shards(WEIGHTS, "div")
    trained = SOFTMAX(**arguments("softmax", weights=cut, partition_strategy="div"))
    np.testing.assert_array_equal(trained, SOFTMAX(**arguments("softmax", weights=np.concatenate(cut))))


def test_nested_lists_are_one_table_and_lists_of_tables_are_shards():
    expected, grads = xe.value_and_grad(SOFTMAX)(**arguments("softmax"))
    value, same = xe.value_and_grad(SOFTMAX)(**arguments("softmax", weights=WEIGHTS.tolist(), biases=BIASES.tolist()))
    np.testing.assert_array_equal(value, expected)
    np.testing.assert_array_equal(same["weights"], grads["weights"])
    ones = arguments("softmax", weights=[[1, 1, 1]] * CLASSES, labels=LABELS[1].astype(np.uint64))
    np.testing.assert_array_equal(SOFTMAX(**ones), SOFTMAX(**ones | {"weights": np.ones((CLASSES, DIM))}))
    one = xe.value_and_grad(SOFTMAX)(**arguments("softmax", weights=[WEIGHTS], biases=(BIASES,)))
    np.testing.assert_array_equal(one[1]["weights"], [grads["weights"]])
    for count in (2, 3, CLASSES):
        cut = [shard.tolist() for shard in shards(WEIGHTS, "mod", count)]
        np.testing.assert_array_equal(SOFTMAX(**arguments("softmax", weights=cut)), expected)


@pytest.mark.parametrize(
    ("strategy", "lengths", "fits"),
    [
        ("mod", (4, 4, 3), True),
        ("mod", (4, 5, 4), True),  # class c is in shard c % 3, so padding may stand in any of them
        ("mod", (5, 3, 5), False),
        ("div", (5, 4, 4), True),  # what TensorFlow makes of 13 rows
        ("div", (4, 5, 4), False),
        ("div", (4, 4, 3), True),
        ("div", (5, 4, 3), False),
    ],
)
def test_rows_beyond_the_classes_are_padding(strategy, lengths, fits):
    starts = np.cumsum([0, *lengths])
    place = {"mod": lambda c: (c % 3, c // 3), "div": lambda c: divmod_of_runs(c, starts)}[strategy]
    cut = [np.full((length, DIM), 1e9) for length in lengths]
    for c in range(CLASSES):
        shard, row = place(c)
        if row < lengths[shard]:
            cut[shard][row] = WEIGHTS[c]
    args = arguments("softmax", weights=cut, partition_strategy=strategy)
    if fits:
        np.testing.assert_allclose(SOFTMAX(**args), SOFTMAX(**arguments("softmax")), rtol=1e-14)
    else:
        with pytest.raises(ValueError, match=r"weights\[\d\]: expected shape \[\d( or more)?, 3\] \(shard"):
            SOFTMAX(**args)


def divmod_of_runs(c, starts):
    """The run that holds the number ``c``, and its place in it."""
    shard = np.searchsorted(starts, c, side="right") - 1
    return shard, c - starts[shard]


# What is taken too, since TensorFlow's answer is right.


def test_labels_of_one_class_may_be_flat_where_a_sample_is_given_and_hits_are_kept():
    args = arguments("softmax", remove_accidental_hits=False)
    flat = args | {"labels": LABELS[1][:, 0]}
    np.testing.assert_array_equal(SOFTMAX(**flat), SOFTMAX(**args))
    for other in ({"remove_accidental_hits": True}, {"sampled_values": None, "seed": 1}):
        with pytest.raises(ValueError, match=r"labels: expected class indices of shape \[batch, num_true\]"):
            SOFTMAX(**flat | other)


def test_whole_numbers_may_be_floats_and_weights_integers():
    args = arguments("softmax", weights=np.round(WEIGHTS), biases=np.round(BIASES))
    value, grads = xe.value_and_grad(SOFTMAX)(**args)
    assert set(grads) == {"weights", "biases", "inputs"}
    np.testing.assert_array_equal(SOFTMAX(**args | {"labels": LABELS[1].astype(float)}), value)
    sampled, *counts = args["sampled_values"]
    np.testing.assert_array_equal(SOFTMAX(**args | {"sampled_values": (sampled.astype(np.float32), *counts)}), value)
    whole = args | {"weights": args["weights"].astype(int), "biases": args["biases"].astype(np.int8)}
    again, into_inputs = xe.value_and_grad(SOFTMAX)(**whole)
    np.testing.assert_array_equal(again, value)
    assert set(into_inputs) == {"inputs"}


def test_a_sample_with_repeats_may_be_larger_than_the_number_of_classes():
    many = np.tile(SAMPLED, 3)
    assert len(many) > CLASSES
    assert SOFTMAX(**arguments("softmax", sampled=many)).shape == (BATCH,)
    with pytest.raises(ValueError, match="there are no more classes to draw"):
        SOFTMAX(**arguments("softmax", sampled=many, sampled_values=None))


def test_a_bias_of_minus_infinity_takes_a_class_out_of_the_sparse_loss_alone():
    masked = np.where(np.arange(CLASSES) == 5, -np.inf, BIASES)
    args = arguments("sparse", biases=masked)
    value, grads = xe.value_and_grad(SPARSE)(**args)
    expected, without = xe.value_and_grad(SPARSE)(**arguments("sparse", sampled=SAMPLED[SAMPLED != 5]))
    np.testing.assert_allclose(value, expected, rtol=1e-14)
    for name, grad in without.items():
        np.testing.assert_allclose(grads[name], grad, rtol=1e-13, atol=1e-16)
    own = {"labels": [[5]] * BATCH, "sampled_values": (SAMPLED[:2], np.ones((BATCH, 1)), np.ones(2)), "num_sampled": 2}
    with pytest.raises(ValueError, match="expected a label whose class is not masked"):
        SPARSE(**args | own)
    for name in ("softmax", "nce"):  # TensorFlow's gradient of the dense losses would be 0 times infinity
        with pytest.raises(ValueError, match="biases: expected finite numbers, received -inf for class 5"):
            LOSSES[name](**arguments(name, biases=masked))


# Dtypes and memory.


@each_loss
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_each_gradient_has_the_dtype_of_its_argument(name, num_true, dtype):
    args = arguments(name, num_true, inputs=INPUTS.astype(dtype), weights=WEIGHTS.astype(np.float32))
    value, grads = xe.value_and_grad(LOSSES[name])(**args)
    assert value.dtype == grads["inputs"].dtype == dtype
    assert (grads["weights"].dtype, grads["biases"].dtype) == (np.float32, np.float64)
    np.testing.assert_allclose(
        value, LOSSES[name](**arguments(name, num_true)), rtol=5e-3 if dtype == np.float16 else 1e-5
    )
    sharded = args | {"weights": [shard.astype(np.float16) for shard in shards(WEIGHTS, "mod")]}
    assert {g.dtype for g in xe.value_and_grad(LOSSES[name])(**sharded)[1]["weights"]} == {np.dtype(np.float16)}


def peak_memory(name, classes, sparse, dtype):
    weights, biases = np.zeros((classes, 32), dtype), np.zeros(classes, dtype)
    labels = np.arange(64)[:, np.newaxis]
    sampled = xe.nn.log_uniform_candidate_sampler(labels, 1, 50, True, classes, seed=1)
    args = arguments(name, weights=weights, biases=biases, labels=labels, inputs=np.ones((64, 32), np.float32))
    args |= {"num_sampled": 50, "num_classes": classes, "sampled_values": sampled}
    tracemalloc.start()
    try:
        xe.value_and_grad(LOSSES[name], sparse=sparse)(**args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_memory_of_sparse_gradients_does_not_grow_with_the_classes(name, dtype):
    peak_memory(name, 1_000, True, dtype)  # what is loaded once
    few, many = (peak_memory(name, classes, True, dtype) for classes in (1_000, 100_000))
    assert many < 1.2 * few + 20_000
    assert peak_memory(name, 100_000, False, dtype) > 100_000 * 32 * np.dtype(dtype).itemsize


def test_only_rows_that_are_looked_up_must_be_finite():
    weights = WEIGHTS.copy()
    weights[[1, 8]] = np.nan
    args = arguments("softmax", weights=weights)
    np.testing.assert_array_equal(SOFTMAX(**args), SOFTMAX(**arguments("softmax")))
    with pytest.raises(ValueError, match="weights: expected finite numbers, received nan for class 8"):
        SOFTMAX(**args | {"labels": [[8]] * 4})


def test_a_reserved_id_cannot_be_a_true_class():
    # Its expected count is zero, and TensorFlow's loss of it NaN.
    values = xe.nn.fixed_unigram_candidate_sampler([[0]], 1, 2, True, 4, num_reserved_ids=1, unigrams=[1, 1, 1], seed=1)
    with pytest.raises(ValueError, match=r"true_expected_count: expected positive numbers, received 0\.0"):
        SOFTMAX(np.zeros((4, 2)), np.zeros(4), [[0]], np.ones((1, 2)), 2, 4, sampled_values=values)


def test_one_class_has_one_bias_and_not_a_bare_number():
    args = {"labels": [[0]], "inputs": np.ones((1, 2)), "num_sampled": 1, "num_classes": 1, "seed": 1}
    assert SOFTMAX(np.zeros((1, 2)), [0.0], **args).shape == (1,)
    with pytest.raises(
        ValueError, match=r"biases: expected shape \[1 or more\] \(num_classes = 1\), received shape \(\)"
    ):
        SOFTMAX(np.zeros((1, 2)), 0.0, **args)


@pytest.mark.filterwarnings("error")
def test_a_sampled_logit_that_overflows_downwards_is_not_a_mask():
    weights = WEIGHTS.astype(np.float32)
    weights[5] = -3e38
    args = arguments("softmax", weights=weights, inputs=np.full((BATCH, DIM), 2, np.float32))
    with pytest.raises(ValueError, match=r"biases: expected finite numbers, received -inf at index \[0, 4\]"):
        SOFTMAX(**args)


def test_a_masked_class_is_not_among_the_hardest():
    masked = np.where(np.arange(CLASSES) == 5, -np.inf, BIASES)
    args = arguments("rank")
    kept = SAMPLED[SAMPLED != 5]
    without = arguments("rank", sampled=kept)
    np.testing.assert_array_equal(RANK(**args | {"biases": masked}), RANK(**without))


def test_the_counts_of_the_hardest_may_differ_between_examples():
    counts = COUNTS[SAMPLED] * np.linspace(1, 2, BATCH)[:, np.newaxis]
    sampled, true_count, _ = arguments("rank")["sampled_values"]
    each = RANK(**arguments("rank", sampled_values=(sampled, true_count, counts)))
    for i in range(BATCH):
        alone = RANK(**arguments("rank", sampled_values=(sampled, true_count, counts[i])))
        np.testing.assert_allclose(each[i], alone[i], rtol=1e-14)
