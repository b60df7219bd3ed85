"""A lesson as somebody goes through it who has a keyboard alone."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from pages.server import modules

# By how much an answer is wrong at first.
WRONG_BY = 1000
# All that is to be read of a lesson, in sentences.
TEXTS = """async (address) => {
  const lesson = (await import(new URL(address, location.origin + '/'))).default;
  const { plain } = await import(new URL(address.replace(/lessons.*/, 'kit/words.js'),
    location.origin + '/'));
  const texts = lesson.screens.flatMap(({ text = [], ask = [] }) =>
    [text, ask.map(({ task }) => task ?? [])].flat(2));
  return [lesson.does, ...texts, ...Object.values(lesson.terms ?? {})].map(plain);
}"""


def texts_of(page: Page, name: str) -> list[str]:
    """Return all sentences of a lesson, without its marks."""
    texts: list[str] = page.evaluate(TEXTS, modules.address(f"pages/learn/lessons/{name}.js"))
    return texts


def seen(page: Page) -> Locator:
    """Return the screen that is seen, once it is filled."""
    screen = page.locator("section.screen:not([hidden])")
    screen.locator(".asked").wait_for(state="attached")
    return screen


def press(button: Locator) -> None:
    """Go to a button, and press it by the keyboard."""
    button.focus()
    button.press("Enter")


def answer(question: Locator) -> None:
    """Answer a question, in the way that is its own; a number first wrong."""
    said = question.locator(".said")
    number = question.locator("input[type=text]")
    choices = question.locator("input[type=radio]")
    if number.count():
        right = number.evaluate("(input) => input.answer")
        number.focus()
        number.press_sequentially(str(float(right.replace("−", "-")) + WRONG_BY))
        number.press("Enter")
        expect(said).to_have_class("said wrong")
        assert len(said.inner_text().split()) > 3, "a wrong answer gets a hint"
        number.press("Control+a")
        number.press_sequentially(right)
        number.press("Enter")
    elif choices.count():
        place = choices.first.evaluate("(input) => input.answer")
        choices.first.focus()
        choices.first.press("Space")
        for _ in range(place):
            question.locator("input:focus").press("ArrowDown")
        question.locator("input:focus").press("Enter")
    else:
        press(question.get_by_role("button", name="Check"))
        expect(said).to_have_class("said wrong")
        question.locator("p").first.evaluate("(text) => text.solve()")
        press(question.get_by_role("button", name="Check"))
    expect(said).to_have_class("said right")


def go_through(page: Page, look: Callable[[], object] = lambda: None) -> int:
    """Go through all screens and answer all questions; returns how many there were.

    Args:
        page: That shows the lesson.
        look: What to do on each screen before its questions.
    """
    count = 0
    where = page.locator(".where")
    for number in range(1, page.locator(".dots .dot").count() + 1):
        expect(where).to_have_text(re.compile(f"^{number} of"))
        screen = seen(page)
        look()
        for question in screen.locator("form.question").all():
            answer(question)
            count += 1
        press(page.locator(".lesson button.next"))
    page.locator(".cards").wait_for()
    return count
