"""The canvas with its tools: where the current drawing is made, on every page that has one."""

import streamlit as st

from pages.widgets import drawing, reading, sources
from pages.widgets.drawing import Drawing, Sketchbook


def show(book: Sketchbook) -> Drawing:
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
