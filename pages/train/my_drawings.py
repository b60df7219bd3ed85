"""The user's own drawings: seen, corrected, deleted, exported and imported."""

import html
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from cnn.data import user_drawings
from cnn.data.user_drawings import UserDrawing
from cnn.ink.strokes import Picture, Stroke, rasterise
from cnn.model import ModelError
from cnn.plots.images import data_uri, grey
from cnn.predictor import Predictor
from pages.draw import teaching
from pages.shared import messages, permissions, session_model
from pages.shared.permissions import Who
from pages.train import finetune

STYLE = Path(__file__).with_name("my_drawings.css")
CHOSEN, DIGIT = "yours-chosen", "yours-digit"
SAID, TROUBLE, DELETED, UPLOADS = "yours-said", "yours-trouble", "yours-deleted", "yours-uploads"
# More pictures than these are slow to load; older ones are shown when asked for.
SHOWN = 60
ABOUT = """<p class="note">What you named on the Draw page is kept {where}. Drawing alone never
trains the network.</p>"""
EMPTY = """<p class="note">None yet. Press “Draw ten to teach it” on the Draw page, or say under an
answer which digit a drawing is; or import a file of drawings.</p>"""
LEGEND = """<p class="note">Under each, the digit that it is; in orange, what the model in use takes
it for instead. Of four, one is held out (a ruler): never trained on, to measure by. Press some to
correct or delete them.</p>"""
FOR_OWNER = "Drawings are kept and taught by the owner of this server."
OFF = "On this server no drawings are kept, and nothing is taught."


@st.fragment
def show() -> None:
    """Show the section, or say why there is none."""
    st.html(STYLE)
    st.subheader("Your drawings", anchor="your-drawings")
    if not permissions.may_train():
        said = FOR_OWNER if permissions.who() is Who.OWNER else OFF
        st.html(f'<p class="note">{said}</p>')
        return
    st.html(ABOUT.format(where=html.escape(teaching.for_whom())))
    found = user_drawings.collection()
    if found.drawings:
        with st.container(key="yours"):
            _faces(list(reversed(found.drawings)))
        st.html(LEGEND)
    else:
        st.html(EMPTY)
    _buttons(bool(found.drawings))
    said = st.session_state.pop(SAID, "")
    if found.damaged:
        lines = "line" if found.damaged == 1 else "lines"
        said += (
            f" {found.damaged:,} {lines} of {user_drawings.drawings_file()} cannot be read, and"
            " stay as they are."
        )
    st.html(f'<div class="remark note" role="status">{html.escape(said.strip())}</div>')
    messages.show(TROUBLE)
    if found.drawings:
        finetune.show(len(found.drawings))


def _faces(drawings: Sequence[UserDrawing]) -> None:
    """Show pictures to choose from, the newest first."""
    shown = drawings[: st.session_state.get("yours-shown", SHOWN)]
    place = st.empty()
    ids = [kept.id for kept in shown]
    # Another page or tab may have deleted some.
    st.session_state[CHOSEN] = [name for name in st.session_state.get(CHOSEN, []) if name in ids]
    images = np.stack([_picture(kept.id, kept.drawing.strokes) for kept in shown])
    if not session_model.loading().done():
        place.html('<p class="note">Starting the network …</p>')
    try:
        answers = _answers(tuple(ids), images, session_model.loading().result().predictor)[1]
    except ModelError as error:
        messages.problem(error, place)
        return
    faces = {
        kept.id: _face(len(drawings) - i, kept, image, int(answer))
        for i, (kept, image, answer) in enumerate(zip(shown, images, answers, strict=True))
    }
    place.pills("Your drawings", ids, selection_mode="multi", key=CHOSEN,
                format_func=lambda name: faces[name], label_visibility="collapsed")  # fmt: skip
    if len(drawings) > len(shown):
        st.button(f"Show {min(SHOWN, len(drawings) - len(shown))} older ones", key="yours-older",
                  type="tertiary", on_click=_show_more, args=[len(shown)])  # fmt: skip


def _show_more(shown: int) -> None:
    st.session_state["yours-shown"] = shown + SHOWN


def _face(number: int, kept: UserDrawing, image: Picture, answer: int) -> str:
    """Show a drawing on its button; the number tells it from another that looks the same."""
    label, held_out = kept.drawing.label, kept.drawing.held_out
    misread = answer != label
    alt = f"Drawing {number}: {label}" + f", read as {answer}" * misread + ", held out" * held_out
    words = f"{label}" + f" :orange[{answer}]" * misread + " :material/straighten:" * held_out
    return f"![{alt}]({data_uri(grey(image))}) {words}"


def _buttons(any_kept: bool) -> None:
    """Show what can be done with the chosen drawings, and with all."""
    chosen = st.session_state.get(CHOSEN, []) if any_kept else []
    with st.container(key="yours-buttons", horizontal=True, gap="xsmall"):
        if any_kept:
            with st.popover("Correct", icon=":material/edit:", disabled=not chosen):
                st.pills("They are", range(10), key=DIGIT, on_change=_relabel, args=[chosen])
            st.button("Delete", icon=":material/delete:", key="yours-delete", disabled=not chosen,
                      on_click=messages.attempt, args=[TROUBLE, _delete, chosen])  # fmt: skip
        if DELETED in st.session_state:
            st.button("Undo", icon=":material/undo:", key="yours-undo", on_click=messages.attempt,
                      args=[TROUBLE, _undo])  # fmt: skip
        if any_kept:
            st.download_button("Export", user_drawings.as_json_lines, "drawings.jsonl",
                               "application/jsonl", icon=":material/download:",
                               on_click="ignore", key="yours-export")  # fmt: skip
        with st.popover("Import", icon=":material/upload:"):
            # Another number, and the uploader is empty again.
            key = f"yours-upload-{st.session_state.get(UPLOADS, 0)}"
            st.file_uploader("Drawings as JSON lines, exported here, or UNIPEN text", key=key,
                             on_change=messages.attempt, args=[TROUBLE, _take_in, key])  # fmt: skip


def _relabel(ids: Sequence[str]) -> None:
    digit = st.session_state[DIGIT]
    st.session_state[DIGIT] = None
    messages.attempt(TROUBLE, user_drawings.relabel, ids, digit)
    st.session_state[CHOSEN] = []


def _delete(ids: Sequence[str]) -> None:
    gone = [kept.as_json() for kept in user_drawings.collection().drawings if kept.id in ids]
    user_drawings.delete(ids)
    st.session_state[DELETED] = "\n".join(gone)
    st.session_state[CHOSEN] = []
    st.session_state[SAID] = f"{len(gone):,} deleted."


def _undo() -> None:
    user_drawings.take_in(st.session_state[DELETED].encode(), "What was deleted")
    del st.session_state[DELETED]


def _take_in(key: str) -> None:
    upload = st.session_state[key]
    if upload is None:
        return
    st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
    new = user_drawings.take_in(upload.getvalue(), upload.name)
    st.session_state[SAID] = f"{new:,} new from {upload.name}."


@st.cache_data(max_entries=user_drawings.MOST, show_spinner=False)
def _picture(name: str, _strokes: list[Stroke]) -> Picture:
    return rasterise(_strokes)


# An entry holds its predictor, so that no other one can get the same id meanwhile.
@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Predictor: id})
def _answers(
    names: tuple[str, ...], _images: Picture, predictor: Predictor
) -> tuple[Predictor, NDArray[np.int64]]:
    return predictor, predictor.probabilities(_images).argmax(axis=1)
