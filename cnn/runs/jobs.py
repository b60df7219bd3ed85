"""Trainings as processes of their own, one at a time on a machine, the others in a queue.

The run's folder is the only link to a job: whoever opens it, in this process or another, today or
after the machine was restarted, finds the job and what became of it. A job outlives whoever
started it. A paused job keeps its memory and its place: the queue waits for it.
"""

import dataclasses
import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from cnn.ink.strokes import Picture
from cnn.runs.history import keep_drawing
from cnn.runs.process import (
    JOB_ENV,
    NO_MEMORY,
    NO_ROOM,
    JobFile,
    end_orphans,
    is_alive,
    is_paused,
    process_tree,
)
from cnn.runs.run import (
    FOLDER_VARIABLE,
    Run,
    RunError,
    Task,
    all_runs,
    check_name,
    find_run,
    runs_folder,
)

# Seconds that a stopped training has for its checkpoint: a chunk of steps, and then some.
GRACE = 20.0
# Seconds to wait for others who look into the queue: they take milliseconds.
PATIENCE = 30.0
STOPPED = "Stopped."
# Drawing must stay quick while a training runs beside it.
NICENESS = 10


class State(StrEnum):
    """What becomes of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    FINISHED = "finished"

    @property
    def is_active(self) -> bool:
        """Whether it is being trained, or will be without anybody's doing, or is paused in it."""
        return self in (State.WAITING, State.RUNNING, State.PAUSED)


@dataclass(frozen=True)
class Job:
    """A run's training, as it is now.

    Attributes:
        name: The run's.
        state: INTERRUPTED and FAILED ones can go on from where they were.
        reason: Why it was interrupted or failed, in a sentence or two; else "".
        place: In the queue, from 1; 0 if it does not wait.
    """

    name: str
    state: State
    reason: str = ""
    place: int = 0


def submit(name: str, task: Task, drawing: Picture | None = None) -> None:
    """Make a run and train it as soon as nothing else is trained on this machine.

    Args:
        name: The run's.
        task: What to train on what.
        drawing: To be read after each epoch, float32 [28, 28] in 0..1; see `cnn.runs.history`.

    Raises:
        RunError: The name cannot be used, or is taken.
    """
    check_name(name)
    folder = runs_folder() / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with queue(folder.parent):
        run = Run.create(folder, task)
        if drawing is not None:
            keep_drawing(run, drawing)
        JobFile(ticket=_next_ticket()).write(folder)
    advance()


def jobs() -> list[Job]:
    """Return the jobs of all runs, the newest run first; a finished one stays a job."""
    runs = all_runs()
    files = [JobFile.read(run.folder) for run in runs]
    tickets = sorted(file.ticket for file in files if file.ticket is not None)
    return [_job(run, file, tickets) for run, file in zip(runs, files, strict=True)]


def job(name: str) -> Job:
    """Return the job of one run.

    Raises:
        RunError: There is no such run.
    """
    for each in jobs():
        if each.name == name:
            return each
    raise RunError(f"There is no run “{name}” in {runs_folder()}.")


def advance() -> None:
    """Start the first job that waits, unless one is running or paused."""
    folder = runs_folder()
    if not folder.is_dir():
        return
    with queue(folder):
        files = {run.name: JobFile.read(run.folder) for run in all_runs()}
        for name, file in files.items():
            if file.is_dead():
                end_orphans(file.pid)
                file.diagnose_exit(folder / name).write(folder / name)
        if any(file.process() for file in files.values()):
            return
        waiting = {file.ticket: name for name, file in files.items() if file.ticket is not None}
        if waiting:
            _start(folder / waiting[min(waiting)])


def pause(name: str) -> None:
    """Halt a running job at once; it keeps its memory.

    Raises:
        RunError: There is no such run, or it is not running.
    """
    process = JobFile.read(find_run(name).folder).process()
    if process is None:
        raise RunError(f"The run “{name}” is not being trained, so it cannot be paused.")
    for member in process_tree(process):
        with suppress(psutil.NoSuchProcess):
            member.suspend()


def resume(name: str) -> None:
    """Let a paused job go on at once, or queue an interrupted or failed one again.

    It ends with the same weights as if nothing had happened.

    Raises:
        RunError: There is no such run, or it has finished.
    """
    folder = find_run(name).folder
    with queue(folder.parent):
        file = JobFile.read(folder)
        process = file.process()
        if process is not None:
            _continue(process)
        elif Run.open(folder).is_finished():
            raise RunError(f"The run “{name}” has finished.")
        elif file.ticket is None:
            JobFile(ticket=_next_ticket()).write(folder)
    advance()


def stop(name: str) -> None:
    """Let a job save a checkpoint and end, or leave the queue; returns when it has, within seconds.

    Raises:
        RunError: There is no such run.
    """
    folder = find_run(name).folder
    file = JobFile.read(folder)
    process = file.process()
    if process is not None:
        _end(process)
    with queue(folder.parent):
        now = JobFile.read(folder)
        # It may have finished by itself, or been started from the queue in the meantime.
        if now.pid == file.pid and not now.ended and (process or now.ticket is not None):
            stopped = dataclasses.replace(
                now, ticket=None, ended=True, failed=False, reason=STOPPED, status=-signal.SIGTERM
            )
            stopped.write(folder)
    advance()


