"""xe.diagnose finds what is wrong, says nothing of what is sound, and its cures cure."""

import collections
import pathlib
import re
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest

import xentedu as xe
from tools import rates
from xentedu import diagnosing, lessons

SOURCES = [path.read_text(encoding="utf-8") for path in pathlib.Path(diagnosing.__file__).parent.glob("*.py")]
CODES = {code for text in SOURCES for code in re.findall(r'Finding\(\s*"(\w+)"', text)}
CODES |= {code for code, *_ in diagnosing.label_checks.RANGES.values()}
SIZE = 64


def codes(labels, outputs, weights=None):
    return [finding.code for finding in xe.diagnose(labels, outputs, weights=weights)]


@pytest.fixture(scope="module")
def models():
    rng = np.random.default_rng(1)
    return {kind: rates.Model(rng, 2 if kind == "yes or no" else 5, kind) for kind in rates.KINDS}


# Rates: the smaller twin of `python -m tools.rates`.


def test_sound_batches_get_no_finding():
    tried, alarms = rates.false_alarms(600, seed=7)
    assert sum(tried.values()) >= 600
    assert len(tried) == 2
    assert alarms == []


def test_every_mistake_is_found_in_a_batch_of_64():
    counted = rates.found(4, SIZE, seed=3)
    sown = [(code, name) for code, mistakes in rates.MISTAKES.items() for name, _, _ in mistakes]
    missed = {key: 4 - counted[key] for key in sown if counted[key] < 4}
    assert sum(missed.values()) <= 2, missed
    assert len(sown) >= 40


def test_each_code_is_sown_documented_and_no_other():
    assert set(rates.MISTAKES) == CODES
    for code in CODES:
        assert f"``{code}``" in xe.diagnose.__doc__


def test_a_confidence_interval_holds_what_it_promises():
    rng = np.random.default_rng(0)
    for p in (0.002, 0.05, 0.5, 0.97):
        inside = [
            low <= p <= high for low, high in (rates.interval(int(rng.binomial(200, p)), 200) for _ in range(400))
        ]
        assert np.mean(inside) >= 0.95
    assert rates.interval(200, 200)[1] == 1


# Cures: followed literally, in a place that has what training has.


def place(labels, outputs, weights, **more):
    rng = np.random.default_rng(5)
    hidden = rng.normal(size=(len(outputs), 7))
    columns = np.shape(outputs)[1] if np.ndim(outputs) > 1 else 1
    kernel, bias = rng.normal(size=(7, columns)), np.zeros(columns)
    names = {"labels": labels, "outputs": outputs, "weights": weights, "hidden": hidden, "kernel": kernel, "bias": bias}
    return {**names, "numpy": np, "xe": xe, "rng": rng, "learning_rate": 1.0, "inputs": hidden, **more}


def followed(finding, names):
    """Follow a cure: what is said of the last layer's width is done, and the last layer is applied again."""
    if width := re.search(r"a kernel of (\d+) columns", finding.cure):
        names["kernel"] = np.random.default_rng(0).normal(size=(7, int(width[1])))
        names["bias"] = np.zeros(int(width[1]))
    exec(finding.cure, names)
    if finding.cure.startswith("kernel ="):
        names["outputs"] = names["hidden"] @ names["kernel"] + names["bias"]
    outputs = names["outputs"]
    if finding.cure.startswith("outputs = hidden") and outputs.shape == (len(outputs), 1):
        outputs = outputs.reshape(np.shape(names["labels"]))
    return names["labels"], outputs, names["weights"]


IN_TRAINING = ("non_finite_output", "saturated_outputs", "constant_predictions", "one_class_predicted")
CURED = [
    pytest.param(code, kind, sow, id=f"{code}, {name}")
    for code, mistakes in rates.MISTAKES.items()
    for name, kind, sow in mistakes
    if code not in IN_TRAINING and name != "rows shuffled"
]


