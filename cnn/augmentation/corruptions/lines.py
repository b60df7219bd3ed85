"""Digits with a dotted line or a zigzag across, and digits of which only the edges are left."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cnn.augmentation.corruptions.shapes import MIDDLE
from cnn.ink.strokes import SIZE, Picture

# At strength 1, pixels: of a dot, of a zigzag's line.
DOT, LINE = 3.0, 3.0
# Pixels from dot to dot, from one turn of a zigzag to the next but one, and how far it swings.
SPACING, PERIOD, SWING = 3.5, 8.0, 3.0
# Pixels by which lines miss the middle, mostly.
ASTRAY = 5.0
# Of Canny's detector: pixels of smoothing, and the shares of the steepest slope at which an edge
# goes on, and begins.
SMOOTHING, GOES_ON, BEGINS = 1.0, 0.1, 0.2
# Where the two neighbours lie along a slope of so many eighths of a turn.
ALONG = ((0, 1), (1, 1), (1, 0), (1, -1))


def dotted(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Lay a straight dotted line across each digit."""
    along, across = _along_a_line(len(ink), rng)
    from_dot = along - SPACING * np.round(along / SPACING)
    return _drawn(ink, np.hypot(from_dot, across), strength * DOT)


def zigzag(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Lay a zigzag across each digit."""
    along, across = _along_a_line(len(ink), rng)
    slope = 4 * SWING / PERIOD
    # A triangle wave from -SWING to SWING.
    wave = slope * np.abs((along % PERIOD) - PERIOD / 2) - SWING
    return _drawn(ink, np.abs(across - wave) / np.hypot(1, slope), strength * LINE)


def canny_edges(ink: Picture, strength: float, rng: Generator) -> Picture:
    """Fade each digit into its edges."""
    del rng
    return ink + np.float32(strength) * (edges(ink) - ink)


def edges(ink: Picture) -> NDArray[np.bool_]:
    """Find edges by Canny's detector, [n, 28, 28] -> [n, 28, 28].

    Smooth, keep what is steepest along its slope, and of that what is steep enough, or connected
    with what is (J. Canny, "A computational approach to edge detection", 1986).
    """
    from scipy.ndimage import gaussian_filter, label

    smooth = gaussian_filter(ink, (0, SMOOTHING, SMOOTHING))
    down, across = _slope(smooth, 1, 2), _slope(smooth, 2, 1)
    steep = np.hypot(down, across)
    eighth = np.round(np.arctan2(down, across) / (np.pi / 4)).astype(int) % 4
    padded = np.pad(steep, ((0, 0), (1, 1), (1, 1)))
    is_ridge = np.zeros(ink.shape, bool)
    for number, (row, column) in enumerate(ALONG):
        ahead, behind = _neighbour(padded, row, column), _neighbour(padded, -row, -column)
        is_ridge |= (eighth == number) & (steep >= ahead) & (steep > behind)
    steepest = steep.max(axis=(1, 2), keepdims=True)
    goes_on = is_ridge & (steep > GOES_ON * steepest)
    # Connected within a picture, across corners too; never with the next one.
    structure = np.zeros((3, 3, 3), int)
    structure[1] = 1
    pieces, _ = label(goes_on, structure)
    begun = np.unique(pieces[goes_on & (steep > BEGINS * steepest)])
    return np.asarray(np.isin(pieces, begun) & goes_on)


def _slope(pictures: Picture, axis: int, other: int) -> Picture:
    """Sobel's slope along an axis; SciPy's own would mix each picture with the next one."""
    from scipy.ndimage import correlate1d

    return np.asarray(correlate1d(correlate1d(pictures, (-1, 0, 1), axis), (1, 2, 1), other))


def _neighbour(padded: NDArray[np.float32], row: int, column: int) -> NDArray[np.float32]:
    return padded[:, 1 + row : 1 + row + SIZE, 1 + column : 1 + column + SIZE]


def _along_a_line(n: int, rng: Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place pixels along a line and across it, one line through each of n pictures: [n, 28, 28]."""
    angle, astray, begin = (
        each[:, None, None]
        for each in (
            rng.uniform(0, np.pi, n),
            rng.normal(0, ASTRAY, n),
            rng.uniform(0, PERIOD, n),
        )
    )
    row, column = np.meshgrid(np.arange(SIZE) - MIDDLE, np.arange(SIZE) - MIDDLE, indexing="ij")
    along = np.cos(angle) * column + np.sin(angle) * row + begin
    across = np.cos(angle) * row - np.sin(angle) * column + astray
    return along, across


def _drawn(ink: Picture, away: NDArray[np.float64], width: float) -> Picture:
    """Draw a line so wide where the distance to it is 0; one below a pixel is faint."""
    line = np.clip(width / 2 + 0.5 - away, 0, min(width, 1))
    return np.maximum(ink, line).astype(np.float32)
