"""A disk that refuses to be written to, for all that this process does below a folder."""

import errno
import os
import sys
from contextlib import contextmanager
from pathlib import Path

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_refusals: dict[str, int] = {}


@contextmanager
def refusing(folder, number):
    """Refuse with an error number: a full disk refuses what takes room, others all changes."""
    _refusals[str(folder)] = number
    try:
        yield
    finally:
        del _refusals[str(folder)]


def _look(event, arguments):
    if not _refusals or event not in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"):
        return
    path = arguments[0]
    if isinstance(path, int) or (event == "open" and not arguments[2] & WRITING):
        return
    path = os.fsdecode(path)
    for folder, number in _refusals.items():
        # A file that is there is opened even if the disk is full; a name costs nothing.
        takes_room = event == "os.mkdir" or (event == "open" and not Path(path).exists())
        if path.startswith(folder) and (takes_room or number != errno.ENOSPC):
            raise OSError(number, os.strerror(number), path)


# It cannot be taken away again; without refusals it does nothing.
sys.addaudithook(_look)
