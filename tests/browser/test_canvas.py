"""The canvas: in every window, by every finger, with one set of tools."""

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.ink.link import drawing_from_text
from tests.browser.still import wait_until_still
from tests.browser.test_draw import box, draw, points_of, press, strokes_known
from tests.patience import wait_until

pytestmark = pytest.mark.browser

SIZES = [(280, 653), (390, 844), (768, 1024), (844, 390), (1024, 768), (1280, 900), (1920, 1080)]
CORNERS = np.array([[2.0, 2.0], [318.0, 2.0], [318.0, 318.0], [2.0, 318.0]])
MIDDLE = np.array([160.0, 160.0])
UP_AND_DOWN = np.array([[160.0, 60.0], [160.0, 260.0]])
# In all open shadow roots, what of an element a person could see or hit.
SEEN = """(selector) => [...document.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot)
  .flatMap((root) => root ? [...root.querySelectorAll(selector)] : [])
  .filter((element) => element.checkVisibility({ visibilityProperty: true })).length"""


def strokes(page):
    """The strokes that the server knows of, from the address."""
    ink = page.evaluate("location.href").partition("ink=")[2]
    return drawing_from_text(ink) if ink else []


def on_page(page, points):
    """Where points of the canvas, which is 320 wide in its own pixels, lie on the page."""
    place = box(page)
    return np.asarray(points) * place["width"] / 320 + (place["x"], place["y"])


def touch(page):
    """Return a function that touches the screen, with as many fingers as it is given points."""
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        fingers = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    return touch


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_all_of_the_canvas_is_seen_and_drawn_on_to_its_corners_by_mouse_and_finger(
    open_page, width, height
):
    page = open_page(viewport={"width": width, "height": height}, has_touch=True)
    page.locator(".bars").wait_for()
    wait_until_still(page)
    place, answer = box(page), page.locator(".bars").bounding_box()
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= width
    assert page.evaluate(SEEN, ".dc-toolbar, .dc-toolbar *") == 0
    assert min(place["x"], place["y"]) >= 0
    assert place["x"] + place["width"] <= width
    assert place["y"] + place["height"] <= height
    # The answer is in view, beside or below.
    assert answer["y"] + answer["height"] <= height
    beside = answer["x"] >= place["x"] + place["width"]
    assert beside or answer["y"] >= place["y"] + place["height"]
    ways = [on_page(page, np.linspace(MIDDLE, corner, 5)) for corner in CORNERS]
    finger = touch(page)
    for way in ways:
        page.mouse.move(*way[0])
        page.mouse.down()
        for point in way[1:]:
            page.mouse.move(*point)
        page.mouse.up()
    for way in ways:
        finger("touchStart", way[0])
        for point in way[1:]:
            finger("touchMove", point)
        finger("touchEnd")
    wait_until(lambda: strokes_known(page) == 8)
    ends = [stroke[-1] for stroke in strokes(page)]
    # The mouse has whole pixels of the page.
    np.testing.assert_allclose(ends, [*CORNERS, *CORNERS], atol=1.1 * 320 / place["width"] + 0.1)


def test_two_fingers_zoom_the_page_and_leave_no_ink(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    draw(page, [UP_AND_DOWN])
    wait_until(lambda: strokes_known(page) == 1)
    finger, (left, right) = touch(page), on_page(page, [[120, 160], [200, 160]])
    finger("touchStart", left)
    finger("touchStart", left, right)
    for way in range(10, 80, 10):
        finger("touchMove", left - np.array([way, 0]), right + np.array([way, 0]))
    finger("touchEnd")
    wait_until(lambda: page.evaluate("visualViewport.scale") > 1.1)
    wait_until_still(page)
    assert strokes_known(page) == 1


def test_another_button_in_a_stroke_changes_nothing(open_page):
    page = open_page()
    page.locator(".strip").wait_for()
    start, middle, end = on_page(page, [[160, 60], [160, 160], [160, 260]])
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*middle)
    page.mouse.down(button="right")
    page.mouse.up(button="right")
    page.mouse.move(*end)
    page.mouse.up()
    wait_until(lambda: strokes_known(page) == 1)
    np.testing.assert_allclose(strokes(page)[0][-1], [160, 260], atol=2)


def test_strokes_drawn_at_once_are_undone_by_keys_one_by_one_even_the_last_before_it_is_known(
    open_page,
):
    page = open_page()
    page.locator(".strip").wait_for()
    draw(page, [UP_AND_DOWN + np.array([aside, 0]) for aside in (-60, 0, 60)])
    page.keyboard.press("Control+z")
    wait_until(lambda: strokes_known(page) == 2)
    page.keyboard.press("Control+z")
    wait_until(lambda: strokes_known(page) == 1)
    page.keyboard.press("Control+Shift+Z")
    page.keyboard.press("Control+y")
    wait_until(lambda: strokes_known(page) == 3)


def test_the_example_lies_on_the_canvas_until_the_first_stroke_and_after_the_last_is_cleared(
    open_page,
):
    page = open_page("/Layers")
    expect(page.locator(".answer .digit")).to_have_text("7")
    assert page.evaluate(SEEN, ".dc-background-canvas") == 1
    assert "ink=" not in page.url
    start, end = on_page(page, UP_AND_DOWN)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=9)
    wait_until(lambda: page.evaluate(SEEN, ".dc-background-canvas") == 0)
    page.mouse.up()
    wait_until(lambda: strokes_known(page) == 1)
    press(page, "clear")
    wait_until(lambda: page.evaluate(SEEN, ".dc-background-canvas") == 1)


def test_a_screen_reader_is_told_what_the_canvas_and_its_tools_are(open_page):
    page = open_page()
    expect(page.get_by_role("img", name="Canvas")).to_have_count(1)
    for name in ("Undo", "Redo", "Clear", "Example"):
        button = page.get_by_role("button", name=name, exact=True).first
        assert button.is_disabled() == (name != "Example")


def test_a_click_and_the_shortest_stroke_are_dots_and_no_digit(open_page):
    page = open_page()
    for stroke in ([[160.0, 160.0]], [[160.0, 160.0], [160.0, 161.0]]):
        draw(page, [np.array(stroke)])
        expect(page.locator(".digit")).to_have_text("?")
        press(page, "clear")
        expect(page.locator(".sentence")).to_contain_text("Draw a digit")
        wait_until_still(page)
    draw(page, points_of(1))
    expect(page.locator(".digit")).to_have_text("1")
