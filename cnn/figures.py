"""Figures from arrays: the probability bars, and activations as small pictures."""

import base64
import io
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.ink import Picture
from cnn.verdict import percent

# Maps in a row of a mosaic.
ROW = 8
# The bars' axis, in per cent, with room for the numbers.
FULL_WIDTH = 124
CLEAR = (0, 0, 0, 0)
# Weights and contributions: against, 0, for. Black in the middle, as paper is.
DIVERGING = ((56, 152, 255), (0, 0, 0), (255, 146, 43))


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


def mosaic(maps: NDArray[np.float32], most: float | None = None) -> NDArray[np.uint8]:
    """Lay a layer's maps side by side, coloured on one scale from 0 to its largest value.

    Args:
        maps: float32 [height, width, maps], not below 0.
        most: The scale's end, at least the largest value; the largest value itself if left out.

    Returns:
        uint8 [rows, columns, 4]; see `sheet`.
    """
    return sheet(colours(maps / max(float(maps.max()) if most is None else most, 1e-9)))


def sheet(
    pictures: NDArray[np.uint8], columns: int = ROW, gap: tuple[int, ...] = CLEAR
) -> NDArray[np.uint8]:
    """Lay pictures side by side, row by row.

    Args:
        pictures: Coloured, uint8 [height, width, pictures, 4].
        columns: Most pictures in a row.
        gap: Colour of the gaps of one pixel between the pictures, four numbers in 0..255.

    Returns:
        uint8 [rows, columns, 4], transparent where the last row is not full.
    """
    height, width, count, _ = pictures.shape
    rows, columns = -(-count // columns), min(columns, count)
    laid = np.zeros((rows * (height + 1) - 1, columns * (width + 1) - 1, 4), np.uint8)
    for i in range(count):
        top, left = (i // columns) * (height + 1), (i % columns) * (width + 1)
        laid[max(top - 1, 0) : top + height, max(left - 1, 0) : left + width] = gap
        laid[top : top + height, left : left + width] = pictures[:, :, i]
    return laid


def colours(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour values in 0..1 by viridis, which colour-blind people can read: uint8 [..., 4]."""
    table = _viridis()
    return table[np.round(values * (len(table) - 1)).astype(int)]


def diverging(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour values in -1..1 about zero, from blue over black to orange: uint8 [..., 4]."""
    table = np.array(DIVERGING)
    channels = [np.interp(values, [-1, 0, 1], table[:, channel]) for channel in range(3)]
    opaque = np.full(np.shape(values), 255)
    return np.round(np.stack([*channels, opaque], axis=-1)).astype(np.uint8)


def grey(picture: Picture) -> NDArray[np.uint8]:
    """Show ink white on black: uint8 [height, width]."""
    return np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Write pixels, [height, width] or [height, width, 4], as a PNG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def data_uri(pixels: NDArray[np.uint8]) -> str:
    """Write pixels as a PNG that an `img` element can hold."""
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()


@cache
def _viridis() -> NDArray[np.uint8]:
    """Viridis in 256 colours, uint8 [256, 4] (S. van der Walt, N. Smith, matplotlib, 2015)."""
    from plotly.colors import get_colorscale, hex_to_rgb

    scale = get_colorscale("viridis")
    stops = [stop for stop, _ in scale]
    corners = np.array([hex_to_rgb(colour) for _, colour in scale])
    at = np.linspace(0, 1, 256)
    channels = [np.interp(at, stops, corners[:, channel]) for channel in range(3)]
    return np.round(np.stack([*channels, np.full(256, 255)], axis=1)).astype(np.uint8)
