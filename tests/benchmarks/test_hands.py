from collections import Counter

import numpy as np
import pytest

from benchmarks.hands import Measured, percents, print_tables, shortened
from benchmarks.unseen import (
    Answers,
    Score,
    drawn,
    folds,
    mean,
    read_with_writers_held_out,
    score,
)
from cnn.augmentation.glyphs import FAMILIES, ONE_OR_SEVEN
from cnn.data.digits import DataError
from cnn.recipe import RECIPES
from cnn.training.dataset import NEGATIVE


@pytest.mark.parametrize("count", [2, 4])
def test_each_family_is_held_out_once_and_each_digit_keeps_one_in_training(count):
    parts = folds(FAMILIES, count)
    assert Counter(family for part in parts for family in part) == Counter(FAMILIES)
    for part in parts:
        assert {f.digit for f in FAMILIES if f not in part} >= set(range(10))


def test_a_family_is_drawn_by_the_same_hands_each_time():
    one, again = drawn(FAMILIES[0], 3), drawn(FAMILIES[0], 3)
    np.testing.assert_array_equal(one.images, again.images)
    assert len({image.tobytes() for image in one.images}) == 3


def answers(*named):
    """Answer each with a digit and how certain it is."""
    probabilities = np.array([np.full(10, (1 - certainty) / 9) for _, certainty in named])
    for row, (digit, certainty) in zip(probabilities, named, strict=True):
        row[digit] = certainty
    digits, certainties = map(np.array, zip(*named, strict=True))
    return Answers(probabilities, digits, certainties >= 0.75)


def test_a_digit_read_as_another_counts_as_wrong_only_where_it_is_named():
    found = score(np.array([3, 3, 3, 3]), answers((3, 1), (3, 0.5), (8, 0.5), (8, 1)))
    assert (found.right, found.wrong, found.unsure) == (0.5, 0.25, 0.5)


def test_certainty_is_compared_with_the_share_of_right_answers():
    found = score(np.array([3, 3, 3, 3]), answers((3, 0.9), (3, 0.9), (3, 0.9), (8, 0.9)))
    assert found.error == pytest.approx(0.15)


def test_between_one_and_seven_either_is_right_and_so_is_not_to_be_sure():
    labels = np.full(4, ONE_OR_SEVEN)
    found = score(labels, answers((1, 1), (7, 1), (4, 0.5), (4, 1)))
    assert found == Score(right=0.75, wrong=0.25, unsure=0.25, error=None)


def test_to_name_what_is_no_digit_is_wrong():
    found = score(np.full(2, NEGATIVE), answers((1, 0.9), (1, 0.2)))
    assert found == Score(right=None, wrong=0.5, unsure=0.5, error=None)


def test_a_share_that_some_sets_lack_is_the_mean_of_the_others_and_stays_open_in_the_table():
    one, other = Score(0.9, 0.1, 0.0, None), Score(0.7, 0.2, 0.1, None)
    assert percents(mean([one, other])) == ["80.00%", "15.00%", "5.00%", "–"]


def test_the_table_gives_means_over_trainings_and_the_worst_family_first(capsys):
    good, bad = Score(1.0, 0.0, 0.0, 0.01), Score(0.8, 0.2, 0.1, 0.03)
    first = Measured({FAMILIES[0]: good}, good, {"letters": Score(None, 0.1, 0.9, None)})
    second = Measured({FAMILIES[1]: bad}, bad, {"letters": Score(None, 0.3, 0.7, None)})
    print_tables([first, second])
    lines = capsys.readouterr().out.splitlines()
    assert "| 2 families of glyphs | 90.00% | 10.00% | 5.00% | 2.00% |" in lines
    assert "| letters | – | 20.00% | 80.00% | – |" in lines
    assert lines[-2:] == [
        f"| {FAMILIES[1].name} | 80.00% | 20.00% | 10.00% |",
        f"| {FAMILIES[0].name} | 100.00% | 0.00% | 0.00% |",
    ]


def test_the_last_six_writers_are_held_out_by_their_number_and_not_by_their_place(tmp_path):
    file = tmp_path / "drawings"
    digit = '.SEGMENT DIGIT 0 ? "8"\n.COMMENT 8 {}  7\n.PEN_DOWN\n 1 2\n 3 4\n.PEN_UP\n'
    file.write_text(digit.format(30) + digit.format(24) + digit.format(25))
    assert [each.held_out for each in read_with_writers_held_out(file)] == [True, False, True]


def test_a_file_that_does_not_say_who_wrote_is_refused(tmp_path):
    file = tmp_path / "drawings"
    file.write_text('{"label": 3, "strokes": [[[1, 2], [3, 4]]]}\n')
    with pytest.raises(DataError, match="who wrote"):
        read_with_writers_held_out(file)


def test_the_shortened_recipe_shows_each_kind_and_no_validation_digits():
    recipe = shortened(RECIPES["best"])
    assert not recipe.use_validation
    assert min(recipe.stroke_copies, recipe.glyph_copies, recipe.negatives, recipe.oversample) > 0
