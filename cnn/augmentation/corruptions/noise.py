"""Digits with noise, drops on them, or seen through rough glass."""

import numpy as np
from numpy.random import Generator

from cnn.augmentation.corruptions.shapes import MIDDLE, sampled
from cnn.ink.strokes import SIZE, Picture

# At strength 1: a deviation, photons, a share of the pixels, a share of the field, pixels.
DEVIATION, PHOTONS, IMPULSES, SPATTERED, GLASS = 0.6, 2.0, 0.4, 0.33, 3.0
# Deviation of what makes drops round, in pixels; how sharp their edge is, how bright they are.
DROP, EDGE, DROP_INK = 1.3, 6.0, 0.8


def gaussian(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Add normal noise to each pixel, as a warm sensor does."""
    return ink + strength * DEVIATION * rng.standard_normal(ink.shape, np.float32)


def shot(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Count photons, as a sensor in little light does: the fewer, the more noise in bright ink."""
    photons = PHOTONS / strength**2
    return np.asarray(rng.poisson(ink * photons) / photons, np.float32)


def impulse(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Make some pixels full ink or bare paper: salt and pepper."""
    struck = rng.random(ink.shape) < strength * IMPULSES
    return np.where(struck, rng.integers(0, 2, ink.shape), ink).astype(np.float32)


def spatter(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Throw drops: where smooth noise is highest, some of the field is covered."""
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(rng.standard_normal(ink.shape, np.float32), (0, DROP, DROP))
    noise /= noise.std(axis=(1, 2), keepdims=True)
    level = np.quantile(noise, 1 - strength * SPATTERED, axis=(1, 2), keepdims=True)
    drops = np.clip((noise - level) * EDGE, 0, 1)
    return ink + drops * (DROP_INK - ink)


def glass_blur(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Take each pixel from one nearby, as rough glass does."""
    across = np.arange(SIZE) - MIDDLE
    places = np.array(np.meshgrid(across, across, indexing="ij"))[:, None] + MIDDLE
    way = rng.uniform(-1, 1, (2, *ink.shape)) * strength * GLASS
    return sampled(ink, places + way)
