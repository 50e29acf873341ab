"""What the book takes off the theme's pages."""

import pathlib
import re

# 1.5 MB on every page, to draw a dozen icons as SVG that the theme's style sheet draws from a font as it is.
_ICON_SCRIPT = re.compile(r"\s*<script[^>]*\bscripts/fontawesome\.js[^>]*></script>")

_UNUSED = re.compile("thebe|toggle", re.IGNORECASE)


def setup(app):
    """Connect to Sphinx."""
    # After the extensions that add their scripts at the default priority of 500.
    app.connect("html-page-context", _no_scripts_of_unused_parts, priority=900)
    app.connect("build-finished", _no_icon_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _no_scripts_of_unused_parts(app, pagename, templatename, context, doctree):
    # sphinx-thebe declares THEBE_JS_URL on every page, twice: an error in the console. No page here has a kernel.
    # sphinx-togglebutton folds admonitions by script; what is folded here is a <details>, which needs none.
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if not _UNUSED.search(str(vars(file)))]


def _no_icon_script(app, exception):
    # The theme's own template writes this tag, where no setting and no event reaches it.
    for page in pathlib.Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if _ICON_SCRIPT.search(text):
            page.write_text(_ICON_SCRIPT.sub("", text), encoding="utf-8")
