"""What a page loads, made light: one style sheet with the rules that the book uses, and a font of the icons in them.

The theme's own style sheets hold half a megabyte for everything that Bootstrap can do, and its icon fonts 400 kB. This
runs when the build is finished and all pages are there to be searched for what they use.
"""

import logging
import pathlib
import re
import shutil
from html.parser import HTMLParser
from importlib.util import find_spec

import tinycss2
from fontTools import subset

# In the order in which a page would load them.
SHEETS = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "sphinx-design.min.css",
    "xentedu.css",
    "book.css",
    "guide.css",
    "cells.css",
)
# What no page asks for once style.css is there.
LEFT_OVER = ("styles", "vendor", "locales", "images", "scripts/bootstrap.js", "scripts/fontawesome.js", "**/*.map")
LEFT_OVER += ("sphinx-thebe.*", "togglebutton.*", "webpack-macros.html", "sbt-webpack-macros.html", *SHEETS)

ICONS = pathlib.Path(find_spec("pydata_sphinx_theme").origin).parent / "theme/pydata_sphinx_theme/static/vendor"
ICONS = ICONS / "fontawesome/webfonts/fa-solid-900.ttf"
ICON_FACE = (
    '@font-face{font-family:"Font Awesome 6 Free";font-weight:900;font-display:block;'
    'src:url(icons.woff2) format("woff2")}'
)

logging.getLogger("fontTools").setLevel(logging.WARNING)
_WORD = re.compile(r"[A-Za-z_][\w-]*")


def setup(app):
    """Connect to Sphinx."""
    app.connect("build-finished", make_light, priority=900)  # after the theme has written pygments.css
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def make_light(app, exception):
    """Write ``style.css`` and the icons' font, and remove what they replace."""
    folder = pathlib.Path(app.outdir) / "_static"
    if exception or not (folder / SHEETS[0]).exists():  # no page was written
        return
    sheets = []
    for pattern in SHEETS:
        (path,) = folder.glob(pattern)
        sheets.append(path.read_text(encoding="utf-8"))
    for pattern in LEFT_OVER:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    known = words(pathlib.Path(app.outdir))
    known.update(_WORD.findall(sheets[SHEETS.index("xentedu.css")]))  # a figure may put the name of a class together
    css = purged("\n".join(sheets), known)
    (folder / "style.css").write_text(css + ICON_FACE, encoding="utf-8")
    write_font(ICONS, {c for c in map(ord, unescaped(css)) if 0xE000 <= c < 0xF900}, folder / "icons.woff2")


def write_font(source, characters, target):
    """Write a font of these characters alone, with the glyphs that they need."""
    options = subset.Options(flavor="woff2", hinting=False, glyph_names=False, layout_features=["ssty", "kern", "dtls"])
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


class _Words(HTMLParser):
    """Gathers the names that a selector can ask for: of elements, their attributes, classes and ids."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attributes):
        self.found.add(tag)
        for name, value in attributes:
            self.found.add(name)
            if name in ("class", "id"):
                self.found.update((value or "").split())


def words(folder):
    """Return all names that the pages in ``folder`` use, and all words of their scripts, which make further ones."""
    parser = _Words()
    for page in folder.rglob("*.html"):
        parser.feed(page.read_text(encoding="utf-8"))
    for script in (folder / "_static").rglob("*.js"):
        parser.found.update(_WORD.findall(script.read_text(encoding="utf-8")))
    return parser.found


def purged(css, known):
    """Return the style sheet without rules for what no page has, variables that nothing reads, and comments.

    >>> purged("a.on, .off b { --c: red; --d: red; color: var(--c) } .off { color: red }", {"a", "b", "on"})
    'a.on{--c: red;color: var(--c) ;}'
    """
    rules = _rules(css, lambda selector: _names(selector) <= known)
    read = None
    while True:
        text = _written(rules, read)
        now = known | set(re.findall(r"var\(\s*(--[\w-]+)", text))  # a script may read a variable too
        if now == read:
            return text
        read = now


def _rules(css, is_used):
    """Return the rules as pairs of a head and what is in it: further rules, or declarations, as (name, text)."""
    rules = []
    for rule in tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True):
        if rule.type == "qualified-rule":
            selectors = [_line(selector) for selector in _split(rule.prelude) if is_used(selector)]
            if selectors:
                rules.append((",".join(selectors), _declarations(rule.content)))
        elif rule.type == "at-rule" and rule.content is not None:
            head = f"@{rule.at_keyword} {_line(rule.prelude)}".strip()
            if rule.lower_at_keyword in ("media", "supports"):
                rules.append((head, _rules(rule.content, is_used)))
            elif rule.lower_at_keyword == "keyframes":
                rules.append((head, _rules(rule.content, lambda selector: True)))
            elif "Font Awesome" not in tinycss2.serialize(rule.content):  # ICON_FACE takes its place
                rules.append((head, _declarations(rule.content)))
    return rules


def _written(rules, read):
    """Return rules as text, without the variables that are not among those ``read``."""
    text = ""
    for name, content in rules:
        if isinstance(content, list):
            inner = _written(content, read)
            text += f"{name}{{{inner}}}" if inner else ""
        elif read is None or not name.startswith("--") or name in read:
            text += f"{content};"
    return text


def _declarations(tokens):
    parsed = tinycss2.parse_blocks_contents(tokens, skip_comments=True, skip_whitespace=True)
    return [(d.name, _line([d]).rstrip(";")) for d in parsed if d.type == "declaration"]


def _line(tokens):
    return " ".join(tinycss2.serialize(tokens).split())


def _split(tokens):
    """Split a list of selectors at its commas."""
    parts = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _names(selector):
    """Return the names that must be on a page for the selector to match; what is inside ``:is()`` and the like may."""
    found, after_colon = set(), False
    for token in selector:
        if token.type == "hash" or (token.type == "ident" and not after_colon):
            found.add(token.value)
        elif token.type == "[] block":
            found.update(t.value for t in token.content[:1] if t.type == "ident")
        after_colon = token == ":"
    return found


def unescaped(css):
    r"""Return the style sheet's text with escapes like ``\f002`` as the characters that they stand for."""
    return re.sub(r"\\([0-9a-fA-F]{4,6})\s?", lambda m: chr(int(m.group(1), 16)), css)
