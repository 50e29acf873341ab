"""``xe.choose`` over its whole input space, against rules that are written here apart from it."""

import inspect
import re

import numpy as np
import pytest

import xentedu as xe
from xentedu import __main__, choosing

SPACE = list(choosing.space())


def contradicts(exclusive, num_classes, labels, weighting, label_gradient, affordable, training):
    """Say whether the answers cannot all be true."""
    return (
        (exclusive and (num_classes == 1 or labels == "multi_hot"))
        or (not exclusive and num_classes > 1 and labels == "index")
        or (label_gradient and labels == "index")
        or (weighting == "positive" and exclusive and num_classes > 2)
        or (weighting == "class" and num_classes == 1)
        or (not affordable and num_classes <= 2)
        or (label_gradient and not affordable and training)
    )


def expected(exclusive, num_classes, labels, weighting, label_gradient, affordable, training):
    """Return the loss and the activation that the source text and TensorFlow's documentation ask for."""
    sampling = training and not affordable
    if not exclusive or (num_classes == 2 and labels == "index") or weighting == "positive":
        if weighting == "positive":
            return "tf.nn.weighted_cross_entropy_with_logits", "sigmoid"
        if weighting and not label_gradient and not sampling:
            return "tf.losses.sigmoid_cross_entropy", "sigmoid"
        return "tf.nn.sigmoid_cross_entropy_with_logits", "sigmoid"
    if sampling:
        return "tf.nn.sampled_softmax_loss", "softmax"
    if label_gradient or not weighting:
        sparse = labels == "index"
        name = "sparse_softmax_cross_entropy_with_logits" if sparse else "softmax_cross_entropy_with_logits_v2"
        return f"tf.nn.{name}", "softmax"
    return f"tf.losses.{'sparse_' if labels == 'index' else ''}softmax_cross_entropy", "softmax"


@pytest.mark.parametrize("arguments", SPACE, ids=lambda a: "-".join(map(str, a.values())))
def test_each_point_of_the_input_space(arguments):
    if contradicts(**arguments):
        with pytest.raises(ValueError, match=r"^choose: .+ contradict each other: .+ Write |A yes or no is "):
            xe.choose(**arguments)
        return
    answer = xe.choose(**arguments)
    assert (answer.loss, answer.activation) == expected(**arguments)
    assert tuple(answer.calls) == ("tensorflow1", "tensorflow2", "keras", "pytorch", "jax")
    assert answer.loss.removeprefix("tf.") in answer.calls["tensorflow1"]
    assert ("stop_gradient" in answer.calls["tensorflow1"]) == (
        arguments["labels"] == "probabilities"
        and not arguments["label_gradient"]
        and not (arguments["training"] and not arguments["affordable"])
    )
    for text in (answer.reason, answer.evaluation, *answer.avoid.values()):
        assert re.fullmatch(r"[^ ].+[^ ]\.", text)
    assert answer.loss not in answer.avoid
    assert answer.loss in str(answer)
    assert answer.reason in str(answer)


def test_following_what_a_contradiction_says_leads_to_an_answer():
    """Each hint names an argument and a value: with them, at most one further contradiction is left."""
    seen = set()
    for arguments in filter(lambda a: contradicts(**a), SPACE):
        given, messages = dict(arguments), []
        for _ in range(6):
            try:
                xe.choose(**given)
                break
            except ValueError as error:
                messages.append(str(error))
                hint = re.search(r"(?:Write|A yes or no is) (.*)", str(error)).group(1)
                name, value = re.match(r"(\w+)=('\w+'|\w+)", hint).groups()
                given[name] = {"True": True, "False": False}.get(value, value.strip("'"))
                if name == "num_classes":
                    given[name] = int(value)
        else:
            pytest.fail(f"{arguments}: {messages}")
        seen.add(re.sub(r"\d+", "N", messages[0]))
    assert len(seen) >= 8


