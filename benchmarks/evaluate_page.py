"""How long the Evaluate page takes, with MNIST's 10,000 test digits.

    python -m benchmarks.evaluate_page

From a link of the menu to all of the first view, once the server's network is there: at most 3
seconds; the same again: at most half a second. Then all robustness curves, from Start: at most 90
seconds, and from a press to all of them when they are known.
"""

import os
import tempfile
import time

from playwright.sync_api import Page

from benchmarks.server import PATIENCE, open_page
from cnn.explain.map_store import FOLDER_VARIABLE

# Seconds in which the server starts its network by itself.
READY = 20.0
VIEW = ".matrix"
# What came of all curves, in a sentence.
CURVES = ".st-key-robustness-control .told"


def main() -> None:
    """Open the page as people do, and print the seconds."""
    with tempfile.TemporaryDirectory() as maps:
        os.environ[FOLDER_VARIABLE] = maps
        with open_page("/") as page:
            page.set_default_timeout(1000 * PATIENCE)
            address = page.url.rstrip("/")
            page.locator("canvas.upper-canvas").wait_for()
            time.sleep(READY)
            print(f"First view: {_opened(page, address):.2f} s")
            print("Again:", ", ".join(f"{_opened(page, address):.2f}" for _ in range(3)), "s")
            begun = _pressed(page)
            page.get_by_role("button", name="Start").click()
            page.locator(CURVES).wait_for()
            print(f"All curves: {time.monotonic() - begun:.1f} s")
            _opened(page, address)
            begun = _pressed(page)
            page.locator(CURVES).wait_for()
            print(f"Again: {time.monotonic() - begun:.2f} s")


def _opened(page: Page, address: str) -> float:
    """Return the seconds from a link of the menu to the first view."""
    page.goto(f"{address}/Filters")
    link = page.get_by_role("link", name="Evaluate", exact=True)
    link.wait_for()
    page.wait_for_timeout(2000)
    begun = time.monotonic()
    link.click()
    page.locator(VIEW).wait_for()
    return time.monotonic() - begun


def _pressed(page: Page) -> float:
    """Ask for the section of robustness; return when, on the monotonic clock."""
    button = page.get_by_role("radio", name="How robust?")
    button.wait_for()
    begun = time.monotonic()
    button.click()
    return begun


if __name__ == "__main__":
    main()
