"""Which network is in use: the shipped one, or one that a run has trained.

A file among the runs names the run whose network is the default: in use for all who ask for no
other one. It is replaced whole, so that all who read it see the old name or the new one; without
it, the shipped network is the default.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cnn.files import write_atomically
from cnn.model import ModelError
from cnn.predictor import Predictor, shipped_predictor
from cnn.runs.run import SHIPPED, RunError, network_file, runs_folder

# Networks kept ready in memory; one takes some tens of megabytes.
READY = 4


@dataclass(frozen=True)
class ActiveModel:
    """The network in use.

    Attributes:
        predictor: The network, ready to read.
        problem: Why it is not the one that was asked for; "" if it is.
    """

    predictor: Predictor
    problem: str = ""


def set_default(name: str) -> None:
    """Make the network of a run the default from now on, in every process, or "shipped" again.

    Raises:
        RunError: There is no such run, or it has no trained network yet.
        ModelError: The network is damaged.
    """
    if name != SHIPPED:
        load(name)
    folder = runs_folder()
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(_pointer(), name.encode())


def rename_default(name: str, new: str) -> None:
    """Keep a run in use that has got another name."""
    if default() == name:
        write_atomically(_pointer(), new.encode())


def default() -> str:
    """Return the name of the run whose network is the default, or "shipped"."""
    pointer = _pointer()
    return pointer.read_text().strip() if pointer.is_file() else SHIPPED


def model_label(name: str) -> str:
    """Return what to call a network: "Shipped model", or "Model" and its run's name."""
    return "Shipped model" if name == SHIPPED else f"Model {name}"


def load_active(wanted: str = "") -> ActiveModel:
    """Load a network, once a process; if that cannot be done, the default, then the shipped one.

    Args:
        wanted: A run's name or "shipped"; the default if empty.

    Raises:
        ModelError: The shipped network is damaged, too.
    """
    standard = default()
    problem = ""
    # Each once, in this order.
    for name in dict.fromkeys((wanted or standard, standard)):
        if name == SHIPPED:
            break
        try:
            predictor = load(name)
        except (ModelError, RunError) as error:
            problem += f"{error} "
        else:
            return ActiveModel(
                predictor, problem and f"{problem}{model_label(name)} is used instead."
            )
    return ActiveModel(
        shipped_predictor(), problem and f"{problem}The shipped model is used instead."
    )


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
    return shipped_predictor() if name == SHIPPED else _load(network_file(name))


def version(name: str) -> int:
    """Return a number that changes with a network's file; 0 if there is none."""
    try:
        return 0 if name == SHIPPED else network_file(name).stat().st_mtime_ns
    except (RunError, OSError):
        return 0


def _pointer() -> Path:
    return runs_folder() / "in-use"


def _load(file: Path) -> Predictor:
    return _load_version(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=READY)
def _load_version(file: Path, _changed: int) -> Predictor:
    return Predictor.load(file, file.parent.name)
