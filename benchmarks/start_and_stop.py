"""How long a person waits after pressing "Start training", and after pressing "Stop".

    python -m benchmarks.start_and_stop [--recipe fast] [--early]

Presses both ten times on the Train page, in a real browser, with MNIST: from the press of Start to
the first point of the cost curve, and from the press of Stop, some seconds later, to when the page
says that it is stopping, and to when it says that the training has stopped. With `--early` Stop is
pressed before the first point, at as many moments between. Needs Debian's chromium, and two idle
cores: nothing else may run.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.server import Server, open_browser, wait_for
from cnn.data.user_drawings import FOLDER_VARIABLE as DRAWINGS_VARIABLE
from cnn.runs import jobs, manage
from cnn.runs.run import FOLDER_VARIABLE, Run, find_run

PATIENCE = 120_000
# Seconds of training before Stop is pressed, at most; and after Start, where that is early.
LONGEST, LONGEST_EARLY = 6.0, 8.0
# Lines that a run's folder tells until its first point, and what that was.
TOLD = 5
POINT = "document.querySelector('.st-key-chart-run-cost .scatterlayer .points path')"
PROGRESS = "[...document.querySelectorAll('[data-testid=stProgress]')].map(e => e.innerText).join()"
START, STOP, AT_ONCE = "Start, to the first point", "Stop, to “Stopped …”", "to “Stopping …”"


class Trainings:
    """Trainings that are started and stopped on the Train page, one after the other.

    Attributes:
        seconds: What was waited for, and how long each time.
        pressed: When Start was pressed last, in seconds of `time.perf_counter`.
    """

    def __init__(self, page: Page, address: str, recipe: str) -> None:
        """Take an open browser page."""
        self.pressed = 0.0
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self._page = page
        self._address = address
        self._recipe = recipe
        self._count = 0

    def start(self) -> str:
        """Press Start; returns the run's name."""
        page, self._count = self._page, self._count + 1
        name = f"run-{self._count}"
        page.goto(f"{self._address}/Train")
        page.locator(".st-key-start button").wait_for(timeout=PATIENCE)
        page.get_by_role("combobox", name="Recipe").click()
        page.get_by_role("option", name=self._recipe.capitalize(), exact=True).click()
        box = page.locator(".st-key-new-name input")
        box.fill(name)
        box.press("Tab")
        # What was typed is the server's when the page has come to rest.
        wait_for(page, "!document.querySelector('[data-test-script-state=running]')")
        page.wait_for_timeout(1_000)
        self.pressed, self._begun = time.perf_counter(), time.time()
        page.get_by_role("button", name="Start training", exact=True).click()
        return name

    def see_first_point(self, run: Run) -> None:
        """Wait for the first point of the curve, and note when the run's folder told of what."""
        wait_for(self._page, POINT)
        self.seconds[START].append(time.perf_counter() - self.pressed)
        self.seconds["the run is made"].append(run.created - self._begun)
        for line in (run.folder / "metrics.jsonl").read_text().splitlines()[:TOLD]:
            record = json.loads(line)
            what = " ".join(filter(None, (record["event"], record.get("phase"))))
            self.seconds[f"its folder tells: {what}"].append(record["time"] - self._begun)

    def stop(self, name: str) -> None:
        """Press Stop, wait until the page says that it has, and delete the run."""
        page = self._page
        button = page.get_by_role("button", name="Stop", exact=True)
        button.wait_for(timeout=PATIENCE)
        pressed = time.perf_counter()
        button.click()
        wait_for(page, f"/Stopp/.test({PROGRESS})")
        self.seconds[AT_ONCE].append(time.perf_counter() - pressed)
        wait_for(page, f"/Stopped/.test({PROGRESS})")
        self.seconds[STOP].append(time.perf_counter() - pressed)
        page.goto("about:blank")
        manage.delete(name)


def told(seconds: Mapping[str, Sequence[float]]) -> list[tuple[str, Sequence[float]]]:
    """Return what is promised a person, of all that was waited for."""
    return [(what, seconds[what]) for what in (START, AT_ONCE, STOP) if what in seconds]


def report(seconds: Mapping[str, Sequence[float]]) -> None:
    """Print what was waited for as a Markdown table."""
    print("| | times | median | longest |\n|---|---:|---:|---:|")
    for what, each in seconds.items():
        print(f"| {what} | {len(each)} | {statistics.median(each):.1f} s | {max(each):.1f} s |")


def main() -> None:
    """Print the seconds as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="tutorial", help="default: tutorial")
    parser.add_argument("--times", type=int, default=10, help="default: 10")
    parser.add_argument("--early", action="store_true", help="stop before the first point")
    options = parser.parse_args()
    rng = random.Random(0)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        os.environ[FOLDER_VARIABLE] = f"{place}/runs"
        os.environ[DRAWINGS_VARIABLE] = f"{place}/drawings"
        server = Server(Path(place) / "runs")
        server.start()
        browser = open_browser(playwright)
        trainings = Trainings(browser.new_page(), server.address, options.recipe)
        try:
            for i in range(options.times):
                name = trainings.start()
                if options.early:
                    time.sleep(LONGEST_EARLY * i / options.times)
                else:
                    wait_for_run(Path(place) / "runs" / name)
                    trainings.see_first_point(find_run(name))
                    time.sleep(rng.uniform(0, LONGEST))
                trainings.stop(name)
                last = ", ".join(
                    f"{what} {each[-1]:.1f} s" for what, each in told(trainings.seconds)
                )
                print(f"{i + 1}: {last}; load {os.getloadavg()[0]:.1f}", flush=True)
        finally:
            for job in jobs.jobs():
                jobs.stop(job.name)
            server.stop()
            browser.close()
    report(trainings.seconds)


def wait_for_run(folder: Path) -> None:
    """Wait until a run is made."""
    while not (folder / "run.json").is_file():
        time.sleep(0.01)


if __name__ == "__main__":
    main()
