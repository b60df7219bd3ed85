"""The Filters page: what each filter looks for, before and after training."""

import streamlit as st

from cnn.exemplars import filter_banks
from cnn.history import network_before, run_of
from cnn.layers import Layer, layers_of
from cnn.predictor import ModelError
from pages.widgets import excitement, filters, frame, model, pictures, reading
from pages.widgets.filters import Banks

ABOUT = """<p class="note">A filter is a small pattern of weights that slides over a picture and
answers most where the two are alike.</p>"""
UNITS_A_ROW = 20


@st.fragment
def show_filters() -> None:
    """Let a filter be chosen, and show it."""
    waiting = st.empty()
    if not model.loading().done():
        waiting.html(reading.message("Starting the network …"))
    try:
        in_use = model.loading().result()
        network = in_use.predictor.model
        layers = layers_of(network)
    except ModelError as error:
        waiting.html(reading.message(str(error)))
        return
    banks = filter_banks(layers)
    start, trouble = filters.in_address(banks, st.query_params)
    kind = "filter" if layers[start.layer].is_map else "unit"
    waiting.html(ABOUT if kind == "filter" else about_units(layers[start.layer], banks))
    if remarks := [text for text in (model.problem(in_use), trouble) if text]:
        st.html(reading.remark("", " ".join(remarks)))
    if kind == "unit":
        st.html(pictures.weights(banks[start.layer][:, :, 0], "Weights of all units", UNITS_A_ROW))
    choice = filters.choose(banks, layers, start)
    st.query_params.update({"layer": choice.layer, "filter": str(choice.number)})
    before = network_before(in_use.predictor)
    st.subheader(f"{layers[choice.layer].title}, {kind} {choice.number}", anchor="filter")
    excitement.weights(choice, network, before, run_of(in_use.predictor))
    excitement.digits(choice, network, before)
    excitement.made(choice, network, before)


def about_units(layer: Layer, banks: Banks) -> str:
    """Say what is shown of a network without convolutions."""
    height, width, _, count = banks[layer.name].shape
    return (
        f'<p class="note">This network has no convolutions: each of the {count} units of'
        f" {layer.title} weighs all {height}×{width} pixels.</p>"
    )


frame.show("Filters")
st.html(pictures.STYLE)
show_filters()
