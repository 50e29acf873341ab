"""Hints: for each mistake that people make, following the error's hint literally gives a call that works.

A hint is the code between "Did you mean" and the question mark that ends the error: arguments to replace in the call,
or another call.
"""

import numpy as np
import pytest

import xentedu as xe
from tests import test_checks
from tests.test_checks import find

LOGITS = np.array([[0.5, -1.0, 2.0], [1.0, 0.25, -2.0]])
ONE_HOT = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
MULTI_HOT = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
IDS = np.array([2, 0])
PROBABILITIES = np.array([[0.2, 0.3, 0.5], [0.75, 0.125, 0.125]])
FOUR = {"labels": np.array([[2, 0], [1, 1]]), "logits": np.zeros((2, 2, 3))}  # [batch, time] and [batch, time, classes]
TABLES = {"weights": np.linspace(-1, 1, 33).reshape(11, 3), "biases": np.linspace(-1, 1, 11)}
SAMPLED = {**TABLES, "labels": IDS[:, np.newaxis], "inputs": LOGITS, "num_sampled": 5, "num_classes": 11}
DRAWN = {"true_classes": IDS[:, np.newaxis], "num_true": 1, "num_sampled": 4, "unique": True, "range_max": 9}

SPARSE = "nn.sparse_softmax_cross_entropy_with_logits"
V1, V2 = "nn.softmax_cross_entropy_with_logits", "nn.softmax_cross_entropy_with_logits_v2"
SIGMOID, WEIGHTED = "nn.sigmoid_cross_entropy_with_logits", "nn.weighted_cross_entropy_with_logits"
SAMPLED_LOSS, KERAS = "nn.sampled_softmax_loss", "keras.losses."


def labels(labels, logits=LOGITS, **more):
    return {"labels": labels, "logits": logits, **more}


def keras(y_true, y_pred=PROBABILITIES, **more):
    return {"y_true": y_true, "y_pred": y_pred, **more}


