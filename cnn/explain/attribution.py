"""Which pixels matter to an answer: integrated gradients, Grad-CAM and occlusion.

Each method asks why one digit's score is as high as it is and answers with a map [28, 28] over the
image. The score is a logit, or the difference of two: "why a 3 and not an 8".
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cnn.explain.layers import Values
from cnn.ink.strokes import SIZE, Picture
from cnn.predictor import BATCH, Predictor
from cnn.tf import KerasLayer, Model, Tensor, tensorflow

# Points on the way from black to the image at which integrated gradients are taken: with a quarter
# of these, the sum of a map strayed by up to 8 % from the score's change.
STEPS = 256
# Side of the black square that occlusion moves over the image: as wide as two lines of MNIST.
PATCH = 5
BLACK: Picture = np.zeros((SIZE, SIZE), np.float32)


class NoConvolutionError(ValueError):
    """Grad-CAM was asked of a network that has no convolution."""


@dataclass(frozen=True)
class Question:
    """Why this digit, or why this digit rather than another?

    Attributes:
        digit: 0 to 9.
        rather_than: Another digit, or None to ask for the digit's logit alone.
    """

    digit: int
    rather_than: int | None = None

    def __post_init__(self) -> None:
        """Check the digits.

        Raises:
            ValueError: One is none of 0 to 9, or both are the same.
        """
        for digit in (self.digit, self.rather_than):
            if digit not in {*range(10), None}:
                raise ValueError(f"A question is about digits 0 to 9, not {digit}.")
        if self.digit == self.rather_than:
            raise ValueError(f"“{self.digit} rather than {self.digit}” compares a digit to itself.")

    @property
    def direction(self) -> NDArray[np.float32]:
        """float32 [10]: the score is logits · direction."""
        direction = np.zeros(10, np.float32)
        direction[self.digit] = 1
        if self.rather_than is not None:
            direction[self.rather_than] = -1
        return direction


class Attributor:
    """Attributes a network's scores to pixels; safe to share between threads.

    Attributes:
        last_convolution: Name of the layer that Grad-CAM looks at; None if there is none.
    """

    def __init__(self, predictor: Predictor) -> None:
        """Compile each method and run it once, so that the first question is answered fast."""
        tf = tensorflow()
        model = predictor.model
        convolutions = [x for x in model.layers if isinstance(x, tf.keras.layers.Conv2D)]
        self.last_convolution: str | None = convolutions[-1].name if convolutions else None
        image = tf.TensorSpec((SIZE, SIZE), tf.float32)
        images = tf.TensorSpec((None, SIZE, SIZE, 1), tf.float32)
        direction = tf.TensorSpec((10,), tf.float32)
        self._scores = _compiled(_scores(model), images, direction)
        self._integrate = _compiled(_integrated_gradients(model), image, direction)
        if convolutions:
            self._grad_cam = _compiled(_grad_cam(model, convolutions[-1]), images, direction)
            self.grad_cam(BLACK, Question(0))
        self.occlusion(BLACK, Question(0))
        self.integrated_gradients(BLACK, Question(0))

    def score(self, image: Picture, question: Question) -> float:
        """Return the digit's logit, less the other digit's if there is one."""
        return float(self._score_all(image[None], question)[0])

    def integrated_gradients(self, image: Picture, question: Question) -> NDArray[np.float32]:
        """Share the score's change from a black image to this one among the pixels.

        M. Sundararajan, A. Taly, Q. Yan, "Axiomatic Attribution for Deep Networks", 2017. Black
        pixels get nothing, as they do not change.

        Args:
            image: float32 [28, 28] in 0..1.
            question: What to ask.

        Returns:
            float32 [28, 28], in logits. It sums to score(image) − score(BLACK), but for the error
            of `STEPS` steps.
        """
        return self._integrate(image, question.direction).numpy()

    def grad_cam(self, image: Picture, question: Question) -> NDArray[np.float32]:
        """Weigh the last convolution's maps by their mean gradients, sum, and keep what is above 0.

        R. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
        Localization", 2017.

        Args:
            image: float32 [28, 28] in 0..1.
            question: What to ask.

        Returns:
            float32 [28, 28], not below 0, enlarged from the layer's maps by bilinear interpolation.

        Raises:
            NoConvolutionError: The network has no convolution.
        """
        if self.last_convolution is None:
            raise NoConvolutionError(
                "Grad-CAM needs a convolution, and this network has none: it is fully connected."
            )
        return self._grad_cam(image[None, :, :, None], question.direction).numpy()

    def occlusion(self, image: Picture, question: Question) -> NDArray[np.float32]:
        """Cover the image with a black square, at each place in turn, and see the score fall.

        M. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", 2014. Black is
        paper, so that covering is rubbing out.

        Args:
            image: float32 [28, 28] in 0..1.
            question: What to ask.

        Returns:
            float32 [28, 28], in logits: the score less the score with the `PATCH`×`PATCH` square
            centred on this pixel covered; above 0 where the ink speaks for the answer.
        """
        fall = np.zeros((SIZE, SIZE), np.float32)
        # Covering paper changes nothing.
        rows, columns = np.nonzero(_windows(image).max(axis=(2, 3)))
        covered = np.repeat(image[None], len(rows) + 1, axis=0)  # the first stays as it is
        margin = PATCH // 2
        for i, (row, column) in enumerate(zip(rows, columns, strict=True), start=1):
            top, left = max(row - margin, 0), max(column - margin, 0)
            covered[i, top : row + margin + 1, left : column + margin + 1] = 0
        scores = self._score_all(covered, question)
        fall[rows, columns] = scores[0] - scores[1:]
        return fall

    def _score_all(self, images: Picture, question: Question) -> NDArray[np.float32]:
        parts = [
            self._scores(images[i : i + BATCH, :, :, None], question.direction).numpy()
            for i in range(0, len(images), BATCH)
        ]
        return np.concatenate(parts)


def contributions(model: Model, image: NDArray[np.float32], digit: int) -> Values:
    """Share a digit's logit out among the cells of every layer: value times gradient.

    As the network is linear between the kinks of ReLU and pooling, the shares of any one layer,
    and the biases after it, add up to the logit exactly (Ancona et al., "Towards better
    understanding of gradient-based attribution methods", ICLR 2018).

    Args:
        model: keras.Model from images to logits.
        image: [28, 28].
        digit: 0 to 9.

    Returns:
        float32 arrays, shaped as the layers' outputs, for all layers from the input to the logits.
    """
    tf = tensorflow()
    shares = _shares(model)(tf.constant(image[None, :, :, None], tf.float32), tf.constant(digit))
    return {name: share.numpy()[0] for name, share in shares.items()}


def _windows(image: Picture) -> NDArray[np.float32]:
    """The square around each pixel, with paper beyond the edges: [28, 28, PATCH, PATCH]."""
    padded = np.pad(image, PATCH // 2)
    return np.lib.stride_tricks.sliding_window_view(padded, (PATCH, PATCH))


def _compiled(function: Callable[..., Tensor], *signature: Tensor) -> Callable[..., Tensor]:
    return tensorflow().function(function, input_signature=signature, autograph=False)


def _scores(model: Model) -> Callable[..., Tensor]:
    tf = tensorflow()
    return lambda images, direction: tf.linalg.matvec(model(images, training=False), direction)


def _integrated_gradients(model: Model) -> Callable[..., Tensor]:
    tf = tensorflow()
    # The middles of equal steps.
    alphas = ((np.arange(STEPS) + 0.5) / STEPS).astype(np.float32)[:, None, None, None]

    def integrate(image: Tensor, direction: Tensor) -> Tensor:
        path = alphas * image[None, :, :, None]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(path)
            scores = tf.linalg.matvec(model(path, training=False), direction)
        gradients = tape.gradient(scores, path)  # [STEPS, 28, 28, 1]
        return image * tf.reduce_mean(gradients, axis=0)[:, :, 0]

    return integrate


def _grad_cam(model: Model, convolution: KerasLayer) -> Callable[..., Tensor]:
    tf = tensorflow()
    both = tf.keras.Model(model.inputs, [convolution.output, model.output])

    def grad_cam(images: Tensor, direction: Tensor) -> Tensor:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(images)
            maps, logits = both(images, training=False)
            score = tf.linalg.matvec(logits, direction)
        weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2), keepdims=True)
        heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=3, keepdims=True))  # [1, h, w, 1]
        return tf.image.resize(heat, (SIZE, SIZE))[0, :, :, 0]

    return grad_cam


@lru_cache(maxsize=2)
def _shares(model: Model) -> Callable[..., Tensor]:
    tf = tensorflow()

    def shares(x: Tensor, digit: Tensor) -> Tensor:
        first, *others = model.layers
        values = {first.name: x}
        with tf.GradientTape() as tape:
            tape.watch(x)
            for layer in others:
                x = values[layer.name] = layer(x, training=False)
            logit = x[0, digit]
        gradients = tape.gradient(logit, values)
        return {name: value * gradients[name] for name, value in values.items()}

    return tf.function(shares, autograph=False)
