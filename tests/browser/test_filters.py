"""What only a real browser shows of the Filters page: its address, pictures as buttons, width."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# The last thing the page draws.
LAST = ".then-now img[alt='The image made'] >> nth=1"


def test_a_filters_address_opens_it_and_a_click_on_another_changes_the_address(open_page):
    page = open_page("/Filters?layer=conv2&filter=9", ready=LAST)
    expect(page.get_by_role("heading", name="Layer 2, filter 9")).to_be_visible()
    page.get_by_role("radio", name="Filter 12", exact=True).click()
    expect(page.get_by_role("heading", name="Layer 2, filter 12")).to_be_visible()
    expect(page).to_have_url(re.compile("layer=conv2&filter=12$"))


def test_a_phone_shows_everything_in_one_column_with_nothing_cut_off(open_page):
    page = open_page(
        "/Filters", ready=LAST, viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    for place in (box.bounding_box() for box in page.locator(".then-now, .pictures img").all()):
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 390
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
