import json
import os
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from cnn.runs.run import Run
from cnn.training.distributed import WorkerError, Workers

WHAT = [
    *("--dataset", "digits", "--epochs", "2", "--precision", "float32"),
    *("--dropout", "0", "--augmentation-strength", "0", "--batch-size", "50"),
    *("--use-validation", "no", "--glyph-copies", "0", "--sam-rho", "0.05"),
]


@pytest.fixture
def start():
    """Return what starts a training; none outlives the test."""
    started = []

    def start(environment, *arguments):
        command = [sys.executable, "-m", "cnn", "train", *arguments]
        pipe = subprocess.PIPE
        started.append(
            subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def place(tmp_path):
    """Return what gives the environment of one of two workers, or of one alone."""
    hosts = [f"127.0.0.1:{free_port()}" for _ in range(2)]

    def place(index):
        task = {"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}}
        config = {"TF_CONFIG": json.dumps(task)} if index is not None else {}
        return {**os.environ, **config}

    return place


def test_two_workers_learn_as_one_does_at_the_same_global_batch(tmp_path, place, start):
    alone = start(place(None), *WHAT, "--run", str(tmp_path / "alone"))
    assert alone.wait(120) == 0, alone.stderr.read()
    two = [start(place(i), *WHAT, "--run", str(tmp_path / "two")) for i in (0, 1)]
    for worker in two:
        assert worker.wait(120) == 0, worker.stderr.read()
    one, both = (Run.open(tmp_path / name).metrics() for name in ("alone", "two"))
    assert len(one.steps) == len(both.steps) == 2
    np.testing.assert_allclose(
        [step["loss"] for step in both.steps], [step["loss"] for step in one.steps], rtol=0.01
    )
    assert "Epoch: 2" in two[0].stdout.read()
    assert "Epoch" not in two[1].stdout.read()


def test_a_lost_worker_ends_the_job_with_a_sentence_and_it_can_be_resumed(tmp_path, place, start):
    folder = tmp_path / "two"
    two = [start(place(i), *WHAT, "--epochs", "12", "--run", str(folder)) for i in (0, 1)]
    while not (folder / "checkpoint.npz").is_file():
        assert two[0].poll() is None, two[0].stderr.read()
        time.sleep(0.1)
    two[1].kill()
    assert two[0].wait(120) == 1
    assert "Another worker was lost" in two[0].stderr.read()
    for worker in [start(place(i), "--resume", str(folder)) for i in (0, 1)]:
        assert worker.wait(120) == 0, worker.stderr.read()
    assert len(Run.open(folder).metrics().epochs) == 12


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ("{", "cannot be read"),
        ('{"cluster": {}}', "cannot be read"),
        (
            '{"cluster": {"worker": ["a:1"]}, "task": {"type": "ps", "index": 0}}',
            "names 1 workers, but this one is ps 0",
        ),
        (
            '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}',
            "names 1 workers, but this one is worker 1",
        ),
    ],
)
def test_a_wrong_tf_config_is_named(config, problem, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", config)
    with pytest.raises(WorkerError, match=problem):
        Workers.is_chief()
