"""Tables of which a loss looks up a few rows: class weights and biases, whole or in shards, and their gradients.

Nothing here touches a row that was not asked for, so neither time nor memory grows with the number of classes.
"""

import numpy as np

from .. import checks
from ..gradients import SparseRows

STRATEGIES = ("mod", "div")


class Table:
    r"""An array whose first axis counts the classes, given whole or as a list of shards.

    Shards split :math:`C` classes into :math:`n` parts. Strategy ``"mod"`` deals them out in turn: class :math:`c` is
    row :math:`\lfloor c / n \rfloor` of shard :math:`c \bmod n`. Strategy ``"div"`` cuts the classes into consecutive
    runs, of which the first :math:`C \bmod n` are longer by one. Only with ``"div"`` is the concatenation of the shards
    in the order of the classes: who evaluates with the concatenation after training with ``"mod"`` compares the wrong
    rows.

    Args:
        name: the argument's name.
        value: one array, or a list of them.
        shape: that of the whole table.
        strategy: ``"mod"`` or ``"div"``.
    """

    def __init__(self, name, value, shape, strategy):
        checks.one_of("partition_strategy", strategy, STRATEGIES)
        self.name, self.strategy = name, strategy
        self.sharded = isinstance(value, (list, tuple)) and len(value) > 0 and _rank(value[0]) == len(shape)
        self.shards = []
        parts = value if self.sharded else [value]
        for i, part in enumerate(parts):
            rows = len(range(i, shape[0], len(parts)))  # mod and div make shards of the same lengths
            label = f"{name}[{i}]" if self.sharded else name
            shard = checks.floating_as_given(label, part)
            if shard.shape != (rows, *shape[1:]):
                expected = f"shape {(rows, *shape[1:])}"
                if self.sharded:
                    expected += f" (shard {i} of {len(parts)} of a table of shape {shape})"
                raise checks.problem(ValueError, label, expected, f"shape {shard.shape}")
            self.shards.append(shard)

    def look_up(self, ids, dtype):
        """Return the rows of ``ids``, in ``dtype``: shape ``[len(ids), ...]``. They must be finite."""
        rows = np.empty((len(ids), *self.shards[0].shape[1:]), dtype)
        for (here, local), shard in zip(self._parts(ids), self.shards):
            rows[here] = shard[local]
        if not np.isfinite(rows).all():
            bad = tuple(np.argwhere(~np.isfinite(rows))[0])
            raise checks.problem(ValueError, self.name, "finite numbers", f"{rows[bad]} for class {ids[bad[0]]}")
        return rows

    def gradient(self, ids, rows):
        """Return the gradient whose row ``ids[i]`` gets ``rows[i]``; a list of them for a list of shards."""
        grads = [
            SparseRows.adding_up(local, rows[here], len(shard))
            for (here, local), shard in zip(self._parts(ids), self.shards)
        ]
        return grads if self.sharded else grads[0]

    def _parts(self, ids):
        """Yield for each shard which of ``ids`` it holds, and their rows in it."""
        count = len(self.shards)
        if count == 1:
            yield slice(None), ids
            return
        if self.strategy == "mod":
            shard, row = ids % count, ids // count
        else:
            ends = np.cumsum([len(part) for part in self.shards])
            shard = np.searchsorted(ends, ids, side="right")  # the first run that ends beyond the id
            row = ids - np.concatenate([[0], ends])[shard]
        for i in range(count):
            here = np.flatnonzero(shard == i)
            yield here, row[here]


def _rank(value):
    """Return how deep lists are nested, or the rank of an array."""
    return 1 + _rank(value[0]) if isinstance(value, (list, tuple)) and len(value) else np.ndim(value)
