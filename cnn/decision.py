"""From ten probabilities to what a person is told: a digit, one of two digits, or no digit."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

# What the two most probable digits share between them: below this the ink is no digit. It tells the
# two apart better than the most probable one alone, which is small for a digit between two as well
# (`benchmarks/separation.py`, which compares other scores, too, and tells what to take here: of
# digits held out of training about 1 % shall fall below either of these).
EITHER_OR = 0.95
# What one digit needs to be named alone.
SURE = 0.65
# A second digit worth naming.
WORTH_NAMING = 0.01


class Kind(StrEnum):
    """What kind of answer ten probabilities are.

    The two that name no digit alone are what the field calls rejecting for ambiguity, of a digit
    between two classes, and for distance, of what is far from all (Dubuisson, Masson 1993).
    """

    DIGIT = "digit"
    EITHER_OR = "either-or"
    NO_DIGIT = "no-digit"


@dataclass(frozen=True)
class Decision:
    """What the ten probabilities say.

    Attributes:
        kind: Which kind of answer it is.
        digit: The most probable digit.
        probability: Its probability, 0..1.
        runner_up: The second most probable digit.
        runner_up_probability: Its probability, 0..1.
    """

    kind: Kind
    digit: int
    probability: float
    runner_up: int
    runner_up_probability: float

    @property
    def sure(self) -> bool:
        """Whether one digit is named."""
        return self.kind is Kind.DIGIT

    @property
    def short(self) -> str:
        """Say it in as few signs as can be, to be shown large."""
        match self.kind:
            case Kind.DIGIT:
                return str(self.digit)
            case Kind.EITHER_OR:
                return f"{self.digit} or {self.runner_up}?"
            case Kind.NO_DIGIT:
                return "?"

    @property
    def sentence(self) -> str:
        """Say it to a person, in one short sentence."""
        match self.kind:
            case Kind.DIGIT:
                second = self.runner_up_probability >= WORTH_NAMING
                other = f"; could be {self.runner_up}" if second else ""
                return f"Reads as {self.digit}, {percent(self.probability)} sure{other}"
            case Kind.EITHER_OR:
                return f"Not sure: {self.short}"
            case Kind.NO_DIGIT:
                return "This does not look like a digit"


def decide(probabilities: NDArray[np.float32]) -> Decision:
    """Decide by the softmax probabilities, [10]."""
    # Of equal ones the later digit comes first, on every machine.
    order = np.argsort(probabilities, stable=True)
    first, second = int(order[-1]), int(order[-2])
    most, next_most = float(probabilities[first]), float(probabilities[second])
    return Decision(_kind(most, next_most), first, most, second, next_most)


def _kind(most: float, next_most: float) -> Kind:
    if most + next_most < EITHER_OR:
        return Kind.NO_DIGIT
    return Kind.DIGIT if most >= SURE else Kind.EITHER_OR


def percent(probability: float) -> str:
    """Write a probability as a person reads it: “98.4 %”, and never as 0 or 100 %."""
    if probability < 0.001:
        return "<0.1 %"
    if probability > 0.999:
        return ">99.9 %"
    return f"{probability:.1%}".replace("%", " %")
