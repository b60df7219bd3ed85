"""What can be done with a run: pause, go on, stop, use, rename, note, download, delete."""

import html
from collections.abc import Callable
from typing import Any

import streamlit as st

from cnn import housekeeping, jobs, models
from cnn.curves import as_csv
from cnn.jobs import Job, State
from cnn.runs import Run
from pages.widgets import access, model, picker, runs

TROUBLE = "run-trouble"
TO_GO_ON = (State.PAUSED, State.INTERRUPTED, State.FAILED)


def show(run: Run, job: Job) -> None:
    """Show the buttons that make sense in a run's state; a visitor can only download."""
    with st.container(horizontal=True, gap="xsmall", key="run-actions"):
        if access.may_train():
            _steer(run, job)
        _downloads(run)
        if access.may_train():
            _keep_in_order(run, job)
    if trouble := st.session_state.pop(TROUBLE, ""):
        st.html(f'<p class="trouble" role="status">{html.escape(trouble)}</p>')


def _steer(run: Run, job: Job) -> None:
    if job.state == State.RUNNING:
        _button("Pause", "pause", jobs.pause, run.name)
    if job.state in TO_GO_ON:
        _button("Resume", "play_arrow", jobs.go_on, run.name)
    if job.state.at_work:
        _button("Stop", "stop", jobs.stop, run.name)
    if run.model_file.is_file():
        _use(run)


def _use(run: Run) -> None:
    """Offer to read with this run's network in this session or in all, or with the shipped one."""
    if model.choice() == run.name:
        if models.chosen() != run.name:
            picker.default_button("make-default", TROUBLE)
        _button("Back to the shipped model", "undo", model.use_shipped)
    else:
        _button("Use this model", "check", model.use, run.name)


def _button(label: str, icon: str, action: Callable[..., Any], *arguments: Any) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=label.lower().replace(" ", "-"),
        on_click=_attempt,
        args=[action, *arguments],
    )


def _attempt(action: Callable[..., Any], *arguments: Any) -> None:
    """Do something; what goes wrong is told under the buttons."""
    st.session_state[TROUBLE] = access.attempt(action, *arguments)


def _keep_in_order(run: Run, job: Job) -> None:
    kept = housekeeping.why_not_delete(job)
    _edit(run, job, kept)
    if not kept and st.button("Delete", icon=":material/delete:", key="delete"):
        _ask_before_deleting(run.name)


def _edit(run: Run, job: Job, kept: str) -> None:
    """Let a run be renamed and annotated; if it cannot be deleted, say why in `kept`'s words."""
    fixed = housekeeping.why_not_rename(job)
    with st.popover("Edit", icon=":material/edit:"):
        with st.form(f"edit-{run.name}", border=False):
            st.text_input("Name", run.name, 60, f"name-{run.name}", disabled=bool(fixed))
            st.text_input(
                "Note", housekeeping.note(run), housekeeping.LONGEST_NOTE, f"note-{run.name}"
            )
            st.form_submit_button(
                "Save",
                icon=":material/check:",
                key="save",
                on_click=_attempt,
                args=[_save, run.name],
            )
        if kept:
            st.html(f'<p class="note">{html.escape(kept)}</p>')


def _save(name: str) -> None:
    """Take what the form says."""
    housekeeping.write_note(name, st.session_state[f"note-{name}"])
    new = st.session_state[f"name-{name}"].strip()
    if new != name:
        housekeeping.rename(name, new)
        model.follow(name, new)
        runs.look_at_next(new)


@st.dialog("Delete this run?")
def _ask_before_deleting(name: str) -> None:
    st.html(
        f"<p>“{html.escape(name)}” goes for good: its network, its curves, and all that was kept"
        " of its epochs.</p>"
    )
    with st.container(horizontal=True, gap="xsmall"):
        pressed = [
            st.button("Delete for good", type="primary", key="delete-for-good", on_click=_attempt,
                      args=[housekeeping.delete, name]),
            st.button("Keep it", key="keep"),
        ]  # fmt: skip
    if any(pressed):
        st.rerun()


def _downloads(run: Run) -> None:
    with st.popover("Download", icon=":material/download:"):
        if run.model_file.is_file():
            st.download_button(
                "Model (Keras)",
                run.model_file.read_bytes,
                f"{run.name}.keras",
                on_click="ignore",
                key="download-model",
            )
        st.download_button(
            "All measurements (CSV)",
            lambda: as_csv(run.metrics()),
            f"{run.name}.csv",
            "text/csv",
            on_click="ignore",
            key="download-metrics",
        )
        st.segmented_control(
            "The camera above a chart saves it as",
            ["PNG", "SVG"],
            default="PNG",
            required=True,
            key="picture-format",
        )
