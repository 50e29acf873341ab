"""Executes snippets in the framework that this Python has: jobs as JSON on standard input, results on standard output.

It runs on Python 3.7 too, where TensorFlow 1.15 is, and knows nothing of xentedu. A job's code is executed as it
stands, and the gradient of the sum of ``loss`` is the framework's own.
"""

import json
import os
import sys

import numpy as np

FRAMEWORK = sys.argv[1]  # a key of xentedu.snippets.FRAMEWORKS; for Keras with its backend: keras-jax


def run_tensorflow1(job):
    """Build a graph, differentiate it, and run it in a session."""
    with tf.Graph().as_default():
        space, inputs = prepared(job)
        execute(job["call"], space)
        found = tf.gradients(space["loss"], [inputs[name] for name in job["into"]])
        found = {name: tf.convert_to_tensor(g) for name, g in zip(job["into"], found) if g is not None}
        wanted = {name: space[name] for name in job["collected"] if name in space}
        wanted.update((name, inputs[name]) for name in job["inputs_of"])
        with tf.compat.v1.Session() as session:
            return session.run((space["loss"], found, wanted))


def run_tensorflow2(job):
    """Record the call on a tape."""
    space, inputs = prepared(job)
    watched = [inputs[name] for name in job["into"]]
    with tf.GradientTape() as tape:
        tape.watch(watched)
        execute(job["call"], space)
    found = tape.gradient(space["loss"], watched)
    found = {name: tf.convert_to_tensor(g) for name, g in zip(job["into"], found) if g is not None}
    return space["loss"], found, collected(job, space, inputs)


def run_pytorch(job):
    """Let autograd differentiate it."""
    space, inputs = prepared(job)
    for name in job["into"]:
        space[name] = inputs[name] = inputs[name].detach().requires_grad_()
    execute(job["call"], space)
    leaves = [inputs[name] for name in job["into"]]
    found = torch.autograd.grad(space["loss"].sum(), leaves, allow_unused=True) if leaves else []
    found = {name: g for name, g in zip(job["into"], found) if g is not None}
    result = space["loss"], found, collected(job, space, inputs)
    return plain(result, lambda x: x.detach().numpy() if isinstance(x, torch.Tensor) else x)


def run_jax(job):
    """Execute the call once as it stands, and once more under jax.grad."""
    space, inputs = prepared(job)

    def total(given):
        again = dict(space)
        again.update(given)
        execute(job["call"], again)
        return again["loss"].sum()

    found = jax.grad(total)({name: inputs[name] for name in job["into"]}) if job["into"] else {}
    execute(job["call"], space)
    return space["loss"], found, collected(job, space, inputs)


def run_scikit_learn(job):
    """Only the value: there is no gradient."""
    space, inputs = prepared(job)
    execute(job["call"], space)
    return space["loss"], {}, collected(job, space, inputs)


def prepared(job):
    """Execute imports and inputs; return the names that they leave, and the inputs by themselves."""
    space = {}
    execute(job["imports"], space)
    execute(job["inputs"], space)
    return space, {name: space[name] for name in set(job["into"]) | set(job["inputs_of"])}


def execute(code, space):
    """Execute code in a namespace."""
    exec(compile(code, "<snippet>", "exec"), space)


def collected(job, space, inputs):
    """Return what xentedu needs to compute the same: what was drawn, and the inputs."""
    found = {name: space[name] for name in job["collected"] if name in space}
    found.update((name, inputs[name]) for name in job["inputs_of"])
    return found


def plain(item, convert=lambda x: x):
    """Return numbers and lists in place of arrays."""
    if isinstance(item, dict):
        return {name: plain(value, convert) for name, value in item.items()}
    if isinstance(item, (tuple, list)):
        return [plain(value, convert) for value in item]
    array = np.asarray(convert(item))
    if array.dtype.kind == "f":
        return np.vectorize(lambda x: float(f"{x:.8g}"), otypes=[float])(array).tolist() if array.size else []
    return array.tolist()


library, _, backend = FRAMEWORK.partition("-")
if library in ("tensorflow1", "tensorflow2"):
    import tensorflow as tf

    RUN = run_tensorflow1 if library == "tensorflow1" else run_tensorflow2
    versions = {"TensorFlow": tf.__version__}
elif library == "pytorch":
    import torch

    RUN, versions = run_pytorch, {"PyTorch": torch.__version__.partition("+")[0]}
elif library == "jax":
    import jax
    import optax

    RUN, versions = run_jax, {"JAX": jax.__version__, "optax": optax.__version__}
elif library == "keras":
    os.environ["KERAS_BACKEND"] = {"pytorch": "torch", "tensorflow2": "tensorflow"}.get(backend, backend)
    import keras

    if backend == "jax":
        import jax
    elif backend == "pytorch":
        import torch
    else:
        import tensorflow as tf
    RUN = {"jax": run_jax, "pytorch": run_pytorch, "tensorflow2": run_tensorflow2}[backend]
    versions = {"Keras": keras.__version__}
else:
    import sklearn

    RUN, versions = run_scikit_learn, {"scikit-learn": sklearn.__version__}
versions.update({"NumPy": np.__version__, "Python": ".".join(map(str, sys.version_info[:3]))})

results = []
for job in json.load(sys.stdin):
    try:
        results.append(plain(RUN(job)))
    except Exception as error:
        results.append(f"{type(error).__name__}: {str(error)[:500]}")
json.dump({"versions": versions, "results": results}, sys.stdout)
