"""How fast the Draw page is in a real browser: to the first canvas, and from pen-up to a reading.

    python benchmarks/page_time.py

Needs Debian's chromium. The canvas component itself waits 200 ms after pen-up before it sends.
"""

import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
ROUNDS = 30
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-sync", "--no-first-run"]
# Notes the time at which the pen leaves the canvas, and at which the sentence next changes.
WATCH = """() => {
  window.penUp = 0; window.read = 0;
  addEventListener('mouseup', () => { window.penUp = performance.now(); window.read = 0; }, true);
  new MutationObserver(() => {
    if (!window.read && document.querySelector('.digit')) window.read = performance.now();
  }).observe(document.querySelector('.stMain'), { subtree: true, childList: true });
}"""


def draw_line(page: Page, x: float) -> None:
    """Draw an upright line at x pixels from the canvas's left side."""
    corner = page.locator("canvas.upper-canvas").bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + x, corner["y"] + 50)
    page.mouse.down()
    page.mouse.move(corner["x"] + x, corner["y"] + 270, steps=10)
    page.mouse.up()


def clear(page: Page) -> None:
    """Empty the canvas, so that the next stroke's reading is a new one."""
    page.locator(".st-key-clear button").first.click()
    page.locator(".digit").wait_for(state="detached")


def reading_time(page: Page) -> float:
    """Wait for the reading of the last stroke; returns milliseconds since the pen went up."""
    page.wait_for_function("window.read > 0", timeout=60_000)
    return float(page.evaluate("window.read - window.penUp"))


def main() -> None:
    """Print the times as a Markdown table."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        begin = time.perf_counter()
        server = subprocess.Popen(
            [*command, "--server.port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            wait_until_served(port)
            page.goto(f"http://127.0.0.1:{port}")
            page.locator("canvas.upper-canvas").wait_for()
            to_canvas = time.perf_counter() - begin
            page.wait_for_timeout(10_000)
            page.evaluate(WATCH)
            draw_line(page, 40)
            first = reading_time(page)
            times = []
            for i in range(ROUNDS):
                clear(page)
                page.wait_for_timeout(400)
                draw_line(page, 50 + 7 * i)
                times.append(reading_time(page))
        finally:
            server.terminate()
            server.wait()
        browser.close()
    print("| step | time |\n|---|---:|")
    print(f"| `streamlit run app.py` to a drawable canvas | {to_canvas:.1f} s |")
    print(f"| pen-up to the first reading, page open for 10 s | {first:.0f} ms |")
    print(f"| pen-up to a reading, median of {ROUNDS} | {statistics.median(times):.0f} ms |")


def wait_until_served(port: int) -> None:
    """Return as soon as the server answers, which is when it opens a person's browser itself."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.02)


if __name__ == "__main__":
    main()
