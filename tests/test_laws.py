"""Laws that hold for every loss alike. Those of one family (shifts, one-hot labels, symmetry): test_families.py."""

import functools
import inspect
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import xentedu as xe

few = settings(max_examples=15)
seeds = st.integers(0, 2**32 - 1)


def data(seed):
    """Three examples of four classes, and tables of five classes: whatever a loss may ask for."""
    rng = np.random.default_rng(seed)
    sampled = rng.permutation(5)[:3]
    counts = rng.uniform(0.2, 2, 5)
    pair = np.array([rng.permutation(5)[:2] for _ in range(3)])
    found = {
        "logits": rng.normal(scale=3, size=(3, 4)),
        "soft": rng.uniform(0.1, 0.9, (3, 4)),
        "simplex": 0.9 * rng.dirichlet(np.ones(4), 3) + 0.025,
        "ids": rng.integers(4, size=3),
        "probabilities": rng.uniform(0.1, 0.9, (3, 4)),
        "weights": rng.uniform(0.1, 3, 3),
        "columns": rng.uniform(0.1, 3, (3, 1)),
        "per class": rng.uniform(0, 5, 4),
        "table": rng.normal(size=(5, 2)),
        "biases": rng.normal(size=5),
        "inputs": rng.normal(size=(3, 2)),
        "rows": rng.integers(5, size=3),
        "pair": pair,
        "sample": (sampled, counts[pair], counts[sampled]),
    }
    found["one"] = pair[:, :1]
    found["sample for one"] = (sampled, counts[pair[:, :1]], counts[sampled])
    return found


# Losses by their dotted names: which of the data each argument is; what is not a name there is the argument itself.
TABLES = {"weights": "table", "biases": "biases", "inputs": "inputs"}
SAMPLED = {**TABLES, "labels": "pair", "num_sampled": 3, "num_classes": 5, "num_true": 2, "sampled_values": "sample"}
ONE = {**TABLES, "labels": "one", "num_sampled": 3, "num_classes": 5, "sampled_values": "sample for one"}
RANK = {"num_resampled": 2, "resampling_temperature": 1.0, "remove_accidental_hits": False, "partition_strategy": "mod"}
SIGMOID, SOFTMAX = {"labels": "soft", "logits": "logits"}, {"labels": "simplex", "logits": "logits"}
SPARSE = {"labels": "ids", "logits": "logits"}
OUTPUTS = {"labels": "soft", "predictions": "probabilities"}
EACH = {
    "nn.sigmoid_cross_entropy_with_logits": SIGMOID,
    "nn.weighted_cross_entropy_with_logits": {**SIGMOID, "pos_weight": "per class"},
    "nn.softmax_cross_entropy_with_logits": SOFTMAX,
    "nn.softmax_cross_entropy_with_logits_v2": SOFTMAX,
    "nn.sparse_softmax_cross_entropy_with_logits": SPARSE,
    "contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits": {"targets": "soft", "logits": "logits"},
    "contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits": SOFTMAX,
    "contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits": SPARSE,
}
OVER_TABLES = {
    "nn.blockwise_softmax_cross_entropy": {**TABLES, "labels": "rows", "block": 2},
    "nn.sampled_softmax_loss": SAMPLED,
    "nn.nce_loss": SAMPLED,
    "contrib.nn.sampled_sparse_softmax_loss": ONE,
    "contrib.nn.rank_sampled_softmax_loss": {**SAMPLED, **RANK},
}
WEIGHTED = {
    "losses.sigmoid_cross_entropy": {"multi_class_labels": "soft", "logits": "logits", "weights": "columns"},
    "losses.softmax_cross_entropy": {"onehot_labels": "simplex", "logits": "logits", "weights": "weights"},
    "losses.sparse_softmax_cross_entropy": {**SPARSE, "weights": "weights"},
    "losses.log_loss": {**OUTPUTS, "weights": "columns"},
    "losses.compute_weighted_loss": {"losses": "logits", "weights": "columns"},
    "contrib.losses.sigmoid_cross_entropy": {"multi_class_labels": "soft", "logits": "logits", "weights": "weights"},
    "contrib.losses.softmax_cross_entropy": {"onehot_labels": "simplex", "logits": "logits", "weights": "weights"},
    "contrib.losses.sparse_softmax_cross_entropy": {**SPARSE, "weights": "weights"},
    "contrib.losses.log_loss": {**OUTPUTS, "weights": "weights"},
    "contrib.losses.compute_weighted_loss": {"losses": "logits", "weights": "weights"},
}
KERAS = {
    f"keras.losses.{name}": {"y_true": labels, "y_pred": outputs, "from_logits": outputs == "logits"}
    for outputs in ("probabilities", "logits")
    for name, labels in {
        "binary_crossentropy": "soft",
        "categorical_crossentropy": "simplex",
        "sparse_categorical_crossentropy": "ids",
    }.items()
}
LOGITS = {name: arguments for name, arguments in {**EACH, **WEIGHTED}.items() if "logits" in arguments}


