"""A cell's explanation, put into the plain values that the page's component shows."""

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
# Of numbers that are painted, not written.
DECIMALS = 5


def values_for_page(
    layers: dict[str, Layer], cell: Cell, explanation: Explanation
) -> dict[str, object]:
    """Put an explanation into what JSON can hold; `frontend/arithmetic.js` shows it."""
    layer = layers[cell.layer]
    match explanation:
        case ConvolutionSum():
            return {"after": explanation.after}
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
                "origin": vars(explanation.cell) if explanation.cell else None,
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
            "sum": float(of_maps[channel]),
            "values": np.round(of_map, DECIMALS).tolist(),
            "cell": vars(Cell(layer.name, channel, int(row), int(column))),
        }

    return {
        "maps_of": layer.name,
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


def _dense(layers: dict[str, Layer], layer: Layer, explanation: DenseSum) -> dict[str, object]:
    shares = explanation.contributions
    ranked = np.argsort(shares)
    source = layers[layer.source]

    def line(index: int) -> dict[str, object]:
        origin = Cell(source.name, index)
        if source.kind == "flatten":
            origin = cell_of_flat(layers[source.source], index)
        return {"value": float(shares[index]), "cell": vars(origin)}

    return {
        "positive": [line(int(i)) for i in ranked[::-1][:LARGEST] if shares[i] > 0],
        "negative": [line(int(i)) for i in ranked[:LARGEST] if shares[i] < 0],
        "count": len(shares),
        "sum": float(shares.sum()),
        "bias": explanation.bias,
        "before": explanation.before,
        "after": explanation.after,
    }
