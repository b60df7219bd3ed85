"""What matters to an answer, and filters switched off, on a page of their own."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.builtin import load_builtin
from cnn.data.digits import DataError
from cnn.explain.ablation import Ablation
from cnn.predictor import shipped_predictor
from pages.layers import ablation
from pages.shared import datasets
from tests.patience import PATIENCE

IMAGE = load_builtin().test.images[3]


def page_of_the_shipped_network():
    import streamlit as st

    from cnn.predictor import shipped_predictor
    from pages.layers import importance

    importance.show(st.session_state["image"], shipped_predictor())


def page_of_a_fully_connected_network():
    import streamlit as st

    from cnn.model import build_fc
    from cnn.predictor import Predictor
    from pages.layers import importance

    importance.show(st.session_state["image"], Predictor(build_fc(seed=1), "fc"))


@pytest.fixture
def few_test_digits(monkeypatch):
    monkeypatch.setattr(ablation, "MOST_DIGITS", 40)
    monkeypatch.setattr(ablation, "PART", 15)


def opened(function):
    page = AppTest.from_function(function, default_timeout=PATIENCE)
    page.session_state["image"] = IMAGE
    return page.run()


@pytest.fixture
def page(few_test_digits):
    return opened(page_of_the_shipped_network)


def text(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def logits():
    return shipped_predictor().read(IMAGE).activations["logits"]


def answers(page):
    """The two columns of probabilities, as written."""
    table = next(e.proto.body for e in page.get("html") if 'class="answers"' in e.proto.body)
    numbers = re.findall(r'class="number(?: read)?">([^<]*)<', table)
    return numbers[::2], numbers[1::2]


def test_the_digit_read_is_asked_about_against_the_likeliest_other(page):
    assert not page.exception
    second, first = np.argsort(logits())[-2:]
    score = logits()[first] - logits()[second]
    assert f"The logit of {first} less the logit of {second} is <b>{score:+.2f}</b>" in text(page)
    for title in ("Integrated gradients", "Grad-CAM", "Occlusion", "the maps of layer 2"):
        assert title in text(page)


def test_any_digit_can_be_asked_about_alone_or_against_another(page):
    page.selectbox(key="matters-digit").set_value("9").run()
    likeliest = next(d for d in np.argsort(-logits()) if d != 9)
    assert f"The logit of 9 less the logit of {likeliest} is" in text(page)
    page.selectbox(key="matters-other").set_value("Nothing else").run()
    score = f"{logits()[9]:+.2f}".replace("-", "−")
    assert f"The logit of 9 is <b>{score}</b>" in text(page)
    page.selectbox(key="matters-other").set_value("9").run()
    assert not page.exception
    assert "Choose two different digits." in text(page)


def test_filters_off_change_the_answer_beside_the_old_one_and_the_accuracy(page):
    before, after = answers(page)
    assert before == after
    assert "No filter off" in text(page)
    page.get("button_group")[0].set_value([*range(32)]).run()
    assert not page.exception
    assert "32 filters off" in text(page)
    same, without = answers(page)
    assert same == before
    assert without != before
    _, digits = datasets.test_digits()
    step = -(-len(digits) // 40)
    ablation = Ablation(shipped_predictor())
    prepared = ablation.prepare(digits.images[::step])
    left = ablation.logits(prepared, {"conv1": range(32)}).argmax(axis=1)
    share = f"{(left == digits.labels[::step]).mean():.2%}".replace("%", " %")
    assert f"→ {share}</b>" in text(page)
    page.button(key="filters-on").click().run()
    assert "No filter off" in text(page)
    assert answers(page) == (before, before)


def test_the_strongest_filter_is_named_and_can_be_switched_off(page):
    ablation = Ablation(shipped_predictor())
    found = ablation.strongest(ablation.prepare(IMAGE[None]))
    name = {"conv1": "layer 1", "conv2": "layer 2"}[found.layer]
    assert f"strongest single filter is {name} · {found.index}:" in text(page)
    page.button(key="strongest-off").click().run()
    assert "One filter off" in text(page)
    count = ablation.filters[found.layer]
    assert page.session_state[f"off-{found.layer}-{count}"] == [found.index]


def test_damaged_test_digits_get_a_sentence_and_the_switches_stay(monkeypatch):
    def damaged():
        raise DataError("t10k-images-idx3-ubyte.gz is damaged: get it again.")

    monkeypatch.setattr(datasets, "test_digits", damaged)
    page = opened(page_of_the_shipped_network)
    assert not page.exception
    assert "t10k-images-idx3-ubyte.gz is damaged" in text(page)
    assert len(page.get("button_group")) == 2


def test_a_fully_connected_network_is_told_to_have_no_filters_and_keeps_its_contributions():
    page = opened(page_of_a_fully_connected_network)
    assert not page.exception
    assert "Needs a convolution, and this network has none." in text(page)
    assert "This network has no filters" in text(page)
    assert "All 300 units" in text(page)
    assert not page.get("button_group")
