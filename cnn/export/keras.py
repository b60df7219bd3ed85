"""Keras's own format, with the softmax as its last layer: this program reads it, too."""

from pathlib import Path

import numpy as np

from cnn.export.format import OUTPUT, Format, Reader
from cnn.ink.strokes import Picture
from cnn.model import compressed
from cnn.predictor import BATCH
from cnn.tf import Model, tensorflow

FILE = "model.keras"


def _write(model: Model, folder: Path, _: Picture) -> None:
    keras = tensorflow().keras
    softmax = keras.layers.Softmax(name=OUTPUT)
    whole = keras.Model(model.inputs[0], softmax(model.output), name="digits")
    (folder / FILE).write_bytes(compressed(whole))


def _open(folder: Path) -> Reader:
    model = tensorflow().keras.models.load_model(folder / FILE)
    return lambda images: np.asarray(model.predict(images[..., None], BATCH, verbose=0))


KERAS = Format(
    "keras",
    "Keras",
    FILE,
    (),
    _write,
    _open,
    takes="Any number of images, float32 [n, 28, 28, 1].",
    imports="import keras",
    example=f"""\
model = keras.models.load_model("{FILE}")
probabilities = model.predict(images[..., None])""",
)
