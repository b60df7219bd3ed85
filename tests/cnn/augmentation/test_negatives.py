import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.augmentation.glyphs import FAMILIES, strokes_of
from cnn.augmentation.letters import LETTERS
from cnn.augmentation.negatives import KINDS, draw_negative, negative
from cnn.augmentation.scribbles import taps
from cnn.augmentation.several import one_above_other, several, side_by_side, three_in_a_row
from cnn.augmentation.sheet import CELL, NAMES, sheet_of
from cnn.augmentation.signs import SIGNS, TURNED
from cnn.augmentation.textures import texture
from cnn.ink.strokes import BOX, CENTRE, RIM, centre_of_mass, rasterise

seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)
ONE, ZERO = "-50,0 50,100", "50,0 15,20 5,50 15,82 50,100 85,82 95,50 85,20 50,0"


@pytest.fixture(scope="module")
def digits():
    rng = np.random.default_rng(0)
    return [strokes_of(family.shape, rng) for family in FAMILIES]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("shapes", [LETTERS, SIGNS, TURNED])
def test_every_letter_and_sign_can_be_drawn(shapes, rng):
    for name, shape in shapes.items():
        assert rasterise(strokes_of(shape, rng)).max() == 1, name


def test_there_are_many_letters_and_signs_and_none_twice():
    assert len(LETTERS) > 80
    assert len(SIGNS | TURNED) == len(SIGNS) + len(TURNED) > 90
    shapes = [*LETTERS.values(), *SIGNS.values(), *TURNED.values()]
    assert len(set(shapes)) == len(shapes)


def test_what_is_measured_with_is_not_trained_on():
    kept_out = {*"HKMRWYBefh?#", "question mark", "number sign", "house", "asterisk"}
    assert not kept_out & (LETTERS | SIGNS | TURNED).keys()


@settings(max_examples=60)
@given(seeds)
def test_what_is_no_digit_is_a_picture_as_digits_are(rng):
    picture = negative([strokes_of(ONE, rng), strokes_of(ZERO, rng)], rng)
    assert picture.shape == (28, 28)
    assert picture.dtype == np.float32
    assert 0 <= picture.min() < 0.1
    assert 0.7 < picture.max() <= 1


def test_the_same_seed_gives_the_same_negatives(digits):
    one, same = (negative(digits, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one, same)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_drawn_in_many_ways(kind, digits, rng):
    draw, _ = KINDS[kind]
    pictures = [rasterise(draw(digits, rng)) for _ in range(20)]
    assert len({picture.tobytes() for picture in pictures}) >= 15


def test_numbers_scribbles_and_textures_have_their_shares(digits):
    shares = {kind: share for kind, (_, share) in KINDS.items()}
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["numbers"] >= 0.15
    assert shares["scribbles"] >= 0.15


@settings(max_examples=40)
@given(seeds)
def test_textures_lie_in_the_box_and_their_mass_in_the_middle(rng):
    picture = texture(rng)
    rows, columns = np.nonzero(picture)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 <= BOX
    off = np.abs(np.subtract(centre_of_mass(picture), CENTRE))
    at_rim = min(rows.min(), columns.min()) == 0 or max(rows.max(), columns.max()) == 27
    assert at_rim or off.max() < RIM


@settings(max_examples=30)
@given(seeds)
def test_ones_side_by_side_do_not_melt_into_one(rng):
    one = strokes_of(ONE, rng)
    for strokes in (side_by_side(one, one, rng), three_in_a_row(one, one, one, rng)):
        places = [stroke[:, 0].mean() for stroke in strokes]
        assert np.diff(places).min() > 0.15


@settings(max_examples=30)
@given(seeds)
def test_zeros_above_each_other_are_no_eight(rng):
    zero = strokes_of(ZERO, rng)
    top, bottom = one_above_other(zero, zero, rng)
    assert bottom[:, 1].min() - top[:, 1].max() > 0.4


def test_two_or_three_digits_stand_in_one_drawing(digits, rng):
    counts = {len(several([digits[0]], rng)) for _ in range(30)}
    assert counts == {2 * len(digits[0]), 3 * len(digits[0])}


def test_taps_are_one_to_five_and_a_lone_one_never_slips(rng):
    drawn = [taps(rng) for _ in range(200)]
    assert {len(strokes) for strokes in drawn} == {1, 2, 3, 4, 5}
    assert all(np.ptp(strokes[0], axis=0).max() == 0 for strokes in drawn if len(strokes) == 1)


@settings(max_examples=60)
@given(seeds)
def test_what_is_no_digit_can_be_drawn_as_strokes(rng):
    assert rasterise(draw_negative([strokes_of(ZERO, rng)], rng)).max() > 0.9


def test_a_sheet_has_a_row_for_each_name(rng):
    rows = [(name, [texture(rng)] * 3) for name in ("one", "two")]
    assert sheet_of(rows).size == (NAMES + 3 * CELL, 2 * CELL)
