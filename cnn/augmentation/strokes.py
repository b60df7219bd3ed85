"""The same digit by another hand: strokes varied before they are drawn, and ink that is no digit.

Varying the strokes, rather than the pixels of the drawn digit, gives what people really do: other
slants and proportions, trembling, fast strokes with corners, loose ends, a bar through the seven.
All strokes here are scaled so that the drawing's longer side is 1, its middle (0, 0).
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cnn.augmentation.glyphs import LETTERS, SIGNS, curve, strokes_of
from cnn.ink.strokes import Stroke

# How far apart points are laid along a stroke before it is varied.
SPACING = 0.03


def augment_strokes(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    """Draw strokes as somebody else would: other slant, proportions, ends, calm and speed."""
    strokes = [resample(stroke, SPACING) for stroke in _normalise(strokes)]
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
    strokes = _normalise(strokes)
    if digit == 0:
        return _zero_with_slash_or_dot(strokes, rng)
    if digit == 1:
        return _one_with_foot(strokes, rng)
    if digit == 7:
        return _seven_with_bar_and_hook(strokes, rng)
    return strokes


def draw_negative(drawings: list[list[Stroke]], rng: Generator) -> list[Stroke]:
    """Draw something that is no digit: a scribble, letter, sign, jumble, or two digits in one."""
    choice = rng.random()
    if choice < 0.2:
        return _scribble(rng)
    if choice < 0.35:
        return augment_strokes(_jumble(rng), rng)
    if choice < 0.6:
        return augment_strokes(_any(LETTERS, rng), rng)
    if choice < 0.78:
        return augment_strokes(_any(SIGNS, rng), rng)
    left, right = rng.integers(len(drawings), size=2)
    return augment_strokes(side_by_side(drawings[left], drawings[right], rng), rng)


def _any(shapes: dict[str, str], rng: Generator) -> list[Stroke]:
    texts = list(shapes.values())
    return strokes_of(texts[rng.integers(len(texts))])


def side_by_side(left: list[Stroke], right: list[Stroke], rng: Generator) -> list[Stroke]:
    """Put two drawings beside one another, of about the same height."""
    left, right = _normalise(left), _normalise(right)
    size = rng.uniform(0.75, 1.25)
    right = [stroke * size for stroke in right]
    gap = rng.uniform(0, 0.3)
    across = np.concatenate(left)[:, 0].max() - np.concatenate(right)[:, 0].min() + gap
    move = np.array([across, rng.normal(0, 0.08)])
    return left + [stroke + move for stroke in right]


def resample(stroke: Stroke, spacing: float) -> Stroke:
    """Lay points at even distances along a stroke, its two ends among them."""
    at = _stations(stroke)
    if at[-1] == 0:
        return stroke[:1]
    even = np.linspace(0, at[-1], int(np.ceil(at[-1] / spacing)) + 1)
    return np.stack([np.interp(even, at, stroke[:, axis]) for axis in (0, 1)], axis=1)


def _normalise(strokes: list[Stroke]) -> list[Stroke]:
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
    choice = rng.random()
    if choice < 0.15:
        inset = (high - low) * rng.uniform(-0.25, 0.2)
        (left, top), (right, bottom) = low + inset, high - inset
        if choice < 0.12:
            return [*strokes, np.array([[right, top], [left, bottom]])]
        return [*strokes, np.array([[left, top], [right, bottom]])]
    if choice < 0.17:
        return [*strokes, (low + high) / 2 + rng.normal(0, 0.02, (2, 2))]
    return strokes


def _one_with_foot(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    low, high = _corners(strokes)
    if high[0] - low[0] > 0.35 * (high[1] - low[1]):
        return strokes  # it has a flag, or a foot already
    points = np.concatenate(strokes)
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


def _scribble(rng: Generator) -> list[Stroke]:
    """Draw a wild curve, a zigzag from side to side, or several wild lines."""
    points = rng.uniform(0, 1, (rng.integers(6, 30), 2))
    kind = rng.integers(4)
    if kind == 0:
        return [curve(points)]
    if kind == 1:
        return [points]
    if kind == 2:
        turns = np.arange(rng.integers(5, 14))
        across = turns % 2 * rng.uniform(0.5, 1)
        zigzag = np.stack([across, turns / len(turns)], axis=1)
        return [(zigzag + rng.normal(0, 0.05, zigzag.shape))[:, :: rng.choice([-1, 1])]]
    return [rng.uniform(0, 1, (rng.integers(2, 4), 2)) for _ in range(rng.integers(3, 8))]


def _jumble(rng: Generator) -> list[Stroke]:
    """Join three to five lines and arcs between points of a grid, as a foreign letter might."""
    strokes = []
    for _ in range(rng.integers(3, 6)):
        start, end = rng.integers(0, 3, (2, 2)) / 2
        middle = (start + end) / 2 + rng.choice([0.0, 0.35]) * rng.normal(0, 1, 2)
        strokes.append(curve(np.array([start, middle, end])))
    return strokes
