"""What a sampled loss is given, checked: labels and a sample, which is drawn where none is given, inputs and tables."""

import numpy as np

from .. import checks
from .samplers import log_uniform_candidate_sampler
from .tables import Table


def checked_sample(
    labels,
    num_sampled,
    num_classes,
    num_true,
    sampled_values,
    remove_accidental_hits,
    seed,
    sampler=log_uniform_candidate_sampler,
):
    """Return checked labels, sampled classes and the expected counts of both. Draw the sample if none is given."""
    num_classes = checks.whole_number("num_classes", num_classes)
    num_true = checks.whole_number("num_true", num_true)
    flat = sampled_values is not None and not remove_accidental_hits
    labels = checks.label_columns(labels, num_true, num_classes, flat=flat, floats=True)
    most = {} if sampled_values is not None else {"high": num_classes, "why": "there are no more classes to draw"}
    num_sampled = checks.whole_number("num_sampled", num_sampled, **most)
    if sampled_values is None:
        sampled_values = sampler(labels, num_true, num_sampled, True, num_classes, seed)
    return labels, *checked_values(sampled_values, labels.shape, num_sampled, num_classes)


def checked_arguments(weights, biases, inputs, num_classes, partition_strategy):
    """Return checked inputs, ``[batch, dim]``, and the tables of weights and biases."""
    h = checks.logits_array(inputs, "inputs")
    if h.ndim != 2:
        raise checks.problem(ValueError, "inputs", "shape [batch, dim]", f"shape {h.shape}")
    weight_table = Table("weights", weights, int(num_classes), h.shape[1:], partition_strategy)
    return h, weight_table, Table("biases", biases, int(num_classes), (), partition_strategy)


def checked_values(values, labels_shape, num_sampled, num_classes):
    """Return sampled class indices, and the expected counts of the true and of the sampled classes: all positive.

    The counts broadcast to [batch, num_true] and [batch, num_sampled].
    """
    if not isinstance(values, (tuple, list)) or len(values) != 3:
        expected = "what a candidate sampler returns: (sampled_candidates, true_expected_count, sampled_expected_count)"
        received = f"{len(values)} values" if isinstance(values, (tuple, list)) else type(values).__name__
        raise checks.problem(TypeError, "sampled_values", expected, received)
    name = "sampled_values: sampled_candidates"
    ids = checks.class_indices(values[0], num_classes, (num_sampled,), name=name, floats=True).astype(np.int64)
    counts = []
    for part, value, columns in zip(("true", "sampled"), values[1:], (labels_shape[1], num_sampled)):
        name = f"sampled_values: {part}_expected_count"
        count = checks.floating(name, value)
        checks.broadcastable(name, count, (labels_shape[0], columns), f"the {part} classes of the batch")
        checks.positive(name, count)
        counts.append(count)
    return ids, *counts


def same_length(name, array, other_name, other):
    """Refuse arrays that count different numbers of examples."""
    if len(array) != len(other):
        expected = f"as many examples as {other_name}, {len(other)}"
        raise checks.problem(ValueError, name, expected, f"{len(array)}, in an array of shape {array.shape}")
