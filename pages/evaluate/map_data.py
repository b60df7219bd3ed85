"""What a map of digits is made of, and its file, which a browser asks for once.

    4 bytes    "DGMP"
    3 numbers  of digits n, components c and units u, each of 32 bits
    numbers    of 32 bits: the mean [u], the axes [c, u], the digits along them [n, c], their places
               by components [n, 2], and how sure the answers are [n]
    bytes      the labels [n], what is read [n], and the pictures [n, 28, 28]

Numbers are little endian, IEEE 754; `frontend/map-data.js` reads it.
"""

import struct
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data.digits import Digits, evenly_spread
from cnn.data.measured import Measured
from cnn.explain.diagnosis import hidden_layer, hidden_units
from cnn.explain.digit_map import MOST, DigitMap, map_by_components
from cnn.explain.layers import layers_of
from cnn.explain.map_store import MapStore
from cnn.predictor import Predictor
from cnn.web.network_file import network_file
from pages.server import maps as served
from pages.server import networks
from pages.server.lasting import Lasting

MAGIC = b"DGMP"
# All sessions share the maps by neighbours.
maps = MapStore()


@dataclass(frozen=True)
class Laid:
    """Digits laid out by how one network sees them.

    Attributes:
        predictor: The network.
        layer: Its last hidden layer, by which they are laid out.
        found: Their map by components.
        indices: Where they are in the set, [n].
        labels: What they are, [n].
        wrong: How many of them are misread.
        explained: The share of all variance that the two directions of the map have.
        file: For browsers.
    """

    predictor: Predictor
    layer: str
    found: DigitMap
    indices: NDArray[np.int64]
    labels: NDArray[np.int64]
    wrong: int
    explained: float
    file: Lasting


# An entry holds its predictor, so that no other one can get the same id meanwhile.
@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs={Predictor: id})
def lay_out(predictor: Predictor, key: str, _measured: Measured) -> Laid:
    """Lay out digits by their last hidden layer, at most `MOST` of them; it takes a second.

    Args:
        predictor: The network.
        key: Of the digits.
        _measured: The digits; there is one at least.
    """
    indices = evenly_spread(len(_measured.digits), MOST)
    digits = _measured.digits.at(indices)
    units = hidden_units(predictor.model, digits.images)
    probabilities = _probabilities(predictor, units)
    found = map_by_components(units)
    variance = float(units.var(axis=0).sum())
    read = probabilities.argmax(axis=1)
    return Laid(
        predictor,
        hidden_layer(predictor.model),
        found,
        indices,
        digits.labels,
        int((read != digits.labels).sum()),
        float(found.places.var(axis=0).sum()) / variance if variance else 1.0,
        Lasting.of(map_file(found, digits, probabilities), served.KIND),
    )


def _probabilities(predictor: Predictor, units: NDArray[np.float32]) -> NDArray[np.float32]:
    """Read on from the last hidden layer, so that nothing is read twice: [n, 10]."""
    # Whoever only opens a page need not wait for it.
    from scipy.special import softmax

    last = layers_of(predictor.model)["logits"]
    assert last.weights is not None
    assert last.bias is not None
    return np.asarray(softmax(units @ last.weights + last.bias, axis=1), np.float32)


def map_file(found: DigitMap, digits: Digits, probabilities: NDArray[np.float32]) -> bytes:
    """Write a map.

    Args:
        found: By components.
        digits: Those on it.
        probabilities: What the network makes of them, float32 [n, 10].
    """
    sizes = struct.pack("<3I", len(digits), *found.axes.shape)
    certainty = probabilities.max(axis=1)
    numbers = [found.mean, found.axes, found.reduced, found.places, certainty]
    pictures = np.round(255 * digits.images)
    small = [digits.labels, probabilities.argmax(axis=1), pictures]
    return b"".join(
        [
            MAGIC,
            sizes,
            *(np.ascontiguousarray(each, "<f4").tobytes() for each in numbers),
            *(each.astype(np.uint8).tobytes() for each in small),
        ]
    )


# An entry holds its predictor, too.
@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Predictor: id})
def network_of(predictor: Predictor, name: str) -> tuple[Predictor, Lasting]:
    """Return a network, and its file for browsers."""
    content = network_file(layers_of(predictor.model), name)
    return predictor, Lasting.of(content, networks.KIND)


@st.cache_data(max_entries=32, show_spinner=False)
def alike(places: NDArray[np.float32], labels: NDArray[np.int64]) -> float | None:
    """Return the share of digits whose nearest one on a map bears the same label."""
    from scipy.spatial import KDTree

    if len(places) < 2:
        return None
    _, nearest = KDTree(places).query(places, k=2)
    # Of several in one place, any may be the first.
    others = np.where(nearest[:, 0] == np.arange(len(places)), nearest[:, 1], nearest[:, 0])
    return float((labels[others] == labels).mean())
