"""The confusion matrix: which digits are taken for which; a press on a number shows them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from cnn.evaluation.scores import Evaluation
from cnn.plots.colours import css, css_upon

KEY = "matrix"
SCRIPT, STYLE = (Path(__file__).with_name(f"matrix.{kind}") for kind in ("js", "css"))
# Of the way from paper to the end of orange: a single mistake among many, and the cell with most.
WEAKEST, STRONGEST = 0.05, 0.6
# Counts from here on are written in thousands, so that they fit.
THOUSANDS = 10_000


class CellOfMatrix(NamedTuple):
    """What is one digit, and read as one."""

    label: int
    read: int


def from_address(text: str) -> CellOfMatrix | None:
    """Return the cell that an address names, as “4-9”; None if it names none."""
    label, _, read = text.partition("-")
    if all(len(each) == 1 and each in "0123456789" for each in (label, read)):
        return CellOfMatrix(int(label), int(read))
    return None


def show(
    evaluation: Evaluation,
    chosen: CellOfMatrix | None,
    choose: Callable[[CellOfMatrix | None], None],
) -> None:
    """Show the matrix.

    Args:
        evaluation: Whose it is.
        chosen: The cell whose digits are shown.
        choose: What to call with a cell that is pressed, or with None if it was chosen already.
    """

    def pressed() -> None:
        sent = st.session_state[KEY]["cell"]
        cell = _from_message(sent)
        if cell is not None:
            choose(None if cell == chosen else cell)

    told = {
        "cells": _cells(evaluation),
        "chosen": -1 if chosen is None else 10 * chosen.label + chosen.read,
    }
    _component()(key=KEY, data=told, height="content", on_cell_change=pressed)


def _from_message(sent: object) -> CellOfMatrix | None:
    if not isinstance(sent, dict):
        return None
    label, read = sent.get("label"), sent.get("read")
    # True is no number here.
    if type(label) is int and type(read) is int and 0 <= label <= 9 and 0 <= read <= 9:
        return CellOfMatrix(label, read)
    return None


def _cells(evaluation: Evaluation) -> list[dict[str, str]]:
    counts = evaluation.confusion
    most = int((counts - np.diag(counts.diagonal())).max())
    return [
        _cell(label, read, int(counts[label, read]), most)
        for label in range(10)
        for read in range(10)
    ]


def _cell(label: int, read: int, count: int, most: int) -> dict[str, str]:
    is_wrong = label != read and count > 0
    share = WEAKEST + (STRONGEST - WEAKEST) * count / most if is_wrong else 0.0
    written = f"{count // 1000}k" if count >= THOUSANDS else f"{count}" if count else ""
    name = f"{label} read right" if label == read else f"{label} read as {read}"
    return {
        "text": written,
        "name": f"{name}: {count:,}",
        "kind": "wrong" if is_wrong else "",
        "paper": css(share) if is_wrong else "",
        "ink": css_upon(share) if is_wrong else "",
    }


@cache
def _component() -> Any:
    head = "".join(f'<th scope="col">{digit}</th>' for digit in range(10))
    cells = '<td><button type="button" tabindex="-1"></button></td>' * 10
    rows = "".join(f'<tr><th scope="row">{digit}</th>{cells}</tr>' for digit in range(10))
    return st.components.v2.component(
        "digitscope_matrix",
        html='<div class="matrix"><table aria-label="Confusion matrix"><thead><tr><td></td>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>",
        css=STYLE.read_text(),
        js=SCRIPT.read_text(),
    )
