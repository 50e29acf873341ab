"""Every cross-entropy loss of six frameworks by its name: what it computes, and what sets it apart from its twins."""

from dataclasses import dataclass

from . import Problem


@dataclass(frozen=True)
class Loss:
    """A framework's function or class, as it is with its defaults."""

    name: str
    framework: str
    problem: Problem  # what it computes
    arguments: str  # the arguments that matter, in their order
    takes: str  # "logits", "probabilities", "log-probabilities" or "the last layer"
    labels: str
    gives: str  # what it returns, and what a mean divides by
    weights: str = "none"
    smoothing: str = "none"
    ignored: str = "none"
    clipping: str = "none: it works on logits"
    call: str | None = None  # of its own; else the framework's snippet for the problem
    note: str = ""  # the misunderstanding that costs most
    also: tuple[str, ...] = ()  # other names of the same object


_MULTI = Problem("multi", "multi_hot", trained=True, reduction="none")
_MULTI_MEAN = Problem("multi", "multi_hot")
_POSITIVE = Problem("multi", "multi_hot", "positive", trained=True, reduction="none")
_V1 = Problem("softmax", "probabilities", reduction="none")
_V2 = Problem("softmax", "probabilities", trained=True, reduction="none")
_DENSE_MEAN = Problem("softmax", "probabilities")
_DENSE_TRAINED = Problem("softmax", "probabilities", trained=True)
_SPARSE = Problem("sparse", "index", reduction="none")
_SPARSE_MEAN = Problem("sparse", "index")
_SAMPLED = Problem("sampled", "index", reduction="none")
_RANKED = Problem("ranked", "index", reduction="none")
_NCE = Problem("nce", "index", reduction="none")
_BINARY_P = Problem("binary_p", "probabilities")
_BINARY_P_EACH = Problem("binary_p", "probabilities", reduction="none")
_BINARY_P_LAST = Problem("binary_p", "probabilities", reduction="last")
_LOG_LOSS = Problem("log_loss", "probabilities")
_DENSE_P = Problem("softmax_p", "probabilities", reduction="none")
_DENSE_P_MEAN = Problem("softmax_p", "probabilities")
_SPARSE_P = Problem("sparse_p", "index", reduction="none")
_SPARSE_P_MEAN = Problem("sparse_p", "index")
_SIGNED = Problem("signed", "multi_hot")

_ANY = "numbers in [0, 1], the shape of the logits"
_ROWS = "rows of probabilities that sum to one; one-hot rows too"
_IDS = "class indices, integers"
_EACH_LOGIT = "a loss for each logit"
_EACH = "a loss for each example"
_ALL = "the mean over all logits, divided by their number"
_BATCH = "the mean over the examples, divided by their number"
_NONZERO = "the sum, divided by the number of weights that are not zero"
_EXAMPLES = "weights="
EPSILON = "1e-7 inside each logarithm"
KERAS_BOTH = "to [1e-7, 1 − 1e-7], and 1e-7 more inside the logarithms: at most 15.42"
KERAS_CLIP = "to [1e-7, 1 − 1e-7]: at most 16.12, and no gradient beyond"


def _tf1(name, problem, arguments, labels, gives, **rest):
    takes = rest.pop("takes", "logits")
    also = (name.replace("tf.", "tf.compat.v1.", 1),) if name.startswith(("tf.nn", "tf.losses")) else ()
    return Loss(name, "tensorflow1", problem, arguments, takes, labels, gives, also=also, **rest)


def _flipped(name, problem, arguments, labels, gives, code, **rest):
    note = rest.pop(
        "note", "The logits come first: the order of tf.losses, kept by mistake, trains on swapped arguments."
    )
    return _tf1(name, problem, arguments, labels, gives, call=f"loss = {code}", note=note, **rest)


