"""The Sphinx side of the live figures: what puts them on a built page, with no kernel behind it.

myst-nb finds :class:`FigureRenderer` through the entry point in pyproject.toml; ``_config.yml`` names this module as an
extension. On the page a figure is its still picture, its caption, and its state for ``host.js``, which puts
the live figure in the picture's place. In print, and where JavaScript is off, the picture stays.
"""

import json
import pathlib
from html import escape

from docutils import nodes
from myst_nb.core.render import MimeData
from myst_nb.sphinx_ import NbMetadataCollector

from . import bundle, figure


class FigureRenderer:
    """Writes a figure's place on the page."""

    mime_priority_overrides = (("latex", figure.VIEW, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the nodes of a live figure, or None for any other output."""
        if data.mime_type != figure.VIEW or inline or "xentedu" not in data.content:
            return None
        about = data.content["xentedu"]
        still = MimeData(
            "image/png", about["still"], data.cell_metadata, {}, data.cell_index, data.output_index, data.line
        )
        (picture,) = renderer.render_image(still)
        picture["alt"] = about["text"]
        picture["classes"].append("xe-still")
        # The first figure of its name on a page is where an address with that name leads.
        named = renderer.renderer.md_env.setdefault("xentedu_figures", set())
        anchor = "" if about["figure"] in named else f' id="{about["figure"]}"'
        named.add(about["figure"])
        # Figures of one model share it. Its own name is drawn anew in each build: here it is its number on the page.
        models = renderer.renderer.md_env.setdefault("xentedu_models", {})
        model = models.setdefault(data.content["model_id"], len(models) + 1)
        opening = (
            f'<figure class="xe-figure"{anchor} data-figure="{about["figure"]}" '
            f'data-model="{model}" data-state="{escape(json.dumps(about["state"]))}">'
        )
        caption = nodes.paragraph(about["caption"], about["caption"], classes=["xe-caption"])
        return [nodes.raw("", opening, format="html"), picture, caption, nodes.raw("", "</figure>", format="html")]


def setup(app):
    """Register the scripts and the style of the figures with Sphinx."""
    app.connect("builder-inited", _write_static_files)
    app.connect("doctree-read", _drop_widget_state)
    app.add_js_file("xentedu.js", loading_method="defer")
    app.add_css_file("xentedu.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _write_static_files(app):
    folder = pathlib.Path(app.doctreedir).parent / "xentedu_static"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**bundle.page_scripts(), "xentedu.css": bundle.style()}.items():
        (folder / name).write_text(text, encoding="utf-8")
    app.config.html_static_path.append(str(folder))


def _drop_widget_state(app, doctree):
    # myst-nb writes each widget's state, its whole code included, for html-manager, which is not loaded here.
    NbMetadataCollector.get_js_files(app.env, app.env.docname).pop("ipywidgets_state", None)
