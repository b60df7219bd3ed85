"""The Draw page: draw a digit and see it read, with everything on the way."""

import time

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from cnn.ink import InkError
from cnn.predictor import ModelError
from pages.widgets import canvas, drawing, easel, frame, model, reading

# Seconds in which the browser shows the canvas that has come up.
BROWSER_PAINTS = 0.2


@st.fragment
def draw_and_read() -> None:
    """Show the canvas and, beside and below it, what the network makes of the drawing."""
    book = drawing.sketchbook()
    left, middle, right = st.columns([320, 300, 400], gap="medium", width="stretch")
    with left:
        current = easel.show(book)
    with middle:
        answer = st.empty()
    with right:
        chart = st.container(key="chart")
    below = st.container(key="below")
    drawing.write_address(current)
    if current.is_empty:
        answer.html(reading.message("Draw a digit, 0 to 9, with mouse or finger."))
        bars(chart, None)
        return
    if not model.loading().done():
        answer.html(reading.message("Starting the network …"))
    try:
        in_use = model.loading().result()
        image = current.image()
    except (ModelError, InkError) as error:
        answer.html(reading.message(str(error)))
        return
    result = in_use.predictor.read(image)
    answer.html(reading.digit(result.probabilities))
    bars(chart, result.probabilities)
    with below:
        if in_use.problem:
            st.html(reading.remark("", in_use.problem))
        st.html(reading.strip(image, result, st.query_params.get(drawing.ADDRESS, "")))
        with st.expander("How it was prepared"):
            st.html(reading.preparation(current.preparation()))


def bars(place: DeltaGenerator, probabilities: NDArray[np.float32] | None) -> None:
    """Show the ten probabilities, but not before one can draw.

    Loading the code of charts stops the browser for most of a second.
    """
    if not canvas.is_up():
        return
    if not reading.has_bars():
        time.sleep(BROWSER_PAINTS)
    with place:
        reading.bars(probabilities)


frame.show("Draw")
draw_and_read()
model.loading()
