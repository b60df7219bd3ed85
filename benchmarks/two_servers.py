"""Two servers on one folder of runs: what one sees of the other, and a proxy before both.

    python -m benchmarks.two_servers

A training that is started on one is followed and stopped on the other, and its network put to use
on both. Then both stand behind nginx, with the very lines of .github/MACHINES.md, and the one is
killed that serves an open page. Needs Debian's chromium and nginx-light, and takes some minutes.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.live import draw
from benchmarks.server import PATIENCE, ROOT, Server, free_port, open_browser, wait_for
from benchmarks.start_and_stop import POINT, PROGRESS, Trainings, wait_for_run
from cnn.data.user_drawings import FOLDER_VARIABLE as DRAWINGS_VARIABLE
from cnn.ink.link import drawing_from_text
from cnn.runs import jobs
from cnn.runs.run import FOLDER_VARIABLE

ROUNDS = 3
# Seconds after which nginx asks a server again that was away.
TRUSTED_AGAIN = 11.0
DOCUMENT = ROOT / ".github" / "MACHINES.md"
SEVEN = {"strokes": [[[60, 50], [200, 50], [110, 240]]]}
# Around the document's lines: nothing is written outside of one folder.
NGINX = """daemon off;
user {user};
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    add_header X-Served-By $upstream_addr always;
{lines}
}}
"""
CONNECTED = "document.querySelector('[data-test-connection-state=CONNECTED]')"
AT_REST = f"{CONNECTED}?.dataset.testScriptState === 'notRunning'"
# Only drawings that the server knows of can be cleared.
KNOWN = "document.querySelector('.st-key-clear button:enabled')"

Seconds = dict[str, list[float]]


def main() -> None:
    """Print the seconds as a Markdown table."""
    seconds: Seconds = defaultdict(list)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        os.environ[FOLDER_VARIABLE] = f"{place}/runs"
        os.environ[DRAWINGS_VARIABLE] = f"{place}/drawings"
        servers = [Server(Path(place) / "runs") for _ in range(2)]
        browser = open_browser(playwright)
        try:
            for server in servers:
                server.start()
            follow(browser, servers, Path(place) / "runs", seconds)
            with proxy(Path(place), servers) as address:
                for _ in range(ROUNDS):
                    lose_server(browser, address, servers, seconds)
        finally:
            for job in jobs.jobs():
                jobs.stop(job.name)
            for server in servers:
                server.stop()
            browser.close()
    report(seconds)


def follow(browser: Browser, servers: list[Server], runs: Path, seconds: Seconds) -> None:
    """Start trainings on one server, follow and stop them on the other, and use their networks."""
    first, second = (browser.new_page() for _ in servers)
    trainings = Trainings(first, servers[0].address, "tutorial")
    for _ in range(ROUNDS):
        name = trainings.start()
        begin = trainings.pressed
        wait_for_run(runs / name)
        second.goto(f"{servers[1].address}/Train?run={name}")
        seen = {
            "Start on one, to “Starting” or “Training” on the other’s page": (
                second, f"/Training|Starting/.test({PROGRESS})"),
            "Start on one, to the first point on its own page": (first, POINT),
            "Start on one, to the first point on the other’s page": (second, POINT),
        }  # fmt: skip
        note(begin, seen, seconds)
        # Stopped in its first steps, a training leaves no network.
        wait_for(second, f"/digits a second/.test({PROGRESS})")
        begin = time.perf_counter()
        second.get_by_role("button", name="Stop", exact=True).click()
        seen = {
            "Stop on the other, to “Stopped …” on its page": (
                second,
                f"/Stopped/.test({PROGRESS})",
            ),
            "Stop on the other, to “Stopped …” on the one’s page": (
                first,
                f"/Stopped/.test({PROGRESS})",
            ),
        }
        note(begin, seen, seconds)
        first.locator(".st-key-use-this-model button").first.click()
        make_default = first.locator(".st-key-make-default button").first
        make_default.wait_for(timeout=1000 * PATIENCE)
        begin = time.perf_counter()
        make_default.click()
        wait_until(partial(is_in_use, servers[1], name))
        seconds["Made the default on one, to `in_use` on the other"].append(since(begin))
        wait_until(partial(has_read, servers[1], name))
        seconds["Made the default on one, to an answer by that network on the other"].append(
            since(begin)
        )
    first.close()
    second.close()


def note(begin: float, seen: Mapping[str, tuple[Page, str]], seconds: Seconds) -> None:
    """Note when pages come to what scripts tell of them, in whatever order.

    Raises:
        TimeoutError: One does not.
    """
    missing = dict(seen)
    while missing:
        for what, (page, script) in tuple(missing.items()):
            if page.evaluate(script):
                seconds[what].append(since(begin))
                del missing[what]
        if since(begin) > PATIENCE:
            raise TimeoutError(f"Not seen: {', '.join(missing)}")
        next(iter(seen.values()))[0].wait_for_timeout(10)


def lose_server(browser: Browser, address: str, servers: list[Server], seconds: Seconds) -> None:
    """Draw at the proxy, kill the server that has the page, and go on drawing at the other."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    page.locator("canvas.upper-canvas").wait_for()
    draw(page, 0)
    wait_for(page, f"{AT_REST} && {KNOWN} && location.search.includes('ink=')")
    serving = next(server for server in servers if server.address == server_of(page, address))
    begin = time.perf_counter()
    serving.kill()
    wait_for(page, f"!({CONNECTED})")
    wait_for(page, CONNECTED)
    seconds["A server is killed, to its page being at the other"].append(since(begin))
    wait_for(page, f"!({AT_REST})")
    wait_for(page, f"{AT_REST} && {KNOWN}")
    seconds["A server is killed, to its page at rest there, with its drawing"].append(since(begin))
    draw(page, 1)
    wait_until(lambda: strokes(page) == 2)
    if server_of(page, address) == serving.address:
        raise RuntimeError("The page is at the server that was killed.")
    page.context.close()
    serving.start()
    time.sleep(TRUSTED_AGAIN)


