"""The first minute: ten real digits to try while nothing is drawn, and three ways on from there."""

import base64
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from cnn.plots.images import data_uri, grey
from pages.draw import import_export, sketchbook
from pages.shared import datasets, permissions

STYLE, SCRIPT = (Path(__file__).with_name(f"welcome.{kind}") for kind in ("css", "js"))
PICTURES = Path(__file__).with_name("ways")
# The second of each kind: of MNIST's test digits, the first 3 and the first 5 puzzle even people.
OF_ITS_KIND = 1
TRY = "try"
NOTE = "Or try one that somebody wrote by hand:"
# Its place is kept before its picture comes (welcome.js).
FACE = '<button type="button" id="try-{digit}" aria-label="Try this {digit}"><img alt=""></button>'
# Begins the tour (pages/shared/tour.js), in this page.
BEGIN = '<button type="button" class="begin-tour">Learn how</button>'


def digits() -> None:
    """Offer ten real test digits; a click puts one on the canvas.

    They are one component: ten buttons of Streamlit's would cost ten times as much at each Clear.
    """
    book, ten = sketchbook.sketchbook(), faces(datasets.test_digits()[0])

    def tried() -> None:
        digit = st.session_state[TRY]["tried"]
        if type(digit) is int and 0 <= digit < len(ten):
            import_export.show_test_digit(book, ten[digit][0])

    told = {"faces": [face for _, face in ten]}
    _digits()(key=TRY, data=told, height="content", on_tried_change=tried)


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
def _digits() -> Any:
    ten = "".join(FACE.format(digit=digit) for digit in range(10))
    return st.components.v2.component(
        "digitscope_digits",
        html=f'<p class="note">{NOTE}</p><div class="try-digits">{ten}</div>',
        js=SCRIPT.read_text(),
        # Styled with the page (welcome.css), and clicked by the tour (pages/shared/tour.py).
        isolate_styles=False,
    )


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