_SENTINEL = "By keyword only: the first parameter, _sentinel, is there to refuse positional arguments."
_TENSORFLOW1 = [
    _tf1("tf.nn.sigmoid_cross_entropy_with_logits", _MULTI, "(labels=, logits=)", _ANY, _EACH_LOGIT, note=_SENTINEL),
    _tf1(
        "tf.nn.weighted_cross_entropy_with_logits",
        _POSITIVE,
        "(labels, logits, pos_weight)",
        _ANY,
        _EACH_LOGIT,
        weights="pos_weight= multiplies the positives alone",
        note="pos_weight moves the probabilities: at the optimum every logit is larger by its logarithm.",
    ),
    _tf1(
        "tf.nn.softmax_cross_entropy_with_logits",
        _V1,
        "(labels=, logits=)",
        _ROWS,
        _EACH,
        call="loss = tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)",
        note="Of this name TensorFlow 1 has v1, with no gradient into the labels, and TensorFlow 2 has v2.",
    ),
    _tf1(
        "tf.nn.softmax_cross_entropy_with_logits_v2",
        _V2,
        "(labels, logits)",
        _ROWS,
        _EACH,
        note="Labels that a network makes are trained too: stop their gradient, or they collapse.",
    ),
    _tf1(
        "tf.nn.sparse_softmax_cross_entropy_with_logits",
        _SPARSE,
        "(labels=, logits=)",
        _IDS,
        _EACH,
        note="A label out of range gives NaN on a GPU and an error on a CPU: it is not ignored.",
    ),
    _tf1(
        "tf.nn.sampled_softmax_loss",
        _SAMPLED,
        "(weights, biases, labels, inputs, num_sampled, num_classes)",
        "class indices, [batch, num_true]",
        _EACH,
        takes="the last layer",
        note="For training only. The default sampler expects classes in decreasing order of frequency.",
    ),
    _tf1(
        "tf.nn.nce_loss",
        _NCE,
        "(weights, biases, labels, inputs, num_sampled, num_classes)",
        "class indices, [batch, num_true]",
        "a loss for each example, the sum over label and samples",
        takes="the last layer",
        note="It keeps samples that are the label; sampled_softmax_loss removes them.",
    ),
    _tf1(
        "tf.losses.sigmoid_cross_entropy",
        _MULTI_MEAN,
        "(multi_class_labels, logits)",
        _ANY,
        _NONZERO,
        weights=_EXAMPLES,
        smoothing="label_smoothing=, towards ½",
        call="loss = tf.losses.sigmoid_cross_entropy(labels, logits)",
        note="One weight for each example is [batch, 1] here, since there is a loss for each logit.",
    ),
    _tf1(
        "tf.losses.softmax_cross_entropy",
        _DENSE_MEAN,
        "(onehot_labels, logits)",
        _ROWS,
        _NONZERO,
        weights=_EXAMPLES,
        smoothing="label_smoothing=, towards 1/C",
        call="loss = tf.losses.softmax_cross_entropy(labels, logits)",
        note="Weights are for examples, not for classes.",
    ),
    _tf1(
        "tf.losses.sparse_softmax_cross_entropy",
        _SPARSE_MEAN,
        "(labels, logits)",
        _IDS,
        _NONZERO,
        weights=_EXAMPLES,
        ignored="by a weight of 0, with a label that is in range all the same",
        call="loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)",
        note="Weights are for examples, not for classes: look up weights[labels].",
    ),
    _tf1(
        "tf.losses.log_loss",
        _LOG_LOSS,
        "(labels, predictions)",
        _ANY,
        _NONZERO,
        takes="probabilities",
        weights=_EXAMPLES,
        clipping=EPSILON,
        note="It takes probabilities; logits give NaN, or a number without meaning.",
    ),
    _flipped(
        "tf.contrib.losses.sigmoid_cross_entropy",
        _MULTI_MEAN,
        "(logits, multi_class_labels)",
        _ANY,
        _NONZERO,
        "tf.contrib.losses.sigmoid_cross_entropy(logits, labels)",
        weights="weights=, aligned on the left",
        smoothing="label_smoothing=, towards ½",
    ),
    _flipped(
        "tf.contrib.losses.softmax_cross_entropy",
        _DENSE_MEAN,
        "(logits, onehot_labels)",
        _ROWS,
        _NONZERO,
        "tf.contrib.losses.softmax_cross_entropy(logits, labels)",
        weights=_EXAMPLES,
        smoothing="label_smoothing=, towards 1/(size of axis 1)",
    ),
    _flipped(
        "tf.contrib.losses.sparse_softmax_cross_entropy",
        _SPARSE_MEAN,
        "(logits, labels)",
        _IDS,
        _NONZERO,
        "tf.contrib.losses.sparse_softmax_cross_entropy(logits, labels)",
        weights=_EXAMPLES,
    ),
    _flipped(
        "tf.contrib.losses.log_loss",
        _LOG_LOSS,
        "(predictions, labels)",
        _ANY,
        _NONZERO,
        "tf.contrib.losses.log_loss(probabilities, labels)",
        takes="probabilities",
        weights=_EXAMPLES,
        clipping=EPSILON,
        note="Predictions come first: swapped, both are in [0, 1], and nothing complains.",
    ),
    _flipped(
        "tf.contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits",
        _MULTI,
        "(logits, targets)",
        _ANY,
        _EACH_LOGIT,
        "tf.contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits(logits, labels)",
    ),
    _flipped(
        "tf.contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits",
        _V1,
        "(logits, labels)",
        _ROWS,
        _EACH,
        "tf.contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits(logits, labels)",
    ),
    _flipped(
        "tf.contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits",
        _SPARSE,
        "(logits, labels)",
        _IDS,
        _EACH,
        "tf.contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits(logits, labels)",
    ),
    _tf1(
        "tf.contrib.nn.sampled_sparse_softmax_loss",
        _SAMPLED,
        "(weights, biases, labels, inputs, num_sampled, num_classes)",
        "class indices, [batch]",
        _EACH,
        takes="the last layer",
        call=(
            "truth = tf.cast(labels[:, tf.newaxis], tf.int64)\n"
            "sampled_values = tf.nn.fixed_unigram_candidate_sampler(truth, num_true=1, num_sampled=2, unique=True, "
            "range_max=5, unigrams=frequency)\n"
            "loss = tf.contrib.nn.sampled_sparse_softmax_loss(kernel, bias, truth, inputs, num_sampled=2, "
            "num_classes=5, sampled_values=sampled_values)"
        ),
        note="The sampled softmax with one label for each example; its other name is the same loss.",
    ),
    _tf1(
        "tf.contrib.nn.rank_sampled_softmax_loss",
        _RANKED,
        "(weights, biases, labels, inputs, num_sampled, num_resampled, num_classes, num_true, sampled_values, "
        "resampling_temperature, remove_accidental_hits, partition_strategy)",
        "class indices, [batch, num_true]",
        _EACH,
        takes="the last layer",
        call=(
            "truth = tf.cast(labels[:, tf.newaxis], tf.int64)\n"
            "sampled_values = tf.nn.fixed_unigram_candidate_sampler(truth, num_true=1, num_sampled=3, unique=True, "
            "range_max=5, unigrams=frequency)\n"
            "loss = tf.contrib.nn.rank_sampled_softmax_loss(kernel, bias, truth, inputs, num_sampled=3, "
            "num_resampled=2, num_classes=5, num_true=1, sampled_values=sampled_values, resampling_temperature=1.0, "
            'remove_accidental_hits=True, partition_strategy="mod")'
        ),
        note="It keeps the samples that score highest over the batch, and is the sampled softmax of those.",
    ),
    _tf1(
        "tf.contrib.seq2seq.sequence_loss",
        _SPARSE_MEAN,
        "(logits, targets, weights)",
        "class indices, [batch, time]",
        "the sum, divided by the sum of the weights",
        weights="weights=, one for each step",
        call=(
            "loss = tf.contrib.seq2seq.sequence_loss(logits[:, tf.newaxis], labels[:, tf.newaxis], "
            "tf.ones_like(labels[:, tf.newaxis], tf.float32))"
        ),
        note="It divides by the sum of the weights, where tf.losses divides by how many are not zero.",
    ),
    _tf1(
        "tf.contrib.legacy_seq2seq.sequence_loss_by_example",
        _SPARSE,
        "(logits, targets, weights)",
        "lists of class indices, one array for each step",
        "for each example the mean over its steps",
        weights="weights=, one for each step",
        call=(
            "loss = tf.contrib.legacy_seq2seq.sequence_loss_by_example([logits], [labels], "
            "[tf.ones_like(labels, tf.float32)])"
        ),
    ),
    _tf1(
        "tf.contrib.legacy_seq2seq.sequence_loss",
        _SPARSE_MEAN,
        "(logits, targets, weights)",
        "lists of class indices, one array for each step",
        _BATCH,
        weights="weights=, one for each step",
        call="loss = tf.contrib.legacy_seq2seq.sequence_loss([logits], [labels], [tf.ones_like(labels, tf.float32)])",
    ),
]


