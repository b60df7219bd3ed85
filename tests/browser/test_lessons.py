"""Every lesson, as somebody of sixteen goes through it; a new one is found by itself."""

import re

import numpy as np
import pytest
import textstat
from playwright.sync_api import expect

from benchmarks.server import ROOT
from cnn.explain.layers import layers_of
from cnn.ink.link import drawing_from_text, text_from_strokes
from cnn.model import build
from cnn.recipe import Recipe
from cnn.web.network_file import network_file
from pages.learn.place import names
from pages.server import modules
from tests import lessons
from tests.browser.test_screens import LAYOUT
from tests.patience import wait_until

pytestmark = pytest.mark.browser

# A school year, by Flesch and Kincaid.
GRADE = 9
SCREENS = {1280: (900, "light"), 390: (844, "dark")}
MOST_LINES, WIDEST = 250, 100
# A finger that drags the frame back again: events, and the column where it is.
FINGER: tuple[tuple[str, list[float]], ...] = (
    ("touchStart", [1.5]),
    ("touchMove", [1]),
    ("touchMove", [0.5]),
    ("touchEnd", []),
)


@pytest.mark.parametrize("name", names())
def test_a_lesson_is_done_by_keys_alone_and_fits_a_desk_and_a_phone(open_page, name):
    page = open_page(f"/Learn?lesson={name}", ".lesson")
    wrong = []

    def look():
        for width, (height, scheme) in SCREENS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            wrong.extend(page.evaluate(LAYOUT))

    assert lessons.go_through(page, look) >= 1
    assert wrong == []
    page.locator(".cards .done").wait_for()


def test_all_lessons_are_short_easy_to_read_and_in_an_order(open_page):
    page = open_page("/Learn", ".cards")
    grades = {
        name: textstat.flesch_kincaid_grade(" ".join(lessons.texts_of(page, name)))
        for name in names()
    }
    assert not {name: grade for name, grade in grades.items() if grade > GRADE}
    folder = ROOT / "pages" / "learn" / "lessons"
    lines = [(folder / f"{name}.js").read_text().splitlines() for name in names()]
    assert max(map(len, lines)) <= MOST_LINES
    assert max(len(line) for file in lines for line in file) <= WIDEST
    numbers = page.locator(".cards .number").all_text_contents()
    assert len(numbers) == len(names()) == len(set(numbers))


def test_the_example_of_a_lesson_in_contributing_is_one(open_page):
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text()
    example = re.search(r"```js\n(.*?)```", text.partition("## A lesson")[2], re.DOTALL)[1]
    page = open_page("/Learn", ".cards")
    kind = {"Content-Type": "text/javascript", "Access-Control-Allow-Origin": "*"}
    page.route(
        "**/lessons/moving-filter.js", lambda route: route.fulfill(body=example, headers=kind)
    )
    page.goto(page.url + "?lesson=moving-filter")
    page.locator(".lesson").wait_for()
    assert lessons.go_through(page) == 1


def test_progress_is_kept_in_the_browser_and_forgotten_on_request(open_page):
    page = open_page("/Learn", ".cards")
    keep = "(text) => localStorage.setItem('digitscope-lessons', text)"
    damaged = '{"moving-filter": [0, -1, 1e9, "x", 0], "x": 7}'
    for text, state in [(damaged, "1 of"), ("[[", "min"), ("null", "min"), (damaged, "1 of")]:
        page.evaluate(keep, text)
        page.reload()
        card = page.locator(".cards li", has_text="A moving filter")
        expect(card.locator(".state")).to_have_text(re.compile(state))
    lessons.press(page.get_by_role("button", name="Forget"))
    expect(card.locator(".state")).to_have_text(re.compile("min"))


def test_a_link_opens_the_screen_the_drawing_and_the_filter_of_its_sender(open_page):
    word = "_".join(["2", *["0"] * 23, "-1.5"])
    ink = text_from_strokes([np.array([[60.0, 60.0], [60.0, 260.0]])])
    page = open_page(f"/Learn?lesson=moving-filter&screen=5&filter={word}&ink={ink}", ".lesson")
    cells = lessons.seen(page).locator(".editable input")
    assert [cells.first.input_value(), cells.last.input_value()] == ["2", "−1.5"]
    cells.first.fill("3")
    wait_until(lambda: "filter=3_0" in page.evaluate("location.href"))
    assert ink in page.evaluate("location.href")
    box = page.locator(".paper canvas").first.bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 120, steps=5)
    page.mouse.up()
    wait_until(lambda: len(strokes_in(page)) == 2)
    page.get_by_role("link", name="Draw", exact=True).click()
    page.locator('.answer:not([data-state="waiting"])').wait_for()
    assert len(strokes_in(page)) == 2