def find(name):
    return functools.reduce(getattr, name.split("."), xe)


def filled(arguments, seed):
    found = data(seed)
    return {name: found[key] if isinstance(key, str) and key in found else key for name, key in arguments.items()}


def losses(table):
    return pytest.mark.parametrize(("loss", "arguments"), [(find(name), table[name]) for name in table], ids=table)


def test_every_loss_is_in_a_table():
    modules = {"nn": xe.nn, "losses": xe.losses, "contrib.losses": xe.contrib.losses, "contrib.nn": xe.contrib.nn}
    modules["keras.losses"] = xe.keras.losses
    every = {f"{module}.{name}" for module, names in modules.items() for name in names.__all__}
    every = {name for name in every if hasattr(find(name), "with_gradients") and not inspect.isclass(find(name))}
    missing = every - set(EACH | OVER_TABLES | WEIGHTED | KERAS)
    assert not missing, "say at the head of this file which of the data each argument of these losses is"


# Gradients.


@losses(EACH | OVER_TABLES | WEIGHTED | KERAS)
@few
@given(seeds)
def test_gradients_are_directional_derivatives(loss, arguments, seed):
    """In a random direction, by differences of the fourth order; labels of a softmax keep their sum."""
    arguments = filled(arguments, seed)
    grads = xe.value_and_grad(loss)(**arguments)[1]
    rng = np.random.default_rng(seed + 1)
    directions = {name: rng.normal(size=np.shape(grad)) for name, grad in grads.items()}
    if "labels" in directions:
        directions["labels"] -= directions["labels"].mean(axis=-1, keepdims=True)

    def along(step):
        return loss(**arguments | {name: arguments[name] + step * directions[name] for name in grads}).sum()

    h = 1e-3
    expected = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
    exact = sum((grads[name] * directions[name]).sum() for name in grads)
    assert exact == pytest.approx(expected, rel=1e-6, abs=1e-7)


@losses({name: SPARSE if "sparse" in name else SOFTMAX for name in EACH if "softmax" in name})
@given(seeds)
def test_gradients_sum_to_zero_over_the_classes(loss, arguments, seed):
    grad = xe.value_and_grad(loss)(**filled(arguments, seed))[1]["logits"]
    assert np.abs(grad.sum(axis=-1)).max() < 1e-15


# Convexity.


@losses(LOGITS | {name: arguments for name, arguments in OVER_TABLES.items() if "rank" not in name})
@few
@given(seeds, st.floats(0, 1))
def test_losses_are_convex_in_the_logits(loss, arguments, seed, t):
    """Along a random line: in the logits themselves, or in the biases that move them."""
    arguments = filled(arguments, seed)
    key = "logits" if "logits" in arguments else "biases"
    here = arguments[key]
    there = here + np.random.default_rng(seed + 1).normal(scale=10, size=here.shape)

    def at(point):
        return loss(**arguments | {key: point})

    chord = (1 - t) * at(here) + t * at(there)
    assert (at((1 - t) * here + t * there) <= chord + 1e-13 * (1 + np.abs(chord))).all()


