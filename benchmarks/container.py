"""The container without Docker: what its files take, and what its server takes of the memory.

    python -m benchmarks.container [--folder FOLDER]

Does what the Dockerfile says in a plain folder, with this Python: its build stage's commands on
the files that .dockerignore lets through, then its server with its environment, asked by its own
health check. What the Dockerfile installs by `apt-get` must be there. Memory is the proportional
set size of the server and of all that it has started: what processes share is counted once.

Needs Debian's chromium, and MNIST's files for the last row. About 3 GB go into the folder; a FOLDER
that is named is kept, and what was built in it is not built again.
"""

import argparse
import fnmatch
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from pathlib import Path

import psutil
import requests
from playwright.sync_api import Page, sync_playwright

from benchmarks.server import PATIENCE, ROOT, free_port, open_browser, wait_for
from cnn.data.mnist import mnist_folder, mnist_is_available

# Folders and the port in the image.
PLACE, DATA, PORT = "/digitscope", "/data", "8501"
LARGEST = 10
SEVEN = {"strokes": [[[60, 80], [220, 80], [130, 250]]]}
# Seconds that each state is watched, a training, and between two looks.
WATCHED, TRAINED, BETWEEN = 15.0, 45.0, 0.1
SETTLED = "document.querySelector('[data-test-script-state=notRunning]')"


@dataclass(frozen=True)
class Stage:
    """A stage of a Dockerfile: its instructions, such as ("RUN", "pip install …"), in order."""

    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all_of(self, word: str) -> list[str]:
        """Return what follows this word, as often as it comes."""
        return [rest for found, rest in self.instructions if found == word]

    def command(self, word: str) -> list[str]:
        """Return the command that a CMD or HEALTHCHECK gives as a list."""
        (rest,) = self.all_of(word)
        found: list[str] = json.loads(rest[rest.index("[") :])
        return found

    def environment(self) -> dict[str, str]:
        """Return what is set for all that runs here."""
        pairs = (pair for rest in self.all_of("ENV") for pair in shlex.split(rest))
        return dict(pair.split("=", 1) for pair in pairs)


def stages() -> list[Stage]:
    """Read the Dockerfile."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    text = "\n".join(line for line in lines if line and not line.startswith("#"))
    found: list[Stage] = []
    for line in text.replace("\\\n", "").splitlines():
        word, rest = line.split(maxsplit=1)
        if word == "FROM":
            found.append(Stage())
        found[-1].instructions.append((word, rest))
    return found


def is_sent(path: Path) -> bool:
    """Whether .dockerignore lets a file through, of which the path in the repository is given."""
    names = [str(each) for each in (path, *path.parents)]
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    found = True
    for line in lines:
        if line and not line.startswith("#") and fnmatch.filter(names, line.removeprefix("!")):
            found = line.startswith("!")
    return found


def sent_files() -> list[Path]:
    """Return the files of the repository that a build is given."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    return [path for path in map(Path, listed.rstrip("\0").split("\0")) if is_sent(path)]


class Container:
    """What the image would hold, in a folder; and its server.

    Attributes:
        address: Where the server's pages are.
    """

    def __init__(self, folder: Path, volume: Path) -> None:
        """Take a folder for what it holds, and an empty one for what its server keeps."""
        self._code = folder / PLACE.strip("/")
        self._volume = volume
        self._build, self._final = stages()
        self._port = str(free_port())
        self.address = f"http://127.0.0.1:{self._port}"

    def is_built(self) -> bool:
        """Whether it was built in before."""
        return self._code.is_dir()

    def build(self) -> None:
        """Do what the build stage says, except for what concerns the system.

        Raises:
            CalledProcessError: A command fails.
        """
        self._code.mkdir(parents=True)
        # Of this Python, whose environment is no part of the image's.
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {**os.environ, **self._build.environment(), "PATH": path}
        environment.pop("PYTHONPATH", None)
        for word, rest in self._build.instructions:
            if word == "COPY":
                *sources, target = rest.split()
                for source in sources:
                    self._copy(Path(source), target)
            elif word == "RUN" and not rest.startswith("apt-get"):
                print(f"$ {' '.join(rest.split())}", file=sys.stderr)
                command = ["sh", "-c", rest]
                subprocess.run(command, cwd=self._code, env=environment, check=True, stdout=2)

    def _copy(self, source: Path, target: str) -> None:
        for file in sent_files():
            if file.is_relative_to(source):
                name = file.name if file == source else file.relative_to(source)
                place = self._code / target / name
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / file, place)

    @contextmanager
    def served(self) -> Iterator[psutil.Process]:
        """Serve, and yield the server's process once it is healthy."""
        command = [word if word != PORT else self._port for word in self._final.command("CMD")]
        log = self._volume / "log.txt"
        with log.open("w") as out:
            process = subprocess.Popen(
                ["/usr/bin/env", *command],
                cwd=self._code,
                env=self.environment(),
                stdout=out,
                stderr=out,
            )
        begin = time.monotonic()
        try:
            while not self._is_healthy():
                if process.poll() is not None or time.monotonic() - begin > PATIENCE:
                    raise RuntimeError(f"The server did not start:\n{log.read_text()}")
                time.sleep(0.1)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()
        if "Traceback" in log.read_text():
            raise RuntimeError(log.read_text())

    def _is_healthy(self) -> bool:
        check = [word.replace(PORT, self._port) for word in self._final.command("HEALTHCHECK")]
        # What the server does not yet answer is told on standard error.
        return not subprocess.run(
            ["/usr/bin/env", *check],
            cwd=self._code,
            env=self.environment(),
            check=False,
            stderr=subprocess.DEVNULL,
        ).returncode

    def environment(self) -> dict[str, str]:
        """Return the environment of the image, with this folder's places."""
        names = {
            name: value.replace("$PATH", os.environ["PATH"])
            .replace(PLACE, str(self._code))
            .replace(DATA, str(self._volume))
            for name, value in self._final.environment().items()
        }
        return {"LANG": "C.UTF-8", **names}

    def fetch_mnist(self) -> None:
        """Put MNIST where the server would download it to."""
        place = Path(self.environment()["XDG_CACHE_HOME"]) / "digitscope" / "mnist"
        shutil.copytree(mnist_folder(), place, dirs_exist_ok=True)

    def sizes(self) -> Counter[str]:
        """Return what lies in the folder by the package that it is of, in bytes."""
        copied = [rest.split()[-2] for rest in self._final.all_of("COPY")]
        roots = [self._code / Path(each).relative_to(PLACE) for each in copied]
        files = {file for root in roots for file in root.rglob("*") if is_plain(file)}
        taken: Counter[str] = Counter()
        for found in distributions(path=[str(place) for root in roots for place in packages(root)]):
            own = files_of(found) & files
            taken[found.metadata["Name"]] += size_of(own)
            files -= own
        taken["the rest"] = size_of(files)
        return taken


