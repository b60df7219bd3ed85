"""The lessons as one component: all of them run in the browser, and Python tells what it knows.

The browser sends back where in the lessons one is, and what was drawn there: so the address always
holds both, and a link opens a lesson where its sender was. What only TensorFlow knows a lesson asks
for by one more message of this kind (`gradients.py`).
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from cnn import web
from cnn.ink.formats import strokes_from_json
from cnn.ink.strokes import InkError
from cnn.model import ModelError
from pages.draw import canvas, sketchbook
from pages.draw.sketchbook import Drawing
from pages.learn import gradients
from pages.learn.place import Place, PlaceError, names, place_from
from pages.live.component import LOADER
from pages.server import modules
from pages.shared import address, browser_network, glossary

KEY = "lessons"
MODULE = "pages/learn/frontend/learn.js"
STYLE, PAGE_STYLE = (Path(__file__).with_name(f"{name}.css") for name in ("learn", "page"))
# Enough for every shade, and every place, that a drawing has.
SHADE_DECIMALS, PLACE_DECIMALS = 3, 1


def show() -> None:
    """Show the overview, or the lesson that the address tells of."""
    place, trouble = _place()
    network, problem = _network()
    book = sketchbook.sketchbook()
    data = {
        "module": modules.address(MODULE),
        "place": vars(place),
        "trouble": trouble or book.trouble,
        "names": names(),
        "terms": glossary.TERMS,
        "network": network,
        "problem": problem,
        "drawing": _told(book.current),
        "answer": gradients.answer(),
    }
    _component()(
        key=KEY,
        data=data,
        height="content",
        on_place_change=_moved,
        on_drawn_change=_drawn,
        on_asked_change=lambda: gradients.ask(_sent("asked")),
    )
    sketchbook.write_address(book.current)
    if place.lesson:
        gradients.warm_up()
    gradients.await_network()


def _place() -> tuple[Place, str]:
    try:
        return place_from(address.words()), ""
    except PlaceError as error:
        return Place(), str(error)


def _network() -> tuple[str, str]:
    """Return the address of the network that this session reads with, or why there is none."""
    try:
        return browser_network.mine().address, ""
    except ModelError as error:
        return "", str(error)


def _told(drawing: Drawing) -> dict[str, object]:
    """Tell of a drawing: strokes in the canvas's pixels, or a picture's 784 shades."""
    if drawing.picture is not None:
        shades = np.round(drawing.picture.astype(float).ravel(), SHADE_DECIMALS)
        return {"strokes": [], "picture": shades.tolist()}
    strokes = [np.round(stroke, PLACE_DECIMALS).tolist() for stroke in drawing.strokes()]
    return {"strokes": strokes, "picture": None}


def _sent(name: str) -> object:
    return st.session_state[KEY][name]


def _moved() -> None:
    """Let the address tell where in the lessons one is; what is no place changes nothing."""
    sent = _sent("place")
    if isinstance(sent, dict):
        try:
            address.write(**place_from(sent).words())
        except PlaceError:
            return


def _drawn() -> None:
    """Make what was drawn in a lesson the session's drawing, on all pages."""
    book = sketchbook.sketchbook()
    try:
        strokes = strokes_from_json({"strokes": _sent("drawn")})
    except InkError:
        return
    book.show(Drawing(canvas.objects_from_strokes(strokes, sketchbook.BRUSH)))


@cache
def _component() -> Any:
    view = Path(web.__file__).with_name("view.css")
    return st.components.v2.component(
        "digitscope_lessons",
        html='<div class="learn-place"></div>',
        css="".join(file.read_text() for file in (view, glossary.STYLE, STYLE)),
        js=LOADER.read_text(),
    )
