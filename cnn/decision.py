"""From ten probabilities to what a person is told: a digit, or that the network is not sure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Below this the answer counts as unsure. Chosen on digits held out of training, about 1 % of which
# fall below (see the model card).
SURE = 0.75
# A second digit worth naming.
WORTH_NAMING = 0.01
# Two digits that share this much between them are the two it may be.
EITHER_OR = 0.8


@dataclass(frozen=True)
class Decision:
    """What the ten probabilities say.

    Attributes:
        digit: The most probable digit.
        probability: Its probability, 0..1.
        runner_up: The second most probable digit.
        runner_up_probability: Its probability, 0..1.
        sure: Whether to name the digit; if not, the ink may be no digit at all.
    """

    digit: int
    probability: float
    runner_up: int
    runner_up_probability: float
    sure: bool

    @property
    def sentence(self) -> str:
        """Say it to a person, in one short sentence."""
        if self.sure:
            second = self.runner_up_probability >= WORTH_NAMING
            other = f"; could be {self.runner_up}" if second else ""
            return f"Reads as {self.digit}, {percent(self.probability)} sure{other}"
        if self.probability + self.runner_up_probability >= EITHER_OR:
            return f"Not sure: {self.digit} or {self.runner_up}?"
        return "This does not look like one digit"


def decide(probabilities: NDArray[np.float32]) -> Decision:
    """Decide by the softmax probabilities, [10]."""
    # Of equal ones the later digit comes first, on every machine.
    order = np.argsort(probabilities, stable=True)
    first, second = int(order[-1]), int(order[-2])
    return Decision(
        digit=first,
        probability=float(probabilities[first]),
        runner_up=second,
        runner_up_probability=float(probabilities[second]),
        sure=bool(probabilities[first] >= SURE),
    )


def percent(probability: float) -> str:
    """Write a probability as a person reads it: “98.4 %”, and never as 0 or 100 %."""
    if probability < 0.001:
        return "<0.1 %"
    if probability > 0.999:
        return ">99.9 %"
    return f"{probability:.1%}".replace("%", " %")
