"""The same digit by another hand: strokes varied before they are drawn.

Varying the strokes, rather than the pixels of the drawn digit, gives what people really do: other
slants and proportions, trembling, fast strokes with corners, loose ends, a bar through the seven.
All strokes here are scaled so that the drawing's longer side is 1, its middle (0, 0).
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cnn.ink.strokes import Stroke

# How far apart points are laid along a stroke before it is varied.
SPACING = 0.03
# What crosses a zero: a slash, one backwards, an upright line, a level one, a dot; how often each.
ACROSS = ((1, -1), (1, 1), (0, 1), (1, 0), (0, 0))
ACROSS_SHARE = (0.45, 0.12, 0.2, 0.13, 0.1)
# Share of digits with stray ink beside them, how far away it lies and how long it is at most.
STRAY_SHARE, STRAY_AWAY, STRAY_LENGTH = 0.06, 0.2, 0.16


def augment_strokes(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    """Draw strokes as somebody else would: other slant, proportions, ends, calm and speed."""
    strokes = [resample(stroke, SPACING) for stroke in normalise(strokes)]
    if rng.random() < 0.6:
        strokes = [_with_loose_ends(stroke, rng) for stroke in strokes]
    if len(strokes) > 1:
        strokes = [stroke + rng.normal(0, 0.02, 2) for stroke in strokes]
    strokes = _bent(_slanted(strokes, rng), rng)
    if rng.random() < 0.25:
        strokes = [_trembled(stroke, rng.uniform(0.005, 0.03), rng) for stroke in strokes]
    choice = rng.random()
    if choice < 0.25:  # a fast mouse: few points, corners
        strokes = [resample(stroke, rng.uniform(0.08, 0.2)) for stroke in strokes]
    elif choice < 0.35:  # a small drawing in whole pixels
        pixels = rng.uniform(30, 80)
        strokes = [np.round(stroke * pixels) / pixels for stroke in strokes]
    return strokes


def add_regional_variants(strokes: list[Stroke], digit: int, rng: Generator) -> list[Stroke]:
    """Add, now and then, what other countries' writers add to a zero, a one and a seven."""
    strokes = normalise(strokes)
    if digit == 0:
        return _zero_with_slash_or_dot(strokes, rng)
    if digit == 1:
        return _one_with_flag_and_foot(strokes, rng)
    if digit == 7:
        return _seven_with_bar_and_hook(strokes, rng)
    return strokes


