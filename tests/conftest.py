"""What all tests share: `mnist` and `browser` tests skip, with the reason, where these lack."""

import shutil

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("chromium") is None:
        skip_browser = pytest.mark.skip(reason="chromium is not installed")
        for item in items:
            if "browser" in item.keywords:
                item.add_marker(skip_browser)
