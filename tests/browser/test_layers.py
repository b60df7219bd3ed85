"""What only a real browser shows of the Layers page: painting, clicks, keys, addresses, width."""

import re
import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.explain.layers import values_of
from cnn.ink.link import drawing_from_text, text_from_strokes
from cnn.ink.strokes import rasterise
from cnn.predictor import shipped_predictor
from cnn.runs.active_model import set_default
from cnn.runs.run import SHIPPED, runs_folder
from tests.browser.still import wait_until_still
from tests.browser.test_draw import draw, points_of, press
from tests.made_runs import make_network

pytestmark = pytest.mark.browser

INK = text_from_strokes([np.array([[70.0, 70.0], [230.0, 70.0], [130.0, 270.0]])])


def open_layers(open_page, **words):
    context = words.pop("context", {})
    words = {"ink": INK, **words}
    query = "&".join(f"{name}={word}" for name, word in words.items())
    page = open_page(f"/Layers?{query}", **context)
    page.locator(".digitscope .title").filter(has_text="=").wait_for()
    return page


@pytest.fixture(scope="module")
def values():
    """What TensorFlow computes for the drawing of these tests."""
    image = rasterise(drawing_from_text(INK))
    return values_of(image, shipped_predictor().read(image))


def number(text):
    return float(text.replace("−", "-"))


def line(page, name):
    return number(page.locator(f'.totals [data-name="{name}"]').inner_text())


@pytest.mark.parametrize("place", [("conv1", 5, 0, 0), ("conv2", 17, 5, 9), ("conv2", 40, 13, 13)])
def test_a_convolutions_table_adds_up_to_tensorflows_value(open_page, values, place):
    layer, channel, row, column = place
    page = open_layers(open_page, layer=layer, channel=channel, row=row, col=column)
    expected = values[layer][row, column, channel]
    assert line(page, "After ReLU") == pytest.approx(expected, abs=1e-4)
    before = line(page, "Before ReLU")
    assert max(before, 0) == pytest.approx(expected, abs=1e-4)
    (first,) = (name for name in ("Sum of the products", "Sum of 32 partial sums")
                if page.locator(f'.totals [data-name="{name}"]').count())  # fmt: skip
    assert line(page, first) + line(page, "Bias") == pytest.approx(before, abs=2e-4)
    parts = [number(text) for text in page.locator(".bars .figure").all_inner_texts()]
    if parts:
        assert parts == sorted(parts, reverse=True)
        assert sum(parts) == pytest.approx(line(page, first), abs=32 * 5e-5)
    padding = page.locator("caption:has-text('Products') ~ tr .padding")
    assert padding.count() == {"conv1": 16, "conv2": 0 if row == 5 else 16}[layer]


def test_pooling_dense_logits_and_softmax_show_tensorflows_values(open_page, values):
    page = open_layers(open_page, layer="pool1", channel=3, row=13, col=13)
    assert line(page, "Largest of the window") == pytest.approx(
        values["pool1"][13, 13, 3], abs=1e-4
    )
    page = open_layers(open_page, layer="dense1", channel=733)
    shown = number(page.locator('[data-name="After ReLU"]').inner_text())
    assert shown == pytest.approx(values["dense1"][733], abs=1e-4)
    page.locator('[data-cell="logits-3"]').click()
    expect(page.locator(".title")).to_have_text(re.compile("Logit of 3"))
    shown = number(page.locator('[data-name="Value"]').inner_text())
    assert shown == pytest.approx(values["logits"][3], abs=1e-4)
    page.locator('[data-cell="softmax-7"]').click()
    expect(page.locator(".title")).to_have_text(re.compile("Probability of 7"))
    shares = page.locator(".sums.wide tr td:last-child").all_inner_texts()
    np.testing.assert_allclose([float(s) for s in shares[:10]], values["softmax"], atol=1e-4)


# Pixels of a map, and how many there are.
MAPS = {"conv1": (28, 32), "pool1": (14, 32), "pool2": (7, 64), "conv3": (7, 24)}


def layer(page, name):
    return page.locator(f'.network canvas[data-layer="{name}"]')


