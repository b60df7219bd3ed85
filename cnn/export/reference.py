"""Ten drawings with what must become of them: others test their own preparation of ink by it."""

import json
from collections.abc import Sequence

import numpy as np

from cnn.augmentation.glyphs import FAMILIES, strokes_of
from cnn.export.format import Reader
from cnn.ink.strokes import CANVAS_SIZE, Stroke, rasterise

FILE = "reference.json"
# Glyphs are written on a grid of 100, and drawn in the middle of a canvas.
SCALE = 2.0
MARGIN = (CANVAS_SIZE - 100 * SCALE) / 2
# Far below what changes a probability that anybody sees.
DECIMALS = 6
ABOUT = (
    "Ten drawings. strokes: lists of [x, y], y down. image: 28 rows of 28 numbers from 0 (paper) to"
    " 1 (ink), what the network is given. probabilities: of the digits 0 to 9, what it answers."
)


def drawings() -> list[list[Stroke]]:
    """Draw each digit from 0 to 9 once, the same each time, in the pixels of the page's canvas."""
    rng = np.random.default_rng(0)
    shapes = [next(each.shape for each in FAMILIES if each.digit == digit) for digit in range(10)]
    return [_on_the_canvas(strokes_of(shape, rng)) for shape in shapes]


def reference_file(read: Reader) -> bytes:
    """Write the drawings as JSON, with the input they become and what an export answers to it.

    Args:
        read: The export, opened again.
    """
    inks = drawings()
    images = np.array([rasterise(strokes) for strokes in inks]).round(DECIMALS)
    records = [
        {
            "digit": digit,
            "strokes": [stroke.tolist() for stroke in strokes],
            "image": _numbers(image),
            "probabilities": _numbers(probabilities),
        }
        for digit, (strokes, image, probabilities) in enumerate(
            zip(inks, images, read(images), strict=True)
        )
    ]
    return (json.dumps({"about": ABOUT, "drawings": records}) + "\n").encode()


def _on_the_canvas(strokes: Sequence[Stroke]) -> list[Stroke]:
    return [(MARGIN + SCALE * stroke).round(1) for stroke in strokes]


def _numbers(values: np.ndarray) -> list[float]:
    """Return numbers as people write them: float32's own digits would go on for no gain."""
    numbers: list[float] = values.astype(np.float64).round(DECIMALS).tolist()
    return numbers
