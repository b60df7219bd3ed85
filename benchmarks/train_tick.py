"""What the Train page costs the server while a network is trained: processor time a tick.

    python -m benchmarks.train_tick

Makes a run of 10,000 points that grows twice a second, alone and among 50 finished ones, opens the
page in a real browser, and takes the server's processor time over one-second windows, each of which
holds one tick; the idle server's is subtracted. Needs Debian's chromium.
"""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser, sync_playwright

from benchmarks.server import Server, open_browser
from cnn.data.builtin import load_builtin
from cnn.recipe import Recipe
from cnn.runs import history
from cnn.runs.history import Readings
from cnn.runs.process import JobFile
from cnn.runs.run import Run, Task

POINTS = 10_000
EPOCHS = 25
WINDOWS = 60
OTHERS = 50


def make_run(folder: Path) -> Run:
    """Make a run of many points, which this process seems to be training."""
    run = Run.create(folder, Task(Recipe(epochs=2 * EPOCHS), "digits"))
    run.append(event="started", digits=1287, steps=2 * POINTS, precision="float32", epoch=0, step=0)
    rng = np.random.default_rng(0)
    probe = history.begin(run, load_builtin().test)
    readings = Readings(
        np.full((len(probe.labels), 10), 0.1, np.float32), np.zeros((10, 10), np.int64)
    )
    for step in range(1, POINTS + 1):
        add_step(run, step, rng)
        if step % (POINTS // EPOCHS) == 0:
            epoch = step * EPOCHS // POINTS
            save_filters(run, epoch, rng)
            history.save_readings(run, epoch, readings)
            accuracy = 1 - 1 / (epoch + 4)
            run.append(event="epoch", epoch=epoch, step=step, loss=0.1, training_accuracy=0.97,
                       validation_accuracy=accuracy, test_accuracy=accuracy,
                       seconds=10.0)  # fmt: skip
    JobFile.of_process(psutil.Process()).write(run.folder)
    return run


def make_others(folder: Path) -> None:
    """Make finished runs of the tutorial's recipe."""
    rng = np.random.default_rng(2)
    for number in range(OTHERS):
        run = Run.create(folder / f"finished {number}", Task(Recipe(), "digits"))
        run.append(
            event="started", digits=1287, steps=250, precision="float32", epoch=0, step=0
        )  # fmt: skip
        for epoch in range(1, 11):
            add_step(run, 25 * epoch, rng)
            run.append(event="epoch", epoch=epoch, step=25 * epoch, loss=0.1,
                       training_accuracy=0.97, validation_accuracy=0.9, test_accuracy=0.9,
                       seconds=10.0)  # fmt: skip
        save_filters(run, 10, rng)
        run.append(event="finished", seconds=100.0)
        JobFile(pid=1, ended=True).write(run.folder)


def save_filters(run: Run, epoch: int, rng: np.random.Generator) -> None:
    """Keep some filters."""
    shapes = {"conv1": (5, 5, 1, 32), "conv2": (5, 5, 32, 64)}
    filters = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    history.save_filters(run, epoch, filters)


def add_step(run: Run, step: int, rng: np.random.Generator) -> None:
    """Add one more point."""
    cost = 2.3 / (1 + step / 200) * float(np.exp(rng.normal(0, 0.2)))
    run.append(event="step", step=step, loss=cost, accuracy=max(0.1, 1 - cost / 2.5),
               digits_per_second=5000.0, seconds_left=60.0)  # fmt: skip


def processor_ms(process: psutil.Process) -> float:
    """Return the processor time that a process has taken so far, its ended threads' too."""
    # Linux's number for the clock of another process's processor time (clock_getcpuclockid): each
    # look is made by a thread of its own, which has ended by now.
    return time.clock_gettime((~process.pid << 3) | 2) * 1000


def windows(process: psutil.Process, run: Run | None, count: int) -> list[float]:
    """Return the processor time of one-second windows, while a run grows if there is one."""
    rng = np.random.default_rng(1)
    times = []
    for window in range(count):
        before = processor_ms(process)
        for half in range(2):
            if run is not None:
                add_step(run, POINTS + 2 * window + half + 1, rng)
            time.sleep(0.5)
        times.append(processor_ms(process) - before)
    return times


def measure(folder: Path, run: Run, browser: Browser) -> float:
    """Return the processor time of a tick, in milliseconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    server = Server(folder)
    server.start()
    try:
        process = psutil.Process(server.process.pid)
        page.goto(f"{server.address}/Train?run={run.name}")
        page.locator(".st-key-slot-0-run-accuracy .main-svg").first.wait_for(timeout=120_000)
        page.wait_for_timeout(20_000)
        ticks = windows(process, run, WINDOWS)
        page.goto("about:blank")
        page.wait_for_timeout(3_000)
        idle = windows(process, None, 10)
    finally:
        server.stop()
    page.close()
    return statistics.median(ticks) - statistics.median(idle)


def main() -> None:
    """Print the times as a Markdown table."""
    print("| | processor time |\n|---|---:|")
    what = f"server, a tick of the Train page, {POINTS:,} points, median of {WINDOWS}"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = make_run(Path(folder) / "long")
        browser = open_browser(playwright)
        print(f"| {what} | {measure(Path(folder), run, browser):.0f} ms |", flush=True)
        make_others(Path(folder))
        among = measure(Path(folder), run, browser)
        print(f"| the same, among {OTHERS} other runs | {among:.0f} ms |")
        browser.close()


if __name__ == "__main__":
    main()
