"""The service: readings a second, how long the slowest take, and what idle connections cost.

    python -m benchmarks.service [--clients 16] [--seconds 5] [--idle 2000]

Clients send one drawing after the other, each on a connection that it keeps, to a server in a
process of its own: lines of forty points, as long as a digit's.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psutil

from benchmarks.server import PATIENCE, ROOT, free_port
from cnn.runs.run import FOLDER_VARIABLE

# Drawings of a batch, and different ones altogether.
BATCH, DRAWINGS = 64, 200


@contextmanager
def served(log: Path = Path(os.devnull)) -> Iterator[tuple[str, psutil.Process]]:
    """Serve on a free port, errors into a log; yields the address and the server's process."""
    port = str(free_port())
    command = [sys.executable, "-m", "cnn", "serve", "--port", port]
    with tempfile.TemporaryDirectory() as runs, log.open("wb") as errors:
        environment = {**os.environ, FOLDER_VARIABLE: runs}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=errors
        )
        address = f"http://127.0.0.1:{port}/api"
        try:
            _wait(address, process)
            yield address, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    begin = time.monotonic()
    while time.monotonic() - begin < PATIENCE and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/ready").close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The service did not start.")


def drawings(count: int) -> list[list[list[list[float]]]]:
    """Return drawings, each a line of forty points that turns at random."""
    random = np.random.default_rng(0)
    ways = random.normal(0, 0.3, (count, 40)).cumsum(axis=1)
    points = np.stack([np.cos(ways), np.sin(ways)], axis=-1).cumsum(axis=1) * 8
    return [[each.round(1).tolist()] for each in points]


def request(path: str, content: object) -> bytes:
    """Return a request as it goes over the line."""
    body = json.dumps(content).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def connection(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the service."""
    parts = urlsplit(address)
    return await asyncio.open_connection(parts.hostname, parts.port)


async def answered(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes
) -> None:
    """Send a request and take its whole answer.

    Raises:
        RuntimeError: It is a problem.
    """
    writer.write(content)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.split("content-length: ")[1].split("\r\n")[0])
    answer = await reader.readexactly(length)
    if " 200 " not in head.splitlines()[0]:
        raise RuntimeError(answer.decode())


async def clients(address: str, requests: list[bytes], count: int, seconds: float) -> list[float]:
    """Let clients ask as fast as they are answered; returns how long each answer took, seconds."""
    end = time.perf_counter() + seconds
    took: list[float] = []

    async def client(number: int) -> None:
        reader, writer = await connection(address)
        turn = number
        while (begin := time.perf_counter()) < end:
            await answered(reader, writer, requests[turn % len(requests)])
            took.append(time.perf_counter() - begin)
            turn += count
        writer.close()

    await asyncio.gather(*map(client, range(count)))
    return took


async def idle(address: str, count: int) -> list[asyncio.StreamWriter]:
    """Connect so often, and say nothing."""
    return [(await connection(address))[1] for _ in range(count)]


async def measure(options: argparse.Namespace, address: str, server: psutil.Process) -> None:
    """Print the table."""
    several = drawings(DRAWINGS)
    single = [request("/api/read", {"strokes": strokes}) for strokes in several]
    many = [
        request("/api/read-many", {"drawings": [{"strokes": s} for s in several[i : i + BATCH]]})
        for i in range(0, DRAWINGS - BATCH, 16)
    ]
    print(
        "| clients | send | readings a second | median | 99 % within | processor time of one"
        " | server's memory |"
    )
    print("|---|---|---:|---:|---:|---:|---:|")

    async def row(who: str, what: str, requests: list[bytes], size: int, count: int) -> None:
        await clients(address, requests, count, 1.0)
        before = sum(server.cpu_times()[:2])
        took = await clients(address, requests, count, options.seconds)
        median, late = statistics.median(took), statistics.quantiles(took, n=100)[98]
        each = 1000 * (sum(server.cpu_times()[:2]) - before) / (len(took) * size)
        memory = server.memory_info().rss / 2**20
        rate = len(took) * size / options.seconds
        print(
            f"| {who} | {what} | {rate:,.0f} | {1000 * median:.0f} ms | {1000 * late:.0f} ms"
            f" | {each:.2f} ms | {memory:,.0f} MB |"
        )

    await row("1", "single strokes", single, 1, 1)
    await row(f"{options.clients}", "single strokes", single, 1, options.clients)
    await row("4", f"batches of {BATCH}", many, BATCH, 4)
    silent = await idle(address, options.idle)
    who = f"{options.clients}, beside {len(silent):,} that are silent"
    await row(who, "single strokes", single, 1, options.clients)
    for each in silent:
        each.close()


def main() -> None:
    """Measure with a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=16, metavar="N")
    parser.add_argument("--seconds", type=float, default=5.0, metavar="S", help="of each row")
    parser.add_argument("--idle", type=int, default=2_000, metavar="N", help="silent connections")
    options = parser.parse_args()
    with served() as (address, server):
        asyncio.run(measure(options, address, server))


if __name__ == "__main__":
    main()
