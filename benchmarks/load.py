"""A class at the Draw page: how long each stroke waits for its reading, and what that costs.

    python -m benchmarks.load                     # 10, 20 and 30 drawers, fresh server and used one
    python -m benchmarks.load --memory            # 2,000 strokes in one session, then 200 sessions,
                                                  # then 50 that stay open with a drawing

Each drawer speaks Streamlit's websocket as a browser does: it opens the page, sends what the canvas
sends after each stroke, one every two seconds, and presses Clear after three. The server is one of
its own, which is started here and is the only one that is ever drawn on.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.server import Server
from cnn.ink.strokes import CANVAS_SIZE
from pages.draw.canvas import ZOOM, objects_from_strokes, zoomed

MOST_DRAWERS = 50
# Seconds between two strokes of a drawer, and for which each number of drawers is watched.
BETWEEN, WATCHED = 2.0, 40.0
# Strokes of a drawing, and points of a stroke.
STROKES, POINTS = 3, 24
# Before a server counts as used: sessions, and strokes of each.
SESSIONS, STROKES_EACH = 25, 20
# Seconds after which a reading will never come.
PATIENCE = 60.0
# Sessions and strokes before memory is first looked at, and those whose memory is measured.
WARM_UP = (20, 20)
GROWTH = (
    ("2,000 strokes in one session", 1, 2000),
    ("200 sessions of 5 strokes", 200, 5),
    ("200 sessions more", 200, 5),
)
# Sessions that are open together, each with a drawing, when nobody draws.
IDLE = 50
MB = 1e6
# How the canvas says that its background lies.
BACKGROUND = {"naturalWidth": 28, "naturalHeight": 28, "scaleX": 11.4, "scaleY": 11.4,
              "offsetX": 0, "offsetY": 0}  # fmt: skip
LARGEST_MESSAGE = 10_000_000


@dataclass
class Record:
    """What some drawers met with.

    Attributes:
        waits: Seconds from each stroke to its reading.
        errors: What went wrong, one sentence each.
    """

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Tab:
    """A browser tab with the Draw page.

    Attributes:
        session: The server's name for it.
        widgets: Their ids by key.
    """

    def __init__(self, socket: ClientConnection, seed: int) -> None:
        """Take a connection; the page is loaded by `open`."""
        self.session = ""
        self.widgets: dict[str, str] = {}
        self._socket = socket
        self._rng = random.Random(seed)
        self._objects: list[dict[str, Any]] = []
        self._fragment = self._query = ""

    async def open(self) -> None:
        """Load the page, and say as the canvas does that it is up."""
        await self.run(BackMsg())
        await self.run(self.message())

    async def draw(self) -> float:
        """Draw a stroke, on a clear canvas after every few; returns seconds to its reading."""
        if len(self._objects) == STROKES:
            await self._clear()
        stroke = np.cumsum([[self._rng.uniform(-9, 9), 9] for _ in range(POINTS)], axis=0)
        offset = self._rng.uniform(60, CANVAS_SIZE - 60), 40
        self._objects += zoomed(objects_from_strokes([stroke + offset], 20), ZOOM)
        return await self.run(self.message())

    async def _clear(self) -> None:
        self._objects = []
        await self.run(self.message(press="clear"))
        await self.run(self.message())

    def message(self, canvas: str = "", press: str = "") -> BackMsg:
        """Return what the browser sends when something has changed.

        Args:
            canvas: What the canvas says, as JSON; "" says what was drawn.
            press: Key of a button to press.
        """
        message = BackMsg()
        run = message.rerun_script
        run.query_string, run.fragment_id = self._query, self._fragment
        drawing = {"raw": {"version": "7.4.0", "objects": self._objects}, "data": None}
        state = canvas or json.dumps({"backgroundFit": BACKGROUND, "drawing": drawing})
        run.widget_states.widgets.add(id=self.widgets["canvas"], json_value=state)
        if press:
            run.widget_states.widgets.add(id=self.widgets[press], trigger_value=True)
        return message

    async def run(self, message: BackMsg) -> float:
        """Send a message, and follow the page's run to its end; returns seconds to its reading."""
        message.rerun_script.context_info.timezone = "UTC"
        sent = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        read = 0.0
        while True:
            answer = await self._answer()
            kind = answer.WhichOneof("type")
            if kind == "delta":
                if self._see(answer):
                    read = time.perf_counter() - sent
            elif kind == "page_info_changed":
                self._query = answer.page_info_changed.query_string
            elif kind == "new_session":
                self.session = answer.new_session.initialize.session_id or self.session
            elif kind == "script_finished":
                return read

    async def place_for(self, file: str) -> str:
        """Ask where to send a file that is to be uploaded; returns the path."""
        message = BackMsg()
        message.file_urls_request.request_id = file
        message.file_urls_request.file_names.append(file)
        await self._socket.send(message.SerializeToString())
        while True:
            answer = await self._answer()
            if answer.WhichOneof("type") == "file_urls_response":
                return str(answer.file_urls_response.file_urls[0].upload_url)

    async def _answer(self) -> ForwardMsg:
        async with asyncio.timeout(PATIENCE):
            return ForwardMsg.FromString(bytes(await self._socket.recv(decode=False)))

    def _see(self, answer: ForwardMsg) -> bool:
        """Take note of an element; returns whether it is a reading."""
        element = answer.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(element.exception.message)
        self._fragment = answer.delta.fragment_id or self._fragment
        if widget := getattr(getattr(element, kind, None), "id", "") if kind else "":
            # An id ends with the key.
            self.widgets[widget.split("-", 2)[2]] = widget
        # What the browser's reader learns of the drawing.
        return kind == "bidi_component" and widget.endswith("-live-answer")


