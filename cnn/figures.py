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

    values = np.asarray(probabilities, dtype=np.float64)
    winner = int(values.argmax()) if values.any() else -1
    figure = go.Figure(
        go.Bar(
            x=values * 100,
            y=list(range(10)),
            orientation="h",
            width=0.62,
            marker_color=[accent if digit == winner else quiet for digit in range(10)],
            hovertemplate="%{y}: %{x:.2f} %<extra></extra>",
        )
    )
    if winner >= 0:
        for digit, value in enumerate(values):
            figure.add_annotation(
                x=1, xref="paper", xanchor="right", xshift=62, y=digit, yanchor="middle",
                text=percent(float(value)), showarrow=False, font_size=14, align="right",
            )  # fmt: skip
    ticks = [0, 25, 50, 75, 100]
    figure.update_xaxes(
        range=[0, 100], tickvals=ticks, ticktext=[*map(str, ticks[:-1]), "100 %"], fixedrange=True,
        showgrid=True, gridcolor="rgba(128, 138, 150, 0.25)",
    )  # fmt: skip
    figure.update_yaxes(
        range=[9.5, -0.5], dtick=1, tickfont_size=16, fixedrange=True, ticklabelstandoff=8
    )
    figure.update_layout(
        height=340, margin={"l": 26, "r": 66, "t": 4, "b": 24}, showlegend=False, bargap=0.3
    )
    return figure


def mosaic(maps: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Lay a layer's maps side by side, coloured on one scale from 0 to the layer's largest value.

    Args:
        maps: float32 [height, width, maps], not below 0.

    Returns:
        uint8 [rows, columns, 4], transparent in the gaps of one pixel between the maps.
    """
    height, width, count = maps.shape
    rows = -(-count // ROW)
    coloured = colours(maps / max(float(maps.max()), 1e-9))
    picture = np.zeros((rows * (height + 1) - 1, ROW * (width + 1) - 1, 4), np.uint8)
    for i in range(count):
        top, left = (i // ROW) * (height + 1), (i % ROW) * (width + 1)
        picture[top : top + height, left : left + width] = coloured[:, :, i]
    return picture


def colours(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour values in 0..1 by viridis, which colour-blind people can read: uint8 [..., 4]."""
    table = _viridis()
    return table[np.round(values * (len(table) - 1)).astype(int)]


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
