"""A network as one file, which a browser reads with (`networkFromFile` in `network.js`).

    4 bytes   "DGSN"
    4 bytes   length of the header, little endian
    header    JSON, padded with spaces to a multiple of four bytes:
              {"name": …, "layers": [{"name", "title", "kind", "source", "shape", "relu",
              "windows": {"size", "stride", "padding"} or null,
              "weights", "bias": {"offset", "count", "bits"} or null}, …]}
    numbers   of all layers, each begun at its offset behind the header, which is a multiple of
              four; little endian IEEE 754 numbers of 16 or 32 bits

Weights lie as in Keras: of a convolution [row, column, channel in, channel out], of a dense layer
[in, out]. Those that half precision holds exactly, as it does of all that this program saves, have
16 bits: no number is changed on the way.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.explain.layers import Layer

MAGIC = b"DGSN"
ALIGNED = 4


def network_file(layers: Mapping[str, Layer], name: str) -> bytes:
    """Write a network.

    Args:
        layers: All of it, from the input to the softmax, as `cnn.explain.layers` gives them.
        name: What to call it on a page.

    Returns:
        The file's content; of the tutorial's network 6.4 MB.
    """
    numbers = _Numbers()
    described = [_described(layer, numbers) for layer in layers.values()]
    header = json.dumps({"name": name, "layers": described}).encode()
    header += b" " * (-len(header) % ALIGNED)
    return MAGIC + struct.pack("<I", len(header)) + header + b"".join(numbers.parts)


class _Numbers:
    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self._length = 0

    def add(self, values: NDArray[np.float32] | None) -> dict[str, int] | None:
        """Add an array, and tell where it lies."""
        if values is None:
            return None
        with np.errstate(over="ignore"):
            halves = values.astype("<f2")
        is_exact = np.array_equal(halves.astype(np.float32), values)
        content = (halves if is_exact else values.astype("<f4")).tobytes()
        content += bytes(-len(content) % ALIGNED)
        place = {"offset": self._length, "count": values.size, "bits": 16 if is_exact else 32}
        self.parts.append(content)
        self._length += len(content)
        return place


def _described(layer: Layer, numbers: _Numbers) -> dict[str, Any]:
    return {
        "name": layer.name,
        "title": layer.title,
        "kind": layer.kind,
        "source": layer.source,
        "shape": layer.shape,
        "relu": layer.relu,
        "windows": asdict(layer.windows) if layer.windows else None,
        "weights": numbers.add(layer.weights),
        "bias": numbers.add(layer.bias),
    }
