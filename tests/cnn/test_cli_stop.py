"""SIGTERM at whatever moment of a training: what it ends at once, and what is saved before."""

import os
import signal

import numpy as np
import pytest

from cnn.cli import training
from cnn.data.digits import Digits, Split
from cnn.recipe import Recipe
from cnn.runs.run import Run, Task
from cnn.training import pace
from cnn.training.dataset import training_set
from cnn.training.trainer import Epoch, Measuring, Phase, Started, Step, train

RECIPE = Recipe(filters=(2,), filter_size=3, dense_units=4, epochs=2, batch_size=2)


@pytest.fixture
def run(tmp_path):
    return Run.create(tmp_path / "run", Task(RECIPE, "digits"))


def events(moment, handlers):
    """A small training's events, the process being asked to end at the second one of a kind."""
    rng = np.random.default_rng(0)
    digits = Digits(rng.random((160, 28, 28), np.float32), np.arange(160) % 10)
    split = Split("made", digits, digits, digits)
    seen = 0
    yield Phase("digits")
    for event in train(RECIPE, training_set(RECIPE, split, []), digits, validation=digits):
        handlers.append((type(event), signal.getsignal(signal.SIGTERM)))
        seen += isinstance(event, moment)
        if seen == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        yield event


@pytest.mark.parametrize(
    ("moment", "done"), [(Step, (0, 80)), (Measuring, (0, 80)), (Epoch, (2, 0))]
)
def test_a_training_that_is_stopped_saves_all_its_steps(run, monkeypatch, capsys, moment, done):
    handlers = []
    # However slow this machine is, the second call runs to the epoch's end.
    monkeypatch.setattr(pace, "SECONDS", 1e6)
    monkeypatch.setattr(training, "_events", lambda _: events(moment, handlers))
    training._train(run)
    saved = run.snapshot()
    assert (saved.epoch, saved.steps) == done
    step = saved.epoch * 80 + saved.steps
    assert run.metrics().steps[-1].step == step
    assert not run.is_finished()
    assert f"Stopped after step {step}." in capsys.readouterr().out
    # Before the first step is done there is nothing to save, and the process ends at once.
    assert [kind for kind, handler in handlers if handler is signal.SIG_DFL] == [Started, Step]
