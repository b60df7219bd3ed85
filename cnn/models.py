"""Which network is in use: the shipped one, or one that a run has trained.

A file among the runs names the run in use. It is replaced whole, so that all who read it see the
old name or the new one; without it, the shipped network is in use.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cnn.files import write_atomically
from cnn.predictor import ModelError, Predictor, shipped_predictor
from cnn.runs import RunError, runs_folder

SHIPPED = "shipped"


@dataclass(frozen=True)
class InUse:
    """The network in use.

    Attributes:
        predictor: The network, ready to read.
        problem: Why it is the shipped one although another was chosen; "" if it is as chosen.
    """

    predictor: Predictor
    problem: str = ""


def choose(name: str) -> None:
    """Use the network of a run from now on, in every process, or "shipped" again.

    Raises:
        RunError: There is no such run, or it has no trained network yet.
        ModelError: The network is damaged.
    """
    if name != SHIPPED:
        load(name)
    folder = runs_folder()
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(_pointer(), name.encode())


def chosen() -> str:
    """Return the name of the run whose network was chosen, or "shipped"."""
    pointer = _pointer()
    return pointer.read_text().strip() if pointer.is_file() else SHIPPED


def in_use() -> InUse:
    """Load the chosen network, once a process; if that cannot be done, the shipped one.

    Raises:
        ModelError: The shipped network is damaged, too.
    """
    name = chosen()
    if name == SHIPPED:
        return InUse(shipped_predictor())
    try:
        return InUse(load(name))
    except (ModelError, RunError) as error:
        return InUse(shipped_predictor(), f"{error} The shipped model is used instead.")


def trained() -> list[str]:
    """Return the names of all networks to choose from: "shipped", and runs that have one."""
    files = runs_folder().glob("*/model.keras")
    return [SHIPPED, *sorted({file.parent.name for file in files} - {SHIPPED})]


def load(name: str) -> Predictor:
    """Load the network of a run, or "shipped", without putting it to use.

    Raises:
        RunError: There is no such run, or it has no trained network yet.
        ModelError: The network is damaged.
    """
    return shipped_predictor() if name == SHIPPED else _load(_model_file(name))


def _pointer() -> Path:
    return runs_folder() / "in-use"


def _model_file(name: str) -> Path:
    """Return the file of a run's network; a name leads nowhere but to a folder among the runs."""
    if name not in {run.name for run in runs_folder().glob("*/")}:
        raise RunError(f"There is no run “{name}” in {runs_folder()}.")
    file = runs_folder() / name / "model.keras"
    if not file.is_file():
        raise RunError(f"The run “{name}” has no trained network yet.")
    return file


def _load(file: Path) -> Predictor:
    return _load_version(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _load_version(file: Path, _changed: int) -> Predictor:
    return Predictor.load(file, file.parent.name)
