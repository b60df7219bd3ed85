"""A drawing as short text that fits into an address, and back.

Strokes travel as whole steps of a tenth of a 28th of their canvas, each coordinate as the
difference to the one before, compressed with zlib; pictures as 28×28 pixels of 4 bits, 392 bytes.
Both are written in base64's URL-safe letters after a letter that tells them apart.
"""

import base64
import binascii
import zlib
from collections.abc import Sequence

import numpy as np

from cnn.ink.strokes import (
    CANVAS_SIZE,
    SIZE,
    InkError,
    Picture,
    Stroke,
    bounded,
    check_size,
    thin,
)

STROKES, PICTURE = "s", "p"
# Addresses longer than this are cut by some browsers, chats and mail programs.
LONGEST = 4000
# What a hostile text may unfold to.
MOST_BYTES = 200_000
# How far off the canvas strokes may lie, in canvas pixels.
FARTHEST = 4 * CANVAS_SIZE
# Steps to a canvas pixel, and how far apart points on a stroke are kept, in canvas pixels: the
# first that makes the text short enough.
STEPS = 4
SPACINGS = (1, 2, 4, 8, 16, 32, 64, 128)
LEVELS = 15


def text_from_strokes(strokes: Sequence[Stroke]) -> str:
    """Write strokes, in canvas pixels, as at most `LONGEST` letters.

    Raises:
        InkError: There are too many strokes for an address, or some lie too far off the canvas.
    """
    if any((abs(stroke) > FARTHEST).any() for stroke in strokes):
        raise InkError("This drawing lies too far off the canvas for an address.")
    for spacing in SPACINGS:
        text = STROKES + _letters(_pack([thin(stroke, spacing) for stroke in strokes]))
        if len(text) <= LONGEST:
            return text
    raise InkError("This drawing has too many strokes to fit into an address.")


def text_from_picture(picture: Picture) -> str:
    """Write a network input, [28, 28] in 0..1, with 16 levels of grey."""
    levels = np.round(np.clip(picture, 0, 1) * LEVELS).astype(np.uint8).ravel()
    return PICTURE + _letters((levels[::2] << 4 | levels[1::2]).tobytes())


def drawing_from_text(text: str) -> list[Stroke] | Picture:
    """Read what `text_from_strokes` or `text_from_picture` wrote.

    Raises:
        InkError: The text is no such drawing, or unfolds to more than any drawing holds; its
            strokes are `bounded`.
    """
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        content = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), b"-_", validate=True)
        if text[0] == STROKES:
            return _unpack(content)
        if text[0] == PICTURE:
            return _picture(content)
        raise ValueError("unknown kind")
    except (ValueError, IndexError, zlib.error, binascii.Error) as error:
        raise InkError("The drawing in this address is damaged: ask for it again.") from error


def _letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _pack(strokes: Sequence[Stroke]) -> bytes:
    """Compress: number of strokes, their lengths, then all x and all y as differences."""
    lengths = [len(strokes), *(len(stroke) for stroke in strokes)]
    points = np.round(np.concatenate([np.empty((0, 2)), *strokes]) * STEPS).astype(np.int32)
    differences = np.diff(points, axis=0, prepend=np.zeros((1, 2), np.int32))
    numbers = np.concatenate([lengths, *differences.T]).astype("<i2")
    # Low bytes first, then high bytes: the latter are nearly all alike and compress to nothing.
    return zlib.compress(numbers.view(np.uint8).reshape(-1, 2).T.tobytes(), 9)


def _unpack(content: bytes) -> list[Stroke]:
    unzip = zlib.decompressobj()
    raw = unzip.decompress(content, MOST_BYTES)
    if not unzip.eof:
        raise ValueError("cut off, or more than a drawing holds")
    low_and_high = np.frombuffer(raw, np.uint8).reshape(2, -1).T
    numbers = np.ascontiguousarray(low_and_high).view("<i2").ravel().astype(np.int64)
    count = int(numbers[0])
    lengths, rest = numbers[1 : count + 1], numbers[count + 1 :]
    if count < 0 or len(lengths) != count or (lengths < 1).any() or lengths.sum() * 2 != len(rest):
        raise ValueError("lengths do not add up")
    check_size(count, int(lengths.sum()))
    points = np.cumsum(rest.reshape(2, -1), axis=1).T / STEPS
    if (abs(points) > FARTHEST).any():
        raise ValueError("far off the canvas")
    return bounded(np.split(points, np.cumsum(lengths)[:-1])) if count else []


def _picture(content: bytes) -> Picture:
    packed = np.frombuffer(content, np.uint8)
    levels = np.stack([packed >> 4, packed & LEVELS], axis=1)
    return (levels.reshape(SIZE, SIZE) / LEVELS).astype(np.float32)
