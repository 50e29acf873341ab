"""Records what Keras 3 computes, on its JAX backend: writes keras3.npz into xentedu/golden/.

    python3.11 -m pip install -r requirements-keras3.txt
    python3.11 make_keras3.py

Two runs write the same bytes. The file is laid out as tensorflow1.npz is, and the same loader reads it. For a
class, its settings and the arguments of the call stand together in ``args``.
"""

import collections
import itertools
import os
import zlib

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras
import numpy as np
from archive import FLOATS, GOLDEN, Archive

SHAPES = ((5,), (4, 5), (2, 3, 4))
CALL = ("y_true", "y_pred", "sample_weight")  # the other arguments of a class are its settings


class Recorder(Archive):
    """Runs Keras's losses, and records arguments, values and gradients."""

    def __call__(self, name, case_id, args):
        """Record the value, and the gradient of its sum into ``y_pred``."""
        dtype = args["y_pred"].dtype.name
        keras.backend.set_floatx(dtype)  # the classes compute in it
        jax.config.update("jax_enable_x64", dtype == "float64")  # left on, JAX makes one-hot labels float64
        settings = {key: arg for key, arg in args.items() if key not in CALL}
        call = {key: arg for key, arg in args.items() if key in CALL and key != "y_pred"}
        target = getattr(keras.losses, name)
        is_class = isinstance(target, type)
        loss = target(**settings) if is_class else lambda **given: target(**given, **settings)

        def value(y_pred):
            return loss(y_pred=y_pred, **call)

        slope = jax.grad(lambda y_pred: value(y_pred).sum())(jax.numpy.asarray(args["y_pred"]))
        case = {
            "function": f"keras.losses.{name}",
            "id": f"{dtype}-{case_id}",
            "args": {key: self.pack(arg) for key, arg in args.items()},
            "value": self.pack(np.asarray(value(jax.numpy.asarray(args["y_pred"])))),
            "grads": {"y_pred": self.pack(np.asarray(slope))},
            "no_grad": [],
        }
        self.cases.append(case)


def rng(name):
    """Give each array its own generator, so that a new case leaves the others unchanged."""
    return np.random.default_rng(zlib.crc32(name.encode("ascii")))


def logits(shape, dtype, magnitude):
    return rng(f"logits {shape} {magnitude}").uniform(-magnitude, magnitude, shape).astype(dtype)


def probabilities(shape, dtype):
    """Numbers in [0, 1] on both sides of the clip; rows of a matrix do not sum to one."""
    numbers = rng(f"probabilities {shape}").uniform(0.02, 0.98, shape)
    numbers.flat[:4] = [0.0, 1.0, 1e-9, 0.5]
    return numbers.astype(dtype)


def multi_hot(shape, dtype):
    return rng(f"multi-hot {shape}").integers(2, size=shape).astype(dtype)


def soft(shape, dtype, axis=-1):
    rows = rng(f"soft {shape} {axis}").dirichlet(np.ones(shape[axis]), np.delete(shape, axis))
    return np.moveaxis(rows, -1, axis).astype(dtype).copy()


def class_indices(shape, num_classes):
    return rng(f"ids {shape} {num_classes}").integers(num_classes, size=shape)


def predictions(dtype):
    """Yield (id, y_pred, from_logits), of each shape."""
    for shape in SHAPES:
        name = "x".join(map(str, shape))
        yield f"{name}-probabilities", probabilities(shape, dtype), False
        for magnitude in (1, 30, 500):
            yield f"{name}-logits-m{magnitude}", logits(shape, dtype, magnitude), True


def record_functions(record):
    for dtype in FLOATS:
        for case_id, y_pred, from_logits in predictions(dtype):
            shape, settings = y_pred.shape, {"from_logits": from_logits}
            for smoothing in (0.0, 0.1):
                tail = f"{case_id}-smoothing{smoothing:g}"
                args = {"y_pred": y_pred, **settings, "label_smoothing": smoothing}
                record("binary_crossentropy", tail, {"y_true": multi_hot(shape, dtype), **args})
                record("categorical_crossentropy", tail, {"y_true": soft(shape, dtype), **args})
            ids = class_indices(shape[:-1], shape[-1])
            args = {"y_pred": y_pred, **settings}
            record("sparse_categorical_crossentropy", case_id, {"y_true": ids, **args})
            record("sparse_categorical_crossentropy", f"{case_id}-column", {"y_true": ids[..., np.newaxis], **args})
            if len(shape) > 1:
                first = {"y_pred": y_pred, **settings, "axis": 0}
                record("binary_crossentropy", f"{case_id}-axis0", {"y_true": multi_hot(shape, dtype), **first})
                record("categorical_crossentropy", f"{case_id}-axis0", {"y_true": soft(shape, dtype, 0), **first})
                for which, axes in (("all-axes", None), ("first-and-last-axis", (0, -1))):
                    args = {"y_true": multi_hot(shape, dtype), "y_pred": y_pred, **settings, "axis": axes}
                    record("binary_crossentropy", f"{case_id}-{which}", args)
                for ignored in (-1, 0):
                    some = ids.copy()
                    some.flat[::3] = ignored
                    args = {"y_true": some, "y_pred": y_pred, **settings, "ignore_class": ignored}
                    record("sparse_categorical_crossentropy", f"{case_id}-ignore{ignored}", args)


