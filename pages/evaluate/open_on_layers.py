"""The way from a digit that was measured on to the Layers page, which then shows that very one."""

import streamlit as st

from cnn.data.measured import Measured
from pages.draw import sketchbook
from pages.draw.sketchbook import Drawing

LAYERS = "pages/1_Layers.py"


def open_on_layers(measured: Measured, index: int) -> None:
    """Put a digit on the canvas and go to Layers; nothing after this call is done.

    To be called while the page is drawn, not in a callback.

    Args:
        measured: What was measured on.
        index: Of the digit.
    """
    sketchbook.sketchbook().show(drawing_of(measured, index))
    st.switch_page(LAYERS)


def drawing_of(measured: Measured, index: int) -> Drawing:
    """Return a digit as what lies on the canvas: its strokes if it was drawn, else its picture."""
    label = int(measured.digits.labels[index])
    note = f"{measured.name_of(index)} of {measured.title}; its label is {label}."
    if measured.strokes:
        return sketchbook.from_strokes(measured.strokes[index], note)
    return sketchbook.from_example(measured.digits.images[index], note)
