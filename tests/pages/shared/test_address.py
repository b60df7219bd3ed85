"""The address: what a page tells of the drawing and of what was chosen, and where it is read."""

import ast

import pytest
from streamlit.testing.v1 import AppTest

from cnn.ink.link import LONGEST
from pages.shared import address
from tests.patience import PATIENCE
from tests.test_rooms import FILES, ROOT


def pages():
    """One page after another, and what each of them reads and writes."""
    import streamlit as st

    from pages.shared import address

    address.arrive(st.session_state["page"])
    st.session_state["read"] = (address.ink(), dict(address.words()))
    for write in st.session_state.pop("write", []):
        address.write_ink(write) if isinstance(write, str) else address.write(**write)


@pytest.fixture
def session():
    """A visitor's session: opened at an address, then led from page to page."""
    return AppTest.from_function(pages, default_timeout=PATIENCE)


def come(session, page, *write, **words):
    """Come to a page by an address that tells of this; return what the page reads of it."""
    session.session_state["page"] = page
    session.session_state["write"] = list(write)
    session.query_params.clear()
    session.query_params.update(words)
    assert not session.run().exception
    return session.session_state["read"]


def told(session):
    words = session.query_params
    # What the test itself has put there is a text, what the page has, a list.
    return {name: words[name] if isinstance(words[name], str) else words[name][0] for name in words}


def test_a_link_opens_the_drawing_on_any_page_and_all_others_tell_of_it(session):
    assert come(session, "Train", ink="sA", run="mine") == ("sA", {"run": "mine"})
    assert come(session, "Filters") == ("sA", {})
    assert told(session) == {"ink": "sA"}


def test_each_page_is_found_as_one_left_it(session):
    cell = {"layer": "conv1", "channel": "3", "row": "0", "col": "9"}
    come(session, "Layers", cell)
    assert come(session, "Filters", {"layer": "conv2", "filter": "5"}) == ("", {})
    assert come(session, "Layers") == ("", cell)
    assert told(session) == cell
    assert come(session, "Draw") == ("", {})
    assert told(session) == {}


def test_going_back_finds_what_was_chosen_then_and_the_drawing_of_now(session):
    come(session, "Draw", "sA")
    come(session, "Layers", {"layer": "conv1"}, {"layer": "conv2"}, ink="sA")
    come(session, "Draw", "sAB")
    assert come(session, "Layers", ink="sA", layer="conv1") == ("sAB", {"layer": "conv1"})
    assert told(session) == {"ink": "sAB", "layer": "conv1"}


def test_a_browser_that_has_not_heard_of_the_last_choice_does_not_take_it_back(session):
    come(session, "Layers", {"layer": "conv2"}, "sA", layer="conv1")
    assert come(session, "Layers", layer="conv1") == ("sA", {"layer": "conv2"})
    assert told(session) == {"ink": "sA", "layer": "conv2"}


def test_words_of_others_and_endless_ones_are_not_kept(session):
    ink, words = come(session, "Layers", ink="s" * 10_000, row="1" * 10_000, run="mine", x="y")
    assert (len(ink), len(words["row"]), list(words)) == (LONGEST + 1, address.MOST, ["row"])
    assert set(told(session)) == {"ink", "row"}


def test_there_is_no_other_road_to_the_address():
    found = {
        file.relative_to(ROOT).as_posix()
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "query_params"
    }
    assert found == {"pages/shared/address.py"}
