"""What can be done with a run: pause, go on, stop, use, rename, note, download, delete."""

import html
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import streamlit as st

from cnn.export.html import export_html
from cnn.files import Version, version_of
from cnn.model import ModelError
from cnn.runs import active_model, jobs, manage, networks
from cnn.runs.jobs import Job, State
from cnn.runs.metrics import as_csv
from cnn.runs.run import Run
from pages.shared import messages, model_picker, permissions, session_model
from pages.train import formats, run_data

TROUBLE, EDIT_TROUBLE = "run-trouble", "edit-trouble"
UNREADABLE = "This network cannot be read: whoever trained it may train it again."
ELSEWHERE = "Trained on “{}”: pause or stop it there."
PUTTING_TOGETHER = "Putting the network together …"
TO_GO_ON = (State.PAUSED, State.INTERRUPTED, State.FAILED)


def show(run: Run, job: Job) -> None:
    """Show the buttons that make sense in a run's state; a visitor can only download."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="run-actions"
    ):
        if permissions.may_train():
            _steer(run, job)
        if run.model_file.is_file():
            _take_home(run)
        _downloads(run)
        if permissions.may_train():
            _keep_in_order(run, job)
    messages.show(TROUBLE)


def _steer(run: Run, job: Job) -> None:
    if job.machine:
        said = ELSEWHERE.format(html.escape(job.machine))
        st.html(f'<span class="note">{said}</span>', width="content")
    else:
        _pause_or_stop(run, job)
    if not job.state.is_active and networks.has_newer(run):
        _use_last(run)
    elif run.model_file.is_file():
        _use(run)


def _pause_or_stop(run: Run, job: Job) -> None:
    stops = job.state == State.STOPPING
    if job.state == State.RUNNING or stops:
        _button("Pause", "pause", jobs.pause, run.name, done=stops)
    if job.state in TO_GO_ON:
        _button("Resume", "play_arrow", jobs.resume, run.name)
    if job.state.is_active:
        _button("Stop", "stop", jobs.ask_to_stop, run.name, done=stops)


def _use_last(run: Run) -> None:
    """Offer to read with the network that a stopped training has come to."""
    if st.button("Use this model", icon=":material/check:", key="use-this-model"):
        with st.spinner(PUTTING_TOGETHER):
            st.session_state[TROUBLE] = permissions.attempt(_keep_and_use, run.name)
        st.rerun()


def _keep_and_use(name: str) -> None:
    networks.keep_last(name)
    session_model.use(name)


def use_epoch(run: Run, epoch: int) -> None:
    """Offer to read with a run's network as it was after an epoch, where it was kept.

    Args:
        run: The run.
        epoch: One that is done.
    """
    if not permissions.may_train() or not networks.is_kept(run, epoch):
        return
    if st.button(f"Use epoch {epoch}’s network", icon=":material/check:", key="use-epoch"):
        with st.spinner(PUTTING_TOGETHER):
            trouble = permissions.attempt(_take_and_use, run, epoch)
        if not trouble:
            st.rerun()
        messages.tell(trouble)


def _take_and_use(run: Run, epoch: int) -> None:
    """Use an epoch's network: of the last one, the run's own."""
    is_last = run.is_finished() and epoch == len(run.metrics().epochs)
    session_model.use(run.name if is_last else networks.take_epoch(run.name, epoch))


def _use(run: Run) -> None:
    """Offer to read with this run's network in this session or in all, or with the shipped one."""
    if session_model.choice() == run.name:
        if active_model.default() != run.name:
            model_picker.default_button("make-default", TROUBLE)
        _button("Back to the shipped model", "undo", session_model.use_shipped)
    else:
        _button("Use this model", "check", session_model.use, run.name)


def _take_home(run: Run) -> None:
    """Offer the network as one HTML file: to visitors too, as whoever is in the class has it."""
    st.download_button(
        "Take it home",
        lambda: page_of(run),
        f"{run.name}.html",
        "text/html",
        icon=":material/home:",
        help="One file that reads what is drawn on it, without a server and without the web.",
        on_click="ignore",
        key="take-home",
    )


def page_of(run: Run) -> bytes:
    """Write a run's network as one HTML file; if it cannot be read, one that says so."""
    file = run.model_file
    try:
        return _page(file, run.name, run.is_finished(), version_of(file))
    except ModelError as error:
        # Visitors are not told of folders.
        said = str(error) if permissions.may_train() else UNREADABLE
        return f"<!doctype html><meta charset=utf-8><p>{html.escape(said)}".encode()


# A whole class may press it at once.
@lru_cache(maxsize=2)
def _page(file: Path, name: str, _is_finished: bool, _version: Version) -> bytes:
    return export_html(file, active_model.model_label(name))


def _button(
    label: str, icon: str, action: Callable[..., object], *arguments: object, done: bool = False
) -> None:
    """Offer to do something; what is done already, or comes too late, keeps its place."""
    st.button(
        label,
        disabled=done,
        icon=f":material/{icon}:",
        key=label.lower().replace(" ", "-"),
        on_click=messages.attempt,
        args=[TROUBLE, action, *arguments],
    )


def _keep_in_order(run: Run, job: Job) -> None:
    kept = manage.why_not_delete(job)
    _edit(run, job, kept)
    if not kept and st.button("Delete", icon=":material/delete:", key="delete"):
        ask_before_deleting(run.name)


def _edit(run: Run, job: Job, kept: str) -> None:
    """Let a run be renamed and annotated; if it cannot be deleted, say why in `kept`'s words."""
    fixed = manage.why_not_rename(job)
    with st.popover("Edit", icon=":material/edit:"):
        with st.form(f"edit-{run.name}", border=False):
            st.text_input("Name", run.name, 60, f"name-{run.name}", disabled=bool(fixed))
            st.text_input("Note", manage.note(run), manage.LONGEST_NOTE, f"note-{run.name}")
            st.form_submit_button(
                "Save",
                icon=":material/check:",
                key="save",
                on_click=messages.attempt,
                args=[EDIT_TROUBLE, _save, run.name],
            )
        # Below the form that it is about: what stands elsewhere, the popover may cover.
        messages.show(EDIT_TROUBLE)
        if kept:
            st.html(f'<p class="note">{html.escape(kept)}</p>')


def _save(name: str) -> None:
    """Take what the form says; a message may press its button that has no form."""
    new = st.session_state.get(f"name-{name}", name).strip()
    manage.edit(name, new, st.session_state.get(f"note-{name}", ""))
    if new != name:
        session_model.rename_choice(name, new)
        run_data.look_at_next(new)


@st.dialog("Delete this run?")
def ask_before_deleting(name: str) -> None:
    """Delete a run, if that is meant."""
    st.html(
        f"<p>“{html.escape(name)}” goes for good: its network, its curves, and all that was kept"
        " of its epochs.</p>"
    )
    with st.container(horizontal=True, gap="xsmall"):
        pressed = [
            st.button("Delete for good", type="primary", key="delete-for-good",
                      on_click=messages.attempt, args=[TROUBLE, manage.delete, name]),
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
        if run.model_file.is_file() and permissions.may_train():
            formats.show(run)
        st.segmented_control(
            "The camera above a chart saves it as",
            ["PNG", "SVG"],
            default="PNG",
            required=True,
            key="picture-format",
        )
