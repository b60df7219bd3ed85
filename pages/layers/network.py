"""The network as two components: every map of every layer, and any cell's arithmetic.

All maps are the browser's own: it reads with the network whose address it is given, while the pen
moves. How the chosen cell's value came about Python tells when the pen rests, in a few kilobytes of
JSON. The JavaScript in `frontend/` shows both, and sends back the cell that was clicked.
"""

import html
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from cnn.explain.arithmetic import DenseSum, explain
from cnn.explain.attribution import contributions
from cnn.explain.layers import Layer, Values, layers_of
from cnn.explain.receptive_field import Cell, CellError, cell_from_message, receptive_fields
from cnn.ink.strokes import Picture
from cnn.tf import Model
from pages.layers import cell_text
from pages.live.component import LOADER
from pages.server import modules
from pages.shared import glossary, messages

# Words that the maps' own labels use.
TERMS = json.dumps({term: glossary.meaning(term) for term in ("logit", "ReLU")})
KEY, CELL = "network", "cell"
TROUBLE = "network-trouble"
FOLDER, MODULES = Path(__file__).with_name("frontend"), "pages/layers/frontend"
SHADES = 255


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
    module = modules.address(f"{MODULES}/network.js")
    _maps()(key=KEY, data={"module": module, "network": address}, on_cell_change=chosen)


def show_cell(explanation: dict[str, object]) -> None:
    """Show one cell's arithmetic, from `explanation_of`."""
    _cell()(key=CELL, data={"module": modules.address(f"{MODULES}/cell.js"), **explanation})


def explanation_of(address: str, model: Model, values: Values, cell: Cell) -> dict[str, object]:
    """Tell how a cell's value came about, but for the maps and weights that the page has itself.

    Args:
        address: Of the network's file, by which the page tells whether it shows this one.
        model: keras.Model.
        values: Of all its layers, from `cnn.explain.layers.values_of`.
        cell: The cell to explain.
    """
    layers = layers_of(model)
    image = values["input"][:, :, 0]
    digit = int(values["softmax"].argmax())
    explanation = explain(layers, values, cell)
    told = {
        "address": address,
        # By which the page tells whether the drawing is still the same.
        "picture": np.round(SHADES * image).astype(int).ravel().tolist(),
        "digit": digit,
        "cell": vars(cell),
        "opened": cell_text.opened_channel(cell, explanation),
        "shares": _shares(layers, contributions(model, image, digit)),
        **cell_text.values_for_page(layers, cell, explanation),
        **_fields(layers, cell),
    }
    if isinstance(explanation, DenseSum):
        told |= _maps_behind(layers, cell, explanation, model, image)
    return told


def _shares(layers: Mapping[str, Layer], shares: Values) -> dict[str, list[float]]:
    """Tell what each map adds to the digit that is read: to sort them by, so not exactly."""
    return {
        name: [float(f"{share:.4g}") for share in shares[name].sum(axis=(0, 1))]
        for name, layer in layers.items()
        if layer.is_map and layer.shape[2] > 1
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
def _maps() -> Any:
    return _component("network")


@cache
def _cell() -> Any:
    return _component("cell")


def _component(name: str) -> Any:
    """Register one of the two components."""
    return st.components.v2.component(
        f"digitscope_{name}",
        html=(FOLDER / f"{name}.html").read_text().replace("{terms}", html.escape(TERMS)),
        css="".join(
            style.read_text()
            for style in (FOLDER / "look.css", FOLDER / f"{name}.css", glossary.STYLE)
        ),
        js=LOADER.read_text(),
    )
