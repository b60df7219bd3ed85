"""What a format is: how a network is written in it, opened again, and used by another program."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnn.ink.strokes import SIZE, Picture
from cnn.tf import Model, Tensor, tensorflow

Reader: TypeAlias = Callable[[Picture], NDArray[np.float32]]
"""From images [n, 28, 28] in 0..1 to probabilities [n, 10]."""

# What inputs and outputs are called wherever a format gives them names.
INPUT, OUTPUT = "image", "probabilities"


class ExportError(Exception):
    """A network that cannot be written in a format; the message says why, and what to do."""


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        name: What the command line calls it.
        title: What people call it.
        content: The file or folder that holds the network.
        packages: What Python must find to write and check it, besides TensorFlow.
        write: Writes a network into a folder; it is given images to calibrate by, too.
        open: Opens what lies in a folder by the format's own runtime.
        takes: Says in a sentence what goes in.
        imports: What these lines need, in Python.
        example: Lines that turn `images`, float32 [10, 28, 28], into `probabilities`.
        is_exact: Whether it reads as the network does; else it only comes close.
    """

    name: str
    title: str
    content: str
    packages: tuple[str, ...]
    write: Callable[[Model, Path, Picture], None]
    open: Callable[[Path], Reader]
    takes: str
    imports: str
    example: str
    is_exact: bool = True

    def check_packages(self) -> None:
        """Check that all is installed that the format needs.

        Raises:
            ExportError: Something is missing; the message says how to get it.
        """
        missing = [package for package in self.packages if find_spec(package) is None]
        if missing:
            raise ExportError(
                f"{self.title} needs {' and '.join(missing)}: pip install 'digitscope[export]'."
            )


def reading_function(model: Model, batch: int | None) -> Tensor:
    """Return a tf.function from "image", [batch, 28, 28], to {"probabilities": [batch, 10]}.

    Its weights are constants: of Keras 3's variables the converter to LiteRT (TensorFlow 2.21)
    writes the names and not the values.

    Args:
        model: From [n, 28, 28, 1] to logits; the temperature that calibrates it is in its weights.
        batch: How many images a call takes; None for any number.
    """
    tf = tensorflow()
    weights = model.get_weights()

    def read(image: Tensor) -> dict[str, Tensor]:
        constants = [tf.constant(values) for values in weights]
        pictures = tf.reshape(image, (batch or -1, SIZE, SIZE, 1))
        logits, _ = model.stateless_call(constants, [], pictures)
        return {OUTPUT: tf.nn.softmax(logits)}

    signature = [tf.TensorSpec((batch, SIZE, SIZE), tf.float32, name=INPUT)]
    return tf.function(read, input_signature=signature, autograph=False)
