import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from cnn.plots import colours
from cnn.plots.colours import css, css_upon, gradient, scales, table

ROOT = Path(__file__).parents[3]
PAINT = ROOT / "cnn" / "web" / "paint.js"
CONFIG = ROOT / ".streamlit" / "config.toml"


def in_browsers(name):
    """Read a constant of the browsers' module: a number, or colours by theme."""
    found = re.search(rf"const {name} = ([^;]+);", PAINT.read_text())[1]
    plain = re.sub(r"(light|dark):", r'"\1":', found)
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", plain))


@pytest.mark.parametrize("name", ["ORANGE", "BLUE", "ROOT", "FLOOR", "STEPS"])
def test_the_colours_are_those_that_browsers_paint_by(name):
    ours = getattr(colours, name)
    assert json.loads(json.dumps(ours)) == in_browsers(name)


def test_the_paper_is_the_pages_own():
    themes = tomllib.loads(CONFIG.read_text())["theme"]
    for name, paper in colours.PAPER.items():
        assert themes[name]["backgroundColor"] == "#{:02x}{:02x}{:02x}".format(*paper)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_from_paper_the_colours_run_to_deep_blue_and_deep_orange(theme):
    found = table(theme)
    assert found.shape == (511, 3)
    assert tuple(found[255]) == colours.PAPER[theme]
    assert tuple(found[0]) == colours.BLUE[theme][-1]
    assert tuple(found[-1]) == colours.ORANGE[theme][-1]


def test_each_maps_scale_is_its_own_with_a_floor_of_its_layers():
    maps = np.zeros((2, 2, 3), np.float32)
    maps[0, 0] = 2, -1, 0.1
    np.testing.assert_allclose(scales(maps), [2, 1, 0.6])
    assert (scales(np.zeros((2, 2, 3), np.float32)) > 0).all()


def test_css_takes_the_pages_theme():
    assert css(0) == "light-dark(#ffffff, #0f1318)"
    assert css(5) == css(1) == "light-dark(#581e00, #ffe2ba)"
    assert gradient(0, 1).startswith(f"linear-gradient(90deg, {css(0)}, ")
    assert gradient(-1, 1).endswith(f"{css(1)})")


def test_what_is_written_upon_a_colour_is_readable_in_both_themes():
    for value in np.linspace(-1, 1, 41):
        pairs = zip(_channels(css(value)), _channels(css_upon(value)), strict=True)
        # WCAG asks for 4.5 of text.
        assert all(_contrast(paper, text) > 4.5 for paper, text in pairs), value


def _channels(pair):
    return [[int(one[i : i + 2], 16) for i in (0, 2, 4)] for one in re.findall("#(.{6})", pair)]


def _contrast(one, other):
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(rgb):
    shares = np.array(rgb) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
