"""The file to take home, opened from a disk with the network off: pen, finger, keys, figures."""

import re
import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.augmentation.strokes import resample
from cnn.decision import percent
from cnn.explain.layers import layers_in_file
from cnn.export.html import export_html
from cnn.ink.strokes import rasterise
from cnn.model import build, save_model
from cnn.predictor import SHIPPED_MODEL, Predictor, shipped_predictor
from cnn.runs.run import runs_folder
from cnn.web.take_home import About, html_file
from tests.browser.test_draw import PLAIN, points_of
from tests.made_runs import RECIPE, make_run
from tests.patience import wait_until

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
EMPTY = "Draw a digit, 0 to 9, with mouse or finger."
# What the page shows to whoever opens the browser's console.
SEEN = """() => {
  const { strokes, picture, reading } = window.digitscope;
  const plain = (arrays) =>
    Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, [...values]]));
  return { strokes: strokes(), picture: [...picture], values: plain(reading.values),
    again: [...window.digitscope.read(picture).probabilities] };
}"""

# How red a corner of the first map is, where there is no ink.
CORNER = """() => {
  const copy = new OffscreenCanvas(1, 1).getContext("2d");
  copy.drawImage(document.querySelectorAll("#strip canvas")[1], 0, 0);
  return copy.getImageData(0, 0, 1, 1).data[0];
}"""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    file = tmp_path_factory.mktemp("stick") / "home.html"
    file.write_bytes(export_html(SHIPPED_MODEL, "Shipped model"))
    return file


@pytest.fixture
def open_file(chromium):
    """Open a file without a network; the test fails if it asks for anything, or complains."""
    opened, complaints, asked = [], [], []

    def open_file(file, **context):
        page = chromium.new_context(offline=True, **context).new_page()
        opened.append(page)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_file
    for page in opened:
        page.context.close()
    assert complaints == []
    assert all(address.startswith("file://") for address in asked)
    assert len(asked) == len(opened)


def corner_and_scale(page):
    place = page.locator("#paper").bounding_box()
    return np.array([place["x"], place["y"]]), place["width"] / 320


def draw(page, strokes):
    corner, scale = corner_and_scale(page)
    for stroke in strokes:
        points = (corner + resample(stroke, 8) * scale).tolist()
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def touch(client, kind, *points):
    places = [{"x": float(x), "y": float(y), "id": i} for i, (x, y) in enumerate(points)]
    client.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": places})


def spoken(page):
    """What is read out, once the pen rests."""
    return page.locator("#answer [role=status]")


def press(page, name):
    page.get_by_role("button", name=name).click()


def strokes_on(page):
    return page.evaluate("window.digitscope.strokes().length")


def check_figures(page, predictor):
    """Hold what the page makes of its strokes to what Python makes of them; return Python's."""
    seen = page.evaluate(SEEN)
    picture = rasterise([np.array(stroke) for stroke in seen["strokes"]])
    np.testing.assert_allclose(seen["picture"], picture.ravel(), atol=1e-4)
    reading = predictor.read(picture)
    for name, values in reading.activations.items():
        np.testing.assert_allclose(seen["values"][name], values.ravel(), atol=1e-3, err_msg=name)
    np.testing.assert_allclose(seen["values"]["softmax"], reading.probabilities, atol=1e-4)
    assert seen["again"] == seen["values"]["softmax"]
    return reading


def test_every_digit_is_read_with_pythons_own_figures(shipped, open_file):
    page = open_file(shipped)
    predictor = shipped_predictor()
    for digit in PLAIN:
        expect(spoken(page)).to_have_text(EMPTY)
        draw(page, points_of(digit))
        expect(spoken(page)).to_have_text(re.compile(f"Reads as {digit}"))
        expect(page.locator("#answer .digit")).to_have_text(str(digit))
        reading = check_figures(page, predictor)
        shown = page.locator("#answer .bars .value").all_inner_texts()
        assert shown == [percent(float(p)) for p in reading.probabilities]
        press(page, "Clear")


@pytest.fixture
def run():
    """Make a run; it is gone after the test."""
    run = make_run(runs_folder(), "taken home")
    yield run
    shutil.rmtree(run.folder)


def test_a_network_that_is_taken_home_from_the_train_page_reads_as_it_does_there(
    run, open_page, open_file, tmp_path
):
    save_model(build(RECIPE), run.model_file)
    page = open_page("/Train?run=taken+home", ".st-key-take-home button", accept_downloads=True)
    with page.expect_download() as saving:
        page.locator(".st-key-take-home button").first.click()
    assert saving.value.suggested_filename == "taken home.html"
    saving.value.save_as(tmp_path / "home.html")
    page = open_file(tmp_path / "home.html")
    assert page.title() == "Model taken home · Digitscope"
    expect(page.locator(".facts")).to_contain_text("94.00% of the test digits")
    expect(spoken(page)).to_have_text(EMPTY)
    draw(page, points_of(4))
    expect(spoken(page)).not_to_have_text(EMPTY)
    check_figures(page, Predictor.load(run.model_file, "taken home"))
    expect(page.locator("#strip canvas")).to_have_count(5)


