import csv
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn.runs import metrics as metrics_module
from cnn.runs.metrics import (
    Curve,
    MetricsReader,
    advice,
    as_csv,
    epoch_curve,
    smooth,
    step_curve,
    thin,
    tutorial_line,
    what_was_read,
)


def started(step=0, epoch=0, steps=200):
    return {"event": "started", "digits": 1000, "steps": steps, "step": step, "epoch": epoch}


def step(number, loss=1.0):
    return {"event": "step", "step": number, "loss": loss, "accuracy": 0.5, "time": 1.5}


def epoch(number, step, **more):
    record = {"event": "epoch", "epoch": number, "step": step, "loss": 0.5, "test_accuracy": 0.9}
    return {**record, **more}


def add(file, *records):
    with file.open("ab") as out:
        out.writelines(json.dumps(record).encode() + b"\n" for record in records)


def test_a_reader_reads_each_byte_once_and_returns_all(tmp_path, monkeypatch):
    file = tmp_path / "metrics.jsonl"
    reader = MetricsReader(file)
    assert reader.read().started is None
    add(file, started(), step(50), step(100))
    assert [s.step for s in reader.read().steps] == [50, 100]
    add(file, epoch(1, 100), step(150))
    read = []
    parse = metrics_module.parse_json
    monkeypatch.setattr(
        metrics_module, "parse_json", lambda line, *more: read.append(line) or parse(line, *more)
    )
    metrics = reader.read()
    assert len(read) == 2
    assert [s.step for s in metrics.steps] == [50, 100, 150]
    assert [e.epoch for e in metrics.epochs] == [1]


@given(cuts=st.lists(st.integers(0, 400), max_size=12))
def test_a_file_read_while_it_is_written_reads_as_when_it_is_whole(tmp_path_factory, cuts):
    file = tmp_path_factory.mktemp("run") / "metrics.jsonl"
    lines = [started(), step(50), step(100), epoch(1, 100), started(50), step(100, 0.3)]
    content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    reader = MetricsReader(file)
    for cut in sorted(cuts):
        file.write_bytes(content[:cut]) if not file.exists() else _extend(file, content[:cut])
        reader.read()
    _extend(file, content)
    assert reader.read() == MetricsReader(file).read()
    assert [s.loss for s in reader.read().steps] == [1.0, 0.3]
    assert reader.read().epochs == []


def _extend(file, content):
    with file.open("ab") as out:
        out.write(content[file.stat().st_size :])


@pytest.mark.parametrize("told", [{}, {"temperature": None}, {"temperature": 1.25}])
def test_the_temperature_of_a_finished_training_is_known_where_there_is_one(tmp_path, told):
    file = tmp_path / "metrics.jsonl"
    add(file, started(), {"event": "finished", "seconds": 3.0, **told})
    metrics = MetricsReader(file).read()
    assert metrics.finished
    assert metrics.temperature == told.get("temperature")


def test_another_run_under_the_same_name_is_read_anew(tmp_path):
    file = tmp_path / "metrics.jsonl"
    add(file, started(), step(50), step(100), {"event": "finished", "seconds": 3.0})
    reader = MetricsReader(file)
    assert reader.read().finished
    file.unlink()
    assert reader.read().steps == []
    add(file, started(), step(25))
    metrics = reader.read()
    assert [s.step for s in metrics.steps] == [25]
    assert not metrics.finished


@pytest.mark.parametrize(
    "records",
    [
        [started(steps=500), step(50), step(100), step(150)],
        [started(), step(50, 0.25), step(100), step(150)],
        [started(), step(50), step(100, 0.25), step(150)],
        [started(), step(75), epoch(1, 75), step(100), step(150)],
    ],
    ids=["from the start on", "in its middle", "at its end", "in kind"],
)
def test_another_run_in_the_same_file_that_is_longer_is_not_mixed_with_the_one_before(
    tmp_path, records
):
    file = tmp_path / "metrics.jsonl"
    add(file, started(), step(50), step(100))
    reader = MetricsReader(file)
    assert reader.read().steps[-1].step == 100
    # As a file system may give a new file the number of one that was deleted.
    file.write_text("")
    add(file, *records)
    assert reader.read() == MetricsReader(file).read()


def test_a_line_that_breaks_a_rule_costs_that_line_and_a_sentence(tmp_path):
    file = tmp_path / "metrics.jsonl"
    add(file, started(), step(50), {"event": "step", "step": "75"}, step(100), step(100), [], 5)
    reader = MetricsReader(file)
    assert [s.step for s in reader.read().steps] == [50, 100]
    assert reader.read().problem == f"4 lines of {file} cannot be read: left out."
    add(file, step(150))
    assert [s.step for s in reader.read().steps] == [50, 100, 150]
    assert reader.read().problem.startswith("4 lines")


def test_what_a_stopped_machine_left_of_a_line_is_nobodys_trouble(tmp_path):
    file = tmp_path / "metrics.jsonl"
    add(file, started())
    with file.open("ab") as out:
        out.write(b'{"event": "step", "step": 5\n\n')
    add(file, step(50))
    metrics = MetricsReader(file).read()
    assert ([s.step for s in metrics.steps], metrics.problem) == ([50], "")


