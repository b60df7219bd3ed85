"""Page, service and command line say the same of what somebody has drawn."""

import json

import pytest
from playwright.sync_api import expect

from cnn.cli import main
from cnn.ink.link import drawing_from_text
from tests.browser.test_draw import draw, points_of, strokes_known
from tests.patience import wait_until
from tests.service import ask

pytestmark = pytest.mark.browser
# In percent: what page and TensorFlow differ by, and the digits to which a browser rounds.
APART = 0.01


def shares(page):
    """Return the probabilities that the page's bars show, in percent."""
    widths = page.locator(".bars .bar").evaluate_all("bars => bars.map((bar) => bar.style.width)")
    return [float(width.removesuffix("%")) for width in widths]


def test_page_service_and_command_line_agree_on_a_drawing(open_page, server, tmp_path, capsys):
    page = open_page()
    # A seven's bar, and a one through it: no easy answer, so no rounded numbers.
    draw(page, [*points_of(7), *points_of(1, left=150)])
    wait_until(lambda: strokes_known(page) == 2)
    # An address holds a drawing a little coarser: what it holds is read on both sides.
    address = page.evaluate("location.href")
    page = open_page("/" + address.split("/", 3)[3])
    expect(page.locator(".digit")).not_to_have_text("")
    ink = address.partition("ink=")[2]
    strokes = [stroke.tolist() for stroke in drawing_from_text(ink)]

    status, _, answer = ask(server, "POST", "/api/read", {"strokes": strokes})
    assert status == 200
    by_service = [100 * share for share in answer["probabilities"]]
    assert max(by_service) < 99.99
    assert by_service == pytest.approx(shares(page), abs=APART)
    assert page.locator(".sentence").inner_text() == answer["sentence"]

    file = tmp_path / "drawing.json"
    file.write_text(json.dumps({"strokes": strokes}))
    assert main(["predict", "--json", str(file)]) == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert said["probabilities"] == pytest.approx(answer["probabilities"], abs=1e-6)