def _keras(name, problem, gives, labels, framework="keras", **rest):
    """Return a loss of Keras, of any framework that has it; a class is called on the example."""
    short = name.rpartition(".")[2]
    is_class = short[0].isupper()
    arguments = "(target, output)" if ".ops." in name or ".backend." in name else "(y_true, y_pred)"
    call = f"loss = {name}(){{}}" if is_class else f"loss = {name}{{}}"
    note = "It expects probabilities unless from_logits=True: on logits it clips, and trains badly or not at all."
    smoothed = arguments == "(y_true, y_pred)" and not short.lower().startswith("sparse")
    fields = {
        "takes": "probabilities",
        "weights": "sample_weight=, when it is called" if is_class else "none",
        "smoothing": "label_smoothing=" if smoothed else "none",
        "ignored": "none" if framework == "tensorflow1" or "arse" not in short or ".ops." in name else "ignore_class=",
        "clipping": KERAS_CLIP,
        "call": call.format("(labels, probabilities)"),
        "note": note,
    }
    return Loss(name, framework, problem, arguments, labels=labels, gives=gives, **{**fields, **rest})


_SUM_OVER_BATCH = "the mean over all losses, divided by their number"
_KERAS_LOSSES = (
    ("losses.binary_crossentropy", _BINARY_P_LAST, "the mean over the last axis", _ANY),
    ("losses.categorical_crossentropy", _DENSE_P, _EACH, _ROWS),
    ("losses.sparse_categorical_crossentropy", _SPARSE_P, _EACH, _IDS),
    ("losses.BinaryCrossentropy", _BINARY_P, _SUM_OVER_BATCH, _ANY),
    ("losses.CategoricalCrossentropy", _DENSE_P_MEAN, _SUM_OVER_BATCH, _ROWS),
    ("losses.SparseCategoricalCrossentropy", _SPARSE_P_MEAN, _SUM_OVER_BATCH, _IDS),
)
_OPERATIONS = (
    ("binary_crossentropy", _BINARY_P_EACH, "a loss for each probability", _ANY),
    ("categorical_crossentropy", _DENSE_P, _EACH, _ROWS),
    ("sparse_categorical_crossentropy", _SPARSE_P, _EACH, _IDS),
)
_KERAS = [
    *(
        _keras(
            f"keras.{name}", problem, gives, labels, also=(f"keras.metrics.{name[7:]}",) if name[7].islower() else ()
        )
        for name, problem, gives, labels in _KERAS_LOSSES
    ),
    *(_keras(f"keras.ops.{name}", problem, gives, labels) for name, problem, gives, labels in _OPERATIONS),
]
# Where the binary loss still has its first form: all of TensorFlow 1's Keras, and the backend module of TensorFlow 2.
_OLD = (("tensorflow1", "l"), ("tensorflow1", "b"), ("tensorflow2", "b"))
_TF_KERAS = [
    _keras(
        f"tf.keras.{name}",
        problem,
        gives,
        labels,
        framework,
        also=(f"tf.{name}",) if framework == "tensorflow2" and name.startswith("losses.") else (),
        clipping=KERAS_BOTH if "binary" in name.lower() and (framework, name[0]) in _OLD else KERAS_CLIP,
    )
    for framework in ("tensorflow1", "tensorflow2")
    for name, problem, gives, labels in (*_KERAS_LOSSES, *((f"backend.{name}", *rest) for name, *rest in _OPERATIONS))
]


