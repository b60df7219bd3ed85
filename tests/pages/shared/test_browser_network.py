"""Which network a session's browser gets, and where."""

import subprocess
import sys
import zlib

import pytest
import streamlit as st

from cnn.explain.layers import layers_in_file
from cnn.model import ModelError, build, build_fc, save_model
from cnn.runs.active_model import load_active, set_default
from cnn.runs.run import RunError, network_file
from cnn.training.loop import initial_snapshot
from cnn.web.network_file import network_file as written
from pages.server import networks
from pages.server.lasting import GZIP
from pages.shared import browser_network, permissions, session_model
from tests import made_runs
from tests.server import APP


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Two runs' networks, and a browser session."""
    monkeypatch.setenv("CNN_RUNS_DIR", str(tmp_path))
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(session_model, "loading", lambda: None)
    for seed, name in enumerate(("first", "second")):
        (tmp_path / name).mkdir()
        save_model(build_fc(seed=seed), tmp_path / name / "model.keras")
    return tmp_path


def content_at(address):
    """Return what a browser gets."""
    file = networks.find(address.removeprefix(networks.PREFIX))
    return zlib.decompress(file.packed, GZIP)


@pytest.mark.parametrize(
    ("name", "label"), [("shipped", "Shipped model"), ("second", "Model second")]
)
def test_a_browser_gets_the_network_that_its_session_reads_with(runs, name, label):
    set_default("first")
    session_model.use(name)
    offered = browser_network.mine()
    assert (offered.run, offered.name, offered.problem) == (name, label, "")
    assert content_at(offered.address) == written(layers_in_file(network_file(name)), label)


def test_a_session_that_has_chosen_none_gets_the_default(runs):
    set_default("first")
    assert browser_network.mine().run == "first"


def test_a_network_that_is_replaced_has_another_address(runs):
    set_default("first")
    before = browser_network.mine()
    assert browser_network.mine() == before
    save_model(build_fc(seed=5), runs / "first" / "model.keras")
    assert browser_network.mine().address != before.address


@pytest.mark.parametrize("damage", ["damaged", "missing", "both"])
def test_instead_of_a_network_that_cannot_be_read_a_browser_gets_what_the_server_reads_with(
    runs, damage
):
    session_model.use("second")
    set_default("first")
    if damage == "missing":
        (runs / "second" / "model.keras").unlink()
    else:
        (runs / "second" / "model.keras").write_bytes(b"PK")
    if damage == "both":
        (runs / "first" / "model.keras").write_bytes(b"PK")
    offered, active = browser_network.mine(), load_active("second")
    assert offered.run == ("shipped" if damage == "both" else "first")
    assert offered.problem == session_model.problem(active) == active.problem != ""


def test_a_visitor_gets_the_default_and_is_not_told_of_folders(runs, monkeypatch):
    session_model.use("second")
    set_default("first")
    monkeypatch.setenv(permissions.VARIABLE, "off")
    assert browser_network.mine().run == "first"
    (runs / "first" / "model.keras").write_bytes(b"PK")
    offered = browser_network.mine()
    assert (offered.run, offered.problem) == ("shipped", session_model.ANOTHER)


def test_a_visitor_gets_the_network_of_a_run_that_a_page_shows(runs, monkeypatch):
    monkeypatch.setenv(permissions.VARIABLE, "off")
    assert browser_network.of_run("second").name == "Model second"
    assert browser_network.of_run("shipped").run == "shipped"


def test_a_run_that_is_gone_or_damaged_is_told_of(runs):
    with pytest.raises(RunError, match="no trained network"):
        browser_network.of_run("../first")
    (runs / "second" / "model.keras").write_bytes(b"PK")
    with pytest.raises(ModelError, match="damaged"):
        browser_network.of_run("second")


def test_a_network_that_is_being_trained_is_read_with_as_it_was_last_saved(runs):
    run = made_runs.make_run(runs, "busy", epochs=1, finished=False)
    assert browser_network.being_trained(run) is None
    network = build(run.task.recipe)
    run.save_checkpoint(initial_snapshot(network, run.task.recipe))
    offered = browser_network.being_trained(run)
    save_model(network, run.model_file)
    assert content_at(offered.address) == written(layers_in_file(run.model_file), "busy")


def test_nobody_waits_for_tensorflow(runs):
    script = (
        "import sys; from pages.shared import browser_network; browser_network.mine();"
        "sys.exit('tensorflow' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=APP.parent, check=True)
