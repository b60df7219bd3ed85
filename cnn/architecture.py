"""The layers that a recipe's network will have: shapes and parameters, without building it.

`cnn.model` builds the network with TensorFlow, which takes seconds to start; a form that asks for
filters and units can tell at once what they amount to.
"""

from dataclasses import dataclass

from cnn.ink import SIZE
from cnn.layers import Kind, title_of
from cnn.recipe import Recipe


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


def _row(name: str, kind: Kind, shape: tuple[int, ...], parameters: int = 0) -> LayerRow:
    return LayerRow(name, title_of(name, kind), shape, parameters)
