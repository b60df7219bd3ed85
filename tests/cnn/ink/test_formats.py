import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.ink.formats import strokes_from_canvas, strokes_from_file, strokes_from_json
from cnn.ink.strokes import (
    InkError,
    rasterise,
)

SEVEN = [np.array([[60.0, 50.0], [200.0, 50.0], [110.0, 240.0]])]


def path(points, **transform):
    """A stroke as the canvas stores it, its middle where Fabric would put it."""
    points = np.asarray(points, float)
    left, top = (points.min(axis=0) + points.max(axis=0)) / 2
    commands = [["M" if i == 0 else "L", *point] for i, point in enumerate(points.tolist())]
    placed = {"left": left, "top": top, "originX": "center", "originY": "center"}
    return {"type": "Path", "path": commands} | placed | transform


def canvas(*paths):
    return {"version": "7.4.0", "objects": list(paths), "background": "#000"}


def test_canvas_curves_become_points_on_the_curve():
    stroke = {"path": [["M", 0, 0], ["Q", 10, 0, 10, 10], ["L", 10, 20]], "type": "Path"}
    middle = {"left": 5, "top": 10, "originX": "center", "originY": "center"}
    (points,) = strokes_from_canvas(canvas(stroke | middle))
    np.testing.assert_allclose(points[0], [0, 0])
    np.testing.assert_allclose(points[4], [7.5, 2.5])  # the parabola at t = 1/2
    np.testing.assert_allclose(points[-2:], [[10, 10], [10, 20]])


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({}, [[10, 20], [30, 60]]),
        ({"left": 120, "top": 90}, [[110, 70], [130, 110]]),
        ({"scaleX": 2, "scaleY": 0.5}, [[0, 30], [40, 50]]),
        ({"angle": 90}, [[40, 30], [0, 50]]),
        ({"flipX": True}, [[30, 20], [10, 60]]),
        ({"flipY": True}, [[10, 60], [30, 20]]),
        ({"skewX": 45}, [[-10, 20], [50, 60]]),
        ({"angle": 90, "scaleX": 2}, [[40, 20], [0, 60]]),
    ],
)
def test_what_the_toolbar_did_to_a_stroke_is_honoured(edit, expected):
    (points,) = strokes_from_canvas(canvas(path([[10, 20], [30, 60]], **edit)))
    np.testing.assert_allclose(points, expected, atol=1e-9)


def test_an_empty_canvas_holds_no_strokes():
    assert strokes_from_canvas(canvas()) == []


def test_plain_strokes_and_canvas_strokes_read_alike():
    plain = strokes_from_json({"strokes": [[[10, 20], [30, 60]]], "label": 1})
    drawn = strokes_from_json(canvas(path([[10, 20], [30, 60]])))
    np.testing.assert_array_equal(plain, drawn)


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        "seven",
        [],
        {},
        {"objects": 3},
        {"objects": [None]},
        {"objects": [{"type": "Rect"}]},
        {"objects": [{"type": "Path"}]},
        {"objects": [path([[1, 2]]) | {"path": [["Z"]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", "a", 2]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["Q", 1, 2, 3, 4]]}]},
        {"objects": [path([[1, 2]]) | {"path": []}]},
        {"objects": [path([[1, 2]]) | {"originX": "left"}]},
        {"objects": [path([[1, 2]]) | {"scaleX": "big"}]},
        {"strokes": 3},
        {"strokes": [[1, 2]]},
        {"strokes": [[[1, 2, 3]]]},
        {"strokes": [[["a", "b"]]]},
        {"strokes": [[[1, 2], [3]]]},
        {"strokes": [[[10**400, 2]]]},
    ],
    ids=repr,
)
def test_json_that_is_no_drawing_gets_a_sentence(data):
    with pytest.raises(InkError, match=r"drawing"):
        strokes_from_json(data)


def test_a_file_is_read_as_strokes_only_if_it_is_json():
    content = b' {"strokes": [[[10, 20], [30, 60]]]}'
    np.testing.assert_array_equal(strokes_from_file(content), [[[10, 20], [30, 60]]])
    assert strokes_from_file(b"\x89PNG") is None
    assert strokes_from_file(b"") is None


@pytest.mark.parametrize(
    "content", [b"{", b'{"strokes": [[[1', b"[" * 100_000, b'{"\xff": 1}', b"{}"], ids=range(5)
)
def test_a_damaged_json_file_gets_a_sentence(content):
    with pytest.raises(InkError, match=r"damaged|no drawing"):
        strokes_from_file(content)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


paths = st.fixed_dictionaries(
    {"type": st.just("Path"), "path": json_values, "left": json_values, "top": json_values},
    optional={"angle": json_values, "originX": st.just("center"), "originY": st.just("center")},
)


@settings(max_examples=200)
@given(
    st.fixed_dictionaries({"strokes": json_values})
    | st.fixed_dictionaries({"objects": st.lists(paths | json_values, max_size=3)})
)
def test_wild_json_is_either_ink_or_an_ink_error(data):
    try:
        assert rasterise(strokes_from_json(data)).max() > 0
    except InkError:
        return
