"""The user's own drawings, each with the digit that it is: kept in one file, in their data folder.

The file holds JSON lines as `cnn.data.drawings.read_drawings` reads them, each with an id, the
time, and whether it is held out: every fourth is, when it is kept, and stays so, that there are
always some by which to measure what a network has learned. A drawing is appended as one line. A
line that cannot be read is in nobody's way, and is kept when the file is rewritten: it may be
mended by hand.
Processes and threads that write take turns.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import numpy as np
from filelock import FileLock, Timeout
from platformdirs import user_data_path
from pydantic import Field

from cnn.data.digits import DataError, LabelledStrokes
from cnn.data.drawings import DrawingRecord, drawing_from_record, drawings_from_bytes
from cnn.files import FileError, Finite, append_line, parse_json, read_bytes, write_atomically
from cnn.ink.strokes import InkError, Stroke, thin

FOLDER_VARIABLE = "CNN_DRAWINGS_DIR"
# What the user's own drawings are called where files of drawings are named.
USER_DRAWINGS = "yours"
# Of so many drawings, one is held out.
HELD_OUT_OF = 4
# More drawings, or one of more bytes, no hand draws; nor does a file that is imported hold more.
MOST, MOST_BYTES = 5_000, 200_000
MOST_IMPORT_BYTES = 20_000_000
# What is larger is no file of ours.
MOST_FILE_BYTES = 200_000_000
# Canvas pixels between two kept points of a stroke.
SPACING = 1.0
# Of the coordinates in the file: enough for strokes of any unit down to a canvas 1 wide.
DECIMALS = 3
# A year that no clock tells: 5138.
LATEST = 1e11
# Seconds to wait for others who write: they take milliseconds.
PATIENCE = 30.0


@dataclass(frozen=True)
class UserDrawing:
    """A kept drawing.

    Attributes:
        id: Tells it from all others; the same strokes have the same id.
        drawing: Its strokes, its digit, and whether it is held out.
        time: When it was kept, in seconds since 1970.
    """

    id: str
    drawing: LabelledStrokes
    time: float

    def as_json(self) -> str:
        """Write it as a line of the file, without the line's end."""
        record = {
            "id": self.id,
            "time": self.time,
            "label": self.drawing.label,
            "held_out": self.drawing.held_out,
            "strokes": [stroke.tolist() for stroke in self.drawing.strokes],
        }
        return json.dumps(record, separators=(",", ":"))


@dataclass(frozen=True, kw_only=True)
class _Record(DrawingRecord):
    """A line of the file."""

    id: Annotated[str, Field(max_length=64)]
    time: Annotated[Finite, Field(ge=0, le=LATEST)]


@dataclass(frozen=True)
class Collection:
    """All kept drawings, in the order in which they were kept, and how many lines are damaged.

    A file that cannot be read at all is one damaged line.
    """

    drawings: tuple[UserDrawing, ...]
    damaged: int


