"""A run's measurements as they grow: read each byte once, smooth and thin them for the eye.

The file keeps every point; only what a chart shows is thinned.
"""

import csv
import io
import itertools
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn import old_names
from cnn.old_names import with_new_names

# Most points that `smooth` averages.
SPAN = 20
# The tutorial's own results, share of MNIST's test digits read right by epoch: the first and the
# last of its ten (adventuresinmachinelearning.com, “Convolutional Neural Networks Tutorial in
# TensorFlow”).
TUTORIAL = {1: 0.911, 10: 0.990}
# More points than a chart is wide cannot be told apart.
MOST_POINTS = 600
COLUMNS = ("event", "epoch", "step", "loss", "accuracy", "training_accuracy", "validation_accuracy",
           "test_accuracy", "digits_per_second", "seconds", "time")  # fmt: skip


@dataclass(frozen=True)
class Metrics:
    """What a run has measured so far; see `cnn.training.trainer` for the units.

    Attributes:
        started: Digits, steps in all and precision; None before the first step.
        steps: One record for each chunk of steps, in order.
        epochs: One record for each epoch, in order.
        finished: Whether the training came to its end.
    """

    started: dict[str, Any] | None
    steps: list[dict[str, Any]]
    epochs: list[dict[str, Any]]
    finished: bool

    def last(self, name: str) -> float | None:
        """Return what the last epoch measured, such as "test_accuracy"; None if it did not."""
        return self.epochs[-1].get(name) if self.epochs else None


class MetricsReader:
    """Reads a run's metrics.jsonl, at each call only what was added since the last one.

    Threads may share a reader.
    """

    def __init__(self, file: Path) -> None:
        """Take a file, which need not exist yet."""
        self._file = file
        self._lock = threading.Lock()
        self._begin()

    def read(self) -> Metrics:
        """Return all that was measured so far; the training may be going on meanwhile."""
        with self._lock:
            for line in self._new_lines():
                self._take(_record(line))
            return Metrics(self._started, [*self._steps], [*self._epochs], self._finished)

    def _begin(self, identity: tuple[int, int] | None = None) -> None:
        self._identity = identity
        self._read = 0
        self._started: dict[str, Any] | None = None
        self._steps: list[dict[str, Any]] = []
        self._epochs: list[dict[str, Any]] = []
        self._finished = False

    def _new_lines(self) -> list[bytes]:
        try:
            with self._file.open("rb") as file:
                status = os.fstat(file.fileno())
                identity = (status.st_dev, status.st_ino)
                # Another run may have the name by now.
                if identity != self._identity or status.st_size < self._read:
                    self._begin(identity)
                file.seek(self._read)
                content = file.read()
        except FileNotFoundError:
            self._begin()
            return []
        # What follows the last line's end is still being written.
        whole = content[: content.rfind(b"\n") + 1]
        self._read += len(whole)
        return whole.split(b"\n")[:-1]

    def _take(self, record: dict[str, Any]) -> None:
        match record.get("event"):
            case "started":
                # Gone on from a checkpoint: what came after it is done again.
                self._started = record
                self._steps = [s for s in self._steps if s["step"] <= record["step"]]
                self._epochs = [e for e in self._epochs if e["epoch"] <= record["epoch"]]
            case "step":
                self._steps.append(record)
            case "epoch":
                self._epochs.append(record)
            case "finished":
                self._finished = True


@dataclass(frozen=True)
class Curve:
    """Points of a chart, from left to right.

    Attributes:
        epochs: Where, in epochs done, not always whole: float64 [n].
        values: What was measured there: float64 [n].
    """

    epochs: NDArray[np.float64]
    values: NDArray[np.float64]


def step_curve(metrics: Metrics, name: str, epochs: int) -> Curve:
    """Return what was measured over each chunk of steps, placed at the chunk's end.

    Args:
        metrics: Of the run.
        name: "loss", in nats, or "accuracy", 0..1, both of the training digits.
        epochs: The recipe's.
    """
    records = metrics.steps
    steps = np.array([record["step"] for record in records], np.float64)
    steps_in_all = metrics.started["steps"] if metrics.started else 1
    return Curve(
        steps * epochs / steps_in_all, np.array([record[name] for record in records], np.float64)
    )


def epoch_curve(metrics: Metrics, name: str) -> Curve:
    """Return a measurement of the epochs that have it, such as "test_accuracy", 0..1."""
    records = [record for record in metrics.epochs if name in record]
    return Curve(
        np.array([record["epoch"] for record in records], np.float64),
        np.array([record[name] for record in records], np.float64),
    )


def smooth(curve: Curve, span: int = SPAN) -> Curve:
    """Average each point with those just before it: a fifth of all so far, but at most `span`.

    What is to the right has no say, so a curve that grows never changes where it was drawn.
    """
    at = np.arange(len(curve.values))
    first = at + 1 - np.clip((at + 1) // 5, 1, span)
    sums = np.concatenate([[0.0], np.cumsum(curve.values)])
    return Curve(curve.epochs, (sums[at + 1] - sums[first]) / (at + 1 - first))


def thin(curve: Curve, most: int = MOST_POINTS) -> Curve:
    """Leave out points that a chart could not show, but no peak and no end.

    Of each stretch its lowest and highest point stay, and the very first and last.
    """
    count = len(curve.values)
    if count <= most:
        return curve
    edges = np.linspace(0, count, most // 2, dtype=int)
    kept = {0, count - 1}
    for low, high in itertools.pairwise(edges):
        stretch = curve.values[low:high]
        kept |= {low + int(stretch.argmin()), low + int(stretch.argmax())}
    places = sorted(kept)
    return Curve(curve.epochs[places], curve.values[places])


def seconds_of(metrics: Metrics) -> float:
    """Return how long the epochs done so far took."""
    return float(sum(record["seconds"] for record in metrics.epochs))


def tutorial_line(epoch: int, loss: float, test_accuracy: float) -> str:
    """Say how an epoch went in the tutorial's own words."""
    return f"Epoch: {epoch} cost = {loss:.3f} test accuracy: {test_accuracy:.3f}"


def what_was_read(validation_accuracy: float | None, test_accuracy: float) -> str:
    """Say in a sentence how many digits a network reads right, of each kind that was measured."""
    chosen_by = (
        ""
        if validation_accuracy is None
        else (f"{validation_accuracy:.2%} of the validation digits, to choose networks by, and ")
    )
    return f"Read right at the end: {chosen_by}{test_accuracy:.2%} of the test digits."


def as_csv(metrics: Metrics) -> str:
    """Write every point as a table for other programs, in the order of time."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    # An epoch is measured after its last steps.
    table.writerows(
        sorted([*metrics.steps, *metrics.epochs], key=lambda r: (r["step"], "epoch" in r))
    )
    return text.getvalue()


def _record(line: bytes) -> dict[str, Any]:
    """Read a line of the metrics; {} for what a stopped machine left of one."""
    try:
        record = json.loads(line)
    except ValueError:
        return {}
    return with_new_names(record, old_names.METRICS) if isinstance(record, dict) else {}
