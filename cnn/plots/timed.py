"""Accuracy over seconds: of runs, and of others who trained the same network on MNIST."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

from cnn.plots import Figure, graph_objects
from cnn.plots.charts import COLOURS, QUIET, line_figure
from cnn.runs.metrics import Metrics

# Written by `python -m benchmarks.training --keep`.
MEASURED = Path(__file__).parent / "peers.json"


@dataclass(frozen=True)
class TimedCurve:
    """How many of MNIST's test digits were read right after so many seconds.

    Attributes:
        name: Whose it is.
        seconds: Since the first step.
        accuracy: Share read right, 0..1, as long as `seconds`.
    """

    name: str
    seconds: list[float]
    accuracy: list[float]


@dataclass(frozen=True)
class Peers:
    """Others' curves, measured one after the other on one machine.

    Attributes:
        machine: What it was.
        curves: One for each of them.
    """

    machine: str
    curves: list[TimedCurve]


@cache
def peers(path: Path = MEASURED) -> Peers:
    """Return what was measured of others."""
    written = json.loads(path.read_text())
    return Peers(written["machine"], [TimedCurve(**curve) for curve in written["curves"]])


def keep_peers(found: Peers, path: Path = MEASURED) -> None:
    """Write down what was measured of others."""
    path.write_text(json.dumps(asdict(found), indent=1) + "\n")


def timed(name: str, metrics: Metrics) -> TimedCurve:
    """Return a run's curve: a point for each epoch whose time is known."""
    known = [record for record in metrics.epochs if record.seconds is not None]
    seconds = np.cumsum([record.seconds or 0.0 for record in known])
    return TimedCurve(name, seconds.tolist(), [record.test_accuracy for record in known])


def time_chart(runs: Sequence[TimedCurve], others: Sequence[TimedCurve]) -> Figure:
    """Draw runs in colours, and others in grey, over seconds of which each doubling is as wide.

    Args:
        runs: At most as many as there are colours.
        others: Each with a line of its own kind.

    Returns:
        plotly Figure.
    """
    lines = [
        _line(curve, {"color": colour, "width": 2})
        for curve, colour in zip(runs, COLOURS, strict=False)
    ]
    dashes = ("dash", "dot", "dashdot")
    lines += [
        _line(curve, {"color": QUIET, "width": 2, "dash": dash})
        for curve, dash in zip(others, dashes, strict=False)
    ]
    x_axis = {
        "type": "log",
        "tickvals": [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
        "title": {"text": "Seconds since the first step"},
    }
    y_axis = {"range": [90, 100.4], "title": {"text": "Test digits read right, %"}}
    return line_figure(lines, x_axis, y_axis).update_layout(height=320)


def _line(curve: TimedCurve, line: dict[str, object]) -> object:
    return graph_objects().Scatter(
        x=curve.seconds,
        y=[100 * accuracy for accuracy in curve.accuracy],
        mode="lines+markers",
        line=line,
        marker_size=5,
        name=curve.name,
        hovertemplate=f"%{{x:.1f}} s: %{{y:.2f}} %<extra>{curve.name}</extra>",
    )
