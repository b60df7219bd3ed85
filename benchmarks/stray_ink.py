"""What does ink cost that lies about beside a digit: a tap, or a short tick?

Draws digits of a file of drawings at several sizes anywhere on the page's canvas, puts one tap or
tick at several distances in any direction, and reads both. Tells also which strokes of the drawings
as they are count as stray.

    python -m benchmarks.stray_ink pendigits-orig.tra.gz
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from benchmarks.drawing_size import place
from cnn.data.digits import LabelledStrokes
from cnn.data.drawings import read_drawings
from cnn.decision import decide
from cnn.ink.strokes import CANVAS_SIZE, Stroke, rasterise, stray
from cnn.predictor import Predictor, shipped_predictor

# Longer sides of the digits, and lengths of what lies beside them, in the canvas's pixels.
SIZES = (80, 150, 220, 300)
LENGTHS = (0, 6, 12, 24)
# How far from the digit's box it lies, in shares of the digit's size.
DISTANCES = ((0.0, 0.1), (0.1, 0.2), (0.2, 0.5), (0.5, 1.0), (1.0, 4.0))
# Places tried for it; a cell of the table needs so many digits that have one.
TRIES, ENOUGH = 200, 100


@dataclass(frozen=True)
class Cost:
    """What ink beside digits costs, in percent of the digits.

    Attributes:
        lost: How many fewer are read right.
        wrong: How many are read wrong, and called sure.
        left_out: How often it is left out.
    """

    lost: float
    wrong: float
    left_out: float

    def __str__(self) -> str:
        """Write it as a cell of the table."""
        return f"{self.lost:.1f} / {self.wrong:.1f} / {self.left_out:.0f}"


def tick(
    strokes: Sequence[Stroke], length: float, between: tuple[float, float], rng: Generator
) -> Stroke | None:
    """Put a tick on the canvas, so far from a digit's box; None if none of the tries lies there."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    nearest, farthest = np.array(between) * (high - low).max()
    for _ in range(TRIES):
        turn = rng.uniform(0, np.pi)
        half = np.array([np.cos(turn), np.sin(turn)]) * length / 2
        ink = rng.uniform(0, CANVAS_SIZE, 2) + np.array([-half, half])
        gap = np.maximum(ink.min(axis=0) - high, low - ink.max(axis=0)).max()
        if nearest < gap <= farthest:
            return ink
    return None


def cost(
    predictor: Predictor,
    drawings: Sequence[LabelledStrokes],
    length: float,
    between: tuple[float, float],
) -> Cost | None:
    """Read drawings with and without a tick; None if there is place beside too few."""
    rng = np.random.default_rng(0)
    pairs = [(drawing, tick(drawing.strokes, length, between, rng)) for drawing in drawings]
    beside = [(drawing, ink) for drawing, ink in pairs if ink is not None]
    if len(beside) < ENOUGH:
        return None
    labels = np.array([drawing.label for drawing, _ in beside])
    alone = np.array([rasterise(drawing.strokes) for drawing, _ in beside])
    with_ink = [[*drawing.strokes, ink] for drawing, ink in beside]
    before = predictor.probabilities(alone)
    after = predictor.probabilities(np.array([rasterise(strokes) for strokes in with_ink]))
    right = after.argmax(axis=1) == labels
    sure = np.array([decide(probabilities).sure for probabilities in after])
    lost = (before.argmax(axis=1) == labels).mean() - right.mean()
    left_out = np.mean([stray(strokes)[-1] for strokes in with_ink])
    return Cost(100 * lost, 100 * (sure & ~right).mean(), 100 * left_out)


def main() -> None:
    """Print both as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path)
    parser.add_argument("--every", type=int, default=10, help="read every so-many-th drawing")
    arguments = parser.parse_args()
    drawings = read_drawings(arguments.drawings)
    found = [f"{i} (a {d.label})" for i, d in enumerate(drawings) if stray(d.strokes).any()]
    print(f"Of {len(drawings):,} drawings {len(found)} have stray strokes: {', '.join(found)}.\n")
    some, predictor = drawings[:: arguments.every], shipped_predictor()
    print("Points lost / % sure and wrong / % left out\n")
    print("| digit | away | tap |", *(f"tick of {length} px |" for length in LENGTHS[1:]))
    print("|---:|---:|" + "---:|" * len(LENGTHS))
    for size in SIZES:
        rng = np.random.default_rng(size)
        share = size / CANVAS_SIZE
        placed = [LabelledStrokes(d.label, place(d.strokes, share, rng)) for d in some]
        for between in DISTANCES:
            costs = [cost(predictor, placed, length, between) for length in LENGTHS]
            if any(costs):
                away = f"{between[0]:.1f} to {between[1]:.1f}"
                print(
                    f"| {size} px | {away} |", *(f"{each or '—'} |" for each in costs), flush=True
                )


if __name__ == "__main__":
    main()
