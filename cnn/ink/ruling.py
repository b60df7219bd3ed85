"""Straight lines around or behind a digit that are none of it: frames and rules.

All of it works on masks [height, width] of ink, and on lines that run across; those that run down
run across in the turned mask.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
Place = tuple[float, float]
"""Row and column."""

# A line across rises by at most this much a step, and what crosses it is so many times as thick.
MAX_SLOPE, CROSSING = 0.2, 1.7
# A rule goes from border to border, with ink in this share of it, strays so far from the straight,
# and is no thicker than the last number, both shares of the picture.
RULE_INK, RULE_STRAY, RULE_THICKNESS = 0.8, 0.004, 0.05
# More of them no sheet has.
MAX_RULES = 100
# A frame's sides stray by this share of its extent, as they may be drawn by hand, and each is at
# least the second share long. Together they have ink in so many sides' lengths.
FRAME_STRAY, MIN_SIDE, FRAME_INK = 0.05, 0.3, 2.6
# If a frame touches what is inside, all four sides are needed, as a 3 has three straight ones; and
# what is inside has at least this share of its shorter side, parts of it the last, and touches but
# one side, as in a squared 8 the bar touches two.
CLOSED_FRAME_INK, MIN_INSIDE, MIN_PART = 3.6, 0.4, 0.15


@dataclass(frozen=True)
class _Line:
    """A line across: the (row, column) of its ends, the share of it with ink, how it may stray."""

    start: Place
    end: Place
    coverage: float
    stray: int


def rules(ink: Mask) -> Mask:
    """Find the ink of straight lines that go from border to border, less what crosses them."""
    across = _rules_across(ink)
    return across | _rules_across((ink & ~across).T).T


def is_frame(piece: Mask) -> bool:
    """Whether a piece of ink is straight all around; one side may be missing."""
    return sum(side.coverage for side in _sides(piece)) >= FRAME_INK


def inside_frame(piece: Mask) -> Mask | None:
    """Find what is inside a frame and touches one of its sides; None if it is no such piece."""
    sides = _sides(piece)
    if sum(side.coverage for side in sides) < CLOSED_FRAME_INK:
        return None
    most = min(piece.shape) / 4
    drawn = [_ink_along(piece, side, most) for side in sides[:2]]
    drawn += [_ink_along(piece.T, side, most).T for side in sides[2:]]
    pieces, _ = ndimage.label(piece & ~np.any(drawn, axis=0), np.ones((3, 3)))
    boxes = ndimage.find_objects(pieces)
    extents = np.array([max(side.stop - side.start for side in box) for box in boxes])
    # The frame's corners remain, too.
    kept = extents >= MIN_PART * min(piece.shape)
    inside = np.concatenate([[False], kept])[pieces]
    around = ndimage.binary_dilation(inside, np.ones((3, 3)))
    touched = sum(bool((side & around).any()) for side in drawn)
    is_digit = kept.any() and extents.max() >= MIN_INSIDE * min(piece.shape) and touched <= 1
    return inside if is_digit else None


def _rules_across(ink: Mask) -> Mask:
    height, width = ink.shape
    found = np.zeros_like(ink)
    left, right = _middles(ink[:, :3]), _middles(ink[:, -3:])
    if not left.size or not right.size or max(left.size, right.size) > MAX_RULES:
        return found
    stray = max(1, round(RULE_STRAY * width))
    above = _ink_above(ink)
    lines = []
    for row in left:
        ends = right[np.abs(right - row) <= MAX_SLOPE * width]
        tried = [_rule(above, (row, 0), (end, width - 1), stray) for end in ends]
        lines += [max(tried, key=lambda line: line.coverage)] if tried else []
    lines = [line for line in lines if line.coverage >= RULE_INK]
    for line in lines + _parallels(above, lines, left, right, stray):
        found |= _ink_along(ink, line, RULE_THICKNESS * height)
    return found


def _parallels(
    above: NDArray[np.int32],
    lines: list[_Line],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    stray: int,
) -> list[_Line]:
    """Rules that leave the picture above or below before they reach the other border."""
    if not lines:
        return []
    height, width = len(above) - 1, above.shape[1]
    rise = float(np.median([line.end[0] - line.start[0] for line in lines]))
    ends = [(row, row + rise) for row in left] + [(row - rise, row) for row in right]
    tried = [
        _rule(above, (start, 0), (end, width - 1), stray)
        for start, end in ends
        if not (0 <= start < height and 0 <= end < height)
    ]
    return [line for line in tried if line.coverage >= RULE_INK]


def _sides(piece: Mask) -> list[_Line]:
    """The sides of the quadrilateral around a piece: two across, two across in the turned mask.

    A side has ink where the piece's outermost ink is near it: a thick zero's ink, too, is on the
    lines between its corners, but goes beyond.
    """
    height, width = piece.shape
    rows, columns = np.nonzero(piece)
    down, right = rows / height, columns / width
    nearest = [way.argmin() for way in (down + right, down - right, right - down, -down - right)]
    corners = [(int(rows[i]), int(columns[i])) for i in nearest]
    turned = [(column, row) for row, column in corners]
    stray = max(1, round(FRAME_STRAY * max(piece.shape)))
    sides = [
        _side(piece.argmax(axis=0), corners[0], corners[1], stray),
        _side(height - 1 - piece[::-1].argmax(axis=0), corners[2], corners[3], stray),
        _side(piece.argmax(axis=1), turned[0], turned[2], stray),
        _side(width - 1 - piece[:, ::-1].argmax(axis=1), turned[1], turned[3], stray),
    ]
    least = MIN_SIDE * max(piece.shape)
    return sides if all(_is_across(side, least) for side in sides) else []


def _is_across(line: _Line, least: float) -> bool:
    across = line.end[1] - line.start[1]
    return across >= least and abs(line.end[0] - line.start[0]) <= MAX_SLOPE * across


def _side(outermost: NDArray[np.intp], start: Place, end: Place, stray: int) -> _Line:
    rows, columns = _places(start, end)
    has_ink = np.abs(outermost[columns] - rows) <= stray
    return _Line(start, end, float(has_ink.mean()) if has_ink.size else 0.0, stray)


def _rule(above: NDArray[np.int32], start: Place, end: Place, stray: int) -> _Line:
    rows, columns = _places(start, end, len(above) - 1)
    low = np.maximum(rows - stray, 0)
    high = np.minimum(rows + stray + 1, len(above) - 1)
    return _Line(start, end, float((above[high, columns] > above[low, columns]).mean()), stray)


def _ink_along(ink: Mask, line: _Line, most: float) -> Mask:
    """The ink of a line at most so thick, without what crosses it."""
    found = np.zeros_like(ink)
    rows, columns = _places(line.start, line.end, len(ink))
    thickness = _thickness(ink)
    nearby = _band(rows, line.stray, len(ink))
    crossed = thickness[nearby, columns][ink[nearby, columns]]
    usual = float(np.median(crossed)) if crossed.size else 0.0
    if not 0 < usual <= most:
        return found
    band = _band(rows, line.stray + round(usual), len(ink))
    found[band, columns] = ink[band, columns] & (thickness[band, columns] <= CROSSING * usual + 1)
    return found


def _places(
    start: Place, end: Place, height: int | None = None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows and columns of a line, as far as it is within the height."""
    columns = np.arange(round(start[1]), round(end[1]) + 1)
    rows = np.linspace(start[0], end[0], len(columns)).round().astype(np.intp)
    inside = (rows >= 0) & (rows < (height or rows.max() + 1))
    return rows[inside], columns[inside]


