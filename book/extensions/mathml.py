"""Formulas as MathML, which browsers draw by themselves: no script, no other host, and a screen reader can read it.

Sums, brackets and braces grow only in a font that says how (its MATH table). The book brings one, STIX Two Math, cut
down to the characters of this subject; it comes with the package ziamath, under the SIL Open Font License.
"""

import pathlib
from importlib.util import find_spec

from docutils import nodes
from fontTools import subset
from math_core import LatexToMathML
from sphinx.util.math import get_node_equation_number

CONVERTER = LatexToMathML(annotation=False)
FONT = pathlib.Path(find_spec("ziamath").origin).with_name("fonts") / "STIXTwoMath-Regular.ttf"

# Latin and Greek, upright and italic; operators, arrows, brackets, accents, braces above and below.
RANGES = [(0x20, 0x7F), (0x391, 0x3CA), (0x3D0, 0x3D7), (0x2190, 0x2195), (0x21D0, 0x21D5), (0x2200, 0x223E)]
RANGES += [(0x2260, 0x2270), (0x22C0, 0x22C7), (0x22EE, 0x22F2), (0x2308, 0x230C), (0x23DC, 0x23E0), (0x27E8, 0x27EA)]
RANGES += [(0x1D434, 0x1D468), (0x1D6E2, 0x1D71C), (0x2061, 0x2065), (0x300, 0x308), (0x2C6, 0x2DD)]
SINGLE = [0xAC, 0xAF, 0xB1, 0xB7, 0xD7, 0x2016, 0x2026, 0x2032, 0x203E, 0x210E, 0x2113, 0x211D, 0x2248, 0x1D53C]


def setup(app):
    """Connect to Sphinx."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("builder-inited", write_font)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def write_font(app):
    """Write the font of the formulas to where Sphinx takes static files from."""
    folder = pathlib.Path(app.doctreedir).parent / "math_static"
    folder.mkdir(parents=True, exist_ok=True)
    options = subset.Options(flavor="woff", layout_features=["*"])
    font = subset.load_font(str(FONT), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[*SINGLE, *(code for start, end in RANGES for code in range(start, end))])
    subsetter.subset(font)
    subset.save_font(font, str(folder / "stix-two-math.woff"), options)
    app.config.html_static_path.append(str(folder))


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
