"""What is wrong with a request is told in one sentence, and harms nobody else."""

import asyncio
import json
import logging
import socket
import struct

import pytest

from cnn.ink.strokes import MOST_READ
from cnn.service import bodies
from cnn.service import service as service_module
from cnn.service.service import Service
from tests.patience import finished, wait_until
from tests.service import JSON, SEVEN, ask, connected, form, serving

READ, MANY = "/api/read", "/api/read-many"
FORM = {"Content-Type": "multipart/form-data; boundary=edge"}
LINE = [[0, 0], [9, 9]]
DEEP = b'{"strokes":' + b"[" * 100_000
LISTS = b'{"strokes":[' + b"[]," * (bodies.MOST_LISTS + 1)
NO_FILE = form(b"x")[1].replace(b'; filename="a.png"', b"")
OTHER = form(b"x", other="1")[1]

BAD = {
    "nothing": (READ, b"", JSON, 400, "Invalid JSON"),
    "no JSON": (READ, b"{strokes}", JSON, 400, "Invalid JSON"),
    "half a JSON": (READ, b'{"strokes": [[[1', JSON, 400, "Invalid JSON"),
    "no UTF-8": (READ, b'{"network": "\xff"}', JSON, 400, "Invalid JSON"),
    "half a letter": (READ, b'{"network": "\\ud800"}', JSON, 400, "Invalid JSON"),
    "nested deep": (READ, DEEP, JSON, 400, "Invalid JSON"),
    "many lists": (READ, LISTS, JSON, 413, f"at most {MOST_READ:,} points"),
    "a list": (READ, b"[]", JSON, 422, "Input should be an object"),
    "no drawing": (READ, b"{}", JSON, 422, "Give “strokes” or “picture”"),
    "both": (READ, {"strokes": SEVEN, "picture": "abcd"}, JSON, 422, "one of the two"),
    "null": (READ, {"strokes": None}, JSON, 422, "strokes: Input should be a valid"),
    "no strokes": (READ, {"strokes": []}, JSON, 422, "at least 1 item"),
    "no points": (READ, {"strokes": [[]]}, JSON, 422, "at least 1 item"),
    "three numbers": (READ, {"strokes": [[[1, 2, 3]]]}, JSON, 422, "at most 2 items"),
    "text": (READ, {"strokes": [[["1", 2]]]}, JSON, 422, "valid number"),
    "truth": (READ, {"strokes": [[[True, 2]]]}, JSON, 422, "valid number"),
    "no number": (READ, b'{"strokes": [[[NaN, 1]]]}', JSON, 422, "finite number"),
    "infinity": (READ, b'{"strokes": [[[1e999, 1]]]}', JSON, 422, "finite number"),
    "far away": (READ, {"strokes": [[[2e6, 1]]]}, JSON, 422, "less than or equal"),
    "long number": (
        READ,
        b'{"strokes": [[[' + b"9" * 9999 + b", 1]]]}",
        JSON,
        400,
        "Invalid JSON",
    ),
    "many strokes": (READ, {"strokes": [LINE] * 301}, JSON, 422, "at most 300 items"),
    "unknown field": (READ, {"strokes": SEVEN, "net": 1}, JSON, 422, "net: Extra inputs"),
    "unknown network": (READ, {"strokes": SEVEN, "network": "x"}, JSON, 404, "no network “x”"),
    "a path": (READ, {"strokes": SEVEN, "network": "../x"}, JSON, 404, "no network “../x”"),
    "unknown layer": (READ, {"strokes": SEVEN, "layers": ["x"]}, JSON, 404, "it has input, conv1"),
    "many layers": (READ, {"strokes": SEVEN, "layers": ["x"] * 65}, JSON, 422, "at most 64"),
    "no base64": (READ, {"picture": "abc"}, JSON, 422, "no base64"),
    "no picture": (READ, {"picture": "abcd"}, JSON, 422, "no picture that can be read"),
    "form without a file": (READ, NO_FILE, FORM, 422, "one file named “picture”"),
    "form of more": (READ, OTHER, FORM, 422, "one file named “picture”"),
    "no form": (READ, b"hello", FORM, 400, "This form is damaged"),
    "no edge": (READ, b"hello", {"Content-Type": "multipart/form-data"}, 400, "form is damaged"),
    "form of no picture": (READ, form(b"x")[1], FORM, 422, "no picture that can be read"),
    "plain text": (READ, b"{}", {"Content-Type": "text/plain"}, 415, "application/json"),
    "no kind": (READ, b"{}", {}, 415, "application/json"),
    "compressed": (READ, b"{}", JSON | {"Content-Encoding": "gzip"}, 415, "compressed"),
    "form of many": (MANY, form(b"x")[1], FORM, 415, "Send drawings as application/json"),
    "too large": (READ, b" " * (bodies.MOST_BYTES + 1), JSON, 413, "at most 8 MB"),
    "no drawings": (MANY, {"drawings": []}, JSON, 422, "at least 1 item"),
    "65 drawings": (MANY, {"drawings": [{"strokes": SEVEN}] * 65}, JSON, 422, "at most 64"),
    "one bad": (MANY, {"drawings": [{"strokes": SEVEN}, {}]}, JSON, 422, "drawings.1: Give"),
    "one no picture": (
        MANY,
        {"drawings": [{"strokes": SEVEN}, {"picture": "abcd"}]},
        JSON,
        422,
        "Drawing 1: This file is no picture",
    ),
    "nothing there": ("/api/nothing", b"", JSON, 404, "nothing at this address"),
    "not to be sent": ("/api/health", b"", JSON, 405, "takes GET alone"),
}


