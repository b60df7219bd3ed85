"""A Streamlit server of the app on a free port, and its pages in a real browser, for benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.page_time import QUIET, ROOT, wait_until_served
from cnn.runs import FOLDER_VARIABLE


class Server:
    """A server whose runs lie in a folder of its own.

    Attributes:
        address: Where its pages are, the same after a restart.
    """

    def __init__(self, runs: Path) -> None:
        """Take a folder; `start` starts the server."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self._port}"
        self._environment = {**os.environ, FOLDER_VARIABLE: str(runs)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        self._process = subprocess.Popen(
            [*command, "--server.port", str(self._port)],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until_served(self._port)

    def kill(self) -> None:
        """End it by SIGKILL, at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it politely."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


@contextmanager
def open_page(path: str) -> Iterator[Page]:
    """Start the app and open one of its addresses, as "/Layers"; all ends with the block."""
    with tempfile.TemporaryDirectory() as runs:
        server = Server(Path(runs))
        server.start()
        try:
            with sync_playwright() as playwright:
                chromium = shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
                page = browser.new_page(viewport={"width": 1280, "height": 1400})
                page.goto(f"{server.address}{path}")
                yield page
                browser.close()
        finally:
            server.stop()
