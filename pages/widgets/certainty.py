"""How one digit was read, epoch by epoch: from guessing to certain."""

import html
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from cnn import replay
from cnn.replay import DRAWING
from cnn.runs import Run, RunError
from cnn.training_figures import certainty_chart
from cnn.verdict import percent
from pages.widgets import pictures, runs, steady

TITLE = '<h4 class="part">How a drawing is read</h4>'
OF_BEFORE = "Made before readings were kept: train it again to see how a drawing was read."
NOT_YET = "It is read before the first step, and after each epoch."
DRAWN = "The drawing that was there when this training was started."
NOT_DRAWN = "A test digit. Draw one before you start a training, and it stands here."


def show(run: Run, place: str, marker: int | None = None) -> None:
    """Show the drawing of when a run was started, or a test digit, and how it was read.

    Args:
        run: The run.
        place: Tells this place on the page from others.
        marker: The epoch to mark; None takes the last one.
    """
    with st.container(key=f"certainty-{place}"):
        _show(run, place, marker)


def _show(run: Run, place: str, marker: int | None) -> None:
    epochs = replay.epochs(run)
    if not epochs:
        note = OF_BEFORE if run.metrics().started else NOT_YET
        st.html(f'{TITLE}<p class="note">{note}</p>')
        return
    try:
        probe = runs.probe(run)
        answer = runs.readings(run, epochs[-1] if marker is None else marker).probabilities[0]
        figure = _figure(run.folder, run.created, tuple(epochs), marker)
    except RunError as error:
        st.html(f'<p class="trouble" role="status">{html.escape(str(error))}</p>')
        return
    said = f"<b>{answer.argmax()}</b>, {html.escape(percent(float(answer.max())))}"
    note = DRAWN if probe.labels[0] == DRAWING else NOT_DRAWN
    st.html(f'{TITLE}<p class="note">{note}</p>')
    with st.container(horizontal=True, gap="small"):
        with st.container(width=96):
            picture = pictures.digit(probe.pictures()[0], "The digit that is read", said)
            st.html(pictures.row([picture]))
        with st.container():
            steady.chart(f"{place}-certainty", figure)


# Built once an epoch: anew at each look at a run at work, it would be most of what that costs.
@lru_cache(maxsize=64)
def _figure(folder: Path, _created: float, epochs: tuple[int, ...], marker: int | None) -> Any:
    run = Run.open(folder)
    answers = np.array([runs.readings(run, epoch).probabilities[0] for epoch in epochs])
    return certainty_chart(epochs, answers, run.task.recipe.epochs, marker)
