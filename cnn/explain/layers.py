"""What a trained network is made of: its layers, their weights, and how their windows lie.

Everything that explains a network reads it from here, and all of it comes from the model itself;
so other sizes, other filter counts and networks without convolutions are explained, too.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnn.ink.strokes import SIZE, Picture
from cnn.keras_file import Part
from cnn.model import KINDS, Kind, ModelError, parts_in_file, title_of
from cnn.predictor import Reading
from cnn.tf import Model

Values: TypeAlias = dict[str, NDArray[np.float32]]
"""What each layer gave for one image, by its name; from "input" [28, 28, 1] to "softmax" [10]."""


@dataclass(frozen=True)
class Windows:
    """How the windows of a convolution or pooling lie on its input.

    Attributes:
        size: Height and width of a window.
        stride: How far the next window lies, down and across.
        padding: Rows above and columns left of the input at which the first window begins.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]

    def start(self, row: int, column: int) -> tuple[int, int]:
        """Return the upper left cell, on the input, of an output cell's window; may be below 0."""
        return (
            row * self.stride[0] - self.padding[0],
            column * self.stride[1] - self.padding[1],
        )


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        name: Its address, as "conv1".
        kind: What it does; "pooling" keeps the largest of a window, "averaging" its mean.
        source: Name of the layer before; "" for the input.
        shape: Of its output: (height, width, channels), or (units,).
        relu: Whether negative sums become 0.
        windows: For convolution and pooling of either kind.
        weights: float32, convolution [height, width, channels in, channels out], dense [in, out].
        bias: float32 [channels or units out].
    """

    name: str
    kind: Kind
    source: str
    shape: tuple[int, ...]
    relu: bool = False
    windows: Windows | None = None
    weights: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None

    @property
    def is_map(self) -> bool:
        """Whether its output has height and width."""
        return len(self.shape) == 3

    @property
    def title(self) -> str:
        """What people call it: "Layer 1", "Pooled 1", "Dense 1", "Logits"."""
        return title_of(self.name, self.kind)


@lru_cache(maxsize=2)
def layers_of(model: Model) -> dict[str, Layer]:
    """Take a keras.Model apart; the softmax, which stands outside of the model, is the last layer.

    Raises:
        ModelError: It has a layer that cannot be explained.
    """
    layers: dict[str, Layer] = {}
    source = ""
    for layer in model.layers:
        layers[layer.name] = _layer(layer, source)
        source = layer.name
    layers["softmax"] = Layer("softmax", "softmax", source, layers[source].shape)
    return layers


def layers_in_file(path: Path) -> dict[str, Layer]:
    """Take the network in a `.keras` file apart, as `layers_of` does, but without TensorFlow.

    Raises:
        ModelError: The file is missing, damaged, or no network that this program can read with.
    """
    parts, arrays = parts_in_file(path)
    layers = {"input": Layer("input", "input", "", (SIZE, SIZE, 1))}
    given = iter(arrays)
    for part in parts:
        source = layers[next(reversed(layers))]
        weights, bias = (next(given), next(given)) if part.kernel else (None, None)
        relu = bool(part.kernel) and part is not parts[-1]
        layers[part.name] = Layer(
            part.name,
            KINDS[part.kind],
            source.name,
            part.shape,
            relu=relu,
            windows=_windows_of_part(part, source),
            weights=weights,
            bias=bias,
        )
    layers["softmax"] = Layer("softmax", "softmax", part.name, part.shape)
    return layers


def values_of(image: Picture, reading: Reading) -> Values:
    """Put the input [28, 28], all activations and the probabilities into one dictionary."""
    values = {"input": image.reshape(SIZE, SIZE, 1).astype(np.float32), **reading.activations}
    return {**values, "softmax": reading.probabilities}


def padded(layer: Layer, values: Values, fill: float) -> NDArray[np.float32]:
    """Return a layer's input with the padding around it that its windows reach into.

    Args:
        layer: A convolution or pooling of either kind.
        values: Of all layers.
        fill: What padding is made of.

    Returns:
        [height, width, channels in]; output row r looks at rows from r times the stride on.
    """
    assert layer.windows is not None
    source = values[layer.source]
    edges = [
        (before, max((out - 1) * stride + size - before - extent, 0))
        for out, extent, size, stride, before in zip(
            layer.shape[:2],
            source.shape[:2],
            layer.windows.size,
            layer.windows.stride,
            layer.windows.padding,
            strict=True,
        )
    ]
    return np.pad(source, [*edges, (0, 0)], constant_values=fill)


def windows_on(layer: Layer, values: Values, fill: float) -> NDArray[np.float32]:
    """Cut a layer's padded input into the windows that its cells look at; see `padded`.

    Returns:
        [height out, width out, window height, window width, channels in].
    """
    assert layer.windows is not None
    down, across = layer.windows.stride
    inputs = padded(layer, values, fill)
    every = sliding_window_view(inputs, layer.windows.size, axis=(0, 1))[::down, ::across]
    height, width = layer.shape[:2]
    return every[:height, :width].transpose(0, 1, 3, 4, 2)


def before_relu(layer: Layer, values: Values) -> NDArray[np.float32]:
    """Compute a convolution's or dense layer's sums plus bias, shape as its output."""
    assert layer.weights is not None
    assert layer.bias is not None
    if layer.kind == "dense":
        return values[layer.source] @ layer.weights + layer.bias
    patches = windows_on(layer, values, 0)
    return np.tensordot(patches, layer.weights, axes=3) + layer.bias


def _layer(layer: Any, source: str) -> Layer:
    kind = KINDS.get(type(layer).__name__)
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    plain = getattr(layer, "dilation_rate", (1, 1)) == (1, 1) and getattr(layer, "groups", 1) == 1
    if kind is None or activation not in {"linear", "relu"} or not plain:
        raise ModelError(
            f"The layer “{layer.name}” is a {type(layer).__name__} with activation {activation}: "
            "only plain convolutions, max and average pooling, flattening and dense layers can be "
            "explained."
        )
    size = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    weights = [np.asarray(w) for w in layer.get_weights()]
    if len(weights) == 1:  # a layer without bias
        weights.append(np.zeros(weights[0].shape[-1], np.float32))
    return Layer(
        layer.name,
        kind,
        source,
        tuple(layer.output.shape[1:]),
        relu=activation == "relu",
        windows=_windows(size, tuple(layer.strides), layer.padding, layer.input.shape[1:])
        if size
        else None,
        weights=weights[0] if weights else None,
        bias=weights[1] if weights else None,
    )


def _windows_of_part(part: Part, source: Layer) -> Windows | None:
    given = part.arguments
    size = given.get("kernel_size") or given.get("pool_size")
    return _windows(size, given["strides"], given["padding"], source.shape) if size else None


def _windows(
    size: tuple[int, int], stride: tuple[int, int], padding: str, source: tuple[int, ...]
) -> Windows:
    """Say how windows lie on maps of a shape, by Keras's word for their padding."""
    if padding == "valid":
        return Windows(size, stride, (0, 0))
    rows, columns = (_same(source[i], size[i], stride[i]) for i in (0, 1))
    return Windows(size, stride, (rows, columns))


def _same(extent: int, size: int, stride: int) -> int:
    """Return TensorFlow's padding before the input, which is the smaller half of all of it."""
    out = -(-extent // stride)
    return max((out - 1) * stride + size - extent, 0) // 2
