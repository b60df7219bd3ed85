"""The name of the network that reads, above every page; who may choose another one, can."""

import html

import streamlit as st

from cnn.runs import active_model
from pages.shared import messages, permissions, session_model

CHOICE = "picked-model"
TROUBLE = "picker-trouble"


def show() -> None:
    """Name the network that reads, and let another one be chosen if there is one."""
    names = active_model.trained()
    if names == [session_model.choice()] or not permissions.may_train():
        st.html(f'<span class="note">{html.escape(session_model.name())}</span>', width="content")
        return
    with st.popover(session_model.name(), type="tertiary", key="model-picker"):
        is_there = session_model.choice() in names
        st.session_state[CHOICE] = session_model.choice() if is_there else None
        st.selectbox(
            "Read with",
            names,
            0 if is_there else None,
            format_func=active_model.model_label,
            key=CHOICE,
            on_change=_use,
        )
        if session_model.choice() == active_model.default():
            st.html('<p class="note">This is the default, in every browser.</p>')
        else:
            default_button("picker-default", TROUBLE)
        messages.show(TROUBLE)


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
    messages.attempt(TROUBLE, session_model.use, st.session_state[CHOICE])


def _make_default(trouble: str) -> None:
    messages.attempt(trouble, active_model.set_default, session_model.choice())
