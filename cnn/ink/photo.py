"""From a picture of a handwritten digit to the network's 28×28 input.

A photo has what strokes have not: paper in uneven light, noise, a pen of any width, and things
beside the digit. The road:

    read and shrink -> compare with the paper around -> keep what is ink -> distance to its edge
    -> fit into the box at a line width that MNIST has -> move the centre of mass -> [28, 28]

The distance lets a thin pen's line and a marker's be drawn anew, as strokes are: moving its zero
level thickens or thins every line by the same amount.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from scipy import ndimage

from cnn.ink.strokes import (
    BOX,
    CANVAS_SIZE,
    EDGE,
    SIZE,
    InkError,
    Picture,
    PreparationStep,
    move_to_centre,
)

# EPS and the like are left out: Pillow would start other programs to read them.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "PPM")
# How many pixels and bytes are decoded in half a second, at worst, by how a picture is packed; all
# but plain JPEGs are decoded whole before they are shrunk.
LIMITS = {
    "JPEG": (150_000_000, 20_000_000),
    "progressive JPEG": (50_000_000, 8_000_000),
    "WEBP": (13_000_000, 3_000_000),
    "AVIF": (13_000_000, 3_000_000),
    "PPM as text": (1_000_000, 2_000_000),
}
OTHER_LIMITS = (25_000_000, 20_000_000)
# Pictures are shrunk to this size: a digit a tenth as wide still has five times MNIST's pixels.
WORK_SIZE = 1000
# Things on a transparent background have several shades (a photo cut out), not one (ink alone), if
# their brightness has at least this standard deviation, of 255.
SHADES = 38.0

# The border is this share of the picture's sides. If most of it (the second share) has the same
# brightness (to the third number), the paper is evenly lit.
BORDER, EVEN, SAME = 0.05, 0.75, 0.05
# Otherwise, paper is what remains when everything narrower than this share of the picture is taken
# away: lines of ink, but no shadow.
REACH = 1 / 3
# And ink is what differs from the median around it, by the sum over these neighbourhoods (shares
# of the picture), computed at this size.
NEIGHBOURHOODS = (0.1, 0.25, 0.5)
SMALL_SIZE = 64

# Ink differs from its paper by this share of the paper's brightness, and by so many times the
# paper's noise (its standard deviation).
MIN_CONTRAST = 0.08
MIN_SIGNAL = 3.0
# A digit is at least this share of the picture long.
MIN_EXTENT = 0.02
# Pieces of ink with less than this share of the longest piece's extent are specks.
SPECK = 0.08
# A piece that touches the picture's border (a desk, a shadow, a ruled line) is scenery, left out,
# if a piece within has at least this share of its extent.
SCENERY = 0.2

SPECKS = "There are only specks in this picture: draw the digit larger."

# Line widths that 90 % of MNIST's training digits have, in pixels of the field, as `_outline`
# measures them: thinner and thicker lines are brought to the nearer end.
THINNEST, THICKEST = 1.6, 4.1
# The digit is enlarged to this size before its edge is found, so that the edge is smooth, and
# shrunk to the second, as more pixels only take time.
OUTLINE_SIZE, MAX_OUTLINE_SIZE = 8 * BOX, 32 * BOX
# More pieces of ink no picture of a digit has, whatever its paper.
MAX_PIECES = 50_000


@dataclass(frozen=True)
class _Contrast:
    """How ink stands out from its paper.

    `values` [height, width] are 0 (paper) to 1, `noise` is the paper's standard deviation in them,
    and `is_even` tells whether the light is.
    """

    values: Picture
    noise: float
    is_even: bool


@dataclass(frozen=True)
class _Outline:
    """A digit's edge and measures, all in pixels of the picture it comes from.

    `distance` [height, width] is that to the nearest edge, positive inside the ink; `extent` is the
    longer of the ink's width and height; `middle` is the (row, column) between its ends.
    """

    distance: Picture
    line_width: float
    extent: float
    middle: tuple[float, float]


def rasterise_photo(data: bytes) -> Picture:
    """Turn an image file into what the network wants to see.

    Args:
        data: The content of a PNG, JPEG, WebP, GIF (its first frame), TIFF, BMP, AVIF or PPM file;
            dark ink on light paper or light on dark, or on a transparent background.

    Returns:
        float32 [28, 28] in 0..1, white ink on black, all of it inside, its centre of mass at pixel
        (14, 14), or as near to it as that lets.

    Raises:
        InkError: The file is no such picture, is damaged or too big, or shows no ink.
    """
    return preparation_of_photo(data)[-1].picture


def preparation_of_photo(data: bytes) -> list[PreparationStep]:
    """Show each step that `rasterise_photo` takes; the last one is the network's input.

    Raises:
        InkError: As `rasterise_photo`.
    """
    grey = _read(data)
    ink = _digit(_contrast(grey))
    outline = _outline(ink)
    fitted = _draw(outline, (0, 0))
    across, down = move_to_centre(fitted)
    height, width = grey.shape
    line = outline.line_width * BOX / outline.extent
    scaled = f"into {BOX}×{BOX}, line from {line:.1f} to {_line_width(line):.1f} px"
    moved = f"moved {across:+.1f} px across, {down:+.1f} px down"
    return [
        PreparationStep("Picture", _at_most(grey, CANVAS_SIZE), f"{width}×{height} px, in grey"),
        PreparationStep("Ink", _at_most(ink, CANVAS_SIZE), "light evened out, specks left out"),
        PreparationStep("Scaled", fitted, scaled),
        PreparationStep("Centred", _draw(outline, (down, across)), moved),
    ]


def _read(data: bytes) -> Picture:
    """Decode a picture to grey, 0 (black) to 1 (white), at most `WORK_SIZE` wide and high."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image, data)
            # JPEG can be decoded at a half, a quarter or an eighth of its size.
            image.draft(None, (WORK_SIZE, WORK_SIZE))
            return _grey(image)
    except InkError:
        raise
    except Image.DecompressionBombError as error:
        raise InkError(_too_big("hundreds of millions of pixels", "25 million")) from error
    except UnidentifiedImageError as error:
        raise InkError(
            "This file is no picture that can be read: use PNG, JPEG, WebP, GIF or TIFF."
        ) from error
    except Exception as error:  # Pillow's decoders raise errors of nearly every kind.
        raise InkError(
            "This picture is damaged or cut off: save it anew, or use another."
        ) from error


