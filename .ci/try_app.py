"""Try an installed `digitscope`: is a drawn 7 read on its page, do all pages show, does it train?

Usage: .venv/bin/python .ci/try_app.py ENVIRONMENT [SCREENSHOTS]

ENVIRONMENT is the folder of a virtual environment that a wheel was installed into, SCREENSHOTS one
for pictures of the pages. Needs playwright and Debian's chromium in the environment that runs it.
All happens in an empty folder, beside folders whose names are those of our packages.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

SEVEN = [(70.0, 70.0), (230.0, 70.0), (130.0, 270.0)]
SERVER_STARTS = 60.0  # seconds
SHOWS = 120_000.0  # milliseconds; the first reading waits for TensorFlow


def try_app(command: Path, screenshots: Path | None) -> None:
    """Run all that is promised of an installed `digitscope`, or end with an error."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for package in ("cnn", "pages"):
            (folder / package).mkdir()
            (folder / package / "__init__.py").write_text("raise ImportError('not ours')\n")
        environment = {**os.environ, "CNN_RUNS_DIR": str(folder / "runs")}
        with _server(command, folder, environment) as address:
            _look_at_pages(address, screenshots)
        drawing = folder / "seven.json"
        drawing.write_text(json.dumps({"strokes": [SEVEN]}))
        for arguments in (
            ["predict", str(drawing)],
            ["train", "--dataset", "digits", "--epochs", "1", "--run", "short"],
        ):
            subprocess.run([command, *arguments], cwd=folder, env=environment, check=True)


@contextmanager
def _server(command: Path, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Yield the address of `digitscope app`, started in a folder; its log must tell of no error."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log.txt"
    with log.open("w") as out:
        process = subprocess.Popen(
            [command, "app", "--port", str(port), "--server.headless", "true"],
            cwd=folder,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        process.wait()
        print(log.read_text())
    assert "Traceback" not in log.read_text()


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    last = time.monotonic() + SERVER_STARTS
    while process.poll() is None and time.monotonic() < last:
        try:
            with urllib.request.urlopen(address):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def _look_at_pages(address: str, screenshots: Path | None) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        _draw(page)
        expect(page.locator(".sentence")).to_contain_text("Reads as 7", timeout=SHOWS)
        for title in ("Draw", "Layers", "Filters", "Train", "Evaluate", "Learn"):
            page.get_by_role("link", name=title, exact=True).click()
            expect(page).to_have_title(f"{title} · Digitscope", timeout=SHOWS)
            done = page.locator('[data-test-script-state="notRunning"]')
            done.first.wait_for(state="attached", timeout=SHOWS)
            if screenshots:
                page.screenshot(path=screenshots / f"{title}.png")
            expect(page.get_by_test_id("stException")).to_have_count(0)
        browser.close()


def _draw(page: Page) -> None:
    """Draw a 7 with the mouse."""
    canvas = page.locator("canvas.upper-canvas")
    canvas.wait_for(timeout=SHOWS)
    corner = canvas.bounding_box()
    assert corner
    points = [(corner["x"] + x, corner["y"] + y) for x, y in SEVEN]
    page.mouse.move(*points[0])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(x, y, steps=20)
    page.mouse.up()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    try_app(folder.absolute() / "bin" / "digitscope", Path(sys.argv[2]) if sys.argv[2:] else None)
