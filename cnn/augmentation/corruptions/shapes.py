"""Digits turned, moved, shrunk, slanted, with thicker or thinner lines, or hidden in part."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cnn.ink.strokes import SIZE, Picture

# At strength 1: radians, pixels, a share, pixels for each one down, pixels, pixels, pixels.
TURN, MOVE, SHRINK, SLANT, THICKEN, THIN, HIDDEN = np.pi / 3, 10.0, 0.6, 1.0, 2.0, 1.0, 12.0
MIDDLE = (SIZE - 1) / 2
# Squares that hide lie with their middle at most so far from the field's, in pixels.
AROUND = 6.0


def rotate(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Turn each digit to one side or the other."""
    angle = _either_side(len(ink), rng) * strength * TURN
    cos, sin = np.cos(angle), np.sin(angle)
    return _transformed(ink, np.array([[cos, -sin], [sin, cos]]))


def translate(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Move each digit in a direction of its own; what leaves the field is lost."""
    angle = rng.uniform(0, 2 * np.pi, len(ink))
    way = strength * MOVE * np.array([np.cos(angle), np.sin(angle)])
    return _transformed(ink, np.eye(2)[..., None], way)


def scale(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Shrink the digits; they are smoothed before, or lines would break."""
    from scipy.ndimage import gaussian_filter

    del rng
    factor = 1 / (1 - SHRINK * strength)
    smooth = gaussian_filter(ink, (0, *2 * [0.35 * (factor - 1)]))
    return _transformed(smooth, factor * np.eye(2)[..., None])


def shear(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Slant each digit to one side or the other."""
    slant = _either_side(len(ink), rng) * strength * SLANT
    one, zero = np.ones(len(ink)), np.zeros(len(ink))
    return _transformed(ink, np.array([[one, zero], [slant, one]]))


def thicken(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Make lines thicker, pixel by pixel and the last one in part."""
    from scipy.ndimage import grey_dilation

    del rng
    return _by_pixels(ink, strength * THICKEN, grey_dilation)


def thin(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Make lines thinner, until the thinnest are gone."""
    from scipy.ndimage import grey_erosion

    del rng
    return _by_pixels(ink, strength * THIN, grey_erosion)


def occlude(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Lay a square of paper on each digit."""
    middle = MIDDLE + rng.uniform(-AROUND, AROUND, (len(ink), 2))
    hidden = _covered(middle, strength * HIDDEN)
    shown = 1 - hidden[:, 0, :, None] * hidden[:, 1, None, :]
    return ink * shown.astype(np.float32)


def sampled(ink: Picture, places: NDArray[np.float64]) -> Picture:
    """Take pixels between pixels; beyond the field there is paper.

    Args:
        ink: [n, 28, 28].
        places: (row, column) of what each pixel is taken from, [2, n, 28, 28].
    """
    from scipy.ndimage import map_coordinates

    number = np.broadcast_to(np.arange(len(ink))[:, None, None], places.shape[1:])
    at = np.stack([number, *places])
    return np.asarray(map_coordinates(ink, at, order=1, mode="constant", prefilter=False))


def _covered(middle: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """How much of each of 28 pixels lies in a part so wide, around each middle: [..., 28]."""
    away = np.abs(np.arange(SIZE) - middle[..., None])
    return np.clip(width / 2 + 0.5 - away, 0, min(width, 1))


def _transformed(
    ink: Picture, matrix: NDArray[np.float64], way: NDArray[np.float64] | None = None
) -> Picture:
    """Take each pixel from where a matrix [2, 2, n], about the middle, and a way [2, n] lead."""
    across = np.arange(SIZE) - MIDDLE
    places = np.array(np.meshgrid(across, across, indexing="ij"))
    led = np.einsum("ijn,jrc->inrc", np.broadcast_to(matrix, (2, 2, len(ink))), places)
    if way is not None:
        led = led + way[:, :, None, None]
    return sampled(ink, led + MIDDLE)


def _either_side(n: int, rng: Generator) -> NDArray[np.int64]:
    return rng.choice([-1, 1], n)


def _by_pixels(ink: Picture, pixels: float, step: Callable[..., Picture]) -> Picture:
    """Repeat a step of one pixel, the last one in part."""
    from scipy.ndimage import generate_binary_structure

    cross = generate_binary_structure(2, 1)[None]
    while pixels > 0:
        stepped = step(ink, footprint=cross, mode="constant")
        ink = ink + min(pixels, 1) * (stepped - ink)
        pixels -= 1
    return ink