# Mistake, function, arguments, the hint.
MISTAKES = [
    # Class indices.
    ("float class indices", SPARSE, labels(np.array([2.0, 0.0])), "labels=labels.astype(int)"),
    ("float class indices in a list", SPARSE, labels([2.0, 0.0]), "labels=numpy.array(labels).astype(int)"),
    ("class indices in objects", SPARSE, labels(IDS.astype(object)), "labels=labels.astype(int)"),
    ("digits", SPARSE, labels(["2", "0"]), "labels=numpy.array(labels).astype(int)"),
    ("masked labels", "losses.sparse_softmax_cross_entropy", labels(np.ma.array(IDS, mask=[True, False])), "labels=labels.data, weights=~labels.mask"),
    ("boolean class indices", "losses.sparse_softmax_cross_entropy", labels(IDS > 0), "labels=labels.astype(int)"),
    ("one-hot labels to a sparse loss", SPARSE, labels(ONE_HOT), "labels=numpy.argmax(labels, -1)"),
    ("soft labels to a sparse loss", SPARSE, labels(PROBABILITIES), "xe.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)"),
    ("soft labels to tf.losses' sparse loss", "losses.sparse_softmax_cross_entropy", labels(PROBABILITIES, weights=[1.0, 2.0]), "xe.losses.softmax_cross_entropy(onehot_labels=labels, logits=logits, weights=weights)"),
    ("multi-hot labels to a sparse loss", SPARSE, labels(MULTI_HOT), "xe.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)"),
    ("a column of class indices", SPARSE, labels(IDS[:, np.newaxis]), "labels=numpy.squeeze(labels, -1)"),
    ("class indices from one", SPARSE, labels(np.array([3, 1])), "labels=labels - 1"),
    ("-1 for no label", SPARSE, labels(np.array([-1, 0])), "xe.losses.sparse_softmax_cross_entropy(labels=numpy.where(labels == -1, 0, labels), logits=logits, weights=labels != -1)"),
    ("-100 for no label", "losses.sparse_softmax_cross_entropy", labels(np.array([-100, 0])), "labels=numpy.where(labels == -100, 0, labels), weights=labels != -100"),
    ("255 for no label, with weights", "losses.sparse_softmax_cross_entropy", labels(np.array([255, 0]), weights=np.array([2.0, 3.0])), "labels=numpy.where(labels == 255, 0, labels), weights=weights * (labels != 255)"),
    ("-1 for no label in contrib", "contrib.losses.sparse_softmax_cross_entropy", labels(np.array([-1, 0])), "labels=numpy.where(labels == -1, 0, labels), weights=labels != -1"),
    ("-1 for no label in Keras", KERAS + "sparse_categorical_crossentropy", keras(np.array([-1, 0])), "ignore_class=-1"),
    ("255 for no label in Keras's class", KERAS + "SparseCategoricalCrossentropy", keras(np.array([255, 0])), "xe.keras.losses.SparseCategoricalCrossentropy(ignore_class=255)(y_true=y_true, y_pred=y_pred)"),
    ("a single logit under a sparse softmax", SPARSE, labels(np.array([1, 0]), LOGITS[:, :1]), "xe.nn.sigmoid_cross_entropy_with_logits(labels=numpy.expand_dims(labels, -1), logits=logits)"),
    # Dense labels.
    ("class indices to a softmax loss", V2, labels(IDS), "xe.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)"),
    ("float class indices to a softmax loss", V1, labels(IDS.astype(float)), "xe.nn.sparse_softmax_cross_entropy_with_logits(labels=labels.astype(int), logits=logits)"),
    ("class indices to tf.losses' softmax loss", "losses.softmax_cross_entropy", {"onehot_labels": IDS, "logits": LOGITS}, "xe.losses.sparse_softmax_cross_entropy(labels=onehot_labels, logits=logits)"),
    ("smoothed class indices", "losses.softmax_cross_entropy", {"onehot_labels": IDS, "logits": LOGITS, "label_smoothing": 0.1}, "xe.losses.sparse_softmax_cross_entropy(labels=onehot_labels, logits=logits)"),
    ("class indices to a sigmoid loss", SIGMOID, labels(IDS), "xe.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)"),
    ("class indices to Keras's categorical loss", KERAS + "categorical_crossentropy", keras(IDS), "xe.keras.losses.sparse_categorical_crossentropy(y_true=y_true, y_pred=y_pred)"),
    ("[batch] labels, [batch, 1] logits", SIGMOID, labels(np.array([1.0, 0.0]), LOGITS[:, :1]), "labels=numpy.expand_dims(labels, -1)"),
    ("[batch, 1] labels, [batch] logits", SIGMOID, labels(np.array([[1.0], [0.0]]), LOGITS[:, 0]), "labels=numpy.squeeze(labels, -1)"),
    ("[batch] and [batch, 1] in Keras", KERAS + "binary_crossentropy", keras(np.array([1.0, 0.0]), PROBABILITIES[:, :1]), "y_true=numpy.expand_dims(y_true, -1)"),
    ("labels of -1 and 1", SIGMOID, labels(2 * MULTI_HOT - 1), "labels=(labels + 1) / 2"),
    ("labels of -1 and 1 to log_loss", "losses.log_loss", {"labels": 2 * MULTI_HOT - 1, "predictions": PROBABILITIES}, "labels=(labels + 1) / 2"),
    ("a mask of 0 and 255", SIGMOID, labels((255 * MULTI_HOT).astype(np.uint8)), "labels=labels / 255"),
    ("percentages", V2, labels(np.array([[10, 20, 70], [100, 0, 0]])), "labels=labels / 100"),
    ("multi-hot labels to a softmax loss", V2, labels(MULTI_HOT), "xe.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)"),
    ("shares that do not sum to one", V2, labels(np.array([[0.2, 0.2, 0.2], [0.0, 1.0, 0.0]])), "labels=labels / numpy.sum(labels, -1, keepdims=True)"),
    ("the guard of v1 in a call of v2", V2, {**labels(ONE_HOT), "_sentinel": None}, "xe.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)"),
    ("a row without a label", V2, labels(np.array([[0, 0, 0], [0, 1, 0]])), "xe.losses.softmax_cross_entropy(onehot_labels=labels, logits=logits, weights=numpy.any(labels, -1))"),
    ("a row without a label in tf.losses", "losses.softmax_cross_entropy", {"onehot_labels": ONE_HOT * [[1], [0]], "logits": LOGITS}, "weights=numpy.any(onehot_labels, -1)"),
    ("a row without a label, with weights", "contrib.losses.softmax_cross_entropy", {"logits": LOGITS, "onehot_labels": ONE_HOT * [[1], [0]], "weights": np.array([2.0, 3.0])}, "weights=weights * numpy.any(onehot_labels, -1)"),
    ("a row without a label in Keras", KERAS + "categorical_crossentropy", keras(ONE_HOT * [[1], [0]]), "xe.keras.losses.CategoricalCrossentropy(from_logits=False)(y_true, y_pred, sample_weight=numpy.any(y_true, -1))"),
    ("a single logit under a softmax", "losses.softmax_cross_entropy", {"onehot_labels": np.array([[1.0], [0.0]]), "logits": LOGITS[:, :1]}, "xe.losses.sigmoid_cross_entropy(multi_class_labels=onehot_labels, logits=logits)"),
    # Swapped.
    ("logits, labels to tf.losses", "losses.softmax_cross_entropy", {"onehot_labels": LOGITS, "logits": ONE_HOT}, "onehot_labels=logits, logits=onehot_labels"),
    ("logits, labels to v2", V2, labels(LOGITS, ONE_HOT), "labels=logits, logits=labels"),
    ("logits, labels to the sparse loss", "losses.sparse_softmax_cross_entropy", labels(LOGITS, IDS), "labels=logits, logits=labels"),
    ("labels, logits to contrib", "contrib.losses.sigmoid_cross_entropy", {"logits": MULTI_HOT, "multi_class_labels": LOGITS}, "multi_class_labels=logits, logits=multi_class_labels"),
    ("inputs, labels to a sampled loss, as before TensorFlow 1.0", SAMPLED_LOSS, {**SAMPLED, "labels": LOGITS, "inputs": IDS[:, np.newaxis]}, "labels=inputs, inputs=labels"),
    # Outputs.
    ("integer logits", SIGMOID, labels(MULTI_HOT, LOGITS.astype(int)), "logits=logits.astype(float)"),
    ("-inf to a dense loss", V2, labels(ONE_HOT, np.array([[0.5, -np.inf, 2.0], [1.0, 0.0, 0.0]])), "logits=numpy.maximum(logits, -1e4)"),
    ("-inf to a sigmoid loss", SIGMOID, labels(MULTI_HOT, np.array([[0.5, -np.inf, 2.0], [1.0, 0.0, 0.0]])), "logits=numpy.maximum(logits, -1e4)"),
    ("logits to log_loss", "losses.log_loss", {"labels": MULTI_HOT, "predictions": LOGITS}, "xe.losses.sigmoid_cross_entropy(multi_class_labels=labels, logits=predictions)"),
    ("probabilities that were rounded", "losses.log_loss", {"labels": MULTI_HOT, "predictions": PROBABILITIES + np.array([0, 0, 0.500001])}, "predictions=numpy.clip(predictions, 0, 1)"),
    ("logits to Keras", KERAS + "binary_crossentropy", keras(MULTI_HOT, LOGITS), "from_logits=True"),
    ("logits to Keras's class", KERAS + "CategoricalCrossentropy", keras(ONE_HOT, LOGITS), "xe.keras.losses.CategoricalCrossentropy(from_logits=True)(y_true, y_pred)"),
    ("a loss too large for float16", V2, labels(np.array([1.0, 0.0]), np.array([-6e4, 6e4], np.float16)), "logits=logits.astype(numpy.float32)"),
    ("logits in objects, as pandas gives columns of mixed types", SPARSE, labels(IDS, LOGITS.astype(object)), "logits=logits.astype(float)"),
    ("logits in another byte order", SIGMOID, labels(MULTI_HOT, LOGITS.astype(LOGITS.dtype.newbyteorder())), "logits=logits.astype(float)"),
    ("masked classes", SPARSE, labels(IDS, np.ma.array(LOGITS, mask=ONE_HOT[::-1])), "logits=logits.filled(-numpy.inf)"),
    ("masked pixels", "losses.sigmoid_cross_entropy", {"multi_class_labels": MULTI_HOT, "logits": np.ma.array(LOGITS, mask=ONE_HOT)}, "logits=logits.data, weights=~logits.mask"),
    # Weights.
    ("a masked weight", "losses.sparse_softmax_cross_entropy", labels(IDS, weights=np.ma.array([1.0, 2.0], mask=[True, False])), "weights=weights.filled(0)"),
    ("a weight for each class, sparse", "losses.sparse_softmax_cross_entropy", labels(IDS, weights=np.array([1.0, 2.0, 3.0])), "weights=weights[labels]"),
    ("a weight for each class, of a sequence", "losses.sparse_softmax_cross_entropy", {**FOUR, "weights": [1.0, 2.0, 3.0]}, "weights=numpy.array(weights)[labels]"),
    ("a weight for each class, one-hot", "losses.softmax_cross_entropy", {"onehot_labels": ONE_HOT, "logits": LOGITS, "weights": np.array([1.0, 2.0, 3.0])}, "weights=numpy.matmul(onehot_labels, weights)"),
    ("a weight for each class, sigmoid", "losses.sigmoid_cross_entropy", {"multi_class_labels": MULTI_HOT, "logits": LOGITS, "weights": np.array([1.0, 2.0, 3.0])}, "weights=numpy.reshape(weights, (1, 3))"),
    ("a weight for each class in Keras", KERAS + "SparseCategoricalCrossentropy", keras(IDS, sample_weight=np.array([1.0, 2.0, 3.0])), "sample_weight=sample_weight[y_true]"),
    ("a weight for each example", "losses.sigmoid_cross_entropy", {"multi_class_labels": MULTI_HOT, "logits": LOGITS, "weights": np.array([1.0, 2.0])}, "weights=numpy.reshape(weights, (2, 1))"),
    ("a column of weights", "losses.softmax_cross_entropy", {"onehot_labels": ONE_HOT, "logits": LOGITS, "weights": np.array([[1.0], [2.0]])}, "weights=numpy.squeeze(weights, -1)"),
    ("weights=None", "losses.softmax_cross_entropy", {"onehot_labels": ONE_HOT, "logits": LOGITS, "weights": None}, "weights=1.0"),
    ("weights to a loss of tf.nn", SPARSE, labels(IDS, weights=[1.0, 2.0]), "xe.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits, weights=weights)"),
    ("pos_weight for each example", WEIGHTED, labels(MULTI_HOT, pos_weight=np.array([1.0, 2.0])), "pos_weight=numpy.expand_dims(pos_weight, -1)"),
    # Tables and samples.
    ("[dim, classes] weights", SAMPLED_LOSS, {**SAMPLED, "weights": TABLES["weights"].T}, "weights=numpy.transpose(weights)"),
    ("one-hot labels to a sampled loss", "nn.nce_loss", {**SAMPLED, "labels": np.eye(11)[IDS]}, "labels=numpy.argmax(labels, -1)[:, numpy.newaxis]"),
    ("[batch] labels to a sampled loss", SAMPLED_LOSS, {**SAMPLED, "labels": IDS}, "labels=labels[:, numpy.newaxis]"),
    ("two true classes, and num_true left at one", SAMPLED_LOSS, {**SAMPLED, "labels": np.array([[2, 1], [0, 3]])}, "num_true=2"),
    ("more classes than rows", SAMPLED_LOSS, {**SAMPLED, "num_classes": 12, "biases": np.zeros(12)}, "num_classes=len(weights)"),
    ("a column of biases", SAMPLED_LOSS, {**SAMPLED, "biases": np.zeros((11, 1))}, "biases=numpy.squeeze(biases, -1)"),
    ("no biases", SAMPLED_LOSS, {**SAMPLED, "biases": None}, "biases=numpy.zeros(num_classes)"),
    ("inputs [batch, 1, dim]", SAMPLED_LOSS, {**SAMPLED, "inputs": LOGITS[:, np.newaxis]}, "inputs=numpy.squeeze(inputs, 1)"),
    ("a sample larger than the vocabulary", SAMPLED_LOSS, {**SAMPLED, "num_sampled": 64}, "num_sampled=11"),
    ("a sampler's classes in a row", "nn.log_uniform_candidate_sampler", {**DRAWN, "true_classes": IDS}, "true_classes=true_classes[:, numpy.newaxis]"),
    ("float classes to a sampler", "nn.uniform_candidate_sampler", {**DRAWN, "true_classes": IDS[:, np.newaxis] * 1.0}, "true_classes=true_classes.astype(int)"),
    ("range_max that is not the vocabulary", "nn.fixed_unigram_candidate_sampler", {**DRAWN, "unigrams": [5, 4, 3, 2, 1]}, "range_max=5"),
    # Settings.
    ("reduction of PyTorch and Keras", "losses.sigmoid_cross_entropy", {"multi_class_labels": MULTI_HOT, "logits": LOGITS, "reduction": "mean"}, "reduction='weighted_sum_over_batch_size'"),
    ("a reduction in capitals", "losses.log_loss", {"labels": MULTI_HOT, "predictions": PROBABILITIES, "reduction": "WEIGHTED_MEAN"}, "reduction='weighted_mean'"),
    ("reduction 'sum'", "losses.log_loss", {"labels": MULTI_HOT, "predictions": PROBABILITIES, "reduction": "sum"}, "reduction='weighted_sum'"),
    ("reduction None", "losses.compute_weighted_loss", {"losses": PROBABILITIES, "reduction": None}, "reduction='none'"),
    ("axis=None, where there is one axis of classes", KERAS + "categorical_crossentropy", keras(ONE_HOT, PROBABILITIES, axis=None), "axis=-1"),
    ("a tuple of one axis", KERAS + "sparse_categorical_crossentropy", keras(IDS, PROBABILITIES, axis=(1,)), "axis=axis[0]"),
    ("reduction in the place of scope", "losses.compute_weighted_loss", {"losses": PROBABILITIES, "weights": 1.0, "scope": "weighted_mean"}, "scope=None, reduction=scope"),
    ("label_smoothing to a sparse loss", "losses.sparse_softmax_cross_entropy", labels(IDS, label_smoothing=0.1), "xe.losses.softmax_cross_entropy(onehot_labels=numpy.eye(3)[labels], logits=logits, label_smoothing=label_smoothing)"),
]  # fmt: skip


