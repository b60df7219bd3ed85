"""The Draw page: draw a digit and see it read, with everything on the way."""

import streamlit as st

from cnn.ink import InkError
from cnn.predictor import ModelError
from pages.widgets import drawing, frame, model, reading, sources
from pages.widgets.drawing import Drawing, Sketchbook


@st.fragment
def draw_and_read() -> None:
    """Show the canvas and, beside and below it, what the network makes of the drawing."""
    book = drawing.sketchbook()
    left, middle, right = st.columns([320, 300, 400], gap="medium", width="stretch")
    with left:
        current = canvas_with_tools(book)
    with middle:
        answer = st.empty()
    with right:
        chart = st.container(key="chart")
    below = st.container(key="below")
    drawing.write_address(current)
    if current.is_empty:
        answer.html(reading.message("Draw a digit, 0 to 9, with mouse or finger."))
        with chart:
            reading.bars(None)
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
    with chart:
        reading.bars(result.probabilities)
    with below:
        if in_use.problem:
            st.html(reading.remark("", in_use.problem))
        st.html(reading.strip(image, result))
        with st.expander("How it was prepared"):
            st.html(reading.preparation(current.preparation()))


def canvas_with_tools(book: Sketchbook) -> Drawing:
    """Show the canvas and its tools, and return the current drawing."""
    brush = st.session_state.get("brush", drawing.BRUSH)
    current = drawing.edit(book, brush)
    with st.container(key="tools", horizontal=True, gap="xsmall"):
        st.button("", icon=":material/undo:", help="Undo", key="undo", on_click=book.turn,
                  args=[-1], disabled=book.at == 0)  # fmt: skip
        st.button("", icon=":material/redo:", help="Redo", key="redo", on_click=book.turn,
                  args=[1], disabled=book.at == len(book.pages) - 1)  # fmt: skip
        st.button("Clear", icon=":material/delete:", key="clear", on_click=book.show,
                  args=[Drawing()], disabled=current.is_empty)  # fmt: skip
        with st.popover("", icon=":material/brush:", help="Brush"):
            st.slider("Brush", 6, 40, drawing.BRUSH, key="brush", format="%d px")
    sources.row(book, current)
    st.html(reading.remark(current.note, book.trouble))
    return current


frame.show("Draw")
draw_and_read()
model.loading()
