"""ONNX, which runtimes of many makers read, written by tf2onnx.

Tried with Keras 3.15.1 and TensorFlow 2.21: tf2onnx 1.17.0 writes the network as it should be.
Keras's own `model.export(format="onnx")` asks the same tf2onnx, for models that have been called
before, and chooses an old opset; so it is asked directly, for the same function as other formats.
"""

from pathlib import Path

from cnn.export.format import INPUT, OUTPUT, Format, Reader, reading_function
from cnn.ink.strokes import Picture
from cnn.tf import Model

FILE = "model.onnx"
# Of ONNX 1.12 (2022): what runtimes of today all read.
OPSET = 17


def _write(model: Model, folder: Path, _: Picture) -> None:
    import tf2onnx

    read = reading_function(model, batch=None)
    tf2onnx.convert.from_function(
        read, read.input_signature, opset=OPSET, output_path=str(folder / FILE)
    )


def _open(folder: Path) -> Reader:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(folder / FILE), providers=["CPUExecutionProvider"])
    return lambda images: session.run([OUTPUT], {INPUT: images})[0]


ONNX = Format(
    "onnx",
    "ONNX",
    FILE,
    ("onnx", "onnxruntime", "tf2onnx"),
    _write,
    _open,
    takes=f"Any number of images, float32 [n, 28, 28], as “{INPUT}”.",
    imports="import onnxruntime",
    example=f"""\
session = onnxruntime.InferenceSession("{FILE}")
(probabilities,) = session.run(["{OUTPUT}"], {{"{INPUT}": images}})""",
)
