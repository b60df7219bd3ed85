"""LiteRT, earlier TensorFlow Lite: for phones and small computers, in float32 or in 8 bits."""

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cnn.export.format import INPUT, OUTPUT, Format, Reader, reading_function
from cnn.ink.strokes import Picture
from cnn.tf import Model, Tensor, stderr_without, tensorflow

FILE = "model.tflite"
RUNTIME = "ai_edge_litert"
# One image a call: with any number the network would work out its shapes anew each time, and some
# runtimes could not take it.
BATCH = 1
# What converter and runtime tell of themselves.
CHATTER = (b"fully_quantize: ", b"INFO: Created TensorFlow Lite")


def _write(model: Model, folder: Path, _: Picture) -> None:
    (folder / FILE).write_bytes(_convert(_converter(model)))


def _write_in_8_bits(model: Model, folder: Path, calibration: Picture) -> None:
    """Quantise weights and activations; what the latter come to, calibration images tell."""
    lite = tensorflow().lite

    def images() -> Iterator[dict[str, Picture]]:
        for image in calibration:
            yield {INPUT: image[None]}

    converter = _converter(model)
    converter.optimizations = [lite.Optimize.DEFAULT]
    converter.representative_dataset = images
    converter.target_spec.supported_ops = [lite.OpsSet.TFLITE_BUILTINS_INT8]
    (folder / FILE).write_bytes(_convert(converter))


def _converter(model: Model) -> Any:
    tf = tensorflow()
    module = tf.Module()
    module.read = reading_function(model, BATCH)
    function = module.read.get_concrete_function()
    return tf.lite.TFLiteConverter.from_concrete_functions([function], module)


def _convert(converter: Any) -> bytes:
    with warnings.catch_warnings(), stderr_without(CHATTER):
        # It calibrates by TensorFlow's own interpreter, and warns that this is old.
        warnings.simplefilter("ignore")
        content: bytes = converter.convert()
    return content


def _open(folder: Path) -> Reader:
    from ai_edge_litert.interpreter import Interpreter

    # One thread: one image at a time has no work for more.
    with stderr_without(CHATTER):
        interpreter = Interpreter(str(folder / FILE), num_threads=1)
        interpreter.allocate_tensors()
        read = interpreter.get_signature_runner()

    def probabilities(image: Picture) -> Tensor:
        return read(**{INPUT: image[None]})[OUTPUT][0]

    return lambda images: np.array([probabilities(image) for image in images], np.float32)


LITE = Format(
    "tflite",
    "LiteRT",
    FILE,
    (RUNTIME,),
    _write,
    _open,
    takes=f"One image a call, float32 [1, 28, 28], as “{INPUT}”.",
    imports="from ai_edge_litert.interpreter import Interpreter",
    example=f"""\
read = Interpreter("{FILE}").get_signature_runner()
answers = [read({INPUT}=image[None])["{OUTPUT}"][0] for image in images]
probabilities = np.array(answers)""",
)
LITE_IN_8_BITS = replace(
    LITE, name="tflite-int8", title="LiteRT in 8 bits", write=_write_in_8_bits, is_exact=False
)