@contextmanager
def queue(folder: Path) -> Iterator[None]:
    """Keep all other processes and threads from changing the queue among some runs meanwhile.

    Raises:
        RunError: Somebody else keeps it for too long.
    """
    try:
        with FileLock(folder / ".queue.lock", timeout=PATIENCE):
            yield
    except Timeout as error:
        raise RunError(f"Another process holds the queue in {folder}: end it.") from error


@contextmanager
def as_job(run: Run) -> Iterator[None]:
    """Tell in a run's folder that this process trains it, and at the end how it ended.

    Raises:
        RunError: Another process trains it.
    """
    with run.locked():
        _tell(run.folder, JobFile.of_process(psutil.Process(), run.folder))
        failed, reason = True, ""
        try:
            yield
            failed, reason = False, "" if run.is_finished() else STOPPED
        except KeyboardInterrupt:
            failed, reason = False, STOPPED
            raise
        except Exception as error:
            reason = _reason(error)
            raise
        finally:
            file = JobFile.read(run.folder)
            # A full disk has no room for this either; whoever looks will see that it is full.
            with suppress(OSError):
                _tell(
                    run.folder,
                    dataclasses.replace(
                        file, ended=True, failed=failed, reason=reason, status=int(failed)
                    ),
                )


def _job(run: Run, file: JobFile, tickets: list[int]) -> Job:
    process = file.process()
    if process is not None:
        return Job(run.name, State.PAUSED if is_paused(process) else State.RUNNING)
    if file.ticket is not None:
        return Job(run.name, State.WAITING, place=tickets.index(file.ticket) + 1)
    if run.is_finished():
        return Job(run.name, State.FINISHED)
    if file.is_dead():
        file = file.diagnose_exit(run.folder)
    return Job(run.name, State.FAILED if file.failed else State.INTERRUPTED, file.reason)


def _next_ticket() -> int:
    tickets = [JobFile.read(run.folder).ticket for run in all_runs()]
    return max((ticket for ticket in tickets if ticket is not None), default=0) + 1


def _start(folder: Path) -> None:
    """Start a run's process; to be called by who holds the queue."""
    # This package, even where the server's own folder holds another one of its name.
    library = str(Path(__file__).parents[2])
    inherited = {name: value for name, value in os.environ.items() if name != "TF_CONFIG"}
    environment = {
        **inherited,
        JOB_ENV: folder.name,
        FOLDER_VARIABLE: str(folder.parent.absolute()),
        # An empty entry would be the server's folder.
        "PYTHONPATH": os.pathsep.join(filter(None, [library, os.environ.get("PYTHONPATH")])),
        # What it says is in the log at once, also if it is killed.
        "PYTHONUNBUFFERED": "1",
    }
    with (folder / "log.txt").open("ab") as log:
        starter = subprocess.Popen(
            [sys.executable, "-P", "-m", "cnn", "train", f"--resume={folder.name}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process = psutil.Process(starter.pid)
    JobFile.of_process(process, folder).write(folder)
    process.nice(NICENESS)
    threading.Thread(target=_reap, args=(starter, folder), daemon=True).start()


def _reap(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Wait until a job ends, so that no zombie is left of it, and keep what it died of."""
    status = process.wait()
    # The folder may be deleted or renamed, once the job has ended.
    with suppress(OSError), queue(folder.parent):
        file = JobFile.read(folder)
        if file.pid == process.pid and file.status is None:
            dataclasses.replace(file, status=status).diagnose_exit(folder).write(folder)


def _end(process: psutil.Process) -> None:
    """End a job's process: politely, then not."""
    members = process_tree(process)
    with suppress(psutil.NoSuchProcess):
        process.terminate()
    _continue(process)
    last = time.monotonic() + GRACE
    while is_alive(process) and time.monotonic() < last:
        time.sleep(0.05)
    for member in members:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    while is_alive(process):
        time.sleep(0.05)
    end_orphans(process.pid)


def _continue(process: psutil.Process) -> None:
    for member in process_tree(process):
        with suppress(psutil.NoSuchProcess):
            member.resume()


def _tell(folder: Path, file: JobFile) -> None:
    # Whoever started this process must have told of it first.
    with queue(folder.parent) if JOB_ENV in os.environ else nullcontext():
        file.write(folder)


def _reason(error: Exception) -> str:
    """Say in a sentence or two why a training failed."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return NO_ROOM
    if isinstance(error, MemoryError) or "OOM when allocating" in str(error):
        return NO_MEMORY
    lines = str(error).splitlines() or [""]
    said_plainly = isinstance(error, RunError) or lines[0].endswith(".")
    return lines[0] if said_plainly else f"{type(error).__name__}: {lines[0]:.200}"
