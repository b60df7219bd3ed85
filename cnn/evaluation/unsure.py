"""What is called unsure, and whether that is wise: risk against coverage.

Who may decline to answer is wrong less often: of the answers that are given (their share is the
coverage), the share that is wrong is the risk (El-Yaniv, Wiener 2010, "On the foundations of
noise-free selective classification"; Geifman, El-Yaniv 2017, "Selective classification for deep
neural networks").
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.decision import Kind, decide
from cnn.evaluation.answers import Answers
from cnn.evaluation.shares import Share, per_cent


@dataclass(frozen=True)
class Unsure:
    """What `cnn.decision` makes of answers.

    Attributes:
        named: Of all digits, those of which one digit is named.
        right: Of these, those that are that digit.
        either_or: Of those called one of two digits, those that are one of the two.
        no_digit: How many are said to be no digit, though all are.
        wise: Of those called unsure, those whose most probable digit is wrong.
        caught: Of all whose most probable digit is wrong, those called unsure.
    """

    named: Share
    right: Share
    either_or: Share
    no_digit: int
    wise: Share
    caught: Share

    @property
    def sentence(self) -> str:
        """Say whether calling them unsure was wise."""
        unsure = self.wise.n
        if not unsure:
            return f"Every digit is named, {per_cent(self.right.value)} of them rightly."
        caught = f"{self.caught.count:,} of all {self.caught.n:,} mistakes are among them"
        named = f"of those named, {per_cent(self.right.value)} are right"
        if not self.right.n:
            named = "none is named"
        return (
            f"{unsure:,} are called unsure ({per_cent(unsure / self.named.n)}), and"
            f" {self.wise.count:,} of them would have been read wrong. {caught};"
            f" {named}."
        )

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers."""
        return {
            "named": self.named.as_json(),
            "right_of_named": self.right.as_json(),
            "either_or_holds_it": self.either_or.as_json(),
            "no_digit": self.no_digit,
            "wrong_of_unsure": self.wise.as_json(),
            "unsure_of_wrong": self.caught.as_json(),
        }


@dataclass(frozen=True)
class RiskCoverage:
    """What would be wrong if only the surest answers were given.

    Attributes:
        coverage: Share of the digits answered, 0..1, rising to 1; answers that are equally sure
            are given together.
        risk: Share of the answers that are wrong, 0..1.
        certainty: Of the least sure answer that is given, 0..1.
    """

    coverage: NDArray[np.float64]
    risk: NDArray[np.float64]
    certainty: NDArray[np.float64]

    @property
    def area(self) -> float:
        """The area below the curve, 0..1: the mean risk over all coverages; less is better."""
        return float(self.risk @ np.diff(self.coverage, prepend=0.0))

    def thinned(self, points: int) -> "RiskCoverage":
        """Return the curve with about so many of its points, the last one among them."""
        places = np.linspace(0, len(self.risk) - 1, min(points, len(self.risk)))
        kept = np.unique(np.round(places).astype(int))
        return RiskCoverage(self.coverage[kept], self.risk[kept], self.certainty[kept])

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers and lists."""
        return {
            "area": self.area,
            "coverage": self.coverage.tolist(),
            "risk": self.risk.tolist(),
            "certainty": self.certainty.tolist(),
        }


def unsure(answers: Answers) -> Unsure:
    """Decide on each answer as for a person, and count what comes of it."""
    decisions = [decide(each) for each in answers.probabilities]
    kinds = np.array([each.kind for each in decisions])
    runner_up = np.array([each.runner_up for each in decisions])
    # What equally probable digits are called is for the decision to say.
    first = np.array([each.digit for each in decisions])
    is_right = first == answers.labels
    is_named, is_either = kinds == Kind.DIGIT, kinds == Kind.EITHER_OR
    return Unsure(
        named=_share(is_named),
        right=_share(is_right[is_named]),
        either_or=_share((is_right | (runner_up == answers.labels))[is_either]),
        no_digit=int((kinds == Kind.NO_DIGIT).sum()),
        wise=_share(~is_right[~is_named]),
        caught=_share(~is_named[~is_right]),
    )


def risk_coverage(answers: Answers) -> RiskCoverage:
    """Compute risk against coverage, the answers taken from the most to the least sure."""
    order = np.argsort(-answers.certainty, kind="stable")
    certainty = answers.certainty[order].astype(np.float64)
    n = np.arange(1, len(answers) + 1)
    wrong = np.cumsum(~answers.is_right[order])
    is_last = np.append(certainty[1:] != certainty[:-1], True)
    return RiskCoverage(n[is_last] / len(answers), (wrong / n)[is_last], certainty[is_last])


def _share(flags: NDArray[np.bool_]) -> Share:
    return Share(int(flags.sum()), len(flags))