def failing(function, arguments):
    """The text of the error that a call raises."""
    with pytest.raises((ValueError, TypeError)) as caught:
        test_checks.call(function, arguments)
    return str(caught.value)


def followed(function, arguments, text):
    """What following the hint in an error's text gives, literally."""
    code = text.rpartition("Did you mean ")[2].removesuffix("?")
    names = {"numpy": np, "xe": xe, **arguments}
    if code.startswith("xe."):
        return eval(code, names)
    return test_checks.call(function, {**arguments, **eval(f"dict({code})", names)})


@pytest.mark.parametrize(("mistake", "function", "arguments", "hint"), MISTAKES, ids=[row[0] for row in MISTAKES])
@pytest.mark.filterwarnings("error")
def test_the_hint_leads_to_a_call_that_works(mistake, function, arguments, hint):
    text = failing(find(function), arguments)
    assert text.endswith(f" Did you mean {hint}?")
    result = followed(find(function), arguments, text)
    for part in result if isinstance(result, tuple) else [result]:
        assert np.isfinite(part).all()


def test_there_are_many_mistakes():
    assert len({row[0] for row in MISTAKES}) == len(MISTAKES) >= 40


@pytest.mark.parametrize(
    ("function", "bad"), [(row[0], row[3]) for row in test_checks.BAD if row[0] != "value_and_grad"], ids=str
)
def test_every_hint_in_the_table_of_bad_input_leads_to_a_call_that_works(function, bad):
    arguments = {k: v for k, v in (test_checks.GOOD[function] | bad).items() if v is not ...}
    text = failing(find(function), arguments)
    if "Did you mean" in text:
        followed(find(function), arguments, text)


