"""What a hostile visitor costs: time of the server, and how long another one's strokes wait.

    python -m benchmarks.hostile

One visitor sends one kind of input after the other, each again as soon as it is taken; beside
him another one draws a stroke every 0.2 seconds. The server is one of its own, which is started
here and is the only one that anything is sent to.
"""

import asyncio
import base64
import json
import statistics
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any

import psutil
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import WebSocketException

from benchmarks.load import BACKGROUND, Tab, connection, served

# Seconds between two strokes of the other visitor, and for which each kind of input is sent.
BETWEEN, WATCHED = 0.2, 12.0

Attack = Callable[[str, Tab], Awaitable[None]]


def path(points: int, **more: Any) -> dict[str, Any]:
    """Return a stroke as the canvas sends it: a zigzag of so many points."""
    zigzag = [["L", 320.0 * (i % 2), 320.0 * i / points] for i in range(points)]
    place = {"left": 160, "top": 160, "originX": "center", "originY": "center"}
    return {"type": "Path", "path": [["M", 0, 0], *zigzag], **place, **more}


def drawing(objects: object) -> str:
    """Return what the canvas says of some objects."""
    return json.dumps({"backgroundFit": BACKGROUND, "drawing": {"raw": {"objects": objects}}})


def zigzag(count: int) -> bytes:
    """Return a drawing as a file holds it."""
    return json.dumps({"strokes": [[[0, 0], [320, 320]] * count]}).encode()


def in_letters(content: bytes) -> str:
    """Return bytes as an address holds them."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


CANVAS = {
    "a stroke of 9,000 points": drawing([path(9_000)]),
    "a stroke of 100,000 points": drawing([path(100_000)]),
    "300 strokes": drawing([path(3)] * 300),
    "20,000 strokes": drawing([path(3)] * 20_000),
    "coordinates of 1e308": drawing([path(3, left=1e308, scaleX=-1e308)]),
    "coordinates of 1e-308": drawing([path(3, left=1e-308, scaleX=1e-308, scaleY=1e-308)]),
    "nested 100,000 deep": "[" * 100_000,
    "2 MB of no drawing": drawing(["x" * 100] * 20_000),
    "no message of a canvas": json.dumps({"drawing": [1], "backgroundFit": {}}),
}
ADDRESSES = {
    "an address of 1 MB": "ink=" + "s" * 1_000_000,
    "an address that unfolds to 2.5 MB": "ink=s" + in_letters(zlib.compress(bytes(2_500_000), 9)),
}
UPLOADS = {
    "an upload of 19 MB of zigzag": zigzag(900_000),
    "an upload of 1.7 MB of zigzag": zigzag(80_000),
    "an upload of 19 MB of zeros": bytes(19_000_000),
}


def say(canvas: str) -> Attack:
    """Return an attack by what the canvas says."""

    async def attack(_: str, tab: Tab) -> None:
        await tab.run(tab.message(canvas))

    return attack


def ask(query: str) -> Attack:
    """Return an attack by the page's address, of a session made anew each time."""

    async def attack(address: str, _: Tab) -> None:
        async with connection(address) as socket:
            message = BackMsg()
            message.rerun_script.query_string = query
            await Tab(socket, 0).run(message)

    return attack


def upload(content: bytes) -> Attack:
    """Return an attack by a file."""

    async def attack(address: str, tab: Tab) -> None:
        place = await tab.place_for("digit.json")
        file = {"file": ("digit.json", content)}
        await asyncio.to_thread(requests.put, address + place, files=file, timeout=60)
        message = tab.message()
        uploader = next(id for key, id in tab.widgets.items() if key.startswith("upload-"))
        state = message.rerun_script.widget_states.widgets.add(id=uploader)
        state.file_uploader_state_value.uploaded_file_info.add(
            file_id=place.rpartition("/")[2], name="digit.json", size=len(content)
        )
        await tab.run(message)

    return attack


async def connect_from_elsewhere(address: str, _: Tab) -> None:
    """Open five connections of another site's page."""

    async def one() -> None:
        with suppress(WebSocketException):
            async with connection(address, "http://elsewhere.example"):
                pass

    await asyncio.gather(*(one() for _ in range(5)))


ATTACKS: dict[str, Attack] = {
    "nothing": lambda _, tab: asyncio.sleep(BETWEEN),
    **{what: say(canvas) for what, canvas in CANVAS.items()},
    **{what: ask(query) for what, query in ADDRESSES.items()},
    **{what: upload(content) for what, content in UPLOADS.items()},
    "five connections from elsewhere": connect_from_elsewhere,
}


@asynccontextmanager
async def tab_of(address: str) -> AsyncIterator[Tab]:
    """Open a tab with the Draw page."""
    async with connection(address) as socket:
        tab = Tab(socket, 0)
        await tab.open()
        yield tab


async def send(address: str, attack: Attack) -> list[float]:
    """Send one kind of input for a while; returns the seconds from each to its answer.

    The server may end the connection for it; then there is another one.
    """
    times: list[float] = []
    end = time.perf_counter() + WATCHED
    while time.perf_counter() < end:
        with suppress(WebSocketException, requests.RequestException):
            async with tab_of(address) as tab:
                while time.perf_counter() < end:
                    begun = time.perf_counter()
                    try:
                        await attack(address, tab)
                    finally:
                        times.append(time.perf_counter() - begun)
                    # As fast as somebody's script, but not faster than the server takes it.
                    await asyncio.sleep(0)
    return times


async def draw(address: str) -> list[float]:
    """Draw for a while; returns the seconds that each stroke waited."""
    waits: list[float] = []
    async with tab_of(address) as tab:
        end = time.perf_counter() + WATCHED
        while time.perf_counter() < end:
            waits.append(await tab.draw())
            await asyncio.sleep(BETWEEN)
    return waits


def draw_meanwhile(address: str) -> list[float]:
    """Draw, in a process of its own: the attacker's work must not slow it down."""
    return asyncio.run(draw(address))


def main() -> None:
    """Print the figures as a Markdown table."""
    print("| sent | times | processor time each | another's stroke waits |")
    print("|---|---:|---:|---:|")
    with served() as server, ProcessPoolExecutor(1) as another:
        process = psutil.Process(server.process.pid)
        another.submit(draw_meanwhile, server.address).result()
        calm = 0.0
        for what, attack in ATTACKS.items():
            before = sum(process.cpu_times()[:2])
            waits = another.submit(draw_meanwhile, server.address)
            times = asyncio.run(send(server.address, attack))
            wait = 1000 * statistics.median(waits.result())
            spent = sum(process.cpu_times()[:2]) - before
            # What the other visitor costs alone.
            calm = calm or spent
            each = 1000 * max(0.0, spent - calm) / len(times)
            print(f"| {what} | {len(times)} | {each:.0f} ms | {wait:.0f} ms |", flush=True)


if __name__ == "__main__":
    main()