def _check_size(image: Image.Image, data: bytes) -> None:
    """Check, before anything is decoded, how long that may take."""
    packed = str(image.format)
    # A JPEG with a second picture behind the first, as some cameras write.
    if packed in {"JPEG", "MPO"}:
        packed = "progressive JPEG" if image.info.get("progressive") else "JPEG"
    elif data[:2] in {b"P1", b"P2", b"P3"}:
        packed = "PPM as text"
    most_pixels, most_bytes = LIMITS.get(packed, OTHER_LIMITS)
    if image.width * image.height > most_pixels:
        size = f"{image.width}×{image.height} pixels"
        raise InkError(_too_big(size, f"{most_pixels // 1_000_000} million"))
    if len(data) > most_bytes:
        raise InkError(_too_big(f"{len(data):,} bytes", f"{most_bytes:,}"))


def _too_big(what: str, most: str) -> str:
    return f"This picture has {what}, too many to read: make it smaller, below {most}."


def _grey(image: Image.Image) -> Picture:
    is_deep = image.mode.startswith(("I", "F"))
    if is_deep:
        image = image.convert("I").convert("F") if image.mode != "F" else image
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode in {"1", "P"}:
        image = image.convert("RGB")
    image.thumbnail((WORK_SIZE, WORK_SIZE), Image.Resampling.BOX)
    image = ImageOps.exif_transpose(image)
    if is_deep:
        return _from_deep(image)
    if image.mode == "RGBA":
        image = _on_paper(image)
    return np.asarray(image.convert("RGB").convert("L"), np.float32) / np.float32(255)


def _from_deep(image: Image.Image) -> Picture:
    """Stretch a picture of 16 or 32 bits a pixel, whose range is not known, to 0..1."""
    grey = np.nan_to_num(np.asarray(image, np.float64), posinf=0, neginf=0)
    low, high = grey.min(), grey.max()
    return ((grey - low) / max(high - low, 1e-6)).astype(np.float32)