def _tf2(name, problem, arguments, labels, gives, **rest):
    takes = rest.pop("takes", "logits")
    return Loss(f"tf.nn.{name}", "tensorflow2", problem, arguments, takes, labels, gives, **rest)


_LAYER = "(weights, biases, labels, inputs, num_sampled, num_classes)"
_DIV = "TensorFlow 2 always cuts the weights with partition_strategy='div'; TensorFlow 1 by default with 'mod'."
_TENSORFLOW2 = [
    _tf2("sigmoid_cross_entropy_with_logits", _MULTI, "(labels, logits)", _ANY, _EACH_LOGIT),
    _tf2(
        "weighted_cross_entropy_with_logits",
        _POSITIVE,
        "(labels, logits, pos_weight)",
        _ANY,
        _EACH_LOGIT,
        weights="pos_weight= multiplies the positives alone",
    ),
    _tf2(
        "softmax_cross_entropy_with_logits",
        _V2,
        "(labels, logits)",
        _ROWS,
        _EACH,
        note="This is TensorFlow 1's v2: the labels get a gradient.",
    ),
    _tf2("sparse_softmax_cross_entropy_with_logits", _SPARSE, "(labels, logits)", _IDS, _EACH),
    _tf2(
        "sampled_softmax_loss",
        _SAMPLED,
        _LAYER,
        "class indices, [batch, num_true]",
        _EACH,
        takes="the last layer",
        note=_DIV,
    ),
    _tf2(
        "nce_loss",
        _NCE,
        _LAYER,
        "class indices, [batch, num_true]",
        "a loss for each example, the sum over label and samples",
        takes="the last layer",
        note=_DIV,
    ),
]


