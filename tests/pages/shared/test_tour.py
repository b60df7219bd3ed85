"""The tour: what the browser is told of it, for whoever sees the page."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import session_model
from pages.shared.tour import FOR_VISITORS, STEPS
from tests.live import told
from tests.made_runs import make_run
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture
def app(paper, tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    monkeypatch.setattr(session_model, "HEAD_START", 0)
    return AppTest.from_file(APP, default_timeout=PATIENCE)


def steps(app):
    return [(step["page"], step["text"]) for step in told(app.run(), "tour")["steps"]]


def test_it_leads_through_the_pages_in_the_menus_order(app):
    assert steps(app) == [(step.page, step.text) for step in STEPS]
    pages = list(dict.fromkeys(page for page, _ in steps(app)))
    assert pages == [link.proto.label for link in app.get("page_link")][: len(pages)]


def test_it_leads_to_no_page_that_is_not_there_and_tells_visitors_what_is_theirs(
    app, tmp_path, monkeypatch
):
    monkeypatch.setenv("CNN_TRAINING", "off")
    assert "Train" not in dict(steps(app))
    make_run(tmp_path, "mine")
    assert dict(steps(app))["Train"] == FOR_VISITORS
