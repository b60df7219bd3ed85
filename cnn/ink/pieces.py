"""Which pieces of ink are the digit's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cnn.ink.paper import SOMETHING_ELSE, Ink
from cnn.ink.ruling import Mask, inside_frame, is_frame, rules
from cnn.ink.strokes import InkError, Picture

# A digit is at least this share of the picture long.
MIN_EXTENT = 0.02
# Pieces of ink with less than this share of the longest piece's extent are specks.
SPECK = 0.08
# A piece that touches the picture's border (a desk, a shadow, a ruled line) is scenery, left out,
# if a piece within has at least this share of its extent.
SCENERY = 0.2

SPECKS = "There are only specks in this picture: draw the digit larger."
# More pieces of ink no picture of a digit has, whatever its paper.
MAX_PIECES = 50_000
# A frame holds something of at least this share of its shorter side: more than a dotted zero.
MIN_FRAMED = 0.3
# Frames are looked for among so many of the largest pieces.
FRAMES = 8

# What goes straight from one rule to another is so many times as long as wide.
BAR = 6
# Between paper and ink there are few shades but near the ink's edge, this share of the digit's
# extent away: farther, no more than the second share of its box has an amount of ink between these
# two. And beside a digit there is, within the picture, no more ink than so many times its own.
NEAR_EDGE, MAX_SHADES, SHADES = 0.03, 0.1, (0.2, 0.8)
MAX_BESIDE = 8

EIGHT_WAYS = np.ones((3, 3))


@dataclass(frozen=True)
class Digit:
    """A digit's ink [height, width], 0..1, a line's edge at 0.5, and what was left out beside."""

    ink: Picture
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class _Pieces:
    """Connected pieces of ink, in [height, width] numbered from 1, and the boxes around them.

    `low` and `high` [pieces, 2] are the boxes' (row, column), the last without.
    """

    numbers: NDArray[np.int32]
    low: NDArray[np.intp]
    high: NDArray[np.intp]

    @property
    def extents(self) -> NDArray[np.intp]:
        """The longer side of each box."""
        return (self.high - self.low).max(axis=1)

    @property
    def at_border(self) -> NDArray[np.bool_]:
        """Which pieces touch the picture's border."""
        return ((self.low == 0) | (self.high == self.numbers.shape)).any(axis=1)

    def mask(self, chosen: NDArray[np.bool_]) -> Mask:
        """Where the chosen pieces are."""
        return np.concatenate([[False], chosen])[self.numbers]


def digit(ink: Ink) -> Digit:
    """Keep what is the digit's: no rules, no frame, no scenery, no specks.

    Raises:
        InkError: There are only specks, or what no pen draws.
    """
    pieces = _pieces(ink.amount > 0.5)
    left_out = []
    for name, leave_out in (("lines", _without_rules), ("frame", _without_frame)):
        rest = leave_out(pieces)
        if rest:
            pieces = rest
            left_out.append(name)
    main = _main(pieces)
    if pieces.extents[main] < MIN_EXTENT * max(ink.amount.shape):
        raise InkError(SPECKS)
    scenery = _scenery(pieces, main, ink.is_even)
    near = _near(pieces, main)
    left_out += [
        name for name, some in (("border", scenery), ("specks", ~near & ~scenery)) if some.any()
    ]
    kept = pieces.mask(near & ~scenery)
    _check_drawn(ink, kept, pieces.mask(~near & ~scenery))
    # With the half-covered pixels around.
    kept = ndimage.binary_dilation(kept, EIGHT_WAYS)
    return Digit(ink.amount * kept, tuple(left_out))


def _check_drawn(ink: Ink, kept: Mask, beside: Mask) -> None:
    """Check that ink is a pen's on paper, as far as that is told without knowing any digit."""
    has_shades = not ink.is_even and _shades(ink.amount, kept) > MAX_SHADES
    if has_shades or beside.sum() > MAX_BESIDE * kept.sum():
        raise InkError(SOMETHING_ELSE)


def _shades(amount: Picture, kept: Mask) -> float:
    """The share of the digit's box that is neither paper nor ink, nor near an edge."""
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    solid = kept[box]
    low, high = SHADES
    shades = (amount[box] > low) & (amount[box] < high)
    # Edges take long to find, and few pictures have so many shades.
    if shades.mean() <= MAX_SHADES:
        return 0.0
    edge = solid ^ ndimage.binary_erosion(solid)
    away = ndimage.distance_transform_edt(~edge) > max(2, NEAR_EDGE * max(solid.shape))
    return float((shades & away).mean())


