import numpy as np
import pytest

from cnn.data.builtin import load_builtin
from cnn.ink.strokes import centre_of_mass


@pytest.fixture(scope="module")
def builtin():
    return load_builtin()


def test_builtin_digits_come_in_three_parts_with_all_digits(builtin):
    parts = (builtin.train, builtin.validation, builtin.test)
    assert [len(part) for part in parts] == [1_287, 258, 252]
    assert all(np.bincount(part.labels).min() >= 20 for part in parts)


def test_builtin_digits_look_like_mnist(builtin):
    images = builtin.train.images
    assert images.shape[1:] == (28, 28)
    assert images.dtype == np.float32
    assert (images.min(), images.max()) == (0, 1)
    # MNIST's training digits have 102 pixels' worth of ink.
    assert images.sum(axis=(1, 2)).mean() == pytest.approx(102, rel=0.25)
    for image in images[:100]:
        assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.05)
        extent = max(np.ptp(np.nonzero(image > 0.5), axis=1)) + 1
        assert 18 <= extent <= 20