def test_a_file_of_bad_lines_alone_is_not_read_to_its_end(tmp_path):
    file = tmp_path / "metrics.jsonl"
    file.write_bytes(b"x\n" * 1_000_000)
    assert MetricsReader(file).read().problem.startswith("1,000 lines")


def test_curves_are_placed_by_epochs_whatever_the_batch(tmp_path):
    file = tmp_path / "metrics.jsonl"
    add(file, started(steps=200), step(50, 2.0), step(100, 1.0), epoch(1, 100))
    metrics = MetricsReader(file).read()
    cost = step_curve(metrics, "loss", epochs=2)
    assert cost.epochs.tolist() == [0.5, 1.0]
    assert cost.values.tolist() == [2.0, 1.0]
    test = epoch_curve(metrics, "test_accuracy")
    assert (test.epochs.tolist(), test.values.tolist()) == ([1.0], [0.9])


def test_epochs_of_before_validation_digits_were_measured_leave_their_curve_out(tmp_path):
    file = tmp_path / "metrics.jsonl"
    add(file, started(), epoch(1, 100), epoch(2, 200, validation_accuracy=0.8))
    metrics = MetricsReader(file).read()
    validation = epoch_curve(metrics, "validation_accuracy")
    assert (validation.epochs.tolist(), validation.values.tolist()) == ([2.0], [0.8])
    assert metrics.last("validation_accuracy") == 0.8
    add(file, epoch(3, 300))
    metrics = MetricsReader(file).read()
    assert metrics.last("validation_accuracy") is None, "not of an earlier epoch"
    assert metrics.last("test_accuracy") == 0.9
    assert MetricsReader(tmp_path / "none").read().last("test_accuracy") is None


def test_smoothing_keeps_a_constant_and_never_changes_what_was_drawn():
    rng = np.random.default_rng(0)
    values = rng.normal(1, 0.5, 300)
    curve = Curve(np.arange(300.0), values)
    whole = smooth(curve)
    part = smooth(Curve(curve.epochs[:100], values[:100]))
    np.testing.assert_allclose(whole.values[:100], part.values)
    np.testing.assert_allclose(smooth(Curve(curve.epochs, np.full(300, 0.7))).values, 0.7)
    assert whole.values[100:].std() < values.std() / 2


def test_thinning_keeps_few_points_but_ends_and_peaks():
    values = np.sin(np.linspace(0, 50, 10_000))
    values[[1234, 7777]] = 9, -9
    curve = Curve(np.arange(10_000.0), values)
    few = thin(curve, 600)
    assert len(few.values) <= 602
    assert {0.0, 1234.0, 7777.0, 9999.0} <= set(few.epochs)
    assert (np.diff(few.epochs) > 0).all()
    assert thin(few, 1000) is few


def test_the_table_for_other_programs_holds_every_point(tmp_path):
    file = tmp_path / "metrics.jsonl"
    add(
        file, started(), *(step(n) for n in range(1, 1001)), epoch(1, 1000, validation_accuracy=0.8)
    )
    rows = list(csv.DictReader(io.StringIO(as_csv(MetricsReader(file).read()))))
    assert len(rows) == 1001
    assert (rows[0]["event"], rows[0]["step"], rows[0]["loss"]) == ("step", "1", "1.0")
    assert (rows[-1]["event"], rows[-1]["test_accuracy"]) == ("epoch", "0.9")
    assert [row["validation_accuracy"] for row in rows[-2:]] == ["", "0.8"]


def test_an_epoch_is_told_as_the_tutorial_tells_it():
    assert tutorial_line(1, 0.7391, 0.911) == "Epoch: 1 cost = 0.739 test accuracy: 0.911"


def test_what_was_read_at_the_end_is_told_of_validation_digits_first_where_there_are_any():
    assert what_was_read(0.98765, 0.9712) == (
        "Read right at the end: 98.77% of the validation digits, to choose networks by, and 97.12%"
        " of the test digits."
    )
    assert what_was_read(None, 0.9712) == "Read right at the end: 97.12% of the test digits."


GUESSES = {"accuracy": 0.1}


@pytest.mark.parametrize(
    ("records", "rate", "said"),
    [
        ([epoch(1, 50)], 0.5, ""),
        ([epoch(1, 50, test_accuracy=0.1135)], 0.5, "try a smaller learning rate than 0.5"),
        (
            [epoch(1, 50), epoch(2, 99, test_accuracy=0.1)],
            1e-3,
            "a smaller learning rate than 0.001",
        ),
        ([epoch(1, 50, test_accuracy=0.1)], 1e-6, "try a larger learning rate than 1e-06"),
        # Early on every network guesses.
        ([{**step(n), **GUESSES} for n in range(1, 500)], 0.5, ""),
        ([{**step(50 * n), **GUESSES} for n in range(1, 11)], 0.5, "No better than guessing"),
        ([{**step(n), **GUESSES} for n in range(1, 501)], 0.5, "No better than guessing"),
        ([step(50 * n) for n in range(1, 11)], 0.5, ""),
        ([], 0.5, ""),
    ],
)
def test_of_a_network_that_learns_nothing_it_is_said_what_to_do(tmp_path, records, rate, said):
    add(tmp_path / "metrics.jsonl", started(), *records)
    found = advice(MetricsReader(tmp_path / "metrics.jsonl").read(), rate)
    assert said in found
    assert bool(said) == bool(found)
