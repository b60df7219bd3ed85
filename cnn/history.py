"""What a network was before its training, and on the way through it."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnn.model import build
from cnn.predictor import (
    SHIPPED_MODEL,
    ModelError,
    Predictor,
    load_network,
    shipped_predictor,
)
from cnn.recipe import Recipe, RecipeError
from cnn.runs import START, Run, RunError, runs_folder


def network_before(predictor: Predictor) -> Any | None:
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


def _kept(run: Run) -> Any | None:
    try:
        # Only the copy in the run's folder is what it began with for sure.
        return _network(run.folder / START, run.created)
    except ModelError:
        return None


# Another run may have the name later: when a run was created tells them apart.
@lru_cache(maxsize=2)
def _network(file: Path, _created: float) -> Any:
    return load_network(file)


@lru_cache(maxsize=2)
def _fresh(recipe: Recipe) -> Any:
    return build(recipe)
