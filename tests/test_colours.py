"""The colours of plots and live figures: legible on both kinds of page, apart from each other for every kind of eye."""

import itertools
import pathlib

import matplotlib
import matplotlib.style
import numpy as np
import pytest

from xentedu.explore.colours import COLOURS, light

PAGES = ("#ffffff", "#121212")  # the theme's background, light and dark
PAIRS = list(itertools.combinations(COLOURS, 2))

# What is left of linear RGB without one of the three kinds of cones: Machado, Oliveira and Fernandes, 2009, severity 1.
EYES = {
    "all cones": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    """Return a colour like ``#0072b2`` as linear RGB."""
    channels = np.array(list(bytes.fromhex(colour[1:]))) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """Return linear RGB as CIELAB, in which distance is about what an eye sees as difference."""
    x, y, z = np.cbrt(TO_XYZ @ np.clip(rgb, 1e-4, 1) / TO_XYZ.sum(axis=1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("name", COLOURS)
def test_colour_is_legible_as_text(name):
    for colour, page in zip(COLOURS[name], PAGES):
        dark, bright = sorted((TO_XYZ[1] @ linear(each) + 0.05) for each in (colour, page))
        assert bright / dark >= 4.5  # WCAG 2.2, level AA


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_colours_are_told_apart(one, other, eye):
    for page in (0, 1):
        seen = [lab(EYES[eye] @ linear(COLOURS[name][page])) for name in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) >= 10


def test_style_has_the_same_colours():
    with matplotlib.style.context("xentedu.explore.book"):
        cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
    assert cycle == [light(name) for name in COLOURS]


def test_contributors_find_the_same_colours():
    table = (pathlib.Path(__file__).parents[1] / "book" / "README.md").read_text(encoding="utf-8")
    for name, (on_light, on_dark) in COLOURS.items():
        assert f"| {name} | `{on_light}` | `{on_dark}` | " in table
