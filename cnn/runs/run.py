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
    live.npz          how ten of them were read last, within an epoch
    networks/         all weights after each epoch; see `cnn.runs.networks`
    note.txt          what somebody has noted on it
    job.json          its process, and how that ended; see `cnn.runs.jobs`
    log.txt           what that process printed
    errors.txt        what it wrote on its standard error: the last one's alone
    tensorboard/      the same metrics for TensorBoard
    model.keras       the trained network, with its recipe beside it in model.json

Every file but the logs appears whole or not at all. A log's last line may be torn when the
machine stops; readers leave it out, and what came after the last checkpoint is written again. Still
any file may be damaged, or another thing, when it is read: that costs a sentence for its run alone.
Among the runs, what this program keeps itself begins with a dot, as no run's name does.
"""

import dataclasses
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any

from filelock import FileLock, Timeout
from platformdirs import user_data_path
from pydantic import Field

from cnn.data import drawings, user_drawings
from cnn.data.datasets import DATA_SETS
from cnn.data.digits import DataError, LabelledStrokes
from cnn.data.drawings import drawings_from_bytes
from cnn.files import (
    FileCache,
    FileError,
    append_line,
    read_bytes,
    read_json,
    removed_on_failure,
    write_atomically,
    write_json,
)
from cnn.predictor import SHIPPED_MODEL
from cnn.recipe import Recipe
from cnn.runs.metrics import Metrics, MetricsReader, is_ended
from cnn.setting import RecipeError
from cnn.training import checkpoint
from cnn.training.loop import Snapshot

FOLDER_VARIABLE = "CNN_RUNS_DIR"
# What the network that comes with this package is called where runs are named.
SHIPPED = "shipped"
# Copies of what comes from outside the folder.
DRAWINGS, START = "drawings", "start.keras"
AT_WORK = "Another process is training {}: wait for it."
NAME = re.compile(r"(?![. ])[\w .-]{1,60}(?<! )")
# What Windows calls devices by, whatever follows a dot.
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*\.", re.IGNORECASE)


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
            with a dot, or begins or ends with a space, or is "shipped", or none on all systems.
    """
    if not NAME.fullmatch(name):
        raise RunError(
            f"The name {name!r:.80} cannot be used: take 1 to 60 letters, digits, spaces,"
            " dots, _ or -, without a dot at the start or a space at either end."
        )
    if name.casefold() == SHIPPED:
        raise RunError(f"The name “{SHIPPED}” is taken by the network that comes with Digitscope.")
    if DEVICE.fullmatch(name):
        raise RunError(f"A folder on Windows cannot be called “{name}”: choose another name.")


def is_name(name: str) -> bool:
    """Whether a folder of this name may be a run's; those of earlier versions may be others."""
    return bool(NAME.fullmatch(name)) and name != SHIPPED


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
        """Whether validation digits are new to the network, to choose and calibrate by.

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
        checkpoint: Where the training's last snapshot is, once there is one.
    """

    def __init__(self, folder: Path, task: Task) -> None:
        """Take a folder that is there already; see `create` and `open`."""
        self.folder = folder
        self.name = folder.name
        self.task = task
        self.model_file = folder / "model.keras"
        self.checkpoint = folder / "checkpoint.npz"
        self._metrics = folder / "metrics.jsonl"

    @cached_property
    def _lock(self) -> FileLock:
        return FileLock(self.folder / ".lock", timeout=0)

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
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except FileExistsError as error:
                raise RunError(f"{folder} is a file: choose another name.") from error
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
        try:
            return cls(folder, _tasks.read(folder / "run.json"))
        except FileError as error:
            raise RunError(str(error)) from error

    def drawings(self) -> list[LabelledStrokes]:
        """Read the pen drawings that belong to the task, those held out among them.

        Raises:
            DataError: They cannot be read.
        """
        if self.task.drawings is None:
            return []
        copy = self.folder / DRAWINGS
        # Another worker than the first makes no folder, and has no copy.
        file = copy if os.path.lexists(copy) else Path(self.task.drawings)
        try:
            return drawings_from_bytes(read_bytes(file, drawings.MOST_BYTES), str(file))
        except FileError as error:
            raise DataError(str(error)) from error

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
        return copy if os.path.lexists(copy) else network_file(self.task.start)

    @property
    def created(self) -> float:
        """When the run was made, in seconds since 1970; 0 if it is deleted by now."""
        try:
            return (self.folder / "run.json").stat().st_mtime
        except OSError:
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
        if not os.path.lexists(self.checkpoint):
            return None
        try:
            return checkpoint.read(self.checkpoint, self.task.recipe)
        except FileError as error:
            raise RunError(f"{error} Delete it to begin anew.") from error

    def save_checkpoint(self, snapshot: Snapshot) -> None:
        """Replace the last checkpoint."""
        write_atomically(self.checkpoint, checkpoint.as_bytes(snapshot))

    def metrics(self) -> Metrics:
        """Read what was measured so far; the training may be going on meanwhile."""
        return _reader(self._metrics).read()

    def is_finished(self) -> bool:
        """Whether the training came to its end; reads no more than the last line."""
        try:
            return _ends.read(self._metrics)
        except FileError:
            return False

    def append(self, **record: Any) -> None:
        """Add a line to the metrics."""
        append_line(self._metrics, json.dumps({**record, "time": round(time.time(), 3)}))


