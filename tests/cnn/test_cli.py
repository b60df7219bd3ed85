import argparse
import errno
import json
import os
import re
import subprocess
import sys
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from PIL import Image

import cnn.cli
from cnn.cli import main
from cnn.cli.training import add_recipe_options, changed_recipe
from cnn.data import mnist
from cnn.data.builtin import load_builtin
from cnn.data.datasets import DATA_SETS, DataSet
from cnn.data.digits import Digits, Split
from cnn.data.drawings import draw_digits
from cnn.ink.strokes import rasterise
from cnn.predictor import SHIPPED_MODEL, Reading, shipped_predictor
from cnn.recipe import SETTINGS, Recipe
from cnn.runs.process import JobFile
from cnn.runs.run import Run, Task
from tests.networks import READ, chain, layers

SEVEN = [[60, 50], [200, 50], [110, 240]]
# Without drawn glyphs, which take longer to draw than to train on.
TRAIN = ["train", "--dataset", "digits", "--glyph-copies", "0"]


@pytest.fixture
def seven(tmp_path):
    path = tmp_path / "seven.json"
    path.write_text(json.dumps({"strokes": [SEVEN]}))
    return path


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "digit.png"
    Image.fromarray((load_builtin().test.images[0] * 255).astype(np.uint8)).save(path)
    return path


def test_predict_reads_drawings_and_pictures(seven, picture, capsys):
    assert main(["predict", str(seven), str(picture)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{seven}: 7 (")
    assert second.startswith(f"{picture}: {load_builtin().test.labels[0]} (")


def test_predict_prints_the_models_own_probabilities_as_json(seven, capsys):
    assert main(["predict", "--json", str(seven)]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    expected = shipped_predictor().read(rasterise([np.array(SEVEN, float)])).probabilities
    np.testing.assert_allclose(answer["probabilities"], expected, atol=1e-6)
    assert (answer["digit"], answer["sure"], answer["kind"]) == (7, True, "digit")


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({7: 0.98, 1: 0.02}, "7 (98.0%)"),
        ({1: 0.6, 7: 0.4}, "not sure, 1 (60.0%) or 7"),
        (dict.fromkeys(range(10), 0.1), "no digit, perhaps 9 (10.0%)"),
    ],
)
def test_predict_tells_a_digit_from_two_and_from_none(seven, monkeypatch, capsys, shares, said):
    probabilities = np.array([shares.get(digit, 0) for digit in range(10)], np.float32)
    reads_so = SimpleNamespace(read=lambda _: Reading(probabilities, {}))
    monkeypatch.setattr(cnn.cli, "predictor_of", lambda _: reads_so)
    assert main(["predict", str(seven)]) == 0
    assert capsys.readouterr().out == f"{seven}: {said}\n"


def test_predict_names_each_bad_file_in_one_line_reads_the_others_and_fails(
    seven, tmp_path, capsys
):
    text = tmp_path / "text.png"
    text.write_text("no picture")
    missing = tmp_path / "missing.json"
    assert main(["predict", str(text), str(missing), str(seven)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"{seven}: 7")
    assert [line.split(": ")[0] for line in err.splitlines()] == [str(text), str(missing)]


def test_evaluate_counts_drawings_as_they_are_labelled(tmp_path, capsys):
    path = tmp_path / "drawings.jsonl"
    lines = [
        {"label": 7, "strokes": [SEVEN]},
        {"label": 7, "strokes": [SEVEN], "width": 8},
        {"label": 1, "strokes": [[[100, 20], [100, 250]]]},
        {"label": 4, "strokes": [SEVEN]},
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    assert main(["evaluate", "--json", "--drawings", str(path)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["n"], result["accuracy"]) == (4, 0.75)
    assert [result["per_digit"][digit] for digit in (1, 4, 7)] == [1, 0, 1]
    assert result["confusion"][4][7] == 1
    assert main(["evaluate", "--drawings", str(path)]) == 0
    assert capsys.readouterr().out.startswith("75.00% of 4 digits read right (3).")


def test_evaluate_reads_the_built_in_test_digits(capsys):
    assert main(["evaluate", "--json", "--dataset", "digits"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["n"] == len(load_builtin().test)
    assert result["accuracy"] > 0.93


@pytest.mark.mnist
def test_evaluate_reads_mnists_test_digits_as_the_model_card_says(capsys):
    card = SHIPPED_MODEL.with_name("MODEL_CARD.md").read_text()
    stated = re.search(r"MNIST, the 10,000 test digits \| ([\d.]+) %", card)
    assert main(["evaluate", "--json", "--dataset", "mnist"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["n"] == 10_000
    # Another processor may round a digit on the edge to its other side.
    assert result["accuracy"] * 100 == pytest.approx(float(stated[1]), abs=0.02)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["evaluate", "--drawings", "{tmp}/none.jsonl"], "none.jsonl"),
        (["evaluate", "--drawings", "{tmp}/empty.jsonl"], "holds no drawing"),
        (["evaluate", "--drawings", "{tmp}/bad.jsonl"], "line 1"),
        (["evaluate", "--dataset", "digits", "--model", "{tmp}/none.keras"], "no model at"),
        (["info", "--model", "{tmp}/bad.jsonl"], "damaged"),
    ],
)
def test_what_fails_says_so_in_one_sentence_on_stderr(arguments, sentence, tmp_path, capsys):
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "bad.jsonl").write_text('{"label": 12, "strokes": []}\n')
    assert main([argument.format(tmp=tmp_path) for argument in arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1


def test_info_lists_the_layers_and_their_parameters(capsys):
    assert main(["info"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "3,199,106 parameters" in lines[0]
    assert lines[2].split() == ["conv1", "28", "×", "28", "×", "32", "832"]


def test_data_status_names_missing_files_and_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CNN_DATA_DIR", str(tmp_path))
    assert main(["data", "status"]) == 1
    out, err = capsys.readouterr()
    assert out.count(" missing\n") == 4
    # What it advises works.
    assert "put MNIST's four .gz files into that folder, or unset $CNN_DATA_DIR" in err
    assert main(["data", "fetch"]) == 1
    monkeypatch.delenv("CNN_DATA_DIR")
    monkeypatch.setattr(mnist, "user_cache_path", lambda _: tmp_path)
    assert main(["data", "status"]) == 1
    assert "“digitscope data fetch” downloads" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.EIO, "Input/output error"), "Input/output error.\n"),
        (OSError(errno.EIO, "Input/output error", "/x"), "/x: Input/output error.\n"),
        (OSError("timed out"), "timed out.\n"),
        (TimeoutError(), "TimeoutError.\n"),
    ],
)
def test_what_the_system_refuses_is_said_with_the_file_if_there_is_one(
    error, sentence, monkeypatch, capsys
):
    def refuse():
        raise error

    monkeypatch.setattr(cnn.cli, "mnist_status", refuse)
    assert main(["data", "status"]) == 1
    assert capsys.readouterr().err == sentence


# A pipe that nobody reads from is broken at once, or when Python writes what is left at its end.
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["--help"], ["data", "status"]], ids=" ".join)
def test_a_command_whose_output_nobody_reads_ends_quietly_as_other_tools(
    arguments, unbuffered, tmp_path
):
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered, "CNN_DATA_DIR": str(tmp_path)}
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "cnn", *arguments]
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, text=True, env=environment, check=False
    )
    os.close(writer)
    # argparse takes no notice of what it cannot write.
    assert done.returncode == 141 or (arguments, unbuffered) == (["--help"], "1")
    assert not re.search("(?i)pipe|traceback|none", done.stderr)


