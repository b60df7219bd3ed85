"""The digits that networks are trained and measured on: images, and drawings as pen strokes.

Images are what the network takes: float32 [n, 28, 28] in 0..1, white ink (1) on black (0).
"""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnn.ink import BOX, CENTRE, SIZE, InkError, Picture, Stroke, centre_of_mass, strokes_from_json
from cnn.mnist import (
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    DataError,
    MnistFile,
    read_mnist,
)

__all__ = [
    "DataError",
    "Digits",
    "LabelledStrokes",
    "Split",
    "drawing_from_json",
    "drawings_from_bytes",
    "load_builtin",
    "load_mnist",
    "load_mnist_test",
    "read_drawings",
]

# The tutorial's `input_data` sets aside the first 5,000 of the 60,000 training images.
MNIST_VALIDATION = 5_000

# scikit-learn's digits come writer by writer; every writer wrote the same series of about 130
# digits, which starts anew at these places. So the three parts share no writer.
BUILTIN_VALIDATION_START = 1_287
BUILTIN_TEST_START = 1_545
# The built-in digits are enlarged by this factor, and what is above the threshold becomes ink:
# chosen so that lines neither break nor fill loops. The gain leaves an edge as soft as MNIST's.
BUILTIN_ZOOM = 8
BUILTIN_THRESHOLD = 0.5
BUILTIN_GAIN = 4.0
# What a file of drawings may unfold to.
MOST_BYTES = 100_000_000


@dataclass(frozen=True)
class Digits:
    """Images of digits: float32 [n, 28, 28] in 0..1, white ink on black, and int64 labels [n]."""

    images: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Split:
    """A data set in three parts: to train on, to choose settings by, and to measure once."""

    name: str
    train: Digits
    validation: Digits
    test: Digits


@dataclass(frozen=True)
class LabelledStrokes:
    """A drawing as pen strokes, each float64 [points, 2] of (x, y), y down, and its digit.

    One that is held out is for measuring, and never trained on.
    """

    label: int
    strokes: list[Stroke]
    held_out: bool = False


def load_mnist() -> Split:
    """Load MNIST as the TensorFlow tutorial splits it: 55,000, 5,000 and 10,000 digits.

    The files are downloaded first if need be (12 MB); see `cnn.mnist` for where they are kept.

    Raises:
        DataError: A file is damaged, or is missing and cannot be fetched.
    """
    training = _read_digits(TRAIN_IMAGES, TRAIN_LABELS)
    cut = MNIST_VALIDATION
    return Split(
        "mnist",
        train=Digits(training.images[cut:], training.labels[cut:]),
        validation=Digits(training.images[:cut], training.labels[:cut]),
        test=load_mnist_test(),
    )


def load_mnist_test() -> Digits:
    """Load MNIST's 10,000 test digits alone; errors as `load_mnist`."""
    return _read_digits(TEST_IMAGES, TEST_LABELS)


def load_builtin() -> Split:
    """Load the digits that come with scikit-learn, in MNIST's style: 1,287, 258 and 252.

    The 1,797 digits are the test part of "Optical Recognition of Handwritten Digits" (E. Alpaydin,
    C. Kaynak, UCI, 1998), 8×8 pixels each. They are enlarged smoothly, fitted into the 20×20 box
    and centred as MNIST's are. The split is fixed, and no writer is in two of its parts.
    """
    from sklearn.datasets import load_digits

    source = load_digits()
    images = np.stack([_in_mnist_style(big) for big in _enlarge(source.images / 16)])
    labels = source.target.astype(np.int64)
    parts = np.array_split(np.arange(len(labels)), [BUILTIN_VALIDATION_START, BUILTIN_TEST_START])
    train, validation, test = (Digits(images[part], labels[part]) for part in parts)
    return Split("builtin", train, validation, test)


def read_drawings(path: Path) -> list[LabelledStrokes]:
    """Read labelled drawings from a UNIPEN file or from JSON lines, told apart by their content.

    JSON lines hold one drawing each: `{"label": 3, "strokes": [[[x, y], ...], ...]}`, y down, and
    perhaps `"held_out": true`; other fields are ignored. UNIPEN is read as "Pen-Based Recognition
    of Handwritten Digits" (E. Alpaydin, F. Alimoglu, UCI, 1998) writes it: `.SEGMENT DIGIT 0 ? "8"`
    starts a digit, and `x y` lines between `.PEN_DOWN` and `.PEN_UP` are a stroke. Its y goes up,
    and is turned round.

    Args:
        path: The file, plain or gzipped.

    Raises:
        DataError: The file cannot be read, or a line of it (which the message names) is wrong.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"Cannot read {path} ({error.strerror}): check the file's name.") from error
    return drawings_from_bytes(content, str(path))


def drawings_from_bytes(content: bytes, name: str) -> list[LabelledStrokes]:
    """Read labelled drawings as `read_drawings` does, from the content of a file.

    Args:
        content: Of the file.
        name: What messages call it.

    Raises:
        DataError: As `read_drawings`.
    """
    lines = _text(content, name).splitlines()
    first = next((line.lstrip() for line in lines if line.strip()), "")
    if first.startswith("{"):
        drawings = _drawings_from_json(lines)
    elif first.startswith("."):
        drawings = _drawings_from_unipen(lines)
    else:
        raise DataError(f"{name} holds no drawings: it must be JSON lines or UNIPEN text.")
    try:
        return list(drawings)
    except _LineError as error:
        raise DataError(f"{name}, line {error.number}: {error.rule}.") from error


def drawing_from_json(line: str) -> LabelledStrokes:
    """Read one of the JSON lines that `read_drawings` reads.

    Raises:
        DataError: It is none; the message says which rule it breaks.
    """
    try:
        return _drawing_from_json(line, 1)
    except _LineError as error:
        raise DataError(f"{error.rule}.") from error


class _LineError(Exception):
    """A line of a file of drawings breaks a rule."""

    def __init__(self, number: int, rule: str) -> None:
        super().__init__(number, rule)
        self.number = number
        self.rule = rule


def _read_digits(images: MnistFile, labels: MnistFile) -> Digits:
    pixels = read_mnist(images)
    return Digits(np.divide(pixels, 255, dtype=np.float32), read_mnist(labels).astype(np.int64))


def _enlarge(images: NDArray[np.float64]) -> NDArray[np.float64]:
    """Enlarge [n, 8, 8] by cubic splines, with a margin, and sharpen the lines' edges; 0..1."""
    from scipy.ndimage import zoom

    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    side = padded.shape[1]
    # Spline interpolation is linear and separable, so one matrix does it for rows and columns.
    unit = np.eye(side)
    matrix = zoom(unit, (BUILTIN_ZOOM, 1), order=3, mode="grid-constant", grid_mode=True)
    big = matrix @ padded @ matrix.T
    return np.clip((big - BUILTIN_THRESHOLD) * BUILTIN_GAIN + 0.5, 0, 1)


