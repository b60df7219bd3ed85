"""The one way to wait for work: no test is about time, and a machine may be many times slower.

What shows progress is waited for as long as it moves; what cannot show any gets `PATIENCE`.
"""

import asyncio
import subprocess
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

# Seconds without a sign of progress after which work has stopped for good.
PATIENCE = 300
# Seconds between two looks.
PAUSE = 0.05


def wait_until(condition: Callable[[], Any], progress: Callable[[], object] = lambda: None) -> Any:
    """Wait for a condition, and fail when nothing has moved for `PATIENCE`.

    Args:
        condition: Returns something true in the end.
        progress: Returns something else whenever the work has moved.

    Returns:
        What the condition returned.
    """
    seen, since = progress(), time.monotonic()
    while not (result := condition()):
        now = progress()
        if now != seen:
            seen, since = now, time.monotonic()
        elif time.monotonic() - since > PATIENCE:
            pytest.fail(f"Nothing has moved for {PATIENCE} seconds; the last sign was {seen!r}.")
        time.sleep(PAUSE)
    return result


def exit_status(process: "subprocess.Popen[Any]", folder: Path) -> int:
    """Return how a process ended, waiting for it as long as the files in a folder grow."""
    wait_until(lambda: process.poll() is not None, lambda: bytes_in(folder))
    return int(process.returncode)


def bytes_in(folder: Path) -> int:
    """Return how many bytes lie in a folder."""
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size
        except FileNotFoundError:  # A draft that has got its name meanwhile.
            continue
    return total


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what a coroutine returns."""
    return elsewhere(asyncio.run, work)


def elsewhere(work: Callable[..., Any], *given: Any) -> Any:
    """Work in another thread: the browser of other tests has this one's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *given).result()