@pytest.mark.parametrize(("code", "kind", "sow"), CURED)
def test_following_a_cure_ends_the_finding(models, code, kind, sow):
    labels, outputs, *weights = sow(np.random.default_rng(4), *models[kind].batch(256))
    weights = weights[0] if weights else None
    finding = next(each for each in xe.diagnose(labels, outputs, weights=weights) if each.code == code)
    assert re.search(r"\d", finding.evidence), "evidence is in numbers"
    assert code not in codes(*followed(finding, place(labels, outputs, weights)))


def trained(inputs, labels, learning_rate=1.0, shuffled=True, steps=400, relu=True, new=None):
    """Train a hidden layer of ReLUs on the digits, and return its outputs for these inputs, or for new ones."""
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(inputs.shape[1], 32)) * 0.2, rng.normal(size=(32, 10)) * 0.2
    bias = np.zeros(32)
    for step in range(steps):
        at = rng.integers(len(inputs), size=64) if shuffled else np.arange(64 * step, 64 * step + 64) % len(inputs)
        hidden = np.maximum(inputs[at] @ first + bias, 0 if relu else -np.inf)
        slope = (rates.softmax(hidden @ second) - np.eye(10)[labels[at]]) / 64
        back = (slope @ second.T) * ((hidden > 0) | (not relu))
        first -= learning_rate * inputs[at].T @ back
        bias -= learning_rate * back.sum(0)
        second -= learning_rate * hidden.T @ slope
    inputs = inputs if new is None else new
    return np.maximum(inputs @ first + bias, 0 if relu else -np.inf) @ second


@pytest.fixture(scope="module")
def digits():
    pixels, labels = lessons.digits()
    return pixels[:1024], labels[:1024]


def test_a_learning_rate_that_gives_nan_is_cured_by_a_smaller_one(digits):
    pixels, labels = digits
    with np.errstate(all="ignore"):
        outputs = trained(pixels / 16, labels, learning_rate=300.0, relu=False)
        (finding,) = xe.diagnose(labels, outputs)
        assert finding.code == "non_finite_output"
        names = place(labels, outputs, None, learning_rate=300.0)
        for _ in range(3):
            exec(finding.cure, names)
        assert names["learning_rate"] == pytest.approx(0.3)
        assert codes(labels, trained(pixels / 16, labels, names["learning_rate"], relu=False)) == []


def test_inputs_that_are_not_scaled_are_cured_by_scaling(digits):
    pixels, labels = digits
    inputs = pixels * 100  # a first look at a new network
    outputs = trained(inputs, labels, steps=0)
    (finding,) = xe.diagnose(labels, outputs)
    assert finding.code == "saturated_outputs"
    names = place(labels, outputs, None, inputs=inputs)
    exec(finding.cure, names)
    assert codes(labels, trained(names["inputs"], labels, steps=0)) == []


def test_dead_relus_are_cured_by_scaling(digits):
    pixels, labels = digits
    with np.errstate(all="ignore"):
        outputs = trained(pixels + 100, labels, learning_rate=0.1)
    (finding,) = xe.diagnose(labels, outputs)
    assert finding.code in ("constant_predictions", "uniform_predictions")
    finding = next(iter(xe.diagnose(labels, np.tile(np.arange(10.0), (len(labels), 1)))))
    assert finding.code == "constant_predictions"
    names = place(labels, outputs, None, inputs=pixels + 100)
    exec(finding.cure, names)
    assert codes(labels, trained(names["inputs"], labels, learning_rate=0.1)) == []


def test_one_class_always_is_cured_by_shuffling(digits):
    pixels, labels = digits
    order = np.argsort(labels, kind="stable")
    inputs, labels = pixels[order] / 16, labels[order]
    outputs = trained(inputs, labels, learning_rate=3.0, shuffled=False, steps=10)
    (finding,) = xe.diagnose(labels, outputs)
    assert finding.code == "one_class_predicted"
    names = place(labels, outputs, None, inputs=inputs)
    exec(finding.cure, names)
    assert codes(names["labels"], trained(names["inputs"], names["labels"], shuffled=False)) == []


