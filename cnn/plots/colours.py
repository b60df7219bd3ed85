"""One code for all numbers: blue is negative, zero is the page's own paper, orange is positive.

`cnn/web/paint.js` paints by the same in browsers; a test holds one to the other. Which theme a page
has, light or dark, its browser alone knows for certain, and may change: so all here is for both.
"""

from functools import cache
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Theme: TypeAlias = Literal["light", "dark"]
RGB: TypeAlias = tuple[int, int, int]

# From nothing to the largest value; the paper comes before, as .streamlit/config.toml has it.
ORANGE: dict[Theme, tuple[RGB, ...]] = {
    "light": ((253, 217, 176), (245, 154, 63), (190, 88, 10), (88, 30, 0)),
    "dark": ((92, 45, 8), (176, 88, 18), (244, 152, 62), (255, 226, 186)),
}
BLUE: dict[Theme, tuple[RGB, ...]] = {
    "light": ((196, 219, 245), (96, 158, 226), (30, 92, 174), (6, 30, 72)),
    "dark": ((14, 46, 92), (34, 94, 176), (98, 164, 242), (206, 228, 255)),
}
PAPER: dict[Theme, RGB] = {"light": (255, 255, 255), "dark": (15, 19, 24)}
# Small values are lifted by a root, so that few of a map's cells are lost on the paper.
ROOT = 0.65
# A map's scale ends at its own largest value, but not below this share of its layer's largest: so
# one that is nearly silent stays pale.
FLOOR = 0.3
# Colours on either side of zero.
STEPS = 255
# Of a legend.
STOPS = 21


def scales(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the end of each map's scale, above 0.

    Args:
        maps: A layer's, float32 [height, width, maps].

    Returns:
        float32 [maps].
    """
    most = np.abs(maps).max(axis=(0, 1))
    return np.maximum(most, max(FLOOR * float(most.max()), 1e-9)).astype(np.float32)


@cache
def table(theme: Theme) -> NDArray[np.uint8]:
    """Return all colours from -1 to 1, in steps: uint8 [2 * STEPS + 1, 3]."""
    values = np.arange(-STEPS, STEPS + 1) / STEPS
    at = np.abs(values) ** ROOT * len(ORANGE[theme])
    arms = [
        [np.interp(at, range(len(stops)), channel) for channel in zip(*stops, strict=True)]
        for stops in ((PAPER[theme], *arm[theme]) for arm in (BLUE, ORANGE))
    ]
    exact = np.where(values < 0, *arms).T
    # As JavaScript rounds: halves always up.
    return np.floor(exact + 0.5).astype(np.uint8)


def steps(values: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the place of values, -1 to 1, in `table`."""
    return np.round(np.clip(values, -1, 1) * STEPS).astype(np.int64) + STEPS


def css(value: float) -> str:
    """Write the colour of a value in -1..1 for both themes, as CSS takes colours."""
    return _light_dark(*(_rgb(theme, value) for theme in ("light", "dark")))


def css_upon(value: float) -> str:
    """Write a colour in which text is readable upon that of a value, for both themes."""
    return _light_dark(*(_upon(_rgb(theme, value)) for theme in ("light", "dark")))


def gradient(low: float, high: float) -> str:
    """Write the colours from one value to another, each -1, 0 or 1, as a background for CSS."""
    return f"linear-gradient(90deg, {', '.join(map(css, np.linspace(low, high, STOPS)))})"


def _rgb(theme: Theme, value: float) -> RGB:
    red, green, blue = table(theme)[steps(np.asarray(value, np.float32))].tolist()
    return red, green, blue


def _upon(colour: RGB) -> RGB:
    """Choose black or white, whichever stands out more (WCAG's relative luminance)."""
    shares = np.array(colour) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ (0.2126, 0.7152, 0.0722))
    return (255, 255, 255) if luminance < 0.179 else (0, 0, 0)


def _light_dark(light: RGB, dark: RGB) -> str:
    return "light-dark({}, {})".format(
        *("#{:02x}{:02x}{:02x}".format(*rgb) for rgb in (light, dark))
    )
