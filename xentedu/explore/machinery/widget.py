"""The figures as ipywidgets widgets, for JupyterLab. Needs anywidget, which the extra ``figures`` installs."""

import functools

import anywidget
import traitlets

from . import bundle


@functools.cache
def _widget_class(figure_class):
    traits = {name: traitlets.Any().tag(sync=True) for name in figure_class.settings()}
    code = {"_esm": bundle.widget(figure_class.name), "_css": bundle.style()}
    return type(f"{figure_class.__name__}Widget", (anywidget.AnyWidget,), code | traits)


def widget_of(figure):
    """Return a widget for the figure. Its traits are the figure's settings; what changes in one changes in the other.

    The figure checks what it is given. It is given all settings together, since some belong together.
    """
    widget = _widget_class(type(figure))(**figure.state())
    names = list(figure.settings())
    widget.observe(lambda _: figure.change({name: getattr(widget, name) for name in names}), names=names)
    return widget


def update(widget, state):
    """Set the traits of ``widget``, all before anyone is told of the first."""
    with widget.hold_sync(), widget.hold_trait_notifications():
        for name, value in state.items():
            setattr(widget, name, value)
