"""What went wrong, said in one sentence: at once, or when the page is next drawn."""

import html
from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared import permissions

FOR_VISITORS = "This cannot be shown here: the server's owner sees why."
CRASHED = "Something is wrong with this page: reload it. The server's log says what."


def crash(_error: Exception) -> bool:
    """Say that a page has failed, where Streamlit would show how."""
    tell(CRASHED)
    return True


def problem(sentence: object, place: DeltaGenerator | None = None) -> None:
    """Say what went wrong with the server's own things to whoever may train.

    Visitors are told that something did: what exactly often names folders and files.

    Args:
        sentence: An error, or a text.
        place: Where to say it, in the stead of what stands there; None: where the page has come to.
    """
    tell(str(sentence) if permissions.may_train() else FOR_VISITORS, place)


def tell(sentence: str, place: DeltaGenerator | None = None) -> None:
    """Say a sentence that everybody may read; see `problem`."""
    text = f'<p class="trouble" role="status">{html.escape(sentence)}</p>'
    if place is None:
        st.html(text)
    else:
        place.html(text)


def attempt(key: str, action: Callable[..., object], *arguments: object) -> None:
    """Do in a button's callback what is kept from visitors; `show` says what went wrong.

    Args:
        key: Where in the session's state the sentence waits until then.
        action: What to do.
        arguments: The action's.
    """
    st.session_state[key] = permissions.attempt(action, *arguments)


def show(key: str) -> None:
    """Say once what went wrong in the last callback that kept its sentence under this key."""
    if sentence := st.session_state.pop(key, ""):
        tell(sentence)
