"""Where strokes come from: the drawing component's JSON, lists of points, files.

All of it may be damaged, or made by somebody who means harm: what comes out is typed and `bounded`,
or an InkError.
"""

import json
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.ink.strokes import FARTHEST, InkError, Picture, Stroke, bounded, check_size, rasterise

# Bytes of one drawing's JSON: three times what the canvas makes of three minutes' scribbling.
MOST_BYTES = 2_000_000
# Points on a curve of the canvas, which is a few pixels long.
CURVE_POINTS = 8
# A drawing no wider and higher than this, in the canvas's pixels, is a dot.
DOT = 6
# How many numbers follow the name of a path's command: move, line, quadratic curve.
COMMANDS = {"M": 2, "L": 2, "Q": 4}


def image_from_file(content: bytes) -> Picture:
    """Turn a file's content, a drawing as JSON or a picture, into the network's input.

    Args:
        content: JSON as `strokes_from_json` reads it, or a picture as `rasterise_photo` does.

    Returns:
        float32 [28, 28] in 0..1, white ink (1) on black (0).

    Raises:
        InkError: It is neither, or holds no digit's ink.
    """
    strokes = strokes_from_file(content)
    if strokes is not None:
        return rasterise(strokes)
    # What looks into photos takes long to import, and a drawing needs none of it.
    from cnn.ink.photo import rasterise_photo

    return rasterise_photo(content)


def strokes_from_file(content: bytes) -> list[Stroke] | None:
    """Read strokes from a file's content; None if it is no JSON, but a picture perhaps.

    Raises:
        InkError: It is JSON, but damaged or no drawing.
    """
    if content.lstrip()[:1] not in {b"{", b"["}:
        return None
    if len(content) > MOST_BYTES:
        raise InkError(
            f"This JSON has {len(content):,} bytes, more than the {MOST_BYTES:,} of a drawing:"
            " draw less ink."
        )
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InkError(f"This JSON is damaged ({error!s:.80}).") from error
    return strokes_from_json(data)


def strokes_from_json(data: object) -> list[Stroke]:
    """Read strokes from JSON: the canvas's own, or `{"strokes": [[[x, y], ...], ...]}`.

    Returns:
        Strokes within the bounds of `bounded`.

    Raises:
        InkError: The data is neither of the two, or out of bounds.
    """
    if isinstance(data, dict) and "strokes" in data:
        return _strokes_from_points(data["strokes"])
    return strokes_from_canvas(data)


def strokes_from_canvas(data: object) -> list[Stroke]:
    """Read strokes from what streamlit-drawable-canvas returns as `json_data`.

    Every stroke is a Fabric.js path: commands in the pixels where it was drawn, and a transform
    (left, top, scale, angle, flip, skew) that holds what the toolbar's editing did to it.

    Returns:
        A stroke for each object, within the bounds of `bounded`. Where all of them together are no
        larger than a dot, they have no size: scaled up, a pen's trembling would be read as a 1.

    Raises:
        InkError: The data is no such drawing, or out of bounds.
    """
    if not isinstance(data, dict) or not isinstance(data.get("objects"), list):
        raise InkError("This is no drawing: its JSON needs a list named “objects” or “strokes”.")
    paths = data["objects"]
    commands = [_commands(path, i) for i, path in enumerate(paths)]
    check_size(len(paths), CURVE_POINTS * sum(map(len, commands)))
    strokes = [_stroke(*each, i) for i, each in enumerate(zip(paths, commands, strict=True))]
    return _without_size(bounded(strokes))


def _strokes_from_points(strokes: Any) -> list[Stroke]:
    try:
        if not isinstance(strokes, list):
            raise TypeError("no list")
        check_size(len(strokes), sum(map(len, strokes)))
        return bounded([_numbers(points, {2}) for points in strokes])
    except InkError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise InkError(
            "This is no drawing: each stroke must be a list of [x, y] pairs of numbers."
        ) from error


def _without_size(strokes: list[Stroke]) -> list[Stroke]:
    """Return a drawing that is a mere dot as one without size, any other as it is."""
    points = np.concatenate(strokes or [np.zeros((1, 2))])
    low, high = points.min(axis=0), points.max(axis=0)
    return [(low + high)[None] / 2] * len(strokes) if (high - low).max() <= DOT else strokes


