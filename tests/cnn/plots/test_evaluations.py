import numpy as np
import pytest

from cnn.evaluation import score
from cnn.plots.evaluations import reliability_chart, risk_chart

LABELS = np.array([1, 1, 1, 2])


@pytest.fixture
def evaluation():
    """Three answers of which the surest is wrong, and one that is unsure and right."""
    probabilities = np.full((4, 10), 0.01, np.float32)
    probabilities[range(4), [7, 1, 1, 2]] = [0.95, 0.9, 0.9, 0.5]
    return score(LABELS, probabilities)


def test_risk_is_drawn_over_coverage_in_per_cent_as_it_was_measured(evaluation):
    (line,) = risk_chart([("mine", evaluation)]).data
    np.testing.assert_allclose(line.x, [25, 75, 100])
    np.testing.assert_allclose(line.y, [100, 100 / 3, 25])


def test_reliability_is_drawn_with_intervals_beside_what_would_be_true(evaluation):
    true, line = reliability_chart([("mine", evaluation)]).data
    assert true.x == true.y == (0, 100)
    bins = evaluation.reliability.bins
    np.testing.assert_allclose(line.x, [100 * each.certainty for each in bins])
    np.testing.assert_allclose(line.y, [100 * each.accuracy for each in bins])
    lowest = line.y - np.array(line.error_y.arrayminus)
    np.testing.assert_allclose(lowest, [100 * each.interval.low for each in bins])


def test_two_networks_lie_over_one_another_and_are_named(evaluation):
    two = [("mine", evaluation), ("yours", evaluation)]
    for chart in (risk_chart(two), reliability_chart(two)):
        assert [line.name for line in chart.data if line.name] == ["mine", "yours"]
        assert chart.layout.showlegend
        assert len({line.line.color for line in chart.data if line.name}) == 2
