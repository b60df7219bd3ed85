"""The tutorial's numbers, where the lessons come to them, and what a lesson measures by itself."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

import cnn
from benchmarks import pooling
from tests import lessons

pytestmark = pytest.mark.browser


def test_a_digits_way_has_the_tutorials_shapes_and_its_row_is_3136_long(open_page):
    page = open_page("/Learn?lesson=from-maps-to-an-answer", ".lesson")
    stages = lessons.seen(page).locator(".stages .told")
    for place, said in enumerate(
        ("28 × 28 × 1 = 784", "28 × 28 × 32", "14 × 14 × 32", "14 × 14 × 64", "7 × 7 × 64 = 3,136")
    ):
        expect(stages.nth(place)).to_contain_text(said)
    for place, count in enumerate(("3,136", "1,000", "10"), 5):
        expect(stages.nth(place)).to_contain_text(count)
    lessons.press(page.locator(".lesson button.next"))
    screen = lessons.seen(page)
    for name, value in {"Rows": "7", "Columns": "7", "Maps": "64"}.items():
        screen.get_by_role("slider", name=name).fill(value)
    expect(screen.locator(".bars .strong")).to_contain_text("3,136")
    expect(screen.locator(".words")).to_contain_text("64.57 maps")


def test_the_tutorials_parameters_are_counted_layer_by_layer(open_page):
    page = open_page("/Learn?lesson=from-maps-to-an-answer&screen=4", ".lesson")
    values = lessons.seen(page).locator(".bars .value")
    expect(values).to_have_text(["832", "51,264", "3,137,000", "10,010", "3,199,106"])
    lessons.press(page.locator(".lesson button.next"))
    expect(lessons.seen(page).locator(".words")).to_contain_text("238,510")


def test_a_moved_digit_changes_less_after_pooling_and_its_ranges_are_measured(open_page):
    page = open_page("/Learn?lesson=why-pooling-helps&screen=2", ".lesson")
    screen = lessons.seen(page)
    screen.get_by_role("slider", name="Right").fill("1")
    values = screen.locator(".bars .value")
    _, first, pooled_first, second, pooled_second = (
        int(text.removesuffix(" %")) for text in values.all_text_contents()
    )
    assert 0 < pooled_first < first
    assert 0 < pooled_second < second
    screen.get_by_role("slider", name="Right").fill("0")
    expect(values).to_have_text(["0 %"] * 5)
    page.goto(page.url.partition("?")[0] + "?lesson=why-pooling-helps&screen=5")
    kept = lessons.seen(page).locator(".words .live")
    for place in range(3):
        expect(kept.nth(place)).to_have_text(re.compile(r"^−?\d+ to \d+$"))


def test_the_claim_on_scale_and_orientation_is_told_beside_what_was_measured(open_page):
    page = open_page("/Learn?lesson=why-pooling-helps&screen=4", ".lesson")
    expect(lessons.seen(page).locator(".words")).to_contain_text(
        "The tutorial says that pooling makes a network steadier when scale and orientation change."
    )
    lessons.press(page.locator(".dots .dot").last)
    text = pooling.FILE.read_text()
    ways = json.loads(text[text.index("{") : text.rindex(";")])["ways"]
    said = lessons.seen(page).locator(".words .live")
    for place, way, amount in ((2, "right", 4), (3, "scale", 140), (4, "turn", 30)):
        at = ways[way]["amounts"].index(amount)
        shares = [np.mean([run[at] for run in ways[way][kind]]) for kind in ("pooled", "plain")]
        expect(said.nth(place)).to_have_text(
            " % and ".join(f"{100 * s:.1f}" for s in shares) + " %"
        )


def test_the_tutorials_first_and_last_epoch_stand_beside_a_training_of_its_network(open_page):
    page = open_page("/Learn?lesson=ten-epochs", ".lesson")
    screen = lessons.seen(page)
    for said in ("0.739", "0.911", "0.990"):
        expect(screen.locator(".words .live").get_by_text(said, exact=True).first).to_be_visible()
    screen.get_by_role("slider", name="Epoch").fill("10")
    rows = screen.locator(".bars .value").all_text_contents()
    assert len(rows) == 10
    assert all(re.fullmatch(r"0\.9\d\d, cost 0\.\d{3}", row) for row in rows)


def test_a_file_holds_two_bytes_a_parameter_and_the_program_prints_what_the_page_reads(open_page):
    page = open_page("/Learn?lesson=from-training-to-use", ".lesson")
    expect(lessons.seen(page).locator(".words")).to_contain_text("3,199,106")
    expect(lessons.seen(page).locator(".bars .value")).to_have_text(["6.4 MB", "8.5 MB"])
    lessons.press(page.locator(".lesson button.next"))
    expect(lessons.seen(page).locator(".words")).to_contain_text("13,808,400")
    page.goto(page.url.partition("?")[0] + "?lesson=from-training-to-use&screen=4")
    screen = lessons.seen(page)
    drawing, program = screen.locator(".command code").all_text_contents()
    image = cnn.rasterise(cnn.strokes_from_json(json.loads(drawing)))
    assert "print(cnn.decide(reading.probabilities).digit)" in program
    digit = cnn.decide(cnn.shipped_predictor().read(image).probabilities).digit
    expect(screen.locator(".words .live")).to_have_text(str(digit))
