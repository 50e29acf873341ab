"""The words that people type into the search, and the sections that answer them; and numbers, which are searched too.

A section of :data:`WORDS` is listed first, under its own title, when somebody types one of its words. It says the word
itself, in a sentence that answers it: ``tests/browser/test_search.py`` sees to both.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.search.en import SearchEnglish
from sphinx.util import logging

logger = logging.getLogger(__name__)

WORDS = {
    "book/which_loss": {
        "What does the label of one example say?": ("sigmoid or softmax",),
        "Break it: a softmax over one output": ("loss is 0",),
    },
    "book/logits": {
        "Which losses take probabilities": (
            *("BCELoss", "BCEWithLogitsLoss", "NLLLoss", "CrossEntropyLoss", "binary_crossentropy"),
            *("categorical_crossentropy", "log_loss", "from_logits"),
        ),
        "bfloat16 and mixed precision": ("bfloat16", "mixed precision"),
        "NaN from a masked class: −inf": ("-inf", "nan loss", "masked"),
    },
    "book/sigmoid_softmax": {
        "Accuracy 0.9 from a model that knows nothing": (
            "accuracy too high with binary_crossentropy",
            "accuracy too high",
        ),
        "Several tags at once (multilabel): sigmoid": ("multilabel",),
    },
    "book/weighting": {
        "pos_weight: a miss costs more than a false alarm": ("imbalanced", "unbalanced"),
        "Class weights for softmax": ("class weights",),
    },
    "book/sparse_labels": {
        "One term of the sum": ("sparse_categorical_crossentropy", "NLLLoss"),
        "Labels out of range, and a shape mismatch": ("shape mismatch", "label out of range"),
        "Segmentation: a class for each pixel": ("segmentation", "ignore_index", "void", "255"),
        "Out of memory (OOM): what sparse does not save": ("OOM", "out of memory"),
    },
    "book/sampled_softmax": {"Perplexity": ("perplexity",)},
    "book/same_loss": {
        "Keras: probabilities, unless you say otherwise": ("clip",),
        "_sentinel: what it is for": ("_sentinel", "positional arguments"),
    },
    "book/diagnosis": {
        "Which symptom is yours?": ("symptom",),
        "Loss stuck at log C: 2.303, 0.693": ("loss stuck", "0.693", "log 2", "2.3026", "loss not decreasing"),
        "Loss wobbles about log C: inputs shuffled without their labels": ("loss wobbles", "shuffled inputs"),
        "Loss stuck a little above a floor: the activation twice": ("softmax twice", "1.461"),
        "Right in a batch, wrong one at a time: a softmax over the batch": ("softmax dim=0", "right in a batch"),
        "Loss stuck at the entropy of the frequencies: [batch, 1] against [batch]": ("[batch, 1]",),
        "NaN at once": ("nan at once",),
        "NaN after some hundred steps": ("nan after some steps", "nan after some epochs"),
        "Loss near 0 after a few steps, and the model is useless": ("loss near 0", "labels are inputs"),
        "Loss near 0 and nothing is ever predicted: labels scaled twice": ("nothing predicted", "masks black"),
        "Negative loss": ("negative loss", "loss negative"),
        "Target 10 is out of bounds": ("out of bounds",),
        "Loss far larger than log C at the start": ("large loss", "loss at the start"),
        "Accuracy 0.9 and the model says nothing": ("binary_crossentropy accuracy", "accuracy 0.9"),
        "Loss falls, accuracy stays at chance": ("accuracy at chance", "loss decreases but accuracy does not"),
        "The same class is predicted always": ("same class predicted",),
        "Validation loss lower than training loss": ("validation loss lower", "val_loss lower"),
        "Loss falls when padding grows": ("loss padding",),
        "A mask that changes nothing: the loss was a mean already": ("mask changes nothing",),
        "Sampled loss falls, evaluation does not": ("sampled loss falls",),
        "NCE loss only wobbles": ("nce loss wobbles",),
        "Probabilities that nobody can believe, after class weights": ("probabilities after class weights",),
        "Class weights that reach the wrong class": ("class weights worse",),
    },
}


def setup(app):
    """Connect to Sphinx."""
    app.add_search_language(English)
    app.connect("doctree-read", enter)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


class English(SearchEnglish):
    """English, in which 0.693 is one word: Sphinx takes it for two, and drops both. ``book/static/search.js`` does not.

    The two patterns, Python's and JavaScript's, are one.
    """

    _word_re = re.compile(r"\d+(?:\.\d+)+|\w+")
    js_splitter_code = (
        r"function splitQuery(query) { return query.match(/\d+(?:\.\d+)+|[\p{Letter}\p{Number}_]+/gu) ?? []; }"
    )


def enter(app, doctree):
    """Put the words of a page into the search index, each as an entry that leads to its section."""
    page = app.env.docname
    for title, words in WORDS.get(page, {}).items():
        for section in doctree.findall(nodes.section):
            if section.next_node(nodes.title).astext() == title:
                entries = [("single", word, section["ids"][0], "main", None) for word in words]
                section.append(addnodes.index(entries=entries))
                break
        else:
            logger.warning("words.py: no section %r to answer %s", title, words, location=page)
