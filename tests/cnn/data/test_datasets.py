import dataclasses

import numpy as np
import pytest

from cnn.data.datasets import (
    DATA_SETS,
    DEFAULT,
    at_hand,
    measured_sets,
    split_drawings,
    validation_digits,
)
from cnn.data.digits import LabelledStrokes
from cnn.recipe import RECIPES


@pytest.mark.parametrize("name", DATA_SETS)
def test_a_data_set_is_listed_by_its_name_and_suits_a_recipe_that_there_is(name):
    dataset = DATA_SETS[name]
    assert dataset.name == name
    assert dataset.recipe in RECIPES
    assert dataset.how_to_get() or dataset.is_available()


@pytest.mark.parametrize(("is_here", "found"), [(True, "mnist"), (False, "digits")])
def test_the_best_data_set_that_is_on_this_machine_is_at_hand(monkeypatch, is_here, found):
    mnist = dataclasses.replace(DEFAULT, is_available=lambda: is_here)
    monkeypatch.setitem(DATA_SETS, "mnist", mnist)
    assert at_hand().name == found


def test_only_what_anybody_has_test_digits_of_is_measured_on():
    assert [each.name for each in measured_sets()] == ["mnist", "digits"]


@pytest.mark.parametrize("name", ["digits", pytest.param("mnist", marks=pytest.mark.mnist)])
def test_the_sizes_told_of_a_data_set_are_those_that_it_has(name):
    split = DATA_SETS[name].load([])
    assert DATA_SETS[name].sizes == (len(split.train), len(split.validation))


LINE = [np.array([[0.0, 0.0], [1.0, 5.0]])]
DRAWINGS = [LabelledStrokes(1, LINE), LabelledStrokes(7, LINE, held_out=True)]


def test_drawings_held_out_count_among_validation_digits():
    split = DATA_SETS["digits"].load([])
    own = split.validation.labels.tolist()
    joined = validation_digits(split, DRAWINGS)
    assert joined.labels.tolist() == [*own, 7]
    assert len(joined.images) == len(joined)
    assert validation_digits(split, DRAWINGS[:1]).labels.tolist() == own


def test_where_drawings_held_out_are_measured_by_there_are_none_to_choose_by():
    assert not validation_digits(split_drawings(DRAWINGS), DRAWINGS)
