"""How long losses and their gradients take here, in PyTorch, TensorFlow 2 and JAX: `python benchmarks/losses.py`.

The first run installs the peers (benchmarks/requirements.txt) into .venv-benchmarks, which the project itself does not
need. Every library runs in a process of its own, on arrays made from one seed, and is asked in turn, round after round;
the others sleep meanwhile. Each row has new processes: where an earlier row had freed large arrays, later calls were up
to a third slower or not, by how malloc had adapted. A time is the median over the rounds of the time of one call: value
of every example and gradient, of the public function as it stands, its validation included, its results finished.
Arrays are in each library's own form, and functions compiled, before the clock starts.

The sampled softmax loss (dim 128, batch 512, 8192 samples that each call draws anew) is compared with TensorFlow alone,
which has one; its gradients into weights and biases are rows here and tf.IndexedSlices there. The second table is of
its memory: by how much the first three calls of a process raise the peak of its resident memory (Linux alone tells).

    python benchmarks/losses.py [--rounds N] [--only TEXT] [--libraries xentedu torch …]
"""

import argparse
import functools
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
DIM, BATCH, SAMPLES = 128, 512, 8192
# name: (loss, shape). The sigmoid comes twice: with gradients into labels and logits, as the library always gives them,
# and with the peers spared the labels.
CASES = {
    **{f"sparse softmax {rows} x {classes}": ("sparse", (rows, classes)) for rows, classes in SPARSE},
    "sigmoid 4096 x 1000": ("sigmoid", (4096, 1000)),
    "sigmoid 4096 x 1000, peers: logits alone": ("sigmoid_logits", (4096, 1000)),
    **{f"sampled softmax, {classes} classes": ("sampled", (classes,)) for classes in (100_000, 1_000_000)},
}
TURN = 0.03  # seconds that a library calculates before the next one's turn, three calls at least


def arrays(loss, shape):
    """Return the arguments of a case: the same for every library."""
    import numpy as np

    rng = np.random.default_rng(0)
    if loss == "sampled":
        frequent_first = np.expm1(rng.random((BATCH, 1)) * np.log(shape[0])).astype(np.int64)
        return {
            "weights": rng.standard_normal((shape[0], DIM), dtype=np.float32) * 0.1,
            "biases": np.zeros(shape[0], np.float32),
            "labels": frequent_first,
            "inputs": rng.standard_normal((BATCH, DIM), dtype=np.float32),
        }
    logits = rng.standard_normal(shape, dtype=np.float32) * 3
    if loss == "sparse":
        return {"labels": rng.integers(shape[1], size=shape[0]), "logits": logits}
    return {"labels": rng.random(shape, dtype=np.float32), "logits": logits}


def xentedu(loss, **arguments):
    """Return a function that calculates once."""
    import xentedu as xe

    if loss == "sampled":
        function = xe.value_and_grad(xe.nn.sampled_softmax_loss, sparse=True)
        return lambda: function(**arguments, num_sampled=SAMPLES, num_classes=len(arguments["biases"]))
    losses = {"sparse": xe.nn.sparse_softmax_cross_entropy_with_logits}
    function = xe.value_and_grad(losses.get(loss, xe.nn.sigmoid_cross_entropy_with_logits))
    return lambda: function(**arguments)


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