def _in_mnist_style(big: NDArray[np.float64]) -> Picture:
    """Crop a big picture to its ink, fit that into the box, and centre it by its mass."""
    from PIL import Image
    from scipy.ndimage import shift

    rows, columns = np.nonzero(big > 0.5)
    box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    longest = max(box[2] - box[0], box[3] - box[1])
    width, height = (
        max(1, round((end - start) * BOX / longest))
        for start, end in ((box[0], box[2]), (box[1], box[3]))
    )
    small = Image.fromarray(big.astype(np.float32)).resize(
        (width, height), Image.Resampling.BOX, box
    )
    picture = np.zeros((SIZE, SIZE), np.float32)
    top, left = (SIZE - height) // 2, (SIZE - width) // 2
    picture[top : top + height, left : left + width] = np.asarray(small)
    row, column = centre_of_mass(picture)
    moved = shift(picture, (CENTRE - row, CENTRE - column), order=1)
    return np.clip(moved, 0, 1)


def _text(content: bytes, name: str) -> str:
    try:
        if content.startswith(b"\x1f\x8b"):
            content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(MOST_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{name} is damaged ({error}): get it again.") from error
    if len(content) > MOST_BYTES:
        raise DataError(f"{name} holds more than {MOST_BYTES:,} bytes: split it.")
    return content.decode("utf-8", errors="replace")


def _drawings_from_json(lines: list[str]) -> Iterator[LabelledStrokes]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _drawing_from_json(line, number)


def _drawing_from_json(line: str, number: int) -> LabelledStrokes:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _LineError(number, f"this is no JSON ({error})") from error
    if not isinstance(record, dict) or not isinstance(record.get("strokes"), list):
        raise _LineError(number, 'a drawing must be {"label": ..., "strokes": [...]}')
    label = record.get("label")
    if type(label) is not int or label not in range(10):
        raise _LineError(number, f"the label must be a digit 0 to 9, not {label!r:.40}")
    try:
        strokes = strokes_from_json(record)
    except InkError as error:
        raise _LineError(number, str(error).rstrip(".")) from error
    held_out = record.get("held_out") is True
    return _checked(LabelledStrokes(label, strokes, held_out), number)


def _drawings_from_unipen(lines: list[str]) -> Iterator[LabelledStrokes]:
    drawing: LabelledStrokes | None = None
    started = 0
    points: list[tuple[float, float]] | None = None
    for number, line in enumerate(lines, start=1):
        keyword, *rest = line.split() or [""]
        if keyword == ".SEGMENT":
            if drawing is not None:
                yield _checked(drawing, started)
            drawing, started, points = (
                LabelledStrokes(_unipen_label(line, number), []),
                number,
                None,
            )
        elif keyword == ".PEN_DOWN":
            if drawing is None:
                raise _LineError(number, "a stroke comes before the first .SEGMENT")
            points = []
        elif keyword == ".PEN_UP":
            if drawing is not None and points:
                drawing.strokes.append(np.array(points))
            points = None
        elif points is not None and keyword and not keyword.startswith("."):
            points.append(_unipen_point([keyword, *rest], number))
    if points is not None:
        raise _LineError(len(lines), "the file ends within a stroke; it may be cut off")
    if drawing is not None:
        yield _checked(drawing, started)


def _unipen_label(line: str, number: int) -> int:
    label = line.rstrip().removesuffix('"').rpartition('"')[2]
    if label not in set("0123456789"):
        raise _LineError(number, 'a .SEGMENT must end in its digit in quotes, as "8"')
    return int(label)


def _unipen_point(words: list[str], number: int) -> tuple[float, float]:
    try:
        x, y = map(float, words)
    except ValueError as error:
        raise _LineError(number, "a point must be two numbers, x and y") from error
    return x, -y


def _checked(drawing: LabelledStrokes, number: int) -> LabelledStrokes:
    if not any(stroke.size for stroke in drawing.strokes):
        raise _LineError(number, "the drawing has no ink")
    if not all(np.isfinite(stroke).all() for stroke in drawing.strokes):
        raise _LineError(number, "a coordinate is no finite number")
    return drawing