def grid(page, name):
    """How many pixels a cell of a layer takes on its canvas, and how many maps are in a row."""
    size, count = MAPS[name]
    width, height = layer(page, name).evaluate("canvas => [canvas.width, canvas.height]")
    for zoom in range(1, 13):
        columns, rows = ((extent + 1) / (size * zoom + 1) for extent in (width, height))
        if columns.is_integer() and rows.is_integer() and 0 <= columns * rows - count < columns:
            return zoom, int(columns)
    raise AssertionError(f"{count} maps of {size} pixels do not lie on {width}×{height}")


def place(page, name, channel, row, column):
    """Where a cell is on its layer's canvas."""
    zoom, columns = grid(page, name)
    down, across = divmod(channel, columns)
    side = MAPS[name][0] * zoom + 1
    return {"x": across * side + zoom * column + 1, "y": down * side + zoom * row + 1}


def pixel(page, name, at):
    return layer(page, name).evaluate(
        "(canvas, {x, y}) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data]", at
    )


def test_maps_are_painted_from_paper_to_dark_orange_by_their_values(open_page, values):
    page = open_layers(open_page, layer="softmax", channel=7)
    *where, channel = map(int, np.unravel_index(values["pool2"].argmax(), (7, 7, 64)))
    assert pixel(page, "pool2", place(page, "pool2", channel, *where)) == [88, 30, 0, 255]
    where = map(int, np.argwhere(values["pool2"][:, :, channel] == 0)[0])
    assert pixel(page, "pool2", place(page, "pool2", channel, *where)) == [255] * 4
    gap = 7 * grid(page, "pool2")[0]
    assert pixel(page, "pool2", {"x": gap, "y": gap})[3] == 0


COUNT_MESSAGES = """() => {
  const { send } = WebSocket.prototype;
  window.messages = 0;
  WebSocket.prototype.send = function (...all) {
    window.messages += 1;
    send.apply(this, all);
  };
}"""


def test_maps_and_the_cells_value_follow_the_pen_and_its_arithmetic_when_the_pen_rests(open_page):
    page = open_layers(open_page, layer="conv2", channel=17, row=5, col=9)
    press(page, "clear")
    expect(page.get_by_text("No drawing yet")).to_be_visible()
    wait_until_still(page)
    section = page.locator("section.cell")
    expect(section).not_to_have_class(re.compile("old"))
    page.evaluate(COUNT_MESSAGES)
    canvas, title = page.locator('.network canvas[data-layer="conv2"]'), page.locator(".title")
    box = page.locator("canvas.upper-canvas").bounding_box()
    size = box["width"] / 320
    page.mouse.move(box["x"] + 80 * size, box["y"] + 60 * size)
    page.mouse.down()
    pictures, titles = set(), set()
    for step in range(1, 7):
        # A curve: of a straight line, size does not matter.
        page.mouse.move(box["x"] + size * (80 + 5 * step**2), box["y"] + size * (60 + 30 * step))
        page.evaluate("() => new Promise((go) => requestAnimationFrame(() => setTimeout(go)))")
        pictures.add(canvas.evaluate("canvas => canvas.toDataURL()"))
        titles.add(title.inner_text())
    assert len(pictures) == 6
    assert len(titles) > 3
    assert all(text.startswith("Layer 2, map 17, row 5, column 9 = ") for text in titles)
    expect(section).to_have_class(re.compile("old"))
    assert page.evaluate("window.messages") == 0
    page.mouse.up()
    expect(section).not_to_have_class(re.compile("old"))
    assert page.evaluate("window.messages") > 0
    shown = number(title.inner_text().partition(" = ")[2].partition(":")[0])
    assert line(page, "After ReLU") == pytest.approx(shown, abs=1e-4)


def test_a_cell_is_named_with_its_value_under_the_pointer(open_page, values):
    page = open_layers(open_page)
    layer(page, "pool1").hover(position=place(page, "pool1", 22, 4, 9))
    expect(page.locator(".card .name")).to_have_text("Pooled 1, map 22, row 4, column 9")
    shown = number(page.locator(".card .value").inner_text())
    assert shown == pytest.approx(values["pool1"][4, 9, 22], abs=1e-3)


