"""Every value and gradient that TensorFlow 1.15.5 gave, against the library's."""

import inspect
import pathlib

import numpy as np
import pytest

import xentedu as xe
from xentedu import golden
from xentedu.golden import comparing
from xentedu.golden.comparing import library_function

FUNCTIONS = sorted({case.function for case in golden.cases()})

# TensorFlow differentiates these too; here they are not losses.
ACTIVATIONS = {"tf.nn.sigmoid", "tf.nn.softmax", "tf.nn.log_softmax"}

# Their draws are those of TensorFlow's own generator: only counts can be compared, in tests/test_samplers.py.
DRAWN = {case.function for case in golden.cases() if comparing.drawn(case)}

# The argument whose dtype a loss returns.
LEADING = ("logits", "predictions", "inputs", "losses", "x")


PLAIN = [case for case in golden.cases() if case.function in set(FUNCTIONS) - DRAWN and not case.quirk]
QUIRKS = [case for case in golden.cases() if case.quirk]
DIFFERENTIABLE = {case.function for case in golden.cases() if case.grads} - ACTIVATIONS


def case_id(case):
    return f"{case.function}-{case.id}"


def dtype_of(case):
    """The dtype of the result: that of the leading argument, even where TensorFlow falls back to float32."""
    leading = next((case.args[name] for name in LEADING if name in case.args), None)
    return getattr(leading, "dtype", None)


def assert_same(actual, expected, case, dtype):
    if isinstance(expected, (list, tuple)):
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected):
            assert_same(one, other, case, dtype)
        return
    expected = np.asarray(expected)
    assert np.shape(actual) == expected.shape
    assert actual.dtype == (dtype or expected.dtype)
    np.testing.assert_allclose(actual, expected, rtol=case.rtol, atol=case.atol)


def test_every_function_of_the_golden_cases_is_in_the_library():
    assert [name for name in FUNCTIONS if library_function(name) is None] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_losses_are_differentiable_and_nothing_else_is(function):
    assert hasattr(library_function(function), "with_gradients") == (function in DIFFERENTIABLE)


@pytest.mark.parametrize("case", PLAIN, ids=case_id)
def test_value_and_gradients(case):
    function = library_function(case.function)
    assert_same(function(**case.args), case.value, case, dtype_of(case))
    if case.function not in DIFFERENTIABLE:
        return
    value, grads = xe.value_and_grad(function)(**case.args)
    assert_same(value, case.value, case, dtype_of(case))
    assert set(grads) == comparing.gradients(case)
    assert set(grads).isdisjoint(case.no_grad)
    for name, grad in grads.items():
        argument = case.args[name]
        dtype = argument[0].dtype if isinstance(argument, list) else argument.dtype
        assert_same(grad, case.grads[name], case, dtype)


def flat_at_zero(case):
    """TensorFlow takes |x| and max(-x, 0) for flat at zero, and loses half of the gradient. This library does not."""
    labels, q = case.args["labels"], case.args["pos_weight"]
    assert not case.args["logits"].any()
    value, grads = xe.value_and_grad(library_function(case.function))(**case.args)
    assert_same(value, case.value, case, dtype_of(case))
    assert set(grads) == {"labels", "logits"}
    assert_same(grads["labels"], case.grads["labels"], case, labels.dtype)
    assert_same(case.grads["logits"], 1 - labels, case, labels.dtype)  # what TensorFlow does
    assert_same(grads["logits"], (1 - labels) - (1 + (q - 1) * labels) / 2, case, labels.dtype)


def cancelled_digits(case):
    """TensorFlow subtracts numbers near 500 and loses digits of the value. This library adds positive terms."""
    labels, x, q = (np.asarray(case.args[name], np.float64) for name in ("labels", "logits", "pos_weight"))
    exact = q * labels * np.logaddexp(0, -x) + (1 - labels) * np.logaddexp(0, x)
    value, grads = xe.value_and_grad(library_function(case.function))(**case.args)
    shown = exact > 1e-30  # the others are zero in float32
    assert not value[~shown].any()
    np.testing.assert_allclose(value[shown], exact[shown], rtol=5e-7)
    assert np.abs(case.value / exact - 1)[shown].max() > 2e-6  # what TensorFlow does
    np.testing.assert_allclose(case.value[shown], exact[shown], rtol=1e-4)
    assert set(grads) == {"labels", "logits"}
    for name, grad in grads.items():
        assert_same(grad, case.grads[name], case, np.float32)


