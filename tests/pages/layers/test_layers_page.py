"""The Layers page, with a drawing put where the canvas would return it."""

import gzip
import json
import re
from concurrent.futures import Future

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits
from cnn.explain.attribution import contributions
from cnn.explain.layers import values_of
from cnn.ink.link import drawing_from_text, text_from_strokes
from cnn.ink.strokes import rasterise
from cnn.model import build, build_fc, save_model
from cnn.predictor import shipped_predictor
from cnn.recipe import Recipe
from cnn.runs.active_model import ActiveModel, set_default
from pages.draw.canvas import objects_from_strokes
from pages.layers import network
from pages.server import networks
from pages.shared import address, datasets, session_model
from tests.live import told
from tests.made_runs import make_network
from tests.paper import ONE, SEVEN
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture
def page(paper, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    return AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/1_Layers.py")


def page_text(page):
    return "\n".join(element.proto.body for element in page.get("html"))


def open_at(page, strokes, **words):
    page.query_params["ink"] = text_from_strokes(strokes)
    for name, word in words.items():
        page.query_params[name] = word
    return page.run()


def read(page, predictor):
    """Return what TensorFlow computes for the drawing in the page's address."""
    image = rasterise(drawing_from_text(str(page.query_params["ink"])))
    return values_of(image, predictor.read(image))


def shapes(page):
    """The shapes of the layers of the network that the browser is given, by their names."""
    assert told(page, "network")["network"] == told(page, "cell")["address"]
    digest = told(page, "network")["network"].removeprefix(networks.PREFIX)
    content = gzip.decompress(networks.find(digest).packed)
    header = json.loads(content[8 : 8 + int.from_bytes(content[4:8], "little")])
    return {layer["name"]: layer["shape"] for layer in header["layers"]}


def test_what_is_told_of_a_stroke_is_light(page):
    for layer in ("conv1", "conv2", "pool2", "dense1", "logits", "softmax"):
        open_at(page, [SEVEN], layer=layer)
        assert len(json.dumps(told(page, "network"))) < 300
        assert len(json.dumps(told(page, "cell"))) < 15_000


def test_the_maps_are_shown_before_the_servers_network_is_waited_for(page, monkeypatch):
    steps = []

    class Slow(Future):
        def done(self):
            steps.append("looked")
            if steps.count("looked") == 4:
                self.set_result(ActiveModel(shipped_predictor()))
            return super().done()

    def show(*arguments):
        steps.append("shown")
        show_maps(*arguments)

    show_maps = network.show_maps
    slow = Slow()
    monkeypatch.setattr(network, "show_maps", show)
    monkeypatch.setattr(session_model, "loading", lambda: slow)
    open_at(page, [SEVEN], layer="conv2")
    assert steps[0] == "shown"
    assert steps.count("looked") >= 4
    assert told(page, "cell")["cell"]["layer"] == "conv2"


def test_a_convolutions_cell_is_told_with_its_value_and_what_each_map_adds_to_the_answer(page):
    place = {"layer": "conv2", "channel": "17", "row": "5", "col": "9"}
    cell = told(open_at(page, [SEVEN], **place), "cell")
    values = read(page, shipped_predictor())
    assert cell["after"] == pytest.approx(values["conv2"][5, 9, 17], abs=1e-4)
    assert cell["fields"]["pool1"] == [3, 7, 5, 5]
    assert {name: len(shares) for name, shares in cell["shares"].items()} == {
        "conv1": 32, "pool1": 32, "conv2": 64, "pool2": 64
    }  # fmt: skip
    shares = contributions(shipped_predictor().model, values["input"][:, :, 0], 7)["pool2"]
    np.testing.assert_allclose(cell["shares"]["pool2"], shares.sum(axis=(0, 1)), rtol=1e-3)


def test_the_page_is_told_of_which_drawing_an_explanation_is(page):
    picture = told(open_at(page, [SEVEN]), "cell")["picture"]
    expected = 255 * read(page, shipped_predictor())["input"].ravel()
    np.testing.assert_allclose(picture, expected, atol=0.5)


@pytest.mark.parametrize("layer", ["pool1", "pool2", "dense1", "logits"])
def test_other_layers_cells_are_told_with_tensorflows_values(page, layer):
    cell = told(open_at(page, [SEVEN], layer=layer, channel="7"), "cell")
    values = read(page, shipped_predictor())[layer]
    expected = values[0, 0, 7] if values.ndim == 3 else values[7]
    assert cell["after"] == pytest.approx(expected, abs=1e-4)


def test_a_logit_is_traced_back_to_the_maps_it_comes_from(page):
    explanation = told(open_at(page, [SEVEN], layer="logits", channel="7"), "cell")
    assert explanation["maps_of"] == "pool2"
    sums = [abs(of_map["sum"]) for of_map in explanation["maps"]]
    assert sums == sorted(sums, reverse=True)
    assert np.sum(explanation["maps"][0]["values"]) == pytest.approx(
        explanation["maps"][0]["sum"], abs=1e-4
    )


def test_the_softmax_is_told_with_all_its_numbers(page):
    explanation = told(open_at(page, [SEVEN], layer="softmax", channel="7"), "cell")
    values = read(page, shipped_predictor())
    np.testing.assert_allclose(explanation["logits"], values["logits"], atol=1e-4)
    np.testing.assert_allclose(explanation["probabilities"], values["softmax"], atol=1e-4)
    assert np.sum(explanation["powers"]) * explanation["probabilities"][7] == pytest.approx(
        explanation["powers"][7]
    )


def test_a_new_stroke_is_explained_at_the_same_cell(page, paper):
    open_at(page, [ONE], layer="conv2", channel="17", row="5", col="9")
    before = told(page, "cell")
    paper.objects.extend(objects_from_strokes([SEVEN], 20))
    after = told(page.run(), "cell")
    assert before["picture"] != after["picture"]
    assert before["cell"] == after["cell"]
    assert after["cell"] == {"layer": "conv2", "channel": 17, "row": 5, "column": 9}


def test_what_tensorflow_compiled_outlives_a_run_of_the_page(page, monkeypatch):
    from tensorflow.python.eager import context

    page.run()
    lost = []
    monkeypatch.setattr(context.context(), "clear_kernel_cache", lambda: lost.append(True))
    page.run()
    assert not page.exception
    assert not lost


def test_without_a_drawing_an_example_is_shown_and_the_page_says_so(page):
    page.run()
    assert "No drawing yet: this is test digit 0" in page_text(page)
    assert "ink" not in page.query_params
    assert max(told(page, "cell")["picture"]) == 255


def test_a_layer_alone_in_the_address_opens_its_strongest_cell(page):
    cell = told(open_at(page, [SEVEN], layer="pool1"), "cell")
    values = read(page, shipped_predictor())["pool1"]
    assert cell["after"] == pytest.approx(values.max(), abs=1e-4)


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("What matters", "What matters to this answer"),
        ("How robust is this?", "How robust is this?"),
    ],
)
def test_more_about_the_answer_is_shown_when_it_is_asked_for(page, asked, heading):
    page.session_state["more"] = asked
    open_at(page, [SEVEN])
    assert not page.exception
    assert heading in [subheader.value for subheader in page.subheader]


