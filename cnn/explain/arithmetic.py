"""One cell's arithmetic: how its value came about from the layer before and the weights.

    explain(cell) -> ConvolutionSum, PoolingChoice, PoolingMean, DenseSum, SoftmaxShare, PassThrough

The sums are formed in float64 and agree with TensorFlow's float32 to 1e-4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnn.explain.layers import Layer, Values, windows_on
from cnn.explain.receptive_field import Cell, cell_of_flat

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class ConvolutionSum:
    """A cell of a convolution: after = relu(sum(products) + bias).

    Attributes:
        patch: What the window covers, zeros for padding, [height, width, channels in].
        kernel: The weights, [height, width, channels in].
        inside: Whether a place of the window lies on the maps, not on padding, [height, width].
        bias: Of the channel.
        relu: Whether a negative sum becomes 0.
    """

    patch: Floats
    kernel: Floats
    inside: NDArray[np.bool_]
    bias: float
    relu: bool

    @property
    def products(self) -> Floats:
        """Patch times kernel, place by place, [height, width, channels in]."""
        return self.patch * self.kernel

    @property
    def partial_sums(self) -> Floats:
        """What each input channel adds, [channels in]."""
        return self.products.sum(axis=(0, 1))

    @property
    def before(self) -> float:
        """The sum with bias, before ReLU."""
        return float(self.partial_sums.sum()) + self.bias

    @property
    def after(self) -> float:
        """The cell's value."""
        return max(self.before, 0.0) if self.relu else self.before


@dataclass(frozen=True)
class PoolingChoice:
    """A cell of a max pooling: the largest of its window.

    Attributes:
        window: [height, width]; minus infinity where it reaches beyond the map.
        winner: The cell that won; of equals the first, row by row.
    """

    window: Floats
    winner: Cell

    @property
    def after(self) -> float:
        """The cell's value."""
        return float(self.window.max())


@dataclass(frozen=True)
class PoolingMean:
    """A cell of an average pooling: the mean of its window, of which padding is no part.

    Attributes:
        window: [height, width]; minus infinity where it reaches beyond the map.
    """

    window: Floats

    @property
    def inside(self) -> Floats:
        """The values on the map, [cells]."""
        return self.window[np.isfinite(self.window)]

    @property
    def after(self) -> float:
        """The cell's value."""
        return float(self.inside.mean())


@dataclass(frozen=True)
class DenseSum:
    """A unit of a dense layer: after = relu(sum(contributions) + bias).

    Attributes:
        inputs: The layer before, [in].
        weights: [in].
        bias: Of the unit.
        relu: Whether a negative sum becomes 0.
    """

    inputs: Floats
    weights: Floats
    bias: float
    relu: bool

    @property
    def contributions(self) -> Floats:
        """Input times weight, [in]."""
        return self.inputs * self.weights

    @property
    def before(self) -> float:
        """The sum with bias, before ReLU."""
        return float(self.contributions.sum()) + self.bias

    @property
    def after(self) -> float:
        """The unit's value."""
        return max(self.before, 0.0) if self.relu else self.before


@dataclass(frozen=True)
class SoftmaxShare:
    """A probability: after = exp(logit - largest logit) / sum of these over all classes.

    The largest is taken off so that no power overflows; it cancels out.

    Attributes:
        logits: [classes].
        chosen: Which class.
    """

    logits: Floats
    chosen: int

    @property
    def powers(self) -> Floats:
        """Exponentials, the largest of them 1, [classes]."""
        return np.exp(self.logits - self.logits.max())

    @property
    def probabilities(self) -> Floats:
        """All classes' shares, [classes]."""
        return self.powers / self.powers.sum()

    @property
    def after(self) -> float:
        """The chosen class's probability."""
        return float(self.probabilities[self.chosen])


@dataclass(frozen=True)
class PassThrough:
    """A value that is no sum: a pixel of the input, or one passed on by flattening.

    Attributes:
        after: The value.
        cell: Where it comes from; None for a pixel.
    """

    after: float
    cell: Cell | None


Explanation: TypeAlias = (
    ConvolutionSum | PoolingChoice | PoolingMean | DenseSum | SoftmaxShare | PassThrough
)


def explain(layers: Mapping[str, Layer], values: Values, cell: Cell) -> Explanation:
    """Tell how a cell's value came about.

    Args:
        layers: Of the model, from `cnn.explain.layers.layers_of`.
        values: Of all layers for one image, from `cnn.explain.layers.values_of`.
        cell: Must exist; `cnn.explain.receptive_field.cell_from_address` sees to that.
    """
    layer = layers[cell.layer]
    match layer.kind:
        case "convolution":
            return _convolution(layer, values, cell)
        case "pooling" | "averaging":
            return _pooling(layer, values, cell)
        case "dense":
            assert layer.weights is not None
            assert layer.bias is not None
            inputs = values[layer.source].astype(np.float64)
            weights = layer.weights[:, cell.channel].astype(np.float64)
            return DenseSum(inputs, weights, float(layer.bias[cell.channel]), layer.relu)
        case "softmax":
            return SoftmaxShare(values[layer.source].astype(np.float64), cell.channel)
        case "flatten":
            origin = cell_of_flat(layers[layer.source], cell.channel)
            return PassThrough(float(values[layer.source][origin.place]), origin)
        case "input":
            return PassThrough(float(values[layer.name][cell.place]), None)


def _convolution(layer: Layer, values: Values, cell: Cell) -> ConvolutionSum:
    assert layer.weights is not None
    assert layer.bias is not None
    ones = {layer.source: np.ones_like(values[layer.source][:, :, :1])}
    return ConvolutionSum(
        windows_on(layer, values, 0)[cell.row, cell.column].astype(np.float64),
        layer.weights[:, :, :, cell.channel].astype(np.float64),
        windows_on(layer, ones, 0)[cell.row, cell.column, :, :, 0] > 0,
        float(layer.bias[cell.channel]),
        layer.relu,
    )


def _pooling(layer: Layer, values: Values, cell: Cell) -> PoolingChoice | PoolingMean:
    assert layer.windows is not None
    windows = windows_on(layer, values, -np.inf)
    window = windows[cell.row, cell.column, :, :, cell.channel].astype(np.float64)
    if layer.kind == "averaging":
        return PoolingMean(window)
    top, left = layer.windows.start(cell.row, cell.column)
    row, column = np.unravel_index(int(window.argmax()), window.shape)
    winner = Cell(layer.source, cell.channel, top + int(row), left + int(column))
    return PoolingChoice(window, winner)
