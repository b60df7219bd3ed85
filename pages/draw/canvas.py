"""The canvas: the one seam to streamlit-drawable-canvas."""

import json
from dataclasses import asdict, dataclass
from typing import Annotated, Any, TypeAlias

import numpy as np
import streamlit as st
from pydantic import Field

from cnn.files import FileError, parse_json
from cnn.ink.strokes import CANVAS_SIZE, SIZE, Picture, Stroke
from cnn.plots.images import data_uri, grey

CanvasObject: TypeAlias = dict[str, Any]
"""One Fabric.js object, a path of commands for each stroke, as JSON."""

# No session has more.
MOST_REVISIONS = 2**31
KEY, GIVEN = "canvas", "canvas-given"


@dataclass(frozen=True)
class Given:
    """What a canvas starts with; when that changes, it replaces what is drawn.

    Attributes:
        objects: Fabric.js paths as JSON.
        revision: Tells it from what has the same objects.
    """

    objects: list[CanvasObject]
    revision: Annotated[int, Field(ge=0, le=MOST_REVISIONS)]


def ask(given: Given, background: Picture | None, brush: int) -> list[CanvasObject]:
    """Show the canvas and return the objects on it, Fabric.js paths as JSON.

    Tests put a drawing here, as they run no JavaScript.

    Args:
        given: What the canvas starts with.
        background: A picture [28, 28] to lie under the strokes.
        brush: Line width in canvas pixels.
    """
    # The component can be imported only where a Streamlit server runs.
    from streamlit_drawable_canvas import st_canvas

    result = st_canvas(
        stroke_width=brush,
        stroke_color="#ffffff",
        # Always a picture, if only a black one: a change between colour and picture would make
        # the canvas start anew.
        background_image=data_uri(grey(_enlarged(background))),
        initial_drawing=asdict(given),
        width=CANVAS_SIZE,
        height=CANVAS_SIZE,
        key=KEY,
    )
    objects: list[CanvasObject] = (result.json_data or {}).get("objects", [])
    return objects


def remember(given: Given) -> None:
    """Have the browser keep what its canvas was given, in a field that nobody sees (page.css)."""
    st.session_state[GIVEN] = json.dumps(asdict(given))
    _memory()


def given_before() -> Given | None:
    """Return what the browser's canvas was given by a server, or in a session, that is no more.

    Given the same again, the canvas keeps all that was drawn in the meantime.
    """
    try:
        return parse_json(_memory().encode(), Given, "What the canvas was given")
    except FileError:
        return None


def _memory() -> str:
    return st.text_input("What the canvas was given", key=GIVEN, label_visibility="collapsed")


def is_new() -> bool:
    """Whether the canvas was not on the page before this run."""
    return KEY not in st.session_state


def is_up() -> bool:
    """Whether the canvas can be drawn on; once it can, it reports how its background lies."""
    return KEY in st.session_state and st.session_state[KEY]["backgroundFit"] is not None


def objects_from_strokes(strokes: list[Stroke], brush: int) -> list[CanvasObject]:
    """Write strokes as the paths that the canvas itself would hold."""
    return [_path(stroke, brush) for stroke in strokes]


def _path(stroke: Stroke, brush: int) -> CanvasObject:
    left, top = (stroke.min(axis=0) + stroke.max(axis=0)) / 2
    # A line to where it starts makes even a single point visible.
    first, *others = stroke.tolist()
    commands = [["M", *first], ["L", *first], *(["L", *point] for point in others)]
    return {
        "type": "Path",
        "path": commands,
        "left": float(left),
        "top": float(top),
        "originX": "center",
        "originY": "center",
        "fill": None,
        "stroke": "#ffffff",
        "strokeWidth": brush,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
    }


def _enlarged(picture: Picture | None) -> Picture:
    if picture is None:
        return np.zeros((SIZE, SIZE), np.float32)
    return picture.repeat(CANVAS_SIZE // SIZE, axis=0).repeat(CANVAS_SIZE // SIZE, axis=1)
