"""Sharing, above every page: the link to it, which holds drawing and choice, to copy or to scan."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages.server import start
from pages.shared import address, link, permissions
from pages.shared.choices import option
from pages.shared.link import Link

STYLE = Path(__file__).with_name("share.css")
PARTS = Path(__file__).parent
KEY = "share-link"
PAGE, START = "This page", "Start page"
WITH_DRAWING = "Opens this page with your drawing."
WITHOUT = "Opens this page."
TOO_LONG = "This drawing is too long for a QR code: copy the link."
FOR_CLASS = "For a class, to scan or to type."
LOCAL = (
    "Only this computer can open it. To let others in, start Digitscope with"
    " “--server.address 0.0.0.0”."
)


@st.fragment
def show() -> None:
    """Offer the page's link, and the start's, to whoever asks for them."""
    st.html(STYLE)
    with st.popover(
        "Share", icon=":material/share:", type="tertiary", key="share", on_change="rerun"
    ) as place:
        if place.open:
            kinds = [PAGE, START]
            asked = st.segmented_control(
                "What to share", kinds, default=PAGE, required=True, key="share-what",
                label_visibility="collapsed", width="stretch",
            )  # fmt: skip
            _link()(
                key=KEY,
                data=told(_page(), option(asked, kinds)),
                on_page_change=lambda: None,
                height="content",
            )


def told(page: Link | None, kind: str) -> dict[str, str]:
    """Tell the browser what to show.

    Args:
        page: Where it is; None until it has told.
        kind: What is shared.
    """
    if page is None:
        return {"link": "", "code": "", "words": "", "note": ""}
    shared = page.start if kind == START else page
    # A visitor can say to be on this machine, and is told no more of it than he knows.
    if page.is_local and permissions.may_train() and (others := start.addresses()[1]):
        shared = shared.at(others[0])
    code = "" if shared.is_local else link.code(shared.text)
    if shared.is_local:
        note = LOCAL
    elif kind == START:
        note = FOR_CLASS
    elif not code:
        note = TOO_LONG
    else:
        note = WITH_DRAWING if address.ink() else WITHOUT
    words = shared.text if kind == START else ""
    return {"link": shared.text, "code": code, "words": words, "note": note}


def _page() -> Link | None:
    """Return where the browser has told that it is, whatever it has sent."""
    sent = st.session_state.get(KEY)
    return link.from_message(sent.get("page")) if isinstance(sent, Mapping) else None


@cache
def _link() -> Any:
    """Register what shows the link, and copies it."""
    return st.components.v2.component(
        "digitscope_link",
        html=(PARTS / "link.html").read_text(),
        css=(PARTS / "link.css").read_text(),
        js=(PARTS / "link.js").read_text(),
    )