def all_runs() -> list[Run]:
    """Return all runs, the newest first; a folder that holds no readable run is left out."""
    runs = []
    for name in folder_names():
        # The folder may be deleted or renamed at this moment.
        with suppress(RunError):
            runs.append(Run.open(runs_folder() / name))
    return sorted(runs, key=lambda run: (run.created, run.name), reverse=True)


def find_run(name: str) -> Run:
    """Return a run by its name; a name leads nowhere but to a run.

    Raises:
        RunError: There is no such run.
    """
    return Run.open(find_folder(name))


def find_folder(name: str) -> Path:
    """Return a run's folder, whether or not it can be opened; a name leads nowhere else.

    Raises:
        RunError: There is no such folder.
    """
    if name not in folder_names():
        raise RunError(f"There is no run “{name}” in {runs_folder()}.")
    return runs_folder() / name


def network_file(name: str) -> Path:
    """Return the file of a run's network, or of the shipped one; a name leads nowhere else.

    Raises:
        RunError: There is no such run, or it has no trained network yet.
    """
    if name == SHIPPED:
        return SHIPPED_MODEL
    file = find_folder(name) / "model.keras"
    if not os.path.lexists(file):
        raise RunError(f"The run “{name}” has no trained network yet.")
    return file


def read_recipe(file: Path) -> Recipe:
    """Read the recipe beside a network.

    Raises:
        RunError: It is missing or damaged.
    """
    try:
        return Recipe.from_fields(read_json(file, dict[str, Any]))
    except (FileError, RecipeError) as error:
        raise RunError(f"{file} cannot be read: {error}") from error


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


def folder_names() -> list[str]:
    """Return the names of the folders among the runs that may be runs', by name."""
    try:
        with os.scandir(runs_folder()) as entries:
            return sorted(e.name for e in entries if is_name(e.name) and os.path.isdir(e))
    except OSError:
        return []


@dataclass(frozen=True)
class _Stored:
    """What run.json holds."""

    recipe: dict[str, Any]
    dataset: str
    drawings: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    start: str | None = None


def _read_task(file: Path) -> Task:
    if not os.path.lexists(file):
        raise FileError(f"{file.parent} holds no run: its run.json is missing.")
    stored = read_json(file, _Stored)
    if stored.dataset not in DATA_SETS:
        raise FileError(
            f"{file} cannot be read (the data set {stored.dataset!r:.40} is none of"
            f" {', '.join(DATA_SETS)})."
        )
    if stored.start is not None and stored.start != SHIPPED and not is_name(stored.start):
        raise FileError(f"{file} cannot be read (no run is called {stored.start!r:.40}).")
    try:
        recipe = Recipe.from_fields(stored.recipe)
    except RecipeError as error:
        raise FileError(f"{file} cannot be read ({error!s:.200}).") from error
    return Task(recipe, stored.dataset, stored.drawings, stored.start)


# A run's files change seldom, and every page asks for those of all runs.
_tasks = FileCache(_read_task)
_ends = FileCache(is_ended)


@lru_cache(maxsize=256)
def _reader(file: Path) -> MetricsReader:
    # Shared, so that of a long run only what is new is read.
    return MetricsReader(file)
