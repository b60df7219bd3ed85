"""A damaged file of a run, in hundreds of ways: a sentence for that run, and the rest as before."""

import os
import shutil
from contextlib import suppress
from types import SimpleNamespace

import pytest

from cnn.data.datasets import DATA_SETS
from cnn.data.digits import DataError
from cnn.model import ModelError
from cnn.runs import active_model, history, jobs, manage, networks
from cnn.runs.finetune import is_fine_tuning, with_layers_of
from cnn.runs.metrics import as_csv, epoch_curve, seconds_of, smooth, step_curve, thin
from cnn.runs.run import RunError, all_runs
from cnn.setting import RecipeError
from tests import damages
from tests.damages import HURT, WELL
from tests.made_runs import RECIPE

TABLE = {name: (file, damage) for name, file, damage in damages.damages()}
SENTENCES = (DataError, ModelError, RecipeError, RunError)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Two whole runs, and a copy of them to be damaged."""
    folder = tmp_path_factory.mktemp("damage")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_DRAWINGS_DIR", str(folder / "drawings"))
        patch.setenv("CNN_RUNS_DIR", str(folder / "runs"))
        damages.make_runs(folder / "whole")
        shutil.copytree(folder / "whole", folder / "runs")
        damages.keep_whole(folder / "whole")
        yield folder


@pytest.fixture(params=TABLE, scope="module")
def damaged(request, whole):
    name, damage = TABLE[request.param]
    file = whole / "runs" / name
    damages.remove(file)
    damage(file)
    yield name
    damages.restore(whole / "whole", file, whole / "runs")


def look_at(run):
    """Read all that is ever read of a run; a sentence is an answer."""
    metrics = run.metrics()
    for name in ("loss", "accuracy"):
        curve = step_curve(metrics, name, run.task.recipe.epochs)
        thin(smooth(curve))
        assert len(curve.values) == len(metrics.steps)
    for name in ("validation_accuracy", "test_accuracy"):
        epoch_curve(metrics, name)
    as_csv(metrics)
    assert seconds_of(metrics) >= 0
    assert run.is_finished() in (True, False)
    assert isinstance(manage.note(run), str)
    assert DATA_SETS[run.task.dataset].title
    is_fine_tuning(run)
    epochs = history.epochs(run)
    assert epochs == sorted(set(epochs))
    for epoch in {0, *epochs[-1:], *history.kept_epochs(run)[-1:]}:
        with suppress(RunError):
            assert set(history.filters_after(run, epoch)) == {"conv1", "conv2"}
        with suppress(RunError):
            readings, probe = history.readings(run, epoch), history.probe(run)
            assert len(readings.probabilities) == len(probe.labels) > 0
    with suppress(RunError):
        newest = history.newest(run, history.probe(run))
        assert newest is None or newest.probabilities.shape[1:] == (10,)


def begin_again(run):
    """Read what a training goes on from."""
    for read in (run.start, run.drawings):
        with suppress(*SENTENCES):
            read()


def test_a_damage_costs_that_run_alone_a_sentence(damaged):
    runs = {run.name: run for run in all_runs()}
    well = runs[WELL]
    metrics = well.metrics()
    assert (len(metrics.steps), len(metrics.epochs), metrics.problem) == (4, 4, "")
    assert jobs.job(WELL).state is jobs.State.FINISHED
    broken = {run.name: run.problem for run in manage.damaged_runs()}
    assert {HURT} == (runs.keys() | broken.keys()) - {WELL}
    assert (HURT in runs) != (HURT in broken)
    for problem in [*broken.values(), *(run.metrics().problem for run in runs.values())]:
        assert "\n" not in problem
        assert not problem or problem.endswith(".")
    if HURT in runs:
        look_at(runs[HURT])
        if not damaged.endswith(("metrics.jsonl", "job.json")):
            begin_again(runs[HURT])
    assert {job.name for job in jobs.jobs()} == runs.keys()
    history.best_runs(runs.values())
    assert active_model.default() in (HURT, "shipped", "5", "null")
    assert active_model.trained()[0] == "shipped"
    active_model.version(HURT)
    for name in (HURT, WELL):
        with suppress(*SENTENCES):
            with_layers_of(RECIPE, name)
    if "networks" in damaged and HURT in runs:
        with suppress(RunError):
            networks.network_after(runs[HURT], 4)
    if damaged.endswith(".keras"):
        assert active_model.load_active().predictor.name in (HURT, "Shipped model")
        for name in (HURT, WELL):
            with suppress(*SENTENCES):
                history.network_before(active_model.load(name))


@pytest.mark.parametrize("name", [*damages.FILES, *damages.BESIDE])
def test_what_may_not_be_read_costs_that_run_alone_a_sentence(whole, name, monkeypatch):
    file = whole / "runs" / ("" if name in damages.BESIDE else HURT) / name
    really = os.open

    def refuse(path, *more, **others):
        if str(path).startswith(str(file)):
            raise PermissionError(13, "Permission denied", str(path))
        return really(path, *more, **others)

    monkeypatch.setattr(os, "open", refuse)
    os.utime(file) if file.exists() else None
    for run in all_runs():
        look_at(run)
        begin_again(run)
    assert WELL in {run.name for run in all_runs()}
    assert active_model.default() in (HURT, "shipped")


def test_a_run_that_vanishes_between_two_reads_is_nobodys_trouble(whole):
    run = next(run for run in all_runs() if run.name == HURT)
    shutil.rmtree(run.folder)
    look_at(run)
    begin_again(run)
    assert run.created == 0
    assert (run.metrics().steps, run.metrics().problem) == ([], "")
    assert not jobs._job(run, jobs.JobFile.read(run.folder), []).state.is_active
    shutil.copytree(whole / "whole" / HURT, run.folder)


def test_a_damaged_run_can_be_deleted_unless_it_is_in_use_or_at_work(whole, monkeypatch):
    file = whole / "runs" / HURT / "run.json"
    file.write_text("{")
    with pytest.raises(RunError, match="is the model in use"):
        manage.delete(HURT)
    active_model.set_default(WELL)
    with monkeypatch.context() as patch:
        patch.setattr(jobs.JobFile, "process", lambda _: SimpleNamespace())
        with pytest.raises(RunError, match="stop it first"):
            manage.delete(HURT)
    manage.delete(HURT)
    assert manage.damaged_runs() == []
    assert [run.name for run in all_runs()] == [WELL]
    shutil.copytree(whole / "whole" / HURT, whole / "runs" / HURT)
    shutil.copy(whole / "whole" / ".default", whole / "runs" / ".default")
