"""Digits out of focus, moved while the picture was taken, in bright light, in fog, inverted."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cnn.augmentation.corruptions.shapes import MIDDLE
from cnn.ink.strokes import SIZE, Picture

# At strength 1: pixels, pixels, ink, share of the contrast that is lost, ink, pixels.
BLUR, MOTION, BRIGHTER, FLATTER, FOG, STRIPE = 2.5, 14.0, 0.8, 0.95, 3.0, 10.0
# How fast a fog's detail fades with its fineness: power of the frequency.
ROUGHNESS = 1.7
# Room around a digit, so that what leaves on one side does not come back on the other.
ROOM = 2 * SIZE


def blur(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Blur by a Gaussian, as a lens out of focus does."""
    from scipy.ndimage import gaussian_filter

    del rng
    return np.asarray(gaussian_filter(ink, (0, strength * BLUR, strength * BLUR), mode="constant"))


def motion_blur(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Spread each digit evenly along a straight way of its own.

    The mean over a way is a product with a sinc of frequencies: exact, and the same at any angle.
    """
    down, across = _frequencies()
    angle = rng.uniform(0, np.pi, (len(ink), 1, 1))
    along = np.cos(angle) * down + np.sin(angle) * across
    spread = np.fft.rfft2(ink, (ROOM, ROOM)) * np.sinc(strength * MOTION * along)
    return np.asarray(np.fft.irfft2(spread, (ROOM, ROOM))[:, :SIZE, :SIZE], np.float32)


def brighten(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Add light everywhere; what is bright already stays at full ink."""
    del rng
    return ink + np.float32(strength * BRIGHTER)


def flatten(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Bring all pixels nearer to their picture's mean."""
    del rng
    mean = ink.mean(axis=(1, 2), keepdims=True)
    return mean + (ink - mean) * np.float32(1 - strength * FLATTER)


def fog(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Lay fog between eye and paper: plasma, noise whose power falls with its frequency."""
    thick = strength * FOG
    mixed = (ink + thick * _plasma(len(ink), rng)) / (1 + thick)
    return np.asarray(mixed, np.float32)


def stripe(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Invert what lies on an upright stripe in the middle."""
    del rng
    width = strength * STRIPE
    away = np.abs(np.arange(SIZE) - MIDDLE)
    inverted = np.clip(width / 2 + 0.5 - away, 0, min(width, 1)).astype(np.float32)
    return ink + inverted * (1 - 2 * ink)


def _plasma(n: int, rng: Generator) -> NDArray[np.float32]:
    """Make clouds from 0 to 1, [n, 28, 28]."""
    noise = np.fft.rfft2(rng.standard_normal((n, ROOM, ROOM), np.float32))
    fineness = np.hypot(*_frequencies())
    fineness[0, 0] = np.inf
    clouds = np.fft.irfft2(noise / fineness**ROUGHNESS, (ROOM, ROOM))[:, :SIZE, :SIZE]
    clouds -= clouds.min(axis=(1, 2), keepdims=True)
    return np.asarray(clouds / clouds.max(axis=(1, 2), keepdims=True), np.float32)


def _frequencies() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cycles a pixel, down and across, each [rows, columns] as `rfft2` orders them."""
    down, across = np.meshgrid(np.fft.fftfreq(ROOM), np.fft.rfftfreq(ROOM), indexing="ij")
    return down, across
