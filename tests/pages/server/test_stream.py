"""Messages that no browser sends: none is told of in the log, and none is felt in another tab."""

import asyncio
from contextlib import ExitStack
from unittest.mock import AsyncMock

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pages.server import limits, stream
from tests.patience import PATIENCE, finished
from tests.server import serve
from tests.tab import Tab, connection


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server whose log must hold no error at the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNN_RUNS_DIR", str(tmp_path_factory.mktemp("runs")))
        with serve(tmp_path_factory.mktemp("server") / "log.txt") as address:
            yield address


def closed_with(socket):
    """Return the code with which a server closes a connection."""
    try:
        while True:
            socket.recv(PATIENCE)
    except ConnectionClosed as closed:
        return closed.rcvd.code


NO_MESSAGES = {
    "noise": (bytes(range(255, 0, -1)), stream.NO_MESSAGE),
    "cut": (b"\x0a\xff\x01abc", stream.NO_MESSAGE),
    "group": (b"\x0b" * 10_000, stream.NO_MESSAGE),
    "text": ("rerun", stream.TEXT),
    "large": (b"\x00" * (stream.MOST_BYTES + 1), stream.TOO_LARGE),
}


@pytest.mark.parametrize(("data", "fault"), NO_MESSAGES.values(), ids=NO_MESSAGES)
def test_what_is_no_message_closes_its_connection_alone(server, data, fault):
    with connection(server) as socket, connection(server) as other:
        tab = Tab(other)
        socket.send(data)
        assert closed_with(socket) == fault.code
        tab.send()


def message(**fields):
    return BackMsg(**fields).SerializeToString()


def widgets(**values):
    found = BackMsg()
    found.rerun_script.page_name = "Train"
    found.rerun_script.widget_states.widgets.add(id="$$ID-1-run", **values)
    return found.SerializeToString()


def rerun(**fields):
    return message(rerun_script=fields)


OF_DEVELOPERS = {
    "empty": b"",
    "unknown field": b"\xf2\x7f\x03abc",
    "cache": message(clear_cache=True),
    "save": message(set_run_on_save=True),
    "git": message(load_git_info=True),
    "shut down": message(debug_shutdown_runtime=True),
    "disconnect": message(debug_disconnect_websocket=True),
    "skills": message(backend_operation_request={"session_id": "x", "install_skills": {}}),
    "many files": message(file_urls_request={"file_names": ["a"] * 100_000}),
}


@pytest.mark.parametrize("data", OF_DEVELOPERS.values(), ids=OF_DEVELOPERS)
def test_what_is_a_developers_is_passed_over(server, data):
    with connection(server) as socket, connection(server) as other:
        mine, tab = Tab(socket), Tab(other)
        for _ in range(5):
            socket.send(data)
        # Nothing came back but what this run says.
        assert "start" in mine.send().widgets
        assert "start" in tab.send().widgets


