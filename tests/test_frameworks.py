"""The code for other frameworks: each snippet was executed as it stands now, and gave xentedu's numbers.

The record is tests/frameworks.json. A snippet that was changed is missing from it until `make frameworks` has executed
it; a change of xentedu's numbers shows here too, since they are computed now.
"""

import datetime
import pathlib
import re

import pytest

from tools.frameworks import jobs, record
from xentedu import snippets

RECORD = record.read()
RUN_IT = "run `make frameworks`, and commit tests/frameworks.json"
ALL = jobs.snippets()


def executions():
    for code in ALL:
        for where in record.PLACES:
            if where.partition("-")[0] == code.framework:
                yield f"{where}-{jobs.key(code).rpartition('-')[2]}", code


EXECUTIONS = dict(executions())


def test_each_snippet_was_executed_as_it_stands():
    missing = [f"{name}:\n{code}" for name, code in EXECUTIONS.items() if name not in RECORD["results"]]
    assert missing == [], RUN_IT


def test_nothing_else_is_in_the_record():
    assert set(RECORD["results"]) == set(EXECUTIONS), RUN_IT


@pytest.mark.parametrize("where", record.PLACES)
def test_each_gave_the_value_and_gradients_that_xentedu_gives(where):
    compared = 0
    for name, code in EXECUTIONS.items():
        if name.startswith(f"{where}-"):
            apart = record.differences(code, RECORD["results"][name])
            assert max(apart.values()) <= record.TOLERANCE, (apart, str(code))
            assert "value" in apart
            assert len(apart) > 1 or where == "scikit_learn"  # all others have gradients
            compared += 1
    assert compared >= (8 if where == "scikit_learn" else 80)


def test_the_comparison_sees_a_wrong_value_and_a_wrong_or_missing_gradient():
    name, code = next(
        (name, code)
        for name, code in EXECUTIONS.items()
        if name.startswith("pytorch-") and code.problem.family == "sparse" and code.problem.reduction == "mean"
    )
    runs = RECORD["results"][name]
    (into,) = (key for key in record.differences(code, runs) if key.startswith("gradient") and "label" not in key)
    grads = {**runs[1]["grads"]}
    grad = grads.pop(into.removeprefix("gradient into "))
    for changed in (
        {**runs[1], "value": runs[1]["value"] + 1e-5},
        {**runs[1], "grads": grads},
        {**runs[1], "grads": {**runs[1]["grads"], into.removeprefix("gradient into "): [grad]}},
    ):
        assert max(record.differences(code, [runs[0], changed]).values()) > record.TOLERANCE


def test_what_the_map_says_of_edges_and_options_was_asked():
    assert record.surprises(RECORD["probes"]) == [], RUN_IT
    assert len(jobs.probes()) >= 30


def test_versions_and_date_are_those_of_the_record():
    assert RECORD["date"] == snippets.EXECUTED
    for framework, said in snippets.VERSIONS.items():
        places = [where for where in record.PLACES if where.partition("-")[0] == framework]
        for where in places:
            found = RECORD["versions"][where]
            for name, version in re.findall(r"([A-Za-z-]+) (\d[\d.]*\d)", said):
                assert found[name] == version, where
    pins = pathlib.Path(record.PATH.parents[1] / "tools/frameworks/requirements.txt").read_text(encoding="utf-8")
    for name, key, where in (
        ("tensorflow", "TensorFlow", "tensorflow2"),
        ("keras", "Keras", "keras-jax"),
        ("torch", "PyTorch", "pytorch"),
        ("jax", "JAX", "jax"),
        ("optax", "optax", "jax"),
        ("scikit-learn", "scikit-learn", "scikit_learn"),
    ):
        assert f"{name}=={RECORD['versions'][where][key]}" in pins


def test_the_landing_page_says_what_was_executed():
    page = pathlib.Path(record.PATH.parents[1] / "book/index.md").read_text(encoding="utf-8")
    day = datetime.date.fromisoformat(RECORD["date"])
    assert f"On {day.day} {day:%B %Y}, {len(ALL)} pieces of code, " in page
    assert f"ran in {'; '.join(snippets.VERSIONS.values())}." in page


@pytest.mark.parametrize("code", ALL, ids=jobs.key)
def test_a_snippet_is_complete_and_not_too_wide(code):
    text = str(code)
    compile(text, "<snippet>", "exec")
    assert re.search(r"^loss = ", text, re.MULTILINE)
    assert all(len(line) <= 80 or line.endswith("_with_logits(") for line in text.splitlines()), text
