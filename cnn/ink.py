"""From pen strokes to the network's 28×28 input: the one road, for page, command line and training.

MNIST's digits were scaled into a 20×20 box, keeping their shape, and then placed in a 28×28 field
by their centre of mass (LeCun et al., "Gradient-based learning applied to document recognition",
1998). Shrinking a picture of a drawing thins or fattens its line with its size. Here the *strokes*
are scaled first, and the line is drawn afterwards, at MNIST's own width; so size, place and brush
of a drawing no longer matter.

    strokes -> fit into the box -> draw the line -> move the centre of mass -> [28, 28]
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

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
# Points that follow one another more closely, in pixels of the field, draw the same line.
SPACING = 0.2
# Segments drawn at a time: their [784, segments] table of distances fits into the cache.
CHUNK = 128
# Points on a curve of the canvas, which is a few pixels long.
CURVE_POINTS = 8


class InkError(ValueError):
    """Something that cannot be read as ink; its message is for the person who drew it."""


@dataclass(frozen=True)
class Step:
    """One step on the way from a drawing to the network's input."""

    name: str
    picture: Picture
    note: str


def rasterise(strokes: Sequence[Stroke]) -> Picture:
    """Draw strokes as the network wants to see them.

    Args:
        strokes: At least one stroke with at least one point; a point alone is a dot.

    Returns:
        float32 [28, 28] in 0..1, white ink on black, its centre of mass at pixel (14, 14).

    Raises:
        InkError: There is no ink, or a coordinate is not a finite number.
    """
    return _centre(_fit(_checked(strokes)))[1]


def preparation(strokes: Sequence[Stroke]) -> list[Step]:
    """Show each step that `rasterise` takes; the last one is the network's input.

    Raises:
        InkError: As `rasterise`.
    """
    strokes = _checked(strokes)
    low, high = _bounds(strokes)
    fitted = _fit(strokes)
    (across, down), image = _centre(fitted)
    width, height = np.maximum(high - low, 1)
    scale = SIZE / max(CANVAS_SIZE, *high)
    return [
        Step("Drawn", draw([s * scale for s in strokes]), "the whole canvas, shrunk"),
        Step("Scaled", draw(fitted), f"{width:.0f}×{height:.0f} px into {BOX}×{BOX}, line redrawn"),
        Step("Centred", image, f"moved {across:+.1f} px across, {down:+.1f} px down"),
    ]


def without_a_step(strokes: Sequence[Stroke]) -> list[Step]:
    """Prepare strokes as `rasterise` does, but with one step left out or changed at a time.

    Raises:
        InkError: As `rasterise`.
    """
    strokes = _checked(strokes)
    fitted = _fit(strokes)
    unscaled = _in_the_middle(strokes, SIZE / max(CANVAS_SIZE, _extent(strokes)))
    thin_line, thick_line = (LINE_WIDTH * factor for factor in OTHER_LINES)
    usual = f"instead of {LINE_WIDTH:.1f} px"
    return [
        Step("Not scaled", _centre(unscaled)[1], "as large as on the canvas"),
        Step("Not centred", draw(fitted), "its box in the middle, not its mass"),
        Step("Thin line", _centre(fitted, thin_line)[1], f"{thin_line:.1f} px {usual}"),
        Step("Thick line", _centre(fitted, thick_line)[1], f"{thick_line:.1f} px {usual}"),
    ]


def draw(strokes: Sequence[Stroke], line_width: float = LINE_WIDTH) -> Picture:
    """Draw strokes given in pixels of the field, (0, 0) its upper left corner, at MNIST's width.

    A pixel's ink falls from 1 to 0 over `EDGE` pixels around half the line width from the stroke.

    Returns:
        float32 [28, 28] in 0..1.
    """
    starts, ends = _segments(strokes)
    nearest = np.full(SIZE * SIZE, np.inf)
    for i in range(0, len(starts), CHUNK):
        np.minimum(nearest, _distances(starts[i : i + CHUNK], ends[i : i + CHUNK]), out=nearest)
    ink = np.clip((line_width / 2 - np.sqrt(nearest)) / EDGE + 0.5, 0, 1)
    return ink.reshape(SIZE, SIZE).astype(np.float32)


