import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest

from cnn.cli import main
from cnn.runs.run import Run
from cnn.training.distributed import WorkerError, Workers
from tests.patience import bytes_in, exit_status, wait_until

WHAT = [
    *("--filters", "4,8", "--dense-units", "20", "--learning-rate", "0.004"),
    *("--dataset", "digits", "--epochs", "2", "--precision", "float32"),
    *("--dropout", "0", "--augmentation-strength", "0", "--batch-size", "50"),
    *("--use-validation", "no", "--glyph-copies", "0"),
]


@pytest.fixture
def start(tmp_path):
    """Return what starts a training that logs into a file; none outlives the test."""
    started = []

    def start(environment, *arguments):
        command = [sys.executable, "-m", "cnn", "train", *arguments]
        log = tmp_path / f"{len(started)}.txt"
        with log.open("w") as out:
            process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        started.append((process, log))
        return started[-1]

    yield start
    for process, _ in started:
        process.kill()
        process.wait()


def assert_end(started, folder, status=0):
    """Wait for the end of a training that writes into a folder, and return what it printed."""
    process, log = started
    assert exit_status(process, folder) == status, log.read_text()
    return log.read_text()


def free_ports(count):
    # All open at once: none is given out twice.
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture
def place():
    """Return what gives the environment of one of two workers."""
    hosts = [f"127.0.0.1:{port}" for port in free_ports(2)]

    def place(index):
        task = {"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}}
        return {**os.environ, "TF_CONFIG": json.dumps(task)}

    return place


def test_two_workers_learn_as_one_does_at_the_same_global_batch(tmp_path, place, start):
    two = [start(place(i), *WHAT, "--run", str(tmp_path / "two")) for i in (0, 1)]
    assert main(["train", *WHAT, "--run", str(tmp_path / "alone")]) == 0
    first, second = (assert_end(worker, tmp_path) for worker in two)
    one, both = (Run.open(tmp_path / name).metrics() for name in ("alone", "two"))
    assert len(one.epochs) == len(both.epochs) == 2
    np.testing.assert_allclose(
        [epoch.loss for epoch in both.epochs], [epoch.loss for epoch in one.epochs], rtol=0.01
    )
    assert "Epoch: 2" in first
    assert "Epoch" not in second


def test_a_lost_worker_ends_the_job_with_a_sentence_and_it_can_be_resumed(tmp_path, place, start):
    folder = tmp_path / "two"
    first, second = (start(place(i), *WHAT, "--epochs", "30", "--run", str(folder)) for i in (0, 1))

    def has_checkpoint():
        assert first[0].poll() is None, first[1].read_text()
        return (folder / "checkpoint.npz").is_file()

    wait_until(has_checkpoint, lambda: bytes_in(tmp_path))
    second[0].kill()
    assert "Another worker was lost" in assert_end(first, tmp_path, status=1)
    for worker in [start(place(i), "--resume", str(folder)) for i in (0, 1)]:
        assert_end(worker, tmp_path)
    assert len(Run.open(folder).metrics().epochs) == 30


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
