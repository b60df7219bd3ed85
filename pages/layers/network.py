"""The network as two components: every map of every layer, and any cell's arithmetic.

All maps are the browser's own: it reads with the network whose address it is given, while the pen
moves. Of the chosen cell's arithmetic Python sends one message of bytes: the length of a JSON text,
the text, and then the numbers that it refers to, as float32 or bytes. The JavaScript in `frontend/`
shows both, and sends back the cell that was clicked.
"""

import json
import struct
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.explain.arithmetic import ConvolutionSum, DenseSum, explain
from cnn.explain.attribution import contributions
from cnn.explain.layers import Layer, Values, layers_of, padded
from cnn.explain.receptive_field import Cell, CellError, cell_from_message, receptive_fields
from cnn.ink.strokes import Picture
from cnn.tf import Model
from pages.layers import cell_text
from pages.live import component
from pages.shared import messages

KEY, CELL = "network", "cell"
TROUBLE = "network-trouble"
FOLDER = Path(__file__).with_name("frontend")


def show_maps(address: str, layers: Mapping[str, Layer], choose: Callable[[Cell], None]) -> None:
    """Show all of a network's maps, and have a click on a cell choose it.

    Args:
        address: Of the network's file, below the app's own.
        layers: Of this network.
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
    _maps()(key=KEY, data={"network": address}, on_cell_change=chosen)


def show_cell(message: bytes) -> None:
    """Show one cell's arithmetic, from `message_for`."""
    _cell()(key=CELL, data=message)


def message_for(address: str, model: Model, values: Values, cell: Cell) -> bytes:
    """Write what the page cannot know of one image: how one cell's value came about.

    Args:
        address: Of the network's file, by which the page tells whether it shows this one.
        model: keras.Model.
        values: Of all its layers, from `cnn.explain.layers.values_of`.
        cell: The cell to explain.
    """
    layers = layers_of(model)
    image = values["input"][:, :, 0]
    digit = int(values["softmax"].argmax())
    numbers = Numbers()
    # By which the page tells whether the drawing is still the same.
    numbers.add("picture", np.round(255 * image).astype(np.uint8))
    explanation = explain(layers, values, cell)
    text = {
        "network": address,
        "digit": digit,
        "cell": vars(cell),
        "opened": cell_text.opened_channel(cell, explanation),
        "shares": _shares(layers, contributions(model, image, digit)),
        **cell_text.values_for_page(layers, cell, explanation),
        **_fields(layers, cell),
    }
    if isinstance(explanation, ConvolutionSum):
        text["strip_width"] = _add_row(layers[cell.layer], values, cell, explanation, numbers)
    if isinstance(explanation, DenseSum):
        text |= _maps_behind(layers, cell, explanation, model, image)
    head = json.dumps(text | {"numbers": numbers.places}).encode()
    return struct.pack("<I", len(head)) + head + bytes(-len(head) % 4) + numbers.content()


class Numbers:
    """Arrays, one after the other, each begun at a multiple of four bytes.

    Attributes:
        places: Where each lies, by its name.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.places: dict[str, dict[str, object]] = {}
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, name: str, values: NDArray[Any]) -> None:
        """Add an array of uint8 as it is, or of any other type as float32."""
        is_bytes = values.dtype == np.uint8
        part = values.tobytes() if is_bytes else values.astype("<f4").tobytes()
        kind = "bytes" if is_bytes else "float32"
        self.places[name] = {"offset": self._length, "count": values.size, "type": kind}
        self._parts.append(part + bytes(-len(part) % 4))
        self._length += len(self._parts[-1])

    def content(self) -> bytes:
        """Return all of them."""
        return b"".join(self._parts)


def _shares(layers: Mapping[str, Layer], shares: Values) -> dict[str, list[float]]:
    """Tell what each map adds to the digit that is read: to sort them by, so not exactly."""
    return {
        name: [float(f"{share:.4g}") for share in shares[name].sum(axis=(0, 1))]
        for name, layer in layers.items()
        if layer.is_map and layer.shape[2] > 1
    }


def _add_row(
    layer: Layer, values: Values, cell: Cell, explanation: ConvolutionSum, numbers: Numbers
) -> int:
    """Add the kernel, and all that it meets on the cell's row; returns how wide that is."""
    assert layer.windows is not None
    top = cell.row * layer.windows.stride[0]
    width = (layer.shape[1] - 1) * layer.windows.stride[1] + layer.windows.size[1]
    numbers.add("strip", padded(layer, values, 0)[top : top + layer.windows.size[0], :width])
    numbers.add("kernel", explanation.kernel)
    return width


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
def _maps() -> Any:
    return _component("network")


@cache
def _cell() -> Any:
    return _component("cell")


def _component(name: str) -> Any:
    """Register one of the two components."""
    return component.register(
        f"digitscope_{name}",
        f"pages/layers/frontend/{name}.js",
        html=(FOLDER / f"{name}.html").read_text(),
        css="".join((FOLDER / f"{each}.css").read_text() for each in ("look", name)),
    )
