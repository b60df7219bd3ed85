"""What follows the pen: read in the browser, the same as on the server, and without it."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.ink.formats import strokes_from_file
from cnn.ink.strokes import rasterise
from cnn.predictor import shipped_predictor
from tests.browser.still import wait_until_still
from tests.browser.test_draw import box, draw, points_of, press, sentence, strokes_known
from tests.patience import wait_until

pytestmark = pytest.mark.browser

# Follows the pen beside the page's own components.
WATCH = """async () => {
  const names = performance.getEntriesByType('resource').map((entry) => entry.name);
  window.reader = await import(names.find((name) => name.endsWith('/reader.js')));
  const network = names.find((name) => name.includes('/networks/'));
  const { pathname } = new URL(network);
  window.reader.follow(pathname.slice(1), (state) => { window.state = state; });
}"""
SPOKEN = """() => {
  const roots = [...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter((root) => root);
  const spoken = roots.map((root) => root.querySelector('.spoken')).find((found) => found);
  window.spoken = [];
  new MutationObserver(() => window.spoken.push(spoken.textContent)).observe(
    spoken, { childList: true, characterData: true, subtree: true });
}"""
MISSING = "could not be loaded into this browser"


def watched(page):
    """Wait until the network has come, and watch what it reads."""
    page.locator(".strip").wait_for()
    page.evaluate(WATCH)
    return page


def seen(page):
    """The network's input, and its probabilities, as the browser has them."""
    picture, probabilities = page.evaluate(
        "[[...window.state.picture], [...window.state.reading.probabilities]]"
    )
    return np.array(picture, np.float32).reshape(28, 28), np.array(probabilities)


def saved(page):
    """The strokes that the server has, as it saves them."""
    page.locator(".st-key-more-tools button").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save strokes").click()
    page.keyboard.press("Escape")
    return strokes_from_file(Path(download.value.path()).read_bytes())


def test_the_answer_follows_the_pen_before_the_server_hears_of_a_stroke(open_page):
    page = watched(open_page())
    corner = box(page)
    (seven,) = points_of(7)
    page.mouse.move(corner["x"] + seven[0, 0], corner["y"] + seven[0, 1])
    page.mouse.down()
    for x, y in seven[1:]:
        page.mouse.move(corner["x"] + x, corner["y"] + y, steps=10)
    expect(page.locator(".digit")).to_have_text("7")
    assert page.evaluate("window.state.penIsDown")
    assert strokes_known(page) == 0
    # Beyond its edge, too.
    page.mouse.move(corner["x"] - 20, corner["y"] + 300)
    page.mouse.up()
    wait_until(lambda: strokes_known(page) == 1)


def test_browser_and_server_read_the_same_and_nothing_is_seen_to_change(open_page):
    page = watched(open_page())
    draw(page, points_of(4))
    expect(page.locator(".digit")).to_have_text("4")
    before, _ = seen(page)
    wait_until(lambda: strokes_known(page) == 2)
    wait_until_still(page)
    picture, probabilities = seen(page)
    assert np.abs(picture - before).max() < 0.02
    image = rasterise(saved(page))
    np.testing.assert_allclose(picture, image, atol=1e-4)
    expected = shipped_predictor().read(image).probabilities
    np.testing.assert_allclose(probabilities, expected, atol=1e-4)


def test_a_second_finger_changes_nothing(open_page):
    page = watched(open_page(viewport={"width": 390, "height": 844}, has_touch=True))
    corner = box(page)
    client = page.context.new_cdp_session(page)

    def touch(kind, *points):
        at = [{"x": corner["x"] + x, "y": corner["y"] + y, "id": i} for i, (x, y) in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (0, (160, 40)))
    for y in range(52, 280, 12):
        touch("touchMove", (0, (160, y)))
    expect(page.locator(".digit")).to_have_text("1")
    before, _ = seen(page)
    touch("touchStart", (0, (160, 276)), (1, (60, 60)))
    for x in range(72, 280, 12):
        touch("touchMove", (0, (160, 276)), (1, (x, 60)))
    touch("touchEnd")
    wait_until(lambda: strokes_known(page) == 1)
    wait_until_still(page)
    assert np.abs(seen(page)[0] - before).max() < 0.02


def test_the_answer_is_announced_once_each_time_the_pen_rests(open_page):
    page = watched(open_page())
    page.evaluate(SPOKEN)
    draw(page, points_of(7))
    wait_until(lambda: strokes_known(page) == 1)
    wait_until_still(page)
    (said,) = page.evaluate("window.spoken")
    assert said.startswith("Reads as 7")
    assert sentence(page).inner_text() == said


def test_right_can_be_clicked_only_while_the_network_is_sure(open_page):
    page = watched(open_page())

    def can_be_clicked():
        button = page.locator(".st-key-right button").first
        return button.evaluate("(element) => getComputedStyle(element).pointerEvents") != "none"

    draw(page, points_of(7))
    expect(page.get_by_text("Drawing alone never trains")).to_be_visible()
    assert can_be_clicked()
    draw(page, [np.array([[40.0, 280.0], [280.0, 40.0]])])
    expect(page.locator(".digit")).to_have_text("?")
    assert not can_be_clicked()
    press(page, "clear")
    expect(sentence(page)).to_contain_text("Draw a digit")


# Tells after each step which of upright strokes, side by side, are seen: the first 0, 1, 2 or 3.
DRAWING = """async () => {
  const names = performance.getEntriesByType('resource').map((entry) => entry.name);
  const { makeDrawing } = await import(names.find((name) => name.endsWith('/drawing.js')));
  const { rasterise } = await import(names.find((name) => name.endsWith('/ink.js')));
  const stroke = (i) => [[10 * i, 0], [10 * i, 100]];
  const strokes = (count) => Array.from({ length: count }, (_, i) => stroke(i));
  const drawing = makeDrawing();
  const seen = [];
  const look = () => {
    const picture = drawing.picture();
    const counts = [0, 1, 2, 3].filter((count) => count
      ? picture && rasterise(strokes(count)).join() === picture.join() : !picture);
    seen.push(counts[0]);
  };
  const set = (count, revision) =>
    drawing.set({ strokes: strokes(count), picture: null, revision });
  set(0, 1); look();
  drawing.grow(stroke(0)); look();
  drawing.keep(stroke(0)); look();
  drawing.keep(stroke(1)); look();
  set(1, 1); look();
  drawing.grow(stroke(2)); look();
  set(2, 1); look();
  set(2, 1); look();
  drawing.grow(null); look();
  drawing.keep(stroke(2)); look();
  set(0, 2); look();
  return seen;
}"""


def test_strokes_wait_until_the_server_knows_them_or_has_put_others_there(
    open_page,
):
    page = watched(open_page())
    known_and_pending = [0, 1, 1, 2, 2, 3, 3, 3, 2, 3]
    after_another_revision = 0
    assert page.evaluate(DRAWING) == [*known_and_pending, after_another_revision]


def test_too_much_ink_gets_a_sentence_and_the_next_drawing_is_read(open_page):
    page = watched(open_page())
    page.evaluate("window.reader.setDrawing({ strokes: Array(301).fill([[0, 0]]), revision: -1 })")
    expect(sentence(page)).to_have_text(re.compile("301 strokes, more than 300: draw less ink"))
    page.evaluate("window.reader.setDrawing({ strokes: [[[0, 0], [0, 9]]], revision: -2 })")
    expect(page.locator(".digit")).to_have_text("1")


@pytest.mark.parametrize("what", ["**/networks/*", "**/web/**"], ids=["network", "modules"])
def test_where_it_cannot_be_loaded_a_sentence_says_so_and_it_reads_as_soon_as_it_can(
    server, chromium, what
):
    page = chromium.new_context().new_page()
    page.route(what, lambda route: route.abort())
    page.goto(server)
    draw(page, points_of(7))
    expect(page.get_by_text(MISSING).first).to_be_visible()
    wait_until(lambda: strokes_known(page) == 1)
    page.unroute(what)
    expect(page.locator(".digit")).to_have_text("7")
    expect(page.get_by_text(MISSING)).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("wait", [0, 100, 170, 185, 200, 230])
def test_a_stroke_is_kept_when_the_page_is_left_at_once(open_page, wait):
    page = open_page()
    # What keeps it is there from the moment when the page says what to do.
    expect(sentence(page)).to_have_text(re.compile("Draw a digit"))
    draw(page, points_of(7))
    page.wait_for_timeout(wait)
    page.get_by_role("link", name="Train", exact=True).click()
    page.locator(".st-key-start button").wait_for()
    wait_until_still(page)
    page.get_by_role("link", name="Draw", exact=True).click()
    expect(page.locator(".digit")).to_have_text("7")
