import json
import re
import struct
import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest

from cnn.explain.layers import Layer, layers_in_file, layers_of
from cnn.model import ModelError, build, load_network, save_model
from cnn.predictor import SHIPPED_MODEL
from cnn.recipe import RECIPES, Recipe
from cnn.web.network_file import network_file
from tests.networks import READ

MADE = {
    "small": lambda: build(RECIPES["small"]),
    "average pooling": lambda: build(Recipe(filters=(2, 3), filter_size=3, pooling="average")),
    "fully connected": lambda: build(Recipe(network="fc")),
}


def parsed(content):
    """Read a network's file as its documentation says: the header, and the numbers behind it."""
    magic, length = struct.unpack("<4sI", content[:8])
    assert magic == b"DGSN"
    assert length % 4 == 0
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def dense(*weights):
    values = np.array([weights], np.float32)
    return Layer("dense1", "dense", "input", (len(weights),), weights=values, bias=values[0])


def test_every_layer_is_described_and_its_numbers_are_the_networks_own():
    layers = layers_in_file(SHIPPED_MODEL)
    header, numbers = parsed(network_file(layers, "Shipped “model”"))
    assert header["name"] == "Shipped “model”"
    end = 0
    for described, layer in zip(header["layers"], layers.values(), strict=True):
        expected = {**asdict(layer), "title": layer.title}
        for name in ("weights", "bias"):
            place, values = described.pop(name), expected.pop(name)
            if values is None:
                assert place is None
                continue
            assert place["offset"] == end
            assert end % 4 == 0
            kind = {16: "<f2", 32: "<f4"}[place["bits"]]
            found = np.frombuffer(numbers, kind, place["count"], place["offset"])
            np.testing.assert_array_equal(found, values.ravel())
            end += -(-found.nbytes // 4) * 4
        assert described == json.loads(json.dumps(expected))
    assert end == len(numbers)
    assert len(numbers) < 6_500_000


@pytest.mark.parametrize(
    ("weights", "bits"),
    [
        ((0.5, -3, 65504), 16),
        ((2.0**-24, 0, 1), 16),
        ((0.1, 0.5), 32),
        ((65536, 1), 32),
        ((1e30,), 32),
    ],
)
def test_a_number_has_16_bits_only_where_they_hold_it_exactly(weights, bits):
    header, _ = parsed(network_file({"dense1": dense(*weights)}, ""))
    assert header["layers"][0]["weights"]["bits"] == bits


@pytest.mark.parametrize("name", [*READ, *MADE])
def test_a_file_read_without_tensorflow_has_the_layers_that_tensorflow_finds(tmp_path, name):
    path = tmp_path / "model.keras"
    if name in MADE:
        save_model(MADE[name](), path)
    else:
        model = READ[name]()
        model(np.zeros((1, 28, 28, 1)))
        model.save(path)
    found, expected = layers_in_file(path), layers_of(load_network(path))
    assert list(found) == list(expected)
    for mine, theirs in zip(found.values(), expected.values(), strict=True):
        np.testing.assert_equal(asdict(mine), asdict(theirs))


def test_what_is_no_network_gets_the_sentence_that_tensorflows_side_says(tmp_path):
    path = tmp_path / "model.keras"
    for content in (None, b"none"):
        if content:
            path.write_bytes(content)
        with pytest.raises(ModelError) as said:
            load_network(path)
        with pytest.raises(ModelError, match=re.escape(str(said.value))):
            layers_in_file(path)


def test_a_network_is_written_without_tensorflow():
    code = (
        "import sys; from cnn.explain.layers import layers_in_file;"
        "from cnn.predictor import SHIPPED_MODEL; from cnn.web.network_file import network_file;"
        "assert network_file(layers_in_file(SHIPPED_MODEL), '');"
        "print({'tensorflow', 'keras', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