def test_labels_shuffled_against_their_inputs(models):
    labels, outputs = models["classes"].batch(SIZE)
    rng = np.random.default_rng(0)
    (finding,) = xe.diagnose(rng.permutation(labels), outputs)
    assert finding.code == "labels_disagree_with_predictions"
    names = place(labels, outputs, None, inputs=np.arange(SIZE))
    exec(finding.cure, names)
    assert (labels[names["inputs"]] == names["labels"]).all()  # both in one order


def test_a_model_that_learnt_wrong_pairs_by_heart_is_sure_and_no_better_than_a_guess(digits):
    pixels, labels = digits
    pairs = np.random.default_rng(0).permutation(labels[:64])
    outputs = trained(pixels[:64] / 16, pairs, learning_rate=0.2, shuffled=False, steps=1000, new=pixels / 16)
    assert (outputs[:64].argmax(1) == pairs).all()
    assert codes(pairs, outputs[:64]) == []  # of that batch, nothing is wrong
    (finding,) = xe.diagnose(labels[64:], outputs[64:])
    assert finding.code == "labels_disagree_with_predictions"
    assert 0.6 < rates.softmax(outputs[64:]).max(1).mean() < 0.8
    assert "permutation" in finding.cure


def without(labels, missing):
    """Return which labels are left without a class, and what an encoder of their own makes of them."""
    kept = labels != missing
    return kept, (labels - (labels > missing))[kept]


@pytest.mark.parametrize("missing", range(7))
@pytest.mark.parametrize("rows", [False, True])
def test_validation_labels_encoded_without_a_class_are_put_right(missing, rows):
    labels, outputs = rates.Model(np.random.default_rng(0), 10).batch(256)
    kept, encoded = without(labels, missing)
    given = np.eye(10)[encoded] if rows else encoded
    (finding,) = xe.diagnose(given, outputs[kept])
    assert finding.code == "labels_disagree_with_predictions"
    if missing:
        assert finding.cure.endswith("encode both with the training set's classes")
    cured, *_ = followed(finding, place(given, outputs[kept], None))
    assert ((cured.argmax(-1) if rows else cured) == labels[kept]).all()
    assert codes(cured, outputs[kept]) == []


def test_a_model_trained_without_a_class_gets_no_table(models):
    labels, outputs = models["classes"].batch(256)
    outputs = np.concatenate([outputs, np.full((256, 1), -12.0)], 1)  # of the sixth class, it has seen none
    true = labels + (labels >= 2)
    true[::20] = 2  # which the model does not know
    (finding,) = xe.diagnose(true, outputs)
    assert finding.code == "labels_disagree_with_predictions"
    assert finding.cure.startswith("labels = encoder.transform(names)  # the sets were encoded apart")
    assert finding.cure.endswith("and train again")


@pytest.mark.parametrize("cured", ["one class down", "reversed"])
def test_one_hot_rows_are_moved_as_rows(models, cured):
    labels, outputs = models["classes"].batch(SIZE)
    moved = (labels + 1) % 5 if cured == "one class down" else 4 - labels
    (finding,) = xe.diagnose(np.eye(5)[moved], outputs)
    assert f"fit the labels {cured}" in finding.evidence
    rows, *_ = followed(finding, place(np.eye(5)[moved], outputs, None))
    assert (rows == np.eye(5)[labels]).all()


def test_what_a_relu_explains_is_said_once():
    outputs = np.zeros((32, 5))
    outputs[:, 1] = np.linspace(0, 5e-4, 32)
    assert codes(np.arange(32) % 5, outputs) == ["rectified_outputs"]
    assert codes(np.arange(32) % 5, outputs - 1e-4) == ["uniform_predictions"]


