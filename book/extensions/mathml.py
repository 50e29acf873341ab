"""Formulas as MathML, which browsers draw by themselves: no script, no other host, and a screen reader can read it.

Sums, brackets and braces grow only in a font that says how (its MATH table). The book brings one, STIX Two Math, cut
down to the characters that the book uses; it comes with the package ziamath, under the SIL Open Font License.
"""

import pathlib
import re
from html import unescape
from importlib.util import find_spec

from docutils import nodes
from math_core import LatexToMathML
from sphinx.util.math import get_node_equation_number
from weight import write_font

CONVERTER = LatexToMathML(annotation=False)
FONT = pathlib.Path(find_spec("ziamath").origin).with_name("fonts") / "STIXTwoMath-Regular.ttf"

# What stands in a formula as one letter is drawn in italics, which are other characters.
ITALIC = {ord("A") + i: 0x1D434 + i for i in range(26)} | {ord("a") + i: 0x1D44E + i for i in range(26)}
ITALIC |= {0x391 + i: 0x1D6E2 + i for i in range(58)} | {ord("h"): 0x210E}

_STYLE = re.compile(r' style="(?:text-align|width): (\w+)%?(?:;[^"]*)?"')
_FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)


def setup(app):
    """Connect to Sphinx."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("build-finished", write_math_font)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def write_math_font(app, exception):
    """Write the font of the formulas, with the characters that stand in them."""
    if exception or app.builder.format != "html":
        return
    used = set()
    for page in pathlib.Path(app.outdir).rglob("*.html"):
        for formula in _FORMULA.findall(page.read_text(encoding="utf-8")):
            used.update(map(ord, unescape(re.sub("<[^>]*>", "", formula))))
    used.update([ITALIC[letter] for letter in used if letter in ITALIC])
    write_font(FONT, used, pathlib.Path(app.outdir) / "_static" / "stix-two-math.woff2")


def mathml(latex, displaystyle):
    """Return a formula as MathML, laid out by classes: the policy of the pages forbids the styles that stand in it."""
    written = CONVERTER.convert_with_local_state(latex, displaystyle=displaystyle)
    return _STYLE.sub(r' class="math-\1"', written)


def visit_inline(writer, node):
    """Write a formula inside a line."""
    writer.body.append(mathml(node.astext(), displaystyle=False))
    raise nodes.SkipNode


def visit_block(writer, node):
    """Write a displayed formula, with its number where it has one."""
    latex = node.astext().strip()
    if r"\\" in latex and not latex.startswith(r"\begin"):
        latex = rf"\begin{{aligned}}{latex}\end{{aligned}}"
    # The theme's script lets the keyboard into what has this class, where it is wider than the page.
    writer.body.append(writer.starttag(node, "section", CLASS="math-block pst-scrollable-table-container"))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})</span>')
    writer.body.append(mathml(latex, displaystyle=True))
    writer.body.append("</section>\n")
    raise nodes.SkipNode
