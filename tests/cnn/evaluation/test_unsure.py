import numpy as np
import pytest
from sklearn.metrics import auc

from cnn.evaluation import score
from cnn.evaluation.answers import Answers
from cnn.evaluation.unsure import risk_coverage


def answer(**shares):
    """Ten probabilities: those given by digits as `d3=0.6`, the others share what is left."""
    given = {int(name[1:]): share for name, share in shares.items()}
    rest = (1 - sum(given.values())) / (10 - len(given))
    return [given.get(digit, rest) for digit in range(10)]


SET = Answers(
    np.array([3, 3, 1, 8, 5, 0]),
    np.array(
        [
            answer(d3=0.99),  # named, right
            answer(d8=0.98),  # named, wrong
            answer(d1=0.55, d7=0.44),  # one of two, right
            answer(d3=0.60, d8=0.39),  # one of two, its first is wrong, its second right
            answer(d6=0.50, d9=0.49),  # one of two, neither
            answer(d0=0.20),  # no digit, though right
        ],
        np.float32,
    ),
)


def test_what_is_called_unsure_is_counted_as_by_hand():
    found = score(SET.labels, SET.probabilities).unsure
    assert (found.named.count, found.named.n) == (2, 6)
    assert (found.right.count, found.right.n) == (1, 2)
    assert (found.either_or.count, found.either_or.n) == (2, 3)
    assert found.no_digit == 1
    assert (found.wise.count, found.wise.n) == (2, 4)
    assert (found.caught.count, found.caught.n) == (2, 3)
    assert found.sentence == (
        "4 are called unsure (66.67 %), and 2 of them would have been read wrong. 2 of all 3"
        " mistakes are among them; of those named, 50.00 % are right."
    )


def test_risk_rises_with_coverage_as_counted_by_hand():
    curve = risk_coverage(SET)
    np.testing.assert_allclose(curve.coverage, np.arange(1, 7) / 6)
    np.testing.assert_allclose(curve.risk, [0, 1 / 2, 2 / 3, 2 / 4, 3 / 5, 3 / 6])
    assert curve.area == pytest.approx(np.mean(curve.risk))
    assert curve.risk[-1] == pytest.approx(1 - score(SET.labels, SET.probabilities).accuracy)


def test_equally_sure_answers_are_given_together():
    rows = np.array([answer(d3=0.9)] * 4 + [answer(d3=0.5)], np.float32)
    curve = risk_coverage(Answers(np.array([3, 1, 3, 3, 3]), rows))
    np.testing.assert_allclose(curve.coverage, [0.8, 1])
    np.testing.assert_allclose(curve.risk, [0.25, 0.2])
    # In whatever order they come.
    other = risk_coverage(Answers(np.array([1, 3, 3, 3, 3]), rows))
    np.testing.assert_array_equal(other.risk, curve.risk)


def test_a_certainty_that_ranks_better_has_a_smaller_area():
    rng = np.random.default_rng(0)
    wrong = rng.random(2_000) < 0.1
    labels = np.where(wrong, 5, 3)
    helpful = np.where(wrong, 0.4, 0.9) + rng.uniform(0, 0.09, 2_000)
    useless = rng.uniform(0.4, 0.99, 2_000)
    curves = [
        risk_coverage(Answers(labels, np.array([answer(d3=p) for p in each], np.float32)))
        for each in (helpful, useless)
    ]
    assert curves[0].area < 0.01 < curves[1].area
    assert curves[1].area == pytest.approx(0.1, abs=0.03)
    # scikit-learn joins the points by straight lines.
    assert curves[1].area == pytest.approx(auc(curves[1].coverage, curves[1].risk), abs=0.005)
    thin = curves[1].thinned(20)
    assert len(thin.risk) <= 20
    assert (thin.coverage[-1], thin.risk[-1]) == (1, curves[1].risk[-1])
