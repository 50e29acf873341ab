"""The pages of the library: a table of what there is, the chapter of each function, and names as a reader writes them.

``{overview} xentedu.nn`` in a page is a table of that module's public names: what each computes (the first sentence of
its docstring) and the chapter that teaches it.
"""

import importlib
import inspect
import re

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

# The chapter that teaches a function: the first of these that its full name matches.
_CHAPTERS = [
    (r"contrib\..*(rank_sampled|sampled_sparse)", "sampled_softmax"),
    (r"\.nce_loss|all_candidate", "nce"),
    (r"sampled_|candidate_sampler|accidental_hits", "sampled_softmax"),
    (r"nn\.softmax_cross_entropy_with_logits_v2|value_and_grad", "label_gradients"),
    (r"blockwise|nn\.sparse_", "sparse_labels"),
    (r"nn\.weighted_|losses\.(compute|Reduction|sigmoid_|softmax_|sparse_|log_)", "weighting"),
    (r"nn\.(sigmoid|softmax|log_softmax)$", "logits"),
    (r"cross_?entropy", "sigmoid_softmax"),
]
_ROLE = re.compile(r":(func|class|meth|mod|math):(?=`)")
_PREFIX = "xentedu."


def chapter(name):
    """Return the chapter that teaches the function of this full name, or None."""
    return next((page for pattern, page in _CHAPTERS if re.search(pattern, name)), None)


def _in_short(thing):
    """Return the first paragraph of a docstring up to the end of its first sentence, as MyST writes it."""
    paragraph = " ".join(inspect.getdoc(thing).split("\n\n")[0].split())
    sentence = re.split(r"(?<=[.:]) (?=[A-Z])", paragraph)[0].rstrip(":")
    text = _ROLE.sub(lambda role: "{math}" if role[1] == "math" else f"{{py:{role[1]}}}", sentence)
    return text.replace("``", "`").replace("|", r"\|")


class Overview(SphinxDirective):
    """A table of a module's public names, linked."""

    required_arguments = 1

    def run(self):
        """Return the table."""
        module = importlib.import_module(self.arguments[0])
        rows = ["| name | what it is | chapter |", "|---|---|---|"]
        for name in module.__all__:
            thing = getattr(module, name)
            full = f"{module.__name__}.{name}"
            role = "class" if inspect.isclass(thing) else "func"
            page = chapter(full)
            link = f"[](/book/{page})" if page else ""
            rows.append(f"| {{py:{role}}}`{name} <{full}>` | {_in_short(thing)} | {link} |")
        return self.parse_text_to_nodes("\n".join(rows))


def _say_the_chapter(app, what, name, thing, options, lines):
    page = chapter(name)
    if page and what == "function":
        lines += ["", f"**Chapter:** :doc:`/book/{page}`", ""]


def _as_written(app, doctree):
    """Write ``xe.nn.`` before a name, as a reader does after ``import xentedu as xe``."""
    for prefix in doctree.findall(addnodes.desc_addname):
        text = prefix.astext()
        if text.startswith(_PREFIX):
            prefix.children = [nodes.Text("xe." + text.removeprefix(_PREFIX))]


def setup(app):
    """Register the directive and what is changed on the library's pages."""
    app.add_directive("overview", Overview)
    app.connect("autodoc-process-docstring", _say_the_chapter)
    app.connect("doctree-read", _as_written)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