def test_a_file_without_an_end_is_no_picture(seven, monkeypatch, capsys):
    monkeypatch.setattr(cnn.cli, "MOST_BYTES", 1000)
    assert main(["predict", "/dev/zero", str(seven)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"{seven}: 7")
    assert err == "/dev/zero: This file has more than 1,000 bytes: no picture that is read has.\n"


@pytest.mark.parametrize("command", ["predict", "serve", "evaluate", "info", "export", "data"])
def test_every_command_shows_an_example_in_its_help(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"example: digitscope {command}" in capsys.readouterr().out


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    return tmp_path


def test_train_prints_the_tutorials_lines_and_its_network_can_be_used(runs, picture, capsys):
    network = ["--network", "fc", "--dense-units", "300"]
    train = [*TRAIN, *network, "--epochs", "2", "--run", "mine"]
    assert main(train) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"Epoch: 1 cost = \d\.\d{3} test accuracy: 0\.\d{3}", lines[0])
    assert lines[-1] == f"The run is in {runs / 'mine'}."
    assert main(["use", "mine"]) == 0
    capsys.readouterr()
    assert main(["info"]) == 0
    assert capsys.readouterr().out.startswith("mine: 238,510 parameters")
    assert main(["predict", str(picture)]) == 0
    assert main(train) == 1
    assert "not empty: choose another name, or resume it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("use_validation", "said"),
    [("no", r"\d\d\.\d\d% of the validation digits, to choose networks by, and "), ("yes", "")],
)
def test_train_ends_with_how_many_digits_are_read_right(runs, capsys, use_validation, said):
    network = ["--network", "fc", "--dense-units", "8", "--glyph-copies", "0"]
    train = [*TRAIN, *network, "--epochs", "1"]
    assert main([*train, "--use-validation", use_validation, "--run", "mine"]) == 0
    out = capsys.readouterr().out
    assert re.search(rf"\nRead right at the end: {said}\d\d\.\d\d% of the test digits\.\n", out)
    assert ("Calibrated on the validation digits" in out) is (use_validation == "no")


