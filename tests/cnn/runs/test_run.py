import json
import shutil

import numpy as np
import pytest
from filelock import FileLock

import cnn.runs
import cnn.runs.recorder
from cnn.data.builtin import load_builtin
from cnn.data.digits import Digits, Split
from cnn.evaluation import evaluate
from cnn.model import build, filters_of
from cnn.predictor import Predictor
from cnn.recipe import RECIPES, Recipe
from cnn.runs import history
from cnn.runs.history import best_runs, filters_after
from cnn.runs.recorder import record
from cnn.runs.run import Run, RunError, Task, check_name, is_name, runs_folder
from cnn.training import pace
from cnn.training.dataset import training_set
from cnn.training.trainer import (
    Epoch,
    Finished,
    Measuring,
    Phase,
    Step,
    TrainingError,
    train,
)

# 60 steps an epoch: two chunks. A small network, as checkpoints of a large one take long.
RECIPE = Recipe(
    filters=(4, 6),
    filter_size=3,
    dense_units=20,
    epochs=2,
    batch_size=4,
    learning_rate=1e-3,
    augmentation_strength=1.0,
    dropout=0.3,
    ema_decay=0.9,
    precision="float32",
)


@pytest.fixture(scope="module")
def split():
    whole = load_builtin()
    return Split(
        "some",
        Digits(whole.train.images[:240], whole.train.labels[:240]),
        whole.validation,
        Digits(whole.test.images[:40], whole.test.labels[:40]),
    )


@pytest.fixture(scope="module")
def training(split):
    return training_set(RECIPE, split, [])


@pytest.fixture(autouse=True, scope="module")
def a_fast_machine():
    """Have calls run as many steps as they may, however long that takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "SECONDS", 1e6)
        yield


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr(cnn.runs.recorder, "CHECKPOINT_SECONDS", 0)
    return Run.create(tmp_path / "run", Task(RECIPE, "digits"))


def go_on(run, training, split):
    recipe, start = run.task.recipe, run.snapshot()
    return record(run, train(recipe, training, split.test, start, validation=split.validation))


@pytest.fixture(scope="module")
def whole(tmp_path_factory, training, split):
    """A training's weights at its end, and its folder as a kill after each event leaves it."""
    folder = tmp_path_factory.mktemp("whole")
    left = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cnn.runs.recorder, "CHECKPOINT_SECONDS", 0)
        run = Run.create(folder / "run", Task(RECIPE, "digits"))
        for event in go_on(run, training, split):
            left.append(shutil.copytree(run.folder, folder / f"after {len(left) + 1}"))
            if isinstance(event, Finished):
                weights = event.model.get_weights()
    return weights, left


