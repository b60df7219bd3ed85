"""Trainings that begin with another network's weights: on a copy, told truly, resumed exactly."""

import dataclasses
import shutil

import numpy as np
import pytest

import cnn.runs.recorder
from cnn.data.builtin import load_builtin
from cnn.data.datasets import split_drawings
from cnn.data.digits import DataError, Digits, LabelledStrokes, Split
from cnn.model import build, load_network, save_model
from cnn.predictor import SHIPPED_MODEL, Predictor
from cnn.recipe import RECIPES, Recipe
from cnn.runs.finetune import with_layers_of
from cnn.runs.history import network_before
from cnn.runs.recorder import record
from cnn.runs.run import Run, RunError, Task, network_file
from cnn.setting import RecipeError
from cnn.training.dataset import training_set
from cnn.training.loop import initial_snapshot
from cnn.training.trainer import train

LAYERS = Recipe(filters=(2, 3), filter_size=3, dense_units=8)
# 60 steps an epoch: two chunks.
RECIPE = dataclasses.replace(
    LAYERS,
    epochs=2,
    batch_size=4,
    learning_rate=1e-3,
    ema_decay=0.9,
    dropout=0.2,
    precision="float32",
)


@pytest.fixture(scope="module")
def split():
    whole = load_builtin()
    some = Digits(whole.train.images[:240], whole.train.labels[:240])
    return Split("some", some, whole.validation, Digits(some.images[:40], some.labels[:40]))


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    monkeypatch.setattr(cnn.runs.recorder, "CHECKPOINT_SECONDS", 0)
    return tmp_path


def make_first(folder):
    """Make a run that has a network."""
    run = Run.create(folder / "first", Task(LAYERS, "digits"))
    save_model(build(dataclasses.replace(LAYERS, seed=9)), run.model_file)
    (run.folder / "model.json").write_text(LAYERS.as_json())
    return run


@pytest.fixture
def first(runs):
    return make_first(runs)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, split):
    """Weights at the end of a training that begins with the first run's and is never stopped."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_RUNS_DIR", str(folder))
        make_first(folder)
        *_, last = go_on(Run.create(folder / "whole", Task(RECIPE, "digits", start="first")), split)
    return last.model.get_weights()


def go_on(run, split):
    training = training_set(run.task.recipe, split, run.drawings())
    return record(run, train(run.task.recipe, training, split.test, run.start()))


def weights(file):
    return load_network(file).get_weights()


def assert_same(ours, theirs, **tolerance):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, **(tolerance or {"rtol": 0, "atol": 0}))


def test_the_first_step_is_taken_from_the_other_networks_weights_which_stay(first, runs, split):
    before = weights(first.model_file)
    short = dataclasses.replace(RECIPE, epochs=1, learning_rate=1e-9)
    run = Run.create(runs / "second", Task(short, "digits", start="first"))
    *_, last = go_on(run, split)
    assert_same(last.model.get_weights(), before, atol=1e-5)
    assert_same(weights(first.model_file), before)


def test_an_average_from_the_start_stays_closer_to_the_network_that_it_began_with(
    first, runs, split
):
    before = weights(first.model_file)

    def distance(keep_start):
        recipe = dataclasses.replace(RECIPE, epochs=1, ema_decay=0.99, ema_from_start=keep_start)
        run = Run.create(runs / str(keep_start), Task(recipe, "digits", start="first"))
        *_, last = go_on(run, split)
        pairs = zip(last.model.get_weights(), before, strict=True)
        return sum(float(np.square(a - b).sum()) for a, b in pairs)

    assert 0 < distance(True) < distance(False)


@pytest.mark.parametrize("stop_after", [1, 2, 4])
def test_stopped_and_resumed_without_the_other_run_it_ends_with_the_same_weights(
    first, runs, split, whole, stop_after
):
    run = Run.create(runs / "stopped", Task(RECIPE, "digits", start="first"))
    shutil.rmtree(first.folder)
    events = go_on(run, split)
    for _ in range(stop_after):
        next(events)
    events.close()
    *_, last = go_on(Run.open(run.folder), split)
    assert_same(last.model.get_weights(), whole)


def test_the_network_before_is_the_one_that_the_run_began_with(first, runs, split):
    before = weights(first.model_file)
    run = Run.create(runs / "second", Task(RECIPE, "digits", start="first"))
    list(go_on(run, split))
    shutil.rmtree(first.folder)
    predictor = Predictor.load(run.model_file, "second")
    assert_same(network_before(predictor).get_weights(), before)
    (run.folder / "start.keras").write_bytes(b"damaged")
    again = run.folder.rename(runs / "third")
    assert network_before(Predictor.load(again / "model.keras", "third")) is None


def test_layers_are_those_of_the_network_that_it_begins_with(first):
    layers = with_layers_of(RECIPES["hand"], "first")
    assert (layers.filters, layers.filter_size, layers.dense_units) == ((2, 3), 3, 8)
    assert layers.learning_rate == RECIPES["hand"].learning_rate
    assert with_layers_of(RECIPES["hand"], "shipped") == RECIPES["hand"]
    with pytest.raises(RecipeError, match="has other layers than the recipe"):
        initial_snapshot(build(LAYERS), Recipe())
    (first.folder / "model.json").unlink()
    with pytest.raises(RunError, match="tells the layers of “first”"):
        with_layers_of(RECIPES["hand"], "first")


def test_a_network_that_is_not_there_leaves_no_folder_behind(runs):
    for name in ("none", "../first", ""):
        with pytest.raises(RunError, match="There is no run"):
            Run.create(runs / "second", Task(RECIPE, "digits", start=name))
    assert not (runs / "second").exists()
    assert network_file("shipped") == SHIPPED_MODEL


def test_a_run_keeps_its_drawings_and_trains_on_none_that_is_held_out(runs, split, tmp_path):
    file = tmp_path / "mine.jsonl"
    lines = [f'{{"label": {i}, "strokes": [[[0, {i}], [9, 9]]]}}' for i in range(3)]
    lines.append('{"label": 9, "held_out": true, "strokes": [[[0, 0], [9, 0]]]}')
    file.write_text("\n".join(lines))
    run = Run.create(runs / "mine", Task(RECIPE, "drawings", str(file)))
    file.unlink()
    drawings = Run.open(run.folder).drawings()
    assert [drawing.label for drawing in drawings] == [0, 1, 2, 9]
    recipe = dataclasses.replace(RECIPE, stroke_copies=5, train_size=30)
    training = training_set(recipe, split, drawings)
    assert len(training) == 30 + 3 * 5
    assert set(training.labels[30:]) == {0, 1, 2}


def test_as_few_digits_are_drawn_by_lot_as_the_recipe_says(split):
    one, same, other = (
        training_set(dataclasses.replace(RECIPE, train_size=20, seed=seed), split, [])
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.images, same.images)
    assert not np.array_equal(one.images, other.images)
    assert (
        len(training_set(dataclasses.replace(RECIPE, train_size=20, oversample=2), split, [])) == 40
    )
    assert len(training_set(dataclasses.replace(RECIPE, train_size=9_999), split, [])) == 240


def test_labelled_strokes_alone_make_a_data_set():
    line = [np.array([[0.0, 0.0], [1.0, 5.0]])]
    split = split_drawings([LabelledStrokes(1, line), LabelledStrokes(7, line, held_out=True)])
    assert (split.train.labels.tolist(), split.test.labels.tolist()) == ([1], [7])
    with pytest.raises(DataError, match="No drawing is held out"):
        split_drawings([LabelledStrokes(1, line)])
