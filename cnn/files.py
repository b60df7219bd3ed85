"""Files: written so that nothing half-written is ever seen, read as typed objects with bounds.

What is read may have been damaged, edited or put there by anybody. So whatever is JSON is parsed
here into the data class that it should be, whose annotations hold the bounds; all else about a file
is refused in one sentence.
"""

import errno
import io
import json
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

from pydantic import Field, TypeAdapter, ValidationError

T = TypeVar("T")
Finite = Annotated[float, Field(allow_inf_nan=False)]
"""A number in a file: JSON as Python writes it may hold NaN and Infinity, too."""
# Bytes: what a person or this program writes as JSON into one file is far smaller.
MOST_BYTES = 1_000_000
DISK_FULL = "The disk is full: make room, then try again."
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class FileError(Exception):
    """A file that is not what it should be; the message says which, and what is wrong."""


def read_bytes(file: Path, most: int = MOST_BYTES) -> bytes:
    """Return a file's content, of at most so many bytes.

    Raises:
        FileError: It is missing, no plain file, unreadable or larger.
    """
    try:
        # Not what would wait for a writer, or never end.
        if not file.is_file():
            raise FileError(f"{file} is {'no plain file' if file.exists() else 'missing'}.")
        with file.open("rb") as stream:
            content = stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{file} cannot be read ({reason}).") from error
    if len(content) > most:
        raise FileError(f"{file} is larger than {most:,} bytes.")
    return content


def read_json(file: Path, kind: type[T]) -> T:
    """Read a JSON file as an object of a data class; fields that it does not have are left out.

    Raises:
        FileError: As `read_bytes`, or it is no JSON, or breaks a rule of the class.
    """
    return parse_json(read_bytes(file), kind, str(file))


def parse_json(content: bytes, kind: type[T], name: str) -> T:
    """Parse JSON as an object of a data class, whose annotations are rules.

    Args:
        content: UTF-8.
        kind: What it should be. A number must be one already, not text or a truth value.
        name: What messages call it.

    Raises:
        FileError: It is no JSON, or breaks a rule.

    Example:
        >>> parse_json(b"[1, 2]", tuple[int, int], "These two")
        (1, 2)
    """
    try:
        parsed: T = _adapter(cast(Any, kind)).validate_json(content, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise FileError(
            f"{name} cannot be read ({place and f'{place}: '}{first['msg']:.120})."
        ) from error
    return parsed


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that others see it whole or not at all, even if the power fails.

    Raises:
        OSError: The disk is full or the folder cannot be written to; an older file is kept.
    """
    # Threads of one process may write the same file at once, as a server's sessions do.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.draft")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def write_json(path: Path, fields: Mapping[str, object]) -> None:
    """Write fields as a JSON object that people can read, atomically; errors as above."""
    write_atomically(path, (json.dumps(fields, indent=2) + "\n").encode())


def append_line(path: Path, line: str) -> None:
    """Add a line to a file; what a stopped machine left of the last one does not swallow it.

    Raises:
        OSError: The disk is full or the folder cannot be written to; nothing is added.
    """
    left = f"{line}\n".encode() if _ends_whole(path) else f"\n{line}\n".encode()
    # Unbuffered: a buffer would be written once more when the file is closed.
    with path.open("ab", buffering=0) as file:
        length = file.seek(0, io.SEEK_END)
        try:
            while left:
                left = left[file.write(left) :]
        except OSError:
            with suppress(OSError):
                file.truncate(length)
            raise


def remove_drafts(folder: Path) -> None:
    """Remove what processes that were killed left half-written; nobody else may be writing."""
    for draft in folder.rglob(".*.draft"):
        draft.unlink(missing_ok=True)


@contextmanager
def removed_on_failure(folder: Path) -> Iterator[None]:
    """Remove a folder that is made in the block, with all it holds, if the block fails."""
    is_new = not folder.exists()
    try:
        yield
    except BaseException:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def why_not_written(error: OSError) -> str:
    """Say in a sentence why a file could not be written, or read, and what to do."""
    if error.errno in NO_SPACE:
        return DISK_FULL
    if not isinstance(error.filename, str | bytes):
        return f"{error.strerror or str(error) or type(error).__name__}."
    place = Path(os.fsdecode(error.filename))
    if (
        error.errno in (errno.EACCES, errno.EPERM)
        and place.exists()
        and not os.access(place, os.R_OK)
    ):
        return f"{place} cannot be read: give this program the right to, then try again."
    # Files that only this program knows say nothing to people, the folder does.
    folder = place if place.is_dir() else place.parent
    if error.errno == errno.EROFS:
        return f"{folder} cannot be written to: its disk is read-only."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{folder} cannot be written to: give this program the right to, then try again."
    return f"{place}: {error.strerror}."


def _ends_whole(path: Path) -> bool:
    if not path.exists():
        return True
    with path.open("rb") as file:
        if not file.seek(0, io.SEEK_END):
            return True
        file.seek(-1, io.SEEK_END)
        return file.read() == b"\n"
