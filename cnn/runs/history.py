"""What a run keeps to be looked at again: at each epoch, how its network read the same few digits.

A run folder holds besides

    filters/     the convolutions' weights after each epoch, float16; 0 is before the first
    probe.npz    100 test digits, ten of each, after the drawing that was there when it was started
    readings/    after each epoch, how they were read, and how all test digits were
    live.npz     how ten of them, one of each, were read last within an epoch

They are for looking only, and have no influence on the training. Runs of before this was kept, and
runs that have not begun, hold neither.
"""

import io
import itertools
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.arrays import ArrayRule, read_arrays
from cnn.data.digits import Digits
from cnn.files import FileCache, FileError, write_atomically
from cnn.ink.strokes import SIZE, Picture
from cnn.model import ModelError, build, layer_table, load_network
from cnn.predictor import SHIPPED_MODEL, Predictor, shipped_predictor
from cnn.recipe import Recipe
from cnn.runs.run import START, Run, RunError, read_recipe, runs_folder
from cnn.tf import Model

# The "label" of a person's drawing: nobody but the person knows it.
DRAWING = -1
# Test digits of each label in a probe; digits in all.
OF_EACH, MOST_IN_PROBE = 10, 200
PROBE = {
    "images": ArrayRule(("uint8",), (None, SIZE, SIZE)),
    "labels": ArrayRule(("int64", "int32"), (None,), DRAWING, 9),
}
READINGS = {
    "probabilities": ArrayRule(("float16",), (None, 10), 0, 1),
    "confusion": ArrayRule(("int32",), (10, 10), 0),
}

LIVE = {
    "step": ArrayRule(("int64", "int32"), (), 0, 10**12),
    "probabilities": ArrayRule(("float16",), (None, 10), 0, 1),
}


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


@dataclass(frozen=True)
class Live:
    """How a network that is being trained read one digit of each label.

    Attributes:
        step: Steps that were done then.
        probabilities: As they were read, float32 [n, 10]; see `one_of_each`.
    """

    step: int
    probabilities: NDArray[np.float32]


def keep_drawing(run: Run, drawing: Picture) -> None:
    """Have a run that has not begun read a drawing, float32 [28, 28] in 0..1, after each epoch."""
    image = np.round(drawing.reshape(1, SIZE, SIZE) * 255).astype(np.uint8)
    _write_probe(run, Probe(image, np.array([DRAWING])))


def begin(run: Run, test: Digits) -> Probe:
    """Return a run's probe; the first time, complete it by test digits."""
    nothing = Probe(np.zeros((0, SIZE, SIZE), np.uint8), np.zeros(0, np.int64))
    found = probe(run) if os.path.lexists(_probe_file(run)) else nothing
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
    kept = _read(_probe_file(run), PROBE)
    if not 0 < len(kept["labels"]) == len(kept["images"]) <= MOST_IN_PROBE:
        raise RunError(f"{_probe_file(run)} cannot be read: it holds no digits, or too many.")
    return Probe(kept["images"], kept["labels"].astype(np.int64))


def one_of_each(whole: Probe) -> NDArray[np.int64]:
    """Return where in a probe the first digit of each label is; what a person drew is none."""
    labels, first = np.unique(whole.labels, return_index=True)
    return first[labels != DRAWING]


def save_live(run: Run, live: Live) -> None:
    """Keep how a network reads a few digits now, in the place of what was kept before."""
    _write(
        _live_file(run),
        step=np.array(live.step),
        probabilities=live.probabilities.astype(np.float16),
    )


