"""What only a real browser shows of replay, of deleting a run, and of charts saved as pictures."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from cnn.runs.run import all_runs, runs_folder
from tests.browser.test_train import button
from tests.made_runs import make_run
from tests.patience import wait_until

pytestmark = pytest.mark.browser

CHARTS = ["cost", "accuracy", "certainty", "confusion"]
# In every frame: which charts are seen where, each once, and how large the pictures are.
FRAMES = """(names) => {
  window.framesSeen = new Set();
  const place = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, Math.round(width), Math.round(height)].join(',');
  };
  const look = () => {
    const charts = names.map((name) => {
      const slots = document.querySelectorAll(
        `.st-key-chart-replay-0-${name} [class*="st-key-slot-"]`);
      const seen = [...slots].filter((slot) => getComputedStyle(slot).opacity === '1');
      const drawn = seen.map((slot) => slot.querySelector(
        '.scatterlayer .trace, .heatmaplayer image') ? place(slot.querySelector('.main-svg')) : '');
      return `${name} ${drawn.join(' and ')}`;
    });
    const pictures = document.querySelectorAll('.weights img, .probe, .digit-picture img');
    window.framesSeen.add([...charts, ...[...pictures].map(place)].join('; '));
    requestAnimationFrame(look);
  };
  look();
}"""

# Every moment that replay shows from now on, in order.
NOTE_MOMENTS = """() => {
  window.moments = [];
  new MutationObserver(() => {
    const texts = [...document.querySelectorAll("main *, section *")]
      .filter((element) => !element.childElementCount)
      .map((element) => element.textContent.trim());
    const now = texts.filter((text) => /^(After epoch|Before the first)/.test(text)).at(-1);
    if (now && now !== window.moments.at(-1)) window.moments.push(now);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@pytest.fixture
def made():
    """Make runs for one test; they are gone after it."""
    names = []

    def make(name):
        names.append(name)
        return make_run(runs_folder(), name)

    yield make
    for name in names:
        shutil.rmtree(runs_folder() / name, ignore_errors=True)


def open_run(open_page, name, **context):
    return open_page(f"/Train?run={name}", ready=".st-key-chart-run-accuracy .main-svg", **context)


def test_the_slider_moves_charts_filters_and_readings_together_and_nothing_jumps(open_page, made):
    made("replayed")
    page = open_run(open_page, "replayed")
    page.get_by_text("Replay", exact=True).click()
    for name in CHARTS:
        expect(page.locator(f".st-key-chart-replay-0-{name} .main-svg").first).to_be_visible()
    right = page.get_by_text(re.compile("^After epoch"))
    expect(right).to_have_text(["After epoch 4", "After epoch 4"])
    slider = page.locator(".st-key-replay-slider").get_by_role("slider")
    slider.focus()
    expect(page.locator('.stApp[data-test-script-state="notRunning"]')).to_be_attached()
    pictures = page.locator(".probe").get_attribute("src"), _markers(page)
    page.evaluate(FRAMES, CHARTS)
    for epoch in (3, 2, 1):
        slider.press("ArrowLeft")
        expect(right).to_have_text(["After epoch 4", f"After epoch {epoch}"])
    expect(page.get_by_text("8 of 10 test digits are misread.")).to_be_visible()
    expect(page.get_by_text("1, >99.9 %")).to_be_visible()
    wait_until(lambda: _markers(page) != pictures[1])
    assert page.locator(".probe").get_attribute("src") != pictures[0]
    frames = page.evaluate("[...window.framesSeen]")
    assert len(frames) == 1, frames
    assert " and " not in frames[0]


def test_play_goes_through_all_epochs_and_stops(open_page, made):
    made("played")
    page = open_run(open_page, "played")
    page.get_by_text("Replay", exact=True).click()
    shown = page.get_by_text(re.compile("^After epoch|^Before the first step"))
    expect(shown).to_have_text(["After epoch 4", "After epoch 4"])
    # Each moment stands for a second; a machine at work may look at none of them in time.
    page.evaluate(NOTE_MOMENTS)
    button(page, "Play").click()
    expect(button(page, "Pause")).to_be_visible()
    expect(button(page, "Play")).to_be_visible()
    expect(shown).to_have_text(["After epoch 4", "After epoch 4"])
    epochs = [f"After epoch {epoch}" for epoch in range(1, 5)]
    # What stood there before Play may be the first.
    assert page.evaluate("moments")[-5:] == ["Before the first step", *epochs]


def test_a_run_is_deleted_after_a_second_press_and_kept_otherwise(open_page, made):
    made("kept")
    made("unwanted")
    page = open_run(open_page, "unwanted")
    button(page, "Delete").click()
    button(page, "Keep it").click()
    expect(button(page, "Keep it")).to_have_count(0)
    expect(page.locator(".runs .chosen")).to_contain_text("unwanted")
    button(page, "Delete").click()
    button(page, "Delete for good").click()
    expect(page.locator(".runs .chosen")).to_contain_text("kept")
    assert "unwanted" not in {run.name for run in all_runs()}
    expect(page.locator(".runs")).not_to_contain_text("unwanted")


@pytest.mark.parametrize(
    ("kind", "label", "first"),
    [("PNG", "Download plot as a PNG", b"\x89PNG"), ("SVG", "Download plot", b"<svg")],
)
def test_the_camera_above_a_chart_saves_it(open_page, made, kind, label, first):
    made("curves")
    page = open_run(open_page, "curves", accept_downloads=True)
    if kind != "PNG":
        button(page, "Download").click()
        page.get_by_text(kind, exact=True).click()
        page.keyboard.press("Escape")
    camera = page.locator(".st-key-slot-0-run-cost").get_by_role("button", name=label, exact=True)
    with page.expect_download() as saving:
        camera.click()
    assert saving.value.suggested_filename == f"curves cost.{kind.lower()}"
    assert saving.value.path().read_bytes().startswith(first)


def test_a_phone_shows_replay_with_nothing_cut_off(open_page, made):
    made("narrow")
    phone = {"width": 390, "height": 844}
    page = open_run(open_page, "narrow", viewport=phone, color_scheme="dark")
    page.get_by_text("Replay", exact=True).click()
    expect(page.locator(".st-key-chart-replay-0-confusion .main-svg").first).to_be_visible()
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390


def _markers(page):
    """Return where the lines that mark the epoch are drawn."""
    return page.locator(".shapelayer path").evaluate_all(
        "(paths) => paths.map((path) => path.getAttribute('d'))"
    )
