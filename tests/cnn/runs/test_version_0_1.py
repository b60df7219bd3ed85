"""What version 0.1 has left on people's disks is opened, replayed, gone on with and read by."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from cnn.cli import main
from cnn.data.datasets import DATA_SETS
from cnn.predictor import Predictor
from cnn.runs import active_model, history
from cnn.runs.finetune import is_fine_tuning, what_changed
from cnn.runs.metrics import epoch_curve, step_curve
from cnn.runs.run import find_run, runs_folder
from cnn.training.dataset import digits_an_epoch

OLD = Path(__file__).parents[2] / "data" / "version-0.1"


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    """Put a copy of the old runs in the place of the user's."""
    folder = Path(shutil.copytree(OLD, tmp_path / "runs"))
    monkeypatch.setenv("CNN_RUNS_DIR", str(folder))
    return folder


def test_its_recipes_are_read_under_todays_names():
    recipe = find_run("before").task.recipe
    assert (recipe.filters, recipe.batch_size, recipe.warmup) == ((2, 3), 25, 0.1)
    assert (recipe.augmentation_strength, recipe.glyph_copies, recipe.ema_decay) == (2.0, 2, 0.99)
    taught = find_run("taught").task.recipe
    assert (taught.stroke_copies, taught.train_size, taught.ema_from_start) == (10, 200, True)


def test_its_curves_are_whole():
    run = find_run("before")
    measured = run.metrics()
    assert run.is_finished()
    assert epoch_curve(measured, "test_accuracy").epochs.tolist() == [1, 2, 3]
    loss = step_curve(measured, "loss", epochs=3)
    assert len(loss.values) == len(measured.steps)
    assert loss.values[-1] < loss.values[0]


@pytest.mark.parametrize("name", ["before", "taught"])
def test_its_networks_read_what_they_read_then(name):
    run = find_run(name)
    epochs = history.epochs(run)
    assert epochs == [*range(run.task.recipe.epochs + 1)]
    assert set(history.filters_after(run, epochs[-1])) == {"conv1", "conv2"}
    kept = history.readings(run, epochs[-1]).probabilities
    read = Predictor.load(run.model_file, name).probabilities(history.probe(run).pictures())
    # Its weights were rounded to half precision when they were saved.
    np.testing.assert_allclose(read, kept, atol=5e-3)


def test_the_network_in_use_stays_in_use():
    assert active_model.default() == "taught"
    in_use = active_model.load_active()
    assert (in_use.predictor.name, in_use.problem) == ("taught", "")
    assert history.network_before(in_use.predictor) is not None


def test_its_fine_tuning_still_tells_what_it_learned_and_forgot():
    run = find_run("taught")
    assert is_fine_tuning(run)
    changes = what_changed(run)
    assert (changes.learned.n, changes.kept.n) == (5, 252)


def test_a_training_that_it_began_is_gone_on_with(runs, capsys):
    file = runs / "before" / "run.json"
    task = json.loads(file.read_text())
    task["recipe"]["epochs"] = 4
    file.write_text(json.dumps(task))
    assert main(["train", "--resume", "before"]) == 0
    assert capsys.readouterr().out.startswith("Epoch: 4 cost = ")
    run = find_run("before")
    assert [record.epoch for record in run.metrics().epochs] == [1, 2, 3, 4]
    # Today's glyphs are more, so an epoch has more steps than its first three had.
    sizes = DATA_SETS["digits"].sizes
    digits = digits_an_epoch(run.task.recipe, *sizes, drawings=0)
    assert run.metrics().steps[-1].step == 4 * (digits // run.task.recipe.batch_size)


def test_a_new_training_begins_with_its_network(capsys):
    train = [
        "train",
        "--dataset",
        "digits",
        "--recipe",
        "hand",
        "--drawings",
        str(OLD / "taught" / "drawings"),
    ]
    changes = ["--train-size", "50", "--stroke-copies", "1", "--batch-size", "10"]
    assert main([*train, *changes, "--start", "before", "--run", "new"]) == 0
    assert find_run("new").task.recipe.filters == (2, 3)
    assert (runs_folder() / "new" / "model.keras").is_file()
