"""A call that failed, and what its function calls labels, outputs and weights; the call of another loss, as code."""

import functools
import types

import numpy as np

from .. import contrib, keras, losses, nn

xe = types.SimpleNamespace(contrib=contrib, keras=keras, losses=losses, nn=nn)  # as in a reader's code

_LABELS = ("multi_class_labels", "onehot_labels", "labels", "targets", "y_true", "true_classes")
_OUTPUTS = ("logits", "predictions", "y_pred", "inputs", "losses")
# For each module, its losses of class indices, of distributions and of independent labels, with their names for labels.
_LOSSES = {
    "nn": (
        ("sparse_softmax_cross_entropy_with_logits", "labels"),
        ("softmax_cross_entropy_with_logits_v2", "labels"),
        ("sigmoid_cross_entropy_with_logits", "labels"),
    ),
    "losses": (
        ("sparse_softmax_cross_entropy", "labels"),
        ("softmax_cross_entropy", "onehot_labels"),
        ("sigmoid_cross_entropy", "multi_class_labels"),
    ),
    "keras.losses": (
        ("sparse_categorical_crossentropy", "y_true"),
        ("categorical_crossentropy", "y_true"),
        ("binary_crossentropy", "y_true"),
    ),
}
_LOSSES["contrib.losses"], _LOSSES["contrib.nn"] = _LOSSES["losses"], _LOSSES["nn"]
SPARSE, DENSE, INDEPENDENT = range(3)


class Call:
    """A call that failed: its function, its arguments, and what each of them is called there."""

    def __init__(self, function, arguments, error):
        self.arguments = arguments
        unknown = str(error).partition("unexpected keyword argument '")[2].rstrip("'")
        self.argument = getattr(error, "argument", unknown)  # what the error complains of
        self.function = function = getattr(function, "owner", function)  # of Keras's classes, the instance
        self.name = getattr(function, "__name__", type(function).__name__)
        self.y = next((name for name in _LABELS if name in arguments), None)
        self.x = next((name for name in _OUTPUTS if name in arguments), None)
        self.sampled = "biases" in arguments
        self.w = next((name for name in ("weights", "sample_weight") if name in arguments and not self.sampled), None)
        self.sparse = "parse" in self.name or self.sampled or self.y == "true_classes"
        self.softmax = not self.sparse and ("softmax" in self.name or "ategorical" in self.name)
        self.labels, self.outputs = self.array(self.y), self.array(self.x)
        if "num_classes" in arguments or "range_max" in arguments:
            self.classes = arguments.get("num_classes", arguments.get("range_max"))
        else:
            self.classes = self.outputs.shape[-1] if self.outputs is not None and self.outputs.ndim else None

    @functools.cached_property
    def module(self):
        """The module in which the function is public: "nn", "losses", …; or None."""
        modules = {"nn": xe.nn, "losses": xe.losses, "contrib.nn": xe.contrib.nn}
        modules |= {"contrib.losses": xe.contrib.losses, "keras.losses": xe.keras.losses}
        owner = self.function if hasattr(self.function, "__name__") else type(self.function)
        return next((name for name, module in modules.items() if vars(module).get(self.name) is owner), None)

    def asarray(self, name):
        """Return an argument as an array of any dtype, or None where there is none, or its rows differ in length."""
        try:
            return np.asarray(self.arguments[name])
        except (KeyError, ValueError):
            return None

    def array(self, name):
        """Return an argument as an array, or None where it is not numbers."""
        array = self.asarray(name)
        if array is None:
            return None
        array = array.astype(np.float32) if array.dtype.name == "bfloat16" else array
        return array if array.dtype.kind in "iufb" else None

    def code(self, name):
        """Return code for an argument as an array."""
        return name if hasattr(self.arguments[name], "dtype") else f"numpy.array({name})"

    def other(self, kind, labels=None, module=None, **more):
        """Return a call of another loss, with the arguments of this one that it takes too."""
        module = module or self.module
        if module not in _LOSSES:
            return ""
        name, y = _LOSSES[module][kind]
        x = {"keras.losses": "y_pred"}.get(module, "logits")
        if not hasattr(self.function, "__name__"):  # an instance of a class of Keras's
            name = ("SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy")[kind]
            settings = {k: v for k, v in self.function.settings.items() if k in ("from_logits", "axis") and v != -1}
            made = ", ".join(f"{k}={v!r}" for k, v in settings.items() if v)
            return f"xe.{module}.{name}({made})({y}={labels or self.y}, {x}={self.x})"
        module = {"contrib.nn": "nn"}.get(module, module)
        given = {y: labels or self.y, x: self.x, **more}
        taken = getattr(getattr(xe, module.partition(".")[0]), module.partition(".")[2] or name, None)
        taken = taken if callable(taken) else getattr(taken, name)
        for argument, value in self.arguments.items():
            if argument in ("weights", "label_smoothing", "from_logits", "reduction", "axis") and argument not in given:
                default = self.function.__signature__.parameters.get(argument)
                usual = default is not None and (
                    value is default.default or (np.isscalar(value) and value == default.default)
                )
                if (
                    argument in taken.__signature__.parameters
                    and not usual
                    and not (argument == "axis" and value == -1)
                ):
                    given[argument] = argument
        return f"xe.{module}.{name}({', '.join(f'{key}={value}' for key, value in given.items())})"
