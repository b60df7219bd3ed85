"""What the canvas sends, whoever wrote it: strokes, or one sentence and nothing changed."""

import json
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from cnn.ink.formats import strokes_from_canvas
from cnn.ink.strokes import InkError, rasterise
from pages.draw import canvas
from pages.draw.canvas import objects_from_message, objects_from_strokes
from pages.shared import session_model
from tests.live import sentence
from tests.paper import SEVEN
from tests.patience import PATIENCE
from tests.server import APP

STROKE = objects_from_strokes([SEVEN], 20)[0]
NESTED: list[object] = []
for _ in range(500):
    NESTED = [NESTED]
VALUES = {
    "a huge integer": 10**400,
    "a huge number": 1e308,
    "not a number": float("nan"),
    "infinity": float("-inf"),
    "a truth value": True,
    "nothing": None,
    "text": "160",
    "a long text": "9" * 100_000,
    "a list": [1],
    "a dictionary": {"x": 1},
    "nested lists": NESTED,
}
PLACES = ["type", "path", "left", "top", "scaleX", "scaleY", "angle", "skewX", "skewY", "flipX"]
PLACES += ["flipY", "originX", "originY"]
BAD_STROKES = {
    f"{name} as {place}": STROKE | {place: value}
    for place in PLACES
    for name, value in VALUES.items()
    if not (place.startswith("flip") and value is True)
}
BAD_STROKES |= {
    f"no {place}": {k: v for k, v in STROKE.items() if k != place}
    for place in ("type", "path", "left", "top", "originX", "originY")
}
BAD_STROKES |= {
    f"{name} as a command's {place}": STROKE | {"path": [["M", 1, 2], command]}
    for name, value in VALUES.items()
    for place, command in {
        "x": ["L", value, 2],
        "y": ["L", 1, value],
        "control point": ["Q", value, 1, 2, 3],
        "name": [value, 1, 2],
        "stead": value,
    }.items()
}
BAD_STROKES |= {
    f"a command {command}": STROKE | {"path": [*before, command]}
    for before in ([], [["M", 1, 2]])
    for command in (["L"], ["L", 1], ["L", 1, 2, 3], ["Q", 1, 2, 3], ["C", *range(6)], ["Z"], [])
}
BAD_MESSAGES = {
    **{name: value for name, value in VALUES.items() if value is not None},
    **{f"{name} as objects": {"objects": value} for name, value in VALUES.items()},
    **{name: {"objects": [stroke]} for name, stroke in BAD_STROKES.items()},
    "1,001 strokes": {"objects": [STROKE] * 1001},
    "a million points": {"objects": [STROKE | {"path": [["M", 1, 2]] * 1_000_000}]},
    "many points in many strokes": {"objects": [STROKE | {"path": [["M", 1, 2]] * 100}] * 1000},
}


@pytest.mark.parametrize("message", BAD_MESSAGES.values(), ids=BAD_MESSAGES)
def test_a_message_that_is_no_drawing_gets_one_short_sentence(message):
    with pytest.raises(InkError) as refused:
        objects_from_message(message)
    assert len(str(refused.value)) < 200


def test_only_what_is_known_of_a_stroke_goes_on_from_the_canvas():
    junk = {"shadow": NESTED, "stroke": "url(https://example.org)", "strokeWidth": 1e9, "x": "y"}
    (passed,) = objects_from_message({"objects": [STROKE | junk | {"angle": 30}], "more": NESTED})
    assert passed == STROKE | {"angle": 30}


def test_what_the_page_puts_on_the_canvas_comes_back_as_it_is():
    objects = objects_from_strokes([SEVEN, SEVEN[:1]], 33)
    assert objects_from_message(json.loads(json.dumps({"objects": objects}))) == objects
    assert objects_from_message(None) == objects_from_message({"objects": []}) == []


numbers = st.floats() | st.integers() | st.floats(-400, 400)
junk = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
commands = st.lists(
    st.tuples(st.sampled_from("MLQ"), numbers, numbers).map(list)
    | st.tuples(st.just("Q"), *[numbers] * 4).map(list)
    | junk,
    max_size=5,
).map(lambda rest: [["M", 1, 2], *rest])
strokes = st.builds(
    lambda path, changes: STROKE | {"path": path} | changes,
    commands,
    st.dictionaries(st.sampled_from(PLACES), numbers | junk, max_size=2),
)


@settings(max_examples=500)
@given(junk | st.fixed_dictionaries({"objects": st.lists(strokes, max_size=3)}))
def test_any_message_is_a_drawing_or_refused_and_what_passed_passes_again(message):
    try:
        objects = objects_from_message(message)
    except InkError:
        return
    assert objects_from_message({"objects": objects}) == objects
    if objects:
        assert rasterise(strokes_from_canvas({"objects": objects})).max() > 0


@pytest.fixture
def app(monkeypatch):
    """The page with a canvas that returns what a test says the browser sent."""
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    sent = SimpleNamespace(drawing={"raw": None}, backgroundFit=None)

    def st_canvas(**_):
        import streamlit

        streamlit.session_state[canvas.KEY] = {"backgroundFit": {"naturalWidth": 28}}
        return SimpleNamespace(json_data=sent.drawing.get("raw"))

    module = SimpleNamespace(st_canvas=st_canvas)
    monkeypatch.setitem(sys.modules, "streamlit_drawable_canvas", module)
    app = AppTest.from_file(APP, default_timeout=PATIENCE)
    return app, sent


def page_text(app):
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize(
    "drawing",
    [
        {"raw": BAD_MESSAGES[name]}
        for name in ("a list", "a huge number as left", "no path", "1,001 strokes", "nested lists")
    ]
    + [[1], None, 7],
    ids=range(8),
)
def test_a_bad_message_keeps_the_drawing_and_the_page_says_so_until_the_next_stroke(app, drawing):
    app, sent = app
    app.run()
    sent.drawing = {"raw": {"objects": [STROKE]}}
    app.run()
    assert sentence(app).startswith("Reads as 7")
    sent.drawing = drawing
    app.run()
    assert not app.exception
    assert sentence(app).startswith("Reads as 7")
    assert "drawing" in page_text(app).split('class="remark', 1)[1].split("</", 1)[0]
    sent.drawing = {"raw": {"objects": [STROKE, *objects_from_strokes([SEVEN + 5], 20)]}}
    app.run()
    assert not app.exception
    assert sentence(app).startswith("Reads as 7")
    assert "<" not in page_text(app).split('class="remark', 1)[1].split(">", 1)[1].split("</")[0]
