"""What only a real browser shows of comparing: a kept drawing beside a new one, links, width."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.ink.link import text_from_strokes
from tests.browser.test_draw import draw, points_of, press

pytestmark = pytest.mark.browser

INK = text_from_strokes([np.array([[70.0, 70.0], [230.0, 70.0], [130.0, 270.0]])])


def open_compare(open_page, **context):
    page = open_page(f"/Layers?ink={INK}", **context)
    page.locator(".st-key-more").get_by_text("Compare").click()
    expect(page.locator(".comparison .digit")).to_have_count(2)
    return page


def test_a_kept_drawing_stays_beside_the_next_and_the_maps_that_differ_are_a_click_away(open_page):
    page = open_compare(open_page)
    page.get_by_role("button", name="Keep this drawing to compare").click()
    expect(page.get_by_text("This drawing is kept.")).to_be_visible()
    press(page, "clear")
    expect(page.get_by_text("No drawing yet")).to_be_visible()
    draw(page, points_of(1))
    expect(page.locator(".comparison .digit")).to_have_text(["7", "1"])
    link = page.locator(".comparison .about a").last
    name = link.inner_text()
    with page.context.expect_page() as opened:
        link.click()
    other = opened.value
    expect(other.locator(".title")).to_have_text(re.compile(f"Pooled 2, {name.lower()}, row"))
    expect(other.locator(".digit").first).to_have_text("1")


def test_a_phone_shows_both_sides_with_nothing_cut_off(open_page):
    page = open_compare(open_page, viewport={"width": 390, "height": 844}, color_scheme="dark")
    for part in page.locator(".comparison img, .comparison table").all():
        place = part.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 390
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
