import itertools
import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cnn.augmentation.glyphs import FAMILIES, strokes_of
from cnn.ink.strokes import (
    BOX,
    CENTRE,
    MOST_POINTS,
    MOST_READ,
    MOST_STROKES,
    RIM,
    SIZE,
    InkError,
    bounded,
    centre_of_mass,
    draw,
    preparation,
    rasterise,
    without_a_step,
)

SEVEN = [np.array([[60.0, 50.0], [200.0, 50.0], [110.0, 240.0]])]
TOO_SMALL_TO_SCALE = [np.array([[0.0, 0.0], [0.0, 1e-308]])]
DOT_BESIDE_A_LINE = [np.array([[1.0, 0.0]]), np.array([[0.0, 0.0], [0.0, 1.0]])]

finite = st.floats(-1e6, 1e6)
strokes = st.lists(
    st.lists(st.tuples(finite, finite), min_size=1, max_size=30).map(np.array),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60)
@given(strokes)
@example(DOT_BESIDE_A_LINE)
@example(TOO_SMALL_TO_SCALE)
def test_any_finite_strokes_become_a_network_input_centred_by_mass_as_far_as_ink_stays_in(drawing):
    image = rasterise(drawing)
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert 0 <= image.min() < image.max() <= 1
    scaled = preparation(drawing)[-2].picture
    before = np.array(centre_of_mass(scaled))
    expected = before + np.clip(CENTRE - before, -RIM, RIM)
    # A dot's ink depends by 8 % on where it falls between pixels: with few and far dots, up to
    # 17.5 / 4 · 0.08 = 0.35 pixels before and after.
    np.testing.assert_allclose(centre_of_mass(image), expected, atol=0.75)
    assert image.sum() > 0.8 * scaled.sum()


def test_a_dot_far_from_the_other_ink_stays_inside():
    image = rasterise(DOT_BESIDE_A_LINE)
    dot = rasterise(DOT_BESIDE_A_LINE[:1])
    assert image[:, 22:].sum() == pytest.approx(dot.sum(), rel=0.15)


def test_every_digits_centre_of_mass_is_in_the_middle_or_its_ink_at_the_rim():
    rng = np.random.default_rng(0)
    for family in FAMILIES:
        image = rasterise(strokes_of(family.shape, rng))
        if not (image[[0, -1]].any() or image[:, [0, -1]].any()):
            np.testing.assert_allclose(centre_of_mass(image), (CENTRE, CENTRE), atol=0.25)


