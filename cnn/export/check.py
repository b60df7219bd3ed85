"""An export compared with the network that it was made of, before it is kept."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits, Split, evenly_spread
from cnn.export.format import ExportError, Format, Reader

# So many digits are compared; the figures of an inexact format rest on them, too.
COMPARED = 100
# How far probabilities of an exact format may be from the network's own.
CLOSE = 1e-4
# Eight bits hold steps of 1/256, and ten of these are added up.
SUM = 0.05


@dataclass(frozen=True)
class Comparison:
    """How an export reads digits, beside the network that it was made of.

    Attributes:
        digits: How many were compared.
        agreement: Share that both answer alike.
        difference: The largest of a probability.
        accuracy: Share that the export reads right.
        accuracy_before: Share that the network itself reads right.
    """

    digits: int
    agreement: float
    difference: float
    accuracy: float
    accuracy_before: float

    @property
    def is_exact(self) -> bool:
        """Whether all answers are the same, and all probabilities close."""
        return self.agreement == 1 and self.difference <= CLOSE

    def sentence(self, is_exact: bool) -> str:
        """Say what was compared, for an exact format or another."""
        if is_exact:
            return (
                f"On {self.digits:,} digits it gives the same answers as in Digitscope, and"
                f" probabilities that differ by at most {self.difference:.1e}."
            )
        alike, right, right_before = (
            round(share * self.digits)
            for share in (self.agreement, self.accuracy, self.accuracy_before)
        )
        return (
            f"Of {self.digits:,} digits it answers {alike:,} as in Digitscope; it reads {right:,}"
            f" right, where Digitscope reads {right_before:,}."
        )


def compare(digits: Digits, before: NDArray[np.float32], after: NDArray[np.float32]) -> Comparison:
    """Compare what a network and its export make of digits.

    Args:
        digits: At least one.
        before: The network's probabilities, [n, 10].
        after: The export's.
    """
    answers, exported = before.argmax(axis=1), after.argmax(axis=1)
    return Comparison(
        digits=len(digits),
        agreement=float((answers == exported).mean()),
        difference=float(np.abs(before - after).max()),
        accuracy=float((exported == digits.labels).mean()),
        accuracy_before=float((answers == digits.labels).mean()),
    )


def check(format: Format, before: Reader, after: Reader) -> Comparison:
    """Compare a network and its export, opened again, on built-in digits that train nothing.

    Raises:
        ExportError: What comes out are no probabilities, or they are not as close as the format
            can be.
    """
    digits = some_digits()
    probabilities = after(digits.images)
    # Not a number is close to nothing.
    are_shares = np.abs(probabilities.sum(axis=1) - 1).max(initial=0) <= SUM
    compared = compare(digits, before(digits.images), probabilities)
    if not are_shares or (format.is_exact and not compared.is_exact):
        raise ExportError(
            f"{format.title} does not read as the network does, and is not kept:"
            f" of {compared.digits} digits {compared.agreement:.0%} have the same answer, and"
            f" probabilities differ by up to {compared.difference:.2g}."
        )
    return compared


@cache
def builtin_digits() -> Split:
    """Return the built-in digits; they take a second, and that once."""
    return load_builtin()


def some_digits() -> Digits:
    """Return the built-in validation digits that exports are compared on."""
    digits = builtin_digits().validation
    return digits.at(evenly_spread(len(digits), COMPARED))
