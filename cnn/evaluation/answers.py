"""What a network answers to digits whose labels are known: all else is counted from these."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnn.data.digits import Digits
from cnn.data.drawings import Tell, tell_nobody
from cnn.predictor import BATCH, Predictor

# Digits read between two words of how many are.
PORTION = 4 * BATCH
EMPTY = "There is nothing to evaluate: the set holds no digit."


@dataclass(frozen=True)
class Mistake:
    """A digit that is read as another.

    Attributes:
        index: Of the digit in the set.
        label: What it is.
        read: What it is read as.
        probability: How sure the network is of that, 0..1.
        own: How likely it takes the right digit, 0..1.
    """

    index: int
    label: int
    read: int
    probability: float
    own: float


@dataclass(frozen=True)
class Answers:
    """A network's answers to labelled digits.

    Attributes:
        labels: What the digits are, int64 [n], each 0..9.
        probabilities: The network's softmax, float32 [n, 10].
    """

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]

    def __post_init__(self) -> None:
        if not len(self.labels):
            raise ValueError(EMPTY)
        wrong = self.labels[(self.labels < 0) | (self.labels > 9)]
        if len(wrong):
            raise ValueError(f"A label is a digit 0 to 9, not {wrong[0]}.")

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def read(self) -> NDArray[np.int64]:
        """The most probable digit of each, [n]."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def certainty(self) -> NDArray[np.float32]:
        """Its probability, [n]."""
        return self.probabilities.max(axis=1)

    @cached_property
    def is_right(self) -> NDArray[np.bool_]:
        """Whether it is the label, [n]."""
        return np.asarray(self.read == self.labels)

    def cell(self, label: int, read: int) -> NDArray[np.int64]:
        """Return the indices of one cell of the confusion matrix, the surest answers first."""
        return self._surest(np.flatnonzero((self.labels == label) & (self.read == read)))

    def mistakes(self, most: int | None = None) -> list[Mistake]:
        """Return the mistakes, the surest first, and at most so many of them."""
        return [
            Mistake(
                index=i,
                label=int(self.labels[i]),
                read=int(self.read[i]),
                probability=float(self.certainty[i]),
                own=float(self.probabilities[i, self.labels[i]]),
            )
            for i in self._surest(np.flatnonzero(~self.is_right))[:most].tolist()
        ]

    def _surest(self, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        return indices[np.argsort(-self.certainty[indices], kind="stable")]


def answer(predictor: Predictor, digits: Digits, tell: Tell = tell_nobody) -> Answers:
    """Let a network read digits, and tell how many are read, of how many.

    Raises:
        ValueError: There are none, or a label is no digit.
    """
    portions = []
    for done in range(0, len(digits), PORTION):
        tell(done, len(digits))
        portions.append(predictor.probabilities(digits.images[done : done + PORTION]))
    if not portions:
        raise ValueError(EMPTY)
    return Answers(digits.labels, np.concatenate(portions))
