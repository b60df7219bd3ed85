"""Small pictures from arrays: activations, weights, digits.

Values are float32 in -1..1, shown by `cnn.plots.colours`; NaN is no value: what lies between
pictures. Ink is white on black in every theme. Pixels are uint8.
"""

import base64
import io
from typing import TypeVar
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from cnn.ink.strokes import Picture
from cnn.plots.colours import STEPS, Theme, scales, table

# Maps in a row of a sheet.
ROW = 8
CLEAR = (0, 0, 0, 0)
WRONG, WHITE = (255, 146, 43), (255, 255, 255)
# Pixels that the maps of a fine sheet are wide, or nearly.
FINE = 28
# Digits in a row of a probe.
PROBE_ROW = 20
# What is seen between pictures, in both themes: as silent ones are all paper, it tells them apart.
BETWEEN = (128, 138, 150, 90)
# A picture's file has 256 colours: BETWEEN, and these on either side of zero.
FILE_STEPS = 127
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
    ' height="{height}" preserveAspectRatio="none"><style>image{{image-rendering:pixelated}}'
    ".dark{{display:none}}@media(prefers-color-scheme:dark){{.dark{{display:inline}}"
    ".light{{display:none}}}}</style>{images}</svg>"
)
IMAGE = '<image class="{theme}" width="{width}" height="{height}" href="{address}"/>'

Number = TypeVar("Number", np.float32, np.uint8)


def own_scales(
    maps: NDArray[np.float32], beside: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Measure each of a layer's maps by its own scale, whose end becomes 1 and -1.

    Args:
        maps: float32 [height, width, maps]; see `cnn.plots.colours.scales`.
        beside: Maps that they are compared with: if they are as many and as large, each has one
            scale with the one beside it.
    """
    is_shared = beside is not None and beside.shape == maps.shape
    return maps / scales(np.concatenate([maps, beside]) if is_shared else maps)


def sheet(
    pictures: NDArray[Number], columns: int = ROW, between: float | tuple[int, ...] = np.nan
) -> NDArray[Number]:
    """Lay pictures side by side, row by row, a pixel apart.

    Args:
        pictures: Values [height, width, pictures], or pixels with channels as a last axis.
        columns: Most pictures in a row.
        between: What is between them, and where the last row is not full.

    Returns:
        [rows, columns], or [rows, columns, channels].
    """
    height, width, count, *channels = pictures.shape
    rows, columns = -(-count // columns), min(columns, count)
    shape = (rows * (height + 1) - 1, columns * (width + 1) - 1, *channels)
    laid = np.full(shape, between, pictures.dtype)
    for i in range(count):
        top, left = (i // columns) * (height + 1), (i % columns) * (width + 1)
        laid[top : top + height, left : left + width] = pictures[:, :, i]
    return laid


def fine_sheet(maps: NDArray[np.float32], columns: int = ROW) -> NDArray[np.float32]:
    """Lay maps [height, width, maps] side by side, small ones enlarged.

    Each has a rim of paper, so that full ones are told apart, and lines part empty ones.
    """
    if maps.shape[2] == 1:
        return maps[:, :, 0]
    pixels = max(FINE // maps.shape[1], 1)
    large = maps.repeat(pixels, axis=0).repeat(pixels, axis=1)
    return sheet(np.pad(large, ((1, 1), (1, 1), (0, 0))), columns)


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
    return sheet(pixels.transpose(1, 2, 0, 3), PROBE_ROW, CLEAR)


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
    return _png_uri(png(pixels))


def coloured(values: NDArray[np.float32]) -> str:
    """Write values [height, width] as an image that an `img` element can hold, or a background.

    It holds a picture for either theme, and shows the one of the place where it stands: its
    browser takes that place's `color-scheme` for the one that the image prefers.
    """
    height, width = values.shape
    images = "".join(
        IMAGE.format(
            theme=theme, width=width, height=height, address=_png_uri(_file(values, theme))
        )
        for theme in ("light", "dark")
    )
    # As few characters quoted as CSS and Markdown allow: this is sent for every picture.
    svg = quote(SVG.format(width=width, height=height, images=images), safe="/:;=+,@.-")
    return f"data:image/svg+xml,{svg}"


def _png_uri(file: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(file).decode()


def _file(values: NDArray[np.float32], theme: Theme) -> bytes:
    """Write a PNG that names its few colours once: a fraction of one that names each pixel's."""
    from PIL import Image

    clear = np.isnan(values)
    places = np.round(np.clip(np.where(clear, 0, values), -1, 1) * FILE_STEPS).astype(int)
    used, where = np.unique(np.where(clear, -FILE_STEPS - 1, places), return_inverse=True)
    colours = table(theme)[np.maximum(STEPS + 2 * used, 0)]
    colours[used < -FILE_STEPS] = BETWEEN[:3]
    image = Image.fromarray(where.reshape(values.shape).astype(np.uint8), "P")
    image.putpalette(colours.ravel().tolist())
    file = io.BytesIO()
    image.save(file, "PNG", **({"transparency": bytes(BETWEEN[3:])} if clear.any() else {}))
    return file.getvalue()
