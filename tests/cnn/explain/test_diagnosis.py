import numpy as np
import pytest

from cnn.data.builtin import load_builtin
from cnn.explain.diagnosis import (
    MEASURES,
    hidden_units,
    ink_statistics,
    measure,
    neighbours,
    smallest_counterfactual,
)
from cnn.ink.strokes import draw, rasterise
from cnn.model import build_fc
from cnn.predictor import Predictor, shipped_predictor

SEVEN = [np.array([[70.0, 70.0], [230.0, 70.0], [130.0, 270.0]])]
NAMES = [measure.name for measure in MEASURES]


@pytest.fixture(scope="module")
def digits():
    return load_builtin().train.images[:300]


@pytest.fixture(scope="module")
def shipped():
    return shipped_predictor()


def bar(slope=0.0, width=2.5, length=18.0):
    """A straight line through the middle, `slope` to the right for each pixel upwards."""
    half = np.array([slope, -1.0]) * length / 2
    return draw([np.array([14 - half, 14 + half])], width)


def measured(image, name):
    return measure(image[None])[0][NAMES.index(name)]


@pytest.mark.parametrize("width", [1.5, 2.5, 5.0])
def test_a_lines_width_is_measured_in_pixels(width):
    seven = draw([stroke * 0.0875 for stroke in SEVEN], width)
    assert measured(seven, "Line width") == pytest.approx(width, rel=0.15)


@pytest.mark.parametrize("degrees", [-30, -10, 0, 20])
def test_a_lines_slant_is_measured_in_degrees_to_the_right(degrees):
    leaning = bar(np.tan(np.deg2rad(degrees)), width=1.5, length=20)
    assert measured(leaning, "Slant") == pytest.approx(degrees, abs=1.5)


def test_size_and_centre_are_those_of_the_ink():
    image = np.zeros((28, 28), np.float32)
    image[3:13, 6:26] = 1
    expected = {"Width": 20, "Height": 10, "Centre, from left": 15.5, "Centre, from top": 7.5}
    assert {name: measured(image, name) for name in expected} == pytest.approx(expected)


def test_findings_place_a_drawing_among_training_digits(digits):
    reference = measure(digits)
    thick = next(iter(ink_statistics(bar(width=9.0), reference)))
    assert not thick.is_usual
    assert thick.share == 1
    middle = digits[np.argsort(reference[:, 0])[150]]
    usual = next(iter(ink_statistics(middle, reference)))
    assert usual.is_usual
    assert usual.share == pytest.approx(0.5, abs=0.01)


def test_a_digits_nearest_neighbour_is_itself_and_the_next_is_mostly_of_its_kind(shipped):
    train = load_builtin().train
    units = hidden_units(shipped.model, train.images)
    found = [neighbours(units[i], units, 2) for i in range(100)]
    assert [first.index for first, _ in found] == list(range(100))
    assert [first.similarity for first, _ in found] == pytest.approx([1] * 100, abs=1e-5)
    same = [train.labels[i] == train.labels[second.index] for i, (_, second) in enumerate(found)]
    assert np.mean(same) > 0.9


def test_what_is_silent_is_like_nothing():
    others = np.array([[0, 0], [0, 3], [2, 0]], np.float32)
    found = neighbours(np.array([1, 0], np.float32), others, 3)
    assert [(one.index, one.similarity) for one in found] == [(2, 1), (0, 0), (1, 0)]
    assert neighbours(np.zeros(2, np.float32), others, 1)[0].similarity == 0


def test_the_last_hidden_layer_is_found_in_other_networks(digits):
    assert hidden_units(build_fc(seed=0), digits[:3]).shape == (3, 300)


@pytest.mark.parametrize("added", [False, True])
def test_the_smallest_turn_turns_the_answer_and_nothing_smaller_does(shipped, added):
    seven = rasterise(SEVEN)
    turn = smallest_counterfactual(shipped, seven, added)
    assert shipped.probabilities(turn.image[None])[0].argmax() != 7
    np.testing.assert_allclose(
        turn.probabilities, shipped.probabilities(turn.image[None])[0], atol=1e-5
    )
    changed = turn.image != seven
    square = turn.square
    rows, columns = np.nonzero(changed)
    assert rows.min() >= square.top
    assert columns.max() < square.left + square.width
    assert (turn.image[changed] == added).all()
    smaller = [seven.copy() for _ in range((30 - square.height) ** 2)]
    for i, image in enumerate(smaller):
        row, column = divmod(i, 30 - square.height)
        image[row : row + square.height - 1, column : column + square.height - 1] = added
    assert (shipped.probabilities(np.stack(smaller)).argmax(axis=1) == 7).all()


def test_no_turn_is_found_where_nothing_can_turn_the_answer():
    model = build_fc(seed=0)
    weights, _bias = model.get_layer("logits").get_weights()
    model.get_layer("logits").set_weights([weights * 0, np.arange(10.0)])
    stubborn = Predictor(model, "stubborn")
    assert smallest_counterfactual(stubborn, rasterise(SEVEN), added=False) is None
