"""How long losses and their gradients take here, in PyTorch, TensorFlow 2 and JAX: `python benchmarks/losses.py`.

The first run installs the peers (benchmarks/requirements.txt) into .venv-benchmarks, which the project itself does not
need. Every library runs in a process of its own, on arrays made from one seed, and is asked in turn, round after round;
the others sleep meanwhile. A time is the median over the rounds of the time of one call: value of every example and
gradient, of the public function as it stands, its validation included, its results finished. Arrays are in each
library's own form, and functions compiled, before the clock starts.

    python benchmarks/losses.py [--rounds N] [--only TEXT] [--libraries xentedu torch …]
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time
import venv

ROOT = pathlib.Path(__file__).parents[1]
PEERS = ROOT / ".venv-benchmarks"
REQUIREMENTS = ROOT / "benchmarks" / "requirements.txt"
LIBRARIES = ("xentedu", "torch", "tensorflow", "jax")
SPARSE = [(64, 10), (4096, 10), (1024, 1000), (4096, 1000), (256, 50_000), (2048, 50_000)]
# name: (loss, shape). The last but one gives gradients into labels and logits, as the library always does;
# in the last the peers are spared the labels.
CASES = {
    **{f"sparse softmax {rows} x {classes}": ("sparse", (rows, classes)) for rows, classes in SPARSE},
    "sigmoid 4096 x 1000": ("sigmoid", (4096, 1000)),
    "sigmoid 4096 x 1000, peers: logits alone": ("sigmoid_logits", (4096, 1000)),
}
TURN = 0.03  # seconds that a library calculates before the next one's turn


def arrays(loss, shape):
    """Return labels and logits of a case: the same for every library."""
    import numpy as np

    rng = np.random.default_rng(0)
    logits = rng.standard_normal(shape, dtype=np.float32) * 3
    if loss == "sparse":
        return rng.integers(shape[1], size=shape[0]), logits
    return rng.random(shape, dtype=np.float32), logits


def xentedu(loss, labels, logits):
    """Return a function that calculates once."""
    import xentedu as xe

    losses = {"sparse": xe.nn.sparse_softmax_cross_entropy_with_logits}
    function = xe.value_and_grad(losses.get(loss, xe.nn.sigmoid_cross_entropy_with_logits))
    return lambda: function(labels=labels, logits=logits)


def torch(loss, labels, logits):
    """Return a function that calculates once."""
    import torch

    x, y = torch.from_numpy(logits).requires_grad_(), torch.from_numpy(labels)
    wanted = [x]
    if loss == "sparse":
        function = torch.nn.functional.cross_entropy
    else:
        function = torch.nn.functional.binary_cross_entropy_with_logits
        wanted += [y.requires_grad_()] if loss == "sigmoid" else []

    def call():
        value = function(x, y, reduction="none")
        return value.detach(), torch.autograd.grad(value, wanted, torch.ones_like(value))

    return call


def tensorflow(loss, labels, logits):
    """Return a function that calculates once."""
    import tensorflow as tf

    x, y = tf.constant(logits), tf.constant(labels)
    losses = {"sparse": tf.nn.sparse_softmax_cross_entropy_with_logits}
    function = losses.get(loss, tf.nn.sigmoid_cross_entropy_with_logits)

    @tf.function
    def both(x, y):
        wanted = [x, y] if loss == "sigmoid" else [x]
        with tf.GradientTape() as tape:
            tape.watch(wanted)
            value = function(labels=y, logits=x)
        return value, tape.gradient(value, wanted)

    def call():
        value, grads = both(x, y)
        return value.numpy(), grads[0].numpy()[..., :1]  # nothing is copied: this waits for the result

    return call


def jax(loss, labels, logits):
    """Return a function that calculates once."""
    import jax
    import optax

    x, y = jax.numpy.asarray(logits), jax.numpy.asarray(labels)
    losses = {"sparse": optax.softmax_cross_entropy_with_integer_labels}
    function = losses.get(loss, optax.sigmoid_binary_cross_entropy)

    def summed(x, y):
        value = function(x, y)
        return value.sum(), value

    gradient = jax.jit(jax.grad(summed, argnums=(0, 1) if loss == "sigmoid" else 0, has_aux=True))
    return lambda: jax.block_until_ready(gradient(x, y))


def work(library):
    """Answer the names of cases on standard input with the time of one call each, until the input ends."""
    prepared = {}
    for line in sys.stdin:
        name = line.strip()
        if name not in prepared:
            prepared.clear()  # one case's arrays at a time
            loss, shape = CASES[name]
            prepared[name] = globals()[library](loss, *arrays(loss, shape))
            for _ in range(3):
                prepared[name]()
        calls, begin = [], time.perf_counter()
        while not calls or time.perf_counter() - begin < TURN:
            start = time.perf_counter()
            result = prepared[name]()
            calls.append(time.perf_counter() - start)
            del result
        print(json.dumps(statistics.median(calls)), flush=True)


def environment():
    """Return the Python that has the peers; install them if their list has changed since."""
    python, done = PEERS / "bin" / "python", PEERS / "installed.txt"
    if not done.exists() or done.read_text() != REQUIREMENTS.read_text():
        venv.create(PEERS, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS], check=True)
        done.write_text(REQUIREMENTS.read_text())
    return python


def main():
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--libraries", nargs="+", default=LIBRARIES, choices=LIBRARIES)
    parser.add_argument("--work", choices=LIBRARIES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        return work(options.work)
    python = environment()
    processes = {}
    for library in options.libraries:
        processes[library] = subprocess.Popen(
            [python, __file__, "--work", library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"},
        )
    print("| ms a call, medians | " + " | ".join(options.libraries) + " | of the fastest peer |")
    print("|---|" + "---:|" * (len(options.libraries) + 1))
    for name in CASES:
        if options.only not in name:
            continue
        times = {library: [] for library in options.libraries}
        for _ in range(options.rounds):
            for library, process in processes.items():
                process.stdin.write(name + "\n")
                process.stdin.flush()
                times[library].append(json.loads(process.stdout.readline()))
        medians = {library: statistics.median(each) for library, each in times.items()}
        peers = [median for library, median in medians.items() if library != "xentedu"]
        ratio = f"{medians['xentedu'] / min(peers):.2f}" if peers and "xentedu" in medians else ""
        print(f"| {name} | " + " | ".join(f"{m * 1e3:.3f}" for m in medians.values()) + f" | {ratio} |", flush=True)
    for process in processes.values():
        process.stdin.close()
        process.wait()
    return None


if __name__ == "__main__":
    main()
