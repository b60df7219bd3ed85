"""The form for a new training: whatever recipe and data sets hold is offered, and trained."""

import html
from dataclasses import fields, replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data import user_drawings
from cnn.data.builtin import load_builtin
from cnn.data.datasets import DATA_SETS, DataSet
from cnn.recipe import RECIPES, SETTINGS, Recipe
from cnn.runs import jobs
from cnn.runs.run import Run
from pages.shared import session_model
from pages.train.form import NONE_KEPT
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


def test_what_cannot_work_says_so_and_is_not_started(page, monkeypatch):
    page.selectbox(key="new-recipe-digits").set_value("best").run()
    assert page.button(key="start").disabled
    assert NONE_KEPT in said(page)
    page.selectbox(key="new-recipe-digits").set_value("small").run()
    assert not page.button(key="start").disabled
    page.select_slider(key="new-small-train_size").set_value(100).run()
    page.number_input(key="new-small-glyph_copies").set_value(0).run()
    page.select_slider(key="new-small-batch_size").set_value(200).run()
    assert page.button(key="start").disabled
    assert "There are 100 training digits, fewer than one batch of 200" in said(page)


def test_with_drawings_kept_the_data_that_a_recipe_needs_is_named(page, tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_DRAWINGS_DIR", str(tmp_path / "drawings"))
    for digit in range(10):
        user_drawings.keep([np.array([[20, 20], [150 + digit, 200]])], digit)
    page.selectbox(key="new-recipe-digits").set_value("best").run()
    assert "Choose “Built-in digits and your drawings” above." in said(page)
    page.selectbox(key="new-data").set_value("digits and drawings").run()
    page.selectbox(key="new-recipe-digits").set_value("best").run()
    assert not page.button(key="start").disabled


def said(page):
    assert not page.exception
    return "\n".join(html.unescape(element.proto.body) for element in page.get("html"))