def _torch(short, function, problem, labels, gives, takes="logits", options="", call="{}(logits, labels)", **rest):
    """Return PyTorch's class and its function of the same loss."""
    pair = []
    for name, code in (
        (f"torch.nn.{short}", f"torch.nn.{short}()"),
        (f"torch.nn.functional.{function}", f"F.{function}"),
    ):
        pair.append(
            Loss(
                name,
                "pytorch",
                problem,
                "(input, target)",
                takes,
                labels,
                gives,
                call="loss = " + call.format(code),
                also=(f"F.{function}",) if ".functional." in name else (),
                **rest,
            )
        )
    return pair


_WEIGHT = "weight= for each class; the mean then divides by the sum of the weights of the labels"
_PYTORCH = [
    *_torch(
        "CrossEntropyLoss",
        "cross_entropy",
        _SPARSE_MEAN,
        _IDS + "; rows of probabilities too",
        _BATCH,
        weights=_WEIGHT,
        smoothing="label_smoothing=",
        ignored="ignore_index=, −100",
        note="It takes logits: a softmax before it is a second one, and the loss cannot come near zero.",
    ),
    *_torch(
        "NLLLoss",
        "nll_loss",
        _SPARSE_MEAN,
        _IDS,
        _BATCH,
        takes="log-probabilities",
        weights=_WEIGHT,
        ignored="ignore_index=, −100",
        clipping="none",
        call="{}(F.log_softmax(logits, 1), labels)",
        note="It takes log-probabilities. Given probabilities it is negative, and falls without end.",
    ),
    *_torch(
        "LinearCrossEntropyLoss",
        "linear_cross_entropy",
        _SPARSE_MEAN,
        _IDS,
        _BATCH,
        takes="the last layer",
        weights="weight= for each class",
        smoothing="label_smoothing=",
        ignored="ignore_index=",
        note="The last layer and its loss in one, chunk by chunk: the logits are never there all at once.",
    )[1:],
    *_torch(
        "BCEWithLogitsLoss",
        "binary_cross_entropy_with_logits",
        Problem("multi", "multi_hot", trained=True),
        _ANY,
        _ALL,
        weights="weight= for each logit, pos_weight= for positives",
        note="The labels are floats, in the shape of the logits: [batch] against [batch, 1] is an error.",
    ),
    *_torch(
        "BCELoss",
        "binary_cross_entropy",
        _BINARY_P,
        _ANY,
        _ALL,
        takes="probabilities",
        weights="weight= for each output",
        clipping="logarithms at −100: at most 100",
        call="{}(probabilities, labels)",
        note="It takes probabilities, and raises on logits outside [0, 1].",
    ),
    *_torch(
        "MultiLabelSoftMarginLoss",
        "multilabel_soft_margin_loss",
        _MULTI_MEAN,
        _ANY,
        _ALL,
        weights="weight= for each class",
        note="It is BCEWithLogitsLoss, under a name that does not say so.",
    ),
    *_torch(
        "SoftMarginLoss",
        "soft_margin_loss",
        _SIGNED,
        "−1 and 1, the shape of the logits",
        _ALL,
        note="The labels are −1 and 1; with 0 in place of −1 every negative costs log 2, whatever the logit.",
    ),
]
_PYTORCH = [
    loss
    if "linear" not in loss.name
    else Loss(
        **{
            **vars(loss),
            "arguments": "(input, linear_weight, target)",
            "call": "loss = F.linear_cross_entropy(logits, torch.eye(logits.shape[1]), labels)",
        }
    )
    for loss in _PYTORCH
]


