"""How a reading is shown: the digit, the ten bars, and the strip of layers."""

import html

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.decision import decide
from cnn.ink.strokes import Picture, PreparationStep
from cnn.plots.images import data_uri, grey, mosaic
from cnn.plots.readings import probability_bars
from cnn.predictor import Reading
from pages.shared import charts

QUIET = "rgba(128, 138, 150, 0.5)"
# Layer, its name on the page, and how many screen pixels one of its pixels takes.
LAYERS = (
    ("conv1", "Layer 1", 1),
    ("pool1", "Pooled 1", 2),
    ("conv2", "Layer 2", 1),
    ("pool2", "Pooled 2", 2),
)


def digit(probabilities: NDArray[np.float32]) -> str:
    """Show the digit, very large, and one sentence on how sure the network is."""
    decision = decide(probabilities)
    kind, shown = ("", str(decision.digit)) if decision.sure else (" unsure", "?")
    return (
        f'<div class="reading" aria-live="polite"><div class="digit{kind}">{shown}</div>'
        f'<div class="sentence">{decision.sentence}</div></div>'
    )


def message(text: str) -> str:
    """Show, in the digit's place, why there is none."""
    return f'<div class="reading waiting"><div class="sentence">{html.escape(text)}</div></div>'


def remark(note: str, trouble: str) -> str:
    """Say in one line what the drawing is, or what went wrong; the line's place is always kept."""
    kind, text = ("trouble", trouble) if trouble else ("note", note)
    return f'<div class="remark {kind}" role="status">{html.escape(text)}</div>'


def has_bars() -> bool:
    """Whether the charts have been drawn in this browser before."""
    return charts.has_chart("bars")


def bars(probabilities: NDArray[np.float32] | None) -> None:
    """Draw the ten probabilities; without any, the same axes with no bars."""
    values = [0.0] * 10 if probabilities is None else probabilities.tolist()
    accent = str(st.get_option("theme.light.primaryColor"))
    charts.chart("bars", probability_bars(values, accent, QUIET))


def strip(image: Picture, reading: Reading, ink: str) -> str:
    """Show what the network saw and what its layers made of it, as small pictures.

    Args:
        image: The network's input.
        reading: Of the image.
        ink: The drawing as the address holds it, for links to the Layers page; "" for no links.
    """
    alt = "The network's input, 28 by 28 pixels"
    figures = [_linked("input", ink, _figure("Input", alt, grey(image), 4))]
    for name, title, zoom in LAYERS:
        if name not in reading.activations:
            continue  # a network without convolutions
        maps = reading.activations[name]
        height, width, count = maps.shape
        alt = f"{count} maps of {title.lower()}, {height} by {width} pixels each"
        figure = _figure(f"{title} · {count} of {width}×{height}", alt, mosaic(maps), zoom)
        figures.append(_linked(name, ink, figure))
    legend = '<div class="legend note">0 <span class="ramp"></span> strongest of the layer</div>'
    return f'<div class="strip">{"".join(figures)}</div>{legend}'


def preparation(steps: list[PreparationStep]) -> str:
    """Show each step from the drawing to the network's input."""
    return '<div class="steps">' + "".join(map(_step, steps)) + "</div>"


def _figure(title: str, alt: str, pixels: NDArray[np.uint8], zoom: int) -> str:
    return (
        f"<figure><figcaption>{html.escape(title)}</figcaption>"
        f'<img class="crisp" alt="{html.escape(alt)}" src="{data_uri(pixels)}"'
        f' width="{pixels.shape[1] * zoom}" height="{pixels.shape[0] * zoom}"></figure>'
    )


def _linked(layer: str, ink: str, figure: str) -> str:
    """Link a figure to its layer's place on the Layers page, which restores the drawing."""
    if not ink:
        return figure
    address = html.escape(f"Layers?layer={layer}&ink={ink}")
    return f'<a href="{address}" target="_self">{figure}</a>'


def _step(step: PreparationStep) -> str:
    return (
        f"<figure><figcaption>{html.escape(step.name)}</figcaption>"
        f'<img class="crisp" alt="{html.escape(step.name)}" src="{data_uri(grey(step.picture))}">'
        f'<div class="note">{html.escape(step.note)}</div></figure>'
    )