def test_the_number_of_classes_matters_only_below_three():
    for arguments in SPACE:
        if arguments["num_classes"] == 3 and not contradicts(**arguments):
            more = xe.choose(**{**arguments, "num_classes": np.int64(250_000)})
            assert (more.loss, more.calls) == ((few := xe.choose(**arguments)).loss, few.calls)


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"exclusive": 1}, TypeError, "exclusive: expected True or False, received 1"),
        ({"num_classes": True}, TypeError, "num_classes: expected an integer"),
        ({"num_classes": 2.5}, TypeError, "num_classes: expected an integer, received 2.5"),
        ({"num_classes": 0}, ValueError, "num_classes: expected at least 1, received 0"),
        ({"labels": "sparse"}, ValueError, "labels: expected one of 'index', 'one_hot', 'probabilities', 'multi_hot'"),
        ({"weighting": "balanced"}, ValueError, "weighting: expected one of None, 'example', 'class', 'positive'"),
        ({"affordable": None}, TypeError, "affordable: expected True or False"),
    ],
)
def test_arguments_of_the_wrong_kind(changed, error, words):
    with pytest.raises(error, match=re.escape(words)):
        xe.choose(**{"exclusive": True, "num_classes": 3, "labels": "index", **changed})


def test_the_signature_is_the_promised_one():
    assert str(inspect.signature(xe.choose)) == (
        "(*, exclusive, num_classes, labels, weighting=None, label_gradient=False, affordable=True, training=True)"
    )


def test_the_sampled_columns_estimate_the_whole_loss_without_bias():
    """What is said of many classes that do not exclude each other: on average, the loss over every class."""
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(4, 9)), (rng.random((4, 9)) < 0.2).astype(float)
    each = xe.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
    used, rest = np.flatnonzero(labels.any(0)), np.flatnonzero(~labels.any(0))
    assert len(rest) > 2
    estimates = [(each[:, used].sum() + each[:, [drawn]].sum() * len(rest)) / labels.size for drawn in rest]
    assert np.mean(estimates) == pytest.approx(each.mean(), rel=1e-12)


def run(capsys, *arguments):
    code = __main__.main(["choose", *arguments])
    return code, capsys.readouterr().out


def test_flags_give_what_the_function_gives(capsys):
    flags = ["--exclusive=yes", "--num-classes=3", "--labels=index", "--weighting=class", "--framework=pytorch"]
    code, printed = run(capsys, *flags)
    answer = xe.choose(exclusive=True, num_classes=3, labels="index", weighting="class")
    assert code == 0
    assert printed.startswith(str(answer))
    assert answer.calls["pytorch"] in printed.replace("\n    ", "\n").replace("    import torch\n", "import torch\n", 1)
    assert "optax" not in printed


def test_without_flags_it_asks(capsys, monkeypatch):
    lines = iter(["2\n", "seven\n", "9\n", "1\n", "1\n"])
    monkeypatch.setattr("sys.stdin", type("Typed", (), {"readline": lambda self: next(lines)})())
    code, printed = run(capsys)
    assert code == 0
    assert printed.count("A number from 1 to 3, please.") == 2
    assert xe.choose(exclusive=True, num_classes=3, labels="index").loss in printed


def test_every_path_of_the_questions_ends_in_an_answer():
    def walk(found, questions):
        if not questions:
            yield found
            return
        (argument, _, answers), *rest = questions
        possible = [{}] if argument in found else [m for m in answers.values() if choosing._answerable({**found, **m})]
        assert possible
        for means in possible:
            yield from walk({**found, **means}, rest)

    ends = list(walk({}, choosing.QUESTIONS))
    assert len(ends) > 30
    for end in ends:
        assert xe.choose(**end).loss


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ("--exclusive yes --labels index", "also needed: --num-classes"),
        ("--weighting class", "--exclusive, --num-classes and --labels are needed too"),
        ("--exclusive yes --num-classes 3 --labels multi_hot", "contradict each other"),
    ],
)
def test_wrong_flags_are_explained(flags, words, capsys):
    with pytest.raises(SystemExit) as end:
        __main__.main(["choose", *flags.split()])
    assert end.value.code == 2
    assert words in capsys.readouterr().err


def test_input_that_ends_is_no_answer(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", type("Ended", (), {"readline": lambda self: ""})())
    assert __main__.main(["choose"]) == 1
