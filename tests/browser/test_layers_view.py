"""The network as one picture: what is in view, what pointing shows, and what colours mean."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.still import wait_until_still
from tests.browser.test_layers import layer, open_layers, place
from tests.patience import wait_until

pytestmark = pytest.mark.browser

PIXELS = """canvas => [...canvas.getContext('2d').getImageData(0, 0, canvas.width,
    canvas.height).data]"""
COUNT_LINES_DRAWN = """overlay => {
  window.drawn = 0;
  new MutationObserver(() => { window.drawn += 1; }).observe(overlay, { childList: true });
}"""


def pixels(page, name):
    return np.array(layer(page, name).evaluate(PIXELS)).reshape(-1, 4)


def test_a_laptop_shows_canvas_network_answer_and_a_cells_arithmetic_in_one_view(open_page):
    page = open_layers(open_page, context={"viewport": {"width": 1280, "height": 900}})
    wait_until_still(page)
    for selector in ("canvas.upper-canvas", ".answer", ".network", ".controls", ".equation",
                     ".totals", ".parts .row"):  # fmt: skip
        box = page.locator(selector).first.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 900, selector
    beside = page.locator("canvas.upper-canvas").bounding_box()
    assert beside["x"] + beside["width"] < page.locator(".network").bounding_box()["x"]


def test_pointing_at_a_cell_draws_lines_to_what_it_sees_and_feeds(open_page):
    page = open_layers(open_page)
    layer(page, "pool1").hover(position=place(page, "pool1", 5, 7, 7))
    # From Layer 1, and on to the four maps of Layer 2 that weigh it most.
    expect(page.locator(".lines path")).to_have_count(5)
    expect(page.locator(".digitscope > .card")).to_be_visible()
    page.locator(".controls").hover()
    expect(page.locator(".digitscope > .card")).to_be_hidden()
    # Of the chosen cell: six patches, where these come from, and what is pooled of it.
    expect(page.locator(".lines path")).to_have_count(13)


def test_lines_are_not_drawn_anew_while_the_pen_moves(open_page):
    page = open_layers(open_page)
    wait_until_still(page)
    page.locator(".lines").evaluate(COUNT_LINES_DRAWN)
    before = pixels(page, "conv2")
    box = page.locator("canvas.upper-canvas").bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.5 * box["height"], steps=9)
    wait_until(lambda: not np.array_equal(pixels(page, "conv2"), before))
    assert page.evaluate("window.drawn") == 0
    page.mouse.up()
    wait_until(lambda: page.evaluate("window.drawn") > 0)


def test_a_click_between_two_maps_chooses_one(open_page):
    page = open_layers(open_page)
    layer(page, "pool2").click(position={"x": 28, "y": 28})
    expect(page.locator(".title")).to_have_text(re.compile("Pooled 2, map 0, row 6, column 6"))


def test_only_the_blue_goes_with_relu(open_page):
    page = open_layers(open_page)
    after = pixels(page, "conv2")
    page.locator("[data-choice=relu]").select_option("before")
    before = pixels(page, "conv2")
    orange = after[:, 0] > after[:, 2]
    assert orange.any()
    assert (before[orange] == after[orange]).all()
    others = before[~orange & (before[:, 3] == 255)]
    assert (others[:, 0] <= others[:, 2]).all()
    assert (others[:, 0] < others[:, 2]).any()
    expect(page.locator(".legend")).to_contain_text("as much below 0")


def test_another_theme_is_painted_at_once_with_zero_as_its_paper(open_page):
    page = open_layers(open_page)
    assert [255] * 4 in pixels(page, "conv2").tolist()
    page.emulate_media(color_scheme="dark")
    wait_until(lambda: [15, 19, 24, 255] in pixels(page, "conv2").tolist())


def test_the_flow_can_be_watched_unless_less_motion_is_asked_for(open_page):
    page = open_layers(open_page)
    flow = page.get_by_role("button", name="Watch it flow")
    flow.click()
    moving = "place => place.getAnimations({ subtree: true }).length"
    assert page.locator(".network").evaluate(moving) == 9
    page.emulate_media(reduced_motion="reduce")
    expect(flow).to_be_hidden()


def test_on_a_phone_the_explanation_comes_to_the_finger_and_leads_back(open_page):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = open_layers(open_page, context=phone)
    maps = layer(page, "pool2")
    maps.scroll_into_view_if_needed()
    maps.tap()
    title = page.locator(".title")
    expect(title).to_have_text(re.compile("Pooled 2"))
    expect(title).to_be_in_viewport()
    page.get_by_role("button", name="Back to the network").tap()
    expect(maps).to_be_in_viewport()