def test_train_builds_the_layers_it_is_told_to(runs, capsys):
    layers = ["--filters", "2,3", "--filter-size", "3", "--pooling", "average"]
    train = [*TRAIN, "--epochs", "1", "--dense-units", "12", *layers]
    assert main([*train, "--run", "small"]) == 0
    assert main(["info", "--model", str(runs / "small" / "model.keras")]) == 0
    assert re.search(r"conv2 +14 × 14 × 3 +57\n", capsys.readouterr().out)
    for wrong in ("two", "16,999", "1,2,3,4,5", ""):
        assert main(["train", "--filters", wrong]) == 1
        assert "must be 1 to 4 whole numbers from 1 to 128" in capsys.readouterr().err


def other_than(value, setting):
    """Another value than this one."""
    if isinstance(value, bool):
        return not value
    if setting.most:
        return (2, 3, 4)
    return next(each for each in setting.choices or (setting.low, setting.high) if each != value)


def test_every_hyper_parameter_is_an_option_told_in_the_help(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    said = "".join(capsys.readouterr().out.split())
    parser = argparse.ArgumentParser()
    add_recipe_options(parser)
    for field in fields(Recipe):
        setting, option = SETTINGS[field.name], f"--{field.name.replace('_', '-')}"
        assert f"{option}VALUE{setting.about}".replace(" ", "") in said
        value = other_than(getattr(Recipe(), field.name), setting)
        options = parser.parse_args([option, setting.written(value)])
        assert changed_recipe(Recipe(), options) == replace(Recipe(), **{field.name: value})


def test_a_data_set_is_one_entry_that_is_trained_and_measured_on(runs, monkeypatch, capsys):
    digits = load_builtin()
    some = Digits(digits.test.images[:60], digits.test.labels[:60])
    added = DataSet(
        "some",
        title="Some digits",
        mention="some digits",
        recipe="small",
        load=lambda _: Split("some", some, draw_digits([]), some),
        load_test=lambda: some,
    )
    monkeypatch.setitem(DATA_SETS, "some", added)
    train = ["train", "--dataset", "some", "--filters", "2,3,4", "--dense-units", "8"]
    assert main([*train, "--epochs", "1", "--glyph-copies", "0", "--run", "mine"]) == 0
    assert Run.open(runs / "mine").task.dataset == "some"
    capsys.readouterr()
    model = ["--model", str(runs / "mine" / "model.keras")]
    assert main(["evaluate", "--json", "--dataset", "some", *model]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 60
    assert main(["info", *model]) == 0
    assert re.search(r"pool3 +4 × 4 × 4 +0\n", capsys.readouterr().out)


def test_train_begins_beside_a_job_and_says_how_it_would_have_waited(runs, capsys):
    train = [*TRAIN, "--network", "fc", "--dense-units", "8", "--epochs", "1"]
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"]) as other:
        busy = Run.create(runs / "busy", Task(Recipe(epochs=1), "digits"))
        JobFile.of_process(psutil.Process(other.pid)).write(busy.folder)
        assert main([*train, "--run", "mine"]) == 0
        said = capsys.readouterr().err
        assert main(["train", "--resume", "busy"]) == 1
        assert "Another process is training" in capsys.readouterr().err
        other.kill()
    assert [line for line in said.splitlines() if "busy" in line] == [
        "“busy” is being trained on this machine, too, and both take longer: one that is started on"
        " the Train page waits its turn."
    ]
    assert Run.open(runs / "mine").is_finished()


def test_train_resumes_a_run_by_its_name(runs, capsys):
    main([*TRAIN, "--network", "fc", "--epochs", "1", "--run", "mine"])
    (runs / "mine" / "model.keras").unlink()
    assert main(["train", "--resume", "mine"]) == 0
    assert (runs / "mine" / "model.keras").is_file()
    assert main(["train", "--resume", "none"]) == 1
    assert "holds no run" in capsys.readouterr().err


def test_every_command_reads_with_a_network_of_other_origin_or_says_why_not(
    tmp_path, seven, monkeypatch, capsys
):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    (tmp_path / "theirs").mkdir()
    file = tmp_path / "theirs" / "model.keras"
    commands = (
        ["predict", str(seven), "--model", str(file)],
        ["evaluate", "--dataset", "digits", "--model", str(file)],
        ["info", "--model", str(file)],
        ["use", "theirs"],
    )
    READ["a softmax"]().save(file)
    assert [main(command) for command in commands] == [0, 0, 0, 0]
    capsys.readouterr()
    chain(layers.BatchNormalization(), layers.Flatten()).save(file)
    for command in commands:
        assert main(command) == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "is a BatchNormalization; only convolutions" in said
