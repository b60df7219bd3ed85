"""The Layers page: the whole network for the current drawing, down to any cell's arithmetic."""

import streamlit as st

from cnn.explain.layers import Layer, Values, layers_of, values_of
from cnn.explain.receptive_field import Cell, CellError, cell_from_address, strongest_cell
from cnn.ink.strokes import Picture
from cnn.model import ModelError
from pages.draw import editor
from pages.layers import comparison, diagnosis, importance, network
from pages.shared import datasets, page, prediction, session_model

MATTERS, MISREAD, COMPARE = "What matters", "Why misread?", "Compare"
ADDRESS = {"layer": "layer", "channel": "channel", "row": "row", "col": "column"}
HELP = """<p>Every map of every layer, for your own digit. Click any map or number, or move with Tab
and the arrow keys: below, its arithmetic.</p>"""


@st.fragment
def layers() -> None:
    """Show the canvas, the network's answer, the network, and one cell of it."""
    stand = editor.show(example)
    current = stand.drawing
    waiting = st.empty()
    read = editor.read(example if current.is_empty else current.image, waiting)
    if read is None:
        return
    image, predictor = read.image, read.in_use.predictor
    try:
        parts = layers_of(predictor.model)
    except ModelError as error:
        st.html(prediction.remark("", str(error)))
        return
    values = values_of(image, read.reading)
    cell, trouble = cell_in_address(parts, values)
    with stand.under:
        st.html(HELP)
        st.html(prediction.remark(example_note() if current.is_empty else "", ""))
        st.html(prediction.remark("", trouble or session_model.problem(read.in_use)))
    network.show(network.message_for(predictor.model, values, cell), parts, write_cell)
    # Each takes longer than the network itself: only the one that is asked for is computed.
    asked = st.segmented_control("More about this answer", [MATTERS, MISREAD, COMPARE], key="more")
    if asked == MATTERS:
        importance.show(image, predictor)
    elif asked == MISREAD:
        diagnosis.show(current, image, predictor)
    elif asked == COMPARE:
        comparison.show(current, image, predictor, stand.under)


def example() -> Picture:
    """Return a test digit to look at while there is no drawing."""
    return datasets.test_digits()[1].images[0]


def example_note() -> str:
    """Say what is looked at while there is no drawing."""
    return f"No drawing yet: this is test digit 0 of {datasets.test_digits()[0]}."


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


page.show("Layers")
layers()
