"""A digit's edge, from which its lines are drawn anew at a width that MNIST has."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from cnn.ink.paper import SOMETHING_ELSE
from cnn.ink.pictures import resized
from cnn.ink.strokes import BOX, EDGE, SIZE, InkError, Picture

# Line widths that 90 % of MNIST's training digits have, in pixels of the field, as `outline_of`
# measures them: thinner and thicker lines are brought to the nearer end.
THINNEST, THICKEST = 1.6, 4.1
# The digit is enlarged to this size before its edge is found, so that the edge is smooth, and
# shrunk to the second, as more pixels only take time.
OUTLINE_SIZE, MAX_OUTLINE_SIZE = 8 * BOX, 32 * BOX
# A blot is as thick, somewhere, as this share of its extent; a pen's digit is thinner.
BLOT = 0.65


@dataclass(frozen=True)
class Outline:
    """A digit's edge and measures, all in pixels of the picture it comes from.

    `distance` [height, width] is that to the nearest edge, positive inside the ink; `extent` is the
    longer of the ink's width and height; `middle` is the (row, column) between its ends.
    """

    distance: Picture
    line_width: float
    extent: float
    middle: tuple[float, float]


def outline_of(ink: Picture) -> Outline:
    """Find the ink's edge. A line's width is four times the mean distance to the edge inside it.

    Raises:
        InkError: The ink is a blot, which no pen draws.
    """
    rows, columns = np.nonzero(ink > 0.5)
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    # Room for the line to be thickened.
    margin = int(extent) // 6 + 2
    crop = np.pad(ink, margin)[
        rows.min() : rows.max() + 2 * margin + 1, columns.min() : columns.max() + 2 * margin + 1
    ]
    zoom = min(-(-OUTLINE_SIZE // int(extent)), MAX_OUTLINE_SIZE / extent)
    if zoom != 1:
        crop = resized(crop, (round(crop.shape[0] * zoom), round(crop.shape[1] * zoom)))
    inside = crop > 0.5
    distance = np.where(
        inside,
        ndimage.distance_transform_edt(inside) - 0.5,
        0.5 - ndimage.distance_transform_edt(~inside),
    )
    if 2 * distance.max() > BLOT * extent * zoom:
        raise InkError(SOMETHING_ELSE)
    line_width = 4 * float(distance[inside].mean())
    rows, columns = np.nonzero(inside)
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    # Rounds off single pixels of coarse pictures, but no thin line.
    blur = min(0.15 * line_width, extent / 70)
    smooth = ndimage.gaussian_filter(distance.astype(np.float32), blur)
    middle = ((rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2)
    return Outline(smooth, line_width, float(extent), middle)


def drawn_width(width: float) -> float:
    """The width at which a line is drawn that has this width in the field."""
    return min(max(width, THINNEST), THICKEST)


def draw(outline: Outline, move: tuple[float, float]) -> Picture:
    """Draw a digit scaled into the box, moved (down, across) from the field's middle."""
    width = drawn_width(outline.line_width * BOX / outline.extent)
    # As in `ink`: the middles of the lines are scaled, and the lines drawn along them.
    scale = (BOX - width) / (outline.extent - outline.line_width)
    thicken = (width - outline.line_width * scale) / 2
    places = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2 - np.reshape(move, (2, 1, 1))
    places = places / scale + np.reshape(outline.middle, (2, 1, 1))
    distance = ndimage.map_coordinates(outline.distance, places, order=1, mode="nearest")
    return np.clip((distance * scale + thicken) / EDGE + 0.5, 0, 1).astype(np.float32)
