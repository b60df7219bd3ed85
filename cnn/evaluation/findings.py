"""All that is found out about a network on a set of digits, beside another one if there is one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cnn.data.measured import Measured
from cnn.evaluation.pairs import Pair
from cnn.evaluation.robustness import Curve, Point, curves, mean_corruption_error, spoil_and_read
from cnn.evaluation.scores import Evaluation, evaluate
from cnn.predictor import Predictor


@dataclass(frozen=True)
class Network:
    """What is found out about one network.

    Attributes:
        name: What to call it.
        evaluation: How it reads the digits.
        curves: How it reads them spoilt, for each corruption; none if that was not asked for.
    """

    name: str
    evaluation: Evaluation
    curves: tuple[Curve, ...] = ()

    @property
    def spoilt(self) -> int:
        """How many digits were spoilt and read for each point of a curve."""
        return self.curves[0].right[0].n if self.curves else 0


@dataclass(frozen=True)
class Findings:
    """What is found out about one network, or two.

    Attributes:
        measured: What they have read.
        network: The one that is measured.
        other: The one that it is compared with.
    """

    measured: Measured
    network: Network
    other: Network | None = None

    @property
    def pair(self) -> Pair | None:
        """Both side by side."""
        if self.other is None:
            return None
        return Pair(self.network.evaluation.answers, self.other.evaluation.answers)

    @property
    def conclusion(self) -> str:
        """What may be concluded of the two, and what may not; "" of one."""
        if self.other is None or self.pair is None:
            return ""
        return self.pair.sentence(self.network.name, self.other.name)

    @property
    def corruption_error(self) -> float | None:
        """The network's mean corruption error, the other's as the unit; None without the two."""
        if self.other is None or not (self.network.curves and self.other.curves):
            return None
        try:
            return mean_corruption_error(self.network.curves, self.other.curves)
        # The other one makes no mistake at all, of a few digits perhaps.
        except ValueError:
            return None

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers and lists."""
        told = {"network": self.network.name, **self.network.evaluation.as_json()}
        told["refused"] = len(self.measured.refused)
        if self.network.curves:
            told["corruptions"] = _curves_as_json(self.network)
        if self.other is not None and self.pair is not None:
            told["against"] = {
                "name": self.other.name,
                "accuracy": self.other.evaluation.accuracy,
                **self.pair.as_json(),
                "conclusion": self.conclusion,
            }
            if self.other.curves:
                told["against"]["corruptions"] = _curves_as_json(self.other)
                told["mean_corruption_error"] = self.corruption_error
        return told


def find_out(
    measured: Measured,
    networks: Sequence[tuple[str, Predictor]],
    corruptions: Sequence[str] = (),
    tell: Callable[[Point], None] = lambda _: None,
) -> Findings:
    """Measure one network, or two, on the same digits.

    Args:
        measured: What they are to read.
        networks: One or two, each with what to call it.
        corruptions: By which the digits are spoilt as well.
        tell: Is told of each point of a curve, as it is found.
    """
    predictors = [predictor for _, predictor in networks]

    def told(point: Point) -> Point:
        tell(point)
        return point

    points = map(told, spoil_and_read(predictors, measured.digits, corruptions))
    found = curves(points) if corruptions else [[] for _ in networks]
    results = [
        Network(name, evaluate(predictor, measured.digits), tuple(drawn))
        for (name, predictor), drawn in zip(networks, found, strict=True)
    ]
    return Findings(measured, *results)


def _curves_as_json(network: Network) -> dict[str, Any]:
    return {
        "digits": network.spoilt,
        "curves": [each.as_json() for each in network.curves],
    }
