"""Digits in a gallery, as one network reads them, or two; each opens on Layers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from cnn.data.measured import Measured
from cnn.decision import percent
from cnn.evaluation.answers import Answers
from cnn.evaluation.pairs import Pair
from cnn.plots.images import data_uri, grey
from pages.evaluate.open_on_layers import open_on_layers

SCRIPT, STYLE = (Path(__file__).with_name(f"gallery.{kind}") for kind in ("js", "css"))
# Pictures that are shown at once, and with each press of “Show more”.
MOST = 18


@dataclass(frozen=True)
class Figure:
    """One digit of a gallery.

    Attributes:
        index: Of the digit in the set.
        picture: Address of its picture.
        said: What it is, and what it is read as.
        more: How surely.
        name: What it is called.
    """

    index: int
    picture: str
    said: str
    more: str
    name: str


def read(measured: Measured, answers: Answers, indices: Sequence[int], key: str) -> None:
    """Show how one network reads some digits.

    Args:
        measured: What was read.
        answers: The network's.
        indices: Of the digits, in their order.
        key: Tells this place on the page from others.
    """

    def figure(index: int) -> Figure:
        label, answer = answers.labels[index], answers.read[index]
        said = f"{label}, read right" if label == answer else f"{label} read as {answer}"
        sure = f"{percent(float(answers.certainty[index]))} sure"
        return Figure(index, _picture(measured, index), said, sure, measured.name_of(index))

    _show(measured, [figure(index) for index in _first(indices, key)], len(indices), key)


def read_by_two(measured: Measured, pair: Pair, key: str) -> None:
    """Show the digits that two networks read differently, the surest answers first."""

    def figure(index: int) -> Figure:
        both = (pair.first, pair.second)
        said = f"{pair.first.labels[index]}: {' or '.join(str(each.read[index]) for each in both)}"
        sure = ", ".join(percent(float(each.certainty[index])) for each in both)
        return Figure(index, _picture(measured, index), said, sure, measured.name_of(index))

    indices = pair.differing.tolist()
    _show(measured, [figure(index) for index in _first(indices, key)], len(indices), key)


def _first(indices: Sequence[int], key: str) -> Sequence[int]:
    return indices[: st.session_state.get(f"{key}-shown", MOST)]


def _show(measured: Measured, figures: Sequence[Figure], count: int, key: str) -> None:
    told = {"figures": [asdict(figure) for figure in figures]}
    clicked = _gallery()(key=key, data=told, height="content", on_open_change=lambda: None).open
    if count > len(figures):
        st.button(f"Show {min(MOST, count - len(figures))} more of {count:,}", type="tertiary",
                  key=f"{key}-more", on_click=_show_more, args=[key, len(figures)])  # fmt: skip
    index = clicked.get("index") if isinstance(clicked, dict) else None
    if type(index) is int and any(index == figure.index for figure in figures):
        open_on_layers(measured, index)


def _show_more(key: str, shown: int) -> None:
    st.session_state[f"{key}-shown"] = shown + MOST


def _picture(measured: Measured, index: int) -> str:
    return data_uri(grey(measured.digits.images[index]))


@cache
def _gallery() -> Any:
    return st.components.v2.component(
        "digitscope_gallery",
        html='<div class="gallery"></div>',
        css=STYLE.read_text(),
        js=SCRIPT.read_text(),
    )
