"""One filter: its weights, an image made to excite it, and the digits that do; then and now."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

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
    seen,
)
from cnn.explain.layers import layers_of
from cnn.ink.strokes import Picture
from cnn.runs.history import filters_after, kept_epochs
from cnn.runs.run import Run, RunError
from cnn.tf import Model
from pages.filters.picker import Choice
from pages.shared import datasets, images, messages

STYLE = Path(__file__).with_name("filters.css")
EXEMPLARS = 10
BEFORE, AFTER = "Before training", "After training"
UNKNOWN = '<p class="note">The weights it began with are not known.</p>'
OTHERS = "What this run kept of its epochs is of another network than its model."
# A run keeps each epoch's filters, but the whole network only of the last.
WEIGHTS_ALONE = """<p class="note">The epoch changes these weights only. What excites the filter is
shown for the end of training.</p>"""
HOW = """<p class="note">Of {count:,} test digits of {name}: what the filter's most excited cell
sees, where that is, the digit's label, and the activation. The image above is made by gradient
ascent, from faint grain, on the pixels that one cell sees.</p>"""


@dataclass(frozen=True)
class Moment:
    """A network at the beginning or at the end of its training.

    Attributes:
        kind: "before" or "after", the place on the page.
        model: The network; None if it is not known.
    """

    kind: str
    model: Model | None


def show(choice: Choice, model: Model, before: Model | None, run: Run | None) -> None:
    """Show all of a filter, before and after training.

    Args:
        choice: The filter.
        model: The network as it is.
        before: As it began; None if that is not known.
        run: That it comes from, whose epochs were kept.
    """
    moments = (Moment("before", before), Moment("after", model))
    with st.container(key="filter"):
        banks, title = _after(choice, model, run)
        with st.container(key="filter-parts"):
            st.html(_weights(choice, moments, banks, title))
            st.html(
                f'<div class="then-now">{"".join(_made(choice, each) for each in moments)}</div>'
            )
        _show_exemplars(choice, moments)


def _after(
    choice: Choice, model: Model, run: Run | None
) -> tuple[Mapping[str, NDArray[np.float32]], str]:
    """Return the weights at the right, after training or any epoch of it, and a title for them."""
    layers = layers_of(model)
    now = filter_banks(layers)
    epochs = kept_epochs(run) if run is not None and layers[choice.layer].is_map else []
    if run is None or len(epochs) < 2:
        return now, AFTER
    epoch = st.select_slider("Epoch", epochs, epochs[-1], key="filters-epoch", width=400)
    st.html(WEIGHTS_ALONE)
    try:
        kept = filters_after(run, epoch)
    except RunError as error:
        messages.problem(error)
        return now, AFTER
    if choice.layer in kept and kept[choice.layer].shape == now[choice.layer].shape:
        return kept, f"After epoch {epoch}"
    messages.problem(OTHERS)
    return now, AFTER


def _weights(
    choice: Choice,
    moments: tuple[Moment, Moment],
    banks: Mapping[str, NDArray[np.float32]],
    title: str,
) -> str:
    """Show all slices of a filter, of several the strongest again, with its numbers."""
    strongest = int((banks[choice.layer][..., choice.number] ** 2).sum(axis=(0, 1)).argmax())
    parts = []
    for moment, head in zip(moments, (BEFORE, title), strict=True):
        parts.append(f'<h4 class="part {moment.kind}">{head}</h4>')
        if moment.model is None:
            parts.append(f'<div class="weighed {moment.kind}">{UNKNOWN}</div>')
            continue
        known = banks if moment.kind == "after" else filter_banks(layers_of(moment.model))
        slices = known[choice.layer][..., choice.number]
        height, width, count = slices.shape
        alt = f"Weights of filter {choice.number}: {count} of {width} by {height}"
        one, caption = alt, "Weights"
        if count > 1:
            caption = f"Slice {strongest}, the strongest"
            one = f"Weights of its slice {strongest}"
            all_of_them = f"Weights, a slice for each of the {count} maps it reads"
            parts.append(_figure(f"wide {moment.kind}", all_of_them, images.weights(slices, alt)))
        numbers = images.numbers(slices[:, :, strongest], one)
        parts.append(_figure(f"weighed {moment.kind}", caption, numbers))
    return f'<div class="then-now">{"".join(parts)}</div>'


def _made(choice: Choice, moment: Moment) -> str:
    """Show the image that gradient ascent makes for a filter, as far as the filter sees it."""
    if moment.model is None:
        return ""
    made = _maximization(moment.model, choice.layer, choice.number)
    height, width = made.shape
    caption = f"Made to excite it, {width}×{height}"
    return _figure(f"made {moment.kind}", caption, images.ink(made, "The image made"))


def _show_exemplars(choice: Choice, moments: tuple[Moment, Moment]) -> None:
    """Show the test digits that excite a filter most, and where in them."""
    head = '<h4 class="part">Test digits that excite it most</h4>'
    try:
        name, examples = datasets.test_digits()
    except DataError as error:
        st.html(head)
        messages.problem(error)
        return
    with st.spinner("Searching the test digits …"):
        sides = [
            UNKNOWN if each.model is None else _exciting(choice, each.model) for each in moments
        ]
    titled = (
        f'<div><div class="note">{title}</div>{side}</div>'
        for title, side in zip((BEFORE, AFTER), sides, strict=True)
    )
    note = HOW.format(count=len(examples), name=html.escape(name))
    st.html(f'{head}<div class="excited">{"".join(titled)}</div>{note}')


def _exciting(choice: Choice, model: Model) -> str:
    _, examples = datasets.test_digits()
    found = exemplars(model, choice.layer, _peaks(model, choice.layer), choice.number, EXEMPLARS)
    if not found:
        return '<p class="note">It is silent: no test digit excites it.</p>'
    figures = []
    for one in found:
        image, label = examples.images[one.index], examples.labels[one.index]
        caption = f"<b>{label}</b> {one.activation:.2f}"
        alt = f"A {label} that excites the filter by {one.activation:.2f}"
        part = seen(image, one.field)
        figures.append(images.digit_and_part(image, part, alt, caption, one.field))
    return images.row(figures)


def _figure(kind: str, caption: str, body: str) -> str:
    return f'<figure class="{kind}"><figcaption>{caption}</figcaption>{body}</figure>'


@lru_cache(maxsize=8)
def _peaks(model: Model, layer: str) -> Peaks:
    return peaks(model, layer, datasets.test_digits()[1].images)


@lru_cache(maxsize=64)
def _maximization(model: Model, layer: str, channel: int) -> Picture:
    return seen(*activation_maximization(model, layer, channel))
