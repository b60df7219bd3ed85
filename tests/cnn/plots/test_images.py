import io
import re

import numpy as np
from PIL import Image

from cnn.plots.colours import table
from cnn.plots.images import (
    BETWEEN,
    PROBE_ROW,
    coloured,
    data_uri,
    fine_sheet,
    grey,
    own_scales,
    png,
    probe_sheet,
    sheet,
)
from tests.coloured import pictures


def test_a_sheet_lays_maps_row_by_row_with_nothing_between_them():
    maps = np.zeros((3, 2, 9), np.float32)
    maps[:, :, 0], maps[:, :, 8] = 1, 0.5
    laid = sheet(maps)
    assert laid.shape == (7, 23)
    assert (laid[0, 0], laid[0, 3], laid[4, 0]) == (1, 0, 0.5)
    assert np.isnan([laid[3, 0], laid[0, 2], laid[4, 3]]).all()


def test_each_map_is_measured_by_its_own_scale_or_with_the_one_beside_it():
    maps = np.zeros((2, 2, 2), np.float32)
    maps[0, 0] = 4, -2
    np.testing.assert_array_equal(own_scales(maps)[0, 0], [1, -1])
    beside = 2 * maps
    np.testing.assert_array_equal(own_scales(maps, beside)[0, 0], [0.5, -0.5])
    np.testing.assert_array_equal(own_scales(maps, beside[:, :, :1])[0, 0], [1, -1])
    assert not own_scales(np.zeros((2, 2, 8), np.float32)).any()


def test_values_are_an_image_for_either_theme_with_paper_at_zero():
    values = np.array([[-1, 0, 0.5], [1, np.nan, 2]], np.float32)
    light, dark = pictures(coloured(values))
    for theme, picture in (("light", light), ("dark", dark)):
        blue, paper, half, orange = (table(theme)[at] for at in (1, 255, 383, 509))
        np.testing.assert_array_equal(picture[0, :, :3], [blue, paper, half])
        np.testing.assert_array_equal(picture[1, [0, 2], :3], [orange, orange])
        assert tuple(picture[1, 1]) == BETWEEN
        assert (picture[0, :, 3] == 255).all()


def test_nothing_in_an_images_address_would_end_it_in_css_markdown_or_html():
    assert not re.search(r"""[\s()<>"'&#]""", coloured(np.eye(3, dtype=np.float32)))


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


def test_of_a_fine_sheet_small_maps_are_enlarged_and_each_has_a_rim_of_paper():
    laid = fine_sheet(np.ones((5, 5, 8), np.float32))
    assert laid.shape == (27, 8 * 28 - 1)
    assert laid[0, 0] == laid[13, 26] == laid[13, 28] == 0
    assert laid[13, 1] == laid[13, 25] == 1
    assert np.isnan(laid[13, 27])
    assert fine_sheet(np.ones((28, 28, 2), np.float32)).shape == (30, 61)
    assert fine_sheet(np.ones((5, 5, 1), np.float32)).shape == (5, 5)