def test_once_a_person_says_what_was_meant_the_question_is_why_it_was_misread(page):
    page.session_state["more"] = "How robust is this?"
    open_at(page, [SEVEN])
    (meant,) = [group for group in page.get("button_group") if group.label == "It is meant as"]
    meant.set_value(4).run()
    assert "Why misread?" in [subheader.value for subheader in page.subheader]
    assert "Meant as 4, read as 7." in page_text(page)
    (more,) = [group for group in page.get("button_group") if "More about" in group.label]
    assert more.options == ["What matters", "Why misread?", "Compare"]


def test_of_ink_that_is_no_digit_it_is_asked_why(page):
    page.session_state["more"] = "How robust is this?"
    down, up = [[40.0, 40.0], [280.0, 280.0]], [[40.0, 280.0], [280.0, 40.0]]
    open_at(page, [np.array(down), np.array(up)])
    assert "Why no digit?" in [subheader.value for subheader in page.subheader]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"layer": "conv9"}, "There is no layer “conv9” in this network"),
        ({"layer": "conv2", "channel": "64"}, "Layer conv2 has channel 0 to 63, not 64."),
        ({"layer": "conv2", "channel": "1", "row": "five"}, "“five”, is not a whole number."),
        ({"layer": "<script>"}, "no layer “&lt;script&gt;”"),
    ],
)
def test_a_bad_address_gets_one_sentence_and_the_page_works(page, words, sentence):
    open_at(page, [SEVEN], **words)
    assert sentence in page_text(page)
    assert told(page, "cell")["cell"]["layer"] == "conv2"


