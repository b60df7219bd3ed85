"""How fast the Draw page is in a real browser: to the first canvas, and from pen-up to a reading.

    python -m benchmarks.page_time

Needs Debian's chromium. The canvas component itself waits 200 ms after pen-up before it sends.
"""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.server import Server, open_browser, wait_for

ROUNDS = 30
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
    wait_for(page, "window.read > 0")
    return float(page.evaluate("window.read - window.penUp"))


def main() -> None:
    """Print the times as a Markdown table."""
    with tempfile.TemporaryDirectory() as runs, sync_playwright() as playwright:
        browser = open_browser(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        server = Server(Path(runs))
        begin = time.perf_counter()
        server.start()
        try:
            page.goto(server.address)
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
            server.stop()
        browser.close()
    print("| step | time |\n|---|---:|")
    print(f"| `streamlit run app.py` to a drawable canvas | {to_canvas:.1f} s |")
    print(f"| pen-up to the first reading, page open for 10 s | {first:.0f} ms |")
    print(f"| pen-up to a reading, median of {ROUNDS} | {statistics.median(times):.0f} ms |")


if __name__ == "__main__":
    main()
