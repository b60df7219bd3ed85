"""Trainings as processes of their own, one at a time in a folder of runs, the others in a queue.

The run's folder is the only link to a job: whoever opens it, in this process or another, today or
after the machine was restarted, finds the job and what became of it. A job outlives whoever
started it. A paused job keeps its memory and its place: the queue waits for it.

A command that trains is a job, too, but asks nobody: it begins at once, and those in the queue wait
for it. Several servers may share a folder of runs, on other machines, too: `cnn.runs.elsewhere`.

Linux is what this is made for and tried on. macOS has all that it needs; Windows lacks the signal
by which a job that is stopped saves a checkpoint, so that it goes on from its last one.
"""

import dataclasses
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psutil

from cnn.files import removed_on_failure, why_not_written
from cnn.ink.strokes import Picture
from cnn.runs import elsewhere
from cnn.runs.history import keep_drawing
from cnn.runs.launch import launch, let_begin, wait_for_starter
from cnn.runs.outcome import ERRORS, STOPPED, why_it_died, why_it_failed, why_not_started
from cnn.runs.process import (
    JOB_ENV,
    JobFile,
    end_orphans,
    halt,
    is_paused,
    let_go_on,
    permitted,
    see_end,
)
from cnn.runs.queue import queue, queue_of
from cnn.runs.run import (
    AT_WORK,
    Run,
    RunError,
    Task,
    all_runs,
    check_name,
    find_run,
    runs_folder,
)

# Of the processes that this one has started, by their identity: who waits for their end.
_reapers: dict[str, threading.Thread] = {}


class State(StrEnum):
    """What becomes of a job."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    FINISHED = "finished"

    @property
    def is_active(self) -> bool:
        """Whether it is at work, or paused in it, or will be without anybody's doing."""
        return self in (State.WAITING, State.RUNNING, State.PAUSED, State.STOPPING)


@dataclass(frozen=True)
class Job:
    """A run's training, as it is now.

    Attributes:
        name: The run's.
        state: INTERRUPTED and FAILED ones can go on from where they were.
        reason: Why it was interrupted, failed or cannot be started now, in a sentence or two; "" if
            there is nothing to say.
        place: In the queue, from 1; 0 if it does not wait.
        machine: Where it is trained, if that is elsewhere: it can only be stopped there.
    """

    name: str
    state: State
    reason: str = ""
    place: int = 0
    machine: str = ""

    @property
    def was_stopped(self) -> bool:
        """Whether somebody has stopped it, so that nothing went wrong."""
        return self.state is State.INTERRUPTED and self.reason == STOPPED


def submit(name: str, task: Task, drawing: Picture | None = None) -> None:
    """Make a run and train it as soon as nothing else is trained in this folder of runs.

    Args:
        name: The run's.
        task: What to train on what.
        drawing: To be read after each epoch, float32 [28, 28] in 0..1; see `cnn.runs.history`.

    Raises:
        RunError: The name cannot be used, or is taken.
        OSError: The disk is full or the folder cannot be written to; no run is left.
    """
    check_name(name)
    folder = runs_folder() / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with queue(folder.parent), removed_on_failure(folder):
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
    """Start the first job that waits, unless one is running or paused.

    Where nothing can be written nothing is started, and `jobs` says so of those that wait.
    """
    _advance(runs_folder())


def pause(name: str) -> None:
    """Halt a running job at once; it keeps its memory.

    Raises:
        RunError: There is no such run, or it is not running, or another user's or machine's.
    """
    process = elsewhere.file_to_act_on(find_run(name).folder).process()
    if process is None:
        raise RunError(f"The run “{name}” is not being trained, so it cannot be paused.")
    with permitted(name):
        halt(process)


def resume(name: str) -> None:
    """Let a paused job go on at once, or queue an interrupted or failed one again.

    It ends with the same weights as if nothing had happened.

    Raises:
        RunError: There is no such run, or it has finished, or is another user's or machine's.
        OSError: The disk is full or the folder cannot be written to; nothing has changed.
    """
    folder = find_run(name).folder
    with queue(folder.parent):
        file = elsewhere.file_to_act_on(folder)
        process = file.process()
        if process is not None:
            with permitted(name):
                let_go_on(process)
        elif (run := Run.open(folder)).is_finished():
            raise RunError(f"The run “{name}” has finished.")
        elif file.ticket is None:
            elsewhere.check_let_go(file, run)
            JobFile(ticket=_next_ticket()).write(folder)
    advance()


def ask_to_stop(name: str) -> threading.Thread | None:
    """Have a job save a checkpoint and end, or leave the queue; returns at once.

    Returns:
        Who waits for its end, within seconds, and ends it otherwise; None if it has no process.

    Raises:
        RunError: There is no such run, or it is another user's or machine's.
        OSError: The folder cannot be written to; nothing has changed.
    """
    folder = find_run(name).folder
    with queue(folder.parent):
        file = elsewhere.file_to_act_on(folder)
        process = file.process()
        if process is not None:
            _ask_to_end(process, file, folder)
        elif file.ticket is not None:
            JobFile().with_end(failed=False, reason=STOPPED).write(folder)
    if process is None:
        advance()
        return None
    watching = threading.Thread(target=_watch_end, args=(process, file, folder), daemon=True)
    watching.start()
    return watching


def stop(name: str) -> None:
    """Do so, and return when it has ended; raises as `ask_to_stop`."""
    if watching := ask_to_stop(name):
        watching.join()


