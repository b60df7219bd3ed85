"""The Train page: no run yet, a finished one, one at work, bad values, and what can be done."""

import re

import numpy as np
import psutil
import pytest
from streamlit.testing.v1 import AppTest

from cnn import jobs
from cnn.jobfile import JobFile
from cnn.recipe import Recipe
from cnn.runs import Run, Task, all_runs
from pages.widgets import model

RECIPE = Recipe(epochs=4, batch=50, filters=(4, 8))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def page(folder, monkeypatch):
    monkeypatch.setattr(model, "HEAD_START", 3600)
    return AppTest.from_file("../app.py", default_timeout=60).switch_page("pages/3_Train.py")


def make_run(folder, name, epochs=4, finished=True):
    """Write what a training writes."""
    rng = np.random.default_rng(0)
    run = Run.create(folder / name, Task(RECIPE, "mnist"))
    run.append(event="started", digits=1000, steps=80, precision="float32", epoch=0, step=0)
    for epoch in range(epochs + 1):
        run.save_filters(epoch, {"conv1": rng.normal(size=(5, 5, 1, 4)).astype(np.float32)})
        if not epoch:
            continue
        run.append(event="step", step=20 * epoch, cost=1 / epoch, accuracy=0.8,
                   digits_per_second=1234.5, seconds_left=75.0)  # fmt: skip
        run.append(event="epoch", epoch=epoch, step=20 * epoch, cost=1 / epoch,
                   training_accuracy=0.8, test_accuracy=0.9 + epoch / 100, seconds=2.0)  # fmt: skip
    if finished:
        run.append(event="finished", seconds=8.0)
    return run


def text(page):
    assert not page.exception
    return "\n".join(element.proto.body for element in page.get("html"))


def charts(page):
    return list(page.session_state["steady-charts"])


def test_without_runs_the_page_says_how_to_begin(page):
    page.run()
    assert "press “Start training”" in text(page)
    assert "run" not in page.session_state
    assert page.button(key="start").label == "Start training"
    # All of the tutorial's network.
    assert "3,199,106" in text(page)


def test_the_layers_follow_what_is_typed(page):
    page.run()
    page.selectbox(key="new-recipe-mnist").set_value("fast").run()
    page.number_input(key="new-fast-filters-0").set_value(8).run()
    page.number_input(key="new-fast-dense_units").set_value(100).run()
    said = text(page)
    assert "28 × 28 × 8" in said
    total = 5 * 5 * 8 + 8 + 25 * 8 * 64 + 64 + 3136 * 100 + 100 + 100 * 10 + 10
    assert f"{total:,}" in said
    page.selectbox(key="new-fast-network").set_value("fc").run()
    assert "Layer 1" not in text(page)


def test_start_submits_what_the_form_says(page, folder, monkeypatch):
    started = []
    monkeypatch.setattr(jobs, "advance", lambda: started.append(True))
    page.run()
    page.selectbox(key="new-data").set_value("digits").run()
    page.number_input(key="new-small-epochs").set_value(3).run()
    page.text_input(key="new-name").set_value("mine").run()
    page.button(key="start").click().run()
    task = Run.open(folder / "mine").task
    assert (task.dataset, task.recipe.epochs, task.recipe.dropout) == ("digits", 3, 0.3)
    assert started
    assert page.selectbox(key="run").value == "mine"
    assert not page.exception


@pytest.mark.parametrize("name", ["../away", ".hidden", "shipped", "a"])
def test_a_name_that_cannot_be_used_gets_one_sentence_and_starts_nothing(page, folder, name):
    make_run(folder, "a")
    page.run()
    page.text_input(key="new-name").set_value(name).run()
    page.button(key="start").click().run()
    assert text(page).count('class="trouble"') == 1
    assert [run.name for run in all_runs()] == ["a"]


def test_a_finished_run_shows_its_curves_lines_filters_and_place_in_the_table(page, folder):
    make_run(folder, "done")
    page.run()
    said = text(page)
    assert "Epoch: 4 cost = 0.250 test accuracy: 0.940" in said
    assert "After epoch 4" in said
    assert {"run-cost", "run-accuracy"} <= set(charts(page))
    row = re.search(r"<tr class=\"chosen\">.*?</tr>", said, re.S)[0]
    for word in ("done", "MNIST", "4 of 4", "94.00 %", "8 s"):
        assert word in row
    assert [b.label for b in page.button if b.key in ("pause", "stop", "resume")] == []


def test_a_run_at_work_can_be_paused_and_stopped_and_tells_its_speed(page, folder, monkeypatch):
    run = make_run(folder, "busy", epochs=2, finished=False)
    JobFile.of_process(psutil.Process(), run.folder).write(run.folder)
    asked = []
    monkeypatch.setattr(jobs, "pause", asked.append)
    page.run()
    assert not page.exception
    bar = page.get("progress")[0].proto
    assert bar.value == 50
    assert "epoch 3 of 4 · 1,234 digits a second · 1 min 15 s left" in bar.text
    assert {"pause", "stop"} <= {button.key for button in page.button}
    assert "delete" not in {button.key for button in page.button}
    page.button(key="pause").click().run()
    assert asked == ["busy"]


def test_a_run_that_broke_off_says_why_and_can_go_on(page, folder):
    run = make_run(folder, "broken", epochs=1, finished=False)
    JobFile(pid=1, ended=True, failed=True, reason="The disk is full: make room.").write(run.folder)
    page.run()
    assert "The disk is full: make room." in text(page)
    assert "resume" in {button.key for button in page.button}


def test_runs_are_laid_over_one_another(page, folder):
    make_run(folder, "one")
    make_run(folder, "two")
    page.session_state["more-runs"] = "Compare curves"
    page.run()
    assert {"together-cost", "together-accuracy"} <= set(charts(page))
