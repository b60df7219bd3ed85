"""Writing files so that nothing half-written is ever seen."""

import os
import threading
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


def remove_drafts(folder: Path) -> None:
    """Remove what processes that were killed left half-written; nobody else may be writing."""
    for draft in folder.rglob(".*.draft"):
        draft.unlink(missing_ok=True)
