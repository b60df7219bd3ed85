"""The app on a free port, and its pages in a real browser: for benchmarks and for tests."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from cnn.runs.run import FOLDER_VARIABLE

ROOT = Path(__file__).parents[1]
# Seconds after which a server that has not answered never will, on however slow a machine.
PATIENCE = 300.0
QUIET = [
    "--no-sandbox",  # CI runs as root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def free_port() -> int:
    """Return a port of this machine at which nothing answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server in a process of its own.

    Attributes:
        address: Where its pages are, the same after a restart.
        process: The server's, once it was started.
    """

    def __init__(
        self, runs: Path | None = None, log: Path | None = None, options: Sequence[str] = ()
    ) -> None:
        """Say how it will be started.

        Args:
            runs: Folder of its runs; None: that of this process.
            log: File that it writes into; None: nowhere.
            options: Streamlit's.
        """
        port = str(free_port())
        self.address = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless"]
        self._command += ["true", "--server.port", port, *options]
        self._environment = {**os.environ, **({FOLDER_VARIABLE: str(runs)} if runs else {})}
        self._log = log or Path(os.devnull)
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start it, and return when it answers.

        Raises:
            RuntimeError: It has ended, or does not answer.
        """
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        begin = time.monotonic()
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() - begin > PATIENCE:
                self.kill()
                raise RuntimeError(f"The server did not start:\n{self._log.read_text()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health"):
                return True
        except (urllib.error.URLError, ConnectionError):
            return False

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


def wait_for(page: Page, script: str) -> None:
    """Wait until a script tells something true; Playwright's own way the page's policy forbids.

    Raises:
        TimeoutError: It never does.
    """
    begin = time.monotonic()
    while not page.evaluate(script):
        if time.monotonic() - begin > PATIENCE:
            raise TimeoutError(f"The page does not come to this: {script}")
        page.wait_for_timeout(10)


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
