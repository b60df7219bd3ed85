"""Plotly figures of how digits are read: one digit's probabilities, a whole set's mistakes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnn.decision import percent
from cnn.plots import Figure, graph_objects

# The bars' axis, in per cent, with room for the numbers.
FULL_WIDTH = 124
# From nothing to the orange of misread digits, light enough for the counts upon it in both themes.
MISTAKES = ((0.0, "rgba(255, 146, 43, 0)"), (1.0, "rgba(255, 146, 43, 0.65)"))
TICKS = (0, 1, 10, 100, 1000)
DIGITS = [str(digit) for digit in range(10)]


def probability_bars(probabilities: Sequence[float], accent: str, quiet: str) -> Figure:
    """Ten horizontal bars, 0 at the top, on an axis from 0 to 100 % that never moves.

    Args:
        probabilities: Ten of them, 0..1; all 0 draws an empty chart.
        accent: Colour of the most probable digit's bar.
        quiet: Colour of the other bars.

    Returns:
        plotly Figure.
    """
    go = graph_objects()
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


def confusion_chart(confusion: NDArray[np.int64]) -> Figure:
    """Draw how often each digit was read as each, mistakes coloured, what was read right not.

    The colours stand for the logarithm of a count and mean the same after every epoch, so that one
    mistake is seen as well as a thousand.

    Args:
        confusion: int64 [10, 10]; row: true digit, column: digit read.

    Returns:
        plotly Figure.
    """
    go = graph_objects()
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
