import numpy as np
import pytest

from cnn.explain.comparison import MapChange, compare, cosine_distance
from cnn.explain.receptive_field import Cell


def array(*values):
    return np.array(values, np.float32)


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ([3, 4], [6, 8], 0),  # the same direction, twice as strong
        ([3, 4], [4, 3], 1 - 24 / 25),
        ([1, 0], [0, 5], 1),
        ([1, 2], [-1, -2], 2),
        ([0, 0], [0, 0], 0),
        ([0, 0], [0, 7], 1),
    ],
)
def test_the_cosine_distance_is_the_one_worked_out_by_hand(first, second, distance):
    assert cosine_distance(array(*first), array(*second)) == pytest.approx(distance)


def test_equal_arrays_are_at_no_distance_however_they_round():
    values = np.random.default_rng(1).random((14, 14, 32)).astype(np.float32)
    assert 0 <= cosine_distance(values, values) < 1e-12


def test_layers_are_paired_by_name_and_kept_where_one_side_lacks_them():
    first = {"input": array(1), "conv1": array(2), "softmax": array(3)}
    second = {"input": array(1), "dense1": array(4), "softmax": array(5)}
    paired = compare(first, second)
    assert [layer.name for layer in paired] == ["input", "conv1", "softmax", "dense1"]
    assert [layer.difference for layer in paired] == [0, None, 2, None]
    assert [layer.distance is None for layer in paired] == [False, True, False, True]
    assert [layer.most for layer in paired] == [1, 2, 5, 4]


def test_layers_of_other_shapes_have_no_difference():
    (layer,) = compare({"conv1": np.ones((2, 2, 6))}, {"conv1": np.ones((2, 2, 10))})
    assert layer.difference is None
    assert layer.distance is None
    assert layer.most_different(3) == []


def test_the_maps_that_differ_most_come_first_with_the_cell_where_they_do():
    first, second = np.zeros((2, 2, 2, 4), np.float32)
    first[1, 0, 3] = 8  # mean 8 / 4
    second[0, 1, 1] = 3  # mean (3 + 1) / 4
    second[1, 1, 1] = 1
    (layer,) = compare({"pool1": first}, {"pool1": second})
    assert layer.most == 8
    assert layer.difference[1, 0, 3] == -8
    assert layer.most_different(3) == [
        MapChange(2.0, Cell("pool1", 3, 1, 0)),
        MapChange(1.0, Cell("pool1", 1, 0, 1)),
    ]
    assert layer.most_different(1) == [MapChange(2.0, Cell("pool1", 3, 1, 0))]
