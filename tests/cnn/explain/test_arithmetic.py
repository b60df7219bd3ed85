"""Every explanation adds up, by plain numpy from the weights, to what TensorFlow computed."""

import numpy as np
import pytest

from cnn.explain.arithmetic import explain
from cnn.explain.attribution import contributions
from cnn.explain.layers import Layer, Windows, before_relu, layers_of, values_of
from cnn.explain.receptive_field import (
    Cell,
    CellError,
    cell_from_address,
    receptive_fields,
    strongest_cell,
)
from cnn.model import ModelError, build, build_cnn, build_fc, conv_pool_block
from cnn.predictor import Predictor
from cnn.recipe import Recipe
from cnn.tf import tensorflow


def keras_defaults(_):
    return {}


def other_filters():
    """A network of odd sizes: strides, windows that hang over the edge, other filter counts."""
    keras = tensorflow().keras
    inputs = x = keras.Input((28, 28, 1), name="input")
    x = conv_pool_block(x, 1, Recipe(filters=(6, 1)), keras_defaults, "float32")
    x = keras.layers.Conv2D(5, 4, strides=3, padding="same", activation="relu", name="conv2")(x)
    x = keras.layers.MaxPooling2D(2, padding="same", name="pool2")(x)
    x = keras.layers.Conv2D(7, 2, padding="valid", use_bias=False, name="conv3")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(10, name="logits")(x)
    return keras.Model(inputs, x)


def averaged():
    """A network of average pooling, once with windows that hang over the edge."""
    keras = tensorflow().keras
    inputs = x = keras.Input((28, 28, 1), name="input")
    recipe = Recipe(filters=(3, 1), filter_size=3, pooling="average")
    x = conv_pool_block(x, 1, recipe, keras_defaults, "float32")
    x = keras.layers.Conv2D(4, 3, strides=3, activation="relu", name="conv2")(x)
    x = keras.layers.AveragePooling2D(3, strides=2, padding="same", name="pool2")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    return keras.Model(inputs, keras.layers.Dense(10, name="logits")(x))


def deep():
    """A network of four convolutions, the last two pooled by windows that hang over the edge."""
    return build(Recipe(filters=(2, 3, 4, 5), dense_units=8, initialiser="he", seed=5))


@pytest.fixture(
    scope="module",
    params=[build_cnn, build_fc, other_filters, averaged, deep],
    ids=["cnn", "fc", "other filters", "averaged", "deep"],
)
def seen(request):
    """A model, its layers, an image, and what TensorFlow computed from it."""
    tensorflow().keras.utils.set_random_seed(5)
    model = request.param()
    image = np.random.default_rng(2).random((28, 28), np.float32)
    values = values_of(image, Predictor(model, "test").read(image))
    return model, layers_of(model), image, values


