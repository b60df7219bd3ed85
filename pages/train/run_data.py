"""What runs hold, read once for all sessions, and which run this session looks at."""

import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data.datasets import DATA_SETS
from cnn.plots.charts import Curves
from cnn.recipe import recipe_label
from cnn.runs import history, manage
from cnn.runs.history import Probe, Readings, filters_after
from cnn.runs.metrics import TUTORIAL, Metrics, epoch_curve, seconds_of, step_curve
from cnn.runs.run import Run, RunError, all_runs
from pages.shared import address
from pages.shared.text import duration

CHOSEN = "run"
NEXT = "run-next"
# Columns of the table of runs.
VALIDATION, TEST = "Validation digits read right", "Test digits read right"


def choose(names: Sequence[str], busy: str) -> str:
    """Let one of the runs be chosen; at first the one in the address, or a busy one, or the newest.

    Args:
        names: Of all runs, the newest first; at least one.
        busy: The run that is being trained, or "".
    """
    if (name := st.session_state.pop(NEXT, "")) in names:
        st.session_state[CHOSEN] = name
    if st.session_state.get(CHOSEN) not in names:
        wanted = (address.words().get("run", ""), busy, names[0])
        st.session_state[CHOSEN] = next(name for name in wanted if name in names)
    chosen = str(st.selectbox("Run", names, key=CHOSEN))
    address.write(run=chosen)
    return chosen


def look_at_next(name: str) -> None:
    """Choose a run when the page is next drawn."""
    st.session_state[NEXT] = name


def curves(run: Run, measured: Metrics) -> Curves:
    """Return a run's curves."""
    epochs = run.task.recipe.epochs
    return Curves(
        run.name,
        epochs,
        step_curve(measured, "loss", epochs),
        step_curve(measured, "accuracy", epochs),
        epoch_curve(measured, "validation_accuracy"),
        epoch_curve(measured, "test_accuracy"),
    )


def reference(shown: Sequence[Run]) -> dict[int, float] | None:
    """Return the tutorial's results where they compare: it measured MNIST's test digits."""
    return TUTORIAL if any(run.task.dataset == "mnist" for run in shown) else None


def filters(run: Run, epoch: int) -> NDArray[np.float32] | None:
    """Return the first layer's filters after an epoch, [size, size, filters]; None if none."""
    try:
        kept = _filters(run.folder, run.created, epoch)
    except RunError:
        return None
    return kept["conv1"][:, :, 0] if "conv1" in kept else None


def probe(run: Run) -> Probe:
    """Return the digits that a run reads after each epoch; errors as `cnn.runs.history.probe`."""
    return _probe(run.folder, run.created)


def readings(run: Run, epoch: int) -> Readings:
    """Return how a run's network read after an epoch; errors as `cnn.runs.history.readings`."""
    return _readings(run.folder, run.created, epoch)


def summary(run: Run, measured: Metrics) -> dict[str, str]:
    """Return what a table of runs says of one."""
    done = len(measured.epochs)
    return {
        "Run": run.name,
        "Recipe": recipe_label(run.task.recipe),
        "Data": data_of(run),
        "Epochs": f"{done} of {run.task.recipe.epochs}",
        VALIDATION: _share(measured.last("validation_accuracy")),
        TEST: _share(measured.last("test_accuracy")),
        "Time": duration(seconds_of(measured)) if done else "–",
        "Begun": _when(run.created),
        "Note": manage.note(run),
    }


def _when(seconds: float) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    except (OSError, OverflowError, ValueError):
        return "–"


def _share(accuracy: float | None) -> str:
    return "–" if accuracy is None else f"{accuracy:.2%}".replace("%", " %")


def data_of(run: Run) -> str:
    """Say what a run was trained on."""
    more = " and drawings" if run.task.drawings and run.task.dataset != "drawings" else ""
    return DATA_SETS[run.task.dataset].title + more


def names() -> dict[str, Run]:
    """Return all runs by name, the newest first."""
    return {run.name: run for run in all_runs()}


# Another run may have a name later: when a run was created tells them apart.
@lru_cache(maxsize=1000)
def _filters(folder: Path, _created: float, epoch: int) -> dict[str, NDArray[np.float32]]:
    return filters_after(Run.open(folder), epoch)


@lru_cache(maxsize=1000)
def _readings(folder: Path, _created: float, epoch: int) -> Readings:
    return history.readings(Run.open(folder), epoch)


@lru_cache(maxsize=32)
def _probe(folder: Path, _created: float) -> Probe:
    return history.probe(Run.open(folder))
