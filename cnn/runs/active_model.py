"""Which network is in use: the shipped one, or one that a run has trained.

A file among the runs names the run whose network is the default: in use for all who ask for no
other one. It is replaced whole, so that all who read it see the old name or the new one; without
it, or if it is damaged, the shipped network is the default.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cnn.files import FileCache, FileError, Version, read_bytes, version_of, write_atomically
from cnn.model import ModelError
from cnn.predictor import Predictor, shipped_predictor
from cnn.runs.run import SHIPPED, RunError, folder_names, is_name, network_file, runs_folder

T = TypeVar("T")
# Networks kept ready in memory; one takes some tens of megabytes.
READY = 4
# Bytes of a name.
MOST_BYTES = 1_000
# The file; a run may have the name that it had in version 0.1, which is read until another is set.
POINTER, OLD_POINTER = ".default", "in-use"


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
    runs_folder().mkdir(parents=True, exist_ok=True)
    _point_at(name)


def rename_default(name: str, new: str) -> None:
    """Keep a run in use that has got another name."""
    if default() == name:
        _point_at(new)


def default() -> str:
    """Return the name of the run whose network is the default, or "shipped"."""
    return _pointed_at()[0]


def default_problem() -> str:
    """Say in a sentence why the default is not the one that was set; "" if it is."""
    return _pointed_at()[1]


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
    return ActiveModel(*first_that_loads(load, wanted))


def first_that_loads(load: Callable[[str], T], wanted: str = "") -> tuple[T, str]:
    """Load a network by its name; if that cannot be done, the default, then the shipped one.

    Args:
        load: Raises ModelError or RunError if it cannot be done.
        wanted: A run's name or "shipped"; the default if empty.

    Returns:
        What was loaded, and why it is not what was asked for; "" if it is.

    Raises:
        ModelError: The shipped network is damaged, too.
    """
    standard, problem = _pointed_at()
    if problem:
        problem = "" if wanted else f"{problem} "
    # Each once, in this order.
    for name in dict.fromkeys((wanted or standard, standard)):
        if name == SHIPPED:
            break
        try:
            loaded = load(name)
        except (ModelError, RunError) as error:
            problem += f"{error} "
        else:
            return loaded, problem and f"{problem}{model_label(name)} is used instead."
    return load(SHIPPED), problem and f"{problem}The shipped model is used instead."


def trained() -> list[str]:
    """Return the names of all networks to choose from: "shipped", and runs that have one."""
    folder = runs_folder()
    return [SHIPPED, *(n for n in folder_names() if os.path.isfile(folder / n / "model.keras"))]


def load(name: str) -> Predictor:
    """Load the network of a run, or "shipped", without putting it to use.

    Raises:
        RunError: There is no such run, or it has no trained network yet.
        ModelError: The network is damaged.
    """
    return shipped_predictor() if name == SHIPPED else _networks.read(network_file(name))


def version(name: str) -> Version:
    """Return what changes with a network's file; () if there is none."""
    try:
        return version_of(network_file(name))
    except RunError:
        return ()


def _point_at(name: str) -> None:
    write_atomically(runs_folder() / POINTER, name.encode())
    old = runs_folder() / OLD_POINTER
    if os.path.isfile(old):
        old.unlink()


def _pointed_at() -> tuple[str, str]:
    """Return the default's name, and why it is not the one that was set."""
    pointer, old = (runs_folder() / name for name in (POINTER, OLD_POINTER))
    if not os.path.lexists(pointer):
        # A folder of this name is a run.
        if not os.path.isfile(old):
            return SHIPPED, ""
        pointer = old
    try:
        return _names.read(pointer), ""
    except FileError as error:
        return SHIPPED, str(error)


def _read_name(file: Path) -> str:
    try:
        name = read_bytes(file, MOST_BYTES).decode().strip()
    except UnicodeDecodeError as error:
        raise FileError(f"{file} cannot be read (it is not UTF-8).") from error
    if name != SHIPPED and not is_name(name):
        raise FileError(f"{file} cannot be read (no run is called {name!r:.40}).")
    return name


_names = FileCache(_read_name)
# They are only ever replaced.
_networks = FileCache(
    lambda file: Predictor.load(file, file.parent.name), READY, ModelError, coarsest=0
)
