"""Where the server says it is, without asking anybody."""

import socket

import pytest
from streamlit import config

from pages.server import start
from tests.patience import finished


@pytest.fixture
def options(monkeypatch):
    """Answer for Streamlit's options."""
    found = {"server.address": "127.0.0.1", "server.headless": True}
    monkeypatch.setattr(start.st, "get_option", lambda name: found[name])
    monkeypatch.setattr(config, "is_manually_set", found.__contains__)
    monkeypatch.setattr(start.server_util, "get_url", lambda host: f"http://{host}:8501")
    monkeypatch.setattr(start, "_numbers", lambda: ["192.0.2.7"])
    return found


@pytest.mark.parametrize(
    ("address", "public", "expected"),
    [
        ("127.0.0.1", None, ("http://127.0.0.1:8501", [])),
        ("0.0.0.0", None, ("http://localhost:8501", ["http://192.0.2.7:8501"])),
        (None, None, ("http://localhost:8501", ["http://192.0.2.7:8501"])),
        ("0.0.0.0", "digits.example", ("http://digits.example:8501", [])),
    ],
)
def test_it_is_at_its_address_its_name_or_its_numbers(options, address, public, expected):
    options["server.address"] = address
    if public:
        options["browser.serverAddress"] = public
    assert start.addresses() == expected


@pytest.mark.parametrize("headless", [True, False])
def test_a_browser_is_opened_unless_there_is_none(options, monkeypatch, capsys, headless):
    opened = []
    monkeypatch.setattr(start.cli_util, "open_browser", opened.append)
    options["server.headless"] = headless

    async def live():
        async with start.lifespan(None):
            pass

    finished(live())
    assert "Digitscope is at http://127.0.0.1:8501" in capsys.readouterr().out
    assert opened == ([] if headless else ["http://127.0.0.1:8501"])


def test_connections_send_small_answers_at_once():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        start.send_at_once()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
