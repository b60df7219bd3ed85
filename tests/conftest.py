"""What all tests share: `mnist` and `browser` tests skip, with the reason, where these lack."""

import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from cnn.data.mnist import FOLDER_VARIABLE, mnist_folder, mnist_is_available
from cnn.data.user_drawings import FOLDER_VARIABLE as DRAWINGS_VARIABLE
from cnn.explain.map_store import FOLDER_VARIABLE as MAPS_VARIABLE
from cnn.runs.run import FOLDER_VARIABLE as RUNS_VARIABLE

if TYPE_CHECKING:
    from tests.paper import Paper

# A slow machine is no failure: no example has a deadline, nor has making them.
settings.register_profile(
    "anywhere", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("anywhere")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("chromium") is None:
        _skip(items, "browser", "chromium is not installed")
    if not mnist_is_available():
        reason = f"MNIST is not in {mnist_folder()}; set ${FOLDER_VARIABLE} to where it is"
        _skip(items, "mnist", reason)


@pytest.fixture(autouse=True, scope="session")
def nothing_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests away from the runs, the model, the drawings, maps and locks of who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RUNS_VARIABLE, str(tmp_path_factory.mktemp("runs")))
        patch.setenv(DRAWINGS_VARIABLE, str(tmp_path_factory.mktemp("drawings")))
        patch.setenv(MAPS_VARIABLE, str(tmp_path_factory.mktemp("maps")))
        patch.delenv("CNN_TRAINING", raising=False)
        patch.delenv("CNN_OWNER_PASSWORD", raising=False)
        # Streamlit is for the tests of pages alone: they have imported it by now.
        if "streamlit" in sys.modules:
            sys.modules["streamlit"].config.set_option("secrets.files", [])
        yield


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> "Paper":
    """Put a paper in the place of the canvas, which needs a browser."""
    # Streamlit is for the tests of pages alone.
    from pages.draw import canvas
    from tests.paper import Paper

    paper = Paper()
    monkeypatch.setattr(canvas, "ask", paper.ask)
    monkeypatch.setattr(canvas, "held", lambda: list(paper.objects))
    monkeypatch.setattr(canvas, "remember", paper.remember)
    # A browser that was closed, or that left the page, remembers nothing.
    monkeypatch.setattr(canvas, "given_before", lambda: None)
    return paper


def _skip(items: list[pytest.Item], mark: str, reason: str) -> None:
    for item in items:
        if mark in item.keywords:
            item.add_marker(pytest.mark.skip(reason=reason))
