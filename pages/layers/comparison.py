"""Compare the current drawing's reading with another drawing's, or with another network's."""

import html
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn.data.digits import DataError
from cnn.decision import decide
from cnn.explain.layers import layers_of, values_of
from cnn.ink.strokes import Picture
from cnn.model import ModelError
from cnn.predictor import Predictor, shipped_predictor
from cnn.runs.active_model import load, model_label, trained
from cnn.runs.run import SHIPPED, RunError
from pages.draw.sketchbook import Drawing
from pages.layers import comparison_view
from pages.layers.comparison_view import Side
from pages.live import component
from pages.shared import address, browser_network, datasets, messages
from pages.shared.choices import option

DRAWING, MODEL = "A drawing", "Another model"
KEPT = "compare-kept"
EXAMPLE = "compare-example"
# Width of another network's answer, beside which the page's own is the larger.
ANSWER = 480
NO_OTHER = "There is no other model yet. Train one: digitscope train --run mine"
APART = """The two were trained apart: a filter of one need not look for what the filter of the
same number looks for in the other."""


@dataclass(frozen=True)
class Pinned:
    """A drawing kept in this session: the network's input [28, 28], and its address."""

    image: Picture
    ink: str


def show(
    current: Drawing, image: Picture, predictor: Predictor, beside_canvas: DeltaGenerator
) -> None:
    """Let something to compare with be chosen, and show both sides and their difference.

    Args:
        current: The drawing; while it is empty, an example is read.
        image: The network's input, float32 [28, 28] in 0..1.
        predictor: The network in use.
        beside_canvas: Where another network shows how it reads, while the pen moves.
    """
    st.subheader("Compare", anchor="compare")
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare-choice"):
        against = st.segmented_control(
            "Compare with", [DRAWING, MODEL], default=DRAWING, required=True, key="compare-with"
        )
        try:
            pair = (
                _other_model(image, predictor, beside_canvas)
                if against == MODEL
                else _other_drawing(current, image, predictor)
            )
        except (DataError, ModelError, RunError) as error:
            messages.problem(error)
            return
    if isinstance(pair, str):
        st.html(f'<p class="note">{html.escape(pair)}</p>')
        return
    ink = "" if current.is_empty else address.ink()
    st.html(comparison_view.view(*pair, ink))
    if against == MODEL:
        st.html(f'<p class="note">{APART}</p>')


def _other_drawing(
    current: Drawing, image: Picture, predictor: Predictor
) -> tuple[Side, Side] | str:
    """Offer to keep the drawing, and return the kept one, or a test digit, beside the current."""
    kept: Pinned | None = st.session_state.get(KEPT)
    if kept is None:
        title, other = _test_digit(predictor, image)
        same = "This is the same test digit: choose another."
    else:
        title, other = "Kept drawing", kept.image
        same = "This drawing is kept. Clear the canvas and draw another: it comes beside it here."
    st.button("Keep this drawing to compare", icon=":material/keep:", key="compare-keep",
              on_click=_keep, args=[image], disabled=current.is_empty)  # fmt: skip
    if kept is not None:
        st.button("Forget it", key="compare-forget", on_click=_forget)
    if np.array_equal(image, other):
        return same
    now = "Example" if current.is_empty else "This drawing"
    ink = "" if kept is None else kept.ink
    return _side(title, other, predictor, ink), _side(now, image, predictor)


def _test_digit(predictor: Predictor, image: Picture) -> tuple[str, Picture]:
    """Let a test digit be chosen by its label; at first, what the network thinks second of."""
    name, digits = datasets.test_digits()
    if EXAMPLE not in st.session_state:
        st.session_state[EXAMPLE] = decide(predictor.read(image).probabilities).runner_up
    chosen = st.selectbox(f"A test digit of {name}", range(10), key=EXAMPLE, width=190)
    label = option(chosen, range(10))
    # The second of its kind: the first may be the page's own example.
    index = int(np.flatnonzero(digits.labels == label)[1])
    return f"Test digit {index}", digits.images[index]


def _other_model(
    image: Picture, predictor: Predictor, beside_canvas: DeltaGenerator
) -> tuple[Side, Side] | str:
    """Let another network be chosen, and return the one in use beside it."""
    in_use = SHIPPED if predictor is shipped_predictor() else predictor.name
    others = [name for name in trained() if name != in_use]
    if not others:
        return NO_OTHER
    chosen = option(
        st.selectbox("Model", others, format_func=model_label, key="compare-model", width=240),
        others,
    )
    with beside_canvas.container(width=ANSWER):
        st.html(f"<h4>{html.escape(model_label(chosen))}</h4>")
        component.another_answer(browser_network.of_run(chosen).address, "compare-answer")
    with st.spinner("Starting the other model …"):
        other = load(chosen)
    return _side(model_label(in_use), image, predictor), _side(model_label(chosen), image, other)


def _side(title: str, image: Picture, predictor: Predictor, ink: str = "") -> Side:
    layers = layers_of(predictor.model)
    return Side(title, layers, values_of(image, predictor.read(image)), ink)


def _keep(image: Picture) -> None:
    st.session_state[KEPT] = Pinned(image, address.ink())


def _forget() -> None:
    del st.session_state[KEPT]
