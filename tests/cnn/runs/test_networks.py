"""The network of a stopped run and of any epoch: kept while it trains, put to use as any other."""

import dataclasses
import os
from dataclasses import replace

import numpy as np
import pytest

from cnn.model import build
from cnn.predictor import Predictor
from cnn.recipe import RECIPES
from cnn.runs import active_model, history, jobs, networks
from cnn.runs.jobs import State
from cnn.runs.run import Run, RunError, Task, find_run
from cnn.training.trainer import Epoch
from tests.cnn.runs.test_probe import RECIPE, events


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    return Run.create(tmp_path / "run", Task(RECIPE, "digits"))


def stop_after(run, epoch):
    """Train, and stop as `digitscope train` does."""
    going = events(run)
    for event in going:
        if isinstance(event, Epoch) and event.epoch == epoch:
            run.save_checkpoint(event.snapshot())
            break
    going.close()


def newest(run):
    return history.newest(run, history.probe(run))


def read(network, run):
    return Predictor(network, "kept").probabilities(history.probe(run).pictures())


def test_each_epochs_network_is_kept_and_reads_as_it_did_then(run):
    list(events(run))
    for epoch in (1, 2):
        kept = history.readings(run, epoch).probabilities
        np.testing.assert_allclose(read(networks.network_after(run, epoch), run), kept, atol=2e-3)
    assert not networks.is_kept(run, 0)
    with pytest.raises(RunError, match="has kept no network of epoch 3"):
        networks.network_after(run, 3)


def test_an_epochs_network_becomes_a_run_that_ends_there_and_can_be_used(run):
    list(events(run))
    assert networks.take_epoch("run", 1) == "run epoch 1"
    taken = find_run("run epoch 1")
    assert jobs.job(taken.name).state is State.FINISHED
    assert taken.name in active_model.trained()
    assert taken.task == run.task
    assert [record.epoch for record in taken.metrics().epochs] == [1]
    assert taken.metrics().problem == ""
    assert history.epochs(taken) == [0, 1]
    kept = history.readings(run, 1).probabilities
    np.testing.assert_allclose(read(active_model.load(taken.name).model, run), kept, atol=2e-3)
    written = taken.model_file.stat().st_mtime_ns
    assert networks.take_epoch("run", 1) == taken.name, "asked for twice, there is one"
    assert taken.model_file.stat().st_mtime_ns == written


def test_nothing_is_left_of_a_run_that_cannot_be_made_and_no_other_is_replaced(run, monkeypatch):
    list(events(run))
    other = Run.create(run.folder.with_name("run epoch 2"), Task(RECIPES["small"], "digits"))
    with pytest.raises(RunError, match="“run epoch 2” is taken"):
        networks.take_epoch("run", 2)
    assert not other.model_file.exists()

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", refuse)
    before = sorted(os.listdir(run.folder.parent))
    with pytest.raises(OSError, match="No space"):
        networks.take_epoch("run", 1)
    assert sorted(os.listdir(run.folder.parent)) == before


def test_a_stopped_runs_last_network_is_used_and_the_training_goes_on_from_there(run):
    with pytest.raises(RunError, match="saved no network yet"):
        networks.keep_last("run")
    stop_after(run, 1)
    assert networks.has_newer(run)
    networks.keep_last("run")
    assert not networks.has_newer(run)
    kept = history.readings(run, 1).probabilities
    np.testing.assert_allclose(read(active_model.load("run").model, run), kept, atol=2e-3)
    with run.locked(), pytest.raises(RunError, match="is training"):
        networks.keep_last("run")
    list(events(run))
    assert run.is_finished()
    assert not networks.has_newer(run)


def test_no_more_epochs_are_kept_than_find_room_and_the_last_always_is(run, monkeypatch):
    network = build(RECIPE)
    monkeypatch.setattr(networks, "STORE", 2 * 3 * network.count_params())
    run.task = replace(run.task, recipe=dataclasses.replace(RECIPE, epochs=10))
    for epoch in range(11):
        networks.save_epoch(run, epoch, network)
    assert [epoch for epoch in range(11) if networks.is_kept(run, epoch)] == [4, 8, 10]
    # Of a training that ran away, nothing.
    run.task = replace(run.task, recipe=dataclasses.replace(RECIPE, epochs=4))
    network.set_weights([np.full_like(weights, np.inf) for weights in network.get_weights()])
    networks.save_epoch(run, 2, network)
    assert not networks.is_kept(run, 2)


def test_while_it_trains_ten_digits_are_read_between_the_epochs(run, monkeypatch):
    monkeypatch.setattr("cnn.runs.recorder.LOOK_SECONDS", 0)
    steps, shapes = [], set()
    for _ in events(run):
        # Nothing is there to be read before the first steps.
        if found := newest(run):
            steps.append(found.step)
            shapes.add(found.probabilities.shape)
    assert steps == sorted(steps)
    # A slow machine takes fewer steps at once, and looks more often.
    assert {10, 20} <= set(steps) <= set(range(1, 21))
    assert shapes == {(10, 10)}


def test_readings_of_steps_that_are_done_again_do_not_count(run):
    stop_after(run, 1)
    few = newest(run)
    assert few.step == 10
    guess = np.full((10, 10), 0.1, np.float32)
    history.save_live(run, history.Live(15, guess))
    assert newest(run).step == 10
    run.append(event="step", step=15, loss=1.0, accuracy=0.5)
    assert newest(run).step == 15
    np.testing.assert_allclose(newest(run).probabilities, guess, atol=1e-3)
