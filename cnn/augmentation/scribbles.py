"""Ink without a meaning, of many kinds: scribbles, hatching, curls, circles, jumbles, taps.

Strokes here are of about the size 1; where they lie does not matter.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from cnn.augmentation.glyphs import curve
from cnn.ink.strokes import Stroke


def scribble(rng: Generator) -> list[Stroke]:
    """Draw a scribble of some kind."""
    return _KINDS[rng.integers(len(_KINDS))](rng)


def jumble(rng: Generator) -> list[Stroke]:
    """Join six to eight lines and arcs between points of a grid, as a foreign letter might."""
    at = np.linspace(0, 1, 12)[:, None]
    grid = np.array([(x, y) for x in (0, 0.5, 1) for y in (0, 0.5, 1)])
    strokes = []
    for _ in range(rng.integers(6, 9)):
        start, end = rng.permutation(grid)[:2]
        swing = rng.choice([0.0, 0.7]) * rng.normal(0, 1, 2)
        strokes.append(start + (end - start) * at + swing * at * (1 - at) * 2)
    return strokes


def taps(rng: Generator) -> list[Stroke]:
    """Tap the paper one to five times, now and then with the pen slipping a little."""
    places = rng.uniform(0, 1, (rng.integers(1, 6), 2))
    # Ink is scaled to the same size whatever its own is: one tap that slips would be a whole 1.
    slip = rng.choice([0.0, 0.04]) * np.ptp(places, axis=0).max()
    return [place + rng.normal(0, slip, (2, 2)) for place in places]


def strike_out(strokes: list[Stroke], rng: Generator) -> list[Stroke]:
    """Cross out so thoroughly that nobody can tell what stood there."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    zigzag = _zigzag(int(rng.integers(11, 18)), rng) @ _turn(rng.normal(0, 0.3)).T
    size = np.maximum(high - low, 0.6 * (high - low).max()) * rng.uniform(0.9, 1.2, 2)
    return [*strokes, (low + high) / 2 + zigzag * size]


def _wild_curve(rng: Generator) -> list[Stroke]:
    return [curve(rng.uniform(0, 1, (rng.integers(12, 40), 2)))]


def _wild_corners(rng: Generator) -> list[Stroke]:
    return [rng.uniform(0, 1, (rng.integers(11, 30), 2))]


def _wild_lines(rng: Generator) -> list[Stroke]:
    return [rng.uniform(0, 1, (rng.integers(2, 4), 2)) for _ in range(rng.integers(6, 11))]


def _wild_arcs(rng: Generator) -> list[Stroke]:
    return [curve(rng.uniform(0, 1, (rng.integers(3, 6), 2))) for _ in range(rng.integers(4, 8))]


def _back_and_forth(rng: Generator) -> list[Stroke]:
    zigzag = _zigzag(int(rng.integers(7, 20)), rng) * (rng.uniform(0.4, 1), 1)
    strokes = [zigzag if rng.random() < 0.5 else curve(zigzag)]
    return _turned(strokes, rng.uniform(0, 2 * np.pi))


def _hatching(rng: Generator) -> list[Stroke]:
    """Parallel lines, close to each other; now and then others across them."""
    angles = [0.0] if rng.random() < 0.6 else [0.0, rng.uniform(0.8, np.pi - 0.8)]
    lines = [line for angle in angles for line in _turned(_parallels(rng), angle)]
    return _turned(lines, rng.uniform(0, np.pi))


def _parallels(rng: Generator) -> list[Stroke]:
    count = rng.integers(4, 12)
    across = np.linspace(-0.5, 0.5, count) + rng.normal(0, 0.15 / count, count)
    ends = np.array([-0.5, 0.5]) + rng.normal(0, 0.06, (count, 2))
    return [
        np.column_stack([end, np.full(2, place)]) for end, place in zip(ends, across, strict=True)
    ]


def _curls(rng: Generator) -> list[Stroke]:
    """A spring: loop after loop along a line that bends."""
    loops = rng.integers(4, 8)
    at = np.linspace(0, 1, loops * 14)
    round_and_round = 2 * np.pi * loops * at + rng.uniform(0, 2 * np.pi)
    wide, high = rng.uniform(0.05, 0.2), rng.uniform(0.2, 0.4) * (1 + rng.uniform(-0.4, 1) * at)
    middle = rng.normal(0, 0.15) * np.sin(np.pi * at * rng.uniform(0.5, 2))
    spring = [at + wide * np.cos(round_and_round), middle + high * np.sin(round_and_round)]
    return _turned([np.stack(spring, axis=1)], rng.choice([0.0, rng.uniform(0, 2 * np.pi)]))


def _circles(rng: Generator) -> list[Stroke]:
    """Circles over circles, each of another size and in another place: a ball of yarn."""
    turns = rng.integers(5, 11)
    angles = np.linspace(0, 2 * np.pi * turns, turns * 12)
    knots = np.linspace(0, 1, turns + 1)

    def drifting(low: float, high: float) -> Stroke:
        values = rng.uniform(low, high, (turns + 1, 2))
        at = np.linspace(0, 1, len(angles))
        return np.stack([np.interp(at, knots, values[:, axis]) for axis in (0, 1)], axis=1)

    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return [drifting(-0.4, 0.4) + drifting(0.1, 0.6) * circle]


# How often a knot goes across and down.
_KNOTS = np.array([(3, 4), (3, 5), (4, 5), (5, 6)])


def _knot(rng: Generator) -> list[Stroke]:
    """A closed curve that crosses itself many times (one of Lissajous's)."""
    at = np.linspace(0, 2 * np.pi, 120)
    across, down = rng.permutation(_KNOTS[rng.integers(len(_KNOTS))])
    return [np.stack([np.sin(across * at + rng.uniform(0, 3)), np.sin(down * at)], axis=1)]


_KINDS: tuple[Callable[[Generator], list[Stroke]], ...] = (
    _wild_curve,
    _wild_corners,
    _wild_lines,
    _wild_arcs,
    _back_and_forth,
    _hatching,
    _curls,
    _circles,
    _knot,
)


def _zigzag(turns: int, rng: Generator) -> Stroke:
    """From side to side and down, in a box from -0.5 to 0.5."""
    at = np.arange(turns)
    points = np.stack([at % 2 - 0.5, at / (turns - 1) - 0.5], axis=1)
    return points + rng.normal(0, 0.05, points.shape)


def _turned(strokes: list[Stroke], angle: float) -> list[Stroke]:
    return [stroke @ _turn(angle).T for stroke in strokes]


def _turn(angle: float) -> Stroke:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
