"""How fast a filter is switched off in a real browser: a click to the answer, and to the accuracy.

    python -m benchmarks.switch_time

Needs Debian's chromium. A filter of layer 1 takes longer: more of the network comes after it. Each
click is on another filter, with all the others on, so that nothing is known from a click before.
"""

import re
import statistics

from playwright.sync_api import Page, expect

from benchmarks.server import open_page, wait_for

ROUNDS = 20
PATIENCE = 60_000
# Notes when the pointer goes up; when the column of probabilities next has another title; and when
# the accuracy beside it has changed, for the first digits and for all of them.
WATCH = """(most) => {
  const said = (selector) => [...document.querySelectorAll(selector)].at(-1)?.textContent;
  addEventListener('mouseup', () => {
    const before = said('.answers th[scope=col]');
    window.seen = { up: performance.now() };
    window.look = () => {
      const now = performance.now();
      if (said('.answers th[scope=col]') !== before) window.seen.answer ??= now;
      const accuracy = said('.accuracy') ?? '';
      if (accuracy.includes('→')) {
        window.seen.first ??= now;
        if (accuracy.includes(`of ${most}`)) window.seen.all ??= now;
      }
    };
  }, true);
  new MutationObserver(() => window.look?.()).observe(
    document.querySelector('.stMain'), { subtree: true, childList: true, characterData: true });
}"""


def switch_times(page: Page, layer: str, number: int) -> tuple[float, float, float]:
    """Switch a filter off and on again; returns milliseconds to the answer and both accuracies."""
    switches = page.get_by_role("toolbar", name=layer)
    switch = switches.get_by_role("button", name=str(number), exact=True)
    switch.click()
    wait_for(page, "window.seen?.all > 0")
    seen = page.evaluate("window.seen")
    switch.click()
    expect(page.locator(".accuracy")).not_to_contain_text("→", timeout=PATIENCE)
    page.wait_for_timeout(300)
    return tuple(seen[name] - seen["up"] for name in ("answer", "first", "all"))


def main() -> None:
    """Print the times as a Markdown table."""
    with open_page("/Layers") as page:
        page.locator(".st-key-more").get_by_text("What matters").click(timeout=120_000)
        accuracy = page.locator(".accuracy")
        # The number is the last part's, once it stays for a while.
        expect(accuracy).to_contain_text("read right", timeout=120_000)
        page.wait_for_timeout(10_000)
        found = re.search(r"of ([\d,]+) test digits", accuracy.inner_text())
        assert found is not None
        page.evaluate(WATCH, found[1])
        times = {
            layer: [switch_times(page, layer, i) for i in range(ROUNDS)]
            for layer in ("Layer 1", "Layer 2")
        }
    print(f"| click on a filter, median of {ROUNDS} | layer 1 | layer 2 |\n|---|---:|---:|")
    steps = ("the probabilities without it", "the first accuracy", f"that of {found[1]} digits")
    for i, step in enumerate(steps):
        medians = (statistics.median(each[i] for each in of_layer) for of_layer in times.values())
        print(f"| to {step} | {' | '.join(f'{ms:.0f} ms' for ms in medians)} |")


if __name__ == "__main__":
    main()
