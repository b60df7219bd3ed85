"""From a picture file to light: decode, shrink, turn as the camera was held, lay on paper."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from cnn.ink.strokes import InkError, Picture

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
COLOURS = ("red", "green", "blue")


@dataclass(frozen=True)
class Photo:
    """A picture's light [height, width], 0 (black) to 1 (white), and its colours, if it has any.

    `colours` [height, width, 3] are red, green and blue, 0 to 255.
    """

    grey: Picture
    colours: NDArray[np.uint8] | None = None

    def lights(self) -> dict[str, Picture]:
        """The red, green and blue light; none, if the picture is grey."""
        if self.colours is None:
            return {}
        return {name: _light(self.colours[..., i]) for i, name in enumerate(COLOURS)}


def read(data: bytes) -> Photo:
    """Decode a picture, shrunk to at most `WORK_SIZE` wide and high.

    Raises:
        InkError: The file is no such picture, is damaged or too big, or wholly transparent.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image, data)
            # JPEG can be decoded at a half, a quarter or an eighth of its size.
            image.draft(None, (WORK_SIZE, WORK_SIZE))
            return _photo(image)
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


def _photo(image: Image.Image) -> Photo:
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
        return Photo(_from_deep(image))
    if image.mode == "RGBA":
        image = _on_paper(image)
    image = image.convert("RGB")
    grey, colours = np.asarray(image.convert("L")), np.asarray(image)
    is_grey = bool((colours[..., :2] == colours[..., 1:]).all())
    return Photo(_light(grey), None if is_grey else colours)


def _light(values: NDArray[np.uint8]) -> Picture:
    return values.astype(np.float32) / np.float32(255)


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


def at_most(picture: Picture, size: int) -> Picture:
    """Shrink a picture so that it is at most so wide and high."""
    image = Image.fromarray(picture)
    image.thumbnail((size, size), Image.Resampling.BOX)
    return np.asarray(image)


def resized(picture: Picture, shape: tuple[int, ...]) -> Picture:
    """Bring a picture to a [height, width]."""
    image = Image.fromarray(picture)
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))
