"""Networks as other programs make them, of kinds that this one can read with."""

from cnn.model import build
from cnn.recipe import Recipe
from cnn.tf import tensorflow

keras = tensorflow().keras
layers = keras.layers


def chain(*parts, shape=(28, 28, 1), end="dense"):
    """A Sequential of some layers; at its end, unless told otherwise, ten units."""
    ends = [layers.Dense(10)] if end == "dense" else []
    return keras.Sequential([keras.Input(shape), *parts, *ends])


def conv(activation="relu", **more):
    return layers.Conv2D(3, 3, activation=activation, **more)


def functional(outputs, *others):
    inputs = keras.Input((28, 28, 1), name="digits")
    return keras.Model([inputs, *others] if others else inputs, outputs(inputs))


def through(*parts):
    def outputs(x):
        for part in parts:
            x = part(x)
        return x

    return outputs


READ = {
    "other names": lambda: functional(
        through(conv(name="first"), layers.MaxPooling2D(name="softmax"),
                layers.Flatten(name="input"), layers.Dense(10, name="scores"))),
    "names of other layers": lambda: functional(
        through(conv(name="logits"), layers.Flatten(name="conv1"), layers.Dense(10, name="pool1"))),
    "a chain without names": lambda: chain(conv(), layers.Flatten()),
    "an input of no layer": lambda: keras.Sequential([conv(), layers.Flatten(), layers.Dense(10)]),
    "a softmax": lambda: chain(conv(), layers.Flatten(), layers.Dense(10, activation="softmax"),
                               end=""),
    "a layer of softmax": lambda: chain(layers.Flatten(), layers.Dense(10), layers.Softmax(),
                                        end=""),
    "an activation of softmax": lambda: chain(layers.Flatten(), layers.Dense(10),
                                              layers.Activation("softmax"), end=""),
    "relu by itself": lambda: chain(conv(None), layers.ReLU(), layers.Flatten(),
                                    layers.Dense(5), layers.Activation("relu")),
    "dropout": lambda: chain(conv(), layers.SpatialDropout2D(0.5), layers.Flatten(),
                             layers.GaussianNoise(1.0), layers.Dropout(0.5)),
    "no bias": lambda: chain(conv(use_bias=False), layers.Flatten(),
                             layers.Dense(10, use_bias=False), end=""),
    "strides and no padding": lambda: chain(conv(strides=(2, 1)), layers.AveragePooling2D(3, 2),
                                            conv(padding="same"), layers.Flatten()),
    "five convolutions": lambda: chain(*(conv() for _ in range(5)), layers.Flatten()),
    "poolings alone": lambda: chain(layers.MaxPooling2D(), layers.MaxPooling2D(3, 1, "same"),
                                    layers.Flatten()),
    "one layer": lambda: chain(layers.Flatten()),
    "three dense layers": lambda: chain(layers.Flatten(), layers.Dense(7, activation="relu"),
                                        layers.Dense(6, activation="relu")),
    "mixed_bfloat16": lambda: build(Recipe(filters=(2, 3), dense_units=8, initialiser="he"),
                                    "bfloat16"),
    "float64": lambda: chain(conv(dtype="float64"), layers.Flatten(dtype="float64")),
    "float16": lambda: chain(conv(dtype="float16"), layers.Flatten(dtype="float16")),
}  # fmt: skip
