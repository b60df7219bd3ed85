"""The queue of a folder of runs, which one process or thread at a time may change."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from filelock import FileLock, Timeout

from cnn.runs.run import RunError, runs_folder

# Seconds to wait for others who look into the queue: they take milliseconds.
PATIENCE = 30.0


@contextmanager
def queue(folder: Path) -> Iterator[None]:
    """Keep all other processes and threads from changing the queue among some runs meanwhile.

    Raises:
        RunError: Somebody else keeps it for too long.
        OSError: The disk is full or the folder cannot be written to.
    """
    try:
        with FileLock(folder / ".queue.lock", timeout=PATIENCE):
            yield
    except Timeout as error:
        raise RunError(f"Another process holds the queue in {folder}: end it.") from error


def queue_of(folder: Path) -> AbstractContextManager[None]:
    """Keep the queue that a run is in; one that lies elsewhere is in none."""
    is_among_runs = folder.parent.absolute() == runs_folder().absolute()
    return queue(folder.parent) if is_among_runs else nullcontext()
