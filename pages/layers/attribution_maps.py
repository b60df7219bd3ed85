"""The three maps of what matters in a drawing, with its outline upon them."""

import html
from urllib.parse import quote

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.explain.attribution import BLACK, PATCH, Attributor, Question
from cnn.ink.strokes import SIZE, Picture
from cnn.plots.images import coloured
from pages.layers.explainers import Tools
from pages.shared import glossary, images
from pages.shared.text import signed

FIGURE = """<figure><figcaption><b>{title}</b>{tip}</figcaption>
<div class="map"><img class="crisp" alt="{title}" src="{picture}"><img alt="" src="{outline}"></div>
<div class="legend note">{low} {ramp} {high}</div>
<div class="note">{note}</div></figure>"""


def score(question: Question, value: float) -> str:
    """Say in one line what is asked, and the score in question."""
    of = f"The logit of {question.digit}"
    if question.rather_than is not None:
        of += f" less the logit of {question.rather_than}"
    tip = glossary.tip("logit")
    return f'<p class="score">{of} is <b>{signed(value)}</b>{tip}</p>'


def figures(image: Picture, question: Question, value: float, tools: Tools) -> str:
    """Show integrated gradients, Grad-CAM and occlusion side by side.

    Args:
        image: The network's input.
        question: What is asked.
        value: The score in question.
        tools: Ask the network.
    """
    gradients, heat, fall, black = _maps(tools.token, tools.attributor, image, question)
    last = tools.titles.get(tools.attributor.last_convolution or "", "")
    outline = _outline(image)
    return (
        '<div class="attributions">'
        + _about_zero(
            "Integrated gradients",
            glossary.tip("integrated gradients"),
            gradients,
            outline,
            f"Each pixel's share of what the ink adds to a black image's {signed(black)}: "
            f"{signed(value - black)}. Their sum is {signed(gradients.sum())}.",
        )
        + _grad_cam(heat, outline, last)
        + _about_zero(
            f"Occlusion, {PATCH}×{PATCH}",
            glossary.tip("occlusion"),
            fall,
            outline,
            _falls(fall, value),
        )
        + "</div>"
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _maps(
    token: str, _attributor: Attributor, image: Picture, question: Question
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32], float]:
    """Integrated gradients, Grad-CAM if there can be one, occlusion, and a black image's score."""
    has_maps = _attributor.last_convolution is not None
    return (
        _attributor.integrated_gradients(image, question),
        _attributor.grad_cam(image, question) if has_maps else None,
        _attributor.occlusion(image, question),
        _attributor.score(BLACK, question),
    )


def _falls(fall: NDArray[np.float32], value: float) -> str:
    row, column = np.unravel_index(fall.argmax(), fall.shape)
    return (
        "How much the score falls without the ink around a pixel. Most at "
        f"row {row}, column {column}: from {signed(value)} to {signed(value - fall.max())}."
    )


def _grad_cam(heat: NDArray[np.float32] | None, outline: str, layer: str) -> str:
    tip = glossary.tip("Grad-CAM")
    if heat is None:
        return (
            f"<figure><figcaption><b>Grad-CAM</b>{tip}</figcaption>"
            '<div class="note">Needs a convolution, and this network has none.</div></figure>'
        )
    high = float(heat.max())
    note = (
        f"Where the maps of {layer.lower()} speak for it, weighed by how much each one matters."
        if high > 0
        else f"Weighed by what matters, the maps of {layer.lower()} nowhere speak for it."
    )
    return FIGURE.format(
        title="Grad-CAM",
        tip=tip,
        note=html.escape(note),
        picture=coloured(heat / max(high, 1e-9)),
        outline=outline,
        low="0",
        ramp=images.ramp(0),
        high="strongest",
    )


def _about_zero(title: str, tip: str, values: NDArray[np.float32], outline: str, note: str) -> str:
    largest = max(float(np.abs(values).max()), 1e-9)
    return FIGURE.format(
        title=title,
        tip=tip,
        note=html.escape(note),
        picture=coloured(values / largest),
        outline=outline,
        low=f"against {signed(-largest)}",
        ramp=images.ramp(),
        high=f"for {signed(largest)}",
    )


def _outline(image: Picture) -> str:
    """Draw the edges between ink and paper as an SVG, clear elsewhere, for an `img` element.

    The line is dark on a light page and light on a dark one; see `cnn.plots.images.coloured`.
    """
    ink = np.pad(image >= 0.5, 1)
    upright = np.argwhere(ink[1:-1, 1:] != ink[1:-1, :-1]).tolist()
    level = np.argwhere(ink[1:, 1:-1] != ink[:-1, 1:-1]).tolist()
    path = "".join([f"M{x} {y}v1" for y, x in upright] + [f"M{x} {y}h1" for y, x in level])
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}"><style>'
        "path{stroke:black}@media(prefers-color-scheme:dark){path{stroke:white}}</style>"
        f'<path d="{path}" fill="none" stroke-opacity="0.6"'
        ' stroke-width="0.12" stroke-linecap="square"/></svg>'
    )
    return "data:image/svg+xml," + quote(svg)
