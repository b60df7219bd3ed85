"""Copies of packed files, unpacked once and then mapped into memory, in the user's cache folder.

A copy is true if it has the length and the checksum (CRC-32) that stand at the packed file's end.
One that is damaged, or of another file, is as none. Nothing depends on there being any.
"""

import os
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from cnn.files import FileError, open_plain, write_atomically

# Bytes at the end of a gzip file: its content's checksum, and its length modulo 2 ** 32.
TRAILER = struct.Struct("<II")


def folder() -> Path:
    """Return where copies are kept."""
    return user_cache_path("digitscope") / "unpacked"


def find(packed: Path) -> NDArray[np.uint8] | None:
    """Map the copy of a gzip file, uint8 [bytes], read-only; None if there is none that is true."""
    try:
        with open_plain(_copy(packed)) as stream:
            content = np.memmap(stream, np.uint8, "r")
        return content if _is_of(content, packed) else None
    # NumPy's for a file without content.
    except (FileError, OSError, ValueError):
        return None


def keep(packed: Path, content: bytes) -> None:
    """Keep what a gzip file holds, where that can be written."""
    with suppress(OSError):
        if _is_of(np.frombuffer(content, np.uint8), packed):
            folder().mkdir(parents=True, exist_ok=True)
            write_atomically(_copy(packed), content)


def _copy(packed: Path) -> Path:
    # Wherever a file lies: its checksum tells it from others of its name.
    return folder() / packed.with_suffix("").name


def _is_of(content: NDArray[np.uint8], packed: Path) -> bool:
    """Whether this is what a gzip file says that it holds."""
    with packed.open("rb") as file:
        file.seek(-TRAILER.size, os.SEEK_END)
        said = TRAILER.unpack(file.read(TRAILER.size))
    return said == (zlib.crc32(content.data), len(content))
