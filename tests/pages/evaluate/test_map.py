"""The map of digits: what the browser is told, and what it may send."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.builtin import load_builtin
from cnn.data.measured import Measured
from cnn.explain.digit_map import map_by_components, with_places
from cnn.explain.map_store import MapStore
from cnn.predictor import shipped_predictor
from pages.evaluate import map as section
from pages.evaluate import map_data
from pages.server import maps
from tests.patience import PATIENCE, wait_until


@pytest.fixture(autouse=True)
def store(monkeypatch):
    """Maps by neighbours that cost nothing: the other way round."""
    store = MapStore(lambda found: with_places(found, -found.places))
    monkeypatch.setattr(map_data, "maps", store)
    return store


def some(count):
    return Measured("built-in digits", load_builtin().test.at(np.arange(count)))


def page(digits):
    import numpy as np
    import streamlit as st

    from cnn.data.builtin import load_builtin
    from cnn.data.measured import Measured
    from cnn.predictor import shipped_predictor
    from pages.evaluate import map as section

    told = st.session_state.setdefault("told", [])
    section._component = lambda: lambda data, **_: told.append(data)
    opened = st.session_state.setdefault("opened", [])
    section.open_on_layers = lambda measured, index: opened.append(index)
    digits = load_builtin().test.at(np.arange(digits))
    section.show_map("Shipped", shipped_predictor(), Measured("digits", digits))


@pytest.fixture
def shown(monkeypatch):
    # Put back what the page puts in their places.
    for name in ("_component", "open_on_layers"):
        monkeypatch.setattr(section, name, getattr(section, name))

    def show(digits=40, opened=None):
        app = AppTest.from_function(page, kwargs={"digits": digits}, default_timeout=PATIENCE)
        if opened is not None:
            app.session_state[section.OPENED] = opened
        assert not app.run().exception
        return app

    return show


def test_the_browser_gets_both_maps_and_words_for_each(store, shown):
    app = shown()
    found = map_data.lay_out(shipped_predictor(), some(40).key, some(40)).found
    wait_until(store.get(found).done)
    told = app.run().session_state["told"][-1]
    np.testing.assert_allclose(told["neighbours"], -found.places.ravel(), atol=1e-3)
    assert maps.find(told["map"].removeprefix(maps.PREFIX)) is not None
    assert "40 digits, by the 1,000 values" in told["said"]["components"]
    assert "t-SNE" in told["said"]["neighbours"]
    assert told["waiting"] == ""
    assert told["layer"] == "dense1"


def test_until_there_is_a_map_by_neighbours_the_other_one_is_shown(monkeypatch, shown):
    monkeypatch.setattr(map_data, "maps", MapStore(lambda found: found))
    told = shown(digits=5).session_state["told"]
    assert all(each["neighbours"] is None for each in told)
    assert "One digit" in shown(digits=1).session_state["told"][-1]["said"]["components"]


def test_of_no_digits_there_is_none(shown):
    assert "holds no digit" in shown(digits=0).get("html")[0].proto.body


def test_a_digit_that_was_clicked_is_opened_once(shown):
    app = shown(opened=7)
    assert app.run().session_state["opened"] == [7]


NEITHER: list[object] = [
    *[{"digit": digit} for digit in (40, -1, True, "7", None)],
    *[{}, None, 7, [], [["x"]], [[[1e9, 0]]]],
]


def sends():
    """A session whose browser has sent something, in both of the map's messages."""
    import streamlit as st

    from pages.draw import sketchbook
    from pages.evaluate import map as section
    from pages.shared import address

    address.arrive("Evaluate")
    st.session_state[section.KEY] = dict.fromkeys(("opened", "drawn"), st.session_state["sent"])
    section._opened(40)
    section._drawn()
    strokes = sketchbook.sketchbook().current.strokes()
    st.session_state["known"] = (st.session_state.get(section.OPENED), len(strokes))


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ({"digit": 7}, (7, 0)),
        ([[[60, 60], [60, 260]]], (None, 1)),
        *[(nothing, (None, 0)) for nothing in NEITHER],
    ],
)
def test_what_a_browser_sends_is_a_digit_or_a_drawing_or_nothing(sent, known):
    session = AppTest.from_function(sends, default_timeout=PATIENCE)
    session.session_state["sent"] = sent
    assert not session.run().exception
    assert session.session_state["known"] == known


def test_the_nearest_one_is_alike_as_counted_by_hand():
    places = np.array([[0, 0], [1, 0], [5, 0], [5.5, 0], [9, 0], [9, 9], [9, 9]], np.float32)
    assert map_data.alike(places, np.array([1, 1, 2, 2, 3, 4, 5])) == pytest.approx(4 / 7)
    assert map_data.alike(places[:1], np.array([1])) is None


def test_variance_that_is_explained_is_that_of_the_two_components():
    laid = map_data.lay_out(shipped_predictor(), some(60).key, some(60))
    units = map_data.hidden_units(shipped_predictor().model, some(60).digits.images)
    spectrum = np.linalg.svd(units - units.mean(axis=0), compute_uv=False) ** 2
    assert laid.explained == pytest.approx(spectrum[:2].sum() / spectrum.sum(), rel=1e-3)
    np.testing.assert_allclose(
        laid.found.places, map_by_components(units).places, rtol=1e-3, atol=1e-3
    )
