"""By which names the server is reached, and from whose pages."""

import pytest
from streamlit import config

from pages.server import origin


@pytest.fixture
def setting(monkeypatch):
    """Set Streamlit's options as its command line does."""
    before = {}

    def set_option(name, value):
        before[name] = config.get_option(name)
        config._set_option(name, value, "command-line argument")

    yield set_option
    for name, value in before.items():
        config._set_option(name, value, config.ConfigOption.DEFAULT_DEFINITION)


def test_names_in_the_settings_are_known(setting):
    setting("browser.serverAddress", "Digits.School.example")
    setting("server.corsAllowedOrigins", ["https://other.example:444"])
    assert origin.is_known("digits.school.example")
    assert origin.is_known("other.example")
    assert not origin.is_known("school.example")


@pytest.mark.parametrize(
    ("page", "host", "expected"),
    [
        ("http://localhost:8501", "localhost:8501", True),
        ("https://192.168.1.5", "192.168.1.5", True),
        ("http://Room7.lan:8501", "room7.lan:8501", True),
        # Another server of this machine is another site.
        ("http://localhost:3000", "localhost:8501", False),
        ("http://127.0.0.1:8501", "localhost:8501", False),
        ("http://b.example", "localhost:8501", False),
        ("http://b.example/localhost:8501", "localhost:8501", False),
        ("http://localhost:8501@b.example", "localhost:8501", False),
        ("null", "localhost:8501", False),
        ("null", "", False),
        ("", "", False),
        ("http://[", "localhost:8501", False),
    ],
)
def test_a_page_may_connect_to_where_it_came_from_alone(page, host, expected):
    assert origin.is_own(page, host) is expected


def test_behind_a_proxy_the_pages_of_the_settings_may_connect(setting):
    assert not origin.is_own("https://digits.school.example", "localhost:8501")
    setting("browser.serverAddress", "digits.school.example")
    assert origin.is_own("https://digits.school.example", "localhost:8501")
    setting("server.corsAllowedOrigins", ["https://other.example"])
    assert origin.is_own("https://other.example", "localhost:8501")
    assert not origin.is_own("https://other.example:8443", "localhost:8501")
