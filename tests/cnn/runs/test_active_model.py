import os
import shutil

import pytest

from cnn.files import write_atomically
from cnn.model import ModelError, build_fc, save_model
from cnn.predictor import shipped_predictor
from cnn.runs.active_model import default, load, load_active, set_default, version
from cnn.runs.run import RunError


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path / "runs"))
    folder = tmp_path / "runs" / "mine"
    folder.mkdir(parents=True)
    save_model(build_fc(seed=3), folder / "model.keras")
    return tmp_path / "runs"


def test_the_shipped_network_is_in_use_until_another_is_chosen(runs):
    assert default() == "shipped"
    assert load_active().predictor is shipped_predictor()
    set_default("mine")
    assert default() == load_active().predictor.name == "mine"
    assert load_active().predictor is load_active().predictor
    set_default("shipped")
    assert load_active().predictor is shipped_predictor()


def test_a_damaged_network_is_named_and_the_shipped_one_used(runs):
    set_default("mine")
    (runs / "mine" / "model.keras").write_bytes(b"PK")
    use = load_active()
    assert use.predictor is shipped_predictor()
    assert "model.keras is damaged" in use.problem
    assert use.problem.endswith("The shipped model is used instead.")


def test_one_may_ask_for_another_than_the_default_and_gets_the_default_if_it_is_gone(runs):
    set_default("mine")
    assert load_active("shipped").predictor is shipped_predictor()
    set_default("shipped")
    assert load_active("mine").predictor.name == "mine"
    set_default("mine")
    gone = load_active("gone")
    assert gone.predictor.name == "mine"
    assert gone.problem.startswith("There is no run “gone”")
    assert gone.problem.endswith("Model mine is used instead.")


def test_a_network_trained_anew_has_another_version(runs):
    assert version("shipped") != version("none") == ()
    before = version("mine")
    file = runs / "mine" / "model.keras"
    os.utime(file)
    assert version("mine") != before


def test_a_network_that_cannot_be_used_is_not_chosen(runs):
    (runs / "empty").mkdir()
    (runs / "damaged").mkdir()
    (runs / "damaged" / "model.keras").write_bytes(b"PK")
    with pytest.raises(RunError, match="has no trained network yet"):
        set_default("empty")
    with pytest.raises(ModelError, match="damaged"):
        set_default("damaged")
    assert default() == "shipped"


@pytest.mark.parametrize("name", ["../mine", "/etc", "mine/..", "", "none"])
def test_a_name_leads_nowhere_but_to_a_run(runs, name):
    with pytest.raises(RunError, match="There is no run"):
        set_default(name)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"../mine", b"mine/..", b"/etc", b".deleted", b"", b"a" * 5_000, None]
)
def test_a_damaged_default_costs_a_sentence_and_the_shipped_model_is_used(runs, content):
    file = runs / ".default"
    file.mkdir() if content is None else file.write_bytes(content)
    assert default() == "shipped"
    use = load_active()
    assert use.predictor is shipped_predictor()
    assert use.problem.startswith(str(file))
    assert use.problem.endswith("The shipped model is used instead.")
    assert use.problem.count(".default") == 1


def test_the_default_of_version_0_1_is_read_until_another_is_set(runs):
    (runs / "in-use").write_text("mine\n")
    assert default() == "mine"
    set_default("shipped")
    assert default() == "shipped"
    assert not (runs / "in-use").exists()


def test_a_run_may_have_any_name_even_that_of_the_old_file(runs):
    shutil.copytree(runs / "mine", runs / "in-use")
    assert default() == "shipped"
    set_default("in-use")
    assert default() == load_active().predictor.name == "in-use"
    set_default("mine")
    assert (runs / "in-use").is_dir()


def test_a_network_that_was_damaged_is_loaded_once_its_file_is_whole_again(runs):
    file = runs / "mine" / "model.keras"
    whole = file.read_bytes()
    file.write_bytes(b"PK")
    for _ in range(2):
        with pytest.raises(ModelError, match="damaged"):
            load("mine")
    write_atomically(file, whole)
    assert load("mine").name == "mine"