def strokes_in(page):
    """The strokes that the address holds."""
    found = re.search(r"ink=([^&]*)", page.evaluate("location.href"))
    return drawing_from_text(found[1]) if found else []


# Which screens lack something, by the network in use.
LACKING = [
    (Recipe(filters=(3,), dense_units=9), {"many-filters": [4, 5, 6], "why-pooling-helps": []}),
    (Recipe(network="fc"), {"many-filters": [2, 3, 4, 5, 6], "relu": [2], "pooling": [4]}),
]


@pytest.mark.parametrize(("recipe", "lacking"), LACKING)
def test_a_screen_says_which_convolutions_the_network_in_use_lacks(open_page, recipe, lacking):
    body = network_file(layers_of(build(recipe)), "another one")
    page = open_page("/Learn", ".cards")
    page.route("**/networks/*", lambda route: route.fulfill(body=body))
    address, found = page.url, {}
    for name in lacking:
        page.goto(f"{address}?lesson={name}")
        page.locator(".lesson").wait_for()
        found[name] = []
        for number, dot in enumerate(page.locator(".dots .dot").all(), start=1):
            dot.click()
            screen = page.locator("section.screen:not([hidden])")
            said = screen.get_by_text("which the one in use does not have")
            expect(screen.locator(".asked").or_(said)).to_be_attached()
            found[name] += [number] * said.count()
    assert found == lacking


def test_an_unknown_lesson_leads_to_all_others_with_one_sentence(open_page):
    page = open_page("/Learn?lesson=cooking&ink=x", ".cards")
    expect(page.locator(".learn .wrong")).to_have_text(
        "There is no lesson “cooking”: choose one of these."
    )


# How bright the text is: red, green and blue.
INK = "(e) => getComputedStyle(e).color.match(/\\d+/g).map(Number)"


