"""The strip of layers, for networks of one to four convolutions and of none."""

import re

import numpy as np
import pytest

from cnn.model import build, build_fc
from cnn.predictor import Predictor, shipped_predictor
from cnn.recipe import Recipe
from pages.shared import prediction

IMAGE = np.eye(28, dtype=np.float32)
CAPTIONS = [
    "Layer 1 · 2 of 28×28",
    "Pooled 1 · 2 of 14×14",
    "Layer 2 · 3 of 14×14",
    "Pooled 2 · 3 of 7×7",
    "Layer 3 · 4 of 7×7",
    "Pooled 3 · 4 of 4×4",
    "Layer 4 · 5 of 4×4",
    "Pooled 4 · 5 of 2×2",
]


def strip(predictor):
    return prediction.strip(IMAGE, predictor.read(IMAGE), "7v")


def captions(shown):
    return re.findall(r"<figcaption>([^<]*)<", shown)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_strip_shows_and_links_every_convolution_and_what_is_pooled_of_it(count):
    network = build(Recipe(filters=(2, 3, 4, 5)[:count], dense_units=8))
    shown = strip(Predictor(network, "some"))
    assert captions(shown) == ["Input", *CAPTIONS[: 2 * count]]
    linked = [f"{word}{number + 1}" for number in range(count) for word in ("conv", "pool")]
    assert re.findall(r'href="Layers\?layer=(\w+)&amp;ink=7v"', shown) == ["input", *linked]


def test_the_shipped_networks_strip_is_as_wide_as_ever_and_in_one_row():
    shown = strip(shipped_predictor())
    assert re.findall(r'width="(\d+)"', shown) == ["112", "231", "238", "119", "126"]
    assert 'class="strip"' in shown


def test_a_fully_connected_networks_strip_is_its_input():
    assert captions(strip(Predictor(build_fc(seed=0), "fc"))) == ["Input"]
