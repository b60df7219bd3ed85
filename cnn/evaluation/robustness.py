"""How well digits are read that are spoilt more and more; one figure for all of it.

Each way to spoil them (`cnn.augmentation.corruptions`) gives a curve of accuracy over strength. The
mean corruption error compares a network with another one (D. Hendrycks, T. Dietterich 2019,
"Benchmarking neural network robustness to common corruptions and perturbations"): the errors of one
corruption at all strengths, summed, are divided by those of the other network, so that hard and
easy ones count alike, and the mean over all corruptions is taken:

    mCE = 1/|C| Σ_c ( Σ_s E(c, s) / Σ_s E'(c, s) )

1 is as robust as the other network, less is better.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.augmentation.corruptions import CORRUPTIONS, MNIST_C
from cnn.data.digits import Digits, evenly_spread
from cnn.evaluation.shares import Share
from cnn.ink.strokes import Picture
from cnn.predictor import Predictor

# Above 0, where no digit is spoilt: read once for all.
STRENGTHS = (0.2, 0.4, 0.6, 0.8, 1.0)
# Digits that are read at each strength, evenly spread over the set: the confidence intervals show
# that they are not all of it.
MOST = 1_500


@dataclass(frozen=True)
class Point:
    """How well networks read digits spoilt in one way, at one strength.

    Attributes:
        corruption: Its name.
        strength: 0 (as they are) to 1.
        right: Of each network, the digits read right.
        done: How many points there are by now, this one among them.
        of: And how many there will be.
    """

    corruption: str
    strength: float
    right: tuple[Share, ...]
    done: int
    of: int


@dataclass(frozen=True)
class Curve:
    """How well one network reads digits that are spoilt in one way.

    Attributes:
        corruption: Its name.
        strengths: From 0, where no digit is spoilt, to 1.
        right: At each of them, the digits read right.
    """

    corruption: str
    strengths: tuple[float, ...]
    right: tuple[Share, ...]

    @property
    def errors(self) -> int:
        """How many digits are read wrong at all strengths above 0 together."""
        return sum(
            share.n - share.count
            for strength, share in zip(self.strengths, self.right, strict=True)
            if strength
        )

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers and lists."""
        return {
            "corruption": self.corruption,
            "strengths": list(self.strengths),
            "right": [share.as_json() for share in self.right],
        }


def spoil_and_read(
    predictors: Sequence[Predictor],
    digits: Digits,
    corruptions: Sequence[str] = tuple(CORRUPTIONS),
    most: int = MOST,
) -> Iterator[Point]:
    """Read digits at each strength of each corruption, the same ones by each network.

    Whoever asks for the points may show each as it comes, and stop asking.

    Args:
        predictors: The networks, one or more.
        digits: To be spoilt.
        corruptions: Names of them, in the order in which they are done.
        most: Of so many digits at most, evenly spread over the set.

    Raises:
        ValueError: There are no digits.
    """
    some = digits.at(evenly_spread(len(digits), most))
    if not len(some):
        raise ValueError("There is nothing to spoil: the set holds no digit.")
    images = _grey(some.images)
    plain = tuple(_right(each, some) for each in predictors)
    of = len(corruptions) * (1 + len(STRENGTHS))
    done = 0
    for name in corruptions:
        for strength in (0.0, *STRENGTHS):
            done += 1
            right = plain
            if strength:
                spoilt = Digits(_ink(CORRUPTIONS[name](images, strength)), some.labels)
                right = tuple(_right(each, spoilt) for each in predictors)
            yield Point(name, strength, right, done, of)


def at_each_strength(image: Picture, corruption: str) -> Picture:
    """Spoil one digit [28, 28] more and more: [1 + strengths, 28, 28], the first one as it is."""
    grey = _grey(image[None])
    spoilt = [CORRUPTIONS[corruption](grey, strength) for strength in (0.0, *STRENGTHS)]
    return _ink(np.concatenate(spoilt))


def curves(points: Iterable[Point]) -> list[list[Curve]]:
    """Gather points into curves: for each network, one for each corruption that they come from."""
    found: dict[str, list[Point]] = {}
    for point in points:
        found.setdefault(point.corruption, []).append(point)
    networks = max((len(each[0].right) for each in found.values()), default=0)
    return [
        [
            Curve(name, tuple(p.strength for p in each), tuple(p.right[i] for p in each))
            for name, each in found.items()
        ]
        for i in range(networks)
    ]


def mean_corruption_error(
    found: Sequence[Curve], other: Sequence[Curve], names: Sequence[str] = MNIST_C
) -> float:
    """Compute the mean corruption error of a network, by another one's as the unit.

    Args:
        found: The network's curves.
        other: Those of the network that it is compared with, by the same digits.
        names: The corruptions that count; those of MNIST-C, unless told otherwise.

    Raises:
        ValueError: A curve is missing, or the other network makes no mistake in one.
    """
    mine, theirs = ({each.corruption: each for each in some} for some in (found, other))
    shares = []
    for name in names:
        if name not in mine or name not in theirs:
            raise ValueError(f"There is no curve of {name}.")
        if not theirs[name].errors:
            raise ValueError(f"The other network makes no mistake in {name}: nothing to divide by.")
        shares.append(mine[name].errors / theirs[name].errors)
    return float(np.mean(shares))


def _grey(images: Picture) -> NDArray[np.uint8]:
    return np.round(images * 255).astype(np.uint8)


def _ink(images: NDArray[np.uint8]) -> Picture:
    return np.divide(images, 255, dtype=np.float32)


def _right(predictor: Predictor, digits: Digits) -> Share:
    read = predictor.logits(digits.images).argmax(axis=1)
    return Share(int((read == digits.labels).sum()), len(digits))
