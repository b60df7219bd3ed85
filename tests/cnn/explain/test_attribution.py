import threading

import numpy as np
import pytest

from cnn.data.builtin import load_builtin
from cnn.explain.attribution import BLACK, PATCH, Attributor, NoConvolutionError, Question
from cnn.model import build_cnn, build_fc
from cnn.predictor import Predictor, shipped_predictor
from cnn.tf import tensorflow

RANDOM = np.random.default_rng(5)
WHY_3 = Question(3)
WHY_3_NOT_8 = Question(3, rather_than=8)


def network(*layers):
    keras = tensorflow().keras
    x = inputs = keras.Input((28, 28, 1), name="input")
    for layer in [*layers, keras.layers.Flatten(name="flatten")]:
        x = layer(x)
    x = keras.layers.Dense(10, name="logits")(x)
    model = keras.Model(inputs, x)
    kernel, bias = model.layers[-1].get_weights()
    weights = [RANDOM.normal(size=kernel.shape), RANDOM.normal(size=bias.shape)]
    model.layers[-1].set_weights(weights)
    return model


@pytest.fixture(scope="module")
def linear():
    """A network without hidden layers, and its weights as ten pictures [28, 28, 10]."""
    model = network()
    return Attributor(Predictor(model, "linear")), model.get_weights()[0].reshape(28, 28, 10)


@pytest.fixture(scope="module")
def shipped():
    return Attributor(shipped_predictor())


@pytest.fixture(scope="module")
def digits():
    return load_builtin().test


@pytest.fixture
def image():
    ink = RANDOM.random((28, 28)).astype(np.float32)
    ink[:6] = 0
    return ink


def test_integrated_gradients_of_a_linear_network_are_pixel_times_weight(linear, image):
    attributor, weights = linear
    np.testing.assert_allclose(
        attributor.integrated_gradients(image, WHY_3), image * weights[:, :, 3], atol=1e-5
    )
    np.testing.assert_allclose(
        attributor.integrated_gradients(image, WHY_3_NOT_8),
        image * (weights[:, :, 3] - weights[:, :, 8]),
        atol=1e-5,
    )


def test_occlusion_of_a_linear_network_is_what_the_covered_pixels_gave(linear, image):
    attributor, weights = linear
    given = np.pad(image * (weights[:, :, 3] - weights[:, :, 8]), PATCH // 2)
    expected = [[given[r : r + PATCH, c : c + PATCH].sum() for c in range(28)] for r in range(28)]
    np.testing.assert_allclose(attributor.occlusion(image, WHY_3_NOT_8), expected, atol=1e-4)


def test_integrated_gradients_sum_to_the_scores_change_from_black(shipped, digits):
    for i in range(0, len(digits), 25):
        label = int(digits.labels[i])
        for question in (Question(label), Question(label, (label + 1) % 10)):
            change = shipped.score(digits.images[i], question) - shipped.score(BLACK, question)
            total = shipped.integrated_gradients(digits.images[i], question).sum()
            assert total == pytest.approx(change, rel=0.03, abs=0.05)


def test_grad_cam_is_the_sum_of_maps_weighed_by_their_mean_gradients(image):
    layers = tensorflow().keras.layers
    convolution = layers.Conv2D(2, 1, activation="relu", name="conv1")
    model = network(convolution, layers.AveragePooling2D(2, name="pool1"))
    convolution.set_weights([np.array([[[[1.0, -1.0]]]]), np.array([0.0, 0.5])])
    maps = np.stack([image, np.maximum(0.5 - image, 0)], axis=2)
    # A cell is a quarter of its window's mean, and weighs as its window does.
    per_window = model.layers[-1].get_weights()[0].reshape(14, 14, 2, 10) / 4
    weights = (per_window[..., 3] - per_window[..., 8]).mean(axis=(0, 1))
    np.testing.assert_allclose(
        Attributor(Predictor(model, "small")).grad_cam(image, WHY_3_NOT_8),
        np.maximum(maps @ weights, 0),
        atol=1e-5,
    )


def test_grad_cam_looks_at_the_last_convolution_whatever_its_size():
    attributor = Attributor(Predictor(build_cnn(seed=1), "fresh"))
    assert attributor.last_convolution == "conv2"
    heat = attributor.grad_cam(np.ones((28, 28), np.float32), WHY_3)
    assert heat.shape == (28, 28)
    assert heat.min() >= 0


def test_a_network_without_convolutions_has_all_but_grad_cam(image):
    attributor = Attributor(Predictor(build_fc(seed=1), "fc"))
    assert attributor.last_convolution is None
    with pytest.raises(NoConvolutionError, match="this network has none"):
        attributor.grad_cam(image, WHY_3)
    assert attributor.integrated_gradients(image, WHY_3).any()
    assert attributor.occlusion(image, WHY_3).any()


def test_an_empty_image_owes_nothing_to_any_pixel(shipped):
    assert not shipped.integrated_gradients(BLACK, WHY_3).any()
    assert not shipped.occlusion(BLACK, WHY_3).any()


def test_threads_that_ask_at_once_get_the_same_maps(shipped, digits):
    image = digits.images[0]
    methods = (shipped.integrated_gradients, shipped.grad_cam, shipped.occlusion)
    expected = [method(image, WHY_3) for method in methods]
    results = []

    def ask():
        results.append([method(image, WHY_3) for method in methods])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for maps in results:
        np.testing.assert_allclose(maps, expected, atol=1e-4)


def test_a_question_that_makes_no_sense_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="digits 0 to 9, not 10"):
        Question(10)
    with pytest.raises(ValueError, match="compares a digit to itself"):
        Question(3, rather_than=3)
