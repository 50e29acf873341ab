"""Each exercise accepts right solutions of any style, and tells learners what is wrong with the others."""

import importlib
import pathlib

import numpy as np
import pytest

from tests.answers import naive, sig
from xentedu import exercises

CHAPTERS = [importlib.import_module(f"tests.answers.{c.__name__.rpartition('.')[2]}") for c in exercises._CHAPTERS]
RIGHT = {name: answers for chapter in CHAPTERS for name, answers in chapter.RIGHT.items()}
WRONG = {name: answers for chapter in CHAPTERS for name, answers in chapter.WRONG.items()}


def reply(capsys, name, function):
    assert exercises.check(name, function) is None
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 88  # the width of a page's cell
    return out.replace("\n  ", " ")


def numbered(table):
    return [pytest.param(name, row, id=f"{name}-{n}") for name, rows in table.items() for n, row in enumerate(rows)]


@pytest.mark.parametrize(("name", "solution"), numbered(RIGHT))
def test_a_right_solution_passes(capsys, name, solution):
    out = reply(capsys, name, solution)
    cases = 2 * len(exercises.EXERCISES[name].cases)
    assert out == f"Correct: {cases} cases, {exercises.EXERCISES[name].span}, float32 and float64.\n"


@pytest.mark.parametrize(("name", "row"), numbered(WRONG))
def test_a_wrong_solution_gets_its_hint(capsys, name, row):
    solution, words = row
    out = reply(capsys, name, solution)
    assert out.startswith("Not yet: ")
    assert words in out
    assert "0x" not in out
    assert reply(capsys, name, solution) == out


def test_every_exercise_has_solutions_and_wrong_ones():
    assert set(RIGHT) == set(WRONG) == set(exercises.EXERCISES)
    assert {name: len(answers) for name, answers in RIGHT.items() if len(answers) < 2} == {}, (
        "two right answers, or more"
    )
    assert {name: len(answers) for name, answers in WRONG.items() if len(answers) < 6} == {}, "six wrong ones, or more"


def test_every_chapters_exercises_are_known():
    files = {path.stem for path in pathlib.Path(exercises.__file__).parent.glob("*.py")} - {"__init__"}
    known = {chapter.__name__.rpartition(".")[2] for chapter in exercises._CHAPTERS}
    assert known == files, "name it in xentedu/exercises/__init__.py, twice"


def test_every_hint_is_reached(capsys):
    reached = "".join(reply(capsys, name, solution) for name, rows in WRONG.items() for solution, _ in rows)
    for mistake, hint in exercises._HINTS.items():
        assert hint.partition("{")[0] in reached, mistake


def test_every_mistake_of_the_table_has_a_hint():
    for exercise in exercises.EXERCISES.values():
        assert set(exercise.mistakes) | set(exercise.changes) <= set(exercises._HINTS)
        assert set(exercise.changes) <= set(exercises._CHANGES)


def test_no_chapter_takes_the_name_of_another_hint():
    names = [name for chapter in exercises._CHAPTERS for name in chapter.HINTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_no_listed_mistake_is_right_and_each_is_found_by_its_name(name):
    exercise = exercises.EXERCISES[name]
    for mistake, twins in exercise.mistakes.items():
        for twin in twins:
            assert exercises._Trial(exercise).mistake_of(twin) == mistake


def test_the_reply_shows_the_first_case_that_differs(capsys):
    out = reply(capsys, "sigmoid_cross_entropy", naive)
    assert out.splitlines()[1] == (
        "With labels = [1, 0, 0, 1] and logits = [-40, 40, -40, 40], "
        "expected [40, 40, 4.24835e-18, 4.24835e-18], received [40, inf, 0, nan]."
    )


def test_an_open_question_shows_one_answer_of_many(capsys):
    out = reply(capsys, "sigmoid_as_softmax", lambda z: np.stack([z, z], axis=1))
    assert "one right answer is [[0.5, 0], [-1, 0], [3, 0]], received [[0.5, 0.5], [-1, -1], [3, 3]]." in out


def test_what_the_function_prints_is_kept_out_of_the_reply(capsys):
    def talkative(p):
        print("p is", p)
        return np.log(p / (1 - p))

    assert reply(capsys, "log_odds", talkative).startswith("Correct")


def test_no_address_is_printed(capsys):
    def raising(p):
        raise RuntimeError(f"cannot use {object()}")

    assert "raises RuntimeError: cannot use <object object>" in reply(capsys, "log_odds", raising)


def test_an_unknown_name_lists_the_exercises():
    with pytest.raises(ValueError, match=r"^check: name: expected one of these exercises") as caught:
        exercises.check("logits", sig)
    for name, exercise in exercises.EXERCISES.items():
        assert f"  {name}: {exercise.question}\n" in str(caught.value)
    assert "received 'logits'." in str(caught.value)
