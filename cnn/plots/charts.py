"""Plotly figures of what changes over a training: cost, accuracy, and how one drawing is read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.decision import decide
from cnn.plots import Figure, Trace, graph_objects
from cnn.runs.metrics import Curve, smooth, thin

# As in .streamlit/config.toml.
ACCENT = "#2b6fe4"
QUIET = "rgba(128, 138, 150, 0.5)"
# The first run's is the accent; the others Okabe and Ito's, which colour-blind people tell apart.
COLOURS = (ACCENT, "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8a6d3b", "#7f7f7f")
# What test digits are drawn in beside others.
TEST = "#d55e00"
TRAINING = "training"
# What the axis of costs means, once for a person.
COST = """Cost is how surprised the network is by the right answer, in nats: guessing costs 2.3,
being sure and right nothing."""
# More points are a line to the eye, and each marker costs the browser time.
MOST_MARKERS = 40
GRID = "rgba(128, 138, 150, 0.25)"
# Where an axis of costs, and one of per cent, may begin: few places, so that it seldom moves.
LEAST_COSTS = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001)
LEAST_PER_CENT = (0, 50, 80, 90, 95, 98)


@dataclass(frozen=True)
class Curves:
    """One run's curves.

    Attributes:
        name: The run's.
        epochs: Epochs that it takes in all.
        loss: Of the training digits, in nats, step by step.
        training: Share of the training digits read right, 0..1, step by step.
        validation: Share of the validation digits read right, 0..1, epoch by epoch; no point where
            there are none to choose by.
        test: Share of the test digits read right, 0..1, epoch by epoch.
    """

    name: str
    epochs: int
    loss: Curve
    training: Curve
    validation: Curve
    test: Curve

    @property
    def has_validation(self) -> bool:
        """Whether validation digits were read."""
        return len(self.validation.values) > 0


def loss_chart(runs: Sequence[Curves], marker: float | None = None) -> Figure:
    """Draw the cost of runs over one another, of a single one also what is not smoothed.

    Args:
        runs: From one to as many as there are colours.
        marker: An epoch to mark by a line.

    Returns:
        plotly Figure.
    """
    lines: list[Trace] = []
    least: list[float] = []
    for run, colour in zip(runs, COLOURS, strict=False):
        smoothed = smooth(run.loss)
        # What is not smoothed reaches lower.
        least.extend(smoothed.values / 2)
        if len(runs) == 1:
            lines.append(_line(thin(run.loss), colour, "each chunk", faint=True))
        hover = "epoch %{x:.2f}: %{y:.3f} nats"
        lines.append(_line(thin(smoothed), colour, _name(run, runs, "smoothed"), hover=hover))
    low = next((cost for cost in LEAST_COSTS if cost <= min(least, default=1.0)), LEAST_COSTS[-1])
    y_axis = {
        "type": "log",
        "range": [math.log10(low * 0.8), math.log10(3.5)],
        "tickvals": [0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3],
        "title": {"text": "Cost (cross-entropy, nats)"},
    }
    return _figure(lines, runs, y_axis, marker)


def accuracy_chart(
    runs: Sequence[Curves],
    reference: Mapping[int, float] | None = None,
    marker: float | None = None,
) -> Figure:
    """Draw how many digits a run reads right, while training and afterwards, or several compare.

    Several are drawn by validation digits, as one of them may be chosen, or by test digits where
    there are no others.

    Args:
        runs: From one to as many as there are colours.
        reference: The tutorial's own results by epoch, 0..1; None leaves them out.
        marker: An epoch to mark by a line.

    Returns:
        plotly Figure.
    """
    lines, title = _one_run(runs[0]) if len(runs) == 1 else _several_runs(runs)
    if reference:
        lines.append(_reference(reference))
    # While training a network may read far fewer, which needs no place.
    least = [min(line.y) for line in lines if line.name != TRAINING and len(line.y)]
    low = max(start for start in LEAST_PER_CENT if start <= min(least, default=0.0))
    y_axis = {"range": [low, 100 + (100 - low) * 0.04], "title": {"text": title}}
    return _figure(lines, runs, y_axis, marker)


def _one_run(run: Curves) -> tuple[list[Trace], str]:
    lines = [_line(_per_cent(thin(smooth(run.training))), QUIET, TRAINING)]
    if run.has_validation:
        lines.append(_by_epoch(run.validation, ACCENT, "validation"))
    lines.append(_by_epoch(run.test, TEST, "test", is_test=True))
    return lines, "Read right, %"


def _several_runs(runs: Sequence[Curves]) -> tuple[list[Trace], str]:
    """Draw a line for each run; returns the axis's title besides."""
    measured = {run.has_validation for run in runs if len(run.test.values)}
    mixed = len(measured) > 1
    lines = []
    for run, colour in zip(runs, COLOURS, strict=False):
        is_test = not run.has_validation
        curve, what = (run.test, "test") if is_test else (run.validation, "validation")
        # One that has read none yet may still read either.
        name = f"{run.name}, {what}" if mixed and len(curve.values) else run.name
        lines.append(_by_epoch(curve, colour, name, is_test))
    digits = "Test digits" if measured == {False} else "Validation digits"
    return lines, "Read right, %" if mixed else f"{digits} read right, %"


