"""Which process trains a run, or did: what `job.json` in the run's folder says of it.

A process is known by its number and by what neither another process that gets this number later
nor a clock that is set has in common with it; see `identity_of`. Numbers mean something on one
machine alone, and there among the processes that see one another, as those of one container do: so
its machine is named, too. Of those on other machines `cnn.runs.elsewhere` tells what can be known.
"""

import dataclasses
import io
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import psutil
from pydantic import Field

from cnn.files import NO_SPACE, FileCache, FileError, read_json, write_json
from cnn.runs.run import RunError

# In the environment of a job's process and of all that it starts.
JOB_ENV = "CNN_JOB"
# Seconds that a stopped training has for its checkpoint: a chunk of steps, and then some.
GRACE = 20.0
# Characters: of a reason, and of the longest identity and machine's name.
LONGEST_REASON, LONGEST_IDENTITY, LONGEST_MACHINE = 500, 100, 100
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class JobFile:
    """What `job.json` says. Only who holds the queue writes it, and each fact is written once.

    Attributes:
        ticket: Its number in the queue, lowest first; None if it does not wait. Whoever submits,
            resumes, starts or stops the job writes it.
        pid: The process that trains or trained the run; 0 if none has yet. Its starter writes it.
        identity: What tells that process from all others.
        machine: The name of the machine that it runs on; "" in files of before means this one.
        oom_kills: How often the system had ended processes for want of memory before.
        stopping: Whether it was asked to end; whoever asks writes this before.
        ended: Whether it is known how the process ended. It says so itself; if it could not, who
            first finds it dead does.
        failed: Whether by an error.
        reason: Why, in a sentence or two; "" if it finished.
    """

    ticket: Annotated[int, Field(ge=1, le=10**12)] | None = None
    pid: Annotated[int, Field(ge=0, lt=2**31)] = 0
    identity: Annotated[str, Field(max_length=LONGEST_IDENTITY)] = ""
    machine: Annotated[str, Field(max_length=LONGEST_MACHINE)] = ""
    oom_kills: Annotated[int, Field(ge=0, lt=2**63)] = 0
    stopping: bool = False
    ended: bool = False
    failed: bool = False
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""

    @classmethod
    def read(cls, folder: Path) -> "JobFile":
        """Read a run folder's job file; one that is missing or damaged says nothing."""
        try:
            return _job_files.read(folder / "job.json")
        except FileError:
            return cls()

    @classmethod
    def of_process(cls, process: psutil.Process) -> "JobFile":
        """Describe a process that begins to train a run."""
        identity = identity_of(process.pid)
        return cls(
            pid=process.pid, identity=identity, machine=this_machine(), oom_kills=oom_kills()
        )

    def write(self, folder: Path) -> None:
        """Replace a run folder's job file; on a full disk, too, if there is one.

        Raises:
            OSError: The folder cannot be written to, or it is full and there is no file yet.
        """
        file, fields = folder / "job.json", dataclasses.asdict(self)
        try:
            write_json(file, fields)
        except OSError as error:
            if error.errno not in NO_SPACE or not file.is_file():
                raise
            _overwrite(file, json.dumps(fields).encode())

    def with_end(self, failed: bool, reason: str) -> "JobFile":
        """Tell how the process ended."""
        # What a file's name holds need not be text.
        plain = reason.encode(errors="replace").decode()[:LONGEST_REASON]
        return dataclasses.replace(self, ticket=None, ended=True, failed=failed, reason=plain)

    def process(self) -> psutil.Process | None:
        """Return the process while it trains; None before and after, or if it is elsewhere."""
        if not self.pid or self.ended or identity_of(self.pid) != self.identity:
            return None
        try:
            process = psutil.Process(self.pid)
        except psutil.NoSuchProcess:
            return None
        return process if is_alive(process) else None

    def is_dead(self) -> bool:
        """Whether the process ended without a word."""
        return self._is_missing() and self.machine in ("", this_machine())

    def is_elsewhere(self) -> bool:
        """Whether the process is another machine's, and has not told of its end.

        A machine that has got another name still knows its processes by their identities.
        """
        return self._is_missing() and self.machine not in ("", this_machine())

    def _is_missing(self) -> bool:
        return bool(self.pid) and not self.ended and self.process() is None


def this_machine() -> str:
    """Return the name by which this machine is told from others that share a folder of runs."""
    return platform.node()[:LONGEST_MACHINE]


def identity_of(pid: int) -> str:
    """Return what tells a process from all that had or get its number; "" if there is none.

    Linux counts when it began in ticks since the machine started, which no clock changes; which
    start of the machine that was, it tells, too. macOS and Windows have written down the time of
    day when it began. psutil hashes this one as it was then; `create_time` corrects it since.
    """
    try:
        if sys.platform != "linux":
            return f"{hash(psutil.Process(pid)):x}"
        # After the program's name, in parentheses, which may hold anything; see proc_pid_stat(5).
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return f"{_boot_id()} {fields[19]}"
    except (OSError, psutil.Error):
        return ""


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


def halt(process: psutil.Process) -> None:
    """Halt a process and all that it has started; they keep their memory."""
    for member in process_tree(process):
        with suppress(psutil.NoSuchProcess):
            member.suspend()


def let_go_on(process: psutil.Process) -> None:
    """Undo `halt`."""
    for member in process_tree(process):
        with suppress(psutil.NoSuchProcess):
            member.resume()


def see_end(process: psutil.Process) -> None:
    """Wait until a process has ended that was asked to, and end it if it does not."""
    members = process_tree(process)
    let_go_on(process)
    last = time.monotonic() + GRACE
    while is_alive(process) and time.monotonic() < last:
        time.sleep(0.05)
    for member in members:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    while is_alive(process):
        time.sleep(0.05)


@contextmanager
def permitted(name: str) -> Iterator[None]:
    """Say so in a sentence if this process may not touch the one that trains a run.

    Raises:
        RunError: It may not.
    """
    try:
        yield
    except psutil.AccessDenied as error:
        raise RunError(
            f"The run “{name}” is being trained by another user of this computer: ask them."
        ) from error


def end_orphans(pid: int) -> None:
    """End what a job's process, which is dead, has started and left behind."""
    # Only Unix has sessions.
    if not hasattr(os, "getsid"):
        return
    for number in psutil.pids():
        # A number may be used again; what a job's process starts bears the job's mark.
        with suppress(ProcessLookupError, PermissionError, psutil.Error):
            process = psutil.Process(number)
            if number != pid and os.getsid(number) == pid and JOB_ENV in process.environ():
                process.kill()


def oom_kills() -> int:
    """Return how often Linux has ended a process for want of memory since the machine started."""
    try:
        counters = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in counters if line.startswith("oom_kill ")), 0)


def _overwrite(file: Path, content: bytes) -> None:
    """Write a small file anew where it lies on the disk: in the one block that it has."""
    with file.open("r+b", buffering=0) as stream:
        # In one go, and nothing of before is left behind it.
        content = content.ljust(stream.seek(0, io.SEEK_END))
        stream.seek(0)
        stream.write(content)


def _boot_id() -> str:
    # Some containers do not tell it.
    return BOOT_ID.read_text().strip() if BOOT_ID.is_file() else ""


_job_files = FileCache(lambda file: read_json(file, JobFile))
