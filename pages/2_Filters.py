"""The Filters page: what each filter looks for, before and after training."""

import streamlit as st

from cnn.explain.feature_visualization import filter_banks
from cnn.explain.layers import Layer, layers_of
from cnn.model import ModelError
from cnn.runs.history import network_before, run_of
from pages.filters import filter_view, picker
from pages.filters.picker import Banks
from pages.shared import address, images, page, prediction, session_model

ABOUT = """<p class="note">A filter is a small pattern of weights that slides over a picture and
answers most where the two are alike.</p>"""


@st.fragment
def show_filters() -> None:
    """Let a filter be chosen, and show it."""
    waiting = st.empty()
    if not session_model.loading().done():
        waiting.html(prediction.message("Starting the network …"))
    try:
        in_use = session_model.loading().result()
        network = in_use.predictor.model
        layers = layers_of(network)
    except ModelError as error:
        waiting.html(prediction.message(str(error)))
        return
    banks = filter_banks(layers)
    start, trouble = picker.in_address(banks, address.words())
    kind = "filter" if layers[start.layer].is_map else "unit"
    waiting.html(ABOUT if kind == "filter" else about_units(layers[start.layer], banks))
    if remarks := [text for text in (session_model.problem(in_use), trouble) if text]:
        st.html(prediction.remark("", " ".join(remarks)))
    left, right = st.columns([36, 64], gap="medium")
    with left:
        choice = picker.choose(banks, layers, start)
    address.write(layer=choice.layer, filter=str(choice.number))
    with right:
        st.subheader(f"{layers[choice.layer].title}, {kind} {choice.number}", anchor="filter")
        before = network_before(in_use.predictor)
        filter_view.show(choice, network, before, run_of(in_use.predictor))


def about_units(layer: Layer, banks: Banks) -> str:
    """Say what is shown of a network without convolutions."""
    height, width, _, count = banks[layer.name].shape
    return (
        f'<p class="note">This network has no convolutions: each of the {count} units of'
        f" {layer.title} weighs all {height}×{width} pixels.</p>"
    )


page.show("Filters")
st.html(images.STYLE)
st.html(filter_view.STYLE)
show_filters()
