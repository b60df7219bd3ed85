"""What only a real browser shows of the Draw page: pen, finger, files, address, a phone."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.augmentation.glyphs import strokes_of
from cnn.augmentation.strokes import resample
from cnn.ink.link import drawing_from_text
from tests.browser.still import wait_until_still
from tests.patience import wait_until

pytestmark = pytest.mark.browser

RNG = np.random.default_rng(0)
# Plain digits, written down as in cnn.augmentation.glyphs.
PLAIN = {
    0: "50,0 15,20 5,50 15,82 50,100 85,82 95,50 85,20 50,0",
    1: "-50,0 50,100",
    2: "10,25 30,3 65,3 85,25 75,55 40,80 5,100 50,97 98,98",
    3: "10,12 45,0 80,12 80,35 45,48 80,58 90,78 60,98 20,95 5,82",
    4: "-45,0 5,62 95,62|-65,30 65,100",
    5: "-85,2 22,2 15,42|15,42 50,35 85,50 88,78 60,98 20,97 5,85",
    6: "80,5 45,15 15,50 8,78 30,98 65,98 85,80 75,58 45,52 15,68",
    7: "-5,2 92,2 40,100",
    8: "80,15 50,0 20,15 25,38 70,58 85,80 50,100 15,80 30,58 72,38 80,15",
    9: "85,20 55,0 20,10 12,38 40,52 75,42 85,20 82,60 70,100",
}


def points_of(digit, left=110, top=70, width=100, height=180):
    scale = np.array([width, height]) / 100
    return [stroke * scale + (left, top) for stroke in strokes_of(PLAIN[digit], RNG)]


def box(page):
    canvas = page.locator("canvas.upper-canvas")
    # Pressing a button that moves, on a busy machine, scrolls the page.
    canvas.evaluate("(element) => element.scrollIntoView({ block: 'nearest' })")
    return canvas.bounding_box()


def draw(page, strokes):
    corner = box(page)
    for stroke in strokes:
        # A hand moves in small steps; the canvas rounds off what a few large ones leave open.
        points = [(corner["x"] + x, corner["y"] + y) for x, y in resample(stroke, 8)]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def draw_with_finger(page, stroke):
    corner = box(page)
    client = page.context.new_cdp_session(page)

    def touch(kind, points):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for i, (x, y) in enumerate(stroke):
        point = {"x": corner["x"] + x, "y": corner["y"] + y}
        touch("touchStart" if i == 0 else "touchMove", [point])
    touch("touchEnd", [])


def sentence(page):
    return page.locator(".sentence")


def place_below(page, selector):
    place = page.locator(selector).first.bounding_box()
    return place["y"] + place["height"]


def strokes_known(page):
    """How many strokes the server knows of: it has put them into the address."""
    ink = page.evaluate("location.href").partition("ink=")[2]
    return len(drawing_from_text(ink)) if ink else 0


def press(page, key):
    # Streamlit keeps a second, hidden copy of a button that has a tooltip.
    page.locator(f".st-key-{key} button").first.click()


def test_every_digit_drawn_with_the_mouse_is_read(open_page):
    page = open_page()
    for digit in PLAIN:
        draw(page, points_of(digit))
        expect(page.locator(".digit")).to_have_text(str(digit))
        press(page, "clear")
        expect(sentence(page)).to_have_text(re.compile("Draw a digit"))


def test_a_finger_draws_on_a_phone_and_does_not_scroll(open_page):
    page = open_page(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    draw_with_finger(page, [(160, y) for y in range(280, 40, -12)])
    expect(page.locator(".digit")).to_have_text("1")
    assert page.evaluate("document.querySelector('.stMain').scrollTop") == 0


def test_a_phone_shows_everything_in_one_column_with_nothing_cut_off(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    draw(page, points_of(3))
    expect(page.locator(".digit")).to_have_text("3")
    expect(page.locator(".strip canvas")).to_have_count(5)
    tops = []
    for selector in ("canvas.upper-canvas", ".st-key-tools", ".bars", ".sentence", ".strip"):
        place = page.locator(selector).first.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 390
        tops.append(place["y"])
    assert tops == sorted(tops)
    # Canvas and answer stand in one view.
    assert place_below(page, ".sentence") <= 844
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


def test_a_link_restores_the_drawing_and_its_reading(open_page):
    page = open_page()
    draw(page, points_of(2))
    expect(page.locator(".digit")).to_have_text("2")
    expect(page).to_have_url(re.compile("ink="))
    said, address = sentence(page).inner_text(), page.url.split("/", 3)[3]
    restored = open_page("/" + address)
    expect(sentence(restored)).to_have_text(said)


def test_undo_takes_back_one_stroke_and_the_next_one_adds_to_what_is_left(open_page):
    page = open_page()
    left, right = np.array([[60.0, 60.0], [60.0, 260.0]]), points_of(7, left=140)
    draw(page, right)
    expect(page.locator(".digit")).to_have_text("7")
    draw(page, [left])
    expect(page.locator(".digit")).not_to_have_text("7")
    wait_until(lambda: strokes_known(page) == 2)
    press(page, "undo")
    expect(page.locator(".digit")).to_have_text("7")
    draw(page, [left])
    expect(page.locator(".digit")).not_to_have_text("7")


def test_a_stroke_over_an_example_starts_a_new_drawing(open_page):
    page = open_page()
    press(page, "example")
    expect(page.locator(".remark")).to_have_text(re.compile("its label is"))
    draw(page, points_of(7))
    expect(page.locator(".digit")).to_have_text("7")
    expect(page.locator(".remark")).to_have_text("")


# In every frame: the places of the parts of the answer, and of the strip.
FRAMES = """() => {
  const roots = [...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter((root) => root);
  const parts = ['.digit', '.sentence', '.bars', '.strip', '.strip canvas:last-child'].map(
    (selector) => roots.map((root) => root.querySelector(selector)).find((found) => found));
  window.framesSeen = [];
  const look = () => {
    window.framesSeen.push(parts.map((part) => {
      const { x, y, width, height } = part.getBoundingClientRect();
      return part.className === 'sentence' ? y : [x, y, width, height].join(' ');
    }).join('; '));
    requestAnimationFrame(look);
  };
  look();
}"""


def test_nothing_of_the_answer_moves_while_one_draws_or_between_drawings(open_page):
    page = open_page()
    draw(page, points_of(7))
    expect(page.locator(".digit")).to_have_text("7")
    wait_until_still(page)
    page.evaluate(FRAMES)
    press(page, "undo")
    draw(page, points_of(1))
    expect(page.locator(".digit")).to_have_text("1")
    wait_until_still(page)
    frames = page.evaluate("window.framesSeen")
    assert len(frames) > 10
    assert len(set(frames)) <= 2, set(frames)
    assert len({frame.partition(";")[0] for frame in frames}) == 1, set(frames)


def test_clearing_leaves_nothing_behind_in_the_browsers_memory(open_page):
    page = open_page()
    client = page.context.new_cdp_session(page)

    def nodes_after(clears):
        for _ in range(clears):
            draw(page, [points_of(1)[0]])
            expect(page.locator(".digit")).to_be_visible()
            press(page, "clear")
            expect(sentence(page)).to_have_text(re.compile("Draw a digit"))
        wait_until_still(page)
        client.send("HeapProfiler.collectGarbage")
        return client.send("Memory.getDOMCounters")["nodes"]

    before = nodes_after(clears=5)
    assert nodes_after(clears=10) <= before + 10