def _optax(short, problem, labels, gives, **rest):
    return Loss(
        f"optax.{short}",
        "jax",
        problem,
        "(logits, labels)",
        "logits",
        labels,
        gives,
        also=(f"optax.losses.{short}",),
        call=f"loss = optax.{short}(logits, labels)",
        **rest,
    )


_FIRST = "The logits come first, as in PyTorch and unlike TensorFlow and Keras. Nothing is averaged."
_OPTAX = [
    _optax("sigmoid_binary_cross_entropy", _MULTI, _ANY, _EACH_LOGIT, note=_FIRST),
    _optax("softmax_cross_entropy", _V2, _ROWS, _EACH, ignored="where=", note=_FIRST),
    _optax("safe_softmax_cross_entropy", _V2, _ROWS, _EACH, note="A label of 0 on a logit of −inf counts 0, not NaN."),
    _optax("softmax_cross_entropy_with_integer_labels", _SPARSE, _IDS, _EACH, ignored="where=", note=_FIRST),
]
_SKLEARN = [
    Loss(
        "sklearn.metrics.log_loss",
        "scikit_learn",
        _SPARSE_P_MEAN,
        "(y_true, y_proba)",
        "probabilities",
        "class labels, of any type",
        _BATCH,
        weights="sample_weight=; the mean then divides by their sum",
        clipping="to the dtype's epsilon: at most 36.04 in float64",
        note="A metric, with no gradient. Classes are sorted: name them by labels= where some may be missing.",
    )
]

LOSSES = [*_TENSORFLOW1, *_TF_KERAS[:9], *_TENSORFLOW2, *_TF_KERAS[9:], *_KERAS, *_PYTORCH, *_OPTAX, *_SKLEARN]

# Names that people take for a cross-entropy, and what they are.
OTHERS = {
    "keras.losses.BinaryFocalCrossentropy": (
        "keras.losses.BinaryCrossentropy",
        "each loss times (1 − p) to the power gamma",
    ),
    "keras.losses.CategoricalFocalCrossentropy": (
        "keras.losses.CategoricalCrossentropy",
        "each loss times alpha (1 − p) to the power gamma",
    ),
    "keras.losses.CategoricalGeneralizedCrossEntropy": (
        "keras.losses.CategoricalCrossentropy",
        "(1 − p^q)/q, for labels with mistakes",
    ),
    "keras.losses.KLDivergence": (
        "keras.losses.CategoricalCrossentropy",
        "cross-entropy less the entropy of the labels: same gradient, another number",
    ),
    "torch.nn.KLDivLoss": (
        "torch.nn.CrossEntropyLoss",
        "cross-entropy less the entropy of the labels: same gradient, another number",
    ),
    "torch.nn.AdaptiveLogSoftmaxWithLoss": (
        "torch.nn.CrossEntropyLoss",
        "a layer of its own, with rare classes in clusters, and its loss",
    ),
    "torch.nn.PoissonNLLLoss": ("torch.nn.NLLLoss", "the likelihood of counts"),
    "torch.nn.GaussianNLLLoss": ("torch.nn.NLLLoss", "the likelihood of real numbers"),
    "optax.sigmoid_focal_loss": ("optax.sigmoid_binary_cross_entropy", "each loss times (1 − p) to the power gamma"),
    "optax.kl_divergence": (
        "optax.softmax_cross_entropy",
        "cross-entropy less the entropy of the labels: same gradient, another number",
    ),
    "optax.losses.poly_loss_cross_entropy": ("optax.softmax_cross_entropy", "cross-entropy plus epsilon times (1 − p)"),
    "sklearn.metrics.d2_log_loss_score": (
        "sklearn.metrics.log_loss",
        "a score: the share of the log loss that the model explains",
    ),
}
