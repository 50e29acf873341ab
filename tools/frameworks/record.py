"""The record of what every snippet gave when it was executed: tests/frameworks.json."""

import json
import pathlib

import numpy as np

from tools.frameworks import jobs
from xentedu.snippets import examples

PATH = pathlib.Path(__file__).parents[2] / "tests" / "frameworks.json"
TOLERANCE = 1e-6  # of values and gradients: absolute below 1, relative above; all of it is float32
# What is executed where; Keras on each of its backends.
PLACES = (
    "tensorflow1",
    "tensorflow2",
    "keras-tensorflow2",
    "keras-jax",
    "keras-pytorch",
    "pytorch",
    "jax",
    "scikit_learn",
)


def read():
    """Return the record."""
    return json.loads(PATH.read_text(encoding="utf-8"))


def write(content):
    """Write the record, a line for each execution."""
    results = content.pop("results")
    head = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)[:-2]
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(results[name])}" for name in sorted(results))
    PATH.write_text(f'{head},\n "results": {{\n{lines}\n }}\n}}\n', encoding="utf-8")


def packed(result):
    """Return a run's value, gradients and draws as they are recorded."""
    value, grads, drawn = result
    return {"value": value, "grads": grads, "drawn": drawn} if drawn else {"value": value, "grads": grads}


def differences(code, runs):
    """Return by how much each value and gradient of an execution differs from xentedu's, at worst."""
    problem, found = code.problem, {}
    for values, run in zip((examples.inputs(problem), examples.random_inputs(problem)), runs):
        value, grads = jobs.reference(problem, values, run.get("drawn", {}))
        apart = {"value": difference(run["value"], value)}
        for name, grad in grads.items():
            if name == "labels" and not problem.trained:
                continue
            if code.framework != "scikit_learn":
                given = run["grads"].get(name)
                apart[f"gradient into {name}"] = np.inf if given is None else difference(given, grad)
        if jobs.stopped(problem):
            apart["gradient into labels"] = np.abs(run["grads"].get("labels", 0.0)).max()  # stopped
        found = {name: max(apart[name], found.get(name, 0.0)) for name in apart}
    return found


def difference(given, wanted):
    """Return the largest difference, relative where numbers are larger than 1."""
    given, wanted = np.asarray(given, float), np.asarray(wanted, float)
    if given.shape != wanted.shape:
        return np.inf
    return float(np.max(np.abs(given - wanted) / np.maximum(1, np.abs(wanted)), initial=0.0))


def surprises(asked):
    """Return in words which probes did not give the number that the map says."""
    found = []
    for probe in jobs.probes():
        places = [where for where in PLACES if where.partition("-")[0] == probe.framework]
        for name in (f"{where}: {probe.name}" for where in places):
            if not isinstance(asked.get(name), float) or abs(asked[name] - probe.wanted) > 1e-5 * max(1, probe.wanted):
                found.append(f"{name}: expected {probe.wanted:.6f}, received {asked.get(name)}")
    return found