def test_on_paper_all_screens_of_a_lesson_stand_below_one_another(open_page):
    page = open_page("/Learn?lesson=moving-filter", ".lesson", color_scheme="dark")
    words = page.locator(".words").first
    dark = words.evaluate(INK)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert max(words.evaluate(INK)) < 60 < min(dark)
    expect(page.locator(".learn")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    for screen in page.locator("section.screen").all():
        expect(screen).to_be_visible()
        assert screen.locator(".figure > *").count()
    expect(page.locator(".st-key-frame")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert words.evaluate(INK) == dark


def test_on_paper_what_comes_frame_by_frame_is_complete(open_page):
    page = open_page("/Learn?lesson=why-pooling-helps&screen=2", ".lesson")
    lessons.seen(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    kept = page.get_by_label("How far does it hold?").locator(".words .live").all_inner_texts()
    assert len(kept) == 3
    assert "…" not in kept


def test_the_tutorials_two_windows_give_its_two_sums_by_mouse_finger_and_keys(open_page):
    page = open_page("/Learn?lesson=moving-filter", ".lesson", has_touch=True)
    said, frame = page.locator(".sum"), page.locator(".window")
    expect(said).to_contain_text("= 4.25")
    frame.press("ArrowRight")
    expect(said).to_have_text("0.5 × 3 + 0.5 × 0 + 0.5 × 1.5 + 0.5 × 0.5 = 2.5")
    lessons.press(page.get_by_role("button", name="Step", exact=True))
    frame.press("ArrowLeft")
    frame.press("ArrowLeft")
    expect(said).to_contain_text("= 4.25")
    # The frame's upper left cell is taken; it is 2 cells wide, of 5.
    box = page.locator(".editable").first.bounding_box()
    cell, left, top = box["width"] / 5, box["x"], box["y"]
    page.mouse.move(left + cell / 2, top + cell / 2)
    page.mouse.down()
    page.mouse.move(left + 1.5 * cell, top + cell / 2, steps=4)
    page.mouse.up()
    expect(said).to_contain_text("= 2.5")
    client = page.context.new_cdp_session(page)
    for kind, columns in FINGER:
        points = [{"x": left + column * cell, "y": top + cell / 2} for column in columns]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(said).to_contain_text("= 4.25")
    first = page.locator(".editable input").first
    first.focus()
    first.press_sequentially("4")
    expect(said).to_contain_text("0.5 × 4")
    expect(said).to_contain_text("= 5.25")


def test_the_tutorials_max_pooling_and_its_sizes_come_out(open_page):
    page = open_page("/Learn?lesson=pooling", ".lesson")
    screen = lessons.seen(page)
    for said in (
        "out 1 = max(in 1, in 2, in 6, in 7) = 6",
        "out 2 = max(in 3, in 4, in 8, in 9) = 8",
        "out 3 = max(in 5, pad, in 10, pad) = 1",
    ):
        expect(screen.get_by_text(said)).to_be_visible()
        lessons.press(page.get_by_role("button", name="Step", exact=True))
    assert screen.locator(".cells").last.locator(".cell").count() == 3 * 3
    page = open_page("/Learn?lesson=padding&screen=4", ".lesson")
    screen = lessons.seen(page)
    for said in ("28", "24", "28 → 14 → 7"):
        expect(screen.locator(".words .live").get_by_text(said, exact=True)).to_be_visible()


def test_a_drawn_digit_is_pooled_and_read_while_it_is_drawn(open_page):
    page = open_page(
        "/Learn?lesson=softmax-and-cross-entropy&screen=5&ink=p" + "_" * 523, ".lesson"
    )
    screen = lessons.seen(page)
    paper = screen.locator(".paper canvas")
    expect(paper.nth(1)).to_be_visible()
    before = screen.locator(".bars").inner_text()
    box = paper.first.bounding_box()
    page.mouse.move(box["x"] + 90, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 150, steps=6)
    wait_until(lambda: screen.locator(".bars").inner_text() != before)
    expect(paper.nth(1)).to_be_hidden()
    page.mouse.up()


# Has the component made anew, as Streamlit does at times on a busy machine.
AGAIN = """async (address) => {
  const { default: show } = await import(new URL(address, location.origin + "/"));
  const parentElement = document.createElement("div");
  parentElement.innerHTML = '<div class="learn-place"></div>';
  document.querySelector(".st-key-lessons").append(parentElement);
  show({ data: {}, parentElement, setTriggerValue: () => {} });
}"""


def test_a_component_made_anew_goes_on_with_the_lesson_as_it_stands(open_page):
    page = open_page("/Learn?lesson=moving-filter", ".lesson")
    first = page.locator(".editable input").first
    first.fill("4")
    expect(page.locator(".sum")).to_contain_text("= 5.25")
    page.evaluate(AGAIN, modules.address("pages/learn/frontend/learn.js"))
    expect(page.locator(".sum")).to_contain_text("= 5.25")
    expect(page.locator(".lesson")).to_have_count(1)
    page.locator(".window").press("ArrowRight")
    expect(page.locator(".sum")).to_contain_text("= 2.5")


@pytest.mark.parametrize("screen", [2, 3, 4])
def test_the_drawing_that_is_offered_is_misread_without_a_step(open_page, screen):
    page = open_page(f"/Learn?lesson=numbers-not-pictures&screen={screen}", ".lesson")
    screen = lessons.seen(page)
    expect(screen.get_by_text("Here nothing changes.")).to_be_visible()
    lessons.press(screen.get_by_role("button", name="Show one that is misread"))
    expect(screen.get_by_text("Here it matters.")).to_be_visible()


def test_the_tutorials_parameters_are_counted_and_a_cell_is_the_sum_of_its_channels(open_page):
    page = open_page("/Learn?lesson=many-filters&screen=6", ".lesson")
    screen = lessons.seen(page)
    for said in ("5 × 5 × 1 × 32 + 32 = 832", "5 × 5 × 32 × 64 + 64 = 51,264"):
        expect(screen.locator(".words").get_by_text(said)).to_be_visible()
    for said in ("3,137,000", "10,010"):
        expect(screen.locator(".bars").get_by_text(said)).to_be_visible()
    lessons.press(page.get_by_role("button", name="Back"))
    screen = lessons.seen(page)
    for _ in range(3):
        channels, _, _, added, networks = screen.locator(".words .live").all_inner_texts()
        assert (channels, added) == ("32", networks)
        screen.locator(".window").press("ArrowLeft")
