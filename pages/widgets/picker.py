"""The name of the network that reads, above every page; who may choose another one, can."""

import html

import streamlit as st

from cnn import models
from pages.widgets import access, model

CHOICE = "picked-model"
TROUBLE = "picker-trouble"


def show() -> None:
    """Name the network that reads, and let another one be chosen if there is one."""
    names = models.trained()
    if names == [model.choice()] or not access.may_train():
        st.html(f'<span class="note">{html.escape(model.name())}</span>', width="content")
        return
    with st.popover(model.name(), type="tertiary", key="model-picker"):
        is_there = model.choice() in names
        st.session_state[CHOICE] = model.choice() if is_there else None
        st.selectbox(
            "Read with",
            names,
            0 if is_there else None,
            format_func=models.called,
            key=CHOICE,
            on_change=_use,
        )
        if model.choice() == models.chosen():
            st.html('<p class="note">This is the default, in every browser.</p>')
        else:
            default_button("picker-default", TROUBLE)
        if trouble := st.session_state.pop(TROUBLE, ""):
            st.html(f'<p class="trouble" role="status">{html.escape(trouble)}</p>')


def default_button(key: str, trouble: str) -> None:
    """Offer to make this session's network everybody's.

    Args:
        key: Of the button.
        trouble: Where in the session's state to tell what goes wrong.
    """
    st.button(
        "Make it the default",
        icon=":material/public:",
        key=key,
        help="In every browser, and in this one when the page is loaded again",
        on_click=_make_default,
        args=[trouble],
    )


def _use() -> None:
    st.session_state[TROUBLE] = access.attempt(model.use, st.session_state[CHOICE])


def _make_default(trouble: str) -> None:
    st.session_state[trouble] = access.attempt(models.choose, model.choice())
