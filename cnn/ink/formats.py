"""Where strokes come from: the drawing component's JSON, lists of points, files."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.ink.strokes import InkError, Picture, Stroke, rasterise

# Points on a curve of the canvas, which is a few pixels long.
CURVE_POINTS = 8


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
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InkError(f"This JSON is damaged ({error!s:.80}).") from error
    return strokes_from_json(data)


def strokes_from_json(data: object) -> list[Stroke]:
    """Read strokes from JSON: the canvas's own, or `{"strokes": [[[x, y], ...], ...]}`.

    Raises:
        InkError: The data is neither of the two.
    """
    if isinstance(data, dict) and "strokes" in data:
        return _strokes_from_points(data["strokes"])
    return strokes_from_canvas(data)


def strokes_from_canvas(data: object) -> list[Stroke]:
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
