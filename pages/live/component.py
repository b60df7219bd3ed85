"""Components that follow the pen: the answer, the strip of maps, and the pen's rest.

Python tells them what it knows of the drawing, and where the network and their module are; the
browser does the rest. A module is imported from this server by a few lines (`loader.js`), and not
written into the component: so all components of a page share one reader (`reader.js`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from cnn import web
from cnn.ink.strokes import Picture
from pages.server import modules

FOLDER = "pages/live/frontend"
LOADER, REST_STYLE = (
    Path(__file__).with_name("frontend") / name for name in ("loader.js", "rest.css")
)
REST = "live-rest"
STYLE = Path(web.__file__).with_name("view.css")
# Enough for every shade that a picture has.
DECIMALS = 5


@dataclass(frozen=True)
class Known:
    """What the server knows of the drawing, and of the pen.

    Attributes:
        paths: What the canvas holds, checked; see `pages.draw.canvas`.
        picture: What is read where there are none, [28, 28] in 0..1.
        revision: Another one whenever the server has put something else on the canvas.
        brush: The pen's width in canvas pixels.
    """

    paths: list[dict[str, Any]]
    picture: Picture | None
    revision: int
    brush: int


@dataclass(frozen=True)
class Waiting:
    """A drawing that is over when the pen rests.

    Attributes:
        revision: As in `Known`.
        turn: How often the pen has rested: another one, and the canvas is ready for the next.
        is_asked: Whether the pen's rest means anything.
        is_empty: Whether nothing is drawn.
    """

    revision: int
    turn: int
    is_asked: bool
    is_empty: bool


def answer(network: str, drawing: Known, trouble: str) -> None:
    """Show the digit, a sentence and ten bars.

    Args:
        network: Address of the network's file, below the app's own; "" for none.
        drawing: What is known of it.
        trouble: Why nothing can be read; "" if it can.
    """
    picture = drawing.picture
    shades = None if picture is None else np.round(picture.astype(float).ravel(), DECIMALS).tolist()
    told = {**vars(drawing), "picture": shades}
    _show("answer", {"network": network, "drawing": told, "trouble": trouble})


def another_answer(network: str, key: str) -> None:
    """Show how another network reads the same drawing; the page must show an `answer`, too.

    Args:
        network: Address of its file, below the app's own.
        key: Tells this place on the page from others.
    """
    _show("answer", {"network": network}, key)


def strip(network: str) -> None:
    """Show the network's input and the maps of all its layers, as small pictures.

    Args:
        network: Address of the network's file, below the app's own.
    """
    _show("strip", {"network": network})


def rest(drawing: Waiting, rested: Callable[[int], None]) -> None:
    """Tell when the pen has rested on a drawing, and show how long it still has to.

    Args:
        drawing: What the server knows of it.
        rested: What to call then with the drawing's revision.
    """

    def told() -> None:
        sent = st.session_state[REST]["rested"]
        revision = sent.get("revision") if isinstance(sent, dict) else None
        if type(revision) is int:
            rested(revision)

    _show("rest", vars(drawing), on_rested_change=told)


def _show(name: str, data: dict[str, Any], key: str = "", **changes: Callable[[], None]) -> None:
    module = modules.address(f"{FOLDER}/{name}.js")
    told = {"module": module, **data}
    _component(name)(key=key or f"live-{name}", data=told, height="content", **changes)


@cache
def _component(name: str) -> Any:
    return st.components.v2.component(
        f"digitscope_{name}",
        html=f'<div class="{name}-place"></div>',
        css=(REST_STYLE if name == "rest" else STYLE).read_text(),
        js=LOADER.read_text(),
    )