def followed(case):
    """The library does as TensorFlow does, and says so in the docstring."""
    value, grads = library_function(case.function)(**case.args), {}
    if case.function in DIFFERENTIABLE:
        value, grads = xe.value_and_grad(library_function(case.function))(**case.args)
    assert_same(value, case.value, case, dtype_of(case))
    assert set(grads) == comparing.gradients(case)
    for name, grad in grads.items():
        assert_same(grad, case.grads[name], case, case.args[name].dtype)


# What the library does where TensorFlow surprises: (function, part of the case's id) -> handler.
QUIRK_HANDLERS = {
    ("tf.nn.weighted_cross_entropy_with_logits", "zero-logits"): flat_at_zero,
    ("tf.nn.weighted_cross_entropy_with_logits", "float32-4x5-m500-soft-scalar"): cancelled_digits,
    ("tf.contrib.losses.log_loss", "weights-1"): followed,
    ("tf.contrib.losses.sigmoid_cross_entropy", "weights-1"): followed,
    ("tf.contrib.losses.softmax_cross_entropy", "weights-1"): followed,
    ("tf.contrib.losses.softmax_cross_entropy", "smoothing0.1"): followed,
    ("tf.contrib.losses.sparse_softmax_cross_entropy", "weights-1"): followed,
    ("tf.contrib.nn.rank_sampled_softmax_loss", "hits-removed-repeated-samples"): followed,
    ("tf.contrib.nn.sampled_sparse_softmax_loss", "hits-removed-repeated-samples"): followed,
    ("tf.nn.compute_accidental_hits", "repeated-samples"): followed,
    ("tf.nn.nce_loss", "hits-removed-repeated-samples"): followed,
    ("tf.nn.sampled_softmax_loss", "hits-removed-repeated-samples"): followed,
}


def handlers_of(case):
    return [(name, part) for name, part in QUIRK_HANDLERS if name == case.function and part in case.id]


def test_the_selftest_leaves_out_the_answers_that_are_wrong():
    wrong = {case for case in golden.cases() if comparing.tensorflow_errs(case)}
    assert wrong == {case for case in QUIRKS if QUIRK_HANDLERS[handlers_of(case)[0]] is not followed}


@pytest.mark.parametrize("case", QUIRKS, ids=case_id)
def test_quirk(case):
    found = handlers_of(case)
    assert len(found) == 1, f"{case_id(case)}: write down in QUIRK_HANDLERS what the library does instead"
    QUIRK_HANDLERS[found[0]](case)


def test_each_quirk_handler_is_used():
    assert {found for case in QUIRKS for found in handlers_of(case)} == set(QUIRK_HANDLERS)


def test_every_quirk_is_described():
    text = (golden.FOLDER / "README.md").read_text(encoding="utf-8")
    for name, part in QUIRK_HANDLERS:
        assert name in text
        assert part in text


def test_samplers_that_draw_have_their_own_tests():
    for name in DRAWN:
        text = pathlib.Path(__file__).with_name("test_samplers.py").read_text(encoding="utf-8")
        assert name.rpartition(".")[2] in text, f"{name}: compare its expected counts with its golden cases"


# Functions that draw, and that TensorFlow gives no seed.
SEEDED_HERE = {
    "tf.nn.nce_loss",
    "tf.contrib.nn.rank_sampled_softmax_loss",
    "tf.contrib.nn.sampled_sparse_softmax_loss",
}


@pytest.mark.parametrize("function", [name for name in golden.signatures() if "Reduction" not in name])
def test_signature_is_tensorflows_own_and_whole(function):
    parameters = inspect.signature(library_function(function)).parameters.values()
    own = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    assert [p.name for p in own] == ["seed"] * (function in SEEDED_HERE)
    shared = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    received = [[p.name, None if p.default is p.empty else repr(p.default)] for p in shared]
    assert received == golden.signatures()[function]
    assert len(own) + len(shared) == len(parameters)


@pytest.mark.parametrize("function", [name for name in golden.signatures() if "Reduction" not in name])
def test_every_argument_that_means_something_is_tensorflows(function):
    loss = library_function(function)
    meant = set(inspect.signature(getattr(loss, "implementation", inspect.unwrap(loss))).parameters)
    graph = {"name", "scope", "loss_collection", "_sentinel"}
    whole = {"axis" if name == "dim" else name for name in inspect.signature(loss).parameters} - graph
    beside = {"tf.nn.weighted_cross_entropy_with_logits": {"targets"}, "tf.nn.compute_accidental_hits": {"seed"}}
    assert meant == whole - beside.get(function, set())
