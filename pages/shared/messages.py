"""What went wrong, said in one sentence: at once, or when the page is next drawn."""

import html
from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared import permissions


def problem(sentence: object, place: DeltaGenerator | None = None) -> None:
    """Say what went wrong.

    Args:
        sentence: An error, or a text.
        place: Where to say it, in the stead of what stands there; None: where the page has come to.
    """
    text = f'<p class="trouble" role="status">{html.escape(str(sentence))}</p>'
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
        problem(sentence)
