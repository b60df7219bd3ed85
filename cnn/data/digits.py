"""The digits that networks are trained and measured on: images, and drawings as pen strokes.

Images are what the network takes: float32 [n, 28, 28] in 0..1, white ink (1) on black (0).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnn.ink.strokes import Stroke


class DataError(Exception):
    """Data that cannot be found, fetched or read; the message says what happened and what to do."""


@dataclass(frozen=True)
class Digits:
    """Images of digits: float32 [n, 28, 28] in 0..1, white ink on black, and int64 labels [n]."""

    images: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, places: NDArray[np.int64]) -> "Digits":
        """Return the digits at some places, [m]."""
        return Digits(self.images[places], self.labels[places])


def evenly_spread(n: int, most: int) -> NDArray[np.int64]:
    """Return the places of at most so many of n digits, evenly spread over all of them."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(np.int64))


@dataclass(frozen=True)
class Split:
    """A data set in three parts: to train on, to choose settings by, and to measure once."""

    name: str
    train: Digits
    validation: Digits
    test: Digits


@dataclass(frozen=True)
class LabelledStrokes:
    """A drawing as pen strokes, each float64 [points, 2] of (x, y), y down, and its digit.

    One that is held out is for measuring, and never trained on.
    """

    label: int
    strokes: list[Stroke]
    held_out: bool = False
