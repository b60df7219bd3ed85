"""What only a real browser shows of what matters: maps as switches, keys, width."""

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.ink.link import text_from_strokes

pytestmark = pytest.mark.browser

INK = text_from_strokes([np.array([[70.0, 70.0], [230.0, 70.0], [130.0, 270.0]])])


def open_matters(open_page, **context):
    page = open_page(f"/Layers?ink={INK}", **context)
    page.locator(".st-key-more").get_by_text("What matters").click()
    expect(page.locator(".accuracy")).to_contain_text("read right")
    return page


def test_a_map_is_a_switch_for_mouse_and_keyboard(open_page):
    page = open_matters(open_page)
    switch = page.get_by_role("toolbar", name="Layer 1").get_by_role("button", name="3", exact=True)
    state = page.locator(".answers th[scope=col]").last
    assert switch.evaluate("e => getComputedStyle(e).backgroundImage").startswith('url("data:image')
    switch.click()
    expect(state).to_have_text("One filter off")
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".accuracy")).to_contain_text("→")
    switch.press("Space")
    expect(state).to_have_text("No filter off")


def test_a_phone_shows_all_of_it_with_nothing_cut_off(open_page):
    page = open_matters(open_page, viewport={"width": 390, "height": 844})
    for selector in (".attributions .map", ".contributions", ".answers", ".accuracy"):
        place = page.locator(selector).last.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 390
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


def test_a_term_is_told_at_a_tap_and_put_away_by_escape(open_page):
    page = open_matters(open_page, viewport={"width": 390, "height": 844}, has_touch=True)
    tip = page.get_by_role("button", name="What is log-odds?")
    told = page.locator("#term-log-odds")
    expect(told).to_be_hidden()
    tip.tap()
    expect(told).to_contain_text("How sure the network is")
    place = told.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 390
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
    tip.press("Enter")
    expect(told).to_be_visible()


def test_what_is_no_longer_asked_for_goes_before_the_next_is_there(open_page):
    page = open_matters(open_page)
    page.locator(".st-key-more").get_by_text("How robust is this?").click()
    page.get_by_role("heading", name="How robust is this?").wait_for()
    assert page.locator(".attributions").count() == 0
    expect(page.locator(".verdict")).to_contain_text("training 7s")
    assert (
        page.locator(".doctor table").first.evaluate("e => getComputedStyle(e).fontSize") == "14px"
    )
