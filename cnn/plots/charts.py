"""Plotly figures of trainings: cost and accuracy over the epochs, and how one drawing was read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.decision import percent
from cnn.plots.images import sheet
from cnn.runs.metrics import Curve, smooth, thin

# The bars' axis, in per cent, with room for the numbers.
FULL_WIDTH = 124
# From nothing to the orange of misread digits, light enough for the counts upon it in both themes.
MISTAKES = ((0.0, "rgba(255, 146, 43, 0)"), (1.0, "rgba(255, 146, 43, 0.65)"))
TICKS = (0, 1, 10, 100, 1000)
DIGITS = [str(digit) for digit in range(10)]

# As in .streamlit/config.toml.
ACCENT = "#2f74e8"
QUIET = "rgba(128, 138, 150, 0.5)"
# The first run's is the accent; the others Okabe and Ito's, which colour-blind people tell apart.
COLOURS = (ACCENT, "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8a6d3b", "#7f7f7f")
WRONG, WHITE = (255, 146, 43), (255, 255, 255)
# Digits in a row of a probe.
PROBE_ROW = 20
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
        test: Share of the test digits read right, 0..1, epoch by epoch.
    """

    name: str
    epochs: int
    loss: Curve
    training: Curve
    test: Curve


def loss_chart(runs: Sequence[Curves], marker: float | None = None) -> Any:
    """Draw the cost of runs over one another, of a single one also what is not smoothed.

    Args:
        runs: From one to as many as there are colours.
        marker: An epoch to mark by a line.

    Returns:
        plotly Figure.
    """
    lines: list[Any] = []
    least: list[float] = []
    for run, colour in zip(runs, COLOURS, strict=False):
        smoothed = smooth(run.loss)
        # What is not smoothed reaches lower.
        least.extend(smoothed.values / 2)
        if len(runs) == 1:
            lines.append(_line(thin(run.loss), colour, "each chunk of steps", faint=True))
        hover = "epoch %{x:.2f}: %{y:.3f} nats"
        lines.append(_line(thin(smoothed), colour, _name(run, runs, "smoothed"), hover=hover))
    low = next((cost for cost in LEAST_COSTS if cost <= min(least, default=1.0)), LEAST_COSTS[-1])
    y_axis = {
        "type": "log",
        "range": [math.log10(low * 0.8), math.log10(3.5)],
        "tickvals": [0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3],
        "title": {"text": "Cost of training digits, nats"},
    }
    return _figure(lines, runs, y_axis, marker)


def accuracy_chart(
    runs: Sequence[Curves],
    reference: Mapping[int, float] | None = None,
    marker: float | None = None,
) -> Any:
    """Draw how many digits runs read right, of a single one also while training.

    Args:
        runs: From one to as many as there are colours.
        reference: The tutorial's own results by epoch, 0..1; None leaves them out.
        marker: An epoch to mark by a line.

    Returns:
        plotly Figure.
    """
    lines: list[Any] = []
    least = [*(reference or {}).values()]
    for run, colour in zip(runs, COLOURS, strict=False):
        least.extend(run.test.values)
        if len(runs) == 1:
            training = thin(smooth(run.training))
            lines.append(_line(_per_cent(training), QUIET, "training, smoothed"))
        test = _line(_per_cent(run.test), colour, _name(run, runs, "test"),
                     hover="epoch %{x}: %{y:.2f} %")  # fmt: skip
        test.update(mode=_mode(len(run.test.epochs)), marker_size=5)
        lines.append(test)
    if reference:
        lines.append(_reference(reference))
    low = max(start for start in LEAST_PER_CENT if start <= 100 * min(least, default=0.0))
    y_axis = {"range": [low, 100 + (100 - low) * 0.04], "title": {"text": "Read right, %"}}
    return _figure(lines, runs, y_axis, marker)


