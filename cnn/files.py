"""Writing files so that nothing half-written is ever seen."""

import io
import json
import os
import threading
from collections.abc import Mapping
from pathlib import Path


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
        OSError: The disk is full or the folder cannot be written to.
    """
    with path.open("ab") as file:
        file.write(f"{line}\n".encode() if _ends_whole(path) else f"\n{line}\n".encode())


def remove_drafts(folder: Path) -> None:
    """Remove what processes that were killed left half-written; nobody else may be writing."""
    for draft in folder.rglob(".*.draft"):
        draft.unlink(missing_ok=True)


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, io.SEEK_END):
            return True
        file.seek(-1, io.SEEK_END)
        return file.read() == b"\n"
