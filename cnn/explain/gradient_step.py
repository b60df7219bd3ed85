"""One step of training, taken apart: the cost of some digits, its gradients, the cost afterwards.

The step is the plainest there is: every weight loses the learning rate times its gradient. The
network that reads is not touched by it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cnn.explain.layers import Values, layers_of
from cnn.ink.strokes import SIZE, Picture
from cnn.tf import Model, Tensor, tensorflow


class NoConvolutionError(ValueError):
    """The network has no filters whose gradients could be shown."""


@dataclass(frozen=True)
class GradientStep:
    """A step, and what it is made of.

    Attributes:
        losses: Cross-entropy of each digit before the step, in nats, float32 [n].
        loss_after: Their mean after all weights and biases were changed.
        filters: Gradient of their mean by the first convolution's weights, float32
            [size, size, 1, filters].
        logits: The same by the weights of the logits, float32 [units, 10].
        maps: By what each convolution gave for the first digit, after ReLU, float32
            [height, width, channels]; by the layers' names.
    """

    losses: NDArray[np.float32]
    loss_after: float
    filters: NDArray[np.float32]
    logits: NDArray[np.float32]
    maps: Values

    @property
    def loss(self) -> float:
        """Mean cross-entropy of the digits before the step, in nats."""
        return float(self.losses.mean())


def gradient_step(
    model: Model, images: Picture, labels: NDArray[np.int64], learning_rate: float
) -> GradientStep:
    """Take one step of gradient descent on a copy of a network's weights.

    Args:
        model: keras.Model from images to logits; never changed.
        images: float32 [n, 28, 28] in 0..1, one or more.
        labels: What they are, int64 [n], 0 to 9.
        learning_rate: Above 0.

    Raises:
        NoConvolutionError: The network is fully connected.
    """
    tf = tensorflow()
    parts = layers_of(model).values()
    first = next(layer for layer in parts if layer.weights is not None)
    if first.kind != "convolution":
        raise NoConvolutionError(
            "This network is fully connected, without filters: choose another one to see a step."
        )
    convolutions = [layer.name for layer in parts if layer.kind == "convolution"]
    step = _compiled(model, tuple(convolutions))
    given = (images[..., None], labels, np.float32(learning_rate))
    losses, after, filters, logits, maps = step(*map(tf.constant, given))
    return GradientStep(
        losses=losses.numpy(),
        loss_after=float(after),
        filters=filters.numpy(),
        logits=logits.numpy(),
        maps={name: values.numpy() for name, values in maps.items()},
    )


@lru_cache(maxsize=2)
def _compiled(model: Model, convolutions: tuple[str, ...]) -> Callable[..., tuple[Tensor, ...]]:
    tf = tensorflow()

    def cost(logits: Tensor, labels: Tensor) -> Tensor:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)

    def step(images: Tensor, labels: Tensor, rate: Tensor) -> tuple[Tensor, ...]:
        # Kernel and bias of each layer, from the first to the last.
        weights = [variable.value for variable in model.trainable_variables]
        x, maps = images, {}
        with tf.GradientTape() as tape:
            for layer in model.layers[1:]:
                x = layer(x, training=False)
                if layer.name in convolutions:
                    maps[layer.name] = x
            losses = cost(x, labels)
            loss = tf.reduce_mean(losses)
        gradients, by_map = tape.gradient(loss, [weights, maps])
        changed = [w - rate * gradient for w, gradient in zip(weights, gradients, strict=True)]
        logits, _ = model.stateless_call(changed, [], images, training=False)
        firsts = {name: values[0] for name, values in by_map.items()}
        after = tf.reduce_mean(cost(logits, labels))
        return losses, after, gradients[0], gradients[-2], firsts

    signature = [
        tf.TensorSpec((None, SIZE, SIZE, 1), tf.float32),
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((), tf.float32),
    ]
    return tf.function(step, input_signature=signature, autograph=False)
