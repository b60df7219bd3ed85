"""A server of the app, a real Chromium, and pages that fail on any error shown."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from benchmarks.server import ROOT, open_browser
from cnn.data.user_drawings import FOLDER_VARIABLE as DRAWINGS
from cnn.runs.run import FOLDER_VARIABLE as RUNS
from tests.patience import PATIENCE
from tests.server import serve

# In milliseconds; the library's own 5 seconds are a fast machine's.
TIMEOUT = 1000 * PATIENCE
expect.set_options(timeout=TIMEOUT)


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """The runs and drawings of that app: nothing is there that other tests have left."""
    return {name: str(tmp_path_factory.mktemp("app")) for name in (RUNS, DRAWINGS)}


@pytest.fixture(scope="session")
def server(tmp_path_factory, folders):
    """Address of a running app."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            for name, folder in folders.items():
                patch.setenv(name, folder)
            address = stack.enter_context(serve(tmp_path_factory.mktemp("server") / "log.txt"))
        yield address


@pytest.fixture(autouse=True)
def looks_where_the_app_does(folders, monkeypatch):
    for name, folder in folders.items():
        monkeypatch.setenv(name, folder)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture
def open_page(server, chromium: Browser, request):
    """Open the app; the test fails if the browser's console shows an error or warning."""
    opened, complaints = [], []

    def open_page(path="/", ready="canvas.upper-canvas", **context):
        page = chromium.new_context(**context).new_page()
        page.context.set_default_timeout(TIMEOUT)
        opened.append(page)
        page.on(
            "console", lambda message: complaints.append(message.text) if _is_bad(message) else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda failed: complaints.append(failed.url))
        page.goto(server + path)
        page.locator(ready).first.wait_for()
        return page

    yield open_page
    if request.node.stash.get(FAILED, False):
        folder = Path(os.environ.get("TEST_RESULTS", ROOT / "test-results"))
        folder.mkdir(exist_ok=True)
        for i, page in enumerate(opened):
            page.screenshot(path=folder / f"{request.node.name}-{i}.png", full_page=True)
    for page in opened:
        page.context.close()
    assert complaints == []


def _is_bad(message):
    return message.type in {"error", "warning"}


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report
