"""The tutorial's convolutional network, layer by layer.

    input 28×28×1 -> conv1 28×28×32 -> pool1 14×14×32 -> conv2 14×14×64 -> pool2 7×7×64
                  -> flatten 3,136 -> dense1 1,000 -> logits 10

The layers' names are their addresses everywhere: in activations, on the pages, in links.
"""

from typing import Any

from cnn.ink import SIZE
from cnn.tf import tensorflow

# The tutorial draws weights and biases alike from a normal distribution cut off at two deviations.
STDDEV = 0.03


def build_cnn(seed: int | None = None) -> Any:
    """Build the tutorial's network with fresh weights: 3,199,106 parameters.

    Args:
        seed: Same seed, same weights.

    Returns:
        keras.Model from float32 [n, 28, 28, 1] in 0..1 to logits float32 [n, 10]; the softmax that
        turns logits into probabilities stands outside, with the loss or the predictor.
    """
    keras = tensorflow().keras
    fresh = _fresh_weights(seed)
    x = inputs = keras.Input((SIZE, SIZE, 1), name="input")
    x = conv_pool_block(x, 1, filters=32, fresh=fresh)
    x = conv_pool_block(x, 2, filters=64, fresh=fresh)
    x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(1000, activation="relu", name="dense1", **fresh())(x)
    x = keras.layers.Dense(10, name="logits", **fresh())(x)
    return keras.Model(inputs, x, name="tutorial_cnn")


def conv_pool_block(x: Any, number: int, *, filters: int, fresh: Any) -> Any:
    """Convolve 5×5 with ReLU, then keep the largest value of every 2×2 window.

    Args:
        x: Maps [n, height, width, channels].
        number: Names the layers: conv1 and pool1, conv2 and pool2.
        filters: How many maps come out.
        fresh: Gives the initialisers of a layer's weights and biases.

    Returns:
        Maps [n, ceil(height / 2), ceil(width / 2), filters]. The convolution pads with zeros so
        that its maps keep the size of their input.
    """
    layers = tensorflow().keras.layers
    x = layers.Conv2D(
        filters, 5, padding="same", activation="relu", name=f"conv{number}", **fresh()
    )(x)
    return layers.MaxPooling2D(2, strides=2, padding="same", name=f"pool{number}")(x)


def _fresh_weights(seed: int | None) -> Any:
    """Return a function that gives each layer initialisers of its own."""
    keras = tensorflow().keras
    seeds = keras.random.SeedGenerator(seed)

    def initialisers() -> dict[str, Any]:
        def truncated_normal() -> Any:
            return keras.initializers.TruncatedNormal(stddev=STDDEV, seed=int(seeds.next()[0]))

        return {
            "kernel_initializer": truncated_normal(),
            "bias_initializer": truncated_normal(),
        }

    return initialisers
