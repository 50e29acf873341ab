"""The settings of a figure: what each may be, written once. ``host.js`` checks a linked state by the same schema."""

import numbers


class Setting:
    """An attribute of a figure that a reader can change. A value that it cannot have is refused.

    Args:
        default: the value of a figure for which none was given.
    """

    kind = ""

    def __init__(self, default):
        self.name, self.default = "", default

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, figure, owner=None):
        return self if figure is None else figure.state()[self.name]

    def __set__(self, figure, value):
        figure.change({self.name: value})

    def schema(self):
        """Return what the setting may be, as plain values: these travel with the figure to the page."""
        limits = {name: value for name, value in vars(self).items() if name not in ("name", "default")}
        return {"kind": self.kind, **limits}

    def checked(self, value):
        """Return ``value`` as the setting stores it, or raise."""
        raise NotImplementedError

    def _refuse(self, expected, value):
        return ValueError(f"{self.name}: expected {expected}, received {value!r}.")


class Number(Setting):
    """A number between ``low`` and ``high``; ``step`` is that of its slider, and ``whole`` means an integer."""

    kind = "number"

    def __init__(self, default, low, high, step=1, whole=False):
        super().__init__(default)
        self.low, self.high, self.step, self.whole = low, high, step, whole

    def checked(self, value):
        """Return ``value`` as a float, or as an int where the setting is whole."""
        ok = isinstance(value, numbers.Real) and not isinstance(value, bool) and self.low <= value <= self.high
        if not ok or (self.whole and value != int(value)):
            raise self._refuse(f"{'an integer' if self.whole else 'a number'} in [{self.low}, {self.high}]", value)
        return int(value) if self.whole else float(value)


class Choice(Setting):
    """One of the ``options``."""

    kind = "choice"

    def __init__(self, default, options):
        super().__init__(default)
        self.options = list(options)

    def checked(self, value):
        """Return the option that equals ``value``."""
        for option in self.options:
            if isinstance(value, bool) == isinstance(option, bool) and value == option:
                return option
        raise self._refuse(f"one of {', '.join(map(repr, self.options))}", value)


class Flag(Setting):
    """True or False."""

    kind = "flag"

    def checked(self, value):
        """Return ``value`` as a bool."""
        if value not in (True, False):
            raise self._refuse("True or False", value)
        return bool(value)


class Numbers(Setting):
    """A list of numbers, each as ``item`` says, from ``shortest`` to ``longest`` of them; as many as ``like`` has."""

    kind = "list"

    def __init__(self, default, item, shortest, longest, like=None):
        super().__init__(default)
        self.item, self.shortest, self.longest, self.like = item, shortest, longest, like

    def schema(self):
        """Return what the list may be, with the schema of its items."""
        return {**super().schema(), "item": self.item.schema()}

    def checked(self, value):
        """Return ``value`` as a list of checked numbers."""
        value = list(value)
        if not self.shortest <= len(value) <= self.longest:
            count = self.shortest if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
            raise self._refuse(f"{count} numbers", value)
        self.item.name = self.name
        return [self.item.checked(each) for each in value]
