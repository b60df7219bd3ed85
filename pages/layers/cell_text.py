"""A cell's explanation, put into the words and plain values that the page's component shows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.explain.arithmetic import (
    ConvolutionSum,
    DenseSum,
    Explanation,
    PassThrough,
    PoolingChoice,
    PoolingMean,
    SoftmaxShare,
)
from cnn.explain.layers import Layer
from cnn.explain.receptive_field import Cell, cell_of_flat

# Largest contributions of either sign, and maps they are traced back to, that are shown.
LARGEST = 8
MAPS = 10


def name_of(layer: Layer, cell: Cell) -> str:
    """Name a cell: "Layer 2, map 17, row 5, column 9"."""
    if layer.kind == "input":
        return f"Input, row {cell.row}, column {cell.column}"
    if layer.is_map:
        return f"{layer.title}, map {cell.channel}, row {cell.row}, column {cell.column}"
    if layer.kind == "softmax":
        return f"Probability of {cell.channel}"
    if layer.name == "logits":
        return f"Logit of {cell.channel}"
    return f"{layer.title}, unit {cell.channel}"


def short_name(layer: Layer, cell: Cell) -> str:
    """Name a cell where there is little room: "Pooled 2, 17 at 5, 3"."""
    if not layer.is_map:
        return name_of(layer, cell)
    return f"{layer.title}, {cell.channel} at {cell.row}, {cell.column}"


def sentence(layer: Layer, cell: Cell, told: Explanation) -> str:
    """Say what a cell's value is and, in a few words, how it came about."""
    how = ""
    match told:
        case ConvolutionSum() | DenseSum():
            cut = told.relu and told.before < 0
            how = f": the sum {told.before:.4f} is negative, so ReLU makes it 0" if cut else ""
        case PoolingChoice():
            how = f": the largest of {told.window.size}"
        case PoolingMean():
            how = f": the mean of {told.inside.size}"
    return f"{name_of(layer, cell)} = {told.after:.4f}{how}".replace("-", "−")


def values_for_page(layers: dict[str, Layer], cell: Cell, told: Explanation) -> dict[str, Any]:
    """Put an explanation into what JSON can hold; `frontend/cell.js` shows it."""
    layer = layers[cell.layer]
    match told:
        case ConvolutionSum():
            return _convolution(layer, told)
        case PoolingChoice():
            window = _cells(told.window)
            return {"window": window, "winner": vars(told.winner), "after": told.after}
        case PoolingMean():
            sizes = {"count": told.inside.size, "sum": float(told.inside.sum())}
            return {"window": _cells(told.window), **sizes, "after": told.after}
        case DenseSum():
            return _dense(layers, layer, told)
        case SoftmaxShare():
            return {
                "logits": told.logits.tolist(),
                "powers": told.powers.tolist(),
                "probabilities": told.probabilities.tolist(),
            }
        case PassThrough():
            return {"after": told.after, "cell": vars(told.cell) if told.cell else None}


def traced_back(layer: Layer, shares: NDArray[np.floating]) -> dict[str, Any]:
    """Tell which maps of a layer add most to, or take most from, a later sum.

    Args:
        layer: Whose maps.
        shares: What each cell adds, [height, width, channels].
    """
    of_maps = shares.sum(axis=(0, 1))
    ranked = np.argsort(-np.abs(of_maps))[:MAPS]

    def line(channel: int) -> dict[str, Any]:
        of_map = shares[:, :, channel]
        row, column = np.unravel_index(int(np.abs(of_map).argmax()), of_map.shape)
        return {
            "name": f"Map {channel}",
            "sum": float(of_maps[channel]),
            "values": of_map.tolist(),
            "cell": vars(Cell(layer.name, channel, int(row), int(column))),
        }

    return {
        "maps_of": layer.title,
        "maps": [line(int(channel)) for channel in ranked],
        "maps_most": float(np.abs(shares).max()),
        "maps_sum": float(shares.sum()),
    }


def opened_channel(cell: Cell, told: Explanation) -> int:
    """Return which map of the layer before to show first: the one that adds most."""
    match told:
        case ConvolutionSum():
            return int(told.partial_sums.argmax())
        case PassThrough(cell=Cell() as origin):
            return origin.channel
        case PoolingChoice() | PoolingMean():
            return cell.channel
    return 0


def _cells(window: NDArray[np.floating]) -> list[list[float | None]]:
    """Put a window into lists; None is beyond the map."""
    return [[v if np.isfinite(v) else None for v in row] for row in window.tolist()]


def _convolution(layer: Layer, told: ConvolutionSum) -> dict[str, Any]:
    assert layer.windows is not None
    return {
        "size": layer.windows.size,
        "stride": layer.windows.stride,
        "padding": layer.windows.padding,
        "channels": told.kernel.shape[2],
        "bias": told.bias,
        "relu": told.relu,
    }


def _dense(layers: dict[str, Layer], layer: Layer, told: DenseSum) -> dict[str, Any]:
    shares = told.contributions
    ranked = np.argsort(shares)
    source = layers[layer.source]

    def line(index: int) -> dict[str, Any]:
        origin = Cell(source.name, index)
        if source.kind == "flatten":
            origin = cell_of_flat(layers[source.source], index)
        return {
            "name": short_name(layers[origin.layer], origin),
            "value": float(shares[index]),
            "cell": vars(origin),
        }

    return {
        "positive": [line(int(i)) for i in ranked[::-1][:LARGEST] if shares[i] > 0],
        "negative": [line(int(i)) for i in ranked[:LARGEST] if shares[i] < 0],
        "count": len(shares),
        "sum": float(shares.sum()),
        "bias": told.bias,
        "relu": told.relu,
        "before": told.before,
        "after": told.after,
    }
