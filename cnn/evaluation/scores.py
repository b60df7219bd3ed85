"""How well a network reads a set of digits: every figure of it, each computed when it is asked for.

Counts of the confusion matrix give precision, recall and F1 of each digit (C. J. van Rijsbergen,
"Information retrieval", 1979): of what is read as a 3, the share that is one; of the threes, the
share that is read as one; and the harmonic mean of the two.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.data.digits import Digits
from cnn.data.drawings import Tell, tell_nobody
from cnn.evaluation.answers import Answers, answer
from cnn.evaluation.calibration import Reliability, reliability
from cnn.evaluation.shares import Share
from cnn.evaluation.unsure import RiskCoverage, Unsure, risk_coverage, unsure
from cnn.predictor import Predictor

# Mistakes, and points of a curve, that JSON tells of.
MOST_MISTAKES, MOST_POINTS = 100, 200


@dataclass(frozen=True)
class DigitScore:
    """How well one digit is read.

    Attributes:
        digit: Which one, 0..9.
        n: How many of it there are.
        precision: Of what is read as it, the share that is it; None if nothing is.
        recall: Of those there are, the share that is read as it; None if there is none.
        f1: The harmonic mean of the two; None where neither is.
    """

    digit: int
    n: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class Evaluation:
    """How well a network reads a set of digits.

    Attributes:
        answers: What it answers to each of them.
    """

    answers: Answers

    @property
    def n(self) -> int:
        """How many digits were read."""
        return len(self.answers)

    @property
    def accuracy(self) -> float:
        """Share read right, 0..1."""
        return self.right.count / self.n

    @cached_property
    def right(self) -> Share:
        """How many are read right, with the share's confidence interval."""
        return Share(int(self.answers.is_right.sum()), self.n)

    @property
    def per_digit(self) -> list[float | None]:
        """The accuracy of each true digit 0..9, its recall; None where the set has none of it."""
        return [each.recall for each in self.digits]

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """Counts, int64 [10, 10]; row: true digit, column: digit read."""
        # scikit-learn's own takes a second to import, which each training would wait for.
        pairs = self.answers.labels * 10 + self.answers.read
        return np.bincount(pairs, minlength=100).reshape(10, 10)

    @cached_property
    def digits(self) -> list[DigitScore]:
        """Precision, recall and F1 of each digit 0..9."""
        from sklearn.metrics import precision_recall_fscore_support

        *shares, counts = precision_recall_fscore_support(
            self.answers.labels, self.answers.read, labels=range(10), zero_division=np.nan
        )
        rows = zip(*(_without_nan(each) for each in shares), counts.tolist(), strict=True)
        return [
            DigitScore(digit, n, precision, recall, f1)
            for digit, (precision, recall, f1, n) in enumerate(rows)
        ]

    @cached_property
    def reliability(self) -> Reliability:
        """How true its certainty is."""
        return reliability(self.answers.labels, self.answers.probabilities)

    @cached_property
    def unsure(self) -> Unsure:
        """What is called unsure, and whether that is wise."""
        return unsure(self.answers)

    @cached_property
    def risk_coverage(self) -> RiskCoverage:
        """What would be wrong if only the surest answers were given."""
        return risk_coverage(self.answers)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers and lists."""
        interval = self.right.interval
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "accuracy_low": interval.low,
            "accuracy_high": interval.high,
            "per_digit": self.per_digit,
            "digits": [asdict(each) for each in self.digits],
            "confusion": self.confusion.tolist(),
            "calibration_error": self.reliability.calibration_error,
            "reliability": [asdict(each) for each in self.reliability.bins],
            "unsure": self.unsure.as_json(),
            "risk_coverage": {
                **self.risk_coverage.thinned(MOST_POINTS).as_json(),
                "area": self.risk_coverage.area,
            },
            "mistakes": [asdict(each) for each in self.answers.mistakes(MOST_MISTAKES)],
        }


def evaluate(predictor: Predictor, digits: Digits, tell: Tell = tell_nobody) -> Evaluation:
    """Let a network read digits and compare with their labels.

    Args:
        predictor: The network.
        digits: What it reads.
        tell: Is told how many it has read, and of how many.

    Raises:
        ValueError: There are no digits, or a label is none.
    """
    return Evaluation(answer(predictor, digits, tell))


def score(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> Evaluation:
    """Compare answers, the softmax [n, 10], with true labels [n], each a digit 0..9.

    Raises:
        ValueError: There are no answers, or a label is no digit.
    """
    return Evaluation(Answers(labels, probabilities))


def _without_nan(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