@pytest.mark.parametrize("function", [SIGMOID, V1, SPARSE])
def test_a_call_by_position_says_how_to_call(function):
    arguments = test_checks.GOOD[function]
    text = ""
    try:
        find(function)(arguments["labels"], arguments["logits"])
    except TypeError as error:
        text = str(error)
    code = text.partition(": call ")[2].removesuffix(".")
    assert code.count("…") == 2
    code = code.replace("…", "arguments['labels']", 1).replace("…", "arguments['logits']", 1)
    eval(f"xe.nn.{code}", {"xe": xe, "arguments": arguments})


def test_a_wrong_guess_is_not_made():
    # A shape or number that is wrong in some other way gets no hint: none is better than a wrong one.
    for bad in (np.full((3, 2), 0.5), np.full((2, 3), -0.5), np.array([[0.5, np.nan, 0.5], [1, 0, 0]])):
        assert "Did you mean" not in failing(find(V2), labels(bad))
    assert "Did you mean" not in failing(find(SPARSE), labels(np.array([3, 0])))


def test_an_error_of_a_hint_leaves_the_error_that_it_is_for(monkeypatch):
    monkeypatch.setattr(xe.hints, "_candidates", lambda call: 1 / 0)
    assert failing(find(SPARSE), labels(np.array([3.5, 0]))).endswith("received float64.")
