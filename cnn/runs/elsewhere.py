"""Trainings on other machines that share the folder of runs.

Of a process on another machine nothing is known here but what it writes. While it writes, it is at
work: nobody here touches its run, and the queue waits for it. Once it is silent, it was ended, or
is paused there; nobody waits for it any more. Whether somebody may go on with it, the run's lock
tells, which a paused one still holds.
"""

import time
from contextlib import suppress
from pathlib import Path

from cnn.runs.process import JobFile
from cnn.runs.run import Run, RunError

# Seconds: a training writes about every second, but some draw their digits for minutes before.
LONGEST_SILENCE = 600.0
# What a training writes as it goes, and nobody else does.
WRITTEN = ("job.json", "metrics.jsonl", "checkpoint.npz", "live.npz", "log.txt")
THERE = "The run “{}” is being trained on the machine “{}”: stop it there."
HELD = "The run “{}” is paused on the machine “{}”: resume it there."
SILENT = (
    "Nothing was heard of it for ten minutes: on the machine “{}”, which trained it, it was ended"
    " or is paused. It can go on from its last checkpoint."
)


def is_at_work(file: JobFile, folder: Path) -> bool:
    """Whether a run is being trained on another machine, as far as its folder tells."""
    return file.is_elsewhere() and seconds_silent(folder) < LONGEST_SILENCE


def seconds_silent(folder: Path) -> float:
    """Return the seconds since a training wrote into its run's folder, by clocks that may differ.

    Times that lie ahead of this machine's clock count, too, the less the farther they do.
    """
    written = [0.0]
    for name in WRITTEN:
        with suppress(OSError):
            written.append((folder / name).stat().st_mtime)
    return abs(time.time() - max(written))


def file_to_act_on(folder: Path) -> JobFile:
    """Read the job file of a run that is to be begun, paused, resumed or stopped here.

    Raises:
        RunError: The run is being trained on another machine; the message says on which.
    """
    file = JobFile.read(folder)
    if is_at_work(file, folder):
        raise RunError(THERE.format(folder.name, file.machine))
    return file


def check_let_go(file: JobFile, run: Run) -> None:
    """Check that a silent training on another machine does not hold its run any more.

    Raises:
        RunError: It does; the message says where.
    """
    if not file.is_elsewhere():
        return
    try:
        with run.locked():
            pass
    except RunError as error:
        raise RunError(HELD.format(run.name, file.machine)) from error


def why_silent(file: JobFile) -> str:
    """Say in two sentences what may have become of a training that is silent."""
    return SILENT.format(file.machine)
