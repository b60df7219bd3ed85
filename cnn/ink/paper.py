"""How ink stands out from its paper, whatever the light."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from cnn.ink.pictures import Photo, at_most, resized
from cnn.ink.strokes import InkError, Picture

# The border is this share of the picture's sides. If most of it (the second share) has the same
# brightness (to the third number), the paper is evenly lit.
BORDER, EVEN, SAME = 0.05, 0.75, 0.05
# Otherwise, paper is what remains when everything narrower than this share of the picture is taken
# away: lines of ink, but no shadow.
REACH = 1 / 3
# And ink is what differs from the median around it, by the sum over these neighbourhoods (shares
# of the picture), computed at this size.
NEIGHBOURHOODS = (0.1, 0.25, 0.5)
SMALL_SIZE = 64

# Ink differs from its paper by this share of the paper's brightness, and by so many times the
# paper's noise (its standard deviation).
MIN_CONTRAST = 0.08
MIN_SIGNAL = 3.0
# Ink that differs from its paper by less than this in grey may differ in hue alone: then the red,
# green and blue light are looked at, in small, and the one in which ink stands out from the noise
# so many times as clearly is taken. Less noise than the last number no paper is believed to have.
CLEAR = 0.3
CLEARER = 2.0
HUE_SIZE = 250
MIN_NOISE = 0.02

NO_INK = "There is no ink in this picture: a digit must stand out from its paper."
SOMETHING_ELSE = (
    "This looks like a picture of something else, or of paper in very uneven light:"
    " use one of a digit on paper."
)


@dataclass(frozen=True)
class Ink:
    """How much ink there is everywhere.

    `amount` [height, width] is 0 (paper) to 1, a line's edge at 0.5; `light` is the picture in
    which it was found, in light of the `hue`; `is_even` tells whether that falls evenly.
    """

    amount: Picture
    light: Picture
    hue: str
    is_even: bool


@dataclass(frozen=True)
class _Contrast:
    """How ink stands out from its paper.

    `values` [height, width] are 0 (paper) to 1, `noise` is the paper's standard deviation in them,
    and `is_even` tells whether the light is.
    """

    values: Picture
    noise: float
    is_even: bool


def ink_on_paper(photo: Photo) -> Ink:
    """Find what stands out from the paper.

    Raises:
        InkError: Nothing does.
    """
    hue, light = "grey", photo.grey
    contrast = _contrast(light)
    full = _full(contrast)
    if full < CLEAR and (clearer := _clearest_hue(photo)):
        hue, light = clearer
        contrast = _contrast(light)
        full = _full(contrast)
    if not full:
        raise InkError(NO_INK)
    return Ink(np.clip(contrast.values / full, 0, 1), light, hue, contrast.is_even)


def _clearest_hue(photo: Photo) -> tuple[str, Picture] | None:
    """The coloured light in which ink is seen best; None if that is grey, or not much better."""
    lights = photo.lights()
    if not lights:
        return None
    clearness = {
        hue: _clearness(_contrast(at_most(light, HUE_SIZE))) for hue, light in lights.items()
    }
    hue = max(clearness, key=lambda hue: clearness[hue])
    if clearness[hue] < CLEARER * _clearness(_contrast(at_most(photo.grey, HUE_SIZE))):
        return None
    return f"{hue} light", lights[hue]


def _clearness(contrast: _Contrast) -> float:
    """How many times the paper's noise ink stands out."""
    return _full(contrast) / max(contrast.noise, MIN_NOISE)


def _full(contrast: _Contrast) -> float:
    """The contrast of full ink; 0 if there is none."""
    values = contrast.values
    found = values[values > max(MIN_CONTRAST, MIN_SIGNAL * contrast.noise)]
    return float(np.percentile(found[found >= _otsu_threshold(found)], 75)) if found.size else 0.0


def _otsu_threshold(values: Picture) -> float:
    """The threshold that parts values into two groups of the least variance (N. Otsu, 1979)."""
    counts, edges = np.histogram(values, 128)
    sums = np.cumsum(counts * (edges[1:] + edges[:-1]) / 2)
    below = np.cumsum(counts)
    above = below[-1] - below
    means_apart = sums / np.maximum(below, 1) - (sums[-1] - sums) / np.maximum(above, 1)
    return float(edges[np.argmax(below * above * means_apart**2)])


def _contrast(grey: Picture) -> _Contrast:
    """Compare a picture with its paper."""
    border = _border(grey)
    usual = np.median(border)
    is_even = bool((np.abs(border - usual) < SAME).mean() >= EVEN)
    paper: Picture | float
    if is_even:
        dark = 1 - grey if _cubes(grey - usual).sum() > 0 else grey
        paper = float(np.median(_border(dark)))
    else:
        dark = 1 - grey if _ink_is_light(grey) else grey
        paper = _uneven_paper(dark)
    contrast = 1 - dark / np.maximum(paper, 0.05)
    contrast -= np.median(contrast)
    # Ink is on one side of the paper's brightness only, so the other side shows the noise.
    lighter = -contrast[contrast < 0]
    noise = 1.48 * float(np.median(lighter)) if lighter.size else 0.0
    return _Contrast(np.clip(contrast, 0, 1, dtype=np.float32), noise, is_even)


def _border(grey: Picture) -> Picture:
    width = max(1, round(min(grey.shape) * BORDER))
    inside = np.zeros(grey.shape, np.bool_)
    inside[width:-width, width:-width] = True
    return grey[~inside]


def _ink_is_light(grey: Picture) -> bool:
    """Whether ink is lighter than paper: then what stands out from its surroundings is light.

    A shadow's edge stands out to both sides alike, so it does not count.
    """
    small = at_most(grey, SMALL_SIZE)
    skewness = 0.0
    for share in NEIGHBOURHOODS:
        around = ndimage.median_filter(small, _odd(min(small.shape) * share))
        cubes = _cubes(grey - resized(around, grey.shape))
        skewness += cubes.sum() / max(np.abs(cubes).sum(), 1e-9)
    return skewness > 0


def _cubes(values: Picture) -> Picture:
    # Several times faster than raising to the power.
    return values * values * values


def _uneven_paper(dark: Picture) -> Picture:
    """Brightness of the paper everywhere: a morphological closing, which keeps shadows' edges."""
    calm = ndimage.median_filter(dark, 3)
    size = _odd(min(dark.shape) * REACH)
    return ndimage.grey_closing(calm, (size, size))


def _odd(size: float) -> int:
    """The odd number at or above a size, at least 3, so that a window has a middle."""
    return max(3, 2 * round(size / 2) + 1)
