"""Keeping runs in order: rename, delete, and write a note on one; which ones are damaged."""

import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from cnn.files import NO_SPACE, FileCache, FileError, read_bytes, write_atomically
from cnn.runs import active_model, elsewhere, jobs
from cnn.runs.jobs import Job, State
from cnn.runs.queue import queue
from cnn.runs.run import (
    Run,
    RunError,
    check_name,
    find_folder,
    find_run,
    folder_names,
    runs_folder,
)

# Characters of a note.
LONGEST_NOTE = 200
# Among the runs: what is being deleted.
TRASH = ".deleted"
# What shows that a folder is a run's.
TRACES = ("run.json", "metrics.jsonl", "checkpoint.npz")
WORDS = {
    State.WAITING: "waits to be trained",
    State.RUNNING: "is being trained",
    State.PAUSED: "is paused in its training",
    State.STOPPING: "is being stopped",
}


def free_name(stem: str) -> str:
    """Return a name and the first number that no run with this name has."""
    taken = set(folder_names())
    number = 1
    while f"{stem} {number}" in taken:
        number += 1
    return f"{stem} {number}"


def note(run: Run) -> str:
    """Return what somebody has noted on a run; "" if nothing."""
    try:
        return _notes.read(_note_file(run.folder))
    except FileError:
        return ""


def write_note(name: str, text: str) -> None:
    """Note something on a run, in one line; "" takes the note away.

    Raises:
        RunError: There is no such run.
    """
    file = _note_file(find_run(name).folder)
    if line := _one_line(text):
        write_atomically(file, line.encode("utf-8", errors="replace"))
    else:
        file.unlink(missing_ok=True)


def edit(name: str, new: str, text: str) -> None:
    """Give a run another name, if it is another, and note something on it: both or neither.

    Raises:
        RunError: As `rename` and `write_note`; nothing has changed.
    """
    before = note(find_run(name))
    write_note(name, text)
    if new == name:
        return
    try:
        rename(name, new)
    except BaseException:
        write_note(name, before)
        raise


@dataclass(frozen=True)
class DamagedRun:
    """A run's folder that cannot be opened: its name, and why, in a sentence."""

    name: str
    problem: str


def damaged_runs() -> list[DamagedRun]:
    """Return the runs that cannot be opened, by name."""
    damaged = []
    for name in folder_names():
        folder = runs_folder() / name
        try:
            Run.open(folder)
        except RunError as error:
            if any(os.path.lexists(folder / trace) for trace in TRACES):
                damaged.append(DamagedRun(name, str(error)))
    return damaged


def why_not_rename(job: Job) -> str:
    """Say in a sentence why a run cannot be renamed now; "" if it can."""
    if not job.state.is_active:
        return ""
    if job.machine:
        return elsewhere.THERE.format(job.name, job.machine)
    todo = "wait for its end" if job.state is State.STOPPING else "stop it first"
    return f"“{job.name}” {WORDS[job.state]}: {todo}."


def why_not_delete(job: Job) -> str:
    """Say in a sentence why a run cannot be deleted now; "" if it can."""
    if job.name == active_model.default():
        return f"“{job.name}” is the model in use: go back to the shipped one first."
    return why_not_rename(job)


def rename(name: str, new: str) -> None:
    """Give a run another name; if its network is in use, it stays so.

    Raises:
        RunError: The new name cannot be used or is taken, or there is no such run, or it is at
            work.
    """
    check_name(new)
    with queue(runs_folder()):
        run = find_run(name)
        with run.locked():
            if reason := why_not_rename(jobs.job(name)):
                raise RunError(reason)
            target = run.folder.with_name(new)
            if os.path.lexists(target):
                raise RunError(f"The name “{new}” is taken: choose another.")
            # First what may find no room.
            active_model.rename_default(name, new)
            try:
                os.rename(run.folder, target)
            except OSError:
                active_model.rename_default(new, name)
                raise


def delete(name: str) -> None:
    """Remove a run with all that it holds, one that cannot be opened, too.

    Killed on the way, no half of it is seen.

    Raises:
        RunError: There is no such run, or it is at work or in use.
    """
    trash = runs_folder() / TRASH
    with queue(runs_folder()):
        if name in {damaged.name for damaged in damaged_runs()}:
            _check_unused(name)
            _throw_away(name, trash)
        else:
            with find_run(name).locked():
                if reason := why_not_delete(jobs.job(name)):
                    raise RunError(reason)
                _throw_away(name, trash)
    # What an earlier one was killed over goes too.
    shutil.rmtree(trash, ignore_errors=True)


def _check_unused(name: str) -> None:
    """Check that a run that cannot be opened is neither at work nor in use."""
    if name == active_model.default():
        raise RunError(f"“{name}” is the model in use: go back to the shipped one first.")
    if elsewhere.file_to_act_on(find_folder(name)).process():
        raise RunError(f"“{name}” {WORDS[State.RUNNING]}: stop it first.")


def _throw_away(name: str, trash: Path) -> None:
    folder = runs_folder() / name
    try:
        trash.mkdir(exist_ok=True)
        os.rename(folder, trash / uuid.uuid4().hex)
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        # To delete is how room is made. Without its description it is no run.
        (folder / "run.json").unlink(missing_ok=True)
        shutil.rmtree(folder)


def _note_file(folder: Path) -> Path:
    return folder / "note.txt"


def _read_note(file: Path) -> str:
    return _one_line(read_bytes(file, 10 * LONGEST_NOTE).decode(errors="replace"))


def _one_line(text: str) -> str:
    words = "".join(c if c.isprintable() else " " for c in text).split()
    return " ".join(words)[:LONGEST_NOTE].rstrip()


_notes = FileCache(_read_note)