@settings(max_examples=60)
@given(st.floats(0.05, 50), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_size_and_place_of_a_drawing_do_not_matter(scale, x, y):
    moved = [stroke * scale + (x, y) for stroke in SEVEN]
    np.testing.assert_allclose(rasterise(moved), rasterise(SEVEN), atol=1e-4)


def test_a_drawing_fills_the_20_by_20_box_and_keeps_its_shape():
    inked = rasterise(SEVEN) >= 0.5
    height, width = inked.any(axis=1).sum(), inked.any(axis=0).sum()
    assert abs(height - BOX) <= 1
    assert width / height == pytest.approx(140 / 190, abs=0.06)


def test_a_line_is_as_wide_and_as_soft_as_in_mnist():
    # A vertical line through the middle of column 14: 2.5 px wide, its edges 1.2 px soft.
    line = draw([np.array([[14.5, 4.0], [14.5, 24.0]])])
    np.testing.assert_allclose(line[14, 12:18], [0, 0.708, 1, 0.708, 0, 0], atol=1e-3)


def test_segments_drawn_in_parts_equal_a_plain_computation_of_distances():
    rng = np.random.default_rng(5)
    stroke = np.cumsum(rng.normal(0, 2, (3000, 2)), axis=0) % 28
    image = draw([stroke])
    for row, column in rng.integers(0, 28, (20, 2)):
        pixel = np.array([column + 0.5, row + 0.5])
        nearest = min(_distance_to_segment(pixel, a, b) for a, b in itertools.pairwise(stroke))
        assert image[row, column] == pytest.approx(
            np.clip((1.25 - nearest) / 1.2 + 0.5, 0, 1), abs=1e-3
        )


def _distance_to_segment(p, a, b):
    t = np.clip((p - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    return math.dist(p, a + t * (b - a))


def test_a_hundred_thousand_points_and_a_single_point_are_ink():
    assert rasterise([np.random.default_rng(0).random((100_000, 2)) * 280]).max() == 1
    dot = rasterise([np.array([[100.0, 100.0]])])
    assert 4 < dot.sum() < 6.5  # a disc of the line's width


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ([], "no ink yet"),
        ([np.empty((0, 2))], "no ink yet"),
        ([np.array([[0.0, math.nan]])], "no finite number"),
        ([np.array([[math.inf, 0.0], [1.0, 1.0]])], "no finite number"),
        ([np.array([[-1e308, 0.0], [1e308, 5.0]])], "within ±1,000,000"),
        ([np.array([[0.0, 1_000_000.5]])], "within ±1,000,000"),
        ([np.zeros((1, 2))] * (MOST_STROKES + 1), "301 strokes, more than 300: draw less"),
        ([np.zeros((MOST_READ + 1, 2))], "200,001 points, more than 200,000: draw less"),
    ],
    ids=range(8),
)
def test_no_ink_and_no_numbers_get_a_sentence(bad, sentence):
    for road in (rasterise, preparation):
        with pytest.raises(InkError, match=sentence):
            road(bad)


@settings(max_examples=30)
@given(strokes, st.integers(1, 13), st.sampled_from([1e-308, 1e-7, 1.0]))
def test_bounded_strokes_hold_the_bounds_and_keep_where_they_begin_and_end(drawing, times, scale):
    many = [np.tile(stroke * scale, (times * 100, 1)) for stroke in drawing]
    found = bounded([np.empty((0, 2)), *many])
    assert len(found) == len(many)
    assert sum(map(len, found)) <= max(MOST_POINTS, sum(map(len, drawing)))
    for mine, theirs in zip(found, many, strict=True):
        np.testing.assert_array_equal(mine, mine.round(6))
        np.testing.assert_allclose(mine[[0, -1]], theirs[[0, -1]], atol=1e-6)
    assert rasterise(found).max() > 0


def test_thinning_to_the_bound_hardly_changes_the_picture():
    def spiral(points):
        t = np.linspace(0, 40 * np.pi, points)
        return np.stack([160 + t * np.cos(t), 160 + t * np.sin(t)], axis=1)

    (thinned,) = bounded([spiral(80_000)])
    assert MOST_POINTS / 2 < len(thinned) <= MOST_POINTS
    np.testing.assert_allclose(rasterise([thinned]), rasterise([spiral(3_900)]), atol=0.01)


def test_the_last_step_shown_is_what_the_network_gets():
    steps = preparation(SEVEN)
    np.testing.assert_array_equal(steps[-1].picture, rasterise(SEVEN))
    assert [step.name for step in steps] == ["Drawn", "Scaled", "Centred"]
    assert "140×190" in steps[1].note
    row, column = centre_of_mass(steps[1].picture)
    assert f"{CENTRE - column:+.1f} px across, {CENTRE - row:+.1f} px down" in steps[2].note


def test_without_a_step_each_other_step_is_still_taken():
    small = [np.array([[10.0, 20.0], [60.0, 20.0], [35.0, 90.0]])]
    usual = rasterise(small)
    unscaled, uncentred, thin_line, thick_line = (s.picture for s in without_a_step(small))
    assert np.nonzero(unscaled)[0].max() - np.nonzero(unscaled)[0].min() < 12
    for centred in (unscaled, thin_line, thick_line):
        np.testing.assert_allclose(centre_of_mass(centred), CENTRE, atol=0.2)
    rows, columns = np.nonzero(uncentred)
    assert rows.min() + rows.max() == columns.min() + columns.max() == SIZE - 1
    assert thin_line.sum() < 0.75 * usual.sum() < 0.6 * thick_line.sum()


def test_without_a_step_ink_outside_of_the_canvas_is_prepared_too():
    for step in without_a_step([np.array([[-900.0, -700.0], [-800.0, -700.0]])]):
        assert step.picture.max() == 1
