"""Bringing MNIST here from the page: once, with progress, by whoever may train, and no network."""

import threading
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.datasets import DATA_SETS
from cnn.data.digits import DataError
from cnn.data.download import Download
from pages.shared import permissions, session_model
from tests.pages.train.test_train_page import folder, text
from tests.patience import PATIENCE, wait_until
from tests.server import APP

__all__ = ["folder"]
MB = 2**20


class Mirror:
    """Stands for MNIST's server: sends half, then waits to be told how it ends."""

    def __init__(self):
        self.is_here, self.problem, self.asked = False, "", 0
        self.go_on = threading.Event()
        self.download = Download(self.fetch, 11 * MB)

    def fetch(self, bar):
        self.asked += 1
        bar.update(5 * MB)
        self.go_on.wait()
        bar.update(0)
        if self.problem:
            raise DataError(self.problem)
        self.is_here = True

    def end(self):
        self.go_on.set()
        wait_until(lambda: not self.download.progress().is_active)


@pytest.fixture
def mirror(folder, monkeypatch):
    mirror = Mirror()
    mnist = replace(
        DATA_SETS["mnist"], is_available=lambda: mirror.is_here, download=lambda: mirror.download
    )
    monkeypatch.setitem(DATA_SETS, "mnist", mnist)
    monkeypatch.setattr(session_model, "HEAD_START", 3600)
    yield mirror
    mirror.end()


def open_page():
    page = AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/3_Train.py").run()
    assert not page.exception
    return page


def keys(page):
    return {button.key for button in page.button}


def told(page):
    return [bar.proto.text for bar in page.get("progress")]


def test_two_press_it_and_it_comes_once_and_is_trained_on(mirror):
    one, two = open_page(), open_page()
    for page in (one, two):
        page.selectbox(key="new-data").set_value("mnist").run()
        assert page.button(key="start").disabled
        assert page.button(key="download-data").label == "Download MNIST (11 MB)"
    one.button(key="download-data").click().run()
    wait_until(lambda: mirror.download.progress().done)
    two.button(key="download-data").click().run()
    one.run()
    for page in (one, two):
        assert told(page)[0].startswith("MNIST: 5 of 11 MB")
    mirror.end()
    for page in (one, two):
        page.run()
        assert not page.button(key="start").disabled
        assert not {"download-data", "stop-data"} & keys(page)
    assert mirror.asked == 1


def test_what_went_wrong_is_one_sentence_and_it_can_be_tried_again(mirror):
    page = open_page()
    mirror.problem = "Cannot download train-images: check the network and try again."
    page.button(key="download-data").click().run()
    mirror.end()
    page.run()
    assert text(page).count("check the network and try again") == 1
    assert "download-data" in keys(page)


def test_it_can_be_stopped(mirror):
    page = open_page()
    page.button(key="download-data").click().run()
    page.button(key="stop-data").click().run()
    mirror.end()
    page.run()
    assert not mirror.is_here
    assert "download-data" in keys(page)


def test_nobody_else_sees_it_and_a_folder_of_the_users_is_told_how_to_fill(mirror, monkeypatch):
    missing = replace(DATA_SETS["mnist"], download=lambda: None, how_to_get=lambda: "Put them in.")
    monkeypatch.setitem(DATA_SETS, "mnist", missing)
    page = open_page()
    assert "download-data" not in keys(page)
    page.selectbox(key="new-data").set_value("mnist").run()
    assert "Put them in." in text(page)
    assert page.button(key="start").disabled
    monkeypatch.setenv(permissions.VARIABLE, "off")
    assert "download-data" not in keys(open_page())