@pytest.fixture(scope="module")
def server():
    with serving(Service()) as address:
        yield address


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_gets_one_sentence_as_rfc_9457_has_it(server, name, caplog):
    path, body, headers, status, sentence = BAD[name]
    got, given, problem = ask(server, "POST", path, body, headers)
    assert (got, given["Content-Type"]) == (status, "application/problem+json")
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert sentence in problem["detail"]
    assert "Traceback" not in problem["detail"]
    assert len(problem["detail"]) < 400
    assert not caplog.records


def test_what_only_looks_takes_no_other_method(server):
    status, headers, _ = ask(server, "DELETE", READ)
    assert (status, headers["Allow"]) == (405, "POST")
    assert ask(server, "HEAD", "/api/health")[0] == 200


def test_a_body_without_a_length_is_cut_off_where_it_gets_too_large(server):
    with connected(server) as line:
        line.sendall(head(READ, "Transfer-Encoding: chunked"))
        part = b"100000\r\n" + b" " * 2**20 + b"\r\n"
        for _ in range(9):
            line.sendall(part)
        line.sendall(b"0\r\n\r\n")
        assert b" 413 " in line.recv(1000)


def test_a_client_that_asks_before_it_sends_too_much_is_told_at_once(server):
    length = f"Content-Length: {bodies.MOST_BYTES + 1}\r\nExpect: 100-continue"
    with connected(server) as line:
        line.sendall(head(READ, length))
        assert b" 413 " in line.recv(1000)


def test_a_slow_body_is_given_up_while_others_are_answered(server, monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS", 0.2)
    with connected(server) as line:
        line.sendall(head(READ, "Content-Length: 1000") + b"{")
        assert ask(server, "GET", "/api/health")[0] == 200
        assert b" 408 " in line.recv(1000)


def test_large_bodies_together_have_a_budget_and_small_ones_need_nothing():
    budget = bodies.Budget(bodies.MOST_OF_ALL)
    scope = {"type": "http", "headers": [(b"content-type", b"application/json")]}

    async def take(size):
        async def receive():
            return {"type": "http.request", "body": b" " * size}

        return await bodies.take(scope, receive, (bodies.JSON,), budget)

    assert len(finished(take(bodies.FREE)).content) == bodies.FREE
    with pytest.raises(bodies.ProblemError, match="Too much is being sent"):
        finished(take(bodies.FREE + 1))
    assert budget.used == bodies.MOST_OF_ALL


def test_the_budget_counts_a_large_request_until_it_is_answered(monkeypatch):
    service = Service()
    counted = []

    async def note(body):
        counted.append(service._budget.used)
        return b"{}"

    monkeypatch.setattr(service._reader, "read", note)
    with serving(service) as address:
        ask(address, "POST", READ, b" " * (bodies.FREE + 1000))
    assert (counted, service._budget.used) == ([1000], 0)


def test_work_for_a_client_that_has_left_is_cancelled(monkeypatch, caplog):
    caplog.set_level(logging.WARNING)
    asked, ended = [], []

    async def wait(_):
        asked.append(True)
        try:
            await asyncio.sleep(10**6)
        finally:
            ended.append(True)

    service = Service()
    monkeypatch.setattr(service._reader, "read", wait)
    with serving(service) as address:
        with connected(address) as line:
            body = json.dumps({"strokes": SEVEN}).encode()
            line.sendall(head(READ, f"Content-Length: {len(body)}") + body)
            wait_until(lambda: asked)
            # Reset, as a browser that is closed does.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wait_until(lambda: ended)
        assert service._count == 0
    assert not caplog.records


def test_too_many_at_once_are_told_to_come_again(server, monkeypatch):
    monkeypatch.setattr(service_module, "MOST", 0)
    status, headers, problem = ask(server, "POST", READ, {"strokes": SEVEN})
    assert (status, headers["Retry-After"]) == (503, "1")
    assert problem["title"] == "Service Unavailable"


def test_what_takes_too_long_is_given_up(server, monkeypatch):
    monkeypatch.setattr(service_module, "SECONDS", 0.0)
    status, headers, _ = ask(server, "POST", READ, {"strokes": SEVEN})
    assert (status, headers["Retry-After"]) == (503, "1")


def test_a_mistake_of_ours_is_in_the_log_and_not_in_the_answer(monkeypatch, caplog):
    async def fail(_):
        raise RuntimeError("a secret")

    service = Service()
    monkeypatch.setattr(service._reader, "read", fail)
    with serving(service) as address:
        status, _, problem = ask(address, "POST", READ, {"strokes": SEVEN})
    assert (status, problem["detail"]) == (500, service_module.BROKEN)
    assert "a secret" in caplog.text


def head(path, length):
    lines = f"Host: 127.0.0.1\r\nContent-Type: application/json\r\n{length}"
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n\r\n".encode()
