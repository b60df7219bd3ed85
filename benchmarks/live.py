"""How fast the browser reads while the pen moves, in real Chromium.

    python -m benchmarks.live            the table below
    python -m benchmarks.live --memory   what 1,000 strokes leave in the browser's memory

Needs Debian's chromium. A frame's time goes from the begin of its reading, over all that follows
from it, to the end of what the browser's main thread paints.
"""

import argparse
import itertools
import math
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.server import Server, open_browser, wait_for
from cnn.ink.link import text_from_strokes
from cnn.ink.strokes import CANVAS_SIZE
from cnn.runs.run import FOLDER_VARIABLE

STROKES = 30
MOVES = 40
# Of all that follows from pen-up: the canvas tells the server after 0.2 s.
SETTLED = 1_000
HEAVY = "heavy"
SHIPPED = "shipped"
READ = ".answer[data-state]:not([data-state=waiting])"
MEMORY_STROKES, BETWEEN_CLEARS = 1_000, 20

# Watches the frames in which the pen moves, those that read, and what changes after pen-up.
WATCH = """
window.watch = { times: [], frames: 0, read: 0, long: [], settled: [] };
let moved = false, lastRead = 0, penUp = 0, changed = 0;
const request = window.requestAnimationFrame.bind(window);
const channel = new MessageChannel();
let begun = 0;
channel.port1.onmessage = () => {
  watch.times.push(performance.now() - begun);
  if (penUp && !changed) changed = performance.now();
};
window.requestAnimationFrame = (callback) => request((time) => {
  if (callback.name !== "frame") return callback(time);
  begun = performance.now();
  callback(time);
  lastRead = time;
  channel.port2.postMessage(0);
});
addEventListener("pointermove", (event) => { moved ||= event.buttons === 1; }, true);
addEventListener("pointerdown", () => { penUp = 0; }, true);
addEventListener("pointerup", () => { penUp = performance.now(); changed = 0; }, true);
let before = { moved: false, time: -1 };
(function each(time) {
  if (before.moved) {
    watch.frames += 1;
    if (lastRead === before.time) watch.read += 1;
  }
  before = { moved, time };
  moved = false;
  request(each);
})(0);
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) watch.long.push(duration);
}).observe({ type: "longtask" });
window.watchAnswer = () => {
  const hosts = [...document.querySelectorAll("*")].filter((each) => each.shadowRoot);
  const roots = hosts.map((each) => each.shadowRoot);
  const answer = roots.map((each) => each.querySelector(".answer")).find((each) => each);
  let text = answer.textContent;
  new MutationObserver(() => {
    if (penUp && answer.textContent !== text) changed = performance.now();
    text = answer.textContent;
  }).observe(answer, { subtree: true, childList: true, characterData: true, attributes: true });
};
window.settle = () => { if (penUp) watch.settled.push(changed - penUp); penUp = 0; };
window.startWatch = () => {
  Object.assign(watch, { times: [], frames: 0, read: 0, long: [], settled: [] });
};
"""


@dataclass(frozen=True)
class Watched:
    """What was seen while strokes were drawn.

    Attributes:
        times: Milliseconds of each frame that read: computing and painting.
        frames: In which the pen moved.
        read: Of these, how many had a reading.
        long: Milliseconds of each of the browser's tasks over 50.
        settled: Milliseconds from pen-up to the last change of the answer.
    """

    times: list[float]
    frames: int
    read: int
    long: list[float]
    settled: list[float]


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        if options.memory:
            memory(browser)
        else:
            print("| page | network | frames read | median | 95 % | longest task | pen-up, 95 % |")
            print("|---|---|---:|---:|---:|---:|---:|")
            for network, path in itertools.product((SHIPPED, HEAVY), ("/", "/Layers")):
                with opened(browser, network, path) as page:
                    tell(path, network, watched(page))
            print(f"\nFrom the command to the first answer: {cold_start(browser):.1f} s")
        browser.close()


@contextmanager
def opened(browser: Browser, network: str, path: str) -> Iterator[Page]:
    """Start the app with a network, and open one of its pages when it can read."""
    with tempfile.TemporaryDirectory() as runs:
        if network == HEAVY:
            make_heavy(Path(runs))
        server = Server(Path(runs))
        server.start()
        try:
            page = open_watched(browser, f"{server.address}{path}")
            yield page
            page.close()
        finally:
            server.stop()


