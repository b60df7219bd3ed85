"""The map of digits in a real browser: it places drawings as Python does, and can be pointed at."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from playwright.sync_api import Page

from benchmarks.server import ROOT
from cnn.data.digits import Digits
from cnn.explain.digit_map import DigitMap, map_by_components, with_places
from cnn.explain.layers import Layer
from cnn.ink.formats import strokes_from_json
from cnn.ink.strokes import rasterise
from cnn.web.network_file import network_file
from pages.evaluate import map_data
from pages.evaluate.map import STYLE
from tests.patience import wait_until
from tests.server import served

pytestmark = pytest.mark.browser

# As deep as the app's own server puts them.
BELOW = "/web/digest"
UNITS, DIGITS = 24, 60
PAGE = """<!DOCTYPE html><style>:root { --st-text-color: #111; --st-background-color: #fff }
STYLE</style><div id="parent"><div class="map-place"></div></div>
<script type="module">
  import component from "BELOW/pages/evaluate/frontend/map.js";
  import { mapFromFile } from "BELOW/pages/evaluate/frontend/map-data.js";
  import { placeOf } from "BELOW/pages/evaluate/frontend/map-place.js";
  window.sent = {};
  window.tell = (data) => component({ data, parentElement: document.querySelector("#parent"),
    setTriggerValue: (name, value) => { sent[name] = value; } });
  window.places = async (units, neighbours) => {
    const map = mapFromFile(await (await fetch("/maps/1")).arrayBuffer());
    return units.map((each) => placeOf(map, each, neighbours));
  };
</script>"""
TOLD = {"map": "maps/1", "network": "networks/1", "layer": "dense1", "strokes": []}
SAID = {"components": "By their components.", "neighbours": "By their neighbours."}


@dataclass(frozen=True)
class Shown:
    """A page that shows a map.

    Attributes:
        page: The page.
        found: The map.
        dense: The weights of the layer by which digits are laid out.
    """

    page: Page
    found: DigitMap
    dense: Layer

    def tell(self, **more):
        """Tell the component what Python would."""
        told = {**TOLD, "neighbours": None, "waiting": "", "said": SAID, **more}
        # What it returns ends it.
        self.page.evaluate(f"void tell({json.dumps(told)})")
        self.page.locator(".field canvas").wait_for()


@pytest.fixture
def shown(chromium):
    rng = np.random.default_rng(0)
    pictures = np.round(rng.uniform(size=(DIGITS, 28, 28))).astype(np.float32)
    labels = np.arange(DIGITS) % 10
    # Three are misread.
    probabilities = np.eye(10, dtype=np.float32)[
        np.where(labels + np.arange(DIGITS) < 3, 5, labels)
    ]
    weights = [rng.normal(size=shape).astype(np.float32) for shape in ((784, UNITS), (UNITS, 10))]
    dense = Layer("dense1", "dense", "flatten", (UNITS,), True, None, weights[0], np.zeros(UNITS))
    layers = {
        "input": Layer("input", "input", "", (28, 28, 1)),
        "flatten": Layer("flatten", "flatten", "input", (784,)),
        "dense1": dense,
        "logits": Layer("logits", "dense", "dense1", (10,), False, None, weights[1], np.zeros(10)),
        "softmax": Layer("softmax", "softmax", "logits", (10,)),
    }
    found = map_by_components(units_of(dense, pictures))
    page_text = PAGE.replace("STYLE", STYLE.read_text()).replace("BELOW", BELOW)
    scripts = [*ROOT.glob("cnn/web/*.js"), *ROOT.glob("pages/*/frontend/*.js")]
    answers = {f"{BELOW}/{file.relative_to(ROOT)}": file.read_bytes for file in scripts} | {
        "/": page_text.encode,
        "/favicon.ico": bytes,
        "/maps/1": lambda: map_data.map_file(found, Digits(pictures, labels), probabilities),
        "/networks/1": lambda: network_file(layers, ""),
    }
    with served(answers) as address:
        page = chromium.new_context(viewport={"width": 1000, "height": 1000}).new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        wait_until(lambda: page.evaluate("'tell' in window"))
        yield Shown(page, found, dense)
        page.context.close()
    assert complaints == []


def units_of(dense, pictures):
    return np.maximum(pictures.reshape(len(pictures), -1) @ dense.weights, 0)


def test_a_new_digit_lies_where_python_places_it(shown):
    rng = np.random.default_rng(1)
    new = units_of(shown.dense, rng.uniform(size=(20, 28, 28)).astype(np.float32))
    by_neighbours = with_places(shown.found, rng.normal(size=(DIGITS, 2)))
    for found, neighbours in ((shown.found, None), (by_neighbours, by_neighbours.places.ravel())):
        given = None if neighbours is None else neighbours.tolist()
        script = "([units, neighbours]) => places(units, neighbours)"
        placed = shown.page.evaluate(script, [new.tolist(), given])
        np.testing.assert_allclose(placed, found.place(new), rtol=1e-4, atol=1e-3)


def test_a_drawing_is_read_and_told_when_the_pen_is_lifted(shown):
    shown.tell()
    box = shown.page.locator(".pad canvas").bounding_box()
    mouse = shown.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 40)
    mouse.down()
    mouse.move(box["x"] + 120, box["y"] + 160, steps=5)
    said = shown.page.locator(".pad .said")
    wait_until(lambda: "Draw a digit" not in said.inner_text())
    assert "drawn" not in shown.page.evaluate("sent")
    mouse.up()
    strokes = shown.page.evaluate("sent.drawn")
    assert rasterise(strokes_from_json({"strokes": strokes})).any()
    shown.page.get_by_role("button", name="Clear").click()
    assert shown.page.evaluate("sent.drawn") == []


def test_digits_are_pointed_at_and_opened_by_mouse_and_by_keys(shown):
    shown.tell()
    page, canvas = shown.page, shown.page.locator(".field canvas")
    said = page.locator(".card [role=status]")
    page.get_by_role("button", name="Next mistake").click()
    assert "read as 5" in said.inner_text()
    canvas.focus()
    before = said.inner_text()
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        canvas.press(key)
    canvas.press("ArrowRight")
    assert said.inner_text() != before
    canvas.press("Enter")
    assert 0 <= page.evaluate("sent.opened.digit") < DIGITS
    page.evaluate("sent.opened = null")
    # Where a digit is, as the page lays it: the widest one lies at the rim.
    box = canvas.bounding_box()
    places = shown.found.places
    wide, tall = np.ptp(places, axis=0)
    scale = min((box["width"] - 36) / wide, (box["height"] - 36) / tall)
    middle = (places.min(axis=0) + places.max(axis=0)) / 2
    digit = int(places[:, 0].argmax())
    x, y = (places[digit] - middle) * scale * (1, -1)
    page.mouse.click(box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y)
    assert page.evaluate("sent.opened.digit") == digit


def test_the_map_by_neighbours_can_be_chosen_once_it_is_there(shown):
    shown.tell(waiting="It is being computed …")
    button = shown.page.get_by_role("button", name="By neighbours")
    assert button.is_disabled()
    assert "computed" in shown.page.locator(".waiting").inner_text()
    places = np.random.default_rng(2).normal(size=2 * DIGITS).tolist()
    shown.tell(neighbours=places)
    assert shown.page.locator(".summary").inner_text() == SAID["components"]
    button.click()
    assert shown.page.locator(".summary").inner_text() == SAID["neighbours"]
