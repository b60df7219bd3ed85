import json

import numpy as np
import pytest

from cnn.data.digits import Digits, LabelledStrokes
from cnn.data.drawings import draw_digits
from cnn.evaluation import BINS, as_text, evaluate, reliability, score
from cnn.evaluation.text import details_as_text
from cnn.ink.strokes import rasterise

LABELS = np.array([0, 0, 0, 3, 3, 9])
ANSWERS = np.eye(10)[[0, 0, 8, 3, 5, 9]]


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
        score(np.array([], int), np.empty((0, 10)))
    assert draw_digits([]).images.shape == (0, 28, 28)


def test_the_text_names_the_accuracy_and_every_confusion():
    text = as_text(score(LABELS, ANSWERS)).splitlines()
    assert text[0] == "66.67% of 6 digits read right (4)."
    assert text[3].split() == ["0", "2", *"·······", "1", "·", "66.67%"]
    assert text[4].split() == ["1", *"··········", "–"]
    assert len({len(line) for line in text[2:13]}) == 1


def answers_at(certainty, n):
    """So many answers, of a network that always names a 3 this surely."""
    rest = (1 - certainty) / 9
    return np.full((n, 10), [rest] * 3 + [certainty] + [rest] * 6)


def test_answers_that_are_right_as_often_as_they_say_have_no_calibration_error():
    probabilities = np.vstack([answers_at(0.9, 10), answers_at(0.5, 4)])
    labels = np.array([3] * 9 + [8] + [3, 3, 5, 5])
    found = reliability(labels, probabilities)
    assert found.calibration_error == pytest.approx(0)
    assert [(each.n, each.accuracy) for each in found.bins] == [(4, 0.5), (10, 0.9)]


def test_the_calibration_error_is_that_counted_by_hand():
    # Six answers at 100 % of which four are right, two at 60 % which both are.
    probabilities = np.vstack([ANSWERS, answers_at(0.6, 2)])
    found = reliability(np.array([*LABELS, 3, 3]), probabilities)
    assert found.calibration_error == pytest.approx(6 / 8 * 2 / 6 + 2 / 8 * 0.4)
    least, most = found.bins
    assert (least.n, least.certainty, least.accuracy) == (2, pytest.approx(0.6), 1)
    assert (most.n, most.certainty, most.accuracy) == (6, 1, pytest.approx(4 / 6))
    assert (most.low, most.high) == ((BINS - 1) / BINS, 1)


def test_the_reliability_is_told_in_a_line_for_each_bin_and_in_json():
    result = score(LABELS, ANSWERS)
    error, _, head, *bins = as_text(result).splitlines()[14:]
    assert error == "Expected calibration error: 33.33% (15 bins of equal width)."
    assert head.split() == ["sure", "by", "answers", "mean", "right"]
    assert [line.split() for line in bins] == [["93%", "to", "100%", "6", "100.00%", "66.67%"]]
    told = result.as_json()
    assert told["calibration_error"] == pytest.approx(1 / 3)
    assert told["reliability"][0]["n"] == 6


def random_answers(n=500, seed=0):
    """Labels and probabilities of a network that is often wrong; no digit is ever a 4."""
    rng = np.random.default_rng(seed)
    labels = rng.choice([0, 1, 2, 3, 5, 6, 7, 8, 9], n)
    logits = rng.normal(0, 1, (n, 10)) + 2 * np.eye(10)[labels]
    return labels, (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32)


def test_precision_recall_and_f1_are_those_counted_from_the_confusion_matrix():
    result = score(*random_answers())
    for each in result.digits:
        hit = result.confusion[each.digit, each.digit]
        column, row = result.confusion[:, each.digit].sum(), result.confusion[each.digit].sum()
        assert each.n == row
        assert each.precision == (pytest.approx(hit / column) if column else None)
        assert each.recall == (pytest.approx(hit / row) if row else None)
        assert each.f1 == pytest.approx(2 * hit / (column + row))


def test_a_digit_that_is_neither_there_nor_read_has_no_score():
    one = score(np.array([3]), np.eye(10, dtype=np.float32)[[3]])
    assert (one.accuracy, one.right.interval.high) == (1, 1)
    scores = one.digits[4]
    assert (scores.n, scores.precision, scores.recall, scores.f1) == (0, None, None, None)
    assert json.loads(json.dumps(one.as_json()))["digits"][4]["f1"] is None


@pytest.mark.parametrize("label", [10, -1])
def test_a_label_that_is_no_digit_is_refused_in_one_sentence(label):
    with pytest.raises(ValueError, match=f"0 to 9, not {label}"):
        score(np.array([3, label]), np.eye(10)[[3, 3]])


def test_mistakes_come_surest_first_and_a_cell_holds_its_own():
    labels, probabilities = random_answers()
    answers = score(labels, probabilities).answers
    mistakes = answers.mistakes()
    assert len(mistakes) == (labels != probabilities.argmax(axis=1)).sum()
    certainties = [each.probability for each in mistakes]
    assert certainties == sorted(certainties, reverse=True)
    assert mistakes[:3] == answers.mistakes(3)
    first = mistakes[0]
    assert first.index == answers.cell(first.label, first.read)[0]
    assert first.own == pytest.approx(probabilities[first.index, first.label])


def test_the_details_name_interval_unsure_digits_and_mistakes():
    text = details_as_text(score(LABELS, ANSWERS), names=[f"{i}.png" for i in range(6)])
    assert "30.00 % to 90.32 % are read right (Wilson, 95 %)." in text
    assert "  2.png: a 0 read as 8, >99.9 % sure" in text
    assert "Every digit is named, 66.67 % of them rightly." in text


def test_a_network_tells_how_many_it_has_read_and_reads_the_same_by_portions(monkeypatch):
    images = np.repeat(np.arange(7) / 10, 28 * 28).reshape(7, 28, 28)
    digits = Digits(images.astype(np.float32), np.arange(7))
    monkeypatch.setattr("cnn.evaluation.answers.PORTION", 3)
    told = []
    found = evaluate(ReadsMeanBrightness(), digits, lambda done, of: told.append((done, of)))
    assert told == [(0, 7), (3, 7), (6, 7)]
    assert found.accuracy == 1
