"""Run folders: everything that a training leaves behind, written so that nothing is ever lost.

A run folder holds

    run.json          what is trained on what: the recipe, the data set, drawings, the start
    drawings          a copy of the pen drawings, if it trains on any
    start.keras       a copy of the network that it begins with, if not with fresh weights
    environment.json  versions, processor, precision: what the same result depends on besides
    metrics.jsonl     one event a line, only ever appended to; readable while it is written
    checkpoint.npz    the state at the last checkpoint: weights, Adam's moments, position
    filters/          the convolutions' weights after each epoch, float16; 0 is before the first
    probe.npz         a few digits that are read after each epoch; see `cnn.runs.history`
    readings/         how they were read
    note.txt          what somebody has noted on it
    job.json          its process, and how that ended; see `cnn.runs.jobs`
    log.txt           what that process printed
    errors.txt        what it wrote on its standard error: the last one's alone
    tensorboard/      the same metrics for TensorBoard
    model.keras       the trained network, with its recipe beside it in model.json

Every file but the logs appears whole or not at all. A log's last line may be torn when the
machine stops; readers leave it out, and what came after the last checkpoint is written again.
"""

import dataclasses
import io
import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from platformdirs import user_data_path

from cnn.data import user_drawings
from cnn.data.digits import DataError, LabelledStrokes
from cnn.data.drawings import read_drawings
from cnn.files import append_line, removed_on_failure, write_atomically, write_json
from cnn.predictor import SHIPPED_MODEL
from cnn.recipe import SETTINGS, Recipe
from cnn.runs.metrics import Metrics, MetricsReader
from cnn.setting import Group, RecipeError
from cnn.training import checkpoint
from cnn.training.loop import Snapshot

FOLDER_VARIABLE = "CNN_RUNS_DIR"
# What the network that comes with this package is called where runs are named.
SHIPPED = "shipped"
# Bytes in which the line that ends the metrics finds room.
LAST_LINE = 200
# Copies of what comes from outside the folder.
DRAWINGS, START = "drawings", "start.keras"
AT_WORK = "Another process is training {}: wait for it."
NAME = re.compile(r"(?![. ])[\w .-]{1,60}(?<! )")


def runs_folder() -> Path:
    """Return where run folders belong: `$CNN_RUNS_DIR` if set, else the user's data folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else user_data_path("digitscope") / "runs"


class RunError(Exception):
    """A run that cannot be used as asked; the message says which, why, and what to do."""


def check_name(name: str) -> None:
    """Check that a name can be a run's: it becomes a folder's name.

    Raises:
        RunError: It is not 1 to 60 characters of letters, digits, space, ".", "_", "-", or begins
            with a dot, or begins or ends with a space, or is "shipped".
    """
    if not NAME.fullmatch(name):
        raise RunError(
            f"The name {name!r:.80} cannot be used: take 1 to 60 letters, digits, spaces,"
            " dots, _ or -, without a dot at the start or a space at either end."
        )
    if name == SHIPPED:
        raise RunError(f"The name “{SHIPPED}” is taken by the network that comes with Digitscope.")


@dataclass(frozen=True)
class Task:
    """What is trained on what.

    Attributes:
        recipe: How to train.
        dataset: Name of one in `cnn.data.datasets.DATA_SETS`.
        drawings: File of pen drawings to train on too, or `cnn.data.user_drawings.USER_DRAWINGS`.
        start: Network to begin with: a run's name or "shipped"; None begins with fresh weights.
    """

    recipe: Recipe
    dataset: str
    drawings: str | None = None
    start: str | None = None

    @property
    def holds_out_validation(self) -> bool:
        """Whether the data set's validation digits are new to the network, to choose by.

        One that begins with another network may have met them there.
        """
        return not self.recipe.use_validation and self.start is None


class Run:
    """A run folder.

    Attributes:
        folder: Where it is.
        name: The folder's name.
        task: What is trained on what.
        model_file: Where the trained network is, once there is one.
    """

    def __init__(self, folder: Path, task: Task) -> None:
        """Take a folder that is there already; see `create` and `open`."""
        self.folder = folder
        self.name = folder.name
        self.task = task
        self.model_file = folder / "model.keras"
        self._checkpoint = folder / "checkpoint.npz"
        self._metrics = folder / "metrics.jsonl"
        self._lock = FileLock(folder / ".lock", timeout=0)

    @classmethod
    def create(cls, folder: Path, task: Task) -> "Run":
        """Make a folder for a new training, which then depends on nothing outside it.

        Raises:
            RunError: There is a run in this folder already, no network to begin with, or no
                drawing to train on.
            OSError: A file cannot be read or written; no folder is left.
        """
        # What may be missing, before anything is made.
        copies = _copies(task)
        with removed_on_failure(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if any(not path.name.startswith(".") for path in folder.iterdir()):
                raise RunError(f"{folder} is not empty: choose another name, or resume it.")
            for name, content in copies.items():
                write_atomically(folder / name, content)
            write_json(folder / "run.json", dataclasses.asdict(task))
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
            return cls(folder, Task(**{**fields, "recipe": Recipe.from_fields(fields["recipe"])}))
        except (KeyError, TypeError, ValueError, RecipeError) as error:
            raise RunError(f"{file} cannot be read ({error}).") from error

    def drawings(self) -> list[LabelledStrokes]:
        """Read the pen drawings that belong to the task, those held out among them.

        Raises:
            DataError: They cannot be read.
        """
        if self.task.drawings is None:
            return []
        copy = self.folder / DRAWINGS
        # Another worker than the first makes no folder, and has no copy.
        return read_drawings(copy if copy.is_file() else Path(self.task.drawings))

    def start(self) -> Snapshot | Path | None:
        """Return where the training goes on, or the network's file that it begins with.

        Raises:
            RunError: The checkpoint is damaged.
        """
        return self.snapshot() or self.start_file

    @property
    def start_file(self) -> Path | None:
        """The file of the network that the training began with; None if with fresh weights."""
        if self.task.start is None:
            return None
        copy = self.folder / START
        return copy if copy.is_file() else network_file(self.task.start)

    @property
    def created(self) -> float:
        """When the run was made, in seconds since 1970; 0 if it is deleted by now."""
        try:
            return (self.folder / "run.json").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process from training this run meanwhile.

        Raises:
            RunError: Another process is training it.
        """
        try:
            self._lock.acquire()
        except Timeout as error:
            raise RunError(AT_WORK.format(self.folder)) from error
        try:
            yield
        finally:
            self._lock.release()

    def snapshot(self) -> Snapshot | None:
        """Return the state at the last checkpoint; None before the first.

        Raises:
            RunError: The checkpoint is damaged.
        """
        if not self._checkpoint.is_file():
            return None
        try:
            return checkpoint.read(self._checkpoint)
        # NumPy raises whatever its zip reader raises.
        except Exception as error:
            raise RunError(
                f"{self._checkpoint} is damaged ({error!s:.100}): delete it to begin anew."
            ) from error

    def save_checkpoint(self, snapshot: Snapshot) -> None:
        """Replace the last checkpoint."""
        write_atomically(self._checkpoint, checkpoint.as_bytes(snapshot))

    def metrics(self) -> Metrics:
        """Read what was measured so far; the training may be going on meanwhile."""
        return _reader(self._metrics).read()

    def is_finished(self) -> bool:
        """Whether the training came to its end; reads no more than the last line."""
        if not self._metrics.is_file():
            return False
        with self._metrics.open("rb") as file:
            file.seek(max(0, file.seek(0, io.SEEK_END) - LAST_LINE))
            lines = file.read().split(b"\n")[:-1]
        return bool(lines) and lines[-1].startswith(b'{"event": "finished"')

    def filters(self, epoch: int) -> dict[str, NDArray[np.float32]]:
        """Return the convolutions' weights after an epoch by layer name, [size, size, in, out]."""
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
        append_line(self._metrics, json.dumps({**record, "time": round(time.time(), 3)}))

    def _filters_file(self, epoch: int) -> Path:
        return self.folder / "filters" / f"epoch-{epoch:04}.npz"


