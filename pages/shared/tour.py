"""The tour: a few steps through all pages, for whoever asks for it; `tour.js` shows them."""

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.shared import permissions

SCRIPT, STYLE, MARKUP = (Path(__file__).with_name(f"tour.{kind}") for kind in ("js", "css", "html"))
# A click on it puts an example on the canvas (pages/draw/welcome.py).
EXAMPLE = "#try-3"


@dataclass(frozen=True)
class Step:
    """One of the tour's steps.

    Attributes:
        page: On which it is, by its name in the menu.
        places: Selectors of what it is about: the first that is seen counts. What follows " >>> "
            is looked for inside a component.
        title: Its name.
        text: What is said of it.
        example: What to click first where nothing is drawn yet; "" for nothing.
    """

    page: str
    places: tuple[str, ...]
    title: str
    text: str
    example: str = ""


STEPS = (
    Step(
        "Draw",
        (".st-key-canvas", ".st-key-easel"),
        "Draw a digit",
        "Use mouse, finger or pen. The network reads along while you draw: try it now, or go on"
        " with an example.",
    ),
    Step(
        "Draw",
        (".st-key-live-answer >>> .answer", ".st-key-beside"),
        "What the network reads",
        "The bars are the probabilities of the ten digits, which add up to 100 %. Where no digit"
        " stands out, the network says “?”.",
        EXAMPLE,
    ),
    Step(
        "Draw",
        (".st-key-live-strip >>> .strip > :nth-child(2)", ".st-key-live-strip"),
        "How it gets there",
        "Each small map shows where one filter found its pattern in the digit; orange is found."
        " Later layers look for patterns in these maps.",
        EXAMPLE,
    ),
    Step(
        "Layers",
        (
            '.st-key-network >>> canvas[data-layer]:not([data-layer="input"])',
            ".st-key-network",
            '.st-key-menu a[href$="Layers"]',
        ),
        "Every map, every cell",
        "Here is the whole network, from the ink to the answer. Click any cell of any map to see"
        " where its value comes from.",
    ),
    Step(
        "Layers",
        (".st-key-cell >>> .equation", ".st-key-cell", '.st-key-menu a[href$="Layers"]'),
        "One cell's arithmetic",
        "A patch of the layer before, times the filter's weights, and all of it added up: a network"
        " does nothing else.",
    ),
    Step(
        "Filters",
        (".st-key-filters-faces", '.st-key-menu a[href$="Filters"]'),
        "What the filters look for",
        "Nobody wrote these patterns: they were learned from examples. Choose one to see what"
        " excites it.",
    ),
    Step(
        "Train",
        (".st-key-start", ".stMain form", '.st-key-menu a[href$="Train"]'),
        "Train your own",
        "Start a training and watch the mistakes become fewer. Then read with your own network on"
        " all pages.",
    ),
    Step(
        "Evaluate",
        (".st-key-evaluate-choice", '.st-key-menu a[href$="Evaluate"]'),
        "How good is it, really?",
        "See how many digits a network reads right, which it takes for which, and its mistakes:"
        " press one to look inside.",
    ),
    Step(
        "Learn",
        (".st-key-lessons >>> .cards > :first-child", '.st-key-menu a[href$="Learn"]'),
        "Lessons to touch",
        "Each shows one idea: first with a few numbers, then with your own digit. Start where you"
        " like.",
    ),
)
FOR_VISITORS = "The owner of this server trains networks here. Look how they learned."


def show(page: str, pages: list[str]) -> None:
    """Show the button that begins the tour; or go on with it, where it came from another page.

    Args:
        page: The name of this page.
        pages: Those that there are.
    """
    steps = [asdict(step) for step in STEPS if step.page in pages]
    if not permissions.may_train():
        for step in steps:
            step["text"] = FOR_VISITORS if step["page"] == "Train" else step["text"]
    _tour()(key="tour", data={"page": page, "steps": steps}, width="content", height="content")


@cache
def _tour() -> Any:
    return st.components.v2.component(
        "digitscope_tour",
        html=MARKUP.read_text(),
        css=STYLE.read_text(),
        js=SCRIPT.read_text(),
    )
