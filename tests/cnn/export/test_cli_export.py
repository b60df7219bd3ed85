import errno
import shutil
import zipfile

import pytest

from cnn.cli import main
from cnn.files import DISK_FULL
from cnn.model import build, save_model
from cnn.runs.active_model import set_default
from tests.bad_disk import refusing
from tests.made_runs import RECIPE, make_run


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """A folder with a trained run, “mine”, and one that has no network yet; we are beside it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs"
    monkeypatch.setenv("CNN_RUNS_DIR", str(folder))
    save_model(build(RECIPE), make_run(folder, "mine").model_file)
    make_run(folder, "begun", epochs=1, finished=False)
    return folder


def title(file):
    return file.read_text().split("<title>")[1].split(" · ")[0]


def test_the_network_that_is_named_or_in_use_is_written(runs, tmp_path, capsys):
    file = tmp_path / "home.html"
    to = ["--to", str(file)]
    assert main(["export", "html", *to]) == 0
    assert title(file) == "Shipped model"
    assert main(["export", "mine", "html", *to]) == 0
    assert title(file) == "Model mine"
    assert capsys.readouterr().out.endswith(f"Model mine is in {file}: open it in a browser.\n")
    assert main(["export", "html", *to, "--model", str(runs / "mine" / "model.keras")]) == 0
    assert title(file) == "model"
    set_default("mine")
    assert main(["export", "html", *to]) == 0
    assert title(file) == "Model mine"
    assert main(["export", "shipped", "html", *to]) == 0
    assert title(file) == "Shipped model"


def test_where_the_network_in_use_is_gone_the_shipped_one_is_written_and_that_is_said(
    runs, tmp_path, capsys
):
    set_default("mine")
    shutil.rmtree(runs / "mine")
    assert main(["export", "html", "--to", str(tmp_path / "home.html")]) == 0
    assert title(tmp_path / "home.html") == "Shipped model"
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "There is no run “mine”" in said
    assert "The shipped model is used instead." in said


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["none", "html"], "There is no run “none”"),
        (["", "html"], "There is no run “”"),
        (["../runs/mine", "html"], "There is no run “../runs/mine”"),
        (["begun", "html"], "The run “begun” has no trained network yet."),
        (["html", "--model", "none.keras"], "There is no model at none.keras"),
    ],
)
def test_a_bad_name_gets_one_sentence_and_leaves_the_older_file(
    runs, tmp_path, named, said, capsys
):
    file = tmp_path / "home.html"
    file.write_text("older")
    assert main(["export", *named, "--to", str(file)]) == 1
    out, err = capsys.readouterr()
    assert said in err
    assert (out, err.count("\n")) == ("", 1)
    assert file.read_text() == "older"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (".", "is no file: name one to write."),
        ("/dev/null", "/dev/null is no file: name one to write."),
        ("none/home.html", "There is no folder none."),
        ("", "is no file: name one to write."),
    ],
)
def test_a_place_that_is_no_file_gets_one_sentence(runs, tmp_path, place, said, capsys):
    assert main(["export", "html", "--to", place]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, DISK_FULL),
        (errno.EROFS, "its disk is read-only"),
        (errno.EACCES, "the right"),
    ],
)
def test_a_disk_that_refuses_gets_one_sentence(runs, tmp_path, number, said, capsys):
    home = tmp_path / "home"
    home.mkdir()
    with refusing(home, number):
        assert main(["export", "html", "--to", str(home / "home.html")]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert list(home.iterdir()) == []


def test_a_run_and_a_format_are_named_or_a_format_alone_for_the_network_in_use(
    runs, tmp_path, capsys
):
    assert main(["export", "mine", "html"]) == 0
    assert title(tmp_path / "mine.html") == "Model mine"
    assert main(["export", "html", "--to", "in-use.html"]) == 0
    assert title(tmp_path / "in-use.html") == "Shipped model"
    assert main(["export", "mine", "keras"]) == 0
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(
        "Model mine is in mine-keras.zip, with a card and ten drawings to test by"
    )
    assert "On 100 digits it gives the same answers as in Digitscope" in said
    with zipfile.ZipFile(tmp_path / "mine-keras.zip") as archive:
        assert set(archive.namelist()) == {"model.keras", "README.md", "reference.json"}
        assert "Trained on: MNIST." in archive.read("README.md").decode()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["onx"], "invalid choice: 'onx' (choose from"),
        (["mine"], "invalid choice: 'mine'"),
        (["keras", "mine"], "invalid choice: 'mine'"),
        (["mine", "mine", "keras"], "invalid choice: 'mine'"),
        (["mine", "keras", "--model", "x.keras"], "name one network"),
        ([], "the following arguments are required: FORMAT"),
        (["keras", "--calibrate-with", "none"], "invalid choice: 'none'"),
    ],
)
def test_words_that_are_no_run_and_format_are_refused(runs, tmp_path, words, said, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["export", *words])
    assert stop.value.code == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none", "onnx"], "There is no run “none”"),
        (["begun", "onnx"], "The run “begun” has no trained network yet."),
        (["onnx", "--model", "none.keras"], "There is no model at none.keras"),
        (["mine", "onnx", "--to", "."], ". is no file: name one to write."),
        (["mine", "onnx", "--to", "none/x.zip"], "There is no folder none."),
    ],
)
def test_what_cannot_be_exported_gets_one_sentence(runs, tmp_path, words, said, capsys):
    assert main(["export", *words]) == 1
    out, err = capsys.readouterr()
    assert err.startswith(said)
    assert (out, err.count("\n")) == ("", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_a_missing_package_is_told_at_once_and_an_older_file_is_kept(
    runs, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("cnn.export.format.find_spec", lambda _: None)
    file = tmp_path / "mine-tflite.zip"
    file.write_text("older")
    assert main(["export", "mine", "tflite"]) == 1
    said = "LiteRT needs ai_edge_litert: pip install 'digitscope[export]'.\n"
    assert capsys.readouterr() == ("", said)
    assert file.read_text() == "older"
