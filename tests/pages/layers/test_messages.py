"""What a hand-made message says that the Layers page's widgets hold: an option, or nothing."""

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from cnn.data.builtin import load_builtin
from pages.layers import ablation, comparison, network
from pages.shared import browser_network, datasets
from pages.shared.choices import option, those_of
from tests.patience import PATIENCE

IMAGE = load_builtin().test.images[3]
TEXTS = ["", "11", "../../etc/passwd", "x" * 100_000]
LISTS = [["11"], ["1", "1"], ["x"] * 1000]


def page_of_what_matters():
    import streamlit as st

    from cnn.predictor import shipped_predictor
    from pages.layers import importance

    importance.show(st.session_state["image"], shipped_predictor())


def page_of_a_comparison():
    import streamlit as st

    from cnn.predictor import shipped_predictor
    from pages.draw.sketchbook import Drawing
    from pages.layers import comparison

    comparison.show(Drawing(), st.session_state["image"], shipped_predictor(), st.container())


def page_of_a_network():
    import streamlit as st

    from pages.layers import network
    from pages.shared import browser_network

    offered = browser_network.mine()
    chosen = st.session_state.setdefault("chosen", [])
    network.show_maps(offered.address, offered.layers, chosen.append)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(ablation, "MOST_DIGITS", 20)
    monkeypatch.setattr(datasets, "test_digits", lambda: ("a few", load_builtin().test))


def opened(function):
    page = AppTest.from_function(function, default_timeout=PATIENCE)
    page.session_state["image"] = IMAGE
    return page.run()


def send(page, widget, **value):
    """Send what the widgets hold, but of one of them what no page of ours would send."""
    held = [state for state in page._tree.get_widget_states().widgets if state.id != widget.id]
    state = WidgetState(id=widget.id)
    for field, content in value.items():
        if isinstance(content, list):
            getattr(state, field).data.extend(content)
        else:
            setattr(state, field, content)
    page._run(WidgetStates(widgets=[*held, state]))
    assert not page.exception


def test_what_matters_asks_for_the_first_option_where_there_is_no_such_and_switches_nothing_off():
    page = opened(page_of_what_matters)
    before = page.get("html")[1].proto.body
    for text in TEXTS:
        for key in ("matters-digit", "matters-other"):
            send(page, page.selectbox(key=key), string_value=text)
            assert page.get("html")[1].proto.body == before
    for texts in LISTS:
        send(page, page.get("button_group")[0].proto, string_array_value=texts)
    page.button(key="strongest-off").click().run()
    assert not page.exception


def test_a_comparison_opens_only_test_digits_and_models_that_there_are(monkeypatch):
    asked = []

    def load(name):
        asked.append(name)
        raise comparison.RunError("There is no such run.")

    monkeypatch.setattr(browser_network, "of_run", load)
    monkeypatch.setattr(comparison, "trained", lambda: ["one", "two"])
    page = opened(page_of_a_comparison)
    for text in TEXTS:
        send(page, page.selectbox(key="compare-example"), string_value=text)
        send(page, page.get("button_group")[0].proto, string_array_value=[text])
    page.session_state["compare-with"] = comparison.MODEL
    page.run()
    for text in TEXTS:
        send(page, page.selectbox(key="compare-model"), string_value=text)
    assert set(asked) == {"one"}


@pytest.mark.parametrize(
    "sent", [[], "conv1", {"layer": "conv1", "channel": 10**5000, "row": 0, "column": 0}]
)
def test_a_click_on_no_cell_chooses_none_and_the_page_says_so(sent, monkeypatch):
    def component(on_cell_change, **_):
        import streamlit

        if "pressed" not in streamlit.session_state:
            streamlit.session_state["pressed"] = True
            streamlit.session_state[network.KEY] = {"cell": sent}
            on_cell_change()

    monkeypatch.setattr(network, "_maps", lambda: component)
    page = opened(page_of_a_network)
    assert not page.exception
    page.run()
    assert page.session_state["chosen"] == []
    (said,) = page.get("html")
    assert "no cell" in said.proto.body


def test_only_an_option_of_its_own_type_is_one():
    assert [option(x, range(10)) for x in (3, 3.0, True, "3", None, [3], 10**400)] == [3] + [0] * 6
    assert option(np.int64(3), range(10)) == 0
    assert those_of([3, "3", True, 3, 1, None], range(10)) == [1, 3]
    assert those_of("31", "123") == those_of(None, range(10)) == []
