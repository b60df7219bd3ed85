"""The one place that imports TensorFlow: late, because it takes seconds, and quietly.

Neither TensorFlow nor Keras says of what types its things are. What this program uses of them is
said here, and is all that a type checker lets it use.
"""

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from functools import cache
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

# What TensorFlow's C++ parts announce before they read TF_CPP_MIN_LOG_LEVEL (tensorflow issue
# 100442): their information lines, and the notice that goes before these.
CHATTER = (b"I0000 ", b"WARNING: All log messages before absl::InitializeLog")
# A program that passes on what it is told, but for lines that begin in some ways.
PASS_ON = """
import sys
for line in sys.stdin.buffer:
    if not line.startswith({beginnings}):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
"""
# What Keras imports where it is installed, for wrappers and data frames that nothing here uses: a
# third of the time that TensorFlow's import takes.
NOT_NEEDED = {"sklearn", "pandas"}
# Seconds to wait until all is passed on: it takes milliseconds.
PATIENCE = 5.0

# A tf.Tensor or tf.Variable: arithmetic on them is whatever TensorFlow makes of it.
Tensor: TypeAlias = Any


class KerasLayer(Protocol):
    """What is used of a keras.Layer."""

    name: str
    input: Tensor
    output: Tensor
    compute_dtype: str
    # Convolutions and dense layers have these.
    kernel: Tensor
    bias: Tensor

    def __call__(self, inputs: Tensor, training: bool = False) -> Tensor:
        """Compute the layer's output."""

    def get_config(self) -> dict[str, Any]:
        """Return what `from_config` makes the same layer of."""

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "KerasLayer":
        """Make a layer that has no weights yet."""

    def get_weights(self) -> list[NDArray[np.float32]]:
        """Return kernel and bias, or none."""

    def set_weights(self, weights: Sequence[NDArray[np.float32]]) -> None:
        """Replace kernel and bias."""

    def count_params(self) -> int:
        """Return how many weights and biases it has."""


class Model(Protocol):
    """What is used of a keras.Model."""

    layers: Sequence[KerasLayer]
    inputs: list[Tensor]
    output: Tensor
    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]
    weights: Sequence[Tensor]
    trainable_variables: list[Tensor]

    def __hash__(self) -> int:
        """Tell models apart: what is known of one is kept as long as it lives."""

    def __call__(self, inputs: Tensor, training: bool = False) -> Tensor:
        """Compute the logits of images [n, 28, 28, 1]."""

    def stateless_call(
        self, trainable: list[Tensor], others: list[Tensor], inputs: Tensor, training: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Compute the logits with other weights than its own; returns these other ones, too."""

    def get_layer(self, name: str) -> KerasLayer:
        """Return a layer by its name; ValueError if there is none."""

    def get_weights(self) -> list[NDArray[np.float32]]:
        """Return all kernels and biases, from the first layer to the last."""

    def set_weights(self, weights: Sequence[NDArray[np.float32]]) -> None:
        """Replace all kernels and biases."""

    def count_params(self) -> int:
        """Return how many weights and biases it has."""

    def save(self, path: Path) -> None:
        """Write a .keras file."""


@cache
def tensorflow() -> Any:
    """Import TensorFlow without its start-up chatter and return the module."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with stderr_without(CHATTER), _imports_without(NOT_NEEDED), _no_collection():
        import tensorflow
    tensorflow.get_logger().setLevel("ERROR")
    return tensorflow


def is_out_of_memory(error: Exception) -> bool:
    """Whether memory ran out, TensorFlow's or Python's."""
    # Without TensorFlow, it raises nothing.
    loaded = sys.modules.get("tensorflow")
    kinds = (MemoryError, *([loaded.errors.ResourceExhaustedError] if loaded else []))
    return isinstance(error, kinds)


class _Hidden(MetaPathFinder):
    """Keeps this thread from importing some modules; others may, meanwhile."""

    def __init__(self, names: Set[str]) -> None:
        self._names = names
        self._thread = threading.get_ident()

    def find_spec(self, name: str, *_: object) -> None:
        if name in self._names and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{name} is not needed here", name=name)


@contextmanager
def _imports_without(names: Set[str]) -> Iterator[None]:
    """Import as if some modules were not installed, unless they were imported before."""
    hidden = _Hidden(names)
    sys.meta_path.insert(0, hidden)
    try:
        yield
    finally:
        sys.meta_path.remove(hidden)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Collect no garbage: an import leaves little, and looking for it takes a fifth of its time.

    What was imported stays for good, hundreds of thousands of objects. Each look through all of
    them would keep everybody waiting for longer than a reading takes: none is ever taken.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


@contextmanager
def stderr_without(beginnings: tuple[bytes, ...]) -> Iterator[None]:
    """Leave out lines that begin so of what the process writes on its standard error.

    Another process passes the others on, so that none is lost if this one breaks off.
    """
    stderr = os.dup(2)
    # In a session of its own, that Ctrl-C leaves alone.
    passing = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", PASS_ON.format(beginnings=beginnings)],
        stdin=subprocess.PIPE,
        stdout=stderr,
        start_new_session=True,
    )
    assert passing.stdin is not None
    os.dup2(passing.stdin.fileno(), 2)
    passing.stdin.close()
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        # What another thread has started meanwhile may go on writing there.
        with suppress(subprocess.TimeoutExpired):
            passing.wait(PATIENCE)
