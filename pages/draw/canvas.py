"""The canvas: the one seam to streamlit-drawable-canvas."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeAlias, cast

import numpy as np
import streamlit as st
from pydantic import Field
from streamlit import runtime

from cnn.files import FileError, parse_json
from cnn.ink.formats import strokes_from_canvas
from cnn.ink.strokes import CANVAS_SIZE, SIZE, InkError, Picture, Stroke
from cnn.plots.images import data_uri, grey

CanvasObject: TypeAlias = dict[str, Any]
"""One Fabric.js object, a path of commands for each stroke, as JSON."""

KEY, GIVEN = "canvas", "canvas-given"
COMPONENT = "streamlit-drawable-canvas.streamlit_drawable_canvas"
HTML, STYLE = (Path(__file__).with_name(f"canvas.{kind}") for kind in ("html", "css"))
# No session has more.
MOST_REVISIONS = 2**31
INK = "#ffffff"
# Width of its lines, in its pixels.
BRUSH = 20
# The component's canvas has more pixels, so that lines are sharp on a large page or a fine screen.
# A power of two, by which a number can be multiplied and divided without being rounded.
ZOOM = 2
# What a path says of its place, which `strokes_from_canvas` checks.
PLACE = ("left", "top", "scaleX", "scaleY", "angle", "flipX", "flipY", "skewX", "skewY")


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

    Raises:
        InkError: What the browser sent is no drawing, or out of bounds.
    """
    # The component can be imported only where a Streamlit server runs.
    from streamlit_drawable_canvas import st_canvas

    _dress()
    try:
        result = st_canvas(
            stroke_width=ZOOM * brush,
            stroke_color=INK,
            # Always a picture, if only a black one: a change between colour and picture would make
            # the canvas start anew.
            background_image=data_uri(grey(_enlarged(background))),
            initial_drawing=vars(given) | {"objects": zoomed(given.objects, ZOOM)},
            width=ZOOM * CANVAS_SIZE,
            height=ZOOM * CANVAS_SIZE,
            key=KEY,
        )
    except (AttributeError, KeyError, TypeError) as error:
        # It looks into what the browser sent as if that could be nothing else.
        raise InkError("The canvas sent something that is no drawing: draw again.") from error
    return _held(result.json_data)


def held() -> list[CanvasObject]:
    """Return what the browser's canvas holds, in a callback: before `ask` is called again.

    Raises:
        InkError: What the browser sent is no drawing, or out of bounds.
    """
    try:
        drawing = st.session_state[KEY]["drawing"]
        return _held(drawing["raw"] if drawing else None)
    except (KeyError, TypeError) as error:
        raise InkError("The canvas sent something that is no drawing: draw again.") from error


def _held(message: object) -> list[CanvasObject]:
    """Return what the browser says that its canvas holds, in this program's pixels."""
    return zoomed(objects_from_message(message), 1 / ZOOM)


def zoomed(objects: list[CanvasObject], factor: float) -> list[CanvasObject]:
    """Return strokes in another number of pixels, so many times as large."""
    return [each | _zoomed(each, factor) for each in objects]


def _zoomed(path: CanvasObject, factor: float) -> dict[str, Any]:
    commands = [[name, *(factor * number for number in numbers)] for name, *numbers in path["path"]]
    return {"path": commands} | {
        name: factor * path[name] for name in ("left", "top", "strokeWidth") if name in path
    }


def objects_from_message(message: object) -> list[CanvasObject]:
    """Return the strokes that the canvas says it holds, of each only what is known and checked.

    Args:
        message: What the browser sent, whoever wrote it; None from a canvas that is not up yet.

    Raises:
        InkError: It is no drawing, or out of bounds; see `strokes_from_canvas`.
    """
    if message is None:
        return []
    strokes_from_canvas(message)
    paths: list[CanvasObject] = cast(dict[str, Any], message)["objects"]
    return [
        _object(path["path"], _width(path), {name: path[name] for name in PLACE if name in path})
        for path in paths
    ]


def remember(given: Given) -> None:
    """Have the browser keep what its canvas was given, in a field that nobody sees (page.css)."""
    st.session_state[GIVEN] = json.dumps(vars(given))
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


def paths_alone(objects: list[CanvasObject]) -> list[CanvasObject]:
    """Return of each object what its ink depends on: its path, and where that lies."""
    return [{n: each[n] for n in ("path", *PLACE) if n in each} for each in objects]


def objects_from_strokes(strokes: list[Stroke], brush: int) -> list[CanvasObject]:
    """Write strokes as the paths that the canvas itself would hold."""
    return [_path(stroke, brush) for stroke in strokes]


def _path(stroke: Stroke, brush: int) -> CanvasObject:
    left, top = ((stroke.min(axis=0) + stroke.max(axis=0)) / 2).tolist()
    # A line to where it starts makes even a single point visible.
    first, *others = stroke.tolist()
    commands = [["M", *first], ["L", *first], *(["L", *point] for point in others)]
    return _object(commands, brush, {"left": left, "top": top})


def _object(commands: list[Any], brush: float, place: dict[str, Any]) -> CanvasObject:
    return {
        "type": "Path",
        "path": commands,
        **place,
        "originX": "center",
        "originY": "center",
        "fill": None,
        "stroke": INK,
        "strokeWidth": brush,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
    }


def _width(path: CanvasObject) -> float:
    """Its line's width, or the usual one where that makes no sense: no reading depends on it."""
    width: Any = path.get("strokeWidth")
    is_number = isinstance(width, int | float) and not isinstance(width, bool)
    return width if is_number and 0 < width <= ZOOM * CANVAS_SIZE else BRUSH


@st.cache_resource(show_spinner=False)
def _dress() -> None:
    """Register the drawing component once more, with our own style and with a name.

    It cannot be asked to do without its toolbar, and tells no screen reader what it is.
    """
    runtime.get_instance().bidi_component_registry.unregister(COMPONENT)
    st.components.v2.component(
        COMPONENT, html=HTML.read_text(), css=STYLE.read_text(), js="index-*.js"
    )


def _enlarged(picture: Picture | None) -> Picture:
    if picture is None:
        return np.zeros((SIZE, SIZE), np.float32)
    times = ZOOM * CANVAS_SIZE // SIZE
    return picture.repeat(times, axis=0).repeat(times, axis=1)
