import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.ink.formats import strokes_from_canvas, strokes_from_file, strokes_from_json
from cnn.ink.strokes import MOST_POINTS, InkError, rasterise

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


@pytest.mark.parametrize("size", [0.04, 1, 6])
def test_a_pen_that_trembles_on_the_canvas_makes_a_dot_and_no_1(size):
    dot = strokes_from_canvas(canvas(path([[10, 20], [10, 20 + size]])))
    np.testing.assert_array_equal(rasterise(dot), rasterise([np.array([[5.0, 5.0]])]))


def test_a_line_longer_than_a_dot_and_points_in_any_unit_are_scaled_up():
    line = np.array([[10.0, 20.0], [10.0, 27.0]])
    np.testing.assert_array_equal(strokes_from_canvas(canvas(path(line.tolist()))), [line])
    assert len(strokes_from_json({"strokes": [[[0, 0], [0, 1]]]})[0]) == 2


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
        {"objects": [path([[1, 2]]) | {"scaleX": 1e300}]},
        {"objects": [path([[1, 2]]) | {"scaleX": float("nan")}]},
        {"objects": [path([[1, 2], [3, 4]]) | {"scaleX": 1e6, "skewX": 90}]},
        {"objects": [path([[1, 2]]) | {"angle": None}]},
        {"objects": [path([[1, 2]]) | {"angle": "90"}]},
        {"objects": [path([[1, 2]]) | {"flipX": "no"}]},
        {"objects": [path([[1, 2]]) | {"left": 10**400}]},
        {"objects": [path([[1, 2]]) | {"left": True}]},
        {"objects": [path([[1, 2]]) | {"originX": []}]},
        {"objects": [path([[1, 2]]) | {"type": ["Path"]}]},
        {"objects": [path([[1, 2]]) | {"path": [[["M"], 1, 2]]}]},
        {"objects": [path([[1, 2]]) | {"path": [[{}, 1, 2]]}]},
        {"objects": [path([[1, 2]]) | {"path": [{"M": 1}]}]},
        {"objects": [path([[1, 2]]) | {"path": [[]]}]},
        {"objects": [path([[1, 2]]) | {"path": ["M12"]}]},
        {"objects": [path([[1, 2]]) | {"path": "M12"}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1, 2, 3, 4]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1, 2], ["Q", 1, 2]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1, 2], ["Q", 1, 2, 3, 4, 5]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1, "2"]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1, None]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1, True]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1, [2]]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1, 10**400]]}]},
        {"objects": [path([[1, 2]]) | {"path": [["M", 1, -1e308], ["L", 5, 1e308]]}]},
        {"objects": [path([[1, 2]])] * 1001},
        {"objects": [path([[1, 2]] * 25_001)]},
        {"strokes": 3},
        {"strokes": None},
        {"strokes": {}, "objects": 3},
        {"strokes": "abc"},
        {"strokes": ["ab"]},
        {"strokes": [["ab"]]},
        {"strokes": [[["1", "2"]]]},
        {"strokes": [[[1, None]]]},
        {"strokes": [[[1, True]]]},
        {"strokes": [[[1, [2]]]]},
        {"strokes": [{"ab": 1}]},
        {"strokes": [[[-1e308, 0], [1e308, 5]]]},
        {"strokes": [[[1, float("nan")]]]},
        {"strokes": [[[1, 2]]] * 1001},
        {"strokes": [[[1, 2]] * 200_001]},
        {"strokes": [[1, 2]]},
        {"strokes": [[[1, 2, 3]]]},
        {"strokes": [[["a", "b"]]]},
        {"strokes": [[[1, 2], [3]]]},
        {"strokes": [[[10**400, 2]]]},
    ],
    ids=lambda data: f"{data!r:.60}",
)
def test_json_that_is_no_drawing_gets_a_sentence(data):
    with pytest.raises(InkError, match=r"drawing") as refused:
        rasterise(strokes_from_json(data))
    assert len(str(refused.value)) < 200


def test_a_file_is_read_as_strokes_only_if_it_is_json():
    content = b' {"strokes": [[[10, 20], [30, 60]]]}'
    np.testing.assert_array_equal(strokes_from_file(content), [[[10, 20], [30, 60]]])
    assert strokes_from_file(b"\x89PNG") is None
    assert strokes_from_file(b"") is None


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"strokes": [[[1',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"strokes": [[[1, ' + b"9" * 1_000_000 + b"]]]}",
        b'{"\xff": 1}',
        b"{}",
    ],
    ids=range(7),
)
def test_a_damaged_json_file_gets_a_sentence(content):
    with pytest.raises(InkError, match=r"damaged|no drawing"):
        strokes_from_file(content)


def test_a_json_file_larger_than_a_drawing_is_refused_before_it_is_parsed():
    content = json.dumps({"strokes": [[[1.5, 2.5]] * 200_000]}).encode()
    with pytest.raises(InkError, match="bytes, more than the 2,000,000 of a drawing"):
        strokes_from_file(content)


@pytest.mark.parametrize("tiny", [1e-308, -5e-324, 1e-7])
def test_numbers_too_small_to_reckon_with_are_a_dot(tiny):
    (dot,) = strokes_from_json({"strokes": [[[0, tiny], [tiny, 0]]]})
    assert not dot.any()
    assert 4 < rasterise([dot]).sum() < 6.5


def test_three_minutes_of_scribbling_are_read():
    events = np.random.default_rng(0).uniform(0, 320, (10_000, 4)).round(2).tolist()
    scribbled = [
        {"type": "Path", "path": [["M", 1, 2], *(["Q", *event] for event in events[i::40])]}
        | {"left": 160, "top": 160, "originX": "center", "originY": "center"}
        for i in range(40)
    ]
    strokes = strokes_from_file(json.dumps(canvas(*scribbled)).encode())
    assert len(strokes) == 40
    assert sum(map(len, strokes)) <= MOST_POINTS
    assert rasterise(strokes).max() == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


paths = st.fixed_dictionaries(
    {"type": st.just("Path"), "path": json_values, "left": json_values, "top": json_values},
    optional={
        name: json_values | st.floats(-2e6, 2e6)
        for name in ("angle", "scaleX", "scaleY", "skewX", "skewY", "flipX")
    }
    | {"originX": st.just("center"), "originY": st.just("center")},
)
# Nearly right, so that what lies behind the first checks is reached.
commands = st.lists(
    st.tuples(st.sampled_from("MLQ"), *[st.floats() | st.integers()] * 2).map(list)
    | st.tuples(st.just("Q"), *[st.floats(-2e6, 2e6)] * 4).map(list),
    min_size=1,
    max_size=6,
).map(lambda rest: [["M", 1, 2], *rest])
placed = st.builds(
    lambda stroke, changes: stroke | changes,
    st.builds(lambda drawn: path([[1, 2], [30, 40]]) | {"path": drawn}, commands),
    st.dictionaries(st.sampled_from(["angle", "scaleX", "skewY", "left", "top"]), st.floats()),
)


@settings(max_examples=400)
@given(
    st.fixed_dictionaries({"strokes": json_values})
    | st.fixed_dictionaries({"objects": st.lists(paths | placed | json_values, max_size=3)})
)
def test_wild_json_is_either_ink_or_an_ink_error(data):
    try:
        assert rasterise(strokes_from_json(data)).max() > 0
    except InkError:
        return
