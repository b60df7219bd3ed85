"""A run's measurements as they grow: read each byte once, smooth and thin them for the eye.

The file keeps every point; only what a chart shows is thinned. A line that breaks a rule costs that
line alone.
"""

import csv
import io
import itertools
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import AliasChoices, Field

from cnn import old_names
from cnn.files import FileError, Version, open_plain, parse_json, version_of
from cnn.old_names import names_of
from cnn.training.trainer import PhaseName

# Most points that `smooth` averages.
SPAN = 20
# The tutorial's own results, share of MNIST's test digits read right by epoch: the first and the
# last of its ten (adventuresinmachinelearning.com, “Convolutional Neural Networks Tutorial in
# TensorFlow”).
TUTORIAL = {1: 0.911, 10: 0.990}
# More points than a chart is wide cannot be told apart.
MOST_POINTS = 600
# Of ten digits, guessing reads one right; no share of digits is larger than this.
GUESSING = 0.15
# Steps after which a network has learned something if it learns, and over how many of the last ones
# to average.
EARLIEST, LAST = 500, 250
# Above this learning rate a network that learns nothing steps too far, below it not far enough.
FAR = 1e-3
COLUMNS = ("event", "epoch", "step", "loss", "accuracy", "training_accuracy", "validation_accuracy",
           "test_accuracy", "digits_per_second", "seconds", "time")  # fmt: skip
# Bytes of a file, which holds a hundred thousand points and more, and of a line.
MOST_BYTES, MOST_LINE = 20_000_000, 2_000
# Bytes in which the line that ends a file finds room.
LAST_LINE = 200
# Unreadable lines after which a file is not read on.
MOST_DAMAGED = 1_000
# Bytes at the start and before the end of what was read, by which a file is known again.
KNOWN = 256

