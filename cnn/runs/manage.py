"""Keeping runs in order: rename, delete, and write a note on one."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnn.files import NO_SPACE, write_atomically
from cnn.runs import active_model, jobs
from cnn.runs.jobs import Job, State
from cnn.runs.run import Run, RunError, check_name, find_run, runs_folder

# Characters of a note.
LONGEST_NOTE = 200
# Among the runs: what is being deleted.
TRASH = ".deleted"
WORDS = {
    State.WAITING: "waits to be trained",
    State.RUNNING: "is being trained",
    State.PAUSED: "is paused in its training",
}


def note(run: Run) -> str:
    """Return what somebody has noted on a run; "" if nothing."""
    try:
        return _one_line(_note_file(run).read_text("utf-8", errors="replace"))
    except OSError:
        return ""


def write_note(name: str, text: str) -> None:
    """Note something on a run, in one line; "" takes the note away.

    Raises:
        RunError: There is no such run.
    """
    file = _note_file(find_run(name))
    if line := _one_line(text):
        write_atomically(file, line.encode("utf-8", errors="replace"))
    else:
        file.unlink(missing_ok=True)


def why_not_rename(job: Job) -> str:
    """Say in a sentence why a run cannot be renamed now; "" if it can."""
    return f"“{job.name}” {WORDS[job.state]}: stop it first." if job.state.is_active else ""


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
    with _to_itself(name) as run:
        if reason := why_not_rename(jobs.job(name)):
            raise RunError(reason)
        target = run.folder.with_name(new)
        if target.exists():
            raise RunError(f"The name “{new}” is taken: choose another.")
        # First what may find no room.
        active_model.rename_default(name, new)
        try:
            os.rename(run.folder, target)
        except OSError:
            active_model.rename_default(new, name)
            raise


def delete(name: str) -> None:
    """Remove a run with all that it holds; killed on the way, no half of it is seen.

    Raises:
        RunError: There is no such run, or it is at work or in use.
    """
    trash = runs_folder() / TRASH
    with _to_itself(name) as run:
        if reason := why_not_delete(jobs.job(name)):
            raise RunError(reason)
        try:
            trash.mkdir(exist_ok=True)
            os.rename(run.folder, trash / uuid.uuid4().hex)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            # To delete is how room is made. Without its description it is no run.
            (run.folder / "run.json").unlink()
            shutil.rmtree(run.folder)
    # What an earlier one was killed over goes too.
    shutil.rmtree(trash, ignore_errors=True)


@contextmanager
def _to_itself(name: str) -> Iterator[Run]:
    """Keep everybody else from training, renaming and deleting a run meanwhile."""
    with jobs.queue(runs_folder()):
        run = find_run(name)
        with run.locked():
            yield run


def _note_file(run: Run) -> Path:
    return run.folder / "note.txt"


def _one_line(text: str) -> str:
    words = "".join(c if c.isprintable() else " " for c in text).split()
    return " ".join(words)[:LONGEST_NOTE].rstrip()
