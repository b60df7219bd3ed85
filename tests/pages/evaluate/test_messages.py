"""What a hand-made message says that was pressed: a cell, a digit that is shown, or nothing."""

import numpy as np
import pytest

from cnn.data.digits import Digits
from cnn.data.measured import Measured
from cnn.ink.strokes import rasterise
from pages.evaluate import matrix
from pages.evaluate.open_on_layers import drawing_of
from tests.paper import SEVEN


@pytest.mark.parametrize(
    "sent",
    [None, [], {}, {"label": 3}, {"label": True, "read": 1}, {"label": 10, "read": 1},
     {"label": -1, "read": 0}, {"label": "3", "read": "1"}, {"label": 3.0, "read": 1}],
)  # fmt: skip
def test_a_press_on_no_cell_chooses_none(sent):
    assert matrix._from_message(sent) is None


def test_a_press_on_a_cell_chooses_it():
    assert matrix._from_message({"label": 4, "read": 9}) == (4, 9)


@pytest.mark.parametrize("scale", [1, 0.01, 3000])
def test_a_digit_opens_on_layers_as_it_was_measured_picture_or_strokes(scale):
    strokes = [SEVEN * scale]
    digits = Digits(rasterise(strokes)[None], np.array([7]))
    drawn = drawing_of(Measured("some", digits, ("mine",), (strokes,)), 0)
    assert drawn.objects
    np.testing.assert_allclose(drawn.image(), digits.images[0], atol=0.01)
    picture = drawing_of(Measured("some", digits), 0)
    np.testing.assert_array_equal(picture.image(), digits.images[0])
    assert picture.note == "No. 0 of some; its label is 7."
