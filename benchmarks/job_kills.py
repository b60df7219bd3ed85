"""What is left when the server or a training is killed (SIGKILL), twenty times at random moments.

    python -m benchmarks.job_kills

Trains the built-in digits from the Train page in a real browser. A killed job is resumed from the
page, after it has said that the job was interrupted; a killed server is started again, and its job
must have gone on meanwhile. After each kill all runs must be there, every file of theirs is read,
and no process may be left that belongs to no job. In the end every run must finish. Needs Debian's
chromium.
"""

import argparse
import os
import random
import re
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.kill_resume import read_everything
from benchmarks.server import Server, open_browser
from cnn.runs import jobs
from cnn.runs.jobs import State
from cnn.runs.process import JOB_ENV, JobFile, is_alive, process_tree
from cnn.runs.run import FOLDER_VARIABLE, all_runs

PATIENCE = 120_000
SERVER, JOB = "server", "job"


class Trainings:
    """Trainings started from the Train page, one after the other.

    Attributes:
        names: Of the runs so far.
    """

    def __init__(self, page: Page, server: Server, epochs: int) -> None:
        """Take an open browser page."""
        self.names: list[str] = []
        self._page = page
        self._server = server
        self._epochs = epochs

    def open(self) -> None:
        """Open the Train page at the last run."""
        run = f"?run={self.names[-1]}" if self.names else ""
        self._page.goto(f"{self._server.address}/Train{run}")
        self._page.locator(".st-key-start button").wait_for(timeout=PATIENCE)

    def keep_busy(self) -> psutil.Process:
        """Have the last run trained on, or begin another one; returns its process."""
        if not self.names or jobs.job(self.names[-1]).state == State.FINISHED:
            self._begin(f"run-{len(self.names) + 1}")
        elif jobs.job(self.names[-1]).state in (State.INTERRUPTED, State.FAILED):
            self._page.get_by_role("button", name="Resume", exact=True).click()
        while (process := JobFile.read(self._folder).process()) is None:
            time.sleep(0.05)
        self._page.get_by_role("button", name="Stop", exact=True).wait_for(timeout=PATIENCE)
        return process

    def wait_until_said(self) -> float:
        """Return the seconds until the page says that the job was interrupted."""
        begin = time.perf_counter()
        said = self._progress.get_by_text(re.compile("^(Interrupted|Failed)"))
        said.wait_for(timeout=PATIENCE)
        return time.perf_counter() - begin

    def go_on_after_restart(self) -> None:
        """Open the page of a server that was started again, which must show the job at work."""
        self.open()
        shown = re.compile("^(Training|Starting|Finished|Paused)")
        self._progress.get_by_text(shown).wait_for(timeout=PATIENCE)

    def finish(self) -> None:
        """Wait until every run has finished."""
        for name in self.names:
            while (state := jobs.job(name).state) != State.FINISHED:
                if state in (State.INTERRUPTED, State.FAILED):
                    jobs.resume(name)
                jobs.advance()
                time.sleep(0.5)

    @property
    def _progress(self) -> Locator:
        return self._page.get_by_test_id("stProgress")

    @property
    def _folder(self) -> Path:
        return Path(os.environ[FOLDER_VARIABLE]) / self.names[-1]

    def _begin(self, name: str) -> None:
        page = self._page
        page.get_by_role("combobox", name="Data").click()
        page.get_by_role("option", name="Built-in digits").click()
        # The settings are another recipe's from here on.
        page.get_by_text("For the few built-in digits").wait_for(timeout=PATIENCE)
        epochs = page.get_by_role("spinbutton", name="Epochs")
        if not epochs.is_visible():
            page.get_by_text("Steps", exact=True).click()
        epochs.fill(str(self._epochs))
        box = page.locator(".st-key-new-name input")
        box.fill(name)
        box.press("Tab")
        page.get_by_role("button", name="Start training", exact=True).click()
        self.names.append(name)


def orphans(folder: Path) -> list[int]:
    """Return the processes that were started for a job in this folder and belong to none now."""
    at_work = [JobFile.read(run.folder).process() for run in all_runs()]
    known = {member.pid for process in at_work if process for member in process_tree(process)}
    left = []
    for process in psutil.process_iter():
        try:
            variables = process.environ()
            is_ours = JOB_ENV in variables and variables.get(FOLDER_VARIABLE) == str(folder)
        except psutil.Error:
            continue
        if is_ours and process.pid not in known and is_alive(process):
            left.append(process.pid)
    return left


def check(folder: Path, names: list[str], found: Counter[str]) -> None:
    """Count lost runs, files that cannot be read, and orphans."""
    lost = set(names) - {run.name for run in all_runs()}
    found["lost runs"] += len(lost)
    for name in set(names) - lost:
        try:
            read_everything(folder / name)
        except Exception as error:
            print(f"{name}: {error!r}", flush=True)
            found["corrupt files"] += 1
    found["orphan processes"] += len(orphans(folder))


def main() -> None:
    """Print what was left as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20, help="default: 20")
    parser.add_argument("--epochs", type=int, default=60, help="of each run; default: 60")
    options = parser.parse_args()
    rng = random.Random(0)
    plan = [(SERVER, JOB)[i % 2] for i in range(options.kills)]
    rng.shuffle(plan)
    kills: Counter[str] = Counter()
    found: Counter[str] = Counter()
    said: list[float] = []
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        os.environ[FOLDER_VARIABLE] = place
        server = Server(Path(place))
        server.start()
        browser = open_browser(playwright)
        trainings = Trainings(browser.new_page(), server, options.epochs)
        try:
            trainings.open()
            while plan:
                process = trainings.keep_busy()
                time.sleep(rng.uniform(0, 12))
                if not is_alive(process):
                    continue  # it has finished meanwhile
                what = plan.pop()
                if what == JOB:
                    process.kill()
                    said.append(trainings.wait_until_said())
                else:
                    server.kill()
                    found["jobs ended with the server"] += not is_alive(process)
                    server.start()
                    trainings.go_on_after_restart()
                kills[what] += 1
                check(Path(place), trainings.names, found)
                print(f"{kills.total()}: {what} killed", flush=True)
            trainings.finish()
            check(Path(place), trainings.names, found)
        finally:
            for name in trainings.names:
                jobs.stop(name)
            server.stop()
            browser.close()
    report(kills, found, said, len(trainings.names))


def report(kills: Counter[str], found: Counter[str], said: list[float], runs: int) -> None:
    """Print the table."""
    print("| | |\n|---|---:|")
    print(f"| kills of the server | {kills[SERVER]} |")
    print(f"| kills of the job | {kills[JOB]} |")
    print(f"| runs, all finished in the end | {runs} |")
    for what in ("lost runs", "corrupt files", "orphan processes", "jobs ended with the server"):
        print(f"| {what} | {found[what]} |")
    if said:
        print(f"| the page says that a job was killed, median | {statistics.median(said):.1f} s |")
        print(f"| the same, longest | {max(said):.1f} s |")


if __name__ == "__main__":
    main()
