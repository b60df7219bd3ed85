"""Ink that lies about beside a digit is left out; what belongs to a digit stays."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.augmentation.glyphs import FAMILIES, strokes_of
from cnn.decision import decide
from cnn.ink.strokes import (
    APART,
    CANVAS_SIZE,
    SMALL,
    TOUCH,
    preparation,
    rasterise,
    stray,
    without_a_step,
)
from cnn.predictor import shipped_predictor

TURN = np.linspace(0, 2 * np.pi, 40)


def tap(x, y, trembling=0.0):
    return np.array([[x, y], [x + trembling, y]], float)


def line(*points):
    return np.array(points, float)


def oval(low, high):
    low, high = np.array(low, float), np.array(high, float)
    return (low + high) / 2 + np.stack([np.sin(TURN), -np.cos(TURN)], axis=1) * (high - low) / 2


def placed(shape, size, corner):
    """Draw a shape so large, its box's upper left corner there."""
    strokes = strokes_of(shape, np.random.default_rng(0))
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0).max()
    return [(stroke - low) / extent * size + corner for stroke in strokes]


ZERO = oval((60, 35), (110, 105))
SHAPES = [family.shape for family in FAMILIES]
LOOSE_HAT = next(family.shape for family in FAMILIES if family.name == "5 with a loose hat")
STEM = line((160, 60), (160, 260))


def test_a_tap_far_from_a_zero_turns_it_into_nothing_else():
    image = rasterise([ZERO, tap(305, 305)])
    np.testing.assert_array_equal(image, rasterise([ZERO]))
    assert decide(shipped_predictor().read(image).probabilities).digit == 0


@pytest.mark.parametrize("ink", [tap(310, 310), tap(308, 312, 4), line((300, 310), (314, 302))])
@pytest.mark.parametrize("corner", [(0, 0), (20, 20), (100, 60)])
def test_far_ink_leaves_every_small_digit_as_it_is(corner, ink):
    for shape in SHAPES:
        digit = placed(shape, 80, corner)
        np.testing.assert_array_equal(rasterise([*digit, ink]), rasterise(digit), shape)


def test_several_taps_and_ticks_are_left_out_whatever_was_drawn_first():
    ink = [tap(5, 5), tap(310, 8, 3), line((300, 300), (306, 312)), tap(10, 315)]
    digit = placed(LOOSE_HAT, 90, (120, 120))
    for strokes in ([*digit, *ink], [*ink, *digit], [ink[0], *digit, *ink[1:]]):
        np.testing.assert_array_equal(stray(strokes).sum(), len(ink))
        np.testing.assert_allclose(rasterise(strokes), rasterise(digit), atol=1e-6)


@settings(max_examples=60)
@given(
    st.floats(TOUCH, CANVAS_SIZE),
    st.floats(1.001, 10),
    st.floats(-1, 2),
    st.integers(0, 3),
    st.floats(0, SMALL * 0.99),
)
def test_ink_that_is_small_and_far_on_any_side_never_changes_the_picture(
    size, further, along, quarters, length
):
    gap = further * max(APART, length)
    body = line((-0.5, -0.5), (0.5, 0.1), (-0.2, 0.5)) * size
    tick = line((along, 0.5 + gap), (along, 0.5 + gap + length)) * size
    turn = np.linalg.matrix_power(np.array([[0, -1], [1, 0]]), quarters)
    strokes = [body @ turn + 160, tick @ turn + 160]
    np.testing.assert_array_equal(rasterise(strokes), rasterise(strokes[:1]))


@pytest.mark.parametrize(
    "strokes",
    [
        [ZERO, tap(85, 70)],
        [tap(85, 70), ZERO],
        [ZERO, tap(111, 70)],
        [ZERO, tap(61, 106)],
        [STEM, line((140, 265), (175, 264))],
        [line((140, 265), (175, 264)), STEM],
        [line((70, 60), (200, 60), (120, 260)), line((120, 150), (150, 148))],
        [line((120, 100), (115, 150), (170, 170), (110, 230)), line((150, 80), (190, 76))],
        [tap(x, y, n % 5) for n, (x, y) in enumerate(oval((60, 40), (200, 260))[::2])],
        [line(a, b) for a, b in itertools.pairwise(oval((60, 40), (200, 260))[::3])][::2],
        [STEM, *(tap(160 + 18 * n, 262) for n in (-3, -2, -1, 1, 2, 3))],
        [tap(10, 10), tap(300, 300, 5)],
        [tap(10, 10), tap(12, 300), tap(300, 10, 3)],
        [tap(10, 10)],
        [line((20, 20), (40, 100)), line((250, 20), (300, 90), (240, 100))],
    ],
    ids=[
        "a dot in a zero",
        "a dot before its zero",
        "a tap 1 px to the right",
        "a tap 1 px below",
        "a one's foot",
        "a foot before its one",
        "a seven's bar",
        "a five's loose hat",
        "a dotted zero",
        "a dashed zero",
        "a one with a dotted foot",
        "two taps",
        "three taps",
        "a tap alone",
        "two digits far apart",
    ],
)
def test_nothing_is_left_out_that_belongs_to_a_digit_or_is_all_there_is(strokes):
    assert not stray(strokes).any()
    assert [step.name for step in preparation(strokes)] == ["Drawn", "Scaled", "Centred"]


def test_no_shape_of_a_digit_loses_ink():
    for shape in SHAPES:
        for size in (TOUCH, 100, 300):
            assert not stray(placed(shape, size, (10, 10))).any(), shape


@pytest.mark.parametrize(
    ("ink", "note"),
    [
        ([tap(305, 305)], "1 stray stroke left out"),
        ([tap(305, 305), tap(4, 310)], "2 stray strokes left out"),
    ],
)
def test_how_it_was_prepared_says_what_was_left_out_and_shows_the_rest(ink, note):
    alone, steps = preparation([ZERO]), preparation([ZERO, *ink])
    assert [step.name for step in steps] == ["Drawn", "Ink", "Scaled", "Centred"]
    assert steps[1].note == note
    assert steps[0].picture.sum() > steps[1].picture.sum()
    np.testing.assert_array_equal(steps[1].picture, alone[0].picture)
    for mine, theirs in zip(steps[2:], alone[1:], strict=True):
        assert mine.note == theirs.note
        np.testing.assert_array_equal(mine.picture, theirs.picture)


def test_what_is_stray_is_left_out_too_where_another_step_is():
    for mine, theirs in zip(
        without_a_step([ZERO, tap(305, 305)]), without_a_step([ZERO]), strict=True
    ):
        np.testing.assert_array_equal(mine.picture, theirs.picture)
