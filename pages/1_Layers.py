"""The Layers page: the whole network for the current drawing, down to any cell's arithmetic."""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from cnn.decision import decide
from cnn.explain.layers import Layer, Values, values_of
from cnn.explain.receptive_field import Cell, CellError, cell_from_address, strongest_cell
from cnn.ink.strokes import InkError, Picture
from cnn.model import ModelError
from pages.draw import editor
from pages.layers import comparison, comparison_view, diagnosis, explainers, importance, network
from pages.shared import (
    address,
    datasets,
    images,
    messages,
    page,
    prediction,
    starting,
)

MATTERS, ROBUST, COMPARE = "What matters", "How robust is this?", "Compare"
ADDRESS = {"layer": "layer", "channel": "channel", "row": "row", "col": "column"}
STYLE = Path(network.__file__).with_name("layers.css")
STARTING = "Starting the network that explains …"


@st.fragment
def layers() -> None:
    """Show the canvas, the network's answer, the network, and one cell of it."""
    st.html(STYLE)
    with st.container(key="layers-view"):
        with st.container(key="layers-canvas"):
            stand = editor.show(example)
        current, offered = stand.drawing, stand.network
        if offered is None:
            return
        words = address.words()
        trouble = trouble_with(offered.layers, words)
        with stand.under:
            note = example_note() if current.is_empty else ""
            st.html(prediction.remark(note, trouble or offered.problem))
        # All of this is the browser's own; the rest is the server's, once TensorFlow is there.
        network.show_maps(offered.address, offered.layers, write_cell)
    try:
        predictor = starting.await_network(STARTING).predictor
        image = example() if current.is_empty else current.image()
    except (ModelError, InkError) as error:
        messages.tell(str(error))
        return
    values = values_of(image, predictor.read(image))
    cell = cell_at({} if trouble else words, offered.layers, values)
    network.show_cell(network.explanation_of(offered.address, predictor.model, values, cell))
    # Each takes longer than the network itself: only the one that is asked for is computed.
    asked = ask_for(diagnosis.question(current, image, decide(values["softmax"])))
    sections: dict[str, Callable[[], None]] = {
        MATTERS: lambda: importance.show(image, predictor),
        ROBUST: lambda: diagnosis.show(current, image, predictor),
        COMPARE: lambda: comparison.show(current, image, predictor, stand.under),
    }
    with st.container(key="sections"):
        for name, show in sections.items():
            # A place each: what is no longer asked for goes at once, not when the next is there.
            if name == asked:
                with st.container(key="asked"):
                    show()
            else:
                st.empty()


def ask_for(question: str) -> str | None:
    """Let one of the explanations be asked for, of which one's name depends on the answer."""
    return st.segmented_control(
        "More about this answer",
        [MATTERS, ROBUST, COMPARE],
        format_func=lambda name: question if name == ROBUST else name,
        key="more",
    )


def example() -> Picture:
    """Return a test digit to look at while there is no drawing."""
    return datasets.test_digits()[1].images[0]


def example_note() -> str:
    """Say what is looked at while there is no drawing."""
    return f"No drawing yet: this is test digit 0 of {datasets.test_digits()[0]}."


def trouble_with(parts: Mapping[str, Layer], words: Mapping[str, str]) -> str:
    """Say why the address leads to no cell; "" if it leads to one, or names none."""
    try:
        if "layer" in words:
            cell_from_address(parts, words)
    except CellError as error:
        return str(error)
    return ""


def cell_at(words: Mapping[str, str], parts: Mapping[str, Layer], values: Values) -> Cell:
    """Return the cell that the address's words lead to, or one to begin with.

    With a layer alone, it is the layer's strongest cell.
    """
    if "layer" not in words:
        return first_cell(parts, values)
    cell = cell_from_address(parts, words)
    return strongest_cell(parts[cell.layer], values) if len(words) == 1 else cell


def first_cell(parts: Mapping[str, Layer], values: Values) -> Cell:
    """Return the strongest cell of the last convolution, or the answer of a network without."""
    convolutions = [layer for layer in parts.values() if layer.kind == "convolution"]
    return strongest_cell(convolutions[-1] if convolutions else parts["softmax"], values)


def write_cell(cell: Cell) -> None:
    """Put the chosen cell into the address, beside the drawing."""
    address.write(**{name: str(getattr(cell, attribute)) for name, attribute in ADDRESS.items()})


page.show("Layers")
# All of them from the start: no section is ever seen without its style.
for room in (images, explainers, importance, diagnosis, comparison_view):
    st.html(room.STYLE)
layers()
