"""Shares of a sample, and how far the share of all such digits may lie from them."""

from dataclasses import dataclass
from typing import Any

# Of all samples, so many have an interval that holds the true share.
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """Where a share of all digits of a kind lies, as far as a sample of them tells; 0..1."""

    low: float
    high: float


@dataclass(frozen=True)
class Share:
    """So many of so many digits.

    Attributes:
        count: How many.
        n: Of how many.
    """

    count: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, 0..1; None of nothing."""
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> Interval:
        """Wilson's 95 % confidence interval; of nothing, anything is possible."""
        return wilson(self.count, self.n)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers."""
        interval = self.interval
        return {
            "count": self.count,
            "n": self.n,
            "share": self.value,
            "low": interval.low,
            "high": interval.high,
        }


def wilson(count: int, n: int) -> Interval:
    """Compute Wilson's confidence interval of a share (E. B. Wilson, 1927, JASA 22, 209-212).

    It holds all shares p from which the one that was seen lies no further away than chance brings
    it, |count/n - p| ≤ z √(p (1-p) / n). Unlike count/n ± z √(…), it is right near 0 and 1 as well,
    where good networks lie.
    """
    from scipy.stats import binomtest

    if not n:
        return Interval(0.0, 1.0)
    found = binomtest(count, n).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))


def per_cent(share: float | None, decimals: int = 2) -> str:
    """Write a share as people read it: “99.34 %”; 0 and 100 % are exact, and “–” is none at all."""
    if share is None:
        return "–"
    least = 10**-decimals
    if 0 < 100 * share < least / 2:
        return f"<{least:.{decimals}f} %"
    if 100 - least / 2 <= 100 * share < 100:
        return f">{100 - least:.{decimals}f} %"
    return f"{100 * share:.{decimals}f} %"
