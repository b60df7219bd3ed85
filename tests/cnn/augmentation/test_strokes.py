import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.augmentation.glyphs import DIGITS, LETTERS, SIGNS, strokes_of
from cnn.augmentation.strokes import (
    add_regional_variants,
    augment_strokes,
    draw_negative,
    resample,
    side_by_side,
)
from cnn.ink.strokes import rasterise

SHAPES = [shape for shapes in DIGITS.values() for shape in shapes]
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def test_every_shape_can_be_drawn_and_there_are_several_for_each_digit():
    assert sorted(DIGITS) == list(range(10))
    assert min(map(len, DIGITS.values())) >= 5
    for shape in [*SHAPES, *LETTERS.values(), *SIGNS.values()]:
        assert rasterise(strokes_of(shape)).max() == 1


@settings(max_examples=60)
@given(st.sampled_from(SHAPES), seeds)
def test_another_hand_draws_ink_in_about_the_same_place(shape, rng):
    strokes = strokes_of(shape)
    other = augment_strokes(strokes, rng)
    assert len(other) == len(strokes)
    assert np.abs(np.concatenate(other)).max() < 1.5
    assert rasterise(other).max() > 0.9


def test_the_same_seed_gives_the_same_hand_and_another_seed_another():
    strokes = strokes_of(DIGITS[5][0])
    one, same, other = (augment_strokes(strokes, np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(np.concatenate(one), np.concatenate(same))
    assert not np.array_equal(rasterise(one), rasterise(other))


@pytest.mark.parametrize(
    ("digit", "shape"), [(0, DIGITS[0][0]), (1, DIGITS[1][0]), (7, "-0,0 90,0 40,100")]
)
def test_zeros_ones_and_sevens_get_extras_now_and_then_but_keep_their_strokes(digit, shape):
    rng = np.random.default_rng(0)
    counts = {len(add_regional_variants(strokes_of(shape), digit, rng)) for _ in range(200)}
    assert min(counts) == 1
    assert max(counts) >= 2


def test_a_bar_crosses_the_stem_of_the_seven():
    rng = np.random.default_rng(0)
    seven = strokes_of("-0,0 90,0 40,100")
    barred = next(
        s for s in (add_regional_variants(seven, 7, rng) for _ in range(99)) if len(s) == 2
    )
    (left, y), (right, _) = barred[1]
    assert left < right
    assert -0.2 < y < 0.25


@settings(max_examples=60)
@given(seeds)
def test_what_is_no_digit_can_be_drawn(rng):
    drawings = [strokes_of(shape) for shape in SHAPES[:5]]
    assert rasterise(draw_negative(drawings, rng)).max() > 0.9


def test_two_digits_stand_beside_each_other():
    rng = np.random.default_rng(0)
    one, zero = strokes_of("-50,0 50,100"), strokes_of(DIGITS[0][0])
    pair = side_by_side(one, zero, rng)
    assert pair[0][:, 0].max() < pair[1][:, 0].min() + 1e-9


def test_points_are_laid_evenly_and_keep_both_ends():
    stroke = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 1.0]])
    even = resample(stroke, 0.5)
    np.testing.assert_allclose(even[[0, -1]], stroke[[0, -1]])
    assert len(even) == 9
    assert len(resample(np.zeros((3, 2)), 0.5)) == 1
