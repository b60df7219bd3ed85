"""Replay that goes on by itself: it begins, pauses and ends when it should."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import session_model
from pages.train import playback
from tests.made_runs import make_run
from tests.patience import PATIENCE
from tests.server import APP


class Clock:
    """A clock that stands still until told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(playback, "monotonic", clock)
    return clock


@pytest.fixture
def page(tmp_path, monkeypatch, clock):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    monkeypatch.setattr(session_model, "HEAD_START", 3600)
    make_run(tmp_path, "done")
    app = AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/3_Train.py")
    app.session_state["more-runs"] = "Replay"
    return app.run()


def seen(page):
    """Return the epoch shown, and what the button offers."""
    assert not page.exception
    return page.slider[0].value, button(page).label


def button(page):
    return page.button(key="replay-play")


def test_replay_begins_anew_from_the_last_epoch_and_stops_there(page, clock):
    assert seen(page) == (4, "Play")
    button(page).click().run()
    assert seen(page) == (0, "Pause")
    for expected in ((1, "Pause"), (2, "Pause"), (3, "Pause"), (4, "Play"), (4, "Play")):
        clock.now += playback.TICK
        assert seen(page.run()) == expected


def test_what_a_slow_browser_sends_late_does_not_end_what_has_just_begun(page, clock):
    late = page.slider[0].set_value(4)
    button(page.run()).click().run()
    assert seen(page) == (0, "Pause")
    late.run()
    assert seen(page) == (0, "Pause")
    for _ in range(3):
        clock.now += playback.TICK
        page.run()
    late = page.slider[0].set_value(3)
    clock.now += playback.TICK
    assert seen(page.run()) == (4, "Play")
    late.run()
    assert seen(page) == (4, "Play")


def test_a_hand_on_the_slider_is_no_tick_and_replay_goes_on_from_there(page, clock):
    page.slider[0].set_value(0).run()
    button(page).click().run()
    page.slider[0].set_value(2).run()
    assert seen(page) == (2, "Pause")
    clock.now += playback.TICK
    assert seen(page.run()) == (3, "Pause")


def test_a_pause_holds_and_a_page_that_was_left_does_not_go_on_alone(page, clock):
    page.slider[0].set_value(1).run()
    button(page).click().run()
    button(page).click().run()
    clock.now += playback.TICK
    assert seen(page.run()) == (1, "Play")
    button(page).click().run()
    clock.now += playback.FORGOTTEN + playback.TICK
    assert seen(page.run()) == (1, "Play")
