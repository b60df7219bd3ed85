"""The editor: the canvas with its tools and the answer beside it, at the top of several pages."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn.ink.strokes import InkError, Picture
from cnn.model import ModelError
from cnn.predictor import Reading
from cnn.runs.active_model import ActiveModel
from pages.draw import import_export, sketchbook
from pages.draw.sketchbook import Drawing, Sketchbook
from pages.shared import prediction, session_model


@dataclass(frozen=True)
class Editor:
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
class Prediction:
    """What the network made of a drawing.

    Attributes:
        in_use: The network that read it.
        image: The network's input, float32 [28, 28] in 0..1.
        reading: What the network made of it.
    """

    in_use: ActiveModel
    image: Picture
    reading: Reading


def show() -> Editor:
    """Show the canvas and keep places for what the network makes of the drawing."""
    book = sketchbook.sketchbook()
    left, middle, right = st.columns([320, 300, 400], gap="medium", width="stretch")
    with left:
        current = _canvas(book)
    with middle:
        answer = st.empty()
        under = st.container()
    sketchbook.write_address(current)
    return Editor(current, answer, under, right)


def read(image: Callable[[], Picture], answer: DeltaGenerator) -> Prediction | None:
    """Wait for the network and have it read an image; if it cannot, say why in the answer's place.

    Args:
        image: Returns the network's input [28, 28], or raises InkError.
        answer: Where to say what it reads.
    """
    if not session_model.loading().done():
        answer.html(prediction.message("Starting the network …"))
    try:
        in_use = session_model.loading().result()
        picture = image()
    except (ModelError, InkError) as error:
        answer.html(prediction.message(str(error)))
        return None
    result = in_use.predictor.read(picture)
    answer.html(prediction.digit(result.probabilities))
    return Prediction(in_use, picture, result)


def _canvas(book: Sketchbook) -> Drawing:
    """Show the canvas and its tools, and return the current drawing."""
    brush = st.session_state.get("brush", sketchbook.BRUSH)
    current = sketchbook.edit(book, brush)
    with st.container(key="tools", horizontal=True, gap="xsmall"):
        st.button("", icon=":material/undo:", help="Undo", key="undo", on_click=book.turn,
                  args=[-1], disabled=book.at == 0)  # fmt: skip
        st.button("", icon=":material/redo:", help="Redo", key="redo", on_click=book.turn,
                  args=[1], disabled=book.at == len(book.pages) - 1)  # fmt: skip
        st.button("Clear", icon=":material/delete:", key="clear", on_click=book.show,
                  args=[Drawing()], disabled=current.is_empty)  # fmt: skip
        with st.popover("", icon=":material/brush:", help="Brush"):
            st.slider("Brush", 6, 40, sketchbook.BRUSH, key="brush", format="%d px")
    import_export.row(book, current)
    st.html(prediction.remark(current.note, book.trouble))
    return current
