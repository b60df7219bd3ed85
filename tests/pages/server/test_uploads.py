"""Uploads by hand-made requests: what no page has asked for is refused, what is kept is bounded."""

import http.client
import socket
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

import psutil
import pytest
from streamlit.proto.Common_pb2 import FileUploaderState
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pages.server import uploads
from pages.server.uploads import Uploads
from tests.patience import finished
from tests.server import serve
from tests.tab import Tab, connection

MB = 2**20


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("server") / "log.txt") as address:
        yield address


@pytest.fixture
def process(server):
    """The server's process."""
    port = urlsplit(server).port
    (found,) = [
        child
        for child in psutil.Process().children()
        if any(line.laddr.port == port for line in child.net_connections("tcp"))
    ]
    return found


@pytest.fixture
def tab(server):
    with connection(server) as socket:
        yield Tab(socket)


def multipart(size):
    """Return a file of a size as a browser sends it."""
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return head + bytes(size) + b"\r\n--b--\r\n"


@contextmanager
def in_one_piece(line):
    """Have the system wait, where it can, until what is written is a whole packet."""
    cork = getattr(socket, "TCP_CORK", None)
    if cork is None:
        yield
        return
    line.setsockopt(socket.IPPROTO_TCP, cork, 1)
    yield
    line.setsockopt(socket.IPPROTO_TCP, cork, 0)


def put(server, path, body):
    """Send a file; return status and text of the answer."""
    parts = urlsplit(server)
    with closing(http.client.HTTPConnection(parts.hostname, parts.port)) as line:
        line.request("GET", "/_stcore/health")
        health = line.getresponse()
        health.read()
        cookie = health.headers["Set-Cookie"].partition(";")[0]
        headers = {
            "Cookie": cookie,
            "X-Xsrftoken": cookie.partition("=")[2],
            "Content-Type": "multipart/form-data; boundary=b",
        }
        # What is refused may be refused before all of it was sent. Where head and body do not come
        # together, the connection may be reset between them, and the answer lost.
        with suppress(BrokenPipeError, ConnectionResetError), in_one_piece(line.sock):
            line.request("PUT", path, body, headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def test_a_file_that_a_page_asked_for_is_taken_once(server, tab):
    (path,) = tab.ask_for_upload("a.png")
    assert put(server, path, multipart(1000)) == (204, "")
    assert put(server, path, multipart(1000)) == (403, uploads.NOT_ASKED)


def test_a_file_that_no_page_asked_for_is_refused(server, tab):
    path = f"/_stcore/upload_file/{tab.session}/mine"
    assert put(server, path, multipart(1000)) == (403, uploads.NOT_ASKED)
    (asked,) = tab.ask_for_upload("a.png")
    assert put(server, f"{asked}x", multipart(1000)) == (403, uploads.NOT_ASKED)
    file = asked.rpartition("/")[2]
    assert put(server, f"/_stcore/upload_file/another/{file}", multipart(9))[0] == 403


def test_a_file_of_a_tab_that_is_closed_is_refused(server):
    with connection(server) as socket:
        (path,) = Tab(socket).ask_for_upload("a.png")
    with connection(server) as socket:
        Tab(socket)
    assert put(server, path, multipart(1000)) == (403, uploads.NOT_ASKED)


def test_a_file_that_says_that_it_is_too_large_is_refused(server, tab):
    (path,) = tab.ask_for_upload("a.png")
    assert put(server, path, multipart(21 * MB))[0] == 413


def test_of_a_file_without_end_no_more_is_read_than_is_taken(server, tab):
    sent = 0

    def endless():
        nonlocal sent
        yield multipart(0)[:-9]
        while sent < 200 * MB:
            sent += MB
            yield bytes(MB)

    (path,) = tab.ask_for_upload("a.png")
    # The answer may be lost where so much is on its way.
    with suppress(ConnectionError, http.client.IncompleteRead):
        assert put(server, path, endless()) == (413, uploads.TOO_LARGE.format(20))
    assert sent < 100 * MB


def test_fifteen_large_files_of_one_visitor_take_the_room_of_two(server, tab, process):
    before = process.memory_info().rss
    for _ in range(15):
        (path,) = tab.ask_for_upload("a.png")
        assert put(server, path, multipart(19 * MB))[0] == 204
    assert process.memory_info().rss - before < (uploads.MOST_OF_SESSION + 3) * 20 * MB


class Files:
    """Uploads beside Streamlit's own store of files, without a server."""

    def __init__(self):
        self.uploaded_file_mgr = self.store = MemoryUploadedFileManager("/_stcore/upload_file")
        self.uploads = Uploads()

    def put(self, session, size, network="here"):
        """Upload a file; return its name."""
        (urls,) = self.store.get_upload_urls(session, ["a.png"])
        self.uploads.ask(session, urls.upload_url)

        async def app(_scope, receive, send):
            await receive()
            self.store.add_file(session, UploadedFileRec(urls.file_id, "a", "b", bytes(size)))
            await send({"type": "http.response.start", "status": 204})

        async def receive():
            return {"body": bytes(size)}

        async def send(_message):
            pass

        scope = {"path": urls.upload_url}
        finished(self.uploads.take(app, scope, receive, send, network))
        return urls.file_id

    def hold(self, session, *names):
        """Tell what the page holds; return what of that is there."""
        state = FileUploaderState(uploaded_file_info=[{"file_id": name} for name in names])
        self.uploads.use(session, [state])
        return [file.file_id for file in state.uploaded_file_info]

    def kept(self, session):
        return list(self.store.file_storage[session])


@pytest.fixture
def files(monkeypatch):
    found = Files()
    monkeypatch.setattr(uploads.runtime, "get_instance", lambda: found)
    return found


def test_what_a_page_holds_is_kept_until_it_is_put_away(files):
    first = files.put("mine", 10)
    assert files.hold("mine", first) == [first]
    # One more has come that the page has not yet told of.
    second = files.put("mine", 10)
    assert files.hold("mine", first) == [first]
    assert files.kept("mine") == [first, second]
    assert files.hold("mine", second) == [second]
    assert files.kept("mine") == [second]


def test_a_page_cannot_hold_what_was_never_sent_or_is_anothers(files):
    theirs = files.put("theirs", 10)
    assert files.hold("mine", "made up", theirs) == []
    assert files.kept("theirs") == [theirs]


def test_all_visitors_together_have_a_bound_and_the_greediest_makes_room(files, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    files.put("modest", 10, "there")
    greedy = [files.put(f"session {i}", 10) for i in range(20)]
    assert files.kept("modest")
    assert [files.kept(f"session {i}") for i in range(11)] == [[]] * 11
    assert [files.kept(f"session {i}") for i in range(11, 20)] == [[name] for name in greedy[11:]]
