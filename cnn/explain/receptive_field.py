"""A cell of a network, its address, and what it sees: its field on every layer before it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cnn.explain.layers import Layer, Values, Windows


class CellError(ValueError):
    """An address that leads to no cell; its message is one sentence for the person who used it."""


@dataclass(frozen=True)
class Cell:
    """One number of a network: of a map by channel, row and column, of a vector by channel."""

    layer: str
    channel: int
    row: int = 0
    column: int = 0

    @property
    def place(self) -> tuple[int, int, int]:
        """Its index in a map [height, width, channels]."""
        return self.row, self.column, self.channel


@dataclass(frozen=True)
class ReceptiveField:
    """A rectangle of cells; where it begins below 0 or ends beyond the map, padding is seen."""

    top: int
    left: int
    height: int
    width: int

    def seen_through(self, windows: Windows) -> "ReceptiveField":
        """Return what all windows of this field's cells cover on their input."""
        top, left = windows.start(self.top, self.left)
        height, width = (
            (cells - 1) * stride + size
            for cells, stride, size in zip(
                (self.height, self.width), windows.stride, windows.size, strict=True
            )
        )
        return ReceptiveField(top, left, height, width)


def cell_from_address(layers: Mapping[str, Layer], words: Mapping[str, str]) -> Cell:
    """Read "layer", "channel", "row" and "col"; what is left out is 0.

    Raises:
        CellError: There is no such cell.
    """
    layer = layers.get(words["layer"])
    if layer is None:
        raise CellError(
            f"There is no layer “{words['layer']:.20}” in this network: it has {', '.join(layers)}."
        )
    height, width, channels = layer.shape if layer.is_map else (1, 1, layer.shape[0])
    return Cell(
        layer.name,
        _index(words, "channel", layer.name, channels),
        _index(words, "row", layer.name, height),
        _index(words, "col", layer.name, width),
    )


def cell_from_message(layers: Mapping[str, Layer], message: object) -> Cell:
    """Read a cell that a browser sent, as a dictionary of its fields.

    Raises:
        CellError: It is none, or there is no such cell.
    """
    fields = message if isinstance(message, dict) else {}
    layer, *place = (fields.get(name) for name in ("layer", "channel", "row", "column"))
    # Numbers of too many digits cannot even be written.
    if not isinstance(layer, str) or not all(type(n) is int and abs(n) < 10**9 for n in place):
        raise CellError("The page sent something that is no cell: click on one again.")
    words = dict(zip(("channel", "row", "col"), map(str, place), strict=True))
    return cell_from_address(layers, {"layer": layer, **words})


def strongest_cell(layer: Layer, values: Values) -> Cell:
    """Return the cell of a layer with the largest value."""
    of_layer = values[layer.name]
    *place, channel = np.unravel_index(int(of_layer.argmax()), of_layer.shape)
    return Cell(layer.name, int(channel), *map(int, place))


def cell_of_flat(source: Layer, index: int) -> Cell:
    """Return which cell of a map became the index-th of the flattened vector."""
    row, column, channel = np.unravel_index(index, source.shape)
    return Cell(source.name, int(channel), int(row), int(column))


def receptive_fields(layers: Mapping[str, Layer], cell: Cell) -> dict[str, ReceptiveField]:
    """Find what a cell sees on each earlier layer that has maps, the nearest first.

    A unit of a dense layer sees all of them.
    """
    fields: dict[str, ReceptiveField] = {}
    layer = layers[cell.layer]
    field = ReceptiveField(cell.row, cell.column, 1, 1) if layer.is_map else None
    if layer.kind == "flatten":
        origin = cell_of_flat(layers[layer.source], cell.channel)
        field = ReceptiveField(origin.row, origin.column, 1, 1)
    while layer.source:
        source = layers[layer.source]
        if source.is_map:
            if field is None:
                field = ReceptiveField(0, 0, *source.shape[:2])
            elif layer.windows is not None:
                field = field.seen_through(layer.windows)
            fields[source.name] = field
        layer = source
    return fields


def _index(words: Mapping[str, str], name: str, layer: str, count: int) -> int:
    text = words.get(name, "0")
    # Digits alone: int() also reads signs, underscores and other scripts' numerals.
    if not (text.isascii() and text.isdigit()):
        raise CellError(f"The {name} in this address, “{text:.20}”, is not a whole number.")
    if len(text) > 9 or int(text) >= count:
        raise CellError(f"Layer {layer} has {name} 0 to {count - 1}, not {text:.20}.")
    return int(text)