def share_axes(figures: Sequence[Any]) -> None:
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
) -> Any:
    """Draw how sure a network was of each digit for one drawing, epoch by epoch.

    Args:
        epochs: At which it was read; 0 is before the first step.
        probabilities: float32 [epochs, 10].
        end: The axis's last epoch.
        marker: An epoch to mark by a line.

    Returns:
        plotly Figure.
    """
    import plotly.graph_objects as go

    answer = int(probabilities[-1].argmax())
    # The answer last, upon the others.
    order = sorted(range(10), key=lambda digit: digit == answer)
    lines = [
        go.Scatter(
            x=list(epochs),
            y=(100 * probabilities[:, digit]).tolist(),
            mode=_mode(len(epochs)),
            marker_size=4,
            line={"color": ACCENT if digit == answer else QUIET, "width": 2},
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


def probe_sheet(
    images: NDArray[np.uint8], labels: NDArray[np.int64], probabilities: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Lay digits side by side, white those read right and orange those read wrong.

    Args:
        images: uint8 [n, 28, 28].
        labels: What they are, [n].
        probabilities: How they were read, float32 [n, 10].

    Returns:
        uint8 [rows, columns, 4].
    """
    wrong = (probabilities.argmax(axis=1) != labels)[:, None]
    colours = np.where(wrong, WRONG, WHITE)
    inked = images[..., None] / 255 * colours[:, None, None]
    opaque = np.full((*images.shape, 1), 255)
    pixels = np.round(np.concatenate([inked, opaque], axis=-1)).astype(np.uint8)
    return sheet(pixels.transpose(1, 2, 0, 3), PROBE_ROW)


def _name(run: Curves, runs: Sequence[Curves], what: str) -> str:
    return what if len(runs) == 1 else run.name


def _per_cent(curve: Curve) -> Curve:
    return Curve(curve.epochs, 100 * curve.values)


def _mode(points: int) -> str:
    return "lines+markers" if points <= MOST_MARKERS else "lines"


def _line(curve: Curve, colour: str, name: str, faint: bool = False, hover: str = "") -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=curve.epochs.tolist(),
        y=curve.values.tolist(),
        mode="lines",
        line={"color": colour, "width": 1 if faint else 2},
        opacity=0.35 if faint else 1,
        name=name,
        hoverinfo="skip" if not hover else None,
        hovertemplate=f"{hover}<extra>{name}</extra>" if hover else None,
    )


def _reference(results: Mapping[int, float]) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=list(results),
        y=[100 * result for result in results.values()],
        mode="markers",
        marker={"symbol": "diamond-open", "size": 9, "color": "#d55e00", "line_width": 2},
        name="the tutorial",
        hovertemplate="epoch %{x}: %{y:.1f} %<extra>the tutorial</extra>",
    )


def _figure(
    lines: Sequence[Any], runs: Sequence[Curves], y_axis: dict[str, Any], marker: float | None
) -> Any:
    return _layout(lines, max((run.epochs for run in runs), default=1), y_axis, marker)


def _layout(lines: Sequence[Any], end: int, y_axis: dict[str, Any], marker: float | None) -> Any:
    import plotly.graph_objects as go

    figure = go.Figure(
        lines,
        go.Layout(
            height=300,
            margin={"l": 56, "r": 8, "t": 8, "b": 44},
            xaxis={
                "range": [0, end * 1.02],
                "title": {"text": "Epochs"},
                "gridcolor": GRID,
                "zeroline": False,
                "fixedrange": True,
                "nticks": 8,
            },
            yaxis={"gridcolor": GRID, "zeroline": False, "fixedrange": True, **y_axis},
            legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "xanchor": "left"},
            showlegend=True,
        ),
    )
    if marker is not None:
        figure.add_vline(marker, line={"color": "#ff922b", "width": 2})
    return figure


def probability_bars(probabilities: Sequence[float], accent: str, quiet: str) -> Any:
    """Ten horizontal bars, 0 at the top, on an axis from 0 to 100 % that never moves.

    Args:
        probabilities: Ten of them, 0..1; all 0 draws an empty chart.
        accent: Colour of the most probable digit's bar.
        quiet: Colour of the other bars.

    Returns:
        plotly Figure.
    """
    import plotly.graph_objects as go

    digits = list(range(10))
    winner = int(np.argmax(probabilities)) if any(probabilities) else None
    bars = go.Bar(
        x=[100 * probability for probability in probabilities],
        y=digits,
        orientation="h",
        width=0.62,
        marker_color=[accent if digit == winner else quiet for digit in digits],
        hovertemplate="%{y}: %{x:.2f} %<extra></extra>",
    )
    # Right-aligned beyond 100 %, all at the same place.
    numbers = go.Scatter(
        x=[FULL_WIDTH] * 10,
        y=digits,
        mode="text",
        text=["" if winner is None else percent(probability) for probability in probabilities],
        textposition="middle left",
        textfont_size=14,
        hoverinfo="skip",
    )
    x_axis = {
        "range": [0, FULL_WIDTH],
        "tickvals": [0, 25, 50, 75, 100],
        "ticktext": ["0", "25", "50", "75", "100 %"],
        "gridcolor": "rgba(128, 138, 150, 0.25)",
        "fixedrange": True,
    }
    y_axis = {
        "range": [9.5, -0.5],
        "dtick": 1,
        "tickfont_size": 16,
        "ticklabelstandoff": 8,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
    return go.Figure(
        [bars, numbers],
        go.Layout(
            height=340,
            margin={"l": 26, "r": 4, "t": 4, "b": 24},
            showlegend=False,
            xaxis=x_axis,
            yaxis=y_axis,
        ),
    )


def confusion_chart(confusion: NDArray[np.int64]) -> Any:
    """Draw how often each digit was read as each, mistakes coloured, what was read right not.

    The colours stand for the logarithm of a count and mean the same after every epoch, so that one
    mistake is seen as well as a thousand.

    Args:
        confusion: int64 [10, 10]; row: true digit, column: digit read.

    Returns:
        plotly Figure.
    """
    import plotly.graph_objects as go

    mistakes = np.where(np.eye(10, dtype=bool), 0, confusion)
    most = int(confusion.sum(axis=1).max())
    ticks = [tick for tick in TICKS if tick <= most]
    cells = go.Heatmap(
        x=DIGITS,
        y=DIGITS,
        z=np.log1p(mistakes).tolist(),
        customdata=confusion.tolist(),
        zmin=0,
        zmax=float(np.log1p(max(most, 1))),
        colorscale=MISTAKES,
        xgap=1,
        ygap=1,
        colorbar={
            "thickness": 8,
            "outlinewidth": 0,
            "tickvals": np.log1p(ticks).tolist(),
            "ticktext": [f"{tick:,}" for tick in ticks],
            "title": {"text": "Misread", "side": "right"},
        },
        hovertemplate="%{customdata:,} times a %{y} was read as %{x}<extra></extra>",
    )
    rows, columns = np.nonzero(confusion)
    counts = go.Scatter(
        x=[DIGITS[column] for column in columns],
        y=[DIGITS[row] for row in rows],
        mode="text",
        text=[f"{count}" for count in confusion[rows, columns]],
        textfont_size=11,
        hoverinfo="skip",
        showlegend=False,
    )
    axis = {"type": "category", "showgrid": False, "zeroline": False, "fixedrange": True}
    axis.update(categoryorder="array", categoryarray=DIGITS, range=[-0.5, 9.5])
    return go.Figure(
        [cells, counts],
        go.Layout(
            height=380,
            margin={"l": 44, "r": 8, "t": 8, "b": 44},
            xaxis={**axis, "title": {"text": "Read as"}},
            yaxis={**axis, "title": {"text": "Is"}, "range": [9.5, -0.5]},
        ),
    )