def _band(rows: NDArray[np.intp], reach: int, height: int) -> NDArray[np.intp]:
    """The rows so near to a line's, [2 · reach + 1, columns]."""
    return np.clip(np.arange(-reach, reach + 1)[:, None] + rows, 0, height - 1)


def _ink_above(ink: Mask) -> NDArray[np.int32]:
    """How many pixels of ink are above each row, [height + 1, width]."""
    return np.pad(np.cumsum(ink, axis=0, dtype=np.int32), ((1, 0), (0, 0)))


def _thickness(ink: Mask) -> NDArray[np.int32]:
    """How high, in each pixel, the ink is that goes down through it without a gap."""
    columns = np.pad(ink.T, ((0, 0), (1, 1))).ravel()
    edges = np.flatnonzero(columns[1:] != columns[:-1]) + 1
    starts, stops = edges[::2], edges[1::2]
    heights = np.zeros(columns.size, np.int32)
    heights[columns] = np.repeat(stops - starts, stops - starts)
    return heights.reshape(ink.shape[1], -1)[:, 1:-1].T


def _middles(ends: Mask) -> NDArray[np.float64]:
    """Where, along a border, each run of ink has its middle."""
    edges = np.flatnonzero(np.diff(np.pad(ends.any(axis=1), 1).astype(np.int8)))
    return (edges[::2] + edges[1::2] - 1) / 2
