"""What only a real browser shows of the Train page: a training from its start to its use."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_draw import draw, points_of

pytestmark = pytest.mark.browser

# As many as leave time to press all that is pressed while it runs, and not the recipe's own.
EPOCHS = 25

# In every frame: how many charts of the place are seen, and whether they have their curves.
FRAMES = """(place) => {
  window.framesSeen = [];
  const look = () => {
    const slots = [...document.querySelectorAll(`.st-key-chart-${place} [class*="st-key-slot-"]`)];
    const seen = slots.filter((slot) => getComputedStyle(slot).opacity === '1');
    const charts = seen.flatMap((slot) => [...slot.querySelectorAll('.js-plotly-plot')]).filter(
      (chart) => chart.querySelector('.main-svg')?.getClientRects().length);
    window.framesSeen.push(charts.map((chart) => {
      const { x, y, width, height } = chart.querySelector('.main-svg').getBoundingClientRect();
      const drawn = chart.querySelectorAll('.scatterlayer .trace').length >= 2;
      return [x, y, Math.round(width), height, drawn].join(' ');
    }));
    requestAnimationFrame(look);
  };
  look();
}"""


def lines(page):
    return page.locator(".lines div")


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_a_training_is_watched_paused_reloaded_stopped_resumed_and_used(open_page):
    page = open_page("/Train", ready=".st-key-start button")
    page.get_by_role("combobox", name="Data").click()
    page.get_by_role("option", name="Built-in digits").click()
    # The settings are another recipe's from here on.
    expect(page.get_by_text("For the few built-in digits")).to_be_visible()
    page.get_by_role("spinbutton", name="Epochs").fill(str(EPOCHS))
    page.get_by_role("textbox", name="Name").fill("watched")
    page.get_by_role("textbox", name="Name").press("Tab")
    button(page, "Start training").click()
    # Points appear while it runs.
    expect(lines(page).nth(1)).to_be_visible()
    expect(page.locator(".st-key-chart-run-accuracy .points path").nth(1)).to_be_attached()
    page.evaluate(FRAMES, "run-accuracy")
    expect(lines(page).nth(3)).to_be_visible()
    frames = page.evaluate("window.framesSeen")
    assert {len(charts) for charts in frames} == {1}, frames
    assert len({chart for charts in frames for chart in charts}) == 1, frames

    button(page, "Pause").click()
    expect(page.get_by_text(re.compile("^Paused · epoch"))).to_be_visible()
    before = lines(page).all_inner_texts()
    page.reload()
    expect(page.get_by_text(re.compile("^Paused · epoch"))).to_be_visible()
    # The newest comes first.
    assert lines(page).all_inner_texts()[-len(before) :] == before
    button(page, "Resume").click()
    expect(lines(page).nth(len(before) + 1)).to_be_visible()

    button(page, "Stop").click()
    expect(page.get_by_text(re.compile("^Stopped after epoch"))).to_be_visible()
    button(page, "Resume").click()
    expect(page.get_by_text(re.compile("^Finished after"))).to_be_visible()
    expect(lines(page)).to_have_count(EPOCHS)
    assert page.locator(".runs .chosen").inner_text().startswith("watched")

    button(page, "Use this model").click()
    expect(page.get_by_text("Model watched", exact=True)).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    page.locator("canvas.upper-canvas").wait_for()
    draw(page, points_of(7))
    expect(page.locator(".sentence")).to_have_text(re.compile("Reads as|Not sure|does not look"))
    page.get_by_role("link", name="Train", exact=True).click()
    button(page, "Back to the shipped model").click()
    expect(page.get_by_text("Shipped model", exact=True)).to_be_visible()


def test_a_phone_shows_the_train_page_in_one_column_with_nothing_cut_off(open_page):
    page = open_page(
        "/Train",
        ready=".st-key-start button",
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
    )
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390
