"""The guide of the landing page: the answers of ``xe.choose``, all of them, for a script that needs no server.

The directive ``{guide}`` holds what stands in the guide's place without JavaScript and on paper. The script
``guide.js`` puts the questions there. It knows nothing of losses: what it shows was computed here, when the book was
built, by ``xe.choose`` itself. The code of one framework is a file of its own, which is loaded when it is shown.
"""

import json
import pathlib

from docutils import nodes
from docutils.parsers.rst import Directive
from pages import PLAIN
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

import xentedu as xe
from xentedu import choosing, snippets
from xentedu.snippets import names

SOURCE = pathlib.Path(__file__).parents[1] / "guide" / "guide.js"
DEPENDENCIES = [SOURCE, __file__, choosing.__file__, *pathlib.Path(snippets.__file__).parent.glob("*.py")]

LEXER, FORMATTER = PythonLexer(), HtmlFormatter(nowrap=True)


class Guide(Directive):
    """The place of the guide, with its content for readers without JavaScript."""

    has_content = True

    def run(self):
        """Return the place, and the script that fills it."""
        env = self.state.document.settings.env
        for path in DEPENDENCIES:  # the page is written anew when an answer changes, and the scripts with it
            env.note_dependency(str(path))
        docname = env.docname
        place = nodes.container(classes=["xe-guide"], ids=["choose"])
        still = nodes.container(classes=["xe-guide-still"])
        self.state.nested_parse(self.content, self.content_offset, still)
        script = f'<script defer src="{"../" * docname.count("/")}_static/guide.js"></script>'
        place += [still, nodes.raw("", script, format="html")]
        return [place]


def setup(app):
    """Connect to Sphinx."""
    app.add_directive("guide", Guide)
    app.connect("builder-inited", write_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def write_scripts(app):
    """Write the guide's script and its data."""
    folder = pathlib.Path(app.doctreedir).parent / "guide_static"
    folder.mkdir(parents=True, exist_ok=True)
    answers, codes = tables()
    text = json.dumps(answers, ensure_ascii=False, separators=(",", ":"))
    script = f"(() => {{\nconst ANSWERS = {text};\n{SOURCE.read_text(encoding='utf-8')}}})();\n"  # scripts share names
    (folder / "guide.js").write_text(script, encoding="utf-8")
    for framework in choosing.FRAMEWORKS:
        found = [str(snippets.snippet(framework, problem)) for problem in codes]
        written = [[painted(code), beside(framework, code)] for code in found]
        text = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
        (folder / f"guide-{framework}.js").write_text(
            f"guideCode({json.dumps(framework)}, {text});\n", encoding="utf-8"
        )
    app.config.html_static_path.append(str(folder))


def tables():
    """Return all answers in a form without repetitions, and the problems whose code they show.

    ``points`` leads from the arguments of ``xe.choose``, joined by commas in its order, to an answer: an object, or the
    text of the ValueError. Texts are numbers, their places in ``texts``.
    """
    texts, answers, problems, points = {}, {}, {}, {}

    def numbered(table, item):
        return table.setdefault(item, len(table))

    for arguments in choosing.space():
        key = ",".join(written(value) for value in arguments.values())
        try:
            choice = xe.choose(**arguments)
        except ValueError as error:
            points[key] = -1 - numbered(texts, str(error).removeprefix("choose: "))
            continue
        told = [named(choice), choice.loss, choice.activation, choice.reason, choice.evaluation]
        told += [part for pair in choice.avoid.items() for part in pair]
        place = (f"{choice.chapter}.html#{choice.section}",)
        answer = (numbered(problems, choice.problem), *(numbered(texts, part) for part in (*place, *told)))
        points[key] = numbered(answers, answer)
    return {"texts": list(texts), "answers": list(answers), "points": points}, list(problems)


# What the field calls the families.
FAMILIES = {
    "binary": "Sigmoid cross-entropy",
    "column": "Sigmoid cross-entropy",
    "multi": "Sigmoid cross-entropy, for each class",
    "columns": "Sigmoid cross-entropy, on a sample of the classes",
    "softmax": "Softmax cross-entropy",
    "sparse": "Sparse softmax cross-entropy",
    "sampled": "Sampled softmax cross-entropy",
}
WEIGHTED = {
    None: "",
    "example": ", weighted by example",
    "class": ", weighted by class",
    "positive": ", with pos_weight",
}


def named(choice):
    """Return an answer's name in no framework's language."""
    return FAMILIES[choice.problem.family] + WEIGHTED[choice.problem.weighting]


def written(value):
    """Return an argument's value as it stands in the address."""
    return {True: "yes", False: "no", None: "none"}[value] if value is None or isinstance(value, bool) else str(value)


def beside(framework, code):
    """Return what a reader of that framework may know the code's loss as, or how it is handed over; or nothing."""
    if framework == "pytorch":
        pairs = zip(names.LOSSES, names.LOSSES[1:])  # each class stands before its function
        functions = {loss.also[0]: whole.name for whole, loss in pairs if loss.also and loss.also[0].startswith("F.")}
        classes = [name for function, name in functions.items() if f"{function}(" in code]
        return f"As a module: {', '.join(classes)}." if classes else ""
    return "model.compile takes it: loss=loss_fn." if framework == "keras" and "loss_fn = " in code else ""


def painted(code):
    """Return code as HTML, in the colours of the book's other code."""
    return PLAIN.sub(r"\1", highlight(code, LEXER, FORMATTER)).rstrip("\n")