def record_classes(record):
    reductions = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none")
    for dtype, reduction, shape in itertools.product(FLOATS, reductions, SHAPES[1:]):
        losses = shape[:-1]
        weights = {
            "none": None,
            "scalar": np.array(2.5, dtype),
            "full": rng(f"weights {losses}").uniform(0.2, 3.0, losses).astype(dtype),
            "some-zero": (rng(f"weights {losses}").uniform(0.2, 3.0, losses) * (np.arange(losses[-1]) > 0)).astype(
                dtype
            ),
            "all-zero": np.zeros(losses, dtype),
            "column": rng(f"weights {losses}").uniform(0.2, 3.0, (losses[0], 1)).astype(dtype),
            "one-more-axis": rng(f"weights {losses}").uniform(0.2, 3.0, (*losses, 1)).astype(dtype),
        }
        for kind, sample_weight in weights.items():
            given = {} if sample_weight is None else {"sample_weight": sample_weight}
            case_id = f"{'x'.join(map(str, shape))}-{reduction}-weights-{kind}"
            common = {"y_pred": logits(shape, dtype, 1), "from_logits": True, "reduction": reduction, **given}
            record("BinaryCrossentropy", case_id, {"y_true": multi_hot(shape, dtype), **common})
            record("CategoricalCrossentropy", case_id, {"y_true": soft(shape, dtype), **common})
            ids = class_indices(losses, shape[-1])
            record("SparseCategoricalCrossentropy", case_id, {"y_true": ids, **common})
            ids = ids.copy()
            ids.flat[::3] = -1
            ignoring = {"y_true": ids, **common, "ignore_class": -1}
            record("SparseCategoricalCrossentropy", f"{case_id}-ignore", ignoring)
    for dtype in FLOATS:
        # A column of predictions for a row of labels, and the other way round; and a single example.
        args = {"y_true": multi_hot((5,), dtype), "y_pred": probabilities((5,), dtype)[:, np.newaxis]}
        record("BinaryCrossentropy", "column-of-predictions", args)
        args = {"y_true": multi_hot((5, 1), dtype), "y_pred": probabilities((5,), dtype)}
        record("BinaryCrossentropy", "column-of-labels", args)
        args = {"y_true": multi_hot((5,), dtype), "y_pred": probabilities((5,), dtype), "reduction": "mean"}
        record("BinaryCrossentropy", "one-example", args)
        args = {"y_true": soft((4, 5), dtype), "y_pred": probabilities((4, 5), dtype), "label_smoothing": 0.1}
        record("CategoricalCrossentropy", "4x5-probabilities-smoothing0.1", args)
        args = {"y_true": multi_hot((2, 3, 4), dtype), "y_pred": probabilities((2, 3, 4), dtype), "axis": (1, 2)}
        record("BinaryCrossentropy", "axes-weighted", {**args, "sample_weight": np.array([1.0, 2.5], dtype)})
        record("BinaryCrossentropy", "all-axes-weighted", {**args, "axis": None, "sample_weight": np.array(2.5, dtype)})
        ids = np.full((4,), -1)
        args = {"y_true": ids, "y_pred": probabilities((4, 5), dtype), "ignore_class": -1}
        record("SparseCategoricalCrossentropy", "4x5-probabilities-all-ignored", args)


def main():
    record = Recorder()
    record_functions(record)
    record_classes(record)
    path = os.path.join(GOLDEN, "keras3.npz")
    record.write(path, keras=keras.__version__, jax=jax.__version__)
    for name, count in sorted(collections.Counter(case["function"] for case in record.cases).items()):
        print(f"{count:5d}  {name}")
    print(f"{len(record.cases):5d}  cases, {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
