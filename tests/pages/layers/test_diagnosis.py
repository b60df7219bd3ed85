"""The misread doctor's section, with a drawing given as the Layers page would."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE


def page(kind):
    import numpy as np

    from cnn.predictor import shipped_predictor
    from pages.draw import canvas
    from pages.draw.sketchbook import Drawing, from_example
    from pages.layers import diagnosis

    seven = [np.array([[70.0, 70.0], [230.0, 70.0], [130.0, 270.0]])]
    drawn = Drawing(canvas.objects_from_strokes(seven, 20))
    given = {
        "strokes": drawn,
        "picture": from_example(drawn.image(), ""),
        "paper": from_example(np.zeros((28, 28), np.float32), ""),
    }[kind]
    diagnosis.show(given, given.image(), shipped_predictor())


def examine(kind):
    app = AppTest.from_function(page, kwargs={"kind": kind}, default_timeout=PATIENCE).run()
    assert not app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.mnist
def test_a_drawing_is_compared_with_mnists_training_digits():
    assert "Of 10,000 digits of MNIST" in examine("strokes")


def test_strokes_are_examined_in_all_four_ways():
    said = examine("strokes")
    for expected in ("Line width", "Not centred", "Thick line", "most like it", "Ink taken away"):
        assert expected in said


def test_a_picture_cannot_be_prepared_anew_and_the_page_says_so():
    said = examine("picture")
    assert "this is a picture" in said
    assert "Not centred" not in said
    assert "Ink taken away" in said


def test_empty_paper_is_not_examined():
    assert "no ink to examine" in examine("paper")
