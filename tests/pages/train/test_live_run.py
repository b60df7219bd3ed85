"""A run while it learns and when it was stopped: ten digits, advice, table, its network used."""

from dataclasses import replace

import numpy as np
import psutil
import pytest
from streamlit.testing.v1 import AppTest

from cnn.model import build
from cnn.runs import active_model, jobs, networks
from cnn.runs.history import Live, save_live
from cnn.runs.outcome import STOPPED
from cnn.runs.process import JobFile
from cnn.runs.run import Run, Task
from cnn.training.loop import initial_snapshot
from pages.shared import permissions, session_model
from pages.train import run_view, runs_table
from tests.made_runs import RECIPE, make_run
from tests.pages.train.test_train_page import folder, text
from tests.patience import PATIENCE
from tests.server import APP

__all__ = ["folder"]


@pytest.fixture
def page(folder, monkeypatch):
    monkeypatch.setattr(session_model, "HEAD_START", 3600)
    return AppTest.from_file(APP, default_timeout=PATIENCE).switch_page("pages/3_Train.py")


def stopped(folder, name, epochs=3):
    run = make_run(folder, name, epochs=epochs, finished=False)
    JobFile(pid=1, ended=True, reason=STOPPED).write(run.folder)
    return run


def keys(page):
    return {button.key for button in page.button}


def test_a_stop_is_no_failure(page, folder):
    stopped(folder, "a")
    page.run()
    assert page.get("progress")[0].proto.text == "Stopped after epoch 3"
    assert 'class="trouble"' not in text(page)
    assert STOPPED not in text(page)
    assert {"resume", "delete"} <= keys(page)
    assert "use-this-model" not in keys(page), "it has saved no network"


def test_a_run_that_begins_says_at_what_it_is_and_looks_twice_as_often(page, folder, monkeypatch):
    looks = []
    monkeypatch.setattr(
        run_view.st, "fragment", lambda show, run_every: looks.append(run_every) or show
    )
    run = Run.create(folder / "a", Task(RECIPE, "mnist"))
    JobFile.of_process(psutil.Process()).write(run.folder)

    def told():
        page.run()
        assert not page.exception
        assert "Made before readings were kept" not in text(page)
        return page.get("progress")[0].proto.text

    assert told() == "Starting …"
    for phase, said in (
        ("digits", "Starting: the digits are being prepared …"),
        ("tensorflow", "Starting: TensorFlow is being loaded …"),
        ("steps", "Starting: the first steps are being taken …"),
    ):
        run.append(event="phase", phase=phase)
        assert told() == said
    run.append(event="started", steps=80, epoch=0, step=0)
    assert told() == said
    assert set(looks) & {run_view.TICK, run_view.WAITED_FOR} == {run_view.WAITED_FOR}
    run.append(event="step", step=5, loss=2.3, accuracy=0.1, digits_per_second=None)
    run.append(event="phase", phase="test")
    reading = "test digits are being read, as before the first step"
    assert told() == f"Training · epoch 1 of 4 · {reading} …"
    run.append(event="step", step=9, loss=2.3, accuracy=0.1, seconds_left=75.0)
    assert told() == "Training · epoch 1 of 4 · 1 min 15 s left"
    run.append(event="phase", phase="tensorflow")
    assert told() == "Starting: TensorFlow is being loaded …", "it goes on after an interruption"


def test_a_stop_is_answered_before_it_is_done(page, folder, monkeypatch):
    run = make_run(folder, "a", epochs=2, finished=False)
    JobFile.of_process(psutil.Process()).write(run.folder)
    monkeypatch.setattr(
        jobs,
        "ask_to_stop",
        lambda name: replace(JobFile.read(folder / name), stopping=True).write(folder / name),
    )
    page.run()
    page.button(key="stop").click().run()
    assert page.get("progress")[0].proto.text == "Stopping …"
    # Nothing jumps.
    assert page.button(key="pause").disabled
    assert page.button(key="stop").disabled
    assert not {"resume", "delete", "use-this-model"} & keys(page)
    JobFile(pid=1, ended=True, reason=STOPPED).write(run.folder)
    page.run()
    assert page.get("progress")[0].proto.text == "Stopped after epoch 2"


def test_a_stopped_runs_network_is_used(page, folder):
    run = stopped(folder, "a")
    run.save_checkpoint(initial_snapshot(build(RECIPE), RECIPE))
    page.run()
    page.button(key="use-this-model").click().run()
    assert 'class="trouble"' not in text(page)
    assert page.session_state[session_model.CHOICE] == "a"
    assert "back-to-the-shipped-model" in keys(page)
    assert active_model.load("a").name == "a"


def test_any_kept_epochs_network_is_used_from_replay(page, folder):
    run = make_run(folder, "a")
    networks.save_epoch(run, 2, build(RECIPE))
    page.session_state["more-runs"] = "Replay"
    page.run()
    assert "use-epoch" not in keys(page), "of epoch 4 none was kept"
    page.slider[0].set_value(2).run()
    assert page.button(key="use-epoch").label == "Use epoch 2’s network"
    page.button(key="use-epoch").click().run()
    assert page.session_state[session_model.CHOICE] == "a epoch 2"
    assert 'class="trouble"' not in text(page)
    assert [record.epoch for record in Run.open(folder / "a epoch 2").metrics().epochs] == [1, 2]


def test_a_visitor_uses_no_network(page, folder, monkeypatch):
    networks.save_epoch(make_run(folder, "a"), 4, build(RECIPE))
    monkeypatch.setenv(permissions.VARIABLE, "off")
    page.session_state["more-runs"] = "Replay"
    page.run()
    assert not {"use-epoch", "use-this-model"} & keys(page)


def test_ten_digits_are_shown_as_the_newest_network_reads_them_misses_not_by_colour_alone(
    page, folder
):
    run = make_run(folder, "a", epochs=2, finished=False)
    JobFile.of_process(psutil.Process()).write(run.folder)
    page.run()
    said = text(page)
    assert "2 of 10 read right, after 40 steps" in said
    assert said.count('alt="A 1, read right"') == 1
    assert 'alt="A 5, read as 1"' in said
    assert said.count("✗") == 8
    save_live(run, Live(60, np.eye(10, dtype=np.float32)))
    run.append(event="step", step=60, loss=0.1, accuracy=0.9)
    page.run()
    assert "10 of 10 read right, after 60 steps" in text(page)


def test_a_run_no_better_than_guessing_says_what_to_try(page, folder):
    run = stopped(folder, "a", epochs=1)
    run.append(event="epoch", epoch=2, step=40, loss=2.3, training_accuracy=0.1, test_accuracy=0.1)
    page.run()
    assert "No better than guessing: try a larger learning rate than 0.0001." in text(page)


def test_the_runs_table_looks_again_while_one_is_trained_and_then_no_more(
    page, folder, monkeypatch
):
    looks = []
    monkeypatch.setattr(
        runs_table.st, "fragment", lambda show, run_every: looks.append(run_every) or show
    )
    run = make_run(folder, "a", epochs=2, finished=False)
    JobFile.of_process(psutil.Process()).write(run.folder)
    page.run()
    assert runs_table.TICK in looks
    JobFile(pid=1, ended=True, reason=STOPPED).write(run.folder)
    looks.clear()
    page.run()
    assert runs_table.TICK not in looks
