"""The service beside clients that behave badly: what the others notice, and what it costs.

    python -m benchmarks.bad_clients [--clients 16] [--seconds 5] [--silent 10000]

Good clients send one drawing after the other, as in `benchmarks.service`. Each kind of bad one runs
beside them; memory is the server's after it, and after all of them it must be where it was.
"""

import argparse
import asyncio
import socket
import statistics
import struct
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import psutil

from benchmarks.service import BATCH, DRAWINGS, clients, connection, drawings, idle, request, served
from cnn.service.connections import allow_many

Bad: TypeAlias = Callable[[str, asyncio.Event], Coroutine[Any, Any, None]]
# Of each kind, and seconds between what each of them does.
MANY, PAUSE = 20, 0.05
# Of a request of which a slow client sends a byte each time.
HEAD = b"POST /api/read HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
TOO_LARGE = 9 * 2**20


async def sends_slowly(address: str, end: asyncio.Event) -> None:
    """Send a byte each time, until the server has had enough."""
    while not end.is_set():
        _, writer = await connection(address)
        with suppress(ConnectionError):
            writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
            while not end.is_set():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(PAUSE)
        writer.close()


async def sends_nonsense(address: str, end: asyncio.Event) -> None:
    """Send what is no HTTP, no JSON, no drawing, and no picture, in turn."""
    kinds = [
        b"\x16\x03\x01\x02\x00 nonsense\r\n\r\n",
        request("/api/read", "{{{"),
        request("/api/read", {"strokes": [[[0]]]}),
        request("/api/read", {"picture": "iVBORw0KGgo="}),
    ]
    turn = 0
    while not end.is_set():
        await send(address, kinds[turn % len(kinds)])
        turn += 1
        await asyncio.sleep(PAUSE)


async def sends_too_much(address: str, end: asyncio.Event) -> None:
    """Send what is larger than allowed."""
    head = HEAD + f"Content-Length: {TOO_LARGE}\r\n\r\n".encode()
    while not end.is_set():
        await send(address, head + bytes(TOO_LARGE))
        # As many bytes as all the others together, not more than the machine can copy.
        await asyncio.sleep(1)


async def leaves_at_once(address: str, end: asyncio.Event) -> None:
    """Ask for a batch, and break the connection off."""
    several = [{"strokes": strokes} for strokes in drawings(BATCH)]
    content = request("/api/read-many", {"drawings": several})
    while not end.is_set():
        _, writer = await connection(address)
        writer.write(content)
        with suppress(ConnectionError):
            await writer.drain()
        line = writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        await asyncio.sleep(1)


async def takes_no_answer(address: str, end: asyncio.Event) -> None:
    """Ask again and again, and never listen."""
    content = request("/api/read", {"strokes": drawings(1)[0]})
    while not end.is_set():
        reader, writer = await connection(address)
        # So that nothing is taken on this side.
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        with suppress(ConnectionError):
            while not end.is_set():
                writer.write(content)
                await asyncio.wait([asyncio.ensure_future(writer.drain())], timeout=PAUSE)
                await asyncio.sleep(1)
        writer.transport.abort()


KINDS: dict[str, Bad] = {
    "send a byte each time": sends_slowly,
    "send nonsense": sends_nonsense,
    "send 9 MB each": sends_too_much,
    "leave before the answer": leaves_at_once,
    "take no answer": takes_no_answer,
}


async def send(address: str, content: bytes) -> None:
    """Send on a connection of its own, and take what comes."""
    reader, writer = await connection(address)
    with suppress(ConnectionError):
        writer.write(content)
        await writer.drain()
        await reader.read(4096)
    writer.close()


async def measure(options: argparse.Namespace, address: str, server: psutil.Process) -> None:
    """Print the table."""
    single = [request("/api/read", {"strokes": strokes}) for strokes in drawings(DRAWINGS)]
    print("| beside the good clients | readings a second | 99 % within | server's memory |")
    print("|---|---:|---:|---:|")

    async def row(beside: str) -> None:
        took = await clients(address, single, options.clients, options.seconds)
        late = statistics.quantiles(took, n=100)[98]
        memory = server.memory_info().rss / 2**20
        rate = len(took) / options.seconds
        print(f"| {beside} | {rate:,.0f} | {1000 * late:.0f} ms | {memory:,.0f} MB |", flush=True)

    await clients(address, single, options.clients, 1.0)
    await row("nobody")
    for name, bad in KINDS.items():
        end = asyncio.Event()
        tasks = [asyncio.create_task(bad(address, end)) for _ in range(MANY)]
        await row(f"{MANY} that {name}")
        end.set()
        await asyncio.wait(tasks, timeout=10)
    silent = await idle(address, options.silent)
    await row(f"{len(silent):,} that are silent")
    for each in silent:
        each.close()
    await row("nobody, after all of them")


def main() -> None:
    """Measure with a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=16, metavar="N")
    parser.add_argument("--seconds", type=float, default=5.0, metavar="S", help="of each row")
    parser.add_argument("--silent", type=int, default=10_000, metavar="N", help="connections")
    options = parser.parse_args()
    allow_many()
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log.txt"
        with served(log) as (address, server):
            asyncio.run(measure(options, address, server))
        lines = log.read_text().splitlines()
    traces = sum("Traceback" in line for line in lines)
    print(f"\nThe server's log: {len(lines):,} lines, {traces} tracebacks.")
    print("\n".join(sorted(set(lines))[:5]))


if __name__ == "__main__":
    main()
