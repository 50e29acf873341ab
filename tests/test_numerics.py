"""The stable primitives, against decimal arithmetic of 480 digits."""

import decimal
import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xentedu import numerics

# Both sides of every point where the arithmetic changes regime: zero, where 1 + exp(-x) rounds to 1 (16.6 in float32,
# 36.7 in float64), where exp(-x) turns subnormal (87.3, 708.4) and zero (103.9, 745.1).
SWITCHES = (0.0, 5e-324, 1e-300, 1e-17, 1e-8, 0.5, 1.0, 16.5, 16.7, 36.6, 36.8, 87.0, 88.0, 103.0, 105.0)
SWITCHES += (708.0, 709.0, 710.0, 744.0, 746.0, 1000.0)
POINTS = np.array(sorted({sign * x for x in SWITCHES for sign in (-1.0, 1.0)}))
DTYPES = (np.float32, np.float64)


def exactly(function):
    """Compute ``function`` of exact numbers to 480 digits: exp(-1000) = 5e-435 keeps its digits beside 1."""

    @functools.cache
    @functools.wraps(function)
    def wrapper(*numbers):
        with decimal.localcontext() as context:
            context.prec, context.Emin, context.Emax = 480, -(10**9), 10**9
            return function(*(decimal.Decimal(float(n)) for n in numbers))

    return wrapper


@exactly
def exact_softplus(x):
    return (1 + x.exp()).ln()


@exactly
def exact_sigmoid(x):
    return 1 / (1 + (-x).exp())


@exactly
def exact_logsumexp(*xs):
    return sum(x.exp() for x in xs).ln()


@exactly
def exact_log_softmax(*xs):
    return xs[0] - sum(x.exp() for x in xs).ln()


def assert_close(actual, exact, ulps):
    """Compare with relative error alone; below the smallest normal number, with the spacing of the numbers there."""
    tiny, eps = np.finfo(actual.dtype).tiny, np.finfo(actual.dtype).eps
    for got, wanted in zip(actual.ravel().tolist(), exact):
        got = decimal.Decimal(got)
        room = decimal.Decimal(float(eps)) * max(abs(wanted), decimal.Decimal(float(tiny)))
        assert abs(got - wanted) <= ulps * room, (float(got), float(wanted))


@pytest.mark.parametrize("dtype", DTYPES)
def test_softplus(dtype):
    x = POINTS.astype(dtype)
    assert_close(numerics.softplus(x), map(exact_softplus, x), ulps=2)


@pytest.mark.parametrize("dtype", DTYPES)
def test_log_sigmoid(dtype):
    x = POINTS.astype(dtype)
    assert_close(numerics.log_sigmoid(x), [-exact_softplus(-n) for n in x], ulps=2)


@pytest.mark.parametrize("dtype", DTYPES)
def test_sigmoid(dtype):
    x = POINTS.astype(dtype)
    assert_close(numerics.sigmoid(x), map(exact_sigmoid, x), ulps=3)


def test_both_zeros_are_zero():
    zeros = np.array([0.0, -0.0])
    np.testing.assert_array_equal(numerics.sigmoid(zeros), [0.5, 0.5])
    np.testing.assert_array_equal(numerics.softplus(zeros), [np.log(2)] * 2)


ROWS = (
    [0.3, -0.2, 0.1],
    [2.0, 2.0, -1.0],  # a tie at the maximum
    [-3.0, -3.0, -3.0],  # all tied
    [1000.1, 1000.0, 999.7],
    [-1000.1, -1000.0, -999.7],
    [1e6, 1e6 + 0.25, 1e6 - 0.5],
    [710.0, -710.0, 0.0],
    [745.0, 0.0, -745.0],
)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_logsumexp(row, dtype):
    x = np.array(row, dtype)
    assert_close(numerics.logsumexp(x), [exact_logsumexp(*x)], ulps=2)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_log_softmax_and_softmax(row, dtype):
    # Every log-probability that is not close to zero has all its digits: also near 1000, where subtracting
    # logsumexp(x) from x would leave 13 of 16.
    x = np.array(row, dtype)
    exact = [exact_log_softmax(n, *np.delete(x, k)) for k, n in enumerate(x)]
    log_p, p = numerics.log_softmax(x), numerics.softmax(x)
    shown = [k for k, wanted in enumerate(exact) if abs(wanted) > 1e-3]
    assert len(shown) >= 2
    assert_close(log_p[shown], [exact[k] for k in shown], ulps=3)
    for k in set(range(len(row))) - set(shown):
        # 1 + tiny has rounded to 1: what is left is no more than the spacing of the numbers at one.
        assert -np.finfo(dtype).eps <= log_p[k] <= 0
    assert_close(p, [wanted.exp() for wanted in exact], ulps=4)


