"""The Train page: no run yet, a finished one, one at work, bad values, and what can be done."""

import re
from dataclasses import replace

import numpy as np
import psutil
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.datasets import DATA_SETS
from cnn.model import build_fc, save_model
from cnn.plots.timed import peers
from cnn.recipe import RECIPES
from cnn.runs import active_model, history, jobs
from cnn.runs.manage import note
from cnn.runs.process import JobFile
from cnn.runs.run import SHIPPED, Run, all_runs
from pages.draw import sketchbook
from pages.draw.sketchbook import Drawing
from pages.shared import permissions, session_model
from pages.train import run_actions
from tests.made_runs import make_run
from tests.patience import PATIENCE
from tests.server import APP


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def page(folder, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 3600)
    # The form begins with MNIST where it is, else with the built-in digits.
    here = replace(DATA_SETS["mnist"], is_available=lambda: True)
    monkeypatch.setitem(DATA_SETS, "mnist", here)
    return AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/3_Train.py")


def text(page):
    assert not page.exception
    return "\n".join(element.proto.body for element in page.get("html"))


def charts(page):
    return list(page.session_state["charts"])


def chart(page, name):
    newest, figures = page.session_state["charts"][name]
    return figures[newest]


def marker(page, name):
    return chart(page, name).layout.shapes[0].x0


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
    page.select_slider(key="new-small-learning_rate").set_value(0.01).run()
    page.text_input(key="new-name").set_value("mine").run()
    page.button(key="start").click().run()
    task = Run.open(folder / "mine").task
    recipe = replace(RECIPES["small"], epochs=3, learning_rate=0.01)
    assert (task.dataset, task.recipe) == ("digits", recipe)
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
    for word in ("done", "MNIST", "4 of 4", "86.00 %", "94.00 %", "8 s"):
        assert word in row
    assert [b.label for b in page.button if b.key in ("pause", "stop", "resume")] == []


def test_a_run_at_work_can_be_paused_and_stopped_and_tells_its_speed(page, folder, monkeypatch):
    run = make_run(folder, "busy", epochs=2, finished=False)
    JobFile.of_process(psutil.Process()).write(run.folder)
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


def test_the_best_run_by_validation_digits_is_marked_and_the_page_says_why_by_them(page, folder):
    make_run(folder, "short", epochs=2)
    make_run(folder, "long")
    make_run(folder, "of before", keep=False)
    page.run()
    said = text(page)
    rows = {
        row.split("<", 1)[0]: row for row in re.findall(r"<tr class=\"\w*\"><td>(.*?)</tr>", said)
    }
    assert [name for name, row in rows.items() if ">best<" in row] == ["short"]
    assert ">best</span> 88.00 %<" in rows["short"]
    assert ">–<" in rows["of before"]
    assert "Choose by the validation digits" in said


def test_runs_are_laid_over_one_another(page, folder):
    make_run(folder, "one")
    make_run(folder, "two")
    page.session_state["more-runs"] = "Compare curves"
    page.run()
    assert {"together-cost", "together-accuracy"} <= set(charts(page))
    page.toggle(key="together-others").set_value(True).run()
    names = [line.name for line in chart(page, "together-time").data]
    assert names == ["two", "one", *(curve.name for curve in peers().curves)]
    assert peers().machine in text(page)


def test_the_current_drawing_goes_with_a_training_that_is_started(page, folder, monkeypatch):
    monkeypatch.setattr(jobs, "advance", lambda: None)
    book = sketchbook.Sketchbook()
    picture = np.zeros((28, 28), np.float32)
    picture[5:20, 10:12] = 1
    book.show(Drawing(picture=picture))
    page.session_state["sketchbook"] = book
    page.run()
    page.text_input(key="new-name").set_value("mine").run()
    page.button(key="start").click().run()
    assert "before the first step" in text(page)
    np.testing.assert_array_equal(history.probe(Run.open(folder / "mine")).pictures()[0], picture)


def test_the_drawing_of_the_start_is_shown_as_it_was_read_at_each_epoch(page, folder):
    make_run(folder, "done")
    page.run()
    assert "<b>7</b>, &gt;99.9 %" in text(page)
    assert "The drawing that was there" in text(page)
    lines = {line.name: line for line in chart(page, "run-certainty").data}
    assert lines["7"].y == (0, 0, 100, 100, 100)
    assert lines["1"].y == (100, 100, 0, 0, 0)