def test_a_click_opens_the_cell_under_the_pointer_and_writes_its_address(open_page):
    page = open_layers(open_page)
    layer(page, "pool2").click(position=place(page, "pool2", 1, 5, 2))
    expect(page.locator(".title")).to_have_text(re.compile("Pooled 2, map 1, row 5, column 2"))
    expect(page).to_have_url(re.compile("layer=pool2&channel=1&row=5&col=2"))
    assert f"ink={INK}" in page.url
    restored = open_page(page.url[page.url.index("/Layers") :])
    expect(restored.locator(".title")).to_have_text(page.locator(".title").inner_text())


def test_keys_lead_from_the_network_to_a_cell_and_from_cell_to_cell(open_page):
    page = open_layers(open_page, layer="conv2", channel=17, row=5, col=9)
    page.locator('.network canvas[data-layer="input"]').focus()
    page.keyboard.press("Tab")
    assert page.locator('canvas[data-layer="conv1"]').evaluate(
        "canvas => canvas.getRootNode().activeElement === canvas"
    )
    _, columns = grid(page, "conv1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = f"Layer 1, map {columns + 1}, row 14, column 14"
    expect(page.locator(".title")).to_have_text(re.compile(chosen))
    page.locator('canvas[data-layer="own"]:visible').focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".title")).to_have_text(re.compile(chosen.replace("14", "13")))
    expect(page).to_have_url(re.compile("row=13&col=13"))


def test_keys_lead_from_a_cell_to_one_of_the_layer_before(open_page):
    page = open_layers(open_page, layer="conv2", channel=17, row=5, col=9)
    source = page.locator('.cell canvas[data-layer="pool1"]')
    page.locator('.cell canvas[data-layer="input"]').focus()
    page.keyboard.press("Tab")
    expect(source).to_be_focused()
    name = source.get_attribute("aria-label")
    assert name.startswith("Pooled 1, map ")
    assert ", row 5, column 9: arrow keys" in name
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".title")).to_have_text(
        re.compile(r"Pooled 1, map \d+, row 4, column 10 =")
    )


def test_the_kernel_slides_until_it_is_paused_where_it_then_is(open_page, values):
    page = open_layers(open_page, layer="conv2", channel=17, row=5, col=9)
    page.get_by_role("button", name="Slide the kernel along the row").click()
    expect(page.locator(".where")).not_to_have_text("Row 5, column 9")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Slide the kernel along the row")).to_be_visible()
    column = int(re.search(r"column (\d+)", page.locator(".where").inner_text())[1])
    expect(page.locator(".title")).to_have_text(re.compile(f"row 5, column {column} ="))
    assert line(page, "After ReLU") == pytest.approx(values["conv2"][5, column, 17], abs=1e-4)
    page.get_by_role("button", name="Step back" if column else "Step on").click()
    beside = column - 1 if column else 1
    expect(page.locator(".title")).to_have_text(re.compile(f"row 5, column {beside} ="))


def test_a_partial_sum_opens_its_products(open_page):
    page = open_layers(open_page, layer="conv2", channel=17, row=5, col=9)
    last = page.locator(".bars li button").last
    name, shown = last.locator(".name").inner_text(), last.locator(".figure").inner_text()
    last.click()
    expect(page.locator("caption").first).to_have_text(f"Pooled 1, {name.lower()}")
    expect(page.locator("caption").last).to_have_text(f"Products, sum {shown}")


def test_switches_change_colours_and_order_without_asking_the_server(open_page, values):
    page = open_layers(open_page, layer="softmax", channel=7)
    canvas = page.locator('canvas[data-layer="conv2"]')
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    seen = {before}
    for choice, value in [("scale", "layer"), ("relu", "before"), ("sort", "strength"),
                          ("sort", "contribution")]:  # fmt: skip
        page.locator(f"[data-choice={choice}]").select_option(value)
        seen.add(canvas.evaluate("canvas => canvas.toDataURL()"))
    assert len(seen) == 5
    canvas.click(position={"x": 14, "y": 14})
    strongest = page.locator(".title")
    expect(strongest).to_have_text(re.compile("Layer 2, map"))