@pytest.mark.parametrize("stop_after", range(1, 9))
def test_a_training_stopped_anywhere_and_resumed_ends_with_the_same_weights(
    whole, training, split, stop_after
):
    weights, left = whole
    run = Run.open(left[stop_after - 1])
    *_, last = go_on(run, training, split)
    for ours, theirs in zip(last.model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    metrics = run.metrics()
    assert [step.step for step in metrics.steps] == [50, 60, 110, 120]
    assert [epoch.epoch for epoch in metrics.epochs] == [1, 2]
    assert metrics.finished


def test_a_training_stopped_while_it_is_measured_has_lost_no_step(whole, run, training, split):
    weights, _ = whole
    stopped = next(e for e in go_on(run, training, split) if isinstance(e, Measuring))
    run.save_checkpoint(stopped.snapshot())
    first, *_, last = go_on(run, training, split)
    assert (first.epoch, first.step) == (0, 60)
    for ours, theirs in zip(last.model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert [epoch.epoch for epoch in run.metrics().epochs] == [1, 2]


def test_a_run_tells_what_its_training_is_at_until_there_are_steps_to_tell_of(run, training, split):
    def events():
        for phase in ("digits", "tensorflow", "steps"):
            yield Phase(phase)
        yield from train(RECIPE, training, split.test)

    told = []
    for event in record(run, events()):
        told.append(run.metrics().phase)
        if isinstance(event, Step) and event.step > 50:
            break
    assert told == ["digits", "tensorflow", "steps", "steps", "test", None]


def test_the_untrained_network_is_measured_after_the_first_point_and_never_again(
    run, training, split
):
    events = go_on(run, training, split)
    next(events)
    assert history.epochs(run) == []
    next(events)
    assert [step.step for step in run.metrics().steps] == [50]
    assert history.epochs(run) == [0]
    fresh = evaluate(Predictor(build(RECIPE), "fresh"), split.test)
    np.testing.assert_array_equal(history.readings(run, 0).confusion, fresh.confusion)
    events.close()
    again = go_on(run, training, split)
    next(again)
    (run.folder / "readings" / "epoch-0000.npz").unlink()
    next(again)
    assert history.epochs(run) == []


def test_a_run_keeps_all_that_its_training_says(run, training, split):
    events, filters = [], []
    for event in go_on(run, training, split):
        events.append(event)
        if isinstance(event, Epoch):
            filters.append(filters_of(event.predictor.model)["conv1"])
    metrics = run.metrics()
    steps = [event for event in events if isinstance(event, Step)]
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [record.loss for record in metrics.steps] == [event.loss for event in steps]
    assert [r.test_accuracy for r in metrics.epochs] == [e.test_accuracy for e in epochs]
    assert [r.validation_accuracy for r in metrics.epochs] == [
        e.validation_accuracy for e in epochs
    ]
    assert metrics.started.precision == "float32"
    for event, theirs in zip(epochs, filters, strict=True):
        kept = filters_after(run, event.epoch)
        assert set(kept) == {"conv1", "conv2"}
        np.testing.assert_allclose(kept["conv1"], theirs, atol=1e-3)
    assert Recipe.from_json((run.folder / "model.json").read_text()) == RECIPE
    assert json.loads((run.folder / "environment.json").read_text())["precision"] == "float32"
    assert list((run.folder / "tensorboard").iterdir())
    assert isinstance(events[-1], Finished)
    np.testing.assert_allclose(
        Predictor.load(run.model_file, "kept").probabilities(split.test.images),
        Predictor(events[-1].model, "trained").probabilities(split.test.images),
        atol=0.01,
    )


def test_metrics_are_readable_while_they_are_written_and_a_torn_line_is_left_out(run):
    run.append(event="started", epoch=0, step=0, steps=200)
    run.append(event="step", step=50, loss=1.0, accuracy=0.5)
    with (run.folder / "metrics.jsonl").open("ab") as file:
        file.write(b'{"event": "step", "st')
    assert [step.step for step in run.metrics().steps] == [50]
    run.append(event="step", step=100, loss=1.0, accuracy=0.5)
    assert [step.step for step in run.metrics().steps] == [50, 100]


def test_two_processes_cannot_write_one_run(run, training, split):
    with (
        FileLock(run.folder / ".lock"),
        pytest.raises(RunError, match="Another process is training"),
    ):
        next(go_on(run, training, split))


def test_what_a_killed_process_left_half_written_is_in_nobodys_way(tmp_path, training, split):
    draft = tmp_path / "run" / ".run.json.12345.draft"
    draft.parent.mkdir()
    draft.write_text("{")
    run = Run.create(tmp_path / "run", Task(RECIPE, "digits"))
    next(go_on(run, training, split))
    assert not draft.exists()


def test_a_full_disk_leaves_the_last_checkpoint(run, training, split, monkeypatch):
    events = go_on(run, training, split)
    for event in events:
        if isinstance(event, Step):
            break
    kept = run.snapshot()

    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(cnn.runs.run, "write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        list(events)
    assert run.snapshot().steps == kept.steps == 50


def test_a_diverging_training_keeps_the_last_good_network(run, training, split):
    def diverge():
        events = train(RECIPE, training, split.test)
        yield next(events)
        yield next(events)
        raise TrainingError("The cost became nan.")

    with pytest.raises(TrainingError, match=r"kept in .*model\.keras"):
        list(record(run, diverge()))
    kept = Predictor.load(run.model_file, "kept").model.get_weights()
    for ours, theirs in zip(kept, run.snapshot().averages, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-7)


def test_a_folder_in_use_is_not_begun_anew(run):
    with pytest.raises(RunError, match="not empty: choose another name, or resume it"):
        Run.create(run.folder, run.task)


@pytest.mark.parametrize("text", ["", "{}", '{"recipe": {"epochs": 0}, "dataset": "digits"}'])
def test_a_folder_without_a_readable_run_is_named(tmp_path, text):
    with pytest.raises(RunError, match="holds no run"):
        Run.open(tmp_path)
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RunError, match=r"run\.json cannot be read"):
        Run.open(tmp_path)


def test_a_damaged_checkpoint_is_named(run):
    (run.folder / "checkpoint.npz").write_bytes(b"PK")
    with pytest.raises(RunError, match=r"checkpoint\.npz cannot be read .* Delete it"):
        run.snapshot()


def test_runs_lie_where_the_variable_says(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    assert runs_folder() == tmp_path
    monkeypatch.delenv("CNN_RUNS_DIR")
    assert runs_folder().name == "runs"


@pytest.mark.parametrize(
    ("task", "held_out"),
    [
        (Task(RECIPES["tutorial"], "mnist"), True),
        (Task(RECIPES["small"], "digits"), False),
        # What a network has seen that was trained before stays in its weights.
        (Task(RECIPES["tutorial"], "mnist", start="shipped"), False),
    ],
    ids=["tutorial", "small", "begins with another network"],
)
def test_validation_digits_are_held_out_unless_the_network_may_have_been_trained_on_them(
    task, held_out
):
    assert task.holds_out_validation is held_out


def measured(folder, name, dataset, *shares):
    """A run whose epochs read these shares of the validation digits right; None: not measured."""
    run = Run.create(folder / name, Task(RECIPE, dataset))
    for i, share in enumerate(shares):
        record = {} if share is None else {"validation_accuracy": share}
        run.append(event="epoch", epoch=i + 1, step=i + 1, loss=1.0, test_accuracy=0.9 - i / 10,
                   **record)  # fmt: skip
    return run


def test_the_best_runs_of_a_data_set_read_most_validation_digits_after_their_last_epoch(tmp_path):
    runs = [
        measured(tmp_path, "peaked", "mnist", 0.99, 0.8),
        measured(tmp_path, "rose", "mnist", 0.7, 0.9),
        measured(tmp_path, "level", "mnist", 0.9),
        measured(tmp_path, "one", "digits", 0.95),
        measured(tmp_path, "another", "digits", 0.96),
    ]
    assert [run.name for run in best_runs(runs)] == ["rose", "level", "another"]


def test_where_fewer_than_two_runs_can_be_compared_none_is_the_best(tmp_path):
    runs = [
        measured(tmp_path, "begun", "mnist"),
        measured(tmp_path, "of before", "mnist", None),
        measured(tmp_path, "alone", "mnist", 0.9),
    ]
    assert best_runs(runs) == []


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".default", ".deleted", "a/b", "a\\b", "a:b", " a", "a ", "a\n", "a" * 61,
     "shipped", "Shipped", "con", "NUL", "aux.txt", "Com1", "lpt9.a.b", "a.", "a*", "\ud800"],
)  # fmt: skip
def test_a_name_that_some_system_or_this_program_has_another_use_for_is_no_runs(name):
    with pytest.raises(RunError):
        check_name(name)


@pytest.mark.parametrize("name", ["in-use", "run.json", "mein Lauf", "Übung_2", "console", "a.b"])
def test_other_names_are_as_good_as_any(name):
    check_name(name)
    assert is_name(name)


def test_a_file_in_a_runs_place_is_told_of(tmp_path):
    (tmp_path / "in-use").write_text("mine")
    with pytest.raises(RunError, match="in-use is a file: choose another name"):
        Run.create(tmp_path / "in-use", Task(RECIPE, "digits"))