@contextmanager
def as_job(run: Run) -> Iterator[None]:
    """Tell in a run's folder that this process trains it, and at the end how it ended.

    Raises:
        RunError: Another process trains it.
        OSError: The disk is full or the folder cannot be written to.
    """
    started_here = JOB_ENV not in os.environ
    if not started_here:
        wait_for_starter()
    with ExitStack() as held:
        with queue_of(run.folder):
            if started_here and elsewhere.file_to_act_on(run.folder).process() is not None:
                raise RunError(AT_WORK.format(run.folder))
            held.enter_context(run.locked())
            if started_here:
                # What a process before this one said is no word of this one's.
                (run.folder / ERRORS).unlink(missing_ok=True)
                JobFile.of_process(psutil.Process()).write(run.folder)
            identity = JobFile.read(run.folder).identity
        failed, reason = True, ""
        try:
            yield
            failed, reason = False, "" if run.is_finished() else STOPPED
        except KeyboardInterrupt:
            failed, reason = False, STOPPED
            raise
        except Exception as error:
            reason = why_it_failed(error)
            raise
        finally:
            # Where this cannot be written, whoever looks finds out what can be known.
            with suppress(OSError, RunError), queue_of(run.folder):
                now = JobFile.read(run.folder)
                # Taken for ended elsewhere, it may have been given to another process.
                if now.identity == identity:
                    now.with_end(failed, reason).write(run.folder)
                held.close()


def _job(run: Run, file: JobFile, tickets: list[int]) -> Job:
    if elsewhere.is_at_work(file, run.folder):
        state = State.STOPPING if file.stopping else State.RUNNING
        return Job(run.name, state, machine=file.machine)
    process = file.process()
    if process is not None or _is_told_soon(file):
        if file.stopping:
            return Job(run.name, State.STOPPING)
        halted = process is not None and is_paused(process)
        return Job(run.name, State.PAUSED if halted else State.RUNNING)
    if file.ticket is not None:
        place = tickets.index(file.ticket) + 1
        return Job(run.name, State.WAITING, why_not_started(run.folder), place)
    return _ended_job(run, file)


def _ended_job(run: Run, file: JobFile) -> Job:
    if run.is_finished():
        return Job(run.name, State.FINISHED)
    if file.is_dead():
        # It may have told of its end since this was read.
        file = JobFile.read(run.folder)
    failed, reason = file.failed, file.reason
    if file.is_dead():
        failed, reason = why_it_died(file, run.folder, status=None)
    elif file.is_elsewhere():
        reason = elsewhere.why_silent(file)
    return Job(run.name, State.FAILED if failed else State.INTERRUPTED, reason)


def _next_ticket() -> int:
    tickets = [JobFile.read(run.folder).ticket for run in all_runs()]
    return max((ticket for ticket in tickets if ticket is not None), default=0) + 1


def _advance(folder: Path) -> None:
    if not folder.is_dir():
        return
    with suppress(OSError, RunError), queue(folder):
        # Also of a run that cannot be read, the process may be at work.
        files = {path.parent: JobFile.read(path.parent) for path in folder.glob("[!.]*/job.json")}
        if [run for run, file in files.items() if _is_busy(run, file)]:
            return
        waiting = [(file.ticket, run) for run, file in files.items() if file.ticket is not None]
        if waiting and not why_not_started(first := min(waiting)[1]):
            _start(first)


def _is_busy(folder: Path, file: JobFile) -> bool:
    """Whether a run's process is at work; of one that is dead, tell how it ended."""
    is_here = file.process() is not None or _is_told_soon(file)
    if is_here or elsewhere.is_at_work(file, folder):
        return True
    if file.is_dead():
        _tell_end(file, folder, status=None)
    return False


def _is_told_soon(file: JobFile) -> bool:
    """Whether a thread of this process waits for a job's end: it knows more than anybody else."""
    return not file.ended and file.identity in _reapers


def _tell_end(file: JobFile, folder: Path, status: int | None) -> None:
    end_orphans(file.pid)
    file.with_end(*why_it_died(file, folder, status)).write(folder)


def _start(folder: Path) -> None:
    """Start a run's process; to be called by who holds the queue."""
    try:
        starter = launch(folder)
    except OSError as error:
        JobFile().with_end(failed=True, reason=why_not_written(error)).write(folder)
        return
    try:
        file = JobFile.of_process(psutil.Process(starter.pid))
        file.write(folder)
    except BaseException:
        with starter:
            starter.kill()
        raise
    _reapers[file.identity] = threading.Thread(
        target=_reap, args=(starter, file, folder), daemon=True
    )
    _reapers[file.identity].start()
    let_begin(starter)


def _reap(process: "subprocess.Popen[bytes]", file: JobFile, folder: Path) -> None:
    """Wait until a job ends, so that no zombie is left of it, and tell what it died of."""
    status = process.wait()
    try:
        # The folder may be deleted or renamed, once the job has ended.
        with suppress(OSError, RunError), queue(folder.parent):
            now = JobFile.read(folder)
            if now.identity == file.identity and not now.ended:
                _tell_end(now, folder, status)
    finally:
        del _reapers[file.identity]
    _advance(folder.parent)


def _watch_end(process: psutil.Process, file: JobFile, folder: Path) -> None:
    """Wait until a process ends that was asked to, and until that is told of."""
    see_end(process)
    if reaper := _reapers.get(file.identity):
        reaper.join()
    _advance(folder.parent)


def _ask_to_end(process: psutil.Process, file: JobFile, folder: Path) -> None:
    """Write down that a process is asked to end, and ask; to be called by who holds the queue."""
    # That this cannot be written is no reason to go on.
    with suppress(OSError):
        dataclasses.replace(file, stopping=True).write(folder)
    try:
        with permitted(folder.name), suppress(psutil.NoSuchProcess):
            process.terminate()
    except RunError:
        file.write(folder)
        raise
