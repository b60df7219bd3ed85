"""What visitors upload: only what a page has asked for, and no more than is used.

Streamlit takes any number of files under any name from whoever has a session, and keeps them as
long as that.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.proto.Common_pb2 import FileUploaderState
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from pages.server.answers import RefusedError

PREFIX = "/_stcore/upload_file/"
# No page has more than two places for a file.
MOST_OF_SESSION = 2
# Bytes kept for all visitors together.
MOST_BYTES = 256 * 2**20
# At once, from one network.
MOST_AT_ONCE = 40
# Asked for by one session, and not yet sent.
MOST_ASKED = 4
# Streamlit's answer when it has a file.
TAKEN = 204
# In seconds: a photo by a slow radio link.
LONGEST = 120.0
# Bytes of a request around its file.
AROUND = 2**16
NOT_ASKED = "No page has asked for this file: choose it once more."
TOO_LARGE = "The file is too large: at most {} MB are taken."
TOO_MANY = "Too many files are being sent from your network: wait, then try again."
TOO_SLOW = "The file did not come within two minutes: try again where the connection is better."


@dataclass
class Kept:
    """A file that Streamlit keeps.

    Attributes:
        session: Whose it is.
        file: Its name in Streamlit.
        network: Where it came from.
        size: In bytes.
        used: Whether the page has told that one of its widgets holds it.
    """

    session: str
    file: str
    network: str
    size: int
    used: bool = False


class Uploads:
    """All uploads of a server."""

    def __init__(self) -> None:
        # From sessions to the paths that they may send to.
        self._asked: dict[str, list[str]] = {}
        self._under_way: Counter[str] = Counter()
        # The oldest first.
        self._kept: list[Kept] = []

    def ask(self, session: str, path: str) -> None:
        """Let a session send one file to a path."""
        self._asked[session] = [*self._asked.get(session, []), path][-MOST_ASKED:]

    def forget(self, session: str) -> None:
        """Take nothing more from a session."""
        self._asked.pop(session, None)

    def use(self, session: str, states: Iterable[FileUploaderState]) -> None:
        """Learn which files a session's page holds: what it has put away, is not kept.

        Args:
            session: The session's name.
            states: Of the page's widgets for files; what is not kept is taken out of them.
        """
        mine = {kept.file: kept for kept in self._kept if kept.session == session}
        held = set()
        for state in states:
            files = [file for file in state.uploaded_file_info if file.file_id in mine]
            del state.uploaded_file_info[:]
            state.uploaded_file_info.extend(files)
            held |= {file.file_id for file in files}
        for name, kept in mine.items():
            if kept.used and name not in held:
                self._remove(kept)
            kept.used = name in held

    async def take(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, network: str
    ) -> None:
        """Take a file, and make room for it.

        Raises:
            RefusedError: Nobody asked for it, or it is too much.
        """
        path: str = scope["path"]
        session, _, file = path.partition(PREFIX)[2].partition("/")
        asked = self._asked.get(session, [])
        if (own := PREFIX + f"{session}/{file}") not in asked:
            raise RefusedError(403, NOT_ASKED)
        if self._under_way[network] >= MOST_AT_ONCE:
            raise RefusedError(429, TOO_MANY)
        asked.remove(own)
        self._under_way[network] += 1
        body = Body(receive)

        async def answer(message: Message) -> None:
            # Before the browser can tell what it does with it.
            if message["type"] == "http.response.start" and message["status"] == TAKEN:
                self._kept.append(Kept(session, file, network, body.size))
                self._make_room(session)
            await send(message)

        try:
            await asyncio.wait_for(app(scope, body.receive, answer), LONGEST)
        except TimeoutError:
            raise RefusedError(408, TOO_SLOW) from None
        finally:
            self._under_way -= Counter([network])

    def _make_room(self, session: str) -> None:
        self._kept = [kept for kept in self._kept if _is_there(kept)]
        for kept in [kept for kept in self._kept if kept.session == session][:-MOST_OF_SESSION]:
            self._remove(kept)
        while sum(kept.size for kept in self._kept) > MOST_BYTES:
            # Whoever sends much loses his own.
            taken: Counter[str] = Counter()
            for kept in self._kept:
                taken[kept.network] += kept.size
            ((greediest, _),) = taken.most_common(1)
            self._remove(next(kept for kept in self._kept if kept.network == greediest))

    def _remove(self, kept: Kept) -> None:
        self._kept.remove(kept)
        _files().remove_file(kept.session, kept.file)


class Body:
    """A request's body, of which no more is read than is taken.

    Attributes:
        size: Bytes read so far.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.size = 0

    async def receive(self) -> Message:
        """Read the next part.

        Raises:
            RefusedError: That is too much.
        """
        message = await self._receive()
        self.size += len(message.get("body", b""))
        most = int(config.get_option("server.maxUploadSize"))
        if self.size > most * 2**20 + AROUND:
            raise RefusedError(413, TOO_LARGE.format(most))
        return message


def _is_there(kept: Kept) -> bool:
    return bool(_files().get_files(kept.session, [kept.file]))


def _files() -> MemoryUploadedFileManager:
    return cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)
