import numpy as np
import pytest

from cnn.augmentation import images as augmentation
from cnn.augmentation.images import augment, brightest, corrupt
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


def corrupted(images, share, seed=SEED):
    tf = tensorflow()
    return corrupt(tf.constant(images), share, tf.constant(seed)).numpy()


def changed(images, result):
    return np.any(images != result, axis=(1, 2, 3)).mean()


def test_about_the_share_asked_for_is_corrupted_and_the_rest_left_alone(images):
    many = np.concatenate([images] * 20)
    assert changed(many, corrupted(many, 0.0)) == 0
    assert 0.2 < changed(many, corrupted(many, 0.3)) < 0.3
    np.testing.assert_array_equal(corrupted(many, 0.3), corrupted(many, 0.3))


def test_worn_images_lose_ink_but_are_not_wiped(images, monkeypatch):
    monkeypatch.setattr(augmentation, "PIECES", 0.0)
    monkeypatch.setattr(augmentation, "WORN", 1.0)
    result = corrupted(images, 1.0)
    assert np.all((result >= 0) & (result <= images))
    left = result.sum(axis=(1, 2, 3)) / images.sum(axis=(1, 2, 3))
    assert left.min() > 0.2
    assert 0.5 < left.mean() < 0.95


def test_pieces_of_other_digits_add_ink_at_a_rim_and_leave_the_middle_alone(images, monkeypatch):
    monkeypatch.setattr(augmentation, "PIECES", 1.0)
    monkeypatch.setattr(augmentation, "WORN", 0.0)
    result = corrupted(images, 1.0)
    assert np.all((result >= images) & (result <= 1))
    added = (result - images).sum(axis=(0, 3))
    assert added[12:16, 12:16].sum() == 0
    assert min(added[:, :6].sum(), added[:, -6:].sum(), added[:6].sum(), added[-6:].sum()) > 0


def test_thickening_takes_the_largest_neighbour_as_max_pooling_does(images):
    tf = tensorflow()
    paper_on_ink = tf.constant(-images)
    pooled = tf.nn.max_pool2d(paper_on_ink, 3, 1, "SAME")
    np.testing.assert_array_equal(brightest(paper_on_ink), pooled)
