"""What all tests share: `mnist` and `browser` tests skip, with the reason, where these lack."""

import shutil
from collections.abc import Iterator

import pytest

from cnn.mnist import FOLDER_VARIABLE, mnist_folder, mnist_is_available
from cnn.runs import FOLDER_VARIABLE as RUNS_VARIABLE


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("chromium") is None:
        _skip(items, "browser", "chromium is not installed")
    if not mnist_is_available():
        reason = f"MNIST is not in {mnist_folder()}; set ${FOLDER_VARIABLE} to where it is"
        _skip(items, "mnist", reason)


@pytest.fixture(autouse=True, scope="session")
def no_runs_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests away from the runs, and the choice of a model, of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RUNS_VARIABLE, str(tmp_path_factory.mktemp("runs")))
        yield


def _skip(items: list[pytest.Item], mark: str, reason: str) -> None:
    for item in items:
        if mark in item.keywords:
            item.add_marker(pytest.mark.skip(reason=reason))