def _on_paper(image: Image.Image) -> Image.Image:
    """Lay a picture with transparent parts on paper that its ink stands out from."""
    opacity = np.asarray(image.getchannel("A"), np.float64)
    if not opacity.any():
        raise InkError("This picture is wholly transparent: there is no ink in it.")
    light = np.asarray(image.convert("RGB").convert("L"), np.float64)
    mean = np.average(light, weights=opacity)
    spread = np.sqrt(np.average((light - mean) ** 2, weights=opacity))
    if spread >= SHADES:
        # Paper and ink are both there, and there is more paper.
        paper = round(np.median(light[opacity >= opacity.max() / 2]))
    else:
        paper = 0 if mean > 127 else 255
    return Image.alpha_composite(Image.new("RGBA", image.size, (paper, paper, paper)), image)


def _contrast(grey: Picture) -> _Contrast:
    """Compare a picture with its paper."""
    border = _border(grey)
    usual = np.median(border)
    is_even = bool((np.abs(border - usual) < SAME).mean() >= EVEN)
    paper: Picture | float
    if is_even:
        dark = 1 - grey if _cubes(grey - usual).sum() > 0 else grey
        paper = float(np.median(_border(dark)))
    else:
        dark = 1 - grey if _ink_is_light(grey) else grey
        paper = _uneven_paper(dark)
    contrast = 1 - dark / np.maximum(paper, 0.05)
    contrast -= np.median(contrast)
    # Ink is on one side of the paper's brightness only, so the other side shows the noise.
    lighter = -contrast[contrast < 0]
    noise = 1.48 * float(np.median(lighter)) if lighter.size else 0.0
    return _Contrast(np.clip(contrast, 0, 1, dtype=np.float32), noise, is_even)


def _border(grey: Picture) -> Picture:
    width = max(1, round(min(grey.shape) * BORDER))
    inside = np.zeros(grey.shape, np.bool_)
    inside[width:-width, width:-width] = True
    return grey[~inside]


def _ink_is_light(grey: Picture) -> bool:
    """Whether ink is lighter than paper: then what stands out from its surroundings is light.

    A shadow's edge stands out to both sides alike, so it does not count.
    """
    small = _at_most(grey, SMALL_SIZE)
    skewness = 0.0
    for share in NEIGHBOURHOODS:
        around = ndimage.median_filter(small, _odd(min(small.shape) * share))
        cubes = _cubes(grey - _resized(around, grey.shape))
        skewness += cubes.sum() / max(np.abs(cubes).sum(), 1e-9)
    return skewness > 0


def _cubes(values: Picture) -> Picture:
    # Several times faster than raising to the power.
    return values * values * values


def _uneven_paper(dark: Picture) -> Picture:
    """Brightness of the paper everywhere: a morphological closing, which keeps shadows' edges."""
    calm = ndimage.median_filter(dark, 3)
    size = _odd(min(dark.shape) * REACH)
    return ndimage.grey_closing(calm, (size, size))


def _digit(contrast: _Contrast) -> Picture:
    """Keep what is the digit's ink, with soft edges: 0..1, a line's edge at 0.5."""
    values = contrast.values
    found = values[values > max(MIN_CONTRAST, MIN_SIGNAL * contrast.noise)]
    if not found.size:
        raise InkError("There is no ink in this picture: a digit must stand out from its paper.")
    full = np.percentile(found[found >= _otsu_threshold(found)], 75)
    ink = np.clip(values / full, 0, 1)
    pieces, count = ndimage.label(ink > 0.5, np.ones((3, 3)))
    if count > MAX_PIECES:
        raise InkError(SPECKS)
    belongs = _belongs(ndimage.find_objects(pieces), ink.shape, contrast.is_even)
    kept = np.concatenate([[False], belongs])
    # With the half-covered pixels around.
    return ink * ndimage.binary_dilation(kept[pieces], np.ones((3, 3)))


