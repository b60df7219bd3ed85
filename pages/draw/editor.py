"""The editor: the canvas with its tools and the answer beside it, at the top of several pages."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn.ink.strokes import Picture
from cnn.model import ModelError
from pages.draw import canvas, import_export, sketchbook
from pages.draw.sketchbook import Drawing, Sketchbook
from pages.live import component
from pages.live.component import Known
from pages.shared import browser_network, prediction
from pages.shared.browser_network import Offered


@dataclass(frozen=True)
class Editor:
    """What stands at the top of a page.

    Attributes:
        drawing: The current one, which the address holds too.
        network: What the browser reads with; None if there is none, as the answer says.
        under: The place under the answer, for the page's own.
    """

    drawing: Drawing
    network: Offered | None
    under: DeltaGenerator


def show(
    example: Callable[[], Picture] | None = None,
    offer: Callable[[], Offered] | None = None,
) -> Editor:
    """Show the canvas and the answer, which the browser gives by itself while the pen moves.

    Args:
        example: Returns what is read, [28, 28], and lies on the canvas while nothing is drawn.
        offer: Returns what it is read with, or raises ModelError; without, the session's network.
    """
    book = sketchbook.sketchbook()
    brush = st.session_state.get("brush", sketchbook.BRUSH)
    with st.container(key="editor", horizontal=True):
        with st.container(key="easel"):
            current = _canvas(book, brush, example)
        with st.container(key="beside"):
            picture = example() if example and current.is_empty else current.picture
            known = Known(canvas.paths_alone(current.objects), picture, book.revision, brush)
            network = _answer(known, offer or browser_network.mine)
            under = st.container()
    sketchbook.write_address(current)
    return Editor(current, network, under)


def _answer(known: Known, offer: Callable[[], Offered]) -> Offered | None:
    try:
        network = offer()
    except ModelError as error:
        component.answer("", known, str(error))
        return None
    component.answer(network.address, known, "")
    return network


def _canvas(book: Sketchbook, brush: int, example: Callable[[], Picture] | None) -> Drawing:
    """Show the canvas and its tools, and return the current drawing."""
    current = sketchbook.edit(book, brush, example)
    with st.container(key="tools", horizontal=True, gap="xsmall"):
        st.button("Undo", icon=":material/undo:", help="Undo (Ctrl+Z)", key="undo",
                  on_click=book.turn, args=[-1], disabled=book.at == 0)  # fmt: skip
        st.button("Redo", icon=":material/redo:", help="Redo (Ctrl+Y)", key="redo",
                  on_click=book.turn, args=[1], disabled=book.is_at_end)  # fmt: skip
        st.button("Clear", icon=":material/delete:", key="clear", on_click=book.show,
                  args=[Drawing()], disabled=current.is_empty)  # fmt: skip
        import_export.row(book, current)
    st.html(prediction.remark(current.note, book.trouble))
    return current
