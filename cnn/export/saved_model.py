"""TensorFlow's SavedModel, a folder: for TensorFlow Serving, and programs in other languages."""

from pathlib import Path

from cnn.export.format import INPUT, OUTPUT, Format, Reader, reading_function
from cnn.ink.strokes import Picture
from cnn.tf import Model, tensorflow

FOLDER = "saved_model"
SIGNATURE = "serving_default"


def _write(model: Model, folder: Path, _: Picture) -> None:
    tf = tensorflow()
    module = tf.Module()
    module.read = reading_function(model, batch=None)
    tf.saved_model.save(module, str(folder / FOLDER), signatures={SIGNATURE: module.read})


def _open(folder: Path) -> Reader:
    tf = tensorflow()
    opened = tf.saved_model.load(str(folder / FOLDER))
    read = opened.signatures[SIGNATURE]
    # What is not kept along would be thrown away with its module.
    read.module = opened
    return lambda images: read(**{INPUT: tf.constant(images)})[OUTPUT].numpy()


SAVED_MODEL = Format(
    "savedmodel",
    "TensorFlow SavedModel",
    FOLDER,
    (),
    _write,
    _open,
    takes=f"Any number of images, float32 [n, 28, 28], as “{INPUT}” of “{SIGNATURE}”.",
    imports="import tensorflow as tf",
    example=f"""\
network = tf.saved_model.load("{FOLDER}")
read = network.signatures["{SIGNATURE}"]
probabilities = read({INPUT}=tf.constant(images))["{OUTPUT}"].numpy()""",
)
