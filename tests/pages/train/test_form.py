"""The form for a new training: whatever recipe and data sets hold is offered, and trained."""

from dataclasses import fields, replace

import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.builtin import load_builtin
from cnn.data.datasets import DATA_SETS, DataSet
from cnn.recipe import RECIPES, SETTINGS, Recipe
from cnn.runs import jobs
from cnn.runs.run import Run
from pages.shared import session_model
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    monkeypatch.setattr(session_model, "HEAD_START", 3600)
    monkeypatch.setattr(jobs, "advance", lambda: None)
    page = AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/3_Train.py").run()
    page.selectbox(key="new-data").set_value("digits").run()
    return page


def task_of(page, tmp_path):
    """The task that the form's button submits."""
    page.text_input(key="new-name").set_value("mine").run()
    page.button(key="start").click().run()
    assert not page.exception
    return Run.open(tmp_path / "mine").task


def layers(page):
    """The titles in the table of layers."""
    (table,) = (e.proto.body for e in page.get("html") if 'class="layers"' in e.proto.body)
    return [row.split("</th>")[0] for row in table.split("<th scope='row'>")[1:]]


def test_convolutions_are_added_and_taken_away_and_the_table_follows(page, tmp_path):
    count = page.selectbox(key="new-small-filters-count")
    assert (count.label, count.options) == ("Convolutions", ["1", "2", "3", "4"])
    for number in (1, 4, 3):
        page.selectbox(key="new-small-filters-count").set_value(number).run()
        shown = [title for title in layers(page) if title.startswith(("Layer", "Pooled"))]
        expected = [f"{word} {i + 1}" for i in range(number) for word in ("Layer", "Pooled")]
        assert shown == expected
    page.number_input(key="new-small-filters-2").set_value(7).run()
    recipe = task_of(page, tmp_path).recipe
    assert recipe == replace(RECIPES["small"], filters=(16, 32, 7))


def test_every_hyper_parameter_has_a_control_that_begins_with_the_recipes_value(page):
    controls = {
        each.key: each.value
        for each in (*page.selectbox, *page.select_slider, *page.number_input, *page.toggle)
    }
    for field in fields(Recipe):
        value = getattr(RECIPES["small"], field.name)
        parts = {"": value}
        if SETTINGS[field.name].most:
            parts = {f"-{i}": part for i, part in enumerate(value)}
        for part, expected in parts.items():
            assert controls[f"new-small-{field.name}{part}"] == expected


def test_a_data_set_is_one_entry_that_can_be_chosen_and_started(tmp_path, monkeypatch, page):
    added = DataSet(
        "some",
        title="Some digits",
        mention="some digits",
        recipe="fast",
        load=lambda _: load_builtin(),
        load_test=lambda: load_builtin().test,
    )
    monkeypatch.setitem(DATA_SETS, "some", added)
    page.run()
    assert "Some digits" in page.selectbox(key="new-data").options
    page.selectbox(key="new-data").set_value("some").run()
    assert page.selectbox(key="new-recipe-some").value == "fast"
    task = task_of(page, tmp_path)
    assert (task.dataset, task.recipe) == ("some", RECIPES["fast"])
    row = next(
        e.proto.body
        for e in page.get("html")
        if "<table" in e.proto.body and "mine" in e.proto.body
    )
    assert "Some digits" in row
