"""Everybody can use the pages: what axe, a checker of accessibility, finds on each of them."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.browser.still import wait_until_still

pytestmark = pytest.mark.browser

# What tells that a page is there as a whole.
PAGES = {
    "/": ".st-key-way-train a",
    "/Layers": ".st-key-cell table",
    "/Filters": "#filter",
    "/Train": ".st-key-start button",
    "/Evaluate?data=digits": ".per-digit",
    "/Learn?lesson=moving-filter": ".lesson .sum",
}
GRAVE = {"serious", "critical"}


def findings(page):
    """What is wrong, one line each: the rule, the element, and axe's sentence."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{rule['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def in_both_schemes(page):
    """What is wrong in the light, and in the dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator(".stApp")).to_have_css("color-scheme", scheme)
        wait_until_still(page)
        found += findings(page)
    return found


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/"])
def test_nothing_serious_is_wrong_with_a_page_in_light_or_dark(open_page, path):
    page = open_page(path, ready=PAGES[path])
    assert in_both_schemes(page) == []
    assert page.get_by_role("heading", level=1).count() == 1


def test_nothing_serious_is_wrong_with_draw_empty_or_drawn_nor_with_the_tour(open_page):
    page = open_page(ready=PAGES["/"])
    assert in_both_schemes(page) == []
    assert page.get_by_role("heading", level=1).count() == 1
    page.get_by_role("button", name="Try this 3").click()
    expect(page.locator(".sentence")).to_have_text(re.compile("Reads as 3"))
    page.get_by_role("button", name="Tour").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert in_both_schemes(page) == []


# The element that has the focus, also inside components: [its name, itself].
FOCUSED = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (element === document.body) return null;
  const labels = [...(element.labels ?? [])].map((label) => label.textContent);
  const pictures = [...element.querySelectorAll('[alt]')].map(({ alt }) => alt);
  const name = [element.ariaLabel, ...labels, ...pictures, element.textContent, element.title];
  return [name.filter(Boolean).join(' ').trim(), element.outerHTML];
}"""


# What tells that all controls of a page are there, and some of those that Tab must lead to.
TRIES = [f"Try this {digit}" for digit in range(10)]
CONTROLS = {
    "/": ["Example", *TRIES, "Look inside", "Learn how", "Train your own"],
    "/Layers": ["Example", "Layer 2", "softmax of 9", "Watch it flow", "What is ReLU?", "Step on"],
    "/Filters": ["Layer 1", "Filter"],
    "/Train": ["Data", "Recipe", "Epochs", "Learning rate", "Batch size", "Name", "Start training"],
    "/Evaluate?data=digits": ["Network", "Digits", "0 read right", "sure", "Report", "What is F1?"],
    "/Learn?lesson=moving-filter": ["All lessons", "Screen 2", "Input, row 1", "Step", "Next"],
}
EVERYWHERE = ["Draw", "Layers", "Filters", "Train", "Evaluate", "Learn", "Share", "Tour"]


@pytest.mark.parametrize("path", PAGES)
def test_tab_leads_to_every_control_of_a_page_and_each_has_a_name(open_page, path):
    page = open_page(path, ready=PAGES[path])
    if path == "/":
        # Buttons come in their own time, after their places.
        for name in ("Example", TRIES[-1]):
            page.get_by_role("button", name=name).wait_for()
    wait_until_still(page)
    reached = []
    page.locator("body").press("Tab")
    while focused := page.evaluate(FOCUSED):
        reached.append(focused)
        page.keyboard.press("Tab")
        assert len(reached) < 120
    assert not [element for name, element in reached if not name]
    names = " | ".join(name for name, _ in reached)
    for name in (*EVERYWHERE, *CONTROLS[path]):
        assert name in names
