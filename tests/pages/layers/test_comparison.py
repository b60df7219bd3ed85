"""Comparing on the Layers page: with a kept drawing, a test digit, another model."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.builtin import load_builtin
from cnn.ink.link import text_from_strokes
from cnn.model import build_fc, save_model
from cnn.plots.images import BETWEEN
from cnn.predictor import shipped_predictor
from pages.draw.canvas import objects_from_strokes
from pages.shared import datasets, session_model
from tests.coloured import pictures
from tests.paper import ONE, SEVEN
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def page(paper, runs, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    monkeypatch.setattr(datasets, "test_digits", lambda: ("the built-in set", load_builtin().test))
    page = AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/1_Layers.py")
    page.session_state["more"] = "Compare"
    page.query_params["ink"] = text_from_strokes([SEVEN])
    return page


def said(page):
    assert not page.exception
    return "\n".join(element.proto.body for element in page.get("html"))


def another_model(page):
    page.session_state["compare-with"] = "Another model"
    return page


def with_network(runs, name, network):
    (runs / name).mkdir()
    save_model(network, runs / name / "model.keras")


def test_without_a_kept_drawing_a_test_digit_is_beside_it(page):
    assert "Test digit" in said(page.run())
    choice = page.selectbox(key="compare-example")
    assert choice.label == "A test digit of the built-in set"
    choice.set_value(3).run()
    assert "Reads as 3" in said(page)


def test_differences_are_set_apart_by_lines_that_either_page_shows(page):
    source = r'alt="Difference of conv1, right less left" src="([^"]+)"'
    picture = re.search(source, said(page.run()))
    assert all((pixels[:, 30] == BETWEEN).all() for pixels in pictures(picture[1]))


def test_a_kept_drawing_is_compared_with_the_next_and_forgotten_when_told(page, paper):
    page.run()
    page.button(key="compare-keep").click().run()
    assert "This drawing is kept." in said(page)
    kept = page.query_params["ink"]
    paper.objects[:] = objects_from_strokes([ONE], 20)
    text = said(page.run())
    comparison = text[text.index('class="comparison"') :]
    assert comparison.index("Reads as 7") < comparison.index("Reads as 1")
    assert [comparison.count(f"Difference of {name},") for name in ("input", "conv2")] == [1, 1]
    assert f'href="Layers?ink={kept}"' in comparison
    page.button(key="compare-forget").click().run()
    assert "Kept drawing" not in said(page)


def test_each_layer_names_three_maps_and_links_to_where_they_differ_most(page):
    links = re.findall(r'href="(Layers\?layer[^"]+)"', said(page.run()))
    words = [
        re.match(r"Layers\?layer=(\w+)&amp;channel=\d+&amp;row=\d+&amp;col=\d+&amp;ink=s", link)
        for link in links
    ]
    assert [word[1] for word in words] == 3 * ["conv1"] + 3 * ["pool1"] + 3 * ["conv2"] + 3 * [
        "pool2"
    ]


def test_without_a_run_the_page_says_how_to_train_one(page):
    assert "no other model yet. Train one: digitscope train" in said(another_model(page).run())


def test_a_copy_of_the_network_reads_the_same(page, runs):
    with_network(runs, "copy", shipped_predictor().model)
    text = said(another_model(page).run())
    assert text.count("Model copy") > 4
    # Its weights are rounded to 16 bits in the file, so the last digits may differ.
    distances = re.findall(r"Distance <b class=\"number\">([\d.]+)</b>", text)
    assert distances == ["0.000"] * 4


def test_layers_that_do_not_match_are_shown_without_a_difference(page, runs):
    with_network(runs, "dense", build_fc(seed=1))
    text = said(another_model(page).run())
    assert text.count("It has no such layer.") == 4
    assert text.count("None, as the sizes are not the same.") == 4
    assert text.count("None: both are the same.") == 1  # the input


def test_a_damaged_network_gets_one_sentence_and_the_page_goes_on(page, runs):
    with_network(runs, "a", build_fc(seed=1))
    (runs / "damaged").mkdir()
    (runs / "damaged" / "model.keras").write_bytes(b"PK")
    another_model(page).run()
    page.selectbox(key="compare-model").set_value("damaged").run()
    assert said(page).count("model.keras is damaged") == 1
    page.selectbox(key="compare-model").set_value("a").run()
    assert 'class="comparison"' in said(page)