LAST_AXIS_REDUCED = {
    "logsumexp": lambda x: np.log(np.exp(x).sum(keepdims=True)),
    "log_softmax": lambda x: np.log(np.exp(x) / np.exp(x).sum()),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(),
}


@pytest.mark.parametrize("name", LAST_AXIS_REDUCED)
@pytest.mark.parametrize("axis", [-3, -2, -1, 0, 1, 2])
def test_axis(name, axis):
    x = np.random.default_rng(3).normal(size=(2, 3, 4))
    expected = np.apply_along_axis(LAST_AXIS_REDUCED[name], axis, x)
    result = getattr(numerics, name)(x, axis)
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=1e-13)


@pytest.mark.parametrize("name", LAST_AXIS_REDUCED)
def test_one_class_is_certain(name):
    x = np.array([[7.0], [-1e300]])
    expected = {"logsumexp": x, "log_softmax": np.zeros((2, 1)), "softmax": np.ones((2, 1))}[name]
    np.testing.assert_array_equal(getattr(numerics, name)(x), expected)


@pytest.mark.parametrize("name", ["softplus", "log_sigmoid", "sigmoid", *LAST_AXIS_REDUCED])
@pytest.mark.parametrize("dtype", DTYPES)
def test_dtype_is_kept_and_the_argument_is_left_alone(name, dtype):
    x = np.array([[0.5, -2.0, 3.0], [0.0, 0.0, 1.0]], dtype)
    before = x.copy()
    assert getattr(numerics, name)(x).dtype == dtype
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", ["softplus", "log_sigmoid", "sigmoid", *LAST_AXIS_REDUCED])
@pytest.mark.parametrize(("dtype", "largest"), [(np.float32, 1e38), (np.float64, 1e300)])
def test_finite_and_without_a_warning_up_to_huge_arguments(name, dtype, largest):
    x = np.array([largest, -largest, 0.0], dtype)
    assert np.isfinite(getattr(numerics, name)(x)).all()


numbers = st.floats(-800, 800)
rows = st.lists(numbers, min_size=1, max_size=6).map(np.array)


@given(numbers)
def test_sigmoid_of_both_signs_sums_to_one(x):
    assert numerics.sigmoid(x) + numerics.sigmoid(-x) == pytest.approx(1, rel=3e-16)


@given(numbers)
def test_softplus_of_both_signs_differs_by_the_argument(x):
    assert numerics.softplus(x) - numerics.softplus(-x) == pytest.approx(x, rel=1e-14, abs=4e-16)


@given(rows)
def test_logsumexp_lies_between_the_maximum_and_the_maximum_plus_log_n(x):
    result = numerics.logsumexp(x)[0]
    assert x.max() <= result <= np.nextafter(x.max() + np.log(x.size), np.inf)


@given(rows, st.integers(-(2**20), 2**20))
def test_softmax_does_not_see_a_shift_and_logsumexp_follows_it(x, shift):
    # Multiples of 1/256 below 2**28 are exact, so that the shift itself rounds nothing.
    x = np.round(x * 256) / 256
    np.testing.assert_array_equal(numerics.softmax(x + shift), numerics.softmax(x))
    np.testing.assert_array_equal(numerics.log_softmax(x + shift), numerics.log_softmax(x))
    before, after = numerics.logsumexp(x)[0], numerics.logsumexp(x + shift)[0]
    assert abs(after - (before + shift)) <= 2 * np.spacing(max(abs(before), abs(after), abs(shift)))


@given(rows)
def test_softmax_sums_to_one_and_keeps_the_order(x):
    p = numerics.softmax(x)
    assert p.sum() == pytest.approx(1, rel=1e-15)
    assert (np.diff(p[np.argsort(x)]) >= 0).all()
