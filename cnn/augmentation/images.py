"""Augment images of digits inside TensorFlow's graph: turn, shear, stretch, move, bend, thicken.

Bending is the elastic distortion of Simard, Steinkraus, Platt, "Best practices for convolutional
neural networks applied to visual document analysis", 2003: a smooth random field moves each pixel.
"""

from cnn.ink.strokes import SIZE
from cnn.tf import Tensor, tensorflow

# Standard deviations at strength 1: radians, shares, shares, pixels, pixels, share.
TURN, SHEAR, STRETCH, MOVE, BEND, THICKEN = 0.12, 0.13, 0.08, 0.5, 0.6, 0.3
# Each image is varied by a share of its strength drawn from this range.
SHARE = (0.0, 1.0)
# Images are enlarged before their pixels are taken, or resampling would soften them: the network
# would then take a sharp picture for a pen's drawing, and MNIST's plain seven for a pen's flag.
ENLARGE = 2
# The field that bends is drawn at so many points across, and smooth between them.
BEND_POINTS = 5


def augment(images: Tensor, strength: Tensor, seed: Tensor) -> Tensor:
    """Augment each image at random: vary it.

    Args:
        images: float32 tensor [n, 28, 28, 1] in 0..1.
        strength: float32 tensor [n], the most that each image is varied; 0 leaves it as it is.
        seed: int32 tensor [2]; the same seed varies in the same way.

    Returns:
        float32 tensor [n, 28, 28, 1] in 0..1.
    """
    tf = tensorflow()
    n = tf.shape(images)[0]
    strength *= tf.maximum(tf.random.stateless_uniform((n,), seed + 3, *SHARE), 0.0)
    normal = tf.random.stateless_normal((6, n), seed) * strength
    bend = tf.random.stateless_normal((n, BEND_POINTS, BEND_POINTS, 2), seed + 1) * BEND
    bend = tf.image.resize(bend * strength[:, None, None, None], (SIZE, SIZE), "bicubic")
    thicken = tf.random.stateless_normal((n,), seed + 2) * strength * THICKEN
    varied = _thickened(_sampled(images, _places(normal) + bend), thicken[:, None, None, None])
    # Not even resampled.
    return tf.where(strength[:, None, None, None] > 0, varied, images)


def _places(normal: Tensor) -> Tensor:
    """Where in the image each pixel of the result is taken from: (row, column), [n, 28, 28, 2]."""
    tf = tensorflow()
    middle = (SIZE - 1) / 2
    across = tf.range(SIZE, dtype=tf.float32) - middle
    row, column = across[None, :, None], across[None, None, :]
    turn, shear, tall, wide, down, right = (normal[i][:, None, None] for i in range(6))
    row, column = (
        (row * tf.cos(turn * TURN) + column * tf.sin(turn * TURN)) * tf.exp(tall * STRETCH),
        (column * tf.cos(turn * TURN) - row * tf.sin(turn * TURN)) * tf.exp(wide * STRETCH),
    )
    column += row * shear * SHEAR
    return tf.stack([row + middle + down * MOVE, column + middle + right * MOVE], axis=-1)


def _sampled(images: Tensor, places: Tensor) -> Tensor:
    """Take pixels between pixels, from the images enlarged, which softens lines less."""
    tf = tensorflow()
    # Enlarging is linear in rows and in columns: two products with one matrix are the fastest way.
    rows = tf.image.resize(tf.eye(SIZE)[..., None], (SIZE * ENLARGE, SIZE), "bicubic")[..., 0]
    large = tf.matmul(rows @ images[..., 0], rows, transpose_b=True)
    # A rim of paper, and all places brought onto it or inside.
    padded = tf.pad(tf.clip_by_value(large, 0.0, 1.0), ((0, 0), (1, 1), (1, 1)))
    width = SIZE * ENLARGE + 2
    flat = tf.reshape(padded, (-1,))
    places = places * ENLARGE + (ENLARGE - 1) / 2 + 1
    places = tf.clip_by_value(places, 0.0, width - 1.001)
    corner = tf.floor(places)
    down, right = tf.unstack(places - corner, axis=-1)
    row, column = tf.unstack(tf.cast(corner, tf.int32), axis=-1)
    image = tf.range(tf.shape(images)[0])[:, None, None]
    first = (image * width + row) * width + column

    def pixels(offset: int) -> Tensor:
        return tf.gather(flat, first + offset)

    upper = pixels(0) * (1 - right) + pixels(1) * right
    lower = pixels(width) * (1 - right) + pixels(width + 1) * right
    return (upper * (1 - down) + lower * down)[..., None]


def _thickened(images: Tensor, amount: Tensor) -> Tensor:
    """Mix each image with the brightest of its neighbours (above 0), or with the darkest."""
    tf = tensorflow()
    thick, thin = brightest(images), -brightest(-images)
    thicker = images + tf.clip_by_value(amount, 0.0, 0.6) * (thick - images)
    return thicker + tf.clip_by_value(-amount, 0.0, 0.3) * (thin - images)


def brightest(images: Tensor) -> Tensor:
    """Take the largest value of each 3×3 window: of its rows, then of its columns.

    On images of one channel this takes a fraction of the time of TensorFlow's max-pooling.
    """
    tf = tensorflow()
    rim = ((0, 0), (1, 1), (1, 1), (0, 0))
    padded = tf.pad(images, rim, constant_values=images.dtype.min)
    tall = tf.maximum(tf.maximum(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    return tf.maximum(tf.maximum(tall[:, :, :-2], tall[:, :, 1:-1]), tall[:, :, 2:])
