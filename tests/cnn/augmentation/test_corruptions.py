import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, rotate

from cnn.augmentation.corruptions import CHUNK, CORRUPTIONS, MNIST_C
from cnn.augmentation.corruptions.__main__ import contact_sheet
from cnn.augmentation.corruptions.lines import edges
from cnn.data.builtin import load_builtin

# What a picture is spoilt by is chosen at random.
RANDOM = {
    "rotate", "translate", "shear", "noise", "shot-noise", "impulse-noise", "spatter",
    "motion-blur", "glass-blur", "fog", "occlusion", "dotted-line", "zigzag",
}  # fmt: skip


@pytest.fixture(scope="module")
def images():
    return np.round(load_builtin().test.images[:40] * 255).astype(np.uint8)


@pytest.fixture(params=CORRUPTIONS.values(), ids=list(CORRUPTIONS))
def spoil(request):
    return request.param


def test_at_strength_0_digits_stay_as_they_are_and_are_copies(spoil, images):
    same = spoil(images, 0)
    np.testing.assert_array_equal(same, images)
    assert same is not images
    assert spoil(images[:0], 1).shape == (0, 28, 28)


def test_digits_are_spoilt_more_and_more_and_their_originals_never(spoil, images):
    before = images.copy()
    far = [
        np.abs(spoil(images, strength).astype(float) - images).mean()
        for strength in (0.15, 0.3, 0.6, 1)
    ]
    assert 0 < far[0] < far[1] < far[2] < far[3]
    np.testing.assert_array_equal(images, before)


def test_the_seed_decides_on_chance_and_on_nothing_else(spoil, images):
    first, again, other = (spoil(images, 0.6, seed) for seed in (1, 1, 2))
    assert (first.dtype, first.shape) == (np.uint8, images.shape)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any() == (spoil.name in RANDOM)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_out_of_range_is_refused(strength, images):
    with pytest.raises(ValueError, match="A strength is 0 to 1"):
        CORRUPTIONS["blur"](images, strength)


def test_the_fifteen_of_mnist_c_are_there():
    assert sorted(MNIST_C) == sorted(
        ["shot-noise", "impulse-noise", "glass-blur", "motion-blur", "shear", "scale", "rotate",
         "brightness", "translate", "stripe", "fog", "spatter", "dotted-line", "zigzag",
         "canny-edges"]
    )  # fmt: skip


def test_turning_is_scipys_turning_by_the_angle_to_either_side(images):
    turned = CORRUPTIONS["rotate"](images, 0.5)
    for before, after in zip(images, turned, strict=True):
        distances = []
        for angle in (30, -30):
            expected = rotate(before.astype(float), angle, reshape=False, order=1)
            distances.append(np.abs(after - expected).max())
        assert min(distances) < 1 < max(distances)


def test_moving_is_by_as_many_pixels_as_it_says():
    dot = np.zeros((200, 28, 28), np.uint8)
    dot[:, 13:15, 13:15] = 255
    moved = CORRUPTIONS["translate"](dot, 0.5).astype(float)
    mass = moved.sum(axis=(1, 2))
    ways = [(moved.sum(axis=axis) @ np.arange(28)) / mass - 13.5 for axis in (2, 1)]
    np.testing.assert_allclose(np.hypot(*ways), 5, atol=0.05)
    # In all directions.
    assert np.abs(np.mean(ways, axis=1)).max() < 1


def test_blur_is_scipys_gaussian(images):
    expected = gaussian_filter(images / 255, (0, 1.25, 1.25), mode="constant") * 255
    np.testing.assert_allclose(CORRUPTIONS["blur"](images, 0.5), expected, atol=0.51)


def test_motion_spreads_ink_and_loses_none_of_it():
    dot = np.zeros((50, 28, 28), np.uint8)
    dot[:, 14, 14] = 255
    spread = CORRUPTIONS["motion-blur"](dot, 0.5).astype(float)
    # The ripples of a single pixel below nothing are cut off.
    assert (spread.sum(axis=(1, 2)) > 0.85 * 255).all()
    assert (spread.max(axis=(1, 2)) < 255 / 3).all()


def test_noise_is_as_strong_as_it_says():
    grey = np.full((200, 28, 28), 128, np.uint8)
    noisy = CORRUPTIONS["noise"](grey, 0.2) / 255
    assert noisy.std() == pytest.approx(0.12, rel=0.03)
    struck = CORRUPTIONS["impulse-noise"](grey, 0.5)
    assert (struck != 128).mean() == pytest.approx(0.2, rel=0.03)
    assert (struck == 255).mean() == pytest.approx(0.1, rel=0.05)
    # Poisson: the variance of a count is its mean.
    counted = CORRUPTIONS["shot-noise"](grey // 2, 0.25) / 255
    assert counted.mean() == pytest.approx(64 / 255, rel=0.02)
    assert counted.var() == pytest.approx(64 / 255 / 32, rel=0.05)


def test_edges_of_a_square_are_its_outline():
    square = np.zeros((2, 28, 28), np.float32)
    square[0, 8:20, 8:20] = 1
    first, empty = edges(square)
    assert not empty.any()
    assert not first[11:17, 11:17].any()
    assert not first[:6].any()
    rows = first[10:18].sum(axis=1)
    assert (rows == 2).all()


def test_many_digits_are_spoilt_in_parts_that_differ(images):
    many = np.repeat(images[:1], CHUNK + 1, axis=0)
    spoilt = CORRUPTIONS["noise"](many, 0.5)
    assert (spoilt[0] != spoilt[CHUNK]).any()


def test_the_sheet_shows_each_corruption():
    sheet = contact_sheet()
    assert sheet.height == 56 * len(CORRUPTIONS)
