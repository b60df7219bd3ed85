"""The first minute: ten digits below the empty canvas, and the cards that lead on."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.still import wait_until_still
from tests.browser.test_draw import box, draw
from tests.patience import wait_until

pytestmark = pytest.mark.browser

# The reader has looked at what is drawn, and follows the pen from now on.
FOLLOWS = "document.documentElement.style.getPropertyValue('--picture')"
# The smallest that a finger meets, in pixels.
FINGER = 40


def test_a_digit_far_below_on_a_phone_is_read_in_view_and_ink_hides_the_others(open_page):
    page = open_page(ready="#try-9", viewport={"width": 280, "height": 653})
    for digit in range(10):
        place = page.get_by_role("button", name=f"Try this {digit}").bounding_box()
        assert min(place["width"], place["height"]) >= FINGER
        assert place["x"] + place["width"] <= 280
    page.get_by_role("button", name="Try this 4").click()
    expect(page.locator(".sentence")).to_have_text(re.compile("Reads as 4"))
    wait_until_still(page)
    assert box(page)["y"] >= 0
    for part in (".answer .digit", ".answer .bars"):
        expect(page.locator(part)).to_be_in_viewport(ratio=0.9)
    expect(page.get_by_role("button", name="Try this 4")).to_have_count(0)


def test_maps_take_the_digits_place_while_the_pen_is_still_down(open_page):
    page = open_page(ready="#try-9")
    first = page.get_by_role("button", name="Try this 0")
    expect(first).to_be_visible()
    # Whoever draws before the page follows the pen is read when the pen is lifted.
    wait_until(lambda: page.evaluate(FOLLOWS))
    corner = box(page)
    page.mouse.move(corner["x"] + 160, corner["y"] + 60)
    page.mouse.down()
    page.mouse.move(corner["x"] + 150, corner["y"] + 260, steps=9)
    expect(first).to_be_hidden()
    expect(page.locator(".st-key-live-strip")).to_have_css("opacity", "1")
    page.mouse.up()


def test_a_cards_picture_leads_on_with_the_drawing(open_page):
    page = open_page(ready=".st-key-way-inside img")
    draw(page, [np.array([[160.0, 60.0], [160.0, 260.0]])])
    expect(page).to_have_url(re.compile("ink="))
    page.locator(".st-key-way-inside img").click(force=True)
    expect(page).to_have_title(re.compile("^Layers"))
    expect(page.locator(".answer .digit")).to_have_text("1")