def _otsu_threshold(values: Picture) -> float:
    """The threshold that parts values into two groups of the least variance (N. Otsu, 1979)."""
    counts, edges = np.histogram(values, 128)
    sums = np.cumsum(counts * (edges[1:] + edges[:-1]) / 2)
    below = np.cumsum(counts)
    above = below[-1] - below
    means_apart = sums / np.maximum(below, 1) - (sums[-1] - sums) / np.maximum(above, 1)
    return float(edges[np.argmax(below * above * means_apart**2)])


def _belongs(
    boxes: list[tuple[slice, slice]], shape: tuple[int, ...], is_even: bool
) -> NDArray[np.bool_]:
    """Which pieces of ink, given by the boxes around them, are the digit's."""
    low = np.array([[side.start for side in box] for box in boxes])
    high = np.array([[side.stop for side in box] for box in boxes])
    extents = (high - low).max(axis=1)
    at_border = ((low == 0) | (high == shape)).any(axis=1)
    inner = np.where(at_border, 0, extents)
    main = (inner if inner.max() >= SCENERY * extents.max() else extents).argmax()
    if extents[main] < MIN_EXTENT * max(shape):
        raise InkError(SPECKS)
    # In even light there are no shadows, only things larger than the digit.
    scenery = at_border & (extents > extents[main]) if is_even else at_border & ~at_border[main]
    gaps = np.maximum(low - high[main], low[main] - high).max(axis=1)
    # The farther away a piece is, the larger it must be.
    return ~scenery & (extents >= np.maximum(SPECK * extents[main], gaps))


def _outline(ink: Picture) -> _Outline:
    """Find the ink's edge. A line's width is four times the mean distance to the edge inside it."""
    rows, columns = np.nonzero(ink > 0.5)
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    # Room for the line to be thickened.
    margin = int(extent) // 6 + 2
    crop = np.pad(ink, margin)[
        rows.min() : rows.max() + 2 * margin + 1, columns.min() : columns.max() + 2 * margin + 1
    ]
    zoom = min(-(-OUTLINE_SIZE // int(extent)), MAX_OUTLINE_SIZE / extent)
    if zoom != 1:
        crop = _resized(crop, (round(crop.shape[0] * zoom), round(crop.shape[1] * zoom)))
    inside = crop > 0.5
    distance = np.where(
        inside,
        ndimage.distance_transform_edt(inside) - 0.5,
        0.5 - ndimage.distance_transform_edt(~inside),
    )
    line_width = 4 * float(distance[inside].mean())
    rows, columns = np.nonzero(inside)
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    # Rounds off single pixels of coarse pictures, but no thin line.
    blur = min(0.15 * line_width, extent / 70)
    smooth = ndimage.gaussian_filter(distance.astype(np.float32), blur)
    middle = ((rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2)
    return _Outline(smooth, line_width, float(extent), middle)


def _line_width(width: float) -> float:
    """The width at which a line is drawn that has this width in the field."""
    return min(max(width, THINNEST), THICKEST)


def _draw(outline: _Outline, move: tuple[float, float]) -> Picture:
    """Draw a digit scaled into the box, moved (down, across) from the field's middle."""
    width = _line_width(outline.line_width * BOX / outline.extent)
    # As in `ink`: the middles of the lines are scaled, and the lines drawn along them.
    scale = (BOX - width) / (outline.extent - outline.line_width)
    thicken = (width - outline.line_width * scale) / 2
    places = np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2 - np.reshape(move, (2, 1, 1))
    places = places / scale + np.reshape(outline.middle, (2, 1, 1))
    distance = ndimage.map_coordinates(outline.distance, places, order=1, mode="nearest")
    return np.clip((distance * scale + thicken) / EDGE + 0.5, 0, 1).astype(np.float32)


def _at_most(picture: Picture, size: int) -> Picture:
    """Shrink a picture so that it is at most so wide and high."""
    image = Image.fromarray(picture)
    image.thumbnail((size, size), Image.Resampling.BOX)
    return np.asarray(image)


def _resized(picture: Picture, shape: tuple[int, ...]) -> Picture:
    image = Image.fromarray(picture)
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))


def _odd(size: float) -> int:
    """The odd number at or above a size, at least 3, so that a window has a middle."""
    return max(3, 2 * round(size / 2) + 1)
