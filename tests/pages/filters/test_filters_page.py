"""The Filters page, with the shipped network, a run's, and a network without convolutions."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits
from cnn.model import build_fc, save_model
from cnn.predictor import shipped_predictor
from cnn.recipe import Recipe
from cnn.runs import active_model
from cnn.runs.recorder import record
from cnn.runs.run import SHIPPED, Run, Task, runs_folder
from cnn.training.dataset import TrainingSet
from cnn.training.trainer import train
from pages.filters import filter_view
from pages.shared import datasets, session_model
from tests.made_runs import make_network
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture(scope="module")
def some():
    digits = load_builtin().test
    return Digits(digits.images[:40], digits.labels[:40])


@pytest.fixture
def page(some, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    monkeypatch.setattr(datasets, "test_digits", lambda: ("a few", some))
    filter_view._peaks.cache_clear()

    def open_page(**address):
        app = AppTest.from_file(APP, default_timeout=PATIENCE)
        app.switch_page("pages/2_Filters.py")
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return open_page


@pytest.fixture(scope="module")
def run(some):
    recipe = Recipe(epochs=2, batch_size=20, learning_rate=1e-3, precision="float32", seed=5)
    training = TrainingSet(
        (some.images * 255).astype(np.uint8), some.labels, np.zeros(40, np.float32)
    )
    run = Run.create(runs_folder() / "filters", Task(recipe, "digits"))
    for _ in record(run, train(recipe, training, some)):
        pass
    return run


@pytest.fixture
def use():
    yield active_model.set_default
    active_model.set_default(SHIPPED)


def text(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def address(app):
    return {name: app.query_params[name] for name in ("layer", "filter")}


def strongest(layer, network=None):
    weights = (network or shipped_predictor().model).get_layer(layer).get_weights()[0]
    return str(np.abs(weights).reshape(-1, weights.shape[-1]).sum(axis=0).argmax())


def test_the_page_begins_with_the_strongest_filter_before_and_after_training(page):
    app = page()
    assert app.subheader[0].value == f"Layer 1, filter {strongest('conv1')}"
    said = text(app)
    assert said.count("Before training") == said.count("After training") == 2
    assert "Made to excite it, 5×5" in said
    assert "Of 40 test digits of a few" in said
    assert said.count("that excites the filter by") == 20
    assert len(app.get("button_group")[1].options) == 32
    assert not app.select_slider, "the shipped network's run is not kept"


def test_the_address_chooses_the_filter_and_follows_the_choice(page):
    app = page(layer="conv2", filter="9")
    assert app.subheader[0].value == "Layer 2, filter 9"
    assert "32 of 5 by 5" in text(app)
    assert "Of its 32 slices, each shows the strongest." in text(app)
    app.get("button_group")[1].set_value(12).run()
    assert app.subheader[0].value == "Layer 2, filter 12"
    assert address(app) == {"layer": "conv2", "filter": "12"}
    app.get("button_group")[0].set_value("conv1").run()
    assert address(app) == {"layer": "conv1", "filter": strongest("conv1")}


def test_every_convolution_can_be_chosen(page, use):
    use(make_network(runs_folder(), "three", filters=(2, 3, 4)))
    app = page(layer="conv3", filter="3")
    assert app.subheader[0].value == "Layer 3, filter 3"
    assert "3 of 5 by 5" in text(app)
    layers, filters = app.get("button_group")
    assert layers.options == ["Layer 1", "Layer 2", "Layer 3"]
    assert len(filters.options) == 4
    layers.set_value("conv2").run()
    assert address(app)["layer"] == "conv2"
    assert "choose conv1, conv2 or conv3." in text(page(layer="conv4"))


def test_a_second_click_on_the_chosen_filter_does_not_take_it_back(page):
    app = page(filter="4")
    app.get("button_group")[1].set_value(None).run()
    assert app.subheader[0].value == "Layer 1, filter 4"


@pytest.mark.parametrize(
    ("layer", "number", "sentence"),
    [
        ("dense1", "0", "no filters in a layer “dense1” of this network: choose conv1 or conv2."),
        ("<b>", "0", "&lt;b&gt;"),
        ("conv1", "32", "Layer conv1 has filters 0 to 31, not “32”."),
        ("conv1", "-1", "not “-1”."),
        ("conv2", "٣", "Layer conv2 has filters 0 to 63"),
        ("conv2", "9" * 5000, "not “99999999999999999999”."),
    ],
)
def test_a_bad_address_gets_one_sentence_and_the_strongest_filter(page, layer, number, sentence):
    app = page(layer=layer, filter=number)
    assert text(app).count('class="remark trouble"') == 1
    assert sentence in text(app)
    expected = strongest(layer if layer in ("conv1", "conv2") else "conv1")
    assert app.subheader[0].value.endswith(f"filter {expected}")
    assert address(app)["filter"] == expected


def test_a_runs_filters_can_be_followed_through_its_epochs(page, run, use):
    use("filters")
    app = page(filter="2")
    last = pictures_of_weights(app)
    app.select_slider[0].set_value(1).run()
    assert "After epoch 1" in text(app)
    assert "The epoch changes these weights only." in text(app)
    before, first = pictures_of_weights(app)
    assert before == last[0]
    assert first != last[1]


def pictures_of_weights(app):
    return re.findall(r'aria-label="Weights of filter \d+: [^"]*">(.+?)</table>', text(app))


def test_a_network_without_convolutions_shows_the_pictures_its_units_weigh_by(page, use):
    folder = runs_folder() / "dense"
    folder.mkdir()
    network = build_fc(seed=1)
    save_model(network, folder / "model.keras")
    use("dense")
    app = page()
    assert "no convolutions: each of the 300 units of Dense 1 weighs all 28×28 pixels" in text(app)
    assert app.subheader[0].value == f"Dense 1, unit {strongest('dense1', network)}"
    assert "The weights it began with are not known." in text(app)
    assert "Weights of all units" in text(app)
    assert "Made to excite it, 28×28" in text(app)
    app.number_input[0].set_value(299).run()
    assert address(app) == {"layer": "dense1", "filter": "299"}
    assert not app.exception
