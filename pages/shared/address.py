"""The address of each page: what it tells of the drawing, and of what was chosen there.

A session reads it when it is opened, by a link or by loading the page again, and when one comes
to a page, by going back or forward; otherwise the session knows what was chosen last, and the
address follows. No stroke and no choice is a step to go back to: see pages/server/first.js.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from cnn.ink.link import LONGEST

INK = "ink"
# What each page tells of, besides the drawing.
WORDS: Mapping[str, tuple[str, ...]] = {
    "Layers": ("layer", "channel", "row", "col"),
    "Filters": ("layer", "filter"),
    "Train": ("run",),
    "Evaluate": ("network", "against", "data", "cell"),
    "Learn": ("lesson", "screen", "filter", "view"),
}
# Letters of any of these that are kept: more than a name in use has.
MOST = 200
KEY = "address"


@dataclass
class Address:
    """What a session's addresses hold.

    Attributes:
        page: The page that it is on; "" before the first.
        ink: The drawing, which all pages have in common; "" if there is none.
        words: What was chosen last on each page.
    """

    page: str = ""
    ink: str = ""
    words: dict[str, dict[str, str]] = field(default_factory=dict)


def arrive(page: str) -> None:
    """Take what the address tells when one comes to a page, and let it tell all of that page.

    Every page does so first. A link from page to page tells nothing: then it is as one left it.
    """
    known = _known()
    if known.page != page:
        if not known.page:
            # One that is too long is damaged, as it is when it is cut.
            known.ink = st.query_params.get(INK, "")[: LONGEST + 1]
        known.page = page
        names = WORDS.get(page, ())
        given = {name: st.query_params[name][:MOST] for name in names if name in st.query_params}
        if given:
            known.words[page] = given
    _tell(known)


def ink() -> str:
    """Return the drawing; see `cnn.ink.link`."""
    return _known().ink


def words() -> Mapping[str, str]:
    """Return what was chosen on this page, by whoever wrote the address: a page checks it."""
    known = _known()
    return known.words.get(known.page, {})


def write_ink(text: str) -> None:
    """Let all pages' addresses hold a drawing, or none."""
    known = _known()
    known.ink = text
    _tell(known)


def write(**chosen: str) -> None:
    """Let this page's address, and the way back to it, tell what is chosen; no more and no less."""
    known = _known()
    known.words[known.page] = chosen
    _tell(known)


def _tell(known: Address) -> None:
    told = {**({INK: known.ink} if known.ink else {}), **known.words.get(known.page, {})}
    if st.query_params.to_dict() != told:
        st.query_params.from_dict(told)


def _known() -> Address:
    known: Address = st.session_state.setdefault(KEY, Address())
    return known