def thin(stroke: Stroke, spacing: float) -> Stroke:
    """Keep one point for every `spacing` of the way along a stroke, and the last."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    stations = np.floor(np.concatenate([[0.0], np.cumsum(steps)]) / spacing)
    keep = np.concatenate([[True], stations[1:] > stations[:-1]])
    keep[-1] = True
    return stroke[keep]


def centre_of_mass(picture: Picture) -> tuple[float, float]:
    """Mean row and column index of the ink; the picture must hold some."""
    mass = picture.sum(dtype=np.float64)
    row = picture.sum(axis=1, dtype=np.float64) @ np.arange(picture.shape[0]) / mass
    column = picture.sum(axis=0, dtype=np.float64) @ np.arange(picture.shape[1]) / mass
    return float(row), float(column)


def strokes_from_file(content: bytes) -> list[Stroke] | None:
    """Read strokes from a file's content; None if it is no JSON, but a picture perhaps.

    Raises:
        InkError: It is JSON, but damaged or no drawing.
    """
    if content.lstrip()[:1] not in {b"{", b"["}:
        return None
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InkError(f"This JSON is damaged ({error!s:.80}).") from error
    return strokes_from_json(data)


def strokes_from_json(data: Any) -> list[Stroke]:
    """Read strokes from JSON: the canvas's own, or `{"strokes": [[[x, y], ...], ...]}`.

    Raises:
        InkError: The data is neither of the two.
    """
    if isinstance(data, dict) and "strokes" in data:
        return _strokes_from_points(data["strokes"])
    return strokes_from_canvas(data)


def strokes_from_canvas(data: Any) -> list[Stroke]:
    """Read strokes from what streamlit-drawable-canvas returns as `json_data`.

    Every stroke is a Fabric.js path: commands in the pixels where it was drawn, and a transform
    (left, top, scale, angle, flip, skew) that holds what the toolbar's editing did to it.

    Raises:
        InkError: The data is no such drawing.
    """
    if not isinstance(data, dict) or not isinstance(data.get("objects"), list):
        raise InkError("This is no drawing: its JSON needs a list named “objects” or “strokes”.")
    return [_stroke_from_path(path, i) for i, path in enumerate(data["objects"])]


def _strokes_from_points(strokes: Any) -> list[Stroke]:
    try:
        return [np.array(points, dtype=np.float64).reshape(len(points), 2) for points in strokes]
    except (TypeError, ValueError, OverflowError) as error:
        raise InkError(
            "This is no drawing: each stroke must be a list of [x, y] pairs of numbers."
        ) from error


def _stroke_from_path(path: Any, index: int) -> Stroke:
    if not isinstance(path, dict) or str(path.get("type")).lower() != "path":
        kind = path.get("type") if isinstance(path, dict) else path
        raise InkError(f"Object {index} of the drawing is a {kind!r:.40}; only strokes are read.")
    try:
        points = _points_on_path(path["path"])
        return points @ _turn(path).T + _offset(path, points)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise InkError(f"Stroke {index} of the drawing is damaged ({error!r:.60}).") from error


def _points_on_path(commands: list[list[Any]]) -> Stroke:
    """Turn path commands (move, line, quadratic curve) into points."""
    points = [np.empty((0, 2))]
    t = np.linspace(0, 1, CURVE_POINTS + 1)[1:, None]
    for name, *numbers in commands:
        ends = np.array(numbers, dtype=np.float64).reshape(-1, 2)
        if name in {"M", "L"}:
            points.append(ends[:1])
        elif name == "Q":
            start, (control, end) = points[-1][-1], ends
            points.append((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)
        else:
            raise ValueError(f"unknown path command {name}")
    return np.concatenate(points)


def _turn(path: dict[str, Any]) -> NDArray[np.float64]:
    """Fabric's matrix [2, 2]: rotate · scale and flip · skew x · skew y."""
    angle, skew_x, skew_y = np.deg2rad([path.get(k, 0) for k in ("angle", "skewX", "skewY")])
    scale_x = path.get("scaleX", 1) * (-1 if path.get("flipX") else 1)
    scale_y = path.get("scaleY", 1) * (-1 if path.get("flipY") else 1)
    rotate = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scale = np.diag([scale_x, scale_y])
    skew = np.array([[1, np.tan(skew_x)], [0, 1]]) @ np.array([[1, 0], [np.tan(skew_y), 1]])
    return np.asarray(rotate @ scale @ skew, dtype=np.float64)


