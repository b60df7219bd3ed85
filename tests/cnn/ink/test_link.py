import base64
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.ink.link import LONGEST, drawing_from_text, text_from_picture, text_from_strokes
from cnn.ink.strokes import CANVAS_SIZE, InkError, rasterise

on_canvas = st.floats(0, CANVAS_SIZE)
strokes = st.lists(
    st.lists(st.tuples(on_canvas, on_canvas), min_size=1, max_size=40).map(np.array),
    min_size=1,
    max_size=6,
)


@given(strokes)
def test_restored_strokes_end_where_the_drawn_ones_do_to_an_eighth_of_a_pixel(drawing):
    restored = drawing_from_text(text_from_strokes(drawing))
    assert len(restored) == len(drawing)
    for mine, theirs in zip(restored, drawing, strict=True):
        np.testing.assert_allclose(mine[[0, -1]], theirs[[0, -1]], atol=0.126)


def test_a_restored_drawing_gives_the_network_the_same_input():
    t = np.linspace(0, 2 * np.pi, 80)
    eight = [np.stack([160 + 60 * np.sin(2 * t), 160 + 120 * np.cos(t)], axis=1)]
    text = text_from_strokes(eight)
    assert len(text) < 400
    np.testing.assert_allclose(rasterise(drawing_from_text(text)), rasterise(eight), atol=0.05)


def test_a_very_long_drawing_is_thinned_until_it_fits():
    loops = np.linspace(0, 400, 20_000)
    spiral = [np.stack([160 + loops / 3 * np.cos(loops), 160 + loops / 3 * np.sin(loops)], axis=1)]
    text = text_from_strokes(spiral)
    assert len(text) <= LONGEST
    assert len(drawing_from_text(text)[0]) > 100


def test_a_drawing_of_too_many_strokes_has_no_address():
    dots = list(np.random.default_rng(0).random((3000, 1, 2)) * CANVAS_SIZE)
    with pytest.raises(InkError, match="too many strokes"):
        text_from_strokes(dots)


def test_a_drawing_far_off_the_canvas_has_no_address():
    with pytest.raises(InkError, match="too far off the canvas"):
        text_from_strokes([np.array([[0.0, 0.0], [0.0, -9000.0]])])


def test_a_picture_keeps_sixteen_levels_of_grey_in_392_bytes():
    picture = np.random.default_rng(1).random((28, 28)).astype(np.float32)
    text = text_from_picture(picture)
    assert len(text) == 1 + -(-392 * 4 // 3)
    np.testing.assert_allclose(drawing_from_text(text), picture, atol=0.5 / 15 + 1e-6)


def _packed(content: bytes) -> str:
    return "s" + base64.urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s",
        "p",
        "x" + "A" * 20,
        "p" + "A" * 20,
        "s" + "A" * 5000,
        "../../etc/passwd",
        "s<script>",
        _packed(bytes(10_000_000)),
        _packed(b"\x01\x00\x05\x00"),
        _packed(b"\xff\xff\xff\xff"),
        _packed(b"\x01\x01\x00\x00\x00\x00\x7f\x7f"),
        text_from_strokes([np.array([[1.0, 2], [3, 4]])])[:-3],
        "s\u00e9",
        "\ud800",
        "p" + "A" * 523 + "\n",
        _packed(
            np.array([1001, *[1] * 1001, *[0] * 2002], "<i2").view("u1").reshape(-1, 2).T.tobytes()
        ),
        _packed(np.array([-1, 1, 0, 0], "<i2").view("u1").reshape(-1, 2).T.tobytes()),
    ],
    ids=range(18),
)
def test_a_damaged_or_hostile_address_gets_a_sentence(text):
    with pytest.raises(InkError, match="address is damaged"):
        drawing_from_text(text)


@settings(max_examples=300)
@given(st.text(max_size=60) | st.binary(max_size=60).map(_packed))
def test_any_text_is_a_drawing_or_damaged(text):
    try:
        drawing = drawing_from_text(text)
    except InkError:
        return
    assert isinstance(drawing, (list, np.ndarray))
