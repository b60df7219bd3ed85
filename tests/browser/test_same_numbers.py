"""The second reader, in JavaScript, comes to the same numbers as the first, in a real browser."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
from playwright.sync_api import Page

from benchmarks.server import ROOT
from cnn.decision import decide, percent
from cnn.explain.layers import Layer, before_relu, layers_in_file, values_of
from cnn.ink.formats import strokes_from_canvas, strokes_from_json
from cnn.ink.strokes import InkError, Picture, rasterise
from cnn.model import build, save_model
from cnn.plots.colours import PAPER, table
from cnn.predictor import SHIPPED_MODEL, Predictor
from cnn.recipe import RECIPES, Recipe
from cnn.web.network_file import network_file
from pages.draw import canvas
from tests.browser.test_draw import draw, points_of
from tests.drawings import DIGITS_DRAWN, thousand
from tests.networks import READ, keras
from tests.patience import wait_until
from tests.server import served

pytestmark = pytest.mark.browser

SCRIPT = ROOT / "tests" / "browser" / "same_numbers.js"
PAGE = f"""<script type="module">
  import * as all from "/{SCRIPT.relative_to(ROOT)}";
  Object.assign(window, all);
</script>"""
# Pictures read at a time.
CHUNK = 20
RECIPES_READ = {
    "small": RECIPES["small"],
    "average pooling": Recipe(
        filters=(8, 16, 24), filter_size=3, pooling="average", dense_units=64, initialiser="he"
    ),
    "fully connected": Recipe(network="fc", initialiser="he"),
}


@dataclass(frozen=True)
class Second:
    """The second reader: a page that holds its modules, and has drawn a thousand drawings.

    Attributes:
        page: The page.
        answers: What gives the content at each path of the page's server.
        pictures: What Python makes of the drawings, [1000, 28, 28].
        apart: By how much the page's pictures differ from them.
    """

    page: Page
    answers: dict[str, Callable[[], bytes]]
    pictures: Picture
    apart: float


@pytest.fixture(scope="module")
def second(chromium):
    drawings = thousand(np.random.default_rng(0))
    pictures = np.stack([rasterise(strokes_from_json(drawing)) for drawing in drawings])
    scripts = [SCRIPT, *ROOT.glob("cnn/web/*.js")]
    answers = {f"/{script.relative_to(ROOT)}": script.read_bytes for script in scripts} | {
        "/": PAGE.encode,
        "/favicon.ico": bytes,
        "/drawings": json.dumps(drawings).encode,
        "/pictures": pictures.tobytes,
    }
    with served(answers) as address:
        page = chromium.new_context().new_page()
        page.goto(address)
        yield Second(page, answers, pictures, page.evaluate("draw()"))
        page.context.close()


def test_a_thousand_drawings_become_the_pictures_that_python_makes_of_them(second):
    assert len(second.pictures) == 1000
    assert second.apart <= 1e-4


@pytest.mark.parametrize("name", ["shipped", *RECIPES_READ])
def test_a_thousand_drawings_are_read_as_tensorflow_reads_them(tmp_path, second, name):
    path = SHIPPED_MODEL
    if name in RECIPES_READ:
        path = tmp_path / "model.keras"
        save_model(trained(RECIPES_READ[name], second.pictures[:DIGITS_DRAWN]), path)
    assert_same_numbers(second, path, 1000)


@pytest.mark.parametrize("name", READ)
def test_networks_of_other_origin_are_read_as_tensorflow_reads_them(tmp_path, second, name):
    model = READ[name]()
    model(np.zeros((1, 28, 28, 1)))
    model.save(tmp_path / "model.keras")
    assert_same_numbers(second, tmp_path / "model.keras", 2 * CHUNK, before_too=True)


def trained(recipe, pictures):
    """Build a network, and train it for a moment, so that its units are as often silent as real."""
    model = build(recipe)
    model.compile(
        keras.optimizers.Adam(2e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    model.fit(pictures[..., None], np.arange(len(pictures)) % 10, 50, epochs=3, verbose=0)
    return model


def assert_same_numbers(second, path, count, before_too=False):
    """Read the first pictures on either side; `before_too`: compare also what ReLU took in."""
    predictor, layers = Predictor.load(path, ""), layers_in_file(path)

    def numbers(picture):
        values = values_of(picture, predictor.read(picture))
        sums = [before_relu(part, values) for part in layers.values() if part.relu and before_too]
        return [values[name].ravel() for name in layers] + [part.ravel() for part in sums]

    def readings(first):
        chunk = second.pictures[first : first + CHUNK]
        every = [part for picture in chunk for part in numbers(picture)]
        return np.concatenate(every).astype(np.float32).tobytes()

    second.answers["/network"] = lambda: network_file(layers, "")
    for first in range(0, count, CHUNK):
        second.answers[f"/readings/{first}"] = partial(readings, first)
    said = {"count": count, "chunk": CHUNK, "beforeToo": before_too}
    apart = second.page.evaluate("(said) => readAll(said)", said)
    assert apart.keys() >= {f"values of {name}" for name in layers}
    assert apart.pop("values of softmax") <= 1e-4
    assert apart.pop("values of input") <= 1e-4
    assert max(apart.values()) <= 1e-3, apart


@pytest.mark.parametrize(
    ("script", "strokes"),
    [
        ("[]", []),
        ("[[], []]", [np.empty((0, 2))] * 2),
        ("[[[0, NaN]]]", [np.array([[0, np.nan]])]),
        ("[[[0, 1], [-Infinity, 0]]]", [np.array([[0, 1], [-np.inf, 0]])]),
        ("[[[0, 1000000.5]]]", [np.array([[0, 1_000_000.5]])]),
        ("Array(301).fill([[0, 0]])", [np.zeros((1, 2))] * 301),
        ("[Array(200001).fill([0, 0])]", [np.zeros((200_001, 2))]),
    ],
)
def test_what_is_no_ink_gets_the_sentence_that_python_says(second, script, strokes):
    with pytest.raises(InkError) as said:
        rasterise(strokes)
    assert second.page.evaluate(f"complaint(() => rasterise({script}), InkError)") == str(
        said.value
    )


def test_what_is_no_whole_file_of_a_network_is_told_of(second):
    layers = {"input": Layer("input", "input", "", (28, 28, 1))}
    numbers = np.full((1, 10), 0.1, np.float32)
    layers["logits"] = Layer("logits", "dense", "input", (10,), weights=numbers, bias=numbers[0])
    whole = network_file(layers, "")
    damaged = [
        b"",
        b"DGSN",
        whole[:-1],
        whole[:-40],
        whole[:60],
        b"<html>" + whole,
        b"no" + whole[2:],
    ]
    script = """(files) => files.map((bytes) => complaint(
      () => networkFromFile(Uint8Array.from(bytes).buffer), NetworkError))"""
    said = second.page.evaluate(script, [list(content) for content in [whole, *damaged]])
    assert said == ["", *["The network did not come whole: load the page again."] * len(damaged)]


def test_the_browser_decides_and_writes_probabilities_as_python_does(second):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(300, 10)) * rng.uniform(0, 8, (300, 1))
    rows = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    # Ties, and both sides of each threshold.
    pairs = [(0.75, 0.25), (0.7499999, 0.25), (0.99, 0.01), (0.99, 0.0099999), (0.4, 0.4)]
    pairs += [(0.5, 0.3), (0.5, 0.2999999), (0.5, 0.5), (1, 0), (0.1, 0.1)]
    for most, next_most in pairs:
        rest = max(1 - most - next_most, 0) / 8
        rows = np.vstack([rows, [most, *[rest] * 6, next_most, rest, rest], [rest] * 10])
    rows = rows.astype(np.float32)
    expected = [[said.kind, said.digit, said.short, said.sentence] for said in map(decide, rows)]
    script = "(rows) => rows.map((row) => Object.values(decide(Float32Array.from(row))))"
    assert second.page.evaluate(script, rows.tolist()) == expected
    shares = [0, 0.00099, 0.001, 0.01, 0.5, 0.999, 0.99901, 1, *rows[:300].ravel().tolist()]
    assert second.page.evaluate("(all) => all.map(percent)", shares) == list(map(percent, shares))


# The address of the module that follows the pen, once the page has it.
PEN = """performance.getEntriesByType("resource").map(({ name }) => name)
  .find((name) => name.endsWith("/pages/live/frontend/pen.js"))"""
# Keeps each stroke that the module makes of the pen's points, and all that the page sends.
LISTEN = """async (address) => {
  const { followPen } = await import(address);
  Object.assign(window, { strokes: [], sent: [] });
  const nothing = () => {};
  const ended = (stroke) => strokes.push(stroke);
  followPen(() => 20, { moved: nothing, ended, cancelled: nothing });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (content) {
    sent.push(new TextDecoder().decode(content));
    send.call(this, content);
  };
}"""


def paths_sent(app):
    """Return the paths that the canvas last told of; [] if it did not."""
    told = [text for text in app.evaluate("sent") if '"objects":[{' in text]
    return json.JSONDecoder().raw_decode(told[-1], told[-1].index("[{"))[0] if told else []


def test_values_have_the_same_colours_in_browsers_and_in_what_python_makes(second):
    papers = [f"rgb{paper}" for paper in PAPER.values()]
    tables = second.page.evaluate("(papers) => colours(papers)", papers)
    for theme, painted in zip(PAPER, tables, strict=True):
        np.testing.assert_array_equal(table(theme), painted)


def test_a_pens_points_become_the_strokes_that_the_canvas_makes_of_them(open_page):
    app = open_page()
    app.evaluate(LISTEN, wait_until(lambda: app.evaluate(PEN)))
    draw(app, [np.array([[60.0, 60.0]]), np.array([[60.0, 90.0], [65.0, 95.0]]), *points_of(3)])
    paths = wait_until(lambda: len(sent := paths_sent(app)) == 3 and sent)
    expected = strokes_from_canvas({"objects": canvas.zoomed(paths, 1 / canvas.ZOOM)})
    for stroke, theirs in zip(app.evaluate("strokes"), expected, strict=True):
        np.testing.assert_allclose(stroke, theirs, atol=0.001)