Count: TypeAlias = Annotated[int, Field(ge=0, le=10**12)]
Epochs: TypeAlias = Annotated[int, Field(ge=0, le=10**6)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Amount: TypeAlias = Annotated[float, Field(ge=0, le=1e12)]
Loss: TypeAlias = Annotated[
    float,
    Field(ge=-1e12, le=1e12, validation_alias=AliasChoices(*names_of("loss", old_names.METRICS))),
]


@dataclass(frozen=True, slots=True)
class PhaseRecord:
    """Something began before which, or during which, there is nothing else to see."""

    event: Literal["phase"]
    phase: PhaseName
    time: Amount | None = None


@dataclass(frozen=True, slots=True)
class StartRecord:
    """A training began, or went on from a checkpoint; see `cnn.training.trainer` for the units."""

    event: Literal["started"]
    steps: Annotated[Count, Field(ge=1)]
    epoch: Epochs
    step: Count
    digits: Count | None = None
    precision: Annotated[str, Field(max_length=20)] | None = None
    time: Amount | None = None


@dataclass(frozen=True, slots=True)
class StepRecord:
    """Some more steps were done; the numbers are averages over them."""

    event: Literal["step"]
    step: Count
    loss: Loss
    accuracy: Share
    digits_per_second: Amount | None = None
    seconds_left: Amount | None = None
    time: Amount | None = None


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """An epoch was done, and the network measured; None: earlier versions did not measure it."""

    event: Literal["epoch"]
    epoch: Annotated[Epochs, Field(ge=1)]
    step: Count
    loss: Loss
    test_accuracy: Share
    training_accuracy: Share | None = None
    validation_accuracy: Share | None = None
    seconds: Amount | None = None
    time: Amount | None = None


@dataclass(frozen=True, slots=True)
class FinishRecord:
    """The training came to its end."""

    event: Literal["finished"]
    seconds: Amount | None = None
    temperature: Annotated[float, Field(gt=0, le=1e3)] | None = None
    time: Amount | None = None


Record: TypeAlias = Annotated[
    PhaseRecord | StartRecord | StepRecord | EpochRecord | FinishRecord,
    Field(discriminator="event"),
]


@dataclass(frozen=True)
class Metrics:
    """What a run has measured so far.

    Attributes:
        started: None before the first step.
        steps: One record for each point, in order; see `cnn.runs.points`.
        epochs: One record for each epoch, in order.
        finished: Whether the training came to its end.
        temperature: What the network's logits were divided by at the end, so that its certainty
            means what it says; None before, and if there were no digits to choose that by.
        problem: What of the file cannot be read, in a sentence; "" if it is whole.
        phase: What the training was at when it last told; None once it has told of steps since.
    """

    started: StartRecord | None
    steps: list[StepRecord]
    epochs: list[EpochRecord]
    finished: bool
    temperature: float | None = None
    problem: str = ""
    phase: PhaseName | None = None

    def last(self, name: str) -> float | None:
        """Return what the last epoch measured, such as "test_accuracy"; None if it did not."""
        value: float | None = getattr(self.epochs[-1], name) if self.epochs else None
        return value


class MetricsReader:
    """Reads a run's metrics.jsonl, at each call only what was added since the last one.

    Threads may share a reader.
    """

    def __init__(self, file: Path) -> None:
        """Take a file, which need not exist yet."""
        self._file = file
        self._lock = threading.Lock()
        self._version: Version | None = None
        self._begin()

    def read(self) -> Metrics:
        """Return all that was measured so far; the training may be going on meanwhile."""
        with self._lock:
            version = version_of(self._file)
            if version != self._version:
                self._read_on(version)
                self._version = version
            return self._metrics

    def _begin(self) -> None:
        # What was read of the file: how many bytes, the first of them, and the last.
        self._read, self._head, self._seam = 0, b"", b""
        self._started: StartRecord | None = None
        self._steps: list[StepRecord] = []
        self._epochs: list[EpochRecord] = []
        self._finished: FinishRecord | None = None
        self._phase: PhaseName | None = None
        self._damaged = 0
        self._metrics = Metrics(None, [], [], False)

    def _read_on(self, version: Version) -> None:
        problem = ""
        try:
            if not version and not self._file.is_symlink():
                raise FileNotFoundError
            with open_plain(self._file) as file:
                if os.fstat(file.fileno()).st_size > MOST_BYTES:
                    raise FileError(f"{self._file} is larger than {MOST_BYTES:,} bytes.")
                if not self._is_known(file):
                    self._begin()
                for line in self._new_lines(file):
                    self._take(line)
        except FileNotFoundError:
            self._begin()
        except (FileError, OSError) as error:
            self._begin()
            problem = str(error)
        if self._damaged:
            lines = "line" if self._damaged == 1 else "lines"
            problem = f"{self._damaged:,} {lines} of {self._file} cannot be read: left out."
        self._metrics = Metrics(
            self._started,
            [*self._steps],
            [*self._epochs],
            self._finished is not None,
            self._finished.temperature if self._finished else None,
            problem,
            self._phase,
        )

    def _is_known(self, file: BinaryIO) -> bool:
        """Whether a file begins with what was read; another run may have the name by now."""
        head = file.read(len(self._head))
        file.seek(self._read - len(self._seam))
        return head == self._head and file.read(len(self._seam)) == self._seam

    def _new_lines(self, file: BinaryIO) -> Iterator[bytes]:
        file.seek(self._read)
        while self._damaged < MOST_DAMAGED and (line := file.readline()):
            # What follows the last line's end is still being written.
            if not line.endswith(b"\n"):
                return
            self._read += len(line)
            self._head += line[: KNOWN - len(self._head)]
            self._seam = (self._seam + line)[-KNOWN:]
            yield line

    def _take(self, line: bytes) -> None:
        # What a stopped machine left of a line, and the line's end that was written behind it.
        if (not line.rstrip().endswith(b"}") and line.startswith(b'{"event"')) or not line.strip():
            return
        try:
            record: Any = parse_json(line[:MOST_LINE], Record, "A line")  # type: ignore[arg-type]
        except FileError:
            self._damaged += 1
            return
        self._add(record)

    def _add(
        self, record: PhaseRecord | StartRecord | StepRecord | EpochRecord | FinishRecord
    ) -> None:
        # To begin is still a part of the first steps.
        if not isinstance(record, StartRecord):
            self._phase = record.phase if isinstance(record, PhaseRecord) else None
        match record:
            case PhaseRecord():
                pass
            case StartRecord():
                # Gone on from a checkpoint: what came after it is done again.
                self._started = record
                self._steps = [s for s in self._steps if s.step <= record.step]
                self._epochs = [e for e in self._epochs if e.epoch <= record.epoch]
            case StepRecord() if not self._steps or self._steps[-1].step < record.step:
                self._steps.append(record)
            case EpochRecord() if not self._epochs or self._epochs[-1].epoch < record.epoch:
                self._epochs.append(record)
            case FinishRecord():
                self._finished = record
            case _:
                # Out of order.
                self._damaged += 1


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
    """Return what was measured over the steps of each point, placed at their end.

    Args:
        metrics: Of the run.
        name: "loss", in nats, or "accuracy", 0..1, both of the training digits.
        epochs: The recipe's.
    """
    steps = np.array([record.step for record in metrics.steps], np.float64)
    values = np.array([getattr(record, name) for record in metrics.steps], np.float64)
    return Curve(steps * epochs / (metrics.started.steps if metrics.started else 1), values)


def epoch_curve(metrics: Metrics, name: str) -> Curve:
    """Return a measurement of the epochs that have it, such as "test_accuracy", 0..1."""
    records = [record for record in metrics.epochs if getattr(record, name) is not None]
    return Curve(
        np.array([record.epoch for record in records], np.float64),
        np.array([getattr(record, name) for record in records], np.float64),
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
    return float(sum(record.seconds or 0 for record in metrics.epochs))


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


def is_guessing(metrics: Metrics) -> bool:
    """Whether a network that has been trained for a while reads no better than by guessing."""
    if metrics.epochs:
        return metrics.epochs[-1].test_accuracy < GUESSING
    done = metrics.steps[-1].step if metrics.steps else 0
    last = [record.accuracy for record in metrics.steps if record.step > done - LAST]
    return done >= EARLIEST and sum(last) / len(last) < GUESSING


def advice(metrics: Metrics, learning_rate: float) -> str:
    """Say in a sentence what to do about a network that learns nothing; "" if it learns."""
    if not is_guessing(metrics):
        return ""
    better = "a smaller" if learning_rate >= FAR else "a larger"
    return f"No better than guessing: try {better} learning rate than {learning_rate:g}."


def as_csv(metrics: Metrics) -> str:
    """Write every point as a table for other programs, in the order of time."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    # An epoch is measured after its last steps.
    every: list[StepRecord | EpochRecord] = [*metrics.steps, *metrics.epochs]
    every.sort(key=lambda record: (record.step, record.event == "epoch"))
    table.writerows([getattr(record, name, None) for name in COLUMNS] for record in every)
    return text.getvalue()


def is_ended(file: Path) -> bool:
    """Whether metrics say that the training came to its end; reads no more than the last line.

    Raises:
        FileError: They cannot be read.
    """
    with open_plain(file) as stream:
        stream.seek(max(0, stream.seek(0, io.SEEK_END) - LAST_LINE))
        lines = stream.read().split(b"\n")[:-1]
    if not lines or not lines[-1].startswith(b'{"event": "finished"'):
        return False
    parse_json(lines[-1], FinishRecord, str(file))
    return True
