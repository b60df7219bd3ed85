import numpy as np
import pytest

from cnn.data import load_builtin
from cnn.exemplars import Field, exemplars, maximising_image, peaks, receptive_field
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
    layers = [
        keras.Input((28, 28, 1), name="input"),
        keras.layers.Conv2D(4, (3, 5), activation="relu", name="conv1"),
        keras.layers.AveragePooling2D(3, strides=2, padding="same", name="pool1"),
        keras.layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="conv2"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(10, name="logits"),
    ]
    return keras.Sequential(layers)


def maps(model, layer, images):
    part = tensorflow().keras.Model(model.inputs[0], model.get_layer(layer).output)
    return part(images[..., None], training=False).numpy()


@pytest.mark.parametrize(
    ("layer", "side"), [("conv1", 5), ("pool1", 6), ("conv2", 14), ("pool2", 16)]
)
def test_the_tutorials_receptive_fields_grow_from_layer_to_layer(shipped, layer, side):
    middle = shipped.get_layer(layer).output.shape[1] // 2
    field = receptive_field(shipped, layer, middle, middle)
    assert (field.bottom - field.top, field.right - field.left) == (side, side)


@pytest.mark.parametrize("cell", [(0, 0), (3, 2), (6, 5)])
@pytest.mark.parametrize("layer", ["conv1", "conv2"])
def test_a_cell_sees_its_receptive_field_and_nothing_else(odd, layer, cell):
    # One image as it is, and 784 with one pixel changed; some channel always passes the change on.
    images = np.random.default_rng(0).uniform(0, 1, (28, 28)).astype(np.float32)
    images = np.repeat(images[None], 785, axis=0)
    images.reshape(785, 784)[np.arange(1, 785), np.arange(784)] += 0.5
    values = maps(odd, layer, images)[:, cell[0], cell[1]]
    seen = np.abs(values[1:] - values[0]).max(axis=1).reshape(28, 28) > 0
    rows, columns = np.nonzero(seen)
    expected = Field(rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)
    assert receptive_field(odd, layer, *cell) == expected


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
            assert exemplar.field == receptive_field(odd, layer, row, column)


def test_a_silent_filter_has_no_exemplars(odd, digits):
    found = peaks(odd, "conv1", digits)
    found.values[:, 2] = 0
    assert exemplars(odd, "conv1", found, 2, 5) == []


def test_a_dense_unit_sees_the_whole_image(digits):
    model = build_fc(seed=1)
    (best, *_) = exemplars(model, "dense1", peaks(model, "dense1", digits), 7, 3)
    assert best.field == Field(0, 0, 28, 28)
    assert best.activation == pytest.approx(maps(model, "dense1", digits)[:, 7].max(), abs=1e-5)


def test_the_image_made_for_a_first_layers_filter_is_ink_where_its_weights_ask_for_it(shipped):
    kernel = shipped.get_layer("conv1").get_weights()[0][:, :, 0, 3]
    image, field = maximising_image(shipped, "conv1", 3)
    patch = image[field.top : field.bottom, field.left : field.right]
    clear = np.abs(kernel) > 0.2 * np.abs(kernel).max()
    np.testing.assert_array_equal(patch[clear], (kernel[clear] > 0).astype(np.float32))
    assert image.sum() == pytest.approx(patch.sum())


@pytest.mark.parametrize("channel", [0, 9, 33])
def test_the_made_image_excites_a_filter_more_than_any_real_digit(shipped, digits, channel):
    image, field = maximising_image(shipped, "conv2", channel)
    assert image.min() >= 0
    assert image.max() <= 1
    made = maps(shipped, "conv2", image[None])[0, 7, 7, channel]
    assert field == receptive_field(shipped, "conv2", 7, 7)
    assert made > peaks(shipped, "conv2", digits).values[:, channel].max()
