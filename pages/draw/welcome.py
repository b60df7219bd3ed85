"""The first minute: ten real digits to try while nothing is drawn, and three ways on from there."""

import base64
from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

from cnn.plots.images import data_uri, grey
from pages.draw import import_export, sketchbook
from pages.shared import datasets, permissions

STYLE = Path(__file__).with_name("welcome.css")
PICTURES = Path(__file__).with_name("ways")
# The second of each kind: of MNIST's test digits, the first 3 and the first 5 puzzle even people.
OF_ITS_KIND = 1
TRY = '<p class="note">Or try one that somebody wrote by hand:</p>'
# Begins the tour (pages/shared/tour.js), in this page.
BEGIN = '<button type="button" class="begin-tour">Learn how</button>'


def digits() -> None:
    """Offer ten real test digits; a click puts one on the canvas."""
    book = sketchbook.sketchbook()
    with st.container(key="try"):
        st.html(TRY)
        with st.container(key="try-digits", horizontal=True):
            for digit, (i, face) in enumerate(faces(datasets.test_digits()[0])):
                st.button(f"![Try this {digit}]({face})", key=f"try-{digit}",
                          on_click=import_export.show_test_digit, args=[book, i])  # fmt: skip


def ways() -> None:
    """Show where to go from here, with a picture each."""
    with st.container(key="ways"):
        with _way("inside", "Every map, and every number of your digit"):
            st.page_link("pages/1_Layers.py", label="Look inside", width="content")
        with _way("learn", "A tour of the app in a few steps"):
            st.html(BEGIN, width="content")
        if permissions.may_train():
            with _way("train", "Watch a network learn, and read with it"):
                st.page_link("pages/3_Train.py", label="Train your own", width="content")


def _way(name: str, about: str) -> st.delta_generator.DeltaGenerator:
    """Begin a card, to which its link is still to be added: all of the card is the link's."""
    card = st.container(key=f"way-{name}")
    card.html(_picture(name))
    words = card.container(key=f"words-{name}")
    link = words.container()
    words.html(f'<p class="note">{about}</p>')
    return link


@cache
def _picture(name: str) -> str:
    content = base64.b64encode((PICTURES / f"{name}.svg").read_bytes()).decode()
    return f'<img alt="" src="data:image/svg+xml;base64,{content}">'


@cache
def faces(name: str) -> list[tuple[int, str]]:
    """Return ten test digits: each one's place in the data set, and its picture's address.

    Args:
        name: Of the data set: when another one is at hand, others are found.
    """
    known = datasets.test_digits()[1]
    found = [int(np.flatnonzero(known.labels == digit)[OF_ITS_KIND]) for digit in range(10)]
    return [(i, data_uri(grey(known.images[i]))) for i in found]
