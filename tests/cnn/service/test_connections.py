"""Clients that are slow, or do not take what they asked for, hold nothing for long."""

import resource
import socket

import pytest

from cnn.service import connections
from cnn.service.service import Service
from tests.service import ask, connected, serving

HEAD = b"POST /api/read HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
WHOLE = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
BEGUN = {
    "silent": b"",
    "half a head": HEAD,
    "half a body": HEAD + b"Content-Length: 100\r\n\r\n{",
    "a second head": WHOLE + HEAD,
}


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(connections, "SECONDS", 0.3)
    with serving(Service()) as address:
        yield address


@pytest.mark.parametrize("begun", BEGUN)
def test_a_connection_ends_on_which_no_request_comes_whole_while_others_are_answered(
    server, begun, caplog
):
    with connected(server) as line:
        line.sendall(BEGUN[begun])
        assert ask(server, "GET", "/api/health")[0] == 200
        # Until the end.
        try:
            while line.recv(1000):
                pass
        except ConnectionResetError:
            pass
    assert not caplog.records


def test_a_connection_ends_whose_client_takes_no_answers(server, caplog):
    with connected(server) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        # Far more than lies on the way.
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            line.sendall(WHOLE * 1_000_000)
    assert not caplog.records


def test_a_process_may_have_as_many_connections_as_the_system_allows():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        connections.allow_many()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