@pytest.mark.parametrize("to_index", [True, False])
def test_classes_that_one_side_has_sorted_as_text(to_index):
    labels, outputs = rates.Model(np.random.default_rng(0), 12).batch(256)
    as_text = np.array(sorted(range(12), key=str))
    given = (as_text.argsort() if to_index else as_text)[labels]
    (finding,) = xe.diagnose(given, outputs)
    assert finding.cure.endswith("# one side has the classes sorted as text, 10 before 2")
    cured, *_ = followed(finding, place(given, outputs, None))
    assert (cured == labels).all()


def test_a_new_network_that_takes_two_classes_for_each_other_is_not_out_of_step():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 64)
    changes = labels != np.roll(labels, 1)
    signs = np.where(changes | (rng.random(64) < 0.6), -1, 1) * (2 * labels - 1)  # of two, the other is the one before
    assert codes(labels, np.stack([-1.5 * signs, 1.5 * signs], 1)) == []
    assert codes(np.roll(labels, 1), np.stack([3 - 6 * labels, 6 * labels - 3], 1)) == [
        "labels_disagree_with_predictions"
    ]


def test_rare_classes_that_are_taken_for_frequent_ones_are_not_another_order():
    rng = np.random.default_rng(0)
    labels = rng.choice(10, 4096, p=[0.002] * 3 + [0.142] * 7)
    taken = np.where(labels < 3, labels + 5, labels)
    outputs = rng.normal(size=(4096, 10)) + 6 * np.eye(10)[taken]
    assert codes(labels, outputs) == []


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("logarithm", [False, True])
def test_a_softmax_over_examples_or_over_places(axis, logarithm):
    rng = np.random.default_rng(0)
    labels, logits = rng.integers(0, 5, (16, 12)), rng.normal(size=(16, 12, 5))
    outputs = np.moveaxis(rates.softmax(np.moveaxis(logits, axis, -1)), -1, axis)
    (finding,) = xe.diagnose(labels, np.log(outputs) if logarithm else outputs)
    assert finding.code == "softmax_on_wrong_axis"
    assert f"over the {(16, 12)[axis]} {('examples', 'places')[axis]}" in finding.evidence
    assert codes(labels, logits) == []


def test_a_softmax_over_the_classes_is_not_one_over_the_wrong_axis():
    rng = np.random.default_rng(0)
    tags, logits = rng.integers(0, 2, (16, 9)), rng.normal(size=(16, 9))
    for outputs in (rates.softmax(logits), np.log(rates.softmax(logits))):
        assert codes(tags, outputs) == ["multi_hot_labels"]
    assert codes(tags, rates.softmax(logits.T).T) == ["softmax_on_wrong_axis"]


def test_a_softmax_that_once_was_of_a_short_dtype_is_not_a_set_of_sigmoids(models):
    labels, logits = models["classes"].batch(SIZE)
    for dtype in (ml_dtypes.bfloat16, np.float16, np.float32, np.float64):
        outputs = rates.softmax(logits.astype(np.float64)).astype(dtype).astype(np.float32)
        assert codes(np.eye(5)[labels], outputs) == ["probabilities_as_logits"]
    labels, logits = models["one of several"].batch(SIZE)
    assert codes(np.eye(5)[labels], rates.sigmoid(logits)) == ["one_hot_with_sigmoids"]


def test_sigmoids_of_a_model_that_is_not_sure_yet():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 20, 64)
    chances = np.where(np.eye(20)[labels] == 1, 0.45, 0.03) * rng.uniform(0.5, 1.5, (64, 20))
    assert codes(np.eye(20)[labels], chances) == ["one_hot_with_sigmoids"]
    assert codes(np.eye(20)[labels], np.log(chances)) == []


# What it copes with.


