"""The first minute at the Draw page: ten real digits to try, and the ways on from there."""

import pytest
from streamlit.testing.v1 import AppTest

from cnn.decision import decide
from cnn.ink.link import text_from_strokes
from cnn.predictor import shipped_predictor
from pages.draw.welcome import faces
from pages.shared import datasets, session_model
from tests.paper import SEVEN
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture
def app(paper, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    return AppTest.from_file(APP, default_timeout=PATIENCE)


def keys(app):
    return {button.key for button in app.button}


def ways(app):
    return [link.proto.label for link in app.get("page_link")]


def test_a_click_puts_the_digit_on_the_canvas_that_it_is_called_by(app, paper):
    _, digits = datasets.test_digits()
    button = app.run().button(key="try-3")
    assert button.label.startswith("![Try this 3](data:image/png")
    button.click().run()
    same = (digits.images == paper.background).all(axis=(1, 2))
    assert digits.labels[same.argmax()] == 3


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
    assert not keys(app) & {f"try-{digit}" for digit in range(10)}
    app.button(key="clear").click().run()
    assert keys(app) >= {f"try-{digit}" for digit in range(10)}


def test_who_may_not_train_is_not_led_to_training(app, monkeypatch):
    assert {"Look inside", "Train your own"} <= set(ways(app.run()))
    monkeypatch.setenv("CNN_TRAINING", "off")
    assert "Look inside" in ways(app.run())
    assert "Train your own" not in ways(app)
