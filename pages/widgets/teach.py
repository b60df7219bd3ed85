"""Saying what a drawing is: one click under the answer keeps it, to teach a network by."""

import html
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn import handwriting
from cnn.handwriting import Kept
from cnn.ink import Stroke
from cnn.verdict import Verdict
from pages.widgets import access
from pages.widgets.drawing import Drawing

DIGIT = "teach-digit"
BEFORE = "teach-before"
TROUBLE = "teach-trouble"
PICTURE = "Only what is drawn here can be kept; this is a picture."
ASK = "Say which digit it is, to keep it. Drawing alone never trains the network."


def row(place: DeltaGenerator, current: Drawing, verdict: Verdict) -> None:
    """Ask whether an answer is right, and which digit it is if not; show what was kept.

    Args:
        place: Where to; its height must be kept while there is no answer.
        current: The drawing.
        verdict: What the network makes of it.
    """
    with place:
        if current.picture is not None:
            _say("note", PICTURE)
            return
        strokes = current.strokes()
        kept = handwriting.find(strokes)
        st.session_state[DIGIT] = kept.drawing.label if kept else None
        with st.container(key="teach-right", horizontal=True, vertical_alignment="center"):
            st.button("Right", icon=":material/check:", key="right", disabled=not verdict.sure,
                      on_click=_attempt, args=[_keep, strokes, verdict.digit])  # fmt: skip
            st.html('<span class="note">or it is</span>', width="content")
            if kept and _can_undo(kept):
                st.button("Undo", icon=":material/undo:", key="teach-undo", type="tertiary",
                          on_click=_attempt, args=[_undo])  # fmt: skip
        st.pills("Which digit it is", range(10), key=DIGIT, label_visibility="collapsed",
                 width="stretch", on_change=_attempt, args=[_choose, strokes])  # fmt: skip
        if trouble := st.session_state.pop(TROUBLE, ""):
            _say("trouble", trouble)
        elif kept:
            count = len(handwriting.collection().drawings)
            _say("note", f"Kept as {kept.drawing.label}: {_drawings(count)}, on the Train page.")
        else:
            _say("note", ASK)


def _drawings(count: int) -> str:
    return f"{count:,} drawings" if count > 1 else "your first drawing"


def _say(kind: str, text: str) -> None:
    st.html(f'<div class="{kind}" role="status">{html.escape(text)}</div>')


def _attempt(action: Callable[..., None], *arguments: Any) -> None:
    """Do something; what goes wrong is told in the row."""
    st.session_state[TROUBLE] = access.attempt(action, *arguments)


def _choose(strokes: Sequence[Stroke]) -> None:
    """Keep the drawing as the digit chosen; choosing the same one again takes it back."""
    digit = st.session_state[DIGIT]
    if digit is not None:
        _keep(strokes, digit)
    elif kept := handwriting.find(strokes):
        handwriting.delete([kept.id])


def _keep(strokes: Sequence[Stroke], digit: int) -> None:
    before = handwriting.find(strokes)
    handwriting.keep(strokes, digit)
    now = handwriting.find(strokes)
    st.session_state[BEFORE] = (now, before)


def _can_undo(kept: Kept) -> bool:
    """Whether this session said last what this drawing is."""
    now, _ = st.session_state.get(BEFORE, (None, None))
    return now is not None and (now.id, now.drawing.label) == (kept.id, kept.drawing.label)


def _undo() -> None:
    """Go back to what was kept of the drawing before the last click: another digit, or nothing."""
    now, before = st.session_state.pop(BEFORE)
    if before is None:
        handwriting.delete([now.id])
    else:
        handwriting.relabel([now.id], before.drawing.label)
