"""Certainty that means what it says: of answers given with 90 %, nine in ten are right.

Networks that are trained until they fit come out too sure, and those that are trained on much
varied digits not sure enough. One number, the temperature, by which all logits are divided, mends
both (Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks"). It is chosen
on digits that the network has not learned from, and changes no answer: the largest logit remains
the largest. Divided by it are the last layer's weights and biases themselves, so that whoever reads
with the network, here or anywhere else, needs to know nothing of it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# How far a network may be from what it says. Of digits that are all read right, the likelihood is
# the larger the surer the answers are, without end.
LOWEST, HIGHEST = 0.25, 4.0


def temperature(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the temperature at which held-out digits' labels are most likely.

    Args:
        logits: Of the digits, [n, 10].
        labels: What they are, int64 [n].

    Raises:
        ValueError: There are no digits.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    if not len(labels):
        raise ValueError("There is nothing to calibrate by: the set holds no digit.")
    # float64, so that the search sees a smooth valley.
    above = logits.astype(np.float64) - logits[np.arange(len(labels)), labels, None]

    def surprise(scale: float) -> float:
        """Mean negative log-likelihood in nats; of the factor, unlike of its inverse, convex."""
        return float(logsumexp(scale * above, axis=1).mean())

    found = minimize_scalar(surprise, bounds=(1 / HIGHEST, 1 / LOWEST), method="bounded")
    return float(1 / found.x)


def calibrated(weights: Sequence[NDArray[np.float32]], by: float) -> list[NDArray[np.float32]]:
    """Divide a network's logits by a temperature.

    Args:
        weights: As `Model.get_weights` gives them: the last layer's kernel and bias come last.
        by: The temperature.
    """
    *others, kernel, bias = weights
    return [*others, kernel / np.float32(by), bias / np.float32(by)]
