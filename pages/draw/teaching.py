"""Teaching a copy of the network in use the drawings that are kept: begun, watched, put to use."""

import html
import time
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from cnn.data.datasets import DATA_SETS
from cnn.data.digits import DataError
from cnn.model import ModelError
from cnn.runs import active_model, jobs
from cnn.runs.finetune import Change, Changes, fine_tuning, is_fine_tuning, what_changed
from cnn.runs.jobs import Job, State
from cnn.runs.manage import free_name
from cnn.runs.metrics import Metrics
from cnn.runs.run import SHIPPED, Run, RunError, all_runs, find_run
from pages.shared import messages, permissions, session_model
from pages.shared.permissions import Who
from pages.shared.text import duration

STYLE = Path(__file__).with_name("teach.css")
TROUBLE = "teaching-trouble"
WHERE = "on the computer that runs Digitscope"
# Seconds between two looks at a training.
TICK = 1.0
# What a training takes in all, in seconds, where none was seen yet.
USUAL = 20.0
# Of these, what comes after the last step.
MEASURING = 2.0
# Fewer drawings than these say little of all that a hand draws.
FEW = 10
PAUSED = "Paused: it goes on when you say so."
STOPPED = "Stopped: nothing has changed, and it can go on from there."
TABLE = """<table class="changed"><tr><td></td><th scope="col">Before</th>
<th scope="col">After</th></tr>{rows}</table>"""
ROW = """<tr><th scope="row">{what}</th><td>{before}</td><td>{after}</td></tr>"""


def for_whom() -> str:
    """Say where drawings are kept, and for whom, to somebody who may sit at another computer."""
    whose = "its owner" if permissions.who() is Who.OWNER else "all who use it"
    return f"{WHERE}, for {whose}"


def last() -> Run | None:
    """Return the newest training on drawings that were kept here, if there is one."""
    return next((run for run in all_runs() if is_fine_tuning(run)), None)


def start() -> str:
    """Begin to teach a copy of the network in use; returns the name of the run.

    Raises:
        DataError: There are too few drawings.
        RunError: The network in use cannot be taught.
        OSError: The disk is full or the folder cannot be written to.
    """
    name = free_name("hand")
    jobs.submit(name, fine_tuning(session_model.choice()))
    return name


def is_active(run: Run) -> bool:
    """Whether a run is being trained, or will be."""
    return _job(run).state.is_active


def show(run: Run) -> None:
    """Show how far a training is, again every second while it is at work, or what came of it."""
    st.html(STYLE)
    active = is_active(run)
    st.fragment(_show, run_every=TICK if active else None)(run, active)


def _show(run: Run, was_active: bool) -> None:
    job = _job(run)
    if job.state.is_active != was_active:
        st.rerun()
    with st.container(key="teaching"):
        if job.state is State.FINISHED:
            _outcome(run)
        else:
            _progress(run, job)
        messages.show(TROUBLE)


def _job(run: Run) -> Job:
    try:
        return jobs.job(run.name)
    except RunError:
        # Deleted at this moment.
        return Job(run.name, State.INTERRUPTED, "It was deleted.")


def _progress(run: Run, job: Job) -> None:
    """Show how far a training is, and what can be done about it."""
    if job.state is State.RUNNING:
        st.progress(*how_far(run.metrics(), time.time() - run.created, _usual()))
        _button("Stop", "stop", jobs.ask_to_stop, run.name)
    elif job.state is State.WAITING:
        st.progress(0.0, f"Waits for another training, place {job.place} in the queue")
        _button("Stop", "stop", jobs.ask_to_stop, run.name)
    elif job.state is State.STOPPING:
        _note("Stopping …")
    else:
        paused, failed = job.state is State.PAUSED, job.state is State.FAILED
        _note(PAUSED if paused else job.reason if failed else STOPPED)
        _button("Go on", "play_arrow", jobs.resume, run.name)


def how_far(measured: Metrics, elapsed: float, usual: float) -> tuple[float, str]:
    """Say how far a training is, and how long it still takes.

    Args:
        measured: What it has written down by now.
        elapsed: Seconds since it was asked for.
        usual: Seconds that the last one took in all.

    Returns:
        What is done of it, 0..1, and a sentence.
    """
    left, text = usual - elapsed, "Getting ready"
    if measured.epochs:
        left, text = MEASURING, "Measuring what it has learned"
    elif measured.steps and measured.started:
        last, steps = measured.steps[-1], measured.started.steps
        text = f"Step {last.step:,} of {steps:,}"
        left = left if last.seconds_left is None else last.seconds_left + MEASURING
    if left < 1:
        return 0.9, f"{text} · longer than usual"
    return elapsed / (elapsed + left), f"{text} · about {duration(left)} left"


def _usual() -> float:
    """Return how long the last training of this kind took, from the click to its network."""
    for run in all_runs():
        if is_fine_tuning(run) and run.is_finished() and run.model_file.is_file():
            return max(run.model_file.stat().st_mtime - run.created, 1.0)
    return USUAL


def _outcome(run: Run) -> None:
    """Say what a training has changed, and offer to use its network."""
    try:
        changes = _changed(run.name, run.created)
    except (DataError, ModelError, RunError) as error:
        messages.problem(error)
        return
    st.html(_table(run, changes))
    with st.container(key="teaching-choice", horizontal=True, vertical_alignment="center"):
        if session_model.choice() != run.name:
            _button("Use this model", "check", session_model.use, run.name)
            _note("Nothing changes until you do.")
        else:
            before = run.task.start or SHIPPED
            known = before if before in active_model.trained() else SHIPPED
            _button("Go back", "undo", session_model.use, known)
            _note(f"In use now, instead of {_mention(known)}: draw, and see.")


def _mention(name: str) -> str:
    return "the shipped model" if name == SHIPPED else f"“{name}”"


def _table(run: Run, changes: Changes) -> str:
    count = changes.learned.n
    drawings = "drawing" if count == 1 else "drawings"
    title = DATA_SETS[run.task.dataset].title
    rows = [
        _row(f"Certainty in the true digit, your {count} held-out {drawings}", changes.certainty),
        _row("Read right of these", changes.learned, as_count=True),
        _row(f"Read right of {changes.kept.n:,} test digits, {title}", changes.kept, 2),
    ]
    few = f" {count} {drawings} say little: more are a better measure." if count < FEW else ""
    note = f'<p class="note">None of these was trained on.{few}</p>'
    return TABLE.format(rows="".join(rows)) + note


def _row(what: str, change: Change, decimals: int = 0, as_count: bool = False) -> str:
    shares = change.before, change.after
    if as_count:
        before, after = (f"{share * change.n:.0f} of {change.n}" for share in shares)
    else:
        before, after = (f"{share:.{decimals}%}".replace("%", " %") for share in shares)
    return ROW.format(what=html.escape(what), before=before, after=after)


def _button(label: str, icon: str, action: Callable[[str], object], name: str) -> None:
    """Offer to do something with a run, or with the network in use."""
    key = f"teaching-{label.partition(' ')[0].lower()}"
    is_main = key == "teaching-use"
    st.button(label, icon=f":material/{icon}:", key=key, type="primary" if is_main else "secondary",
              on_click=messages.attempt, args=[TROUBLE, action, name])  # fmt: skip


def _note(text: str) -> None:
    st.html(f'<p class="note" role="status">{html.escape(text)}</p>')


# Another run may have the name later: when a run was created tells them apart.
@st.cache_data(max_entries=32, show_spinner="Reading your drawings with both networks …")
def _changed(name: str, created: float) -> Changes:
    return what_changed(find_run(name))