def share_axes(figures: Sequence[Figure]) -> None:
    """Give charts that lie side by side the same axes: those that hold what is in any of them.

    Args:
        figures: plotly Figures of one kind.
    """
    for name in ("xaxis", "yaxis"):
        lows, highs = zip(*(figure.layout[name].range for figure in figures), strict=True)
        for figure in figures:
            figure.layout[name].range = (min(lows), max(highs))


def certainty_chart(
    epochs: Sequence[int], probabilities: NDArray[np.float32], end: int, marker: float | None = None
) -> Figure:
    """Draw how sure a network was of each digit for one drawing, epoch by epoch.

    Args:
        epochs: At which it was read; 0 is before the first step.
        probabilities: float32 [epochs, 10].
        end: The axis's last epoch.
        marker: An epoch to mark by a line.

    Returns:
        plotly Figure.
    """
    go = graph_objects()
    answer = int(probabilities[-1].argmax())
    # What is not sure enough to be named is as quiet as the others.
    colour = ACCENT if decide(probabilities[-1]).sure else QUIET
    # The answer last, upon the others.
    order = sorted(range(10), key=lambda digit: digit == answer)
    lines = [
        go.Scatter(
            x=list(epochs),
            y=(100 * probabilities[:, digit]).tolist(),
            mode=_mode(len(epochs)),
            marker_size=4,
            line={"color": colour if digit == answer else QUIET, "width": 2},
            name=str(digit),
            hovertemplate=f"{digit}: %{{y:.1f}} % at epoch %{{x}}<extra></extra>",
        )
        for digit in order
    ]
    said = [digit for digit in order if probabilities[:, digit].max() > 0.2]
    labels = go.Scatter(
        x=[epochs[int(probabilities[:, digit].argmax())] for digit in said],
        y=[100 * float(probabilities[:, digit].max()) for digit in said],
        mode="text",
        text=[str(digit) for digit in said],
        textposition="top center",
        textfont_size=14,
        cliponaxis=False,
        hoverinfo="skip",
    )
    y_axis = {"range": [0, 112], "tickvals": [0, 50, 100], "title": {"text": "How sure, %"}}
    figure = _layout([*lines, labels], end, y_axis, marker)
    figure.update_layout(height=200, showlegend=False)
    return figure


def _name(run: Curves, runs: Sequence[Curves], what: str) -> str:
    return what if len(runs) == 1 else run.name


def _per_cent(curve: Curve) -> Curve:
    return Curve(curve.epochs, 100 * curve.values)


def _mode(points: int) -> str:
    return "lines+markers" if points <= MOST_MARKERS else "lines"


def _by_epoch(curve: Curve, colour: str, name: str, is_test: bool = False) -> Trace:
    line = _line(_per_cent(curve), colour, name, hover="epoch %{x}: %{y:.2f} %")
    line.update(mode=_mode(len(curve.epochs)), marker_size=5)
    if is_test:
        # Dotted and hollow, so that validation digits, read nearly as often, are seen below.
        line.update(line_dash="dot", marker={"symbol": "circle-open", "size": 9})
    return line


def _line(curve: Curve, colour: str, name: str, faint: bool = False, hover: str = "") -> Trace:
    return graph_objects().Scatter(
        x=curve.epochs.tolist(),
        y=curve.values.tolist(),
        # A single point is no line yet, and would not be seen; it lies on the axis, nearly.
        mode="markers" if len(curve.values) == 1 else "lines",
        marker={"color": colour, "size": 6},
        cliponaxis=len(curve.values) != 1,
        line={"color": colour, "width": 1 if faint else 2},
        opacity=0.35 if faint else 1,
        name=name,
        hoverinfo="skip" if not hover else None,
        hovertemplate=f"{hover}<extra>{name}</extra>" if hover else None,
    )


def _reference(results: Mapping[int, float]) -> Trace:
    return graph_objects().Scatter(
        x=list(results),
        y=[100 * result for result in results.values()],
        mode="markers",
        marker={"symbol": "diamond-open", "size": 9, "color": TEST, "line_width": 2},
        name="the tutorial, test",
        hovertemplate="epoch %{x}: %{y:.1f} %<extra>the tutorial, test</extra>",
    )


def _figure(
    lines: Sequence[Trace], runs: Sequence[Curves], y_axis: dict[str, Any], marker: float | None
) -> Figure:
    return _layout(lines, max((run.epochs for run in runs), default=1), y_axis, marker)


def _layout(
    lines: Sequence[Trace], end: int, y_axis: dict[str, Any], marker: float | None
) -> Figure:
    x_axis = {"range": [0, end * 1.02], "title": {"text": "Epochs"}, "nticks": 8}
    figure = line_figure(lines, x_axis, y_axis)
    if marker is not None:
        figure.add_vline(marker, line={"color": "#ff922b", "width": 2})
    return figure


def line_figure(lines: Sequence[Trace], x_axis: dict[str, Any], y_axis: dict[str, Any]) -> Figure:
    """Lay lines out as all charts of trainings are: the legend above, axes that do not move.

    Args:
        lines: plotly traces.
        x_axis: What is its own of the axis below: range, title, ticks.
        y_axis: And of the one at the left.

    Returns:
        plotly Figure.
    """
    go = graph_objects()
    plain = {"gridcolor": GRID, "zeroline": False, "fixedrange": True}
    layout = go.Layout(
        height=300,
        margin={"l": 56, "r": 8, "t": 8, "b": 44},
        xaxis={**plain, **x_axis},
        yaxis={**plain, **y_axis},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "xanchor": "left"},
        showlegend=True,
    )
    return go.Figure(lines, layout)
