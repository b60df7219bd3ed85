"""How long the lessons take to answer.

    python -m benchmarks.lessons [LESSON …]

First what only the server knows, the gradients of a step of training, from a click to them: at most
300 ms. Then each screen in the browser, from a change to its picture: it should be one frame.
"""

import sys
import time
from statistics import median

from playwright.sync_api import Page

from benchmarks.server import open_page, wait_for
from pages.learn.place import names

# In milliseconds, at 60 frames a second.
FRAME = 16.7
TIMES = 41
# What is changed: a drawing if there is a paper, else a slider, a window, a cell, or a choice.
ANSWER = """async (times) => {
  const all = [...document.querySelectorAll(".st-key-lessons *")].find((e) => e.shadowRoot);
  const screen = all.shadowRoot.querySelector("section.screen:not([hidden])");
  const paper = screen.querySelector(".paper canvas");
  const slider = screen.querySelector("input[type=range]");
  const frame = screen.querySelector(".window");
  const cell = screen.querySelector(".editable input");
  const choice = screen.querySelectorAll("input[type=radio]");
  const act = (i) => {
    if (paper) {
      const { left, top } = paper.getBoundingClientRect();
      const kind = i ? "pointermove" : "pointerdown";
      paper.setPointerCapture = () => {};
      paper.dispatchEvent(new PointerEvent(kind, { isPrimary: true, pointerId: 1, buttons: 1,
        clientX: left + 30 + 2 * i, clientY: top + 40 + 3 * (i % 30) }));
    } else if (slider) {
      const { min, max, step } = slider;
      const steps = Math.round((max - min) / step);
      slider.value = Number(min) + step * (i % (steps + 1));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (frame) {
      const key = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"][i % 4];
      frame.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    } else if (cell) {
      cell.value = i % 9;
      cell.dispatchEvent(new Event("input", { bubbles: true }));
    } else choice[i % choice.length]?.click();
  };
  const taken = [];
  for (let i = 0; i < times; i++) {
    taken.push(await new Promise((resolve) => {
      let begun = 0;
      requestAnimationFrame(() => (begun = performance.now()));
      act(i);
      requestAnimationFrame(() => resolve(performance.now() - begun));
    }));
  }
  return taken;
}"""
FILLED = """Boolean([...document.querySelectorAll(".st-key-lessons *")].find((e) => e.shadowRoot)
  ?.shadowRoot.querySelector("section.screen:not([hidden]) .asked"))"""


STEP = "one-step-of-training"
# In milliseconds; how often each is asked; seconds in which the server gets ready by itself.
SOON, ASKED, READY = 300, 10, 20.0
# From a click until the answer has come: it changes a number of the text, which one by its place.
GRADIENT = """async ([kind, place, i]) => {
  const all = [...document.querySelectorAll(".st-key-lessons *")].find((e) => e.shadowRoot);
  const screen = all.shadowRoot.querySelector("section.screen:not([hidden])");
  const number = screen.querySelectorAll(".words .live")[place];
  const begun = performance.now();
  const changed = new Promise((resolve) => new MutationObserver(resolve)
    .observe(number, { childList: true, characterData: true, subtree: true }));
  if (kind === "digit") {
    const slider = screen.querySelector("input[type=range]");
    slider.value = i % 10;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    [...screen.querySelectorAll("button")].find((e) => e.textContent === kind).click();
  }
  await changed;
  return performance.now() - begun;
}"""

# From a click until the screen is filled that it opens.
OPENED = """async (i) => {
  const all = [...document.querySelectorAll(".st-key-lessons *")].find((e) => e.shadowRoot);
  const screen = all.shadowRoot.querySelectorAll("section.screen")[i];
  const begun = performance.now();
  const filled = new Promise((resolve) => new MutationObserver(() =>
    screen.querySelector(".asked") && resolve()).observe(screen, { childList: true }));
  all.shadowRoot.querySelectorAll(".dots .dot")[i].click();
  await filled;
  return performance.now() - begun;
}"""


def gradient_times(page: Page, address: str) -> dict[str, list[float]]:
    """Return milliseconds to gradients: of a screen that is opened, of one digit, of a batch."""
    page.goto(f"{address}?lesson={STEP}")
    page.locator(".lesson").wait_for()
    time.sleep(READY)
    dots = page.locator(".dots .dot")
    found = {"the first screen that shows some": [page.evaluate(OPENED, 1)]}
    for name, screen, told in (
        ("one digit", 2, ["digit", 2]),
        ("a batch of fifty", 5, ["Another batch", 2]),
    ):
        dots.nth(screen).click()
        wait_for(page, FILLED)
        found[name] = [page.evaluate(GRADIENT, [*told, i]) for i in range(ASKED)]
    return found


def answer_times(page: Page, address: str, name: str) -> list[float]:
    """Return the median milliseconds of each screen of a lesson, from change to picture."""
    page.goto(f"{address}?lesson={name}")
    page.locator(".lesson").wait_for()
    found = []
    for dot in page.locator(".dots .dot").all():
        dot.click()
        wait_for(page, FILLED)
        found.append(median(page.evaluate(ANSWER, TIMES)))
    return found


def main() -> None:
    """Print how long gradients take, and each screen's median, lesson by lesson."""
    chosen = sys.argv[1:] or names()
    with open_page("/Learn") as page:
        page.locator(".cards").wait_for()
        address = page.url
        if STEP in chosen:
            print_gradients(gradient_times(page, address))
        print("| lesson | its screens, ms | within a frame |")
        print("|---|---|---|")
        for name in chosen:
            found = answer_times(page, address, name)
            is_fast = "yes" if max(found) <= FRAME else "no"
            print(f"| {name} | {', '.join(f'{each:.1f}' for each in found)} | {is_fast} |")


def print_gradients(found: dict[str, list[float]]) -> None:
    """Print a line for each kind of question."""
    print(f"| gradients of | median, ms | slowest | within {SOON} ms |")
    print("|---|---|---|---|")
    for what, taken in found.items():
        is_soon = "yes" if max(taken) <= SOON else "no"
        print(f"| {what} | {median(taken):.0f} | {max(taken):.0f} | {is_soon} |")
    print()


if __name__ == "__main__":
    main()
