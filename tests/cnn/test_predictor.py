import subprocess
import sys
import threading
import zipfile

import numpy as np
import pytest

from cnn import predictor as predictor_module
from cnn.model import build_cnn
from cnn.predictor import SHIPPED_MODEL, Predictor, shipped_predictor
from cnn.tf import tensorflow


@pytest.fixture(scope="module")
def predictor():
    return Predictor(build_cnn(seed=3), "test")


@pytest.fixture
def image():
    return np.random.default_rng(0).random((28, 28), dtype=np.float32)


def test_a_reading_holds_every_layer_as_the_model_itself_computes_it(predictor, image):
    reading = predictor.read(image)
    x = tensorflow().constant(image[None, :, :, None])
    for layer in predictor.model.layers[1:]:
        x = layer(x)
        np.testing.assert_allclose(reading.activations[layer.name], x[0], rtol=1e-4, atol=1e-5)
    logits = reading.activations["logits"].astype(np.float64)
    np.testing.assert_allclose(
        reading.probabilities, np.exp(logits) / np.exp(logits).sum(), rtol=1e-5
    )


def test_many_images_are_read_as_one_by_one(predictor):
    images = np.random.default_rng(1).random((predictor_module.BATCH + 3, 28, 28), np.float32)
    many = predictor.probabilities(images)
    assert many.shape == (len(images), 10)
    for i in (0, len(images) - 1):
        np.testing.assert_allclose(many[i], predictor.read(images[i]).probabilities, atol=1e-5)
    assert predictor.probabilities(images[:0]).shape == (0, 10)


def test_threads_that_ask_at_once_get_one_shipped_predictor_and_the_same_reading(
    monkeypatch, image
):
    monkeypatch.setattr(Predictor, "load", lambda path, name: Predictor(build_cnn(seed=4), name))
    predictor_module._load_shipped.cache_clear()
    results = []

    def ask():
        mine = shipped_predictor()
        results.append((mine, mine.read(image).probabilities))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    predictor_module._load_shipped.cache_clear()
    assert len(results) == 8
    first, probabilities = results[0]
    for other, same in results:
        assert other is first
        np.testing.assert_array_equal(same, probabilities)


def test_the_shipped_model_is_small_and_in_float32():
    assert SHIPPED_MODEL.stat().st_size <= 15e6
    assert zipfile.is_zipfile(SHIPPED_MODEL)
    model = shipped_predictor().model
    assert {layer.compute_dtype for layer in model.layers} == {"float32"}
    assert model.count_params() == 3_199_106


def test_tensorflow_starts_without_a_word():
    code = "from cnn.tf import tensorflow; tensorflow().constant(1)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "")
