"""The first minute at the Draw page: ten real digits to try, and the ways on from there."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnn.decision import decide
from cnn.ink.link import text_from_strokes
from cnn.predictor import shipped_predictor
from pages.draw import welcome
from pages.draw.welcome import faces
from pages.shared import datasets, session_model
from tests.paper import SEVEN
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture
def app(paper, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    return AppTest.from_file(APP, default_timeout=PATIENCE)


def offers_digits(app):
    parts = [part.proto.component_name for part in app.get("bidi_component")]
    return "digitscope_digits" in parts


def ways(app):
    return [link.proto.label for link in app.get("page_link")]


def tell(monkeypatch, sent):
    """Have a button say what the browser says of a click."""

    def component(on_tried_change, **_):
        def told():
            st.session_state[welcome.TRY] = {"tried": sent}
            on_tried_change()

        st.button("Try", key="told", on_click=told)

    monkeypatch.setattr(welcome, "_digits", lambda: component)


def test_a_click_puts_the_digit_on_the_canvas_that_it_is_called_by(app, paper, monkeypatch):
    _, digits = datasets.test_digits()
    tell(monkeypatch, 3)
    app.run().button(key="told").click().run()
    same = (digits.images == paper.background).all(axis=(1, 2))
    assert digits.labels[same.argmax()] == 3


@pytest.mark.parametrize("sent", [10, -1, True, "3", None, [3]])
def test_a_click_on_no_digit_puts_none_there(app, paper, monkeypatch, sent):
    tell(monkeypatch, sent)
    app.run().button(key="told").click().run()
    assert not app.exception
    assert paper.background is None


@pytest.mark.mnist
def test_the_shipped_network_is_sure_of_each_of_ten():
    name, digits = datasets.test_digits()
    read = shipped_predictor().read
    found = [decide(read(digits.images[i]).probabilities) for i, _ in faces(name)]
    assert all(decision.sure for decision in found)
    assert [decision.digit for decision in found] == list(range(10))


def test_they_are_offered_only_while_nothing_is_drawn(app):
    app.query_params["ink"] = text_from_strokes([SEVEN])
    app.run()
    assert not offers_digits(app)
    app.button(key="clear").click().run()
    assert offers_digits(app)


def test_who_may_not_train_is_not_led_to_training(app, monkeypatch):
    assert {"Look inside", "Train your own"} <= set(ways(app.run()))
    monkeypatch.setenv("CNN_TRAINING", "off")
    assert "Look inside" in ways(app.run())
    assert "Train your own" not in ways(app)


def test_who_draws_ten_in_a_row_is_offered_nobody_elses(app):
    app.run().button(key="teach-ten").click().run()
    assert not offers_digits(app)
    app.button(key="lesson-leave").click().run()
    assert offers_digits(app)