# Permutations.


@losses(EACH | OVER_TABLES | KERAS)
@few
@given(seeds, st.permutations(range(3)))
def test_examples_may_come_in_any_order(loss, arguments, seed, order):
    arguments = filled(arguments, seed)
    value, grads = xe.value_and_grad(loss)(**arguments)
    by_example = {"labels", "targets", "logits", "inputs", "y_true", "y_pred"}
    moved = {name: argument[order] if name in by_example else argument for name, argument in arguments.items()}
    if "sampled_values" in moved:
        sampled, true_count, sampled_count = arguments["sampled_values"]
        moved["sampled_values"] = sampled, true_count[order], sampled_count
    again, moved_grads = xe.value_and_grad(loss)(**moved)
    np.testing.assert_allclose(again, value[order], rtol=1e-13)
    for name, grad in grads.items():
        expected = grad[order] if name in by_example else grad
        np.testing.assert_allclose(moved_grads[name], expected, rtol=1e-12, atol=1e-14)


@losses(EACH)
@few
@given(seeds, st.permutations(range(4)))
def test_classes_may_come_in_any_order(loss, arguments, seed, order):
    arguments = filled(arguments, seed)
    value, grads = xe.value_and_grad(loss)(**arguments)
    place = np.argsort(order)  # where each class has gone
    moved = {
        name: place[argument] if argument.dtype.kind == "i" else argument[..., order]
        for name, argument in arguments.items()
    }
    again, moved_grads = xe.value_and_grad(loss)(**moved)
    np.testing.assert_allclose(again, value if value.ndim == 1 else value[..., order], rtol=1e-13)
    for name, grad in grads.items():
        np.testing.assert_allclose(moved_grads[name], grad[..., order], rtol=1e-12, atol=1e-15)


# Weights.


@losses({name: arguments for name, arguments in WEIGHTED.items() if "contrib" not in name})
@few
@given(seeds)
def test_weights_multiply(loss, arguments, seed):
    arguments = filled(arguments, seed)
    weights = arguments.pop("weights")
    each, grads = xe.value_and_grad(loss)(**arguments, reduction="none")
    value, weighted_grads = xe.value_and_grad(loss)(**arguments, weights=weights, reduction="none")
    np.testing.assert_allclose(value, weights * each, rtol=1e-15)
    total, total_grads = xe.value_and_grad(loss)(**arguments, weights=weights, reduction="weighted_sum")
    np.testing.assert_allclose(total, (weights * each).sum(), rtol=1e-13)
    for name, grad in grads.items():
        columns = weights.reshape(3, 1)
        np.testing.assert_allclose(weighted_grads[name], columns * grad, rtol=1e-13)
        np.testing.assert_allclose(total_grads[name], columns * grad, rtol=1e-13)


@losses(WEIGHTED)
@few
@given(seeds, st.floats(1e-3, 1e3))
def test_a_factor_of_all_weights_is_one_of_the_loss(loss, arguments, seed, factor):
    arguments = filled(arguments, seed)
    value, grads = xe.value_and_grad(loss)(**arguments)
    scaled, scaled_grads = xe.value_and_grad(loss)(**arguments | {"weights": factor * arguments["weights"]})
    assert scaled == pytest.approx(factor * value, rel=1e-13)
    for name, grad in grads.items():
        np.testing.assert_allclose(scaled_grads[name], factor * grad, rtol=1e-12, atol=1e-18)


# Limits.


