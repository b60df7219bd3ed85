"""The one place that imports TensorFlow: late, because it takes seconds, and quietly.

Neither TensorFlow nor Keras says of what types its things are. What this program uses of them is
said here, and is all that a type checker lets it use.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

# What TensorFlow's C++ parts announce before they read TF_CPP_MIN_LOG_LEVEL (tensorflow issue
# 100442): their information lines, and the notice that goes before these.
CHATTER = re.compile(rb"(I0000 |WARNING: All log messages before absl::InitializeLog)")

# A tf.Tensor or tf.Variable: arithmetic on them is whatever TensorFlow makes of it.
Tensor: TypeAlias = Any


class KerasLayer(Protocol):
    """What is used of a keras.Layer."""

    name: str
    input: Tensor
    output: Tensor

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
    with _stderr_without(CHATTER):
        import tensorflow
    tensorflow.get_logger().setLevel("ERROR")
    return tensorflow


@contextmanager
def _stderr_without(pattern: re.Pattern[bytes]) -> Iterator[None]:
    """Hold the process's standard error back, then pass on the lines that do not match."""
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            for line in held:
                if not pattern.match(line):
                    os.write(2, line)
