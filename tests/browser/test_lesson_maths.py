"""The lessons' arithmetic comes to what NumPy, SciPy and TensorFlow's rules say."""

import numpy as np
import pytest
from scipy.signal import correlate2d
from scipy.special import log_softmax, softmax

from benchmarks import pooling
from benchmarks.server import ROOT
from cnn.data.builtin import load_builtin
from cnn.ink.strokes import LINE_WIDTH, OTHER_LINES, preparation, without_a_step
from tests.server import served

pytestmark = pytest.mark.browser

PAGE = """<script type="module">
  import * as maths from "/pages/learn/kit/maths.js";
  import { prepared } from "/pages/learn/kit/preparing.js";
  import { moved } from "/pages/learn/kit/moves.js";
  window.maths = { ...maths, prepared, moved };
</script>"""


@pytest.fixture(scope="module")
def maths(chromium):
    """Calls a function of the module in a browser."""
    scripts = [*ROOT.glob("cnn/web/*.js"), *ROOT.glob("pages/learn/kit/*.js")]
    answers = {f"/{script.relative_to(ROOT)}": script.read_bytes for script in scripts}
    with served(answers | {"/": PAGE.encode, "/favicon.ico": bytes}) as address:
        page = chromium.new_context().new_page()
        page.goto(address)
        yield lambda name, *told: page.evaluate(f"(told) => maths.{name}(...told)", told)
        page.context.close()


def windows(cells, size, stride):
    every = np.lib.stride_tricks.sliding_window_view(cells, (size, size))
    return every[::stride, ::stride]


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("size", [2, 3, 5])
def test_a_filter_slides_as_scipys_does(maths, size, stride):
    rng = np.random.default_rng(size)
    cells, weights = rng.normal(size=(9, 11)), rng.normal(size=(size, size))
    given = maths("convolve", cells.tolist(), weights.tolist(), {"stride": stride})
    expected = correlate2d(cells, weights, "valid")[::stride, ::stride]
    np.testing.assert_allclose(given, expected, atol=1e-5)
    before = [maths("along", length, size, stride, "SAME") for length in cells.shape]
    rim = [(side["before"], side["after"]) for side in before]
    same = maths(
        "convolve", cells.tolist(), weights.tolist(), {"stride": stride, "padding": "SAME"}
    )
    expected = np.einsum("rcij,ij->rc", windows(np.pad(cells, rim), size, stride), weights)
    assert np.shape(same) == tuple(np.ceil(np.divide(cells.shape, stride)).astype(int))
    np.testing.assert_allclose(same, expected, atol=1e-5)


@pytest.mark.parametrize("by", ["max", "mean", "L2"])
def test_a_window_is_pooled_as_numpy_does(maths, by):
    cells = np.random.default_rng(0).normal(size=(6, 8))
    each = windows(cells, 2, 2)
    expected = {
        "max": each.max(axis=(2, 3)),
        "mean": each.mean(axis=(2, 3)),
        "L2": np.sqrt((each**2).sum(axis=(2, 3))),
    }[by]
    np.testing.assert_allclose(maths("pool", cells.tolist(), {"by": by}), expected, atol=1e-6)


def test_probabilities_and_their_cost_are_scipys(maths):
    logits = np.random.default_rng(0).normal(size=10, scale=4)
    np.testing.assert_allclose(maths("softmax", logits.tolist()), softmax(logits), atol=1e-6)
    cost = maths("costOfLogits", logits.tolist(), 3)
    assert cost == pytest.approx(-log_softmax(logits)[3])
    # Where a probability is 0 in 32 bits, the cost from the logits is finite all the same.
    far = [0.0, 200.0]
    assert maths("costOf", maths("softmax", far)[0]) == np.inf
    assert maths("costOfLogits", far, 0) == pytest.approx(200)


def test_the_tutorials_sizes_come_out(maths):
    sizes = {(28, 5, 1, "SAME"): 28, (28, 5, 1, "VALID"): 24, (28, 2, 2, "SAME"): 14}
    sizes |= {(14, 2, 2, "SAME"): 7, (5, 2, 2, "SAME"): 3}
    for told, out in sizes.items():
        assert maths("along", *told)["out"] == out


@pytest.mark.parametrize(("way", "amount"), [("right", -3), ("turn", 30), ("scale", 60)])
def test_what_two_networks_were_measured_on_is_moved_as_the_learners_digit_is(maths, way, amount):
    images = load_builtin().train.images[:2]
    for image, expected in zip(images, pooling.moved(images, way, amount), strict=True):
        given = maths("moved", image.tolist(), {way: amount})
        np.testing.assert_allclose(given, expected, atol=1e-5)


def test_ink_without_a_step_is_what_the_layers_page_shows_of_it(maths):
    strokes = [[[60.0, 40.0], [250.0, 50.0], [130.0, 300.0]], [[90.0, 180.0], [200.0, 170.0]]]
    arrays = [np.array(stroke) for stroke in strokes]
    steps = {step.name: step.picture for step in [*preparation(arrays), *without_a_step(arrays)]}
    thin, thick = (LINE_WIDTH * factor for factor in OTHER_LINES)
    ways = {
        "Drawn": {"fitted": False, "centred": False},
        "Not centred": {"centred": False},
        "Thin line": {"line": thin},
        "Thick line": {"line": thick},
        "Centred": {},
    }
    for name, way in ways.items():
        np.testing.assert_allclose(maths("prepared", strokes, way), steps[name], atol=1e-5)
