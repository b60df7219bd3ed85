import socket
from pathlib import Path

import pytest

from cnn.app_server import streamlit_arguments
from cnn.cli import main

ROOT = Path(__file__).parents[2]
APP = str(ROOT / "app.py")


@pytest.fixture
def served(monkeypatch):
    """Collect what Streamlit's command line is given."""
    from streamlit.web import cli

    given = []
    monkeypatch.setattr(cli, "main", lambda arguments, prog_name: given.append(arguments))
    return given


def test_the_app_of_a_clone_is_served_as_streamlit_run_would(served, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["app"]) == 0
    assert served == [["run", APP]]


def test_streamlits_own_options_pass_through_and_come_last(served):
    own = ["--server.headless", "true", "--theme.base=dark"]
    assert main(["app", *own[:2], "--address", "localhost", *own[2:]]) == 0
    assert served == [["run", APP, "--server.address", "localhost", *own]]


def test_a_free_port_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    assert streamlit_arguments(port, None, []) == ["run", APP, "--server.port", port]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "abc", "", "80.5", "²"])
def test_a_bad_port_gets_one_sentence(port, served, capsys):
    assert main(["app", f"--port={port}"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"--port must be a whole number from 1 to 65535, not “{port}”."
    assert not served


def test_a_taken_port_an_unknown_address_and_a_stray_word_get_one_sentence(served, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["app", f"--port={port}"]) == 1
    assert main(["app", "--address", "not an address"]) == 1
    assert main(["app", "8600"]) == 1
    taken, unknown, stray = capsys.readouterr().err.splitlines()
    assert taken == f"The app cannot be served at 127.0.0.1, port {port}: Address already in use."
    assert unknown.startswith("The app cannot be served at not an address: ")
    assert stray == "“8600” is no option; a port is given as “--port 8600”."
    assert not served


def test_other_commands_take_no_options_that_they_do_not_know(capsys):
    with pytest.raises(SystemExit):
        main(["info", "--server.headless", "true"])
    assert "unrecognized arguments: --server.headless true" in capsys.readouterr().err