def connection(address: str, origin: str = "") -> connect:
    """Connect to a server's websocket as a page of its own does, or as one of another origin."""
    return connect(
        address.replace("http", "ws") + "/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        max_size=LARGEST_MESSAGE,
        origin=Origin(origin or address),
    )


async def drawer(address: str, seed: int, strokes: int, record: Record, pause: float) -> None:
    """Open a tab, draw in it as often as is asked for, and close it."""
    rng = random.Random(seed)
    try:
        async with connection(address) as socket:
            tab = Tab(socket, seed)
            await tab.open()
            await asyncio.sleep(rng.uniform(0, pause))
            for _ in range(strokes):
                begun = time.perf_counter()
                wait = await tab.draw()
                if not wait:
                    raise RuntimeError("A stroke got no reading.")
                record.waits.append(wait)
                # A person draws no faster when the page is slow.
                await asyncio.sleep(max(0.0, begun + pause - time.perf_counter()))
    except Exception as error:
        record.errors.append(f"{type(error).__name__}: {error}")


def together(drawers: Iterable[Awaitable[None]]) -> None:
    """Let some drawers draw at once."""

    async def gathered() -> None:
        await asyncio.gather(*drawers)

    asyncio.run(gathered())


def watch(server: Server, count: int, seed: int) -> str:
    """Let a number of drawers draw for a while; returns the figures as cells of a table."""
    record, process = Record(), psutil.Process(server.process.pid)
    before = sum(process.cpu_times()[:2])
    strokes = int(WATCHED / BETWEEN)
    together(drawer(server.address, seed + i, strokes, record, BETWEEN) for i in range(count))
    cost = (sum(process.cpu_times()[:2]) - before) / max(len(record.waits), 1)
    median, slow = np.percentile(record.waits, [50, 95]) if record.waits else (np.nan, np.nan)
    for error in sorted(set(record.errors)):
        print(error)
    cells = f"{1000 * median:.0f} ms | {1000 * slow:.0f} ms | {1000 * cost:.0f} ms"
    return f"{cells} | {len(record.errors)}"


def use(server: Server, sessions: int, strokes: int) -> None:
    """Draw in some sessions, one after the other and without a pause; each is closed at its end."""
    for session in range(sessions):
        record = Record()
        together([drawer(server.address, session, strokes, record, 0.0)])
        if record.errors:
            raise RuntimeError(record.errors[0])


@contextmanager
def served() -> Iterator[Server]:
    """Start a server of its own, with the network loaded; it ends with the block."""
    with tempfile.TemporaryDirectory() as runs:
        server = Server(Path(runs), log=Path(runs) / "log.txt")
        server.start()
        try:
            use(server, 1, 1)
            yield server
        finally:
            server.stop()


def measure_waits(counts: Sequence[int]) -> None:
    """Print how long strokes wait on a fresh server, and on one that was used."""
    print("| server | drawers | median | 95 % within | processor time a stroke | errors |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, sessions in (("fresh", 0), ("used", SESSIONS)):
        with served() as server:
            use(server, sessions, STROKES_EACH)
            for count in counts:
                print(f"| {name} | {count} | {watch(server, count, 1000 * count)} |", flush=True)


def measure_memory() -> None:
    """Print how the server's memory grows by strokes, by sessions, and by those that are open."""
    print("| | server's memory | grown by |")
    print("|---|---:|---:|")
    with served() as server:
        process = psutil.Process(server.process.pid)
        use(server, *WARM_UP)
        last = process.memory_info().rss
        print(f"| after {WARM_UP[0]} sessions | {last / MB:.0f} MB | |")
        for what, sessions, strokes in GROWTH:
            use(server, sessions, strokes)
            now = process.memory_info().rss
            print(f"| {what} | {now / MB:.0f} MB | {(now - last) / MB:+.1f} MB |", flush=True)
            last = now
    # A server of its own: what closed sessions have left would be taken again.
    with served() as server:
        use(server, *WARM_UP)
        before = psutil.Process(server.process.pid).memory_info().rss
        after = asyncio.run(memory_of_open(server, IDLE))
        each = f"{(after - before) / MB:+.1f} MB, {(after - before) / MB / IDLE:.2f} MB each"
        print(f"| {IDLE} open sessions with a drawing | {after / MB:.0f} MB | {each} |")


async def memory_of_open(server: Server, count: int) -> int:
    """Open some tabs, draw in each, and return the server's memory in bytes while all are open."""
    async with AsyncExitStack() as stack:
        for seed in range(count):
            tab = Tab(await stack.enter_async_context(connection(server.address)), seed)
            await tab.open()
            for _ in range(STROKES):
                await tab.draw()
        return int(psutil.Process(server.process.pid).memory_info().rss)


def number_of_drawers(text: str) -> int:
    """Read one of the numbers that may be asked for."""
    if not text.isdigit() or not 1 <= int(text) <= MOST_DRAWERS:
        raise argparse.ArgumentTypeError(f"must be from 1 to {MOST_DRAWERS}, not “{text}”")
    return int(text)


def main() -> None:
    """Print the figures as a Markdown table."""
    parser = argparse.ArgumentParser(description="A class at the Draw page.")
    parser.add_argument(
        "drawers", nargs="*", type=number_of_drawers, default=[10, 20, 30], metavar="DRAWERS",
        help=f"how many at once, from 1 to {MOST_DRAWERS}; default: 10 20 30",
    )  # fmt: skip
    parser.add_argument("--memory", action="store_true", help="measure memory instead")
    options = parser.parse_args()
    if options.memory:
        measure_memory()
    else:
        measure_waits(options.drawers)


if __name__ == "__main__":
    main()
