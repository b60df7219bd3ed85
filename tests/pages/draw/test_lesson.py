"""Ten drawings in a row on the Draw page, and the way from there to a network that was taught."""

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cnn.data import user_drawings
from cnn.data.user_drawings import USER_DRAWINGS, collection
from cnn.runs import jobs
from cnn.runs.finetune import ENOUGH
from cnn.runs.metrics import EpochRecord, Metrics, StartRecord, StepRecord
from cnn.runs.run import Run
from pages.draw import teaching
from pages.draw.canvas import objects_from_strokes
from pages.live import component
from tests.paper import ONE, SEVEN
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_DRAWINGS_DIR", str(tmp_path / "drawings"))
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path / "runs"))
    return tmp_path


@pytest.fixture
def app(paper, monkeypatch):
    """The Draw page in a lesson; a button stands for the component that tells of the pen's rest."""

    def rest(waiting, rested):
        st.button("The pen rests", key="rest", on_click=rested, args=[waiting.revision])

    monkeypatch.setattr(component, "rest", rest)
    app = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    return app.button(key="teach-ten").click().run()


def text(app):
    assert not app.exception
    return "\n".join(element.proto.body for element in app.get("html"))


def choose(app, *digits):
    app.button_group(key="lesson-digits").set_value(list(digits)).run()


def draw(app, paper, *strokes):
    paper.objects.extend(objects_from_strokes(list(strokes), 20))
    app.button(key="rest").click().run()


def digits_kept():
    return [kept.drawing.label for kept in collection().drawings]


def test_each_drawing_is_kept_when_the_pen_rests_and_the_canvas_clears(app, paper):
    assert "10 more" in text(app)
    choose(app, 7)
    assert "Draw a 7" in text(app)
    draw(app, paper, SEVEN, ONE)
    assert paper.objects == []
    assert "9 more" in text(app)
    assert app.button(key="lesson-teach").disabled
    for number in range(1, ENOUGH):
        draw(app, paper, SEVEN + number)
    assert digits_kept() == [7] * ENOUGH
    assert len(collection().drawings[0].drawing.strokes) == 2
    assert "Enough to teach" in text(app)
    assert not app.button(key="lesson-teach").disabled


def test_a_visitor_is_told_that_drawings_are_on_the_server(app, monkeypatch):
    choose(app, 7)
    assert "on the computer that runs Digitscope, for all who use it" in text(app)


def test_several_digits_are_asked_for_in_turn(app, paper):
    choose(app, 1, 7)
    for number in range(4):
        draw(app, paper, SEVEN + number)
    assert sorted(digits_kept()) == [1, 1, 7, 7]


def test_undo_takes_the_last_one_back_and_asks_for_its_digit_again(app, paper):
    choose(app, 1, 7)
    draw(app, paper, SEVEN)
    draw(app, paper, SEVEN + 1)
    last = digits_kept()[-1]
    app.button(key="lesson-undo").click().run()
    assert len(digits_kept()) == 1
    assert f"Draw a {last}" in text(app)
    assert "9 more" in text(app)


def test_nothing_empty_and_no_mere_touch_is_kept(app, paper):
    choose(app, 7)
    draw(app, paper)
    draw(app, paper, np.array([[100.0, 100.0], [104.0, 101.0]]))
    assert digits_kept() == []
    assert paper.objects == []
    assert "too small to be a digit" in text(app)


def test_without_a_digit_a_drawing_stays_and_is_not_kept(app, paper):
    draw(app, paper, SEVEN)
    assert len(paper.objects) == 1
    assert digits_kept() == []


def test_a_rest_that_is_told_of_after_clear_keeps_nothing(app, paper):
    choose(app, 7)
    paper.objects.extend(objects_from_strokes([SEVEN], 20))
    app.run()
    # The button still tells of the drawing as it was before.
    app.button(key="rest").click()
    app.button(key="clear").click().run()
    assert digits_kept() == []
    draw(app, paper, SEVEN)
    assert digits_kept() == [7]


def test_on_a_full_disk_the_drawing_stays_and_is_kept_later(app, paper, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    choose(app, 7)
    with monkeypatch.context() as patch:
        patch.setattr(user_drawings, "append_line", full)
        draw(app, paper, SEVEN)
    assert "The disk is full: make room, then try again." in text(app)
    assert len(paper.objects) == 1
    app.button(key="rest").click().run()
    assert digits_kept() == [7]


def test_one_leaves_at_any_moment_and_what_was_kept_stays(app, paper):
    choose(app, 7)
    draw(app, paper, SEVEN)
    app.button(key="lesson-leave").click().run()
    assert digits_kept() == [7]
    assert "lesson-teach" not in {button.key for button in app.button}
    assert "teach-ten" in {button.key for button in app.button}


def test_teaching_begins_is_watched_and_is_stopped_where_one_draws(app, paper, places, monkeypatch):
    monkeypatch.setattr(jobs, "advance", lambda: None)
    choose(app, 7)
    for number in range(ENOUGH):
        draw(app, paper, SEVEN + number)
    app.button(key="lesson-teach").click().run()
    run = Run.open(places / "runs" / "hand 1")
    assert (run.task.start, run.task.drawings) == ("shipped", USER_DRAWINGS)
    assert "Teaching “hand 1”" in text(app)
    app.button(key="teaching-stop").click().run()
    assert "Stopped: nothing has changed" in text(app)
    app.button(key="lesson-again").click().run()
    assert "Draw a 7" in text(app)
    # A page that is loaded again still leads there.
    again = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    again.button(key="teach-last").click().run()
    assert "Stopped: nothing has changed" in text(again)


def test_progress_tells_the_time_left_from_the_last_time_then_from_the_steps():
    steps = StepRecord("step", 50, 0.2, 0.9, seconds_left=6.0)
    started = StartRecord("started", 200, 0, 0)
    epoch = EpochRecord("epoch", 1, 200, 0.1, 0.99)
    assert teaching.how_far(Metrics(None, [], [], False), 5.0, 20.0) == (
        0.25,
        "Getting ready · about 15 s left",
    )
    assert "longer than usual" in teaching.how_far(Metrics(None, [], [], False), 30.0, 20.0)[1]
    done, said = teaching.how_far(Metrics(started, [steps], [], False), 24.0, 20.0)
    assert (done, said) == (0.75, "Step 50 of 200 · about 8 s left")
    assert "Measuring" in teaching.how_far(Metrics(started, [steps], [epoch], False), 30.0, 20.0)[1]
