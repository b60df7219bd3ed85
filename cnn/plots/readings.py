"""Plotly figures of how digits are read: one digit's probabilities, a whole set's mistakes."""

import numpy as np
from numpy.typing import NDArray

from cnn.plots import Figure, graph_objects

# From nothing to the orange of misread digits, light enough for the counts upon it in both themes.
MISTAKES = ((0.0, "rgba(255, 146, 43, 0)"), (1.0, "rgba(255, 146, 43, 0.65)"))
TICKS = (0, 1, 10, 100, 1000)
DIGITS = [str(digit) for digit in range(10)]


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
