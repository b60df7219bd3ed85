"""One run as it is trained: how far it is, its curves, its filters, and how it reads a drawing."""

import html
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from cnn.decision import percent
from cnn.plots.charts import COST, accuracy_chart, certainty_chart, loss_chart
from cnn.runs import elsewhere, history, jobs
from cnn.runs.history import DRAWING
from cnn.runs.jobs import Job, State
from cnn.runs.metrics import Metrics, StepRecord, advice, seconds_of, tutorial_line
from cnn.runs.run import Run, RunError
from cnn.training.trainer import PhaseName
from pages.shared import charts, images, messages, permissions
from pages.shared.permissions import Who
from pages.shared.text import duration
from pages.train import run_data, ten_digits

CERTAINTY = '<h4 class="part">How a drawing is read</h4>'
OF_BEFORE = "Made before readings were kept: train it again to see how a drawing was read."
NOT_YET = "It is read before the first step, and after each epoch."
DRAWN = "The drawing that was there when this training was started."
NOT_DRAWN = "A test digit. Draw one before you start a training, and it stands here."

UNREADABLE = "Some of its measurements cannot be read."

# Seconds between two looks at a job that is at work, and at one that somebody waits for: that it
# begins, or ends.
TICK, WAITED_FOR = 1.0, 0.5
# Seconds after which a training that has no point yet is waited for by nobody, as `best` may be,
# which draws digits for minutes.
PROMPT = 30.0
# Seconds after which it is told that another machine's training is silent: it may be paused.
SILENT = 60.0
# What a training is at before its curve begins, and while its untrained network is measured.
PHASES: dict[PhaseName, str] = {
    "digits": "the digits are being prepared",
    "tensorflow": "TensorFlow is being loaded",
    "steps": "the first steps are being taken",
    "test": "test digits are being read, as before the first step",
}
WORDS = {
    State.WAITING: "Waits",
    State.RUNNING: "Training",
    State.PAUSED: "Paused",
    State.STOPPING: "Stopping",
    State.INTERRUPTED: "Interrupted",
    State.FAILED: "Failed",
    State.FINISHED: "Finished",
}
PICTURE = {"displaylogo": False, "responsive": True, "displayModeBar": True}


def show(run: Run, job: Job) -> None:
    """Show a run, again every second while its job is at work.

    Args:
        run: The run.
        job: As the page sees it now; once it has another state, the whole page is drawn anew.
    """
    every = None
    if job.state.is_active:
        every = WAITED_FOR if _is_waited_for(run, job) else TICK
    st.fragment(_show, run_every=every)(run, job.state, every)


def _is_waited_for(run: Run, job: Job) -> bool:
    """Whether somebody may be waiting for a run's first point, or for its end."""
    is_new = time.time() - run.created < PROMPT
    starts = job.state == State.RUNNING and is_new and not run.metrics().steps
    return starts or job.state == State.STOPPING


def _show(run: Run, state: State, every: float | None) -> None:
    if state.is_active:
        advance()
    try:
        job = jobs.job(run.name)
    except RunError:
        # Renamed or deleted, perhaps by another browser.
        st.rerun()
    if job.state != state:
        st.rerun()
    measured = run.metrics()
    _progress(run, job, measured)
    ten_digits.show(run)
    shown = [run_data.curves(run, measured)]
    left, right = st.columns(2, gap="medium")
    with left:
        charts.chart("run-cost", loss_chart(shown), picture_tools(f"{run.name} cost"))
    with right:
        figure = accuracy_chart(shown, run_data.reference([run]))
        charts.chart("run-accuracy", figure, picture_tools(f"{run.name} accuracy"))
    st.html(f'<p class="note">{COST}</p>')
    left, middle = st.columns([330, 418], gap="medium")
    with left:
        st.html('<h4 class="part">The tutorial\'s lines</h4>' + _lines(measured))
    with middle:
        epochs = [0, *(record.epoch for record in measured.epochs)]
        st.html('<h4 class="part">Filters of layer 1</h4>' + filters(run, epochs))
    show_certainty(run, "run")
    # Not before what was waited for is shown.
    if every == WAITED_FOR and not _is_waited_for(run, job):
        st.rerun()


def advance() -> None:
    """Let the next job begin, if it can, where trainings are allowed."""
    if permissions.who() is Who.NOBODY:
        return
    try:
        jobs.advance()
    except (OSError, RunError) as error:
        if permissions.may_train():
            messages.problem(error)


def picture_tools(name: str) -> dict[str, object]:
    """Configure a chart so that the camera above it saves it as a picture of this name."""
    kind = st.session_state.get("picture-format", "PNG").lower()
    return {
        **PICTURE,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": kind, "filename": name, "scale": 2},
    }


