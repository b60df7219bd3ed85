import pytest

from cnn.explain.layers import layers_of
from cnn.model import LayerRow, build, layer_table
from cnn.recipe import Recipe


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
