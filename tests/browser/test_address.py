"""What only a real browser shows of addresses: back and forward, loading anew, sharing."""

import re
import shutil

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.ink.link import drawing_from_text
from cnn.model import build, save_model
from cnn.runs.run import runs_folder
from tests.browser.still import wait_until_still
from tests.browser.test_draw import draw, points_of
from tests.made_runs import RECIPE, make_run
from tests.patience import wait_until
from tests.server import served

pytestmark = pytest.mark.browser

ONE = b'{"strokes": [[[9, 0], [9, 99]]]}'
# Notes in which way the address is changed.
WATCH = """() => {
  window.steps = [];
  navigation.addEventListener("navigate", (event) => window.steps.push(event.navigationType));
}"""


def path(page):
    return page.evaluate("location.pathname")


def word(page, name):
    found = re.search(rf"[?&]{name}=([^&]*)", page.evaluate("location.search"))
    return found[1] if found else ""


def strokes_known(page):
    """How many strokes the address tells of."""
    ink = word(page, "ink")
    return len(drawing_from_text(ink)) if ink else 0


def steps(page):
    """Take what has become of the address since this was last asked for."""
    return page.evaluate("window.steps.splice(0)")


def go_to(page, name):
    page.get_by_role("link", name=name, exact=True).click()
    wait_until(lambda: path(page) == f"/{name.replace('Draw', '')}" and word(page, "ink"))


def choose_cell(page, digit):
    page.locator(f'[data-cell="softmax-{digit}"]').click()
    wait_until(lambda: word(page, "channel") == str(digit))


def test_back_leads_to_the_page_before_however_much_was_drawn_and_chosen(open_page):
    page = open_page()
    page.evaluate(WATCH)
    begin = page.evaluate("history.length")
    for count in range(10):
        left = 30 + 25 * count
        draw(page, [np.array([[left, 60], [left, 90]])])
        wait_until(lambda count=count: strokes_known(page) == count + 1)
    assert steps(page) == ["replace"] * 10
    go_to(page, "Layers")
    page.locator('[data-cell="softmax-0"]').wait_for()
    assert steps(page)[0] == "push"
    wait_until_still(page)
    steps(page)
    for digit in range(5):
        choose_cell(page, digit)
    assert steps(page) == ["replace"] * 5
    wait_until_still(page)
    assert page.evaluate("history.length") == begin + 1
    page.go_back()
    page.locator(".strip").wait_for()
    assert (path(page), word(page, "layer"), strokes_known(page)) == ("/", "", 10)
    draw(page, [np.array([[30, 160], [60, 160]])])
    wait_until(lambda: strokes_known(page) == 11)
    page.go_forward()
    expect(page.locator(".title").first).to_have_text(re.compile("4"))
    wait_until(lambda: strokes_known(page) == 11)
    assert (path(page), word(page, "layer"), word(page, "channel")) == ("/Layers", "softmax", "4")
    assert page.evaluate("history.length") == begin + 1
    page.go_back()
    page.locator(".strip").wait_for()
    page.go_back()
    assert page.url == "about:blank"


def test_a_drawing_and_what_was_chosen_outlive_loading_every_page_anew(open_page):
    page = open_page()
    draw(page, points_of(7))
    wait_until(lambda: strokes_known(page) == 1)
    ink = word(page, "ink")
    go_to(page, "Layers")
    choose_cell(page, 3)
    wait_until_still(page)
    page.reload()
    expect(page.locator(".title").first).to_have_text(re.compile("3"))
    go_to(page, "Filters")
    page.locator(".st-key-filters-faces button").nth(4).click()
    wait_until(lambda: word(page, "filter") == "4")
    wait_until_still(page)
    page.reload()
    expect(page.locator("h3").first).to_have_text(re.compile("filter 4"))
    go_to(page, "Train")
    wait_until_still(page)
    page.reload()
    page.locator(".st-key-share").wait_for()
    go_to(page, "Draw")
    expect(page.locator(".digit")).to_have_text("7")
    assert word(page, "ink") == ink


def test_a_link_is_copied_and_leads_another_browser_to_the_same_drawing(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    draw(page, points_of(7))
    wait_until(lambda: strokes_known(page) == 1)
    page.locator(".st-key-share button").first.click()
    place = page.get_by_test_id("stPopoverBody")
    # The server of this test is there for this machine alone: no code would lead others to it.
    expect(place.locator(".note")).to_have_text(re.compile("Only this computer"))
    expect(place.get_by_role("img")).to_be_hidden()
    place.get_by_role("button", name="Copy link").click()
    expect(place.locator(".said")).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    assert len(drawing_from_text(link.partition("ink=")[2])) == 1


def test_where_a_browser_has_no_clipboard_a_link_is_copied_all_the_same(open_page):
    page = open_page("/Train", ".wordmark", permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("""navigator.clipboard.writeText = undefined""")
    page.locator(".st-key-share button").first.click()
    place = page.get_by_test_id("stPopoverBody")
    place.get_by_text("Start page").click()
    expect(place.locator(".words")).to_have_text(page.url.removesuffix("Train"))
    place.get_by_role("button", name="Copy link").click()
    expect(place.locator(".said")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url.removesuffix("Train")


@pytest.fixture
def other_site(server):
    """Another site's page, which has the app in a frame."""

    frame = f'<iframe src="{server}/Layers?ink=sA"></iframe>'
    with served({"/": frame.encode, "/favicon.ico": bytes}) as address:
        # Of another name, it is another site.
        yield address.replace("127.0.0.1", "localhost")


def test_in_another_sites_frame_there_is_a_link_to_a_tab_of_its_own(open_page, other_site, server):
    page = open_page()
    wait_until_still(page)
    page.goto(other_site)
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link").click()
    assert opened.value.url == f"{server}/Layers?ink=sA"


def test_an_uploads_trouble_stands_where_it_was_chosen_and_a_good_one_closes_that(open_page):
    page = open_page()
    draw(page, points_of(7))
    page.locator(".st-key-more-tools button").first.click()
    place = page.get_by_test_id("stPopoverBody")
    letter = {"name": "letter.png", "mimeType": "image/png", "buffer": b"Dear reader"}
    place.locator("input[type=file]").set_input_files(letter)
    expect(place.get_by_role("status").filter(has_text="letter.png: ")).to_be_visible()
    expect(page.locator(".digit")).to_have_text("7")
    one = {"name": "one.json", "mimeType": "application/json", "buffer": ONE}
    place.locator("input[type=file]").set_input_files(one)
    expect(place).to_be_hidden()
    expect(page.locator(".digit")).to_have_text("1")


def test_the_page_stays_where_it_is_when_there_is_another_network_to_choose(open_page):
    place = {"viewport": {"width": 1280, "height": 900}}
    page = open_page("/Train", ".st-key-start", **place)
    wait_until_still(page)
    before = page.locator(".st-key-frame").bounding_box()
    run = make_run(runs_folder(), "another")
    save_model(build(RECIPE), run.model_file)
    try:
        page = open_page("/Train", ".st-key-model-picker", **place)
        wait_until_still(page)
        assert page.locator(".st-key-frame").bounding_box() == before
    finally:
        shutil.rmtree(run.folder)
