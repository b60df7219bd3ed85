"""From pen strokes to the network's 28×28 input: the one road, for page, command line and training.

MNIST's digits were scaled into a 20×20 box, keeping their shape, and then placed in a 28×28 field
by their centre of mass (LeCun et al., "Gradient-based learning applied to document recognition",
1998). Shrinking a picture of a drawing thins or fattens its line with its size. Here the *strokes*
are scaled first, and the line is drawn afterwards, at MNIST's own width; so size, place and brush
of a drawing no longer matter.

Ink is never lost: where most of it lies so far to one side of the box that centring its mass would
push the box over the field's rim, the box stops there, and the mass stays off the middle.

    strokes -> leave stray ones out -> fit into the box -> draw the line
    -> move the centre of mass -> [28, 28]

A tap far from the digit would shrink it in the box, until nobody could read it: what is `stray` is
left out before.

Whatever brings strokes from outside, a canvas, a file, an address, calls `bounded` first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Stroke: TypeAlias = NDArray[np.float64]
"""One pen stroke: [points, 2] of (x, y), y down, any unit."""

Picture: TypeAlias = NDArray[np.float32]
"""Grey picture [height, width], 0 (black, paper) to 1 (white, ink)."""

SIZE = 28
BOX = 20
# The page's canvas is this many pixels wide and high.
CANVAS_SIZE = 320
# Width of the lines in MNIST's training digits, and of the grey ramp at their edges, in pixels of
# the 28×28 field: chosen so that drawn strokes have MNIST's mean ink and share of grey pixels.
LINE_WIDTH = 2.5
EDGE = 1.2
# Lines to compare with: thinner and thicker, within what pens do.
OTHER_LINES = (0.6, 1.6)
# Mean centre of mass of MNIST's training digits, as row and column index.
CENTRE = 14.0
# How far the box can move from the field's middle before ink falls over the rim. Of MNIST's digits
# 0.04 % were moved further.
RIM = (SIZE - BOX) / 2
# Coordinates, in whatever unit, go this far and are kept to so many decimals: what is larger or
# smaller would leave the range of numbers on the way.
FARTHEST, DECIMALS = 1e6, 6
# In the canvas's pixels: what is smaller in both directions is a touch, and no digit.
TOUCH = 24
# A stroke is stray if its extent is a smaller share of the longest stroke's than the first, and it
# lies further outside of the rest than the second share of the rest's extent, and than it is long
# itself: the farther away, the larger it must be to belong. Compared with the whole rest, a dashed
# digit would lose dashes. Of 7,494 digits drawn with a pen four have such strokes, all of them
# slips of the pen; none that belongs to its digit and is as small lies further off than 0.02.
# Nearer than 0.1, ink costs about what it costs where it touches the digit
# (`benchmarks/stray_ink.py`).
SMALL, APART = 1 / 3, 0.1
# A hand that scribbles for three minutes makes some hundred strokes, and 80,000 points as the
# canvas's curves are read. Far more are refused.
MOST_STROKES, MOST_READ = 300, 200_000
# More points than these make no difference to 784 pixels, and are thinned out.
MOST_POINTS = 4_000
# Points that follow one another more closely, in pixels of the field, draw the same line.
SPACING = 0.2
# Segments drawn at a time: their distances to the pixels around them fit into the cache.
CHUNK = 128


class InkError(ValueError):
    """Something that cannot be read as ink; its message is for the person who drew it."""


@dataclass(frozen=True)
class PreparationStep:
    """One step on the way from a drawing to the network's input."""

    name: str
    picture: Picture
    note: str


