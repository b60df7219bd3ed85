"""The guard before a real server: who is served what, and that the web is asked nothing."""

import http.client
import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from pages.server import answers, guard, index, modules
from tests.server import serve
from tests.tab import Tab, connection

# In the server's process alone: its way to the web, and notes of all that it turns to.
WATCH = """
import os, sys

os.environ.update(http_proxy={0!r}, https_proxy={0!r}, no_proxy="127.0.0.1,localhost")
notes = open({1!r}, "a", buffering=1)
notes.write("watching\\n")

def watch(event, details):
    if event in {{"socket.connect", "socket.getaddrinfo", "socket.sendto"}}:
        print(event, details[event != "socket.getaddrinfo"], file=notes)

sys.addaudithook(watch)
"""


OWN = ("127.0.0.1", "0.0.0.0", "localhost")


@pytest.fixture(scope="module")
def web():
    """What stands for the web: it takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture(scope="module")
def turned_to(tmp_path_factory):
    """The file of all that the server's process has turned to."""
    return tmp_path_factory.mktemp("watch") / "asked.txt"


@pytest.fixture(scope="module")
def server(tmp_path_factory, web, turned_to):
    """A server as a class has it, whose way to the web ends in a socket of ours."""
    proxy = f"http://127.0.0.1:{web.getsockname()[1]}"
    (turned_to.parent / "sitecustomize.py").write_text(WATCH.format(proxy, str(turned_to)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(turned_to.parent), prepend=":")
        patch.setenv("CNN_RUNS_DIR", str(tmp_path_factory.mktemp("runs")))
        log = tmp_path_factory.mktemp("class") / "log.txt"
        with serve(log, options=["--server.address", "0.0.0.0"]) as address:
            yield address
        assert "for your network at" in log.read_text()


def ask(server, path, method="GET", headers=(), body=None):
    """Send a request; return status, headers and text of the answer."""
    parts = urlsplit(server)
    line = http.client.HTTPConnection(parts.hostname, parts.port)
    line.request(method, path, body, dict(headers))
    answer = line.getresponse()
    text = answer.read().decode("utf-8", "replace")
    line.close()
    return answer.status, answer.headers, text


def asked_of(web):
    """Return whether anything has connected to what stands for the web."""
    try:
        web.accept()
    except BlockingIOError:
        return False
    return True


def test_five_connections_from_another_sites_page_stop_nobody_and_ask_the_web_nothing(server, web):
    with connection(server) as own, ExitStack() as stack:
        tab = Tab(own)
        foreign = [
            socket.create_connection((urlsplit(server).hostname, urlsplit(server).port))
            for _ in range(5)
        ]
        for each in foreign:
            stack.enter_context(each)
            each.sendall(
                b"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://b.example\r\n"
                b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
        tab.send()
        assert not asked_of(web)
        assert all(each.recv(12) == b"HTTP/1.1 403" for each in foreign)
    assert not asked_of(web)


def test_the_server_turns_to_nothing_outside_of_its_machine(server, turned_to):
    with connection(server, origin=server) as socket_, connection(server) as other:
        Tab(socket_, "")
        Tab(other, "Layers")
    first, *lines = turned_to.read_text().splitlines()
    assert first == "watching"
    away = [line for line in lines if not any(own in line for own in OWN)]
    assert away == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/Train", 200),
        ("/_stcore/health", 200),
        ("/_stcore/host-config", 200),
        ("/_stcore/metrics", 404),
        ("/_stcore/script-health-check", 404),
        ("/_stcore/agent/openapi.json", 404),
        ("/_stcore/agent/mcp", 404),
        ("/_stcore/message?hash=x", 404),
        ("/_stcore/", 404),
        ("/_stcore//metrics", 404),
        ("/_stcore/health/../metrics", 404),
        ("/%5fstcore/metrics", 404),
        ("/Train/_stcore/metrics", 404),
        ("//_stcore/metrics", 404),
        ("/auth/login", 404),
        ("/oauth2callback", 404),
        ("/component/streamlit_drawable_canvas/index.html", 404),
        ("/app/static/x", 404),
        ("/_stcore/upload_file/a/b", 405),
        (f"/{modules.address('cnn/web/ink.js')}", 200),
        ("/web/../app.py", 404),
        ("/networks/0", 404),
        ("/api/health", 200),
        ("/api/read", 405),
    ],
)
def test_a_visitor_is_served_pages_and_what_they_need(server, path, status):
    assert ask(server, path)[0] == status


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/"), ("DELETE", "/Train"), ("OPTIONS", "/_stcore/health"), ("PUT", "/static/x"),
     ("POST", "/_stcore/upload_file/a/b"), ("TRACE", "/")],
)  # fmt: skip
def test_nothing_else_can_be_done_than_to_look_and_to_upload(server, method, path):
    assert ask(server, path, method)[::2] == (405, guard.METHOD)


@pytest.mark.parametrize("path", ["/", "/Layers", "/_stcore/health", "/favicon.png", "/auth/login"])
def test_every_answer_tells_the_browser_to_keep_others_out(server, path):
    found = ask(server, path)[1]
    assert {name: found[name] for name in answers.headers()} == answers.headers()
    assert "frame-ancestors 'self'" in found["Content-Security-Policy"]
    assert "unsafe-eval" not in found["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/Layers", "/Layers?ink=sA"])
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_another_sites_frame_gets_nothing_but_a_link_to_the_page(server, path, site):
    told = {"Sec-Fetch-Dest": "iframe", **({"Sec-Fetch-Site": site} if site else {})}
    status, found, text = ask(server, path, headers=told)
    assert (status, found["Set-Cookie"], found["X-Frame-Options"]) == (200, None, None)
    assert found["Content-Security-Policy"] == index.FRAMED_POLICY
    assert "tab of its own" in text
    assert "script" not in text
    assert ask(server, "/_stcore/health", headers={"Sec-Fetch-Dest": "iframe"})[1][
        "X-Frame-Options"
    ]


def test_a_frame_of_its_own_site_gets_the_page(server):
    told = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
    assert "<script" in ask(server, "/", headers=told)[2]


def test_pages_begin_with_our_lines_and_are_asked_for_anew_each_time(server):
    _, found, text = ask(server, "/Layers", headers={"Accept-Encoding": "gzip"})
    assert (found["Cache-Control"], found["ETag"], found["Content-Encoding"]) == (
        "no-cache", None, None
    )  # fmt: skip
    assert text.index("BACKEND_BASE_URL") < text.index("<script type")
    assert text.replace(index.FIRST.read_text(), "").endswith("</html>\n")
    assert ask(server, "/Layers", "HEAD")[0] == 200


def test_no_other_site_may_frame_the_page_or_talk_to_it(server):
    assert '"allowedOrigins":[]' in ask(server, "/_stcore/host-config")[2]


def test_a_name_that_is_not_ours_and_another_sites_page_get_one_sentence(server):
    status, _, text = ask(server, "/", headers={"Host": "b.example"})
    assert (status, text) == (421, guard.HOST.format("b.example"))
    status, _, text = ask(server, "/_stcore/health", headers={"Origin": "http://b.example"})
    assert (status, text) == (403, guard.ORIGIN)


@pytest.mark.parametrize("origin", ["http://b.example", "null"])
def test_another_sites_page_cannot_connect(server, origin):
    with pytest.raises(InvalidStatus) as refused, connection(server, origin=origin):
        pass
    assert refused.value.response.status_code == 403
