import io

import numpy as np
from PIL import Image

from cnn.plots.images import (
    PROBE_ROW,
    colours,
    data_uri,
    diverging,
    grey,
    mosaic,
    png,
    probe_sheet,
    sheet,
)


def test_a_mosaic_lays_maps_row_by_row_on_one_scale_with_clear_gaps():
    maps = np.zeros((3, 2, 9), np.float32)
    maps[:, :, 0], maps[:, :, 8] = 2, 1
    picture = mosaic(maps)
    assert picture.shape == (7, 23, 4)
    np.testing.assert_array_equal(picture[0, 0], colours(np.float32(1)))
    np.testing.assert_array_equal(picture[0, 3], colours(np.float32(0)))
    np.testing.assert_array_equal(picture[4, 0], colours(np.float32(0.5)))
    assert picture[3, 0, 3] == picture[0, 2, 3] == picture[4, 3, 3] == 0


def test_a_sheet_colours_its_gaps_but_not_the_places_that_are_empty():
    black, grey = (0, 0, 0, 255), (128, 128, 128, 128)
    laid = sheet(np.broadcast_to(np.uint8(black), (2, 2, 3, 4)), columns=2, gap=grey)
    expected = np.full((5, 5, 4), black, np.uint8)
    expected[:, 2] = expected[2] = grey
    expected[2:, 2:] = 0
    np.testing.assert_array_equal(laid, expected)


def test_a_silent_layer_is_dark_and_no_error():
    assert (mosaic(np.zeros((2, 2, 8), np.float32))[0, 0] == colours(np.float32(0))).all()


def test_colours_run_from_viridis_dark_to_bright():
    np.testing.assert_array_equal(
        colours(np.array([0.0, 1.0])), [[68, 1, 84, 255], [253, 231, 37, 255]]
    )


def test_diverging_colours_are_black_at_zero_and_as_strong_on_both_sides():
    blue, half, black, orange = diverging(np.array([-1.0, -0.5, 0.0, 1.0]))
    np.testing.assert_array_equal(black, [0, 0, 0, 255])
    np.testing.assert_allclose(half[:3], blue[:3] / 2, atol=0.5)
    assert blue[2] == orange[0] == 255


def test_pictures_survive_as_png():
    pixels = grey(np.array([[0, 0.5], [1, 2]], np.float32))
    np.testing.assert_array_equal(
        np.asarray(Image.open(io.BytesIO(png(pixels)))), [[0, 128], [255, 255]]
    )
    assert data_uri(pixels).startswith("data:image/png;base64,")


def test_misread_digits_are_orange():
    images = np.full((3, 28, 28), 255, np.uint8)
    answers = np.eye(10, dtype=np.float32)[[1, 2, 3]]
    pixels = probe_sheet(images, np.array([1, 2, 4]), answers)
    assert pixels.shape == (28, 3 * 28 + 2, 4)
    assert pixels[0, 0].tolist() == [255, 255, 255, 255]
    assert pixels[0, -1].tolist() == [255, 146, 43, 255]
    assert probe_sheet(images.repeat(7, 0), np.zeros(21, int), answers.repeat(7, 0)).shape[1] == (
        PROBE_ROW * 29 - 1
    )
