"""A thousand drawings of all kinds that come to a reader of ink, as JSON that the ink's doors take.

They need no download: digits are drawn from glyphs, each by another hand.
"""

from itertools import pairwise

import numpy as np

from cnn.augmentation.glyphs import FAMILIES, strokes_of
from cnn.augmentation.negatives import draw_negative
from cnn.augmentation.strokes import augment_strokes
from cnn.ink.strokes import CANVAS_SIZE, FARTHEST, MOST_STROKES

MANY_POINTS = 100_000
# So many of the thousand, from the first on, are digits: 0, 1, 2, … 9, 0, 1 …
DIGITS_DRAWN = 800


def thousand(rng):
    """Return `DIGITS_DRAWN` digits on the canvas, some edited, and then all else."""
    digits = [digit_by_pen(i % 10, rng) for i in range(DIGITS_DRAWN)]
    drawn = [on_canvas([pen_path(stroke) for stroke in strokes]) for strokes in digits[:500]]
    edited = [
        on_canvas([pen_path(stroke) | edit(rng) for stroke in strokes]) for strokes in digits[500:]
    ]
    fixed = special(rng)
    others = [anything(digits, rng) for _ in range(1000 - len(digits) - len(fixed))]
    return drawn + edited + others + fixed


def digit_by_pen(digit, rng):
    """Draw a digit somewhere on the canvas, in whole pixels as a mouse does, or between them."""
    shapes = [family.shape for family in FAMILIES if family.digit == digit]
    strokes = augment_strokes(strokes_of(shapes[rng.integers(len(shapes))], rng), rng)
    size, middle = rng.uniform(20, 300), rng.uniform(100, CANVAS_SIZE - 100, 2)
    strokes = [stroke * size + middle for stroke in strokes]
    return [np.round(stroke) for stroke in strokes] if rng.random() < 0.5 else strokes


def anything(digits, rng):
    """Draw what is no digit, of any size, as points, in any unit."""
    strokes = draw_negative(digits, rng)
    size, place = 10 ** rng.uniform(-5, 5), rng.uniform(-5e5, 5e5, 2)
    return of_points([stroke * size + rng.choice([0, 1]) * place for stroke in strokes])


def special(rng):
    """Draw what lies at the edges: of size, of number, of what rounding and thinning decide."""
    turns = np.linspace(0, 40, MANY_POINTS)
    spiral = np.stack([turns * np.cos(turns), turns * np.sin(turns)], axis=1)
    wild = rng.uniform(0, CANVAS_SIZE, (MANY_POINTS, 2))
    halves = (rng.integers(-(10**9), 10**9, (60, 2)) + 0.5) * 1e-6
    heap = [rng.uniform(0, 8, (200, 2)), np.array([[0.0, 0.0], [300.0, 290.0]])]
    lines = rng.uniform(0, CANVAS_SIZE, (MOST_STROKES, 2, 2))
    far = np.array([[-FARTHEST, -FARTHEST], [FARTHEST, -FARTHEST], [-FARTHEST, FARTHEST]])
    drawn = [
        *([np.array([point])] for point in ([0.0, 0.0], [160.0, 20.5], [-FARTHEST, FARTHEST])),
        [np.full((5, 2), 7.0)],
        [np.array([[10.0, 10.0]]), np.array([[90.0, 40.0]])],
        [np.array([[50.0, 0.0], [50.0, 200.0]])],
        [np.array([[0.0, 50.0], [200.0, 50.0]])],
        [far],
        [far[:2] * 1e-12, far[1:] * 1e-12],
        [far[0] + [[0, 0], [1e-6, 2e-6]]],
        [spiral],
        np.array_split(wild, 7),
        [np.repeat(wild[:50], MANY_POINTS // 50, axis=0)],
        *(stairs(rng) for _ in range(30)),
        *(beside(digit_by_pen(i % 10, rng), rng) for i in range(60)),
        [halves],
        [halves * 100, halves[::-1] * 50],
        heap,
        [300 - stroke for stroke in heap],
        list(lines),
        [np.round(line) for line in lines],
        [*lines[:20].reshape(20, 2, 2), np.empty((0, 2))],
    ]
    canvas = [
        on_canvas([pen_path(spiral[: MANY_POINTS // 8])]),
        on_canvas([pen_path(wild[: MANY_POINTS // 8]) | edit(rng)]),
        on_canvas([pen_path(np.array([[160.0, 160.0]]))]),
        on_canvas([pen_path(np.array([[160.0, 160.0], [160.0, 161.0]]))]),
        on_canvas([pen_path(np.array([[10.0, 20.0], [14.0, 24.0]])), pen_path(np.eye(2) + 15)]),
        on_canvas([pen_path(line) | edit(rng) for line in lines]),
        *(
            on_canvas([pen_path(s) for s in beside(digit_by_pen(i % 10, rng), rng)])
            for i in range(20)
        ),
    ]
    return [of_points(strokes) for strokes in drawn] + canvas


def stairs(rng):
    """Walk in steps of a fifth of a pixel of the field: bits decide which points are kept."""
    steps = np.eye(2)[rng.integers(0, 2, 80)] * rng.choice([-1, 1, 1, 1], (80, 1))
    line = np.array([[0.0, 0.0], [87.5, 20.0]])
    return [np.cumsum(steps, axis=0), line]


def beside(strokes, rng):
    """Add taps and ticks anywhere, before and after: some are stray, some are at the digit."""
    ticks = [
        rng.uniform(0, CANVAS_SIZE, 2) + rng.normal(0, rng.choice([0.01, 3, 20]), (2, 2))
        for _ in range(rng.integers(1, 5))
    ]
    return [*ticks[:2], *strokes, *ticks[2:]]


def pen_path(points):
    """Write a stroke as the canvas does: a curve through the middles between a pen's points."""
    commands = [["M", *points[0]]]
    for (x, y), (next_x, next_y) in pairwise(points):
        commands.append(["Q", x, y, (x + next_x) / 2, (y + next_y) / 2])
    commands.append(["L", *points[-1]])
    commands = [[name, *map(float, numbers)] for name, *numbers in commands]
    left, top = ((points.min(axis=0) + points.max(axis=0)) / 2).tolist()
    place = {"left": left, "top": top, "originX": "center", "originY": "center"}
    return {"type": "Path", "path": commands} | place


def edit(rng):
    """Move, stretch, turn, flip and skew a path, as the canvas's toolbar does."""
    return {
        "left": rng.uniform(0, CANVAS_SIZE),
        "top": rng.uniform(0, CANVAS_SIZE),
        "scaleX": rng.uniform(0.2, 3),
        "scaleY": rng.uniform(0.2, 3),
        "angle": rng.choice([0.0, 90.0, rng.uniform(0, 360)]),
        "flipX": bool(rng.integers(2)),
        "flipY": bool(rng.integers(2)),
        "skewX": rng.choice([0.0, rng.uniform(-60, 60)]),
        "skewY": rng.choice([0.0, rng.uniform(-60, 60)]),
    }


def on_canvas(paths):
    """Write paths as the canvas does."""
    return {"objects": paths}


def of_points(strokes):
    """Write strokes as lists of points."""
    return {"strokes": [stroke.tolist() for stroke in strokes]}
