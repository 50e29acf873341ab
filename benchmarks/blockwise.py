"""What the exact loss of very many classes costs, block by block: `python benchmarks/blockwise.py`.

Float32, a batch of 512, dim 64; value and gradients into weights, biases and inputs. Prints

- at 1,000,000 classes the time of a call, and how much memory it has at its peak beyond arguments and gradients
  (as tracemalloc counts it), as a share of the dense logits;
- at 100,000 classes its time as a multiple of the dense way's (logits by one matrix product, the sparse softmax loss,
  and the products that pass its gradient on): medians of calls in turn.
"""

import statistics
import time
import tracemalloc

import numpy as np

import xentedu as xe

BATCH, DIM, ROUNDS = 512, 64, 11
blockwise = xe.value_and_grad(xe.nn.blockwise_softmax_cross_entropy)
sparse = xe.value_and_grad(xe.nn.sparse_softmax_cross_entropy_with_logits)


def arguments(classes):
    """Return weights, biases, labels and inputs."""
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((classes, DIM), dtype=np.float32) * 0.1
    inputs = rng.standard_normal((BATCH, DIM), dtype=np.float32)
    return weights, np.zeros(classes, np.float32), rng.integers(classes, size=BATCH), inputs


def dense(weights, biases, labels, inputs):
    """Return the same with all logits at once."""
    logits = inputs @ weights.T
    logits += biases
    value, grads = sparse(labels=labels, logits=logits)
    g = grads["logits"]
    return value, {"weights": g.T @ inputs, "biases": g.sum(axis=0), "inputs": g @ weights}


def seconds(function, given):
    """Return the time of a call."""
    start = time.perf_counter()
    function(*given)
    return time.perf_counter() - start


def main():
    """Measure, and print."""
    million = arguments(1_000_000)
    tracemalloc.start()
    grads = blockwise(*million)[1]
    peak = tracemalloc.get_traced_memory()[1] - sum(grad.nbytes for grad in grads.values())
    tracemalloc.stop()
    share = peak / (BATCH * 1_000_000 * 4)
    del grads
    taken = statistics.median(seconds(blockwise, million) for _ in range(3))
    print(f"1,000,000 classes: {taken:.2f} s, {peak / 2**20:.0f} MB, {share:.1%} of the dense logits")
    fewer = arguments(100_000)
    times = [(seconds(dense, fewer), seconds(blockwise, fewer)) for _ in range(ROUNDS)][1:]
    whole, by_blocks = (statistics.median(each) for each in zip(*times))
    print(f"  100,000 classes: {by_blocks:.3f} s, dense {whole:.3f} s: {by_blocks / whole:.2f} times")


if __name__ == "__main__":
    main()
