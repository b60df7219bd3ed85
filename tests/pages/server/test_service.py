"""The service on the app's own server: behind the guard, wherever the app lies."""

import asyncio
import json

import pytest
from streamlit import config

from cnn.runs.launch import KEY_VARIABLE
from pages.server.guard import Guard
from tests.patience import finished

SEVEN = json.dumps({"strokes": [[[60, 50], [200, 50], [110, 240]]]}).encode()


def ask(path, method="GET", body=b"", **headers):
    """Send the guard a request; returns status, headers and the answer."""
    given = {"host": "127.0.0.1:8501", "content-type": "application/json", **headers}
    scope = {
        "type": "http", "method": method, "path": path, "scheme": "http", "query_string": b"",
        "client": ("127.0.0.1", 1), "headers": [(n.encode(), v.encode()) for n, v in given.items()],
    }  # fmt: skip
    sent, messages = [], [{"type": "http.request", "body": body}]

    async def receive():
        return messages.pop(0) if messages else await nothing()

    async def send(message):
        sent.append(message)

    finished(Guard(streamlit)(scope, receive, send))
    start, *parts = sent
    answer = b"".join(part.get("body", b"") for part in parts)
    return start["status"], {n.decode(): v.decode() for n, v in start["headers"]}, answer


async def nothing():
    """Stand for a client that waits."""
    await asyncio.Event().wait()


async def streamlit(scope, receive, send):
    """Stand for Streamlit, which has no such addresses."""
    raise AssertionError(scope["path"])


def test_other_programs_read_by_the_apps_own_server():
    status, headers, answer = ask("/api/read", "POST", SEVEN)
    assert (status, json.loads(answer)["digit"]) == (200, 7)
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_below_another_address_it_says_so(monkeypatch):
    known = config.get_option
    monkeypatch.setattr(
        config, "get_option", lambda name: "digits" if name == "server.baseUrlPath" else known(name)
    )
    status, _, answer = ask("/digits/api/openapi.json")
    assert (status, json.loads(answer)["servers"]) == (200, [{"url": "/digits/api"}])
    assert ask("/digits/api")[1]["location"] == "/digits/api/"


def test_pages_of_another_site_and_names_that_are_not_ours_read_nothing():
    assert ask("/api/read", "POST", SEVEN, origin="http://b.example")[0] == 403
    assert ask("/api/read", "POST", SEVEN, host="b.example")[0] == 421


def test_the_key_of_the_environment_is_asked_for_here_too(monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, "sesame")
    assert ask("/api/read", "POST", SEVEN)[0] == 401
    assert ask("/api/networks", authorization="Bearer sesame")[0] == 200


@pytest.mark.parametrize("path", ["/api/nothing", "/api/../app.py", "/api/read/"])
def test_nothing_below_its_address_reaches_streamlit(path):
    status, headers, _ = ask(path)
    assert (status, headers["content-type"]) == (404, "application/problem+json")
