"""What only a real browser shows of the Filters page: its address, pictures as buttons, width."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# The last thing the page draws.
LAST = ".excited .pictures >> nth=1"


def test_a_filters_address_opens_it_and_a_click_on_another_changes_the_address(open_page):
    page = open_page("/Filters?layer=conv2&filter=9", ready=LAST)
    expect(page.get_by_role("heading", name="Layer 2, filter 9")).to_be_visible()
    page.get_by_role("radio", name="Filter 12", exact=True).click()
    expect(page.get_by_role("heading", name="Layer 2, filter 12")).to_be_visible()
    expect(page).to_have_url(re.compile("layer=conv2&filter=12$"))


def test_the_first_view_has_the_choice_the_weights_and_what_excites_the_filter(open_page):
    page = open_page("/Filters", ready=LAST, viewport={"width": 1280, "height": 900})
    for name in (".st-key-filters-faces", "table[aria-label^='Weights of filter']", ".excited"):
        place = page.locator(name).first.bounding_box()
        assert place["y"] + min(place["height"], 350) <= 900, name


def test_pictures_follow_the_place_where_they_stand_without_the_server(open_page):
    page = open_page("/Filters", ready=LAST, color_scheme="light")
    face = page.get_by_role("radio", name="Filter 0", exact=True).locator("img")
    light = face.screenshot()
    page.evaluate("document.querySelector('.stApp').style.colorScheme = 'dark'")
    assert face.screenshot() != light
    page.evaluate("document.querySelector('.stApp').style.colorScheme = 'light'")
    assert face.screenshot() == light


def test_a_phone_shows_everything_in_one_column_with_nothing_cut_off(open_page):
    page = open_page(
        "/Filters", ready=LAST, viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    for box in page.locator(".weights, .digit-picture, .st-key-filters-faces button").all():
        place = box.bounding_box()
        if place is None:
            continue
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 390
    face = page.get_by_role("radio", name="Filter 0", exact=True).bounding_box()
    assert min(face["width"], face["height"]) >= 24
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