def test_a_run_of_before_says_that_nothing_was_kept(page, folder):
    make_run(folder, "old", keep=False)
    page.session_state["more-runs"] = "Replay"
    page.run()
    assert "Made before readings were kept" in text(page)
    assert "Nothing was kept to replay" in text(page)
    assert not page.slider


def test_one_slider_moves_curves_mistakes_filters_and_readings_together(page, folder):
    make_run(folder, "done")
    page.session_state["more-runs"] = "Replay"
    page.run()
    assert page.slider[0].value == 4
    assert "6 of 10 test digits are misread" in text(page)
    page.slider[0].set_value(1).run()
    said = text(page)
    assert "8 of 10 test digits are misread" in said
    assert "<b>1</b>, &gt;99.9 %" in said
    # The live view above stays at the last epoch.
    assert {"After epoch 1", "After epoch 4"} <= set(re.findall(r"After epoch \d", said))
    for name in ("replay-0-cost", "replay-0-accuracy", "replay-0-certainty"):
        assert marker(page, name) == 1
    cells, counts = chart(page, "replay-0-confusion").data
    assert cells.customdata[9][1] == 1
    assert len(counts.text) == 10


def test_two_runs_are_replayed_side_by_side_and_the_shorter_one_stays_at_its_end(page, folder):
    make_run(folder, "short", epochs=2)
    make_run(folder, "long")
    page.session_state["more-runs"] = "Replay"
    page.session_state["run"] = "short"
    page.run()
    page.selectbox(key="replay-beside-short").set_value("long").run()
    assert page.slider[0].value == 2, "a longer run beside it moves no epoch"
    page.slider[0].set_value(3).run()
    assert [marker(page, f"replay-{i}-accuracy") for i in (0, 1)] == [2, 3]
    assert not page.exception


def test_a_run_is_renamed_and_annotated(page, folder):
    make_run(folder, "a")
    page.run()
    page.text_input(key="name-a").set_value("b")
    page.text_input(key="note-a").set_value("<b>wide</b>")
    page.button(key="save").click().run()
    assert page.selectbox(key="run").value == "b"
    assert note(Run.open(folder / "b")) == "<b>wide</b>"
    assert "&lt;b&gt;wide&lt;/b&gt;" in text(page)
    assert [run.name for run in all_runs()] == ["b"]


def test_a_refused_name_refuses_the_note_too_and_keeps_what_was_typed(page, folder):
    make_run(folder, "a")
    make_run(folder, "b")
    page.session_state["run"] = "a"
    page.run()
    page.text_input(key="name-a").set_value("b")
    page.text_input(key="note-a").set_value("mine")
    page.button(key="save").click().run()
    assert "The name “b” is taken" in text(page)
    assert note(Run.open(folder / "a")) == ""
    typed = [page.text_input(key=f"{field}-a").value for field in ("name", "note")]
    assert typed == ["b", "mine"]


def test_a_run_is_deleted_only_after_a_second_press(page, folder):
    make_run(folder, "a")
    make_run(folder, "b")
    page.session_state["run"] = "a"
    page.run()
    page.button(key="delete").click().run()
    assert "“a” goes for good" in text(page)
    assert len(all_runs()) == 2
    page.button(key="delete-for-good").click().run()
    assert [run.name for run in all_runs()] == ["b"]
    assert page.selectbox(key="run").value == "b"


def test_a_run_at_work_or_in_use_says_why_it_stays(page, folder):
    run = make_run(folder, "a")
    save_model(build_fc(seed=0), run.model_file)
    active_model.set_default("a")
    page.run()
    assert "“a” is the model in use: go back to the shipped one first." in text(page)
    assert "delete" not in {button.key for button in page.button}
    active_model.set_default(SHIPPED)
    JobFile.of_process(psutil.Process()).write(run.folder)
    page.run()
    assert "“a” is being trained: stop it first." in text(page)
    assert page.text_input(key="name-a").disabled


@pytest.mark.parametrize(("training", "said"), [("on", "is damaged"), ("off", "cannot be read:")])
def test_a_damaged_network_taken_home_is_a_page_that_says_so(folder, monkeypatch, training, said):
    run = make_run(folder, "broken")
    run.model_file.write_bytes(b"PK")
    monkeypatch.setenv(permissions.VARIABLE, training)
    page = run_actions.page_of(run).decode()
    assert said in page
    assert (str(folder) in page) == (training == "on")
