"""What the book takes off the theme's pages."""


def setup(app):
    """Connect to Sphinx."""
    # After sphinx-thebe, which adds its scripts at the default priority of 500.
    app.connect("html-page-context", _no_thebe, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _no_thebe(app, pagename, templatename, context, doctree):
    # sphinx-thebe declares THEBE_JS_URL on every page, twice: an error in the console. No page here has a kernel.
    context["script_files"] = [script for script in context["script_files"] if "thebe" not in str(vars(script)).lower()]