def open_watched(browser: Browser, address: str) -> Page:
    """Open a page with a canvas, and draw once, so that all is loaded."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(WATCH)
    page.goto(address)
    page.locator("canvas.upper-canvas").wait_for()
    # The rest of the server's start would be measured with it.
    page.wait_for_timeout(15_000)
    draw(page, 0)
    page.locator(READ).wait_for()
    page.evaluate("watchAnswer()")
    return page


def make_heavy(runs: Path) -> None:
    """Make a network of the tutorial's size in which no activation is zero the default."""
    from cnn.model import build, save_model
    from cnn.recipe import Recipe
    from cnn.runs.active_model import set_default

    model = build(Recipe(pooling="average"))
    # Biases that no sum of so small weights comes up to.
    weights: list[NDArray[np.float32]] = model.get_weights()
    # A bias has one axis.
    tenth, one = np.float32(0.1), np.float32(1)
    model.set_weights([each * tenth if each.ndim > 1 else each + one for each in weights])
    (runs / HEAVY).mkdir()
    save_model(model, runs / HEAVY / "model.keras")
    os.environ[FOLDER_VARIABLE] = str(runs)
    set_default(HEAVY)
    del os.environ[FOLDER_VARIABLE]


def watched(page: Page, strokes: int = STROKES) -> Watched:
    """Draw strokes, clear between them, and tell what was seen."""
    page.evaluate("startWatch()")
    for i in range(strokes):
        draw(page, i)
        page.wait_for_timeout(SETTLED)
        page.evaluate("settle()")
        if i % 3 == 2:
            clear(page)
    return Watched(**page.evaluate("watch"))


def draw(page: Page, number: int) -> None:
    """Draw an arc, another one for each number."""
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    size = 60 + 5 * (number % 12)
    scale = box["width"] / CANVAS_SIZE
    for i in range(MOVES):
        angle = math.pi * (0.2 + 1.6 * i / MOVES) + number
        x, y = 160 + size * math.cos(angle), 160 + 1.2 * size * math.sin(angle)
        page.mouse.move(box["x"] + scale * x, box["y"] + scale * y)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def clear(page: Page) -> None:
    """Empty the canvas."""
    page.locator(".st-key-clear button").first.click()
    page.locator(".st-key-clear button:disabled").first.wait_for()


def tell(path: str, network: str, seen: Watched) -> None:
    """Print a row."""
    cells = [
        {"/": "Draw", "/Layers": "Layers"}[path],
        network,
        f"{seen.read / seen.frames:.1%} of {seen.frames}",
        f"{statistics.median(seen.times):.1f} ms",
        f"{share(seen.times, 95):.1f} ms",
        f"{max(seen.long, default=0):.0f} ms",
        f"{share(seen.settled, 95):.0f} ms",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


def share(values: Sequence[float], percent: float) -> float:
    """Return what so many of a hundred do not exceed."""
    return float(np.percentile(values, percent))


def cold_start(browser: Browser) -> float:
    """Start the app, and return the seconds until a drawing in its address is read."""
    line = np.linspace([160.0, 40.0], [160.0, 280.0], 20)
    with tempfile.TemporaryDirectory() as runs:
        server = Server(Path(runs))
        page = browser.new_page()
        begun = time.perf_counter()
        server.start()
        try:
            page.goto(f"{server.address}/?ink={text_from_strokes([line])}")
            page.locator(READ).wait_for()
            return time.perf_counter() - begun
        finally:
            page.close()
            server.stop()


def memory(browser: Browser) -> None:
    """Print what the browser keeps as strokes are drawn."""
    with opened(browser, SHIPPED, "/") as page:
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable")
        print("| strokes | JavaScript's memory | nodes |\n|---:|---:|---:|")
        for i in range(MEMORY_STROKES + 1):
            if i % (MEMORY_STROKES // 5) == 0:
                for _ in range(3):
                    tools.send("HeapProfiler.collectGarbage")
                found = tools.send("Performance.getMetrics")["metrics"]
                values = {each["name"]: each["value"] for each in found}
                used = values["JSHeapUsedSize"] / 1e6
                print(f"| {i:,} | {used:.1f} MB | {values['Nodes']:,.0f} |", flush=True)
            draw(page, i)
            if i % BETWEEN_CLEARS == BETWEEN_CLEARS - 1:
                page.wait_for_timeout(SETTLED)
                clear(page)
                wait_for(page, "true")


if __name__ == "__main__":
    main()