HOSTILE = {
    "page": rerun(page_name="../../etc/passwd"),
    "script": rerun(page_script_hash="0" * 10_000),
    "fragment": rerun(fragment_id="x"),
    "query": rerun(query_string="run=" + "%00" * 10_000),
    "much query": rerun(query_string="&".join(f"a{i}=b" for i in range(10_000))),
    "hashes": rerun(cached_message_hashes=["x"] * 10_000),
    "a million stops": message(stop_script=True),
    "download": message(backend_operation_request={"deferred_file": {"file_id": "x"}}),
    "unknown widgets": rerun(
        widget_states={"widgets": [{"id": f"$$ID-{i}", "int_value": i} for i in range(10_000)]}
    ),
    "number": widgets(double_value=float("nan")),
    "list": widgets(string_array_value={"data": ["a"] * 1_000}),
    "json": widgets(json_value="[" * 10_000),
    "json of text": widgets(json_value='"x"'),
    "no file": widgets(
        file_uploader_state_value={"uploaded_file_info": [{"file_id": "x", "size": 2**63}]}
    ),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_message_of_a_kind_that_pages_send_is_not_felt_by_others(server, data):
    with connection(server) as socket, connection(server) as other:
        mine, tab = Tab(socket), Tab(other)
        for _ in range(5):
            socket.send(data)
        assert "start" in tab.send().widgets
        # The server has read them all.
        while "start" not in mine.send().widgets:
            pass


# What a browser asks for, as “page” or “page/part”, and what Streamlit runs, as “> page”, in turn;
# and what is passed over.
WAYS = {
    "opened": (["", "> Draw", "Draw/canvas", "> Draw"], []),
    "left": (["", "> Draw", "Train", "Draw/canvas", "> Train", "Draw/canvas", "Train/run"],
             ["Draw/canvas", "Draw/canvas"]),
    "the last page's run ends": (["Draw", "> Draw", "Train", "> Draw", "Draw/canvas", "> Train"],
                                 ["Draw/canvas"]),
    "gone back": (["Draw", "> Draw", "Train", "Draw", "Train/run", "> Draw", "Draw/canvas"],
                  ["Train/run"]),
    "led on": (["Evaluate", "> Evaluate", "Evaluate/cell", "> Evaluate", "> Layers",
                "Evaluate/cell", "Layers/cell"], ["Evaluate/cell"]),
    "connected again": (["Draw/canvas", "Draw", "> Draw"], []),
}  # fmt: skip


@pytest.mark.parametrize(("way", "passed_over"), WAYS.values(), ids=WAYS)
def test_a_part_of_a_page_that_was_left_is_not_run_on_the_next_one(way, passed_over):
    def asked(step):
        page, _, part = step.partition("/")
        return {"type": "websocket.receive",
                "bytes": rerun(page_script_hash=page, fragment_id=part)}  # fmt: skip

    def run(page):
        said = ForwardMsg(navigation={"page_script_hash": page})
        return {"type": "websocket.send", "bytes": said.SerializeToString()}

    async def walk():
        waiting = asyncio.Queue()
        connected = stream.Stream(waiting.get, AsyncMock(), stream.Known())
        for step in way:
            if step.startswith("> "):
                await connected.send(run(step[2:]))
                continue
            waiting.put_nowait(asked(step))
            waiting.put_nowait({"type": "websocket.disconnect"})
            if (await connected.receive())["type"] == "websocket.disconnect":
                yield step
            else:
                waiting.get_nowait()

    async def found():
        return [step async for step in walk()]

    assert finished(found()) == passed_over


def test_a_part_of_a_page_that_is_being_left_is_not_shown_on_the_next_one():
    def said(**fields):
        return {"type": "websocket.send", "bytes": ForwardMsg(**fields).SerializeToString()}

    def run(page):
        return said(navigation={"page_script_hash": page})

    part = said(delta={"fragment_id": "canvas"})

    async def shown():
        asked = {"type": "websocket.receive", "bytes": rerun(page_script_hash="Train")}
        send = AsyncMock()
        connected = stream.Stream(AsyncMock(return_value=asked), send, stream.Known())
        for message in (run("Draw"), part):
            await connected.send(message)
        await connected.receive()
        for message in (part, run("Train"), part):
            await connected.send(message)
        return [call.args[0] for call in send.await_args_list]

    assert finished(shown()) == [run("Draw"), part, run("Train"), part]


def test_what_has_lost_the_block_around_it_is_shown_when_that_comes_again():
    def part(path, **fields):
        return ForwardMsg(metadata={"delta_path": path}, **fields)

    def block(*path):
        return part(path, delta={"fragment_id": "canvas", "add_block": {}})

    # What the browser has kept from before: its digest alone is sent.
    kept, whole = part([0, 2, 1, 0], ref_hash="digest"), [block(0, 2), block(0, 2, 1)]
    queue = ForwardMsgQueue()

    async def shown():
        send = AsyncMock()
        connected = stream.Stream(AsyncMock(), send, stream.Known())

        async def flush():
            for message in queue.flush():
                said = message.SerializeToString()
                await connected.send({"type": "websocket.send", "bytes": said})

        for message in (ForwardMsg(navigation={"page_script_hash": "Draw"}), block(0, 2)):
            queue.enqueue(message)
        await flush()
        for message in (block(0, 2, 1), kept):
            queue.enqueue(message)
        # The fragment begins anew, and Streamlit takes back what was not sent of it: not all.
        queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["canvas"])
        await flush()
        for message in (*whole, kept):
            queue.enqueue(message)
        await flush()
        return [ForwardMsg.FromString(call.args[0]["bytes"]) for call in send.await_args_list]

    assert finished(shown())[1:] == [block(0, 2), *whole, kept]


def test_no_message_tells_a_visitor_where_the_servers_files_lie(server):
    with connection(server) as socket:
        assert Tab(socket).script == "app.py"


def test_a_session_goes_on_in_the_browser_that_had_it_alone(server):
    def back(session, cookie):
        cookies = {"Cookie": cookie} if cookie else {}
        with connection(server, session, additional_headers=cookies) as socket:
            return Tab(socket).session

    mine, other = (f"digitscope-browser={digit * 32}" for digit in "12")
    session = back("", mine)
    for cookie in (other, "", "digitscope-browser=", "digitscope-browser=1"):
        assert back(session, cookie) not in {session, ""}
    assert back(session, mine) == session
    # Whoever has no secret has no session to come back to.
    assert back(session_of_none := back("", ""), "") != session_of_none


def test_there_is_an_end_to_the_tabs_of_one_network(server):
    with ExitStack() as stack:
        for _ in range(limits.MOST_OF_ONE):
            stack.enter_context(connection(server))
        with pytest.raises(InvalidStatus, match="403"):
            stack.enter_context(connection(server))
    with connection(server) as socket:
        assert Tab(socket).session