@pytest.mark.parametrize(
    ("labels", "outputs"),
    [
        ((), (3,)),
        ((), ()),
        ((8,), (8,)),
        ((8, 1), (8, 1)),
        ((8,), (8, 3)),
        ((8, 1), (8, 3)),
        ((8, 3), (8, 3)),
        ((4, 8), (4, 8, 3)),
        ((4, 8), (4, 3, 8)),
        ((2, 5, 6), (2, 5, 6, 3)),
        ((2, 5, 6), (2, 3, 5, 6)),
        ((2, 5, 6), (2, 5, 6)),
        ((2, 1, 5, 6), (2, 1, 5, 6)),
        ((0,), (0, 3)),
    ],
)
def test_sound_shapes(labels, outputs):
    rng = np.random.default_rng(0)
    for dtype in (np.int64, np.float16, bool):
        y = rng.integers(0, 2, labels).astype(dtype)
        found = codes(y, rng.normal(size=outputs).astype(np.float32))
        assert set(found) <= ({"float_indices"} if dtype is np.float16 else set())
        assert codes(y.tolist(), rng.normal(size=outputs).tolist()) in ([], ["float_indices"])


def test_channels_first_rows_and_channels_last_are_read_alike():
    rng = np.random.default_rng(0)
    rows = np.eye(3)[rng.integers(0, 3, (2, 4, 5))]
    outputs = 9 * rows + rng.normal(size=rows.shape)
    for axis in (1, 3):
        there = (np.moveaxis(rows, -1, axis), np.moveaxis(outputs, -1, axis))
        assert codes(*there) == []
        (finding,) = xe.diagnose(there[0], np.moveaxis(rates.softmax(outputs), -1, axis))
        assert finding.code == "probabilities_as_logits"
        assert "all 40 rows" in finding.evidence


def test_batches_of_unequal_length_are_joined():
    rng = np.random.default_rng(0)
    labels = [rng.integers(1, 4, n) for n in (30, 20)]
    assert codes(labels, [rng.normal(size=(n, 3)) for n in (30, 20)]) == ["labels_start_at_one"]


def test_bfloat16():
    logits = np.random.default_rng(0).normal(size=(16, 3))
    assert codes(np.ones(16, int), logits.astype(ml_dtypes.bfloat16)) == []
    assert codes(np.ones(16, int) * 3, logits.astype(ml_dtypes.bfloat16)) == ["labels_start_at_one"]


def test_masks_of_minus_infinity_are_sound_but_on_the_label():
    logits = np.random.default_rng(0).normal(size=(16, 3))
    logits[:, 2] = -np.inf
    assert codes(np.arange(16) % 2, logits) == []
    (finding,) = xe.diagnose(np.arange(16) % 3, logits)
    assert finding.code == "non_finite_output"
    assert "5 of 16 labels" in finding.evidence


def test_four_examples_suffice_where_they_are_exactly_alike():
    assert codes([0, 1, 2, 0], np.zeros((4, 3))) == ["uniform_predictions"]
    assert codes([0, 1, 2, 0], np.tile([2.5, 1.0, 0.0], (4, 1))) == ["constant_predictions"]
    assert codes([0, 1, 2, 0], np.random.default_rng(0).normal(0, 1e-4, (4, 3))) == []


def test_logits_that_float32_cannot_tell_from_certainty_are_saturated_though_right():
    right = np.eye(3)[[0, 1, 2, 0]]
    assert codes([0, 1, 2, 0], 1000.5 * right) == ["saturated_outputs"]
    assert codes([0, 1, 2, 0], 30.5 * right) == []


def test_whatever_the_numbers_are_it_says_something_or_nothing():
    rng = np.random.default_rng(0)
    shapes = [(), (1,), (2,), (9,), (9, 1), (1, 9), (9, 9), (9, 3), (3, 9), (9, 3, 4), (9, 4), (9, 3, 9), (0,), (9, 0)]
    values = (
        [0.0],
        [1.0],
        [0.0, 1.0],
        [np.nan, 1],
        [np.inf, -np.inf, 0],
        [-1, 1],
        [0, 255],
        [0.3, 0.7],
        [1e300, -1e300],
    )
    counted = collections.Counter()
    for _ in range(3000):
        labels, outputs = (
            rng.choice(values[rng.integers(len(values))], shapes[rng.integers(len(shapes))]) for _ in range(2)
        )
        weights = None if rng.random() < 0.7 else rng.choice([0.0, 1.0], shapes[rng.integers(len(shapes))])
        for finding in xe.diagnose(labels, outputs, weights=weights):
            counted[finding.code] += 1
            assert finding.evidence.endswith(".")
            compile(finding.cure, "cure", "exec")
    assert len(counted) >= 12