def _pieces(solid: Mask) -> _Pieces:
    numbers, count = ndimage.label(solid, EIGHT_WAYS)
    if count > MAX_PIECES:
        raise InkError(SPECKS)
    boxes = ndimage.find_objects(numbers)
    sides = np.array([[(side.start, side.stop) for side in box] for box in boxes], np.intp)
    sides = sides.reshape(count, 2, 2)
    return _Pieces(numbers, sides[..., 0], sides[..., 1])


def _main(pieces: _Pieces) -> int:
    """The longest piece: within the picture, if there is one, otherwise at its border."""
    extents = pieces.extents
    inner = np.where(pieces.at_border, 0, extents)
    return int((inner if inner.max() >= SCENERY * extents.max() else extents).argmax())


def _without_rules(pieces: _Pieces) -> _Pieces | None:
    """Leave lines from border to border out, unless it is the digit that reaches the border."""
    solid = pieces.numbers > 0
    ruled = rules(solid)
    if not ruled.any():
        return None
    rest = _pieces(solid & ~ruled)
    bars = _bars(rest, ruled)
    if bars.any() and not bars.all():
        rest = _pieces(rest.mask(~bars))
    if not rest.extents.size:
        return None
    main = _main(rest)
    is_digit = rest.extents[main] >= MIN_EXTENT * max(solid.shape) and not rest.at_border[main]
    return rest if is_digit else None


def _bars(pieces: _Pieces, ruled: Mask) -> NDArray[np.bool_]:
    """Which pieces are straight from one rule to another, as between the cells of a form."""
    sides = pieces.high - pieces.low
    is_bar = sides.max(axis=1) >= BAR * sides.min(axis=1)
    near = ndimage.binary_dilation(ruled, EIGHT_WAYS, iterations=2)
    for each in map(int, np.flatnonzero(is_bar)):
        bar = _crop(pieces, each) & near[_box(pieces, each)]
        along = bar.any(axis=int(np.argmin(sides[each])))
        is_bar[each] = along[:3].any() and along[-3:].any()
    return is_bar


def _without_frame(pieces: _Pieces) -> _Pieces | None:
    """Leave the frame around a digit out, with all that is outside."""
    frames, inside = [], None
    for each in np.argsort(-pieces.extents)[:FRAMES]:
        framed = _framed(pieces, each)
        if framed.any() and is_frame(_crop(pieces, each)):
            frames.append(each)
            inside = framed
    if inside is not None:
        inside[frames] = False
        return _pieces(pieces.mask(inside)) if inside.any() else None
    return _without_touching_frame(pieces)


def _without_touching_frame(pieces: _Pieces) -> _Pieces | None:
    main = _main(pieces)
    inside = inside_frame(_crop(pieces, main))
    if inside is None:
        return None
    solid = pieces.mask(_framed(pieces, main))
    solid[_box(pieces, main)] |= inside
    return _pieces(solid)


def _framed(pieces: _Pieces, frame: int) -> NDArray[np.bool_]:
    """Which pieces are inside the box of one, and long enough to be the digit in a frame."""
    low, high = pieces.low[frame], pieces.high[frame]
    is_inside = ((pieces.low > low) & (pieces.high < high)).all(axis=1)
    return is_inside & (pieces.extents >= MIN_FRAMED * (high - low).min())


def _box(pieces: _Pieces, piece: int) -> tuple[slice, slice]:
    (top, left), (bottom, right) = pieces.low[piece], pieces.high[piece]
    return slice(top, bottom), slice(left, right)


def _crop(pieces: _Pieces, piece: int) -> Mask:
    return pieces.numbers[_box(pieces, piece)] == piece + 1


def _scenery(pieces: _Pieces, main: int, is_even: bool) -> NDArray[np.bool_]:
    """Which pieces at the border are none of the digit's."""
    at_border = pieces.at_border
    # In even light there are no shadows, only things larger than the digit.
    if is_even:
        return at_border & (pieces.extents > pieces.extents[main])
    return at_border & ~at_border[main]


def _near(pieces: _Pieces, main: int) -> NDArray[np.bool_]:
    """Which pieces are no specks: the farther away one is, the larger it must be."""
    gaps = np.maximum(pieces.low - pieces.high[main], pieces.low[main] - pieces.high).max(axis=1)
    return pieces.extents >= np.maximum(SPECK * pieces.extents[main], gaps)