def newest(run: Run, whole: Probe) -> Live | None:
    """Return how a run's network last read one of its probe's digits of each label.

    Returns:
        None if it has read none.

    Raises:
        RunError: A file is damaged.
    """
    done = epochs(run)
    if not done:
        return None
    measured = run.metrics()
    chosen = one_of_each(whole)
    last_epoch = next((record.step for record in measured.epochs if record.epoch == done[-1]), 0)
    if os.path.lexists(_live_file(run)):
        kept = _read(_live_file(run), LIVE)
        step = int(kept["step"])
        # One of before a kill may be of steps that are to be done again.
        is_newer = measured.steps and last_epoch < step <= measured.steps[-1].step
        if is_newer and len(kept["probabilities"]) == len(chosen):
            return Live(step, kept["probabilities"].astype(np.float32))
    read = readings(run, done[-1]).probabilities
    if len(read) != len(whole.labels):
        raise RunError(f"{_probe_file(run)} has changed since it was read.")
    return Live(last_epoch, read[chosen])


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
        RunError: Their file is missing or damaged, or of other digits than the probe's.
    """
    kept = _read(_readings_file(run, epoch), READINGS)
    if len(kept["probabilities"]) != len(probe(run).labels):
        raise RunError(f"{_readings_file(run, epoch)} tells of other digits than the probe's.")
    return Readings(kept["probabilities"].astype(np.float32), kept["confusion"].astype(np.int64))


def save_filters(run: Run, epoch: int, filters: Mapping[str, NDArray[np.float32]]) -> None:
    """Keep the convolutions' weights after an epoch."""
    _write(
        _filters_file(run, epoch),
        **{name: values.astype(np.float16) for name, values in filters.items()},
    )


def filters_after(run: Run, epoch: int) -> dict[str, NDArray[np.float32]]:
    """Return the convolutions' weights after one of the kept epochs, by layer name.

    Returns:
        float32 [size, size, in, out]; {} of a network without convolutions.

    Raises:
        RunError: Their file is missing or damaged, or of another network than the run's.
    """
    recipe = run.task.recipe
    convolutions = [row for row in layer_table(recipe) if row.name.startswith("conv")]
    maps = [1, *(row.shape[-1] for row in convolutions)]
    shapes = itertools.pairwise(maps)
    rules = {
        row.name: ArrayRule(("float16",), (recipe.filter_size, recipe.filter_size, *shape))
        for row, shape in zip(convolutions, shapes, strict=True)
    }
    kept = _read(_filters_file(run, epoch), rules)
    return {name: values.astype(np.float32) for name, values in kept.items()}


def epochs(run: Run) -> list[int]:
    """Return the epochs that a run can be looked at again after, in order; 0 is before the first.

    After a kill, files may be there of epochs that are to be done again: they do not count.
    """
    done = [record.epoch for record in run.metrics().epochs]
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


def _live_file(run: Run) -> Path:
    return run.folder / "live.npz"


def _filters_file(run: Run, epoch: int) -> Path:
    return run.folder / "filters" / f"epoch-{epoch:04}.npz"


def _write_probe(run: Run, whole: Probe) -> None:
    _write(_probe_file(run), images=whole.images, labels=whole.labels)


def _write(file: Path, **arrays: Any) -> None:
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    file.parent.mkdir(exist_ok=True)
    write_atomically(file, packed.getvalue())


def _read(file: Path, rules: Mapping[str, ArrayRule]) -> dict[str, NDArray[Any]]:
    try:
        return read_arrays(file, rules)
    except FileError as error:
        raise RunError(str(error)) from error


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
        before = _kept(run)
    else:
        folder = SHIPPED_MODEL.parent if _is_shipped(predictor) else runs_folder() / predictor.name
        try:
            before = _fresh(read_recipe(folder / "model.json"))
        except RunError:
            return None
    if before is None or _shapes(before) != _shapes(predictor.model):
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
    return [record.epoch for record in run.metrics().epochs]


def _is_shipped(predictor: Predictor) -> bool:
    return predictor is shipped_predictor()


def _kept(run: Run) -> Model | None:
    try:
        # Only the copy in the run's folder is what it began with for sure.
        return _starts.read(run.folder / START)
    except ModelError:
        return None


def _shapes(model: Model) -> list[tuple[int, ...]]:
    return [tuple(weights.shape) for weights in model.weights]


# They are never written twice.
_starts = FileCache(load_network, 2, ModelError, coarsest=0)


@lru_cache(maxsize=2)
def _fresh(recipe: Recipe) -> Model:
    return build(recipe)


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
