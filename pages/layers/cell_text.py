"""A cell's explanation, put into the words and plain values that the page's component shows."""

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


def sentence(layer: Layer, cell: Cell, explanation: Explanation) -> str:
    """Say what a cell's value is and, in a few words, how it came about."""
    how = ""
    match explanation:
        case ConvolutionSum() | DenseSum():
            cut = explanation.relu and explanation.before < 0
            how = (
                f": the sum {explanation.before:.4f} is negative, so ReLU makes it 0" if cut else ""
            )
        case PoolingChoice():
            how = f": the largest of {explanation.window.size}"
        case PoolingMean():
            how = f": the mean of {explanation.inside.size}"
    return f"{name_of(layer, cell)} = {explanation.after:.4f}{how}".replace("-", "−")


def values_for_page(
    layers: dict[str, Layer], cell: Cell, explanation: Explanation
) -> dict[str, object]:
    """Put an explanation into what JSON can hold; `frontend/cell.js` shows it."""
    layer = layers[cell.layer]
    match explanation:
        case ConvolutionSum():
            return _convolution(layer, explanation)
        case PoolingChoice():
            window = _cells(explanation.window)
            return {
                "window": window,
                "winner": vars(explanation.winner),
                "after": explanation.after,
            }
        case PoolingMean():
            sizes = {"count": explanation.inside.size, "sum": float(explanation.inside.sum())}
            return {"window": _cells(explanation.window), **sizes, "after": explanation.after}
        case DenseSum():
            return _dense(layers, layer, explanation)
        case SoftmaxShare():
            return {
                "logits": explanation.logits.tolist(),
                "powers": explanation.powers.tolist(),
                "probabilities": explanation.probabilities.tolist(),
            }
        case PassThrough():
            return {
                "after": explanation.after,
                "cell": vars(explanation.cell) if explanation.cell else None,
            }


def traced_back(layer: Layer, shares: NDArray[np.floating]) -> dict[str, object]:
    """Tell which maps of a layer add most to, or take most from, a later sum.

    Args:
        layer: Whose maps.
        shares: What each cell adds, [height, width, channels].
    """
    of_maps = shares.sum(axis=(0, 1))
    ranked = np.argsort(-np.abs(of_maps))[:MAPS]

    def line(channel: int) -> dict[str, object]:
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


def opened_channel(cell: Cell, explanation: Explanation) -> int:
    """Return which map of the layer before to show first: the one that adds most."""
    match explanation:
        case ConvolutionSum():
            return int(explanation.partial_sums.argmax())
        case PassThrough(cell=Cell() as origin):
            return origin.channel
        case PoolingChoice() | PoolingMean():
            return cell.channel
    return 0


def _cells(window: NDArray[np.floating]) -> list[list[float | None]]:
    """Put a window into lists; None is beyond the map."""
    return [[v if np.isfinite(v) else None for v in row] for row in window.tolist()]


def _convolution(layer: Layer, explanation: ConvolutionSum) -> dict[str, object]:
    assert layer.windows is not None
    return {
        "size": layer.windows.size,
        "stride": layer.windows.stride,
        "padding": layer.windows.padding,
        "channels": explanation.kernel.shape[2],
        "bias": explanation.bias,
        "relu": explanation.relu,
    }


def _dense(layers: dict[str, Layer], layer: Layer, explanation: DenseSum) -> dict[str, object]:
    shares = explanation.contributions
    ranked = np.argsort(shares)
    source = layers[layer.source]

    def line(index: int) -> dict[str, object]:
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
        "bias": explanation.bias,
        "relu": explanation.relu,
        "before": explanation.before,
        "after": explanation.after,
    }
