"""What every live figure is: a widget in JupyterLab, live on a built page, a still picture everywhere else."""

import base64
import copy
import io

from .settings import Setting
from .words import number, tell

__all__ = ["VIEW", "Figure", "number", "tell"]
VIEW = "application/vnd.jupyter.widget-view+json"


class Figure:
    """A live figure. A subclass has a name, a caption, settings, and the three methods below.

    The mathematics and the drawing of the live figure are in the JavaScript file of the same name, beside the Python
    file. With a kernel, the state is shared with it in both directions. Without one, on a built page, the state in the
    page is where the figure starts. None of this is loaded until the figure is displayed: its numbers and its words
    need NumPy alone.
    """

    name = ""
    caption = ""

    def __init__(self, **state):
        self._widget = None
        self._state = {name: setting.checked(setting.default) for name, setting in self.settings().items()}
        self.change(state)

    @classmethod
    def settings(cls):
        """Return the figure's settings, by name."""
        return {name: value for name, value in vars(cls).items() if isinstance(value, Setting)}

    @classmethod
    def schema(cls):
        """Return what each setting may be, as plain values."""
        return {name: setting.schema() for name, setting in cls.settings().items()}

    def state(self):
        """Return the value of each setting, by name."""
        return copy.deepcopy(self._state)

    def change(self, state):
        """Change several settings at once.

        Raises:
            TypeError: if the figure has no setting of that name.
            ValueError: if a setting cannot have that value.
        """
        settings = self.settings()
        for name in state:
            if name not in settings:
                raise TypeError(f"{type(self).__name__} has no setting {name!r}: expected {', '.join(settings)}.")
        now = self._state | {name: settings[name].checked(value) for name, value in state.items()}
        for name, setting in settings.items():
            like = getattr(setting, "like", None)
            if like and len(now[name]) != len(now[like]):
                raise ValueError(
                    f"{name}: expected {len(now[like])} numbers, as many as {like}, received {len(now[name])}. "
                    f"To change both, write change({{{name!r}: …, {like!r}: …}})."
                )
        self._state = now
        if self._widget is not None:
            from .widget import update

            update(self._widget, now)

    def describe(self):
        """Return the state in words and numbers: what a screen reader says, and what a cell prints."""
        raise NotImplementedError

    def draw(self, figure):
        """Draw the state as a still picture into the matplotlib ``figure``."""
        raise NotImplementedError

    def shown(self):
        """Return the library's numbers for the state, in the order in which the live figure shows them."""
        raise NotImplementedError

    def still(self):
        """Return the still picture as PNG.

        Raises:
            ImportError: if matplotlib is not installed; the message says how to install it.
        """
        try:
            import matplotlib.figure
            import matplotlib.style
        except ImportError as error:
            raise _missing("still picture", error) from error

        file = io.BytesIO()
        with matplotlib.style.context("xentedu.explore.book"):
            figure = matplotlib.figure.Figure()
            self.draw(figure)
            figure.savefig(file, format="png", dpi=160)
        return file.getvalue()

    def widget(self):
        """Return the ipywidgets widget that shows this figure; its state and the figure's follow each other.

        Raises:
            ImportError: if anywidget is not installed; the message says how to install it.
        """
        if self._widget is None:
            try:
                from .widget import widget_of
            except ImportError as error:
                raise _missing("live figure", error) from error
            self._widget = widget_of(self)
        return self._widget

    def __repr__(self):
        return self.describe()

    def _repr_mimebundle_(self, **kwargs):
        # Beside what a widget's view needs, the bundle says what machinery/page.py needs for a built page.
        model = self.widget().model_id
        still = base64.b64encode(self.still()).decode()
        about = {
            "figure": self.name,
            "state": self.state(),
            "text": self.describe(),
            "caption": self.caption,
            "still": still,
        }
        view = {"version_major": 2, "version_minor": 0, "model_id": model, "xentedu": about}
        return {VIEW: view, "image/png": still, "text/plain": self.describe()}


def _missing(what, error):
    return ImportError(f'a {what} needs {error.name}, which is not installed: pip install "xentedu[figures]"')
