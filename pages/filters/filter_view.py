"""One filter: its weights, the digits that excite it most, and an image made to; then and now."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data.digits import DataError
from cnn.explain.feature_visualization import (
    Peaks,
    activation_maximization,
    exemplars,
    filter_banks,
    peaks,
)
from cnn.explain.layers import layers_of
from cnn.explain.receptive_field import ReceptiveField
from cnn.ink.strokes import Picture
from cnn.runs.history import filters_after, kept_epochs
from cnn.runs.run import Run, RunError
from cnn.tf import Model
from pages.filters.picker import Choice
from pages.shared import datasets, images, messages

EXEMPLARS = 10
BEFORE, AFTER = "Before training", "After training"
UNKNOWN = '<p class="note">The weights it began with are not known.</p>'
OTHERS = "What this run kept of its epochs is of another network than its model."
# A run keeps each epoch's filters, but the whole network only of the last.
WEIGHTS_ALONE = """<p class="note">The epoch changes these weights only. What excites the filter is
shown below for the end of training.</p>"""


def show_weights(choice: Choice, model: Model, before: Model | None, run: Run | None) -> None:
    """Show a filter's weights before and after training, or after any epoch of its run."""
    st.html('<h4 class="part">Weights</h4>')
    layers = layers_of(model)
    now, title = filter_banks(layers), AFTER
    epochs = kept_epochs(run) if run is not None and layers[choice.layer].is_map else []
    if run is not None and len(epochs) > 1:
        epoch = st.select_slider("Epoch", epochs, epochs[-1], key="filters-epoch", width=400)
        st.html(WEIGHTS_ALONE)
        try:
            kept = filters_after(run, epoch)
        except RunError as error:
            messages.problem(error)
        else:
            if choice.layer in kept and kept[choice.layer].shape == now[choice.layer].shape:
                now, title = kept, f"After epoch {epoch}"
            else:
                messages.problem(OTHERS)
    left, right = st.columns(2, gap="medium")
    with left:
        past = UNKNOWN if before is None else _weights(choice, filter_banks(layers_of(before)))
        st.html(_titled(BEFORE, past))
    with right:
        st.html(_titled(title, _weights(choice, now)))


def show_exemplars(choice: Choice, model: Model, before: Model | None) -> None:
    """Show the test digits that excite a filter most, and where in them."""
    st.html('<h4 class="part">Test digits that excite it most</h4>')
    try:
        name, examples = datasets.test_digits()
    except DataError as error:
        messages.problem(error)
        return
    left, right = st.columns(2, gap="medium")
    with st.spinner("Searching the test digits …"):
        past = UNKNOWN if before is None else _exciting(choice, before)
        now = _exciting(choice, model)
    with left:
        st.html(_titled(BEFORE, past))
    with right:
        st.html(_titled(AFTER, now))
    note = f"Of {len(examples):,} test digits of {name}; below each, its label and the activation."
    st.html(f'<p class="note">{note}</p>')


def show_maximization(choice: Choice, model: Model, before: Model | None) -> None:
    """Show the image that gradient ascent makes for a filter."""
    st.html('<h4 class="part">Image made to excite it</h4>')
    left, right = st.columns(2, gap="medium")
    with left:
        st.html(_titled(BEFORE, UNKNOWN if before is None else _image(choice, before)))
    with right:
        st.html(_titled(AFTER, _image(choice, model)))
    note = "By gradient ascent, from faint grain, on the pixels that one of its cells sees."
    st.html(f'<p class="note">{note}</p>')


def _titled(title: str, body: str) -> str:
    return f'<div class="then-now"><div class="note">{title}</div>{body}</div>'


def _weights(choice: Choice, banks: Mapping[str, NDArray[np.float32]]) -> str:
    slices = banks[choice.layer][..., choice.number]
    height, width, count = slices.shape
    alt = f"Weights of filter {choice.number}: {count} of {width} by {height}"
    return images.weights(slices, alt)


def _exciting(choice: Choice, model: Model) -> str:
    _, examples = datasets.test_digits()
    found = exemplars(model, choice.layer, _peaks(model, choice.layer), choice.number, EXEMPLARS)
    if not found:
        return '<p class="note">It is silent: no test digit excites it.</p>'
    figures = []
    for one in found:
        label = examples.labels[one.index]
        caption = f"<b>{label}</b> {one.activation:.2f}"
        alt = f"A {label} that excites the filter by {one.activation:.2f}"
        figures.append(images.digit(examples.images[one.index], alt, caption, one.field))
    return images.row(figures)


def _image(choice: Choice, model: Model) -> str:
    image, field = _maximization(model, choice.layer, choice.number)
    return images.row([images.digit(image, "The image made", box=field)], "large")


@lru_cache(maxsize=8)
def _peaks(model: Model, layer: str) -> Peaks:
    return peaks(model, layer, datasets.test_digits()[1].images)


@lru_cache(maxsize=64)
def _maximization(model: Model, layer: str, channel: int) -> tuple[Picture, ReceptiveField]:
    return activation_maximization(model, layer, channel)
