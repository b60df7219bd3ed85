import numpy as np
import pytest

from cnn.data.digits import Digits, LabelledStrokes
from cnn.data.drawings import draw_digits
from cnn.evaluation import as_text, evaluate, score
from cnn.ink.strokes import rasterise

LABELS = np.array([0, 0, 0, 3, 3, 9])
ANSWERS = np.array([0, 0, 8, 3, 5, 9])


class ReadsMeanBrightness:
    """Stands for a network: an image whose mean is 0.3 is read as a 3."""

    def probabilities(self, images):
        return np.eye(10)[np.round(images.mean(axis=(1, 2)) * 10).astype(int)]


def test_accuracy_per_digit_and_confusion_are_those_counted_by_hand():
    result = score(LABELS, ANSWERS)
    assert result.n == 6
    assert result.accuracy == pytest.approx(4 / 6)
    assert result.per_digit[0] == pytest.approx(2 / 3)
    assert result.per_digit[3] == 0.5
    assert result.per_digit[9] == 1
    assert result.per_digit[1] is None
    expected = np.zeros((10, 10))
    expected[0, 0], expected[0, 8], expected[3, 3], expected[3, 5], expected[9, 9] = 2, 1, 1, 1, 1
    np.testing.assert_array_equal(result.confusion, expected)
    assert result.as_json()["confusion"] == expected.tolist()


def test_a_network_is_asked_for_its_most_probable_digit():
    images = np.stack([np.full((28, 28), d / 10, np.float32) for d in (0, 3, 9)])
    assert evaluate(ReadsMeanBrightness(), Digits(images, np.array([0, 3, 8]))).accuracy == 2 / 3


def test_drawings_take_the_one_road_from_ink_to_input():
    seven = [np.array([[0.0, 0], [10, 0], [4, 20]])]
    digits = draw_digits([LabelledStrokes(7, seven)])
    np.testing.assert_array_equal(digits.images, [rasterise(seven)])
    assert digits.labels.tolist() == [7]


def test_an_empty_set_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match="holds no digit"):
        score(np.array([], int), np.array([], int))
    assert draw_digits([]).images.shape == (0, 28, 28)


def test_the_text_names_the_accuracy_and_every_confusion():
    text = as_text(score(LABELS, ANSWERS)).splitlines()
    assert text[0] == "66.67% of 6 digits read right (4)."
    assert text[3].split() == ["0", "2", *"·······", "1", "·", "66.67%"]
    assert text[4].split() == ["1", *"··········", "–"]
    assert len({len(line) for line in text[2:]}) == 1
