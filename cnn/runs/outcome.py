"""How a training ended: in the words of the error that ended it, or found out from outside."""

import os
import shutil
import signal
from pathlib import Path

from cnn.data.digits import DataError
from cnn.files import DISK_FULL, why_not_written
from cnn.ink.strokes import InkError
from cnn.model import ModelError
from cnn.runs.process import JobFile, oom_kills
from cnn.runs.run import RunError
from cnn.setting import RecipeError
from cnn.tf import is_out_of_memory
from cnn.training.distributed import WorkerError
from cnn.training.trainer import TrainingError

# Errors whose messages are sentences for people.
SAID_TO_THE_USER = (
    DataError,
    InkError,
    ModelError,
    RecipeError,
    RunError,
    TrainingError,
    WorkerError,
)
STOPPED = "Stopped."
NO_MEMORY = "The memory ran out: close other programs, or choose a smaller batch."
# Less than this on a disk, in bytes, and a checkpoint finds no room.
LEAST_ROOM = 1_000_000
# In a run's folder: what its last process wrote on its standard error.
ERRORS = "errors.txt"
# Bytes of it in which the last line is looked for.
LAST_LINES = 10_000


def why_it_failed(error: Exception) -> str:
    """Say in a sentence or two why a training failed."""
    if is_out_of_memory(error):
        return NO_MEMORY
    if isinstance(error, OSError):
        return why_not_written(error)
    lines = str(error).splitlines() or [""]
    said_plainly = isinstance(error, SAID_TO_THE_USER)
    return lines[0] if said_plainly else f"{type(error).__name__}: {lines[0]:.200}"


def why_it_died(file: JobFile, folder: Path, status: int | None) -> tuple[bool, str]:
    """Tell of a process that ended without a word whether it failed by itself, and why.

    Args:
        file: Of the process.
        folder: Of the run.
        status: Exit status, minus the signal if one ended it; None if nobody has seen it.
    """
    if file.stopping:
        return False, STOPPED
    if _may_be_killed(status) and oom_kills() > file.oom_kills:
        return True, NO_MEMORY
    if _is_full(folder):
        return True, DISK_FULL
    if status is not None and (_may_be_killed(status) or status == -signal.SIGTERM):
        return False, f"Its process was ended from outside{_how(status)}."
    said = _last_words(folder)
    if status is None and not said:
        return False, "Its process was killed, or the computer was switched off."
    return True, f"Its process broke off{_how(status)}. {said}".rstrip()


def why_not_started(folder: Path) -> str:
    """Say in a sentence why no training can write into a run's folder now; "" if it can."""
    if _is_full(folder):
        return DISK_FULL
    if not os.access(folder, os.W_OK):
        return f"{folder} cannot be written to: the training begins when it can."
    return ""


def _may_be_killed(status: int | None) -> bool:
    # Windows has no such signal.
    return status is None or status == -getattr(signal, "SIGKILL", 0)


def _how(status: int | None) -> str:
    if status is None:
        return ""
    known = {-each.value: f" ({each.name})" for each in signal.Signals}
    return known.get(status, f" (exit status {status})")


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < LEAST_ROOM
    # Renamed or deleted at this moment.
    except OSError:
        return False


def _last_words(folder: Path) -> str:
    """Return the last line of a run's errors, unless the training has gone on since it was said."""
    errors, metrics = folder / ERRORS, folder / "metrics.jsonl"
    try:
        if metrics.exists() and metrics.stat().st_mtime_ns > errors.stat().st_mtime_ns:
            return ""
        with errors.open("rb") as file:
            file.seek(max(0, errors.stat().st_size - LAST_LINES))
            text = file.read(LAST_LINES).decode(errors="replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return f"Its last words: “{lines[-1][:200]}”" if lines else ""