def bounded(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Bring strokes into the bounds that all code behind relies on.

    Returns:
        Those that hold a point, at most `MOST_STROKES`, together of at most `MOST_POINTS` points,
        to which they are thinned where they have more; coordinates are rounded to `DECIMALS`.

    Raises:
        InkError: They have more than `MOST_READ` points, there are too many of them, or a
            coordinate is no finite number or beyond `FARTHEST`.
    """
    count = sum(map(len, strokes))
    check_size(len(strokes), count)
    strokes = [stroke for stroke in strokes if len(stroke)]
    # Not a number is not at most anything either.
    if not all((np.abs(stroke) <= FARTHEST).all() for stroke in strokes):
        raise InkError(
            f"The drawing has a coordinate that is no finite number within ±{FARTHEST:,.0f}."
        )
    if count > MOST_POINTS:
        way = sum(float(_way_along(stroke)[-1]) for stroke in strokes)
        # Of each stroke the first and the last point are kept in any case.
        spacing = way / (MOST_POINTS - 2 * len(strokes))
        strokes = [thin(stroke, max(spacing, 10.0**-DECIMALS)) for stroke in strokes]
    return [np.round(stroke, DECIMALS) for stroke in strokes]


def check_size(strokes: int, points: int) -> None:
    """Check how many strokes and points somebody is about to read.

    Raises:
        InkError: There are more than any hand draws.
    """
    for name, count, most in (("strokes", strokes, MOST_STROKES), ("points", points, MOST_READ)):
        if count > most:
            raise InkError(f"The drawing has {count:,} {name}, more than {most:,}: draw less ink.")


def rasterise(strokes: Sequence[Stroke]) -> Picture:
    """Draw strokes as the network wants to see them.

    Args:
        strokes: At least one stroke with at least one point; a point alone is a dot. They are
            `bounded` here, too.

    Returns:
        float32 [28, 28] in 0..1, white ink on black, all of it inside but what is `stray`, its
        centre of mass at pixel (14, 14), or as near to it as that lets.

    Raises:
        InkError: There is no ink, or as `bounded`.
    """
    return _centre(_fit(_kept(_checked(strokes))))[1]


def preparation(strokes: Sequence[Stroke]) -> list[PreparationStep]:
    """Show each step that `rasterise` takes; the last one is the network's input.

    Raises:
        InkError: As `rasterise`.
    """
    strokes = _checked(strokes)
    kept = _kept(strokes)
    low, high = _bounds(kept)
    fitted = _fit(kept)
    (across, down), image = _centre(fitted)
    width, height = np.maximum(high - low, 1)
    return [
        *_as_drawn(strokes, kept),
        PreparationStep(
            "Scaled", draw(fitted), f"{width:.0f}×{height:.0f} px into {BOX}×{BOX}, line redrawn"
        ),
        PreparationStep("Centred", image, f"moved {across:+.1f} px across, {down:+.1f} px down"),
    ]


def without_a_step(strokes: Sequence[Stroke]) -> list[PreparationStep]:
    """Prepare strokes as `rasterise` does, but with one step left out or changed at a time.

    Raises:
        InkError: As `rasterise`.
    """
    strokes = _kept(_checked(strokes))
    fitted = _fit(strokes)
    unscaled = _in_the_middle(strokes, SIZE / max(CANVAS_SIZE, _extent(strokes)))
    thin_line, thick_line = (LINE_WIDTH * factor for factor in OTHER_LINES)
    usual = f"instead of {LINE_WIDTH:.1f} px"
    return [
        PreparationStep("Not scaled", _centre(unscaled)[1], "as large as on the canvas"),
        PreparationStep("Not centred", draw(fitted), "its box in the middle, not its mass"),
        PreparationStep("Thin line", _centre(fitted, thin_line)[1], f"{thin_line:.1f} px {usual}"),
        PreparationStep(
            "Thick line", _centre(fitted, thick_line)[1], f"{thick_line:.1f} px {usual}"
        ),
    ]


def stray(strokes: Sequence[Stroke]) -> NDArray[np.bool_]:
    """Tell which strokes lie about far from the digit, and are no part of it.

    The rest grows from the strokes that are not `SMALL` by those that are not too far `APART`, one
    after the other, so that nothing is stray that a chain of strokes joins to it. Nothing is where
    all strokes are touches: a digit may be made of dots.

    Args:
        strokes: At least one, each with at least one point, in the canvas's pixels.

    Returns:
        bool [strokes].
    """
    low = np.array([stroke.min(axis=0) for stroke in strokes])
    high = np.array([stroke.max(axis=0) for stroke in strokes])
    extents = (high - low).max(axis=1)
    if extents.max() < TOUCH:
        return np.zeros(len(strokes), np.bool_)
    joined = extents >= SMALL * extents.max()
    while True:
        first, last = low[joined].min(axis=0), high[joined].max(axis=0)
        gaps = np.maximum(low - last, first - high).max(axis=1)
        near = gaps <= np.maximum(APART * (last - first).max(), extents)
        # What is joined has no gap, and remains so.
        if (near == joined).all():
            return ~joined
        joined = near


def draw(strokes: Sequence[Stroke], line_width: float = LINE_WIDTH) -> Picture:
    """Draw strokes given in pixels of the field, (0, 0) its upper left corner, at MNIST's width.

    A pixel's ink falls from 1 to 0 over `EDGE` pixels around half the line width from the stroke.

    Returns:
        float32 [28, 28] in 0..1.
    """
    return _drawn(*_segments(strokes), line_width)


def _drawn(starts: Stroke, ends: Stroke, line_width: float) -> Picture:
    """Draw lines from starts to ends, both [lines, 2]; see `draw`."""
    # Beyond this distance from a line there is no ink of it.
    reach = line_width / 2 + EDGE / 2
    nearest = np.full(SIZE * SIZE, np.inf)
    for i in range(0, len(starts), CHUNK):
        pixels, squared = _distances(starts[i : i + CHUNK], ends[i : i + CHUNK], reach)
        np.minimum.at(nearest, pixels, squared)
    ink = np.clip((line_width / 2 - np.sqrt(nearest)) / EDGE + 0.5, 0, 1)
    return ink.reshape(SIZE, SIZE).astype(np.float32)


def thin(stroke: Stroke, spacing: float) -> Stroke:
    """Keep one point for every `spacing` of the way along a stroke, and the last."""
    stations = np.floor(_way_along(stroke) / spacing)
    keep = np.concatenate([[True], stations[1:] > stations[:-1]])
    keep[-1] = True
    return stroke[keep]


def centre_of_mass(picture: Picture) -> tuple[float, float]:
    """Mean row and column index of the ink; the picture must hold some."""
    # Takes 0.1 s to import, which nobody is to wait for who only opens a page.
    from scipy.ndimage import center_of_mass

    row, column = center_of_mass(picture.astype(np.float64))
    return float(row), float(column)


def move_to_centre(picture: Picture) -> tuple[float, float]:
    """How far, (across, down) in pixels, ink in the box moves for its mass to be centred.

    Returns:
        Two numbers from -`RIM` to `RIM`: further, ink would fall over the field's rim.
    """
    row, column = centre_of_mass(picture)
    across, down = np.clip((CENTRE - column, CENTRE - row), -RIM, RIM)
    return float(across), float(down)


def _way_along(stroke: Stroke) -> NDArray[np.float64]:
    """How far each point of a stroke lies from the first, along it.

    Written so that a browser, which computes it once more (`cnn/web/ink.js`), comes to the same
    bits, and keeps the same points.
    """
    across, down = np.diff(stroke, axis=0).T
    steps = np.sqrt(across * across + down * down)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _checked(strokes: Sequence[Stroke]) -> list[Stroke]:
    strokes = bounded(strokes)
    if not strokes:
        raise InkError("There is no ink yet: draw a digit.")
    return strokes


def _kept(strokes: list[Stroke]) -> list[Stroke]:
    """Leave out what is stray."""
    # Most digits are one stroke, and this is done again for every movement of the pen.
    if len(strokes) == 1:
        return strokes
    return [
        stroke for stroke, left_out in zip(strokes, stray(strokes), strict=True) if not left_out
    ]


def _as_drawn(strokes: list[Stroke], kept: list[Stroke]) -> list[PreparationStep]:
    """Show the canvas, and once more without what is stray, if anything is."""
    scale = SIZE / max(CANVAS_SIZE, *_bounds(strokes)[1])

    def shrunk(some: list[Stroke]) -> Picture:
        return draw([stroke * scale for stroke in some])

    steps = [PreparationStep("Drawn", shrunk(strokes), "the whole canvas, shrunk")]
    if count := len(strokes) - len(kept):
        what = "1 stray stroke" if count == 1 else f"{count} stray strokes"
        steps.append(PreparationStep("Ink", shrunk(kept), f"{what} left out"))
    return steps


def _bounds(strokes: Sequence[Stroke]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def _fit(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Scale strokes, and the line to be drawn along them, into the box in the field's middle."""
    extent = _extent(strokes)
    return _in_the_middle(strokes, (BOX - LINE_WIDTH) / extent if extent else 1.0)


def _extent(strokes: Sequence[Stroke]) -> float:
    low, high = _bounds(strokes)
    return float((high - low).max())


def _in_the_middle(strokes: Sequence[Stroke], scale: float) -> list[Stroke]:
    """Scale strokes, and move the middle of their box to the field's."""
    low, high = _bounds(strokes)
    middle = (low + high) / 2
    return [(stroke - middle) * scale + SIZE / 2 for stroke in strokes]


def _centre(
    strokes: Sequence[Stroke], line_width: float = LINE_WIDTH
) -> tuple[tuple[float, float], Picture]:
    """Move strokes in the box by `move_to_centre`, and draw them."""
    # Cut into lines before the move, whose last bits would else decide which points are kept.
    starts, ends = _segments(strokes)
    move = move_to_centre(_drawn(starts, ends, line_width))
    return move, _drawn(starts + move, ends + move, line_width)


def _segments(strokes: Sequence[Stroke]) -> tuple[Stroke, Stroke]:
    """Both ends [segments, 2] of every line to draw; a point alone is a segment of no length."""
    thinned = [thin(stroke, SPACING) for stroke in strokes]
    starts = [stroke[:-1] if len(stroke) > 1 else stroke for stroke in thinned]
    ends = [stroke[1:] if len(stroke) > 1 else stroke for stroke in thinned]
    return np.concatenate(starts), np.concatenate(ends)


def _distances(
    starts: Stroke, ends: Stroke, reach: float
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Measure how far pixels lie from each segment, in a square that holds all within reach of it.

    Returns:
        Pixels' numbers, row by row, and their squared distances: [segments, side, side] each.
    """
    longest = np.abs(ends - starts).max()
    side = min(int(longest + 2 * reach) + 1, SIZE)
    # [segments, 2]: the first column and row of which each square has one.
    first = np.ceil(np.minimum(starts, ends) - reach - 0.5)
    first = np.clip(first, 0, SIZE - side).astype(np.intp)
    # [segments, 2, side]
    places = first[:, :, None] + np.arange(side)
    # The pixel's middle, seen from the segment's start; and the segment's point that is nearest to
    # it, a share t of the way to the end.
    away = places + 0.5 - starts[:, :, None]
    x, y = away[:, 0, None, :], away[:, 1, :, None]
    along = ends - starts
    # A dot has no length, and is not divided by it.
    length = np.maximum((along**2).sum(axis=1), 1e-12)[:, None, None]
    across, down = along[:, 0, None, None], along[:, 1, None, None]
    t = np.clip((x * across + y * down) / length, 0, 1)
    squared = (x - t * across) ** 2 + (y - t * down) ** 2
    return places[:, 1, :, None] * SIZE + places[:, 0, None, :], squared