def strokes(page: Page) -> int:
    """Return how many strokes the server knows of: it has put them into the address."""
    page.wait_for_timeout(10)
    return len(drawing_from_text(page.evaluate("location.href").partition("ink=")[2]))


def server_of(page: Page, address: str) -> str:
    """Return the address of the server that the proxy lets a page ask."""
    answer = page.request.get(f"{address}/_stcore/health")
    # Of several that were tried, the last one.
    return f"http://{answer.headers['x-served-by'].split(', ')[-1]}"


@contextmanager
def proxy(place: Path, servers: list[Server]) -> Iterator[str]:
    """Run nginx before the servers, with the lines of the document; yield its address.

    Raises:
        RuntimeError: nginx is not installed, or does not start.
    """
    command = shutil.which("nginx")
    if command is None:
        raise RuntimeError("nginx is not installed: on Debian, “apt install nginx-light”.")
    port = free_port()
    hosts = iter(server.address.removeprefix("http://") for server in servers)
    lines = re.search(r"^```nginx\n(.*?)^```", DOCUMENT.read_text(), re.M | re.S)
    assert lines is not None
    text = re.sub(r"192\.168\.1\.\d+:8501", lambda _: next(hosts), lines[1])
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
    # Where it is started by root, its workers are another user's, who may not write there.
    user, group = place.owner(), place.group()
    settings = place / "nginx.conf"
    settings.write_text(NGINX.format(folder=place, user=f"{user} {group}", lines=text))
    running = subprocess.Popen([command, "-e", f"{place}/error.log", "-c", settings])
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(address))
        yield address
    finally:
        running.terminate()
        running.wait()


def answers(address: str) -> bool:
    """Whether something answers at an address."""
    with suppress(OSError):
        return bool(asked(f"{address}/_stcore/health", parse=bytes))
    return False


def is_in_use(server: Server, name: str) -> bool:
    """Whether a server reads with this network if none is asked for."""
    networks = asked(f"{server.address}/api/networks")["networks"]
    return any(each["in_use"] and each["name"] == name for each in networks)


def has_read(server: Server, name: str) -> bool:
    """Whether a seven is read with this network if none is asked for."""
    answer = asked(f"{server.address}/api/read", json.dumps(SEVEN).encode())
    return bool(answer["network"] == name)


def asked(
    address: str, body: bytes | None = None, parse: Callable[[bytes], Any] = json.loads
) -> Any:
    """Ask for what lies at an address, sending JSON if there is any."""
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return parse(answer.read())


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: It never is.
    """
    begin = time.perf_counter()
    while not is_so():
        if since(begin) > PATIENCE:
            raise TimeoutError("What was waited for does not come.")
        time.sleep(0.01)


def since(begin: float) -> float:
    """Return the seconds since then."""
    return time.perf_counter() - begin


def report(seconds: Seconds) -> None:
    """Print what was waited for as a Markdown table."""
    print("| | times | median | longest |\n|---|---:|---:|---:|")
    for what, each in seconds.items():
        print(f"| {what} | {len(each)} | {statistics.median(each):.2f} s | {max(each):.2f} s |")


if __name__ == "__main__":
    main()
