"""A canvas whose drawing a run's network reads, also while it is trained."""

import html

import streamlit as st

from cnn.model import ModelError
from cnn.runs.jobs import Job
from cnn.runs.run import Run, RunError
from pages.draw import editor
from pages.shared import browser_network, messages
from pages.shared.browser_network import Offered

# Seconds between two looks for what a training has saved.
EVERY = 5.0
NOT_YET = "It has no network yet: the first is saved after 15 seconds, or after the first epoch."
TRAINED = "Read by “{}” while you draw."
BEING_TRAINED = "Read by “{}” while you draw, as its training last saved it."


def show(run: Run, job: Job) -> None:
    """Show the canvas, and how a run's network reads it; while it is trained, the newest there is.

    Args:
        run: The run.
        job: As the page sees it now.
    """
    is_active = job.state.is_active
    st.fragment(_show, run_every=EVERY if is_active else None)(run, is_active)


def _show(run: Run, is_active: bool) -> None:
    # One that was stopped, used and resumed has a network, which its training leaves behind.
    is_trained = run.model_file.is_file() and not (is_active and run.checkpoint.is_file())
    try:
        network = _offered(run, is_trained)
    except (ModelError, RunError) as error:
        messages.problem(error)
        return
    if network is None:
        st.html(f'<p class="note">{NOT_YET}</p>')
        return
    words = TRAINED if is_trained else BEING_TRAINED
    st.html(f'<p class="note">{html.escape(words.format(run.name))}</p>')
    editor.show(offer=lambda: network)


def _offered(run: Run, is_trained: bool) -> Offered | None:
    return browser_network.of_run(run.name) if is_trained else browser_network.being_trained(run)
