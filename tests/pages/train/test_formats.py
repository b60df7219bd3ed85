"""The Train page's buttons for other programs' formats."""

import io
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from cnn.export.format import ExportError
from cnn.model import build, save_model
from pages.train import formats
from tests.made_runs import RECIPE, make_run
from tests.patience import PATIENCE


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    return tmp_path


def members(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


# A name may look like an option, or like a format.
@pytest.mark.parametrize("name", ["mine", "--to", "onnx"])
def test_a_network_is_exported_in_a_process_of_its_own(folder, name):
    save_model(build(RECIPE), make_run(folder, name).model_file)
    found = members(formats.exported(name, "savedmodel"))
    assert {"README.md", "reference.json", "saved_model/saved_model.pb"} <= found.keys()


def test_what_cannot_be_exported_is_a_file_that_says_why(folder):
    make_run(folder, "begun")
    found = members(formats.exported("begun", "onnx"))
    assert found == {
        "README.md": b"The run \xe2\x80\x9cbegun\xe2\x80\x9d has no trained network yet.\n"
    }


@pytest.mark.parametrize(("error", "said"), [
    (OSError(28, "No space left on device"), b"The disk is full"),
    (ExportError("It broke."), b"It broke.\n"),
])  # fmt: skip
def test_what_goes_wrong_on_the_way_is_said_in_the_file(monkeypatch, error, said):
    def fail(*_):
        raise error

    monkeypatch.setattr(formats, "export_run", fail)
    assert members(formats.exported("mine", "onnx"))["README.md"].startswith(said)


def a_menu():
    from cnn.runs.run import Run, runs_folder
    from pages.train import formats

    formats.show(Run.open(runs_folder() / "mine"))


@pytest.mark.parametrize("missing", [False, True])
def test_a_format_whose_packages_are_missing_cannot_be_pressed_and_says_why(
    folder, monkeypatch, missing
):
    make_run(folder, "mine")
    if missing:
        monkeypatch.setattr("cnn.export.format.find_spec", lambda _: None)
    page = AppTest.from_function(a_menu, default_timeout=PATIENCE).run()
    buttons = {each.proto.label: each.proto for each in page.get("download_button")}
    assert list(buttons) == ["TensorFlow SavedModel", "LiteRT", "LiteRT in 8 bits", "ONNX"]
    assert [each.disabled for each in buttons.values()] == [False, missing, missing, missing]
    assert ("pip install 'digitscope[export]'" in buttons["ONNX"].help) is missing
