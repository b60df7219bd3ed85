"""What only a real browser shows of teaching one's hand: a click that keeps, and nothing jumps."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.data.user_drawings import collection
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
    page.get_by_role("link", name="Train", exact=True).click()
    face = page.get_by_role("button", name=re.compile(r"Drawing 1: 4, read as 7"))
    expect(face).to_be_visible()
    face.click()
    page.locator(".st-key-yours-delete button").click()
    expect(page.get_by_text("1 deleted.")).to_be_visible()
    expect(face).to_have_count(0)


def test_what_is_drawn_while_the_last_drawing_is_kept_begins_the_next_one(open_page):
    before = len(collection().drawings)
    page = open_page()
    page.get_by_role("button", name="Draw ten to teach it").click()
    page.locator(".st-key-lesson-digits").get_by_text("7", exact=True).click()
    page.get_by_text("Draw a 7").wait_for()
    for left in (9, 8):
        bar = np.array([[80.0, 160.0], [200.0, 160.0]])
        draw(page, [*points_of(7, left=10 * left), bar])
        # The server is asked to keep it: from now on the pen's strokes wait.
        expect(page.locator(".rest-place.resting")).to_have_count(0)
        if left == 8:
            expect(page.get_by_text("8 more")).to_be_visible()
    kept = collection().drawings[before:]
    assert [len(one.drawing.strokes) for one in kept] == [2, 2]
    for left in (9, 10):
        page.locator(".st-key-lesson-undo button").click()
        expect(page.get_by_text(f"{left} more")).to_be_visible()
    assert len(collection().drawings) == before
