"""The network as a component: every map of every layer, and any cell's arithmetic.

Python sends one message of bytes: the length of a JSON text, the text, and then the numbers that
it refers to, maps as 16-bit steps of their layer's largest value, what is added up as float32. The
JavaScript in `frontend/` paints it, and sends back the cell that was clicked.
"""

import json
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.explain.arithmetic import ConvolutionSum, DenseSum, explain
from cnn.explain.attribution import contributions
from cnn.explain.layers import Layer, Values, before_relu, layers_of, padded
from cnn.explain.receptive_field import Cell, CellError, cell_from_message, receptive_fields
from cnn.ink.strokes import Picture
from cnn.plots.images import colours
from cnn.tf import Model
from pages.layers import cell_text
from pages.shared import messages

KEY = "network"
TROUBLE = "network-trouble"
FOLDER = Path(__file__).with_name("frontend")
SCRIPTS = ("draw.js", "maps.js", "cell.js", "main.js")
STEPS = 32767


def show(message: bytes, layers: dict[str, Layer], choose: Callable[[Cell], None]) -> None:
    """Show a network, and have a click on a cell choose it.

    Args:
        message: From `message_for`.
        layers: Of the network shown.
        choose: What to call with the cell that is clicked.
    """

    def chosen() -> None:
        sent = st.session_state[KEY]["cell"]
        try:
            if sent is not None:
                choose(cell_from_message(layers, sent))
        except CellError as error:
            st.session_state[TROUBLE] = str(error)

    messages.show(TROUBLE)
    _component()(key=KEY, data=message, on_cell_change=chosen)


def message_for(model: Model, values: Values, cell: Cell) -> bytes:
    """Write what the page shows of one image: all layers, and one cell's explanation.

    Args:
        model: keras.Model.
        values: Of all its layers, from `cnn.explain.layers.values_of`.
        cell: The cell to explain.
    """
    layers = layers_of(model)
    layer = layers[cell.layer]
    image = values["input"][:, :, 0]
    digit = int(values["softmax"].argmax())
    shares = contributions(model, image, digit)
    numbers = Numbers()
    explanation = explain(layers, values, cell)
    of_cell = cell_text.values_for_page(layers, cell, explanation) | {"kind": layer.kind}
    if isinstance(explanation, ConvolutionSum):
        of_cell |= _row(layer, values, cell, explanation, numbers)
    if isinstance(explanation, DenseSum):
        of_cell |= _maps_behind(layers, cell, explanation, model, image)
    text = {
        "layers": [_layer(each, values, shares, numbers) for each in layers.values()],
        "digit": digit,
        "cell": vars(cell),
        "sentence": cell_text.sentence(layer, cell, explanation),
        "opened": cell_text.opened_channel(cell, explanation),
        "explanation": of_cell,
        **_fields(layers, cell),
    }
    head = json.dumps(text).encode()
    return struct.pack("<I", len(head)) + head + bytes(-len(head) % 4) + numbers.content()


class Numbers:
    """Arrays, one after the other, each begun at a multiple of four bytes."""

    def __init__(self) -> None:
        """Begin with none."""
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, values: NDArray[Any], scale: float | None = None) -> dict[str, object]:
        """Add an array, as float32, or as int16 in units of `scale`; returns where it is."""
        written = values.astype("<f4") if scale is None else np.round(values / scale).astype("<i2")
        part = written.tobytes()
        place: dict[str, object] = {"offset": self._length, "count": values.size, "scale": scale}
        self._parts.append(part + bytes(-len(part) % 4))
        self._length += len(self._parts[-1])
        return place

    def content(self) -> bytes:
        """Return all of them."""
        return b"".join(self._parts)


def _layer(layer: Layer, values: Values, shares: Values, numbers: Numbers) -> dict[str, object]:
    """Describe a layer; one with ReLU is sent as it was before, as the page can do the rest."""
    after = values[layer.name]
    sent = before_relu(layer, values) if layer.relu else after
    most_before = float(np.abs(sent).max()) or 1.0
    described: dict[str, object] = {
        "name": layer.name,
        "title": layer.title,
        "kind": layer.kind,
        "source": layer.source,
        "shape": layer.shape,
        "relu": layer.relu,
        "most": float(after.max()),
        "most_before": most_before,
        # Few numbers are sent as they are: the page writes logits and probabilities out.
        "block": numbers.add(sent, most_before / STEPS if sent.size > 1000 else None),
    }
    if layer.is_map and layer.shape[2] > 1:
        described["strength"] = after.mean(axis=(0, 1)).tolist()
        described["contribution"] = shares[layer.name].sum(axis=(0, 1)).tolist()
    return described


def _row(
    layer: Layer, values: Values, cell: Cell, explanation: ConvolutionSum, numbers: Numbers
) -> dict[str, object]:
    """Add the kernel, and all that it meets on the cell's row."""
    assert layer.windows is not None
    top = cell.row * layer.windows.stride[0]
    width = (layer.shape[1] - 1) * layer.windows.stride[1] + layer.windows.size[1]
    strip = padded(layer, values, 0)[top : top + layer.windows.size[0], :width]
    return {
        "strip": numbers.add(strip),
        "strip_width": width,
        "kernel": numbers.add(explanation.kernel),
    }


def _maps_behind(
    layers: dict[str, Layer], cell: Cell, explanation: DenseSum, model: Model, image: Picture
) -> dict[str, object]:
    """Trace a dense unit's or a logit's sum back to the last maps before it."""
    *_, flatten = (layer for layer in layers.values() if layer.kind == "flatten")
    source = layers[flatten.source]
    if layers[cell.layer].source == flatten.name:
        return cell_text.traced_back(source, explanation.contributions.reshape(source.shape))
    return cell_text.traced_back(source, contributions(model, image, cell.channel)[source.name])


def _fields(layers: dict[str, Layer], cell: Cell) -> dict[str, object]:
    """Tell what the cell sees, and by how much that moves from column to column."""
    fields = receptive_fields(layers, cell)
    beside = receptive_fields(layers, Cell(cell.layer, cell.channel, cell.row, cell.column + 1))
    moves = layers[cell.layer].is_map
    return {
        "fields": {name: [*vars(field).values()] for name, field in fields.items()},
        "steps": {name: beside[name].left - fields[name].left for name in fields if moves},
    }


@cache
def _component() -> Any:
    """Register the component, with the same colours as all pictures of the app."""
    palette = colours(np.linspace(0, 1, 256, dtype=np.float32))[:, :3].tolist()
    scripts = [(FOLDER / name).read_text() for name in SCRIPTS]
    return st.components.v2.component(
        "digitscope_network",
        html=(FOLDER / "network.html").read_text(),
        css=(FOLDER / "network.css").read_text(),
        js="\n".join([f"const VIRIDIS = {json.dumps(palette)};", *scripts]),
    )
