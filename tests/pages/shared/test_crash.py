"""What a page says that has failed: nothing of the server's folders."""

import tomllib

from streamlit.testing.v1 import AppTest

from pages.shared import messages
from tests.patience import PATIENCE
from tests.server import APP


def test_a_page_that_fails_says_one_sentence_and_hides_the_rest():
    def script():
        from pages.shared import messages

        assert messages.crash(OSError("/srv/runs: Read-only file system"))

    page = AppTest.from_function(script, default_timeout=PATIENCE).run()
    assert not page.exception
    (said,) = [element.proto.body for element in page.get("html")]
    assert messages.CRASHED.partition("'")[0] in said
    assert "/srv" not in said


def test_the_app_is_served_so_that_nothing_shows_a_traceback():
    settings = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text())
    assert settings["client"]["showErrorDetails"] == "none"
    assert "on_script_error=messages.crash" in APP.read_text()
