"""The networks that a training leaves on its way, and how one of them is put to use.

A run folder holds besides

    networks/     all weights after each epoch, float16 as in a trained network's file

of as many epochs, evenly, as find room; see `STORE`. What a run's checkpoint holds becomes its own
network (`keep_last`); that of an epoch becomes another run's, which ends there (`take_epoch`). Both
are as the training left them: calibrated is the network of its end alone.
"""

import dataclasses
import io
import json
import os
import shutil
import uuid
from pathlib import Path

import numpy as np

from cnn.arrays import ArrayRule, read_arrays
from cnn.files import FileError, removed_on_failure, write_atomically
from cnn.model import build, layer_table, save_model
from cnn.recipe import Recipe
from cnn.runs.metrics import EpochRecord, Metrics, StepRecord
from cnn.runs.queue import queue
from cnn.runs.run import DRAWINGS, START, Run, RunError, check_name, find_run, runs_folder
from cnn.tf import Model
from cnn.training.loop import build_from_snapshot

# Bytes of a run for all these networks: ten epochs of the tutorial's, and as many again.
STORE = 130_000_000
NOT_YET = "The run “{}” has saved no network yet."
NOT_KEPT = "The run “{}” has kept no network of epoch {}."
TAKEN = "The name “{}” is taken by another run: rename that one first."
# Characters that a run's name may have.
LONGEST_NAME = 60
# What a run that ends with an epoch shares with the one that went on.
SHARED = ("run.json", "environment.json", "probe.npz", DRAWINGS, START)
# Folders of what each epoch left to be looked at again; see `cnn.runs.history`.
LOOKED_AT = ("filters", "readings")


def save_network(run: Run, network: Model) -> None:
    """Make a network the run's own, with its recipe beside it."""
    # The recipe first: where there is a model, there is its recipe.
    file = run.model_file
    write_atomically(file.with_suffix(".json"), run.task.recipe.as_json().encode())
    save_model(network, file)


def save_epoch(run: Run, epoch: int, network: Model) -> None:
    """Keep a network after an epoch, if it is one of those that find room."""
    recipe = run.task.recipe
    if not epoch or (epoch % _every(recipe) and epoch != recipe.epochs):
        return
    weights = [values.astype(np.float16) for values in network.get_weights()]
    # Of a training that runs away, there is nothing to use.
    if not all(np.isfinite(values).all() for values in weights):
        return
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **{f"weights-{i}": w for i, w in enumerate(weights)})
    file = _file(run, epoch)
    file.parent.mkdir(exist_ok=True)
    write_atomically(file, packed.getvalue())


def is_kept(run: Run, epoch: int) -> bool:
    """Whether a run has kept its network of an epoch."""
    return _file(run, epoch).is_file()


def network_after(run: Run, epoch: int) -> Model:
    """Build a run's network as it was after an epoch.

    Raises:
        RunError: It was not kept, or its file is damaged.
    """
    file = _file(run, epoch)
    if not os.path.lexists(file):
        raise RunError(NOT_KEPT.format(run.name, epoch))
    network = build(run.task.recipe)
    rules = {
        f"weights-{i}": ArrayRule(("float16",), tuple(weights.shape))
        for i, weights in enumerate(network.weights)
    }
    try:
        kept = read_arrays(file, rules, 2 * STORE)
    except FileError as error:
        raise RunError(str(error)) from error
    network.set_weights([kept[name].astype(np.float32) for name in rules])
    return network


def has_newer(run: Run) -> bool:
    """Whether a run that does not train has a checkpoint, and no network of that moment or later.

    Stopped trainings have; of one that has come to its end, the network is the last there is.
    """
    return not run.is_finished() and _written(run.model_file) < _written(run.checkpoint)


def keep_last(name: str) -> None:
    """Make the network of a run's last checkpoint its own; the training can still go on from there.

    Raises:
        RunError: There is no such run, it is being trained, or it has saved nothing yet.
        OSError: The disk is full or the folder cannot be written to; nothing has changed.
    """
    run = find_run(name)
    with run.locked():
        snapshot = run.snapshot()
        if snapshot is None:
            raise RunError(NOT_YET.format(name))
        if has_newer(run):
            save_network(run, build_from_snapshot(run.task.recipe, snapshot))


def take_epoch(name: str, epoch: int) -> str:
    """Make a run of another one's first epochs, so that its network can be used as any other.

    It appears whole or not at all; where it is there already, it stays as it is.

    Returns:
        The new run's name.

    Raises:
        RunError: There is no such run or network, or its file is damaged, or the name is taken.
        OSError: The disk is full or the folder cannot be written to; no run is left.
    """
    run = find_run(name)
    ending = f" epoch {epoch}"
    new = name[: LONGEST_NAME - len(ending)].rstrip() + ending
    check_name(new)
    network = network_after(run, epoch)
    folder = runs_folder() / new
    # A name that no run has.
    draft = runs_folder() / f".{uuid.uuid4().hex}"
    with queue(runs_folder()):
        if not os.path.lexists(folder):
            with removed_on_failure(draft):
                _write(draft, run, epoch, network)
                os.rename(draft, folder)
        elif not _is_taken_from(folder, run, epoch):
            raise RunError(TAKEN.format(new))
    return new


def _written(file: Path) -> int:
    """Return when a file was written, in nanoseconds; 0 if there is none."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _every(recipe: Recipe) -> int:
    """Return how many epochs there are from one whose network is kept to the next."""
    parameters = sum(layer.parameters for layer in layer_table(recipe))
    return max(1, -(-recipe.epochs * 2 * parameters // STORE))


def _file(run: Run, epoch: int) -> Path:
    return run.folder / "networks" / f"epoch-{epoch:04}.npz"


def _is_taken_from(folder: Path, run: Run, epoch: int) -> bool:
    try:
        found = Run.open(folder)
    except RunError:
        return False
    return found.task == run.task and len(found.metrics().epochs) == epoch


def _write(folder: Path, run: Run, epoch: int, network: Model) -> None:
    """Write the folder of a run that has ended with one of another's epochs."""
    folder.mkdir()
    for name in SHARED:
        if (run.folder / name).is_file():
            shutil.copyfile(run.folder / name, folder / name)
    for kept in LOOKED_AT:
        (folder / kept).mkdir()
        for file in (run.folder / kept).glob("epoch-*.npz"):
            if file.stem <= f"epoch-{epoch:04}":
                shutil.copyfile(file, folder / kept / file.name)
    (folder / "metrics.jsonl").write_text(_first_epochs(run.metrics(), epoch))
    (folder / "note.txt").write_text(f"“{run.name}” after epoch {epoch}", "utf-8")
    save_network(Run.open(folder), network)


def _first_epochs(measured: Metrics, epoch: int) -> str:
    """Write down what was measured until an epoch's end, and that the training ended there."""
    epochs = [record for record in measured.epochs if record.epoch <= epoch]
    steps = [record for record in measured.steps if record.step <= epochs[-1].step]
    # An epoch is measured after its last steps.
    every: list[StepRecord | EpochRecord] = [*steps, *epochs]
    every.sort(key=lambda record: (record.step, record.event == "epoch"))
    assert measured.started is not None
    start = dataclasses.replace(measured.started, epoch=0, step=0)
    end = {"event": "finished", "seconds": sum(record.seconds or 0.0 for record in epochs)}
    lines = [*(dataclasses.asdict(record) for record in (start, *every)), end]
    return "".join(f"{json.dumps(line)}\n" for line in lines)
