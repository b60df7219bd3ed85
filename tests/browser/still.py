"""A page that stands still: what a test waits for before and after it watches every frame."""

from playwright.sync_api import Page, expect

# Resolved when nothing has moved, appeared or gone for 30 frames.
STILL = """() => new Promise((resolve) => {
  const look = (before, left) => {
    const now = [...document.querySelectorAll('.stMain *')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return [x, y, width, height, getComputedStyle(element).opacity].join();
    }).join(' ');
    if (!left) resolve();
    else requestAnimationFrame(() => look(now, now === before ? left - 1 : 30));
  };
  look('', 30);
})"""


def wait_until_still(page: Page) -> None:
    """Wait for the end of the script, and of what its last words move on the page."""
    expect(page.locator('.stApp[data-test-script-state="notRunning"]')).to_be_attached()
    page.evaluate(STILL)
