"""The Draw page: draw a digit and see it read, with everything on the way; and what serves it."""

import time

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from starlette.middleware import Middleware
from streamlit import runtime
from streamlit.delta_generator import DeltaGenerator

from cnn.decision import decide
from pages.draw import canvas, editor, feedback, sketchbook
from pages.server import start
from pages.server.guard import Guard
from pages.shared import messages, page, permissions, prediction, session_model

# Seconds in which the browser shows the canvas that has come up.
BROWSER_PAINTS = 0.2


@st.fragment
def draw_and_read() -> None:
    """Show the canvas and, beside and below it, what the network makes of the drawing."""
    stand = editor.show()
    with stand.right:
        chart = st.container(key="chart")
    named = stand.under.container(key="teach")
    with st.container(key="below"):
        strip = st.container()
        # Not shown while there is nothing to prepare (page.css), but never away: Streamlit's
        # expanders are kept in the browser's memory when they are gone.
        how = st.expander("How it was prepared", key="preparation", on_change="rerun")
    if stand.drawing.is_empty:
        stand.answer.html(prediction.message("Draw a digit, 0 to 9, with mouse or finger."))
        bars(chart, None)
        return
    read = editor.read(stand.drawing.image, stand.answer)
    if read is None:
        return
    bars(chart, read.reading.probabilities)
    if permissions.may_train():
        feedback.row(named, stand.drawing, decide(read.reading.probabilities))
    with strip:
        if problem := session_model.problem(read.in_use):
            st.html(prediction.remark("", problem))
        ink = st.query_params.get(sketchbook.ADDRESS, "")
        st.html(prediction.strip(read.image, read.reading, ink))
    if how.open:
        how.html(prediction.preparation(stand.drawing.preparation()))


def bars(place: DeltaGenerator, probabilities: NDArray[np.float32] | None) -> None:
    """Show the ten probabilities, but not before one can draw.

    Loading the code of charts stops the browser for most of a second.
    """
    if not canvas.is_up():
        return
    if not prediction.has_bars():
        time.sleep(BROWSER_PAINTS)
    with place:
        prediction.bars(probabilities)


if runtime.exists():
    page.show("Draw")
    draw_and_read()
    session_model.loading()
else:
    # `streamlit run` finds it here, and serves with it what stands above.
    app = st.App(
        __file__,
        lifespan=start.lifespan,
        middleware=[Middleware(Guard)],
        on_script_error=messages.crash,
    )
