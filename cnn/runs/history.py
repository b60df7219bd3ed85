"""What a run keeps to be looked at again: at each epoch, how its network read the same few digits.

A run folder holds besides

    probe.npz    100 test digits, ten of each, after the drawing that was there when it was started
    readings/    after each epoch, how they were read, and how all test digits were

They are for looking only, and have no influence on the training. Runs of before this was kept, and
runs that have not begun, hold neither.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.data.digits import Digits
from cnn.files import write_atomically
from cnn.ink.strokes import SIZE, Picture
from cnn.model import ModelError, build, load_network
from cnn.predictor import SHIPPED_MODEL, Predictor, shipped_predictor
from cnn.recipe import Recipe
from cnn.runs.run import START, Run, RunError, runs_folder
from cnn.setting import RecipeError
from cnn.tf import Model

# The "label" of a person's drawing: nobody but the person knows it.
DRAWING = -1
# Test digits of each label in a probe.
OF_EACH = 10


@dataclass(frozen=True)
class Probe:
    """The digits that are read after each epoch.

    Attributes:
        images: uint8 [n, 28, 28], 0 (paper) to 255 (ink).
        labels: int64 [n], 0 to 9, or `DRAWING`, which comes first.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    @property
    def is_drawing(self) -> NDArray[np.bool_]:
        """Which of them a person drew, [n]."""
        return self.labels == DRAWING

    def pictures(self) -> Picture:
        """Return them as the network takes them, float32 [n, 28, 28] in 0..1."""
        return np.divide(self.images, 255, dtype=np.float32)


@dataclass(frozen=True)
class Readings:
    """How a network read after an epoch; 0 is before the first step.

    Attributes:
        probabilities: Of the probe's digits, float32 [n, 10].
        confusion: Of all test digits, int64 [10, 10]; row: true digit, column: digit read.
    """

    probabilities: NDArray[np.float32]
    confusion: NDArray[np.int64]


def keep_drawing(run: Run, drawing: Picture) -> None:
    """Have a run that has not begun read a drawing, float32 [28, 28] in 0..1, after each epoch."""
    image = np.round(drawing.reshape(1, SIZE, SIZE) * 255).astype(np.uint8)
    _write_probe(run, Probe(image, np.array([DRAWING])))


def begin(run: Run, test: Digits) -> Probe:
    """Return a run's probe; the first time, complete it by test digits."""
    nothing = Probe(np.zeros((0, SIZE, SIZE), np.uint8), np.zeros(0, np.int64))
    found = probe(run) if _probe_file(run).is_file() else nothing
    if not found.is_drawing.all():
        return found
    whole = _join(found, _first_of_each(test))
    _write_probe(run, whole)
    return whole


def probe(run: Run) -> Probe:
    """Return the digits that a run reads after each epoch.

    Raises:
        RunError: Their file is missing or damaged.
    """
    return Probe(*_read(_probe_file(run), "images", "labels"))


def save_readings(run: Run, epoch: int, readings: Readings) -> None:
    """Keep how a network read after an epoch."""
    _write(
        _readings_file(run, epoch),
        probabilities=readings.probabilities.astype(np.float16),
        confusion=readings.confusion.astype(np.int32),
    )


def readings(run: Run, epoch: int) -> Readings:
    """Return how a run's network read after an epoch.

    Raises:
        RunError: Their file is missing or damaged.
    """
    probabilities, confusion = _read(_readings_file(run, epoch), "probabilities", "confusion")
    return Readings(probabilities.astype(np.float32), confusion.astype(np.int64))


def epochs(run: Run) -> list[int]:
    """Return the epochs that a run can be looked at again after, in order; 0 is before the first.

    After a kill, files may be there of epochs that are to be done again: they do not count.
    """
    done = [int(record["epoch"]) for record in run.metrics().epochs]
    return [epoch for epoch in (0, *done) if _readings_file(run, epoch).is_file()]


def _first_of_each(test: Digits) -> Probe:
    chosen = np.concatenate([np.flatnonzero(test.labels == digit)[:OF_EACH] for digit in range(10)])
    return Probe(np.round(test.images[chosen] * 255).astype(np.uint8), test.labels[chosen])


def _join(one: Probe, other: Probe) -> Probe:
    return Probe(
        np.concatenate([one.images, other.images]), np.concatenate([one.labels, other.labels])
    )


def _probe_file(run: Run) -> Path:
    return run.folder / "probe.npz"


def _readings_file(run: Run, epoch: int) -> Path:
    return run.folder / "readings" / f"epoch-{epoch:04}.npz"


def _write_probe(run: Run, whole: Probe) -> None:
    _write(_probe_file(run), images=whole.images, labels=whole.labels)


def _write(file: Path, **arrays: Any) -> None:
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    file.parent.mkdir(exist_ok=True)
    write_atomically(file, packed.getvalue())


def _read(file: Path, *names: str) -> list[NDArray[Any]]:
    try:
        with np.load(file, allow_pickle=False) as archive:
            return [archive[name] for name in names]
    # NumPy raises whatever its zip reader raises.
    except Exception as error:
        raise RunError(f"{file} cannot be read ({error!s:.60}).") from error


def network_before(predictor: Predictor) -> Model | None:
    """Return a network with the weights that its training began with.

    Where these were another network's, its run keeps them. Else the recipe beside its file holds
    the seed they were drawn by, so they are the same to the bit.

    Returns:
        keras.Model; None if it cannot be known: the recipe is missing or tells of another network
        than this one, or the kept weights are damaged.
    """
    run = run_of(predictor)
    if run is not None and run.task.start is not None:
        return _kept(run)
    folder = SHIPPED_MODEL.parent if _is_shipped(predictor) else runs_folder() / predictor.name
    try:
        recipe = Recipe.from_json((folder / "model.json").read_text())
    except (OSError, RecipeError):
        return None
    before = _fresh(recipe)
    if [w.shape for w in before.weights] != [w.shape for w in predictor.model.weights]:
        return None
    return before


def run_of(predictor: Predictor) -> Run | None:
    """Return the run that trained a network; None for the shipped one, whose run is not kept."""
    if _is_shipped(predictor):
        return None
    try:
        return Run.open(runs_folder() / predictor.name)
    except RunError:
        return None


def kept_epochs(run: Run) -> list[int]:
    """Return the epochs after which a run kept its filters, in order."""
    return sorted({int(record["epoch"]) for record in run.metrics().epochs})


def filters_after(run: Run, epoch: int) -> dict[str, NDArray[np.float32]]:
    """Return the convolutions' weights after one of the kept epochs, by layer name.

    Raises:
        RunError: Their file is missing or damaged.
    """
    try:
        return run.filters(epoch)
    # NumPy raises whatever its zip reader raises.
    except Exception as error:
        raise RunError(
            f"The filters of epoch {epoch} in {run.folder} cannot be read ({error!s:.60})."
        ) from error


def _is_shipped(predictor: Predictor) -> bool:
    return predictor is shipped_predictor()


def _kept(run: Run) -> Model | None:
    try:
        # Only the copy in the run's folder is what it began with for sure.
        return _network(run.folder / START, run.created)
    except ModelError:
        return None


# Another run may have the name later: when a run was created tells them apart.
@lru_cache(maxsize=2)
def _network(file: Path, _created: float) -> Model:
    return load_network(file)


@lru_cache(maxsize=2)
def _fresh(recipe: Recipe) -> Model:
    return build(recipe)
