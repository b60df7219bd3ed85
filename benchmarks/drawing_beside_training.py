"""How drawing and training get on with each other: each alone, and both at once.

    CNN_DATA_DIR=... python -m benchmarks.drawing_beside_training

Takes the time that the browser needs for a reading while the pen moves, when nothing is trained and
while a job trains, and the job's speed without any page, with the Train page open, with strokes
drawn on the Draw page, and without any page again. The browser draws on the same processors.
Needs Debian's chromium.
"""

import argparse
import dataclasses
import os
import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.live import open_watched, watched
from benchmarks.server import Server, open_browser
from cnn.data.datasets import DATA_SETS
from cnn.recipe import RECIPES
from cnn.runs import jobs
from cnn.runs.metrics import Metrics
from cnn.runs.run import FOLDER_VARIABLE, Run, RunError, Task, find_run

NAME = "beside"
# More than are done in the time this takes.
EPOCHS = 1000


def open_train_page(browser: Browser, address: str) -> Page:
    """Open the Train page, and wait until it has settled."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/Train?run={NAME}")
    page.locator(".st-key-chart-run-cost .main-svg").first.wait_for(timeout=120_000)
    page.wait_for_timeout(10_000)
    return page


def start_training(dataset: str) -> Run:
    """Start a training, and return once it has done an epoch."""
    recipe = dataclasses.replace(RECIPES[DATA_SETS[dataset].recipe], epochs=EPOCHS)
    jobs.submit(NAME, Task(recipe, dataset))
    run = find_run(NAME)
    while not run.metrics().epochs:
        wait_for_training()
    return run


def wait_for_training() -> None:
    """Give the training a moment.

    Raises:
        SystemExit: It has ended early; the message says why.
    """
    job = jobs.job(NAME)
    if not job.state.is_active:
        raise SystemExit(f"The training ended early. {job.reason}")
    time.sleep(0.2)


def speed(run: Run, before: Metrics) -> float:
    """Return the training digits a second, tests and checkpoints included, since an earlier look.

    Both ends are ends of chunks, so that a chunk is counted whole or not at all.
    """
    first = before.steps[-1]
    while (last := run.metrics().steps[-1]) == first:
        wait_for_training()
    digits = (last.step - first.step) * run.task.recipe.batch_size
    return float(digits / ((last.time or 0) - (first.time or 0)))


def speed_meanwhile(run: Run, seconds: float) -> float:
    """Return the training digits a second from now on for some time."""
    before = run.metrics()
    time.sleep(seconds)
    return speed(run, before)


def main() -> None:
    """Print times and speeds as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=20, help="default: 20")
    parser.add_argument("--seconds", type=float, default=60, help="of each speed; default: 60")
    parser.add_argument("--dataset", choices=DATA_SETS, default="mnist")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        os.environ[FOLDER_VARIABLE] = place
        server = Server(Path(place))
        server.start()
        browser = open_browser(playwright)
        try:
            page = open_watched(browser, server.address)
            idle = watched(page, options.strokes).times
            page.close()
            run = start_training(options.dataset)
            alone = [speed_meanwhile(run, options.seconds)]
            page = open_train_page(browser, server.address)
            looked_at = speed_meanwhile(run, options.seconds)
            page.close()
            page = open_watched(browser, server.address)
            before = run.metrics()
            beside = watched(page, options.strokes).times
            drawn_on = speed(run, before)
            page.close()
            alone.append(speed_meanwhile(run, options.seconds))
        finally:
            with suppress(RunError):  # it was not begun
                jobs.stop(NAME)
            server.stop()
            browser.close()
    report_times(idle, beside)
    report_speeds(statistics.mean(alone), looked_at, drawn_on)


def report_times(idle: list[float], beside: list[float]) -> None:
    """Print the table's first half."""
    still, busy = statistics.median(idle), statistics.median(beside)
    print("| | measured |\n|---|---:|")
    print(f"| a frame's reading, nothing trained, median of {len(idle)} | {still:.1f} ms |")
    print(f"| the same while a network is trained, median of {len(beside)} | {busy:.1f} ms |")
    print(f"| how many times as long | {busy / still:.2f} |")


def report_speeds(alone: float, looked_at: float, drawn_on: float) -> None:
    """Print the table's second half."""
    print(f"| training, no page open, digits a second | {alone:,.0f} |")
    print(f"| the same, Train page open | {looked_at:,.0f} |")
    print(f"| speed lost to the Train page | {1 - looked_at / alone:.1%} |")
    print(f"| speed lost to strokes, one a second | {1 - drawn_on / alone:.1%} |")


if __name__ == "__main__":
    main()
