"""A map of digits: those that the last hidden layer sees alike lie side by side, in two dimensions.

By principal components it is there at once (K. Pearson 1901): the two directions in which the
layer's units differ most. By t-SNE it takes some seconds (L. van der Maaten, G. Hinton 2008,
"Visualizing data using t-SNE"): whose neighbours in the layer are neighbours on the map; distances
between far ones say nothing. A new digit is placed among the others at once in either.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

# Digits of a map: more hide one another.
MOST = 2_000
# Principal components that are kept: t-SNE begins with them, neighbours are looked for in them.
COMPONENTS = 50
# Neighbours, by whose places on a map of t-SNE a new digit's is found.
NEIGHBOURS = 5
# How many neighbours each digit is kept near to by t-SNE, about: its authors take 5 to 50.
PERPLEXITY = 30.0
# Fewer digits have no neighbourhoods.
FEWEST = 10


@dataclass(frozen=True)
class DigitMap:
    """Places of digits, and what places others among them.

    Attributes:
        mean: Of each unit over the digits, float32 [units].
        axes: The principal directions, [components, units], the widest first.
        reduced: The digits along them, [n, components].
        places: On the map, (x, y), [n, 2].
        is_by_neighbours: Whether a new digit lies by its neighbours (t-SNE), or along the axes.
    """

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]
    reduced: NDArray[np.float32]
    places: NDArray[np.float32]
    is_by_neighbours: bool = False

    def place(self, units: NDArray[np.float32]) -> NDArray[np.float32]:
        """Place new digits by their last hidden layer, [m, units] -> [m, 2]."""
        along = (units - self.mean) @ self.axes.T
        if not self.is_by_neighbours:
            return np.asarray(along[:, :2], np.float32)
        return np.array([self._among_neighbours(each) for each in along])

    def _among_neighbours(self, along: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the mean place of the nearest digits, the nearer ones counting for more."""
        distances = np.linalg.norm(self.reduced - along, axis=1)
        nearest = np.argsort(distances, kind="stable")[:NEIGHBOURS]
        # One that is there already lies upon itself.
        weights = 1 / np.maximum(distances[nearest], 1e-6)
        return np.asarray(weights @ self.places[nearest] / weights.sum(), np.float32)


def map_by_components(units: NDArray[np.float32]) -> DigitMap:
    """Lay digits out along the two widest principal directions of their units, [n, units].

    Raises:
        ValueError: There are none.
    """
    from sklearn.decomposition import PCA

    n, width = units.shape
    if not n:
        raise ValueError("There is nothing to lay out: the set holds no digit.")
    mean = units.mean(axis=0)
    axes = np.zeros((min(COMPONENTS, max(width, 2)), width), np.float32)
    # A single digit, or many that are alike, differ in no direction.
    count = min(len(axes), n, width)
    if n > 1 and (units != units[0]).any():
        found = PCA(count, svd_solver="randomized", random_state=0).fit(units)
        axes[:count] = found.components_
    reduced = (units - mean) @ axes.T
    return DigitMap(mean, axes, reduced, reduced[:, :2])


def map_by_neighbours(found: DigitMap) -> DigitMap:
    """Lay the digits of a map out by t-SNE instead; takes some seconds of one core.

    Of too few digits, or such that are all alike, the map stays as it is.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    n = len(found.reduced)
    if n < FEWEST or not found.axes.any():
        return found
    perplexity = min(PERPLEXITY, (n - 1) / 3)
    method = TSNE(2, perplexity=perplexity, init="pca", random_state=0)
    # Threads that wait for one another would keep all cores from those who answer meanwhile.
    with threadpool_limits(1):
        places = method.fit_transform(found.reduced)
    return with_places(found, places)


def with_places(found: DigitMap, places: NDArray[np.float32]) -> DigitMap:
    """Return a map by neighbours, whose places [n, 2] have been computed before."""
    return replace(found, places=np.asarray(places, np.float32), is_by_neighbours=True)
