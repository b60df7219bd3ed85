import numpy as np
import pytest

from cnn.data.builtin import load_builtin
from cnn.explain.feature_visualization import (
    activation_maximization,
    exemplars,
    filter_banks,
    peaks,
    seen,
)
from cnn.explain.layers import layers_of
from cnn.explain.receptive_field import Cell, ReceptiveField, receptive_fields
from cnn.model import build_fc
from cnn.predictor import shipped_predictor
from cnn.tf import tensorflow


@pytest.fixture(scope="module")
def digits():
    return load_builtin().test.images[:60]


@pytest.fixture(scope="module")
def shipped():
    return shipped_predictor().model


@pytest.fixture(scope="module")
def odd():
    """A network with other filters, strides and padding than the tutorial's."""
    keras = tensorflow().keras
    keras.utils.set_random_seed(4)
    x = inputs = keras.Input((28, 28, 1), name="input")
    for layer in (
        keras.layers.Conv2D(4, (3, 5), activation="relu", name="conv1"),
        keras.layers.MaxPooling2D(3, strides=2, padding="same", name="pool1"),
        keras.layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="conv2"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(10, name="logits"),
    ):
        x = layer(x)
    return keras.Model(inputs, x)


def maps(model, layer, images):
    part = tensorflow().keras.Model(model.inputs[0], model.get_layer(layer).output)
    return part(images[..., None], training=False).numpy()


def field(model, layer, row, column):
    return receptive_fields(layers_of(model), Cell(layer, 0, row, column))["input"]


@pytest.mark.parametrize("layer", ["conv1", "conv2"])
def test_exemplars_are_the_digits_and_places_with_the_largest_activations(odd, digits, layer):
    found = peaks(odd, layer, digits)
    values = maps(odd, layer, digits)
    for channel in range(values.shape[-1]):
        strongest = values[..., channel].max(axis=(1, 2))
        chosen = exemplars(odd, layer, found, channel, 5)
        assert [e.activation for e in chosen] == pytest.approx(
            [value for value in np.sort(strongest)[::-1][:5] if value > 0], abs=1e-5
        )
        for exemplar in chosen:
            at = values[exemplar.index, ..., channel]
            row, column = np.unravel_index(at.argmax(), at.shape)
            assert exemplar.field == field(odd, layer, int(row), int(column))


def test_the_filter_banks_are_the_convolutions_or_else_the_pictures_of_the_first_units(odd):
    banks = filter_banks(layers_of(odd))
    assert {name: bank.shape for name, bank in banks.items()} == {
        "conv1": (3, 5, 1, 4),
        "conv2": (3, 3, 4, 6),
    }
    dense = build_fc(seed=1)
    (name, pictures), *others = filter_banks(layers_of(dense)).items()
    assert (name, pictures.shape, others) == ("dense1", (28, 28, 1, 300), [])
    weights = dense.get_layer("dense1").get_weights()[0]
    np.testing.assert_array_equal(pictures[3, 4, 0], weights[3 * 28 + 4])


def test_a_silent_filter_has_no_exemplars(odd, digits):
    found = peaks(odd, "conv1", digits)
    found.values[:, 2] = 0
    assert exemplars(odd, "conv1", found, 2, 5) == []


def test_a_dense_unit_sees_the_whole_image(digits):
    model = build_fc(seed=1)
    activations = maps(model, "dense1", digits)
    unit = int(activations.max(axis=0).argmax())
    (best, *_) = exemplars(model, "dense1", peaks(model, "dense1", digits), unit, 3)
    assert best.field == ReceptiveField(0, 0, 28, 28)
    assert best.activation == pytest.approx(activations[:, unit].max(), abs=1e-5)


def test_the_image_made_for_a_first_layers_filter_is_ink_where_its_weights_ask_for_it(shipped):
    kernel = shipped.get_layer("conv1").get_weights()[0][:, :, 0, 3]
    image, place = activation_maximization(shipped, "conv1", 3)
    patch = seen(image, place)
    assert patch.shape == (5, 5)
    clear = np.abs(kernel) > 0.2 * np.abs(kernel).max()
    np.testing.assert_array_equal(patch[clear], (kernel[clear] > 0).astype(np.float32))
    assert image.sum() == pytest.approx(patch.sum())


@pytest.mark.parametrize("channel", [0, 9, 33])
def test_the_made_image_excites_a_filter_more_than_any_real_digit(shipped, digits, channel):
    image, place = activation_maximization(shipped, "conv2", channel)
    assert image.min() >= 0
    assert image.max() <= 1
    made = maps(shipped, "conv2", image[None])[0, 7, 7, channel]
    assert place == field(shipped, "conv2", 7, 7)
    assert made > peaks(shipped, "conv2", digits).values[:, channel].max()


def test_what_a_cell_sees_beyond_the_edges_is_paper():
    image = np.arange(1, 28 * 28 + 1, dtype=np.float32).reshape(28, 28)
    inside = seen(image, ReceptiveField(3, 4, 2, 2))
    np.testing.assert_array_equal(inside, image[3:5, 4:6])
    corner = seen(image, ReceptiveField(-1, 27, 2, 3))
    np.testing.assert_array_equal(corner, [[0, 0, 0], [28, 0, 0]])
