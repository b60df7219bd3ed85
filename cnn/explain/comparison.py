"""How differently two networks, or one network twice, see what they are shown, layer by layer.

values of one side, values of the other -> compare -> one comparison a layer
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnn.explain.layers import Values
from cnn.explain.receptive_field import Cell


@dataclass(frozen=True)
class MapChange:
    """How much one map of a layer differs between the two sides.

    Attributes:
        mean: Mean of the differences' sizes over the map's cells, in the layer's own units.
        cell: Where the map differs most.
    """

    mean: float
    cell: Cell


@dataclass(frozen=True)
class Compared:
    """One layer on both sides.

    Attributes:
        name: Of the layer.
        first: Its values, [height, width, maps] or [units]; None if this side has no such layer.
        second: The same of the other side.
    """

    name: str
    first: NDArray[np.float32] | None
    second: NDArray[np.float32] | None

    @property
    def most(self) -> float:
        """The largest value of both sides, the end of their common scale; 0 or more."""
        return max(float(v.max(initial=0)) for v in (self.first, self.second) if v is not None)

    @property
    def difference(self) -> NDArray[np.float32] | None:
        """Second less first, shape as theirs; None if their shapes differ."""
        if self.first is None or self.second is None or self.first.shape != self.second.shape:
            return None
        return self.second - self.first

    @property
    def distance(self) -> float | None:
        """Return `cosine_distance` between the sides; None if their shapes differ."""
        if self.first is None or self.second is None or self.first.shape != self.second.shape:
            return None
        return cosine_distance(self.first, self.second)

    def most_different(self, count: int) -> list[MapChange]:
        """Return the maps that differ most, the most different first, of equals the lower number.

        Maps that do not differ at all are left out. Layers without maps have none.
        """
        difference = self.difference
        if difference is None or difference.ndim != 3:
            return []
        sizes = np.abs(difference)
        means = sizes.mean(axis=(0, 1), dtype=np.float64)
        ranked = np.argsort(-means, kind="stable")[:count]
        return [
            MapChange(float(means[i]), _largest(self.name, sizes, int(i)))
            for i in ranked
            if means[i] > 0
        ]


def compare(first: Values, second: Values) -> list[Compared]:
    """Pair the layers of two sides by their names, in the first side's order, then the second's.

    Args:
        first: Of all layers for one image, from `cnn.explain.layers.values_of`.
        second: The same for another image, or from another network.
    """
    names = dict.fromkeys([*first, *second])
    return [Compared(name, first.get(name), second.get(name)) for name in names]


def cosine_distance(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Return 1 less the cosine of the angle between two arrays of one shape, taken as vectors.

    0 means alike but for strength, 1 nothing in common, up to 2 the opposite. Where one side is
    all zero there is no angle: the distance is then 1, or 0 if both are.
    """
    from scipy.spatial.distance import cosine

    if not first.any() or not second.any():
        return float(first.any() or second.any())
    return float(cosine(first.ravel().astype(np.float64), second.ravel().astype(np.float64)))


def _largest(layer: str, sizes: NDArray[np.float32], channel: int) -> Cell:
    of_map = sizes[:, :, channel]
    row, column = np.unravel_index(int(of_map.argmax()), of_map.shape)
    return Cell(layer, channel, int(row), int(column))
