"""What every live figure is: a widget in JupyterLab, live on a built page, a still picture everywhere else."""

import base64
import io

import anywidget
import matplotlib.figure
import matplotlib.style
import numpy as np

from . import colours, javascript

VIEW = "application/vnd.jupyter.widget-view+json"
CSS = colours.css() + (javascript.FOLDER / "figures.css").read_text(encoding="utf-8")


class Figure(anywidget.AnyWidget):
    """A live figure. A subclass has a name, traits tagged ``sync=True``, and the two methods below.

    The mathematics and the drawing of the live figure are in ``javascript/<name>.js``. With a kernel, the traits are
    shared with it in both directions. Without one, on a built page, the state in the page is where the figure starts.
    """

    name = ""
    caption = ""
    _css = CSS

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "name" in cls.__dict__:  # not in the classes that traitlets derives for each instance
            cls._esm = javascript.widget(cls.name)

    def describe(self):
        """Return the state in words and numbers: what a screen reader says, and what a cell prints."""
        raise NotImplementedError

    def draw(self, figure):
        """Draw the state as a still picture into the matplotlib ``figure``."""
        raise NotImplementedError

    def shown(self):
        """Return the library's numbers for the state, in the order in which the live figure shows them."""
        raise NotImplementedError

    def state(self):
        """Return the traits that the figure is about, by name."""
        inherited = Figure.class_traits()
        own = self.traits(sync=True).keys() - inherited.keys()
        return {name: getattr(self, name) for name in sorted(own) if not name.startswith("_")}

    def still(self):
        """Return the still picture as PNG."""
        file = io.BytesIO()
        with matplotlib.style.context("xentedu.explore.book"):
            figure = matplotlib.figure.Figure()
            self.draw(figure)
            figure.savefig(file, format="png", dpi=160)
        return file.getvalue()

    def __repr__(self):
        return self.describe()

    def _repr_mimebundle_(self, **kwargs):
        # Beside what a widget's view needs, the bundle says what xentedu.explore.page needs for a built page.
        still = base64.b64encode(self.still()).decode()
        about = {
            "figure": self.name,
            "state": self.state(),
            "text": self.describe(),
            "caption": self.caption,
            "still": still,
        }
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id, "xentedu": about}
        return {VIEW: view, "image/png": still, "text/plain": self.describe()}


def number(x, digits=3):
    """Return ``x`` as the live figures write it: fixed digits, a true minus sign, ∞ and NaN.

    >>> number(-1.25, 1), number(-0.0001), number(float("inf")), number(float("nan"))
    ('−1.2', '0.000', '∞', 'NaN')
    """
    if np.isnan(x):
        return "NaN"
    if np.isinf(x):
        return "∞" if x > 0 else "−∞"
    text = f"{abs(x):.{digits}f}"
    return ("−" if x < 0 and float(text) else "") + text
