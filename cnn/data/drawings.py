"""Files of labelled pen drawings, JSON lines and UNIPEN text: read as strokes, drawn as images."""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from cnn.data.digits import DataError, Digits, LabelledStrokes
from cnn.files import FileError, parse_json
from cnn.ink.formats import MOST_BYTES as MOST_LINE_BYTES
from cnn.ink.formats import strokes_from_json
from cnn.ink.strokes import MOST_READ, SIZE, InkError, bounded, rasterise

# What a file of drawings may hold, and unfold to.
MOST_BYTES = 100_000_000
MOST_LINES = 1_000_000
MOST_DRAWINGS = 100_000


@dataclass(frozen=True)
class DrawingRecord:
    """A drawing in a line of JSON, its strokes not looked at yet; other fields are left out."""

    label: Annotated[int, Field(ge=0, le=9)]
    strokes: list[Any]
    held_out: bool = False


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
        path: The file, plain or gzipped; its lines end in a line feed, with a return before it
            or without.

    Raises:
        DataError: The file cannot be read or is too large, or a line of it (which the message
            names) is wrong.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DataError(f"Cannot read {path} ({error.strerror}): check the file's name.") from error
    return drawings_from_bytes(content, str(path))


def drawings_from_bytes(
    content: bytes, name: str, most: int = MOST_DRAWINGS, most_bytes: int = MOST_BYTES
) -> list[LabelledStrokes]:
    """Read labelled drawings as `read_drawings` does, from the content of a file.

    Args:
        content: Of the file.
        name: What messages call it.
        most: How many drawings it may hold.
        most_bytes: And how many bytes, once it is unfolded.

    Raises:
        DataError: As `read_drawings`.
    """
    text = _unfolded(content, name, most_bytes).removesuffix(b"\n")
    if text.count(b"\n") > MOST_LINES:
        raise DataError(f"{name} holds more than {MOST_LINES:,} lines: split it.")
    first = text.lstrip()[:1]
    if first == b"{":
        drawings = _drawings_from_json(text.split(b"\n"))
    elif first == b".":
        drawings = _drawings_from_unipen(text.decode("utf-8", "replace").split("\n"))
    else:
        raise DataError(f"{name} holds no drawings: it must be JSON lines or UNIPEN text.")
    try:
        found = list(islice(drawings, most + 1))
    except _LineError as error:
        raise DataError(f"{name}, line {error.number}: {error.rule}.") from error
    if len(found) > most:
        raise DataError(f"{name} holds more than {most:,} drawings: split it.")
    return found


def drawing_from_record(record: DrawingRecord) -> LabelledStrokes:
    """Read a drawing's strokes.

    Raises:
        InkError: They are none, or out of bounds.
    """
    drawing = LabelledStrokes(
        record.label, strokes_from_json({"strokes": record.strokes}), record.held_out
    )
    return _with_ink(drawing)


class _LineError(Exception):
    """A line of a file of drawings breaks a rule."""

    def __init__(self, number: int, rule: object) -> None:
        super().__init__(number, rule)
        self.number = number
        self.rule = str(rule).rstrip(".")


def _unfolded(content: bytes, name: str, most: int) -> bytes:
    try:
        if content.startswith(b"\x1f\x8b"):
            content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(most + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{name} is damaged ({error}): get it again.") from error
    if len(content) > most:
        raise DataError(f"{name} holds more than {most:,} bytes: split it.")
    return content


def _drawings_from_json(lines: Iterable[bytes]) -> Iterator[LabelledStrokes]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > MOST_LINE_BYTES:
            raise _LineError(number, f"a drawing has at most {MOST_LINE_BYTES:,} bytes")
        try:
            yield drawing_from_record(parse_json(line, DrawingRecord, "this drawing"))
        except (FileError, InkError) as error:
            raise _LineError(number, error) from error


def _drawings_from_unipen(lines: Sequence[str]) -> Iterator[LabelledStrokes]:
    drawing: LabelledStrokes | None = None
    started = 0
    points: list[tuple[float, float]] | None = None
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words:
            continue
        keyword = words[0]
        if keyword[0] != ".":
            if points is not None:
                _add_point(points, words, number)
        elif keyword == ".SEGMENT":
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
    if points is not None:
        raise _LineError(len(lines), "the file ends within a stroke; it may be cut off")
    if drawing is not None:
        yield _checked(drawing, started)


def _unipen_label(line: str, number: int) -> int:
    label = line.rstrip().removesuffix('"').rpartition('"')[2]
    if label not in set("0123456789"):
        raise _LineError(number, 'a .SEGMENT must end in its digit in quotes, as "8"')
    return int(label)


def _add_point(points: list[tuple[float, float]], words: list[str], number: int) -> None:
    try:
        x, y = map(float, words)
    except ValueError as error:
        raise _LineError(number, "a point must be two numbers, x and y") from error
    points.append((x, -y))
    if len(points) > MOST_READ:
        raise _LineError(number, f"a drawing has at most {MOST_READ:,} points")


def _checked(drawing: LabelledStrokes, number: int) -> LabelledStrokes:
    try:
        return _with_ink(LabelledStrokes(drawing.label, bounded(drawing.strokes)))
    except InkError as error:
        raise _LineError(number, error) from error


def _with_ink(drawing: LabelledStrokes) -> LabelledStrokes:
    if not drawing.strokes:
        raise InkError("The drawing has no ink.")
    return drawing
