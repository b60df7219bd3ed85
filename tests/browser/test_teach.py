"""What only a real browser shows of teaching one's hand: a click that keeps, and nothing jumps."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_draw import draw, points_of

pytestmark = pytest.mark.browser


def top(page, selector):
    return page.locator(selector).first.bounding_box()["y"]


def test_a_drawing_is_named_kept_and_there_after_a_reload_and_nothing_jumps(open_page):
    page = open_page()
    page.locator(".strip").wait_for()
    empty = top(page, ".st-key-tools"), top(page, ".answer"), top(page, ".strip")
    draw(page, points_of(7, left=90))
    expect(page.locator(".digit")).to_have_text("7")
    expect(page.get_by_text("Drawing alone never trains the network")).to_be_visible()
    expect(page.locator(".strip canvas")).to_have_count(5)
    page.get_by_role("radio", name="4", exact=True).click()
    expect(page.get_by_text(re.compile("^Kept as 4"))).to_be_visible()
    assert (top(page, ".st-key-tools"), top(page, ".answer"), top(page, ".strip")) == empty

    page.reload()
    page.locator("canvas.upper-canvas").wait_for()
    page.get_by_role("link", name="Train").click()
    face = page.get_by_role("button", name=re.compile(r"Drawing 1: 4, read as 7"))
    expect(face).to_be_visible()
    face.click()
    page.locator(".st-key-yours-delete button").click()
    expect(page.get_by_text("1 deleted.")).to_be_visible()
    expect(face).to_have_count(0)
