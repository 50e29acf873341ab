"""Formulas as MathML, which browsers draw by themselves: no script, no other host, and a screen reader can read it."""

from docutils import nodes
from math_core import LatexToMathML
from sphinx.util.math import get_node_equation_number

CONVERTER = LatexToMathML(annotation=False)


def setup(app):
    """Connect to Sphinx."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def visit_inline(writer, node):
    """Write a formula inside a line."""
    writer.body.append(CONVERTER.convert_with_local_state(node.astext(), displaystyle=False))
    raise nodes.SkipNode


def visit_block(writer, node):
    """Write a displayed formula, with its number where it has one."""
    latex = node.astext().strip()
    if r"\\" in latex and not latex.startswith(r"\begin"):
        latex = rf"\begin{{aligned}}{latex}\end{{aligned}}"
    writer.body.append(writer.starttag(node, "div", CLASS="math-block", TABINDEX="0"))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})</span>')
    writer.body.append(CONVERTER.convert_with_local_state(latex, displaystyle=True))
    writer.body.append("</div>\n")
    raise nodes.SkipNode