def drawings_file() -> Path:
    """Return the file: in `$CNN_DRAWINGS_DIR` if set, else in the user's data folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return (Path(chosen) if chosen else user_data_path("digitscope")) / "drawings.jsonl"


def collection() -> Collection:
    """Read all kept drawings, and anew only what has changed; of what cannot be read, none."""
    file = drawings_file()
    try:
        status = file.stat()
    except OSError:
        return Collection((), 0)
    return _read(file, (status.st_ino, status.st_size, status.st_mtime_ns))


def find(strokes: Sequence[Stroke]) -> UserDrawing | None:
    """Return the kept drawing with these strokes, if there is one."""
    name = _id(_plain(_light(strokes)))
    return next((kept for kept in collection().drawings if kept.id == name), None)


def keep(strokes: Sequence[Stroke], label: int) -> None:
    """Keep a drawing; one that is kept already is only said to be this digit now.

    Args:
        strokes: In canvas pixels.
        label: The digit that it is.

    Raises:
        DataError: It is too large, or there are too many, or that is no digit.
        OSError: The disk is full or the folder cannot be written to.
    """
    _check_digit(label)
    with _turn():
        known = find(strokes)
        if known is None:
            _append([LabelledStrokes(label, _light(strokes))])
        else:
            _rewrite({known.id: _labelled(known, label)})


def take_in(content: bytes, name: str) -> int:
    """Keep all drawings of a file, JSON lines or UNIPEN; returns how many were new.

    Those that are kept already stay as they are.

    Args:
        content: Of the file.
        name: What messages call it.

    Raises:
        DataError: A line of the file is wrong, a drawing too large, or there are too many; then
            none is kept.
        OSError: The disk is full or the folder cannot be written to.
    """
    drawings = drawings_from_bytes(content, name, MOST, MOST_IMPORT_BYTES)
    with _turn():
        return _append(drawings)


def relabel(ids: Sequence[str], label: int) -> None:
    """Say which digit some kept drawings are.

    Raises:
        DataError: That is no digit.
        OSError: The disk is full or the folder cannot be written to; nothing has changed.
    """
    _check_digit(label)
    with _turn():
        chosen = [kept for kept in collection().drawings if kept.id in ids]
        _rewrite({kept.id: _labelled(kept, label) for kept in chosen})


def delete(ids: Sequence[str]) -> None:
    """Forget some kept drawings; errors as `relabel`."""
    with _turn():
        _rewrite(dict.fromkeys(ids))


def as_json_lines() -> bytes:
    """Write all kept drawings as the content of a file that `read_drawings` reads.

    Raises:
        DataError: There are none.
    """
    drawings = collection().drawings
    if not drawings:
        raise DataError("You have kept no drawing yet: say on the Draw page what a drawing is.")
    return "".join(f"{kept.as_json()}\n" for kept in drawings).encode()


def read_user_drawings() -> list[LabelledStrokes]:
    """Return all kept drawings, those held out among them."""
    return [kept.drawing for kept in collection().drawings]


def _check_digit(label: object) -> None:
    if type(label) is not int or label not in range(10):
        raise DataError(f"A drawing is a digit 0 to 9, not {label!r:.20}.")


def _append(drawings: Sequence[LabelledStrokes]) -> int:
    """Append those that are new; returns how many."""
    known = {kept.id: kept.drawing.held_out for kept in collection().drawings}
    new = []
    for drawing in drawings:
        plain = _plain(drawing.strokes)
        name = _id(plain)
        if name in known:
            continue
        is_due = sum(known.values()) < (len(known) + 1) // HELD_OUT_OF
        known[name] = drawing.held_out or is_due
        labelled = LabelledStrokes(drawing.label, plain, known[name])
        new.append(UserDrawing(name, labelled, round(time.time(), 3)).as_json())
    if new and len(known) > MOST:
        raise DataError(f"That would be more than {MOST:,} drawings: delete some first.")
    if any(len(line) > MOST_BYTES for line in new):
        raise DataError("A drawing has too many strokes to be kept: draw a plain digit.")
    if new:
        append_line(drawings_file(), "\n".join(new))
    return len(new)


def _rewrite(changes: Mapping[str, UserDrawing | None]) -> None:
    """Replace kept drawings by others, or by nothing; all other lines stay as they are."""
    file = drawings_file()
    lines = []
    for line in _lines(file) if file.exists() else []:
        kept = _kept(line)
        if kept is None or kept.id not in changes:
            lines.append(line)
        elif (changed := changes[kept.id]) is not None:
            lines.append(changed.as_json().encode())
    write_atomically(file, b"".join(line + b"\n" for line in lines))


@contextmanager
def _turn() -> Iterator[None]:
    """Keep all other processes and threads from writing meanwhile."""
    file = drawings_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(file.with_name(".drawings.lock"), timeout=PATIENCE):
            if file.exists() and not (file.is_file() and file.stat().st_size <= MOST_FILE_BYTES):
                raise DataError(
                    f"{file} is no plain file, or larger than {MOST_FILE_BYTES:,} bytes: move it"
                    " away."
                )
            yield
    except Timeout as error:
        raise DataError(f"Another process holds {file}: end it.") from error
    except FileError as error:
        raise DataError(str(error)) from error


# Entries are few: all but the newest are of older versions of the file.
@lru_cache(maxsize=2)
def _read(file: Path, _version: tuple[int, int, int]) -> Collection:
    try:
        found = [_kept(line) for line in _lines(file)]
    except FileError:
        return Collection((), 1)
    drawings = {kept.id: kept for kept in found if kept is not None}
    return Collection(tuple(drawings.values()), found.count(None))


def _lines(file: Path) -> list[bytes]:
    return [line for line in read_bytes(file, MOST_FILE_BYTES).split(b"\n") if line]


def _kept(line: bytes) -> UserDrawing | None:
    """Read a line; None if it is damaged."""
    if len(line) > MOST_BYTES:
        return None
    try:
        record = parse_json(line, _Record, "This line")
        return UserDrawing(record.id, drawing_from_record(record), record.time)
    except (FileError, InkError):
        return None


def _labelled(kept: UserDrawing, label: int) -> UserDrawing:
    return replace(kept, drawing=replace(kept.drawing, label=label))


def _light(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Leave out what no eye sees of strokes in canvas pixels."""
    return [np.round(thin(stroke, SPACING), 1) for stroke in strokes if len(stroke)]


def _plain(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Write strokes, whatever their unit, so that they are the same when they are read again."""
    return [np.round(stroke, DECIMALS) for stroke in strokes if len(stroke)]


def _id(plain: Sequence[Stroke]) -> str:
    """Name strokes by what they are, so that the same ones are not kept twice."""
    packed = json.dumps([stroke.tolist() for stroke in plain]).encode()
    return hashlib.sha256(packed).hexdigest()[:16]
