"""Whether one network reads better than another: McNemar's exact test on the same digits.

Digits that both read right, or both wrong, say nothing of which is better. Of the others, b are
read right by the first network alone and c by the second alone; if neither were better, each of the
b + c would be as likely to be one's as the other's, and b a number of heads in so many tosses of a
coin (Q. McNemar, 1947, Psychometrika 12, 153-157; exact as in T. G. Dietterich 1998, "Approximate
statistical tests for comparing supervised classification learning algorithms"):

    p = min(1, 2 · Σ_{i ≤ min(b, c)} C(b + c, i) / 2^(b + c))
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.evaluation.answers import Answers

# Below this, a difference is hardly chance alone.
LEVEL = 0.05
# How far apart trainings lie that differ in their seed alone, as a share of MNIST's test digits:
# five by the recipe `fast` (`benchmarks/training.py`).
SEEDS_APART = 0.0025


@dataclass(frozen=True)
class Pair:
    """Two networks' answers to the same digits.

    Attributes:
        first: One network's.
        second: The other's.
    """

    first: Answers
    second: Answers

    def __post_init__(self) -> None:
        if not np.array_equal(self.first.labels, self.second.labels):
            raise ValueError("Two networks are compared by the same digits.")

    @cached_property
    def only_first(self) -> NDArray[np.int64]:
        """Indices of the digits that the first network alone reads right."""
        return np.flatnonzero(self.first.is_right & ~self.second.is_right)

    @cached_property
    def only_second(self) -> NDArray[np.int64]:
        """Indices of the digits that the second network alone reads right."""
        return np.flatnonzero(~self.first.is_right & self.second.is_right)

    @cached_property
    def both_wrong(self) -> NDArray[np.int64]:
        """Indices of the digits that neither reads right, be it in the same way or not."""
        return np.flatnonzero(~self.first.is_right & ~self.second.is_right)

    @cached_property
    def differing(self) -> NDArray[np.int64]:
        """Indices of all digits that the two read differently, the surest answers first."""
        indices = np.flatnonzero(self.first.read != self.second.read)
        sure = self.first.certainty[indices] + self.second.certainty[indices]
        return indices[np.argsort(-sure, kind="stable")]

    @property
    def difference(self) -> float:
        """The second network's accuracy less the first's, -1..1."""
        return (len(self.only_second) - len(self.only_first)) / len(self.first)

    @cached_property
    def p_value(self) -> float:
        """How often chance alone would bring a difference as large as this, or larger; 0..1."""
        from scipy.stats import binomtest

        b, c = len(self.only_first), len(self.only_second)
        return float(binomtest(b, b + c).pvalue) if b + c else 1.0

    def sentence(self, first: str, second: str) -> str:
        """Say what may be concluded of two networks, by their names, and what may not."""
        b, c = len(self.only_first), len(self.only_second)
        if not b + c:
            return (
                f"Both read the same of these {len(self.first):,} digits right: they show no"
                " difference between the two."
            )
        alone = f"{first} alone reads {b:,} right, {second} alone {c:,}"
        if self.p_value >= LEVEL:
            return (
                f"{alone}: chance alone brings a difference as large as this"
                f" {how_often(self.p_value)} ({written(self.p_value)}), so these digits do not"
                " show that either is better, nor that they are equally good."
            )
        better = second if c > b else first
        apart = f"{100 * SEEDS_APART:.2f} points"
        small = abs(self.difference) <= SEEDS_APART
        return (
            f"{alone}: chance alone brings a difference as large as this {how_often(self.p_value)}"
            f" ({written(self.p_value)}), so {better} is better at digits of this kind. That"
            " its recipe is better does not follow: trainings that differ in their seed alone lie"
            f" up to {apart} apart{', no less than these two' if small else ''}."
        )

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers and lists."""
        return {
            "only_first_right": self.only_first.tolist(),
            "only_second_right": self.only_second.tolist(),
            "both_wrong": self.both_wrong.tolist(),
            "difference": self.difference,
            "p_value": self.p_value,
        }


def how_often(p: float) -> str:
    """Say a probability in words that can be pictured: “about once in 40 such sets”."""
    if p >= LEVEL:
        return f"in {100 * p:.0f} of 100 such sets"
    times = 1 / p if p else float("inf")
    if times > 1_000_000:
        return "less than once in a million such sets"
    digits = len(str(int(times))) - 2
    return f"about once in {round(times, -max(digits, 0)):,.0f} such sets"


def written(p: float) -> str:
    """Write a p-value: two digits that count, and never 0."""
    return "p < 0.000001" if p < 1e-6 else f"p = {p:.2g}" if p >= 1e-4 else f"p = {p:.6f}"
