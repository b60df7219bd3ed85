"""What excites a filter: the real digits that do so most, and an image made to do so.

People predict what a filter does better from real examples than from made images (Borowski et al.,
"Exemplary natural images explain CNN activations better than state-of-the-art feature
visualization", 2021), so both are here. A made image is found by gradient ascent on the pixels
(Erhan et al., "Visualizing higher-layer features of a deep network", 2009).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnn.explain.layers import Layer, layers_of
from cnn.explain.receptive_field import Cell, ReceptiveField, receptive_fields
from cnn.ink.strokes import SIZE, Picture
from cnn.tf import Model, Tensor, tensorflow

# Images a call: a first layer's maps for so many fill 25 MB.
BATCH = 250
# Steps of gradient ascent, each as long (root mean square over the field) as this share of the
# way from paper to ink; more of them change nothing that one would see.
STEPS = 80
STRIDE = 0.05
# What a pixel of full ink costs, as a share of the largest slope at the start: pixels that hardly
# matter stay paper.
COST = 0.05
# The start is faint grain: on even grey a layer before may be silent, and give no slope to follow.
# Where faint grain fades to paper, which excites no filter, it is begun with more of it.
GRAINS = (0.2, 0.5, 1.0)


@dataclass(frozen=True)
class Peaks:
    """Where each image excites each filter of a layer most.

    Attributes:
        values: The largest activation, after ReLU if the layer has one, float32 [images, filters].
        cells: Its place in the filter's map, counted row by row, int64 [images, filters].
        shape: Rows and columns of the map; (1, 1) for a dense layer, whose units are its filters.
    """

    values: NDArray[np.float32]
    cells: NDArray[np.int64]
    shape: tuple[int, int]


@dataclass(frozen=True)
class Exemplar:
    """An image that excites a filter, and the place in it.

    Attributes:
        index: Of the image, in the set searched.
        activation: At the most excited cell.
        field: What that cell sees of the image and, beyond its edges, of the padding.
    """

    index: int
    activation: float
    field: ReceptiveField


def filter_banks(layers: Mapping[str, Layer]) -> dict[str, NDArray[np.float32]]:
    """Return the weights that look at pictures, [height, width, slices, filters] by layer name.

    These are the convolutions' filters; in a network without any, they are the weights of the first
    dense layer, whose units each weigh the whole image.
    """
    convolutions = {
        layer.name: layer.weights
        for layer in layers.values()
        if layer.kind == "convolution" and layer.weights is not None
    }
    if convolutions:
        return convolutions
    first = next(layer for layer in layers.values() if layer.weights is not None)
    assert first.weights is not None
    seen = layers[layers[first.source].source].shape
    return {first.name: first.weights.reshape(*seen, -1)}


def peaks(model: Model, layer: str, images: Picture) -> Peaks:
    """Find where each image excites each filter of a layer most.

    Args:
        model: keras.Model that takes [n, 28, 28, 1].
        layer: Name of a convolution, or of a dense layer.
        images: float32 [n, 28, 28] in 0..1.
    """
    tf = tensorflow()
    part = tf.keras.Model(model.inputs[0], model.get_layer(layer).output)
    rows, columns = _map_shape(model, layer)

    def strongest(batch: Tensor) -> tuple[Tensor, Tensor]:
        maps = part(batch, training=False)
        cells = tf.reshape(maps, (-1, rows * columns, maps.shape[-1]))
        return tf.reduce_max(cells, axis=1), tf.argmax(cells, axis=1)

    compiled = tf.function(
        strongest,
        input_signature=[tf.TensorSpec((None, SIZE, SIZE, 1), tf.float32)],
        autograph=False,
    )
    found = [
        compiled(tf.constant(images[i : i + BATCH, :, :, None]))
        for i in range(0, len(images), BATCH)
    ]
    values, cells = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Peaks(values, cells, (rows, columns))


def exemplars(model: Model, layer: str, found: Peaks, channel: int, count: int) -> list[Exemplar]:
    """Choose the images that excite one filter most, the most exciting first.

    Images that do not excite it at all are left out, so a silent filter has none.
    """
    strength = found.values[:, channel]
    best = np.argsort(-strength, kind="stable")[:count]
    chosen = []
    for i in best[strength[best] > 0].tolist():
        row, column = divmod(int(found.cells[i, channel]), found.shape[1])
        field = _field_on_image(model, layer, row, column)
        chosen.append(Exemplar(i, float(strength[i]), field))
    return chosen


def seen(image: Picture, field: ReceptiveField) -> Picture:
    """Cut out of an image [28, 28] what a cell sees of it; padding, beyond its edges, is paper."""
    reach = max(field.height, field.width)
    top, left = field.top + reach, field.left + reach
    return np.pad(image, reach)[top : top + field.height, left : left + field.width]


def activation_maximization(
    model: Model, layer: str, channel: int
) -> tuple[Picture, ReceptiveField]:
    """Make an image that excites a filter's middle cell as much as it can.

    The sum before ReLU is raised, as a silent cell has no slope to follow. The pixels start as
    faint grain, always the same, stay within 0..1, and cost a little, so that they are lit only for
    a reason.

    Returns:
        The image, float32 [28, 28], paper outside of what the cell sees; and what the cell sees.
    """
    tf = tensorflow()
    sums = _before_relu(model, layer)
    rows, columns = _map_shape(model, layer)
    row, column = rows // 2, columns // 2
    field = _field_on_image(model, layer, row, column)
    mask = np.zeros((1, SIZE, SIZE, 1), np.float32)
    rows_seen = slice(max(field.top, 0), field.top + field.height)
    columns_seen = slice(max(field.left, 0), field.left + field.width)
    mask[0, rows_seen, columns_seen] = 1
    area = tf.constant(mask)

    def height(image: Tensor) -> Tensor:
        maps = tf.reshape(sums(image, training=False), (rows, columns, -1))
        return maps[row, column, channel]

    def gradient(image: Tensor) -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(image)
            peak = height(image)
        return tape.gradient(peak, image) * area

    slope = tf.function(gradient, autograph=False)
    for grain in GRAINS:
        image = _climb(slope, np.random.default_rng(0).uniform(0, grain, mask.shape), area)
        if height(image) > 0:
            break
    return image.numpy()[0, :, :, 0], field


def _climb(slope: Callable[..., Tensor], start: NDArray[np.float64], area: Tensor) -> Tensor:
    """Follow a slope upwards from a start, within an area of the image [1, 28, 28, 1]."""
    tf = tensorflow()
    image = tf.constant(start, tf.float32) * area
    cost = COST * tf.reduce_max(tf.abs(slope(image)))
    for _ in range(STEPS):
        step = slope(image) - cost * area
        length = tf.sqrt(tf.reduce_sum(step**2) / tf.reduce_sum(area))
        image = tf.clip_by_value(image + STRIDE * step / (length + 1e-12), 0.0, 1.0)
    return image


def _field_on_image(model: Model, layer: str, row: int, column: int) -> ReceptiveField:
    *_, field = receptive_fields(layers_of(model), Cell(layer, 0, row, column)).values()
    return field


def _map_shape(model: Model, layer: str) -> tuple[int, int]:
    """Rows and columns of a layer's maps; a dense layer's units are maps of one cell."""
    found = layers_of(model)[layer]
    return (found.shape[0], found.shape[1]) if found.is_map else (1, 1)


def _before_relu(model: Model, name: str) -> Callable[..., Tensor]:
    """Cut a model off after a layer, whose ReLU is left out."""
    tf = tensorflow()
    layer = model.get_layer(name)
    linear = type(layer).from_config({**layer.get_config(), "activation": "linear"})
    part = tf.keras.Model(model.inputs[0], linear(layer.input))
    linear.set_weights(layer.get_weights())
    return part
