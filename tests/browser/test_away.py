"""A server that is away: what is drawn meanwhile is read, and kept when it answers again."""

import pytest
from playwright.sync_api import expect

from benchmarks.server import Server
from tests.browser.test_draw import draw, points_of, press, sentence, strokes_known
from tests.patience import wait_until

pytestmark = pytest.mark.browser

# Notes Streamlit's dialog, which lies over the page.
WATCH = """() => {
  window.dialogs = 0;
  new MutationObserver(() => {
    if (document.querySelector('.stDialog')) window.dialogs += 1;
  }).observe(document.body, { childList: true });
}"""
LINE = "The server does not answer"


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


def test_strokes_drawn_while_the_server_is_away_are_read_at_once_and_kept_later(server, chromium):
    page = chromium.new_context().new_page()
    page.goto(server.address)
    page.locator("canvas.upper-canvas").wait_for()
    draw(page, points_of(7))
    expect(page.locator(".digit")).to_have_text("7")
    press(page, "clear")
    expect(sentence(page)).to_contain_text("Draw a digit")
    first, second = points_of(4)
    draw(page, [first])
    page.wait_for_url("**ink=*")
    page.evaluate(WATCH)
    server.kill()
    expect(page.get_by_text(LINE)).to_be_visible()
    wait_until(lambda: page.evaluate("window.dialogs > 0"))
    draw(page, [second])
    expect(page.locator(".digit")).to_have_text("4")
    server.start()
    expect(page.get_by_text(LINE)).to_be_hidden()
    wait_until(lambda: strokes_known(page) == 2)
    expect(page.locator(".digit")).to_have_text("4")
    press(page, "undo")
    wait_until(lambda: strokes_known(page) == 1)
    page.context.close()
