"""Shapes written down as short texts, each a range of drawings: digits as the world writes them.

A shape is a text: strokes parted by "|", each a chain of points "x,y" on a grid of 100, y down.

- A stroke that starts with "-" is straight from point to point; any other is a smooth curve, but
  for a corner at each point that ends in "!".
- "10~30" in place of a number is any from 10 to 30, drawn anew each time.
- A stroke that starts with "?" is there half the time.
- A text that starts with a share, "60~100%", is drawn so wide.

"60~90% -15~45,5~60 50,0 50,100|?-20,100 80,100" is a one with a short flag or a long one, with or
without a foot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cnn.augmentation.families import DIGITS
from cnn.augmentation.sheet import file_asked_for, sheet_of
from cnn.augmentation.strokes import augment_strokes
from cnn.ink.strokes import Stroke, rasterise

if TYPE_CHECKING:
    from PIL import Image

# Points drawn between two points of a smooth curve.
SMOOTH = 8
# Drawings of a family on the contact sheet: so many as written, and as many by other hands.
EACH = 6

# Labels above 9 are two digits between which people disagree: 17 is a one or a seven. With the
# flag's length as a share of the height, and its fall below level from the stem's upper end,
# - a flag that falls by 35° or more is a one's, however long, and so is one shorter than 0.3;
# - a top from 0.5 on that falls by 10° at most is a seven's; on a stem that leans by 18°, 15°;
# - what lies between is the zone, unless a bar makes it a seven or a foot a one.
# Other hands slant all this: ones and sevens are written at some distance to the zone, so that they
# may be carried into it, where targets then mix, but not through it.
ONE_OR_SEVEN, SIX_OR_ZERO = 17, 60


@dataclass(frozen=True)
class Family:
    """A way of writing a digit, with all that belongs to it from one hand to the next.

    Attributes:
        name: Says how it is written.
        digit: 0 to 9, or one of two, such as `ONE_OR_SEVEN`; see `either`.
        shape: The range of drawings, in the notation above.
    """

    name: str
    digit: int
    shape: str


FAMILIES = tuple(
    Family(name, digit, shape) for digit, shapes in DIGITS.items() for name, shape in shapes.items()
)


def either(label: int) -> tuple[int, ...]:
    """Return the digits that a label stands for: one, or two between which people disagree."""
    return (label,) if label < 10 else divmod(label, 10)


@dataclass(frozen=True)
class _Part:
    """A stroke of a shape: its points lie between `low` and `high`, each [points, 2]."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    corners: NDArray[np.bool_]
    maybe: bool

    def draw(self, rng: Generator) -> Stroke:
        points = rng.uniform(self.low, self.high)
        ends = np.flatnonzero(self.corners)
        pieces = [
            curve(points[start : end + 1]) if end - start > 1 else points[start : end + 1]
            for start, end in pairwise(ends)
        ]
        return np.concatenate([points[:1], *(piece[1:] for piece in pieces)])


def strokes_of(shape: str, rng: Generator) -> list[Stroke]:
    """Draw a shape, one of all that its ranges hold: strokes on a grid of 100, y down."""
    (narrow, wide), parts = _parsed(shape)
    width = np.array([rng.uniform(narrow, wide) / 100, 1])
    return [part.draw(rng) * width for part in parts if not part.maybe or rng.random() < 0.5]


def curve(points: NDArray[np.float64]) -> Stroke:
    """Lay a smooth curve through points [n, 2], n at least 2 (a cubic spline over their way)."""
    from scipy.interpolate import CubicSpline

    # Steps weighed by the root of their length: the curve swings out less at uneven distances.
    steps = np.sqrt(np.hypot(*np.diff(points, axis=0).T) + 1e-6)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    # A parabola through three points would be solved for by threads, at many times the cost.
    ends = "natural" if len(points) == 3 else "not-a-knot"
    spline = CubicSpline(at, points, bc_type=ends)
    return np.asarray(spline(np.linspace(0, at[-1], SMOOTH * len(points))))


@cache
def _parsed(shape: str) -> tuple[tuple[float, float], list[_Part]]:
    """Read a shape: the range of its width, and its strokes."""
    width, percent, strokes = shape.rpartition("%")
    return _range(width) if percent else (100.0, 100.0), [_part(s) for s in strokes.split("|")]


def _part(text: str) -> _Part:
    text = text.strip()
    maybe, text = text.startswith("?"), text.removeprefix("?")
    straight, text = text.startswith("-"), text.removeprefix("-")
    words = text.split()
    corners = np.array([straight or word.endswith("!") for word in words])
    corners[[0, -1]] = True
    points = [[_range(number) for number in word.rstrip("!").split(",")] for word in words]
    low, high = np.moveaxis(np.array(points), 2, 0)
    return _Part(low, high, corners, maybe)


def _range(text: str) -> tuple[float, float]:
    low, _, high = text.partition("~")
    return float(low), float(high or low)


def contact_sheet(families: Sequence[Family] = FAMILIES, seed: int = 0) -> "Image.Image":
    """Draw a row for each family, as the network sees it: first as written, then by other hands.

    The names of those that may be one digit or another are in colour.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for family in families:
        drawn = [strokes_of(family.shape, rng) for _ in range(2 * EACH)]
        drawn[EACH:] = [augment_strokes(strokes, rng) for strokes in drawn[EACH:]]
        rows.append((family.name, [rasterise(strokes) for strokes in drawn]))
    return sheet_of(rows, {family.name for family in families if family.digit > 9})


def main() -> None:
    """Write the contact sheet."""
    path = file_asked_for(contact_sheet.__doc__)
    contact_sheet().save(path)


if __name__ == "__main__":
    main()
