"""The Draw page, with a drawing put where the canvas would return it: what the browser is told."""

import io
import json
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnn.ink.formats import strokes_from_canvas
from cnn.ink.link import drawing_from_text, text_from_picture, text_from_strokes
from cnn.model import ModelError
from cnn.runs.active_model import set_default
from pages.draw import canvas, import_export
from pages.draw.canvas import objects_from_strokes
from pages.draw.sketchbook import MOST_PAGES, Sketchbook
from pages.server import modules, networks
from pages.shared import browser_network, datasets, session_model
from tests.live import sentence, strokes, told
from tests.made_runs import make_network
from tests.paper import ONE, SCRIBBLE, SEVEN
from tests.patience import PATIENCE
from tests.server import APP

ROOT = Path(__file__).parents[3]


@pytest.fixture
def app(paper, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    return AppTest.from_file(APP, default_timeout=PATIENCE)


def page_text(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def draw(app, paper, *strokes):
    paper.objects.extend(objects_from_strokes(list(strokes), 20))
    return app.run()


def test_the_browser_is_told_of_the_network_its_modules_and_an_empty_drawing(app):
    answer, strip = told(app.run()), told(app, "strip")
    assert answer["drawing"]["paths"] == []
    assert answer["drawing"]["picture"] is None
    assert answer["trouble"] == ""
    assert networks.find(answer["network"].removeprefix(networks.PREFIX)) is not None
    assert strip["network"] == answer["network"]
    for told_of in (answer, strip):
        assert modules.find(told_of["module"].removeprefix(modules.PREFIX)) is not None


def test_the_browser_is_told_exactly_the_strokes_that_the_server_has(app, paper):
    draw(app.run(), paper, SEVEN, SCRIBBLE)
    for known, drawn in zip(strokes(app), strokes_from_canvas({"objects": paper.objects}),
                            strict=True):  # fmt: skip
        np.testing.assert_array_equal(known, drawn)
    draw(app, paper, ONE)
    assert len(strokes(app)) == 3


def test_neither_the_page_nor_a_stroke_waits_for_tensorflow(app, paper, monkeypatch):
    monkeypatch.setattr(session_model, "loading", Future)
    draw(app.run(), paper, SEVEN)
    assert sentence(app).startswith("Reads as 7")


def test_another_network_is_told_by_another_address(app, paper, tmp_path, monkeypatch):
    shipped = told(app.run())["network"]
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    set_default(make_network(tmp_path, "three", filters=(2, 3, 4)))
    assert told(app.run())["network"] != shipped


def test_only_what_the_server_puts_on_the_canvas_has_another_revision(app, paper):
    def revision():
        return told(app)["drawing"]["revision"]

    draw(app.run(), paper, ONE)
    before = revision()
    draw(app, paper, SEVEN)
    assert revision() == before
    app.button(key="undo").click().run()
    assert revision() != before


def test_undo_redo_and_clear_lead_from_drawing_to_drawing(app, paper):
    draw(app.run(), paper, ONE)
    draw(app, paper, SEVEN)
    both = list(paper.objects)
    app.button(key="undo").click().run()
    assert len(paper.objects) == 1
    assert sentence(app).startswith("Reads as 1")
    app.button(key="redo").click().run()
    assert paper.objects == both
    app.button(key="clear").click().run()
    assert paper.objects == []
    assert strokes(app) == []
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
    assert sentence(again).startswith("Reads as 7")
    # However often that is done, no point of it is lost.
    assert again.query_params["ink"] == text
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
    assert sentence(app).startswith("Reads as 1")


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
    assert sentence(again).startswith("Reads as 1")
    again.button(key="undo").click().run()
    assert strokes(again) == []
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
    assert sentence(app).startswith("Reads as 7")


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
    assert sentence(app).startswith("Reads as 1")
    seven = json.dumps({"strokes": [SEVEN.tolist()]}).encode()
    uploader(app).upload("seven.json", seven, "application/json").run()
    assert sentence(app).startswith("Reads as 7")
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
    assert sentence(app).startswith("Reads as 7")
    assert len(paper.objects) == 1


def test_an_upload_of_numbers_too_small_to_reckon_with_is_a_dot(app, paper):
    uploader(app.run()).upload("tiny.json", b'{"strokes": [[[0, 1e-308], [0, 0]]]}').run()
    assert not app.exception
    (dot,) = strokes_from_canvas({"objects": paper.objects})
    assert not np.ptp(dot, axis=0).any()


def test_an_upload_of_a_hundred_thousand_points_is_thinned_and_read(app, paper):
    points = np.random.default_rng(0).uniform(0, 300, (100_000, 2)).round(1).tolist()
    uploader(app.run()).upload("many.json", json.dumps({"strokes": [points]}).encode()).run()
    assert sentence(app)
    assert len(json.dumps(paper.objects)) < 300_000


def test_why_there_is_no_network_is_told_in_the_answers_place(app, paper, monkeypatch):
    def damaged():
        raise ModelError("The model is damaged.")

    monkeypatch.setattr(browser_network, "mine", damaged)
    draw(app.run(), paper, SEVEN)
    answer = told(app)
    assert (answer["network"], answer["trouble"]) == ("", "The model is damaged.")


def test_a_picture_in_the_address_is_told_as_it_is(app):
    image = np.zeros((28, 28), np.float32)
    image[4:24, 13:15] = 1
    app.query_params["ink"] = text_from_picture(image)
    assert told(app.run())["drawing"]["picture"] == image.ravel().tolist()


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
