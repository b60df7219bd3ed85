import math

import numpy as np
import pytest
from scipy.stats import binom

from cnn.evaluation.answers import Answers
from cnn.evaluation.pairs import Pair, how_often, written


def pair(both, only_first, only_second, neither=0):
    """Answers to digits that are all a 3, of which so many are read right by whom."""
    first = [3] * both + [3] * only_first + [8] * only_second + [8] * neither
    second = [3] * both + [8] * only_first + [3] * only_second + [5] * neither
    labels = np.full(len(first), 3)
    return Pair(*(Answers(labels, np.eye(10, dtype=np.float32)[each]) for each in (first, second)))


@pytest.mark.parametrize(("b", "c"), [(0, 1), (2, 9), (9, 2), (15, 15), (40, 12), (1, 0), (0, 30)])
def test_the_p_value_is_that_of_mcnemars_exact_test(b, c):
    by_hand = min(1, 2 * sum(math.comb(b + c, i) for i in range(min(b, c) + 1)) / 2 ** (b + c))
    assert pair(50, b, c, 3).p_value == pytest.approx(by_hand)
    assert by_hand == pytest.approx(min(1, 2 * binom.cdf(min(b, c), b + c, 0.5)))


def test_the_digits_on_which_they_differ_are_told_apart():
    found = pair(4, 2, 3, 1)
    assert found.only_first.tolist() == [4, 5]
    assert found.only_second.tolist() == [6, 7, 8]
    assert found.both_wrong.tolist() == [9]
    assert sorted(found.differing) == [4, 5, 6, 7, 8, 9]
    assert found.difference == pytest.approx(1 / 10)
    assert found.as_json()["only_second_right"] == [6, 7, 8]


def test_what_no_chance_explains_is_concluded_and_no_more():
    sentence = pair(900, 2, 30).sentence("A", "B")
    assert "A alone reads 2 right, B alone 30" in sentence
    assert "so B is better at digits of this kind" in sentence
    assert "That its recipe is better does not follow" in sentence
    assert "no less than these two" not in sentence
    assert "so A is better" in pair(900, 30, 2).sentence("A", "B")
    small = pair(9_990, 8, 0).sentence("A", "B")
    assert small.endswith("lie up to 0.25 points apart, no less than these two.")


def test_what_chance_explains_is_no_proof_of_equality_either():
    sentence = pair(900, 6, 9).sentence("A", "B")
    assert "in 61 of 100 such sets" in sentence
    assert "do not show that either is better, nor that they are equally good" in sentence


def test_networks_that_read_the_same_right_show_no_difference():
    found = pair(5, 0, 0, 2)
    assert found.p_value == 1
    assert found.sentence("A", "B").endswith("they show no difference between the two.")


def test_other_digits_cannot_be_compared():
    first, second = pair(3, 0, 0).first, pair(4, 0, 0).first
    with pytest.raises(ValueError, match="the same digits"):
        Pair(first, second)


@pytest.mark.parametrize(
    ("p", "said", "short"),
    [
        (1.0, "in 100 of 100 such sets", "p = 1"),
        (0.0065, "about once in 150 such sets", "p = 0.0065"),
        (0.00012, "about once in 8,300 such sets", "p = 0.00012"),
        (1e-9, "less than once in a million such sets", "p < 0.000001"),
        (0.0, "less than once in a million such sets", "p < 0.000001"),
    ],
)
def test_a_probability_is_said_as_one_can_picture_it(p, said, short):
    assert (how_often(p), written(p)) == (said, short)
