import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from cnn.data.builtin import load_builtin
from cnn.explain.gradient_step import NoConvolutionError, gradient_step
from cnn.explain.layers import layers_of, values_of
from cnn.model import build_cnn, build_fc
from cnn.predictor import shipped_predictor

RATE = 0.01


@pytest.fixture(scope="module")
def predictor():
    return shipped_predictor()


@pytest.fixture(scope="module")
def digits():
    train = load_builtin().train
    # Each is said to be another one: there is much to learn.
    return train.images[:6], (train.labels[:6] + 1) % 10


def cost(model, images, labels):
    logits = model(images[..., None], training=False).numpy().astype(float)
    return -log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()


def test_the_loss_is_the_digits_mean_cross_entropy_and_a_step_makes_it_smaller(predictor, digits):
    step = gradient_step(predictor.model, *digits, RATE)
    assert step.loss == pytest.approx(cost(predictor.model, *digits), rel=1e-4)
    assert step.loss_after < step.loss


def test_a_logits_weight_has_its_input_times_probability_less_truth_as_gradient(predictor, digits):
    images, labels = digits
    step = gradient_step(predictor.model, images[:1], labels[:1], RATE)
    values = values_of(images[0], predictor.read(images[0]))
    error = softmax(values["logits"].astype(float)) - np.eye(10)[labels[0]]
    np.testing.assert_allclose(step.logits, np.outer(values["dense1"], error), atol=1e-4)


def test_a_filters_gradient_is_the_slope_of_the_cost(digits):
    # A network that was not trained: its cost is smooth, so a finite difference comes close.
    model = build_cnn(seed=1)
    step = gradient_step(model, *digits, RATE)
    kernel, bias = model.get_layer("conv1").get_weights()
    nudge = 3e-3
    steepest = np.argsort(-abs(step.filters.ravel()))[:3]
    for place in [np.unravel_index(i, kernel.shape) for i in steepest]:
        costs = []
        for by in (nudge, -nudge):
            other = kernel.copy()
            other[place] += by
            model.get_layer("conv1").set_weights([other, bias])
            costs.append(cost(model, *digits))
        model.get_layer("conv1").set_weights([kernel, bias])
        slope = (costs[0] - costs[1]) / (2 * nudge)
        assert step.filters[place] == pytest.approx(slope, rel=0.05)


def test_a_step_leaves_the_network_as_it_was_and_has_its_layers_shapes(digits):
    model = build_cnn(seed=1)
    before = model.get_weights()
    step = gradient_step(model, *digits, RATE)
    assert all(map(np.array_equal, before, model.get_weights()))
    layers = layers_of(model)
    assert step.filters.shape == layers["conv1"].weights.shape
    assert step.logits.shape == layers["logits"].weights.shape
    assert {name: values.shape for name, values in step.maps.items()} == {
        name: layer.shape for name, layer in layers.items() if layer.kind == "convolution"
    }


def test_a_network_without_filters_is_refused_in_a_sentence(digits):
    with pytest.raises(NoConvolutionError, match="fully connected"):
        gradient_step(build_fc(), *digits, RATE)
