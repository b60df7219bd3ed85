"""Files: written so that nothing half-written is ever seen, read as typed objects with bounds.

What is read may have been damaged, edited or put there by anybody. So whatever is JSON is parsed
here into the data class that it should be, whose annotations hold the bounds, and arrays are
checked before they are unpacked (`cnn.arrays`); all else about a file is refused in one sentence.
What has not changed is not read again (`FileCache`).
"""

import errno
import io
import json
import os
import shutil
import stat
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Generic, TypeAlias, TypeVar, cast

from pydantic import Field, TypeAdapter, ValidationError

T = TypeVar("T")
Finite = Annotated[float, Field(allow_inf_nan=False)]
"""A number in a file: JSON as Python writes it may hold NaN and Infinity, too."""
# Bytes: what a person or this program writes as JSON into one file is far smaller.
MOST_BYTES = 1_000_000
DISK_FULL = "The disk is full: make room, then try again."
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
# Nanoseconds: the coarsest that file systems write times in (FAT). A file may have been changed
# since it was read and yet bear the same times, if it was read so soon after the last change.
COARSEST = 2_000_000_000
# Seconds after which what could not be read is tried again, though its file has not changed.
RETRY = 10.0

# Windows would turn some bytes of a file into others.
O_BINARY = getattr(os, "O_BINARY", 0)

Version: TypeAlias = tuple[int, ...]
"""What changes when a file does: its place on the disk, its size and its times."""


class FileError(Exception):
    """A file that is not what it should be; the message says which, and what is wrong."""


def version_of(file: Path) -> Version:
    """Return a file's version; () if there is none."""
    try:
        status = file.stat()
    except (OSError, ValueError):
        return ()
    return (
        status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )  # fmt: skip


def open_plain(file: Path) -> BinaryIO:
    """Open a plain file for reading: nothing that would wait for a writer, or never end.

    Raises:
        FileError: It is missing, no plain file, or unreadable.
    """
    try:
        # Devices may act when they are opened.
        if not file.is_file():
            is_there = file.exists() or file.is_symlink()
            raise FileError(f"{file} is {'no plain file' if is_there else 'missing'}.")
        # It may have become another thing since.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | O_BINARY)
        stream = os.fdopen(descriptor, "rb")
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            stream.close()
            raise FileError(f"{file} is no plain file.")
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error
    return stream


def read_bytes(file: Path, most: int = MOST_BYTES) -> bytes:
    """Return a file's content, of at most so many bytes.

    Raises:
        FileError: It is missing, no plain file, unreadable or larger.
    """
    with open_plain(file) as stream:
        try:
            content = stream.read(most + 1)
        except OSError as error:
            raise _unreadable(file, error) from error
    if len(content) > most:
        raise FileError(f"{file} is larger than {most:,} bytes.")
    return content


def _unreadable(file: Path, error: Exception) -> FileError:
    reason = getattr(error, "strerror", None) or error
    return FileError(f"{file} cannot be read ({reason}).")


@dataclass(frozen=True)
class _Entry(Generic[T]):
    version: Version
    outcome: T | Exception
    # On the monotonic clock; for good if it was read.
    expires: float


class FileCache(Generic[T]):
    """Keeps what files hold, by their paths, until they change: then one look costs one `stat`.

    What cannot be read is kept too, for some seconds. Threads may share a cache.
    """

    def __init__(
        self,
        parse: Callable[[Path], T],
        most: int = 1_000,
        refusals: type[Exception] = FileError,
        coarsest: int = COARSEST,
    ) -> None:
        """Begin with nothing.

        Args:
            parse: Reads a file.
            most: So many files are kept, those last asked for.
            refusals: What `parse` raises for a file that is not what it should be.
            coarsest: Nanoseconds within which a file may change and have the same version; 0 for
                files that are only ever replaced, by others of another size.
        """
        self._parse = parse
        self._most = most
        self._refusals = refusals
        self._coarsest = coarsest
        self._lock = threading.Lock()
        self._entries: OrderedDict[Path, _Entry[T]] = OrderedDict()

    def read(self, file: Path) -> T:
        """Return what a file holds; raises what the parsing raises."""
        version = version_of(file)
        with self._lock:
            entry = self._entries.get(file)
            if entry is not None:
                self._entries.move_to_end(file)
        if entry is None or entry.version != version or time.monotonic() >= entry.expires:
            entry = self._read(file, version)
        if isinstance(entry.outcome, Exception):
            # Another each time: many threads may raise it at once.
            raise type(entry.outcome)(*entry.outcome.args)
        return entry.outcome

    def _read(self, file: Path, version: Version) -> _Entry[T]:
        begun = time.time_ns()
        try:
            entry = _Entry[T](version, self._parse(file), float("inf"))
        except self._refusals as error:
            entry = _Entry[T](version, error, time.monotonic() + RETRY)
        is_settled = not version or begun - max(version[3:]) >= self._coarsest
        with self._lock:
            self._entries.pop(file, None)
            if is_settled:
                self._entries[file] = entry
            while len(self._entries) > self._most:
                self._entries.popitem(last=False)
        return entry


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
        return f"{error.strerror or str(error) or type(error).__name__}".rstrip(".") + "."
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