def test_answer_and_maps_follow_the_pen_before_it_is_lifted(shipped, open_file):
    page = open_file(shipped)
    expect(spoken(page)).to_have_text(EMPTY)
    corner, scale = corner_and_scale(page)
    for x, y in [(160, 60), (160, 120), (160, 180), (160, 260)]:
        page.mouse.move(*(corner + np.array([x, y]) * scale))
        page.mouse.down()
    expect(page.locator("#answer .digit")).to_have_text("1")
    # Not read out yet.
    expect(spoken(page)).to_have_text(EMPTY)
    page.mouse.up()
    expect(spoken(page)).to_have_text(re.compile("Reads as 1"))


def test_a_finger_draws_on_a_phone_a_second_one_does_not_and_turning_it_keeps_the_drawing(
    shipped, open_file
):
    page = open_file(shipped, **PHONE, color_scheme="dark")
    expect(spoken(page)).to_have_text(EMPTY)
    client = page.context.new_cdp_session(page)
    corner, scale = corner_and_scale(page)
    points = [tuple(corner + np.array([160, y]) * scale) for y in range(60, 270, 15)]
    second = tuple(corner + 40)
    touch(client, "Start", points[0])
    touch(client, "Start", points[0], second)
    for point in points[1:]:
        touch(client, "Move", point, second)
    touch(client, "End")
    expect(spoken(page)).to_have_text(re.compile("Reads as 1"))
    assert strokes_on(page) == 1
    assert page.evaluate("scrollY") == 0
    before = page.evaluate("window.digitscope.strokes()")
    page.set_viewport_size({"width": 844, "height": 390})
    wait_until(lambda: page.evaluate("paper.width === Math.round(paper.clientWidth)"))
    assert corner_and_scale(page)[1] < scale
    assert page.evaluate("window.digitscope.strokes()") == before
    # A new stroke lands where the finger is.
    corner, scale = corner_and_scale(page)
    touch(client, "Start", tuple(corner + np.array([80, 200]) * scale))
    touch(client, "End")
    wait_until(lambda: strokes_on(page) == 2)
    np.testing.assert_allclose(
        page.evaluate("window.digitscope.strokes()[1]"), [[80, 200]] * 2, atol=1
    )


@pytest.mark.parametrize("shape", [(390, 844), (1280, 900)])
def test_paper_answer_and_on_a_wide_screen_all_maps_stand_in_one_view(shipped, open_file, shape):
    width, height = shape
    page = open_file(shipped, viewport={"width": width, "height": height})
    expect(page.locator("#strip canvas").last).to_be_visible()
    lowest = "#answer .sentence" if width < height else "#strip .legend"
    for selector in ("#paper", "#clear", "#answer .bars", lowest):
        place = page.locator(selector).bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
        assert place["y"] + place["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_strokes_are_taken_back_and_cleared_by_keys_alone(shipped, open_file):
    page = open_file(shipped)
    expect(spoken(page)).to_have_text(EMPTY)
    draw(page, points_of(4))
    assert strokes_on(page) == 2
    for presses, left in (
        (["Tab", "Enter"], 1),
        (["Tab", "Space"], 0),
        (["Shift+Tab", "Enter"], 1),
    ):
        for key in presses:
            page.keyboard.press(key)
        wait_until(lambda left=left: strokes_on(page) == left)
    press(page, "Undo")
    expect(spoken(page)).to_have_text(EMPTY)
    press(page, "Undo")
    press(page, "Clear")
    assert strokes_on(page) == 0


def test_it_is_light_or_dark_as_the_device_is_and_its_maps_with_it(shipped, open_file):
    page = open_file(shipped, color_scheme="light")
    draw(page, points_of(7))
    expect(spoken(page)).to_have_text(re.compile("Reads as 7"))
    assert page.evaluate(CORNER) > 200
    page.emulate_media(color_scheme="dark")
    wait_until(lambda: page.evaluate(CORNER) < 100)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 19, 24)"


def test_a_name_is_shown_as_it_is_written(open_file, tmp_path):
    name = "</title></script><img src=x onerror=alert(1)> ‘7’ & \U0001f4c4"
    file = tmp_path / "home.html"
    file.write_bytes(html_file(layers_in_file(SHIPPED_MODEL), About(name)))
    page = open_file(file)
    expect(spoken(page)).to_have_text(EMPTY)
    assert page.title() == f"{name} · Digitscope"
    assert page.evaluate("window.digitscope.network.name") == name
    expect(page.locator("header .note")).to_have_text(name)


def test_a_browser_that_cannot_run_it_says_so(shipped, open_file):
    page = open_file(shipped, java_script_enabled=False)
    expect(page.get_by_text("This page needs JavaScript")).to_be_visible()
