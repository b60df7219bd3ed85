"""A Streamlit server of the app on a free port, and its pages in a real browser, for benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from cnn.runs.run import FOLDER_VARIABLE

ROOT = Path(__file__).parents[1]
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-sync", "--no-first-run"]


class Server:
    """A server whose runs lie in a folder of its own.

    Attributes:
        address: Where its pages are, the same after a restart.
        process: The server's, once it was started.
    """

    def __init__(self, runs: Path) -> None:
        """Take a folder; `start` starts the server."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self._port}"
        self._environment = {**os.environ, FOLDER_VARIABLE: str(runs)}
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start it, and return when it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        self.process = subprocess.Popen(
            [*command, "--server.port", str(self._port)],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        """Return as soon as it answers, which is when it opens a person's browser itself."""
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
                return
            except OSError:
                time.sleep(0.02)

    def kill(self) -> None:
        """End it by SIGKILL, at once."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it politely."""
        self.process.terminate()
        self.process.wait()


def open_browser(playwright: Playwright) -> Browser:
    """Start Debian's Chromium, without a window."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)


@contextmanager
def open_page(path: str) -> Iterator[Page]:
    """Start the app and open one of its addresses, as "/Layers"; all ends with the block."""
    with tempfile.TemporaryDirectory() as runs:
        server = Server(Path(runs))
        server.start()
        try:
            with sync_playwright() as playwright:
                browser = open_browser(playwright)
                page = browser.new_page(viewport={"width": 1280, "height": 1400})
                page.goto(f"{server.address}{path}")
                yield page
                browser.close()
        finally:
            server.stop()
