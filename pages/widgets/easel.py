"""The easel: the canvas with its tools and the answer beside it, at the top of several pages."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn.ink import InkError, Picture
from cnn.models import InUse
from cnn.predictor import ModelError, Reading
from pages.widgets import drawing, model, reading, sources
from pages.widgets.drawing import Drawing, Sketchbook


@dataclass(frozen=True)
class Easel:
    """What stands at the top of a page.

    Attributes:
        drawing: The current one, which the address holds too.
        answer: The place of the network's answer, beside the canvas.
        under: The place under the answer, for the page's own.
        right: The column beside that, for the page's own.
    """

    drawing: Drawing
    answer: DeltaGenerator
    under: DeltaGenerator
    right: DeltaGenerator


@dataclass(frozen=True)
class Read:
    """What was read.

    Attributes:
        in_use: The network that read it.
        image: The network's input, float32 [28, 28] in 0..1.
        reading: What the network made of it.
    """

    in_use: InUse
    image: Picture
    reading: Reading


def show() -> Easel:
    """Show the canvas and keep places for what the network makes of the drawing."""
    book = drawing.sketchbook()
    left, middle, right = st.columns([320, 300, 400], gap="medium", width="stretch")
    with left:
        current = _canvas(book)
    with middle:
        answer = st.empty()
        under = st.container()
    drawing.write_address(current)
    return Easel(current, answer, under, right)


def read(image: Callable[[], Picture], answer: DeltaGenerator) -> Read | None:
    """Wait for the network and have it read an image; if it cannot, say why in the answer's place.

    Args:
        image: Returns the network's input [28, 28], or raises InkError.
        answer: Where to say what it reads.
    """
    if not model.loading().done():
        answer.html(reading.message("Starting the network …"))
    try:
        in_use = model.loading().result()
        picture = image()
    except (ModelError, InkError) as error:
        answer.html(reading.message(str(error)))
        return None
    result = in_use.predictor.read(picture)
    answer.html(reading.digit(result.probabilities))
    return Read(in_use, picture, result)


def _canvas(book: Sketchbook) -> Drawing:
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
