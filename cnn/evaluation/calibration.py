"""How true a network's certainty is.

It is measured as Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks",
measure it: answers are put into bins of equal width by how sure they are, and in each bin the mean
certainty is compared with the share of right answers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnn.evaluation.shares import Interval, wilson

# Bins of certainty between 0 and 1.
BINS = 15


@dataclass(frozen=True)
class Bin:
    """Answers that are about as sure.

    Attributes:
        low: More than this, 0..1.
        high: At most this.
        n: How many answers.
        certainty: Mean probability of the digits named, 0..1.
        accuracy: Share of them that are right, 0..1.
    """

    low: float
    high: float
    n: int
    certainty: float
    accuracy: float

    @property
    def interval(self) -> Interval:
        """Wilson's 95 % confidence interval of the accuracy: of few answers, it is wide."""
        return wilson(round(self.accuracy * self.n), self.n)


@dataclass(frozen=True)
class Reliability:
    """How true a network's certainty is.

    Attributes:
        bins: From the least to the most sure; those without an answer are left out.
    """

    bins: list[Bin]

    @property
    def calibration_error(self) -> float:
        """The expected calibration error, 0..1: how far certainty and accuracy lie apart."""
        n = sum(each.n for each in self.bins)
        return sum(each.n / n * abs(each.certainty - each.accuracy) for each in self.bins)


def reliability(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> Reliability:
    """Compare how sure answers are, the softmax [n, 10], with how many are right by labels [n]."""
    certainty = probabilities.max(axis=1).astype(np.float64)
    is_right = probabilities.argmax(axis=1) == labels
    # A bin has its upper edge; rounded, a probability may come out above 1.
    number = np.clip(np.ceil(certainty * BINS).astype(int), 1, BINS)
    return Reliability(
        [
            Bin(
                low=(i - 1) / BINS,
                high=i / BINS,
                n=int((number == i).sum()),
                certainty=float(certainty[number == i].mean()),
                accuracy=float(is_right[number == i].mean()),
            )
            for i in np.unique(number).tolist()
        ]
    )
