"""The Draw page, with a drawing put where the canvas would return it."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnn.ink.formats import strokes_from_canvas
from cnn.ink.link import drawing_from_text, text_from_picture, text_from_strokes
from cnn.model import ModelError
from cnn.predictor import shipped_predictor
from cnn.runs.active_model import set_default
from pages.draw import canvas, import_export
from pages.draw.canvas import objects_from_strokes
from pages.draw.sketchbook import MOST_PAGES, Sketchbook
from pages.shared import datasets, session_model
from tests.made_runs import make_network
from tests.paper import ONE, SEVEN
from tests.patience import PATIENCE
from tests.server import APP

ROOT = Path(__file__).parents[3]
SCRIBBLE = np.random.default_rng(3).uniform(40, 280, (60, 2))


@pytest.fixture
def app(paper, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    return AppTest.from_file(APP, default_timeout=PATIENCE)


def page_text(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def draw(app, paper, *strokes):
    paper.objects.extend(objects_from_strokes(list(strokes), 20))
    return app.run()


def bars(app):
    """Lengths of the ten bars and the texts beside them, of the newer of the two charts."""
    chart = app.get("plotly_chart")[int(re.search(r"newest-(\d)", page_text(app))[1])]
    lengths, texts = json.loads(chart.proto.spec)["data"]
    return lengths["x"], texts["text"]


def test_charts_wait_until_one_can_draw(app, paper):
    paper.is_up = False
    assert not app.run().get("plotly_chart")
    paper.is_up = True
    assert app.run().get("plotly_chart")


def test_an_empty_canvas_says_how_to_begin_and_predicts_nothing(app):
    app.run()
    assert not app.exception
    assert "Draw a digit, 0 to 9" in page_text(app)
    assert 'class="digit' not in page_text(app)
    assert bars(app) == ([0] * 10, [""] * 10)


def test_a_drawn_seven_is_read_with_ten_bars_and_every_layer(app, paper):
    draw(app.run(), paper, SEVEN)
    assert not app.exception
    text = page_text(app)
    assert "Reads as 7" in text
    for title in ("Input", "Layer 1", "Pooled 1", "Layer 2", "Pooled 2"):
        assert title in text
    lengths, texts = bars(app)
    assert int(np.argmax(lengths)) == 7
    assert sum(lengths) == pytest.approx(100, abs=0.01)
    assert all(text.endswith("%") for text in texts)


def test_a_network_of_three_convolutions_reads_with_all_of_them_in_the_strip(
    app, paper, tmp_path, monkeypatch
):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    set_default(make_network(tmp_path, "three", filters=(2, 3, 4)))
    draw(app.run(), paper, SEVEN)
    assert not app.exception
    assert "layer=pool3" in page_text(app)
    assert "Layer 3 · 4 of 7×7" in page_text(app)


def test_a_scribble_is_called_no_digit(app, paper):
    draw(app.run(), paper, SCRIBBLE)
    assert "Reads as" not in page_text(app)
    assert ">?<" in page_text(app)


def test_undo_redo_and_clear_lead_from_drawing_to_drawing(app, paper):
    draw(app.run(), paper, ONE)
    draw(app, paper, SEVEN)
    both = list(paper.objects)
    app.button(key="undo").click().run()
    assert len(paper.objects) == 1
    assert "Reads as 1" in page_text(app)
    app.button(key="redo").click().run()
    assert paper.objects == both
    app.button(key="clear").click().run()
    assert paper.objects == []
    assert "Draw a digit" in page_text(app)
    app.button(key="undo").click().run()
    assert paper.objects == both


def test_the_address_holds_the_drawing_and_restores_it(app, paper):
    draw(app.run(), paper, SEVEN)
    text = str(app.query_params["ink"])
    np.testing.assert_allclose(drawing_from_text(text)[0][[0, -1]], SEVEN[[0, -1]], atol=0.2)

    paper.objects.clear()
    again = AppTest.from_file(APP, default_timeout=PATIENCE)
    again.query_params["ink"] = text
    again.run()
    assert "Reads as 7" in page_text(again)
    again.button(key="clear").click().run()
    assert "ink" not in again.query_params


def test_a_damaged_address_gets_one_sentence_and_an_empty_canvas(app, paper):
    app.query_params["ink"] = "s../../etc/passwd"
    app.run()
    assert not app.exception
    assert "address is damaged" in page_text(app)
    assert paper.objects == []


def test_the_drawing_is_there_again_when_one_comes_back_to_the_page(app, paper):
    draw(app.run(), paper, ONE)
    paper.objects.clear()  # the browser forgets a canvas that it no longer shows
    del app.session_state[canvas.KEY]
    app.run()
    assert len(paper.objects) == 1
    assert "Reads as 1" in page_text(app)


def test_a_session_made_anew_goes_on_with_what_the_browser_has_kept(app, paper, monkeypatch):
    draw(app.run(), paper, SCRIBBLE)
    app.button(key="clear").click().run()
    draw(app, paper, ONE)
    text = str(app.query_params["ink"])
    # The server is ended, and a stroke drawn before another one answers.
    given = paper.given
    paper.objects.extend(objects_from_strokes([SEVEN], 20))
    both = list(paper.objects)
    monkeypatch.setattr(canvas, "given_before", lambda: paper.remembered)
    again = AppTest.from_file(APP, default_timeout=PATIENCE)
    again.query_params["ink"] = text
    again.run()
    assert not again.exception
    assert (paper.given, paper.objects) == (given, both)
    again.button(key="undo").click().run()
    assert "Reads as 1" in page_text(again)
    again.button(key="undo").click().run()
    assert "Draw a digit" in page_text(again)
    again.button(key="redo").click().run()
    again.button(key="redo").click().run()
    assert paper.objects == both


def test_what_no_canvas_was_given_is_not_gone_on_with(app, monkeypatch):
    monkeypatch.undo()
    wrong = ("", "[]", "{}", "[" * 100_000, "9" * 5000, '{"objects": 1, "revision": 2}',
             '{"objects": [], "revision": -1}', '{"objects": [1], "revision": 2}')  # fmt: skip
    for text in wrong:
        monkeypatch.setattr(canvas, "_memory", lambda text=text: text)
        assert canvas.given_before() is None


def test_a_hundred_drawings_can_be_undone_and_each_stroke_is_kept_once():
    book, strokes = Sketchbook(), objects_from_strokes([ONE + x for x in range(300)], 20)
    for count in range(1, len(strokes) + 1):
        book.take(json.loads(json.dumps(strokes[:count])))
    assert len(book.pages) == MOST_PAGES
    assert book.current.objects == strokes
    assert len({id(each) for page in book.pages for each in page.objects}) == len(strokes)


def test_an_example_is_a_real_test_digit_with_its_label(app, paper, monkeypatch):
    _, digits = datasets.test_digits()
    monkeypatch.setattr(import_export.random, "randrange", lambda n: 3)
    app.run().button(key="example").click().run()
    assert f"its label is {digits.labels[3]}" in page_text(app)
    np.testing.assert_array_equal(paper.background, digits.images[3])
    draw(app, paper, SEVEN)
    assert paper.background is None
    assert "Reads as 7" in page_text(app)


def uploader(app):
    (element,) = app.get("file_uploader")
    return element


def _png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_an_uploaded_picture_and_an_uploaded_drawing_are_read(app, paper):
    image = np.zeros((200, 160), np.uint8)
    image[20:180, 72:88] = 255
    uploader(app.run()).upload("one.png", _png(image), "image/png").run()
    assert not app.exception
    assert "Reads as 1" in page_text(app)
    seven = json.dumps({"strokes": [SEVEN.tolist()]}).encode()
    uploader(app).upload("seven.json", seven, "application/json").run()
    assert "Reads as 7" in page_text(app)
    assert len(paper.objects) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.png", b"this is no picture"),
        ("white.png", _png(np.full((50, 50), 255, np.uint8))),
        ("empty.json", b"{}"),
        ("nan.json", b'{"strokes": [[[1, NaN]]]}'),
        ("huge.json", b'{"strokes": [[[-1e308, 0], [1e308, 5]]]}'),
        ("large.json", b'{"strokes": [[' + b"[1,2]," * 400_000 + b"[3,4]]]}"),
    ],
    ids=["text", "white", "no drawing", "NaN", "1e308", "2 MB"],
)
def test_a_bad_upload_gets_a_sentence_and_keeps_the_drawing(app, paper, name, content):
    draw(app.run(), paper, SEVEN)
    uploader(app).upload(name, content, "image/png").run()
    assert not app.exception
    assert f"{name}: " in page_text(app)
    assert "Reads as 7" in page_text(app)
    assert len(paper.objects) == 1


def test_an_upload_of_numbers_too_small_to_reckon_with_is_a_dot(app, paper):
    uploader(app.run()).upload("tiny.json", b'{"strokes": [[[0, 1e-308], [0, 0]]]}').run()
    assert not app.exception
    (dot,) = strokes_from_canvas({"objects": paper.objects})
    assert not np.ptp(dot, axis=0).any()


def test_an_upload_of_a_hundred_thousand_points_is_thinned_and_read(app, paper):
    points = np.random.default_rng(0).uniform(0, 300, (100_000, 2)).round(1).tolist()
    uploader(app.run()).upload("many.json", json.dumps({"strokes": [points]}).encode()).run()
    assert not app.exception
    assert 'class="digit' in page_text(app)
    assert len(json.dumps(paper.objects)) < 300_000


def test_a_damaged_model_is_named_in_the_digits_place(app, paper, monkeypatch):
    def damaged(_):
        raise ModelError("The model is damaged.")

    session_model._loading.clear()
    monkeypatch.setattr(session_model, "load_active", damaged)
    draw(app.run(), paper, SEVEN)
    session_model._loading.clear()
    assert not app.exception
    assert "The model is damaged." in page_text(app)


def test_a_picture_in_the_address_gives_the_same_reading(app):
    image = np.zeros((28, 28), np.float32)
    image[4:24, 13:15] = 1
    app.query_params["ink"] = text_from_picture(image)
    app.run()
    expected = shipped_predictor().read(image).probabilities.argmax()
    assert f"Reads as {expected}" in page_text(app)


def test_strokes_on_their_way_to_the_canvas_stay_where_they_are():
    objects = objects_from_strokes([SEVEN, ONE[:1]], 20)
    seven, dot = strokes_from_canvas({"objects": objects})
    np.testing.assert_allclose(seven[1:], SEVEN)
    np.testing.assert_allclose(dot, ONE[[0, 0]])
    assert text_from_strokes([seven])


def test_the_page_imports_nothing_that_takes_long():
    heavy = ["tensorflow", "keras", "scipy", "sklearn", "joblib"]
    code = (
        "import sys; from pages.draw import import_export, sketchbook; "
        "from pages.shared import page, prediction, session_model;"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
