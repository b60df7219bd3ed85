"""Vary images of digits inside TensorFlow's graph: turn, shear, stretch, move, thicken or thin."""

from typing import Any

from cnn.ink import SIZE
from cnn.tf import tensorflow

# Standard deviations at strength 1.
TURN, SHEAR, STRETCH, THICKEN = 0.12, 0.13, 0.08, 0.35
# Largest move in pixels at strength 1.
MOVE = 1.6


def vary(images: Any, strength: Any, seed: Any) -> Any:
    """Vary each image at random.

    Args:
        images: float32 tensor [n, 28, 28, 1] in 0..1.
        strength: float32 tensor [n]; 0 leaves an image as it is.
        seed: int32 tensor [2]; the same seed varies in the same way.

    Returns:
        float32 tensor [n, 28, 28, 1] in 0..1.
    """
    tf = tensorflow()
    n = tf.shape(images)[0]
    normal = tf.random.stateless_normal((4, n), seed) * strength
    move = tf.random.stateless_uniform((2, n), seed + 1, -MOVE, MOVE) * strength
    thicken = tf.random.stateless_normal((n, 1, 1, 1), seed + 2) * THICKEN
    return _thickened(_moved(images, normal, move), thicken * strength[:, None, None, None])


def _moved(images: Any, normal: Any, move: Any) -> Any:
    tf = tensorflow()
    cos, sin = tf.cos(normal[0] * TURN), tf.sin(normal[0] * TURN)
    shear = normal[1] * SHEAR
    wide, high = tf.exp(normal[2] * STRETCH), tf.exp(normal[3] * STRETCH)
    # Each pixel of the result is taken from (a x + b y + c, d x + e y + f), about the middle.
    a, b = cos * wide, (cos * shear - sin) * wide
    d, e = sin * high, (sin * shear + cos) * high
    middle = (SIZE - 1) / 2
    c = middle - (a + b) * middle + move[0]
    f = middle - (d + e) * middle + move[1]
    zero = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, c, d, e, f, zero, zero], axis=1),
        output_shape=(SIZE, SIZE),
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
        fill_value=0.0,
    )


def _thickened(images: Any, amount: Any) -> Any:
    """Mix each image with the brightest of its neighbours (above 0), or with the darkest."""
    tf = tensorflow()
    thick = tf.nn.max_pool2d(images, 3, 1, "SAME")
    thin = -tf.nn.max_pool2d(-images, 3, 1, "SAME")
    thicker = images + tf.clip_by_value(amount, 0.0, 0.6) * (thick - images)
    return thicker + tf.clip_by_value(-amount, 0.0, 0.6) * (thin - images)
