"""Run folders: everything that a training leaves behind, written so that nothing is ever lost.

A run folder holds

    run.json          what is trained on what: the recipe, the data set, the file of drawings
    environment.json  versions, processor, precision: what the same result depends on besides
    metrics.jsonl     one event a line, only ever appended to; readable while it is written
    checkpoint.npz    the state at the last checkpoint: weights, Adam's moments, position
    filters/          the convolutions' weights after each epoch, float16
    tensorboard/      the same metrics for TensorBoard
    model.keras       the trained network, with its recipe beside it in model.json

Every file but the two logs appears whole or not at all. A log's last line may be torn when the
machine stops; readers leave it out, and what came after the last checkpoint is written again.
"""

import dataclasses
import io
import json
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from platformdirs import user_data_path

from cnn.curves import Metrics, MetricsReader
from cnn.files import remove_drafts, write_atomically
from cnn.loop import Snapshot, network_of
from cnn.model import save_model
from cnn.recipe import Recipe, RecipeError
from cnn.tf import tensorflow
from cnn.training import Epoch, Event, Finished, Started, Step, TrainingError

# Seconds between two checkpoints within an epoch: what a power failure may cost.
CHECKPOINT_SECONDS = 15.0
SCALARS = ("epoch", "steps", "costs", "hits", "precision")
LIBRARIES = ("digitscope", "tensorflow", "keras", "numpy")


FOLDER_VARIABLE = "CNN_RUNS_DIR"


def runs_folder() -> Path:
    """Return where run folders belong: `$CNN_RUNS_DIR` if set, else the user's data folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else user_data_path("digitscope") / "runs"


class RunError(Exception):
    """A run folder that cannot be used; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Task:
    """What is trained on what.

    Attributes:
        recipe: How to train.
        dataset: "mnist" or "digits".
        drawings: File of pen drawings to train on too.
    """

    recipe: Recipe
    dataset: str
    drawings: str | None = None


class Run:
    """A run folder.

    Attributes:
        folder: Where it is.
        task: What is trained on what.
    """

    def __init__(self, folder: Path, task: Task) -> None:
        """Take a folder that is there already; see `create` and `open`."""
        self.folder = folder
        self.task = task
        self.model_file = folder / "model.keras"
        self._checkpoint = folder / "checkpoint.npz"
        self._metrics = folder / "metrics.jsonl"

    @classmethod
    def create(cls, folder: Path, task: Task) -> "Run":
        """Make a folder for a new training.

        Raises:
            RunError: There is a run in this folder already.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if any(not path.name.startswith(".") for path in folder.iterdir()):
            raise RunError(f"{folder} is not empty: choose another name, or resume it.")
        write_atomically(folder / "run.json", _json(dataclasses.asdict(task)))
        return cls(folder, task)

    @classmethod
    def open(cls, folder: Path) -> "Run":
        """Read which training a folder holds.

        Raises:
            RunError: The folder holds no run.
        """
        file = folder / "run.json"
        if not file.is_file():
            raise RunError(f"{folder} holds no run: its run.json is missing.")
        try:
            fields = json.loads(file.read_text())
            return cls(folder, Task(**{**fields, "recipe": Recipe(**fields["recipe"])}))
        except (KeyError, TypeError, ValueError, RecipeError) as error:
            raise RunError(f"{file} cannot be read ({error}).") from error

    def record(self, events: Iterator[Event]) -> Iterator[Event]:
        """Write down a training's events while passing them on.

        Raises:
            RunError: Another process is writing this run.
            OSError: The disk is full; the last checkpoint is kept.
        """
        lock = FileLock(self.folder / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise RunError(f"Another process is training {self.folder}: wait for it.") from error
        remove_drafts(self.folder)
        try:
            yield from _Recorder(self).record(events)
        finally:
            lock.release()

    def snapshot(self) -> Snapshot | None:
        """Return the state at the last checkpoint; None before the first.

        Raises:
            RunError: The checkpoint is damaged.
        """
        if not self._checkpoint.is_file():
            return None
        try:
            with np.load(self._checkpoint, allow_pickle=False) as file:
                return _unpack(dict(file))
        # NumPy raises whatever its zip reader raises.
        except Exception as error:
            raise RunError(
                f"{self._checkpoint} is damaged ({error!s:.100}): delete it to begin anew."
            ) from error

    def save_checkpoint(self, snapshot: Snapshot) -> None:
        """Replace the last checkpoint."""
        packed = io.BytesIO()
        np.savez(packed, allow_pickle=False, **_pack(snapshot))
        write_atomically(self._checkpoint, packed.getvalue())

    def metrics(self) -> Metrics:
        """Read what was measured so far; the training may be going on meanwhile."""
        return MetricsReader(self._metrics).read()

    def filters(self, epoch: int) -> dict[str, NDArray[np.float32]]:
        """Return the convolutions' weights after an epoch, by layer name: [5, 5, in, out]."""
        with np.load(self._filters_file(epoch), allow_pickle=False) as file:
            return {name: file[name].astype(np.float32) for name in file.files}

    def save_filters(self, epoch: int, filters: dict[str, NDArray[np.float32]]) -> None:
        """Keep the convolutions' weights after an epoch, for replay."""
        packed = io.BytesIO()
        halves: dict[str, Any] = {name: value.astype(np.float16) for name, value in filters.items()}
        np.savez_compressed(packed, **halves)
        file = self._filters_file(epoch)
        file.parent.mkdir(exist_ok=True)
        write_atomically(file, packed.getvalue())

    def append(self, **record: Any) -> None:
        """Add a line to the metrics."""
        line = json.dumps({**record, "time": round(time.time(), 3)})
        with self._metrics.open("ab") as file:
            # What a stopped machine left of a line must not swallow the next one.
            file.write(
                f"{line}\n".encode() if _ends_whole(self._metrics) else f"\n{line}\n".encode()
            )

    def _filters_file(self, epoch: int) -> Path:
        return self.folder / "filters" / f"epoch-{epoch:04}.npz"