@given(seeds, st.integers(2, 30), st.integers(1, 5))
def test_sampling_every_class_gives_the_full_loss(seed, classes, batch):
    rng = np.random.default_rng(seed)
    weights, biases, inputs = (rng.normal(size=shape) for shape in ((classes, 3), classes, (batch, 3)))
    ids = rng.integers(classes, size=batch)
    everything = xe.nn.all_candidate_sampler(ids[:, np.newaxis], 1, classes, True)
    sample = {"labels": ids[:, np.newaxis], "num_sampled": classes, "num_classes": classes}
    sample |= {"sampled_values": everything, "remove_accidental_hits": True}
    logits = inputs @ weights.T + biases
    softmax, grads = xe.value_and_grad(xe.nn.sparse_softmax_cross_entropy_with_logits)(labels=ids, logits=logits)
    for loss in (xe.nn.sampled_softmax_loss, xe.contrib.nn.sampled_sparse_softmax_loss):
        value, into = xe.value_and_grad(loss)(weights, biases, inputs=inputs, **sample)
        np.testing.assert_allclose(value, softmax, rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(into["inputs"], grads["logits"] @ weights, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(into["weights"], grads["logits"].T @ inputs, rtol=1e-11, atol=1e-14)
    one_hot = np.eye(classes)[ids]
    sigmoids = xe.nn.sigmoid_cross_entropy_with_logits(labels=one_hot, logits=logits).sum(axis=1)
    np.testing.assert_allclose(xe.nn.nce_loss(weights, biases, inputs=inputs, **sample), sigmoids, rtol=1e-12)


@given(
    st.lists(
        st.lists(st.floats(-1e300, 1e300), min_size=3, max_size=3),
        min_size=1,
        max_size=3,
    ),
    seeds,
)
def test_finite_up_to_logits_of_1e300(rows, seed):
    x = np.array(rows)
    rng = np.random.default_rng(seed)
    labels = {
        "soft": rng.random(x.shape),
        "simplex": rng.dirichlet(np.ones(3), len(x)),
        "ids": rng.integers(3, size=len(x)),
    }
    for name, names in EACH.items():
        key = "targets" if "targets" in names else "labels"
        more = {"pos_weight": 2.5} if "pos_weight" in names else {}
        value, grads = xe.value_and_grad(find(name))(**{key: labels[names[key]], "logits": x, **more})
        assert np.isfinite(value).all()
        assert (value >= 0).all()
        for grad in grads.values():
            assert np.isfinite(grad).all()


# Either side of a numerical switch: the clip of Keras's probabilities, and the columns and rows of the sparse loss.


@pytest.mark.parametrize(("edge", "inwards"), [(1e-7, 1), (1 - 1e-7, -1)])
@pytest.mark.parametrize("label", [0.0, 0.3, 1.0])
def test_either_side_of_the_clip(edge, inwards, label):
    loss = xe.keras.losses.binary_crossentropy
    inside = edge + inwards * 1e-9 * min(edge, 1 - edge)
    outside = edge - inwards * 1e-9 * min(edge, 1 - edge)
    expected = -label * np.log(edge) - (1 - label) * np.log1p(-edge)
    for p, moves in ((inside, True), (edge, False), (outside, False)):
        value, grads = xe.value_and_grad(loss)([label], [p])
        assert value == pytest.approx(expected, rel=1e-6)
        slope = (1 - label) / (1 - edge) - label / edge
        assert grads["y_pred"][0] == pytest.approx(slope if moves else 0, rel=1e-6)


@pytest.mark.parametrize(("classes", "dtype"), list(itertools.product((63, 64, 65), (np.float32, np.float64))))
def test_either_side_of_the_sparse_losss_layouts(classes, dtype):
    rng = np.random.default_rng(classes)
    logits, ids = rng.normal(scale=5, size=(40, classes)).astype(dtype), rng.integers(classes, size=40)
    value, grads = xe.value_and_grad(xe.nn.sparse_softmax_cross_entropy_with_logits)(labels=ids, logits=logits)
    dense, dense_grads = xe.value_and_grad(xe.nn.softmax_cross_entropy_with_logits)(
        labels=np.eye(classes)[ids], logits=logits
    )
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(value, dense, rtol=16 * eps)
    np.testing.assert_allclose(grads["logits"], dense_grads["logits"], rtol=16 * eps, atol=4 * eps)