def test_another_network_is_explained_from_its_own_layers(page, tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    (tmp_path / "flat").mkdir()
    save_model(build_fc(seed=2), tmp_path / "flat" / "model.keras")
    set_default("flat")
    open_at(page, [SEVEN])
    assert list(shapes(page)) == ["input", "flatten", "dense1", "logits", "softmax"]
    assert shapes(page)["dense1"] == [300]
    assert told(page, "cell")["cell"]["layer"] == "softmax"


def small_network():
    recipe = Recipe(filters=(6, 10), filter_size=3, pooling="average", dense_units=50)
    return build(recipe)


def test_a_network_of_other_filter_counts_opens_here_and_on_the_filters_page(
    page, tmp_path, monkeypatch
):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    digits = load_builtin().test
    few = Digits(digits.images[:40], digits.labels[:40])
    monkeypatch.setattr(datasets, "test_digits", lambda: ("a few", few))
    (tmp_path / "small").mkdir()
    save_model(small_network(), tmp_path / "small" / "model.keras")
    set_default("small")
    open_at(page, [SEVEN], layer="conv2", channel="9", row="3", col="3")
    assert (shapes(page)["conv1"], shapes(page)["conv2"]) == ([28, 28, 6], [14, 14, 10])
    assert (shapes(page)["flatten"], shapes(page)["dense1"]) == ([490], [50])
    assert told(page, "cell")["fields"]["pool1"] == [2, 2, 3, 3]
    page.session_state[address.KEY].words["Layers"] = {"layer": "pool2"}
    explanation = told(page.run(), "cell")
    assert explanation["count"] == 4
    assert explanation["after"] == pytest.approx(np.mean(explanation["window"]))
    page.query_params.clear()
    page.query_params.update({"layer": "conv2", "filter": "9"})
    page.switch_page("pages/2_Filters.py").run()
    assert not page.exception
    assert page.subheader[0].value == "Layer 2, filter 9"
    assert len(page.get("button_group")[1].options) == 10
    assert "6 of 3 by 3" in page_text(page)


@pytest.mark.parametrize("count", [1, 3, 4])
def test_every_convolution_has_an_address_and_its_arithmetic(page, tmp_path, monkeypatch, count):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    filters = (2, 3, 4, 5)[:count]
    set_default(make_network(tmp_path, "deep", filters))
    last = {"channel": str(filters[-1] - 1), "row": "1", "col": "0"}
    open_at(page, [SEVEN], layer=f"conv{count}", **last)
    maps = [f"{word}{number + 1}" for number in range(count) for word in ("conv", "pool")]
    assert list(shapes(page)) == ["input", *maps, "flatten", "dense1", "logits", "softmax"]
    assert told(page, "cell")["cell"] == {
        "layer": f"conv{count}", "channel": filters[-1] - 1, "row": 1, "column": 0
    }  # fmt: skip


def test_what_matters_asks_about_every_convolution(page, tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    set_default(make_network(tmp_path, "three", filters=(2, 3, 4)))
    page.session_state["more"] = "What matters"
    open_at(page, [SEVEN])
    assert not page.exception
    assert re.search("the maps of layer 3 (nowhere )?speak for it", page_text(page))
    switches = [group for group in page.get("button_group") if "press to switch" in group.label]
    assert [len(group.options) for group in switches] == [2, 3, 4]
