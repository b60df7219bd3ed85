"""The Layers page: the whole network for the current drawing, down to any cell's arithmetic."""

import streamlit as st

from cnn.fields import Cell, CellError, cell_from_address, strongest_cell
from cnn.ink import InkError, Picture
from cnn.layers import Layer, Values, layers_of, values_of
from cnn.predictor import ModelError
from pages.widgets import (
    compare,
    doctor,
    drawing,
    easel,
    frame,
    matters,
    model,
    network,
    reading,
    sources,
)

MATTERS, MISREAD, COMPARE = "What matters", "Why misread?", "Compare"
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
        st.html(reading.remark(note, ""))
        st.html(reading.remark("", trouble or in_use.problem))
    network.show(network.message_for(in_use.predictor.model, values, cell), write_cell)
    # Each takes longer than the network itself: only the one that is asked for is computed.
    asked = st.segmented_control("More about this answer", [MATTERS, MISREAD, COMPARE], key="more")
    if asked == MATTERS:
        matters.show(image, in_use.predictor)
    elif asked == MISREAD:
        doctor.show(current, image, in_use.predictor)
    elif asked == COMPARE:
        compare.show(current, image, in_use.predictor)


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
