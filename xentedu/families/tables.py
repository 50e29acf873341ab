"""Tables in which a loss looks up a few rows: class weights and biases, whole or in shards, and their gradients.

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
    runs; the first :math:`C \bmod n` of them are longer by one. Only with ``"div"`` are the concatenated shards in
    the order of the classes: to concatenate them for evaluation after training with ``"mod"`` compares the wrong rows.

    Args:
        name: the argument's name.
        value: one array, or a list of them.
        num_classes: the least number of rows; more are padding.
        row: the shape of a row.
        strategy: ``"mod"`` or ``"div"``.
    """

    def __init__(self, name, value, num_classes, row, strategy):
        checks.one_of("partition_strategy", strategy, STRATEGIES)
        self.name, self.strategy = name, strategy
        self.sharded = isinstance(value, (list, tuple)) and len(value) > 0 and _rank(value[0]) == 1 + len(row)
        labels = [f"{name}[{i}]" for i in range(len(value))] if self.sharded else [name]
        parts = value if self.sharded else [value]
        self.shards = [checks.floating_as_given(*part, integers=True) for part in zip(labels, parts)]
        self.trained = all(checks.is_floating(part) for part in parts)
        lengths = [len(shard) if shard.ndim else 0 for shard in self.shards]
        cut = self.sharded and strategy == "div"
        for i, (label, shard, length) in enumerate(zip(labels, self.shards, lengths)):
            # mod and div make shards of the same lengths, div from all rows: TensorFlow counts the padding too.
            least, whole = (len(range(i, count, len(parts))) for count in (num_classes, sum(lengths)))
            if shard.ndim == 0 or shard.shape[1:] != row or length < least or (cut and length != whole):
                least = max(least, whole) if cut else f"{least} or more"
                where = f"num_classes = {num_classes}" + (f", inputs of dim {row[0]}" if row else "")
                where = f"shard {i} of {len(parts)}; {where}" if self.sharded else where
                expected = f"shape [{', '.join(map(str, (least, *row)))}] ({where})"
                raise checks.problem(ValueError, label, expected, f"shape {shard.shape}")

    def look_up(self, ids, dtype, masks=False):
        """Return the rows of ``ids``, in ``dtype``: shape ``[len(ids), ...]``. They must be finite, or ``masks``."""
        rows = np.empty((len(ids), *self.shards[0].shape[1:]), dtype)
        for (here, local), shard in zip(self._parts(ids), self.shards):
            rows[here] = shard[local]
        wrong = ~np.isfinite(rows) & ~(masks & np.isneginf(rows))
        if wrong.any():
            bad = tuple(np.argwhere(wrong)[0])
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
