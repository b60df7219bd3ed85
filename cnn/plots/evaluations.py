"""Plotly figures of how true a network's certainty is: risk against coverage, and reliability."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnn.evaluation.scores import Evaluation
from cnn.plots import Figure, Trace, graph_objects
from cnn.plots.charts import COLOURS, QUIET, line_figure

# A few sure mistakes are a spike where few digits are answered: below this coverage it may leave
# the chart.
LEAST_COVERAGE = 0.1
# Points of a curve: as many as it is pixels wide.
POINTS = 400


def risk_chart(networks: Sequence[tuple[str, Evaluation]]) -> Figure:
    """Draw how many answers are wrong, if only the surest are given, of one network or two.

    Args:
        networks: Each with what to call it.

    Returns:
        plotly Figure.
    """
    lines, most = [], 0.1
    for (name, evaluation), colour in zip(networks, COLOURS, strict=False):
        curve = evaluation.risk_coverage.thinned(POINTS)
        seen = curve.risk[curve.coverage >= LEAST_COVERAGE]
        most = max(most, 100 * float(seen.max(initial=0)))
        hover = "the surest %{x:.1f} %: %{y:.2f} % wrong"
        lines.append(_line(name, colour, 100 * curve.coverage, 100 * curve.risk, hover))
    x_axis = {"range": [0, 101], "title": {"text": "Answered, %"}}
    y_axis = {"range": [0, 1.08 * most], "title": {"text": "Wrong, %"}, "nticks": 6}
    return _alone(line_figure(lines, x_axis, y_axis), networks)


def reliability_chart(networks: Sequence[tuple[str, Evaluation]]) -> Figure:
    """Draw how many answers are right of those that are about as sure, with their intervals.

    Args:
        networks: Each with what to call it.

    Returns:
        plotly Figure.
    """
    go = graph_objects()
    ends = [0, 100]
    lines = [
        go.Scatter(
            x=ends,
            y=ends,
            mode="lines",
            line={"color": QUIET, "width": 1, "dash": "dash"},
            hoverinfo="skip",
            showlegend=False,
        )
    ]
    for (name, evaluation), colour in zip(networks, COLOURS, strict=False):
        bins = evaluation.reliability.bins
        right = np.array([100 * each.accuracy for each in bins])
        line = _line(
            name,
            colour,
            np.array([100 * each.certainty for each in bins]),
            right,
            "%{customdata:,} answers, %{x:.1f} % sure: %{y:.1f} % right",
        )
        line.update(
            mode="lines+markers",
            marker_size=6,
            customdata=[each.n for each in bins],
            error_y={
                "array": [100 * e.interval.high for e in bins] - right,
                "arrayminus": right - [100 * e.interval.low for e in bins],
                "thickness": 1,
                "width": 3,
            },
        )
        lines.append(line)
    x_axis = {"range": [0, 102], "title": {"text": "How sure, %"}}
    y_axis = {"range": [0, 104], "title": {"text": "Right, %"}}
    return _alone(line_figure(lines, x_axis, y_axis), networks)


def _line(
    name: str, colour: str, x: NDArray[np.float64], y: NDArray[np.float64], hover: str
) -> Trace:
    return graph_objects().Scatter(
        x=x.tolist(),
        y=y.tolist(),
        mode="lines",
        line={"color": colour, "width": 2},
        name=name,
        hovertemplate=f"{hover}<extra></extra>",
    )


def _alone(figure: Figure, networks: Sequence[tuple[str, Evaluation]]) -> Figure:
    """Leave the legend out where there is one network."""
    figure.update_layout(showlegend=len(networks) > 1)
    return figure
