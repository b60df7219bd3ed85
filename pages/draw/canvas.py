"""The canvas: the one seam to streamlit-drawable-canvas."""

from typing import Any, TypeAlias

import numpy as np
import streamlit as st

from cnn.ink.strokes import CANVAS_SIZE, SIZE, Picture, Stroke
from cnn.plots.images import data_uri, grey

CanvasObject: TypeAlias = dict[str, Any]
"""One Fabric.js object, a path of commands for each stroke, as JSON."""

KEY = "canvas"


def ask(initial: dict[str, Any], background: Picture | None, brush: int) -> list[CanvasObject]:
    """Show the canvas and return the objects on it, Fabric.js paths as JSON.

    Tests put a drawing here, as they run no JavaScript.

    Args:
        initial: What the canvas starts with; when it changes, it replaces what is drawn.
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
        initial_drawing=initial,
        width=CANVAS_SIZE,
        height=CANVAS_SIZE,
        key=KEY,
    )
    objects: list[CanvasObject] = (result.json_data or {}).get("objects", [])
    return objects


def is_new() -> bool:
    """Whether the canvas was not on the page before this run, and starts from `initial`."""
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