@pytest.mark.parametrize("wrong", [["cat", "dog"], [None, 1], [1 + 2j, 0], [{}, {}]], ids=str)
def test_what_is_not_a_number_is_a_clear_error(wrong):
    with pytest.raises(TypeError, match="diagnose: labels: expected an array of real numbers, received an array of"):
        xe.diagnose(wrong, [0.0, 1.0])


def test_rows_of_different_lengths_are_a_clear_error():
    with pytest.raises(ValueError, match="diagnose: outputs: expected rows of equal length"):
        xe.diagnose([0, 1], [[0.0, 1.0], [0.0]])


def test_arguments_are_left_as_they_are(models):
    labels, outputs = models["classes"].batch(SIZE)
    before = labels.copy(), outputs.copy()
    xe.diagnose(labels, outputs, weights=np.ones(SIZE))
    assert (labels == before[0]).all()
    assert (outputs == before[1]).all()


def test_a_large_batch_is_thinned_out_for_statistics_and_read_whole_for_labels():
    labels = np.zeros((4, 300, 300), int)
    labels[3, 299, 299] = 21
    outputs = np.random.default_rng(0).normal(size=(4, 300, 300, 21)).astype(np.float32)
    assert codes(labels, outputs) == ["label_out_of_range"] or codes(labels, outputs) == ["labels_start_at_one"]


# The command.


def save(tmp_path, **arrays):
    np.savez(tmp_path / "batch.npz", **arrays)
    return str(tmp_path / "batch.npz")


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "xentedu", "diagnose", *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_reports_and_its_status_says_so(tmp_path, models):
    labels, outputs = models["classes"].batch(SIZE)
    status, told, error = run(save(tmp_path, labels=labels, outputs=outputs))
    assert (status, error) == (0, "")
    assert "Nothing found." in told
    status, told, error = run(save(tmp_path, y_true=labels + 1, y_pred=outputs, weights=np.ones(SIZE)))
    assert (status, error) == (1, "")
    assert told.startswith(
        "labels (64,) int64, outputs (64, 5) float32, weights (64,) float64\n\nlabels_start_at_one\n"
    )
    assert told.endswith("  Cure:\n    labels = labels - 1\n")
    assert run(save(tmp_path, a=labels, b=outputs), "--labels", "a", "--outputs", "b")[0] == 0


def test_the_command_says_what_is_wrong_with_a_file(tmp_path, capsys):
    from xentedu.diagnosing import command

    (tmp_path / "text.npz").write_text("labels")
    np.save(tmp_path / "one.npy", np.ones(3))
    objects = np.array([{}, {}], dtype=object)
    for path, words in (
        (tmp_path / "none.npz", "no such file"),
        (tmp_path, "directory"),
        (tmp_path / "text.npz", "not a file of numpy.savez"),
        (tmp_path / "one.npy", "a single array of shape (3,)"),
        (save(tmp_path, a=[1], b=[2]), "expected labels or y_true or targets or target or label or y, found a, b"),
    ):
        with pytest.raises(SystemExit) as end:
            command.main([str(path)])
        assert end.value.code == 2
        assert words in capsys.readouterr().err
    np.savez(tmp_path / "objects.npz", labels=objects, outputs=[1.0, 2.0])
    with pytest.raises(SystemExit):
        command.main([str(tmp_path / "objects.npz")])
    assert "labels: an array of Python objects" in capsys.readouterr().err