def packages(root: Path) -> list[Path]:
    """Return where packages lie: in an environment, or in the folder itself."""
    return [*root.glob("lib/python*/site-packages")] or [root]


def is_plain(file: Path) -> bool:
    """Whether a file is one, and no link."""
    return file.is_file() and not file.is_symlink()


def files_of(found: Distribution) -> set[Path]:
    """Return the files of a package; those that Python has compiled are among them."""
    return {Path(os.path.normpath(str(found.locate_file(file)))) for file in found.files or ()}


def size_of(files: set[Path]) -> int:
    """Return what files take, in bytes."""
    return sum(file.stat().st_size for file in files)


def memory(server: psutil.Process) -> float:
    """Return the megabytes that a server and what it has started take."""
    total = 0
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total / 1e6


def most_memory(server: psutil.Process, seconds: float) -> float:
    """Return the megabytes that it takes at most, for so long from now on."""
    end = time.monotonic() + seconds
    most = 0.0
    while time.monotonic() < end:
        most = max(most, memory(server))
        time.sleep(BETWEEN)
    return most


def show(address: str, page: Page, path: str) -> None:
    """Open a page, and wait until it has settled."""
    page.goto(f"{address}/{path}")
    wait_for(page, SETTLED)


def start_training(address: str, page: Page) -> None:
    """Press Start on the Train page, which proposes MNIST, and else the built-in digits."""
    show(address, page, "Train")
    button = page.get_by_role("button", name="Start training", exact=True)
    button.wait_for()
    button.click()


def states(container: Container, server: psutil.Process, page: Page) -> Iterator[tuple[str, float]]:
    """Bring a server from one state to the next; yields which, and for how long to watch it."""
    yield "started, no page open", WATCHED
    show(container.address, page, "")
    yield "a Draw page open, the network loaded", WATCHED
    address = f"{container.address}/api/read"
    requests.post(address, json=SEVEN, timeout=PATIENCE).raise_for_status()
    yield "a digit read for a program", WATCHED
    start_training(container.address, page)
    yield "a network trained beside, on the built-in digits", TRAINED
    if mnist_is_available():
        while server.children():
            time.sleep(1)
        container.fetch_mnist()
        start_training(container.address, page)
        yield "the same on MNIST, by the tutorial's recipe", TRAINED


def report_sizes(taken: Counter[str]) -> None:
    """Print the first table."""
    rest = taken.pop("the rest")
    largest = taken.most_common(LARGEST)
    rest += taken.total() - sum(size for _, size in largest)
    print("| of the image, without Debian and Python | MB |\n|---|---:|")
    for name, size in [*largest, ("the rest", rest)]:
        print(f"| {name} | {size / 1e6:,.0f} |")
    print(f"| all | {(rest + sum(size for _, size in largest)) / 1e6:,.0f} |\n")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="default: one that is removed at the end")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as place,
        tempfile.TemporaryDirectory() as volume,
        sync_playwright() as playwright,
    ):
        container = Container((options.folder or Path(place)).absolute(), Path(volume))
        if not container.is_built():
            container.build()
        report_sizes(container.sizes())
        browser = open_browser(playwright)
        page = browser.new_page()
        print("| memory in use, at most | MB |\n|---|---:|")
        with container.served() as server:
            for state, seconds in states(container, server, page):
                print(f"| {state} | {most_memory(server, seconds):,.0f} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
