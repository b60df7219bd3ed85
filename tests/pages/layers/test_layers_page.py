"""The Layers page, with a drawing put where the canvas would return it."""

import json
import re
import struct

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits
from cnn.explain.layers import values_of
from cnn.ink.link import drawing_from_text, text_from_strokes
from cnn.ink.strokes import rasterise
from cnn.model import build, build_fc, save_model
from cnn.predictor import Predictor, shipped_predictor
from cnn.recipe import Recipe
from cnn.runs.active_model import ActiveModel, set_default
from pages.draw.canvas import objects_from_strokes
from pages.shared import datasets, session_model
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


class Message:
    """What Python sends to the browser, read as `main.js` does."""

    def __init__(self, page):
        assert not page.exception
        # The first one is the frame's, about the connection.
        _, component = page.get("bidi_component")
        self.bytes = component.proto.bytes
        (length,) = struct.unpack_from("<I", self.bytes)
        self.start = 4 + -(-length // 4) * 4
        self.text = json.loads(self.bytes[4 : 4 + length])

    def layer(self, name):
        (layer,) = (layer for layer in self.text["layers"] if layer["name"] == name)
        return layer

    def numbers(self, place):
        kind = "<f4" if place["scale"] is None else "<i2"
        found = np.frombuffer(self.bytes, kind, place["count"], self.start + place["offset"])
        return found * (place["scale"] or 1)

    def values(self, name):
        """A layer's values after ReLU."""
        layer = self.layer(name)
        values = self.numbers(layer["block"]).reshape(layer["shape"])
        return np.maximum(values, 0) if layer["relu"] else values


def open_at(page, strokes, **words):
    page.query_params["ink"] = text_from_strokes(strokes)
    for name, word in words.items():
        page.query_params[name] = word
    return page.run()


def read(page, predictor):
    """Return what TensorFlow computes for the drawing in the page's address."""
    image = rasterise(drawing_from_text(str(page.query_params["ink"])))
    return values_of(image, predictor.read(image))


def test_every_map_on_the_page_is_tensorflows_and_all_of_it_is_light(page):
    message = Message(open_at(page, [SEVEN]))
    values = read(page, shipped_predictor())
    assert [layer["name"] for layer in message.text["layers"]] == list(values)
    for name, expected in values.items():
        step = message.layer(name)["most_before"] / 32767
        np.testing.assert_allclose(message.values(name), expected, atol=step + 1e-4)
    assert len(message.bytes) <= 250_000


@pytest.mark.parametrize(
    "place", [("conv1", 3, 0, 0), ("conv1", 31, 14, 27), ("conv2", 17, 5, 9), ("conv2", 63, 13, 0)]
)
def test_a_convolutions_row_holds_what_its_kernel_meets(page, place):
    layer, channel, row, column = place
    words = {"layer": layer, "channel": str(channel), "row": str(row), "col": str(column)}
    message = Message(open_at(page, [SEVEN], **words))
    explanation = message.text["explanation"]
    strip = message.numbers(explanation["strip"]).reshape(
        explanation["size"][0], -1, explanation["channels"]
    )
    kernel = message.numbers(explanation["kernel"]).reshape(
        *explanation["size"], explanation["channels"]
    )
    values = read(page, shipped_predictor())[layer]
    for at in range(values.shape[1]):
        total = (strip[:, at : at + explanation["size"][1]] * kernel).sum() + explanation["bias"]
        assert max(total, 0) == pytest.approx(values[row, at, channel], abs=1e-4)
    assert f"row {row}, column {column} = " in message.text["sentence"]


@pytest.mark.parametrize("layer", ["pool1", "pool2", "dense1", "logits"])
def test_other_layers_cells_are_told_with_tensorflows_values(page, layer):
    message = Message(open_at(page, [SEVEN], layer=layer, channel="7"))
    values = read(page, shipped_predictor())[layer]
    expected = values[0, 0, 7] if values.ndim == 3 else values[7]
    assert message.text["explanation"]["after"] == pytest.approx(expected, abs=1e-4)


def test_a_logit_is_traced_back_to_the_maps_it_comes_from(page):
    message = Message(open_at(page, [SEVEN], layer="logits", channel="7"))
    explanation = message.text["explanation"]
    assert explanation["maps_of"] == "Pooled 2"
    sums = [abs(of_map["sum"]) for of_map in explanation["maps"]]
    assert sums == sorted(sums, reverse=True)
    assert np.sum(explanation["maps"][0]["values"]) == pytest.approx(
        explanation["maps"][0]["sum"], abs=1e-4
    )


def test_the_softmax_is_told_with_all_its_numbers(page):
    message = Message(open_at(page, [SEVEN], layer="softmax", channel="7"))
    values = read(page, shipped_predictor())
    explanation = message.text["explanation"]
    np.testing.assert_allclose(explanation["logits"], values["logits"], atol=1e-4)
    np.testing.assert_allclose(explanation["probabilities"], values["softmax"], atol=1e-4)
    assert np.sum(explanation["powers"]) * explanation["probabilities"][7] == pytest.approx(
        explanation["powers"][7]
    )


def test_a_new_stroke_changes_the_maps_and_leaves_the_cell(page, paper):
    open_at(page, [ONE], layer="conv2", channel="17", row="5", col="9")
    before = Message(page)
    paper.objects.extend(objects_from_strokes([SEVEN], 20))
    after = Message(page.run())
    assert not np.array_equal(before.values("conv1"), after.values("conv1"))
    assert before.text["cell"] == after.text["cell"]
    assert after.text["cell"] == {"layer": "conv2", "channel": 17, "row": 5, "column": 9}


def test_what_tensorflow_compiled_outlives_a_run_of_the_page(page, monkeypatch):
    from tensorflow.python.eager import context

    page.run()
    lost = []
    monkeypatch.setattr(context.context(), "clear_kernel_cache", lambda: lost.append(True))
    page.run()
    assert not page.exception
    assert not lost


def test_without_a_drawing_an_example_is_shown_and_the_page_says_so(page):
    message = Message(page.run())
    assert "No drawing yet: this is test digit 0" in page_text(page)
    assert "ink" not in page.query_params
    assert message.values("input").max() > 0


def test_a_layer_alone_in_the_address_opens_its_strongest_cell(page):
    message = Message(open_at(page, [SEVEN], layer="pool1"))
    values = read(page, shipped_predictor())["pool1"]
    assert message.text["explanation"]["after"] == pytest.approx(values.max(), abs=1e-4)


@pytest.mark.parametrize(
    ("asked", "heading"),
    [("What matters", "What matters to this answer"), ("Why misread?", "Misread doctor")],
)
def test_more_about_the_answer_is_shown_when_it_is_asked_for(page, asked, heading):
    page.session_state["more"] = asked
    open_at(page, [SEVEN])
    assert not page.exception
    assert heading in [subheader.value for subheader in page.subheader]


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
    message = Message(open_at(page, [SEVEN], **words))
    assert sentence in page_text(page)
    assert message.text["cell"]["layer"] == "conv2"


def test_another_network_is_drawn_from_its_own_layers(page, monkeypatch):
    other = Predictor(build_fc(seed=2), "other")
    session_model._loading.clear()
    monkeypatch.setattr(session_model, "load_active", lambda _: ActiveModel(other))
    message = Message(open_at(page, [SEVEN]))
    session_model._loading.clear()
    names = [layer["name"] for layer in message.text["layers"]]
    assert names == ["input", "flatten", "dense1", "logits", "softmax"]
    assert message.layer("dense1")["shape"] == [300]
    assert message.text["cell"]["layer"] == "softmax"


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
    message = Message(open_at(page, [SEVEN], layer="conv2", channel="9", row="3", col="3"))
    shapes = {layer["name"]: layer["shape"] for layer in message.text["layers"]}
    assert (shapes["conv1"], shapes["conv2"]) == ([28, 28, 6], [14, 14, 10])
    assert (shapes["flatten"], shapes["dense1"]) == ([490], [50])
    assert (message.text["explanation"]["size"], message.text["explanation"]["channels"]) == (
        [3, 3],
        6,
    )
    page.query_params["layer"] = "pool2"
    explanation = Message(page.run()).text["explanation"]
    assert (explanation["kind"], explanation["count"]) == ("averaging", 4)
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
    message = Message(open_at(page, [SEVEN], layer=f"conv{count}", **last))
    names = [layer["name"] for layer in message.text["layers"]]
    maps = [f"{word}{number + 1}" for number in range(count) for word in ("conv", "pool")]
    assert names == ["input", *maps, "flatten", "dense1", "logits", "softmax"]
    assert f"Layer {count}, map {filters[-1] - 1}, row 1, column 0 = " in message.text["sentence"]


def test_what_matters_asks_about_every_convolution(page, tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    set_default(make_network(tmp_path, "three", filters=(2, 3, 4)))
    page.session_state["more"] = "What matters"
    open_at(page, [SEVEN])
    assert not page.exception
    assert re.search("the maps of layer 3 (nowhere )?speak for it", page_text(page))
    switches = [group for group in page.get("button_group") if "press to switch" in group.label]
    assert [len(group.options) for group in switches] == [2, 3, 4]
