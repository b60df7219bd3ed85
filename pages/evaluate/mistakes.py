"""The confusion matrix, and beside it digits to look at: mistakes, or those of a cell."""

import html
from collections.abc import Callable

import streamlit as st

from cnn.evaluation.findings import Findings
from pages.evaluate import figures, matrix
from pages.evaluate.matrix import CellOfMatrix

MATRIX = """<h4 class="part">Which digits are taken for which</h4>
<p class="note">Rows: what it is. Columns: what it is read as. Press a number to see its digits.</p>
"""
OPEN = "Press one to open it on Layers."
# Layers reads with the network that is in use, and may read a digit in another way.
OPEN_IN_USE = "Press one to open it on Layers, with the network in use."


def show(
    findings: Findings, asked: str, write_cell: Callable[[str], None], *, is_in_use: bool
) -> None:
    """Show the matrix, and the digits of the cell that is chosen, or the surest mistakes.

    Args:
        findings: What was found out.
        asked: The cell that the address tells of, as “4-9”; "" for none.
        write_cell: What to call with another one.
        is_in_use: Whether the network is the one that this session reads with.
    """
    cell = matrix.from_address(asked)

    def choose(pressed: CellOfMatrix | None) -> None:
        write_cell("" if pressed is None else f"{pressed.label}-{pressed.read}")

    with st.container(key="evaluate-view"):
        with st.container(key="evaluate-matrix"):
            st.html(MATRIX)
            matrix.show(findings.network.evaluation, cell, choose)
        with st.container(key="evaluate-gallery"):
            _digits(findings, cell, choose, OPEN if is_in_use else OPEN_IN_USE)


def _digits(
    findings: Findings,
    cell: CellOfMatrix | None,
    choose: Callable[[CellOfMatrix | None], None],
    how: str,
) -> None:
    answers = findings.network.evaluation.answers
    if cell is None:
        indices = [each.index for each in answers.mistakes()]
        title, none = "The surest mistakes", "None: every digit is read right."
    else:
        indices = answers.cell(*cell).tolist()
        title, none = _title(cell), "None of these digits is."
    note = f"{len(indices):,} of {len(answers):,}, the surest first. {how}" if indices else none
    with st.container(key="evaluate-of", horizontal=True, vertical_alignment="top"):
        st.html(f'<h4 class="part">{title}</h4><p class="note">{html.escape(note)}</p>')
        if cell is not None:
            st.button("All mistakes", key="evaluate-all", type="tertiary", width="content",
                      on_click=choose, args=[None])  # fmt: skip
    if indices:
        key = "mistakes" if cell is None else f"cell-{cell.label}-{cell.read}"
        figures.read(findings.measured, answers, indices, f"digits-{key}")


def _title(cell: CellOfMatrix) -> str:
    if cell.label == cell.read:
        return f"{cell.label}, read right"
    return f"{cell.label} read as {cell.read}"
