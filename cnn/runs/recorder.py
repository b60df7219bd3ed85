"""Writing down a training's events in its run folder, while they happen."""

import platform
import time
from collections.abc import Callable, Generator, Iterator
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.evaluation import evaluate
from cnn.files import remove_drafts, write_json
from cnn.model import filters_of
from cnn.predictor import Predictor
from cnn.runs import history, networks
from cnn.runs.history import Live, Readings
from cnn.runs.points import Point, Points
from cnn.runs.run import Run
from cnn.tf import tensorflow
from cnn.training.loop import Snapshot, build_from_snapshot
from cnn.training.trainer import (
    Epoch,
    Event,
    Finished,
    Phase,
    Started,
    Step,
    TrainingError,
)

# Seconds between two checkpoints within an epoch: what a power failure may cost.
CHECKPOINT_SECONDS = 15.0
# Seconds between two looks within an epoch at how a few digits are read: a hundredth of them is
# spent on that, most of it to copy the weights.
LOOK_SECONDS = 5.0
LIBRARIES = ("digitscope", "keras", "numpy")


def record(run: Run, events: Iterator[Event]) -> Generator[Event, None, None]:
    """Write down a training's events while passing them on.

    Raises:
        RunError: Another process is writing this run.
        OSError: The disk is full; the last checkpoint is kept.
    """
    with run.locked():
        remove_drafts(run.folder)
        yield from _Recorder(run).record(events)


class _Recorder:
    """Writes one training's events into its run folder."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._saved = time.monotonic()
        self._points = Points(0)
        self._untrained: Callable[[], Predictor] | None = None

    @cached_property
    def _board(self) -> Any:
        # Not before the training begins: TensorFlow may do nothing before its workers meet.
        return tensorflow().summary.create_file_writer(str(self._run.folder / "tensorboard"))

    def record(self, events: Iterator[Event]) -> Iterator[Event]:
        try:
            for event in events:
                self._write(event)
                yield event
        except GeneratorExit:
            # Stopped: a checkpoint is saved of the last steps, too.
            self._add_point()
            raise
        except TrainingError as error:
            last_good = self._run.snapshot()
            if last_good is None:
                raise
            network = build_from_snapshot(self._run.task.recipe, last_good)
            networks.save_network(self._run, network)
            raise TrainingError(
                f"{error} The network of the last checkpoint is kept in {self._run.model_file}."
            ) from error

    def _write(self, event: Event) -> None:
        run = self._run
        match event:
            case Phase():
                run.append(event="phase", phase=event.phase)
            case Started():
                write_json(run.folder / "environment.json", _environment(event))
                # First, so that a run which has begun without it was made before it was kept.
                self._begin_replay(event)
                self._points = Points(event.step)
                run.append(event="started", **_plain(event))
            case Step():
                self._points.add(event)
                look = time.monotonic() - self._looked > LOOK_SECONDS
                save = time.monotonic() - self._saved > CHECKPOINT_SECONDS
                # What is read or saved, there is a point of.
                if look or save or self._points.is_due():
                    self._add_point()
                self._test_untrained()
                if look:
                    self._look(event)
                if save:
                    self._save(event.snapshot())
            case Epoch():
                self._add_point()
                self._keep(event.epoch, event.predictor, event.confusion)
                run.append(event="epoch", **_plain(event))
                self._log(event.step, **_accuracies(event))
                self._save(event.snapshot())
            case Finished():
                networks.save_network(run, event.model)
                run.append(event="finished", **_plain(event))

    def _begin_replay(self, event: Started) -> None:
        probe = history.begin(self._run, event.test)
        self._test = event.test
        self._probe = probe.pictures()
        self._few = self._probe[history.one_of_each(probe)]
        self._looked = time.monotonic()
        if not event.step:
            self._untrained = event.before

    def _test_untrained(self) -> None:
        """Measure the network as it was before its first step, once: after that the curve begins.

        Whoever waits for the first point does not wait for this, too.
        """
        if self._untrained is None:
            return
        self._run.append(event="phase", phase="test")
        predictor, self._untrained = self._untrained(), None
        self._keep(0, predictor, evaluate(predictor, self._test).confusion)

    def _add_point(self) -> None:
        if point := self._points.take():
            self._run.append(event="step", **_plain(point))
            self._log(point.step, loss=point.loss, accuracy=point.accuracy)

    def _keep(self, epoch: int, predictor: Predictor, confusion: NDArray[np.int64]) -> None:
        """Keep what the network is like after an epoch, for replay."""
        history.save_filters(self._run, epoch, filters_of(predictor.model))
        read = predictor.probabilities(self._probe)
        history.save_readings(self._run, epoch, Readings(read, confusion))
        networks.save_epoch(self._run, epoch, predictor.model)
        self._looked = time.monotonic()

    def _look(self, event: Step) -> None:
        """Keep how the network reads a few digits now, for whoever watches it learn."""
        read = event.predictor().probabilities(self._few)
        history.save_live(self._run, Live(event.step, read))
        self._looked = time.monotonic()

    def _save(self, snapshot: Snapshot) -> None:
        self._run.save_checkpoint(snapshot)
        self._saved = time.monotonic()

    def _log(self, step: int, **figures: float) -> None:
        summary = tensorflow().summary
        with self._board.as_default():
            for name, value in figures.items():
                summary.scalar(name, value, step=step)
        self._board.flush()


def _plain(event: Started | Point | Epoch | Finished) -> dict[str, Any]:
    """Return what of an event is a number or a word."""
    plain = int | float | str
    return {name: value for name, value in vars(event).items() if isinstance(value, plain)}


def _accuracies(event: Epoch) -> dict[str, float]:
    test = {"test_accuracy": event.test_accuracy}
    if event.validation_accuracy is None:
        return test
    return {"validation_accuracy": event.validation_accuracy, **test}


def _environment(event: Started) -> dict[str, Any]:
    return {
        **{name: version(name) for name in LIBRARIES},
        # Its package may have another name, as `tensorflow-cpu` in a container.
        "tensorflow": tensorflow().__version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "threads": tensorflow().config.threading.get_intra_op_parallelism_threads(),
        "precision": event.precision,
    }
