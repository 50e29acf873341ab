"""Work on blocks of rows: small enough to stay in a core's cache, and shared among the cores.

An operation of NumPy reads its arguments from memory and writes its result back. A formula of six operations on an
array larger than the cache travels that way six times; on a block that fits the cache it travels once. While NumPy
computes, it lets go of Python's interpreter lock, so that threads work on different blocks at the same time.
"""

import os
import threading

import numpy as np

# Small enough for a core's second-level cache, or nearly; large enough that an operation takes its time. Between two
# operations a thread holds the interpreter lock for a moment, and with smaller blocks the others wait for it too often.
BLOCK_BYTES = 1 << 20
# An array of fewer bytes is done before a thread has started.
THREADED_BYTES = 1 << 20


def cores():
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def over_rows(work, array):
    """Call ``work(rows)`` for slices that together are all rows of ``array``; on all cores, if it is large.

    ``work`` puts its results into arrays that it shares with its caller, and there into ``rows`` alone. An error that
    it raises is raised here, once every thread has stopped.

    >>> numbers = np.arange(100_000.0).reshape(1000, 100)
    >>> sums = np.empty(1000)
    >>> def work(rows):
    ...     sums[rows] = numbers[rows].sum(axis=1)
    >>> over_rows(work, numbers)
    >>> bool((sums == numbers.sum(axis=1)).all())
    True
    """
    count = len(array)
    step = max(1, BLOCK_BYTES * count // array.nbytes)
    if step >= count:
        work(slice(0, count))
        return
    waiting = iter([slice(start, min(start + step, count)) for start in range(0, count, step)])
    lock, errors = threading.Lock(), []

    def take_turns():
        """Work on the next block that nobody has taken, until none is left."""
        while not errors:
            with lock:
                rows = next(waiting, None)
            if rows is None:
                return
            try:
                work(rows)
            except Exception as error:
                errors.append(error)

    helpers = cores() - 1 if array.nbytes >= THREADED_BYTES else 0
    threads = [threading.Thread(target=take_turns) for _ in range(helpers)]
    for thread in threads:
        thread.start()
    take_turns()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def extremes(array):
    """Return the smallest and the largest number of an array; both are NaN where it has one.

    >>> [float(number) for number in extremes(np.array([[2.0, -1.0], [0.0, 3.0]]))]
    [-1.0, 3.0]
    """
    if array.nbytes <= BLOCK_BYTES or not array.ndim:
        return np.minimum.reduce(array, axis=None), np.maximum.reduce(array, axis=None)
    found = []
    over_rows(lambda rows: found.append((array[rows].min(), array[rows].max())), array)
    lowest, highest = np.array(found).T
    return lowest.min(), highest.max()
