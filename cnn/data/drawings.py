"""Files of labelled pen drawings, JSON lines and UNIPEN text: read as strokes, drawn as images."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import numpy as np
from pydantic import Field

from cnn.data.digits import DataError, Digits, LabelledStrokes
from cnn.files import FileError, parse_json
from cnn.ink.formats import MOST_BYTES as MOST_LINE_BYTES
from cnn.ink.formats import strokes_from_json
from cnn.ink.strokes import MOST_READ, SIZE, InkError, bounded, rasterise

Tell: TypeAlias = Callable[[int, int], None]
"""Is told how much of some work is done, and of how much."""

# What a file of drawings may hold, and unfold to.
MOST_BYTES = 100_000_000
MOST_LINES = 1_000_000
MOST_DRAWINGS = 100_000


@dataclass(frozen=True)
class BadLine:
    """A line of a file of drawings that breaks a rule.

    Attributes:
        number: Of the line, from 1.
        rule: What is wrong with it, as the end of a sentence without its full stop.
    """

    number: int
    rule: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.rule}"


@dataclass(frozen=True)
class DrawingRecord:
    """A drawing in a line of JSON, its strokes not looked at yet; other fields are left out."""

    label: Annotated[int, Field(ge=0, le=9)]
    strokes: list[Any]
    held_out: bool = False


def tell_nobody(_done: int, _of: int) -> None:
    """Keep to oneself how far some work is."""


def draw_digits(drawings: Sequence[LabelledStrokes], tell: Tell = tell_nobody) -> Digits:
    """Draw strokes as the network's input, each by `cnn.ink.strokes.rasterise`."""
    images = np.empty((len(drawings), SIZE, SIZE), np.float32)
    for done, (image, drawing) in enumerate(zip(images, drawings, strict=True)):
        tell(done, len(drawings))
        image[:] = rasterise(drawing.strokes)
    return Digits(images, np.array([drawing.label for drawing in drawings], np.int64))


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
    found = []
    for each in islice(each_drawing(content, name, most_bytes), most + 1):
        if isinstance(each, BadLine):
            raise DataError(f"{name}, {each}.")
        found.append(each)
    if len(found) > most:
        raise DataError(f"{name} holds more than {most:,} drawings: split it.")
    return found


def each_drawing(
    content: bytes, name: str, most_bytes: int = MOST_BYTES
) -> Iterator["LabelledStrokes | BadLine"]:
    """Read drawings one by one, and tell of each that is wrong instead of ending there.

    Args:
        content: Of the file, as `drawings_from_bytes` takes it.
        name: What messages call it.
        most_bytes: How many bytes it may hold, once it is unfolded.

    Raises:
        DataError: The file as a whole cannot be read.
    """
    text = _unfolded(content, name, most_bytes).removesuffix(b"\n")
    if text.count(b"\n") > MOST_LINES:
        raise DataError(f"{name} holds more than {MOST_LINES:,} lines: split it.")
    first = text.lstrip()[:1]
    if first == b"{":
        return _drawings_from_json(text.split(b"\n"))
    if first == b".":
        return _drawings_from_unipen(text.decode("utf-8", "replace").split("\n"))
    raise DataError(f"{name} holds no drawings: it must be JSON lines or UNIPEN text.")


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


def _drawings_from_json(lines: Iterable[bytes]) -> Iterator[LabelledStrokes | BadLine]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > MOST_LINE_BYTES:
            yield BadLine(number, f"a drawing has at most {MOST_LINE_BYTES:,} bytes")
            continue
        try:
            yield drawing_from_record(parse_json(line, DrawingRecord, "this drawing"))
        except (FileError, InkError) as error:
            yield BadLine(number, str(error).rstrip("."))


def _drawings_from_unipen(lines: Sequence[str]) -> Iterator[LabelledStrokes | BadLine]:
    starts = [i for i, line in enumerate(lines) if line.split()[:1] == [".SEGMENT"]]
    head = lines[: starts[0]] if starts else lines
    for number, line in enumerate(head, start=1):
        if line.split()[:1] == [".PEN_DOWN"]:
            yield BadLine(number, "a stroke comes before the first .SEGMENT")
            break
    for start, end in pairwise([*starts, len(lines)]):
        try:
            yield _drawing_from_segment(lines[start:end], start + 1, end == len(lines))
        except _LineError as error:
            yield BadLine(error.number, error.rule)


def _drawing_from_segment(lines: Sequence[str], first: int, is_last: bool) -> LabelledStrokes:
    """Read the lines of one digit, the first of which has this number in the file."""
    drawing = LabelledStrokes(_unipen_label(lines[0], first), [])
    points: list[tuple[float, float]] | None = None
    for number, line in enumerate(lines, start=first):
        words = line.split()
        if not words:
            continue
        if words[0][0] != ".":
            if points is not None:
                _add_point(points, words, number)
        elif words[0] == ".PEN_DOWN":
            points = []
        elif words[0] == ".PEN_UP":
            if points:
                drawing.strokes.append(np.array(points))
            points = None
    if points is not None and is_last:
        raise _LineError(first + len(lines) - 1, "the file ends within a stroke; it may be cut off")
    return _checked(drawing, first)


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
