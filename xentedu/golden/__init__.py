"""Golden cases: what TensorFlow 1.15.5 and Keras 3 computed, to compare this library with.

>>> import xentedu as xe
>>> from xentedu import golden
>>> cases = golden.cases("tf.nn.softmax_cross_entropy_with_logits_v2")
>>> value = xe.nn.softmax_cross_entropy_with_logits_v2(**cases[0].args)
>>> bool(abs(value - cases[0].value).max() < cases[0].atol)
True

README.md beside this file says how the cases were made and what their ids mean.
"""

import functools
import json
import pathlib
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Case", "about", "cases", "signatures", "tolerances"]

FOLDER = pathlib.Path(__file__).parent

# Where TensorFlow, or the mean of Keras, computes in float32, whatever the dtype of the arguments.
FLOAT32_INSIDE = ("tf.losses.", "tf.contrib.losses.", "keras.losses.binary_", "keras.losses.Binary")


@dataclass(frozen=True, eq=False)
class Case:
    """One call of a TensorFlow (or Keras) function, and what came back.

    ``rtol`` and ``atol`` are this library's promise at the precision in which TensorFlow worked.

    Examples:
        >>> case = cases("tf.nn.sigmoid")[0]
        >>> case.function, sorted(case.args), case.precision, case.rtol
        ('tf.nn.sigmoid', ['x'], 'float32', 2e-06)
    """

    function: str  # its dotted name, such as "tf.nn.nce_loss"
    id: str  # unique within the function
    args: dict[str, Any]  # by the argument names of this library; arrays are read-only
    value: Any  # an array, or a tuple of arrays
    grads: dict[str, Any]  # of the sum of `value`; a list for an argument that is a list of shards
    no_grad: tuple[str, ...]  # the array arguments to which tf.gradients gave None
    precision: str  # the dtype that TensorFlow worked in: "float32" or "float64"

    @property
    def rtol(self) -> float:
        """The relative error that this library allows itself."""
        return 1e-12 if self.precision == "float64" else 2e-6

    @property
    def atol(self) -> float:
        """The absolute error that it allows itself where the value is near zero."""
        return 1e-12 if self.precision == "float64" else 1e-6

    @property
    def quirk(self) -> bool:
        """Whether TensorFlow's answer is a surprise, and README.md lists it as one."""
        return self.id.startswith("quirk-")

    def __str__(self) -> str:
        return self.id


def cases(function: str | None = None, archive: str = "tensorflow1") -> list[Case]:
    """All cases, or those of one function.

    Args:
        function: a dotted name of TensorFlow's, such as "tf.nn.nce_loss"; None for all functions.
        archive: "tensorflow1" or "keras3".

    Returns:
        A list of cases. Their arrays are read-only, since cases share them.

    Raises:
        ValueError: where there are no cases of that function.

    Examples:
        >>> len(cases("tf.nn.nce_loss"))
        80
    """
    loaded = _load(archive)[1]
    if function is None:
        return list(loaded)
    found = [case for case in loaded if case.function == function]
    if not found:
        names = sorted({case.function for case in loaded})
        raise ValueError(f"cases: function: expected one of {names}, received {function!r}")
    return found


def about(archive: str = "tensorflow1") -> dict[str, str]:
    """The versions of TensorFlow (or Keras), NumPy and Python that made the cases, and the date.

    Args:
        archive: "tensorflow1" or "keras3".

    Returns:
        A dict from a name to a version or date.

    Raises:
        FileNotFoundError: where there is no such archive.

    Examples:
        >>> about()["tensorflow"]
        '1.15.5'
    """
    return dict(_load(archive)[0])


def signatures() -> dict[str, Any]:
    """TensorFlow 1.15.5's own signatures, and the members of its ``Reduction``.

    Returns:
        A dict from a function's dotted name to a list of [argument, repr of its default or None].

    Examples:
        >>> signatures()["tf.nn.sigmoid"]
        [['x', None], ['name', 'None']]
    """
    return json.loads((FOLDER / "signatures.json").read_text(encoding="utf-8"))


def tolerances(cases: list[Case]) -> str:
    """The relative errors that this library allows itself in some cases, in words.

    Args:
        cases: golden cases.

    Returns:
        A text.

    Examples:
        >>> tolerances(cases("tf.nn.sigmoid"))
        '1e-12 in float64, 2e-06 in float32'
    """
    return ", ".join(sorted({f"{case.rtol:g} in {case.precision}" for case in cases}))


@functools.cache
def _load(archive: str) -> tuple[dict[str, str], tuple[Case, ...]]:
    index, entries = unpacked(archive)

    def case(entry: dict[str, Any]) -> Case:
        args = entry["args"]
        if args.get("vocab_file"):
            args["vocab_file"] = str(FOLDER / args["vocab_file"])
        single = entry["function"].startswith(FLOAT32_INSIDE) or "float64" not in entry["id"]
        return Case(
            entry["function"],
            entry["id"],
            args,
            entry["value"],
            entry["grads"],
            tuple(entry["no_grad"]),
            "float32" if single else "float64",
        )

    return index, tuple(case(entry) for entry in entries)


def unpacked(archive: str) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return what an archive says of itself, and its entries, with arrays in place of their addresses."""
    with np.load(FOLDER / f"{archive}.npz", allow_pickle=False) as file:
        buffers = {name: file[name] for name in file.files}
    index = json.loads(buffers.pop("index").tobytes())
    for buffer in buffers.values():
        buffer.setflags(write=False)  # arrays are shared between entries

    def unpack(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: unpack(part) for name, part in node.items()}
        if not isinstance(node, list):
            return node
        if node and node[0] == "tuple":
            return tuple(unpack(part) for part in node[1:])
        if node and node[0] == "scalar":
            return buffers[node[1]][node[2]]
        if len(node) == 3 and isinstance(node[2], list) and isinstance(node[0], str):
            dtype, offset, shape = node
            return buffers[dtype][offset : offset + int(np.prod(shape))].reshape(shape)
        return [unpack(part) for part in node]

    return index, [unpack(entry) for entry in index.pop("cases")]
