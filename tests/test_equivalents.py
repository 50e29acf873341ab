"""``xe.equivalents``: from any name to any other. That the code is right is tests/test_frameworks.py's matter."""

import re

import pytest

import xentedu as xe
from xentedu import __main__, golden, snippets
from xentedu.equivalents import names
from xentedu.snippets.names import LOSSES, OTHERS

NAMES = [name for listed in names().values() for name in listed]


def test_the_map_has_every_cross_entropy_loss_that_the_library_has():
    """Those of TensorFlow 1.15 and Keras, by the golden cases' names."""
    functions = {case.function for archive in ("tensorflow1", "keras3") for case in golden.cases(archive=archive)}
    others = r"sampler|accidental_hits|compute_weighted_loss|nn\.(sigmoid|softmax|log_softmax)$"
    wanted = {name for name in functions if not re.search(others, name)}
    assert wanted <= {loss.name for loss in LOSSES}
    assert len(wanted) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_each_name_leads_to_code_in_every_framework(name):
    found = xe.equivalents(name)
    assert found.name == name
    assert set(found.calls) | set(found.missing) == set(snippets.FRAMEWORKS)
    assert set(found.missing) <= {"scikit_learn"}
    short = re.sub(r"^(torch\.nn\.functional|sklearn\.metrics)\.", "", name).replace("tf2.", "tf.")
    assert short in found.calls[found.framework]
    assert found.name not in found.differs
    assert found.note or found.twins or found.differs
    for other, parts in found.differs.items():
        assert parts
        assert xe.equivalents(other).name == other
    assert name in str(found)


def test_twins_are_mutual_and_differences_are_too():
    found = {name: xe.equivalents(name) for name in NAMES}
    for name, one in found.items():
        for twin in one.twins:
            assert name in found[twin].twins
        for other in one.differs:
            assert name in found[other].differs


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("tf.compat.v1.losses.log_loss", "tf.losses.log_loss"),
        ("tensorflow.nn.nce_loss", "tf.nn.nce_loss"),
        ("tf1.nn.nce_loss", "tf.nn.nce_loss"),
        ("tf2.nn.nce_loss", "tf2.nn.nce_loss"),
        ("tf2.nn.softmax_cross_entropy_with_logits", "tf2.nn.softmax_cross_entropy_with_logits"),
        ("tf.losses.BinaryCrossentropy", "tf2.keras.losses.BinaryCrossentropy"),
        ("xe.nn.sigmoid_cross_entropy_with_logits", "tf.nn.sigmoid_cross_entropy_with_logits"),
        ("F.cross_entropy", "torch.nn.functional.cross_entropy"),
        ("BCEWithLogitsLoss", "torch.nn.BCEWithLogitsLoss"),
        ("torch.nn.CrossEntropyLoss()", "torch.nn.CrossEntropyLoss"),
        ("optax.losses.softmax_cross_entropy", "optax.softmax_cross_entropy"),
        ("softmax_cross_entropy_with_integer_labels", "optax.softmax_cross_entropy_with_integer_labels"),
    ],
)
def test_names_as_people_write_them(typed, name):
    assert xe.equivalents(typed).name == name


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("torch.nn.BCEWithLogitLoss", "torch.nn.BCEWithLogitsLoss"),
        ("tf.nn.sparse_softmax_crossentropy", "tf.nn.sparse_softmax_cross_entropy_with_logits"),
        ("keras.losses.SparseCategoricalCrossEntropy", "keras.losses.SparseCategoricalCrossentropy"),
        ("sklearn.metrics.logloss", "sklearn.metrics.log_loss"),
        ("optax.binary_cross_entropy", "optax.sigmoid_binary_cross_entropy"),
    ],
)
def test_an_unknown_name_is_told_the_nearest(typed, nearest):
    with pytest.raises(ValueError, match=re.escape(f"received {typed!r}. Nearest: ")) as error:
        xe.equivalents(typed)
    assert nearest in str(error.value)


def test_the_end_of_several_names_lists_them():
    with pytest.raises(ValueError, match="is the end of several names") as error:
        xe.equivalents("binary_crossentropy")
    for name in ("keras.losses.binary_crossentropy", "keras.ops.binary_crossentropy"):
        assert name in str(error.value)


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_a_cross_entropy_is_said(name):
    with pytest.raises(ValueError, match="is not a cross-entropy: it is ") as error:
        xe.equivalents(name)
    assert OTHERS[name][0] in NAMES
    assert OTHERS[name][0] in str(error.value)


def test_a_name_is_a_string():
    with pytest.raises(TypeError, match="name: expected a string"):
        xe.equivalents(xe.nn.nce_loss)


def test_the_command(capsys):
    assert __main__.main(["equivalents"]) == 0
    listed = capsys.readouterr().out
    assert all(f"  {name}\n" in listed for name in NAMES)
    assert __main__.main(["equivalents", "F.cross_entropy", "--framework", "jax"]) == 0
    assert capsys.readouterr().out == xe.equivalents("F.cross_entropy").calls["jax"] + "\n"
    for wrong in (["loss"], ["tf.nn.nce_loss", "--framework", "scikit_learn"]):
        with pytest.raises(SystemExit) as end:
            __main__.main(["equivalents", *wrong])
        assert end.value.code == 2
        assert capsys.readouterr().err