def _progress(run: Run, job: Job, measured: Metrics) -> None:
    """Say how far the training is, at what speed, and how long it still takes."""
    done = 0.0
    if measured.finished:
        done = 1.0
    elif measured.steps and measured.started:
        done = measured.steps[-1].step / measured.started.steps
    st.progress(min(done, 1.0), _how_far(run, job, measured))
    # To stop it was somebody's will.
    if job.reason and not job.was_stopped:
        messages.problem(job.reason)
    elif todo := advice(measured, run.task.recipe.learning_rate):
        messages.tell(todo)
    if measured.problem:
        messages.problem(measured.problem if permissions.may_train() else UNREADABLE)


def _how_far(run: Run, job: Job, measured: Metrics) -> str:
    if measured.finished:
        return f"{WORDS[job.state]} after {duration(seconds_of(measured))}"
    if job.was_stopped:
        done = len(measured.epochs)
        return f"Stopped after epoch {done}" if done else "Stopped before the end of an epoch"
    text = WORDS[job.state]
    if job.place:
        text += f" in the queue, place {job.place}"
    if job.state == State.STOPPING:
        return f"{text} …"
    if job.state == State.RUNNING and measured.phase not in (None, "test"):
        return f"Starting: {PHASES[measured.phase]} …"
    if not measured.steps:
        return "Starting …" if job.state == State.RUNNING else text
    last, epochs = measured.steps[-1], run.task.recipe.epochs
    text += f" · epoch {min(len(measured.epochs) + 1, epochs)} of {epochs}"
    if job.state == State.RUNNING and measured.phase:
        text += f" · {PHASES[measured.phase]} …"
    return text + _pace(run, job, last)


def _pace(run: Run, job: Job, last: StepRecord) -> str:
    """Say how fast a training goes, or that one on another machine is silent."""
    if job.state != State.RUNNING:
        return ""
    if job.machine and (silent := elsewhere.seconds_silent(run.folder)) > SILENT:
        return f" · nothing heard of it for {duration(silent)}"
    text = ""
    if last.digits_per_second is not None:
        text += f" · {last.digits_per_second:,.0f} digits a second"
    if last.seconds_left is not None:
        text += f" · {duration(last.seconds_left)} left"
    return text


def _lines(measured: Metrics) -> str:
    """Show each epoch as the tutorial prints it, the newest in view."""
    if not measured.epochs:
        return '<p class="note">One line after each epoch.</p>'
    lines = [
        tutorial_line(record.epoch, record.loss, record.test_accuracy) for record in measured.epochs
    ]
    # Drawn from the bottom, so that what is scrolled to is the end.
    items = "".join(f"<div>{line}</div>" for line in reversed(lines))
    return f'<div class="lines" role="log" tabindex="0">{items}</div>'


def filters(run: Run, epochs: Sequence[int]) -> str:
    """Show the first layer's filters after the last of these epochs that kept them."""
    if run.task.recipe.network != "cnn":
        return '<p class="note">This network has no filters: it is fully connected.</p>'
    for epoch in reversed(epochs):
        kept = run_data.filters(run, epoch)
        if kept is not None:
            when = f"After epoch {epoch}" if epoch else "Before the first step"
            return images.weights(kept, "The first layer's filters") + (
                f'<p class="note">{when}</p>'
            )
    return '<p class="note">They appear when the training begins.</p>'


def show_certainty(run: Run, place: str, marker: int | None = None) -> None:
    """Show the drawing of when a run was started, or a test digit, and how it was read.

    Args:
        run: The run.
        place: Tells this place on the page from others.
        marker: The epoch to mark; None takes the last one.
    """
    with st.container(key=f"certainty-{place}"):
        _show_certainty(run, place, marker)


def _show_certainty(run: Run, place: str, marker: int | None) -> None:
    epochs = history.epochs(run)
    if not epochs:
        note = OF_BEFORE if run.metrics().epochs else NOT_YET
        st.html(f'{CERTAINTY}<p class="note">{note}</p>')
        return
    try:
        probe = run_data.probe(run)
        answer = run_data.readings(run, epochs[-1] if marker is None else marker).probabilities[0]
        figure = _certainty_figure(run.folder, run.created, tuple(epochs), marker)
    except RunError as error:
        messages.problem(error)
        return
    said = f"<b>{answer.argmax()}</b>, {html.escape(percent(float(answer.max())))}"
    note = DRAWN if probe.labels[0] == DRAWING else NOT_DRAWN
    st.html(f'{CERTAINTY}<p class="note">{note}</p>')
    with st.container(horizontal=True, gap="small"):
        with st.container(width=96):
            picture = images.digit(probe.pictures()[0], "The digit that is read", said)
            st.html(images.row([picture]))
        with st.container():
            charts.chart(f"{place}-certainty", figure)


# Built once an epoch: anew at each look at a run at work, it would be most of what that costs.
@lru_cache(maxsize=64)
def _certainty_figure(
    folder: Path, _created: float, epochs: tuple[int, ...], marker: int | None
) -> Any:
    run = Run.open(folder)
    answers = np.array([run_data.readings(run, epoch).probabilities[0] for epoch in epochs])
    return certainty_chart(epochs, answers, run.task.recipe.epochs, marker)