def _numbers(rows: Any, lengths: set[int]) -> NDArray[np.float64]:
    """Make an array [rows, n] of lists of n numbers; only their common length is allowed."""
    flat = list(chain.from_iterable(rows))
    # No text, no truth values, no None, all of which NumPy would turn into numbers.
    if not set(map(type, flat)) <= {int, float} or not set(map(len, rows)) <= lengths:
        raise ValueError("not the numbers that there must be")
    return np.array(flat, dtype=np.float64).reshape(len(rows), *lengths)


def _commands(path: Any, index: int) -> list[Any]:
    kind = path.get("type") if isinstance(path, dict) else None
    if kind not in ("Path", "path"):
        what = f"“{kind:.20}”" if isinstance(kind, str) else "something else"
        raise InkError(f"Object {index} of the drawing is {what}; only strokes are read.")
    commands = path.get("path")
    if not isinstance(commands, list) or not commands:
        raise InkError(f"Stroke {index} of the drawing is damaged (it has no path).")
    return commands


def _stroke(path: dict[str, Any], commands: list[Any], index: int) -> Stroke:
    try:
        points = _points_on_path(commands)
        turn = _turn(path)
        return points @ turn.T + _offset(path, points, turn)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise InkError(f"Stroke {index} of the drawing is damaged ({error!s:.60}).") from error


def _points_on_path(commands: list[Any]) -> Stroke:
    """Turn path commands into points: 8 on each curve, and the end of all others."""
    names = [name for name, *_ in commands]
    if any(len(numbers) != COMMANDS[name] for name, *numbers in commands) or names[0] == "Q":
        raise ValueError("a command has too few or too many numbers")
    # [commands, 4]: a line, too, has a control point, which is its end and matters nothing.
    rows = _numbers([c[1:] if len(c) > 3 else [*c[1:], *c[1:]] for c in commands], {4})
    if not (np.abs(rows) <= FARTHEST).all():
        raise ValueError(f"a coordinate is no finite number within ±{FARTHEST:,.0f}")
    controls, ends = rows[:, None, :2], rows[:, None, 2:]
    starts = np.concatenate([ends[:1], ends[:-1]])
    t = np.linspace(0, 1, CURVE_POINTS + 1)[1:, None]
    points = (1 - t) ** 2 * starts + 2 * t * (1 - t) * controls + t**2 * ends
    keep = np.array([name == "Q" for name in names])[:, None] | (t[:, 0] == 1)
    return points[keep]


def _turn(path: dict[str, Any]) -> NDArray[np.float64]:
    """Fabric's matrix [2, 2]: rotate · scale and flip · skew x · skew y."""
    angle, skew_x, skew_y = np.deg2rad([_number(path, k, 0) for k in ("angle", "skewX", "skewY")])
    scale_x = _number(path, "scaleX", 1) * (-1 if _flag(path, "flipX") else 1)
    scale_y = _number(path, "scaleY", 1) * (-1 if _flag(path, "flipY") else 1)
    rotate = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scale = np.diag([scale_x, scale_y])
    skew = np.array([[1, np.tan(skew_x)], [0, 1]]) @ np.array([[1, 0], [np.tan(skew_y), 1]])
    return np.asarray(rotate @ scale @ skew, dtype=np.float64)


def _offset(path: dict[str, Any], points: Stroke, turn: NDArray[np.float64]) -> Stroke:
    """Where the transform moves a path: its middle lies at (left, top), its origin."""
    if path.get("originX") != "center" or path.get("originY") != "center":
        raise ValueError("its origin is not the centre")
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    placed = np.array([_number(path, "left"), _number(path, "top")])
    return np.asarray(placed - middle @ turn.T)


def _number(path: dict[str, Any], name: str, default: float | None = None) -> float:
    value = path.get(name, default)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= FARTHEST:
        return float(value)
    raise ValueError(f"{name} is no number within ±{FARTHEST:,.0f}")


def _flag(path: dict[str, Any], name: str) -> bool:
    value = path.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value
