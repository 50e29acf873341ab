"""What is changed on the theme's pages: strict security policy, metadata, names for screen readers, fewer bytes.

The templates in ``book/templates`` replace the theme's where it writes the head of a page, its buttons and its sidebar;
this module sees to the rest.
"""

import re
from html import escape

from docutils import nodes

# Scripts, styles, fonts and pictures come from the book itself. No inline script or style, no eval, no connection, no
# frame.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)

# Names, punctuation and blanks have the colour of the code around them: a quarter of a chapter's bytes.
PLAIN = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')

_REPAIRS = [
    (PLAIN, r"\1"),
    # The name of a folded cell is the text that one sees on it.
    (re.compile(r'<summary aria-label="Toggle hidden content">'), "<summary>"),
    # Column widths are an inline style, which the policy forbids; the browser finds better ones.
    (re.compile(r"<colgroup>.*?</colgroup>\s*", re.DOTALL), ""),
    # A table that scrolls is reached by Tab (the theme sees to that), and what is reached has to be more than a div.
    (
        re.compile(
            r'<div class="([^"]* text_html|pst-scrollable-table-container)">(<table.*?</table>)\s*</div>', re.DOTALL
        ),
        r'<section class="\1">\2</section>',
    ),
    # No line begins with what ends the one before it.
    (re.compile(r"<math>(?:(?!</math>).)*</math>[.,:;)?]+", re.DOTALL), r'<span class="text-nowrap">\g<0></span>'),
    # A long name breaks where its parts meet, before it breaks anywhere.
    (
        re.compile(r'(?<=<span class="pre">)[^<]{15,}|(?<=<strong>)\w{15,}(?=</strong>)'),
        lambda name: re.sub(r"(?<=\w)[_/.](?=\w)|(?<=[a-z])(?=[A-Z])", r"\g<0><wbr>", name[0]),
    ),
]


def setup(app):
    """Connect to Sphinx."""
    # After the extensions that add their scripts at the default priority of 500.
    app.connect("html-page-context", finish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def finish(app, pagename, templatename, context, doctree):
    """Change what the templates get to see of a page."""
    # The theme's two inline scripts say what is so without them.
    context["script_files"] = [script for script in context["script_files"] if script.filename]
    for script in context["script_files"]:
        script.attributes.setdefault("defer", "defer")  # in order, and none before the page can be read
    if doctree is not None:
        for pattern, replacement in _REPAIRS:
            context["body"] = pattern.sub(replacement, context["body"])
    context["metatags"] = metadata(app, context, doctree) + context.get("metatags", "")


def metadata(app, context, doctree):
    """Return the policy, the description and what a preview of the page shows, as tags of its head."""
    title = re.sub("<[^>]*>", "", context.get("title", ""))
    lines = [f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">']
    previewed = {"og:type": "article", "og:site_name": app.config.project, "og:title": title}
    if doctree is not None:
        previewed["og:description"] = description(doctree)
        if 'name="description"' not in context.get("metatags", ""):
            lines.append(f'<meta name="description" content="{escape(previewed["og:description"])}">')
    if context.get("pageurl"):
        previewed["og:url"] = context["pageurl"]
    lines += [f'<meta property="{name}" content="{escape(content)}">' for name, content in previewed.items()]
    return "\n    ".join(["", *lines])


def description(doctree):
    """Return what a page says of itself (``html_meta``), or its first paragraph: one or two sentences."""
    for meta in doctree.findall(nodes.meta):
        if meta.get("name") == "description":
            return meta["content"]
    text = " ".join(next(doctree.findall(nodes.paragraph)).astext().split())
    if len(text) > 300:
        text = text[:300].rsplit(" ", 1)[0] + " …"
    return text