def all_runs() -> list[Run]:
    """Return all runs, the newest first; a folder that holds no readable run is left out."""
    runs = []
    for file in runs_folder().glob("*/run.json"):
        try:
            if not file.parent.name.startswith("."):
                runs.append((file.stat().st_mtime_ns, file.parent.name, Run.open(file.parent)))
        # The folder may be deleted or renamed at this moment.
        except (OSError, RunError):
            continue
    return [run for _, _, run in sorted(runs, key=lambda entry: entry[:2], reverse=True)]


def best_runs(runs: Iterable[Run]) -> list[Run]:
    """Return the best run of each data set, or those that are level, where there are two or more.

    They are those that read the most validation digits right after their last epoch. Of runs
    without such digits nothing can be said.
    """
    shares: dict[str, dict[Run, float]] = {}
    for run in runs:
        share = run.metrics().last("validation_accuracy")
        if share is not None:
            shares.setdefault(run.task.dataset, {})[run] = share
    return [
        run
        for group in shares.values()
        for run, share in group.items()
        if len(group) > 1 and share == max(group.values())
    ]


def find_run(name: str) -> Run:
    """Return a run by its name; a name leads nowhere but to a run.

    Raises:
        RunError: There is no such run.
    """
    for run in all_runs():
        if run.name == name:
            return run
    raise RunError(f"There is no run “{name}” in {runs_folder()}.")


def network_file(name: str) -> Path:
    """Return the file of a run's network, or of the shipped one; a name leads nowhere else.

    Raises:
        RunError: There is no such run, or it has no trained network yet.
    """
    if name == SHIPPED:
        return SHIPPED_MODEL
    if name not in {run.name for run in runs_folder().glob("*/")}:
        raise RunError(f"There is no run “{name}” in {runs_folder()}.")
    file = runs_folder() / name / "model.keras"
    if not file.is_file():
        raise RunError(f"The run “{name}” has no trained network yet.")
    return file


def with_layers_of(recipe: Recipe, start: str) -> Recipe:
    """Give a recipe the layers of the network that it is to begin with.

    Raises:
        RunError: There is no such network, or it is not known which layers it has.
    """
    file = network_file(start).with_suffix(".json")
    try:
        theirs = Recipe.from_json(file.read_text())
    except (OSError, RecipeError) as error:
        raise RunError(f"{file}, which tells the layers of “{start}”, cannot be read.") from error
    layers: dict[str, Any] = {
        name: getattr(theirs, name)
        for name, setting in SETTINGS.items()
        if setting.group is Group.LAYERS
    }
    return dataclasses.replace(recipe, **layers)


def _copies(task: Task) -> dict[str, bytes]:
    """Read what a task needs from outside its folder, by the names that it has there."""
    copies = {}
    if task.drawings == user_drawings.USER_DRAWINGS:
        try:
            copies[DRAWINGS] = user_drawings.as_json_lines()
        except DataError as error:
            raise RunError(str(error)) from error
    elif task.drawings is not None:
        copies[DRAWINGS] = Path(task.drawings).read_bytes()
    if task.start is not None:
        copies[START] = network_file(task.start).read_bytes()
    return copies


@lru_cache(maxsize=64)
def _reader(file: Path) -> MetricsReader:
    # Shared, so that of a long run only what is new is read.
    return MetricsReader(file)
