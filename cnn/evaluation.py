"""Figures of merit of a network on a set of digits."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.data.digits import Digits
from cnn.predictor import Predictor


@dataclass(frozen=True)
class Evaluation:
    """How well a network reads a set of digits.

    Attributes:
        n: How many digits were read.
        accuracy: Share read right, 0..1.
        per_digit: The same for each true digit 0..9; None where the set has none of it.
        confusion: int64 [10, 10]; row: true digit, column: digit read.
    """

    n: int
    accuracy: float
    per_digit: list[float | None]
    confusion: NDArray[np.int64]

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers and lists."""
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "per_digit": self.per_digit,
            "confusion": self.confusion.tolist(),
        }


def evaluate(predictor: Predictor, digits: Digits) -> Evaluation:
    """Let a network read digits and compare with their labels.

    Raises:
        ValueError: There are no digits.
    """
    return score(digits.labels, predictor.probabilities(digits.images).argmax(axis=1))


def score(labels: NDArray[np.int64], answers: NDArray[np.int64]) -> Evaluation:
    """Compare answers [n] with true labels [n], each a digit 0..9.

    Raises:
        ValueError: There are no answers.
    """
    from sklearn.metrics import confusion_matrix

    if not len(labels):
        raise ValueError("There is nothing to evaluate: the set holds no digit.")
    confusion = confusion_matrix(labels, answers, labels=range(10))
    right, total = confusion.diagonal(), confusion.sum(axis=1)
    return Evaluation(
        n=len(labels),
        accuracy=float(right.sum() / len(labels)),
        per_digit=[float(r / t) if t else None for r, t in zip(right, total, strict=True)],
        confusion=confusion,
    )


def as_text(evaluation: Evaluation) -> str:
    """Lay an evaluation out for a terminal: accuracy, accuracy of each digit, confusion matrix."""
    right = evaluation.confusion.trace()
    lines = [
        f"{evaluation.accuracy:.2%} of {evaluation.n:,} digits read right ({right:,}).",
        "",
        "true \\ read as" + "".join(f"{digit:>6}" for digit in range(10)) + "   right",
    ]
    for digit, row in enumerate(evaluation.confusion):
        share = evaluation.per_digit[digit]
        cells = "".join(f"{count or '·':>6}" for count in row)
        lines.append(f"{digit:>14}{cells}" + (f"{share:8.2%}" if share is not None else "       –"))
    return "\n".join(lines)
