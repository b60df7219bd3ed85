"""Saying what a drawing is: one click under the answer keeps it, to teach a network by."""

import html
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnn.data import user_drawings
from cnn.data.digits import DataError
from cnn.data.user_drawings import UserDrawing
from cnn.decision import decide
from cnn.ink.strokes import Stroke, rasterise
from pages.draw import lesson, teaching
from pages.draw.sketchbook import Drawing
from pages.shared import messages, session_model

DIGIT = "teach-digit"
BEFORE = "teach-before"
TROUBLE = "teach-trouble"
PICTURE = "Only what is drawn here can be kept; this is a picture."
NOT_SURE = "The network is not sure which digit this is: choose it."
ASK = "Say which digit it is, to keep it. Drawing alone never trains the network."


def row(place: DeltaGenerator, current: Drawing) -> None:
    """Ask whether an answer is right, and which digit it is if not; show what was kept.

    Args:
        place: Where to; its height is kept while nothing is drawn (page.css).
        current: The drawing.
    """
    with place:
        if going_on := lesson.current():
            lesson.show(going_on, current)
            return
        if current.is_empty:
            _offer_lesson()
            return
        if current.picture is not None:
            _say("note", PICTURE)
            return
        strokes = current.strokes()
        kept = user_drawings.find(strokes)
        st.session_state[DIGIT] = kept.drawing.label if kept else None
        with st.container(key="teach-right", horizontal=True, vertical_alignment="center"):
            # Dimmed while the browser's network is not sure (page.css).
            st.button("Right", icon=":material/check:", key="right", on_click=messages.attempt,
                      args=[TROUBLE, _keep_as_read, strokes])  # fmt: skip
            st.html('<span class="note">or it is</span>', width="content")
        st.pills("Which digit it is", range(10), key=DIGIT, label_visibility="collapsed",
                 width="stretch", on_change=messages.attempt,
                 args=[TROUBLE, _choose, strokes])  # fmt: skip
        with st.container(key="teach-note", horizontal=True, vertical_alignment="center"):
            _say_what_is_kept(kept)
            if kept and _can_undo(kept):
                st.button("Undo", icon=":material/undo:", key="teach-undo", type="tertiary",
                          on_click=messages.attempt, args=[TROUBLE, _undo])  # fmt: skip
            _lesson_button()


def _offer_lesson() -> None:
    """Offer to draw ten in a row, and to see what came of those that were taught last."""
    with st.container(key="teach-note", horizontal=True, vertical_alignment="center"):
        _lesson_button()
        if last := teaching.last():
            busy = teaching.is_active(last)
            label = f"See “{last.name}” learn" if busy else f"What “{last.name}” learned"
            st.button(label, icon=":material/school:", key="teach-last", type="tertiary",
                      on_click=lesson.look_at, args=[last.name])  # fmt: skip


def _lesson_button() -> None:
    st.button("Draw ten to teach it", icon=":material/edit:", key="teach-ten", type="tertiary",
              on_click=lesson.begin)  # fmt: skip


def _say_what_is_kept(kept: UserDrawing | None) -> None:
    if trouble := st.session_state.pop(TROUBLE, ""):
        _say("trouble", trouble)
    elif kept:
        count = len(user_drawings.collection().drawings)
        _say("note", f"Kept as {kept.drawing.label} {teaching.WHERE}: {_drawings(count)}.")
    else:
        _say("note", ASK)


def _drawings(count: int) -> str:
    return f"{count:,} drawings" if count > 1 else "your first drawing"


def _say(kind: str, text: str) -> None:
    st.html(f'<div class="{kind}" role="status">{html.escape(text)}</div>')


def _choose(strokes: Sequence[Stroke]) -> None:
    """Keep the drawing as the digit chosen; choosing the same one again takes it back."""
    digit = st.session_state[DIGIT]
    if digit is not None:
        _keep(strokes, digit)
    elif kept := user_drawings.find(strokes):
        user_drawings.delete([kept.id])


def _keep_as_read(strokes: Sequence[Stroke]) -> None:
    """Keep the drawing as the digit that the network reads.

    Raises:
        DataError: It is not sure which one that is.
    """
    network = session_model.loading().result()
    decision = decide(network.predictor.read(rasterise(strokes)).probabilities)
    if not decision.sure:
        raise DataError(NOT_SURE)
    _keep(strokes, decision.digit)


def _keep(strokes: Sequence[Stroke], digit: int) -> None:
    before = user_drawings.find(strokes)
    user_drawings.keep(strokes, digit)
    now = user_drawings.find(strokes)
    st.session_state[BEFORE] = (now, before)


def _can_undo(kept: UserDrawing) -> bool:
    """Whether this session said last what this drawing is."""
    now, _ = st.session_state.get(BEFORE, (None, None))
    return now is not None and (now.id, now.drawing.label) == (kept.id, kept.drawing.label)


def _undo() -> None:
    """Go back to what was kept of the drawing before the last click: another digit, or nothing."""
    now, before = st.session_state.pop(BEFORE)
    if before is None:
        user_drawings.delete([now.id])
    else:
        user_drawings.relabel([now.id], before.drawing.label)