class _Recorder:
    """Writes one training's events into its run folder."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._saved = time.monotonic()

    @cached_property
    def _board(self) -> Any:
        # Not before the training begins: TensorFlow may do nothing before its workers meet.
        return tensorflow().summary.create_file_writer(str(self._run.folder / "tensorboard"))

    def record(self, events: Iterator[Event]) -> Iterator[Event]:
        try:
            for event in events:
                self._write(event)
                yield event
        except TrainingError as error:
            last_good = self._run.snapshot()
            if last_good is None:
                raise
            self._save_model(network_of(self._run.task.recipe, last_good))
            raise TrainingError(
                f"{error} The network of the last checkpoint is kept in {self._run.model_file}."
            ) from error

    def _write(self, event: Event) -> None:
        run = self._run
        match event:
            case Started():
                write_atomically(run.folder / "environment.json", _json(_environment(event)))
                run.append(event="started", **dataclasses.asdict(event))
            case Step():
                figures = _plain(event)
                run.append(event="step", **figures)
                self._log(event.step, cost=event.cost, accuracy=event.accuracy)
                if time.monotonic() - self._saved > CHECKPOINT_SECONDS:
                    self._save(event.snapshot())
            case Epoch():
                run.save_filters(event.epoch, event.filters)
                run.append(event="epoch", **_plain(event))
                self._log(event.step, test_accuracy=event.test_accuracy)
                self._save(event.snapshot())
            case Finished():
                self._save_model(event.model)
                run.append(event="finished", seconds=event.seconds)

    def _save(self, snapshot: Snapshot) -> None:
        self._run.save_checkpoint(snapshot)
        self._saved = time.monotonic()

    def _save_model(self, model: Any) -> None:
        file = self._run.model_file
        # The recipe first: where there is a model, there is its recipe.
        write_atomically(file.with_suffix(".json"), self._run.task.recipe.as_json().encode())
        save_model(model, file)

    def _log(self, step: int, **figures: float) -> None:
        summary = tensorflow().summary
        with self._board.as_default():
            for name, value in figures.items():
                summary.scalar(name, value, step=step)
        self._board.flush()


def _plain(event: Step | Epoch) -> dict[str, Any]:
    """Return the event's numbers alone."""
    return {name: value for name, value in vars(event).items() if isinstance(value, int | float)}


def _environment(event: Started) -> dict[str, Any]:
    return {
        **{name: version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "threads": tensorflow().config.threading.get_intra_op_parallelism_threads(),
        "precision": event.precision,
    }


def _pack(snapshot: Snapshot) -> dict[str, Any]:
    arrays: dict[str, Any] = {name: np.array(getattr(snapshot, name)) for name in SCALARS}
    for name in ("weights", "averages", "optimizer"):
        for i, array in enumerate(getattr(snapshot, name)):
            arrays[f"{name}-{i}"] = array
    return arrays


def _unpack(arrays: dict[str, NDArray[Any]]) -> Snapshot:
    def part(name: str) -> list[NDArray[Any]]:
        count = sum(key.startswith(f"{name}-") for key in arrays)
        return [arrays[f"{name}-{i}"] for i in range(count)]

    return Snapshot(
        epoch=int(arrays["epoch"]),
        steps=int(arrays["steps"]),
        costs=float(arrays["costs"]),
        hits=float(arrays["hits"]),
        weights=part("weights"),
        averages=part("averages"),
        optimizer=part("optimizer"),
        precision=str(arrays["precision"]),
    )


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, io.SEEK_END):
            return True
        file.seek(-1, io.SEEK_END)
        return file.read() == b"\n"


def _json(fields: dict[str, Any]) -> bytes:
    return (json.dumps(fields, indent=2) + "\n").encode()
