"""From opening the app to a network taught with ten own drawings, in real Chromium.

Starts the app, opens it, draws ten sevens as their writers did, each point a tenth of a second
after the one before, presses “Teach the network”, waits for “Use this model”, and presses that.
Waiting is all time in which the person has nothing to do.

    CNN_DATA_DIR=... python -m benchmarks.teach_hand pendigits-orig.tes.gz

Needs Debian's chromium.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.server import Server, open_browser
from cnn.data import user_drawings
from cnn.data.drawings import read_drawings
from cnn.ink.strokes import Stroke
from cnn.runs.finetune import ENOUGH

DIGIT = 7
# Seconds between two points of UCI's data set 81, and between two strokes of a hand.
TICK, BETWEEN = 0.1, 0.3
# Seconds that a person takes to see what to press, and to see that the canvas is empty.
LOOK = 0.8
# Share of the canvas that a drawing takes.
SIZE = 0.7
CANVAS = "canvas.upper-canvas"


@dataclass
class Times:
    """Seconds that were spent on each thing, by what it is called."""

    spent: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Add the time of a block."""
        begin = time.perf_counter()
        yield
        self.spent[name] = self.spent.get(name, 0.0) + time.perf_counter() - begin


def draw(page: Page, strokes: Sequence[Stroke]) -> None:
    """Draw strokes at a hand's own pace."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0).max()
    middle = np.ptp(points, axis=0) / extent / 2
    box = page.locator(CANVAS).bounding_box()
    assert box is not None
    for number, stroke in enumerate(strokes):
        if number:
            page.wait_for_timeout(1000 * BETWEEN)
        places = ((stroke - low) / extent - middle) * SIZE + 0.5
        for i, (x, y) in enumerate(places):
            begin = time.perf_counter()
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
            if not i:
                page.mouse.down()
            page.wait_for_timeout(1000 * max(TICK - (time.perf_counter() - begin), 0))
        page.mouse.up()


def press(page: Page, key: str, times: Times) -> None:
    """Look for a button, and press it."""
    with times.of("pressing"):
        page.wait_for_timeout(1000 * LOOK)
        page.locator(f".st-key-{key} button").click()


def teach(address: str, drawings: Sequence[Sequence[Stroke]], page: Page) -> Times:
    """Do what a person does who teaches the network."""
    times = Times()
    with times.of("waiting for the page"):
        page.goto(address)
        page.locator(CANVAS).wait_for()
    press(page, "teach-ten", times)
    with times.of("pressing"):
        page.wait_for_timeout(1000 * LOOK)
        page.locator(".st-key-lesson-digits").get_by_text(str(DIGIT), exact=True).click()
    with times.of("waiting for the page"):
        page.get_by_text(f"Draw a {DIGIT}").wait_for()
    for number, strokes in enumerate(drawings, start=1):
        with times.of("drawing"):
            draw(page, strokes)
        left = ENOUGH - number
        with times.of("the pen's rests"):
            page.get_by_text(f"{left} more" if left else "Enough to teach").wait_for()
    press(page, "lesson-teach", times)
    with times.of("waiting for the network"):
        page.locator(".st-key-teaching-use button").wait_for()
    press(page, "teaching-use", times)
    with times.of("waiting for the network"):
        page.get_by_text("In use now").wait_for()
    return times


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="UCI's data set 81: pendigits-orig.tes.gz")
    options = parser.parse_args()
    sevens = [one.strokes for one in read_drawings(options.file) if one.label == DIGIT][:ENOUGH]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ[user_drawings.FOLDER_VARIABLE] = folder
        server = Server(Path(folder) / "runs")
        server.start()
        browser = open_browser(playwright)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(300_000)
            times = teach(server.address, sevens, page)
        finally:
            browser.close()
            server.stop()
    print("| Seconds | |\n|---|---:|")
    for name, seconds in times.spent.items():
        print(f"| {name.capitalize()} | {seconds:.1f} |")
    waiting = sum(s for name, s in times.spent.items() if name.startswith("waiting"))
    print(f"| **Waiting in all** | **{waiting:.1f}** |")
    print(
        f"| **From opening the app to the network in use** | **{sum(times.spent.values()):.1f}** |"
    )


if __name__ == "__main__":
    main()
