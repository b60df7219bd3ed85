"""Files of labelled pen drawings, JSON lines and UNIPEN text: read as strokes, drawn as images."""

import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from cnn.data.digits import DataError, Digits, LabelledStrokes
from cnn.ink.formats import strokes_from_json
from cnn.ink.strokes import SIZE, InkError, rasterise

# What a file of drawings may unfold to.
MOST_BYTES = 100_000_000


def draw_digits(drawings: Sequence[LabelledStrokes]) -> Digits:
    """Draw strokes as the network's input, each by `cnn.ink.strokes.rasterise`."""
    images = [rasterise(drawing.strokes) for drawing in drawings]
    labels = [drawing.label for drawing in drawings]
    return Digits(np.array(images, np.float32).reshape(-1, SIZE, SIZE), np.array(labels, np.int64))


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
