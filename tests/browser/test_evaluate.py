"""The Evaluate page: from a number of the matrix to the digits behind it, and to Layers."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn.data.builtin import load_builtin
from cnn.evaluation import evaluate
from cnn.ink.link import drawing_from_text
from cnn.predictor import shipped_predictor
from tests.browser.still import wait_until_still
from tests.patience import wait_until

pytestmark = pytest.mark.browser

# The smallest that a finger meets, in pixels.
FINGER = 24
# Half of one between two of the shades that an address has of a picture, and a little.
STEP = 0.034
INK = "new URLSearchParams(location.search).get('ink')"


@pytest.fixture(scope="module")
def expected():
    return evaluate(shipped_predictor(), load_builtin().test)


@pytest.fixture(scope="module")
def cell(expected):
    """The cell of the matrix with the most mistakes: what it is, and what it is read as."""
    wrong = expected.confusion * (1 - np.eye(10, dtype=int))
    return np.unravel_index(wrong.argmax(), wrong.shape)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_a_number_of_the_matrix_leads_to_its_digits_and_a_digit_to_layers(
    open_page, expected, cell, width, height
):
    page = open_page("/Evaluate?data=digits", ".gallery button",
                     viewport={"width": width, "height": height})  # fmt: skip
    indices = expected.answers.cell(*cell).tolist()
    number = page.get_by_role("button", name=f"{cell[0]} read as {cell[1]}: {len(indices)}")
    box = number.bounding_box()
    assert min(box["width"], box["height"]) >= FINGER
    number.click()
    expect(page.locator(".gallery button")).to_have_count(len(indices))
    expect(number).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile(f"cell={cell[0]}-{cell[1]}"))
    page.locator(".gallery button").last.click()
    expect(page).to_have_title(re.compile("^Layers"))
    expect(page.locator(".st-key-easel .remark")).to_contain_text(f"No. {indices[-1]:,} of")
    shown = drawing_from_text(wait_until(lambda: page.evaluate(INK)))
    np.testing.assert_allclose(shown, load_builtin().test.images[indices[-1]], atol=STEP)
    page.go_back()
    expect(page.locator(".gallery button")).to_have_count(len(indices))


def test_arrows_lead_through_the_matrix_and_enter_shows_a_numbers_digits(open_page, expected):
    page = open_page("/Evaluate?data=digits", ".gallery button")
    wait_until_still(page)
    page.locator(".matrix td button").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    count = int(expected.confusion[1, 1])
    expect(page.get_by_role("button", name=f"1 read right: {count}", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-evaluate-of")).to_contain_text(f"{count} of {expected.n}")
    expect(page.get_by_role("button", name=f"1 read right: {count}", exact=True)).to_be_focused()
