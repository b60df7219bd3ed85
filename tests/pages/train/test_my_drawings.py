"""Saying what a drawing is on the Draw page, and one's own drawings on the Train page."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.user_drawings import USER_DRAWINGS, collection, keep
from cnn.ink.link import text_from_picture
from cnn.recipe import RECIPES
from cnn.runs import jobs
from cnn.runs.finetune import ENOUGH
from cnn.runs.run import Run, Task
from pages.draw import teaching
from pages.draw.canvas import objects_from_strokes
from pages.shared import permissions, session_model
from tests.live import sentence
from tests.paper import ONE, SCRIBBLE, SEVEN
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_DRAWINGS_DIR", str(tmp_path / "drawings"))
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    return tmp_path


@pytest.fixture
def drawn(paper):
    """The Draw page with a seven that is read as one."""
    app = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    paper.objects.extend(objects_from_strokes([SEVEN], 20))
    return app.run()


@pytest.fixture
def page():
    return AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/3_Train.py")


def text(app):
    assert not app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


def digits(app):
    return app.button_group(key="teach-digit")


def kept():
    return [(one.drawing.label, len(one.drawing.strokes)) for one in collection().drawings]


def keep_some(count):
    for number in range(count):
        keep([SEVEN + number], 7 if number % 2 else 2)


def test_right_keeps_the_drawing_as_the_digit_that_was_read(drawn):
    assert "Drawing alone never trains the network" in text(drawn)
    drawn.button(key="right").click().run()
    assert kept() == [(7, 1)]
    assert "Kept as 7" in text(drawn)
    assert digits(drawn).value == 7
    drawn.button(key="right").click().run()
    assert kept() == [(7, 1)]


def test_what_the_network_is_not_sure_of_is_kept_only_as_what_one_says(paper):
    app = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    paper.objects.extend(objects_from_strokes([SCRIBBLE], 20))
    app.run().button(key="right").click().run()
    assert "The network is not sure which digit this is: choose it." in text(app)
    assert not kept()
    digits(app).set_value(4).run()
    assert kept() == [(4, 1)]


def test_a_visitor_of_anothers_server_is_asked_nothing_and_keeps_nothing(drawn, monkeypatch):
    drawn.button(key="right").click()
    monkeypatch.setenv("CNN_TRAINING", "off")
    drawn.run()
    assert not kept()
    assert "right" not in {button.key for button in drawn.button}


def test_a_correction_relabels_and_undo_goes_back_step_by_step(drawn):
    drawn.button(key="right").click().run()
    digits(drawn).set_value(2).run()
    assert kept() == [(2, 1)]
    drawn.button(key="teach-undo").click().run()
    assert kept() == [(7, 1)]
    # What was undone is not undone again, but the digit chosen can be taken back.
    assert "teach-undo" not in {button.key for button in drawn.button}
    digits(drawn).set_value(None).run()
    assert kept() == []
    assert "Drawing alone" in text(drawn)


def test_the_next_drawing_is_not_kept_by_itself(drawn, paper):
    drawn.button(key="right").click().run()
    paper.objects.extend(objects_from_strokes([ONE], 20))
    drawn.run()
    assert digits(drawn).value is None
    assert kept() == [(7, 1)]


def test_a_picture_cannot_be_kept_and_the_row_says_why(paper):
    image = np.zeros((28, 28), np.float32)
    image[4:24, 13:15] = 1
    app = AppTest.from_file(APP, default_timeout=PATIENCE)
    app.query_params["ink"] = text_from_picture(image)
    app.run()
    assert "this is a picture" in text(app)
    assert "right" not in {button.key for button in app.button}


def test_a_full_disk_is_told_and_the_drawing_stays(drawn, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cnn.data.user_drawings.append_line", full)
    drawn.button(key="right").click().run()
    assert "The disk is full: make room, then try again." in text(drawn)
    assert sentence(drawn).startswith("Reads as 7")


def test_without_drawings_the_section_says_how_to_begin(page):
    page.run()
    assert "Draw ten to teach it" in text(page)
    assert "fine-tune" not in {button.key for button in page.button}


def test_kept_drawings_are_shown_with_what_they_are_and_how_they_are_read(page):
    keep_some(4)
    page.run()
    faces = [option.content for option in page.button_group(key="yours-chosen").proto.options]
    assert len(faces) == 4
    assert sum(":orange[7]" in face for face in faces) == 2
    assert sum("held out" in face for face in faces) == 1
    assert "6 more drawings" in text(page)


def test_chosen_drawings_are_corrected_deleted_and_brought_back(page):
    keep_some(3)
    page.run()
    ids = [one.id for one in collection().drawings]
    page.button_group(key="yours-chosen").set_value([ids[0]]).run()
    page.button_group(key="yours-digit").set_value(7).run()
    assert kept() == [(7, 1), (7, 1), (2, 1)]
    page.button_group(key="yours-chosen").set_value(ids[:2]).run()
    page.button(key="yours-delete").click().run()
    assert [one.id for one in collection().drawings] == ids[2:]
    assert "2 deleted." in text(page)
    page.button(key="yours-undo").click().run()
    assert {one.id for one in collection().drawings} == set(ids)


def test_a_file_is_imported_or_its_wrong_line_named(page):
    page.run()
    good = json.dumps({"label": 3, "strokes": [[[1, 2], [30, 40]]]})
    (uploader,) = page.get("file_uploader")
    uploader.upload("mine.jsonl", f"{good}\n{{".encode()).run()
    assert "mine.jsonl, line 2: this drawing cannot be read" in text(page)
    (uploader,) = page.get("file_uploader")
    uploader.upload("mine.jsonl", good.replace("30", "1e305").encode()).run()
    assert "line 1: The drawing has a coordinate" in text(page)
    assert kept() == []
    (uploader,) = page.get("file_uploader")
    uploader.upload("mine.jsonl", good.encode()).run()
    assert "1 new from mine.jsonl." in text(page)
    assert kept() == [(3, 1)]


def test_a_damaged_line_is_counted_and_stays(page, places):
    keep_some(1)
    with (places / "drawings" / "drawings.jsonl").open("a") as file:
        file.write('{"label": 3, "str')
    page.run()
    assert "1 line of" in text(page)


def test_fine_tune_submits_a_training_of_the_network_in_use_on_a_copy(page, places, monkeypatch):
    started = []
    monkeypatch.setattr(jobs, "advance", lambda: started.append(True))
    keep_some(ENOUGH)
    page.run()
    page.button(key="fine-tune").click().run()
    run = Run.open(places / "runs" / "hand 1")
    assert (run.task.start, run.task.drawings) == ("shipped", USER_DRAWINGS)
    assert len(run.drawings()) == ENOUGH
    assert (run.folder / "start.keras").is_file()
    assert started
    assert page.selectbox(key="run").value == "hand 1"
    assert page.button(key="fine-tune").disabled


def test_after_fine_tuning_the_section_says_what_was_learned_and_forgotten(
    page, places, monkeypatch
):
    keep_some(ENOUGH)
    run = Run.create(
        places / "runs" / "hand 1", Task(RECIPES["hand"], "digits", USER_DRAWINGS, "shipped")
    )
    run.append(event="finished", seconds=8.0)
    run.model_file.write_bytes((run.folder / "start.keras").read_bytes())
    teaching._changed.clear()
    page.run()
    said = text(page)
    assert "your 2 held-out drawings" in said
    assert "2 drawings say little" in said
    before, after = said.split("252 test digits, Built-in digits")[1].split("<td>")[1:3]
    assert before.partition("<")[0] == after.partition("<")[0] != ""
    page.button(key="teaching-use").click().run()
    assert "In use now, instead of the shipped model" in text(page)
    page.button(key="teaching-go").click().run()
    assert page.button(key="teaching-use")


@pytest.mark.parametrize("allowed", ["off", "owner"])
def test_who_may_not_train_is_told_why_there_are_no_drawings(page, monkeypatch, allowed):
    keep_some(ENOUGH)
    if allowed == "off":
        monkeypatch.setenv("CNN_TRAINING", "off")
    else:
        monkeypatch.setattr(permissions, "_password", lambda: "secret")
    page.run()
    told = "nothing is taught" if allowed == "off" else "by the owner of this server"
    assert told in text(page)
    assert "fine-tune" not in {button.key for button in page.button}


def test_the_form_offers_ones_own_drawings_once_there_are_enough(page, places, monkeypatch):
    monkeypatch.setattr(jobs, "advance", lambda: None)
    keep_some(ENOUGH - 1)
    page.run()
    assert "Your drawings" not in page.selectbox(key="new-data").options
    keep_some(ENOUGH)
    page.run()
    assert "Built-in digits and your drawings" in page.selectbox(key="new-data").options
    page.selectbox(key="new-data").set_value("digits and drawings").run()
    page.text_input(key="new-name").set_value("mixed").run()
    page.button(key="start").click().run()
    task = Run.open(places / "runs" / "mixed").task
    assert (task.dataset, task.drawings, task.recipe.stroke_copies) == ("digits", USER_DRAWINGS, 10)
