"""How fast a cell is explained in a real browser: from a click, and from pen-up.

    python -m benchmarks.layers_time

Needs Debian's chromium. The canvas component itself waits 200 ms after pen-up before it sends. That
the maps follow the pen `benchmarks/live.py` measures.
"""

import json
import statistics

import numpy as np
from playwright.sync_api import Page

from benchmarks.server import open_page, wait_for
from cnn.explain.layers import values_of
from cnn.explain.receptive_field import Cell
from cnn.ink.strokes import CANVAS_SIZE, rasterise
from cnn.predictor import shipped_predictor
from pages.layers.network import explanation_of

ROUNDS = 30
SEVEN = [np.array([[60.0, 50.0], [200.0, 50.0], [110.0, 240.0]])]
# Notes when the pointer goes up, and when the arithmetic next changes.
WATCH = """() => {
  const root = [...document.querySelectorAll('*')].find(
    (element) => element.shadowRoot?.querySelector('section.cell')).shadowRoot;
  addEventListener('mouseup', () => { window.up = performance.now(); window.told = 0; }, true);
  new MutationObserver(() => { window.told ||= performance.now(); }).observe(
    root.querySelector('.arithmetic'), { childList: true });
}"""


def click_time(page: Page, number: int) -> float:
    """Click a cell of the second pooling; returns milliseconds to its arithmetic."""
    maps = page.locator('.network canvas[data-layer="pool2"]')
    box = maps.bounding_box()
    assert box is not None
    # Another map each time: they lie closer than this.
    down, across = divmod(number, 5)
    x, y = box["width"] * (across + 0.5) / 5, box["height"] * (down + 0.5) / (ROUNDS // 5)
    maps.click(position={"x": x, "y": y})
    wait_for(page, "window.told > 0")
    return float(page.evaluate("window.told - window.up"))


def stroke_time(page: Page, x: float) -> float:
    """Draw an upright line; returns milliseconds from pen-up to the cell's arithmetic."""
    box = page.locator("canvas.upper-canvas").bounding_box()
    assert box is not None
    size = box["width"] / CANVAS_SIZE
    page.mouse.move(box["x"] + size * x, box["y"] + size * 50)
    page.mouse.down()
    page.mouse.move(box["x"] + size * x, box["y"] + size * 270, steps=10)
    page.mouse.up()
    wait_for(page, "window.told > 0")
    return float(page.evaluate("window.told - window.up"))


def payload() -> int:
    """Return the bytes that explain a cell of the second convolution."""
    image = rasterise(SEVEN)
    predictor = shipped_predictor()
    values = values_of(image, predictor.read(image))
    return len(json.dumps(explanation_of("", predictor.model, values, Cell("conv2", 17, 5, 9))))


def main() -> None:
    """Print times and size as a Markdown table."""
    with open_page("/Layers") as page:
        page.locator(".title").filter(has_text="=").wait_for(timeout=120_000)
        page.wait_for_timeout(5_000)
        page.evaluate(WATCH)
        clicks = [click_time(page, number) for number in range(ROUNDS)]
        strokes = [stroke_time(page, 50 + 7 * i) for i in range(ROUNDS)]
    print("| step | value |\n|---|---:|")
    print(f"| click to explanation, median of {ROUNDS} | {statistics.median(clicks):.0f} ms |")
    print(f"| pen-up to arithmetic, median of {ROUNDS} | {statistics.median(strokes):.0f} ms |")
    print(f"| bytes of an explanation | {payload():,} |")


if __name__ == "__main__":
    main()
