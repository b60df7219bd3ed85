"""A browser's connection: which of its messages Streamlit gets, and whose session it goes on with.

Streamlit does for any visitor what its own menu offers a developer: it empties the caches of all,
tells of the repository, writes files into the app's folder.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import NamedTuple

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.server.blocks import Blocks
from pages.server.limits import Pace
from pages.server.uploads import Uploads
from pages.server.widgets import Widgets

PATH = "/_stcore/stream"
# What these pages are made of; all else is passed over.
MESSAGES = {
    "rerun_script",
    "stop_script",
    "app_heartbeat",
    "file_urls_request",
    "deferred_file_request",
    "deferred_file",
}
# Bytes of a message: a page's whole state, a full sketchbook included.
MOST_BYTES = 4 * 2**20
MOST_FILES = 4
# Sessions whose browser is known.
MOST_SESSIONS = 2_000


class Fault(NamedTuple):
    """Why a connection is closed: the code of the websocket's protocol, and a sentence."""

    code: int
    sentence: str


NO_MESSAGE = Fault(1002, "This is no message of these pages.")
TEXT = Fault(1003, "Messages are binary.")
TOO_LARGE = Fault(1009, f"A message has at most {MOST_BYTES // 2**20} MB.")


class Sessions:
    """Which browser each session belongs to: nobody else can go on with it."""

    def __init__(self) -> None:
        self._browsers: dict[str, str] = {}

    def belong(self, session: str, browser: str) -> None:
        """Note whose a session is."""
        self._browsers.pop(session, None)
        self._browsers[session] = browser
        if len(self._browsers) > MOST_SESSIONS:
            del self._browsers[next(iter(self._browsers))]

    def resume(self, scope: Scope, browser: str) -> Scope:
        """Return a request to connect, without the session that it asks for if that is another's.

        The third of the websocket's protocols is not one, but that session.
        """
        asked = [each.strip() for each in _protocols(scope).split(",")]
        if len(asked) > 2 and not (browser and self._browsers.get(asked[2]) == browser):
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)["sec-websocket-protocol"] = ", ".join(asked[:2])
        return scope


@dataclass
class Known:
    """What all connections share."""

    sessions: Sessions = field(default_factory=Sessions)
    uploads: Uploads = field(default_factory=Uploads)
    widgets: Widgets = field(default_factory=Widgets)


class Stream:
    """One connection."""

    def __init__(self, receive: Receive, send: Send, known: Known) -> None:
        self._receive, self._send = receive, send
        self._known = known
        self._pace = Pace()
        self._browser = self._session = ""
        # The page that the browser is on, and the one that it has asked for; "" is not known.
        self._page = self._asked = ""
        self._blocks = Blocks()
        self._is_closed = False

    async def serve(self, app: ASGIApp, scope: Scope, browser: str) -> None:
        """Let Streamlit serve it.

        Args:
            app: Streamlit.
            scope: The request to connect.
            browser: The secret of the browser that asks; "" if it has none.
        """
        self._browser = browser
        try:
            await app(self._known.sessions.resume(scope, browser), self.receive, self.send)
        finally:
            self._known.uploads.forget(self._session)

    async def receive(self) -> Message:
        """Return the next message that Streamlit should get."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            data: bytes = message.get("bytes") or b""
            fault = self._fault(data) if message.get("text") is None else TEXT
            if fault:
                self._is_closed = True
                await self._send(
                    {"type": "websocket.close", "code": fault.code, "reason": fault.sentence}
                )
                return {"type": "websocket.disconnect", "code": fault.code}
            await asyncio.sleep(self._pace.wait(len(data)))
            taken = self._taken(BackMsg.FromString(data))
            if taken is not None:
                return {**message, "bytes": taken.SerializeToString()}

    async def send(self, message: Message) -> None:
        """Send what Streamlit says, and learn from it whose session this is."""
        if self._is_closed:
            return
        if message["type"] == "websocket.send":
            edited = self._edited(message["bytes"])
            if edited is None:
                return
            message = {**message, "bytes": edited}
        await self._send(message)

    def _fault(self, data: bytes) -> Fault | None:
        if len(data) > MOST_BYTES:
            return TOO_LARGE
        try:
            BackMsg.FromString(data)
        except DecodeError:
            return NO_MESSAGE
        return None

    def _taken(self, message: BackMsg) -> BackMsg | None:
        """Return what Streamlit gets of a message; None is nothing."""
        kind = message.WhichOneof("type")
        if kind == "backend_operation_request":
            fields = message.backend_operation_request.ListFields()
            kind = next((field.name for field, _ in fields if field.message_type), None)
        if kind == "file_urls_request" and len(message.file_urls_request.file_names) > MOST_FILES:
            return None
        if kind == "rerun_script":
            if not self._is_of_this_page(message.rerun_script):
                return None
            states = message.rerun_script.widget_states
            fitting = self._known.widgets.fitting(states.widgets)
            states.Clear()
            states.widgets.extend(fitting)
            uploads = [
                state.file_uploader_state_value
                for state in states.widgets
                if state.HasField("file_uploader_state_value")
            ]
            self._known.uploads.use(self._session, uploads)
        return message if kind in MESSAGES else None

    def _is_of_this_page(self, state: ClientState) -> bool:
        """Note which page is to be run; return whether it is not a part of one left behind.

        Such a part's run, asked for as its page was left, would end the next page's: an empty one.
        """
        if not state.fragment_id:
            self._asked = state.page_script_hash
        page = self._asked or self._page
        return not page or state.page_script_hash in {"", page}

    def _arrive(self, page: str) -> None:
        """Note which page is run, by the browser's wish or as the last one leads there by itself.

        What is still said of the last one, while another is asked for, changes nothing.
        """
        self._blocks.begin()
        if self._asked in {"", page}:
            self._page, self._asked = page, ""

    def _edited(self, data: bytes) -> bytes | None:
        """Return a message of Streamlit's without what is none of a visitor's business.

        None is nothing: a part of a page that is being left, or one without the blocks around it,
        has no place, and the browser would fail to find it.
        """
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._session = message.new_session.initialize.session_id
            self._known.sessions.belong(self._session, self._browser)
            path = PurePath(message.new_session.main_script_path)
            message.new_session.main_script_path = path.name
            return message.SerializeToString()
        if kind == "navigation":
            self._arrive(message.navigation.page_script_hash)
        if kind == "file_urls_response":
            for urls in message.file_urls_response.file_urls:
                self._known.uploads.ask(self._session, urls.upload_url)
        if kind in {"delta", "ref_hash"}:
            is_left = message.delta.fragment_id and self._asked not in {"", self._page}
            if is_left or not self._blocks.take(message):
                return None
            self._known.widgets.learn(message.delta.new_element)
        return data


def _protocols(scope: Scope) -> str:
    return Headers(scope=scope).get("sec-websocket-protocol", "")
