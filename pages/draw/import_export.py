"""Where else a drawing comes from, and where it goes: examples, uploads, downloads."""

import json
import random

import streamlit as st

from cnn.ink.strokes import CANVAS_SIZE, InkError
from cnn.plots.images import grey, png
from pages.draw import sketchbook
from pages.draw.sketchbook import Drawing, Sketchbook
from pages.shared import datasets


def show_example(book: Sketchbook) -> None:
    """Put a test digit, drawn by lot, on the canvas."""
    name, digits = datasets.test_digits()
    i = random.randrange(len(digits))
    note = f"Test digit {i:,} of {name}; its label is {digits.labels[i]}."
    book.show(sketchbook.from_example(digits.images[i], note))


def show_upload(book: Sketchbook, key: str) -> None:
    """Put an uploaded picture or drawing on the canvas; what cannot be read changes nothing."""
    upload = st.session_state[key]
    if upload is None:
        return
    try:
        book.show(sketchbook.from_file(upload.getvalue(), upload.name))
    except InkError as error:
        book.trouble = f"{upload.name}: {error}"


def row(book: Sketchbook, current: Drawing) -> None:
    """Draw the row of buttons under the canvas's tools."""
    with st.container(key="sources", horizontal=True, gap="xsmall"):
        st.button("Example", icon=":material/casino:", key="example", on_click=show_example,
                  args=[book], help="A test digit, drawn by lot")  # fmt: skip
        with st.popover("Upload", icon=":material/upload:"):
            key = f"upload-{book.revision}"
            st.file_uploader(
                "A photo or picture of a digit, or a drawing saved here",
                key=key,
                on_change=show_upload,
                args=[book, key],
            )
        with st.popover("Save", icon=":material/download:", disabled=current.is_empty):
            _downloads(current)


def _downloads(current: Drawing) -> None:
    if current.is_empty:
        return
    st.download_button(
        "Picture (PNG)", lambda: _picture(current), "digit.png", "image/png", on_click="ignore"
    )
    if current.objects:
        st.download_button(
            "Strokes (JSON)",
            lambda: json.dumps({"objects": current.objects}),
            "digit.json",
            "application/json",
            on_click="ignore",
        )
    st.caption("This page's address holds the drawing too: copy it to share.")


def _picture(current: Drawing) -> bytes:
    """Enlarge the 28×28 input to about the size of the canvas, in crisp pixels."""
    zoom = CANVAS_SIZE // 28
    return png(grey(current.image()).repeat(zoom, axis=0).repeat(zoom, axis=1))
