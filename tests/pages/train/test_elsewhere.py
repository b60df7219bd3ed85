"""A run that is trained on another machine: what its page says, and what it offers."""

import os

import pytest
from streamlit.testing.v1 import AppTest

from cnn.runs.elsewhere import LONGEST_SILENCE
from cnn.runs.process import JobFile
from pages.shared import permissions, session_model
from tests.cnn.runs.test_elsewhere import fall_silent
from tests.made_runs import make_run
from tests.pages.train.test_train_page import folder, text
from tests.patience import PATIENCE
from tests.server import APP

__all__ = ["folder"]
THERE = JobFile(pid=os.getpid(), identity="another start 12345", machine="<oak>")
NOTE = "Trained on “&lt;oak&gt;”: pause or stop it there."


@pytest.fixture
def page(folder, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 3600)
    return AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/3_Train.py")


def make(folder, silent):
    """Make a run that is trained elsewhere, silent for so many seconds."""
    run = make_run(folder, "a", epochs=2, finished=False)
    THERE.write(run.folder)
    fall_silent(run, silent)
    return run


def keys(page):
    return {button.key for button in page.button}


def progress(page):
    return page.get("progress")[0].proto.text


def test_it_is_followed_and_offers_nothing_that_only_its_machine_can_do(page, folder):
    make(folder, 0)
    page.run()
    assert NOTE in text(page)
    assert progress(page) == ("Training · epoch 3 of 4 · 1,234 digits a second · 1 min 15 s left")
    assert not {"pause", "resume", "stop", "delete"} & keys(page)
    assert page.text_input(key="name-a").disabled
    assert "The run “a” is being trained on the machine “&lt;oak&gt;”: stop it there." in text(page)


def test_a_silence_is_told_before_it_counts_as_an_end(page, folder):
    run = make(folder, 150)
    page.run()
    assert progress(page).startswith("Training · epoch 3 of 4 · nothing heard of it for 2 min")
    fall_silent(run, LONGEST_SILENCE + 60)
    page.run()
    assert progress(page).startswith("Interrupted")
    assert "on the machine “&lt;oak&gt;”, which trained it, it was ended or is paused" in text(page)
    assert {"resume", "delete"} <= keys(page)


def test_a_visitor_is_not_told_where(page, folder, monkeypatch):
    monkeypatch.setenv(permissions.VARIABLE, "off")
    make(folder, 0)
    page.run()
    assert progress(page).startswith("Training · epoch 3 of 4")
    assert "oak" not in text(page)
