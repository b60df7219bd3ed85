"""A server of the app in a process of its own, on a free port."""

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import PATIENCE, wait_until

ROOT = Path(__file__).parents[1]
APP = ROOT / "app.py"


@contextmanager
def serve(log, secrets=""):
    """Yield a server's address; its log must hold no error at the end.

    Args:
        log: File to write the log to.
        secrets: File of Streamlit's secrets; those of whoever runs the tests are left alone.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.headless", "true", "--server.port", str(port)]
    command += ["--secrets.files", str(secrets or log.with_name("no-secrets.toml"))]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)
    text = log.read_text()
    assert not any(word in text for word in ("Traceback", "Error", "WARNING", "Warning")), text


def _wait_until_healthy(address, process, log):
    def has_answered():
        if process.poll() is not None:
            pytest.fail(f"The server did not start:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health"):
                return True
        except (urllib.error.URLError, ConnectionError):
            return False

    wait_until(has_answered, lambda: log.stat().st_size)
