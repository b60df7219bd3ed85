"""Which process trains a run, or did: what `job.json` in the run's folder says, and why one died.

A process is known by its number and the time it was created, as numbers are used again. It tells
itself how it ended; one that was killed could not, and the rest is found out from outside.
"""

import dataclasses
import os
import shutil
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from cnn.files import FileCache, FileError, read_json, write_json

# A process's creation time is told anew from the system's clock, which may be set in between.
CLOCK_SECONDS = 2.0
# In the environment of a job's process and of all that it starts.
JOB_ENV = "CNN_JOB"
# Less than this on a disk, in bytes, and a checkpoint finds no room.
DISK_IS_FULL = 1_000_000
NO_ROOM = "The disk is full: make room, then go on."
NO_MEMORY = "The memory ran out: close other programs, or choose a smaller batch."


@dataclass(frozen=True)
class JobFile:
    """What `job.json` says.

    Attributes:
        ticket: Its number in the queue, lowest first; None if it does not wait.
        pid: The process that trains or trained the run; 0 if none has yet.
        created: When that process was created, in seconds since 1970.
        log_start: Where in log.txt, in bytes, what this process said begins.
        oom_kills: How often the system had ended processes for want of memory before.
        ended: Whether it is known how the process ended.
        failed: Whether by an error.
        reason: Why, in a sentence or two; "" if it finished.
        status: Its exit status, minus the signal if one ended it; None if nobody has seen it.
    """

    ticket: int | None = None
    pid: int = 0
    created: float = 0.0
    log_start: int = 0
    oom_kills: int = 0
    ended: bool = False
    failed: bool = False
    reason: str = ""
    status: int | None = None

    @classmethod
    def read(cls, folder: Path) -> "JobFile":
        """Read a run folder's job file; one that is missing or damaged says nothing."""
        try:
            return _job_files.read(folder / "job.json")
        except FileError:
            return cls()

    @classmethod
    def of_process(cls, process: psutil.Process, folder: Path) -> "JobFile":
        """Describe a process that begins to train a run."""
        log = folder / "log.txt"
        return cls(
            pid=process.pid,
            created=process.create_time(),
            log_start=log.stat().st_size if log.is_file() else 0,
            oom_kills=_oom_kills(),
        )

    def write(self, folder: Path) -> None:
        """Replace a run folder's job file."""
        write_json(folder / "job.json", dataclasses.asdict(self))

    def process(self) -> psutil.Process | None:
        """Return the process while it trains; None before and after."""
        if not self.pid or self.ended:
            return None
        try:
            process = psutil.Process(self.pid)
            is_it = abs(process.create_time() - self.created) < CLOCK_SECONDS
            return process if is_it and is_alive(process) else None
        except psutil.NoSuchProcess:
            return None

    def is_dead(self) -> bool:
        """Whether the process ended without a word."""
        return bool(self.pid) and not self.ended and self.process() is None

    def diagnose_exit(self, folder: Path) -> "JobFile":
        """Tell of a process that ended without a word whether it failed by itself, and why."""
        failed, reason = self._why_it_died(folder)
        return dataclasses.replace(self, ended=True, failed=failed, reason=reason)

    def _why_it_died(self, folder: Path) -> tuple[bool, str]:
        killed = self.status in (None, -signal.SIGKILL)
        if killed and _oom_kills() > self.oom_kills:
            return True, NO_MEMORY
        if shutil.disk_usage(folder).free < DISK_IS_FULL:
            return True, NO_ROOM
        if self.status in (-signal.SIGKILL, -signal.SIGTERM):
            return False, f"Its process was ended from outside{_how(self.status)}."
        said = _last_words(folder / "log.txt", self.log_start)
        if self.status is None and not said:
            return False, "Its process was killed, or the computer was switched off."
        return True, f"Its process broke off{_how(self.status)}. {said}".rstrip()


def is_alive(process: psutil.Process) -> bool:
    """Whether a process has not ended; one that only waits to be asked for its status has."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_paused(process: psutil.Process) -> bool:
    """Whether a process was halted, and waits to be let go on."""
    try:
        return process.status() == psutil.STATUS_STOPPED
    except psutil.NoSuchProcess:
        return False


def process_tree(process: psutil.Process) -> list[psutil.Process]:
    """Return a process and all that it has started, the last ones first."""
    try:
        return [*reversed(process.children(recursive=True)), process]
    except psutil.NoSuchProcess:
        return []


def end_orphans(pid: int) -> None:
    """End what a job's process, which is dead, has started and left behind."""
    for number in psutil.pids():
        # A number may be used again; what a job's process starts bears the job's mark.
        with suppress(ProcessLookupError, PermissionError, psutil.Error):
            process = psutil.Process(number)
            if number != pid and os.getsid(number) == pid and JOB_ENV in process.environ():
                process.kill()


def _how(status: int | None) -> str:
    if status is None:
        return ""
    if status < 0:
        return f" ({signal.Signals(-status).name})"
    return f" (exit status {status})"


def _last_words(log: Path, start: int) -> str:
    """Return the last line of a log from a place on, unless it is a line of a good training."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(start)
        text = file.read().decode(errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[-1].startswith("Epoch:"):
        return ""
    return f"Its last words: “{lines[-1][:200]}”"


def _oom_kills() -> int:
    """Return how often Linux has ended a process for want of memory since the machine started."""
    try:
        counters = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in counters if line.startswith("oom_kill ")), 0)


_job_files = FileCache(lambda file: read_json(file, JobFile))
