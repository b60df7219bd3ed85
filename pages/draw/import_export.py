"""Where else a drawing comes from, and where it goes: examples, uploads, downloads."""

import json
import random

import streamlit as st

from cnn.ink.strokes import CANVAS_SIZE, InkError
from cnn.plots.images import grey, png
from pages.draw import sketchbook
from pages.draw.sketchbook import Drawing, Sketchbook
from pages.shared import datasets, messages

MORE, TROUBLE = "more-tools", "upload-trouble"


def show_example(book: Sketchbook) -> None:
    """Put a test digit, drawn by lot, on the canvas."""
    show_test_digit(book, random.randrange(len(datasets.test_digits()[1])))


def show_test_digit(book: Sketchbook, i: int) -> None:
    """Put a test digit on the canvas."""
    name, digits = datasets.test_digits()
    note = f"Test digit {i:,} of {name}; its label is {digits.labels[i]}."
    book.show(sketchbook.from_example(digits.images[i], note))


def show_upload(book: Sketchbook, key: str) -> None:
    """Put an uploaded picture or drawing on the canvas; what cannot be read changes nothing.

    It lies in the popover: that closes when there is something to see behind it, and stays open,
    with what is wrong, when there is not.
    """
    upload = st.session_state[key]
    st.session_state[TROUBLE] = {}
    if upload is None:
        return
    try:
        book.show(sketchbook.from_file(upload.getvalue(), upload.name))
        st.session_state[MORE] = False
    except InkError as error:
        st.session_state[TROUBLE] = {key: f"{upload.name}: {error}"}


def row(book: Sketchbook, current: Drawing) -> None:
    """Add to the canvas's tools what brings a drawing or takes it away, and the brush."""
    st.button("Example", icon=":material/casino:", key="example", on_click=show_example,
              args=[book], help="A test digit, drawn by lot")  # fmt: skip
    with st.popover("", icon=":material/more_horiz:", help="Upload, save, brush", key=MORE,
                    on_change="rerun"):  # fmt: skip
        key = f"upload-{book.revision}"
        st.file_uploader(
            "A photo or picture of a digit, or a drawing saved here",
            key=key,
            on_change=show_upload,
            args=[book, key],
        )
        if trouble := st.session_state.get(TROUBLE, {}).get(key):
            messages.tell(trouble)
        _downloads(current)
        st.slider("Brush", 6, 40, sketchbook.BRUSH, key="brush", format="%d px")


def _downloads(current: Drawing) -> None:
    if current.is_empty:
        return
    with st.container(horizontal=True, gap="xsmall"):
        st.download_button("Save as PNG", lambda: _picture(current), "digit.png", "image/png",
                           icon=":material/download:", on_click="ignore")  # fmt: skip
        if current.objects:
            st.download_button("Save strokes (JSON)", lambda: _strokes(current), "digit.json",
                               "application/json", on_click="ignore")  # fmt: skip


def _strokes(current: Drawing) -> str:
    return json.dumps({"objects": current.objects})


def _picture(current: Drawing) -> bytes:
    """Enlarge the 28×28 input to about the size of the canvas, in crisp pixels."""
    zoom = CANVAS_SIZE // 28
    return png(grey(current.image()).repeat(zoom, axis=0).repeat(zoom, axis=1))
