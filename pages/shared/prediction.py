"""How a reading is shown: the digit, the ten bars, and the strip of layers."""

import html

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.decision import decide
from cnn.ink.strokes import Picture, PreparationStep
from cnn.model import Kind, title_of
from cnn.plots.images import data_uri, grey, mosaic, sheet_width
from cnn.plots.readings import probability_bars
from cnn.predictor import Reading
from cnn.recipe import MOST_CONVOLUTIONS
from pages.shared import charts

QUIET = "rgba(128, 138, 150, 0.5)"
# What a sheet of a layer's maps is enlarged to, at most, in screen pixels: the first layer's maps
# have the most to show.
FIRST, LATER = 240, 128
# With more convolutions than these, each layer stands above what is pooled of it.
MOST_IN_ROW = 2


def _layers() -> list[tuple[str, str, int]]:
    """List the layers that have maps, with their titles and how wide they may be shown."""
    shown: tuple[tuple[str, Kind], ...] = (("conv", "convolution"), ("pool", "pooling"))
    return [
        (f"{word}{number}", title_of(f"{word}{number}", kind), FIRST if number == 1 else LATER)
        for number in range(1, MOST_CONVOLUTIONS + 1)
        for word, kind in shown
    ]


LAYERS = _layers()


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
    # A fully connected network has none of these.
    for name, title, widest in (row for row in LAYERS if row[0] in reading.activations):
        maps = reading.activations[name]
        height, width, count = maps.shape
        alt = f"{count} maps of {title.lower()}, {height} by {width} pixels each"
        zoom = max(widest // sheet_width(width), 1)
        figure = _figure(f"{title} · {count} of {width}×{height}", alt, mosaic(maps), zoom)
        figures.append(_linked(name, ink, figure))
    legend = '<div class="legend note">0 <span class="ramp"></span> strongest of the layer</div>'
    kind = "strip deep" if len(figures) > 1 + 2 * MOST_IN_ROW else "strip"
    return f'<div class="{kind}">{"".join(figures)}</div>{legend}'


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
