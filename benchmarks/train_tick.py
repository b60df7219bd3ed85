"""What the Train page costs the server while a network is trained: processor time a tick.

    python -m benchmarks.train_tick

Makes a run of 10,000 points that grows twice a second, opens the page in a real browser, and takes
the server's processor time over one-second windows, each of which holds one tick; the idle server's
is subtracted. Needs Debian's chromium.
"""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import sync_playwright

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
            run.save_filters(epoch, {"conv1": rng.normal(size=(5, 5, 1, 32)).astype(np.float32)})
            history.save_readings(run, epoch, readings)
            accuracy = 1 - 1 / (epoch + 4)
            run.append(event="epoch", epoch=epoch, step=step, loss=0.1, training_accuracy=0.97,
                       validation_accuracy=accuracy, test_accuracy=accuracy,
                       seconds=10.0)  # fmt: skip
    JobFile.of_process(psutil.Process()).write(run.folder)
    return run


def add_step(run: Run, step: int, rng: np.random.Generator) -> None:
    """Add one more point."""
    cost = 2.3 / (1 + step / 200) * float(np.exp(rng.normal(0, 0.2)))
    run.append(event="step", step=step, loss=cost, accuracy=max(0.1, 1 - cost / 2.5),
               digits_per_second=5000.0, seconds_left=60.0)  # fmt: skip


def processor_ms(process: psutil.Process) -> float:
    """Return the processor time that all threads of a process have taken so far."""
    tasks = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


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


def main() -> None:
    """Print the time as a Markdown table."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = make_run(Path(folder) / "long")
        browser = open_browser(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        server = Server(Path(folder))
        server.start()
        try:
            process = psutil.Process(server.process.pid)
            page.goto(f"{server.address}/Train")
            page.locator(".st-key-slot-0-run-accuracy .main-svg").first.wait_for(timeout=120_000)
            page.wait_for_timeout(20_000)
            ticks = windows(process, run, WINDOWS)
            page.goto("about:blank")
            page.wait_for_timeout(3_000)
            idle = windows(process, None, 10)
        finally:
            server.stop()
        browser.close()
    tick = statistics.median(ticks) - statistics.median(idle)
    print("| | processor time |\n|---|---:|")
    what = f"server, a tick of the Train page, {POINTS:,} points, median of {WINDOWS}"
    print(f"| {what} | {tick:.0f} ms |")


if __name__ == "__main__":
    main()