WATCH = """() => {
  const root = [...document.querySelectorAll('*')].find(
    (element) => element.shadowRoot?.querySelector('.digitscope')).shadowRoot;
  window.maps = [];
  const look = () => {
    const canvases = [...root.querySelectorAll('.network canvas')];
    window.maps.push(canvases.map((canvas) => {
      const seen = canvas.isConnected && canvas.getClientRects().length;
      return seen && canvas.getContext('2d').getImageData(1, 1, 1, 1).data[3] === 255;
    }).join());
    requestAnimationFrame(look);
  };
  look();
}"""


def test_maps_never_blank_between_two_strokes(open_page):
    page = open_layers(open_page)
    wait_until_still(page)
    place = page.locator('canvas[data-layer="conv1"]').bounding_box()
    page.evaluate(WATCH)
    draw(page, points_of(1))
    expect(page).not_to_have_url(re.compile(f"ink={INK}"))
    draw(page, points_of(7))
    press(page, "clear")
    expect(page.get_by_text("No drawing yet")).to_be_visible()
    wait_until_still(page)
    frames = page.evaluate("window.maps")
    assert len(frames) > 10
    assert set(frames) == {",".join(["true"] * 7)}
    assert page.locator('canvas[data-layer="conv1"]').bounding_box() == place


def test_a_phone_shows_network_and_arithmetic_with_nothing_cut_off(open_page):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    for layer in ("conv2", "dense1", "softmax"):
        page = open_layers(open_page, layer=layer, context=phone)
        assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
        for element in page.locator(".digitscope canvas, .digitscope table, .bars").all():
            box = element.bounding_box()
            assert box is None or (box["x"] >= 0 and box["x"] + box["width"] <= 390)


def test_the_draw_pages_strip_leads_to_the_layer_with_the_same_drawing(open_page):
    page = open_page(f"/?ink={INK}")
    page.get_by_role("link", name=re.compile("Pooled 1")).click()
    expect(page.locator(".title")).to_have_text(re.compile("Pooled 1, map"))
    expect(page).to_have_url(re.compile(f"ink={INK}"))
    expect(page.locator(".digit")).to_have_text("7")


@pytest.fixture
def three():
    """A network of three convolutions, used by all pages meanwhile."""
    set_default(make_network(runs_folder(), "three", filters=(4, 6, 24)))
    yield
    set_default(SHIPPED)
    shutil.rmtree(runs_folder() / "three")


def test_a_third_convolutions_maps_are_shown_and_a_click_or_keys_explain_one(open_page, three):
    page = open_layers(open_page)
    assert page.locator(".network canvas").count() == 9
    third, pooled = layer(page, "conv3"), layer(page, "pool3")
    # In two rows.
    assert third.bounding_box()["y"] + 100 < pooled.bounding_box()["y"]
    third.click(position=place(page, "conv3", 7, 3, 4))
    expect(page.locator(".title")).to_have_text(re.compile("Layer 3, map 7, row 3, column 4 = "))
    expect(page).to_have_url(re.compile("layer=conv3&channel=7&row=3&col=4"))
    expect(page.locator("caption").first).to_have_text(re.compile("Pooled 2, map"))
    pooled.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".title")).to_have_text(
        re.compile(r"Pooled 3, map \d+, row 2, column 2 = ")
    )
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator('.network canvas[data-layer="conv1"]')).to_be_visible()
    # On a phone one below the other, as wide as the page.
    expect(third).to_have_js_property("width", 8 * 43 - 1)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


def test_another_network_is_shown_and_explained_as_soon_as_it_is_in_use(open_page, request):
    page = open_layers(open_page)
    expect(page.locator(".title")).to_have_text(re.compile("Layer 2, map"))
    request.getfixturevalue("three")
    draw(page, points_of(1))
    expect(page.locator(".network canvas")).to_have_count(9)
    expect(page.locator(".title")).to_have_text(re.compile("Layer 3, map"))
    expect(page.locator("section.cell")).not_to_have_attribute("inert", "")
