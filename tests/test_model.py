import numpy as np
import pytest

from cnn.model import build_cnn, build_fc


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


def test_weights_and_biases_start_as_a_normal_of_0_03_cut_off_at_two_deviations(model):
    for weights in model.get_weights():
        assert 0 < np.abs(weights).max() <= 0.06
    assert np.std(model.get_layer("dense1").kernel) == pytest.approx(0.03 * 0.88, rel=0.02)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(model):
    for a, b, c in zip(
        model.get_weights(),
        build_cnn(seed=1).get_weights(),
        build_cnn(seed=2).get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)


def test_the_fully_connected_network_is_the_tutorials():
    network = build_fc(seed=1)
    assert [layer.units for layer in network.layers if hasattr(layer, "units")] == [300, 10]
    assert network.count_params() == 238_510