def cells(layer):
    """Corners, edges and the middle of the first and last channel."""
    if not layer.is_map:
        return [Cell(layer.name, i) for i in (0, layer.shape[0] // 2, layer.shape[0] - 1)]
    height, width, channels = layer.shape
    rows, columns = {0, height // 2, height - 1}, {0, width // 2, width - 1}
    return [Cell(layer.name, k, r, c) for k in {0, channels - 1} for r in rows for c in columns]


def cells_value(values, layer, cell):
    return values[layer.name][cell.place if layer.is_map else cell.channel]


def test_every_explanation_gives_tensorflows_value_borders_included(seen):
    _, layers, _, values = seen
    for layer in layers.values():
        for cell in cells(layer):
            expected = cells_value(values, layer, cell)
            assert explain(layers, values, cell).after == pytest.approx(expected, abs=1e-4)


def test_a_convolution_is_its_patch_times_its_kernel_with_zeros_beyond_the_border(seen):
    model, layers, _, values = seen
    for layer in (layer for layer in layers.values() if layer.kind == "convolution"):
        kernel, *bias = model.get_layer(layer.name).get_weights()
        source = values[layer.source]
        down, across = layer.windows.stride
        for cell in cells(layer):
            explanation = explain(layers, values, cell)
            total = float(bias[0][cell.channel]) if bias else 0.0
            for dy, dx in np.ndindex(kernel.shape[:2]):
                row = cell.row * down - layer.windows.padding[0] + dy
                column = cell.column * across - layer.windows.padding[1] + dx
                inside = 0 <= row < source.shape[0] and 0 <= column < source.shape[1]
                assert explanation.inside[dy, dx] == inside
                expected = source[row, column] if inside else np.zeros(source.shape[2])
                np.testing.assert_array_equal(explanation.patch[dy, dx], expected)
                total += float(expected @ kernel[dy, dx, :, cell.channel])
            assert explanation.before == pytest.approx(total, abs=1e-4)
            assert explanation.partial_sums.sum() + explanation.bias == pytest.approx(
                explanation.before
            )


def test_a_pooled_cell_names_the_cell_that_won(seen):
    _, layers, _, values = seen
    for layer in (layer for layer in layers.values() if layer.kind == "pooling"):
        for cell in cells(layer):
            explanation = explain(layers, values, cell)
            assert values[layer.source][explanation.winner.place] == values[layer.name][cell.place]


def test_an_averaged_cell_is_the_mean_of_what_lies_on_the_map():
    values = {"conv1": np.arange(9, dtype=np.float32).reshape(3, 3, 1)}
    layer = Layer("pool1", "averaging", "conv1", (2, 2, 1), windows=Windows((2, 2), (2, 2), (0, 0)))
    whole = explain({"pool1": layer}, values, Cell("pool1", 0, 0, 0))
    assert (whole.inside.tolist(), whole.after) == ([0, 1, 3, 4], 2)
    corner = explain({"pool1": layer}, values, Cell("pool1", 0, 1, 1))
    assert (corner.inside.tolist(), corner.after) == ([8], 8)


def test_maps_before_relu_become_the_activations_by_relu(seen):
    _, layers, _, values = seen
    for layer in (layer for layer in layers.values() if layer.weights is not None):
        before = before_relu(layer, values)
        after = np.maximum(before, 0) if layer.relu else before
        np.testing.assert_allclose(after, values[layer.name], atol=1e-4)


def test_contributions_of_any_layer_add_up_to_the_digits_logit_where_there_are_no_biases(seen):
    model, _, image, _ = seen
    unbiased = tensorflow().keras.models.clone_model(model)
    unbiased.set_weights([w * (w.ndim > 1) for w in model.get_weights()])
    logit = Predictor(unbiased, "test").read(image).activations["logits"][3]
    shares = contributions(unbiased, image, 3)
    assert list(shares) == [layer.name for layer in model.layers]
    for share in shares.values():
        assert share.sum() == pytest.approx(logit, abs=1e-4)


def test_the_tutorials_cells_see_what_their_kernels_strides_and_padding_let_them_see():
    layers = layers_of(build_cnn(seed=1))
    sizes = {}
    for name in ("conv1", "pool1", "conv2", "pool2"):
        field = receptive_fields(layers, Cell(name, 0, 3, 3))["input"]
        sizes[name] = (field.height, field.width)
    assert sizes == {"conv1": (5, 5), "pool1": (6, 6), "conv2": (14, 14), "pool2": (16, 16)}


def test_a_field_is_where_the_image_changes_the_cell_and_nowhere_else(seen):
    model, layers, _, _ = seen
    predictor = Predictor(model, "test")
    rng = np.random.default_rng(7)
    for layer in (layer for layer in layers.values() if layer.windows is not None):
        cell = Cell(layer.name, 1, layer.shape[0] - 1, 1)
        field = receptive_fields(layers, cell)["input"]
        rows, columns = np.mgrid[:28, :28]
        inside = (rows >= field.top) & (rows < field.top + field.height)
        inside &= (columns >= field.left) & (columns < field.left + field.width)
        image = rng.random((28, 28), np.float32)
        elsewhere = np.where(inside, image, rng.random((28, 28), np.float32))
        value = predictor.read(image).activations[layer.name][cell.place]
        same = predictor.read(elsewhere.astype(np.float32)).activations[layer.name][cell.place]
        assert same == pytest.approx(value, abs=1e-5)


def test_a_flattened_cell_and_a_dense_unit_see_their_own_and_all_cells():
    layers = layers_of(build_cnn(seed=1))
    flat = receptive_fields(layers, Cell("flatten", 64 * 8 + 5))
    assert (flat["pool2"].top, flat["pool2"].left, flat["pool2"].height) == (1, 1, 1)
    assert receptive_fields(layers, Cell("logits", 3))["pool2"].height == 7


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"layer": "conv9"}, "no layer “conv9” in this network: it has input, conv1"),
        ({"layer": "conv2", "channel": "64"}, "conv2 has channel 0 to 63, not 64"),
        ({"layer": "conv2", "row": "-1"}, "row in this address, “-1”, is not a whole number"),
        ({"layer": "conv2", "col": "x"}, "col in this address, “x”, is not a whole number"),
        ({"layer": "logits", "row": "1"}, "logits has row 0 to 0, not 1"),
        ({"layer": "pool2", "channel": "9" * 5000}, "pool2 has channel 0 to 63"),
    ],
)
def test_an_address_that_leads_nowhere_gets_one_sentence(words, sentence):
    with pytest.raises(CellError, match=sentence):
        cell_from_address(layers_of(build_cnn(seed=1)), words)


def test_the_strongest_cell_of_a_layer_holds_its_largest_value(seen):
    _, layers, _, values = seen
    for layer in layers.values():
        cell = strongest_cell(layer, values)
        assert cells_value(values, layer, cell) == values[layer.name].max()


def test_a_layer_of_another_kind_is_named_in_one_sentence():
    keras = tensorflow().keras
    inputs = keras.Input((28, 28, 1))
    model = keras.Model(inputs, keras.layers.UpSampling2D(2, name="larger")(inputs))
    with pytest.raises(ModelError, match="“larger” is a UpSampling2D"):
        layers_of(model)