def _offset(path: dict[str, Any], points: Stroke) -> NDArray[np.float64]:
    """Where the transform moves a path: its middle lies at (left, top), its origin."""
    origin = {path.get("originX", "left"), path.get("originY", "top")}
    if origin != {"center"}:
        raise ValueError(f"origin {origin} is not the centre")
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    placed = np.array([path["left"], path["top"]], dtype=np.float64)
    return placed - middle @ _turn(path).T


def _checked(strokes: Sequence[Stroke]) -> list[Stroke]:
    strokes = [stroke for stroke in strokes if len(stroke)]
    if not strokes:
        raise InkError("There is no ink yet: draw a digit.")
    if not all(np.isfinite(stroke).all() for stroke in strokes):
        raise InkError("The drawing has a coordinate that is no finite number.")
    return strokes


def _bounds(strokes: Sequence[Stroke]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = np.concatenate(strokes)
    return points.min(axis=0), points.max(axis=0)


def _fit(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Scale strokes, and the line to be drawn along them, into the box in the field's middle."""
    extent = _extent(strokes)
    return _in_the_middle(strokes, (BOX - LINE_WIDTH) / extent if extent > 0 else 1.0)


def _extent(strokes: Sequence[Stroke]) -> float:
    low, high = _bounds(strokes)
    # Halves first: the difference of two huge coordinates would overflow.
    return float((high / 2 - low / 2).max()) * 2


def _in_the_middle(strokes: Sequence[Stroke], scale: float) -> list[Stroke]:
    """Scale strokes, and move the middle of their box to the field's."""
    low, high = _bounds(strokes)
    middle = low / 2 + high / 2
    return [(stroke - middle) * scale + SIZE / 2 for stroke in strokes]


def _centre(
    strokes: Sequence[Stroke], line_width: float = LINE_WIDTH
) -> tuple[tuple[float, float], Picture]:
    """Move strokes so that their ink's centre of mass lies at `CENTRE`, and draw them."""
    row, column = centre_of_mass(draw(strokes, line_width))
    move = (CENTRE - column, CENTRE - row)
    return move, draw([stroke + move for stroke in strokes], line_width)


def _segments(strokes: Sequence[Stroke]) -> tuple[Stroke, Stroke]:
    """Both ends [segments, 2] of every line to draw; a point alone is a segment of no length."""
    thinned = [thin(stroke, SPACING) for stroke in strokes]
    starts = [stroke[:-1] if len(stroke) > 1 else stroke for stroke in thinned]
    ends = [stroke[1:] if len(stroke) > 1 else stroke for stroke in thinned]
    return np.concatenate(starts), np.concatenate(ends)


def _pixel_centres() -> NDArray[np.float64]:
    """(x, y) of the middle of each of the 784 pixels, row by row."""
    rows, columns = np.mgrid[:SIZE, :SIZE]
    return np.stack([columns.ravel(), rows.ravel()], axis=1) + 0.5


_PIXELS = _pixel_centres()


def _distances(starts: Stroke, ends: Stroke) -> NDArray[np.float64]:
    """Squared distance of each pixel to the nearest segment, [784]."""
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    # With p the pixel, a the start, d the way along: t = clip((p - a)·d / |d|²), and the distance
    # squared is |p - a|² - t (2 (p - a)·d - t |d|²): written so, its products are matrix products.
    dot = _PIXELS @ along.T - (starts * along).sum(axis=1)
    t = np.clip(dot / length, 0, 1)
    squared = (_PIXELS**2).sum(axis=1)[:, None] - 2 * _PIXELS @ starts.T + (starts**2).sum(axis=1)
    squared -= t * (2 * dot - t * length)
    return np.asarray(np.maximum(squared.min(axis=1), 0))
