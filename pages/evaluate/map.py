"""The map of digits: some thousand of them in two dimensions, as the last hidden layer sees them.

The browser draws it and places one's own drawing on it while the pen moves: it has the network, and
the map's own arithmetic. Python lays the digits out: by components at once, by neighbours in the
background, once for each network and set.
"""

from concurrent.futures import Future
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data.measured import Measured
from cnn.evaluation.shares import per_cent
from cnn.explain.digit_map import DigitMap
from cnn.ink.formats import strokes_from_json
from cnn.ink.strokes import InkError
from cnn.predictor import Predictor
from pages.draw import canvas, sketchbook
from pages.draw.sketchbook import Drawing
from pages.evaluate import map_data
from pages.evaluate.map_data import Laid
from pages.evaluate.open_on_layers import open_on_layers
from pages.live.component import LOADER
from pages.server import maps, modules, networks

KEY, OPENED = "digit-map", "digit-map-opened"
MODULE = "pages/evaluate/frontend/map.js"
STYLE = Path(__file__).with_name("map.css")
# The browser's own, which is never old.
STILL = '<style>.st-key-map-view [data-stale="true"] { opacity: 1; }</style>'
# Seconds between two looks for the map by neighbours.
TICK = 1.5
# As many as a drawing's places have, and a map's.
DECIMALS, PLACE_DECIMALS = 1, 3
NOTHING = "There is nothing to lay out: the set holds no digit."
COMPUTING = "The map by neighbours is being computed …"
FAILED = "There is no map by neighbours of these digits."


def show_map(name: str, predictor: Predictor, measured: Measured) -> None:
    """Show digits where a network's last hidden layer puts them, and one's own drawing among them.

    Args:
        name: What to call the network.
        predictor: The network.
        measured: The digits; of many, some thousand are shown, evenly spread over them.
    """
    if not len(measured.digits):
        st.html(f'<p class="note">{NOTHING}</p>')
        return
    st.html(STILL)
    with st.spinner("Laying out digits …"):
        laid = map_data.lay_out(predictor, measured.key, measured)
    future = map_data.maps.get(laid.found)
    is_known = future.done()
    st.fragment(_show, run_every=None if is_known else TICK)(name, laid, measured, future, is_known)


def _show(
    name: str, laid: Laid, measured: Measured, future: "Future[DigitMap]", was_known: bool
) -> None:
    if future.done() and not was_known and not future.exception():
        # The page asks for no more looks. One that failed is tried again when the page is opened.
        st.rerun()
    if (digit := st.session_state.pop(OPENED, None)) is not None:
        open_on_layers(measured, int(laid.indices[digit]))
    with st.container(key="map-view"):
        _component()(
            key=KEY,
            data=_told(name, laid, measured, future),
            height="content",
            on_opened_change=lambda: _opened(len(laid.indices)),
            on_drawn_change=_drawn,
        )


def _told(
    name: str, laid: Laid, measured: Measured, future: "Future[DigitMap]"
) -> dict[str, object]:
    """Tell the browser all there is to the map."""
    known = future.result() if future.done() and not future.exception() else None
    places = known.places if known is not None and known.is_by_neighbours else None
    strokes = sketchbook.sketchbook().current.strokes()
    waiting = "" if places is not None else FAILED if future.done() else COMPUTING
    return {
        "module": modules.address(MODULE),
        "map": maps.offer(laid.file),
        "network": networks.offer(map_data.network_of(laid.predictor, name)[1]),
        "layer": laid.layer,
        "neighbours": None if places is None else _rounded(places.ravel(), PLACE_DECIMALS),
        "waiting": waiting,
        "said": _said(name, laid, measured, places),
        "strokes": [_rounded(stroke, DECIMALS) for stroke in strokes],
    }


def _rounded(values: NDArray[Any], decimals: int) -> Any:
    return np.round(values.astype(float), decimals).tolist()


def _said(
    name: str, laid: Laid, measured: Measured, places: NDArray[np.float32] | None
) -> dict[str, str]:
    """Say in words what each of the maps shows."""
    n, units = len(laid.indices), len(laid.found.mean)
    of = f" of the {len(measured.digits):,}, evenly spread" if n < len(measured.digits) else ""
    digits = f"{n:,} digits{of}" if n > 1 else "One digit"
    first = (
        f"{digits}, by the {units:,} values of {name}'s last hidden layer; {laid.wrong:,} misread,"
        " with rings."
    )
    by_components = (
        f"{first} Across and up are the two directions in which these values differ most:"
        f" {per_cent(laid.explained, 0)} of all their variance.{_alike(laid.found.places, laid)}"
    )
    if places is None:
        return {"components": by_components, "neighbours": ""}
    by_neighbours = (
        f"{first} Neighbours in the layer are neighbours here (t-SNE); how far apart the heaps lie"
        f" says nothing.{_alike(places, laid)}"
    )
    return {"components": by_components, "neighbours": by_neighbours}


def _alike(places: NDArray[np.float32], laid: Laid) -> str:
    share = map_data.alike(places, laid.labels)
    if share is None:
        return ""
    return f" For {per_cent(share, 0)} of the digits, the nearest one is the same digit."


def _sent(name: str) -> Any:
    return st.session_state[KEY][name]


def _opened(count: int) -> None:
    """Keep which of so many digits was clicked until the page is drawn; what is none is nothing."""
    sent = _sent("opened")
    digit = sent.get("digit") if isinstance(sent, dict) else None
    if type(digit) is int and 0 <= digit < count:
        st.session_state[OPENED] = digit


def _drawn() -> None:
    """Make what was drawn beside the map the session's drawing, on all pages."""
    book = sketchbook.sketchbook()
    sent = _sent("drawn")
    try:
        strokes = strokes_from_json({"strokes": sent}) if sent != [] else []
    except InkError:
        return
    book.show(Drawing(canvas.objects_from_strokes(strokes, sketchbook.BRUSH)))
    sketchbook.write_address(book.current)


@cache
def _component() -> Any:
    return st.components.v2.component(
        "digitscope_map",
        html='<div class="map-place"></div>',
        css=STYLE.read_text(),
        js=LOADER.read_text(),
    )
