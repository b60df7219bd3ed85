"""The tour through all pages: begun by whoever wants it, left at any moment."""

import re

import pytest
from playwright.sync_api import expect

from pages.shared.tour import STEPS
from tests.browser.still import wait_until_still

pytestmark = pytest.mark.browser

# Whether the card lies in the window, and on no part of what is ringed.
PLACED = """() => {
  const host = [...document.querySelectorAll('.st-key-tour *')].find((e) => e.shadowRoot);
  const [card, ring] = ['.card', '.ring'].map((name) => host.shadowRoot.querySelector(name));
  const [a, b] = [card, ring].map((part) => part.getBoundingClientRect());
  return {
    inside: a.left >= 0 && a.top >= 0 && a.right <= innerWidth && a.bottom <= innerHeight,
    apart: a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom,
    ringed: !ring.matches('.nowhere') && b.height >= 24,
  };
}"""
WELL = {"inside": True, "apart": True, "ringed": True}
PHONE = {"width": 320, "height": 568}


def begin(page):
    page.get_by_role("button", name="Tour", exact=True).click()
    expect(card(page)).to_be_focused()


def card(page):
    return page.get_by_role("dialog")


def go_on(page):
    page.get_by_role("button", name=re.compile("Next|Done")).press("Enter")


@pytest.mark.parametrize("width_and_height", [(280, 653), (1280, 900)])
def test_it_leads_through_all_pages_with_a_card_that_hides_nothing(open_page, width_and_height):
    size = dict(zip(("width", "height"), width_and_height, strict=True))
    page = open_page(ready="#try-3", viewport=size)
    begin(page)
    for step in STEPS:
        expect(card(page)).to_have_accessible_name(step.title)
        expect(card(page)).to_have_accessible_description(step.text)
        expect(page).to_have_title(re.compile(f"^{step.page} "))
        page.locator(step.places[0].replace(">>>", "")).first.wait_for()
        wait_until_still(page)
        assert page.evaluate(PLACED) == WELL, step.title
        go_on(page)
    expect(card(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Tour", exact=True)).to_be_focused()


def test_it_ends_by_escape_by_its_cross_and_by_a_press_beside_but_not_by_drawing(open_page):
    page = open_page(ready=".begin-tour", viewport=PHONE)
    begin(page)
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Tour", exact=True)).to_be_focused()
    page.get_by_role("button", name="Learn how").click()
    expect(card(page)).to_be_focused()
    page.get_by_role("button", name="End the tour").click()
    expect(page.get_by_role("button", name="Learn how")).to_be_focused()
    begin(page)
    wait_until_still(page)
    page.locator("canvas.upper-canvas").click()
    expect(card(page)).to_be_visible()
    page.locator(".wordmark").click(force=True)
    expect(card(page)).to_have_count(0)


def test_a_page_loaded_anew_goes_on_with_it_and_another_tab_does_not_begin(open_page):
    page = open_page(ready="#try-3")
    begin(page)
    go_on(page)
    expect(card(page)).to_have_accessible_name(STEPS[1].title)
    # With an example, and all that the page has asked for is there.
    expect(page.locator(".answer .digit")).to_have_text("3")
    expect(page.locator(".strip canvas")).to_have_count(5)
    wait_until_still(page)
    page.reload()
    expect(card(page)).to_have_accessible_name(STEPS[1].title)
    page.get_by_role("button", name="Back").click()
    expect(card(page)).to_have_accessible_name(STEPS[0].title)
    other = open_page(ready="#try-3")
    expect(card(other)).to_have_count(0)
