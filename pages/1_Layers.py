"""The Layers page: the whole network for the current drawing, down to any cell's arithmetic."""

import streamlit as st

from cnn.fields import Cell, CellError, cell_from_address, strongest_cell
from cnn.ink import InkError, Picture
from cnn.layers import Layer, Values, layers_of, values_of
from cnn.predictor import ModelError
from pages.widgets import drawing, easel, frame, model, network, reading, sources

ADDRESS = {"layer": "layer", "channel": "channel", "row": "row", "col": "column"}
HELP = """<p>Every map of every layer, for your own digit. Click any map or number, or move with Tab
and the arrow keys: below, its arithmetic.</p>"""


@st.fragment
def layers() -> None:
    """Show the canvas, the network's answer, the network, and one cell of it."""
    book = drawing.sketchbook()
    left, middle, right = st.columns([320, 300, 400], gap="medium", width="stretch")
    with left:
        current = easel.show(book)
    with middle:
        answer = st.empty()
    drawing.write_address(current)
    if not model.loading().done():
        answer.html(reading.message("Starting the network …"))
    try:
        in_use = model.loading().result()
        image, note = (current.image(), "") if not current.is_empty else example()
        parts = layers_of(in_use.predictor.model)
    except (ModelError, InkError) as error:
        answer.html(reading.message(str(error)))
        return
    result = in_use.predictor.read(image)
    answer.html(reading.digit(result.probabilities))
    values = values_of(image, result)
    cell, trouble = cell_in_address(parts, values)
    with right:
        st.html(HELP)
        for sentence in (note, in_use.problem, trouble):
            st.html(reading.remark("" if sentence == trouble else sentence, trouble))
    network.show(network.message_for(in_use.predictor.model, values, cell), write_cell)


def example() -> tuple[Picture, str]:
    """Return a test digit to look at while there is no drawing, and what to say of it."""
    name, digits = sources.examples()
    return digits.images[0], f"No drawing yet: this is test digit 0 of {name}."


def cell_in_address(parts: dict[str, Layer], values: Values) -> tuple[Cell, str]:
    """Return the cell in the address and "", or another one and what is wrong with the address.

    With a layer alone, it is the layer's strongest cell.
    """
    words = {name: st.query_params[name] for name in ADDRESS if name in st.query_params}
    if "layer" not in words:
        return first_cell(parts, values), ""
    try:
        cell = cell_from_address(parts, words)
    except CellError as error:
        return first_cell(parts, values), str(error)
    return (strongest_cell(parts[cell.layer], values) if len(words) == 1 else cell), ""


def first_cell(parts: dict[str, Layer], values: Values) -> Cell:
    """Return the strongest cell of the last convolution, or the answer of a network without."""
    convolutions = [layer for layer in parts.values() if layer.kind == "convolution"]
    return strongest_cell(convolutions[-1] if convolutions else parts["softmax"], values)


def write_cell(cell: Cell) -> None:
    """Put the chosen cell into the address, beside the drawing."""
    for name, attribute in ADDRESS.items():
        st.query_params[name] = str(getattr(cell, attribute))


frame.show("Layers")
layers()