def add_stray_ink(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    """Add, now and then, a tap or a tick of the pen beside a digit.

    No farther away than ink may lie that is taken for the digit's own: what is farther is left out
    before the network sees it (`cnn.ink.strokes.stray`).
    """
    if rng.random() >= STRAY_SHARE:
        return strokes
    strokes = normalise(strokes)
    low, high = _corners(strokes)
    # A place on the box's rim, and outwards from there.
    side, along = rng.integers(2), rng.integers(2)
    place = rng.uniform(low, high)
    place[side] = (low, high)[along][side] + (-1, 1)[along] * rng.uniform(0, STRAY_AWAY)
    angle = rng.uniform(0, 2 * np.pi)
    tick = np.array([np.cos(angle), np.sin(angle)]) * rng.uniform(0, STRAY_LENGTH)
    is_tap = rng.random() < 0.4
    return [*strokes, place[None] if is_tap else np.array([place, place + tick])]


def resample(stroke: Stroke, spacing: float) -> Stroke:
    """Lay points at even distances along a stroke, its two ends among them."""
    at = _stations(stroke)
    if at[-1] == 0:
        return stroke[:1]
    even = np.linspace(0, at[-1], int(np.ceil(at[-1] / spacing)) + 1)
    return np.stack([np.interp(even, at, stroke[:, axis]) for axis in (0, 1)], axis=1)


def normalise(strokes: list[Stroke]) -> list[Stroke]:
    """Scale strokes so that their longer side is 1, and move their middle to (0, 0)."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    side = max(float((high - low).max()), 1e-6)
    return [(stroke - (low + high) / 2) / side for stroke in strokes]


def _stations(stroke: Stroke) -> NDArray[np.float64]:
    """How far along the stroke each of its points lies."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])


def _with_loose_ends(stroke: Stroke, rng: Generator) -> Stroke:
    """Cut a stroke short or let it shoot over, at either end."""
    for _ in range(2):
        stroke = stroke[::-1]
        at = _stations(stroke)
        if len(stroke) < 4 or at[-1] < 0.15:
            continue
        choice = rng.random()
        if choice < 0.3:
            stroke = stroke[np.searchsorted(at, rng.uniform(0, 0.08) * at[-1]) :]
        elif choice < 0.44:
            ahead = stroke[0] - stroke[3]
            ahead *= rng.uniform(0.02, 0.12) / max(float(np.hypot(*ahead)), 1e-6)
            stroke = np.concatenate([[stroke[0] + ahead], stroke])
    return stroke


def _slanted(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    """Turn by about 6°, shear by about 9° and stretch by about 1.2 (standard deviations)."""
    turn, shear = rng.normal(0, 0.1), rng.normal(0, 0.15)
    stretch = np.exp(rng.normal(0, 0.1))
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = rotate @ np.array([[stretch, -shear], [0, 1 / stretch]])
    return [stroke @ matrix.T for stroke in strokes]


def _bent(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    """Bend the whole drawing by three slow waves across the paper."""
    waves = rng.normal(0, 1, (3, 2)) * rng.uniform(0.3, 1.6, (3, 1)) * 2 * np.pi
    phases, heights = rng.uniform(0, 2 * np.pi, 3), rng.normal(0, 0.014, (3, 2))
    return [stroke + np.sin(stroke @ waves.T + phases) @ heights for stroke in strokes]


def _trembled(stroke: Stroke, size: float, rng: Generator) -> Stroke:
    noise = np.pad(rng.normal(0, size, stroke.shape), ((1, 1), (0, 0)), mode="edge")
    return stroke + (noise[:-2] + 2 * noise[1:-1] + noise[2:]) / 4


def _zero_with_slash_or_dot(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    low, high = _corners(strokes)
    if rng.random() > 0.25:
        return strokes
    direction = np.array(ACROSS[rng.choice(len(ACROSS), p=ACROSS_SHARE)])
    reach = (high - low) / 2 * direction * rng.uniform(0.6, 1.35)
    ends = np.array([reach, -reach]) + rng.normal(0, 0.02, (2, 2))
    return [*strokes, (low + high) / 2 + ends]


def _one_with_flag_and_foot(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    low, high = _corners(strokes)
    if high[0] - low[0] > 0.35 * (high[1] - low[1]):
        return strokes  # it has a flag, or a foot already
    points = np.concatenate(strokes)
    if rng.random() < 0.2:
        top, length = points[points[:, 1].argmin()], rng.uniform(0.08, 0.4)
        # So steep that it is no seven's: see cnn.augmentation.glyphs.
        fall = np.radians(rng.uniform(40, 65))
        end = top + length * np.array([-np.cos(fall), np.sin(fall)])
        strokes = [*strokes, np.array([end, top])]
    if rng.random() < 0.2:
        foot = points[points[:, 1].argmax()]
        left, right = rng.uniform(0.1, 0.35, 2)
        strokes = [*strokes, foot + np.array([[-left, 0], [right, rng.normal(0, 0.03)]])]
    return strokes


def _seven_with_bar_and_hook(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    low, high = _corners(strokes)
    height = high[1] - low[1]
    first = strokes[0]
    if rng.random() < 0.2 and first[0, 1] < low[1] + 0.35 * height:
        hook = first[0] + (rng.normal(0, 0.03), rng.uniform(0.06, 0.2))
        strokes = [np.concatenate([[hook], first]), *strokes[1:]]
    if len(strokes) == 1 and rng.random() < 0.3:
        level = low[1] + height * rng.uniform(0.4, 0.62)
        points = resample(first, SPACING)
        stem = points[abs(points[:, 1] - level).argmin()]
        left, right = rng.uniform(0.12, 0.35, 2)
        tilt = rng.normal(0, 0.04)
        strokes = [*strokes, stem + np.array([[-left, tilt], [right, -tilt]])]
    return strokes


def _corners(strokes: list[Stroke]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)
