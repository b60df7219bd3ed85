import numpy as np
import pytest

from cnn.explain.layers import layers_of
from cnn.model import LayerRow, build, build_cnn, build_fc, filters_of, layer_table
from cnn.recipe import Recipe
from cnn.tf import tensorflow


@pytest.fixture(scope="module")
def model():
    return build_cnn(seed=1)


def test_the_network_is_the_tutorials_layer_by_layer(model):
    shapes = {layer.name: layer.output.shape[1:] for layer in model.layers}
    assert shapes == {
        "input": (28, 28, 1),
        "conv1": (28, 28, 32),
        "pool1": (14, 14, 32),
        "conv2": (14, 14, 64),
        "pool2": (7, 7, 64),
        "flatten": (3136,),
        "dense1": (1000,),
        "logits": (10,),
    }
    assert model.count_params() == 3_199_106


def test_weights_and_biases_start_as_the_tutorials_normals_cut_off_at_two_deviations(model):
    deviations = {"conv1": (0.03, 1.0), "conv2": (0.03, 1.0), "dense1": (0.03, 0.01)}
    deviations["logits"] = deviations["dense1"]
    for layer, expected in deviations.items():
        for values, deviation in zip(model.get_layer(layer).get_weights(), expected, strict=True):
            assert np.abs(values).max() <= 2 * deviation
            # Cutting off narrows a normal distribution to 0.88 of its deviation.
            few = 4 / np.sqrt(2 * values.size)
            assert np.std(values) == pytest.approx(0.88 * deviation, rel=few)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(model):
    for a, b, c in zip(
        model.get_weights(),
        build_cnn(seed=1).get_weights(),
        build_cnn(seed=2).get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)


def test_seed_0_gives_the_weights_that_the_shipped_networks_training_began_with():
    # That training was done once: were other weights drawn now, the Filters page would be wrong.
    before = build_cnn(seed=0)
    np.testing.assert_allclose(
        before.get_layer("conv1").kernel[0, 0, 0, :4],
        [-0.05091102, -0.0144413, -0.01986711, 0.00261034],
        atol=1e-7,
    )
    assert float(np.abs(before.get_layer("dense1").kernel).sum()) == pytest.approx(
        67_996.5547, rel=1e-6
    )


def test_a_recipe_says_what_the_network_is_made_of():
    recipe = Recipe(filters=(6, 10), filter_size=3, pooling="average", dense_units=50)
    network = build(recipe)
    shapes = {layer.name: layer.output.shape[1:] for layer in network.layers}
    assert (shapes["conv1"], shapes["pool2"], shapes["dense1"]) == ((28, 28, 6), (7, 7, 10), (50,))
    assert filters_of(network)["conv2"].shape == (3, 3, 6, 10)
    image = np.random.default_rng(1).random((1, 28, 28, 1), np.float32)
    keras = tensorflow().keras
    maps, pooled = keras.Model(
        network.inputs[0], [network.get_layer("conv1").output, network.get_layer("pool1").output]
    )(image)
    means = np.reshape(maps, (14, 2, 14, 2, 6)).mean(axis=(1, 3))
    np.testing.assert_allclose(pooled[0], means, atol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_recipe_says_how_many_convolutions_there_are(count):
    recipe = Recipe(filters=(2, 3, 4, 5)[:count], dense_units=8)
    network = build(recipe)
    shapes = {layer.name: layer.output.shape[1:] for layer in network.layers}
    assert list(filters_of(network)) == ["conv1", "conv2", "conv3", "conv4"][:count]
    # A last row without a partner is pooled alone: 7 rows become 4.
    pooled = [shapes[f"pool{number}"] for number in range(1, count + 1)]
    assert pooled == [(14, 14, 2), (7, 7, 3), (4, 4, 4), (2, 2, 5)][:count]
    assert shapes["flatten"] == (np.prod(pooled[-1]),)


def test_the_fully_connected_network_is_the_tutorials():
    network = build_fc(seed=1)
    assert [layer.units for layer in network.layers if hasattr(layer, "units")] == [300, 10]
    assert network.count_params() == 238_510


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(filters=(1, 3), filter_size=1, pooling="average", dense_units=1),
        Recipe(filters=(16, 8), filter_size=9, dense_units=50),
        Recipe(filters=(128, 128), filter_size=3, dense_units=2048),
        Recipe(filters=(3,), dense_units=8),
        Recipe(filters=(2, 3, 4), dense_units=8),
        Recipe(filters=(2, 3, 4, 5), pooling="average", dense_units=8),
        Recipe(network="fc"),
        Recipe(network="fc", dense_units=77),
    ],
    ids=["tutorial", "least", "larger first", "most", "one", "three", "four", "fc", "other fc"],
)
def test_the_table_is_what_keras_builds(recipe):
    model = build(recipe)
    layers = layers_of(model)
    assert layer_table(recipe) == [
        LayerRow(layer.name, layers[layer.name].title, layer.output.shape[1:], layer.count_params())
        for layer in model.layers
    ]


def test_the_tutorials_network_has_3_199_106_parameters():
    assert sum(row.parameters for row in layer_table(Recipe())) == 3_199_106
