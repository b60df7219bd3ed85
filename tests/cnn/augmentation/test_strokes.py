import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.augmentation.glyphs import FAMILIES, strokes_of
from cnn.augmentation.strokes import (
    ACROSS,
    STRAY_AWAY,
    STRAY_LENGTH,
    STRAY_SHARE,
    add_regional_variants,
    add_stray_ink,
    augment_strokes,
    normalise,
    resample,
)
from cnn.ink.strokes import rasterise

SHAPES = [family.shape for family in FAMILIES]
ZERO, ONE, SEVEN = "50,0 5,50 50,100 95,50 50,0", "-50,0 50,100", "-0,0 90,0 40,100"
RNG = np.random.default_rng(0)
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@settings(max_examples=60)
@given(st.sampled_from(SHAPES), seeds)
def test_another_hand_draws_ink_in_about_the_same_place(shape, rng):
    strokes = strokes_of(shape, rng)
    other = augment_strokes(strokes, rng)
    assert len(other) == len(strokes)
    assert np.abs(np.concatenate(other)).max() < 1.5
    assert rasterise(other).max() > 0.9


def test_the_same_seed_gives_the_same_hand_and_another_seed_another():
    strokes = strokes_of(ZERO, RNG)
    one, same, other = (augment_strokes(strokes, np.random.default_rng(s)) for s in (1, 1, 2))
    np.testing.assert_array_equal(np.concatenate(one), np.concatenate(same))
    assert not np.array_equal(rasterise(one), rasterise(other))


@pytest.mark.parametrize(("digit", "shape"), [(0, ZERO), (1, ONE), (7, SEVEN)])
def test_zeros_ones_and_sevens_get_extras_now_and_then_but_keep_their_strokes(digit, shape):
    rng = np.random.default_rng(0)
    counts = {len(add_regional_variants(strokes_of(shape, rng), digit, rng)) for _ in range(200)}
    assert min(counts) == 1
    assert max(counts) >= 2


def test_a_flag_added_to_a_one_is_too_steep_for_a_seven():
    rng = np.random.default_rng(0)
    lines = [s for _ in range(200) for s in add_regional_variants(strokes_of(ONE, rng), 1, rng)[1:]]
    flags = [line for line in lines if line[0, 1] < 0]
    assert len(flags) > 20
    assert all(y - top > 0.8 * (right - x) > 0 for (x, y), (right, top) in flags)


def test_stray_ink_lies_outside_the_digit_and_no_farther_than_ink_may():
    digit, rng = strokes_of(ZERO, RNG), np.random.default_rng(0)
    drawn = [add_stray_ink(digit, rng) for _ in range(2000)]
    strays = [strokes[-1] for strokes in drawn if len(strokes) == 2]
    assert len(strays) / len(drawn) == pytest.approx(STRAY_SHARE, abs=0.02)
    reach = np.abs(normalise(digit)[0]).max(axis=0)
    for stray in strays:
        away = np.abs(stray[0]) - reach
        assert 0 <= away.max() <= STRAY_AWAY
        assert np.hypot(*np.ptp(stray, axis=0)) <= STRAY_LENGTH


def test_zeros_are_crossed_in_every_direction():
    rng = np.random.default_rng(0)
    lines = [
        s for _ in range(400) for s in add_regional_variants(strokes_of(ZERO, rng), 0, rng)[1:]
    ]
    right, down = np.array([line[0] - line[1] for line in lines]).T
    assert {tuple(way) for way in np.round([right, down], 0).T.astype(int)} >= set(ACROSS)


def test_a_bar_crosses_the_stem_of_the_seven():
    rng = np.random.default_rng(0)
    seven = strokes_of(SEVEN, RNG)
    barred = next(
        s for s in (add_regional_variants(seven, 7, rng) for _ in range(99)) if len(s) == 2
    )
    (left, y), (right, _) = barred[1]
    assert left < right
    assert -0.2 < y < 0.25


def test_points_are_laid_evenly_and_keep_both_ends():
    stroke = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 1.0]])
    even = resample(stroke, 0.5)
    np.testing.assert_allclose(even[[0, -1]], stroke[[0, -1]])
    assert len(even) == 9
    assert len(resample(np.zeros((3, 2)), 0.5)) == 1
