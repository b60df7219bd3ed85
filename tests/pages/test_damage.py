"""Damaged files of a run, and of the default: every page is shown, and says what is wrong."""

import os
import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits
from cnn.runs import active_model, history, manage
from cnn.runs.history import Readings
from cnn.runs.run import Run
from pages.filters import filter_view
from pages.shared import datasets, session_model
from tests import damages
from tests.damages import HURT, WELL
from tests.networks import READ
from tests.patience import PATIENCE
from tests.server import APP

SECTIONS = ("All runs", "Compare curves", "Replay")
KINDS = ("random bytes", "a folder", "missing", "a pipe")
SHOWN = ("run.json", "metrics.jsonl", "job.json", "note.txt", "probe.npz",
         "readings/epoch-0004.npz", "filters/epoch-0004.npz", "model.keras")  # fmt: skip
TABLE = {name: (file, damage) for name, file, damage in damages.damages()}
ON_TRAIN = [
    *(f"{HURT}/{file}: {kind}" for file in SHOWN for kind in KINDS),
    *(f".default: {kind}" for kind in KINDS),
    *(f"{HURT}/run.json: {field}" for field in (
        'dataset = "text"', 'recipe.network = "text"', "recipe.epochs = 1e308", 'start = "text"')),
    *(f"{HURT}/metrics.jsonl: {field}" for field in (
        "epoch.epoch = 0", "epoch.epoch = MISSING", "epoch.loss = NaN", 'started.steps = "text"',
        "step.seconds_left = null", 'epoch.test_accuracy = "text"', "step.step = []")),
    *(f"{HURT}/job.json: {field}" for field in (
        'pid = "text"', "created = NaN", "ticket = []", 'reason = "\\ud800"')),
    *(f"{HURT}/probe.npz: {array}" for array in (
        "images, one of them", "labels, large", "images, missing")),
    *(f"{HURT}/readings/epoch-0004.npz: {array}" for array in (
        "probabilities, none of them", "probabilities, not a number", "confusion, flat")),
    *(f"{HURT}/filters/epoch-0004.npz: {array}" for array in (
        "conv1, missing", "conv1, one more axis", "conv1, without end")),
]  # fmt: skip
WITH_NETWORK = [
    *(f"{HURT}/{file}: {kind}" for file in ("model.keras", "model.json", "start.keras", "run.json")
      for kind in ("random bytes", "a folder")),
    f"{HURT}/model.keras: cut off", f"{HURT}/filters/epoch-0004.npz: conv1, twice as many",
    f'{HURT}/run.json: recipe.filters = "text"', f"{HURT}/metrics.jsonl: epoch.epoch = []",
    ".default: not UTF-8", ".default: large", ".default: a folder", ".default: a text",
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("damage")
    digits = load_builtin().test
    few = Digits(digits.images[:40], digits.labels[:40])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_DRAWINGS_DIR", str(folder / "drawings"))
        patch.setenv("CNN_RUNS_DIR", str(folder / "runs"))
        patch.setattr(datasets, "test_digits", lambda: ("a few", few))
        patch.setattr(session_model, "HEAD_START", 0)
        filter_view._peaks.cache_clear()
        damages.make_runs(folder / "whole")
        shutil.copytree(folder / "whole", folder / "runs")
        damages.keep_whole(folder / "whole")
        yield folder


@pytest.fixture
def hurt(whole):
    """Damages a file, which is whole again after the test."""
    done = []

    def damage(called):
        name, write = TABLE[called]
        done.append(whole / "runs" / name)
        damages.remove(done[0])
        write(done[0])

    yield damage
    damages.restore(whole / "whole", done[0], whole / "runs")


def shown(page, **state):
    app = AppTest.from_file(APP, default_timeout=PATIENCE)
    if page:
        app.switch_page(f"pages/{page}.py")
    for name, value in state.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    return app


def text(app):
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("called", ON_TRAIN)
def test_the_train_page_shows_all_else_whatever_is_damaged(hurt, called):
    hurt(called)
    section = SECTIONS[ON_TRAIN.index(called) % len(SECTIONS)]
    app = shown("3_Train", run=HURT, **{"more-runs": section})
    assert WELL in app.selectbox(key="run").options
    broken = {run.name for run in manage.damaged_runs()}
    assert (HURT in app.selectbox(key="run").options) != (HURT in broken)
    assert text(app).count("is left out:") == len(broken)


@pytest.mark.parametrize("called", WITH_NETWORK)
def test_the_other_pages_read_with_another_network_and_say_why(hurt, called):
    hurt(called)
    is_default = active_model.default() == HURT
    for page in ("", "1_Layers", "2_Filters"):
        app = shown(page, more="Compare", **{"compare-with": "Another model"})
        if page == "2_Filters" and (not is_default or "model.keras" in called):
            assert text(app).count("The shipped model is used instead.") == 1


@pytest.mark.parametrize(
    "name", ["names of other layers", "a softmax", "no bias", "five convolutions", "one layer"]
)
def test_the_pages_read_with_a_network_of_other_origin(whole, name):
    file = whole / "runs" / HURT / "model.keras"
    model = READ[name]()
    model(np.zeros((1, 28, 28, 1), np.float32))
    model.save(file)
    for page in ("", "1_Layers", "2_Filters"):
        app = shown(page, more="What matters")
        assert "is used instead" not in text(app)
    damages.restore(whole / "whole", file, whole / "runs")


def test_a_run_that_has_kept_a_drawing_alone_is_replayed(hurt, whole):
    hurt(f"{HURT}/readings: a folder")
    run = Run.open(whole / "runs" / HURT)
    # Another run in the eyes of what pages keep in memory.
    os.utime(run.folder / "run.json", (1, 1))
    (run.folder / "readings").rmdir()
    history.keep_drawing(run, np.eye(28, dtype=np.float32))
    one = Readings(np.full((1, 10), 0.1, np.float32), np.zeros((10, 10), np.int64))
    for epoch in range(5):
        history.save_readings(run, epoch, one)
    assert "0 of 0 test digits" in text(shown("3_Train", run=HURT, **{"more-runs": "Replay"}))
    damages.restore(whole / "whole", run.folder / "probe.npz", whole / "runs")


def test_a_damaged_run_is_told_once_and_can_be_deleted(hurt, whole):
    hurt(f"{HURT}/run.json: empty")
    active_model.set_default("shipped")
    app = shown("3_Train")
    assert text(app).count(f"“{HURT}” is left out:") == 1
    app.button(key=f"delete-damaged-{HURT}").click().run()
    app.button(key="delete-for-good").click().run()
    assert not app.exception
    assert f"“{HURT}” is left out" not in text(app)
    assert not (whole / "runs" / HURT).exists()
    shutil.rmtree(whole / "runs")
    shutil.copytree(whole / "whole", whole / "runs")


def test_a_visitor_is_told_that_a_run_is_damaged_but_of_no_folder(hurt, whole, monkeypatch):
    hurt(f"{HURT}/run.json: empty")
    monkeypatch.setenv("CNN_TRAINING", "off")
    app = shown("3_Train")
    assert f"The run “{HURT}” is damaged" in text(app)
    assert str(whole) not in text(app)
    assert f"delete-damaged-{HURT}" not in {button.key for button in app.button}


def test_a_network_that_is_repaired_is_read_with_again(hurt, whole):
    hurt(f"{HURT}/model.keras: random bytes")
    assert session_model.loading().result(PATIENCE).predictor.name == "Shipped model"
    failed = session_model.loading()
    assert session_model.loading() is failed, "not loaded anew at each look"
    file = whole / "runs" / HURT / "model.keras"
    damages.restore(whole / "whole", file, whole / "runs")
    use = session_model.loading().result(PATIENCE)
    assert (use.predictor.name, use.problem) == (HURT, "")


def test_a_network_that_could_not_be_loaded_is_tried_again_after_a_while(whole, monkeypatch):
    tries = []

    def load_active(name):
        tries.append(name)
        raise MemoryError

    monkeypatch.setattr(session_model, "load_active", load_active)
    active_model.set_default(WELL)
    for retry, expected in ((3600, 1), (3600, 1), (-1, 2)):
        monkeypatch.setattr(session_model, "RETRY", retry)
        with pytest.raises(MemoryError):
            session_model.loading().result(PATIENCE)
        assert len(tries) == expected
    session_model._loading.clear()
    shutil.copy(whole / "whole" / ".default", whole / "runs" / ".default")
