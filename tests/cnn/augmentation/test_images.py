import numpy as np
import pytest

from cnn.augmentation.images import augment, brightest
from cnn.data.builtin import load_builtin
from cnn.tf import tensorflow

SEED = (1, 2)


@pytest.fixture(scope="module")
def images():
    return load_builtin().train.images[:50, :, :, None]


def varied(images, strength, seed=SEED):
    tf = tensorflow()
    strengths = tf.fill([len(images)], float(strength))
    return augment(tf.constant(images), strengths, tf.constant(seed)).numpy()


def test_strength_0_leaves_images_alone(images):
    np.testing.assert_allclose(varied(images, 0), images, atol=1e-6)


def test_varied_images_stay_digits_in_range(images):
    result = varied(images, 1)
    assert result.shape == images.shape
    assert result.min() >= 0
    assert result.max() <= 1
    ink = result.sum(axis=(1, 2, 3)) / images.sum(axis=(1, 2, 3))
    assert 0.6 < np.median(ink) < 1.5
    assert not np.allclose(result, images, atol=0.2)


def test_the_same_seed_varies_alike_and_another_otherwise(images):
    np.testing.assert_array_equal(varied(images, 1), varied(images, 1))
    assert not np.array_equal(varied(images, 1), varied(images, 1, (1, 3)))


def test_thickening_takes_the_largest_neighbour_as_max_pooling_does(images):
    tf = tensorflow()
    paper_on_ink = tf.constant(-images)
    pooled = tf.nn.max_pool2d(paper_on_ink, 3, 1, "SAME")
    np.testing.assert_array_equal(brightest(paper_on_ink), pooled)
