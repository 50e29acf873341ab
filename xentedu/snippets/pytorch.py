"""PyTorch's expressions."""

IMPORTS = {"torch.": "import torch", "F.": "import torch.nn.functional as F"}
_NONE = ', reduction="none"'
EACH = {
    "binary": 'F.binary_cross_entropy_with_logits(logits, labels.float(), reduction="none")',
    "column": 'F.binary_cross_entropy_with_logits(logits, labels[:, 1], reduction="none")',
    "multi": 'F.binary_cross_entropy_with_logits(logits, labels, reduction="none")',
    "columns": 'F.binary_cross_entropy_with_logits(logits, labels[:, columns], reduction="none")',
    "signed": 'F.soft_margin_loss(logits, labels, reduction="none")',
    "softmax": 'F.cross_entropy(logits, labels, reduction="none")',
    "sparse": 'F.cross_entropy(logits, labels, reduction="none")',
    "sampled": 'F.cross_entropy(logits, torch.zeros_like({classes}), reduction="none")',
    "ranked": 'F.cross_entropy(logits, torch.zeros_like({classes}), reduction="none")',
    "nce": "F.softplus(-true_logits) + F.softplus(sampled_logits).sum(1)",
    "binary_p": 'F.binary_cross_entropy(probabilities, labels, reduction="none")',
    "log_loss": "-labels * torch.log(probabilities + 1e-7) - (1 - labels) * torch.log(1 - probabilities + 1e-7)",
    "softmax_p": "-(labels * p.log()).sum(1)",
    "sparse_p": 'F.nll_loss(p.log(), labels, reduction="none")',
}
POSITIVE = {
    family: EACH[family].replace(_NONE, f", pos_weight=pos_weight{_NONE}")
    for family in ("binary", "column", "multi", "columns")
}
# Where one call says it all: the mean is the default.
WHOLE = {
    (family, weighting, "mean", trained): "loss = " + table[family].replace(_NONE, "")
    for weighting, table in ((None, EACH), ("positive", POSITIVE))
    for family in ("binary", "column", "multi", "signed", "softmax", "sparse", "binary_p", "sparse_p")
    for trained in (False, True)
    if family in table
}
WHOLE["sparse", "class", "weighted", False] = "loss = F.cross_entropy(logits, labels, weight=class_weights)"
MEAN, LAST, MEANS = "torch.mean({})", "torch.mean({}, -1)", {"columns": "torch.sum({}) / labels.numel()"}
STOP = "labels.detach()"
GATHER, EXPECTED, DOWN = "class_weights[{}]", "(labels @ class_weights)", "weights[:, None]"
CLASSES = {
    "one_hot": "labels.argmax(1)",
    "probabilities": "torch.multinomial(labels, 1)[:, 0]  # a class drawn from each row",
}
_DRAW = [
    "sampled = torch.multinomial(frequency, num_samples=2)  # some thousand",
    "expected = 1 - (1 - frequency) ** 2  # about how often each class is drawn",
]
_DRAW_MORE = [line.replace("num_samples=2", "num_samples=3").replace("** 2", "** 3") for line in _DRAW]
DRAW = {
    "sampled": _DRAW,
    "nce": _DRAW,
    "ranked": _DRAW_MORE,
    "columns": [
        "used = labels.any(0)  # classes that are on somewhere in the batch",
        "rest = (~used).nonzero()[:, 0]",
        "drawn = rest[torch.randperm(len(rest))[:1]]  # some thousand",
        "columns = torch.cat([used.nonzero()[:, 0], drawn])",
        "scale = torch.where(used[columns], 1.0, len(rest) / len(drawn))",
    ],
}
_PREPARE = [
    "true_logits = (inputs * kernel[{classes}]).sum(1) + bias[{classes}]",
    "true_logits = true_logits - expected[{classes}].log()",
    "sampled_logits = inputs @ kernel[{sampled}].T + bias[{sampled}]",
    "sampled_logits = sampled_logits - expected[{sampled}].log()",
]
_SAMPLED = [
    *_PREPARE,
    "hits = {classes}[:, None] == {sampled}  # the label itself was drawn",
    "sampled_logits = sampled_logits.masked_fill(hits, -torch.inf)",
    "logits = torch.cat([true_logits[:, None], sampled_logits], 1)",
]
_SCORES = [
    "scores = torch.logsumexp(inputs @ kernel[sampled].T + bias[sampled], 0)",
    "kept = sampled[scores.topk(2).indices]",
]
_NORMALISED = ["p = probabilities / probabilities.sum(1, keepdim=True)"]
PREPARE = {
    "ranked": _SCORES + _SAMPLED,
    "softmax_p": _NORMALISED,
    "sparse_p": _NORMALISED,
    "nce": _PREPARE,
    "sampled": _SAMPLED,
    "columns": ["logits = inputs @ kernel[columns].T + bias[columns]"],
}


def array(name, value):
    """Return the line that makes an input."""
    return f"{name} = torch.tensor({value})"
