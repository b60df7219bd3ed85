"""What all tests share: `mnist` and `browser` tests skip, with the reason, where these lack."""

import shutil

import pytest

from cnn.mnist import FOLDER_VARIABLE, mnist_folder, mnist_is_available


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("chromium") is None:
        _skip(items, "browser", "chromium is not installed")
    if not mnist_is_available():
        reason = f"MNIST is not in {mnist_folder()}; set ${FOLDER_VARIABLE} to where it is"
        _skip(items, "mnist", reason)


def _skip(items: list[pytest.Item], mark: str, reason: str) -> None:
    for item in items:
        if mark in item.keywords:
            item.add_marker(pytest.mark.skip(reason=reason))
