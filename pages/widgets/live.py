"""One run as it is trained: how far it is, its curves, its filters, and how it reads a drawing."""

import html
from collections.abc import Sequence

import streamlit as st

from cnn import jobs
from cnn.curves import Metrics, seconds_of, tutorial_line
from cnn.jobs import Job, State
from cnn.runs import Run, RunError
from cnn.training_figures import accuracy_chart, cost_chart
from pages.widgets import access, certainty, pictures, runs, steady
from pages.widgets.access import Who

# Seconds between two looks at a job that is at work.
TICK = 1.0
WORDS = {
    State.WAITING: "Waits",
    State.RUNNING: "Training",
    State.PAUSED: "Paused",
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
    every = TICK if job.state.at_work else None
    st.fragment(_show, run_every=every)(run, job.state)


def _show(run: Run, state: State) -> None:
    try:
        if state.at_work and access.who() is not Who.NOBODY:
            jobs.advance()
        job = jobs.job(run.name)
    except RunError:
        # Renamed or deleted, perhaps by another browser.
        st.rerun()
    if job.state != state:
        st.rerun()
    measured = run.metrics()
    _progress(run, job, measured)
    shown = [runs.curves(run, measured)]
    left, right = st.columns(2, gap="medium")
    with left:
        steady.chart("run-cost", cost_chart(shown), picture_tools(f"{run.name} cost"))
    with right:
        figure = accuracy_chart(shown, runs.reference([run]))
        steady.chart("run-accuracy", figure, picture_tools(f"{run.name} accuracy"))
    left, middle = st.columns([330, 418], gap="medium")
    with left:
        st.html('<h4 class="part">The tutorial\'s lines</h4>' + _lines(measured))
    with middle:
        epochs = [0, *(int(record["epoch"]) for record in measured.epochs)]
        st.html('<h4 class="part">Filters of layer 1</h4>' + filters(run, epochs))
    certainty.show(run, "run")


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
    done, text = 0.0, WORDS[job.state]
    if job.place:
        text += f" in the queue, place {job.place}"
    if measured.steps and measured.started:
        last = measured.steps[-1]
        done = last["step"] / measured.started["steps"]
        epoch = min(len(measured.epochs) + 1, run.task.recipe.epochs)
        text += f" · epoch {epoch} of {run.task.recipe.epochs}"
        if job.state == State.RUNNING:
            text += (
                f" · {last['digits_per_second']:,.0f} digits a second"
                f" · {runs.duration(last['seconds_left'])} left"
            )
    elif job.state == State.RUNNING:
        text = "Starting: TensorFlow and the digits are being loaded …"
    if measured.finished:
        done = 1.0
        text = f"{WORDS[job.state]} after {runs.duration(seconds_of(measured))}"
    st.progress(min(done, 1.0), text)
    if job.reason:
        st.html(f'<p class="trouble" role="status">{html.escape(job.reason)}</p>')


def _lines(measured: Metrics) -> str:
    """Show each epoch as the tutorial prints it, the newest in view."""
    if not measured.epochs:
        return '<p class="note">One line after each epoch.</p>'
    lines = [
        tutorial_line(record["epoch"], record["cost"], record["test_accuracy"])
        for record in measured.epochs
    ]
    # Drawn from the bottom, so that what is scrolled to is the end.
    items = "".join(f"<div>{line}</div>" for line in reversed(lines))
    return f'<div class="lines" role="log" tabindex="0">{items}</div>'


def filters(run: Run, epochs: Sequence[int]) -> str:
    """Show the first layer's filters after the last of these epochs that kept them."""
    if run.task.recipe.network != "cnn":
        return '<p class="note">This network has no filters: it is fully connected.</p>'
    for epoch in reversed(epochs):
        kept = runs.filters(run, epoch)
        if kept is not None:
            when = f"After epoch {epoch}" if epoch else "Before the first step"
            return pictures.weights(kept, "The first layer's filters") + (
                f'<p class="note">{when}</p>'
            )
    return '<p class="note">They appear when the training begins.</p>'
