import sys

import numpy as np
import pytest
from PIL import Image

from cnn.augmentation import glyphs
from cnn.augmentation.glyphs import (
    FAMILIES,
    ONE_OR_SEVEN,
    SIX_OR_ZERO,
    Family,
    contact_sheet,
    either,
    strokes_of,
)
from cnn.augmentation.sheet import CELL, NAMES
from cnn.augmentation.strokes import augment_strokes

# Ones and sevens that a hook, a wave, a bar or a foot tells apart, whatever their flag.
TOLD_APART = ("hook", "waved", "left line", "barred", "foot", "line first", "struck twice")


def drawn(shape, count=200):
    rng = np.random.default_rng(0)
    return [strokes_of(shape, rng) for _ in range(count)]


def test_a_range_is_drawn_anew_each_time_and_all_of_it():
    points = np.array([strokes[0] for strokes in drawn("--15~45,5~60 50,0 50,100")])
    (low_x, low_y), (high_x, high_y) = points[:, 0].min(axis=0), points[:, 0].max(axis=0)
    assert -15 <= low_x < -13
    assert 43 < high_x <= 45
    assert 5 <= low_y < 7
    assert 58 < high_y <= 60
    np.testing.assert_array_equal(points[:, 1:], np.broadcast_to([[50, 0], [50, 100]], (200, 2, 2)))


def test_a_stroke_with_a_question_mark_is_there_half_the_time():
    counts = [len(strokes) for strokes in drawn("-50,0 50,100|?-20,100 80,100")]
    assert 0.4 < np.mean(np.array(counts) == 2) < 0.6
    assert set(counts) == {1, 2}


def test_a_width_stretches_the_whole_drawing_across():
    widths = [np.ptp(strokes[0][:, 0]) for strokes in drawn("40~60%-0,0 100,100")]
    assert 40 <= min(widths) < 41
    assert 59 < max(widths) <= 60


def test_a_smooth_stroke_turns_sharply_only_at_corners():
    def sharpest(shape):
        steps = np.diff(drawn(shape, 1)[0][0], axis=0)
        angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        return np.degrees(np.abs(np.diff(angles)).max())

    assert sharpest("0,0 10,60 50,100 90,60 100,0") < 40
    assert sharpest("0,0 10,60 50,100! 90,60 100,0") > 60


def test_the_same_seed_draws_the_same():
    shape = FAMILIES[0].shape
    one, same, other = (strokes_of(shape, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one[0], same[0])
    assert not np.array_equal(one[0], other[0])


def test_there_are_many_families_of_each_digit_and_no_two_of_one_name():
    digits = [family.digit for family in FAMILIES]
    assert min(digits.count(digit) for digit in range(10)) >= 10
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_draws_ink_about_its_grid(family):
    for strokes in drawn(family.shape, 5):
        assert all(len(stroke) >= 2 for stroke in strokes)
        points = np.concatenate(strokes)
        assert points.min() > -25
        assert points.max() < 125
        assert np.ptp(points[:, 1]) > 85


def test_labels_of_two_digits_stand_for_both():
    assert either(7) == (7,)
    assert either(ONE_OR_SEVEN) == (1, 7)
    assert either(SIX_OR_ZERO) == (6, 0)


@pytest.mark.parametrize("digit", [1, 7, ONE_OR_SEVEN])
def test_ones_and_sevens_keep_out_of_the_zone_between_them(digit):
    for family in FAMILIES:
        if family.digit == digit and not any(word in family.name for word in TOLD_APART):
            assert {zone(strokes) for strokes in drawn(family.shape, 60)} == {digit}, family.name


def test_ones_that_were_once_read_as_sure_sevens_lie_in_the_zone():
    straight = "-110,110 190,85 170,250"
    curved = "-42,111 70,103 154,73 192,64 181,147 162,228"
    assert [zone(drawn(shape, 1)[0]) for shape in (straight, curved)] == [ONE_OR_SEVEN] * 2


@pytest.mark.parametrize(("digit", "other"), [(1, 7), (7, 1)])
def test_other_hands_carry_ones_and_sevens_into_the_zone_but_not_through_it(digit, other):
    rng = np.random.default_rng(0)
    for family in FAMILIES:
        if family.digit == digit and not any(word in family.name for word in TOLD_APART):
            hands = [augment_strokes(strokes, rng) for strokes in drawn(family.shape, 60)]
            assert sum(zone(strokes) == other for strokes in hands) <= 2, family.name


def zone(strokes):
    """Tell on which side of the zone a drawing lies, by the rule written in `glyphs`."""
    points = strokes[0]
    x, y = points.T
    top = (y[:-1] - x[:-1] / 2).argmin()
    height = np.ptp(y)
    across, down = x[top] - x[0], y[0] - y[top]
    length = np.hypot(across, down) / height
    fall = np.degrees(np.arctan2(down, across))
    lean = np.degrees(np.arctan2(x[top] - x[-1], y[-1] - y[top]))
    if length < 0.3 or fall >= 35:
        return 1
    return 7 if length >= 0.5 and fall <= (15 if lean >= 18 else 10) else ONE_OR_SEVEN


def test_the_contact_sheet_has_a_row_for_each_family(tmp_path, monkeypatch):
    families = (FAMILIES[0], Family("1 or 7", ONE_OR_SEVEN, "-0,20 50,0 50,100"))
    height = contact_sheet(families).height
    monkeypatch.setattr(glyphs, "contact_sheet", lambda: contact_sheet(families))
    path = tmp_path / "sheet.png"
    monkeypatch.setattr(sys, "argv", ["glyphs", str(path)])
    glyphs.main()
    with Image.open(path) as sheet:
        assert sheet.height == height == 2 * CELL
        # Names in white where the digit is certain, in colour where it is not.
        for row, coloured in enumerate((False, True)):
            names = np.array(sheet)[row * CELL :][:CELL, :NAMES]
            assert np.any(names[..., 0] > names[..., 2]) == coloured