def tensorflow(loss, **arguments):
    """Return a function that calculates once."""
    import tensorflow as tf

    tensors = {name: tf.constant(array) for name, array in arguments.items()}
    wanted = [name for name in tensors if name != "labels" or loss == "sigmoid"]
    losses = {"sparse": tf.nn.sparse_softmax_cross_entropy_with_logits}
    function = losses.get(loss, tf.nn.sigmoid_cross_entropy_with_logits)
    if loss == "sampled":
        function = functools.partial(
            tf.nn.sampled_softmax_loss, num_sampled=SAMPLES, num_classes=len(arguments["biases"])
        )

    @tf.function
    def both(tensors):
        watched = [tensors[name] for name in wanted]
        with tf.GradientTape() as tape:
            tape.watch(watched)
            value = function(**tensors)
        return value, tape.gradient(value, watched)

    def call():
        value, grads = both(tensors)
        return value.numpy(), [getattr(grad, "values", grad).numpy() for grad in grads]  # waits, and copies nothing

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
    """Answer the names of cases on standard input with time of a call and growth of memory, until the input ends."""
    prepared = {}
    for line in sys.stdin:
        name = line.strip()
        if name not in prepared:
            prepared.clear()  # one case's arrays at a time
            loss, shape = CASES[name]
            prepared[name] = globals()[library](loss, **arrays(loss, shape))
            before = resident("VmRSS", forget_peak=True)
            for _ in range(3):
                prepared[name]()
            growth = resident("VmHWM") - before
        calls, begin = [], time.perf_counter()
        while len(calls) < 3 or time.perf_counter() - begin < TURN:
            start = time.perf_counter()
            result = prepared[name]()
            calls.append(time.perf_counter() - start)
            del result
        print(json.dumps({"seconds": statistics.median(calls), "bytes": growth}), flush=True)


def resident(field, forget_peak=False):
    """Return this process's resident memory in bytes, as it is (VmRSS) or at its peak (VmHWM); zero if not on Linux."""
    status = pathlib.Path("/proc/self/status")
    if not status.exists():
        return 0
    if forget_peak:
        pathlib.Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return next(
        int(line.split()[1]) * 1024
        for line in status.read_text(encoding="utf-8").splitlines()
        if line.startswith(field)
    )


def environment():
    """Return the Python that has the peers; install them if their list has changed since."""
    python, done = PEERS / "bin" / "python", PEERS / "installed.txt"
    if not done.exists() or done.read_bytes() != REQUIREMENTS.read_bytes():
        venv.create(PEERS, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS], check=True)
        done.write_bytes(REQUIREMENTS.read_bytes())
    return python


def started(library):
    """Return a new process of a library, which waits for names of cases."""
    return subprocess.Popen(
        [environment(), __file__, "--work", library],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"},
    )


def answer(process, name):
    """Return what a process says of a case."""
    process.stdin.write(name + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def ended(process):
    """Let a process end."""
    process.stdin.close()
    process.wait()


def row(*cells):
    """Print a row of a table."""
    print("| " + " | ".join(cells) + " |", flush=True)


def times(libraries, rounds, only):
    """Print the time of a call in each library, the libraries taking turns."""
    row("ms a call, medians", *libraries, "of the fastest peer")
    row("---", *["---:"] * (len(libraries) + 1))
    for name, (loss, _) in CASES.items():
        if only not in name:
            continue
        asked = [library for library in libraries if loss != "sampled" or library in ("xentedu", "tensorflow")]
        processes = {library: started(library) for library in asked}
        seen = {library: [] for library in asked}
        for _ in range(rounds):
            for library in asked:
                seen[library].append(answer(processes[library], name)["seconds"])
        medians = {library: statistics.median(seen[library]) for library in asked}
        peers = [median for library, median in medians.items() if library != "xentedu"]
        ratio = f"{medians['xentedu'] / min(peers):.2f}" if peers and "xentedu" in medians else ""
        row(name, *(f"{1e3 * medians[library]:.3f}" if library in asked else "" for library in libraries), ratio)
        for process in processes.values():
            ended(process)


def memory(libraries, only):
    """Print how much memory the sampled loss takes beyond its arguments, each time in a process of its own."""
    libraries = [library for library in libraries if library in ("xentedu", "tensorflow")]
    names = [name for name, (loss, _) in CASES.items() if loss == "sampled" and only in name]
    if not names or not libraries:
        return
    print()
    row("MB beyond the arguments", *libraries)
    row("---", *["---:"] * len(libraries))
    for name in names:
        sizes = []
        for library in libraries:
            process = started(library)
            sizes.append(f"{answer(process, name)['bytes'] / 2**20:.0f}")
            ended(process)
        row(name, *sizes)


def main():
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--libraries", nargs="+", default=LIBRARIES, choices=LIBRARIES)
    parser.add_argument("--work", choices=LIBRARIES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work)
    else:
        times(options.libraries, options.rounds, options.only)
        memory(options.libraries, options.only)


if __name__ == "__main__":
    main()
