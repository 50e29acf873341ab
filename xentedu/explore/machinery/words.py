"""Numbers and sentences as figures write them: in Python here, in JavaScript in ``toolkit.js``, word for word alike."""

import math
import re

_PLACE = re.compile(r"\{(\w+)(?::(\w))?\}")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(x, digits=3):
    """Return ``x`` with fixed digits, a true minus sign, ∞ and NaN.

    >>> number(-1.25, 1), number(-0.0001), number(float("inf")), number(float("nan"))
    ('−1.2', '0.000', '∞', 'NaN')
    """
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    text = f"{abs(x):.{digits}f}"
    return ("−" if x < 0 and float(text) else "") + text


def scientific(x):
    """Return ``x`` with three digits and a power of ten; or 0.

    >>> scientific(2.7895e-10), scientific(0.0), scientific(-1500.0)
    ('2.79 × 10⁻¹⁰', '0', '−1.50 × 10³')
    """
    if x == 0 or not math.isfinite(x):
        return number(x, 0)
    digits, power = f"{x:.2e}".split("e")
    return f"{digits.replace('-', '−')} × 10{str(int(power)).translate(_RAISED)}"


def tell(template, **values):
    """Return the template with its places filled: ``{name}`` with a text, ``{name:2}`` with a number of two digits.

    ``{name:e}`` is for a number of any size. A list of numbers is written with commas. Templates stand in Python; the
    live figure fills the same ones.

    >>> tell("{who}: {p:2}, sum {total:1}", who="cat", p=[0.25, 0.5], total=0.75)
    'cat: 0.25, 0.50, sum 0.8'
    """

    def fill(place):
        value, digits = values[place[1]], place[2]
        if digits is None:
            return str(value)
        several = value if hasattr(value, "__len__") else [value]
        return ", ".join(scientific(v) if digits == "e" else number(v, int(digits)) for v in several)

    return _PLACE.sub(fill, template)
