"""Every page on every screen: nothing clipped, nothing overlapping, all of the canvas drawn on."""

from pathlib import Path

import numpy as np
import pytest

from cnn.ink.link import drawing_from_text
from cnn.ink.strokes import CANVAS_SIZE
from tests.browser.still import wait_until_still
from tests.patience import wait_until

pytestmark = pytest.mark.browser

LAYOUT = Path(__file__).with_name("layout.js").read_text()
SCREENS = [
    (280, 653),
    (320, 568),
    (390, 844),
    (768, 1024),
    (844, 390),
    (1024, 768),
    (1280, 900),
    (1920, 1080),
]
DRAWN_ON = {"/": "canvas.upper-canvas", "/Layers": ".network canvas"}
LOOKED_AT = {
    "/Filters": ".weights",
    "/Train": ".st-key-start",
    "/Evaluate?data=digits": ".per-digit",
    "/Learn": ".cards",
}
# How near to the canvas's edge a pen comes, in its own pixels, and how exactly it is followed.
EDGE, TOLERANCE = 3, 2


@pytest.mark.parametrize("path", LOOKED_AT)
def test_a_page_fits_every_screen_and_follows_a_window_that_becomes_another(open_page, path):
    page = open_page(path, LOOKED_AT[path])
    wrong = {}
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        wait_until_still(page)
        wrong[width, height] = page.evaluate(LAYOUT)
    assert not any(wrong.values()), wrong


@pytest.mark.parametrize("screen", SCREENS, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("path", DRAWN_ON)
def test_a_page_fits_its_screen_and_its_canvas_takes_the_pen_up_to_the_corners(
    open_page, path, screen
):
    width, height = screen
    page = open_page(
        path, DRAWN_ON[path], viewport={"width": width, "height": height}, has_touch=width < 1280
    )
    wait_until_still(page)
    assert page.evaluate(LAYOUT) == []
    corners = corner_strokes()
    for stroke in corners:
        with_mouse(page, stroke)
    for stroke in corners:
        with_finger(page, stroke) if width < 1280 else with_mouse(page, stroke)
    drawn = wait_until(lambda: drawn_on(page, 2 * len(corners)))
    for ink, stroke in zip(drawn, [*corners, *corners], strict=True):
        np.testing.assert_allclose(ink[[0, -1]], stroke, atol=TOLERANCE)
    wait_until_still(page)
    assert page.evaluate(LAYOUT) == []


def test_name_and_menu_stay_where_they_are_from_page_to_page(open_page):
    places = set()
    for path, ready in {**DRAWN_ON, **LOOKED_AT}.items():
        page = open_page(path, ready, viewport={"width": 1920, "height": 1080})
        wait_until_still(page)
        boxes = [page.locator(part).bounding_box() for part in (".wordmark", ".st-key-tour")]
        places.add(tuple(round(box[side]) for box in boxes for side in ("x", "y")))
    assert len(places) == 1, places


def corner_strokes():
    """A short line from each corner of the canvas towards its middle, in its own pixels."""
    far, reach = CANVAS_SIZE - EDGE, 60
    corners = np.array([[EDGE, EDGE], [far, EDGE], [EDGE, far], [far, far]], float)
    return [np.array([at, at + reach * np.sign(CANVAS_SIZE / 2 - at)]) for at in corners]


def on_page(page, stroke):
    """Points of a stroke on the page; the whole canvas is brought into view first."""
    canvas = page.locator("canvas.upper-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    steps = np.linspace(stroke[0], stroke[1], 6)
    return (steps * box["width"] / CANVAS_SIZE + (box["x"], box["y"])).tolist()


def with_mouse(page, stroke):
    first, *others = on_page(page, stroke)
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point)
    page.mouse.up()


def with_finger(page, stroke):
    client = page.context.new_cdp_session(page)
    kinds = ["touchStart", *["touchMove"] * 5]
    for kind, (x, y) in zip(kinds, on_page(page, stroke), strict=True):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    client.detach()


def drawn_on(page, count):
    """The strokes that the server knows of, once there are so many; it writes the address."""
    ink = page.evaluate("new URLSearchParams(location.search).get('ink')")
    strokes = drawing_from_text(ink) if ink else []
    return strokes if len(strokes) == count else None
