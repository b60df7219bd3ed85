"""The tutorial's convolutional network, layer by layer, and its fully connected one to compare.

    input 28×28×1 -> conv1 28×28×32 -> pool1 14×14×32 -> conv2 14×14×64 -> pool2 7×7×64
                  -> flatten 3,136 -> dense1 1,000 -> logits 10

A recipe can ask for one to four convolutions, other counts of filters and units, another size of
filters, or average pooling. The layers' names are their addresses everywhere: in activations, on
the pages, in links.
"""

import io
import os
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnn.files import FileError, write_atomically
from cnn.ink.strokes import SIZE
from cnn.keras_file import Part, read_network
from cnn.recipe import Recipe
from cnn.tf import Model, Tensor, tensorflow

Kind: TypeAlias = Literal[
    "input", "convolution", "pooling", "averaging", "flatten", "dense", "softmax"
]
# By Keras's names.
KINDS: dict[str, Kind] = {
    "InputLayer": "input",
    "Conv2D": "convolution",
    "MaxPooling2D": "pooling",
    "AveragePooling2D": "averaging",
    "Flatten": "flatten",
    "Dense": "dense",
}
# What layers are called that have a number.
WORDS: dict[Kind, str] = {
    "convolution": "Layer",
    "pooling": "Pooled",
    "averaging": "Pooled",
    "flatten": "Flattened",
}

# The tutorial (see `cnn.runs.metrics.TUTORIAL`) draws from normal distributions of these
# deviations, cut off at two of them. That of the convolutions' biases, which it leaves to
# TensorFlow, lets many filters begin silent.
WEIGHTS, CONV_BIASES, DENSE_BIASES = 0.03, 1.0, 0.01
# Of zip's nine levels; those above take several times as long for a few hundredths of the size.
COMPRESSION = 3


class ModelError(Exception):
    """A model file that cannot be used; the message says which, why, and what to do."""


@dataclass(frozen=True)
class LayerRow:
    """One layer.

    Attributes:
        name: Its address, as "conv1".
        title: What people call it, as "Layer 1".
        shape: Of its output: (height, width, maps), or (units,).
        parameters: Weights and biases.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    parameters: int


def build(recipe: Recipe, precision: str = "float32") -> Model:
    """Build a recipe's network with fresh weights, drawn by its seed.

    Args:
        recipe: Says which network, its counts and sizes, and the seed.
        precision: What it computes in, "float32" or "bfloat16"; the weights are float32 always.

    Returns:
        keras.Model from float32 [n, 28, 28, 1] in 0..1 to logits float32 [n, 10]; the softmax that
        turns logits into probabilities stands outside, with the loss or the predictor.
    """
    keras = tensorflow().keras
    policy = "float32" if precision == "float32" else f"mixed_{precision}"
    initialisers = _initialisers(recipe)
    x = inputs = keras.Input((SIZE, SIZE, 1), name="input")
    if recipe.network == "cnn":
        for number in range(1, len(recipe.filters) + 1):
            x = conv_pool_block(x, number, recipe, initialisers, policy)
    # Every layer has the policy: between two that differ, all values would be converted and back.
    x = keras.layers.Flatten(name="flatten", dtype=policy)(x)
    x = keras.layers.Dense(
        recipe.units, activation="relu", name="dense1", dtype=policy, **initialisers(DENSE_BIASES)
    )(x)
    x = keras.layers.Dense(10, name="logits", dtype=policy, **initialisers(DENSE_BIASES))(x)
    return keras.Model(inputs, x, name=f"tutorial_{recipe.network}")


def build_cnn(seed: int = 0) -> Model:
    """Build the tutorial's convolutional network, 3,199,106 parameters; see `build`."""
    return build(Recipe(network="cnn", seed=seed))


def build_fc(seed: int = 0) -> Model:
    """Build the tutorial's earlier network, 784 -> 300 -> 10, 238,510 parameters; see `build`.

    It knows nothing of which pixels are neighbours.
    """
    return build(Recipe(network="fc", seed=seed))


def conv_pool_block(
    x: Tensor,
    number: int,
    recipe: Recipe,
    initialisers: Callable[[float], dict[str, Any]],
    policy: str,
) -> Tensor:
    """Convolve with ReLU, then keep one value of every 2×2 window.

    Args:
        x: Maps [n, height, width, channels].
        number: Names the layers, from 1 on: 1 for conv1 and pool1, 2 for conv2 and pool2.
        recipe: How many filters, of which size, and which value is kept.
        initialisers: Gives a layer's, for the deviation of its biases in the tutorial.
        policy: Keras's name for the precision.

    Returns:
        Maps [n, ceil(height / 2), ceil(width / 2), filters]. The convolution pads with zeros so
        that its maps keep the size of their input.
    """
    layers = tensorflow().keras.layers
    filters, size = recipe.filters[number - 1], recipe.filter_size
    x = layers.Conv2D(
        filters,
        size,
        padding="same",
        activation="relu",
        name=f"conv{number}",
        dtype=policy,
        **initialisers(CONV_BIASES),
    )(x)
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}[recipe.pooling]
    return pooling(2, strides=2, padding="same", name=f"pool{number}", dtype=policy)(x)


