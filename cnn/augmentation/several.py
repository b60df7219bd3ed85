"""Several things in one drawing: two or three digits, beside or above each other, or with a sign.

None may melt into one digit: a 0 above a 0 is an 8 where they touch, a 1 beside a 0 a 9.
"""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from cnn.augmentation.strokes import normalise
from cnn.ink.strokes import Stroke

# Of drawings whose longer side is 1: one that is narrower than this stands clear of others.
NARROW = 0.4
# Distances between drawings side by side; those of wide ones may overlap a little.
OVERLAPPING, CLEAR = (-0.1, 0.3), (0.18, 0.45)
# Between two above each other, of which nobody can tell where one ends but by a gap.
ABOVE = (0.5, 0.9)


def several(drawings: Sequence[list[Stroke]], rng: Generator) -> list[Stroke]:
    """Put two of the drawings side by side, or three, or one above another."""
    first, second, third = (drawings[i] for i in rng.integers(len(drawings), size=3).tolist())
    choice = rng.random()
    if choice < 0.6:
        return side_by_side(first, second, rng)
    if choice < 0.8:
        return three_in_a_row(first, second, third, rng)
    return one_above_other(first, second, rng)


def side_by_side(left: list[Stroke], right: list[Stroke], rng: Generator) -> list[Stroke]:
    """Put two drawings beside one another, of about the same height or one of them smaller."""
    size = rng.uniform(0.75, 1.25) if rng.random() < 0.7 else rng.choice([0.55, 1.8])
    left, right = normalise(left), [stroke * size for stroke in normalise(right)]
    gap = rng.uniform(*(CLEAR if min(_width(left), _width(right)) < NARROW else OVERLAPPING))
    across = np.concatenate(left)[:, 0].max() - np.concatenate(right)[:, 0].min() + gap
    move = np.array([across, rng.normal(0, 0.08)])
    return left + [stroke + move for stroke in right]


def three_in_a_row(
    left: list[Stroke], middle: list[Stroke], right: list[Stroke], rng: Generator
) -> list[Stroke]:
    """Put three drawings beside one another, as of a number."""
    strokes = normalise(left)
    for other in (normalise(middle), normalise(right)):
        across = np.concatenate(strokes)[:, 0].max() - np.concatenate(other)[:, 0].min()
        move = np.array([across + rng.uniform(*CLEAR), rng.normal(0, 0.06)])
        strokes = strokes + [stroke + move for stroke in other]
    return strokes


def one_above_other(top: list[Stroke], bottom: list[Stroke], rng: Generator) -> list[Stroke]:
    """Put one drawing below another, with a gap between."""
    top, bottom = normalise(top), normalise(bottom)
    down = np.concatenate(top)[:, 1].max() - np.concatenate(bottom)[:, 1].min()
    move = np.array([rng.normal(0, 0.2), down + rng.uniform(*ABOVE)])
    return top + [stroke + move for stroke in bottom]


def _width(strokes: list[Stroke]) -> float:
    return float(np.ptp(np.concatenate(strokes)[:, 0]))
