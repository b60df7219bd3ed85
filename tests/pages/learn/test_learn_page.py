"""The Learn page: what it makes of addresses, and of what a browser sends."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE
from tests.server import APP

LINE = [[[60, 60], [60, 260]]]


@pytest.mark.parametrize(
    "words", [{}, {"lesson": "padding", "screen": "3"}, {"lesson": "x", "filter": "x", "ink": "x"}]
)
def test_the_page_opens_at_any_address(words):
    page = AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/5_Learn.py")
    page.query_params.update(words)
    assert not page.run().exception


def sends():
    """A session whose browser has sent something, of the lessons' two messages."""
    import streamlit as st

    from pages.draw import sketchbook
    from pages.learn import component
    from pages.shared import address

    address.arrive("Learn")
    st.session_state[component.KEY] = dict.fromkeys(("place", "drawn"), st.session_state["sent"])
    component._moved()
    component._drawn()
    strokes = sketchbook.sketchbook().current.strokes()
    st.session_state["known"] = (dict(address.words()), len(strokes))


def known_after(sent):
    session = AppTest.from_function(sends, default_timeout=PATIENCE)
    session.session_state["sent"] = sent
    assert not session.run().exception
    return session.session_state["known"]


def test_what_was_drawn_is_the_sessions_and_where_one_is_the_addresss():
    assert known_after(LINE) == ({}, 1)
    place = {"lesson": "padding", "screen": "2"}
    assert known_after(place) == (place, 0)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        "x",
        [[["x", 0]]],
        [[[1e9, 0]]],
        LINE * 500,
        {"lesson": "x"},
        {"lesson": ["padding"]},
    ],
)
def test_what_is_neither_a_drawing_nor_a_place_changes_nothing(sent):
    assert known_after(sent) == ({}, 0)