def layer_table(recipe: Recipe) -> list[LayerRow]:
    """List the layers of a recipe's network, from the input to the logits."""
    side, maps = SIZE, 1
    rows = [_row("input", "input", (side, side, maps))]
    if recipe.network == "cnn":
        for number, filters in enumerate(recipe.filters, start=1):
            weights = recipe.filter_size**2 * maps * filters
            maps = filters
            rows.append(_row(f"conv{number}", "convolution", (side, side, maps), weights + filters))
            side = -(-side // 2)
            rows.append(_row(f"pool{number}", "pooling", (side, side, maps)))
    flat = side * side * maps
    return [
        *rows,
        _row("flatten", "flatten", (flat,)),
        _row("dense1", "dense", (recipe.units,), (flat + 1) * recipe.units),
        _row("logits", "dense", (10,), (recipe.units + 1) * 10),
    ]


def title_of(name: str, kind: Kind) -> str:
    """Return what people call a layer: "Layer 1", "Pooled 1", "Dense 1", "Logits"."""
    digits = name.strip("abcdefghijklmnopqrstuvwxyz_")
    word = WORDS.get(kind)
    if kind == "dense" and digits:
        word = "Dense"
    return f"{word} {digits}".strip() if word else name.capitalize()


def filters_of(model: Model) -> dict[str, NDArray[np.float32]]:
    """Return the convolutions' weights by layer name: [size, size, in, out]; {} if none."""
    convolutions = [layer for layer in model.layers if layer.name.startswith("conv")]
    return {layer.name: layer.get_weights()[0] for layer in convolutions}


def save_model(model: Model, path: Path) -> None:
    """Save a network for reading, at half the size: weights rounded to float16, file compressed.

    The rounding changes a weight by at most 0.05 %. The file appears whole or not at all.
    """
    lean = tensorflow().keras.models.clone_model(model)
    lean.set_weights([w.astype(np.float16).astype(np.float32) for w in model.get_weights()])
    write_atomically(path, compressed(lean))


def compressed(model: Model) -> bytes:
    """Return the content of a `.keras` file whose parts are compressed; Keras leaves them plain."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.keras"
        model.save(plain)
        content = io.BytesIO()
        with (
            zipfile.ZipFile(plain) as source,
            zipfile.ZipFile(
                content, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION
            ) as target,
        ):
            for name in source.namelist():
                target.writestr(name, source.read(name))
    return content.getvalue()


def load_network(path: Path) -> Model:
    """Load a `.keras` file, of this program or another: layers and weights, never code.

    Whatever its layers were called and computed in, the network bears this program's names, and
    computes in float32; which networks there may be, `cnn.keras_file` says.

    Returns:
        keras.Model from [n, 28, 28, 1] to 10 logits.

    Raises:
        ModelError: The file is missing, damaged, or no network that this program can read with.
    """
    parts, weights = parts_in_file(path)
    keras = tensorflow().keras
    x = inputs = keras.Input((SIZE, SIZE, 1), name="input")
    for part in parts:
        arguments = dict(part.arguments)
        if part.kernel:
            arguments["activation"] = "linear" if part is parts[-1] else "relu"
            # Its weights come at once.
            arguments["kernel_initializer"] = "zeros"
        x = getattr(keras.layers, part.kind)(name=part.name, dtype="float32", **arguments)(x)
    model: Model = keras.Model(inputs, x)
    model.set_weights(weights)
    return model


def parts_in_file(path: Path) -> tuple[list[Part], list[NDArray[np.float32]]]:
    """Read a `.keras` file's layers, and the kernel and bias of each; errors as `load_network`."""
    if not os.path.lexists(path):
        raise ModelError(f"There is no model at {path}.")
    try:
        return read_network(path)
    except FileError as error:
        raise ModelError(str(error)) from error


def _initialisers(recipe: Recipe) -> Callable[[float], dict[str, Any]]:
    """Return a function that gives each layer initialisers of its own; see `conv_pool_block`."""
    keras = tensorflow().keras
    seeds = keras.random.SeedGenerator(recipe.seed)

    def truncated_normal(deviation: float) -> Any:
        return keras.initializers.TruncatedNormal(stddev=deviation, seed=int(seeds.next()[0]))

    def initialisers(biases: float) -> dict[str, Any]:
        if recipe.initialiser == "he":
            kernel, bias = keras.initializers.HeNormal(seed=int(seeds.next()[0])), "zeros"
        else:
            kernel, bias = truncated_normal(WEIGHTS), truncated_normal(biases)
        return {"kernel_initializer": kernel, "bias_initializer": bias}

    return initialisers


def _row(name: str, kind: Kind, shape: tuple[int, ...], parameters: int = 0) -> LayerRow:
    return LayerRow(name, title_of(name, kind), shape, parameters)
