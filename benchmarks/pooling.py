"""Measure what “Why pooling helps” shows: one small network with pooling, the same one without.

    python -m benchmarks.pooling

Both have as many filters, which go cell by cell, and are trained alike, on MNIST's training digits;
one of them pools after each convolution. Both read validation digits that are moved, turned and
scaled, as the lesson does. It writes the share that each training reads right, and the networks of
the first trainings, as a module that browsers read.
"""

import base64
from typing import Any

import numpy as np

from benchmarks.server import ROOT
from benchmarks.ten_epochs import written
from cnn.augmentation.corruptions.shapes import MIDDLE, sampled
from cnn.data.digits import Digits, Split
from cnn.data.mnist import load_mnist
from cnn.explain.layers import layers_of
from cnn.ink.strokes import SIZE, Picture
from cnn.tf import Model, tensorflow
from cnn.web.network_file import network_file

FILE = ROOT / "pages" / "learn" / "kit" / "measured-pooling.js"
HEAD = "/** Two networks, and what they read: written by `python -m benchmarks.pooling`. */\n"
FILTERS, FILTER_SIZE = (8, 4), 5
LEARNED, MEASURED, EPOCHS, BATCH, RATE = 20_000, 2_000, 4, 50, 2e-3
SEEDS = (0, 1, 2)
# How far digits are changed in each way, from the middle as far to one side as to the other.
WAYS = {"right": range(-10, 11), "turn": range(-50, 51, 5), "scale": range(50, 151, 5)}


def main() -> None:
    """Train, measure, and write the module."""
    split = load_mnist()
    networks = {
        name: [trained(split, has_pooling, seed) for seed in SEEDS]
        for name, has_pooling in (("pooled", True), ("plain", False))
    }
    digits = Digits(split.validation.images[:MEASURED], split.validation.labels[:MEASURED])
    measured = {
        "digits": MEASURED,
        "ways": {
            way: {
                "amounts": list(amounts),
                **{
                    name: [
                        [read_right(network, digits, way, amount) for amount in amounts]
                        for network in some
                    ]
                    for name, some in networks.items()
                },
            }
            for way, amounts in WAYS.items()
        },
        "networks": {
            name: base64.b64encode(network_file(layers_of(some[0]), name)).decode()
            for name, some in networks.items()
        },
    }
    FILE.write_text(f"{HEAD}export default {written(measured)};\n")
    print(f"{FILE} has {FILE.stat().st_size:,} bytes.")


def trained(split: Split, has_pooling: bool, seed: int) -> Model:
    """Train a network with pooling or without; its weights are such that half precision holds."""
    keras = tensorflow().keras
    keras.utils.set_random_seed(seed)
    model: Any = built(has_pooling)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(RATE), loss=loss)
    images, labels = split.train.images[:LEARNED, ..., None], split.train.labels[:LEARNED]
    model.fit(images, labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    model.set_weights([w.astype(np.float16).astype(np.float32) for w in model.get_weights()])
    network: Model = model
    return network


def built(has_pooling: bool) -> Model:
    """Build a network: convolutions, each pooled or not, and logits that see all of the last."""
    keras = tensorflow().keras
    layers = keras.layers
    x = inputs = keras.Input((SIZE, SIZE, 1), name="input")
    for number, filters in enumerate(FILTERS, start=1):
        x = layers.Conv2D(
            filters, FILTER_SIZE, padding="same", activation="relu", name=f"conv{number}"
        )(x)
        if has_pooling:
            x = layers.MaxPooling2D(2, padding="same", name=f"pool{number}")(x)
    x = layers.Dense(10, name="logits")(layers.Flatten(name="flatten")(x))
    model: Model = keras.Model(inputs, x)
    return model


def read_right(network: Model, digits: Digits, way: str, amount: float) -> float:
    """Return the share of moved digits that a network reads right."""
    images = tensorflow().constant(moved(digits.images, way, amount)[..., None])
    answers = network(images, training=False).numpy().argmax(axis=1)
    return round(float(np.mean(answers == digits.labels)), 4)


def moved(images: Picture, way: str, amount: float) -> Picture:
    """Move digits [n, 28, 28] by cells to the right, turn them by degrees, or scale to per cent."""
    radians = np.radians(amount) if way == "turn" else 0.0
    scale = amount / 100 if way == "scale" else 1.0
    cos, sin = np.cos(radians) / scale, np.sin(radians) / scale
    row, column = np.mgrid[:SIZE, :SIZE] - MIDDLE
    if way == "right":
        column = column - amount
    places = np.array([cos * row - sin * column, sin * row + cos * column]) + MIDDLE
    return sampled(images, np.broadcast_to(places[:, None], (2, len(images), SIZE, SIZE)))


if __name__ == "__main__":
    main()
