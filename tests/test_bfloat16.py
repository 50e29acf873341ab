"""bfloat16, the dtype that JAX brings: computed in float32, and returned as it came."""

import ml_dtypes
import numpy as np
import pytest

import xentedu as xe

B = np.dtype(ml_dtypes.bfloat16)
rng = np.random.default_rng(7)
X = rng.normal(size=(4, 3)).astype(B)
ON = (rng.random((4, 3)) < 0.5).astype(B)
IDS = np.array([0, 2, 1, 1])
ONE_HOT = np.eye(3)[IDS].astype(B)
TABLES = {"weights": rng.normal(size=(7, 5)).astype(B), "biases": rng.normal(size=7).astype(B)}
INPUTS = rng.normal(size=(4, 5)).astype(B)
SAMPLE = [0, 3, 6], np.full((4, 1), 0.5, np.float32), np.full(3, 0.25, np.float32)
CALLS = {
    "nn.sigmoid_cross_entropy_with_logits": {"labels": ON, "logits": X},
    "nn.weighted_cross_entropy_with_logits": {"labels": ON, "logits": X, "pos_weight": 2.0},
    "nn.softmax_cross_entropy_with_logits_v2": {"labels": ONE_HOT, "logits": X},
    "nn.sparse_softmax_cross_entropy_with_logits": {"labels": IDS, "logits": X},
    "nn.blockwise_softmax_cross_entropy": {**TABLES, "labels": IDS, "inputs": INPUTS, "block": 3},
    "nn.sampled_softmax_loss": {
        **TABLES,
        "labels": IDS[:, np.newaxis],
        "inputs": INPUTS,
        "num_sampled": 3,
        "num_classes": 7,
        "sampled_values": SAMPLE,
    },
    "losses.sigmoid_cross_entropy": {"multi_class_labels": ON, "logits": X},
    "losses.softmax_cross_entropy": {"onehot_labels": ONE_HOT, "logits": X},
    "losses.sparse_softmax_cross_entropy": {"labels": IDS, "logits": X},
    "keras.losses.binary_crossentropy": {"y_true": ON, "y_pred": X, "from_logits": True},
    "keras.losses.sparse_categorical_crossentropy": {"y_true": IDS, "y_pred": X, "from_logits": True},
}


def widened(value):
    return value.astype(np.float32) if getattr(value, "dtype", None) == B else value


@pytest.mark.parametrize("name", CALLS)
def test_is_computed_in_float32_and_returned_as_it_came(name):
    loss = xe
    for part in name.split("."):
        loss = getattr(loss, part)
    value, grads = xe.value_and_grad(loss)(**CALLS[name])
    wide = {argument: widened(given) for argument, given in CALLS[name].items()}
    expected, expected_grads = xe.value_and_grad(loss)(**wide)
    assert value.dtype == B
    assert np.array_equal(value, np.asarray(expected, np.float32).astype(B))
    assert set(grads) == set(expected_grads)
    for argument, grad in grads.items():
        assert grad.dtype == CALLS[name][argument].dtype == B
        assert np.array_equal(grad, expected_grads[argument].astype(B)), argument


@pytest.mark.parametrize("name", ["sigmoid", "softmax", "log_softmax"])
def test_activations_too(name):
    activation = getattr(xe.nn, name)
    assert activation(X).dtype == B
    assert np.array_equal(activation(X), activation(widened(X)).astype(B))


def test_not_a_number_is_refused_as_in_any_dtype():
    with pytest.raises(ValueError, match="finite"):
        xe.nn.softmax_cross_entropy_with_logits_v2(labels=ONE_HOT, logits=np.full_like(X, np.nan))
