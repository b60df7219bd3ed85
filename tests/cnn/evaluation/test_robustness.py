from itertools import islice

import numpy as np
import pytest

from cnn.augmentation.corruptions import CORRUPTIONS
from cnn.data.digits import Digits, evenly_spread
from cnn.evaluation.robustness import (
    STRENGTHS,
    Curve,
    Point,
    at_each_strength,
    curves,
    mean_corruption_error,
    spoil_and_read,
)
from cnn.evaluation.shares import Share

DIGITS = Digits(
    np.random.default_rng(0).random((30, 28, 28)).astype(np.float32).round(1), np.full(30, 3)
)


class Fixed:
    """Stands for a network that reads every digit alike."""

    def __init__(self, digit):
        self.digit = digit

    def logits(self, images):
        return np.tile(np.eye(10)[self.digit], (len(images), 1))


class Dim:
    """Stands for a network that reads a 3 in all that is dark enough."""

    def logits(self, images):
        return np.eye(10)[np.where(images.mean(axis=(1, 2)) < 0.7, 3, 8)]


def test_each_point_comes_by_itself_and_tells_how_far_it_is():
    points = list(spoil_and_read([Fixed(3), Fixed(4)], DIGITS, ["blur", "stripe"]))
    assert [p.done for p in points] == list(range(1, 2 * (1 + len(STRENGTHS)) + 1))
    assert {p.of for p in points} == {len(points)}
    assert [p.strength for p in points[:6]] == [0, *STRENGTHS]
    assert points[-1].right == (Share(30, 30), Share(0, 30))


def test_whoever_stops_asking_has_the_points_so_far():
    some = curves(islice(spoil_and_read([Fixed(3)], DIGITS), 8))
    ((first, second),) = some
    assert (first.corruption, second.corruption) == tuple(islice(CORRUPTIONS, 2))
    assert (len(first.strengths), len(second.strengths)) == (6, 2)


def test_a_curve_falls_where_the_network_fails():
    ((curve,),) = curves(spoil_and_read([Dim()], DIGITS, ["brightness"]))
    shares = [each.value for each in curve.right]
    assert shares[0] == 1
    assert shares[-1] == 0
    assert shares == sorted(shares, reverse=True)
    assert curve.errors == sum(30 - each.count for each in curve.right[1:])
    assert curve.as_json()["right"][0]["low"] < 1


def test_of_many_digits_some_are_read_evenly_spread_and_the_interval_says_so():
    many = Digits(np.zeros((100, 28, 28), np.float32), np.arange(100) % 10)
    point = next(spoil_and_read([Fixed(3)], many, ["blur"], most=11))
    assert point.right[0].n == 11
    assert evenly_spread(100, 4).tolist() == [0, 33, 66, 99]
    assert len(evenly_spread(100, 200)) == 100
    assert len(evenly_spread(0, 200)) == 0


def test_the_mean_corruption_error_is_hendrycks_and_dietterichs():
    def curve(name, *wrong):
        return Curve(name, (0.0, 0.5, 1.0), tuple(Share(100 - w, 100) for w in wrong))

    mine = [curve("fog", 1, 10, 20), curve("blur", 1, 30, 30)]
    other = [curve("fog", 50, 20, 40), curve("blur", 50, 20, 20)]
    # What is read wrong unspoilt does not count.
    error = mean_corruption_error(mine, other, ["fog", "blur"])
    assert error == pytest.approx((30 / 60 + 60 / 40) / 2)
    assert mean_corruption_error(other, other, ["fog", "blur"]) == 1
    with pytest.raises(ValueError, match="no curve of zigzag"):
        mean_corruption_error(mine, other, ["zigzag"])
    with pytest.raises(ValueError, match="no mistake in fog"):
        mean_corruption_error(mine, [curve("fog", 9, 0, 0)], ["fog"])


def test_one_digit_is_shown_at_each_strength():
    shown = at_each_strength(DIGITS.images[0], "noise")
    assert shown.shape == (1 + len(STRENGTHS), 28, 28)
    np.testing.assert_allclose(shown[0], DIGITS.images[0], atol=0.002)


def test_no_digits_are_refused_in_one_sentence():
    none = Digits(np.zeros((0, 28, 28), np.float32), np.zeros(0, np.int64))
    with pytest.raises(ValueError, match="holds no digit"):
        next(spoil_and_read([Fixed(3)], none))


def test_points_of_no_corruption_make_no_curve():
    assert curves([]) == []
    assert curves([Point("fog", 0.0, (Share(1, 1),), 1, 1)])[0][0].errors == 0
