"""Small pictures from arrays: activations, weights, digits."""

import base64
import io
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cnn.ink.strokes import Picture

# Maps in a row of a mosaic.
ROW = 8
CLEAR = (0, 0, 0, 0)
WRONG, WHITE = (255, 146, 43), (255, 255, 255)
# Digits in a row of a probe.
PROBE_ROW = 20
# Weights and contributions: against, 0, for. Black in the middle, as paper is.
DIVERGING = ((56, 152, 255), (0, 0, 0), (255, 146, 43))


def mosaic(maps: NDArray[np.float32], most: float | None = None) -> NDArray[np.uint8]:
    """Lay a layer's maps side by side, coloured on one scale from 0 to its largest value.

    Args:
        maps: float32 [height, width, maps], not below 0.
        most: The scale's end, at least the largest value; the largest value itself if left out.

    Returns:
        uint8 [rows, columns, 4]; see `sheet`.
    """
    return sheet(colours(maps / max(float(maps.max()) if most is None else most, 1e-9)))


def sheet_width(width: int, columns: int = ROW) -> int:
    """Return how wide a sheet of pictures of this width is, where a row is full."""
    return columns * (width + 1) - 1


def sheet(
    pictures: NDArray[np.uint8], columns: int = ROW, gap: tuple[int, ...] = CLEAR
) -> NDArray[np.uint8]:
    """Lay pictures side by side, row by row.

    Args:
        pictures: Coloured, uint8 [height, width, pictures, 4].
        columns: Most pictures in a row.
        gap: Colour of the gaps of one pixel between the pictures, four numbers in 0..255.

    Returns:
        uint8 [rows, columns, 4], transparent where the last row is not full.
    """
    height, width, count, _ = pictures.shape
    rows, columns = -(-count // columns), min(columns, count)
    laid = np.zeros((rows * (height + 1) - 1, sheet_width(width, columns), 4), np.uint8)
    for i in range(count):
        top, left = (i // columns) * (height + 1), (i % columns) * (width + 1)
        laid[max(top - 1, 0) : top + height, max(left - 1, 0) : left + width] = gap
        laid[top : top + height, left : left + width] = pictures[:, :, i]
    return laid


def probe_sheet(
    images: NDArray[np.uint8], labels: NDArray[np.int64], probabilities: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Lay digits side by side, white those read right and orange those read wrong.

    Args:
        images: uint8 [n, 28, 28].
        labels: What they are, [n].
        probabilities: How they were read, float32 [n, 10].

    Returns:
        uint8 [rows, columns, 4].
    """
    wrong = (probabilities.argmax(axis=1) != labels)[:, None]
    colours = np.where(wrong, WRONG, WHITE)
    inked = images[..., None] / 255 * colours[:, None, None]
    opaque = np.full((*images.shape, 1), 255)
    pixels = np.round(np.concatenate([inked, opaque], axis=-1)).astype(np.uint8)
    return sheet(pixels.transpose(1, 2, 0, 3), PROBE_ROW)


def colours(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour values in 0..1 by viridis, which colour-blind people can read: uint8 [..., 4]."""
    table = _viridis()
    return table[np.round(values * (len(table) - 1)).astype(int)]


def diverging(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour values in -1..1 about zero, from blue over black to orange: uint8 [..., 4]."""
    table = np.array(DIVERGING)
    channels = [np.interp(values, [-1, 0, 1], table[:, channel]) for channel in range(3)]
    opaque = np.full(np.shape(values), 255)
    return np.round(np.stack([*channels, opaque], axis=-1)).astype(np.uint8)


def grey(picture: Picture) -> NDArray[np.uint8]:
    """Show ink white on black: uint8 [height, width]."""
    return np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Write pixels, [height, width] or [height, width, 4], as a PNG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def data_uri(pixels: NDArray[np.uint8]) -> str:
    """Write pixels as a PNG that an `img` element can hold."""
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()


@cache
def _viridis() -> NDArray[np.uint8]:
    """Viridis in 256 colours, uint8 [256, 4] (S. van der Walt, N. Smith, matplotlib, 2015)."""
    from plotly.colors import get_colorscale, hex_to_rgb

    scale = get_colorscale("viridis")
    stops = [stop for stop, _ in scale]
    corners = np.array([hex_to_rgb(colour) for _, colour in scale])
    at = np.linspace(0, 1, 256)
    channels = [np.interp(at, stops, corners[:, channel]) for channel in range(3)]
    return np.round(np.stack([*channels, np.full(256, 255)], axis=1)).astype(np.uint8)
